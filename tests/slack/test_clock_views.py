"""Reminders, absences, preferences and the next posts, in both languages, pass Slack's rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.absences import Dates
from bot.domain.charter import Role, SeatKey
from bot.domain.deciding import decide
from bot.domain.ids import SquadId
from bot.domain.people import Absence, Notify
from bot.domain.posts import Item, Post, PostKind
from bot.domain.relief import StandIn
from bot.domain.reminders import REMINDERS, TimerKind
from bot.domain.summary import Due
from bot.domain.upcoming import Upcoming
from bot.i18n import LOCALES
from bot.services.delivery import Content
from bot.slack import ids
from bot.slack.dumping import dump_blocks
from bot.slack.rendering import render
from bot.slack.views.absences import Shown, absence_form, absence_saved
from bot.slack.views.preferences import preferences_form
from bot.slack.views.reminders import reminder, reminder_line
from bot.slack.views.upcoming import upcoming_view
from tests.builders import (
    CHECKOUT,
    CLAIRE,
    INES,
    KARIM,
    LEA,
    NOW,
    TODAY,
    a_charter,
    a_request,
    a_route,
    a_sheet,
    some_content,
    some_terms,
)
from tests.slack.test_views import LONG_TITLE, problems, problems_of_view

KINDS = sorted(REMINDERS)


def due(kind: TimerKind, number: int = 1, *, is_snoozed: bool = False) -> Due:
    request = a_request(some_content(title=LONG_TITLE))
    if kind in {TimerKind.DELIVERY, TimerKind.REVIEW}:
        terms = some_terms(owner=LEA, due_on=TODAY, review_on=TODAY)
        request = decide(request, CLAIRE, terms, at=NOW, today=TODAY, tie_break=a_route())
    item = Item(
        timer="t" * 200,
        kind=kind,
        number=number,
        request=request.id,
        expected_at=NOW,
        is_snoozed=is_snoozed,
    )
    return Due(item=item, sheet=a_sheet(request))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_reminder_is_valid(locale: str, kind: TimerKind) -> None:
    for number in (1, 3):
        for is_snoozed in (True, False):
            one = due(kind, number, is_snoozed=is_snoozed)
            assert problems(reminder((one,), locale)) == ()
            assert problems(reminder((one,) * 60, locale)) == ()
            assert problems(reminder_line(one, CLAIRE, locale)) == ()


def test_a_snoozed_reminder_cannot_be_snoozed_again() -> None:
    for is_snoozed in (True, False):
        message = reminder((due(TimerKind.DECIDE, is_snoozed=is_snoozed),), "fr")

        assert (ids.SNOOZE in str(dump_blocks(message))) is not is_snoozed


def test_the_last_reminder_says_what_comes_next() -> None:
    first, last = (str(dump_blocks(reminder((due(TimerKind.DECIDE, n),), "en"))) for n in (1, 3))

    assert "Last reminder" not in first
    assert "Last reminder" in last


@pytest.mark.parametrize("locale", LOCALES)
def test_a_late_post_says_so(locale: str) -> None:
    post = Post(kind=PostKind.REMINDER, key="k", person=CLAIRE)
    on_time = Content(post=post, locale=locale, due=(due(TimerKind.DECIDE),), zone="Europe/Paris")

    late = render(replace(on_time, late_from=NOW))

    assert problems(late) == ()
    assert len(late.blocks) == len(render(on_time).blocks) + 1


@pytest.mark.parametrize("locale", LOCALES)
def test_the_absence_form_is_valid_whatever_it_shows(locale: str) -> None:
    absence = Absence(person=INES, start=NOW, end=NOW + timedelta(days=1), id="a" * 60)
    seats = (
        StandIn(seat=SeatKey(role=Role.CPO), person=KARIM, away=(INES,)),
        StandIn(seat=SeatKey(role=Role.PM, squad=CHECKOUT), person=None),
        StandIn(seat=SeatKey(role=Role.PM, squad=SquadId("gone")), person=None),
    )
    empty = Shown(charter=a_charter(), zone="Europe/Paris", declared=())
    full = replace(
        empty,
        declared=(absence,) * 50,
        stand_ins=seats,
        others_away=(absence,),
        dates=Dates(first=TODAY, last=TODAY),
        is_previewed=True,
    )
    shown = (empty, full, replace(empty, is_previewed=True), replace(full, trouble="Non."))
    for one in shown:
        assert problems_of_view(absence_form(one, locale)) == ()
        assert problems_of_view(absence_saved(one, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_preferences_form_is_valid(locale: str) -> None:
    for notify in Notify:
        for language in (None, *LOCALES):
            view = preferences_form(locale, notify=notify, language=language)
            assert problems_of_view(view) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_next_posts_are_valid(locale: str) -> None:
    posts = [
        Upcoming(due_at=NOW, kind=kind, key="k", person=CLAIRE if number % 2 else None)
        for number, kind in enumerate(PostKind)
    ]
    for listed in ((), posts, posts * 20):
        assert problems_of_view(upcoming_view(listed, a_charter(), locale)) == ()
