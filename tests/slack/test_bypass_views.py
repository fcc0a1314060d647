"""Every view about bypasses, in both languages, with the longest texts, passes Slack's rules."""

import pytest

from bot.domain.bypass import Mode
from bot.domain.bypass_detection import Learned
from bot.domain.ids import ChannelId
from bot.i18n import LOCALES, text
from bot.slack.views import nudges
from bot.slack.views.detection import Room, applied_view, detection_form, learned_view
from tests.builders import NOW
from tests.slack.test_views import LONG, problems, problems_of_view

KEY = "bypass:C0PRODUIT:1795535686.569251"
ROOMS = tuple(Room(id=ChannelId(f"C{n:08d}"), name="canal-" + "x" * 74) for n in range(1700))


@pytest.mark.parametrize("locale", LOCALES)
def test_nudges_and_introductions_are_valid(locale: str) -> None:
    told = ((), ("", " \n "), ("un point ?",), (LONG, f"{LONG}!", "on peut", "export"))
    messages = [nudges.nudge(KEY, phrases, locale) for phrases in told]
    messages += [nudges.preference(locale, is_muted=muted) for muted in (True, False)]
    messages += [nudges.introduction(mode, locale) for mode in Mode]

    assert [problems(message) for message in messages] == [()] * len(messages)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_nudge_mentions_nobody(locale: str) -> None:
    nudge = nudges.nudge(KEY, [LONG], locale)

    shown = nudge.text + str([block.to_dict() for block in nudge.blocks])
    assert "<!channel>" not in shown


@pytest.mark.parametrize("locale", LOCALES)
def test_phrases_are_shown_on_one_line_each_once_and_not_when_there_is_none(locale: str) -> None:
    shown = nudges.nudge(KEY, ["a\n b", "c", "a b", "d", "e"], locale).text

    quoted = [text(locale, "charter.show.quoted", words=words) for words in ("a b", "c", "d", "e")]
    assert [shown.count(phrase) for phrase in quoted] == [1, 1, 1, 0]
    assert "«" not in nudges.nudge(KEY, [" "], locale).text
    assert "“" not in nudges.nudge(KEY, [" "], locale).text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("many", [0, 1, 100, 101, 1700])
def test_the_forms_are_valid_with_few_and_many_channels(locale: str, many: int) -> None:
    modes = {room.id: list(Mode)[index % 3] for index, room in enumerate(ROOMS)}
    for learned in (0, 1, 12):
        view = detection_form(
            ROOMS[:many],
            modes,
            locale,
            usual=Mode.OBSERVE,
            learned=learned,
            is_from_home=bool(learned),
        )
        assert problems_of_view(view) == ()
    for mode in Mode:
        channels = [room.id for room in ROOMS[: max(1, many)]]
        assert problems_of_view(applied_view(channels, mode, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_what_was_learned_is_valid(locale: str) -> None:
    lessons = tuple(
        Learned(
            id="f" * 32,
            combination="+".join(["ask"] * n),
            people=n,
            share=n % 2,
            last_at=NOW,
            answers=(),
        )
        for n in range(120)
    )
    for some in ((), lessons[:1], lessons):
        assert problems_of_view(learned_view(some, locale, now=NOW)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_declaration_is_valid(locale: str) -> None:
    assert problems_of_view(nudges.declaration(locale)) == ()
