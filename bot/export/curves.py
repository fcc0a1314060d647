"""The record month by month: what was filed and decided, and how long decisions took.

Told as it is read, so that its size does not matter: of the last year, and of nothing else.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.charter import Layer
from bot.domain.charts import Chart, Series, days
from bot.domain.events import Event, EventKind
from bot.domain.metrics import LEAST, spread_of
from bot.domain.request import Request
from bot.i18n import month, text

MONTHS = 12

Life = tuple[Request, tuple[Event, ...]]


class Months:
    """Counts the record by month of `zone`, as its requests go by in any order."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._filed: Counter[date] = Counter()
        self._decided: Counter[date] = Counter()
        self._took: dict[date, dict[Layer, array[int]]] = {}

    def follow(self, lives: Iterable[Life]) -> Iterator[Life]:
        """Yield the same, counted."""
        for request, events in lives:
            self._count(request, events)
            yield request, events

    def _count(self, request: Request, events: Iterable[Event]) -> None:
        started_at = request.submitted_at
        self._filed[self._month(started_at)] += 1
        for event in events:
            if event.kind is EventKind.REOPENED:
                started_at = event.at
            elif event.kind is EventKind.DECIDED:
                layer = Layer(event.detail("layer") or request.route.layer)
                self._keep(self._month(event.at), layer, event.at - started_at)

    def _keep(self, at: date, layer: Layer, took: timedelta) -> None:
        self._decided[at] += 1
        layers = self._took.setdefault(at, {})
        layers.setdefault(layer, array("q")).append(int(took.total_seconds()))
        last = max(self._took)
        for old in [found for found in self._took if _ago(last, found) >= MONTHS]:
            del self._took[old]

    def _month(self, at: datetime) -> date:
        return at.astimezone(self._zone).date().replace(day=1)

    def charts(self, locale: str) -> tuple[Chart, ...]:
        """Return what is worth drawing of the last year of the record; nothing of an empty one."""
        shown = self._shown()
        if not shown:
            return ()
        drawn = [self._counts(shown, locale)]
        layers = [layer for layer in Layer if sum(self._is_told(m, layer) for m in shown) > 1]
        if layers:
            drawn.append(self._times(shown, layers, locale))
        return tuple(drawn)

    def _shown(self) -> tuple[date, ...]:
        """Return the months from the first told to the last, a year at most."""
        told = self._filed.keys() | self._decided.keys()
        if not told:
            return ()
        last = max(told)
        found = [_back(last, count) for count in range(MONTHS)]
        return tuple(at for at in reversed(found) if at >= min(told))

    def _counts(self, shown: tuple[date, ...], locale: str) -> Chart:
        columns = (("filed", self._filed), ("decided", self._decided))
        return Chart(
            id="filed-and-decided",
            kind="bar",
            title=text(locale, "chart.counts"),
            categories=tuple(month(locale, at) for at in shown),
            series=tuple(
                Series(
                    name=text(locale, f"digest.series_{name}"),
                    values=tuple(float(counted[at]) for at in shown),
                )
                for name, counted in columns
            ),
            y_label=text(locale, "digest.axis_count"),
        )

    def _times(self, shown: tuple[date, ...], layers: list[Layer], locale: str) -> Chart:
        return Chart(
            id="time-to-decide",
            kind="line",
            title=text(locale, "chart.times", least=LEAST),
            categories=tuple(month(locale, at) for at in shown),
            series=tuple(
                Series(
                    name=text(locale, f"layer.{layer}"),
                    values=tuple(self._median(at, layer) for at in shown),
                )
                for layer in layers
            ),
            y_label=text(locale, "digest.axis_days"),
        )

    def _is_told(self, at: date, layer: Layer) -> bool:
        return len(self._took.get(at, {}).get(layer, ())) >= LEAST

    def _median(self, at: date, layer: Layer) -> float | None:
        """Return the median in days, None under five decisions. Source: governance §9."""
        spread = spread_of(self._took[at][layer]) if self._is_told(at, layer) else None
        return days(spread.median_s) if spread else None


def _ago(later: date, earlier: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month


def _back(at: date, months: int) -> date:
    number = 12 * at.year + at.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
