"""A workspace taken as JSON and put back in another sandbox."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import snapshot
from bot.sandbox.cast import Cast, demo_cast
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.sandbox.snapshot import BadSnapshot
from bot.sandbox.state import World

PAST = datetime(2026, 10, 13, 7, 0, tzinfo=UTC)
HOME = {"type": "home", "blocks": [{"type": "divider", "block_id": "b"}]}


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(cast=demo_cast(), starts_at=PAST) as found:
        yield found


def lived_in(slack: Sandbox) -> World:
    """A workspace where a little of everything happened."""
    hugo, lea = slack.person("hugo"), slack.person("lea")
    first = hugo.write("produit", "Bonjour, <b>gras</b> & « cité »")
    lea.write("produit", "réponse", thread_ts=first)
    lea.react("produit", first, "tada")
    hugo.dm("lea", "entre nous")
    hugo.share("general", "notes.md", b"\x00\xff binary", "voici", thread_ts=None)
    world = slack.world
    world.channel_named("tech").ephemerals.append({"to": "U0AMINA", "text": "privé", "ts": "1.0"})
    world.channel_named("tech").is_archived = True
    world.people["U0INES"].is_deleted = True
    world.usergroups["S0CTO"] = ["U0KARIM"]
    world.scopes.discard("im:write")
    slack.api.call("views.publish", {"user_id": "U0HUGO", "view": HOME}, slack.bot_token)
    return world


def through_json(kept: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(kept))
    return found


def a_world(cast: Cast | None = None) -> World:
    return World(cast or demo_cast(), SandboxClock(None, PAST))


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {**one, "now": None} == {**other, "now": None}


def test_a_workspace_comes_back_whole(slack: Sandbox) -> None:
    kept = snapshot.take(lived_in(slack))
    world = a_world()

    snapshot.put_back(world, through_json(kept))

    assert same(snapshot.take(world), kept)
    assert world.channel_named("produit").messages == slack.messages("produit")
    assert world.direct("U0HUGO", "U0LEA").messages[0]["text"] == "entre nous"
    assert next(iter(world.files.values())).content == b"\x00\xff binary"
    assert world.homes["U0HUGO"].body == slack.world.homes["U0HUGO"].body
    assert world.people["U0INES"].is_deleted
    assert not world.people["U0LEA"].is_deleted


def test_what_is_taken_is_a_copy(slack: Sandbox) -> None:
    world = lived_in(slack)
    kept = snapshot.take(world)
    before = json.dumps(kept)

    slack.person("claire").react("produit", slack.messages("produit")[0]["ts"], "tada")
    slack.person("claire").write("produit", "plus tard")

    assert json.dumps(kept) == before


def test_what_is_put_back_is_a_copy(slack: Sandbox) -> None:
    kept = snapshot.take(lived_in(slack))
    before = json.dumps(kept)

    snapshot.put_back(slack.world, kept)
    slack.person("claire").write("produit", "plus tard")
    slack.person("claire").react("produit", slack.messages("produit")[0]["ts"], "eyes")

    assert json.dumps(kept) == before


def test_ids_and_stamps_go_on_from_where_they_were(slack: Sandbox) -> None:
    lived_in(slack)
    last = slack.person("hugo").write("produit", "la dernière")
    world = a_world()

    snapshot.put_back(world, through_json(snapshot.take(slack.world)))

    assert world.new_ts() > last
    known = {m["client_msg_id"] for m in slack.messages("produit")}
    assert {world.new_id("m") for _ in range(100)}.isdisjoint(known)


def test_open_forms_and_tokens_stay_behind(slack: Sandbox) -> None:
    lived_in(slack)
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, **HOME}
    slack.person("hugo").shortcut("any")
    trigger = next(iter(slack.world.triggers))
    view = {**modal, "type": "modal"}
    slack.api.call("views.open", {"trigger_id": trigger, "view": view}, slack.bot_token)
    world = a_world()
    token = world.tokens.bot

    kept = snapshot.take(slack.world)
    snapshot.put_back(world, through_json(kept))

    assert slack.person("hugo").views
    assert (world.stacks, world.triggers) == ({}, {})
    assert world.tokens.bot == token
    assert slack.bot_token not in json.dumps(kept)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"team": "T0OTHER"},
        {"channels": [{"id": "C1"}]},
        {"channels": [{"id": "C1", "name": "c", "kind": "channel", "members": ["U0NOBODY"]}]},
        {"files": [{"id": "F1", "name": "n", "length": 1, "content": "not base64 é"}]},
        {"counts": ["many"]},
        {"homes": [{"what": "else"}]},
        {"deleted": None},
    ],
)
def test_what_is_no_snapshot_changes_nothing(slack: Sandbox, change: dict[str, Any]) -> None:
    kept = through_json(snapshot.take(lived_in(slack))) | change
    world = a_world()
    before = snapshot.take(world)

    with pytest.raises(BadSnapshot):
        snapshot.put_back(world, kept)

    assert same(snapshot.take(world), before)


def test_the_clock_starts_in_the_past_and_only_goes_forward(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = SandboxClock(file, PAST)

    assert PAST <= clock.now() < PAST + timedelta(seconds=5)
    offset = float(file.read_text(encoding="ascii"))
    assert abs((datetime.now(UTC) + timedelta(seconds=offset) - clock.now()).total_seconds()) < 1  # noqa: TID251  # the machine's clock is what is compared
    with pytest.raises(ValueError, match="forward"):
        clock.jump_to(PAST - timedelta(seconds=1))
    clock.jump_to(PAST + timedelta(days=40))
    assert clock.now() >= PAST + timedelta(days=40)
