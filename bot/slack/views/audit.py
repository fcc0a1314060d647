"""The governance audit on one page, in private."""

from slack_sdk.models.blocks import Block

from bot.config.report import sentences
from bot.domain.audit import Audit, AuditQuestion, Lever, LeverRule
from bot.domain.charter import Layer, Role
from bot.i18n import text
from bot.slack.views.measures import duration, share_text
from bot.slack.views.parts import Message, clip, context, divider, escape, header, section, sections

SEATS = 300


def audit_page(found: Audit, locale: str) -> Message:
    """Return the page: each question with what is measured of it, levers, roles."""
    title = text(locale, "audit.title")
    levers = [_lever(lever, number, locale) for number, lever in enumerate(found.levers, start=1)]
    roles = [f"• {escape(words)}" for words in sentences(found.charter, locale)]
    blocks: list[Block] = [
        header(title),
        context(text(locale, "audit.intro")),
        *(section(_question(found, question, locale)) for question in AuditQuestion),
        divider(),
        section(f"*{text(locale, 'audit.levers')}*"),
        *sections(levers or [text(locale, "audit.no_lever")]),
        divider(),
        *sections([f"*{text(locale, 'audit.roles')}*", *(clip(line, 1000) for line in roles)]),
    ]
    return Message(text=title, blocks=tuple(blocks))


def _question(found: Audit, question: AuditQuestion, locale: str) -> str:
    share = found.measured[question]
    if share is None:
        answer = text(locale, "audit.not_measured")
    else:
        answer = text(locale, f"audit.answer.{question}", share=share_text(locale, share))
    asked = text(locale, f"audit.question.{question}")
    return text(locale, "audit.measured", question=asked, answer=answer)


def _lever(lever: Lever, number: int, locale: str) -> str:
    return text(
        locale,
        "audit.lever",
        number=number,
        what=text(locale, f"audit.what.{lever.rule}", **_values(lever, locale)),
        rule=text(locale, f"audit.rule.{lever.rule}"),
    )


def _values(lever: Lever, locale: str) -> dict[str, str]:
    values = dict(lever.values)
    match lever.rule:
        case LeverRule.VACANT_SEAT:
            return {"seats": clip(escape(values["seats"]), SEATS)}
        case LeverRule.SLOW_LAYER:
            layer = text(locale, f"layer.{Layer(values['layer'])}")
            return {"layer": layer, "median": duration(locale, int(values["median_s"]))}
        case LeverRule.LOADED_SEAT:
            seat = text(locale, f"role.{Role(values['seat'])}")
            return {"seat": seat, "percent": _percent(values, locale)}
        case LeverRule.MANY_REOPENED | LeverRule.FEW_EVIDENCE:
            return {"percent": _percent(values, locale)}


def _percent(values: dict[str, str], locale: str) -> str:
    return text(locale, "metrics.percent", count=values["percent"])
