"""What rituals have to say, when it is due: agendas, reminders to facilitators.

The database and the rule say what is due now; each post has its key. Twice, late, after a restart
or on several replicas changes nothing. Source: governance §7, product §4.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from sqlalchemy import Connection

from bot.db import charters, outbox, people
from bot.db import rituals as rows
from bot.db.errors import StaleRequest
from bot.domain import rituals_posts
from bot.domain.agenda import Misfit, sent_elsewhere
from bot.domain.calendar import Span
from bot.domain.charter import Charter, Ritual
from bot.domain.errors import DomainError
from bot.domain.ids import RitualId
from bot.domain.posts import Post, PostKind
from bot.domain.rituals import Occurrence, Stage
from bot.domain.rituals_plan import between, reach
from bot.domain.rituals_posts import (
    CLOSE_WITHIN,
    FARTHEST_BACK_DAYS,
    OVER,
    PREPARE_BEFORE,
    Due,
    Receiver,
    Room,
    due_posts,
    queued_at,
)
from bot.domain.upcoming import Upcoming
from bot.services import prompts, rituals
from bot.services.changes import apply
from bot.services.deps import Deps
from bot.services.desks import calendars_of, seated
from bot.services.rituals_run import Which, frozen, table_of
from bot.services.schedule.guarding import Task, those_done

AHEAD = PREPARE_BEFORE + timedelta(days=FARTHEST_BACK_DAYS)
"""Nothing is due longer before an occurrence than this."""


def due_ritual_posts(deps: Deps) -> tuple[Task, ...]:
    """Return what queues the posts that are due and not said yet, and freezes what starts."""
    with deps.read() as session:
        known = _Known(session, deps, until=deps.now())
        looked = those_done(deps.charter.rituals, lambda r: _look(session, deps, known, r.id))
    now = deps.now()
    return tuple(
        partial(_queue_ritual, look=look)
        for look in looked
        if look.due or any(_is_starting(occurrence, now) for occurrence in look.held)
    )


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What one look found of a ritual."""

    charter: Charter
    ritual: Ritual
    held: tuple[Occurrence, ...]
    due: tuple[Due, ...]


class _Known:
    """What is kept of all rituals, read together; whose turn it is, only when somebody asks."""

    def __init__(self, session: Connection, deps: Deps, *, until: datetime) -> None:
        self._session, self._deps = session, deps
        self.charter = seated(session, deps)
        self._span = deps.now() - CLOSE_WITHIN, until + AHEAD
        names = [ritual.id for ritual in self.charter.rituals]
        first, last = reach(*self._span)
        self._touched = rows.around(session, deps.workspace, names, first=first, last=last)

    def held(self, ritual: Ritual) -> tuple[Occurrence, ...]:
        """Return the occurrences of a ritual that may have something to say by then."""
        its = (found for found in self._touched if found.ritual == ritual.id)
        return between(ritual, self.charter.calendar, its, *self._span)

    def turns(self, ritual: Ritual) -> rituals.Rota:
        return self._turns[ritual.id]

    @cached_property
    def _turns(self) -> dict[RitualId, rituals.Rota]:
        return rituals.rotas(self._session, self._deps, self.charter, self.charter.rituals)


def _look(session: Connection, deps: Deps, known: _Known, name: RitualId) -> _Look:
    ritual = rituals.find(known.charter, name)
    held = known.held(ritual)
    due = _due_now(session, deps, known, ritual, held)
    return _Look(charter=known.charter, ritual=ritual, held=held, due=due)


def _queue_ritual(deps: Deps, look: _Look) -> int:
    for occurrence in look.held:
        if _is_starting(occurrence, deps.now()):
            _send_misfits_elsewhere(deps, look.ritual, occurrence)
            _freeze(deps, occurrence)
    queued = 0
    if any(found.post.kind is PostKind.AGENDA for found in look.due):
        queued += _open(deps, look.charter, look.ritual)
    queued += _queue(deps, look)
    if queued:
        deps.wake()
    return queued


def upcoming_ritual_posts(deps: Deps, until: datetime) -> tuple[Upcoming, ...]:
    """Return what rituals will say until `until` if nothing changes, soonest first."""
    now = deps.now()
    with deps.read() as session:
        known = _Known(session, deps, until=until)
        found = [
            due
            for ritual in known.charter.rituals
            for due in _posts(session, deps, known, ritual, known.held(ritual))
            if now < due.at <= until
        ]
        said = outbox.queued(session, deps.workspace, [due.post.key for due in found])
    wanted = (due for due in found if due.post.key not in said)
    return tuple(
        Upcoming(
            due_at=due.at,
            kind=due.post.kind,
            key=due.post.key,
            channel=due.post.channel,
            person=due.post.person,
            ritual=due.post.detail("ritual"),
            post=due.post,
        )
        for due in sorted(wanted, key=lambda due: (due.at, due.post.key))
    )


def _due_now(
    session: Connection, deps: Deps, known: _Known, ritual: Ritual, held: tuple[Occurrence, ...]
) -> tuple[Due, ...]:
    now = deps.now()
    found = [
        due
        for due in _posts(session, deps, known, ritual, held)
        if due.at <= now and (due.post.useful_until is None or now < due.post.useful_until)
    ]
    said = outbox.queued(session, deps.workspace, [due.post.key for due in found])
    return tuple(due for due in found if due.post.key not in said)


