"""What is around the messages: who one is, languages, unread marks, the clock, small screens."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Office, Opener, Windows

# Each element that says something and how it stands out; what cannot be used may be faint.
CONTRASTS = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => rgb.map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const lineage = (node) => (node ? [node, ...lineage(node.parentElement)] : []);
  const backOf = (node) => {
    const layers = [];
    for (const at of lineage(node)) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      layers.push([r, g, b, a]);
      if (a === 1) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const says = (node) =>
    [...node.childNodes].some((part) => part.nodeType === 3 && /[\\p{L}\\d]/u.test(part.data));
  const is_read = (node) => says(node) && node.checkVisibility() && !node.disabled;
  const whole = document.querySelector("dialog[open]") ?? document.body;
  return [...whole.querySelectorAll("*")].filter(is_read).flatMap((node) => {
    const opacity = lineage(node).reduce((all, one) => all * getComputedStyle(one).opacity, 1);
    if (!opacity) return [];
    const back = backOf(node);
    const { color, fill } = getComputedStyle(node);
    const [r, g, b, a = 1] = parse(node instanceof SVGElement ? fill : color);
    const [one, other] = [light(over([r, g, b, a * opacity], back)), light(back)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return [[node.getAttribute("class") || node.tagName, Math.round(ratio * 100) / 100]];
  });
}"""
AA = 4.5
CUT_OFF = """(is_up) => import(
  document.querySelector("script[type=module]").src.replace("main.js", "store.js"),
).then((store) => store.connect(is_up))"""


