"""Bypasses: counting one that was found or declared, and what its author does of the nudge.

A message is counted once whatever is delivered twice: its own place is the key.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.db import answers, bypasses, cards, drafts, nudging, outbox
from bot.domain import posts
from bot.domain.bypass import (
    CONVERTED_WITHIN,
    Bypass,
    Mode,
    Origin,
    declared_key,
    draft_key,
    iso_week,
    message_key,
)
from bot.domain.bypass_detection import LEARNED_FOR, STRICT, Answer, Detection, Learner
from bot.domain.charter import Role
from bot.domain.content import Draft, Fields, Source
from bot.domain.ids import ChannelId, PersonId
from bot.domain.request import Request
from bot.services.deps import Deps

ANSWERS_OF_ONE = 20
"""How many answers of one person teach in ninety days: who bypasses most, dismisses most."""


COMBINATION_LIMIT = 255
"""What its column takes."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An ordinary message. `words` are never kept; `is_edit`: they are those of an edit."""

    channel: ChannelId
    ts: str
    author: PersonId
    words: str
    thread_ts: str | None = None
    is_edit: bool = False

    @property
    def key(self) -> str:
        """What names the message in the ledger."""
        return message_key(self.channel, self.ts)

    @property
    def thread(self) -> str:
        """The thread that it is in, or starts."""
        return f"{self.channel}:{self.thread_ts or self.ts}"


def count(deps: Deps, heard: Heard, found: Detection, learner: Learner | None) -> bool:
    """Count a bypass, once; tell whether its author is to be nudged, which is recorded as done.

    Nothing is kept in a channel that is off, in the thread of a request, of a message like those
    that people said are none, nor of an edit of an old one. A first count is the only chance of a
    nudge; an edit has none, nor what the detector is not sure of.
    """
    with deps.begin() as session:
        mode = nudging.mode_of(session, deps.workspace, heard.channel) or deps.charter.bypasses.mode
        if mode is Mode.OFF or _is_too_old(deps, heard) or _is_about_request(session, deps, heard):
            return False
        revised = _revised(session, deps, heard, found, learner)
        if revised is None:
            return False
        if not bypasses.add(session, deps.workspace, _bypass(deps, heard, found)):
            return False
        may_be_nudged = mode is Mode.NUDGE and revised.level == STRICT and not heard.is_edit
        is_nudged = may_be_nudged and _take_turn(session, deps, heard)
        if is_nudged:
            bypasses.mark_nudged(session, deps.workspace, heard.key, deps.now())
        return is_nudged


def _is_too_old(deps: Deps, heard: Heard) -> bool:
    return deps.now() - datetime.fromtimestamp(float(heard.ts), UTC) > CONVERTED_WITHIN


def _is_about_request(session: Connection, deps: Deps, heard: Heard) -> bool:
    """Tell whether a message is in the thread of a request, or of what became one."""
    root = heard.thread_ts
    if root is None:
        return False
    if cards.request_at(session, deps.workspace, heard.channel, root):
        return True
    return bypasses.is_request(session, deps.workspace, message_key(heard.channel, root))


def _revised(
    session: Connection, deps: Deps, heard: Heard, found: Detection, learner: Learner | None
) -> Detection | None:
    """Return what the answers of the last ninety days leave of a detection."""
    if learner is None:
        return found
    given = answers.since(session, deps.workspace, deps.now() - LEARNED_FOR)
    return learner.revise(heard.words, found, given, deps.now()) if given else found


def _bypass(deps: Deps, heard: Heard, found: Detection) -> Bypass:
    return Bypass(
        key=heard.key,
        origin=Origin.CHANNEL,
        at=deps.now(),
        week=_week(deps),
        channel=heard.channel,
        thread=heard.thread,
        permalink=deps.permalink(heard.channel, heard.ts),
        cues=tuple(dict.fromkeys(cue.name for cue in found.cues)),
    )


def _take_turn(session: Connection, deps: Deps, heard: Heard) -> bool:
    if bypasses.is_thread_nudged(session, deps.workspace, heard.thread):
        return False
    every = deps.charter.bypasses.nudge_every
    return nudging.take_turn(session, deps.workspace, heard.author, deps.now(), every)


def _week(deps: Deps) -> str:
    return iso_week(deps.now().astimezone(ZoneInfo(deps.charter.calendar.zone)))


