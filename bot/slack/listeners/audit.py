"""The governance audit."""

from bot.services import governance
from bot.slack.call import Call
from bot.slack.kit import Kit
from bot.slack.listeners.numbers import scope_of
from bot.slack.switchboard import Switchboard
from bot.slack.views.audit import audit_page


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""


def show_audit(call: Call) -> None:
    """Answer with the governance audit."""
    scope = scope_of(call)
    if scope is not None:
        call.answer(audit_page(governance.audit_of(call.kit.deps, scope), call.locale))
