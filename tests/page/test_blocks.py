"""What the bot does not use yet, or not often: a small app of its own draws and asks it all."""

import threading
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.state import File
from tests.page.conftest import Office, Opener, Windows, served

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def option(words: str, value: str) -> Json:
    return {"text": plain(words), "value": value}


def field(block_id: str, kind: str, **more: Any) -> Json:
    is_optional = more.pop("optional", True)
    element = {"type": kind, "action_id": "value", **more}
    label = plain(f"Champ {block_id}")
    return {
        "type": "input",
        "block_id": block_id,
        "label": label,
        "element": element,
        "optional": is_optional,
    }


OPTIONS = [option("Un", "1"), option("Deux", "2"), option("Trois", "3")]
FORM: Json = {
    "type": "modal",
    "callback_id": "all",
    "title": plain("Tous les champs"),
    "submit": plain("Envoyer"),
    "close": plain("Fermer"),
    "notify_on_close": True,
    "blocks": [
        field("texte", "plain_text_input", min_length=3),
        field("adresse", "email_text_input"),
        field("plusieurs", "multi_static_select", options=OPTIONS, max_selected_items=2),
        field("personnes", "multi_users_select"),
        field("cherche", "external_select", min_query_length=1),
        field("suite", "multi_external_select", min_query_length=1),
        field("jour", "datepicker"),
        field("moment", "datetimepicker"),
        field("cases", "checkboxes", options=OPTIONS),
        field("rond", "radio_buttons", options=OPTIONS),
        field("nombre", "number_input", is_decimal_allowed=True, min_value="1", max_value="10"),
        {
            "type": "actions",
            "block_id": "plus",
            "elements": [{"type": "button", "action_id": "more", "text": plain("Encore")}],
        },
    ],
}
SECOND: Json = {
    "type": "modal",
    "callback_id": "second",
    "title": plain("Par-dessus"),
    "blocks": [{"type": "section", "text": plain("Au-dessus de la première.")}],
}
MESSAGE: list[Json] = [
    {
        "type": "section",
        "block_id": "menu",
        "text": {"type": "mrkdwn", "text": "Choisissez :"},
        "accessory": {"type": "overflow", "action_id": "menu", "options": OPTIONS},
    },
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "form", "text": plain("Ouvrir")},
            {"type": "static_select", "action_id": "pick", "options": OPTIONS},
            {
                "type": "button",
                "action_id": "drop",
                "text": plain("Supprimer"),
                "style": "danger",
                "confirm": {
                    "title": plain("Vraiment ?"),
                    "text": plain("Cela ne revient pas."),
                    "confirm": plain("Oui, supprimer"),
                    "deny": plain("Garder"),
                },
            },
        ],
    },
]
WEEKS = ("S46", "S47", "S48")
ELEVEN_IN_PARIS = 1_795_600_800


def chart(kind: str) -> Json:
    data = [{"label": week, "value": index + 1.5} for index, week in enumerate(WEEKS)]
    axes = {"categories": list(WEEKS), "x_label": "Semaine"}
    drawn = {"type": kind, "series": [{"name": "Jours", "data": data}], "axis_config": axes}
    if kind == "pie":
        drawn = {
            "type": kind,
            "segments": [{"label": "Un", "value": 3}, {"label": "Deux", "value": 1}],
        }
    return {"type": "data_visualization", "title": f"Graphique {kind}", "chart": drawn}


def cells(*values: str | float) -> list[Json]:
    return [
        {"type": "raw_text", "text": one}
        if isinstance(one, str)
        else {"type": "raw_number", "value": one}
        for one in values
    ]


TABLE: Json = {
    "type": "data_table",
    "caption": "En retard",
    "page_size": 2,
    "rows": [cells("Demande", "Jours"), cells("ARB-1", 3), cells("ARB-2", 11), cells("ARB-3", 2)],
}


