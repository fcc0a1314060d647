"""Messages per second through the whole listener, beside a bare Bolt listener that does nothing.

The same events go to both in turn, through Bolt's own dispatch, as they come from the socket:
ordinary chat, a quarter of it in threads, one bypass in two hundred. The processor's own clock
counts, every thread's work included; what else the machine does is left out. Run alone with
`python -m benchmarks.listening`.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient
from sqlalchemy import func, select

from benchmarks.measuring import ROOT
from bot.app import build
from bot.config.examples import read_examples, read_ordinary
from bot.config.lexicon import load_detector
from bot.db.bypass_tables import bypasses
from bot.detection.model import Level
from bot.domain.ids import PersonId
from bot.sandbox import payloads
from bot.sandbox.cast import demo_cast
from bot.sandbox.server import Sandbox
from bot.sandbox.state import Json
from bot.services.deps import Deps
from bot.settings import Settings

ROUNDS = 5
MESSAGES = 4_000  # a round
SEED = 20261124
BYPASSES, REPLIES = 0.005, 0.25  # of the messages
GOAL = 0.8
LONGEST_WAIT_S = 5  # a loaded machine loses some: what is beside an ack is not tried again
CHANNELS = ("C0PRODUIT", "C0TECH", "C0ONBOARDING", "C0PAIEMENT")
AUTHORS = ("U0HUGO", "U0INES", "U0LEA", "U0JOHN", "U0THOMAS", "U0AMINA", "U0KARIM", "U0CLAIRE")
TRAINING = ROOT / "training"


@dataclass(frozen=True, kw_only=True)
class Listened:
    """Messages per second of ours, of the other side, and how they compare, round by round."""

    mode: str
    ours: float
    bare: float
    ratio: float

    @property
    def told(self) -> str:
        """Return the figures in one line."""
        return (
            f"message listener {self.ours:8,.0f} messages/s   {self.ratio:5.2f} x a bare Bolt no-op"
            f", {self.mode} ({self.bare:,.0f})   goal {GOAL}"
        )


def measure() -> tuple[Listened, ...]:
    """Return the figures, medians of the rounds: beside Bolt's default mode, and beside ours."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as running:
        slack, app, drained = running
        bare = {
            "default mode": bare_app(slack, is_inline=False),
            "our mode": bare_app(slack, is_inline=True),
        }
        chat = Chat(slack)
        ours_s: list[float] = []
        bare_s: dict[str, list[float]] = {mode: [] for mode in bare}
        for _ in range(1 + ROUNDS):
            bodies = chat.bodies(MESSAGES)
            for mode, other in bare.items():
                bare_s[mode].append(_spent(partial(_feed, other, bodies)))
            ours_s.append(_spent(lambda bodies=bodies: (_feed(app, bodies), drained(chat.found))))
        return tuple(_compared(mode, ours_s[1:], spent[1:]) for mode, spent in bare_s.items())


def _compared(mode: str, ours_s: Sequence[float], bare_s: Sequence[float]) -> Listened:
    return Listened(
        mode=mode,
        ours=MESSAGES / median(ours_s),
        bare=MESSAGES / median(bare_s),
        ratio=median(other / mine for mine, other in zip(ours_s, bare_s, strict=True)),
    )


class Chat:
    """Message events as Slack sends them, each with a place of its own."""

    def __init__(self, slack: Sandbox) -> None:
        self._world = slack.world
        self._chance = random.Random(SEED)  # noqa: S311  # the same messages every time
        self._ordinary = [it.text for it in read_ordinary(TRAINING)]
        self._bypasses = [it.text for it in read_examples(TRAINING) if it.is_bypass]
        self._detector = load_detector()
        self._sent = 0
        self.found = 0
        """How many of them are detections."""

    def bodies(self, count: int) -> list[Json]:
        """Return as many events, not yet sent."""
        return [self._body() for _ in range(count)]

    def _body(self) -> Json:
        self._sent += 1
        is_bypass = self._chance.random() < BYPASSES
        words = self._chance.choice(self._bypasses if is_bypass else self._ordinary)
        self.found += self._detector.detect(words).level is not Level.NONE
        ts = f"{self._world.clock.now().timestamp():.0f}.{self._sent:06d}"
        event = {
            "type": "message",
            "user": self._chance.choice(AUTHORS),
            "client_msg_id": f"{self._sent:032x}",
            "text": words,
            "ts": ts,
            "team": self._world.team,
            "blocks": [_rich_text(words)],
            "channel": self._chance.choice(CHANNELS),
            "event_ts": ts,
            "channel_type": "channel",
        }
        if self._chance.random() < REPLIES:
            event |= {"thread_ts": f"{float(ts) - 60:.6f}", "parent_user_id": AUTHORS[0]}
        return payloads.event(self._world, event, f"Ev{self._sent:09d}")


def _rich_text(words: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "block_id": "aBc1", "elements": [section]}


def bare_app(slack: Sandbox, *, is_inline: bool) -> App:
    """Return a Bolt app that acks messages, as Bolt does by default, or inline as ours."""
    app = App(
        client=WebClient(slack.bot_token, base_url=slack.api_url),
        signing_secret="unused",
        token_verification_enabled=False,
        process_before_response=is_inline,
    )

    @app.event("message")
    def on_message(ack: Ack) -> None:
        ack()

    return app


@contextmanager
def served(folder: Path) -> Iterator[tuple[Sandbox, App, Callable[[int], None]]]:
    """Serve Slack and build the bot; give its app, and what waits for so many bypasses counted."""
    with Sandbox(cast=demo_cast()) as slack:
        slack.limiter.is_on = False
        settings = Settings(
            slack_bot_token=slack.bot_token,
            slack_app_token=slack.app_token,
            slack_api_url=slack.api_url,
            database_url=f"sqlite:///{folder / 'bench.db'}",
            charter_file=ROOT / "config" / "charter.toml",
            http_port=0,
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
        )
        bot = build(settings)
        for author in AUTHORS:
            bot._kit.directory.person(PersonId(author))

        def drained(found: int) -> None:
            slack.wait(lambda: _counted(bot.deps) >= found, LONGEST_WAIT_S)

        try:
            yield slack, bot._app, drained
        finally:
            bot._kit.stop()
            bot.deps.database.close()


def _counted(deps: Deps) -> int:
    with deps.read() as session:
        return int(session.execute(select(func.count()).select_from(bypasses)).scalar_one())


def _feed(app: App, bodies: Sequence[Json]) -> None:
    for body in bodies:
        answer = app.dispatch(BoltRequest(mode="socket_mode", body=body))
        assert answer.status == 200, answer.status


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    """Measure and print."""
    for found in measure():
        print(found.told)


if __name__ == "__main__":
    main()
