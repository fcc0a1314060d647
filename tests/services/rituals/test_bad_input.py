"""Bad input of every kind at once: each told clearly to who can mend it, and nothing stops."""

import logging
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.config import CharterError, parse
from bot.db import people
from bot.domain.charter import Ritual
from bot.domain.ids import RitualId
from bot.domain.people import Notify
from bot.domain.posts import PostKind
from bot.domain.recurrence import NthWeekday, Recurrence, Unit
from bot.domain.rituals_errors import MovedIntoThePast
from bot.i18n import LOCALES, text
from bot.services import rituals_arrange
from bot.services.deps import Deps
from bot.services.people import prefer
from bot.services.schedule import tick as ticking
from tests.builders import EVERYBODY, KARIM, LEA, NOW, WORKSPACE, FakeClock
from tests.config.test_rituals import ritual_text
from tests.services.desk import Desk
from tests.services.outbox import filed
from tests.services.rituals.meetings import STARTS, THE_8TH, at, away

NEVER = Recurrence(
    unit=Unit.MONTH, step=12, anchor=date(2026, 2, 1), on=(NthWeekday(nth=5, weekday=5),)
)
"""A fifth Friday in February: not before 2036."""


def with_rituals(deps: Deps) -> Deps:
    """The Roadmap Sync that is right, and others beside it that are not."""
    sync = deps.charter.rituals[0]
    others: list[Ritual] = [
        replace(sync, id=RitualId("never"), rule=NEVER),
        replace(sync, id=RitualId("empty"), facilitators=("gone@example.com",), rotation=()),
        replace(sync, id=RitualId("astray"), channel="nowhere"),
    ]
    with deps.begin() as session:
        people.save_ref(session, WORKSPACE, "gone@example.com", (), NOW)  # looked up in vain
    return replace(deps, charter=replace(deps.charter, rituals=(*others, sync)))


def tick(deps: Deps) -> None:
    ticking.tick(deps, holder="one", machine_now=lambda: NOW)


def test_what_is_odd_about_some_rituals_stops_nothing_and_is_told(
    deps: Deps, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    deps = with_rituals(deps)
    prefer(deps, KARIM, notify=Notify.DM, locale="en")
    desk = Desk(deps)
    for before in (24 * 2, 25, 24):
        at(clock, timedelta(hours=before))
        with caplog.at_level(logging.ERROR):
            tick(deps)
        desk.deliver()

    agendas = [ts for ts, kind in desk.kinds.items() if kind is PostKind.AGENDA]
    assert len(agendas) == 3, "all that have a date are announced"
    assert caplog.records == []
    told = {
        reader: " ".join(desk.texts[ts] for ts in desk.kinds if desk.readers[ts] == reader)
        for reader in (LEA, KARIM)
    }
    assert "personne de la liste n’est là pour l’animer" in told[LEA]
    assert "le canal `nowhere` n’existe pas" in told[LEA]
    assert "nobody on the list is there to facilitate" in told[KARIM]
    assert "the channel `nowhere` does not exist" in told[KARIM]


def test_one_ritual_that_fails_keeps_no_other_from_its_agenda(
    deps: Deps, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(deps.charter.rituals[0], id=RitualId("broken"), duration=None)  # type: ignore[arg-type]
    charter = replace(deps.charter, rituals=(broken, *deps.charter.rituals))
    deps = replace(deps, charter=charter)
    desk = Desk(deps)
    at(clock, timedelta(hours=24))

    with caplog.at_level(logging.ERROR):
        tick(deps)
    desk.deliver()

    assert desk.last(PostKind.AGENDA)
    assert any("incident" in record.message for record in caplog.records)


def test_with_everybody_away_what_waits_is_told_to_the_stewards_and_comes_back(
    deps: Deps, clock: FakeClock
) -> None:
    desk = Desk(deps)
    for person in EVERYBODY:
        away(deps, person, STARTS - timedelta(days=6), 7)
    at(clock, timedelta(days=5))
    request = filed(deps)
    assert request.route.mandates == ()

    for hours in (24, 0):
        at(clock, timedelta(hours=hours))
        tick(deps)
        desk.deliver()

    alerts = [desk.texts[ts] for ts, kind in desk.kinds.items() if kind is PostKind.ALERT]
    assert any("personne de la liste n’est là pour l’animer" in words for words in alerts)
    assert any("Personne ne peut trancher" in words for words in alerts)


def test_a_move_into_the_past_is_refused_in_both_languages(deps: Deps) -> None:
    with pytest.raises(MovedIntoThePast) as caught:
        rituals_arrange.move(deps, THE_8TH, LEA, (date(2026, 11, 20), time(10)), why="", key="m")

    for locale in LOCALES:
        assert len(text(locale, f"error.{caught.value.key}")) > 20


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"on": '["5th friday"]', "every": '"12 months"', "anchor": "2026-02-01"}, "never falls"),
        ({"facilitators": "[]"}, "has nobody to facilitate it"),
        ({"zone": '"Europe/Lutece"'}, "unknown time zone"),
        ({"at": '"10:00+02:00"'}, "a time without an offset"),
    ],
)
def test_the_file_is_refused_with_the_line_and_the_cure(
    changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CharterError) as caught:
        parse(ritual_text(**changes))

    (problem,) = caught.value.problems
    assert sentence in problem.told("en")
    assert problem.line
    assert f"ligne {problem.line}" in problem.told("fr")
