"""Charts as pictures, and the months of an export."""

import io
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

import pytest
from PIL import Image

from bot.domain.charter import Layer
from bot.domain.charts import Chart, Series, days
from bot.domain.events import Event, EventKind, Status
from bot.export import pictures
from bot.export.curves import MONTHS, Life, Months
from bot.export.pictures import COLOURS, GROUND, INK, NoPictures, in_words, picture
from bot.export.records import index_foot
from bot.i18n import LOCALES
from tests.builders import CLAIRE, NOW, a_request

NAMES = ("vision", "stratégie", "$arbitrage$", "exécution", "", "é" * 20)
BARS = Chart(
    id="filed-and-decided",
    kind="bar",
    title="Déposées et décidées, par mois",
    categories=("oct. 2026", "nov. 2026"),
    series=(Series(name="Déposées", values=(3.0, 4.5)), Series(name="Décidées", values=(None, 2))),
    y_label="Demandes",
)


def lines(points: int, series: int) -> Chart:
    values = tuple(float(n) if n % 4 else None for n in range(points))
    return Chart(
        id="time-to-decide",
        kind="line",
        title="Temps de décision",
        categories=tuple(f"mois {n}" for n in range(points)),
        series=tuple(Series(name=name, values=values) for name in NAMES[:series]),
        y_label="Jours",
    )


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [INK, *COLOURS])
def test_words_and_curves_stand_out_from_their_ground(colour: str) -> None:
    assert contrast(colour, GROUND) >= 4.5


def test_a_picture_brings_its_ground_whatever_it_is_shown_on() -> None:
    seen = Image.open(io.BytesIO(picture(BARS)))

    assert seen.size == (960, 480)
    edges = [seen.convert("RGBA").getpixel(at) for at in product((0, 959), (0, 479))]
    assert set(edges) == {(255, 255, 255, 255)}
    assert {seen.convert("RGB").getpixel((x, 240)) for x in range(960)} > {(11, 92, 173)}


@pytest.mark.parametrize("chart", [BARS, lines(1, 1), lines(20, 6)])
def test_the_same_chart_gives_the_same_bytes(chart: Chart) -> None:
    first = picture(chart)

    assert first.startswith(b"\x89PNG")
    assert first == picture(chart)
    assert b"matplotlib" not in first.lower()


def test_without_matplotlib_there_are_no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    with pytest.raises(NoPictures):
        picture(BARS)


def test_a_chart_is_told_in_words() -> None:
    assert in_words(BARS, "fr") == (
        "Déposées et décidées, par mois. Déposées\u00a0: oct. 2026 (3), nov. 2026 (4,5)."
        " Décidées\u00a0: nov. 2026 (2)."
    )
    assert "nov. 2026 (4.5)." in in_words(BARS, "en")
    assert 1900 < len(in_words(lines(400, 6), "fr")) <= pictures.LONGEST_ALT


def life(number: int, *, filed: float, took: float) -> Life:
    """A request filed so many days ago, decided so many days after."""
    request = a_request(number=number, submitted_at=NOW - timedelta(days=filed))
    at = request.submitted_at + timedelta(days=took)
    told = (("layer", str(Layer.ARBITRATION)),)
    decided = Event(
        seq=2, kind=EventKind.DECIDED, at=at, by=CLAIRE, to_status=Status.DECIDED, details=told
    )
    return request, (decided,)


def told(lives: list[Life], locale: str = "fr") -> tuple[Chart, ...]:
    months = Months("Europe/Paris")
    assert list(months.follow(lives)) == lives
    return months.charts(locale)


def two_months() -> list[Life]:
    """Five decisions in September, and five in October."""
    return [life(n, filed=30 * (n % 2) + 40, took=n + 1) for n in range(10)]


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_drawn_of_an_empty_record(locale: str) -> None:
    assert told([], locale) == ()
    assert index_foot((), (), locale) == ""


def test_months_count_what_was_filed_and_decided() -> None:
    lives = [life(n, filed=30, took=1) for n in range(4)] + [life(9, filed=30, took=28)]

    (counts,) = told(lives)

    assert counts.categories == ("oct. 2026", "nov. 2026")
    assert [series.values for series in counts.series] == [(5.0, 0.0), (4.0, 1.0)]


def test_times_are_drawn_from_five_decisions_on_and_two_months() -> None:
    lives = two_months()

    _, times = told([*lives, life(99, filed=5, took=1)])

    assert times.categories == ("sept. 2026", "oct. 2026", "nov. 2026")
    (series,) = times.series
    assert series.values == (6.0, 5.0, None)
    assert len(told(lives[:8])) == 1


def test_a_reopened_request_is_timed_from_its_reopening() -> None:
    request, (decided,) = life(1, filed=20, took=2)
    reopened = replace(decided, seq=3, kind=EventKind.REOPENED, at=NOW - timedelta(days=3))
    again = replace(decided, seq=4, at=NOW)
    months = Months("Europe/Paris")

    list(months.follow([(request, (decided, reopened, again))]))

    (took,) = [list(layers[Layer.ARBITRATION]) for layers in months._took.values()]
    assert took == [2 * 86_400, 3 * 86_400]


def test_only_a_year_is_kept_in_whatever_order_it_comes() -> None:
    lives = [life(n, filed=30 * n + 1, took=0.5) for n in range(60)]

    for order in (lives, lives[::-1]):
        months = Months("Europe/Paris")
        list(months.follow(order))
        (counts,) = months.charts("en")
        assert len(counts.categories) == MONTHS
        assert counts.categories[-1] == "Nov 2026"
        assert len(months._took) <= MONTHS


@pytest.mark.parametrize("locale", LOCALES)
def test_the_index_has_a_table_for_every_chart_and_alternative_words(locale: str) -> None:
    charts = told(two_months(), locale)

    drawn = index_foot(charts, [chart.id for chart in charts], locale)
    bare = index_foot(charts, [], locale)

    for chart in charts:
        assert f"]({'charts/' + chart.id}.png)" in drawn
        assert in_words(chart, locale) in drawn
        assert f"**{chart.title}**" in bare
    assert "![" not in bare
    rows = [line for line in bare.splitlines() if line.startswith("|")]
    assert all(a.count("|") == b.count("|") for a, b in pairwise(rows[:4]))


def test_days_are_rounded_halves_up() -> None:
    assert [days(s) for s in (0, 4319, 4320, 86_400, 220_319, 220_320)] == [0, 0, 0.1, 1, 2.5, 2.6]
