"""The short forms behind the other buttons, and modals that only say something."""

import json

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.summary import Sheet
from bot.i18n import effort, text
from bot.slack import ids
from bot.slack.views.inputs import choice, field, person_input, plain, radio, words_input
from bot.slack.views.parts import clip, escape, section

TEXT_FORMS = {
    ids.ASK_EVIDENCE: "what",
    ids.GIVE_EVIDENCE: "evidence",
    ids.REFER_UP: "why",
    ids.HAND_DOWN: "why",
    ids.OBJECT: "impact_of",
    ids.WITHDRAW: "why",
    ids.REOPEN: "why",
}
"""Forms with one text, and the name of its field."""

OPTIONAL_TEXT = frozenset({ids.WITHDRAW})
PERSON_FORMS = frozenset({ids.DELEGATE, ids.ASSIGN})


def small_form(action: str, sheet: Sheet, locale: str) -> View:
    """Return the form that the button `action` opens on a request."""
    request = sheet.request
    name = action.rpartition(".")[2]
    title = clip(escape(request.content.title), 200)
    blocks: list[Block] = [
        section(f"*{request.reference}* {title}\n{text(locale, f'form.{name}_intro')}"),
        _input(action, sheet, locale),
    ]
    return View(
        type="modal",
        callback_id=ids.FORM_OF[action],
        title=plain(text(locale, f"form.{name}_title")),
        submit=plain(text(locale, f"form.{name}_submit")),
        close=plain(text(locale, "form.close")),
        private_metadata=json.dumps({"request": request.id}),
        blocks=blocks,
    )


def _input(action: str, sheet: Sheet, locale: str) -> Block:
    if action in PERSON_FORMS:
        return field("person", person_input(), locale, is_required=True)
    if action == ids.CONFIRM_COST:
        options = [
            choice(
                str(index),
                option.label,
                description=effort(locale, option.effort_days),
            )
            for index, option in enumerate(sheet.request.content.options)
            if option.effort_days
        ]
        first = options[0].value if options else None
        return field("option", radio(options, first), locale, is_required=True)
    name = TEXT_FORMS[action]
    is_required = action not in OPTIONAL_TEXT
    return field(name, words_input(is_long=True), locale, is_required=is_required)


def notice_view(title: str, words: str, locale: str) -> View:
    """Return a modal that only says something; `words` is mrkdwn, `title` 24 characters at most."""
    return View(
        type="modal",
        callback_id=ids.NOTICE_VIEW,
        title=plain(title, 24),
        close=plain(text(locale, "form.understood")),
        blocks=[section(words)],
    )
