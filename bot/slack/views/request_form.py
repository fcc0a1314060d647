"""The form of a request, with its live preview. Source: product §1, governance §4."""

import json

from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from bot.domain.charter import Charter, Role
from bot.domain.content import OPTION_LIMIT, Draft, Fields
from bot.domain.decision import Option
from bot.domain.lint import preference_in
from bot.domain.summary import Preview, Summary
from bot.i18n import text
from bot.slack import ids
from bot.slack.views.inputs import (
    checkbox,
    choice,
    date_input,
    field,
    multi_select,
    number_input,
    plain,
    select,
    words_input,
)
from bot.slack.views.parts import (
    button,
    clip,
    context,
    deciders,
    divider,
    escape,
    header,
    mentions,
    quoted,
    reasons,
    when,
)


def request_form(
    charter: Charter, draft: Draft, locale: str, *, preview: Preview | None, option_count: int
) -> View:
    """Return the form of `draft`. `option_count` options are shown, 1 to 4.

    What is typed survives an update: blocks keep their ids, and Slack keeps their state.
    """
    fields = draft.fields
    shown = max(1, min(OPTION_LIMIT, max(option_count, len(fields.options))))
    blocks: list[Block] = [*_origin(draft, locale), *_required(charter, fields, locale)]
    blocks += _preview(charter, fields, preview, locale)
    blocks += [divider(), *_optional(charter, fields, locale)]
    for index in range(shown):
        known = fields.options[index] if index < len(fields.options) else None
        blocks += _option(index + 1, known, locale)
    if shown < OPTION_LIMIT:
        add = button(locale, ids.ADD_OPTION, value=draft.id)
        blocks.append(ActionsBlock(block_id="more_options", elements=[add]))
    return View(
        type="modal",
        callback_id=ids.REQUEST_FORM,
        title=plain(text(locale, "form.request_title")),
        submit=plain(text(locale, "form.request_submit")),
        close=plain(text(locale, "form.close")),
        notify_on_close=True,
        private_metadata=json.dumps({"draft": draft.id, "options": shown}),
        blocks=blocks,
    )


def _origin(draft: Draft, locale: str) -> list[Block]:
    if draft.source is None:
        return []
    words = text(locale, "form.from_message", url=draft.source.permalink)
    excerpt = draft.source.excerpt
    return [context(f"{words}\n{quoted(excerpt, 300)}" if excerpt else words)]


def _required(charter: Charter, fields: Fields, locale: str) -> list[Block]:
    questions = [choice(q.id, q.label.read_in(locale)) for q in charter.questions]
    impacts = [choice(i.id, i.name.read_in(locale)) for i in charter.impacts]
    squads = [choice(squad.id, squad.name) for squad in charter.squads]
    return [
        field("title", words_input(fields.title), locale, is_required=True),
        field(
            "question",
            select(questions, fields.question, action_id="question"),
            locale,
            is_required=True,
            dispatches=True,
        ),
        field("impact", select(impacts, fields.impact), locale, is_required=True),
        *(
            [
                field(
                    "squads",
                    multi_select(squads, fields.squads, action_id="squads"),
                    locale,
                    dispatches=True,
                )
            ]
            if squads
            else []
        ),
    ]


def _preview(charter: Charter, fields: Fields, preview: Preview | None, locale: str) -> list[Block]:
    if preview is None:
        return [context(text(locale, "form.preview_none"))]
    blocks: list[Block] = [context(preview_text(charter, preview, locale))]
    if preview.similar:
        found = "\n".join(f"• {_similar(summary, locale)}" for summary in preview.similar)
        blocks.append(context(f"{text(locale, 'form.similar')}\n{found}"))
    phrase = preference_in(f"{fields.title}\n{fields.effect}")
    if phrase:
        words = clip(escape(phrase), 80)
        blocks.append(context(text(locale, "form.preference", phrase=words)))
    return blocks


def preview_text(charter: Charter, preview: Preview, locale: str) -> str:
    """Return who would decide, why, who is consulted, and by when."""
    route = preview.route
    if route.mandates:
        first = text(locale, "form.preview_by", deciders=deciders(route, locale))
    else:
        first = text(locale, "form.preview_stewards", stewards=mentions(route.stewards, locale))
    parts = [f"{first} — {reasons(route, charter, locale)}."]
    if route.consulted:
        parts.append(text(locale, "form.preview_for", people=mentions(route.consulted, locale)))
    if preview.due_at:
        due = when(locale, preview.due_at, charter.calendar.zone)
        parts.append(text(locale, "form.preview_due", when=due))
    return " ".join(parts)


def _similar(summary: Summary, locale: str) -> str:
    name = f"<{summary.url}|{summary.reference}>" if summary.url else summary.reference
    status = text(locale, f"status.{summary.status}")
    return f"{name} {clip(escape(summary.title), 120)} · {status}"


def _optional(charter: Charter, fields: Fields, locale: str) -> list[Block]:
    moves = choice("yes", text(locale, "form.moves_cycle_yes"))
    blocks: list[Block] = [
        header(text(locale, "form.helps")),
        field(
            "moves_cycle",
            checkbox(moves, is_checked=fields.moves_cycle, action_id="moves_cycle"),
            locale,
            dispatches=True,
        ),
        field("effect", words_input(fields.effect), locale),
        field("needed_by", date_input(fields.needed_by), locale),
        field("consequence", words_input(fields.consequence), locale),
        field("evidence", words_input(fields.evidence, is_long=True), locale),
        field("dependencies", words_input(fields.dependencies), locale),
    ]
    if fields.debt_frame or _is_debt(charter, fields):
        blocks.append(field("debt_frame", words_input(fields.debt_frame, is_long=True), locale))
    return blocks


def _is_debt(charter: Charter, fields: Fields) -> bool:
    return any(r.question == fields.question and r.proximity is Role.EM for r in charter.rules)


def _option(number: int, known: Option | None, locale: str) -> list[Block]:
    cost = number_input(known.effort_days if known else None, action_id="option_cost")
    return [
        header(text(locale, "form.option_number", number=number)),
        field(
            "option_label",
            words_input(known.label if known else ""),
            locale,
            block_id=f"option{number}_label",
        ),
        field("option_cost", cost, locale, block_id=f"option{number}_cost", dispatches=True),
        field(
            "option_impact",
            words_input(known.impact if known else ""),
            locale,
            block_id=f"option{number}_impact",
        ),
        field(
            "option_risk",
            words_input(known.risk if known else ""),
            locale,
            block_id=f"option{number}_risk",
        ),
    ]
