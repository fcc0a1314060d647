"""Running an occurrence: start it, settle its items, close it.

The facilitator never decides for anybody: they carry over, or propose what they heard, which its
decider confirms. Each function is one transaction; `key` names the click or submission. All raise
the `DomainError` that says why not. Source: governance §7.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bot.db import outbox, received, requests
from bot.db import rituals as rows
from bot.domain import rituals_posts
from bot.domain.agenda import AgendaSheet
from bot.domain.charter import Ritual
from bot.domain.decision import Terms, check_terms
from bot.domain.errors import NotADecider
from bot.domain.ids import PersonId, RequestId, RitualId
from bot.domain.posts import Post
from bot.domain.request import DECIDABLE, Request, require_text
from bot.domain.rituals import Occurrence, Proposal, Stage
from bot.domain.routing import Desk
from bot.services import decisions, moves, prompts, rituals
from bot.services.deps import Deps
from bot.services.desks import desk_of, today


@dataclass(frozen=True, kw_only=True)
class Which:
    """Names an occurrence: its ritual, and the date its rule gave."""

    ritual: RitualId
    slot: date


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a move on an occurrence is made with, inside its transaction."""

    session: Connection
    deps: Deps
    desk: Desk
    ritual: Ritual
    occurrence: Occurrence

    def item(self, request: RequestId) -> Request:
        """Return the request of an item. Raises NotOnAgenda."""
        self.occurrence.item(request)
        return requests.get(self.session, self.deps.workspace, request)


Move = Callable[[Table], tuple[Occurrence, tuple[Post, ...]]]


def change(deps: Deps, which: Which, move: Move, *, key: str) -> Occurrence:
    """Apply `move`, which gives the occurrence and what must be said; a resend changes nothing."""
    with deps.begin() as session:
        is_new = received.first_time(session, deps.workspace, key, deps.now())
        table = table_of(session, deps, which)
        if not is_new:
            return table.occurrence
        changed, told = move(table)
        if changed != table.occurrence:
            changed = rows.save(session, deps.workspace, changed)
        outbox.add(session, deps.workspace, told, at=table.desk.now)
        prompts.follow_occurrence(session, deps, table.desk.charter, table.occurrence, changed)
    deps.wake()
    return changed


def table_of(session: Connection, deps: Deps, which: Which) -> Table:
    """Return an occurrence that nobody else can change until the transaction ends."""
    desk = desk_of(session, deps)
    ritual = rituals.find(desk.charter, which.ritual)
    found = rituals.occurrence(session, deps, desk.charter, ritual, which.slot, is_locked=True)
    return Table(session=session, deps=deps, desk=desk, ritual=ritual, occurrence=found)


def _require_run(table: Table, by: PersonId) -> None:
    turns = rituals.rota(table.session, table.deps, table.desk.charter, table.ritual)
    turns.hosts(table.occurrence).require_run(by)


def start(deps: Deps, which: Which, by: PersonId, *, key: str) -> Occurrence:
    """Freeze the agenda if it is not, and open the run in its thread; twice is once."""

    def move(table: Table) -> tuple[Occurrence, tuple[Post, ...]]:
        _require_run(table, by)
        if table.occurrence.stage is Stage.RUNNING:
            return table.occurrence, ()
        started = frozen(table).start(by, at=table.desk.now)
        for item in started.items:
            started = started.follow(requests.get(table.session, deps.workspace, item.request))
        rituals.keep_turn(table.session, deps, table.desk.charter, table.ritual, started)
        room = rituals.room(deps, table.ritual)
        told = (
            # Said only when the agenda is not there: it was late, or the start is early.
            rituals_posts.opening(started, room),
            rituals_posts.agenda_update(started, room, "started"),
            rituals_posts.run(started, room),
        )
        return started, told

    return change(deps, which, move, key=key)


def frozen(table: Table) -> Occurrence:
    """Return the occurrence with its agenda fixed, as it is now if it was not."""
    found, charter = table.occurrence, table.desk.charter
    if found.is_frozen:
        return found
    agenda, _ = rituals.agenda_of(table.session, table.deps, charter, table.ritual, found)
    left_out = tuple(entry.request.id for entry in agenda.left_out)
    return found.freeze(agenda.items, left_out, at=table.desk.now)


