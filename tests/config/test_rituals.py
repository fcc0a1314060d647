from datetime import date, time, timedelta

import pytest

from bot.config import CharterError, parse
from bot.domain.charter import Charter
from bot.domain.ids import QuestionId, RitualId
from bot.domain.recurrence import NthWeekday, Unit
from tests.builders import CHARTER_FILE, DIRECTORY, JOHN, LEA, a_charter

TEXT = CHARTER_FILE.read_text(encoding="utf-8")


def ritual_text(**changes: str) -> str:
    """The default file with other lines in its tech council, the last ritual."""
    head, mark, last = TEXT.rpartition("[[rituals]]")
    lines = []
    for line in last.splitlines():
        name = line.partition(" = ")[0]
        if name not in changes:
            lines.append(line)
        elif changes[name]:
            lines.append(f"{name} = {changes[name]}")
    told = [line.partition(" = ")[0] for line in lines]
    lines += [f"{name} = {value}" for name, value in changes.items() if value and name not in told]
    return head + mark + "\n".join(lines) + "\n"


def problems(text: str) -> list[tuple[str, str]]:
    """The keys of what is wrong, each with the line it points at."""
    with pytest.raises(CharterError) as caught:
        parse(text)
    lines = text.splitlines()
    return [(p.key, lines[(p.line or 1) - 1].partition(" = ")[0]) for p in caught.value.problems]


def council(**changes: str) -> Charter:
    return parse(ritual_text(**changes))


def test_a_ritual_is_read_whole() -> None:
    ritual = a_charter().ritual(RitualId("tech_council"))

    assert ritual
    assert ritual.rule.unit is Unit.MONTH
    assert ritual.rule.on == (NthWeekday(nth=2, weekday=4),)
    assert (ritual.at, ritual.zone) == (time(11), "Europe/Paris")
    assert (ritual.duration, ritual.item) == (timedelta(minutes=60), timedelta(minutes=15))
    assert ritual.takes == ("debt", "architecture", "constraint")


def test_a_ritual_has_its_own_zone_channel_and_rhythm() -> None:
    charter = council(
        zone='"America/Montreal"', channel='"#tech"', every='"2 months"', on='["1", "last friday"]'
    )

    ritual = charter.rituals[-1]
    assert (ritual.zone, ritual.channel, ritual.rule.step) == ("America/Montreal", "tech", 2)
    assert len(ritual.rule.on) == 2


def test_a_ritual_takes_the_questions_sent_to_it_unless_it_says() -> None:
    charter = council(takes="")

    assert set(charter.rituals[-1].takes) == {"constraint", "architecture", "debt"}


def test_who_facilitates_is_found_in_the_workspace_in_order() -> None:
    charter = parse(TEXT).seated(DIRECTORY)

    assert [ritual.rotation for ritual in charter.rituals][:2] == [(LEA, JOHN), (JOHN, LEA)]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"on": "[]"}, ("ritual_without_slot", "on")),
        (
            {"on": '["5th friday"]', "every": '"12 months"', "anchor": "2026-02-01"},
            ("ritual_without_slot", "on"),
        ),
        ({"every": '"2 weeks"'}, ("ritual_on_weeks", "on")),
        (
            {"every": '"2 weeks"', "on": "", "anchor": "2026-01-10"},
            ("ritual_on_day_off", "anchor"),
        ),
        ({"facilitators": "[]"}, ("ritual_without_facilitator", "facilitators")),
        ({"facilitators": ""}, ("ritual_without_facilitator", "[[rituals]]")),
        ({"item_minutes": "61"}, ("ritual_too_short", "item_minutes")),
        ({"takes": '["debt", "lunch"]'}, ("ritual_takes_unknown", "takes")),
        ({"takes": '["debt", "architecture"]'}, ("ritual_takes_not", "ritual")),
        ({"zone": '"Europe/Lutece"'}, ("unknown_zone", "zone")),
        ({"every": '"0 weeks"'}, ("unknown_rhythm", "every")),
        ({"every": '"3 days"'}, ("unknown_rhythm", "every")),
        ({"on": '["6th monday"]'}, ("unknown_day", "on")),
        ({"at": '"25:00"'}, ("wants_time", "at")),
        ({"at": '"10:00+02:00"'}, ("time_with_a_zone", "at")),
        ({"anchor": "1026-01-08"}, ("greater_than_equal", "anchor")),
        ({"minutes": "3"}, ("greater_than_equal", "minutes")),
        ({"facilitators": '["amina"]'}, ("unknown_ref", "facilitators")),
        ({"item_minute": "5"}, ("unknown_key_like", "item_minute")),
    ],
)
def test_each_problem_of_a_ritual_is_told_with_its_line(
    changes: dict[str, str], problem: tuple[str, str]
) -> None:
    found = problems(ritual_text(**changes))

    assert problem in found


def test_the_day_a_problem_is_about_is_said() -> None:
    with pytest.raises(CharterError) as caught:
        council(every='"1 week"', on="", anchor=date(2026, 1, 11).isoformat())

    assert "sunday" in caught.value.problems[0].told("fr")
    assert "tech_council" in caught.value.problems[0].told("en")


def test_a_question_of_two_rituals_goes_to_the_one_of_its_rule() -> None:
    charter = council(takes='["debt", "architecture", "constraint", "bet"]')

    assert charter.rule(QuestionId("bet")).ritual == "roadmap_sync"