def _posts(
    session: Connection, deps: Deps, known: _Known, ritual: Ritual, held: tuple[Occurrence, ...]
) -> tuple[Due, ...]:
    """Return all that the last occurrence and those to come have to say."""
    past = [o for o in held if o.ends_at <= deps.now()]
    # Of several that an outage missed only the last one is still worth a word.
    last = [o for o in past[-1:] if o.stage not in OVER and _was_announced(session, deps, o)]
    wanted = [*last, *(o for o in held if o not in past and o.stage not in OVER)]
    if not wanted:
        return ()
    turns, charter = known.turns(ritual), known.charter
    calendar = charter.calendar.in_zone(ritual.zone)
    room = Room(channel=rituals.room(deps, ritual), calendar=calendar)
    stewards = charter.stewards if _is_looked_up(session, deps, ritual) else ()
    found: list[Due] = []
    for occurrence in wanted:
        receiver = _receiver(session, deps, turns, occurrence)
        found += due_posts(occurrence, room, receiver, stewards)
    return tuple(found)


def _is_looked_up(session: Connection, deps: Deps, ritual: Ritual) -> bool:
    """Tell whether who facilitates was asked of Slack: just after the first start nobody was."""
    if ritual.rotation:
        return True
    known = people.directory(session, deps.workspace)
    return not known.keys().isdisjoint(ritual.facilitators)


def _was_announced(session: Connection, deps: Deps, occurrence: Occurrence) -> bool:
    """Tell whether people know of a past occurrence: not those from before the installation."""
    if occurrence.stage is Stage.RUNNING:
        return True
    named = (occurrence.ritual, occurrence.slot)
    return rows.place(session, deps.workspace, named, rows.AGENDA) is not None


def _receiver(
    session: Connection, deps: Deps, turns: rituals.Rota, occurrence: Occurrence
) -> Receiver | None:
    person = turns.of(occurrence)
    if person is None:
        return None
    return Receiver(
        person=person,
        calendar=calendars_of(session, deps, turns.charter, (person,))(person),
        away=tuple(
            Span(start=a.start, end=a.end)
            for a in turns.past.presence.absences
            if a.person == person
        ),
    )


def _queue(deps: Deps, look: _Look) -> int:
    """Queue what is due; whose turn was announced is kept, and what another was told is ended."""
    if not look.due:
        return 0
    now, charter = deps.now(), look.charter
    with deps.begin() as session:
        since = charters.first_at(session, deps.workspace)
        told = tuple(queued_at(found, now, since=since) for found in look.due)
        queued = outbox.add(session, deps.workspace, told, at=now)
        named = {rituals_posts.named_in(found.post) for found in look.due}
        for occurrence in look.held:
            if (look.ritual.id, occurrence.slot) in named:
                rituals.keep_turn(session, deps, charter, look.ritual, occurrence)
                prompts.follow_occurrence(session, deps, charter, occurrence, occurrence)
    return queued


def _open(deps: Deps, charter: Charter, ritual: Ritual) -> int:
    """Send elsewhere what a new agenda refuses; tell of a ritual's channel that is not there."""
    with deps.read() as session:
        held = rituals.next_of(session, deps, charter, ritual, after=deps.now())
    if held is None:
        return 0
    _send_misfits_elsewhere(deps, ritual, held)
    if ritual.channel is None or ritual.id in deps.rooms:
        return 0
    told: tuple[Post, ...] = tuple(
        rituals_posts.lost_channel(held, steward, ritual.channel) for steward in charter.stewards
    )
    with deps.begin() as session:
        return outbox.add(session, deps.workspace, told, at=deps.now())


def _send_misfits_elsewhere(deps: Deps, ritual: Ritual, occurrence: Occurrence) -> None:
    """Send what does not answer the ritual's question where it belongs, one transaction each."""
    with deps.read() as session:
        charter = seated(session, deps)
        agenda, _ = rituals.agenda_of(session, deps, charter, ritual, occurrence)
    for misfit in agenda.misfits:
        # Somebody, or another replica, may have moved it meanwhile: then there is nothing to do.
        with suppress(DomainError, StaleRequest):
            _send_elsewhere(deps, Which(ritual=ritual.id, slot=occurrence.slot), misfit)


def _send_elsewhere(deps: Deps, which: Which, misfit: Misfit) -> None:
    with deps.begin() as session:
        table = table_of(session, deps, which)
        refused = table.occurrence.refuse(misfit.request.id, misfit.ritual)
        rows.save(session, deps.workspace, refused)
        apply(
            session,
            deps,
            table.desk,
            misfit.request.id,
            lambda request, desk: sent_elsewhere(request, misfit.ritual, at=desk.now),
        )


def _is_starting(occurrence: Occurrence, now: datetime) -> bool:
    """Tell whether its time has come and its agenda still moves."""
    is_moving = occurrence.stage is Stage.PLANNED and not occurrence.is_frozen
    return is_moving and occurrence.starts_at <= now < occurrence.ends_at


def _freeze(deps: Deps, occurrence: Occurrence) -> None:
    # Another replica may do it at the same time: once is enough.
    with suppress(StaleRequest), deps.begin() as session:
        table = table_of(session, deps, Which(ritual=occurrence.ritual, slot=occurrence.slot))
        fixed = frozen(table)
        if fixed != table.occurrence:
            rows.save(session, deps.workspace, fixed)
