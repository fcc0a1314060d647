"""Digests of any size, for tests of their views."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.agenda import Coming
from bot.domain.bypass import Counted
from bot.domain.bypass import Tally as Bypassed
from bot.domain.charter import Layer
from bot.domain.deciding import decide
from bot.domain.digest import SHOWN_DECIDED, Digest, Group, Week, share_out
from bot.domain.ids import ImpactId, RequestId
from bot.domain.metrics import Period, Rate, Share, Spread, Timing
from bot.domain.request import Request
from bot.domain.rituals import Occurrence
from bot.domain.summary import Summary
from tests.builders import (
    CLAIRE,
    HUGO,
    JOHN,
    LEA,
    NOW,
    TODAY,
    a_charter,
    a_request,
    a_sheet,
    some_content,
    some_terms,
)

CHARTER = a_charter()
NAMES = {CLAIRE: "Claire 🦊 <!here>", LEA: "ليلى", HUGO: "Hugo " * 60}
"""An emoji and a mention, right to left, far too long; the others have no name yet."""
WEEK = Period(start=NOW - timedelta(weeks=1), end=NOW)
HARD_TITLES = (
    "🚀🔥 Faut-il livrer 👩‍👩‍👧‍👦 ?",
    "هل يجب أن نطلق التصدير قبل السلة؟",
    "<!channel> & <@U1> *gras* `code`",
    "Une question. " * 230,
    "x",
)
"""Emoji, right to left, what must not mention anyone, three thousand characters."""


def decided(title: str = "Faut-il livrer l’export ?", **changes: Any) -> Request:
    request = a_request(some_content(title=title), **changes)
    terms = some_terms(owner=LEA, due_on=TODAY)
    return decide(request, CLAIRE, terms, at=NOW, today=TODAY, tie_break=request.route)


def a_week(number: int, *, n: int = 6) -> Week:
    spread = Spread(n=n, median_s=200_000 + 9000 * number, p90_s=900_000, mean_s=300_000)
    return Week(
        starts_on=TODAY - timedelta(weeks=8 - number),
        filed=number,
        decided=number * 2,
        medians={Layer.ARBITRATION: spread, Layer.EXECUTION: replace(spread, median_s=5400)},
    )


def a_digest(
    count: int = 3, *, titles: tuple[str, ...] = HARD_TITLES[-1:], **changes: Any
) -> Digest:
    """A digest of so many decisions, spread over the charter's impacts."""
    impacts = [impact.id for impact in CHARTER.impacts]
    counts = [(impact, len(range(n, count, len(impacts)))) for n, impact in enumerate(impacts)]
    places = share_out(tuple(counts), SHOWN_DECIDED)
    groups = tuple(
        Group(impact=impact, count=many, sheets=_sheets(titles, places[impact]))
        for impact, many in counts
        if many
    )
    late = tuple(_late(title) for title in titles) * 10
    spread = Spread(n=count, median_s=180_000, p90_s=900_000, mean_s=300_000)
    times = {Layer.ARBITRATION: spread, Layer.EXECUTION: spread} if count else {}
    found = Digest(
        period=WEEK,
        charter=CHARTER,
        squads=(),
        filed=count,
        decided=count,
        groups=groups,
        open_count=count,
        late_count=count,
        late=late[: min(count, 10)],
        due_count=count,
        due=_sheets(titles, min(count, 10)),
        times={Timing.ELAPSED: times, Timing.WORKING_UNPAUSED: times},
        shares={rate: Share(hits=count // 3, n=count) for rate in Rate},
        weeks=tuple(a_week(n) for n in range(8)) if count else (),
        bypasses=Counted(tally=Bypassed(bypasses=count // 4, converted=count // 8), direct=count),
        meetings=tuple(_meeting(n) for n in range(len(CHARTER.rituals))) if count else (),
        names=NAMES,
    )
    return replace(found, **changes)


def _meeting(number: int) -> Coming:
    ritual = CHARTER.rituals[number]
    starts_at = NOW + timedelta(days=number + 1)
    held = Occurrence(
        ritual=ritual.id,
        slot=starts_at.date(),
        index=number,
        starts_at=starts_at,
        duration=ritual.duration,
    )
    hosts = (LEA, JOHN, None)
    return Coming(
        ritual=ritual,
        occurrence=held,
        facilitator=hosts[number % 3],
        may_run=False,
        may_arrange=False,
        url="https://sandbox.slack.com/archives/C/p2" if number == 0 else None,
    )


def _sheets(titles: tuple[str, ...], count: int) -> tuple[Any, ...]:
    requests = [
        decided(titles[n % len(titles)], id=RequestId(f"r{n}"), number=n + 1) for n in range(count)
    ]
    return tuple(a_sheet(request) for request in requests)


def _late(title: str) -> Summary:
    request = a_request(some_content(title=title, impact=ImpactId("retention")))
    return Summary(
        id=request.id,
        number=4,
        title=title,
        status=request.status,
        layer=request.route.layer,
        question=request.content.question,
        requester=HUGO,
        submitted_at=NOW,
        due_at=NOW,
        url="https://sandbox.slack.com/archives/C/p1",
    )
