"""What a message says once buttons of it are of no more use: its words, and what happened."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.db import drafts, events, outbox, prompts, requests, timers
from bot.db.outbox import Sent
from bot.domain.artefacts import named_in as artefact_in
from bot.domain.events import Event
from bot.domain.ids import RequestId
from bot.domain.posts import Item, Post, PostKind
from bot.domain.prompts import Part, of_request, parts_of
from bot.domain.reminders import SNOOZABLE, TimerKind, again
from bot.domain.rituals_errors import NoSuchOccurrence
from bot.domain.rituals_posts import named_in
from bot.domain.summary import Due, Sheet
from bot.services import artefacts, rituals
from bot.services.contents import Content, NothingToSay
from bot.services.deps import Deps
from bot.services.reading import sheet_of

Outcomes = dict[Part, str | None]


def rewritten(session: Connection, deps: Deps, post: Post, locale: str) -> Content:
    """Return what the message that `post` rewrites says now. Raises NothingToSay."""
    number = int(post.detail("of"))
    sent = outbox.messages(session, deps.workspace, (number,)).get(number)
    if sent is None:
        raise NothingToSay("no_message")
    outcomes = prompts.outcomes(session, deps.workspace, number, parts_of(sent.post))
    channel, ts = sent.place
    zone = deps.charter.calendar.zone
    shown = Content(post=sent.post, locale=locale, channel=channel, ts=ts, zone=zone)
    if sent.post.items:
        return _reminder(session, deps, replace(shown, late_from=_late_from(sent)), outcomes)
    if sent.post.kind is PostKind.INVITATION:
        return _invitation(session, deps, shown, _only(outcomes))
    if sent.post.kind is PostKind.ARTEFACT:
        return _artefact(session, deps, shown)
    if named_in(sent.post):
        shown = _with_agenda(session, deps, shown)
    return _with_request(session, deps, shown, _only(outcomes))


def _only(outcomes: Outcomes) -> str:
    """Return what ended the one set of buttons of a message; empty while it is of use."""
    return next(iter(outcomes.values()), None) or ""


def _late_from(sent: Sent) -> datetime | None:
    """Return what a late message said of its time: that stays in it."""
    expected_at = min(item.expected_at for item in sent.post.items)
    is_late = replace(sent.post, expected_at=expected_at).is_late(sent.at)
    return expected_at if is_late else None


def _reminder(session: Connection, deps: Deps, shown: Content, outcomes: Outcomes) -> Content:
    due = []
    for item in shown.post.items:
        part = (of_request(item.request), item.kind)
        if part in outcomes:
            due.append(_line(session, deps, item, outcomes[part]))
    return replace(shown, due=tuple(due))


def _line(session: Connection, deps: Deps, item: Item, outcome: str | None) -> Due:
    sheet = _sheet(session, deps, item.request)
    if outcome is not None:
        return Due(item=item, sheet=sheet, settled=_event(session, deps, item.request, outcome))
    if TimerKind(item.kind) not in SNOOZABLE or item.is_snoozed:
        return Due(item=item, sheet=sheet)
    put_off = timers.get(session, deps.workspace, again(item.timer))
    return Due(item=item, sheet=sheet, snoozed_until=put_off.planned_at if put_off else None)


def _sheet(session: Connection, deps: Deps, request: RequestId) -> Sheet:
    return sheet_of(session, deps, requests.get(session, deps.workspace, request))


def _event(session: Connection, deps: Deps, request: RequestId, seq: str) -> Event:
    return events.get(session, deps.workspace, request, int(seq))


def _invitation(session: Connection, deps: Deps, shown: Content, outcome: str) -> Content:
    draft = drafts.get(session, deps.workspace, shown.post.detail("draft"))
    word, _, filed = outcome.partition(":")
    sheet = _sheet(session, deps, RequestId(filed)) if filed else None
    return replace(shown, draft=draft, outcome=word, sheet=sheet)


def _artefact(session: Connection, deps: Deps, shown: Content) -> Content:
    """Return `shown` with its artefact as it was then, and what was said of it since."""
    told = artefact_in(shown.post)
    if told is None:
        raise NothingToSay("no_artefact")
    kept, since = artefacts.told_then(session, deps, *told)
    return replace(shown, artefact=kept, updated=since)


def _with_agenda(session: Connection, deps: Deps, shown: Content) -> Content:
    named = named_in(shown.post)
    if named is None:
        return shown
    try:
        return replace(shown, agenda=rituals.sheet_of(session, deps, *named))
    except NoSuchOccurrence as error:
        raise NothingToSay("no_occurrence") from error


def _with_request(session: Connection, deps: Deps, shown: Content, outcome: str) -> Content:
    """Return `shown` with its request, and what ended its buttons: an event of it, or a word."""
    post = shown.post
    if post.request is None:
        return replace(shown, outcome=outcome)
    shown = replace(shown, sheet=_sheet(session, deps, post.request))
    if post.event_seq:
        event = events.get(session, deps.workspace, post.request, post.event_seq)
        shown = replace(shown, event=event)
    if outcome.isdecimal():
        return replace(shown, settled=_event(session, deps, post.request, outcome))
    return replace(shown, outcome=outcome)
