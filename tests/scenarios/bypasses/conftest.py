"""A company whose channels are watched by the shipped detector."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.bypasses.watching import choose, watched
from tests.scenarios.conftest import Company


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company at work on SQLite: only the ledger's own tests depend on the database."""
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    with watched(f"sqlite:///{path}", tmp_path) as found:
        yield found


@pytest.fixture
def nudging(office: Company) -> Company:
    """The same, where a steward chose to nudge in #produit."""
    choose(office, "nudge", "produit")
    return office
