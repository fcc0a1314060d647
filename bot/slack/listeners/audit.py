"""The governance audit, and its poll: stewards open and close it, everybody may answer.

Who answers what is neither kept nor logged: see `bot.domain.polls`.
"""

from functools import partial

from bot.domain.polls import Answer, AuditQuestion
from bot.i18n import text
from bot.services import governance, people, polls
from bot.slack import forms, ids
from bot.slack.call import Call, acting, showing
from bot.slack.errors import OldControl
from bot.slack.kit import Kit
from bot.slack.listeners.numbers import scope_of
from bot.slack.switchboard import Switchboard
from bot.slack.views.audit import audit_page, markdown_view
from bot.slack.views.menus import said
from bot.slack.views.polls import counted


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.AUDIT_MARKDOWN)(showing(kit, on_markdown))
    board.action(ids.POLL_OPEN)(acting(kit, on_poll_open))
    board.action(ids.POLL_CLOSE)(acting(kit, on_poll_close))
    for answer, action in ids.POLL_ANSWERS.items():
        board.action(action)(acting(kit, partial(on_answer, answer)))


def show_audit(call: Call) -> None:
    """Answer with the governance audit."""
    scope = scope_of(call)
    if scope is None:
        return
    deps = call.kit.deps
    is_steward = people.is_steward(deps, call.person)
    found = governance.audit_of(deps, scope)
    call.answer(audit_page(found, call.locale, is_steward=is_steward))


def on_markdown(call: Call) -> None:
    """Open the page as Markdown, to copy."""
    scope = scope_of(call)
    if scope is not None:
        found = governance.audit_of(call.kit.deps, scope)
        call.push_view(lambda locale: markdown_view(found, locale))


def on_poll_open(call: Call) -> None:
    """Ask everybody; for stewards."""
    polls.open_poll(call.kit.deps, call.person)
    _tell(call, "poll.opened")


def on_poll_close(call: Call) -> None:
    """End the poll; for stewards."""
    polls.close_poll(call.kit.deps, call.person, forms.action_value(call.body))
    _tell(call, "poll.ended")


def _tell(call: Call, key: str) -> None:
    words = text(call.locale, key, channel=call.kit.deps.channel)
    call.kit.later(lambda: call.answer(said(words)))
    call.ack()


def on_answer(given: Answer, call: Call) -> None:
    """Count an answer of somebody who may see the channel, in the place of their last one."""
    poll, question, key = _named(forms.action_value(call.body))
    if not call.kit.audience.may_see(call.person, call.kit.deps.channel):
        raise OldControl
    polls.answer(call.kit.deps, poll, key, question, given, call.person)
    call.kit.later(lambda: call.answer(counted(question, given, call.locale)))
    call.ack()


def _named(value: str) -> tuple[str, AuditQuestion, str]:
    """Return the poll, the question and the key that a button names. Raises OldControl."""
    poll, _, rest = value.partition("|")
    question, _, key = rest.partition("|")
    if question not in set(AuditQuestion) or not key:
        raise OldControl
    return poll, AuditQuestion(question), key
