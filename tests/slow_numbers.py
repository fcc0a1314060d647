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
    missed: bool
    debt: bool
    effort: Fraction | None
    owner: str | None
    due: date | None
    verdict: str
    impact: str
    reopened: datetime | None = None
    ended: date | None = None
    delivered: date | None = None


def decisions(database: Database, zone: str, workspace: str = "T0SANDBOX") -> list[Decided]:
    """Every decision ever of a workspace, in no order."""
    given = {"w": workspace}
    with database.read() as session:
        kept = text("SELECT id, body FROM requests WHERE workspace_id = :w")
        bodies = {row.id: row.body for row in session.execute(kept, given)}
        log: dict[str, list[Json]] = {name: [] for name in bodies}
        happened = text("SELECT request_id, body FROM events WHERE workspace_id = :w ORDER BY seq")
        rows = session.execute(happened, given)
        for name, body in rows:
            log[name].append(json.loads(body))
    return [
        d for name, happened in log.items() for d in _of_one(name, happened, bodies[name], zone)
    ]


def _of_one(name: str, happened: list[Json], body: str, zone: str) -> list[Decided]:
    whole = json.loads(body)
    content = whole["content"]
    answers = whole["past_decisions"] + ([whole["decision"]] if whole["decision"] else [])
    needed = date.fromisoformat(content["needed_by"]) if content["needed_by"] else None
    urgent = needed is not None and content["consequence"] != ""
    evidence = False
    found: list[Decided] = []
    restart = 0
    for index, event in enumerate(happened):
        at = datetime.fromisoformat(event["at"])
        details = dict(event["details"])
        day = at.astimezone(ZoneInfo(zone)).date()
        if event["kind"] == "reopened":
            found[-1].reopened = at
            restart = index
        if event["kind"] in {"reopened", "superseded"}:
            found[-1].ended = day
        if event["kind"] == "delivered":
            found[-1].delivered = day
        if event["kind"] == "decided":
            run = happened[restart:index]
            evidence = details["evidence"] == "yes"
            late = needed is not None and day > needed
            terms = answers[len(found)]["terms"]
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
                    late=late,
                    missed=late and urgent and details["consequence"] != "yes",
                    debt=content["question"] == "debt",
                    effort=_effort(terms, content["options"]),
                    owner=terms["owner"],
                    due=date.fromisoformat(terms["due_on"]) if terms["due_on"] else None,
                    verdict=terms["verdict"],
                    impact=content["impact"],
                )
            )
    return found


def _effort(terms: Json, options: list[Json]) -> Fraction | None:
    """The person-days that an answer engages, as they were typed."""
    if terms["verdict"] == "refuse" or terms["option"] is None:
        return None
    days = options[terms["option"]]["effort_days"]
    return None if days is None else Fraction(str(days))


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


# Beside decisions made: deliverables, debt, bypasses, rituals. Hits, out of how many.

Pair = tuple[int, int]


def on_time(told: list[Decided], days: tuple[date, date]) -> Pair:
    """Deliverables due from the first of `days` to before the second."""
    owed = [d for d in told if d.owner and d.due and days[0] <= d.due < days[1]]
    still = [d for d in owed if d.ended is None or (d.due and d.ended > d.due)]
    kept = [d for d in still if d.delivered and d.due and d.delivered <= d.due]
    return len(kept), len(still)


def debt(told: list[Decided]) -> Pair:
    """Hundredths of person-days given to debt."""
    engaged = [d for d in told if d.effort]
    days = sum((d.effort for d in engaged if d.debt and d.effort), Fraction())
    return int(100 * days), int(100 * sum((d.effort for d in engaged if d.effort), Fraction()))


def waiting(database: Database, workspace: str, now: datetime) -> dict[str, list[tuple[int, bool]]]:
    """The age in whole seconds of each open request of a layer, and whether it is late."""
    with database.read() as session:
        given = {"w": workspace}
        kept = text("SELECT body FROM requests WHERE workspace_id = :w")
        bodies = [json.loads(body) for body in session.execute(kept, given).scalars()]
    told: dict[str, list[tuple[int, bool]]] = {}
    for one in bodies:
        if one["status"] in {"open", "on_agenda", "awaiting_evidence"}:
            age = (now - datetime.fromisoformat(one["submitted_at"])) // timedelta(seconds=1)
            due = one["due_at"] and datetime.fromisoformat(one["due_at"])
            told.setdefault(one["route"]["layer"], []).append((age, bool(due and due < now)))
    return told


@dataclass
class Ledger:
    """The rows of the ledger, and when each request was filed."""

    rows: list[Json]
    filed: dict[str, datetime]


def ledger(database: Database, workspace: str) -> Ledger:
    """Everything kept of bypasses."""
    with database.read() as session:
        given = {"w": workspace}
        rows = session.execute(text("SELECT * FROM bypasses WHERE workspace_id = :w"), given)
        kept = [dict(row._mapping) for row in rows]
        told = text("SELECT request_id, body FROM events WHERE workspace_id = :w AND seq = 1")
        filed = {
            name: datetime.fromisoformat(json.loads(body)["at"])
            for name, body in session.execute(told, given)
        }
    return Ledger([{**row, **_instants(row)} for row in kept], filed)


