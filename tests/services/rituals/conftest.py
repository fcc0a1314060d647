"""The company of these tests has one ritual."""

from dataclasses import replace

import pytest

from bot.services.deps import Deps


@pytest.fixture
def deps(deps: Deps) -> Deps:
    """The Roadmap Sync alone, whose next occurrence is on 8 December at nine, UTC."""
    charter = replace(deps.charter, rituals=deps.charter.rituals[:1])
    return replace(deps, charter=charter)
