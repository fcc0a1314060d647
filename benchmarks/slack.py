"""Command, submission and decision, timed as a person would: from Slack's side of the socket."""

import json
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring import Times, rss_mib, served, timed
from bot.sandbox import payloads
from bot.sandbox.person import PersonDriver
from bot.sandbox.server import Sandbox
from bot.sandbox.state import Json

COUNT = 200
FORMS = 60
WHO = ("hugo", "ines", "lea", "john", "thomas", "amina", "karim", "claire")


@dataclass(frozen=True)
class Side:
    """One side's figures."""

    command: Times
    form: Times
    submission: Times
    decision: Times
    rss_mib: float
    start_s: float


def measure(arguments: tuple[str, ...], *, at_once: int, command: str) -> Side:
    """Return the figures of the program `python -m <arguments>`."""
    with tempfile.TemporaryDirectory() as folder, served(arguments, Path(folder)) as running:
        slack, pid, start_s = running
        _warm_up(slack, command)
        form = timed(lambda n: _form(slack, n), count=FORMS, at_once=min(at_once, len(WHO)))
        acked = timed(lambda n: _command(slack, n, command), count=COUNT, at_once=at_once)
        bodies = _submissions(slack, COUNT)
        filed = timed(lambda n: _send(slack, bodies[n]), count=COUNT, at_once=at_once)
        decisions = _decisions(slack, _filed(Path(folder)), COUNT)
        decided = timed(lambda n: _send(slack, decisions[n]), count=COUNT, at_once=at_once)
        return Side(acked, form, filed, decided, rss_mib(pid), start_s)


def _warm_up(slack: Sandbox, command: str) -> None:
    for number in range(16):
        _command(slack, number, command)
    time.sleep(0.5)


def _person(slack: Sandbox, number: int) -> PersonDriver:
    return slack.person(WHO[number % len(WHO)])


def _command(slack: Sandbox, number: int, command: str) -> float:
    ack = _person(slack, number).command(command, f"Question {number} ?", channel="produit")
    assert ack.is_acked, number
    return ack.delay_s


def _form(slack: Sandbox, number: int) -> float:
    person = _person(slack, number)
    before = {view["id"] for view in person.views}
    started = time.monotonic()
    person.command("/arbitrage", f"Question {number} ?", channel="produit")
    person.wait_view(lambda view: view["id"] not in before)
    return time.monotonic() - started


def _submissions(slack: Sandbox, count: int) -> list[Json]:
    """Return as many filled forms, each of a view of its own."""
    hugo = slack.person("hugo")
    hugo.command("/arbitrage", "Une question ?", channel="produit")
    view = hugo.wait_view()
    found = []
    for number in range(count):
        body = payloads.interaction(slack.world, hugo.id, "view_submission")
        values: dict[str, Any] = {
            "title": {"value": {"type": "plain_text_input", "value": f"Question {number} ?"}},
            "question": {"question": _chosen("first")},
            "impact": {"value": _chosen("retention")},
        }
        state = {"values": values}
        body["view"] = view | {"id": f"VBENCH{number}", "state": state}
        found.append(body)
    return found


def _chosen(value: str) -> Json:
    return {"type": "static_select", "selected_option": {"value": value}}


def _decisions(slack: Sandbox, requests: list[str], count: int) -> list[Json]:
    """Return as many decisions submitted by Claire, each on a request of its own."""
    claire = slack.person("claire")
    values: dict[str, Any] = {
        "verdict": {"value": _chosen("first")},
        "rationale": {"value": {"type": "plain_text_input", "value": "Douze comptes."}},
        "counterpart": {"value": {"type": "plain_text_input", "value": "Le panier."}},
    }
    bodies = []
    for number in range(count):
        body = payloads.interaction(slack.world, claire.id, "view_submission")
        request = requests[number] if requests else "none"
        body["view"] = {
            "id": f"VDECISION{number}",
            "type": "modal",
            "callback_id": "decision.submit",
            "private_metadata": json.dumps({"request": request}),
            "blocks": [{"type": "input", "block_id": "rationale"}],
            "state": {"values": values},
        }
        bodies.append(body)
    return bodies


def _filed(folder: Path) -> list[str]:
    """Return the requests that were filed; none for a side that stores nothing."""
    path = folder / "bench.db"
    if not path.exists():
        return []
    with sqlite3.connect(path) as database:
        return [row[0] for row in database.execute("SELECT id FROM requests ORDER BY number")]


def _send(slack: Sandbox, body: Json) -> float:
    ack = slack.hub.send("interactive", body)
    assert ack.is_acked
    assert ack.body == {}, ack.body
    return ack.delay_s
