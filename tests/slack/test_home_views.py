"""The App Home, tab by tab: valid whatever there is to show, in both languages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.agenda import Coming
from bot.domain.bypass import Mode
from bot.domain.charter import Charter, Seat, SeatKey
from bot.domain.content import Draft, Fields
from bot.domain.digest import Subscription, Week
from bot.domain.events import Status
from bot.domain.home import Tab
from bot.domain.ids import ChannelId, RequestId, SquadId
from bot.domain.journal import PAGE, Page
from bot.domain.people import Absence, Notify
from bot.domain.rituals import Occurrence, Stage
from bot.domain.summary import Listed
from bot.i18n import LOCALES
from bot.slack.dumping import dump_view
from bot.slack.journal_form import Asked
from bot.slack.views.home import Own, barred, framed, today
from bot.slack.views.home_charter import charter_tab
from bot.slack.views.home_health import bar, health, withheld
from bot.slack.views.home_lists import MOST, whole_list
from bot.slack.views.home_settings import settings_tab
from bot.slack.views.journal import journal_blocks
from tests.builders import CHANNEL, HUGO, LEA, NOW
from tests.digest_builders import HARD_TITLES
from tests.slack.test_memory_views import HUGE as MANY_SQUADS
from tests.slack.test_memory_views import numbers
from tests.slack.test_views import CHARTER, LONG, SUMMARY, problems_of_view

ZONE = "Europe/Paris"
HUGE = replace(
    MANY_SQUADS,
    seats=tuple(
        Seat(key=SeatKey(role=seat.key.role, squad=SquadId(f"s{n}")), refs=(), members=seat.members)
        if seat.key.squad
        else seat
        for n in range(150)
        for seat in CHARTER.seats
        if seat.key.squad or not n
    ),
    rituals=CHARTER.rituals * 40,
    questions=tuple(
        replace(question, label=replace(question.label, fr=LONG, en=LONG))
        for question in CHARTER.questions
    ),
)
OWN = Own(person=HUGO, zone=ZONE)


def shown(blocks: Sequence[Block], locale: str, tab: Tab = Tab.TODAY) -> View:
    return framed(locale, tab, blocks, now=NOW, is_steward=True, turn=7)


def coming(charter: Charter, stage: Stage) -> Coming:
    occurrence = Occurrence(
        ritual=charter.rituals[0].id,
        slot=date(2026, 11, 25),
        index=24,
        starts_at=NOW,
        duration=timedelta(hours=1),
        stage=stage,
    )
    return Coming(
        ritual=charter.rituals[0],
        occurrence=occurrence,
        facilitator=HUGO,
        may_run=True,
        may_arrange=True,
        url="https://sandbox.slack.com/archives/C/p2",
    )


words = st.one_of(st.text(max_size=300), st.sampled_from([*HARD_TITLES, LONG]))
totals = st.sampled_from([0, 1, 14, 15, 16, 300, 1_000_000])


@st.composite
def lists(draw: st.DrawFn) -> Listed:
    """So many requests as a database may hold, titled with anything."""
    total = draw(totals)
    titles = draw(st.lists(words, min_size=1, max_size=3))
    status = draw(st.sampled_from(Status))
    lines = tuple(
        replace(SUMMARY, id=RequestId(f"r{n}"), title=titles[n % len(titles)], status=status)
        for n in range(min(total, 15))
    )
    return Listed(lines=lines, total=total)


@st.composite
def owns(draw: st.DrawFn) -> Own:
    """Somebody with as much as anybody may ever have."""
    to_decide = draw(lists())
    away = Absence(person=HUGO, start=NOW, end=NOW + timedelta(days=9), id="a")
    squads = tuple(SquadId(f"s{n}") for n in range(draw(st.integers(0, 150))))
    return Own(
        person=HUGO,
        zone=ZONE,
        to_decide=to_decide,
        to_assign=frozenset(line.id for line in to_decide.lines[::2]),
        mine=draw(lists()),
        draft=Draft(id="d", person=HUGO, fields=Fields(title=draw(words))),
        rituals=(coming(CHARTER, draw(st.sampled_from(Stage))),) * draw(st.integers(0, 40)),
        absences=(away,) * draw(st.integers(0, 40)),
        notify=draw(st.sampled_from(Notify)),
        language=draw(st.sampled_from([None, "fr", "en"])),
        digest=draw(st.sampled_from([None, Subscription(person=HUGO, squads=squads)])),
        is_muted=draw(st.booleans()),
    )


@pytest.mark.parametrize("locale", LOCALES)
@settings(max_examples=25)
@given(own=owns())
def test_the_first_tab_is_valid_whatever_somebody_has(locale: str, own: Own) -> None:
    view = shown(today(own, locale, NOW), locale)

    assert problems_of_view(view) == ()
    assert len(dump_view(view)["blocks"]) <= 100


@pytest.mark.parametrize("locale", LOCALES)
def test_a_home_where_nothing_waits_says_so_and_offers_to_ask(locale: str) -> None:
    view = shown(today(OWN, locale, NOW), locale)

    told = str(dump_view(view))
    assert problems_of_view(view) == ()
    assert "request.new" in told
    assert ("Rien n’attend" in told) == (locale == "fr")
    assert "home.all" not in told
    assert "nudge.unmute" not in told
    assert len(dump_view(view)["blocks"]) < 20


def test_each_line_to_decide_has_the_button_that_acts() -> None:
    lines = tuple(
        replace(SUMMARY, id=RequestId(f"r{n}"), status=status)
        for n, status in enumerate((Status.OPEN, Status.ON_AGENDA, Status.AWAITING_EVIDENCE))
    )
    own = replace(
        OWN, to_decide=Listed(lines=lines, total=3), to_assign=frozenset({RequestId("r1")})
    )

    blocks = dump_view(shown(today(own, "fr", NOW), "fr"))["blocks"]

    buttons = {
        block["accessory"]["value"]: block["accessory"]["action_id"]
        for block in blocks
        if block.get("accessory", {}).get("value") in {"r0", "r1", "r2"}
    }
    assert buttons == {"r0": "request.decide", "r1": "request.assign", "r2": "journal.open"}


def test_what_does_not_fit_is_counted_and_a_click_away() -> None:
    own = replace(OWN, mine=Listed(lines=(SUMMARY,) * 15, total=1015))

    told = str(dump_view(shown(today(own, "fr", NOW), "fr")))

    assert "Mes demandes (1015)" in told
    assert "et 1000 autres" in told
    assert "home.all" in told


def test_an_absence_says_whether_it_is_now_or_later() -> None:
    now = Absence(person=HUGO, start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
    later = Absence(person=HUGO, start=NOW + timedelta(days=3), end=NOW + timedelta(days=4))

    told = str(dump_view(shown(today(replace(OWN, absences=(now, later)), "fr", NOW), "fr")))

    assert "*En ce moment*, jusqu’au mercredi 25 nov. 2026" in told
    assert "Du vendredi 27 nov. 2026" in told


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("charter", [CHARTER, HUGE], ids=["default", "huge"])
def test_every_other_tab_is_valid_whatever_the_charter(locale: str, charter: Charter) -> None:
    line = replace(SUMMARY, status=Status.DECIDED, decided_at=NOW, title=LONG)
    page = Page(lines=(line,) * PAGE, has_older=True, has_newer=True)
    asked = Asked(words=LONG, decider=LEA, period=30, turn=7)
    rooms = {ChannelId(f"C{n}"): mode for n in range(400) for mode in Mode}
    tabs = {
        Tab.JOURNAL: journal_blocks(charter, asked, page, locale, is_home=True),
        Tab.CHARTER: charter_tab(charter, locale),
        Tab.SETTINGS: settings_tab(charter, rooms, locale, channel=CHANNEL),
    }

    for tab, blocks in tabs.items():
        assert problems_of_view(shown(blocks, locale, tab)) == (), tab


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("n", [0, 1, 99_999])
def test_health_is_valid_whatever_the_numbers(locale: str, n: int) -> None:
    weeks = [
        Week(starts_on=date(2026, 10, 5) + timedelta(weeks=k), filed=n * k, decided=n, medians={})
        for k in range(8)
    ]

    for blocks in (health(numbers(n=n), CHARTER, weeks, locale), withheld(locale)):
        assert problems_of_view(shown(blocks, locale, Tab.HEALTH)) == ()


def test_bars_show_all_there_is_and_nothing_else() -> None:
    assert bar(0, 0) == bar(0, 7) == "·"
    assert len(bar(7, 7)) == 8
    assert len(bar(1, 1000)) == 1
    assert len(bar(500, 1000)) == 4


@pytest.mark.parametrize("locale", LOCALES)
def test_a_whole_list_fits_and_counts_the_rest(locale: str) -> None:
    many = Listed(lines=(replace(SUMMARY, title=LONG),) * MOST, total=5_000)

    for found in (Listed(), many):
        assert problems_of_view(whole_list("home.mine", found, locale, ZONE)) == ()
    assert "4800" in str(dump_view(whole_list("home.mine", many, locale, ZONE)))


def test_settings_say_which_seats_nobody_holds() -> None:
    vacant = replace(CHARTER, seats=(replace(CHARTER.seats[0], members=()), *CHARTER.seats[1:]))

    told = str(dump_view(shown(settings_tab(vacant, {}, "fr", channel=CHANNEL), "fr")))

    assert "*Sièges vides* · CPO" in told
    assert "toutes les 2 semaines" in told
    assert "lundi" in told


def test_only_stewards_are_shown_the_settings_tab() -> None:
    for is_steward in (True, False):
        view = framed("fr", Tab.TODAY, (), now=NOW, is_steward=is_steward)

        assert ("home.settings" in str(dump_view(view))) == is_steward


def test_the_home_of_a_guest_says_why_it_is_empty() -> None:
    view = barred("fr")

    assert problems_of_view(view) == ()
    assert "réservé aux membres" in str(dump_view(view))


def test_the_charter_names_who_holds_each_role() -> None:
    told = str(dump_view(shown(charter_tab(CHARTER, "fr"), "fr")))

    assert "CPO tranche" in told
    assert "<@U0CLAIRE>" in told
    assert "<@U0LEA> (Paiement)" in told
    assert "exécution 8 h" in told.replace("\\xa0", " ")
    assert "25\\xa0%" in told
