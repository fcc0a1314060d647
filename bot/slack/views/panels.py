"""The panel: the first reply in a card's thread, with the mentions and the buttons.

Source: product §2. A button never survives the state it belongs to.
"""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.events import Status
from bot.domain.request import Request
from bot.domain.summary import Sheet
from bot.i18n import text
from bot.slack import ids
from bot.slack.views.parts import (
    Message,
    button,
    context,
    deciders,
    mention,
    mentions,
    reasons,
    section,
)

IN_A_ROW = 5


def panel(sheet: Sheet, locale: str) -> Message:
    """Return the panel of a request as it stands."""
    request = sheet.request
    blocks: list[Block] = [section(_called(sheet, locale))]
    if request.is_open:
        why = reasons(request.route, sheet.charter, locale)
        blocks.append(context(text(locale, "panel.why", reasons=why)))
    blocks += _rows(request, locale)
    return Message(text=_summary(request, locale), blocks=tuple(blocks))


def _summary(request: Request, locale: str) -> str:
    if request.is_open:
        people = deciders(request.route, locale)
        return text(locale, "panel.summary", reference=request.reference, deciders=people)
    status = text(locale, f"status.{request.status}")
    return text(locale, "panel.ended", reference=request.reference, status=status)


def _called(sheet: Sheet, locale: str) -> str:
    request = sheet.request
    if not request.is_open:
        return text(locale, "panel.closed", status=text(locale, f"status.{request.status}"))
    if request.status is Status.AWAITING_EVIDENCE:
        first = text(locale, "panel.evidence", requester=mention(request.requester))
    elif request.route.mandates:
        first = text(locale, "panel.to_decide", deciders=deciders(request.route, locale))
    else:
        stewards = mentions(request.route.stewards, locale)
        first = text(locale, "panel.to_assign", stewards=stewards)
    if not request.route.consulted:
        return first
    people = mentions(request.route.consulted, locale)
    return f"{first} {text(locale, 'panel.consulted', people=people)}"


def _rows(request: Request, locale: str) -> list[Block]:
    actions = buttons(request)
    rows = (actions[start : start + IN_A_ROW] for start in range(0, len(actions), IN_A_ROW))
    return [
        ActionsBlock(elements=[_button(request, action, locale) for action in row]) for row in rows
    ]


def _button(request: Request, action: str, locale: str) -> ButtonElement:
    style = "primary" if action in {ids.DECIDE, ids.ASSIGN} else None
    return button(locale, action, value=request.id, style=style)


def buttons(request: Request) -> tuple[str, ...]:
    """Return the actions that make sense for a request as it stands, in order."""
    actions = ids.PANEL_BUTTONS[request.status]
    if request.is_open and not request.route.mandates:
        return (ids.ASSIGN, ids.GIVE_EVIDENCE, ids.WITHDRAW)
    costs = [option.effort_days for option in request.content.options]
    useless = {
        ids.HAND_DOWN: len(request.content.squads) != 1 or request.route.is_proximity,
        ids.SCHEDULE: request.route.ritual is None,
        ids.OBJECT: not request.route.consulted,
        ids.CONFIRM_COST: not any(costs),
        ids.REFER_UP: request.route.is_tie_break,
    }
    return tuple(action for action in actions if not useless.get(action, False))
