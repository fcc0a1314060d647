"""What is known of rituals: occurrences, whose turn, agendas. Nothing here changes anything."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.db import cards, turns
from bot.db import rituals as rows
from bot.domain.agenda import Agenda, AgendaSheet, Coming, Entry, build
from bot.domain.charter import Charter, Ritual
from bot.domain.hosts import Hosts
from bot.domain.ids import ChannelId, PersonId, RequestId, RitualId
from bot.domain.people import Presence
from bot.domain.request import Request
from bot.domain.rituals import Occurrence, Stage
from bot.domain.rituals_errors import NoSuchOccurrence
from bot.domain.rituals_plan import Past, between, by_slot, reach, turn_in
from bot.domain.rotation import Given
from bot.services.deps import Deps
from bot.services.desks import desk_of, seated

AHEAD = timedelta(days=370)
"""How far the next occurrence is looked for: a rule gives one a year at least."""

SOON = timedelta(days=40)
"""How far it is looked for first."""

RECENT = timedelta(days=7)
"""How long ago one that is still under way may have started."""


@dataclass(frozen=True, kw_only=True)
class Rota:
    """Whose turn each occurrence of a ritual is."""

    ritual: Ritual
    charter: Charter
    past: Past

    def of(self, occurrence: Occurrence) -> PersonId | None:
        """Return who facilitates; who ran it, once it was started."""
        if occurrence.run_by:
            return occurrence.run_by
        return self._given(occurrence).facilitator

    def turn_of(self, occurrence: Occurrence) -> PersonId | None:
        """Return whose turn it is, whoever stands in for them."""
        return self._given(occurrence).turn_of

    def _given(self, occurrence: Occurrence) -> Given:
        return turn_in(self.ritual, self.charter.calendar, self.past, occurrence.slot)

    def counted(self, occurrence: Occurrence) -> PersonId | None:
        """Return whose turn counts in an occurrence, as announced or run; None for nobody's.

        Somebody of the list who ran it out of turn had a turn. A stand-in did it for whose turn it
        was; a steward who is not of the list, for nobody.
        """
        by = occurrence.run_by
        if by is None or by == occurrence.stand_in:
            return self.turn_of(occurrence)
        return by if by in self.ritual.rotation else None

    def hosts(self, occurrence: Occurrence) -> Hosts:
        """Return who may run an occurrence, and who may arrange it."""
        hands = {*self.ritual.rotation, *self.charter.stewards}
        hands -= self.past.presence.barred
        return Hosts(facilitator=self.of(occurrence), hands=frozenset(hands))


def find(charter: Charter, ritual: RitualId) -> Ritual:
    """Return a ritual of the charter. Raises NoSuchOccurrence when it no longer has it."""
    found = charter.ritual(ritual)
    if found is None:
        raise NoSuchOccurrence
    return found


def rota(session: Connection, deps: Deps, charter: Charter, ritual: Ritual) -> Rota:
    """Return the turns of a ritual, from its first occurrence on."""
    return rotas(session, deps, charter, (ritual,))[ritual.id]


def rotas(
    session: Connection, deps: Deps, charter: Charter, rituals: Collection[Ritual]
) -> dict[RitualId, Rota]:
    """Return the turns of several rituals, in as few statements as of one."""
    if not rituals:
        return {}
    names = [ritual.id for ritual in rituals]
    changes = rows.changes(session, deps.workspace, names)
    stand_ins = {c.stand_in for of_one in changes.values() for c in of_one.values() if c.stand_in}
    asked = stand_ins.union(*(ritual.rotation for ritual in rituals))
    since = datetime.combine(min(ritual.rule.anchor for ritual in rituals), time(), UTC)
    presence = Presence(
        absences=rows.away(session, deps.workspace, asked, since),
        barred=desk_of(session, deps).presence.barred,
    )
    kept = turns.kept(session, deps.workspace, names)

    def past(name: RitualId) -> Past:
        return Past(changes=changes[name], kept=kept[name], presence=presence, now=deps.now())

    return {r.id: Rota(ritual=r, charter=charter, past=past(r.id)) for r in rituals}


def keep_turn(
    session: Connection, deps: Deps, charter: Charter, ritual: Ritual, held: Occurrence
) -> None:
    """Keep whose turn an occurrence is, when it is announced, handed over or run."""
    person = rota(session, deps, charter, ritual).counted(held)
    if person is not None or held.run_by is not None:
        turns.keep(session, deps.workspace, (ritual.id, held.slot), person)


def occurrence(
    session: Connection,
    deps: Deps,
    charter: Charter,
    ritual: Ritual,
    slot: date,
    *,
    is_locked: bool = False,
) -> Occurrence:
    """Return the occurrence of `slot` as it stands; `is_locked`: until the transaction ends.

    Raises NoSuchOccurrence when the rule gives no such date and nobody kept one.
    """
    read = rows.get_for_update if is_locked else rows.get
    known = read(session, deps.workspace, ritual.id, slot)
    found = by_slot(ritual, charter.calendar, known, slot)
    if found is None:
        raise NoSuchOccurrence
    return found


def occurrences(
    session: Connection,
    deps: Deps,
    charter: Charter,
    ritual: Ritual,
    *,
    start: datetime,
    end: datetime,
) -> tuple[Occurrence, ...]:
    """Return the occurrences of a ritual that start from `start` to `end`, cancelled ones too."""
    first, last = reach(start, end)
    known = rows.around(session, deps.workspace, (ritual.id,), first=first, last=last)
    return between(ritual, charter.calendar, known, start, end)


def next_of(
    session: Connection, deps: Deps, charter: Charter, ritual: Ritual, *, after: datetime
) -> Occurrence | None:
    """Return the next occurrence that is held, None within a year."""
    start = after + timedelta(microseconds=1)
    # Nearly always it is soon: a whole year is only gone through when it is not.
    for end in (after + SOON, after + AHEAD):
        found = occurrences(session, deps, charter, ritual, start=start, end=end)
        following = next((o for o in found if o.stage is not Stage.CANCELLED), None)
        if following:
            return following
    return None


def room(deps: Deps, ritual: Ritual) -> ChannelId:
    """Return where the agenda of a ritual goes."""
    return deps.rooms.get(ritual.id, deps.channel)


def sheet(deps: Deps, ritual: RitualId, slot: date) -> AgendaSheet:
    """Return everything that is shown of an occurrence as it stands now."""
    with deps.read() as session:
        return sheet_of(session, deps, ritual, slot)


def sheet_of(session: Connection, deps: Deps, name: RitualId, slot: date) -> AgendaSheet:
    """Return the sheet of an occurrence inside an open transaction. Raises NoSuchOccurrence."""
    charter = seated(session, deps)
    ritual = find(charter, name)
    found = occurrence(session, deps, charter, ritual, slot)
    agenda, requests = agenda_of(session, deps, charter, ritual, found)
    places = cards.places(session, deps.workspace, tuple(requests))
    place = rows.place(session, deps.workspace, (name, slot), rows.AGENDA)
    following = next_of(session, deps, charter, ritual, after=found.starts_at)
    return AgendaSheet(
        charter=charter,
        ritual=ritual,
        occurrence=found,
        facilitator=rota(session, deps, charter, ritual).of(found),
        agenda=agenda,
        requests=requests,
        urls={request: deps.permalink(*at) for request, at in places.items()},
        url=deps.permalink(*place) if place else None,
        next_at=following.starts_at if following else None,
    )


def agenda_of(
    session: Connection, deps: Deps, charter: Charter, ritual: Ritual, found: Occurrence
) -> tuple[Agenda, Mapping[RequestId, Request]]:
    """Return the agenda of an occurrence, and the requests it names: the frozen ones, if it is."""
    refused = [refusal.request for refusal in found.refused]
    carried = rows.carried(session, deps.workspace, ritual.id)
    if found.is_frozen:
        items = [item.request for item in found.items]
        known = rows.requests_of(session, deps.workspace, [*items, *found.left_out, *refused])
        return Agenda(
            entries=_entries(items, known, carried, found.starts_at),
            left_out=_entries(found.left_out, known, carried, found.starts_at),
        ), known
    asked = rows.asked(session, deps.workspace)
    agenda = build(ritual, charter, asked, meets_at=found.starts_at, carried=carried)
    known = rows.requests_of(session, deps.workspace, refused)
    return agenda, known | {request.id: request for request in asked}


def _entries(
    wanted: Iterable[RequestId],
    known: Mapping[RequestId, Request],
    carried: Mapping[RequestId, int],
    meets_at: datetime,
) -> tuple[Entry, ...]:
    found = (known[request] for request in wanted if request in known)
    return tuple(
        Entry(
            request=request,
            is_overdue=request.due_at is not None and request.due_at < meets_at,
            carried=carried.get(request.id, 0),
        )
        for request in found
    )


def coming(deps: Deps, person: PersonId) -> tuple[Coming, ...]:
    """Return the occurrence under way or next of each ritual, soonest first, for `person`."""
    with deps.read() as session:
        return coming_in(session, deps, person)


def coming_in(session: Connection, deps: Deps, person: PersonId | None) -> tuple[Coming, ...]:
    """Return the same inside an open transaction; for everybody, when `person` is None."""
    charter, now = seated(session, deps), deps.now()
    first, last = reach(now - RECENT, now + SOON)
    names = (ritual.id for ritual in charter.rituals)
    known = rows.around(session, deps.workspace, names, first=first, last=last)
    current = {
        ritual: held
        for ritual in charter.rituals
        if (held := _current(session, deps, charter, ritual, known)) is not None
    }
    named = ((held.ritual, held.slot) for held in current.values())
    places = rows.places(session, deps.workspace, named, rows.AGENDA)
    turns_of = rotas(session, deps, charter, current)
    found = (_coming(deps, turns_of[r.id], held, places, person) for r, held in current.items())
    return tuple(sorted(found, key=lambda c: (c.occurrence.starts_at, c.ritual.id)))


def _current(
    session: Connection,
    deps: Deps,
    charter: Charter,
    ritual: Ritual,
    known: Iterable[Occurrence],
) -> Occurrence | None:
    """Return the occurrence that is running, or not over, else the next one.

    `known` are those that somebody touched, of all rituals, around now.
    """
    now = deps.now()
    its = [held for held in known if held.ritual == ritual.id]
    around = between(ritual, charter.calendar, its, now - RECENT, now + SOON)
    for held in reversed([held for held in around if held.starts_at <= now]):
        is_open = held.stage is Stage.PLANNED and held.ends_at > now
        if held.stage is Stage.RUNNING or is_open:
            return held
    ahead = (o for o in around if o.starts_at > now and o.stage is not Stage.CANCELLED)
    return next(ahead, None) or next_of(session, deps, charter, ritual, after=now)


def _coming(
    deps: Deps,
    turns: Rota,
    held: Occurrence,
    places: Mapping[tuple[RitualId, date], cards.Place],
    person: PersonId | None,
) -> Coming:
    hosts = turns.hosts(held)
    place = places.get((held.ritual, held.slot))
    return Coming(
        ritual=turns.ritual,
        occurrence=held,
        facilitator=hosts.facilitator,
        may_run=person is not None and hosts.may_run(person),
        may_arrange=person is not None and hosts.may_arrange(person),
        url=deps.permalink(*place) if place else None,
    )
