"""Prompts: the sets of buttons of messages in Slack, and what ended their use."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update

from bot.db.inserting import insert_once
from bot.db.prompt_tables import prompts
from bot.domain.ids import WorkspaceId
from bot.domain.prompts import Part


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One set of buttons, of message `post` of the outbox."""

    post: int
    part: Part


# Built once: building a statement costs more than running it.
_LIVE = (
    select(prompts.c.about, prompts.c.post_id, prompts.c.part)
    .where(
        prompts.c.workspace_id == bindparam("in_workspace"),
        prompts.c.about == bindparam("of"),
        prompts.c.outcome.is_(None),
    )
    .order_by(prompts.c.post_id, prompts.c.part)
)
_OUTCOMES = select(prompts.c.about, prompts.c.part, prompts.c.outcome).where(
    prompts.c.workspace_id == bindparam("in_workspace"),
    prompts.c.about.in_(bindparam("these", expanding=True)),
    prompts.c.post_id == bindparam("post"),
)
_END = update(prompts).where(
    prompts.c.workspace_id == bindparam("in_workspace"),
    prompts.c.about == bindparam("of"),
    prompts.c.post_id == bindparam("post"),
    prompts.c.part == bindparam("named"),
    prompts.c.outcome.is_(None),
)


def keep(session: Connection, workspace: WorkspaceId, post: int, parts: Iterable[Part]) -> None:
    """Keep the sets of buttons of a message that is in Slack; again changes nothing."""
    rows = [
        {"workspace_id": workspace, "about": about, "post_id": post, "part": part, "outcome": None}
        for about, part in parts
    ]
    insert_once(session, prompts, rows)


def live(session: Connection, workspace: WorkspaceId, about: str) -> tuple[Prompt, ...]:
    """Return the sets of buttons that act on `about`, those of the oldest messages first."""
    found = session.execute(_LIVE, {"in_workspace": workspace, "of": about})
    return tuple(Prompt(post=row.post_id, part=(row.about, row.part)) for row in found)


def outcomes(
    session: Connection, workspace: WorkspaceId, post: int, parts: Iterable[Part]
) -> dict[Part, str | None]:
    """Return what ended those of `parts` that a message has, None for what is of use."""
    abouts = sorted({about for about, _ in parts})
    wanted = {"in_workspace": workspace, "these": abouts, "post": post}
    found = session.execute(_OUTCOMES, wanted)
    return {(row.about, row.part): row.outcome for row in found}


def end(session: Connection, workspace: WorkspaceId, prompt: Prompt, outcome: str) -> bool:
    """Keep what ended a set of buttons; False when something did before."""
    about, part = prompt.part
    asked = {"in_workspace": workspace, "of": about, "post": prompt.post, "named": part}
    return session.execute(_END, asked | {"outcome": outcome}).rowcount == 1
