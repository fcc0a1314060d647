"""The journal, the numbers and the private digest's views, in both languages, within limits."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.audit import audit
from bot.domain.bypass import BypassNumbers, Counted, Origin
from bot.domain.bypass import Tally as Bypassed
from bot.domain.charter import Impact, Label, Layer, Role, Squad
from bot.domain.digest import Subscription
from bot.domain.events import Event, EventKind, Status
from bot.domain.ids import ImpactId, RitualId, SquadId
from bot.domain.journal import PAGE, Page
from bot.domain.metrics import (
    Numbers,
    Period,
    Rate,
    Share,
    Spread,
    Tally,
    Timing,
    Waiting,
    against_before,
)
from bot.domain.metrics_opened import PAGE as REQUESTS_A_PAGE
from bot.domain.metrics_opened import Behind, Kind, Number, number_named, of_rate
from bot.domain.metrics_rituals import RitualTally
from bot.domain.polls import Answer, AuditQuestion, Poll
from bot.domain.summary import Sheet
from bot.i18n import LOCALES, text
from bot.sandbox.validation import message_problems
from bot.slack.dumping import dump_blocks, dump_plain
from bot.slack.journal_form import Asked
from bot.slack.views.audit import audit_markdown, audit_page, markdown_view
from bot.slack.views.digest_menu import digest_form, state
from bot.slack.views.journal import SHOWN_EVENTS, journal, request_page
from bot.slack.views.measures import duration, share_text
from bot.slack.views.numbers import number_page, times_page
from bot.slack.views.polls import counted, poll
from bot.slack.views.stats import stats
from tests.builders import CHANNEL, CHECKOUT, CLAIRE, HUGO, NOW, a_sheet
from tests.slack.test_views import CHARTER, LIVES, LONG, SUMMARY, problems, problems_of_view

HUGE = replace(
    CHARTER,
    squads=tuple(Squad(id=SquadId(f"s{n}"), name=LONG[:200]) for n in range(150)),
    impacts=tuple(
        Impact(id=ImpactId(f"i{n}"), name=Label(fr=LONG[:200], en=LONG[:200])) for n in range(100)
    ),
)
MET = RitualTally(planned=9, held=8, closed=7, discussions=1, items=30, settled=29, decided=20)
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
        bypasses=Counted(tally=Bypassed(bypasses=n, converted=n), direct=n),
        rituals={r.id: MET for r in CHARTER.rituals} | {RitualId("gone"): MET} if n else {},
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

    seen: list[Event] = []
    left = events
    while left:
        view = request_page(a_sheet(), left, locale)
        assert problems_of_view(view) == ()
        assert len(json.dumps(view.to_dict())) < 250_000
        seen = [*left[-SHOWN_EVENTS:], *seen]
        asked = "journal.before" in str(view.to_dict())
        assert asked == (len(left) > SHOWN_EVENTS)
        left = left[:-SHOWN_EVENTS]
    assert seen == events


def test_a_past_event_does_not_tell_the_due_date_of_today() -> None:
    sheet = a_sheet()
    filed = Event(seq=1, kind=EventKind.FILED, at=NOW, by=HUGO, to_status=Status.OPEN)

    told = json.dumps(request_page(sheet, [filed], "en").to_dict()["blocks"][-2])

    assert "is filed" in told
    assert "Answer expected" not in told


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("n", [0, 1, 99_999])
def test_the_numbers_are_valid_natively_and_in_words(locale: str, n: int) -> None:
    message = stats(numbers(n=n), CHARTER, locale)

    assert problems(message) == ()
    assert message_problems({"text": message.text, "blocks": dump_plain(message)}) == ()
    assert problems_of_view(times_page(numbers(n=n), locale)) == ()


EVERY_NUMBER = (
    *(of_rate(rate) for rate in Rate),
    *(Number(kind=kind, of=layer) for kind in (Kind.LAYER, Kind.WAITING) for layer in Layer),
    *(Number(kind=Kind.SEAT, of=role) for role in Role),
    Number(kind=Kind.FILED),
    Number(kind=Kind.DECIDED),
)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_number_opens_on_its_definition_its_n_and_its_requests(locale: str) -> None:
    tally = Counted(tally=Bypassed(bypasses=3, converted=1), direct=9)
    ways = BypassNumbers(
        since=NOW,
        until=NOW,
        weeks={f"2026-W{n}": tally for n in range(10, 50)},
        origins=dict.fromkeys(Origin, tally.tally),
    )
    for number in EVERY_NUMBER:
        for lines, skipped in (((), 0), ((SUMMARY,) * REQUESTS_A_PAGE, 16)):
            found = Behind(
                number=number,
                period=numbers(n=1).period,
                total=99,
                skipped=skipped,
                lines=lines,
                n=1234,
                share=Share(hits=3, n=1234) if number.kind is Kind.RATE else None,
            )

            view = number_page(found, CHARTER, locale, bypasses=ways)

            assert problems_of_view(view) == ()
            told = json.dumps(view.to_dict(), ensure_ascii=False)
            key = "rate" if number.kind is Kind.RATE else "counted"
            name = number.of if number.kind is Kind.RATE else number.kind
            assert text(locale, f"metrics.{key}.{name}.definition") in told
            assert "1234" in told or "12,34" in told or "12.34" in told
            assert number_named(number.name) == number


@pytest.mark.parametrize("name", ["", "rate", "rate:", "rate:gone", "filed:x", "layer", "nothing"])
def test_a_button_of_another_version_names_no_number(name: str) -> None:
    assert number_named(name) is None


@pytest.mark.parametrize(
    ("mean_s", "n", "expected"),
    [(864_000, 5, 0), (432_000, 5, -50), (864_000 * 2, 9, 100), (1, 4, None)],
)
def test_a_mean_is_told_against_the_reference_from_five_on(
    mean_s: int, n: int, expected: int | None
) -> None:
    spread = Spread(n=n, median_s=1, p90_s=1, mean_s=mean_s)

    assert against_before(spread) == expected


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
        alone = audit(charter, frozenset(), numbers(n=n))
        asked = replace(alone, declared=a_poll(closed_at=NOW, n=n), open_poll=a_poll(n=0))
        for found in (alone, asked):
            for is_steward in (False, True):
                assert problems(audit_page(found, locale, is_steward=is_steward)) == ()
            assert problems_of_view(markdown_view(found, locale)) == ()
            assert len(found.levers) <= 3


def a_poll(*, n: int, closed_at: datetime | None = None) -> Poll:
    answers = dict.fromkeys(Answer, n)
    totals = {AuditQuestion.ROLES: answers, AuditQuestion.CHANNEL: answers} if n else {}
    return Poll(
        id="2026-11-24",
        opened_at=NOW,
        closes_at=NOW + timedelta(days=14),
        closed_at=closed_at,
        totals=totals,
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_a_poll_is_valid_open_and_closed(locale: str) -> None:
    asked = poll(a_poll(n=0), "k" * 32, locale, zone="Europe/Paris")
    told = poll(a_poll(n=9, closed_at=NOW), "k" * 32, locale, zone="Europe/Paris")

    assert problems(asked) == problems(told) == ()
    assert str(dump_blocks(asked)).count("k" * 32) == 9
    assert "k" * 32 not in str(dump_blocks(told))
    assert problems(counted(AuditQuestion.CHANNEL, Answer.PARTLY, locale)) == ()


def test_the_audit_in_markdown_is_no_message_of_slack_s() -> None:
    found = replace(
        audit(CHARTER, frozenset({CLAIRE}), numbers(n=9)), declared=a_poll(closed_at=NOW, n=9)
    )

    told = audit_markdown(found, "fr")

    assert told.startswith("# L’audit de la gouvernance\n\nmardi 24 nov. 2026")
    assert told.count("\n## ") == 5
    assert "- **Déclaré** · Oui\u00a0: 33\u00a0% (9 sur 27)" in told
    assert "Moins de 5 réponses" in told
    assert "&" not in told
    assert "<@" not in told


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
