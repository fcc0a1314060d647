"""The only place that digs in what Slack sends: payloads to plain values."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from bot.domain.absences import Dates
from bot.domain.charter import Verdict
from bot.domain.content import OPTION_LIMIT, TITLE_LIMIT, Fields, Source
from bot.domain.decision import Option, Terms
from bot.domain.errors import DomainError
from bot.domain.ids import ChannelId, ImpactId, PersonId, QuestionId, RequestId, SquadId
from bot.slack.markup import unmarked

Payload = Mapping[str, Any]

FIELD_BLOCKS = {"effect": ("effect", "effect_metric"), "why": ("why", "what", "evidence")}
"""Blocks that show a field, when it is not the block of the same name."""

EXCERPT_LIMIT = 300
UNKEPT = frozenset({"Cc", "Cs"})
"""Unicode's control characters and surrogates."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, and in which workspace they are themselves."""

    id: PersonId
    team: str


def thread_of(body: Payload) -> str | None:
    """Return the thread in which a button was pressed, None when it was not in one."""
    thread: str | None = (body.get("container") or {}).get("thread_ts")
    return thread


def actor_of(body: Payload) -> Actor:
    """Return who sent a command, an action, a submission or a shortcut."""
    user = body.get("user")
    if isinstance(user, Mapping):
        team = user.get("team_id") or (body.get("team") or {}).get("id") or ""
        return Actor(id=PersonId(user["id"]), team=team)
    return Actor(id=PersonId(body["user_id"]), team=body.get("team_id", ""))


def clean(words: object) -> str:
    """Return typed text, normalised: composed accents, plain spaces, no trailing blanks.

    Characters that no database keeps (NUL, halves of others) are left out.
    """
    if not isinstance(words, str):
        return ""
    kept = "".join(c for c in words if c in "\n\t\r" or unicodedata.category(c) not in UNKEPT)
    composed = unicodedata.normalize("NFC", kept).replace("\u00a0", " ").replace("\r\n", "\n")
    return "\n".join(line.rstrip() for line in composed.split("\n")).strip()


def metadata_of(view: Payload) -> dict[str, Any]:
    """Return what a view carries; empty when it is not ours."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def request_of(view: Payload) -> RequestId:
    """Return the request a form is about; empty when the form has none."""
    return RequestId(str(metadata_of(view).get("request", "")))


def draft_of(view: Payload) -> str:
    """Return the draft a form is about; empty when the form has none."""
    return str(metadata_of(view).get("draft", ""))


def option_count_of(view: Payload) -> int:
    """Return how many options a request form shows."""
    shown = metadata_of(view).get("options", 1)
    return shown if isinstance(shown, int) else 1


def text_of(view: Payload, *blocks: str) -> str:
    """Return the text of the first of `blocks` that the form has."""
    return next(
        (clean(_state(view, name).get("value")) for name in blocks if _state(view, name)), ""
    )


def person_of(view: Payload, block: str) -> PersonId | None:
    """Return the person picked, None when nobody is."""
    found = _state(view, block).get("selected_user")
    return PersonId(found) if found else None


def choice_of(view: Payload, block: str) -> str | None:
    """Return the value of the option picked, None when none is."""
    option = _state(view, block).get("selected_option")
    return str(option["value"]) if option else None


def choices_of(view: Payload, block: str) -> tuple[str, ...]:
    """Return the values of the options picked."""
    return tuple(str(o["value"]) for o in _state(view, block).get("selected_options") or [])


def number_of(view: Payload, block: str) -> int | None:
    """Return the whole number that the option picked stands for."""
    found = choice_of(view, block)
    return int(found) if found is not None and re.fullmatch(r"\d{1,9}", found) else None


def _state(view: Payload, block: str) -> Payload:
    """Return what a block's only input holds; empty when the form has no such block."""
    values = (view.get("state") or {}).get("values") or {}
    found = values.get(block) or {}
    return next(iter(found.values()), {}) or {}


def _date(view: Payload, block: str) -> date | None:
    found = _state(view, block).get("selected_date")
    return date.fromisoformat(found) if found else None


def day_of(view: Payload, block: str) -> date | None:
    """Return the date picked, None when none is."""
    return _date(view, block)


def time_of(view: Payload, block: str) -> time | None:
    """Return the wall time picked, None when none is."""
    found = _state(view, block).get("selected_time")
    return time.fromisoformat(found) if found else None


