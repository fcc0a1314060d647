"""Digests of every size, in both languages, natively and in plain text."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.digest import Digest
from bot.i18n import LOCALES
from bot.sandbox.validation import message_problems
from bot.slack.dumping import dump_blocks, dump_plain
from bot.slack.pictures import with_files
from bot.slack.views.charts import ChartBlock
from bot.slack.views.digests import digest
from tests.builders import CHECKOUT
from tests.digest_builders import CHARTER, HARD_TITLES, a_digest, a_week
from tests.slack.test_memory_views import HUGE

GOLDEN = Path(__file__).parent / "golden"
SIZES = (0, 1, 30, 3000)
NATIVE = {"data_visualization", "data_table"}


def said(found: Digest, locale: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The native blocks and the plain ones, both valid and equal to the models' own."""
    message = digest(found, locale)
    native, plain = dump_blocks(message), dump_plain(message)
    assert plain is not None
    assert message.plain is not None
    assert native == [block.to_dict() for block in message.blocks]
    assert plain == [block.to_dict() for block in message.plain]
    for blocks in (native, plain):
        assert message_problems({"text": message.text, "blocks": blocks}) == ()
    return native, plain


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("titles", [HARD_TITLES[-1:], HARD_TITLES])
def test_a_digest_of_any_size_is_valid(locale: str, count: int, titles: tuple[str, ...]) -> None:
    for squads in ((), (CHECKOUT,)):
        native, plain = said(a_digest(count, titles=titles, squads=squads), locale)

        for blocks in (native, plain):
            assert len(blocks) <= 50
            assert len(json.dumps(blocks, ensure_ascii=False)) <= 40_000


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", SIZES[1:])
def test_a_digest_with_pictures_is_valid_and_says_what_they_show(locale: str, count: int) -> None:
    message = digest(a_digest(count, titles=HARD_TITLES), locale)
    charts = [block for block in message.blocks if isinstance(block, ChartBlock)]

    drawn = with_files(message, message.plain or (), [f"F{n}" for n in range(len(charts))])

    blocks = dump_blocks(drawn)
    assert message_problems({"text": drawn.text, "blocks": blocks}) == ()
    images = [block for block in blocks if block["type"] == "image"]
    assert [image["alt_text"] for image in images] == [chart.words for chart in charts]
    at = blocks.index(images[0])
    assert blocks[:at] == dump_blocks(message)[:at]


@pytest.mark.parametrize("locale", LOCALES)
def test_charts_and_tables_are_native_and_the_plain_blocks_are_not(locale: str) -> None:
    native, plain = said(a_digest(30), locale)

    assert {block["type"] for block in native} >= NATIVE
    assert NATIVE.isdisjoint(block["type"] for block in plain)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_plain_text_has_every_number_of_the_table(locale: str) -> None:
    native, plain = said(a_digest(30), locale)
    table = next(block for block in native if block["type"] == "data_table")
    told = json.dumps(plain, ensure_ascii=False)

    for row in table["rows"][1:]:
        for cell in row:
            assert str(cell.get("text", cell.get("value"))) in told


def test_no_curve_is_drawn_on_fewer_than_five_decisions() -> None:
    weeks = tuple(a_week(n, n=4) for n in range(8))

    native, _ = said(a_digest(30, weeks=weeks), "fr")

    kinds = [b["chart"]["type"] for b in native if b["type"] == "data_visualization"]
    assert kinds == ["bar"]


def test_the_curve_starts_where_every_week_has_five() -> None:
    weeks = tuple(a_week(n, n=4 if n == 3 else 6) for n in range(8))

    native, _ = said(a_digest(30, weeks=weeks), "fr")

    line = next(b["chart"] for b in native if b.get("chart", {}).get("type") == "line")
    assert len(line["axis_config"]["categories"]) == 4


def test_three_thousand_decisions_say_how_many_are_left_out() -> None:
    native, _ = said(a_digest(3000), "fr")
    told = json.dumps(native, ensure_ascii=False)

    assert "3000 décisions" in told
    assert told.count("• ") == 50 + len(CHARTER.rituals)
    assert "et 2990 autres" in told


def test_nobody_is_woken_by_a_title() -> None:
    native, _ = said(a_digest(30, titles=HARD_TITLES), "fr")

    assert "<!channel>" not in json.dumps(native)


def test_a_quiet_week_says_so_in_one_line() -> None:
    native, _ = said(a_digest(0), "fr")

    assert "Semaine calme" in json.dumps(native, ensure_ascii=False)
    assert NATIVE.isdisjoint(block["type"] for block in native)


def test_a_decision_reopened_since_says_so() -> None:
    found = a_digest(1)
    (group,) = found.groups
    (sheet,) = group.sheets
    decision = sheet.request.decision
    assert decision is not None
    reopened = replace(sheet.request, decision=None, past_decisions=(decision,))
    changed = replace(group, sheets=(replace(sheet, request=reopened),))

    native, _ = said(replace(found, groups=(changed,), due=()), "fr")

    assert "rouverte depuis" in json.dumps(native, ensure_ascii=False)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_company_of_a_hundred_impacts_and_squads_has_a_digest(locale: str) -> None:
    found = a_digest(3000)
    (first, *_) = found.groups
    groups = tuple(replace(first, impact=impact.id, count=30) for impact in HUGE.impacts)
    squads = tuple(squad.id for squad in HUGE.squads)

    native, plain = said(replace(found, charter=HUGE, groups=groups, squads=squads), locale)

    assert len(native) <= 50 and len(plain) <= 50


@pytest.mark.parametrize("locale", LOCALES)
def test_a_digest_calls_nobody(locale: str) -> None:
    for blocks in said(a_digest(30, titles=HARD_TITLES), locale):
        told = json.dumps(blocks, ensure_ascii=False)

        assert not re.search(r"<[@!](?!date)", told)
        assert "Claire 🦊" in told
        assert "\N{FIRST STRONG ISOLATE}ليلى\N{POP DIRECTIONAL ISOLATE}" in told


@pytest.mark.parametrize(
    ("locale", "nobody"), [("fr", "une personne de l’équipe"), ("en", "somebody")]
)
def test_somebody_without_a_known_name_is_not_mentioned(locale: str, nobody: str) -> None:
    native, _ = said(a_digest(1, names={}), locale)

    assert nobody in json.dumps(native, ensure_ascii=False)


@pytest.mark.parametrize("locale", LOCALES)
def test_bypasses_and_rituals_are_told_beside(locale: str) -> None:
    told = json.dumps(said(a_digest(30), locale)[0], ensure_ascii=False)

    assert ("7 contournements" if locale == "fr" else "7 bypasses") in told
    assert ("19\u00a0% (7 sur 37)" if locale == "fr" else "19% (7 of 37)") in told
    assert ("43\u00a0% (3 sur 7)" if locale == "fr" else "43% (3 of 7)") in told
    assert "Roadmap Sync" in told


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", SIZES)
def test_a_digest_reads_as_it_did(locale: str, count: int) -> None:
    """The golden digests; write them again with UPDATE_GOLDEN=1, and read the difference."""
    native, plain = said(a_digest(count, titles=HARD_TITLES), locale)
    said_so = {"native": native, "plain": plain}
    told = json.dumps(said_so, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    golden = GOLDEN / f"digest.{count}.{locale}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(told, encoding="utf-8")

    assert json.loads(golden.read_text(encoding="utf-8")) == json.loads(told)
