"""The story as it is written: its times, its words, what it shows."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import config
from bot.demo.story import Agenda, Asking, BadStory, Saying, Step, Story
from bot.domain.calendar import Calendar
from bot.domain.events import Status
from bot.sandbox.cast import demo_cast
from bot.slack import ids
from tests.builders import CHARTER_FILE

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def weeks() -> list[datetime]:
    """A Wednesday of every week of two years: holidays and half days fall everywhere."""
    return [datetime(2026, 1, 7, 12, 0, tzinfo=UTC) + timedelta(weeks=n) for n in range(104)]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 11, 18, 8, 39, tzinfo=UTC), "2026-11-04"),  # 09:39 in Paris
        (datetime(2026, 11, 18, 8, 40, tzinfo=UTC), "2026-11-18"),
        (datetime(2026, 12, 1, 8, 40, tzinfo=UTC), "2026-11-18"),
        (datetime(2026, 7, 15, 8, 40, tzinfo=UTC), "2026-07-01"),  # the 14th is a holiday
        (datetime(2027, 7, 20, 8, 40, tzinfo=UTC), "2027-06-30"),  # so it is the next year
    ],
)
def test_it_ends_the_day_after_a_product_review(
    calendar: Calendar, now: datetime, last: str
) -> None:
    agenda = Agenda(calendar, now)

    assert agenda.last.isoformat() == last
    assert agenda.end <= now


def test_a_holiday_makes_it_start_earlier(calendar: Calendar) -> None:
    agenda = Agenda(calendar, NOW)

    assert agenda.day(1).isoformat() == "2026-11-17"
    assert agenda.day(4).isoformat() == "2026-11-12"
    assert agenda.day(5).isoformat() == "2026-11-10"  # the 11th is a holiday


@pytest.mark.parametrize("now", weeks(), ids=lambda now: f"{now:%Y-%m-%d}")
def test_people_work_in_working_hours_whatever_the_week(
    story: Story, calendar: Calendar, now: datetime
) -> None:
    agenda = Agenda(calendar, now)
    instants = [agenda.instant(beat.when) for beat in story.beats]

    assert instants == sorted(instants)
    assert [
        b.when for b, at in zip(story.beats, instants, strict=True) if not _open(calendar, at)
    ] == []
    assert instants[-1] <= agenda.end
    assert agenda.end - instants[0] > timedelta(weeks=6) - timedelta(hours=2)


def _open(calendar: Calendar, at: datetime) -> bool:
    # A sentence may be written at the very minute of lunch or of leaving.
    return calendar.is_open(at) or calendar.is_open(at - timedelta(minutes=1))


def test_a_time_that_is_none_is_refused(calendar: Calendar) -> None:
    with pytest.raises(BadStory, match="12h30"):
        Agenda(calendar, NOW).instant("12h30")


def test_it_shows_every_question_layer_move_and_state(story: Story) -> None:
    charter = config.load(CHARTER_FILE).charter
    asked = {b.fields["question"] for b in story.beats if isinstance(b, Asking)}
    moves = {f"request.{b.move}" for b in story.beats if isinstance(b, Step)}
    buttons = {button for shown in ids.PANEL_BUTTONS.values() for button in shown}

    assert asked == {question.id for question in charter.questions}
    assert {charter.rule(question).layer for question in asked} == {r.layer for r in charter.rules}
    # Waiting is what the story leaves open: nobody gives up on evidence or on an agenda.
    assert buttons - moves == {ids.RESUME, ids.UNSCHEDULE}
    assert set(story.ends.values()) == set(Status) - {Status.EXPIRED}
    assert len(story.ends) >= 25


def test_everybody_speaks_everywhere(story: Story) -> None:
    cast = demo_cast()
    sayings = [beat for beat in story.beats if isinstance(beat, Saying)]

    assert {beat.who for beat in sayings} == {person.handle for person in cast.people}
    assert {beat.room for beat in sayings} == {room.name for room in cast.rooms}
    assert any(beat.file for beat in sayings)


def words() -> Iterator[tuple[str, str]]:
    """Everything people type, with who types it."""
    from bot.demo.story import read_story  # noqa: PLC0415

    for beat in read_story().beats:
        if isinstance(beat, Saying):
            yield beat.who, beat.words
        else:
            typed = [value for value in beat.fields.values() if isinstance(value, str)]
            if isinstance(beat, Step):
                typed.append(beat.reply)
            yield from ((beat.who, value) for value in typed if " " in value)


@pytest.mark.parametrize(("who", "said"), sorted(set(words())))
def test_words_have_the_typography_of_their_language(who: str, said: str) -> None:
    bare = re.sub(r":[a-z0-9_]+:|`[^`]*`|https?://\S+|\d\d:\d\d", "", said)

    assert "'" not in bare, "an apostrophe is ’"
    assert '"' not in bare
    if who == "john":
        assert "\u00a0" not in bare, "English takes no space there"
        assert not re.search(r" [;:!?]", bare)
    else:
        assert not re.search(r"[^\u00a0\s][;?!]", bare), "a space before ; ? !"
        assert not re.search(r"[^\u00a0\d/]:(?!\d)", bare), "a space before :"
        assert not re.search(r" [;?!:»%€]|« ", bare), "that space does not break"
