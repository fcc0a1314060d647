"""The shared artefacts: until when each is fresh, who keeps it, what it may say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import errors, respiration
from bot.domain.artefacts import (
    SELF_MADE,
    Artefact,
    Body,
    Capacity,
    Update,
    capacity_of,
    check_body,
    freshness,
    keep_all,
    named_in,
    reminder,
    roadmap_since,
    stale_at,
)
from bot.domain.artefacts_plan import DEFAULT, Keeping
from bot.domain.charter import Charter, Role, SeatKey
from bot.domain.posts import Post, PostKind
from bot.domain.tempo import Cycle
from tests.builders import CHECKOUT, CLAIRE, HUGO, KARIM, LEA, NOW, a_charter, with_seat

CHARTER = a_charter()
NOBODY = frozenset[str]()


def a_body(**changes: object) -> Body:
    return replace(Body(words="Rien de neuf."), **changes)  # type: ignore[arg-type]


def an_update(artefact: Artefact = Artefact.CONSTRAINTS, *, at: datetime = NOW) -> Update:
    return Update(artefact=artefact, seq=1, at=at, by=CLAIRE, role=Role.CPO, body=a_body())


def fresh_for(days: int | None, *, months: int = 2) -> Charter:
    plan = {**DEFAULT, Artefact.CONSTRAINTS: Keeping(owner=Role.CTO, fresh_days=days)}
    return replace(CHARTER, artefacts=plan, cycle=replace(CHARTER.cycle, months=months))


@pytest.mark.parametrize(
    ("said", "days", "months", "lapses"),
    [
        ("2026-11-24T09:00", None, 2, "2027-01-23T23:00"),  # the 24th in Paris, in winter
        ("2026-11-24T09:00", None, 1, "2026-12-23T23:00"),
        ("2026-12-31T09:00", None, 2, "2027-02-27T23:00"),  # a shorter month ends sooner
        ("2026-11-24T23:30", None, 1, "2026-12-24T23:00"),  # already the 25th in Paris
        ("2026-03-20T09:00", 30, 2, "2026-04-18T22:00"),  # summer time came meanwhile
        ("2026-11-24T09:00", 1, 2, "2026-11-24T23:00"),
    ],
)
def test_an_artefact_lapses_when_a_local_day_starts(
    said: str, days: int | None, months: int, lapses: str
) -> None:
    charter = fresh_for(days, months=months)
    at, end = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (said, lapses))

    assert stale_at(at, Artefact.CONSTRAINTS, charter) == end
    kept = keep_all(charter, frozenset(), {Artefact.CONSTRAINTS: an_update(at=at)})[2]
    assert kept.is_fresh(end - timedelta(microseconds=1))
    assert not kept.is_fresh(end)


def test_freshness_is_out_of_four_and_what_was_never_said_is_not_fresh() -> None:
    long_ago = NOW - timedelta(days=100)
    latest = {
        Artefact.IMPACTS: an_update(Artefact.IMPACTS),
        Artefact.ROADMAP: an_update(Artefact.ROADMAP, at=long_ago),
    }

    share = freshness(keep_all(CHARTER, frozenset(), latest), NOW)

    assert (share.hits, share.n, share.percent) == (1, 4, 25)


def test_the_seat_keeps_then_its_deputies_then_the_stewards() -> None:
    seated = with_seat(CHARTER, SeatKey(role=Role.CTO), KARIM, HUGO)

    def keepers(charter: Charter, *barred: str) -> tuple[tuple[str, ...], bool]:
        kept = keep_all(charter, frozenset(barred), {})[2]  # type: ignore[arg-type]
        return kept.keepers, kept.is_held

    assert keepers(seated) == ((KARIM, HUGO), True)
    assert keepers(seated, KARIM) == ((HUGO,), True)
    assert keepers(seated, KARIM, HUGO) == ((LEA,), False)  # Karim is the stewards' deputy
    assert keepers(replace(seated, seats=())) == ((), False)


@pytest.mark.parametrize(
    ("body", "refusal", "field"),
    [
        (a_body(words="x" * 1001), errors.TooLong, "artefact_words"),
        (a_body(link="https://example.com/" + "x" * 500), errors.TooLong, "artefact_link"),
        (a_body(link="example.com/doc"), errors.BadLink, "artefact_link"),
        (a_body(link="javascript://example.com/%0aalert(1)"), errors.BadLink, "artefact_link"),
        (a_body(link="https://"), errors.BadLink, "artefact_link"),
        (a_body(link="https://[::1"), errors.BadLink, "artefact_link"),
        (a_body(link="https://example.com/a b"), errors.BadLink, "artefact_link"),
        (a_body(link="https://example.com/|<!channel>"), errors.BadLink, "artefact_link"),
        (Body(), errors.MissingArtefact, "artefact_words"),
    ],
)
def test_a_content_that_cannot_be_kept_is_refused_beside_its_field(
    body: Body, refusal: type[errors.DomainError], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        check_body(Artefact.CONSTRAINTS, body)

    assert caught.value.field == field


@pytest.mark.parametrize("days", [-1, 10_000, float("nan"), float("inf")])
def test_days_that_are_no_days_are_refused_beside_their_field(days: float) -> None:
    for available, engaged, field in ((days, 1.0, "available"), (1.0, days, "engaged")):
        one = Capacity(squad=CHECKOUT, available_days=available, engaged_days=engaged)
        with pytest.raises(errors.BadDays) as caught:
            check_body(Artefact.CAPACITY, Body(capacity=(one,)))
        assert caught.value.field == f"{field}:checkout"


def test_a_squad_gives_both_numbers_or_none() -> None:
    both = capacity_of(CHECKOUT, 0.0, 2.5)

    assert both == Capacity(squad=CHECKOUT, available_days=0.0, engaged_days=2.5)
    assert both.is_over
    assert capacity_of(CHECKOUT, None, None) is None
    for available, engaged, field in ((None, 1.0, "available"), (1.0, None, "engaged")):
        with pytest.raises(errors.MissingCapacity) as caught:
            capacity_of(CHECKOUT, available, engaged)
        assert caught.value.field == f"{field}:checkout"


@pytest.mark.parametrize("artefact", Artefact)
def test_what_makes_itself_needs_no_words(artefact: Artefact) -> None:
    kept = keep_all(CHARTER, frozenset(), {})[list(Artefact).index(artefact)]

    assert kept.can_confirm == (artefact in SELF_MADE)
    if artefact in SELF_MADE:
        check_body(artefact, Body())


def test_a_reminder_is_named_after_what_lapsed_whoever_gets_it() -> None:
    kept = keep_all(CHARTER, frozenset(), {Artefact.ROADMAP: an_update(Artefact.ROADMAP)})[3]

    posts = [reminder(kept, person) for person in (CLAIRE, HUGO)]

    assert {post.key for post in posts} == {"artefact:roadmap:1"}
    assert named_in(posts[0]) == (Artefact.ROADMAP, 1)
    assert all(post.in_hours for post in posts)
    assert named_in(Post(kind=PostKind.DIGEST, key="k", person=CLAIRE)) is None


def test_the_roadmap_looks_back_on_the_longest_review() -> None:
    assert roadmap_since(date(2026, 8, 31)) == date(2026, 2, 28)


TWO_MONTHS = Cycle(months=2, anchor=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("installed", "has_debt", "is_breathless"),
    [
        ("2026-07-23T22:00", False, True),  # the 24th in Paris: two cycles to the day
        ("2026-07-23T22:01", False, False),  # a minute less: they could not have decided all along
        ("2026-01-01T00:00", False, True),
        ("2026-01-01T00:00", True, False),
        (None, False, False),
    ],
)
def test_two_cycles_without_debt_are_told_once_they_were_lived(
    installed: str | None, has_debt: bool, is_breathless: bool
) -> None:
    at = datetime.fromisoformat(installed).replace(tzinfo=UTC) if installed else None
    looked_at = respiration.window(TWO_MONTHS, CHARTER.calendar, NOW)

    found = respiration.is_breathless(looked_at, installed_at=at, has_debt=has_debt)

    assert found == is_breathless
    assert looked_at.end == NOW
