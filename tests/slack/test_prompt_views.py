"""Messages that lost buttons, in both languages: valid, with their words and what happened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.content import Draft, Fields
from bot.domain.events import EventKind
from bot.domain.posts import Item, Post, PostKind
from bot.domain.prompts import (
    CANCELLED,
    CARRIED,
    CLOSED,
    DISCARDED,
    FILED,
    GONE,
    HANDED,
    MOVED,
    REPLACED,
    STARTED,
)
from bot.domain.reminders import REMINDERS, TimerKind
from bot.domain.rituals_posts import CLOSE, PREPARE, START
from bot.domain.summary import Due
from bot.i18n import LOCALES, text
from bot.slack import ids
from bot.slack.dumping import dump_blocks
from bot.slack.views import lines, reminders, rituals
from bot.slack.views.parts import Message
from tests.builders import CLAIRE, HUGO, LEA, NOW, a_request, a_sheet, some_content
from tests.slack.test_ritual_views import HEARD, ITEMS, a_meeting, meetings, sent
from tests.slack.test_views import LIVES, LONG_TITLE, problems


def shown(message: Message) -> str:
    assert problems(message) == ()
    return str(dump_blocks(message))


def due(kind: TimerKind, **changes: object) -> Due:
    item = Item(
        timer="t" * 200, kind=kind, number=1, request=LIVES[0].id, expected_at=NOW, answer_by=NOW
    )
    return Due(item=item, sheet=a_sheet(LIVES[0]), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_event_ends_every_message_of_a_request(locale: str) -> None:
    for life in LIVES:
        sheet, event = a_sheet(life), life.pending[-1] if life.pending else None
        if event is None:
            continue
        told = lines.settled_text(sheet, event, locale)
        assert told == told.strip() != ""
        asked = replace(event, kind=EventKind.EVIDENCE_ASKED)
        messages = [
            lines.notice(sheet, asked, HUGO, locale, settled=event),
            lines.alert({"what": "unassigned"}, sheet, locale, settled=event),
        ]
        for kind in sorted(REMINDERS):
            ended = replace(due(kind, settled=event), sheet=sheet)
            messages += [
                reminders.reminder((ended,) * 30, locale),
                reminders.reminder_line(ended, CLAIRE, locale),
            ]
        for message in messages:
            blocks = shown(message)
            assert "action_id" not in blocks
            assert repr(told)[1:40] in blocks


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_left_of_several_keeps_its_buttons(locale: str) -> None:
    event = next(life.pending[-1] for life in LIVES if life.pending)
    kinds = sorted(REMINDERS)
    settled = tuple(due(kind, settled=event) for kind in kinds)
    left = (due(TimerKind.DECIDE), due(TimerKind.DECIDE, snoozed_until=NOW + timedelta(hours=4)))

    message = reminders.reminder((*settled * 3, *left), locale)

    blocks = shown(message)
    assert blocks.count(f"'{ids.DECIDE}'") == 2
    assert blocks.count(f"'{ids.SNOOZE}'") == 1
    assert message.text.startswith(text(locale, "reminder.title.other", count="2")[:10])
    assert text(locale, "reminder.none_left") in reminders.reminder(settled, locale).text


@pytest.mark.parametrize("locale", LOCALES)
def test_an_invitation_says_what_its_draft_became(locale: str) -> None:
    sheet = a_sheet(a_request(some_content(title=LONG_TITLE)))
    draft = Draft(id="d", person=HUGO, fields=Fields(title=LONG_TITLE))

    for is_own in (True, False):
        assert ids.OPEN_DRAFT in shown(lines.invited("", draft, None, locale, is_own=is_own))
        for outcome in (FILED, DISCARDED, GONE, ""):
            filed = sheet if outcome == FILED else None
            gone = lines.invited(outcome, None, filed, locale, is_own=is_own)
            assert "action_id" not in shown(gone)


ALERT = Post(
    kind=PostKind.ALERT,
    key="k",
    person=LEA,
    details=(("slot", "2026-12-08"), ("ritual", "roadmap_sync"), ("what", "no_facilitator")),
)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", [STARTED, CLOSED, CANCELLED, MOVED, HANDED])
def test_what_became_of_an_occurrence_is_said_to_who_was_asked(locale: str, outcome: str) -> None:
    for sheet in meetings():
        for what in (PREPARE, START, CLOSE, HANDED, MOVED):
            post = replace(ALERT, kind=PostKind.FACILITATOR, details=(("what", what),))
            message = rituals.render(post, sheet, None, locale, outcome=outcome)
            assert message
            assert "action_id" not in shown(message)
        assert "action_id" not in shown(rituals.alert(sheet, ALERT, locale, outcome=outcome))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_note_keeps_what_was_heard(locale: str) -> None:
    request = a_sheet(sent(1))
    post = Post(
        kind=PostKind.PROPOSAL,
        key="k",
        person=CLAIRE,
        request=request.request.id,
        details=(("proposal", HEARD.id),),
    )
    waiting = a_meeting(items=(replace(ITEMS[0], proposal=HEARD),))
    live = rituals.render(post, waiting, request, locale)
    assert live
    assert ids.PROPOSAL_CONFIRM in shown(live)
    for outcome in (CARRIED, REPLACED):
        ended = rituals.render(post, a_meeting(heard=(HEARD,)), request, locale, outcome=outcome)
        assert ended
        assert "action_id" not in shown(ended)
        assert dump_blocks(ended)[:2] == dump_blocks(live)[:2]
