"""The App Home in a window: what is typed and pressed there reaches the bot as it was meant."""

from playwright.sync_api import expect

from tests.page.conftest import Office, Windows


def test_the_journal_is_searched_and_the_request_pressed_is_the_one_opened(
    office: Office, windows: Windows
) -> None:
    for title in ("Une girouette bleue ?", "Une girouette rouge ?", "Un moulin ?"):
        office.file(title)
    page = windows.open("ines", "#/app/home")
    main = page.get_by_role("main")
    main.get_by_role("button", name="Journal", exact=True).click()
    expect(main.get_by_text("Un moulin")).to_be_visible()

    main.get_by_label("Quels mots ?").fill("girouettes")
    page.keyboard.press("Enter")
    expect(main.get_by_text("Un moulin")).to_have_count(0)
    blue = main.locator(".section", has_text="girouette bleue")
    blue.get_by_role("button", name="Ouvrir").click()

    expect(page.get_by_role("dialog").get_by_text("girouette bleue").first).to_be_visible()
    page.get_by_role("button", name="Fermer").first.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
