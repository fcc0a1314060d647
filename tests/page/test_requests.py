"""The main job, done in windows: raise, decide, race, be refused, be wrong, write anything."""

from playwright.sync_api import Page, expect

from tests.page.conftest import Office, Windows


def title_of(words: str) -> str:
    return f"Faut-il {words} ?"


def open_thread(windows: Windows, who: str, ts: str) -> Page:
    page = windows.open(who, f"#/arbitrages/t/{ts}")
    expect(page.get_by_role("heading", name="Fil")).to_be_visible()
    return page


def fill_decision(page: Page, why: str, counterpart: str = "Le panier attend.") -> None:
    page.locator("#thread").get_by_role("button", name="Trancher").click()
    page.get_by_label("Pourquoi, en termes").fill(why)
    page.get_by_label("En contrepartie").fill(counterpart)
    # Asked once a strategy was decided, which another test may have done before.
    respects = page.get_by_label("Cette décision la respecte")
    if respects.count():
        respects.check()


def test_a_request_is_filed_with_the_keyboard_alone(windows: Windows, office: Office) -> None:
    title = title_of("tout faire au clavier")
    page = windows.open("hugo", "#/produit")
    keys = page.keyboard

    keys.type("/arb")
    expect(page.get_by_role("option", name="/arbitrage")).to_be_visible()
    keys.press("Enter")
    keys.type(title)
    keys.press("Enter")
    expect(page.get_by_label("Votre question")).to_be_focused()
    keys.press("Tab")
    keys.type("premier")
    keys.press("Enter")
    expect(page.get_by_text("Sera tranché par")).to_be_visible()
    keys.press("Tab")
    keys.type("retention")
    keys.press("Enter")
    keys.press("Tab")
    keys.type("paie")
    keys.press("Enter")
    keys.press("Control+Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert office.slack.wait(lambda: len(office.thread(title)) > 1, 15)
    expect(page.get_by_label("Écrire à #produit")).to_be_focused()


def test_the_form_is_redrawn_while_one_types_and_loses_nothing(windows: Windows) -> None:
    page = windows.open("hugo", "#/produit")
    page.get_by_label("Écrire à #produit").fill("/arbitrage")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Nouvel arbitrage").first.click()
    page.get_by_label("Votre question").fill(title_of("garder ce que je tape"))
    typed_in = page.get_by_label("Votre question").element_handle()

    page.get_by_label("De quoi s’agit-il").click()
    page.get_by_role("option", name="architecture").click()

    expect(page.get_by_text("Sera tranché par @Karim Benali")).to_be_visible()
    expect(page.get_by_label("Votre question")).to_have_value(title_of("garder ce que je tape"))
    assert typed_in.evaluate("field => field.isConnected"), "the caret would be lost"
    page.get_by_label("De quoi s’agit-il").click()
    page.get_by_role("option", name="en premier").click()
    expect(page.get_by_text("Sera tranché par @Claire Morel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_form_with_errors_keeps_what_was_typed(windows: Windows, office: Office) -> None:
    ts = office.file(title_of("corriger une erreur"), option1_label="Oui", option1_cost="8")
    page = open_thread(windows, "claire", ts)
    fill_decision(page, why="Douze comptes attendent.", counterpart="")

    page.get_by_role("button", name="Enregistrer").click()

    wrong = page.locator(".field.wrong")
    expect(wrong.locator(".field-error")).to_be_visible()
    expect(wrong.get_by_label("En contrepartie")).to_be_focused()
    expect(page.get_by_label("Pourquoi, en termes")).to_have_value("Douze comptes attendent.")
    page.keyboard.type("Le panier attend.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_required_is_said_before_anything_is_sent(windows: Windows) -> None:
    page = windows.open("hugo", "#/produit")
    page.get_by_label("Écrire à #produit").fill(f"/arbitrage {title_of('oublier un champ')}")
    page.keyboard.press("Enter")
    page.get_by_label("Coût en jours-homme").fill("beaucoup")

    page.get_by_role("button", name="Déposer").click()

    expect(page.get_by_text("Ce champ est obligatoire.")).to_have_count(2)
    expect(page.get_by_text("Écrivez un nombre.")).to_be_visible()
    expect(page.get_by_label("De quoi s’agit-il")).to_be_focused()
    page.get_by_role("button", name="Fermer").last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_decision_shows_in_everybody_elses_window(windows: Windows, office: Office) -> None:
    ts = office.file(title_of("décider devant tous"))
    hugo = windows.open("hugo", "#/arbitrages")
    claire = open_thread(windows, "claire", ts)
    card = hugo.locator(f'.message[data-ts="{ts}"]')
    expect(card.get_by_text("En attente de décision")).to_be_visible()

    fill_decision(claire, why="Douze comptes l’attendent.")
    claire.get_by_role("button", name="Enregistrer").click()

    expect(card.get_by_text("Décidée")).to_be_visible()
    expect(card.get_by_text("Douze comptes l’attendent.")).to_be_visible()
    expect(
        hugo.get_by_role("link", name="Arbitrage", exact=False).locator(".count")
    ).to_be_visible()
    # What is decided is posted before the form hears that it was.
    expect(claire.get_by_role("dialog")).to_have_count(0)


def test_two_people_decide_at_once_and_both_are_heard(windows: Windows, office: Office) -> None:
    ts = office.file(title_of("parier à deux"), question="bet")
    claire, karim = open_thread(windows, "claire", ts), open_thread(windows, "karim", ts)
    for page, why in ((claire, "Cela retient douze comptes."), (karim, "Cela tient en un cycle.")):
        fill_decision(page, why)

    for page in (claire, karim):
        page.get_by_role("button", name="Enregistrer").click()

    for page in (claire, karim):
        expect(page.get_by_role("dialog")).to_have_count(0)
        root = page.locator(f'#main .message[data-ts="{ts}"]')
        expect(root.get_by_text("Décidée")).to_be_visible()
        expect(root.get_by_text("Tranché par @Claire Morel et @Karim Benali")).to_be_visible()


def test_of_a_decision_and_a_withdrawal_one_wins(windows: Windows, office: Office) -> None:
    ts = office.file(title_of("courir à deux"))
    claire, hugo = open_thread(windows, "claire", ts), open_thread(windows, "hugo", ts)
    fill_decision(claire, "Douze comptes l’attendent.")
    hugo.locator("#thread").get_by_role("button", name="Retirer").click()
    expect(hugo.get_by_role("dialog")).to_be_visible()

    hugo.get_by_role("dialog").get_by_role("button", name="Retirer").click()
    claire.get_by_role("button", name="Enregistrer").click()

    root = hugo.locator(f'#main .message[data-ts="{ts}"]')
    expect(root.get_by_text("Décidée").or_(root.get_by_text("Retirée"))).to_be_visible()
    loser = claire if root.get_by_text("Retirée").count() else hugo
    winner = hugo if loser is claire else claire
    expect(loser.locator("dialog .field-error")).to_have_count(1)
    expect(winner.get_by_role("dialog")).to_have_count(0)
    loser.get_by_role("dialog").get_by_role("button", name="Fermer").first.click()
    expect(loser.get_by_role("dialog")).to_have_count(0)


def test_a_refused_click_is_answered_in_private(windows: Windows, office: Office) -> None:
    ts = office.file(title_of("cliquer sans en avoir le droit"))
    amina, claire = open_thread(windows, "amina", ts), open_thread(windows, "claire", ts)

    amina.locator("#thread").get_by_role("button", name="Trancher").click()

    private = amina.locator(".message.private").last
    expect(private.get_by_text("Visible par vous uniquement")).to_be_visible()
    expect(private.get_by_text("@Claire Morel")).to_be_visible()
    expect(claire.locator(".message.private")).to_have_count(0)
    count = amina.locator(".message.private").count()
    private.get_by_role("button", name="Ignorer").click()
    expect(amina.locator(".message.private")).to_have_count(count - 1)


def test_what_people_type_is_shown_as_text(windows: Windows, office: Office) -> None:
    hostile = "<script>document.title='pris'</script> &lt;b&gt; <!channel> & *gras*"
    page = windows.open("john", "#/squad-onboarding")
    page.get_by_label("Message #squad-onboarding").fill(hostile)
    page.keyboard.press("Enter")

    message = page.locator(".message").last
    expect(message).to_contain_text("<script>document.title='pris'</script> &lt;b&gt; <!channel> &")
    expect(message.locator("strong").last).to_have_text("gras")
    title = "Faut-il <script>x</script> &lt;i&gt; ?"
    ts = office.file(title)
    other = windows.open("claire", f"#/arbitrages/t/{ts}")
    expect(other.locator("#thread .block.header")).to_have_text(title)
    assert page.title() != "pris"
    assert other.locator("script").count() == 1


def test_a_message_becomes_a_request_from_its_menu(windows: Windows, office: Office) -> None:
    ts = office.person("lea").write("produit", "On pourrait décaler la refonte du panier ?")
    page = windows.open("lea", "#/produit")
    message = page.locator(f'.message[data-ts="{ts}"]')

    message.hover()
    message.get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name="Passer en arbitrage").click()

    expect(page.get_by_role("heading", name="Nouvel arbitrage")).to_be_visible()
    expect(page.get_by_role("dialog").locator("blockquote")).to_contain_text("décaler la refonte")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
