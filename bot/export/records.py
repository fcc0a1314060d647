"""Decisions as Markdown records, one file each, after MADR; and their index.

File names never change, and nothing says when the export was made: the difference between two
exports is what happened between them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.charter import Charter
from bot.domain.charts import Chart
from bot.domain.decision import Decision, Option
from bot.domain.events import Event
from bot.domain.journal import folded_words
from bot.domain.request import Request
from bot.export.pictures import in_words
from bot.i18n import effort, number, text

LONGEST_SLUG = 60


@dataclass(frozen=True, kw_only=True)
class Record:
    """One file, and its line in the index."""

    name: str
    body: str
    index_line: str


def record_of(
    request: Request, events: Sequence[Event], charter: Charter, locale: str
) -> Record | None:
    """Return the record of a request's decisions; None when it never had any."""
    decisions = [*request.past_decisions, *([request.decision] if request.decision else [])]
    if not decisions:
        return None
    name = file_name(request)
    lines = [
        *_front_matter(request, decisions[-1]),
        f"# {request.reference} · {_flat(request.content.title)}",
        "",
        *_context(request, charter, locale),
        *_options(request, locale),
        *_outcomes(request, decisions, locale),
        *_history(events, locale),
    ]
    return Record(
        name=name,
        body="\n".join(lines) + "\n",
        index_line=_index_line(request, decisions[-1], name, charter, locale),
    )


def file_name(request: Request) -> str:
    """Return `0012-faut-il-livrer-export.md`: by number, and by the title's words."""
    slug = "-".join(word for word in folded_words(request.content.title) if word.isascii())
    slug = slug[:LONGEST_SLUG].rpartition("-")[0] if len(slug) > LONGEST_SLUG else slug
    return f"{request.number:04}-{slug}.md" if slug else f"{request.number:04}.md"


def index_head(locale: str) -> str:
    """Return the first lines of the index."""
    columns = [text(locale, f"export.index_{name}") for name in INDEX]
    rule = "|".join(" --- " for _ in INDEX)
    return f"# {text(locale, 'export.heading')}\n\n| {' | '.join(columns)} |\n|{rule}|\n"


INDEX = ("reference", "title", "status", "decided", "verdict", "impact")


def _index_line(
    request: Request, decision: Decision, name: str, charter: Charter, locale: str
) -> str:
    title = _flat(request.content.title).replace("|", "\\|")
    cells = (
        f"[{request.reference}]({name})",
        title,
        text(locale, f"status.{request.status}"),
        decision.decided_at.date().isoformat(),
        text(locale, f"verdict.{decision.terms.verdict}"),
        _impact(request, charter, locale).replace("|", "\\|"),
    )
    return f"| {' | '.join(cells)} |\n"


def index_foot(charts: Sequence[Chart], drawn: Collection[str], locale: str) -> str:
    """Return the last lines of the index: each chart as a table, and as a picture when `drawn`.

    `drawn` are the ids of the charts that have one; the table is there for everybody.
    """
    lines = ["", f"## {text(locale, 'chart.heading')}", ""] if charts else []
    for chart in charts:
        if chart.id in drawn:
            lines += [f"![{_alt(chart, locale)}]({picture_name(chart)})", ""]
        lines += [f"**{chart.title}**", "", *_table(chart, locale), ""]
    return "\n".join(lines)


def picture_name(chart: Chart) -> str:
    """Return where the picture of a chart is, beside the index."""
    return f"charts/{chart.id}.png"


def _alt(chart: Chart, locale: str) -> str:
    return in_words(chart, locale).replace("[", "(").replace("]", ")")


def _table(chart: Chart, locale: str) -> Iterator[str]:
    names = [text(locale, "chart.table_month"), *(series.name for series in chart.series)]
    yield f"| {' | '.join(names)} |"
    yield f"|{'|'.join(' --- ' for _ in names)}|"
    columns = [series.values for series in chart.series]
    for category, *values in zip(chart.categories, *columns, strict=True):
        told = ["–" if value is None else number(locale, float(value)) for value in values]
        yield f"| {' | '.join([str(category), *told])} |"


def _front_matter(request: Request, decision: Decision) -> Iterator[str]:
    yield "---"
    yield f"status: {request.status}"
    yield f"date: {decision.decided_at.date().isoformat()}"
    yield f"decision-makers: [{', '.join(decision.deciders)}]"
    yield f"consulted: [{', '.join(request.route.consulted)}]"
    yield "---"
    yield ""


