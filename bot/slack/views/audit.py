"""The governance audit on one page: in private in Slack, and as Markdown."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from bot.config.report import sentences
from bot.domain.audit import Audit, AuditQuestion, Lever, LeverRule
from bot.domain.charter import Layer, Role
from bot.domain.polls import STALE_AFTER
from bot.i18n import day, text
from bot.slack import ids
from bot.slack.views.inputs import plain
from bot.slack.views.measures import duration, share_text
from bot.slack.views.parts import (
    Message,
    button,
    clip,
    context,
    divider,
    escape,
    header,
    section,
    sections,
)
from bot.slack.views.polls import named, results

SEATS = 300
FENCE = "```"
CODE = 2900
"""How many characters of Markdown a section holds, between its fences."""


def audit_page(found: Audit, locale: str, *, is_steward: bool = False) -> Message:
    """Return the page: each question as declared and as measured, levers, roles."""
    title = text(locale, "audit.title")
    blocks: list[Block] = [
        header(title),
        context(text(locale, "audit.intro")),
        *(section(_question(found, question, locale)) for question in AuditQuestion),
        *(context(words) for words in _about_poll(found, locale)),
        divider(),
        section(f"*{text(locale, 'audit.levers')}*"),
        *sections(_levers(found, locale)),
        divider(),
        *sections([f"*{text(locale, 'audit.roles')}*", *(f"• {r}" for r in _roles(found, locale))]),
        ActionsBlock(elements=_buttons(found, locale, is_steward=is_steward)),
    ]
    return Message(text=title, blocks=tuple(blocks))


def _buttons(found: Audit, locale: str, *, is_steward: bool) -> list[ButtonElement]:
    shown = [button(locale, ids.AUDIT_MARKDOWN, value="audit")]
    if is_steward and found.open_poll:
        shown.append(button(locale, ids.POLL_CLOSE, value=found.open_poll.id))
    elif is_steward:
        shown.append(button(locale, ids.POLL_OPEN, value="audit"))
    return shown


def _question(found: Audit, question: AuditQuestion, locale: str) -> str:
    answers = (
        f"*{text(locale, 'audit.declared')}* · {_declared(found, question, locale)}",
        f"*{text(locale, 'audit.measured')}* · {_measured(found, question, locale)}",
    )
    return "\n".join([f"*{named(question, locale)}*", *answers])


def _declared(found: Audit, question: AuditQuestion, locale: str) -> str:
    if found.declared is None:
        return text(locale, "audit.nothing_declared")
    return results(found.declared, question, locale)


def _measured(found: Audit, question: AuditQuestion, locale: str) -> str:
    share = found.measured[question]
    if not share.n:
        return text(locale, "audit.not_measured")
    return text(locale, f"audit.answer.{question}", share=share_text(locale, share))


def _about_poll(found: Audit, locale: str) -> list[str]:
    """Return when people were asked last, and whether they are being asked."""
    told = []
    closed_at = found.declared.closed_at if found.declared else None
    if closed_at is not None:
        key = "audit.poll_old" if found.at - closed_at > STALE_AFTER else "audit.poll_of"
        closed_on = found.charter.calendar.local_date(closed_at)
        told.append(text(locale, key, day=day(locale, closed_on)))
    if found.open_poll is not None:
        closes_on = found.charter.calendar.local_date(found.open_poll.closes_at)
        told.append(text(locale, "audit.poll_running", day=day(locale, closes_on)))
    return told


def _roles(found: Audit, locale: str) -> list[str]:
    return [clip(escape(words), 1000) for words in sentences(found.charter, locale)]


def _levers(found: Audit, locale: str) -> list[str]:
    levers = [_lever(lever, number, locale) for number, lever in enumerate(found.levers, start=1)]
    return levers or [text(locale, "audit.no_lever")]


def audit_markdown(found: Audit, locale: str) -> str:
    """Return the same page as Markdown; nothing in it is Slack's."""
    on = day(locale, found.charter.calendar.local_date(found.at))
    declared, measured = (text(locale, f"audit.{key}") for key in ("declared", "measured"))
    lines = [f"# {text(locale, 'audit.title')}", f"{on} · {text(locale, 'audit.intro')}"]
    for question in AuditQuestion:
        lines.append(f"## {named(question, locale)}")
        lines.append(
            f"- **{declared}** · {_declared(found, question, locale)}\n"
            f"- **{measured}** · {_measured(found, question, locale)}"
        )
    lines += _about_poll(found, locale)
    lines += [f"## {text(locale, 'audit.levers')}", "\n".join(_levers(found, locale))]
    roles = "\n".join(f"- {role}" for role in _roles(found, locale))
    lines += [f"## {text(locale, 'audit.roles')}", roles]
    page = "\n\n".join(lines) + "\n"
    return page.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def markdown_view(found: Audit, locale: str) -> View:
    """Return the Markdown to copy, in a modal."""
    pages: list[str] = [""]
    for line in escape(audit_markdown(found, locale)).replace(FENCE, "").splitlines():
        kept = clip(line, CODE - 1)
        if len(pages[-1]) + len(kept) >= CODE:
            pages.append("")
        pages[-1] += f"{kept}\n"
    return View(
        type="modal",
        callback_id=ids.AUDIT_MARKDOWN,
        title=plain(text(locale, "audit.markdown_title"), 24),
        close=plain(text(locale, "form.understood")),
        blocks=[section(f"{FENCE}{page}{FENCE}") for page in pages],
    )


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
        case _:
            return {"percent": _percent(values, locale)}


def _percent(values: dict[str, str], locale: str) -> str:
    return text(locale, "metrics.percent", count=values["percent"])
