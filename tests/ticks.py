"""Parts of a tick, one at a time: what one look finds, done at once."""

from bot.services.deps import Deps
from bot.services.schedule.artefacts import due_artefact_reminders
from bot.services.schedule.digests import due_digests
from bot.services.schedule.guarding import Look
from bot.services.schedule.rituals import due_ritual_posts


def queue_ritual_posts(deps: Deps) -> int:
    """Queue what rituals have to say now, freeze the agendas of what starts; return how many."""
    return _do(deps, due_ritual_posts)


def queue_digests(deps: Deps) -> int:
    """Queue the digests that are due; return how many."""
    return _do(deps, due_digests)


def queue_artefact_reminders(deps: Deps) -> int:
    """Queue the reminders of artefacts that are due; return how many."""
    return _do(deps, due_artefact_reminders)


def _do(deps: Deps, look: Look) -> int:
    return sum(task(deps) for task in look(deps))
