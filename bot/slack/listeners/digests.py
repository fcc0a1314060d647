"""The private digest: subscribe, unsubscribe, preview."""

from bot.i18n import text
from bot.services import digests, requests
from bot.slack import ids, journal_form
from bot.slack.call import Call, acting, showing
from bot.slack.dumping import dump_view
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.digest_menu import digest_form, state
from bot.slack.views.digests import digest
from bot.slack.views.menus import said
from bot.slack.views.small_forms import notice_view

SUBSCRIBE = frozenset({"abonner", "m abonner", "subscribe", "on"})
UNSUBSCRIBE = frozenset({"desabonner", "me desabonner", "unsubscribe", "off", "stop"})
PREVIEW = frozenset({"apercu", "preview"})
WORDS = SUBSCRIBE | UNSUBSCRIBE | PREVIEW
"""What may follow `/arbitrage digest`, without accents; anything else is a question's title."""


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    for action in (ids.DIGEST_SUBSCRIBE, ids.DIGEST_CHANGE):
        board.action(action)(showing(kit, on_choose))
    board.action(ids.DIGEST_UNSUBSCRIBE)(acting(kit, on_unsubscribe))
    board.action(ids.DIGEST_PREVIEW)(showing(kit, show_preview))
    board.view(ids.DIGEST_FORM)(acting(kit, on_subscribe))


def show(call: Call, rest: str) -> None:
    """Answer `/arbitrage digest`: where one stands, or what the words ask for."""
    if not _may_read(call):
        return
    if rest in SUBSCRIBE:
        digests.subscribe(call.kit.deps, call.person, digests.squads_of(call.kit.deps, call.person))
        call.answer(said(text(call.locale, "digest.subscribed")))
    elif rest in UNSUBSCRIBE:
        digests.unsubscribe(call.kit.deps, call.person)
        call.answer(said(text(call.locale, "digest.unsubscribed")))
    elif rest in PREVIEW:
        show_preview(call)
    else:
        _show_state(call)


def _show_state(call: Call) -> None:
    deps = call.kit.deps
    charter = requests.charter_of(deps)
    next_at = next(charter.digest.slots_after(deps.now(), charter.calendar))
    found = digests.subscription(deps, call.person)
    call.answer(state(charter, found, channel=deps.channel, next_at=next_at, locale=call.locale))


def on_choose(call: Call) -> None:
    """Open the form, on the squads of the subscription or those where one holds a seat."""
    if not _may_read(call):
        return
    deps = call.kit.deps
    found = digests.subscription(deps, call.person)
    chosen = found.squads if found else digests.squads_of(deps, call.person)
    charter = requests.charter_of(deps)
    call.open_view(lambda locale: digest_form(charter, chosen, locale))


def on_subscribe(call: Call) -> None:
    """Keep a subscription, and say so in the form's place."""
    squads = journal_form.squads_in(call.view)
    digests.subscribe(call.kit.deps, call.person, squads)
    title, words = (text(call.locale, f"digest.{key}") for key in ("form_title", "subscribed"))
    told = notice_view(title, words, call.locale)
    call.ack(response_action="update", view=dump_view(told))


def on_unsubscribe(call: Call) -> None:
    """Forget a subscription; what is said comes after the ack."""
    digests.unsubscribe(call.kit.deps, call.person)
    call.kit.later(lambda: call.answer(said(text(call.locale, "digest.unsubscribed"))))
    call.ack()


def show_preview(call: Call) -> None:
    """Answer with the digest as it would be now."""
    if not _may_read(call):
        return
    deps = call.kit.deps
    found = digests.subscription(deps, call.person)
    told = digests.preview(deps, found.squads if found else ())
    call.answer(digest(told, call.locale))


def _may_read(call: Call) -> bool:
    if call.kit.audience.may_see(call.person, call.kit.deps.channel):
        return True
    call.answer(said(text(call.locale, "metrics.not_yours")))
    return False
