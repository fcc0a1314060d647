"""A company whose channels are watched, and the ledger that its bot keeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from bot.db.bypass_tables import bypasses, nudge_answers
from bot.db.engine import Database
from bot.domain.bypass_detection import Detect
from tests.detecting import detect, learner
from tests.scenarios.conftest import Company, company

ASKED = "Un petit point rapide pour décaler la v2 ?"
ASKED_TOO = "On peut glisser l’export dans le sprint ?"
UNCLEAR = "On fait un point sur l’export ?"
"""A request by its looks, that people may say is none: clear ones are never learned against."""


@contextmanager
def watched(database_url: str, folder: Path, detect: Detect = detect) -> Iterator[Company]:
    """A company at work with the shipped detector, unless given another."""
    clock = folder / "clock"
    with company(database_url, clock, detect=detect, learner=learner()) as found:
        yield found


def choose(office: Company, mode: str, *channels: str, by: str = "lea") -> str:
    """Choose the mode of channels as a steward does; return what they are told."""
    steward = office.person(by)
    assert steward.command("/arbitrage", "détection").is_acked
    steward.wait_view(lambda view: view["callback_id"] == "detection.submit")
    picked = [office.slack.channel_id(channel) for channel in channels]
    ack = steward.submit({"channels": picked, "mode": mode})
    assert ack.body["response_action"] == "update", ack.body
    steward.close_view()
    return str(ack.body["view"]["blocks"])


def ledger(office: Company) -> list[Row[Any]]:
    """Return the ledger's lines, oldest first."""
    database = Database(office.settings.database_url)
    try:
        with database.read() as session:
            return list(session.execute(select(bypasses).order_by(bypasses.c.at, bypasses.c.key)))
    finally:
        database.close()


def key_of(office: Company, channel: str, ts: str) -> str:
    """Return the ledger's key of a message."""
    return f"bypass:{office.slack.channel_id(channel)}:{ts}"


def wait_counted(office: Company, channel: str, ts: str) -> Row[Any]:
    """Return a message's line in the ledger once it is there."""
    key = key_of(office, channel, ts)
    office.wait(lambda: any(line.key == key for line in ledger(office)))
    return next(line for line in ledger(office) if line.key == key)


def dismiss(office: Company, who: str, channel: str = "produit") -> None:
    """Ask as somebody who is nudged and says that it is no request; wait until it is learned."""
    before = taught(office)
    person = office.person(who)
    person.write(channel, UNCLEAR)
    nudge = wait_nudged(office, who)
    assert person.click(channel, nudge["ts"], "nudge.dismiss").is_acked
    office.wait(lambda: nudges(office, who) == [])
    office.wait(lambda: taught(office) > before)


def taught(office: Company) -> int:
    """Return how many answers are learned from."""
    database = Database(office.settings.database_url)
    try:
        with database.read() as session:
            return len(session.execute(select(nudge_answers.c.author)).all())
    finally:
        database.close()


def let_pass(office: Company) -> None:
    """Wait for something that comes after what must not happen."""
    ts = office.person("thomas").write("tech", "Un petit point rapide ?")
    wait_counted(office, "tech", ts)


def nudges(office: Company, who: str) -> list[dict[str, Any]]:
    """Return the nudges that somebody sees now."""
    return [m for m in office.person(who).ephemerals() if "nudge.dismiss" in str(m["blocks"])]


def wait_nudged(office: Company, who: str) -> dict[str, Any]:
    """Return somebody's latest nudge."""
    office.wait(lambda: bool(nudges(office, who)))
    return nudges(office, who)[-1]


def send_event(office: Company, event: dict[str, Any], event_id: str, **envelope: Any) -> None:
    """Send an event as Slack does."""
    world = office.slack.world
    office.slack.hub.queue_event(
        {
            "type": "event_callback",
            "team_id": world.team,
            "api_app_id": world.app_id,
            "event_id": event_id,
            "event": event,
        }
        | envelope
    )
