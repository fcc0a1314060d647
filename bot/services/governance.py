"""The governance audit of the moment."""

from bot.domain.audit import Audit, audit
from bot.services import metrics
from bot.services.deps import Deps
from bot.services.desks import desk_of
from bot.services.metrics import Scope


def audit_of(deps: Deps, scope: Scope) -> Audit:
    """Return the audit, on the numbers of the last six weeks within `scope`."""
    numbers = metrics.numbers(deps, scope, metrics.latest(deps))
    with deps.read() as session:
        desk = desk_of(session, deps)
    return audit(desk.charter, desk.presence.barred, numbers)
