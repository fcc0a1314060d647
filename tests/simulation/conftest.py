"""The simulated lives are the longest tests: they start first, beside all the others."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the lives before the other tests, whatever their order; the year first."""
    items.sort(key=lambda item: ("[year]" not in item.name, "all_of_a_life" not in item.name))
