"""A request made outside the channel is counted once, and its author is nudged when they may be."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.bypass_detection import MessageContext
from tests.scenarios.bypasses.watching import (
    ASKED,
    ASKED_TOO,
    UNCLEAR,
    choose,
    dismiss,
    key_of,
    ledger,
    let_pass,
    nudges,
    wait_counted,
    wait_nudged,
    watched,
)
from tests.scenarios.conftest import Company, words

CUES = '["scope", "quick", "meet", "shift"]'


def test_a_bypass_is_counted_without_a_word_at_first(office: Company) -> None:
    ts = office.person("hugo").write("produit", ASKED)

    line = wait_counted(office, "produit", ts)

    assert (line.origin, line.channel, line.cues) == ("channel", "C0PRODUIT", CUES)
    assert line.permalink.endswith(f"/archives/C0PRODUIT/p{ts.replace('.', '')}")
    assert line.week.startswith("20")
    assert nudges(office, "hugo") == []
    assert "U0HUGO" not in str(line)
    assert "point" not in str(line)


def test_nothing_is_counted_where_detection_is_off(office: Company) -> None:
    choose(office, "off", "produit")

    office.person("hugo").write("produit", ASKED)

    let_pass(office)
    assert [line.channel for line in ledger(office)] == ["C0TECH"]


def test_nothing_is_kept_of_other_messages(office: Company) -> None:
    office.person("hugo").write("produit", "C’est prévu pour quand, la v2 ?")
    office.person("hugo").write("produit", "Petit point rapide sur ma PR ?")

    let_pass(office)

    assert [line.channel for line in ledger(office)] == ["C0TECH"]
    path = Path(office.settings.database_url.removeprefix("sqlite:///"))
    kept = path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
    assert "prévu pour quand".encode() not in kept
    assert b"rapide" not in kept


@pytest.mark.parametrize(
    ("who", "written", "told"),
    [
        ("hugo", ASKED, "« décaler la v2 » et « petit point rapide »"),
        ("john", "A quick sync about the scope?", "“quick sync”"),
    ],
)
def test_a_nudge_is_private_and_says_why(
    nudging: Company, who: str, written: str, told: str
) -> None:
    ts = nudging.person(who).write("produit", written)

    nudge = wait_nudged(nudging, who)

    assert told in words(nudge).replace("\u00a0", " ").casefold()
    assert wait_counted(nudging, "produit", ts).nudged_at is not None
    assert [m for m in nudging.slack.messages("produit") if "bot_id" in m] == []
    assert nudges(nudging, "claire") == []


def test_opening_a_nudge_fills_the_form_and_filing_converts(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", ASKED)
    nudge = wait_nudged(nudging, "hugo")

    hugo.click("produit", nudge["ts"], "nudge.open")
    view = hugo.wait_view()
    assert view["state"]["values"]["title"]["value"]["value"] == ASKED.replace("\u00a0", " ")
    nudging.wait(lambda: nudges(nudging, "hugo") == [])
    assert hugo.submit({"question": "shift", "impact": "retention"}).body == {}
    nudging.wait(lambda: len(nudging.cards()) == 1)

    line = wait_counted(nudging, "produit", ts)
    assert line.opened_at
    assert line.converted_at
    assert line.request_id
    assert f"/p{ts.replace('.', '')}" in str(nudging.cards()[0]["blocks"])


def test_dismissing_is_recorded_and_takes_the_nudge_away(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", ASKED)
    nudge = wait_nudged(nudging, "hugo")

    assert hugo.click("produit", nudge["ts"], "nudge.dismiss").is_acked

    nudging.wait(lambda: nudges(nudging, "hugo") == [])
    assert wait_counted(nudging, "produit", ts).dismissed_at
    assert "Compris" in words(hugo.ephemerals("produit")[-1])


def test_what_two_people_dismiss_is_no_bypass_any_more_and_a_clear_one_still_is(
    nudging: Company,
) -> None:
    dismiss(nudging, "hugo")
    dismiss(nudging, "ines")
    before = len(ledger(nudging))

    amina = nudging.person("amina")
    ts = amina.write("produit", UNCLEAR)
    let_pass(nudging)
    clear = amina.write("produit", ASKED)
    wait_nudged(nudging, "amina")

    keys = [line.key for line in ledger(nudging)]
    assert len(keys) == before + 2
    assert key_of(nudging, "produit", ts) not in keys
    assert key_of(nudging, "produit", clear) in keys


def test_somebody_muted_is_nudged_no_more_until_they_say_so(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    hugo.write("produit", ASKED)
    nudge = wait_nudged(nudging, "hugo")
    assert hugo.click("produit", nudge["ts"], "nudge.mute").is_acked
    nudging.wait(lambda: nudges(nudging, "hugo") == [])

    nudging.slack.clock.advance(timedelta(seconds=400 * 86_400))
    ts = hugo.write("produit", ASKED_TOO)
    wait_counted(nudging, "produit", ts)
    let_pass(nudging)
    assert nudges(nudging, "hugo") == []

    hugo.open_home()
    nudging.wait(lambda: hugo.home is not None)
    hugo.press("nudge.unmute", in_home=True)
    nudging.wait(lambda: any("de nouveau" in words(m) for m in hugo.dms()))
    hugo.write("produit", ASKED)
    wait_nudged(nudging, "hugo")


def test_one_can_mute_and_unmute_by_a_command(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    hugo.command("/arbitrage", "nudge", channel="produit")
    nudging.wait(lambda: "nudge.mute" in str(hugo.ephemerals("produit")))
    hugo.click("produit", hugo.ephemerals("produit")[-1]["ts"], "nudge.mute")
    nudging.wait(lambda: "Entendu" in str(hugo.ephemerals("produit")))

    hugo.command("/arbitrage", "nudge", channel="produit")

    nudging.wait(lambda: "nudge.unmute" in str(hugo.ephemerals("produit")))


def test_a_nudge_opened_where_the_bot_has_left_opens_an_empty_form(nudging: Company) -> None:
    hugo = nudging.person("hugo")
    hugo.write("produit", ASKED)
    nudge = wait_nudged(nudging, "hugo")
    hugo.remove_app("produit")

    hugo.click("produit", nudge["ts"], "nudge.open")

    assert hugo.wait_view()["state"]["values"]["title"]["value"].get("value") is None


def test_a_detector_that_breaks_puts_no_words_in_the_log(
    sqlite_template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(words: str, context: MessageContext) -> None:
        raise KeyError(words)

    caplog.set_level("INFO")
    path = tmp_path / "broken.db"
    path.write_bytes(sqlite_template.read_bytes())
    with watched(f"sqlite:///{path}", tmp_path, detect=breaks) as office:
        office.person("hugo").write("produit", ASKED)
        office.wait(lambda: "KeyError at breaks" in caplog.text)

        assert office.person("hugo").command("/arbitrage", "aide").is_acked

    assert "petit point" not in caplog.text


def test_words_of_a_message_are_in_no_log(
    nudging: Company, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    hugo = nudging.person("hugo")
    ts = hugo.write("produit", ASKED)
    nudge = wait_nudged(nudging, "hugo")
    hugo.click("produit", nudge["ts"], "nudge.dismiss")
    nudging.wait(lambda: nudges(nudging, "hugo") == [])

    wait_counted(nudging, "produit", ts)

    assert "petit point" not in caplog.text
