"""The guide, walked to its end on the demonstration itself: its history, its clock, its bot."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot import config
from bot.demo.cache import History
from bot.demo.living import page_of
from bot.demo.making import make_history
from bot.demo.story import read_story
from tests.builders import CHARTER_FILE
from tests.conftest import LIVED_WITHIN_S
from tests.demo.living import Demonstration, demonstration, last_days, todays_agenda
from tests.page.conftest import Office, opener

CALENDAR = config.load(CHARTER_FILE).charter.calendar
JUMP_MS = 90_000
TITLE = "Faut-il ouvrir un numéro d’astreinte avant les fêtes ?"


@contextmanager
def visited(
    history: History, folder: Path, browser: Browser, locale: str
) -> Iterator[tuple[Demonstration, Page]]:
    """A demonstration, and the window of somebody who opens it for the first time."""
    with (
        demonstration(
            history, folder, locale=locale, guest=lambda stage: page_of(stage, CALENDAR, locale)
        ) as demo,
        opener(browser, Office(demo.slack)) as windows_like,
    ):
        yield demo, windows_like(guide=True).open("claire")


@pytest.fixture
def french(history: History, tmp_path: Path, browser: Browser) -> Iterator[Page]:
    with visited(history, tmp_path, browser, "fr") as (_, page):
        yield page


@pytest.fixture
def english(tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """Two days are history enough to write in English."""
    made = make_history(last_days(read_story()), todays_agenda(), "en", lambda _done, _of: None)
    with visited(made, tmp_path, browser, "en") as (_, page):
        yield page


def guide_of(page: Page) -> Locator:
    return page.locator("#guide")


def follow(page: Page, step: str, go: str) -> None:
    """Take a step of the guide: be led where it happens."""
    expect(guide_of(page)).to_contain_text(step)
    guide_of(page).get_by_role("button", name=go).click()


def raise_one(page: Page) -> None:
    page.get_by_label("Écrire à #produit").fill(f"/arbitrage {TITLE}")
    page.keyboard.press("Enter")
    page.get_by_label("De quoi s’agit-il").click()
    page.get_by_role("option", name="en premier").click()
    expect(page.get_by_text("Sera tranché par @Claire Morel")).to_be_visible()
    page.get_by_label("Impact visé").click()
    page.get_by_role("option", name="Rétention").click()
    page.get_by_role("button", name="Déposer").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def decide_it(page: Page) -> None:
    card = page.locator("#main .message", has_text=TITLE[:-2]).last
    card.locator(".thread-link").click()
    page.locator("#thread").get_by_role("button", name="Trancher").click()
    page.get_by_label("Pourquoi, en termes").fill("Neuf clients appellent chaque nuit.")
    page.get_by_label("En contrepartie").fill("La page d’état attend une semaine.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card.get_by_text("Décidée")).to_be_visible()


def read_agenda(page: Page, news: str, asks: str) -> None:
    """See the agenda once the clock is there: a busy machine takes its time."""
    expect(page.get_by_role("region", name=news)).to_be_visible(timeout=JUMP_MS)
    agenda = page.locator(".message.aimed")
    expect(agenda).to_contain_text(asks)
    expect(agenda).to_be_in_viewport()


def test_the_guide_leads_from_a_question_to_the_digest(french: Page) -> None:
    page, guide = french, guide_of(french)
    follow(page, "Étape 1 sur 5", "M’y emmener")
    expect(page.get_by_label("Écrire à #produit")).to_have_value(
        "/arbitrage Faut-il passer l’export comptable avant la refonte du panier\u00a0?"
    )
    raise_one(page)

    guide.get_by_role("button", name="Suivant").click()
    follow(page, "Étape 2 sur 5", "M’y emmener")
    decide_it(page)

    guide.get_by_role("button", name="Suivant").click()
    follow(page, "Étape 3 sur 5", "M’y emmener")
    expect(page.get_by_label("Écrire à #squad-paiement")).to_be_focused()
    page.keyboard.press("Enter")
    nudge = page.locator(".message.private").last
    expect(nudge).to_contain_text("ressemble à une demande d’arbitrage")
    nudge.get_by_role("button", name="Ouvrir l’arbitrage").click()
    expect(page.get_by_role("heading", name="Nouvel arbitrage")).to_be_visible()
    expect(page.get_by_label("Votre question")).to_have_value(re.compile("export comptable"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    guide.get_by_role("button", name="Suivant").click()
    follow(page, "Étape 4 sur 5", "Lire l’ordre du jour")
    read_agenda(page, "Pendant ce temps", "Dans quel ordre")

    guide.get_by_role("button", name="Suivant").click()
    follow(page, "Étape 5 sur 5", "Lire le bilan")
    digest = page.locator(".message.aimed")
    expect(digest).to_contain_text("bilan")
    expect(digest).to_contain_text(TITLE[:-2])
    guide.get_by_role("button", name="Terminer").click()
    expect(guide.locator("section")).to_have_count(0)


def send(page: Page, room: str, words: str | re.Pattern[str]) -> None:
    """Send what the guide wrote."""
    composer = page.get_by_label(f"Message #{room}")
    expect(composer).to_have_value(words)
    composer.press("Enter")


@pytest.mark.timeout(LIVED_WITHIN_S)
def test_the_guide_works_in_english(english: Page) -> None:
    page, guide = english, guide_of(english)
    follow(page, "Step 1 of 5", "Take me there")
    send(page, "produit", "/arbitrage Should the accounting export go before the cart redesign?")
    expect(page.get_by_role("heading", name="New request")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    for _ in range(2):
        guide.get_by_role("button", name="Next").click()

    follow(page, "Step 3 of 5", "Take me there")
    send(page, "squad-paiement", re.compile("Quick sync"))

    nudge = page.locator(".message.private").last
    expect(nudge).to_contain_text("a question to arbitrate")
    guide.get_by_role("button", name="Next").click()
    follow(page, "Step 4 of 5", "Read the agenda")
    read_agenda(page, "Meanwhile", "In which order")
    guide.get_by_role("button", name="Next").click()
    follow(page, "Step 5 of 5", "Read the digest")
    expect(page.locator(".message.aimed")).to_be_in_viewport()
