"""Real windows on the sandbox's page: headless Chromium, and the real bot in its own process."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from bot.demo.cache import History
from bot.demo.running import running_bot
from bot.sandbox.cast import demo_cast
from bot.sandbox.desk import Happening, Jump
from bot.sandbox.page import page_routes
from bot.sandbox.person import PersonDriver
from bot.sandbox.server import Sandbox
from bot.slack.manifest import make_manifest
from tests.builders import A_MORNING, CHARTER_FILE
from tests.demo.living import cache_of, lived_history

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WAIT_MS = 30_000
PUT_AWAY = """if (location.protocol === "http:") {
  localStorage.setItem("page.guide", '{"is_closed": true}');
}"""
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cache_of(tmp_path_factory)


@pytest.fixture(scope="session")
def history(cache_home: Path) -> History:
    return lived_history(cache_home)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, from `CHROMIUM` or the path."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("a browser is needed in CI: install chromium, or set CHROMIUM")
        pytest.skip("NOT TESTED IN A BROWSER: no chromium here; install it, or set CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class HourDesk:
    """A desk whose clock only goes an hour forward; somebody writes meanwhile."""

    slack: Sandbox | None = None

    def jumps(self) -> Sequence[Jump]:
        return [Jump(key="hour", at=self.slack.clock.now() + timedelta(hours=1))]  # type: ignore[union-attr]  # set before any window opens

    def jump(self, key: str) -> Sequence[Happening]:
        assert self.slack is not None
        assert key == "hour"
        self.slack.clock.advance(timedelta(hours=1))
        ts = self.slack.person("amina").write("tech", "Le build est *vert* :tada:")
        room, _ = self.slack.person("amina").dm("ines", "Tu as vu ?")
        at, tech = self.slack.clock.now(), self.slack.channel_id("tech")
        return [
            Happening(at=at, channel=tech, ts=ts, user=None),
            Happening(at=at, channel=room, ts=ts, user="U0INES"),
        ]

    def guide(self) -> Sequence[str]:
        return ["raise", "decide"]

    def landmarks(self) -> Mapping[str, Happening]:
        return {}


def served(folder: Path) -> Sandbox:
    """A workspace with its page, to be used as a context manager."""
    desk = HourDesk()
    slack = Sandbox(
        cast=demo_cast(),
        clock_file=folder / "clock",
        starts_at=A_MORNING,
        extra=lambda one: page_routes(one, desk, manifest=make_manifest()),
    )
    desk.slack = slack
    slack.limiter.is_on = False
    return slack


@dataclass(frozen=True)
class Office:
    """A workspace, with or without the bot at work in it."""

    slack: Sandbox

    def person(self, who: str) -> PersonDriver:
        return self.slack.person(who)

    def file(self, title: str, *, by: str = "hugo", **fields: Any) -> str:
        """File a request as people do; return the ts of its card."""
        person = self.person(by)
        assert person.command("/arbitrage", "Une question", channel="produit").is_acked
        person.wait_view(lambda view: view["callback_id"] == "request.submit")
        known = {
            "title": title,
            "question": "first",
            "impact": "retention",
            "squads": ["checkout", "onboarding"],
        }
        person.fill(known | fields)
        assert person.submit().is_acked
        assert self.slack.wait(lambda: len(self.thread(title)) > 1, 15)
        return str(self.thread(title)[0]["ts"])

    def thread(self, title: str) -> list[dict[str, Any]]:
        """The card that shows a title, and its thread."""
        found = self.slack.messages("arbitrages")
        card = next((m for m in found if title in words(m)), None)
        return self.slack.messages("arbitrages", card["ts"]) if card else []


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The workspace of every test here: each brings its own requests."""
    folder = tmp_path_factory.mktemp("office")
    with served(folder) as slack, running_bot(slack, folder, CHARTER_FILE):
        yield Office(slack)


@dataclass
class Windows:
    """Opens windows, and keeps what they complain of and whom they call.

    Each is on a machine of its own, so that none is behind another: a browser draws those slowly.
    """

    machine: Callable[[], BrowserContext]
    office: Office
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.office.slack.port}/"

    def open(self, who: str, place: str = "") -> Page:
        """Open a window as somebody, at a place such as `#/produit`; wait until it is drawn."""
        page = self._new_machine().new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{self.base}?as={who}{place}")
        page.wait_for_selector("body[data-ready]")
        return page

    def _new_machine(self) -> BrowserContext:
        context = self.machine()
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self.look)
        self.contexts.append(context)
        return context

    def hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.complaints.append(said.text)

    def look(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.outside.append(request.url)


def words(message: dict[str, Any]) -> str:
    """What the title of a card says, if the message is one."""
    first: dict[str, Any] = (message.get("blocks") or [{}])[0]
    title = str(first["text"]["text"]) if first.get("type") == "header" else ""
    return title.replace("\u00a0", " ")  # as it was typed: the bot keeps « ? » on its line


Opener = Callable[..., Windows]


@contextmanager
def opener(browser: Browser, office: Office) -> Iterator[Opener]:
    """Make windows of a size and taste; none may complain, nor call anything but this machine."""
    made: list[Windows] = []

    def make(*, width: int = 1280, height: int = 800, guide: bool = False, **more: Any) -> Windows:
        size: ViewportSize = {"width": width, "height": height}

        def machine() -> BrowserContext:
            context = browser.new_context(viewport=size, reduced_motion="reduce", **more)
            if not guide:
                context.add_init_script(PUT_AWAY)
            return context

        made.append(Windows(machine, office))
        return made[-1]

    yield make
    for context in (context for found in made for context in found.contexts):
        for page in context.pages:
            _leave(page)
        context.close()
    left = {user: stack for user, stack in office.slack.world.stacks.items() if stack}
    office.slack.world.stacks.clear()
    assert [words for one in made for words in one.complaints] == []
    assert left == {}, "a form was left open"
    assert [url for one in made for url in one.outside] == []


def _leave(page: Page) -> None:
    """Leave a page: Chromium never closes a context whose page is just then going somewhere."""
    with suppress(Error):
        page.goto("about:blank")
    if page.url != "about:blank":
        # It was going elsewhere by itself, and has arrived.
        page.goto("about:blank")


@pytest.fixture
def windows_like(browser: Browser, office: Office) -> Iterator[Opener]:
    """Make windows on the workspace of every test here."""
    with opener(browser, office) as make:
        yield make


@pytest.fixture
def windows(windows_like: Opener) -> Windows:
    """Windows of a desk, in light, the guide put away."""
    return windows_like()
