"""Reading a charter file into the domain's `Charter`."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from bot.config import shape
from bot.config.artefacts import plan
from bot.config.checking import check
from bot.config.meetings import recurrence, taken
from bot.config.problems import CharterError, Finder, Problem
from bot.config.refusals import tell
from bot.domain.bypass import BypassPlan
from bot.domain.calendar import Calendar, Hours
from bot.domain.charter import (
    Charter,
    Impact,
    Label,
    Question,
    Ritual,
    Role,
    Rule,
    Seat,
    SeatKey,
    Squad,
    TieBreak,
)
from bot.domain.digest_plan import DigestPlan
from bot.domain.ids import ImpactId, QuestionId, RitualId, SquadId
from bot.domain.tempo import Cycle, Proximity


@dataclass(frozen=True, kw_only=True)
class LoadedCharter:
    """A charter, the text it came from, and that text's SHA-256."""

    charter: Charter
    text: str
    digest: str


def load(path: Path) -> LoadedCharter:
    """Read the charter file at `path`. Raises CharterError, also when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        values = (("path", path.name), ("why", type(error).__name__))
        raise CharterError((Problem(key="unreadable", line=None, values=values),)) from error
    return LoadedCharter(
        charter=parse(text), text=text, digest=hashlib.sha256(text.encode()).hexdigest()
    )


def parse(text: str) -> Charter:
    """Return the charter of a TOML text. Raises CharterError with every problem found."""
    finder = Finder(text)
    try:
        file = shape.CharterFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line.group(1)) if line else text.count("\n") + 1
        raise CharterError((Problem(key="syntax", line=number),)) from error
    except ValidationError as error:
        for found in error.errors():
            tell(finder, found)
        raise CharterError(tuple(finder.found)) from error
    check(file, finder)
    finder.stop_if_any()
    return _charter(file)


def _charter(file: shape.CharterFile) -> Charter:
    return Charter(
        company=file.company.name,
        locale=file.company.locale,
        channel=file.company.channel.removeprefix("#"),
        calendar=_calendar(file.calendar),
        seats=_seats(file),
        squads=tuple(Squad(id=SquadId(s.id), name=s.name) for s in file.squads),
        impacts=tuple(
            Impact(id=ImpactId(i.id), name=_label(i.name), is_north_star=i.north_star)
            for i in file.impacts
        ),
        questions=tuple(
            Question(id=QuestionId(q.id), label=_label(q.label), verdict=q.verdict)
            for q in file.questions
        ),
        rules=tuple(_rule(rule, file.paths) for rule in file.rules),
        rituals=tuple(_ritual(ritual, file) for ritual in file.rituals),
        slas=MappingProxyType({k: timedelta(hours=v) for k, v in file.clocks.hours.items()}),
        urgent_share=file.clocks.urgent_share,
        reminders=tuple(sorted(file.clocks.reminders)),
        escalation=file.clocks.escalation,
        expire_days=file.clocks.expire_days,
        review_months=MappingProxyType(dict(file.clocks.review_months)),
        proximity=Proximity(max_effort_days=file.proximity.max_effort_days),
        tie_break=TieBreak(
            ritual=RitualId(file.tie_break.ritual) if file.tie_break.ritual else None,
            seat=file.tie_break.seat,
        ),
        cycle=Cycle(months=file.cycle.months, anchor=file.cycle.anchor),
        digest=DigestPlan(
            weekday=file.digest.weekday, at=file.digest.at, when_empty=file.digest.when_empty
        ),
        bypasses=BypassPlan(
            mode=file.bypasses.mode,
            nudge_every=timedelta(hours=file.bypasses.nudge_every_hours),
            kept_for=timedelta(days=file.bypasses.keep_days),
        ),
        artefacts=plan(file),
    )


def _label(label: shape.Label) -> Label:
    return Label(fr=label.fr, en=label.en)


def _calendar(found: shape.CalendarShape) -> Calendar:
    return Calendar(
        zone=found.zone,
        week=(
            _hours(found.monday),
            _hours(found.tuesday),
            _hours(found.wednesday),
            _hours(found.thursday),
            _hours(found.friday),
            _hours(found.saturday),
            _hours(found.sunday),
        ),
        days=tuple((day, _hours(hours)) for day, hours in sorted(found.days.items())),
        country=found.country,
        subdivision=found.subdivision,
    )


def _hours(spans: list[str]) -> Hours:
    pairs = (span.split("-") for span in spans)
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def _seats(file: shape.CharterFile) -> tuple[Seat, ...]:
    company = tuple(
        Seat(key=SeatKey(role=s.role), refs=(*([s.holder] if s.holder else []), *s.deputies))
        for s in file.seats
    )
    squads = tuple(
        Seat(key=SeatKey(role=role, squad=SquadId(squad.id)), refs=tuple(refs))
        for squad in file.squads
        for role, refs in (
            (Role.PM, squad.pm),
            (Role.EM, squad.em),
            (Role.TECH_LEAD, squad.tech_lead),
        )
        if refs
    )
    return company + squads


def _rule(rule: shape.RuleShape, paths: Mapping[str, list[Role]]) -> Rule:
    return Rule(
        question=QuestionId(rule.question),
        layer=rule.layer,
        deciders=tuple(rule.deciders),
        consulted=tuple(rule.consulted),
        ritual=RitualId(rule.ritual) if rule.ritual else None,
        proximity=rule.proximity,
        path_name=rule.path,
        path=tuple(paths[rule.path]),
    )


def _ritual(found: shape.RitualShape, file: shape.CharterFile) -> Ritual:
    return Ritual(
        id=RitualId(found.id),
        name=_label(found.name),
        asks=_label(found.asks),
        roles=tuple(found.roles),
        takes=tuple(QuestionId(question) for question in taken(found, file)),
        tie_breakers=tuple(found.tie_breakers),
        rule=recurrence(found),
        at=found.at,
        zone=found.zone or file.calendar.zone,
        duration=timedelta(minutes=found.minutes),
        item=timedelta(minutes=found.item_minutes),
        channel=found.channel.removeprefix("#") if found.channel else None,
        facilitators=tuple(found.facilitators),
        replaces=found.replaces,
    )
