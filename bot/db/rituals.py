"""Occurrences of rituals that somebody touched, their messages, and what is sent to them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from operator import attrgetter

from sqlalchemy import Connection, Select, bindparam, or_, select, update

from bot.db import codec
from bot.db.errors import StaleRequest
from bot.db.inserting import insert_once, upsert
from bot.db.ritual_tables import occurrences, ritual_messages
from bot.db.tables import absences, requests
from bot.domain.events import Status
from bot.domain.ids import ChannelId, PersonId, RequestId, RitualId, WorkspaceId
from bot.domain.people import Absence
from bot.domain.request import Request
from bot.domain.rituals import Occurrence, Outcome, Stage
from bot.domain.rituals_plan import Change

AGENDA, RUN = "agenda", "run"
REMEMBERED = 26
"""How many past occurrences are looked at to count how often an item was carried over."""

Place = tuple[ChannelId, str]

# Built once: building a statement costs more than running it.
_ROWS = select(occurrences.c.body, occurrences.c.version).where(
    occurrences.c.workspace_id == bindparam("in_workspace")
)
_OF_RITUAL = _ROWS.where(occurrences.c.ritual == bindparam("of_ritual"))
_ONE = _OF_RITUAL.where(occurrences.c.slot == bindparam("at"))
_ONE_LOCKED = _ONE.with_for_update()
# Of the rituals there are: of all, the database would go through every occurrence there ever was.
_AROUND = _ROWS.where(
    occurrences.c.ritual.in_(bindparam("of_rituals", expanding=True)),
    occurrences.c.slot.between(bindparam("first"), bindparam("last")),
)
_RUNNING = _ROWS.where(occurrences.c.stage == Stage.RUNNING).with_for_update()
_CLOSED = (
    _OF_RITUAL.where(occurrences.c.stage == Stage.CLOSED)
    .order_by(occurrences.c.slot.desc())
    .limit(REMEMBERED)
)
_CHANGES = select(
    occurrences.c.ritual,
    occurrences.c.slot,
    occurrences.c.stage,
    occurrences.c.stand_in,
    occurrences.c.moved_to,
).where(
    occurrences.c.workspace_id == bindparam("in_workspace"),
    occurrences.c.ritual.in_(bindparam("of_rituals", expanding=True)),
    or_(
        occurrences.c.stage == Stage.CANCELLED,
        occurrences.c.stand_in.is_not(None),
        occurrences.c.moved_to.is_not(None),
    ),
)
_SAVE = update(occurrences).where(
    occurrences.c.workspace_id == bindparam("in_workspace"),
    occurrences.c.ritual == bindparam("of_ritual"),
    occurrences.c.slot == bindparam("at"),
    occurrences.c.version == bindparam("read"),
)
_BODIES = select(requests.c.body, requests.c.version).where(
    requests.c.workspace_id == bindparam("in_workspace")
)
# Few, and put in order here: asked to, SQLite would look for them among all, by number.
_ASKED = _BODIES.where(requests.c.status == Status.ON_AGENDA)
_MANY = _BODIES.where(requests.c.id.in_(bindparam("ids", expanding=True)))
_PLACE = select(ritual_messages.c.channel, ritual_messages.c.ts).where(
    ritual_messages.c.workspace_id == bindparam("in_workspace"),
    ritual_messages.c.ritual == bindparam("of_ritual"),
    ritual_messages.c.slot == bindparam("at"),
    ritual_messages.c.kind == bindparam("of_kind"),
)
_PLACES = select(
    ritual_messages.c.ritual,
    ritual_messages.c.slot,
    ritual_messages.c.channel,
    ritual_messages.c.ts,
).where(
    ritual_messages.c.workspace_id == bindparam("in_workspace"),
    ritual_messages.c.ritual.in_(bindparam("of_rituals", expanding=True)),
    ritual_messages.c.slot.in_(bindparam("slots", expanding=True)),
    ritual_messages.c.kind == bindparam("of_kind"),
)
_AWAY = (
    select(absences.c.person_id, absences.c.start, absences.c.end)
    .where(
        absences.c.workspace_id == bindparam("in_workspace"),
        absences.c.person_id.in_(bindparam("people", expanding=True)),
        absences.c.end > bindparam("since"),
    )
    .order_by(absences.c.start)
)


def get(
    session: Connection, workspace: WorkspaceId, ritual: RitualId, slot: date
) -> Occurrence | None:
    """Return what is kept of an occurrence, None while nobody touched it."""
    return next(iter(_read(session, _ONE, workspace, of_ritual=ritual, at=slot)), None)


def get_for_update(
    session: Connection, workspace: WorkspaceId, ritual: RitualId, slot: date
) -> Occurrence | None:
    """Return an occurrence that nobody else can change until the transaction ends."""
    return next(iter(_read(session, _ONE_LOCKED, workspace, of_ritual=ritual, at=slot)), None)


def around(
    session: Connection,
    workspace: WorkspaceId,
    rituals: Iterable[RitualId],
    *,
    first: date,
    last: date,
) -> tuple[Occurrence, ...]:
    """Return the occurrences touched of `rituals` whose slot is from `first` to `last`."""
    wanted = list(rituals)
    return _read(session, _AROUND, workspace, of_rituals=wanted, first=first, last=last)


def running(session: Connection, workspace: WorkspaceId) -> tuple[Occurrence, ...]:
    """Return the occurrences under way; nobody else can change them until the end."""
    return _read(session, _RUNNING, workspace)


def changes(
    session: Connection, workspace: WorkspaceId, rituals: Iterable[RitualId]
) -> dict[RitualId, dict[date, Change]]:
    """Return what people changed of occurrences, by ritual and slot: cancelled, moved, handed."""
    found: dict[RitualId, dict[date, Change]] = {ritual: {} for ritual in rituals}
    for row in session.execute(_CHANGES, {"in_workspace": workspace, "of_rituals": list(found)}):
        found[RitualId(row.ritual)][row.slot] = Change(
            is_cancelled=row.stage == Stage.CANCELLED,
            stand_in=PersonId(row.stand_in) if row.stand_in else None,
            starts_at=row.moved_to,
        )
    return found


def away(
    session: Connection, workspace: WorkspaceId, people: Iterable[PersonId], since: datetime
) -> tuple[Absence, ...]:
    """Return the absences of `people` that end after `since`, in order of their start."""
    wanted = {"in_workspace": workspace, "people": tuple(people), "since": since}
    rows = session.execute(_AWAY, wanted)
    return tuple(
        Absence(person=PersonId(row.person_id), start=row.start, end=row.end) for row in rows
    )


def carried(session: Connection, workspace: WorkspaceId, ritual: RitualId) -> dict[RequestId, int]:
    """Return how often each request was carried over by the last occurrences of a ritual."""
    found: dict[RequestId, int] = {}
    for occurrence in _read(session, _CLOSED, workspace, of_ritual=ritual):
        for item in occurrence.items:
            if item.outcome is Outcome.CARRIED:
                found[item.request] = found.get(item.request, 0) + 1
    return found


def save(session: Connection, workspace: WorkspaceId, occurrence: Occurrence) -> Occurrence:
    """Write an occurrence that was read at its `version` (0: nobody touched it).

    Raises StaleRequest when it was saved by somebody else since.
    """
    saved = replace(occurrence, version=occurrence.version + 1)
    if occurrence.version == 0:
        row = {"workspace_id": workspace, "ritual": saved.ritual, "slot": saved.slot}
        done = insert_once(session, occurrences, [row | _columns(saved)])
    else:
        found = {"in_workspace": workspace, "of_ritual": saved.ritual, "at": saved.slot}
        read = {"read": occurrence.version}
        done = session.execute(_SAVE, found | read | _columns(saved)).rowcount
    if done != 1:
        raise StaleRequest(f"{occurrence.ritual} {occurrence.slot}")
    return saved


def asked(session: Connection, workspace: WorkspaceId) -> tuple[Request, ...]:
    """Return the requests that are on the agenda of some ritual, oldest first."""
    rows = session.execute(_ASKED, {"in_workspace": workspace})
    found = (codec.recall_request(row.body, version=row.version) for row in rows)
    return tuple(sorted(found, key=attrgetter("number")))


def requests_of(
    session: Connection, workspace: WorkspaceId, ids: Iterable[RequestId]
) -> dict[RequestId, Request]:
    """Return those of `ids` that exist."""
    wanted = tuple(ids)
    rows = session.execute(_MANY, {"in_workspace": workspace, "ids": wanted}) if wanted else ()
    found = (codec.recall_request(row.body, version=row.version) for row in rows)
    return {request.id: request for request in found}


def remember(
    session: Connection,
    workspace: WorkspaceId,
    occurrence: tuple[RitualId, date],
    kind: str,
    place: Place,
) -> None:
    """Keep where the `kind` message of an occurrence (its ritual and slot) is."""
    ritual, slot = occurrence
    row = {"workspace_id": workspace, "ritual": ritual, "slot": slot, "kind": kind}
    upsert(session, ritual_messages, row | {"channel": place[0], "ts": place[1]})


def place(
    session: Connection, workspace: WorkspaceId, occurrence: tuple[RitualId, date], kind: str
) -> Place | None:
    """Return where the `kind` message of an occurrence is, None until it is posted."""
    ritual, slot = occurrence
    wanted = {"in_workspace": workspace, "of_ritual": ritual, "at": slot, "of_kind": kind}
    row = session.execute(_PLACE, wanted).first()
    return (ChannelId(row.channel), row.ts) if row else None


def places(
    session: Connection,
    workspace: WorkspaceId,
    occurrences: Iterable[tuple[RitualId, date]],
    kind: str,
) -> dict[tuple[RitualId, date], Place]:
    """Return where the `kind` message of each of `occurrences` is, of those that are posted."""
    wanted = set(occurrences)
    asked = {
        "of_rituals": sorted({ritual for ritual, _ in wanted}),
        "slots": sorted({slot for _, slot in wanted}),
        "of_kind": kind,
    }
    rows = session.execute(_PLACES, {"in_workspace": workspace} | asked)
    found = {(RitualId(row.ritual), row.slot): (ChannelId(row.channel), row.ts) for row in rows}
    return {named: found[named] for named in wanted & found.keys()}


def _read(
    session: Connection, wanted: Select[str, int], workspace: WorkspaceId, **values: object
) -> tuple[Occurrence, ...]:
    rows = session.execute(wanted, {"in_workspace": workspace} | values)
    return tuple(codec.recall_occurrence(row.body, version=row.version) for row in rows)


def _columns(occurrence: Occurrence) -> dict[str, object]:
    return {
        "version": occurrence.version,
        "stage": occurrence.stage,
        "stand_in": occurrence.stand_in,
        "moved_to": occurrence.starts_at if occurrence.is_moved else None,
        "closed_at": occurrence.closed_at,
        "items": len(occurrence.items),
        "decided": occurrence.decided,
        "body": codec.dump_occurrence(occurrence),
    }
