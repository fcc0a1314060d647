"""/arbitrage: a menu, a few words, and any other text is the title of a request.

There is no unknown command and no syntax error. Source: product §1.
"""

import re
from collections.abc import Callable

from bot.domain.summary import Sheet
from bot.i18n import text
from bot.services import reading, requests
from bot.slack import forms, ids
from bot.slack.call import Call, showing
from bot.slack.kit import Kit
from bot.slack.listeners import artefacts, audit, bypasses, detection, digests, journal, numbers
from bot.slack.listeners.absences import on_absence
from bot.slack.listeners.requests import open_form
from bot.slack.listeners.rituals import show_rituals
from bot.slack.switchboard import Switchboard
from bot.slack.views import menus
from bot.slack.views.menus import said

NUMBER = re.compile(r"arb[\s-]*(\d{1,9})", re.IGNORECASE)

WORDS: dict[str, str] = {
    "aide": "help",
    "help": "help",
    "?": "help",
    "qui": "who",
    "who": "who",
    "moi": "mine",
    "me": "mine",
    "a trancher": "inbox",
    "inbox": "inbox",
    "charte": "who",
    "charter": "who",
    "absence": "absence",
    "rituels": "rituals",
    "rituals": "rituals",
    "journal": "journal",
    "log": "journal",
    "stats": "stats",
    "audit": "audit",
    "artefacts": "artefacts",
    "artifacts": "artefacts",
    "digest": "digest",
    "bilan": "digest",
    "contournement": "bypass",
    "bypass": "bypass",
    "nudge": "nudge",
    "detection": "detection",
    **{f"{name} {word}": "digest" for name in ("digest", "bilan") for word in digests.WORDS},
}
"""Words understood first, without accents or case, and what they show."""

TAKES_WORDS = frozenset({"who", "journal"})


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.command(ids.COMMAND)(showing(kit, on_command))
    board.action(ids.MENU_MINE)(showing(kit, show_mine))
    board.action(ids.MENU_INBOX)(showing(kit, show_inbox))
    board.action(ids.MENU_HELP)(showing(kit, show_help))


def on_command(call: Call) -> None:
    """Show what the words ask for, else open the form with them as its title."""
    typed = forms.readable(str(call.body.get("text") or ""))
    number = NUMBER.fullmatch(typed)
    if not typed:
        show_menu(call)
    elif number:
        show_request(call, int(number.group(1)))
    else:
        _understood(call, typed)


def _understood(call: Call, typed: str) -> None:
    folded = forms.folded(typed)
    first, _, rest = folded.partition(" ")
    shown = WORDS.get(folded) or (WORDS.get(first) if WORDS.get(first) in TAKES_WORDS else None)
    if shown in WITH_WORDS:
        WITH_WORDS[shown](call, rest if first in WORDS else "")
    elif shown:
        SHOWN[shown](call)
    else:
        open_form(call, title=typed)


def show_menu(call: Call) -> None:
    """Answer with the private menu."""
    deps = call.kit.deps
    to_decide = reading.inbox(deps, call.person).total
    is_draft_left = reading.unfinished(deps, call.person) is not None
    call.answer(menus.menu(call.locale, to_decide=to_decide, is_draft_left=is_draft_left))


def show_help(call: Call) -> None:
    """Answer with how it works."""
    call.answer(menus.help_message(call.locale))


def show_mine(call: Call) -> None:
    """Answer with the person's own requests."""
    found = reading.mine(call.kit.deps, call.person)
    call.answer(
        menus.request_list("menu.mine", "menu.mine_empty", found, call.locale, call.kit.zone)
    )


def show_inbox(call: Call) -> None:
    """Answer with what the person has to decide."""
    found = reading.inbox(call.kit.deps, call.person)
    call.answer(
        menus.request_list("menu.inbox", "menu.inbox_empty", found, call.locale, call.kit.zone)
    )


def show_who(call: Call, asked: str) -> None:
    """Answer with who decides what."""
    charter = requests.charter_of(call.kit.deps)
    call.answer(menus.who(charter, asked, call.locale))


def show_request(call: Call, number: int) -> None:
    """Answer with one request's card."""
    sheet = reading.find(call.kit.deps, number)
    if sheet is None or not _may_see(call, sheet):
        call.answer(said(text(call.locale, "menu.unknown_number", reference=f"ARB-{number}")))
    else:
        call.answer(menus.request_shown(sheet, call.locale))


def _may_see(call: Call, sheet: Sheet) -> bool:
    return call.kit.audience.reader(call.person).may_see(sheet.request)


SHOWN: dict[str, Callable[[Call], None]] = {
    "help": show_help,
    "mine": show_mine,
    "inbox": show_inbox,
    "absence": on_absence,
    "rituals": show_rituals,
    "stats": numbers.show_stats,
    "audit": audit.show_audit,
    "artefacts": artefacts.show_artefacts,
    "detection": detection.show_detection,
    **bypasses.SHOWN,
}
WITH_WORDS: dict[str, Callable[[Call, str], None]] = {
    "who": show_who,
    "journal": journal.show,
    "digest": digests.show,
}