class Stage:
    """A workspace with a small app that notes what it is told."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.told: list[tuple[str, Any]] = []
        self.is_free = threading.Event()
        self.is_free.set()
        client = WebClient(office.slack.bot_token, base_url=office.slack.api_url)
        app = App(client=client, request_verification_enabled=False)
        for name in ("menu", "pick", "drop"):
            app.action(name)(self._note)
        app.action("form")(self._open)
        app.action("more")(self._push)
        app.options("value")(self._search)
        app.view("all")(self._submitted)
        app.view_closed("second")(self._closed)
        app.view_closed("all")(self._closed)
        self.client = client
        self.handler = SocketModeHandler(app, office.slack.app_token)

    def _note(self, ack: Ack, action: Json) -> None:
        ack()
        chosen = (action.get("selected_option") or {}).get("value")
        self.told.append((action["action_id"], chosen))

    def _open(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=deepcopy(FORM))

    def _push(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=deepcopy(SECOND))

    def _search(self, ack: Ack, payload: Json) -> None:
        ack(options=[option(f"Trouvé {payload['value']}", payload["value"])])

    def _submitted(self, ack: Ack, view: Json) -> None:
        self.told.append(("all", {k: v["value"] for k, v in view["state"]["values"].items()}))
        self.is_free.wait(2)
        ack()

    def _closed(self, ack: Ack, view: Json) -> None:
        ack()
        self.told.append(("closed", view["callback_id"]))

    def has(self, *wanted: tuple[str, Any]) -> bool:
        return self.office.slack.wait(lambda: all(one in self.told for one in wanted))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with served(tmp_path_factory.mktemp("stage")) as slack:
        found = Stage(Office(slack))
        found.handler.connect()  # type: ignore[no-untyped-call]  # Bolt's own
        yield found
        found.handler.close()  # type: ignore[no-untyped-call]  # Bolt's own


@pytest.fixture
def office(stage: Stage) -> Office:
    return stage.office


@pytest.fixture
def shown(windows: Windows, stage: Stage) -> Page:
    """A window where the app has just posted its message."""
    stage.told.clear()
    stage.client.chat_postMessage(channel="C0TECH", text="Choisissez", blocks=deepcopy(MESSAGE))
    return windows.open("karim", "#/tech")


def test_menus_selects_and_confirmations_of_a_message(shown: Page, stage: Stage) -> None:
    last = shown.locator(".message").last
    last.get_by_role("button", name="Autres actions").first.click()
    shown.get_by_role("menuitem", name="Deux").click()
    last.get_by_role("combobox", name="Choisir").click()
    shown.get_by_role("option", name="Trois").click()
    last.get_by_role("button", name="Supprimer").click()
    shown.get_by_role("dialog").get_by_role("button", name="Garder").click()
    assert stage.has(("menu", "2"), ("pick", "3"))
    assert ("drop", None) not in stage.told

    last.get_by_role("button", name="Supprimer").click()
    shown.get_by_role("dialog").get_by_role("button", name="Oui, supprimer").click()

    assert stage.has(("drop", None))


def test_every_kind_of_field_gives_what_slack_gives(shown: Page, stage: Stage) -> None:
    shown.locator(".message").last.get_by_role("button", name="Ouvrir").click()
    shown.get_by_label("Champ texte").fill("ab")
    shown.get_by_label("Champ adresse").fill("pas une adresse")
    shown.get_by_label("Champ nombre").fill("11")
    shown.get_by_role("button", name="Envoyer").last.click()
    for said in ("Au moins 3 caractères.", "Écrivez une adresse e-mail.", "10 au plus."):
        expect(shown.get_by_text(said)).to_be_visible()
    shown.get_by_label("Champ texte").fill("abc <b>")
    shown.get_by_label("Champ adresse").fill("a@example.com")
    shown.get_by_label("Champ nombre").fill("1,5")
    for name in ("Un", "Trois"):
        shown.get_by_role("combobox", name="Champ plusieurs").fill(name)
        shown.keyboard.press("Enter")
    shown.get_by_role("combobox", name="Champ personnes").fill("lea")
    shown.keyboard.press("Enter")
    shown.get_by_role("combobox", name="Champ cherche").fill("x")
    shown.get_by_role("option", name="Trouvé x").click()
    for words in ("y", "z"):
        shown.get_by_role("combobox", name="Champ suite").fill(words)
        shown.get_by_role("option", name=f"Trouvé {words}").click()
    shown.get_by_role("button", name="Champ jour").click()
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    shown.get_by_label("Champ moment").fill("2026-11-25T11:00")
    shown.get_by_role("group").get_by_label("Deux").check()
    shown.get_by_role("radiogroup").get_by_label("Un").check()

    shown.get_by_role("button", name="Envoyer").last.click()

    expect(shown.get_by_role("dialog")).to_have_count(0)
    values = dict(stage.told)["all"]
    assert values["texte"]["value"] == "abc <b>"
    assert values["adresse"]["value"] == "a@example.com"
    assert values["nombre"]["value"] == "1.5"
    assert [one["value"] for one in values["plusieurs"]["selected_options"]] == ["1", "3"]
    assert values["personnes"]["selected_users"] == ["U0LEA"]
    assert values["cherche"]["selected_option"]["value"] == "x"
    assert [one["value"] for one in values["suite"]["selected_options"]] == ["y", "z"]
    assert values["jour"]["selected_date"] > "2026"
    assert values["moment"]["selected_date_time"] == ELEVEN_IN_PARIS
    assert [one["value"] for one in values["cases"]["selected_options"]] == ["2"]
    assert values["rond"]["selected_option"]["value"] == "1"


def test_forms_are_stacked_and_closing_one_is_told(shown: Page, stage: Stage) -> None:
    shown.locator(".message").last.get_by_role("button", name="Ouvrir").click()
    shown.get_by_label("Champ texte").fill("gardé")
    shown.get_by_role("button", name="Encore").click()
    expect(shown.get_by_role("heading", name="Par-dessus")).to_be_visible()

    shown.get_by_role("button", name="Revenir").click()

    expect(shown.get_by_role("heading", name="Tous les champs")).to_be_visible()
    expect(shown.get_by_label("Champ texte")).to_have_value("gardé")
    shown.keyboard.press("Escape")
    expect(shown.get_by_role("dialog")).to_have_count(0)
    assert stage.has(("closed", "all"))
    assert ("closed", "second") not in stage.told


def test_a_form_that_is_being_sent_says_so(shown: Page, stage: Stage) -> None:
    shown.locator(".message").last.get_by_role("button", name="Ouvrir").click()
    send = shown.get_by_role("dialog").get_by_role("button", name="Envoyer")
    stage.is_free.clear()

    send.click()

    expect(send).to_have_attribute("aria-busy", "true")
    stage.is_free.set()
    expect(shown.get_by_role("dialog")).to_have_count(0)


def test_charts_tables_and_files_are_drawn(windows: Windows, stage: Stage) -> None:
    blocks = [*map(chart, ("line", "bar", "area", "pie")), TABLE, {"type": "hologram"}]
    world = stage.office.slack.world
    with world.lock:
        world.files["F1"] = File("F1", "bilan.csv", 3, "Bilan", b"a,b")
        file = {"id": "F1", "name": "bilan.csv", "title": "Bilan", "size": 3}
        bot: Json = {"type": "message", "user": "U0BOT", "text": "Bilan", "ts": world.new_ts()}
        world.channels["C0GENERAL"].messages.append(bot | {"blocks": blocks, "files": [file]})
        world.note_change()
    page = windows.open("claire", "#/general")
    message = page.locator(".message").last

    for kind in ("courbes", "barres", "aires", "secteurs"):
        expect(message.get_by_role("img", name=f"Graphique en {kind}")).to_be_visible()
    assert (
        message.locator("svg.drawing :is(rect, polyline, path, polygon)").count() == 3 + 1 + 2 + 2
    )
    expect(message.get_by_text("Bloc non affiché ici : hologram")).to_be_visible()
    rows = message.locator(".table tbody tr")
    expect(rows).to_have_count(2)
    message.get_by_role("button", name="Jours").click()
    expect(rows.first).to_contain_text("ARB-3")
    message.get_by_role("button", name="Lignes suivantes").click()
    expect(rows).to_have_text(["ARB-211"])
    with page.expect_download() as coming:
        message.get_by_role("link", name="Bilan").click()
    assert coming.value.path().read_bytes() == b"a,b"


def test_dates_are_those_of_the_reader(windows_like: Opener, stage: Stage) -> None:
    token = f"Réponse <!date^{ELEVEN_IN_PARIS}^{{date_long}} {{time}}|bientôt>"
    stage.client.chat_postMessage(channel="C0PRODUIT", text=token)
    windows = windows_like()

    french, english = windows.open("claire", "#/produit"), windows.open("john", "#/produit")

    expect(french.locator("time", has_text="2026").last).to_have_text(
        "mercredi 25 novembre 2026 11:00"
    )
    expect(english.locator("time", has_text="2026").last).to_have_text(
        "Wednesday, November 25, 2026 10:00 AM"
    )


def test_an_app_that_does_not_answer_is_said_and_nothing_is_lost(
    windows: Windows, stage: Stage
) -> None:
    page = windows.open("hugo", "#/tech")

    page.get_by_role("combobox", name="Écrire à #tech").fill("/arbitrage perdu")
    page.keyboard.press("Enter")

    expect(page.get_by_text("n’a pas répondu à temps")).to_be_visible()
    expect(page.get_by_label("Écrire à #tech")).to_have_value("/arbitrage perdu")
