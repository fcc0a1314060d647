"""The buttons of reminders: delivered, later, it holds, remind me again."""

from collections.abc import Callable

from bot.domain.ids import PersonId, RequestId
from bot.domain.request import Request
from bot.i18n import text
from bot.services import following
from bot.services.deps import Deps
from bot.slack import forms, ids
from bot.slack.call import Call, acting
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.menus import said
from bot.slack.views.parts import when

Answer = Callable[..., Request]

ANSWERS: dict[str, Answer] = {
    ids.DELIVERED: following.deliver,
    ids.DELAYED: following.delay,
    ids.HELD: following.hold,
}


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    for action, answer in ANSWERS.items():
        board.action(action)(acting(kit, _on_answer(answer)))
    board.action(ids.SNOOZE)(acting(kit, on_snooze))


def _on_answer(answer: Answer) -> Callable[[Call], None]:
    def on_answer(call: Call) -> None:
        request = RequestId(forms.action_value(call.body))
        answer(call.kit.deps, request, call.person, key=forms.click_key(call.body))
        call.ack()
        call.kit.later(lambda: call.answer(said(text(call.locale, "reminder.recorded"))))

    return on_answer


def on_snooze(call: Call) -> None:
    """Put one reminder off, once."""
    deps: Deps = call.kit.deps
    person: PersonId = call.person
    until = following.snooze(deps, forms.action_value(call.body), person)
    call.ack()
    if until is None:
        words = text(call.locale, "reminder.moot")
    else:
        words = text(call.locale, "reminder.snoozed", when=when(call.locale, until, call.kit.zone))
    call.kit.later(lambda: call.answer(said(words)))
