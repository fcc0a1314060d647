"""Nothing lost, nothing twice: kill -9, Slack down, connections dropped."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.db import outbox
from bot.db.engine import Database
from bot.sandbox.cast import demo_cast
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.inputs import NotOffered
from bot.sandbox.person import NotPossible, PersonDriver
from bot.sandbox.server import Sandbox
from tests.builders import A_MORNING, CHARTER_FILE, ROOT, WORKSPACE
from tests.scenarios.conftest import Company, words

KILLS = {"sqlite": 50, "postgresql": 15}
"""How often the bot is killed: what it does meanwhile is the same on both, and each is a start."""


class Process:
    """The bot as its own process, killed and started again."""

    def __init__(self, slack: Sandbox, database_url: str, folder: Path) -> None:
        self.slack = slack
        self.log = (folder / "bot.log").open("ab")
        self.environment = os.environ | {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": database_url,
            "CHARTER_FILE": str(CHARTER_FILE),
            "CLOCK_FILE": str(folder / "clock"),
            "HTTP_PORT": "0",
            "LOG_LEVEL": "WARNING",
        }
        self.start()

    def start(self) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env=self.environment,
            cwd=ROOT,
            stderr=self.log,
        )
        if not self.slack.wait(lambda: self.slack.hub.count_sockets() > 0, 30):
            raise TimeoutError("the bot did not connect")

    def kill(self) -> None:
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(timeout=10)
        self.slack.wait(lambda: self.slack.hub.count_sockets() == 0, 10)

    def stop(self) -> int:
        self.running.terminate()
        code = self.running.wait(timeout=30)
        self.log.close()
        return code


class Day:
    """People at work until told to stop; it remembers which forms closed without error."""

    def __init__(self, slack: Sandbox, seed: int) -> None:
        self.slack = slack
        self.dice = random.Random(seed)
        self.filed: list[str] = []
        self.decided: list[str] = []
        self.is_over = threading.Event()
        self.trouble: list[BaseException] = []

    def live(self) -> None:
        number = 0
        while not self.is_over.is_set():
            number += 1
            with suppress(TimeoutError, NotPossible, NotOffered):
                if self.dice.random() < 0.6:
                    self.file(f"Question numéro {number} ?")
                else:
                    self.decide()

    def file(self, title: str) -> None:
        who = self.slack.person(self.dice.choice(["hugo", "ines", "lea", "john"]))
        if not who.command("/arbitrage", title, channel="produit").is_acked:
            return
        who.wait_view(lambda v: title in str(v["state"]), timeout_s=1)
        self.submit(who, {"question": "first", "impact": "retention"}, title, self.filed)

    def decide(self) -> None:
        panels = [
            m
            for m in self.slack.messages("arbitrages")
            if "thread_ts" in m and "request.decide" in words(m)
        ]
        if not panels:
            return
        panel, claire = self.dice.choice(panels), self.slack.person("claire")
        if not claire.click("arbitrages", panel["ts"], "request.decide").is_acked:
            return
        claire.wait_view(lambda v: v["callback_id"] == "decision.submit", timeout_s=1)
        values = {"rationale": "Douze comptes.", "counterpart": "Le panier."}
        self.submit(claire, values, panel["thread_ts"], self.decided)

    def submit(self, who: PersonDriver, values: dict[str, str], name: str, done: list[str]) -> None:
        """Submit, and again while nothing answers, as a person does."""
        ack = who.submit(values)
        for _ in range(5):
            if ack.is_acked:
                break
            ack = who.submit()
            self.slack.wait(lambda: self.slack.hub.count_sockets() > 0, 10)
        if ack.is_acked and ack.body == {}:
            done.append(name)
        elif who.views:
            who.close_view()


@contextmanager
def time_flies(slack: Sandbox) -> Iterator[None]:
    """Let ten seconds pass each real second, for Slack and for the bot."""
    is_over = threading.Event()

    def fly() -> None:
        while not is_over.wait(0.1):
            slack.clock.advance(timedelta(seconds=1))

    thread = threading.Thread(target=fly)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def keys_posted(slack: Sandbox) -> Counter[str]:
    """How many messages each post of the outbox made, wherever they are."""
    found: Counter[str] = Counter()
    with slack.world.lock:
        for channel in slack.world.channels.values():
            for message in channel.messages:
                payload = (message.get("metadata") or {}).get("event_payload")
                if payload:
                    found[payload["key"]] += 1
    return found


def drained(database: Database) -> bool:
    with database.read() as session:
        return outbox.count_waiting(session, WORKSPACE) == 0


def assert_each_request_once(slack: Sandbox, day: Day) -> None:
    cards = [m for m in slack.messages("arbitrages") if "thread_ts" not in m]
    shown = Counter(card["text"].split(" · ")[1] for card in cards)
    assert [title for title in day.filed if shown[title] != 1] == []
    assert max(shown.values()) == 1
    numbers = sorted(int(card["text"].split(" · ")[0].removeprefix("ARB-")) for card in cards)
    assert numbers == list(range(1, len(cards) + 1))
    twice = {key: count for key, count in keys_posted(slack).items() if count != 1}
    assert twice == {}
    for card_ts in day.decided:
        card = next(card for card in cards if card["ts"] == card_ts)
        assert "Tranché par" in words(card)


@pytest.mark.timeout(400)
def test_kills_lose_nothing_and_post_nothing_twice(
    kind: str, database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(7)
    with Sandbox(cast=demo_cast(), clock_file=tmp_path / "clock", starts_at=A_MORNING) as slack:
        bot = Process(slack, database_url, tmp_path)
        day = Day(slack, seed=11)
        people = threading.Thread(target=day.live)
        people.start()
        with time_flies(slack):
            for _ in range(KILLS[kind]):
                time.sleep(dice.uniform(0.05, 0.5))
                bot.kill()
                bot.start()
            slack.wait(lambda: len(day.filed) > 5, 60)
            day.is_over.set()
            people.join(timeout=60)
            database = Database(database_url)
            assert slack.wait(lambda: drained(database), 120)
            database.close()
        code = bot.stop()

        assert code == 0
        assert len(day.filed) > 5
        assert_each_request_once(slack, day)


TROUBLES = [
    Fault(kind=FaultKind.RATELIMITED, method="chat.*", probability=0.4, retry_after_s=3),
    Fault(kind=FaultKind.ERROR_500, method="chat.*", probability=0.4),
    Fault(kind=FaultKind.DROP_BEFORE, method="chat.*", probability=0.4),
    Fault(kind=FaultKind.DROP_AFTER, method="chat.*", probability=0.4),
]


def _holds(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda view: text in str(view["state"])


@pytest.mark.timeout(200)
def test_ten_bad_minutes_of_slack_lose_nothing_and_keep_the_order(small_office: Company) -> None:
    slack = small_office.slack
    until = slack.clock.now() + timedelta(minutes=10)
    for seed, fault in enumerate(TROUBLES):
        slack.faults.add(
            Fault(
                kind=fault.kind,
                method=fault.method,
                probability=fault.probability,
                retry_after_s=fault.retry_after_s,
                until=until,
            ),
            seed=seed,
        )
    hugo, claire = slack.person("hugo"), slack.person("claire")
    with time_flies(slack):
        for number in range(4):
            hugo.command("/arbitrage", f"Question {number} ?", channel="produit")
            hugo.wait_view(_holds(f"Question {number}"))
            assert hugo.submit({"question": "first", "impact": "retention"}).body == {}
        small_office.wait(lambda: len(small_office.cards()) == 4, 60)
        first = small_office.cards()[0]["ts"]
        small_office.wait(lambda: small_office.has_panel(first), 60)
        claire.click("arbitrages", small_office.panel(first)["ts"], "request.ask_evidence")
        claire.wait_view()
        claire.submit({"what": "Quels comptes ?"})
        slack.clock.jump_to(until)
        database = small_office.bot._kit.deps.database
        assert slack.wait(lambda: drained(database), 60)

    assert [c["text"].split(" · ")[0] for c in small_office.cards()] == [
        f"ARB-{n}" for n in range(1, 5)
    ]
    assert set(keys_posted(slack).values()) == {1}
    thread = slack.messages("arbitrages", first)
    assert "demande des preuves" in words(thread[2])
    assert "preuves sont attendues" in words(thread[0])
    assert "demande des preuves" in " ".join(words(m) for m in hugo.dms())


def test_an_event_that_comes_twice_is_answered_once(small_office: Company) -> None:
    slack, ines = small_office.slack, small_office.person("ines")
    slack.hub.is_dropping_events = True
    ines.dm("app", "On garde l’ancien parcours ?")
    time.sleep(0.3)
    slack.hub.is_dropping_events = False

    slack.clock.advance(timedelta(minutes=6))

    small_office.wait(lambda: len(ines.dms()) == 2)
    time.sleep(0.5)
    assert len(ines.dms()) == 2


def test_a_socket_that_is_refreshed_goes_on(small_office: Company) -> None:
    small_office.slack.hub.disconnect("refresh_requested")
    slack = small_office.slack

    def opened() -> int:
        return sum(call["method"] == "apps.connections.open" for call in slack.calls)

    small_office.wait(lambda: opened() == 2 and slack.hub.count_sockets() == 1, 20)

    assert small_office.file(title="Et après ?")
