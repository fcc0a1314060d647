"""The shared artefacts: read by everybody, said current by the seat that keeps each.

Every update is a row more. The last one is what an artefact says.
"""

from dataclasses import replace
from datetime import datetime, time

from sqlalchemy import Connection

from bot.db import artefacts as rows
from bot.db import charters, outbox, roadmap
from bot.db.decisions import Scope
from bot.domain import respiration
from bot.domain.artefacts import (
    Artefact,
    Body,
    Heading,
    Kept,
    Page,
    Update,
    check_body,
    freshness,
    keep_all,
    named_in,
    roadmap_since,
)
from bot.domain.charter import Role
from bot.domain.counting import Share
from bot.domain.errors import ArtefactMoved, ArtefactSettled, NotAKeeper, NothingToConfirm
from bot.domain.ids import PersonId
from bot.domain.posts import Post
from bot.services import prompts
from bot.services.deps import Deps
from bot.services.desks import desk_of, seated
from bot.services.reading import linked

SHOWN_UPDATES = 8
"""How many lines of its history an artefact shows."""


def all_kept(deps: Deps, at: datetime | None = None) -> tuple[Kept, ...]:
    """Return the four artefacts as they stand, or stood `at` then."""
    with deps.read() as session:
        return kept_at(session, deps, at or deps.now())


def kept_at(session: Connection, deps: Deps, at: datetime) -> tuple[Kept, ...]:
    """Return the same inside an open transaction."""
    desk = desk_of(session, deps)
    latest = rows.latest(session, deps.workspace, at)
    return keep_all(desk.charter, desk.presence.barred, latest)


def fresh_share(session: Connection, deps: Deps, at: datetime) -> Share:
    """Return how many artefacts are current `at` then. Source: governance §9."""
    return freshness(kept_at(session, deps, at), at)


def page(deps: Deps, artefact: Artefact, scope: Scope | None) -> Page:
    """Return an artefact opened; the roadmap has the decisions of `scope`, nothing for None."""
    with deps.read() as session:
        kept = _one(session, deps, artefact)
        return Page(
            kept=kept,
            charter=seated(session, deps),
            history=rows.history(session, deps.workspace, artefact, limit=SHOWN_UPDATES),
            roadmap=_roadmap(session, deps, artefact, scope),
        )


def to_keep(deps: Deps, artefact: Artefact, by: PersonId) -> Kept:
    """Return the artefact that `by` may say current. Raises NotAKeeper."""
    with deps.read() as session:
        return _of_keeper(session, deps, artefact, by)


def update(
    deps: Deps, artefact: Artefact, by: PersonId, body: Body, *, key: str, seen: int
) -> Update:
    """Keep a new content, said current by that. `seen` is the update the form was made from.

    Twice with one `key` is once. Raises NotAKeeper, ArtefactMoved, or as `check_body`.
    """
    check_body(artefact, body)
    with deps.begin() as session:
        kept = _of_keeper(session, deps, artefact, by)
        known = rows.of_key(session, deps.workspace, key)
        if known:
            return known
        made = _next(kept, by, deps.now(), body)
        if kept.seen != seen:
            raise ArtefactMoved
        _keep(session, deps, made, key)
    deps.wake()
    return made


def confirm(deps: Deps, artefact: Artefact, by: PersonId, *, key: str, seen: int) -> Update:
    """Say that an artefact is still current. `seen` is the update that the button was shown over.

    Twice with one `key` is once. Raises NotAKeeper, NothingToConfirm, or ArtefactSettled when
    somebody said something since.
    """
    with deps.begin() as session:
        kept = _of_keeper(session, deps, artefact, by)
        known = rows.of_key(session, deps.workspace, key)
        if known:
            return known
        require_unsettled(kept, seen)
        if not kept.can_confirm:
            raise NothingToConfirm
        body = kept.last.body if kept.last else Body()
        made = replace(_next(kept, by, deps.now(), body), is_confirmation=True)
        _keep(session, deps, made, key)
    deps.wake()
    return made


def _keep(session: Connection, deps: Deps, made: Update, key: str) -> None:
    """Keep an update; a reminder loses its buttons, on its way or not. Raises ArtefactMoved."""
    if not rows.add(session, deps.workspace, made, key):
        raise ArtefactMoved
    outbox.hold_order(session, deps.workspace)
    prompts.follow_artefact(session, deps, made.artefact)


def require_unsettled(kept: Kept, seen: int) -> None:
    """Raise ArtefactSettled when something was said since the update `seen`."""
    if kept.last and kept.seen != seen:
        raise ArtefactSettled(by=kept.last.by)


def told_by(session: Connection, deps: Deps, post: Post) -> Kept | None:
    """Return the artefact that a reminder is about; None once something was said of it since.

    None for another post, too.
    """
    named = named_in(post)
    if named is None:
        return None
    kept = _one(session, deps, named[0])
    return kept if kept.seen == named[1] else None


def told_then(
    session: Connection, deps: Deps, artefact: Artefact, seen: int
) -> tuple[Kept, Update | None]:
    """Return an artefact as it was told when its last update was `seen`, and the one after."""
    desk = desk_of(session, deps)
    last = rows.one(session, deps.workspace, artefact, seen)
    known = keep_all(desk.charter, desk.presence.barred, {artefact: last} if last else {})
    kept = next(one for one in known if one.artefact is artefact)
    return kept, rows.one(session, deps.workspace, artefact, seen + 1)


def is_breathless(session: Connection, deps: Deps, scope: Scope, at: datetime) -> bool:
    """Tell whether two cycles passed before `at` without a decision on debt, in all squads."""
    charter = deps.charter
    looked_at = respiration.window(charter.cycle, charter.calendar, at)
    channels = Scope(channels=scope.channels)
    return respiration.is_breathless(
        looked_at,
        installed_at=charters.first_at(session, deps.workspace),
        has_debt=roadmap.has_debt(session, deps.workspace, channels, looked_at),
    )


def _one(session: Connection, deps: Deps, artefact: Artefact) -> Kept:
    return next(k for k in kept_at(session, deps, deps.now()) if k.artefact is artefact)


def _of_keeper(session: Connection, deps: Deps, artefact: Artefact, by: PersonId) -> Kept:
    kept = _one(session, deps, artefact)
    if by not in kept.keepers:
        raise NotAKeeper(keepers=",".join(kept.keepers))
    return kept


def _next(kept: Kept, by: PersonId, at: datetime, body: Body) -> Update:
    return Update(
        artefact=kept.artefact,
        seq=kept.seen + 1,
        at=at,
        by=by,
        role=kept.owner if kept.is_held else Role.STEWARD,
        body=body,
    )


def _roadmap(
    session: Connection, deps: Deps, artefact: Artefact, scope: Scope | None
) -> tuple[Heading, ...] | None:
    if artefact is not Artefact.ROADMAP or scope is None:
        return None
    calendar = deps.charter.calendar
    since = calendar.instant(roadmap_since(calendar.local_date(deps.now())), time())
    found = roadmap.by_impact(session, deps.workspace, scope, since)
    return tuple(replace(heading, lines=linked(session, deps, heading.lines)) for heading in found)