def deciders(deps: Deps) -> frozenset[PersonId]:
    """Return who holds a seat that decides, as last read: nothing is read for it."""
    roster = deps.rosters.last()
    if roster is None:
        return frozenset()
    seats = (seat for seat in roster.charter.seats if seat.key.role is not Role.STEWARD)
    return frozenset(member for seat in seats for member in seat.members)


def open_nudge(deps: Deps, key: str) -> None:
    """Record that the author of a bypass opened the form."""
    with deps.begin() as session:
        bypasses.mark_opened(session, deps.workspace, key, deps.now())


def dismiss(deps: Deps, key: str) -> None:
    """Record that the author of a bypass says it is no request."""
    with deps.begin() as session:
        bypasses.mark_dismissed(session, deps.workspace, key, deps.now())


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer to the nudge of the bypass `key`. `words` are hashed, and never kept."""

    key: str
    by: PersonId
    words: str
    is_request: bool


def learn(deps: Deps, answered: Answered, found: Detection, learner: Learner) -> None:
    """Keep what an answer teaches for ninety days; the last answer to a nudge is the one kept.

    Whoever taught as much as one person can is thanked all the same.
    """
    now = deps.now()
    answer = Answer(
        id=hashlib.sha256(answered.key.encode()).hexdigest(),
        is_request=answered.is_request,
        signature=learner.signature(answered.words),
        combination=learner.combination(found)[:COMBINATION_LIMIT],
        author=learner.mark(answered.by),
        at=now,
    )
    with deps.begin() as session:
        before = answers.count_of(session, deps.workspace, answer.author, now - LEARNED_FOR)
        if before < ANSWERS_OF_ONE:
            answers.add(session, deps.workspace, answer)


def declare(deps: Deps, *, submission: str, origin: Origin) -> None:
    """Count a bypass made elsewhere than in writing here, for nobody; once per submission."""
    with deps.begin() as session:
        bypasses.add(session, deps.workspace, _declared(deps, declared_key(submission), origin))


def declare_own(deps: Deps, by: PersonId, *, submission: str, origin: Origin) -> Draft:
    """Count a bypass of one's own, as anonymous as the others; return the draft of its request."""
    draft = Draft(id=f"declared-{submission}", person=by, fields=Fields())
    with deps.begin() as session:
        declared = _declared(deps, draft_key(draft.id), origin)
        if bypasses.add(session, deps.workspace, declared):
            drafts.save(session, deps.workspace, draft, deps.now())
    return draft


def _declared(deps: Deps, key: str, origin: Origin) -> Bypass:
    return Bypass(key=key, origin=origin, at=deps.now(), week=_week(deps))


def note_shortcut(session: Connection, deps: Deps, source: Source) -> None:
    """Count a message that somebody else sent to arbitration, inside an open transaction.

    It may be of a conversation of two: neither its place nor its address is kept beside its key.
    One of the arbitration channel is no bypass.
    """
    if source.channel == deps.channel:
        return
    key = message_key(source.channel, source.ts)
    shortcut = Bypass(key=key, origin=Origin.SHORTCUT, at=deps.now(), week=_week(deps))
    bypasses.add(session, deps.workspace, shortcut)


def note_request(session: Connection, deps: Deps, request: Request, draft: Draft | None) -> None:
    """Record the bypasses that a new request comes from, inside an open transaction."""
    keys = [draft_key(draft.id)] if draft else []
    if request.source:
        keys.append(message_key(request.source.channel, request.source.ts))
    if keys:
        bypasses.convert(session, deps.workspace, tuple(keys), request.id, request.submitted_at)


def introduce(deps: Deps, channel: ChannelId) -> None:
    """Queue the few words the bot says of itself where it is invited, once per channel."""
    if channel == deps.channel:
        return
    with deps.begin() as session:
        chosen = nudging.mode_of(session, deps.workspace, channel)
        post = posts.introduction(channel, chosen or deps.charter.bypasses.mode)
        outbox.add(session, deps.workspace, (post,), at=deps.now())
    deps.wake()


def forget(deps: Deps) -> None:
    """Forget what is older than the charter keeps, and answers older than ninety days."""
    now = deps.now()
    with deps.begin() as session:
        bypasses.forget_before(session, deps.workspace, now - deps.charter.bypasses.kept_for)
        answers.forget_before(session, deps.workspace, now - LEARNED_FOR)
