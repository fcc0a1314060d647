"""Calendar files against the letter of RFC 5545, read by nothing but these lines."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.charter import Label
from bot.domain.recurrence import Recurrence, Unit, day_of_month
from bot.services import rituals_arrange
from bot.services.deps import Deps
from bot.services.rituals_ics import calendar_file
from bot.services.rituals_run import Which
from tests.builders import LEA, FakeClock
from tests.services.test_ics import SYNC, with_rule

LONGEST_LINE = 75
"""Octets, the line break left out. Source: RFC 5545 §3.1."""

NASTY = "Revue ; « produit », « prix » \\ n° 1\nÀ l’été, cœur : ✅🎯 " + "é" * 60
ONCE_IN_EVENT = ("UID", "DTSTAMP", "DTSTART", "DURATION", "SEQUENCE", "SUMMARY")
TEXTS = ("SUMMARY", "DESCRIPTION", "X-WR-CALNAME")
LINE = re.compile(r"([A-Z0-9-]+)((?:;[A-Z-]+=[^:;]+)*):(.*)", re.DOTALL)
Line = tuple[str, str, str]


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """The file does not depend on the database."""
    return str(request.param)


@pytest.fixture
def file(deps: Deps, clock: FakeClock) -> bytes:
    """A nasty name, one occurrence moved, one cancelled, holidays."""
    clock.at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    first = deps.charter.rituals[0]
    named = replace(first, name=Label(fr=NASTY, en=NASTY), asks=Label(fr=NASTY, en=NASTY))
    deps = with_rule(replace(deps, charter=replace(deps.charter, rituals=(named,))), first.rule)
    to = (date(2026, 12, 10), time(15))
    moved, cancelled = (Which(ritual=SYNC, slot=date(2026, 12, day)) for day in (8, 22))
    rituals_arrange.move(deps, moved, LEA, to, why="", key="m")
    rituals_arrange.cancel(deps, cancelled, LEA, "Fêtes", key="c")
    return calendar_file(deps, SYNC, "fr")


def unfolded(file: bytes) -> list[Line]:
    """The content lines: name, parameters, value as written."""
    text = file.replace(b"\r\n ", b"").decode()
    found = []
    for line in text.removesuffix("\r\n").split("\r\n"):
        match = LINE.fullmatch(line)
        assert match, line
        found.append((match[1], match[2], match[3]))
    return found


def components(lines: list[Line], name: str) -> list[list[Line]]:
    found: list[list[Line]] = []
    inside: list[Line] | None = None
    for line in lines:
        if line[::2] == ("BEGIN", name):
            inside = []
        elif line[::2] == ("END", name):
            assert inside is not None
            found.append(inside)
            inside = None
        elif inside is not None:
            inside.append(line)
    return found


def value(component: list[Line], name: str) -> str:
    (found,) = [line[2] for line in component if line[0] == name]
    return found


def test_lines_end_and_fold_as_the_format_wants(file: bytes) -> None:
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", file) is None
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    assert any(line.startswith(b" ") for line in lines), "something is long enough to fold"
    assert b"" not in lines[:-1]
    for line in lines:
        line.decode()  # no character is cut in two


def test_people_s_words_are_escaped(file: bytes) -> None:
    written = [line[2] for line in unfolded(file) if line[0] in TEXTS]

    assert len(written) >= 3
    pairs = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}

    def read(text: str) -> str:
        return re.sub(r"\\[\\;,nN]", lambda found: pairs[found[0]], text)

    for text in written:
        assert re.search(r"(?<!\\)(?:\\\\)*[;,]", text) is None
        assert re.search(r"(?<!\\)(?:\\\\)*\\[^\\;,nN]", text) is None
        assert read(text) == NASTY


def test_the_file_and_its_events_have_what_is_required(file: bytes) -> None:
    lines = unfolded(file)

    assert (lines[0][::2], lines[-1][::2]) == (("BEGIN", "VCALENDAR"), ("END", "VCALENDAR"))
    assert [line[2] for line in lines if line[0] == "VERSION"] == ["2.0"]
    assert len([line for line in lines if line[0] == "PRODID"]) == 1
    open_ones: list[str] = []
    for name, _, written in lines:
        if name == "BEGIN":
            open_ones.append(written)
        elif name == "END":
            assert open_ones.pop() == written
    assert open_ones == []
    for event in components(lines, "VEVENT"):
        for name in ONCE_IN_EVENT:
            value(event, name)
        assert re.fullmatch(r"\d{8}T\d{6}Z", value(event, "DTSTAMP"))
        assert not {"DTEND", "DUE"} & {line[0] for line in event}


def test_every_local_time_names_a_zone_that_the_file_defines(file: bytes) -> None:
    lines = unfolded(file)
    zones = {value(zone, "TZID") for zone in map(_top, components(lines, "VTIMEZONE"))}

    assert zones == {"Europe/Paris"}
    for event in components(lines, "VEVENT"):
        for name, parameters, written in event:
            if name in {"DTSTART", "RECURRENCE-ID", "EXDATE"}:
                assert parameters == ";TZID=Europe/Paris"
                assert all(re.fullmatch(r"\d{8}T\d{6}", one) for one in written.split(","))


def _top(zone: list[Line]) -> list[Line]:
    """A VTIMEZONE without what it holds."""
    ends = [n for n, line in enumerate(zone) if line[0] == "BEGIN"]
    return zone[: ends[0]]


def test_what_moved_replaces_its_date_and_what_is_cancelled_is_left_out(file: bytes) -> None:
    events = components(unfolded(file), "VEVENT")
    masters = [event for event in events if any(line[0] == "RRULE" for line in event)]
    others = [event for event in events if event not in masters]

    (master,) = masters
    rule = dict(part.split("=") for part in value(master, "RRULE").split(";"))
    # UNTIL is in UTC when DTSTART has a zone: RFC 5545 §3.3.10.
    assert re.fullmatch(r"\d{8}T\d{6}Z", rule["UNTIL"])
    assert "COUNT" not in rule
    left_out = [line[2] for line in master if line[0] == "EXDATE"]
    assert "20261222T100000" in ",".join(left_out).split(",")
    assert {value(event, "UID") for event in events} == {value(master, "UID")}
    replaced = {value(event, "RECURRENCE-ID"): value(event, "DTSTART") for event in others}
    assert replaced["20261208T100000"] == "20261210T150000"
    assert not set(replaced) & set(",".join(left_out).split(",")), "one or the other, never both"
    assert len(replaced) == len(others), "each date is replaced once"
    assert value(master, "DTSTART") not in replaced.values()


def test_a_newer_file_corrects_an_older_one(deps: Deps, clock: FakeClock) -> None:
    def numbers(file: bytes) -> set[int]:
        return {int(value(event, "SEQUENCE")) for event in components(unfolded(file), "VEVENT")}

    before = numbers(calendar_file(deps, SYNC, "fr"))
    clock.at += timedelta(hours=1)

    assert max(before) < min(numbers(calendar_file(deps, SYNC, "fr")))


def test_dates_that_no_rule_can_say_are_events_of_their_own(deps: Deps) -> None:
    rule = Recurrence(unit=Unit.MONTH, step=1, anchor=date(2026, 1, 6), on=(day_of_month("30"),))

    events = components(unfolded(calendar_file(with_rule(deps, rule), SYNC, "fr")), "VEVENT")

    names = [value(event, "UID") for event in events]
    assert len(names) == len(set(names)) > 12
    assert not [line for event in events for line in event if line[0] in {"RRULE", "RECURRENCE-ID"}]