def _context(request: Request, charter: Charter, locale: str) -> Iterator[str]:
    content = request.content
    yield f"## {text(locale, 'export.context')}"
    yield ""
    squads = [found.name for squad in content.squads if (found := charter.squad(squad))]
    facts = (
        ("export.question", _question(request, charter, locale)),
        ("export.layer", text(locale, f"layer.{request.route.layer}")),
        ("export.squads", ", ".join(squads)),
        ("export.impact", _impact(request, charter, locale)),
        ("export.effect", content.effect),
        ("export.evidence", content.evidence),
        ("export.consequence", content.consequence),
        ("export.dependencies", content.dependencies),
        ("export.debt_frame", content.debt_frame),
        ("export.asked", f"{request.requester}, {request.submitted_at.date().isoformat()}"),
        ("export.source", request.source.permalink if request.source else ""),
    )
    yield from _facts(facts, locale)


def _facts(facts: Sequence[tuple[str, str]], locale: str) -> Iterator[str]:
    for key, value in facts:
        if value:
            yield f"- **{text(locale, key)}** — {_flat(value)}"
    yield ""


def _options(request: Request, locale: str) -> Iterator[str]:
    if not request.content.options:
        return
    yield f"## {text(locale, 'export.options')}"
    yield ""
    for place, option in enumerate(request.content.options, start=1):
        yield f"{place}. {_option(option, locale)}"
    yield ""


def _option(option: Option, locale: str) -> str:
    parts = [f"**{_flat(option.label)}**"]
    if option.effort_days is not None:
        parts.append(effort(locale, option.effort_days))
    parts += [_flat(words) for words in (option.impact, option.risk) if words]
    return " — ".join(parts)


def _outcomes(request: Request, decisions: Sequence[Decision], locale: str) -> Iterator[str]:
    for decision in decisions:
        yield f"## {text(locale, 'export.outcome')}"
        yield ""
        verdict = text(locale, f"verdict.{decision.terms.verdict}")
        option = decision.terms.option
        label = f" — {_flat(request.content.options[option].label)}" if option is not None else ""
        yield f"**{verdict}**{label}"
        yield ""
        yield from (f"> {_safe(line)}" for line in decision.terms.rationale.splitlines())
        yield ""
        yield from _facts(_consequences(request, decision), locale)


def _consequences(request: Request, decision: Decision) -> list[tuple[str, str]]:
    terms = decision.terms
    by = ", ".join(decision.deciders)
    newer = f"ARB-{request.superseded_by}" if request.superseded_by else ""
    return [
        ("export.decided", f"{by}, {decision.decided_at.date().isoformat()}"),
        ("export.expected", terms.effect),
        ("export.counterpart", terms.counterpart),
        ("export.shift_to", terms.shift_to.isoformat() if terms.shift_to else ""),
        ("export.owner", terms.owner or ""),
        ("export.due", terms.due_on.isoformat() if terms.due_on else ""),
        ("export.review", terms.review_on.isoformat() if terms.review_on else ""),
        ("export.supersedes", f"ARB-{terms.supersedes}" if terms.supersedes else ""),
        ("export.superseded", newer if decision is request.decision else ""),
    ]


def _history(events: Sequence[Event], locale: str) -> Iterator[str]:
    yield f"## {text(locale, 'export.history')}"
    yield ""
    for event in events:
        who = event.by or text(locale, "event.bot")
        what = text(locale, f"export.event.{event.kind}")
        why = f" — {_flat(event.why)}" if event.why else ""
        yield f"- {event.at:%Y-%m-%d %H:%M} UTC · {what} · {who}{why}"


def _question(request: Request, charter: Charter, locale: str) -> str:
    known = {question.id: question.label.read_in(locale) for question in charter.questions}
    return known.get(request.content.question, request.content.question)


def _impact(request: Request, charter: Charter, locale: str) -> str:
    known = charter.impact(request.content.impact)
    return _flat(known.name.read_in(locale) if known else request.content.impact)


def _flat(words: str) -> str:
    """Return people's words on one line; no HTML comes out of them."""
    return _safe(" ".join(words.split()))


def _safe(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")