def fields_from(view: Payload) -> Fields:
    """Return what is typed in a request form."""
    question, impact = choice_of(view, "question"), choice_of(view, "impact")
    return Fields(
        title=text_of(view, "title"),
        question=QuestionId(question) if question else None,
        impact=ImpactId(impact) if impact else None,
        squads=tuple(SquadId(squad) for squad in choices_of(view, "squads")),
        effect=text_of(view, "effect"),
        options=tuple(
            _option(view, number) for number in range(1, OPTION_LIMIT + 1) if _has(view, number)
        ),
        evidence=text_of(view, "evidence"),
        needed_by=_date(view, "needed_by"),
        consequence=text_of(view, "consequence"),
        dependencies=text_of(view, "dependencies"),
        debt_frame=text_of(view, "debt_frame"),
        moves_cycle=bool(_state(view, "moves_cycle").get("selected_options")),
    )


def _has(view: Payload, number: int) -> bool:
    return any(
        _state(view, f"option{number}_{part}").get("value")
        for part in ("label", "cost", "impact", "risk")
    )


def _option(view: Payload, number: int) -> Option:
    cost = text_of(view, f"option{number}_cost")
    return Option(
        label=text_of(view, f"option{number}_label"),
        impact=text_of(view, f"option{number}_impact"),
        effort_days=_days(cost),
        risk=text_of(view, f"option{number}_risk"),
    )


def _days(typed: str) -> float | None:
    try:
        return float(typed.replace(",", ".")) if typed else None
    except ValueError:
        return None


def terms_from(view: Payload) -> Terms:
    """Return what is answered in a decision form."""
    return Terms(
        verdict=Verdict(choice_of(view, "verdict") or Verdict.ACCEPT),
        rationale=text_of(view, "rationale"),
        option=number_of(view, "option"),
        effect=text_of(view, "effect_metric"),
        counterpart=text_of(view, "counterpart"),
        owner=person_of(view, "owner"),
        due_on=_date(view, "due_on"),
        review_on=_date(view, "review_on"),
        shift_to=_date(view, "shift_to"),
        supersedes=number_of(view, "supersedes"),
        has_consequence=bool(choices_of(view, "has_consequence")),
    )


def dates_from(view: Payload) -> Dates | None:
    """Return the dates of an absence, None until both are picked."""
    first, last = _date(view, "away_from"), _date(view, "away_to")
    if first is None or last is None:
        return None
    picked = _state(view, "away_half").get("selected_options") or []
    halves = {option["value"] for option in picked}
    return Dates(
        first=first,
        last=last,
        from_noon="from_noon" in halves,
        until_noon="until_noon" in halves,
    )


def was_asked_again(view: Payload) -> bool:
    """Tell whether a decision form was shown with the note about preferences."""
    return bool(metadata_of(view).get("asked"))


def block_of(view: Payload, error: DomainError) -> str | None:
    """Return the block to show an error beside, None when the form has no such field."""
    inputs = [b["block_id"] for b in view.get("blocks", []) if b.get("type") == "input"]
    if error.field is None:
        return None
    wanted = (error.field, *FIELD_BLOCKS.get(error.field, ()))
    return next((block for block in wanted if block in inputs), None)


def first_input(view: Payload) -> str | None:
    """Return the first field of a form, None for a view without any."""
    blocks = view.get("blocks", [])
    return next((str(b["block_id"]) for b in blocks if b.get("type") == "input"), None)


def action_value(body: Payload) -> str:
    """Return the value of the button that was clicked."""
    actions = body.get("actions") or [{}]
    return str(actions[0].get("value") or "")


def click_key(body: Payload) -> str:
    """Return what names one click: the same for each resend of it, another for each click."""
    action = (body.get("actions") or [{}])[0]
    person = actor_of(body).id
    return f"click:{person}:{action.get('action_id')}:{action.get('action_ts')}"


def submission_key(view: Payload) -> str:
    """Return what names one submission: a view is submitted with success once."""
    return f"view:{view['id']}"


def source_from(body: Payload) -> Source:
    """Return the message a shortcut was used on; its permalink is not known yet."""
    message = body["message"]
    return Source(
        channel=ChannelId(body["channel"]["id"]),
        ts=message["ts"],
        permalink="",
        author=PersonId(message.get("user") or ""),
        excerpt=clean(message.get("text"))[:EXCERPT_LIMIT],
    )


def title_from(words: str) -> str:
    """Return the first line of a message as a title a person can correct."""
    first = next((line for line in clean(words).split("\n") if line.strip()), "")
    return readable(first)[:TITLE_LIMIT]


def folded(words: str) -> str:
    """Return words without case, accents or apostrophes, for comparing."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"['’`]", " ", bare).split())


def is_from_bot(message: Payload) -> bool:
    """Tell whether an app wrote a message."""
    return bool(message.get("bot_id")) or not message.get("user")


def readable(words: str) -> str:
    """Return Slack's markup as a person reads it: no token, nothing that mentions anyone."""
    return " ".join(clean(unmarked(words)).split())
