"""What messages hold: marks, emoji, pictures, reactions, long answers; read and walked by keys."""

import struct
import zlib
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.sandbox.state import File
from tests.page.conftest import Office, Windows

Json = dict[str, Any]


def png() -> bytes:
    """A picture of one grey point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\x00\x80")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", data), chunk(b"IEND", b""))
    )


def posted(office: Office, channel: str, **more: Any) -> str:
    """Put a message in a channel as it is kept there; return its ts."""
    world = office.slack.world
    with world.lock:
        ts = world.new_ts()
        said: Json = {"type": "message", "user": "U0BOT", "text": "Voici", "ts": ts}
        world.channels[channel].messages.append(said | more)
        world.note_change()
    return ts


def message(page: Page, ts: str) -> Any:
    return page.locator(f'#main .message[data-ts="{ts}"]')


def styled(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words, "style": style}


def test_marks_links_and_emoji_are_drawn(windows: Windows, office: Office) -> None:
    words = (
        "*gras* _penché_ ~rayé~ `&lt;b&gt;` :tada: &lt;i&gt; <https://example.com/a_b_c|la page> "
        "<#C0TECH> a*b*c\n> une citation\n```un *bloc* <!channel>```"
    )
    ts = posted(office, "C0GENERAL", text=words)
    page = windows.open("ines", "#/general")

    shown = message(page, ts)
    for tag, inside in (("strong", "gras"), ("em", "penché"), ("s", "rayé"), ("code", "<b>")):
        expect(shown.locator(f".content {tag}")).to_have_text(inside)
    expect(shown.locator(".content")).to_contain_text("🎉 <i> la page #tech a*b*c")
    expect(shown.locator("blockquote")).to_have_text("une citation")
    expect(shown.locator("pre")).to_have_text("un *bloc* !channel")
    expect(shown.get_by_role("link", name="la page")).to_have_attribute(
        "rel", "noopener noreferrer"
    )


def test_rich_text_is_drawn_as_it_was_typed(windows: Windows, office: Office) -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            styled("gras <b>", bold=True),
            styled("code", code=True),
            {"type": "emoji", "name": "tada"},
            {"type": "user", "user_id": "U0INES"},
            {"type": "link", "url": "javascript:alert(1)", "text": "piège"},
        ],
    }
    items = [{"type": "rich_text_section", "elements": [styled(one)]} for one in ("un", "deux")]
    blocks = [section, {"type": "rich_text_list", "style": "ordered", "elements": items}]
    rich = {"type": "rich_text", "block_id": "r", "elements": blocks}
    ts = posted(office, "C0GENERAL", blocks=[rich])
    page = windows.open("ines", "#/general")

    shown = message(page, ts).locator(".content")
    expect(shown.locator("strong")).to_have_text("gras <b>")
    expect(shown.locator(".mention.mine")).to_have_text("@Inès Laurent")
    expect(shown.locator(".emoji")).to_have_text("🎉")
    expect(shown.locator("ol li")).to_have_text(["un", "deux"])
    expect(shown.get_by_text("piège")).to_be_visible()
    assert shown.locator("a").count() == 0


def test_a_picture_is_shown(windows: Windows, office: Office) -> None:
    with office.slack.world.lock:
        office.slack.world.files["F7"] = File("F7", "plan.png", 70, "Le plan", png())
    files = [{"id": "F7", "name": "plan.png", "title": "Le plan", "size": 70}]
    ts = posted(office, "C0GENERAL", files=files)
    page = windows.open("ines", "#/general")

    picture = message(page, ts).get_by_role("img", name="Le plan")

    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1)


def test_a_reaction_is_put_and_taken_back(windows: Windows, office: Office) -> None:
    ts = office.person("hugo").write("general", "Qui vient ?")
    office.person("karim").react("general", ts, "eyes")
    page = windows.open("ines", "#/general")
    eyes = message(page, ts).locator(".reactions").get_by_role("button", name="eyes")

    eyes.click()
    expect(eyes).to_have_attribute("aria-pressed", "true")
    expect(eyes).to_have_text("👀2")
    eyes.click()

    expect(eyes).to_have_attribute("aria-pressed", "false")
    office.person("karim").react("general", ts, "eyes", is_off=True)
    expect(eyes).to_have_count(0)


def test_messages_are_walked_and_used_with_keys(windows: Windows, office: Office) -> None:
    first, last = [office.person("hugo").write("tech", f"Message {one}") for one in "ab"]
    page = windows.open("thomas", "#/tech")
    expect(message(page, last)).to_be_visible()
    page.get_by_role("list", name="Messages de #tech").focus()

    page.keyboard.press("ArrowUp")
    expect(message(page, last)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(message(page, first)).to_be_focused()
    more = message(page, first).get_by_role("button", name="Autres actions")
    while not more.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Passer en arbitrage")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Copier le lien")).to_be_focused()
    page.keyboard.press("Escape")

    expect(more).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Répondre…")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()


def test_a_menu_goes_with_the_place_it_was_opened_in(windows: Windows) -> None:
    page = windows.open("thomas", "#/general")
    page.get_by_label("Raccourcis").click()
    expect(page.get_by_role("menu")).to_be_visible()

    page.evaluate("() => { location.hash = '#/tech'; }")

    expect(page.get_by_role("menu")).to_have_count(0)


@pytest.mark.parametrize(("who", "width"), [("amina", 1280), ("thomas", 390)])
def test_a_long_answer_is_shown_from_its_start_then_what_follows(
    windows_like: Any, office: Office, who: str, width: int
) -> None:
    page = windows_like(width=width, height=520).open(who, "#/general")

    page.get_by_label("Écrire à #general").fill("/arbitrage charte")
    page.keyboard.press("Enter")

    answer = page.locator("#main .message.private").first
    expect(answer.get_by_text("Visible par vous uniquement")).to_be_in_viewport()
    assert answer.evaluate("node => node.offsetHeight > node.parentElement.clientHeight")

    said = office.person("karim").write("general", "Et la suite ?")
    expect(message(page, said)).to_be_in_viewport(ratio=1)
    page.get_by_label("Écrire à #general").fill("/arbitrage qui dette")
    page.keyboard.press("Enter")

    expect(page.locator("#main .message.private").nth(1)).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".toast")).to_have_count(0)


def test_a_form_that_loads_first_gives_focus_to_its_first_field(windows: Windows) -> None:
    page = windows.open("karim", "#/general")

    page.get_by_label("Écrire à #general").fill("/arbitrage détection")
    page.keyboard.press("Enter")

    expect(page.get_by_role("combobox", name="Canaux")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
