"""The journal, the numbers and the private digest's views, in both languages, within limits."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit import audit
from bot.domain.charter import Impact, Label, Layer, Squad
from bot.domain.digest import Subscription
from bot.domain.events import Event, EventKind, Status
from bot.domain.ids import ImpactId, SquadId
from bot.domain.journal import PAGE, Page
from bot.domain.metrics import Numbers, Period, Rate, Share, Spread, Tally, Timing, Waiting
from bot.domain.summary import Sheet
from bot.i18n import LOCALES
from bot.sandbox.validation import message_problems
from bot.slack.dumping import dump_plain
from bot.slack.journal_form import Asked
from bot.slack.views.audit import audit_page
from bot.slack.views.digest_menu import digest_form, state
from bot.slack.views.journal import journal, request_page
from bot.slack.views.measures import duration, share_text
from bot.slack.views.stats import rate_page, stats, times_page
from tests.builders import CHANNEL, CHECKOUT, CLAIRE, HUGO, NOW, a_sheet
from tests.slack.test_views import CHARTER, LIVES, LONG, SUMMARY, problems, problems_of_view

HUGE = replace(
    CHARTER,
    squads=tuple(Squad(id=SquadId(f"s{n}"), name=LONG[:200]) for n in range(150)),
    impacts=tuple(
        Impact(id=ImpactId(f"i{n}"), name=Label(fr=LONG[:200], en=LONG[:200])) for n in range(100)
    ),
)
SPREAD = Spread(n=99_999, median_s=10**8, p90_s=10**8, mean_s=10**8)


def numbers(*, n: int) -> Numbers:
    times = {layer: replace(SPREAD, n=n) for layer in Layer} if n else {}
    return Numbers(
        period=Period(start=NOW - timedelta(weeks=6), end=NOW),
        filed=n,
        tally=Tally(
            decided=n,
            shares={rate: Share(hits=n // 2, n=n) for rate in Rate},
            load=(("cpo", n), ("cto", n)) if n else (),
        ),
        times=dict.fromkeys(Timing, times),
        waiting=tuple(Waiting(layer=x, late=n, ages=SPREAD) for x in Layer) if n else (),
        trends={Layer.VISION: -30, Layer.STRATEGY: 0, Layer.EXECUTION: 12} if n else {},
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("charter", [CHARTER, HUGE], ids=["default", "huge"])
def test_the_journal_is_valid_on_any_page(locale: str, charter: type[object]) -> None:
    pages = (
        Page(lines=(), has_older=False, has_newer=False),
        Page(
            lines=(replace(SUMMARY, status=Status.DECIDED, decided_at=NOW),) * PAGE,
            has_older=True,
            has_newer=True,
        ),
    )
    asked = (
        Asked(),
        Asked(
            words=LONG,
            squad=CHECKOUT,
            layer=Layer.VISION,
            status=Status.OPEN,
            impact=ImpactId("gone"),
            decider=CLAIRE,
            period=30,
            turn=7,
        ),
    )
    for page in pages:
        for query in asked:
            view = journal(charter, query, page, locale)  # type: ignore[arg-type]  # a charter
            assert problems_of_view(view) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_of_every_request_tells_its_history(locale: str) -> None:
    for request in LIVES:
        sheet = Sheet(request=request, charter=CHARTER, url="https://x.slack.com/p1")

        view = request_page(sheet, request.pending, locale)

        assert problems_of_view(view) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_history_of_a_thousand_long_events_fits(locale: str) -> None:
    events = [
        Event(
            seq=n,
            kind=EventKind.EVIDENCE_GIVEN,
            at=NOW,
            by=HUGO,
            to_status=Status.OPEN,
            why=LONG[:2000],
        )
        for n in range(1, 1001)
    ]

    view = request_page(a_sheet(), events, locale)

    assert problems_of_view(view) == ()
    assert len(json.dumps(view.to_dict())) < 250_000


def test_a_past_event_does_not_tell_the_due_date_of_today() -> None:
    sheet = a_sheet()
    filed = Event(seq=1, kind=EventKind.FILED, at=NOW, by=HUGO, to_status=Status.OPEN)

    told = json.dumps(request_page(sheet, [filed], "en").to_dict()["blocks"][-2])

    assert "is filed" in told
    assert "Answer expected" not in told


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("n", [0, 1, 99_999])
def test_the_numbers_are_valid_natively_and_in_words(locale: str, n: int) -> None:
    message = stats(numbers(n=n), locale)

    assert problems(message) == ()
    assert message_problems({"text": message.text, "blocks": dump_plain(message)}) == ()
    assert problems_of_view(times_page(numbers(n=n), locale)) == ()
    for rate in Rate:
        for behind in ((), (SUMMARY,) * 20):
            view = rate_page(rate, Share(hits=n, n=n), behind, locale, "Europe/Paris")
            assert problems_of_view(view) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_private_digest_can_be_asked_for_whatever_the_charter(locale: str) -> None:
    for charter in (CHARTER, HUGE, replace(CHARTER, squads=())):
        every = tuple(squad.id for squad in charter.squads)
        for found in (None, Subscription(person=HUGO), Subscription(person=HUGO, squads=every)):
            told = state(charter, found, channel=CHANNEL, next_at=NOW, locale=locale)
            assert problems(told) == ()
        assert problems_of_view(digest_form(charter, every, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("n", [0, 1, 99_999])
def test_the_audit_is_valid_whatever_the_charter(locale: str, n: int) -> None:
    for charter in (CHARTER, HUGE, replace(CHARTER, squads=())):
        found = audit(charter, frozenset(), numbers(n=n))

        assert problems(audit_page(found, locale)) == ()
        assert len(found.levers) <= 3


@pytest.mark.parametrize(
    ("length_s", "expected"),
    [
        (0, "0 min"),
        (89, "1 min"),
        (90, "2 min"),
        (3600, "1 h"),
        (5400, "2 h"),
        (172_799, "48 h"),
        (172_800, "2 j"),
        (216_000, "2,5 j"),
        (220_319, "2,5 j"),
        (220_320, "2,6 j"),
    ],
)
def test_durations_are_rounded_halves_up(length_s: int, expected: str) -> None:
    assert duration("fr", length_s) == expected.replace(" ", "\u00a0")


def test_a_share_says_what_it_stands_on() -> None:
    assert share_text("en", Share(hits=1, n=8)) == "13% (1 of 8)"
    assert share_text("fr", Share(hits=0, n=0)) == "rien à compter"
