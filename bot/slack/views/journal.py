"""The journal in a modal: search, filters, pages, and a request's page with its whole history."""

import json
from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    InteractiveElement,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.charter import Charter, Layer
from bot.domain.events import Event, Status
from bot.domain.journal import Page
from bot.domain.summary import Sheet, Summary
from bot.i18n import text
from bot.slack import ids
from bot.slack.journal_form import EVERY, Asked
from bot.slack.views.cards import card
from bot.slack.views.inputs import choice, plain
from bot.slack.views.lines import event_text
from bot.slack.views.menus import summary_line
from bot.slack.views.parts import (
    button,
    clip,
    context,
    divider,
    header,
    quoted,
    section,
    sections,
    when,
)

PERIODS = (7, 30, 90, 365)
MOST_OPTIONS = 99
SHOWN_EVENTS = 200
WHY = 300
LONGEST_WORDS = 200


def journal(charter: Charter, asked: Asked, page: Page, locale: str) -> View:
    """Return the journal's modal on one page of it."""
    return View(
        type="modal",
        callback_id=ids.JOURNAL,
        title=plain(text(locale, "journal.title")),
        submit=plain(text(locale, "journal.submit")),
        close=plain(text(locale, "form.close")),
        private_metadata=json.dumps({"turn": asked.turn}),
        blocks=journal_blocks(charter, asked, page, locale, is_home=False),
    )


def journal_blocks(
    charter: Charter, asked: Asked, page: Page, locale: str, *, is_home: bool
) -> list[Block]:
    """Return the search, the filters and one page; the App Home has no button to submit."""
    return [
        _words(asked, locale, is_home=is_home),
        ActionsBlock(block_id=f"filters:{asked.turn}", elements=_filters(charter, asked, locale)),
        divider(),
        *_lines(page.lines, locale, charter.calendar.zone),
        *_turns(page, locale),
    ]


def _words(asked: Asked, locale: str, *, is_home: bool) -> InputBlock:
    return InputBlock(
        block_id=f"words:{asked.turn}",
        label=plain(text(locale, "journal.words")),
        hint=plain(text(locale, "journal.words_enter" if is_home else "journal.words_hint")),
        element=PlainTextInputElement(
            action_id=ids.JOURNAL_WORDS,
            initial_value=asked.words[:LONGEST_WORDS] or None,
            max_length=LONGEST_WORDS,
        ),
        dispatch_action=is_home or None,
        optional=True,
    )


def _filters(charter: Charter, asked: Asked, locale: str) -> list[InteractiveElement]:
    squads = [(squad.id, squad.name) for squad in charter.squads]
    impacts = [(impact.id, impact.name.read_in(locale)) for impact in charter.impacts]
    layers = [(layer, text(locale, f"layer.{layer}")) for layer in Layer]
    statuses = [(status, text(locale, f"status.{status}")) for status in Status]
    periods = [(str(days), text(locale, "journal.last_days", days=days)) for days in PERIODS]
    chosen: dict[str, tuple[Iterable[tuple[str, str]], str | None]] = {
        "squad": (squads, asked.squad),
        "layer": (layers, asked.layer),
        "status": (statuses, asked.status),
        "impact": (impacts, asked.impact),
        "period": (periods, str(asked.period) if asked.period else None),
    }
    decider = UserSelectElement(
        action_id=ids.JOURNAL_FILTERS["decider"],
        placeholder=plain(text(locale, "journal.decider")),
        initial_user=asked.decider,
    )
    selects = [_select(name, *found, locale) for name, found in chosen.items()]
    return [*selects, decider, button(locale, ids.JOURNAL_CLEAR, value="clear")]


def _select(
    name: str, options: Iterable[tuple[str, str]], value: str | None, locale: str
) -> StaticSelectElement:
    every = choice(EVERY, text(locale, f"journal.every_{name}"))
    offered = [every, *(choice(key, words) for key, words in options)][: MOST_OPTIONS + 1]
    return StaticSelectElement(
        action_id=ids.JOURNAL_FILTERS[name],
        options=offered,
        initial_option=_initial(offered, value, every),
    )


def _initial(offered: Sequence[Option], value: str | None, every: Option) -> Option:
    return next((option for option in offered if option.value == value), every)


def _lines(lines: Sequence[Summary], locale: str, zone: str) -> list[Block]:
    if not lines:
        return [section(text(locale, "journal.nothing"))]
    return [
        section(
            _line(line, locale, zone),
            accessory=button(locale, ids.REQUEST_PAGE, value=line.id),
        )
        for line in lines
    ]


def _line(line: Summary, locale: str, zone: str) -> str:
    if line.decided_at is None:
        return summary_line(line, locale, zone)
    decided = text(locale, "journal.decided_at", when=when(locale, line.decided_at, zone))
    if line.status is Status.DECIDED:
        return summary_line(line, locale, zone, state=decided)
    return f"{summary_line(line, locale, zone)}\n{decided}"


def _turns(page: Page, locale: str) -> list[Block]:
    turns = []
    if page.has_newer and page.lines:
        value = str(page.lines[0].number)
        turns.append(button(locale, ids.JOURNAL_NEWER, value=value))
    if page.has_older and page.lines:
        value = str(page.lines[-1].number)
        turns.append(button(locale, ids.JOURNAL_OLDER, value=value))
    return [ActionsBlock(elements=turns)] if turns else []


def request_page(sheet: Sheet, events: Sequence[Event], locale: str) -> View:
    """Return a request's page: its card, and all that happened to it in words.

    A long history is told from its end; a button leads to what came before.
    """
    shown = events[-SHOWN_EVENTS:]
    lines = [_event_line(sheet, event, locale) for event in shown]
    blocks = [
        *card(sheet, locale).blocks,
        divider(),
        header(text(locale, "journal.history")),
        *(_before(sheet, shown[0], locale) if len(events) > len(shown) else ()),
        *sections(lines),
    ]
    if sheet.url:
        blocks.append(context(text(locale, "journal.in_channel", url=sheet.url)))
    return View(
        type="modal",
        callback_id=ids.REQUEST_PAGE,
        title=plain(sheet.request.reference, 24),
        close=plain(text(locale, "form.close")),
        blocks=blocks,
    )


def _before(sheet: Sheet, first: Event, locale: str) -> list[Block]:
    value = f"{sheet.request.id}|{first.seq}"
    return [ActionsBlock(elements=[button(locale, ids.HISTORY_BEFORE, value=value)])]


def _event_line(sheet: Sheet, event: Event, locale: str) -> str:
    at = when(locale, event.at, sheet.charter.calendar.zone)
    line = text(locale, "journal.event", when=at, what=past_text(sheet, event, locale))
    return f"{line}\n{quoted(event.why, WHY)}" if event.why else line


def past_text(sheet: Sheet, event: Event, locale: str) -> str:
    """Return one sentence about an event of the past: today's due date is no part of it."""
    then = sheet.undated
    return clip(event_text(then, event, locale).strip(), 1000)
