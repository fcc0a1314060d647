"""The form of a decision. Source: governance §5."""

import json

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks import Option as Choice
from slack_sdk.models.views import View

from bot.domain.charter import Verdict
from bot.domain.decision import Terms
from bot.domain.request import Request
from bot.domain.summary import Sheet
from bot.i18n import effort, text
from bot.slack import ids
from bot.slack.views.cards import verdict_text
from bot.slack.views.inputs import (
    checkbox,
    choice,
    date_input,
    field,
    person_input,
    plain,
    radio,
    select,
    words_input,
)
from bot.slack.views.parts import clip, context, escape, mention, quoted, section

COMPATIBLE = "0"
"""The choice « no live decision is contradicted »."""


def decision_form(
    sheet: Sheet,
    locale: str,
    *,
    terms: Terms,
    strategies: tuple[Request, ...] = (),
    preference: str | None = None,
) -> View:
    """Return the form to decide, filled with `terms`.

    `strategies` are live decisions that this one may contradict. `preference` is the phrase that
    argues by taste: shown once, the next submission passes.
    """
    request = sheet.request
    blocks: list[Block] = []
    if preference:
        phrase = clip(escape(preference), 80)
        blocks.append(section(text(locale, "form.preference_again", phrase=phrase)))
    blocks.append(section(f"*{request.reference}* {clip(escape(request.content.title), 200)}"))
    for position in request.positions:
        said = text(
            locale,
            "form.position_of",
            person=mention(position.by),
            verdict=verdict_text(position.terms, locale),
        )
        blocks.append(context(f"{said}\n{quoted(position.terms.rationale, 400)}"))
    blocks += _answer(request, terms, locale)
    if strategies:
        blocks.append(_contradiction(strategies, terms, locale))
    blocks += _follow_up(terms, locale)
    return View(
        type="modal",
        callback_id=ids.DECISION_FORM,
        title=plain(text(locale, "form.decision_title")),
        submit=plain(text(locale, "form.decision_submit")),
        close=plain(text(locale, "form.close")),
        private_metadata=json.dumps({"request": request.id, "asked": int(bool(preference))}),
        blocks=blocks,
    )


def verdicts(request: Request) -> tuple[Verdict, ...]:
    """Return the verdicts that answer a request's question, a plain yes first."""
    wanted = (request.asked_verdict, Verdict.ACCEPT, Verdict.REFUSE)
    return tuple(dict.fromkeys(wanted))


def _answer(request: Request, terms: Terms, locale: str) -> list[Block]:
    offered = [choice(v, text(locale, f"form.verdict_{v}")) for v in verdicts(request)]
    blocks: list[Block] = [
        field("verdict", radio(offered, terms.verdict), locale, is_required=True)
    ]
    if Verdict.SHIFT in verdicts(request):
        blocks.append(field("shift_to", date_input(terms.shift_to), locale))
    if request.content.options:
        options = _options(request, locale)
        chosen = str(terms.option) if terms.option is not None else None
        blocks.append(field("option", select(options, chosen), locale))
    blocks += [
        field(
            "rationale",
            words_input(terms.rationale, is_long=True),
            locale,
            is_required=True,
        ),
        field("effect_metric", words_input(terms.effect), locale),
        field("counterpart", words_input(terms.counterpart), locale),
        *_consequence(request, terms, locale),
    ]
    return blocks


def _consequence(request: Request, terms: Terms, locale: str) -> list[Block]:
    """Return what tells a false urgency from a true one; of urgent requests only."""
    if not request.content.is_urgent:
        return []
    came_true = choice("yes", text(locale, "form.has_consequence_yes"))
    box = checkbox(came_true, is_checked=terms.has_consequence, action_id="has_consequence")
    fear = quoted(request.content.consequence, 300)
    said = context(f"{text(locale, 'form.consequence')}\n{fear}")
    return [said, field("has_consequence", box, locale)]


def _options(request: Request, locale: str) -> list[Choice]:
    confirmed = {found.option for found in request.confirmations}
    return [
        choice(
            str(index),
            option.label,
            description=_cost(option.effort_days, index in confirmed, locale),
        )
        for index, option in enumerate(request.content.options)
    ]


def _cost(days: float | None, is_confirmed: bool, locale: str) -> str | None:  # noqa: FBT001  # a pair
    if not days:
        return None
    key = "form.cost_confirmed" if is_confirmed else "form.cost_unconfirmed"
    return text(locale, key, effort=effort(locale, days))


def _contradiction(strategies: tuple[Request, ...], terms: Terms, locale: str) -> Block:
    offered = [choice(COMPATIBLE, text(locale, "form.supersedes_none"))]
    offered += [
        choice(str(found.number), text(locale, "form.supersedes_one", reference=found.reference))
        for found in strategies[:9]
    ]
    chosen = str(terms.supersedes) if terms.supersedes is not None else None
    return field("supersedes", radio(offered, chosen), locale, is_required=True)


def _follow_up(terms: Terms, locale: str) -> list[Block]:
    return [
        field("owner", person_input(terms.owner), locale),
        field("due_on", date_input(terms.due_on), locale),
        field("review_on", date_input(terms.review_on), locale),
    ]
