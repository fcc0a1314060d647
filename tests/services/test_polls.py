"""The audit's poll on both databases: one answer a person, and nobody's."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.db.poll_tables import ballots
from bot.domain.errors import NotASteward, PollClosed
from bot.domain.ids import PersonId
from bot.domain.polls import Answer, AuditQuestion, Poll
from bot.domain.posts import PostKind
from bot.services import polls
from bot.services.deps import Deps
from bot.services.troubles import NotFound
from tests.builders import EVERYBODY, HUGO, LEA, FakeClock
from tests.services.rituals.meetings import said

KEY = "0123456789abcdef" * 2
ROLES, CHANNEL = AuditQuestion.ROLES, AuditQuestion.CHANNEL


@pytest.fixture
def steward(deps: Deps) -> PersonId:
    return deps.charter.stewards[0]


@pytest.fixture
def opened(deps: Deps, steward: PersonId) -> Poll:
    return polls.open_poll(deps, steward)


def give(deps: Deps, poll: Poll, by: PersonId, given: Answer = Answer.YES) -> None:
    polls.answer(deps, poll.id, KEY, ROLES, given, by)


def everything(deps: Deps) -> str:
    """All that the database holds, as one text."""
    with deps.read() as session:
        tables = ("polls", "ballots", "received", "outbox", "timers", "counters")
        rows = [session.execute(text(f"SELECT * FROM {name}")).all() for name in tables]  # noqa: S608  # our own names
    return str(rows)


def test_a_poll_is_opened_once_a_day_and_posted_once(deps: Deps, steward: PersonId) -> None:
    first, again = (polls.open_poll(deps, steward) for _ in range(2))

    assert first.id == again.id
    assert [post.kind for post in said(deps)] == [PostKind.POLL]


def test_only_a_steward_opens_and_closes(deps: Deps, steward: PersonId, opened: Poll) -> None:
    other = next(person for person in EVERYBODY if person not in deps.charter.stewards)

    with pytest.raises(NotASteward):
        polls.open_poll(deps, other)
    with pytest.raises(NotASteward):
        polls.close_poll(deps, other, opened.id)


def test_an_answer_can_be_changed_and_counts_once(
    deps: Deps, steward: PersonId, opened: Poll
) -> None:
    for person in EVERYBODY[:5]:
        give(deps, opened, person)
    give(deps, opened, HUGO, Answer.NO)
    give(deps, opened, EVERYBODY[0], Answer.NO)
    give(deps, opened, EVERYBODY[0], Answer.NO)

    closed = polls.close_poll(deps, steward, opened.id)

    assert closed.totals == {ROLES: {Answer.YES: 4, Answer.NO: 2}}


@pytest.mark.parametrize(("people", "is_kept"), [(4, False), (5, True)])
def test_fewer_than_five_answers_are_neither_kept_nor_shown(
    deps: Deps, steward: PersonId, opened: Poll, people: int, is_kept: bool
) -> None:
    for person in EVERYBODY[:people]:
        give(deps, opened, person)
    polls.answer(deps, opened.id, KEY, CHANNEL, Answer.NO, LEA)

    closed = polls.close_poll(deps, steward, opened.id)

    assert set(closed.totals) == ({ROLES} if is_kept else set())
    assert closed.share(CHANNEL, Answer.NO) is None


def test_nothing_is_shown_while_it_is_open(deps: Deps, opened: Poll) -> None:
    for person in EVERYBODY:
        give(deps, opened, person)

    closed, running = polls.declared(deps)

    assert closed is None
    assert running is not None
    assert running.totals == {}


def test_the_database_cannot_tell_who_answered(deps: Deps, steward: PersonId, opened: Poll) -> None:
    said(deps)
    before = everything(deps)
    give(deps, opened, HUGO)
    polls.answer(deps, opened.id, KEY, CHANNEL, Answer.NO, HUGO)

    kept = everything(deps)
    with deps.read() as session:
        names = list(session.execute(ballots.select()).mappings())

    assert kept.count(HUGO) == before.count(HUGO)
    assert KEY not in kept
    assert len({row["ballot"] for row in names}) == 2
    assert set(names[0]) == {"workspace_id", "poll_id", "question", "ballot", "answer"}
    polls.close_poll(deps, steward, opened.id)
    with deps.read() as session:
        assert session.execute(ballots.select()).all() == []


def test_rows_do_not_tell_which_answer_came_first(deps: Deps, opened: Poll) -> None:
    for person in EVERYBODY:
        give(deps, opened, person)

    with deps.read() as session:
        if session.dialect.name == "sqlite":
            with pytest.raises(Exception, match="no such column: rowid"):
                session.execute(text("SELECT rowid FROM ballots"))
        columns = {column.name for column in ballots.columns}
    assert not columns & {"at", "given_at", "created_at", "seq", "id"}


def test_another_key_is_not_this_poll_s(deps: Deps, opened: Poll) -> None:
    give(deps, opened, HUGO)

    with pytest.raises(NotFound):
        polls.answer(deps, opened.id, "f" * 32, ROLES, Answer.NO, HUGO)


def test_a_closed_poll_takes_no_answer_and_is_closed_once(
    deps: Deps, steward: PersonId, opened: Poll
) -> None:
    said(deps)
    first, again = (polls.close_poll(deps, steward, opened.id) for _ in range(2))

    with pytest.raises(PollClosed):
        give(deps, opened, HUGO)
    assert first == again
    assert [post.kind for post in said(deps)] == [PostKind.POLL_UPDATE]


def test_a_poll_nobody_closes_ends_by_itself(deps: Deps, clock: FakeClock, opened: Poll) -> None:
    assert polls.close_polls(deps) == 0
    clock.at = opened.closes_at - timedelta(seconds=1)
    give(deps, opened, HUGO)

    clock.at = opened.closes_at

    with pytest.raises(PollClosed):
        give(deps, opened, LEA)
    assert polls.close_polls(deps) == 1
    assert polls.close_polls(deps) == 0
    closed, running = polls.declared(deps)
    assert closed is not None
    assert running is None
