"""The shared artefacts' views, in both languages, within Slack's limits, whatever they hold."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.artefacts import (
    SELF_MADE,
    Artefact,
    Body,
    Capacity,
    Heading,
    Kept,
    Page,
    Update,
    check_body,
    keep_all,
)
from bot.domain.charter import Charter, Role
from bot.domain.counting import Period, Share
from bot.domain.home import Tab
from bot.domain.ids import ImpactId, SquadId
from bot.domain.metrics import Rate
from bot.domain.metrics_opened import Behind, of_rate
from bot.i18n import LOCALES
from bot.slack.artefact_form import Shown, body_in, shown_in
from bot.slack.dumping import dump_blocks, dump_view
from bot.slack.printing import words_of
from bot.slack.views.artefact_page import MOST_SQUADS, artefact_form, artefact_page
from bot.slack.views.artefacts import listed, noted, reminder, tab_blocks
from bot.slack.views.home import framed
from bot.slack.views.home_charter import charter_tab
from bot.slack.views.numbers import number_page
from tests.builders import CHECKOUT, CLAIRE, HUGO, KARIM, NOW, ONBOARDING
from tests.slack.test_home_views import HUGE
from tests.slack.test_views import CHARTER, LONG, SUMMARY, problems, problems_of_view

ZONE = "Europe/Paris"
LATER = NOW + timedelta(days=100)
FULL = Body(
    words=LONG[:1000],
    link="https://example.com/a?b=1&c=" + "x" * 400,
    capacity=tuple(
        Capacity(squad=SquadId(squad), available_days=9999.75, engaged_days=9999.8)
        for squad in ("checkout", "onboarding", *(f"s{n}" for n in range(150)))
    ),
)


def kept(charter: Charter = CHARTER, body: Body | None = FULL) -> tuple[Kept, ...]:
    """The four, each said current now by somebody who is not its holder."""
    said = {
        artefact: Update(artefact=artefact, seq=7, at=NOW, by=HUGO, role=Role.CPO, body=body)
        for artefact in Artefact
        if body is not None
    }
    return keep_all(charter, frozenset(), said)


def pages(charter: Charter, body: Body | None) -> list[Page]:
    headings = tuple(
        Heading(
            impact=ImpactId(f"i{n}"),
            decisions=99_999,
            effort_hundredths=999_999 * (n % 2),
            lines=(SUMMARY,) * 3,
        )
        for n in range(100)
    )
    found = []
    for one in kept(charter, body):
        updates = (one.last, replace(one.last, is_confirmation=True)) * 4 if one.last else ()
        is_map = one.artefact is Artefact.ROADMAP
        found += [
            Page(kept=one, charter=charter, history=updates, roadmap=roadmap)
            for roadmap in ((headings, (), None) if is_map else (None,))
        ]
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("charter", [CHARTER, HUGE], ids=["default", "huge"])
@pytest.mark.parametrize("body", [None, Body(), FULL], ids=["never", "bare", "full"])
def test_every_view_of_an_artefact_is_valid(
    locale: str, charter: Charter, body: Body | None
) -> None:
    four = kept(charter, body)
    for at in (NOW, LATER):
        tab = [
            *charter_tab(charter, locale),
            *tab_blocks(four, CLAIRE, at, ZONE, locale),
        ]
        home = framed(locale, Tab.CHARTER, tab, now=NOW, is_steward=True)
        assert problems_of_view(home) == ()
        assert problems(listed(four, CLAIRE, at, ZONE, locale)) == ()
    for one in four:
        assert problems(reminder(one, locale, zone=ZONE)) == ()
        assert noted(one, ZONE, locale)
    for page in pages(charter, body):
        assert problems_of_view(artefact_page(page, NOW, locale)) == ()
        carried = Shown(artefact=page.kept.artefact, seen=7, in_home=True).carried
        assert problems_of_view(artefact_form(page, locale, metadata=carried)) == ()
    share = Share(hits=3, n=4)
    period = Period(start=NOW - timedelta(weeks=6), end=NOW)
    behind = Behind(
        number=of_rate(Rate.FRESH), period=period, total=0, skipped=0, lines=(), share=share
    )
    opened = number_page(behind, charter, locale, artefacts=four)
    assert problems_of_view(opened) == ()
    assert str(dump_view(opened)).count("artefact.read") == 4


def test_only_who_keeps_an_artefact_is_offered_to_say_it_is_current() -> None:
    for person, artefacts in (
        (CLAIRE, ["impacts", "roadmap"]),
        (KARIM, ["capacity", "constraints"]),
        (HUGO, []),
    ):
        blocks = dump_blocks(listed(kept(), person, NOW, ZONE, "fr"))
        offered = [
            element["value"].partition("|")[0]
            for block in blocks
            for element in block.get("elements", ())
            if element.get("action_id") == "artefact.confirm"
        ]
        assert offered == artefacts
        assert str(blocks).count("artefact.read") == 4


def test_what_has_no_content_cannot_be_called_current() -> None:
    for one in kept(body=None):
        told = words_of(reminder(one, "fr", zone=ZONE))
        assert ("[Toujours à jour]" in told) == (one.artefact in SELF_MADE)
        assert "[Mettre à jour]" in told


@pytest.mark.parametrize(
    ("at", "locale", "state"),
    [
        (NOW, "fr", "à jour, à reconfirmer le 24 janv."),
        (LATER, "fr", "à reconfirmer depuis le 24 janv."),
        (NOW, "en", "up to date, to confirm again on 24 Jan"),
        (LATER, "en", "to confirm again since 24 Jan"),
    ],
)
def test_freshness_is_said_in_words_with_its_day(at, locale: str, state: str) -> None:  # type: ignore[no-untyped-def]  # an instant
    told = words_of(listed(kept(), HUGO, at, ZONE, locale)).replace("\u00a0", " ")

    assert told.count(f"· {state}" if at == NOW else state) == 4
    assert told.count("<@U0HUGO>") == 4  # who said it, for it is not who holds the seat
    assert "<@U0CLAIRE>" in told and "<@U0KARIM>" in told


def test_a_form_gives_back_what_it_was_filled_with() -> None:
    body = Body(
        words="Deux lignes,\nun <lien>.",
        link="https://example.com/x",
        capacity=(
            Capacity(squad=CHECKOUT, available_days=40.5, engaged_days=32),
            Capacity(squad=SquadId("s149"), available_days=3, engaged_days=1),
        ),
    )
    page = pages(HUGE, body)[1]
    shown = Shown(artefact=Artefact.CAPACITY, seen=7, in_home=True)
    form = dump_view(artefact_form(page, "fr", metadata=shown.carried))
    form["state"] = {"values": _values(form)}

    assert shown_in(form) == shown
    # The squads that the form has no room for keep their numbers.
    asked = {block["block_id"] for block in form["blocks"] if block["type"] == "input"}
    assert len(asked) == 2 * MOST_SQUADS + 2
    again = body_in(form, body)
    assert (again.words, again.link) == (body.words, body.link)
    assert body.capacity[1] in again.capacity
    check_body(Artefact.CAPACITY, again)


def _values(form: dict[str, object]) -> dict[str, object]:
    """What Slack sends of a form nobody touched."""
    blocks: list[dict[str, dict[str, str]]] = json.loads(json.dumps(form["blocks"]))
    return {
        str(block["block_id"]): {"value": {"value": block["element"].get("initial_value")}}
        for block in blocks
        if "element" in block
    }


def test_more_taken_than_there_is_is_seen() -> None:
    over = Body(
        capacity=(
            Capacity(squad=CHECKOUT, available_days=40, engaged_days=44),
            Capacity(squad=ONBOARDING, available_days=0, engaged_days=0),
        )
    )
    told = str(dump_view(artefact_page(pages(CHARTER, over)[1], NOW, "fr"))).replace("\\xa0", " ")

    assert ":warning: *Paiement* · 40 j-h disponibles, 44 engagés (110 %)" in told
    assert "*Onboarding* · 0 j-h disponibles, 0 engagés (–)" in told
