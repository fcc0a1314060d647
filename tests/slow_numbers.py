"""The numbers told again, slowly, from the rows of the event log and nothing else of ours.

Written apart from the code it checks: other loops, other arithmetic.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot.db.engine import Database
from bot.domain.calendar import Calendar

Json = dict[str, Any]


@dataclass
class Decided:
    """A decision of the log."""

    request: str
    at: datetime
    layer: str
    seats: str
    started: datetime
    pauses: list[tuple[datetime, datetime]]
    referred: bool
    evidence: bool
    urgent: bool
    late: bool
    reopened: datetime | None = None


def decisions(database: Database, zone: str) -> list[Decided]:
    """Every decision ever, in no order."""
    with database.read() as session:
        bodies = {
            row.id: row.body for row in session.execute(text("SELECT id, body FROM requests"))
        }
        log: dict[str, list[Json]] = {name: [] for name in bodies}
        rows = session.execute(text("SELECT request_id, body FROM events ORDER BY seq"))
        for name, body in rows:
            log[name].append(json.loads(body))
    return [
        d for name, happened in log.items() for d in _of_one(name, happened, bodies[name], zone)
    ]


def _of_one(name: str, happened: list[Json], body: str, zone: str) -> list[Decided]:
    content = json.loads(body)["content"]
    needed = date.fromisoformat(content["needed_by"]) if content["needed_by"] else None
    urgent = needed is not None and content["consequence"] != ""
    evidence = False
    found: list[Decided] = []
    restart = 0
    for index, event in enumerate(happened):
        at = datetime.fromisoformat(event["at"])
        details = dict(event["details"])
        if event["kind"] == "reopened":
            found[-1].reopened = at
            restart = index
        if event["kind"] == "decided":
            run = happened[restart:index]
            evidence = details["evidence"] == "yes"
            found.append(
                Decided(
                    request=name,
                    at=at,
                    layer=details["layer"],
                    seats=details["seats"],
                    started=datetime.fromisoformat(run[0]["at"]),
                    pauses=_pauses(run, at),
                    referred=any(e["kind"] == "referred_up" for e in run),
                    evidence=evidence,
                    urgent=urgent,
                    late=needed is not None and at.astimezone(ZoneInfo(zone)).date() > needed,
                )
            )
    return found


def _pauses(run: list[Json], end: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    for index, event in enumerate(run):
        if (
            event["to_status"] == "awaiting_evidence"
            and event["from_status"] != "awaiting_evidence"
        ):
            ends = [e for e in run[index + 1 :] if e["to_status"] != "awaiting_evidence"]
            until = datetime.fromisoformat(ends[0]["at"]) if ends else end
            found.append((datetime.fromisoformat(event["at"]), until))
    return found


def duration(decided: Decided, timing: str, calendar: Calendar) -> int:
    """How long it took, in whole seconds."""
    gone = decided.pauses if timing.endswith("unpaused") else []
    if timing.startswith("elapsed"):
        total = decided.at - decided.started - sum((b - a for a, b in gone), timedelta())
        return int(total.total_seconds())
    whole = _worked(decided.started, decided.at, calendar)
    return int(
        (whole - sum((_worked(a, b, calendar) for a, b in gone), timedelta())).total_seconds()
    )


def _worked(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    zone = ZoneInfo(calendar.zone)
    total, day = timedelta(), start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        for opens, closes in calendar.hours_on(day):
            since, until = (_at(day, wall, zone) for wall in (opens, closes))
            total += max(timedelta(), min(until, end) - max(since, start))
        day += timedelta(days=1)
    return total


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def rank(values: list[int], share: Fraction) -> int:
    """The least value that `share` of the values do not exceed."""
    for value in sorted(values):
        if Fraction(sum(v <= value for v in values), len(values)) >= share:
            return value
    raise ValueError("no values")


def mean(values: list[int]) -> int:
    """The mean, halves up."""
    return int(Fraction(sum(values), len(values)) + Fraction(1, 2))


def percent(hits: int, n: int) -> int | None:
    """A share in whole per cent, halves up."""
    return int(Fraction(100 * hits, n) + Fraction(1, 2)) if n else None
