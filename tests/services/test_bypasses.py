"""The ledger and the limits on both databases: what is counted, kept, forgotten."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db.bypass_tables import bypasses as lines
from bot.detection.detecting import Detection
from bot.detection.model import Level
from bot.domain.bypass import BypassPlan, Mode, Origin
from bot.domain.content import Draft, Source
from bot.domain.counting import Share
from bot.domain.errors import NotASteward
from bot.domain.ids import ChannelId, PersonId
from bot.services import bypasses, bypasses_settings, requests
from bot.services.bypasses import Heard
from bot.services.bypasses_numbers import bypass_numbers
from bot.services.deps import Deps
from tests.builders import AMINA, HUGO, INES, JOHN, LEA, NOW, FakeClock, some_fields
from tests.detecting import DETECTOR, learner

ROOM, OTHER = ChannelId("C0PRODUIT"), ChannelId("C0TECH")
ASKED = "petit point rapide ?"
LEARNER = learner()


def ts_of(at: datetime, number: int = 0) -> str:
    return f"{int(at.timestamp())}.{number:06d}"


def heard(number: int = 1, author: PersonId = HUGO, **changes: object) -> Heard:
    message = Heard(channel=ROOM, ts=ts_of(NOW, number), author=author, words=ASKED)
    return replace(message, **changes)  # type: ignore[arg-type]


def found_in(words: str = ASKED) -> Detection:
    """What the shipped detector finds in a message that it takes for a bypass."""
    detection = DETECTOR.ready().find(words)
    assert detection is not None
    return detection


def count(deps: Deps, message: Heard) -> bool:
    return bypasses.count(deps, message, found_in(message.words), None)


@pytest.fixture
def nudging(deps: Deps) -> Deps:
    return in_mode(deps, Mode.NUDGE)


def in_mode(deps: Deps, mode: Mode) -> Deps:
    plan = BypassPlan(mode=mode, nudge_every=timedelta(hours=24), kept_for=timedelta(days=30))
    return replace(deps, charter=replace(deps.charter, bypasses=plan))


def file(deps: Deps, message: Heard, by: PersonId = HUGO) -> None:
    source = Source(channel=message.channel, ts=message.ts, permalink="", author=by)
    submit(deps, requests.start_draft(deps, by, title="?", source=source), by)


def submit(deps: Deps, draft: Draft | None = None, by: PersonId = HUGO) -> None:
    command = requests.FileRequest(
        key=f"view:{deps.new_id()}", draft=draft.id if draft else "", fields=some_fields(), by=by
    )
    requests.file_request(deps, command)


def kept(deps: Deps) -> list[str]:
    with deps.read() as session:
        return list(session.execute(select(lines.c.key).order_by(lines.c.key)).scalars())


def test_a_message_is_counted_and_nudged_once(nudging: Deps) -> None:
    first, again = count(nudging, heard()), count(nudging, heard())

    assert (first, again) == (True, False)
    assert len(kept(nudging)) == 1


def test_a_message_that_was_only_counted_is_not_nudged_later(deps: Deps) -> None:
    count(deps, heard())
    bypasses_settings.choose_mode(deps, LEA, (ROOM,), Mode.NUDGE)

    assert not count(deps, heard())


def test_eight_threads_count_a_message_once_and_nudge_one_person_once(nudging: Deps) -> None:
    messages = [heard(number % 4) for number in range(32)]

    with ThreadPoolExecutor(8) as threads:
        nudged = list(threads.map(lambda message: count(nudging, message), messages))

    assert sum(nudged) == 1
    assert len(kept(nudging)) == 4


@pytest.mark.parametrize(("mode", "expected"), [(Mode.OFF, 0), (Mode.OBSERVE, 1)])
def test_the_charter_s_mode_holds_until_a_steward_chooses(
    deps: Deps, mode: Mode, expected: int
) -> None:
    deps = in_mode(deps, mode)
    assert not count(deps, heard(1))
    assert len(kept(deps)) == expected

    bypasses_settings.choose_mode(deps, LEA, (ROOM,), Mode.NUDGE)

    assert count(deps, heard(2))
    assert bypasses_settings.mode_of(deps, OTHER) is mode


def test_only_stewards_choose_and_unlearn(deps: Deps) -> None:
    with pytest.raises(NotASteward):
        bypasses_settings.choose_mode(deps, HUGO, (ROOM,), Mode.OFF)
    with pytest.raises(NotASteward):
        bypasses_settings.unlearn(deps, HUGO, "x", LEARNER)


def test_what_the_detector_is_not_sure_of_is_only_counted(nudging: Deps) -> None:
    unsure = replace(found_in(), level=Level.BALANCED)

    assert not bypasses.count(nudging, heard(1), unsure, None)
    assert len(kept(nudging)) == 1
    assert count(nudging, heard(2))


def test_a_turn_comes_back_after_the_charter_s_hours(nudging: Deps, clock: FakeClock) -> None:
    assert count(nudging, heard(1))

    clock.advance(hours=23, minutes=59)
    early = count(nudging, heard(2))
    clock.advance(minutes=1)
    later = count(nudging, heard(3))

    assert (early, later) == (False, True)


def test_the_muted_are_counted_but_never_nudged(nudging: Deps, clock: FakeClock) -> None:
    bypasses_settings.mute(nudging, HUGO)
    muted = count(nudging, heard(1))
    clock.advance(hours=30)
    bypasses_settings.unmute(nudging, HUGO)

    assert not muted
    assert count(nudging, heard(2))
    assert len(kept(nudging)) == 2


def test_the_shortcut_on_somebody_s_message_counts_but_not_in_the_channel(deps: Deps) -> None:
    for channel in (ROOM, deps.channel):
        source = Source(channel=channel, ts=ts_of(NOW), permalink="", author=HUGO)
        requests.invite(deps, HUGO, title="?", source=source)
        requests.invite(deps, HUGO, title="?", source=source)

    assert kept(deps) == [f"bypass:{ROOM}:{ts_of(NOW)}"]


def test_rates_have_their_n_and_name_nobody(deps: Deps, clock: FakeClock) -> None:
    for number, author in enumerate((HUGO, INES, AMINA, JOHN), start=1):
        count(deps, heard(number, author))
    count(deps, heard(5, channel=OTHER))
    bypasses.dismiss(deps, heard(4).key)
    bypasses.declare(deps, submission="view:V1", origin=Origin.MAIL)
    bypasses.declare(deps, submission="view:V1", origin=Origin.MAIL)
    clock.advance(hours=47)
    file(deps, heard(1))
    clock.advance(hours=2)
    file(deps, heard(2), INES)
    submit(deps)

    numbers = bypass_numbers(deps, NOW - timedelta(days=1), NOW + timedelta(days=9))

    assert numbers.all.rate == Share(hits=5, n=6)
    assert numbers.all.tally.conversion == Share(hits=1, n=5)
    assert numbers.all.tally.dismissed == 1
    assert numbers.origins[Origin.MAIL].bypasses == 1
    assert numbers.channels[ROOM].bypasses == 3
    assert numbers.channels[OTHER].bypasses == 1
    assert set(numbers.weeks) == {"2026-W48"}
    assert "U0" not in str(numbers)


def test_a_period_takes_its_start_and_leaves_its_end(deps: Deps, clock: FakeClock) -> None:
    count(deps, heard(1))
    clock.advance(days=1)
    count(deps, heard(2))

    numbers = bypass_numbers(deps, NOW, NOW + timedelta(days=1))

    assert numbers.all.tally.bypasses == 1


def test_a_week_is_that_of_the_company_s_zone(deps: Deps, clock: FakeClock) -> None:
    clock.at = datetime(2027, 1, 3, 23, 30, tzinfo=UTC)  # Monday half past midnight in Paris

    count(deps, heard(1, ts=ts_of(clock.at)))
    submit(deps)

    numbers = bypass_numbers(deps, clock.at, clock.at + timedelta(hours=1))
    assert list(numbers.weeks) == ["2027-W01"]
    assert numbers.weeks["2027-W01"].rate == Share(hits=1, n=2)


def test_what_may_still_convert_is_not_counted_against_conversion(
    deps: Deps, clock: FakeClock
) -> None:
    count(deps, heard(1))
    clock.advance(hours=49)
    count(deps, heard(2, ts=ts_of(clock.at)))

    tally = bypass_numbers(deps, NOW, clock.at + timedelta(seconds=1)).all.tally

    assert (tally.bypasses, tally.pending, tally.conversion) == (2, 1, Share(hits=0, n=1))


def test_filing_what_was_dismissed_makes_it_a_request_again(deps: Deps) -> None:
    count(deps, heard())
    bypasses.dismiss(deps, heard().key)
    file(deps, heard())
    bypasses.dismiss(deps, heard().key)

    tally = bypass_numbers(deps, NOW, NOW + timedelta(days=1)).all.tally

    assert (tally.dismissed, tally.converted, tally.bypasses) == (0, 1, 1)


def test_one_s_own_declaration_converts_with_its_draft(deps: Deps) -> None:
    draft = bypasses.declare_own(deps, INES, submission="view:V2", origin=Origin.CORRIDOR)
    bypasses.declare_own(deps, INES, submission="view:V2", origin=Origin.CORRIDOR)

    submit(deps, draft, INES)

    numbers = bypass_numbers(deps, NOW, NOW + timedelta(days=1))
    assert numbers.origins[Origin.CORRIDOR].converted == 1
    assert numbers.all.direct == 0
