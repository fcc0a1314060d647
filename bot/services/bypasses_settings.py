"""What people choose about nudges, and what stewards choose and see of detection."""

from bot.db import answers, nudging
from bot.domain.bypass import Mode
from bot.domain.bypass_detection import LEARNED_FOR, Learned, Learner
from bot.domain.errors import NotASteward
from bot.domain.ids import ChannelId, PersonId
from bot.services.deps import Deps
from bot.services.desks import seated


def mute(deps: Deps, person: PersonId) -> None:
    """Nudge `person` no more, for ever, until they say otherwise."""
    with deps.begin() as session:
        nudging.mute(session, deps.workspace, person, deps.now())


def unmute(deps: Deps, person: PersonId) -> None:
    """Nudge `person` again."""
    with deps.begin() as session:
        nudging.mute(session, deps.workspace, person, None)


def is_muted(deps: Deps, person: PersonId) -> bool:
    """Tell whether somebody asked for no more nudges."""
    with deps.read() as session:
        return nudging.is_muted(session, deps.workspace, person)


def require_steward(deps: Deps, person: PersonId) -> None:
    """Raise NotASteward for anybody else."""
    with deps.read() as session:
        stewards = seated(session, deps).stewards
    if person not in stewards:
        raise NotASteward(stewards=",".join(stewards))


def modes(deps: Deps) -> dict[ChannelId, Mode]:
    """Return the modes that stewards chose; the charter's holds elsewhere."""
    with deps.read() as session:
        return nudging.modes(session, deps.workspace)


def mode_of(deps: Deps, channel: ChannelId) -> Mode:
    """Return the mode of a channel."""
    with deps.read() as session:
        chosen = nudging.mode_of(session, deps.workspace, channel)
    return chosen or deps.charter.bypasses.mode


def choose_mode(deps: Deps, by: PersonId, channels: tuple[ChannelId, ...], mode: Mode) -> None:
    """Choose what is done in some channels. Raises NotASteward."""
    require_steward(deps, by)
    with deps.begin() as session:
        nudging.set_mode(session, deps.workspace, channels, mode, deps.now())


def learned(deps: Deps, learner: Learner | None) -> tuple[Learned, ...]:
    """Return what people taught lately, the latest first: how many of them, never who."""
    if learner is None:
        return ()
    with deps.read() as session:
        given = answers.since(session, deps.workspace, deps.now() - LEARNED_FOR)
    return tuple(
        sorted(learner.learned(given, deps.now()), key=lambda it: it.last_at, reverse=True)
    )


def unlearn(deps: Deps, by: PersonId, lesson: str, learner: Learner | None) -> None:
    """Forget the answers that taught something; twice does no harm. Raises NotASteward."""
    require_steward(deps, by)
    forgotten = [
        it for found in learned(deps, learner) if found.id == lesson for it in found.answers
    ]
    with deps.begin() as session:
        answers.drop(session, deps.workspace, forgotten)
