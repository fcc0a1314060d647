"""Arranging one occurrence: move it, cancel it, let somebody else facilitate. The rule stays.

Each function is one transaction; `key` names the submission. All raise the `DomainError` that
says why not. Source: governance §7.
"""

from dataclasses import replace
from datetime import date, time, timedelta

from bot.db import rituals as rows
from bot.domain import rituals_posts
from bot.domain.agenda import AgendaSheet
from bot.domain.ids import PersonId
from bot.domain.posts import Post
from bot.domain.rituals import FARTHEST_MOVE, Occurrence, Stage
from bot.domain.rituals_errors import CannotStandIn
from bot.services import prompts, rituals
from bot.services.deps import Deps
from bot.services.rituals_run import Table, Which, change

SWAP_WITHIN = timedelta(days=400)
"""How far the turn that somebody gives in exchange is looked for."""


def check(deps: Deps, which: Which, by: PersonId) -> AgendaSheet:
    """Return the sheet of an occurrence when `by` may arrange it, before a form opens."""
    with deps.read() as session:
        sheet = rituals.sheet_of(session, deps, which.ritual, which.slot)
        turns = rituals.rota(session, deps, sheet.charter, sheet.ritual)
    turns.hosts(sheet.occurrence).require_arrange(by)
    return sheet


def move(
    deps: Deps, which: Which, by: PersonId, to: tuple[date, time], *, why: str, key: str
) -> Occurrence:
    """Hold an occurrence on another day, at a wall time of the ritual's zone."""
    day, at = to

    def make(table: Table) -> tuple[Occurrence, tuple[Post, ...]]:
        turns = _arranging(table, by)
        calendar = table.desk.charter.calendar.in_zone(table.ritual.zone)
        others = _others(table)
        moved = table.occurrence.move(
            calendar.instant(day, at),
            why=why.strip(),
            at=table.desk.now,
            taken=[calendar.local_date(other.starts_at) for other in others],
            day=day,
        )
        return moved, _told(table, moved, "moved", {turns.of(table.occurrence)} - {by})

    return change(deps, which, make, key=key)


def cancel(deps: Deps, which: Which, by: PersonId, why: str, *, key: str) -> Occurrence:
    """Do not hold an occurrence this time; its agenda goes to the next one, the turn is kept."""

    def make(table: Table) -> tuple[Occurrence, tuple[Post, ...]]:
        turns = _arranging(table, by)
        cancelled = table.occurrence.cancel(why.strip())
        return cancelled, _told(table, cancelled, "cancelled", {turns.of(cancelled)} - {by})

    return change(deps, which, make, key=key)


def hand_over(
    deps: Deps, which: Which, by: PersonId, to: PersonId, *, is_swap: bool, key: str
) -> Occurrence:
    """Let `to` facilitate this time; with `is_swap` their own next turn is given in exchange.

    The order stays: whose turn it was has had it. Without a turn to give, a swap is just this
    time. Raises CannotStandIn for somebody absent then, or barred.
    """

    def make(table: Table) -> tuple[Occurrence, tuple[Post, ...]]:
        turns = _arranging(table, by)
        if not table.desk.presence.is_present(to, table.occurrence.starts_at):
            raise CannotStandIn
        usual = turns.of(table.occurrence)
        handed = table.occurrence.hand_to(to)
        _keep_turn(table, table.occurrence)
        if is_swap and usual and usual != to:
            _give_back(table, turns, usual, to)
        return handed, _told(table, handed, "handed", {to, None} - {by})

    return change(deps, which, make, key=key)


def _give_back(table: Table, turns: rituals.Rota, usual: PersonId, to: PersonId) -> None:
    """Give the next turn of `to` to `usual`."""
    for held in _others(table, within=SWAP_WITHIN):
        is_later = held.starts_at > table.occurrence.starts_at
        if is_later and held.stage is Stage.PLANNED and turns.of(held) == to:
            _keep_turn(table, held)
            given = rows.save(table.session, table.deps.workspace, held.hand_to(usual))
            charter = table.desk.charter
            prompts.follow_occurrence(table.session, table.deps, charter, held, given)
            return


def _keep_turn(table: Table, held: Occurrence) -> None:
    """Keep whose turn it was: they were told, and have had it."""
    rituals.keep_turn(table.session, table.deps, table.desk.charter, table.ritual, held)


def _arranging(table: Table, by: PersonId) -> rituals.Rota:
    turns = rituals.rota(table.session, table.deps, table.desk.charter, table.ritual)
    turns.hosts(table.occurrence).require_arrange(by)
    return turns


def _others(table: Table, within: timedelta = 2 * FARTHEST_MOVE) -> tuple[Occurrence, ...]:
    """Return the other occurrences that are held from now on, in order."""
    now = table.desk.now
    found = rituals.occurrences(
        table.session,
        table.deps,
        table.desk.charter,
        table.ritual,
        start=now,
        end=now + within,
    )
    mine = table.occurrence.slot
    return tuple(o for o in found if o.slot != mine and o.stage is not Stage.CANCELLED)


def _told(
    table: Table, changed: Occurrence, what: str, people: set[PersonId | None]
) -> tuple[Post, ...]:
    """Return what is said of a change: to who facilitates, and where the agenda stands."""
    saved = replace(changed, version=changed.version + 1)
    direct = tuple(rituals_posts.told(saved, what, person) for person in people if person)
    named = (changed.ritual, changed.slot)
    if rows.place(table.session, table.deps.workspace, named, rows.AGENDA) is None:
        return direct
    room, cause = rituals.room(table.deps, table.ritual), f"v{saved.version}"
    shown = [rituals_posts.agenda_update(saved, room, cause)]
    if saved.stage is Stage.RUNNING:
        shown.append(rituals_posts.run_update(saved, room, cause))
    return (*shown, rituals_posts.line(saved, room, what), *direct)
