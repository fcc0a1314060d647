"""`arbitrage audit report`: the governance audit of a workspace, as Markdown."""

from collections.abc import Sequence

from bot.app import offline
from bot.services import governance, journal
from bot.services.deps import Deps
from bot.services.metrics import Scope
from bot.settings import Settings
from bot.slack.views.audit import audit_markdown


class CannotReport(Exception):
    """There is no one workspace to audit. The message is one line, with the cure."""


def report(settings: Settings, locale: str, *, workspace: str | None) -> str:
    """Return the audit of the last six weeks, over every channel. Raises CannotReport."""
    every = offline(settings)
    try:
        return _report([d for d in every if workspace in {None, d.workspace}], locale)
    finally:
        for deps in every[:1]:
            deps.database.close()  # one for all


def _report(served: Sequence[Deps], locale: str) -> str:
    if not served:
        raise CannotReport("the database serves no such workspace. Start the bot: `arbitrage run`.")
    if len(served) > 1:
        known = ", ".join(deps.workspace for deps in served)
        raise CannotReport(f"which workspace? Say --workspace; the database serves: {known}.")
    deps = served[0]
    scope = Scope(channels=frozenset(journal.channels(deps)))
    return audit_markdown(governance.audit_of(deps, scope), locale)
