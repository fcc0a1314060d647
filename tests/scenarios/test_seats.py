"""Seats held by e-mails, user ids and groups; seats that empty themselves."""

from pathlib import Path

import pytest

from bot.sandbox.faults import Fault, FaultKind
from tests.builders import CHARTER_FILE
from tests.scenarios import conftest
from tests.scenarios.conftest import company, words


@pytest.fixture
def charter_of_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A charter whose CTO is a group and whose CPO is a user id."""
    text = CHARTER_FILE.read_text(encoding="utf-8")
    text = text.replace('holder = "karim@example.com"', 'holder = "S0CTO"')
    text = text.replace('holder = "claire@example.com"', 'holder = "U0CLAIRE"')
    path = tmp_path / "charter.toml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(conftest, "CHARTER_FILE", path)
    return path


def test_a_group_holds_a_seat(
    charter_of_groups: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    assert charter_of_groups.exists()
    database = tmp_path / "a.db"
    database.write_bytes(sqlite_template.read_bytes())
    with company(f"sqlite:///{database}", tmp_path / "clock") as office:
        office.slack.world.usergroups["S0CTO"] = ["U0AMINA", "U0KARIM"]
        office.bot._kit.directory.refresh()

        architecture = office.file(question="architecture")
        product = office.file(title="Et ce problème ?", question="problem")

        assert "<@U0AMINA>, à vous" in words(office.panel(architecture))
        assert "<@U0CLAIRE>, à vous" in words(office.panel(product))


def test_a_decider_who_left_is_replaced_and_the_stewards_are_told(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "a.db"
    database.write_bytes(sqlite_template.read_bytes())
    with company(f"sqlite:///{database}", tmp_path / "clock") as office:
        office.wait(lambda: office.bot._kit.directory.is_known(office.person("claire").id))  # type: ignore[arg-type]
        office.slack.world.people["U0CLAIRE"].is_deleted = True
        office.bot._kit.directory.refresh()

        card = office.file(question="problem")

        assert "<@U0KARIM>, à vous" in words(office.panel(card))
        lea = office.person("lea")
        office.wait(lambda: any("cpo" in words(m) for m in lea.dms()))


def test_when_nobody_can_decide_a_steward_assigns_someone(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "a.db"
    database.write_bytes(sqlite_template.read_bytes())
    with company(f"sqlite:///{database}", tmp_path / "clock") as office:
        for person in ("U0CLAIRE", "U0KARIM"):
            office.slack.world.people[person].is_deleted = True
            office.bot._kit.directory.fetch(office.person(person).id)  # type: ignore[arg-type]

        card = office.file(question="problem")
        lea = office.person("lea")
        office.click("lea", card, "request.assign")
        lea.wait_view()
        refused = lea.submit({"person": "U0HUGO"})
        lea.submit({"person": "U0INES"})

        assert "déposé la demande" in refused.body["errors"]["person"]
        office.wait(lambda: "<@U0INES>, à vous" in words(office.panel(card)))
        assert any("Désignez qui décide" in words(m) for m in lea.dms())


def test_the_first_request_of_a_new_installation_finds_its_seats(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "new.db"
    database.write_bytes(sqlite_template.read_bytes())
    slow = Fault(kind=FaultKind.SLOW, method="users.lookupByEmail", delay_s=0.1)
    with company(f"sqlite:///{database}", tmp_path / "clock", faults=(slow,)) as office:
        card = office.file(squads=["checkout"], option1_label="Le faire", option1_cost="3")

        assert "<@U0LEA>, à vous" in words(office.panel(card))