def carry(
    deps: Deps, which: Which, by: PersonId, request: RequestId, why: str, *, key: str
) -> Occurrence:
    """Leave an item for the next occurrence, with the reason; for the facilitator."""

    def move(table: Table) -> tuple[Occurrence, tuple[Post, ...]]:
        _require_run(table, by)
        carried = table.occurrence.carry(by, request, why)
        return carried, (_update(table, carried),)

    return change(deps, which, move, key=key)


def check(deps: Deps, which: Which, by: PersonId, request: RequestId | None = None) -> AgendaSheet:
    """Return the sheet of a running occurrence when `by` runs it, before a form opens."""
    with deps.read() as session:
        sheet = rituals.sheet_of(session, deps, which.ritual, which.slot)
        turns = rituals.rota(session, deps, sheet.charter, sheet.ritual)
    turns.hosts(sheet.occurrence).require_run(by)
    sheet.occurrence.require_stage(Stage.RUNNING)
    if request is not None:
        sheet.occurrence.item(request)
        sheet.requests[request].require_state(DECIDABLE)
    return sheet


def propose(
    deps: Deps, which: Which, by: PersonId, request: RequestId, heard: Terms | str, *, key: str
) -> Occurrence:
    """Ask the deciders of an item to confirm what the facilitator heard them say.

    `heard` is a decision, or the evidence that is missing. Nothing is decided until they click.
    """

    def move(table: Table) -> tuple[Occurrence, tuple[Post, ...]]:
        _require_run(table, by)
        asked = table.item(request)
        asked.require_state(DECIDABLE)
        _check_heard(heard, asked, table)
        proposal = Proposal(
            id=deps.new_id(),
            by=by,
            at=table.desk.now,
            terms=heard if isinstance(heard, Terms) else None,
            evidence=heard if isinstance(heard, str) else "",
        )
        proposed = table.occurrence.propose(request, proposal)
        told = tuple(
            rituals_posts.proposal(proposed, request, proposal, decider)
            for decider in asked.awaited
        )
        return proposed, (*told, _update(table, proposed))

    return change(deps, which, move, key=key)


def _check_heard(heard: Terms | str, asked: Request, table: Table) -> None:
    """Refuse what its decider could not confirm in one click."""
    if isinstance(heard, str):
        require_text(heard)
        return
    decisions.check_guard_rail(table.session, table.deps, asked, heard)
    check_terms(
        heard,
        asked=asked.asked_verdict,
        options=asked.content.options,
        today=today(table.desk.charter, table.desk.now),
    )


def heard(deps: Deps, which: Which, by: PersonId, request: RequestId, proposal: str) -> Proposal:
    """Return a proposal that `by` may confirm. Raises NotADecider, or ProposalGone."""
    with deps.read() as session:
        asked = requests.get(session, deps.workspace, request)
        if not asked.may_decide(by):
            raise NotADecider(deciders=",".join(asked.route.deciders))
        found = rituals.sheet_of(session, deps, which.ritual, which.slot).occurrence
    return found.proposal(request, proposal)


def confirm(
    deps: Deps, which: Which, by: PersonId, request: RequestId, proposal: str, *, key: str
) -> Request:
    """Make a proposal the decision of `by`, or their asking for evidence; twice is once."""
    with deps.read() as session:
        if received.is_known(session, deps.workspace, key):
            return requests.get(session, deps.workspace, request)
    found = heard(deps, which, by, request, proposal)
    if found.terms is not None:
        return decisions.decide(deps, request, by, found.terms, key=key)
    return moves.ask_evidence(deps, request, by, found.evidence, key=key)


def close(deps: Deps, which: Which, by: PersonId, *, key: str) -> Occurrence:
    """End an occurrence whose items all have an outcome; its minutes go in the thread."""

    def move(table: Table) -> tuple[Occurrence, tuple[Post, ...]]:
        _require_run(table, by)
        closed = table.occurrence.close(at=table.desk.now)
        room = rituals.room(deps, table.ritual)
        told = (
            rituals_posts.agenda_update(closed, room, "closed"),
            rituals_posts.run_update(closed, room, "closed"),
            rituals_posts.minutes(closed, room),
        )
        return closed, told

    return change(deps, which, move, key=key)


def _update(table: Table, changed: Occurrence) -> Post:
    room = rituals.room(table.deps, table.ritual)
    return rituals_posts.run_update(changed, room, f"v{changed.version + 1}")
