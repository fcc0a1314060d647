"""The governance audit of the moment."""

from dataclasses import replace

from bot.domain.audit import Audit, audit
from bot.services import metrics, polls
from bot.services.deps import Deps
from bot.services.desks import desk_of
from bot.services.metrics import Scope


def audit_of(deps: Deps, scope: Scope) -> Audit:
    """Return the audit, on the numbers of the last six weeks within `scope`."""
    numbers = metrics.numbers(deps, scope, metrics.latest(deps))
    with deps.read() as session:
        desk = desk_of(session, deps)
    found = audit(desk.charter, desk.presence.barred, numbers)
    declared, open_poll = polls.declared(deps)
    return replace(found, declared=declared, open_poll=open_poll)