def _instants(row: Json) -> Json:
    names = ("at", "nudged_at", "opened_at", "dismissed_at", "converted_at")
    return {name: _instant(row[name]) for name in names}


def _instant(value: object) -> datetime | None:
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def bypassed(told: Ledger, start: datetime, end: datetime) -> Pair:
    """Bypasses out of bypasses and direct requests."""
    outside = [r for r in told.rows if start <= r["at"] < end and not r["dismissed_at"]]
    once_outside = {r["request_id"] for r in told.rows}
    direct = [n for n, at in told.filed.items() if start <= at < end and n not in once_outside]
    return len(outside), len(outside) + len(direct)


def converted(told: Ledger, start: datetime, end: datetime, now: datetime) -> Pair:
    """Bypasses that became requests within two days, out of those that had them."""
    outside = [r for r in told.rows if start <= r["at"] < end and not r["dismissed_at"]]
    became = [r for r in outside if r["request_id"] and _within(told, r)]
    ripe = [r for r in outside if r in became or now - r["at"] >= timedelta(hours=48)]
    return len(became), len(ripe)


def _within(told: Ledger, row: Json) -> bool:
    return bool(told.filed[row["request_id"]] - row["at"] <= timedelta(hours=48))


@dataclass
class Met:
    """One occurrence kept."""

    ritual: str
    at: datetime
    stage: str
    frozen: bool
    outcomes: list[str | None]


def meetings(database: Database, workspace: str) -> list[Met]:
    """Every occurrence kept, in no order."""
    with database.read() as session:
        bodies = session.execute(
            text("SELECT body FROM occurrences WHERE workspace_id = :w"), {"w": workspace}
        ).scalars()
        told = [json.loads(body) for body in bodies]
    return [
        Met(
            one["ritual"],
            datetime.fromisoformat(one["starts_at"]),
            one["stage"],
            one["frozen_at"] is not None,
            [item["outcome"] for item in one["items"]],
        )
        for one in told
    ]


def ritual(told: list[Met], name: str, start: datetime, end: datetime) -> tuple[int, ...]:
    """Planned, held, closed, discussions, items, settled and decided of one ritual."""
    seen = [m for m in told if m.ritual == name and start <= m.at < end and m.stage != "cancelled"]
    held = [m for m in seen if m.stage in {"running", "closed"}]
    closed = [m for m in held if m.stage == "closed"]
    outcomes = [outcome for m in held for outcome in m.outcomes]
    return (
        len([m for m in seen if m.frozen or m in held]),
        len(held),
        len(closed),
        len([m for m in closed if "decided" not in m.outcomes]),
        len(outcomes),
        len([o for o in outcomes if o is not None]),
        len([o for o in outcomes if o == "decided"]),
    )


# The shared artefacts, from the log of what was said of them.

Lives = dict[str, tuple[str, int]]


def fresh(database: Database, workspace: str, at: datetime, zone: str, lives: Lives) -> Pair:
    """Artefacts current at an instant, of four. `lives`: ("days" or "months", how many) each."""
    with database.read() as session:
        said = text("SELECT artefact, at FROM artefact_updates WHERE workspace_id = :w")
        rows = [(name, _instant(when)) for name, when in session.execute(said, {"w": workspace})]
    wall = at.astimezone(ZoneInfo(zone)).date()
    current = {name for name, when in rows if when and when <= at}
    return len([n for n in current if wall < _ends(n, rows, at, zone, lives)]), 4


def _ends(name: str, rows: list[Any], at: datetime, zone: str, lives: Lives) -> date:
    last: datetime = max(when for artefact, when in rows if artefact == name and when <= at)
    day, (unit, number) = last.astimezone(ZoneInfo(zone)).date(), lives[name]
    for _ in range(number):
        # The day after the last one that counts, found by walking: no arithmetic of months.
        day = day + timedelta(days=1) if unit == "days" else _month_after(day, last, zone)
    return day


def _month_after(day: date, said: datetime, zone: str) -> date:
    wanted = said.astimezone(ZoneInfo(zone)).day
    found = day.replace(day=28) + timedelta(days=4)
    month = found.month
    found = found.replace(day=1)
    while found.day < wanted and (found + timedelta(days=1)).month == month:
        found += timedelta(days=1)
    return found


def roadmap(told: list[Decided], since: datetime) -> dict[str, Pair]:
    """By impact, accepted decisions that hold and are not delivered, and their hundredths."""
    found: dict[str, Pair] = {}
    for d in told:
        holds = d.ended is None and d.delivered is None and d.at >= since
        if holds and d.verdict not in {"refuse", "cut"}:
            number, effort = found.get(d.impact, (0, 0))
            found[d.impact] = number + 1, effort + int(100 * (d.effort or 0))
    return found


def breathes(told: list[Decided], start: datetime, end: datetime) -> bool:
    """Whether debt was given something in between."""
    return any(d.debt and d.verdict != "refuse" and start <= d.at < end for d in told)
