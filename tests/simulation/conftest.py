"""The simulated year is the longest test: it starts first, beside all the others."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the year before the other tests, whatever their order."""
    items.sort(key=lambda item: "all_of_a_year" not in item.name)
