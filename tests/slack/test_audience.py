"""Who may read a private channel's requests, as the sandbox's Slack says."""

from collections.abc import Iterator

import pytest
from slack_sdk.errors import SlackApiError

from bot.domain.ids import ChannelId, PersonId
from bot.sandbox.cast import demo_cast
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.server import Sandbox
from bot.services.deps import Deps
from bot.slack import audience
from bot.slack.app import make_client
from bot.slack.audience import Audience
from tests.builders import CHANNEL, CLAIRE, INES


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(cast=demo_cast()) as found:
        yield found


@pytest.fixture
def readers(slack: Sandbox, deps: Deps) -> Audience:
    return Audience(deps, make_client(slack.bot_token, slack.api_url))


def make_private(slack: Sandbox) -> None:
    room = slack.world.channel_named("arbitrages")
    room.kind = "group"
    room.members.discard(INES)


@pytest.mark.parametrize("kind", ["sqlite"])
class TestAudience:
    """On one database: nothing here depends on it."""

    def test_everybody_reads_a_public_channel(self, readers: Audience) -> None:
        assert readers.may_see(INES, CHANNEL)
        assert readers.reader(INES).channels == {CHANNEL}

    def test_a_private_channel_is_read_by_its_members(
        self, slack: Sandbox, readers: Audience
    ) -> None:
        make_private(slack)

        assert readers.may_see(CLAIRE, CHANNEL)
        assert not readers.may_see(INES, CHANNEL)
        assert readers.reader(INES).channels == frozenset()

    def test_a_long_list_of_members_is_read_to_its_end(
        self, slack: Sandbox, readers: Audience, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_private(slack)
        monkeypatch.setattr(audience, "PAGE", 2)

        assert readers.may_see(CLAIRE, CHANNEL)
        everybody = sorted(slack.world.channel_named("arbitrages").members)
        assert all(readers.may_see(PersonId(person), CHANNEL) for person in everybody)

    def test_a_channel_out_of_reach_is_read_by_nobody(self, readers: Audience) -> None:
        assert not readers.may_see(CLAIRE, ChannelId("C0GONE"))

    def test_an_answer_is_kept_and_outlives_a_failure(
        self, slack: Sandbox, readers: Audience, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_private(slack)
        assert readers.may_see(CLAIRE, CHANNEL)
        slack.faults.add(Fault(kind=FaultKind.ERROR_500, method="conversations.*"))

        assert readers.may_see(CLAIRE, CHANNEL)
        monkeypatch.setattr(audience, "FRESH_S", 0.0)
        assert readers.may_see(CLAIRE, CHANNEL)
        assert not readers.may_see(INES, CHANNEL)

    def test_without_any_answer_nothing_is_shown(self, slack: Sandbox, readers: Audience) -> None:
        slack.faults.add(Fault(kind=FaultKind.ERROR_500, method="conversations.*"))

        with pytest.raises(SlackApiError):
            readers.may_see(CLAIRE, CHANNEL)

    def test_a_glance_asks_slack_of_nothing(self, slack: Sandbox, readers: Audience) -> None:
        asked = len(slack.world.calls)

        assert not readers.is_known_to_see(CLAIRE, CHANNEL)
        assert len(slack.world.calls) == asked
        readers.may_see(CLAIRE, CHANNEL)
        assert readers.is_known_to_see(CLAIRE, CHANNEL)
