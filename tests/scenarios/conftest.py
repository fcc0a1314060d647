"""The real bot, connected over real sockets to the sandbox."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import Bot, build
from bot.db import people
from bot.domain.bypass_detection import Detect, Learner
from bot.sandbox.cast import Member, demo_cast
from bot.sandbox.faults import Fault
from bot.sandbox.person import PersonDriver
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.slack.app import finds_nothing
from tests.builders import A_MORNING, CHARTER_FILE

GUEST = Member(handle="gaspard", id="U0GUEST", name="Gaspard", title="Freelance", is_guest=True)
STRANGER = Member(
    handle="estelle", id="U0STRANGER", name="Estelle", title="Partner", is_stranger=True
)


CARD = re.compile(r"ARB-\d+ · ")

PATIENCE_S = 10.0
"""How fast the bot answers on a quiet machine is for the benchmarks to say, never for a test."""


@dataclass(frozen=True)
class Company:
    """A workspace with the bot at work in it."""

    slack: Sandbox
    settings: Settings
    bot: Bot

    def person(self, who: str) -> PersonDriver:
        return self.slack.person(who)

    def arbitrations(self) -> list[dict[str, Any]]:
        return self.slack.messages("arbitrages")

    def wait(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        assert self.slack.wait(condition, timeout_s), "it did not happen in time"

    def file(
        self, by: str = "hugo", title: str = "Faut-il livrer l’export ?", **fields: Any
    ) -> str:
        """File a request as a person does; return the ts of its card."""
        before = len(self.cards())
        person = self.person(by)
        assert person.command("/arbitrage", title, channel="produit").is_acked
        person.wait_view()
        filled = {
            "question": "first",
            "impact": "retention",
            "squads": ["checkout", "onboarding"],
        } | fields
        person.fill(filled)
        assert person.submit().is_acked
        self.wait(lambda: len(self.cards()) > before)
        # The channel takes a message a second, and nobody has to wait for it here.
        self.slack.clock.advance(timedelta(seconds=1))
        self.wait(lambda: self.has_panel(self.cards()[-1]["ts"]))
        return str(self.cards()[-1]["ts"])

    def cards(self) -> list[dict[str, Any]]:
        """The cards of requests, oldest first: agendas and digests stand in the channel too."""
        return [m for m in self.arbitrations() if CARD.match(m["text"]) and "thread_ts" not in m]

    def has_panel(self, card_ts: str) -> bool:
        return len(self.slack.messages("arbitrages", card_ts)) > 1

    def panel(self, card_ts: str) -> dict[str, Any]:
        return self.slack.messages("arbitrages", card_ts)[1]

    def click(self, who: str, card_ts: str, action: str) -> None:
        person = self.person(who)
        assert person.click("arbitrages", self.panel(card_ts)["ts"], action).is_acked

    def decide(self, who: str, card_ts: str, **values: Any) -> None:
        """Decide as a person does, and wait for the card to say so."""
        self.click(who, card_ts, "request.decide")
        person = self.person(who)
        person.wait_view(lambda view: view["callback_id"] == "decision.submit")
        given = {
            "rationale": "Douze comptes l’attendent.",
            "counterpart": "Le panier attend.",
        } | values
        ack = person.submit(given)
        assert ack.is_acked
        assert ack.body == {}


def knows_its_people(bot: Bot) -> bool:
    """Tell whether the bot has looked up everybody the charter names, as it does when it starts."""
    deps = bot._kit.deps
    with deps.read() as session:
        return deps.charter.refs <= people.directory(session, deps.workspace).keys()


@contextmanager
def company(
    database_url: str,
    clock_file: Path,
    *,
    faults: tuple[Fault, ...] = (),
    detect: Detect = finds_nothing,
    learner: Learner | None = None,
    **settings: Any,
) -> Iterator[Company]:
    cast = demo_cast()
    cast = replace(cast, people=(*cast.people, GUEST, STRANGER))
    with Sandbox(cast=cast, clock_file=clock_file, starts_at=A_MORNING) as slack:
        slack.wait_at_most(ack_s=PATIENCE_S, trigger_s=PATIENCE_S)
        for fault in faults:
            slack.faults.add(fault)
        given = Settings(
            slack_bot_token=slack.bot_token,
            slack_app_token=slack.app_token,
            slack_api_url=slack.api_url,
            database_url=database_url,
            charter_file=CHARTER_FILE,
            http_port=0,
            clock_file=clock_file,
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
            **settings,
        )
        bot = build(given, detect=detect, learner=learner)
        bot.start()
        try:
            assert slack.wait(lambda: slack.hub.count_sockets() > 0)
            assert slack.wait(lambda: knows_its_people(bot), 30)
            yield Company(slack, given, bot)
        finally:
            bot.stop()


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Company]:
    """A company at work, on both databases."""
    with company(database_url, tmp_path / "clock") as found:
        yield found


@pytest.fixture
def small_office(sqlite_template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company at work on SQLite, for what does not depend on the database."""
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    with company(f"sqlite:///{path}", tmp_path / "clock") as found:
        yield found


@pytest.fixture
def private_office(sqlite_template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company whose arbitration channel is private: Inès is not in it."""
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    with company(f"sqlite:///{path}", tmp_path / "clock") as found:
        found.wait(lambda: bool(found.bot._kit.audience._rooms))
        room = found.slack.world.channel_named("arbitrages")
        room.kind = "group"
        room.members = {m for m in room.members if m != "U0INES"}
        found.bot._kit.audience._rooms.clear()
        found.bot._kit.audience.refresh()
        yield found


def words(message: dict[str, Any]) -> str:
    """All a message says, as one text."""
    return str(message.get("text", "")) + str(message.get("blocks", ""))
