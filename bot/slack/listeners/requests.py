"""The request form: opened from anywhere, previewed live, kept as a draft, filed."""

from dataclasses import replace

from bot.domain.content import Draft, Source
from bot.domain.ids import PersonId
from bot.domain.summary import Preview
from bot.i18n import text
from bot.services import people, requests
from bot.slack import forms, ids
from bot.slack.call import Call, acting, redrawing, showing
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.menus import said
from bot.slack.views.request_form import request_form


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.shortcut(ids.NEW_REQUEST)(showing(kit, on_new_request))
    board.shortcut(ids.ARBITRATE_MESSAGE)(showing(kit, on_arbitrate_message))
    board.action(ids.NEW_REQUEST)(showing(kit, on_new_request))
    board.action(ids.OPEN_DRAFT)(showing(kit, on_open_draft))
    board.action(ids.DISCARD_DRAFT)(showing(kit, on_discard_draft))
    for action in ids.PREVIEW_ACTIONS:
        board.action(action)(redrawing(kit, on_preview))
    board.action(ids.ADD_OPTION)(redrawing(kit, on_add_option))
    board.view(ids.REQUEST_FORM)(acting(kit, on_submit))
    board.view_closed(ids.REQUEST_FORM)(redrawing(kit, on_close))


def open_form(call: Call, *, title: str = "", source: Source | None = None) -> None:
    """Open the form, on what the person left unfinished when nothing new is given."""
    deps = call.kit.deps
    draft = requests.start_draft(deps, call.person, title=title, source=source)
    _open(call, draft)


def _open(call: Call, draft: Draft) -> None:
    deps = call.kit.deps
    preview = _seen_by(call, requests.preview(deps, draft.fields, call.person))
    charter = requests.charter_of(deps)
    call.open_view(
        lambda locale: request_form(charter, draft, locale, preview=preview, option_count=1)
    )


def _seen_by(call: Call, preview: Preview | None) -> Preview | None:
    """Leave similar requests out for somebody who may not read the arbitration channel.

    A form opens at once: what Slack said last counts, and is asked again meanwhile.
    """
    kit = call.kit
    kit.later(kit.audience.refresh)
    if preview is None or kit.audience.is_known_to_see(call.person, kit.deps.channel):
        return preview
    return replace(preview, similar=())


def on_new_request(call: Call) -> None:
    """Open an empty form, or the draft left behind."""
    open_form(call)


def on_open_draft(call: Call) -> None:
    """Open the form of a draft that somebody was offered."""
    draft = requests.find_draft(call.kit.deps, forms.action_value(call.body))
    if draft is None or draft.person != call.person:
        call.answer(said(text(call.locale, "menu.draft_gone")))
    else:
        _open(call, draft)


def on_discard_draft(call: Call) -> None:
    """Throw a draft away."""
    requests.discard_draft(call.kit.deps, forms.action_value(call.body), call.person)
    call.answer(said(text(call.locale, "menu.draft_discarded")))


def on_arbitrate_message(call: Call) -> None:
    """Turn a message into a request: the author's form, or an offer to its author."""
    source = forms.source_from(call.body)
    title = forms.title_from(source.excerpt)
    linked = requests.with_permalink(call.kit.deps, source)
    if source.author == call.person or not source.author or _is_barred(call.kit, source.author):
        open_form(call, title=title, source=linked)
    else:
        requests.invite(call.kit.deps, source.author, title=title, source=linked)
        told = text(call.locale, "menu.told_author", author=f"<@{source.author}>")
        call.answer(said(told))


def _is_barred(kit: Kit, author: PersonId) -> bool:
    return people.is_barred(kit.directory.person(author))


def on_preview(call: Call) -> None:
    """Show who would decide what is typed so far; what is typed is kept as a draft."""
    _redraw(call, more=0)


def on_add_option(call: Call) -> None:
    """Show the fields of one more option."""
    _redraw(call, more=1)


def _redraw(call: Call, *, more: int) -> None:
    deps, view = call.kit.deps, call.view
    fields, draft_id = forms.fields_from(view), forms.draft_of(view)
    draft = requests.keep_draft(deps, draft_id, call.person, fields)
    preview = _seen_by(call, requests.preview(deps, fields, call.person))
    shown = request_form(
        requests.charter_of(deps),
        draft,
        call.locale,
        preview=preview,
        option_count=forms.option_count_of(view) + more,
    )
    # Without a hash: two quick picks are drawn in order and must end on the second one.
    call.kit.update_view(view["id"], shown)


def on_close(call: Call) -> None:
    """Keep what was typed in a form that is closed."""
    fields = forms.fields_from(call.view)
    requests.keep_draft(call.kit.deps, forms.draft_of(call.view), call.person, fields)


def on_submit(call: Call) -> None:
    """File the request; errors stay beside their field."""
    command = requests.FileRequest(
        key=forms.submission_key(call.view),
        draft=forms.draft_of(call.view),
        fields=forms.fields_from(call.view),
        by=call.person,
    )
    requests.file_request(call.kit.deps, command)
    call.ack()