def too_faint(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate(CONTRASTS)
    assert len(found) > 15
    return [pair for pair in found if pair[1] < AA]


@pytest.mark.parametrize("taste", ["light", "dark"])
def test_what_is_read_stands_out(windows_like: Opener, office: Office, taste: str) -> None:
    ts = office.file(f"Faut-il voir clair en {taste} ?")
    office.person("amina").click("arbitrages", _panel(office, ts), "request.decide")
    office.person("lea").write(
        "arbitrages", "Un *mot* pour <@U0AMINA>, du `code`\n> et une citation"
    )
    windows = windows_like(guide=True, color_scheme=taste)
    page = windows.open("amina", f"#/arbitrages/t/{ts}")
    expect(page.locator("#thread .button").first).to_be_visible()

    page.get_by_role("button", name="avancer l’horloge").click()
    expect(page.get_by_role("menu")).to_be_visible()
    assert too_faint(page) == []

    page.get_by_label("Écrire à #arbitrages").fill("/arbitrage stats")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rouvertes sous 90 jours")).to_be_visible()
    assert too_faint(page) == []
    page.get_by_label("Écrire à #arbitrages").fill("/arbitrage Voir clair")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Déposer").click()
    expect(page.locator(".field-error").first).to_be_visible()
    assert too_faint(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def _panel(office: Office, ts: str) -> str:
    return str(office.slack.messages("arbitrages", ts)[1]["ts"])


def test_one_click_makes_one_somebody_else_at_the_same_place(windows: Windows) -> None:
    page = windows.open("hugo", "#/tech")

    page.get_by_role("link", name="Devenir Claire Morel, CPO").click()

    expect(page.locator(".who-name")).to_have_text("Claire Morel · CPO")
    expect(page.get_by_role("heading", level=1, name="tech")).to_be_visible()
    assert page.url.endswith("?as=claire#/tech")
    assert page.locator(".face").count() == 8
    assert page.locator("#side-channels + ul > li").count() == 6


def test_an_english_speaker_reads_english_and_can_switch(windows: Windows) -> None:
    page = windows.open("john", "#/produit")
    expect(page.get_by_label("Message #produit")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"

    page.keyboard.type("/arbitrage Should we speak English?")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="New request")).to_be_visible()
    expect(page.get_by_label("What is it about?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Passer en français").click()
    expect(page.get_by_label("Écrire à #produit")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "fr"


def test_the_members_of_a_channel_are_a_click_away(windows: Windows) -> None:
    page = windows.open("hugo", "#/tech")

    page.get_by_role("button", name="9 membres").click()

    expect(page.get_by_role("menuitem")).to_have_count(9)
    page.get_by_role("menuitem", name="Amina Diallo").click()
    expect(page.get_by_role("heading", level=1, name="Amina Diallo")).to_be_visible()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_what_is_new_is_marked_until_it_is_read(windows: Windows, office: Office) -> None:
    page = windows.open("ines", "#/general")
    row = page.get_by_role("link", name="squad-paiement")
    row.click()
    page.get_by_role("link", name="general").click()
    expect(page.get_by_role("heading", level=1, name="general")).to_be_visible()

    office.person("karim").write("squad-paiement", "Bonjour")
    expect(row).to_have_class("row unread")
    office.person("karim").write("squad-paiement", "<@U0INES>, à vous")

    expect(row.locator(".count")).to_have_text("1")
    row.click()
    expect(page.locator(".new-line")).to_be_visible()
    expect(row.locator(".count")).to_have_count(0)
    assert "mine" in str(page.locator(".message .mention").last.get_attribute("class"))


def test_people_talk_in_threads_and_in_private(windows: Windows) -> None:
    karim, lea = windows.open("karim", "#/squad-paiement"), windows.open("lea", "#/@karim")
    karim.keyboard.type("On en parle ici ?")
    karim.keyboard.press("Enter")
    root = karim.locator("#main .message", has_text="On en parle ici ?").last
    root.hover()
    root.get_by_role("button", name="Répondre dans un fil").click()
    karim.get_by_label("Répondre…").fill("Oui, @Léa Fontaine")
    karim.keyboard.press("Escape")
    karim.get_by_label("Répondre…").press("Enter")
    expect(root.get_by_text("1 réponse")).to_be_visible()
    expect(karim.locator("#thread .mention")).to_have_text("@Léa Fontaine")

    lea.get_by_label("Écrire à Karim Benali").fill("Entre nous")
    lea.keyboard.press("Enter")

    row = karim.locator("#sidebar").get_by_role("link", name="Léa Fontaine")
    expect(row.locator(".count")).to_have_text("1")
    row.click()
    expect(karim.locator("#main .message").last).to_contain_text("Entre nous")


def test_whoever_is_at_the_end_stays_there(windows: Windows, office: Office) -> None:
    lea = office.person("lea")
    first, *_, last = [lea.dm("lea", "Une longue phrase. " * 12)[1] for _ in range(15)]
    page = windows.open("lea", "#/@lea")
    end = page.locator(f'#main .message[data-ts="{last}"]')
    expect(end).to_be_in_viewport(ratio=1)

    page.evaluate("hash => { location.hash = hash; }", f"#/@lea/t/{first}")

    expect(page.get_by_role("heading", name="Fil")).to_be_visible()
    expect(end).to_be_in_viewport(ratio=1)


def test_slack_s_manners_with_commands(windows: Windows) -> None:
    page = windows.open("hugo", "#/general")
    page.keyboard.type("/nimporte quoi")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").get_by_text("n’est pas une commande valide")).to_be_visible()

    page.get_by_label("Écrire à #general").fill("@cla")
    page.keyboard.press("End")
    expect(page.get_by_role("option", name="Claire Morel")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Écrire à #general")).to_have_value("@Claire Morel ")


def test_the_clock_moves_and_says_what_happened(windows: Windows, office: Office) -> None:
    page = windows.open("claire", "#/general")
    before = office.slack.clock.now()

    page.get_by_role("button", name="avancer l’horloge").click()
    page.get_by_role("menuitem", name="Dans une heure").click()

    news = page.get_by_role("region", name="Pendant ce temps")
    expect(news).to_contain_text("Le build est vert 🎉")
    expect(news).to_contain_text("Et 1 message privé, à quelqu’un d’autre.")
    assert (office.slack.clock.now() - before).total_seconds() >= 3600
    news.get_by_role("link").click()
    expect(page.locator(".message.aimed")).to_contain_text("Le build est vert")


def test_the_guide_shows_what_is_built_and_stays_away_once_closed(windows_like: Opener) -> None:
    windows = windows_like(guide=True)
    page = windows.open("claire", "#/general")
    guide = page.get_by_role("region", name="Visite guidée")
    expect(guide).to_contain_text("Étape 1 sur 2")

    guide.get_by_role("button", name="M’y emmener").click()

    expect(page.get_by_label("Écrire à #produit")).to_have_value(
        "/arbitrage Faut-il passer l’export comptable avant la refonte du panier\u00a0?"
    )
    assert "as=hugo" in page.url
    guide.get_by_role("button", name="Suivant").click()
    guide.get_by_role("button", name="M’y emmener").click()
    expect(page.get_by_role("heading", level=1, name="arbitrages")).to_be_visible()
    assert "as=claire" in page.url
    guide.get_by_role("button", name="Terminer").click()
    expect(guide).to_have_count(0)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(guide).to_have_count(0)
    page.get_by_role("button", name="Ouvrir la visite guidée").click()
    expect(guide).to_be_visible()


def test_the_home_opens_and_its_buttons_work(windows: Windows) -> None:
    page = windows.open("thomas", "#/app/home")

    page.get_by_role("main").get_by_role("button", name="Nouvel arbitrage").click()

    expect(page.get_by_role("heading", name="Nouvel arbitrage")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Messages", exact=True).click()
    page.get_by_label("Écrire à Arbitrage").fill("Bonjour")
    page.keyboard.press("Enter")
    expect(page.locator(".message", has=page.locator(".badge")).last).to_be_visible()


def test_a_small_screen_has_everything_and_never_scrolls_sideways(
    windows_like: Opener, office: Office
) -> None:
    ts = office.file("Faut-il tenir dans la main ?")
    windows = windows_like(width=390, height=844, guide=True)
    page = windows.open("claire", "#/arbitrages")
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    expect(page.get_by_role("link", name="produit")).not_to_be_visible()

    page.get_by_role("button", name="Ouvrir la liste des conversations").click()
    expect(page.get_by_role("link", name="produit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="produit")).not_to_be_visible()
    page.locator(f'.message[data-ts="{ts}"] .thread-link').click()
    thread = page.locator("#thread").bounding_box()
    assert thread is not None
    assert thread["width"] == 390
    page.locator("#thread").get_by_role("button", name="Trancher").click()
    box = page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert not page.evaluate(wide)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()


def test_a_window_says_when_it_is_cut_off_and_comes_back(
    windows: Windows,
) -> None:
    page = windows.open("hugo", "#/general")
    lost = page.get_by_text("Connexion perdue")
    expect(lost).not_to_be_visible()

    page.evaluate(CUT_OFF, False)

    expect(lost).to_be_visible()
    page.evaluate(CUT_OFF, True)
    expect(lost).not_to_be_visible()
