"""Rituals with a channel of their own: found at the start, or told."""

from dataclasses import replace

from bot.sandbox.cast import demo_cast
from bot.sandbox.server import Sandbox
from bot.slack.app import make_client
from bot.slack.contact import find_rooms
from tests.builders import a_charter


def test_rooms_are_found_and_one_that_is_not_there_stops_nothing() -> None:
    here, absent, gone = a_charter().rituals
    charter = a_charter(
        rituals=(
            replace(here, channel="tech"),
            replace(absent, channel="general"),  # the app is not in it
            replace(gone, channel="nowhere"),
        )
    )
    with Sandbox(cast=demo_cast()) as slack:
        rooms = find_rooms(make_client(slack.bot_token, slack.api_url), charter)

    assert rooms == {"roadmap_sync": "C0TECH"}
