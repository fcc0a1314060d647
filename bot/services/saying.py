"""What a post says now: what it is about, read when it is sent."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.db import cards, drafts, events, people, requests
from bot.domain import rituals_posts
from bot.domain.ids import ChannelId
from bot.domain.people import Person
from bot.domain.polls import Poll
from bot.domain.posts import Post, PostKind
from bot.domain.prompts import is_awaited
from bot.domain.summary import Due
from bot.services import artefacts, digests, polls, rewriting, rituals_delivery
from bot.services.contents import Content, NothingToSay, NotNow, TooLate
from bot.services.deps import Deps
from bot.services.reading import sheet_at, sheets_of

UPDATES = frozenset({PostKind.CARD_UPDATE, PostKind.PANEL_UPDATE, *rituals_delivery.UPDATES})
REPLIES = frozenset({PostKind.PANEL, PostKind.LINE, PostKind.REMINDER_LINE})
"""What is said in the thread of a request's card."""


def content(deps: Deps, post: Post) -> Content:
    """Return what `post` says now. Raises NothingToSay, TooLate or NotNow."""
    with deps.read() as session:
        reader = people.get(session, deps.workspace, post.reader) if post.reader else None
        _check_time(deps, post, reader)
        locale = reader.locale if reader and post.person else deps.charter.locale
        return _content(session, deps, post, locale)


def preview(deps: Deps, post: Post, locale: str) -> Content | None:
    """Return what `post` would say in `locale` if nothing changes; None when it has no object."""
    try:
        with deps.read() as session:
            return _content(session, deps, post, locale)
    except NothingToSay:
        return None


def _check_time(deps: Deps, post: Post, reader: Person | None) -> None:
    now = deps.now()
    if post.useful_until is not None and now > post.useful_until:
        raise TooLate
    if not post.in_hours:
        return
    calendar = deps.charter.calendar
    until = (calendar.in_zone(reader.zone) if reader else calendar).next_open(now)
    if until > now:
        raise NotNow(until)


def _content(session: Connection, deps: Deps, post: Post, locale: str) -> Content:
    if post.kind is PostKind.PROMPT_UPDATE:
        return rewriting.rewritten(session, deps, post, locale)
    sheet = place = None
    if post.request:
        request = requests.get(session, deps.workspace, post.request)
        place = cards.place(session, deps.workspace, post.request, cards.CARD)
        sheet = sheet_at(session, deps, request, place)
        if post.kind is PostKind.PANEL_UPDATE:
            place = cards.place(session, deps.workspace, post.request, cards.PANEL)
    shown = Content(
        post=post,
        locale=locale,
        sheet=sheet,
        channel=post.channel,
        thread_ts=post.thread_ts,
        zone=deps.charter.calendar.zone,
        # Facilitators are reminded of what is ahead: that they could have been before helps nobody.
        late_from=post.expected_at if post.channel and post.is_late(deps.now()) else None,
    )
    if rituals_posts.named_in(post):
        return _about_ritual(session, deps, shown)
    if post.kind in polls.POSTS:
        return _about_poll(shown, polls.said(session, deps, post))
    if post.kind in {*UPDATES, *REPLIES}:
        shown = _by_the_card(shown, place)
    return _told(session, deps, shown)


def _by_the_card(shown: Content, place: tuple[ChannelId, str] | None) -> Content:
    """Return `shown` in the thread of its card, or over it. Raises NothingToSay."""
    if place is None:
        raise NothingToSay("no_card")
    channel, ts = place
    if shown.post.kind in REPLIES:
        return replace(shown, channel=channel, thread_ts=ts)
    return replace(shown, channel=channel, ts=ts)


def _told(session: Connection, deps: Deps, shown: Content) -> Content:
    """Return `shown` with what its post is about, besides a request. Raises NothingToSay."""
    post, event, draft = shown.post, None, None
    if post.request and post.event_seq:
        event = events.get(session, deps.workspace, post.request, post.event_seq)
    if post.kind is PostKind.INVITATION:
        draft = drafts.get(session, deps.workspace, post.detail("draft"))
        if draft is None:
            raise NothingToSay("no_draft")
    artefact = artefacts.told_by(session, deps, post)
    if post.kind is PostKind.ARTEFACT and artefact is None:
        raise NothingToSay("artefact_settled")
    is_digest = post.kind is PostKind.DIGEST
    due = _due(session, deps, post)
    if due:
        # Only what is still said can be late.
        post = replace(post, expected_at=min(one.item.expected_at for one in due))
    return replace(
        shown,
        event=event,
        draft=draft,
        due=due,
        digest=digests.told_by(session, deps, post) if is_digest else None,
        artefact=artefact,
        late_from=post.expected_at if post.is_late(deps.now()) else None,
    )


def _due(session: Connection, deps: Deps, post: Post) -> tuple[Due, ...]:
    """Return the lines of a reminder that are still true. Raises NothingToSay when none is."""
    if not post.items:
        return ()
    known = requests.many(session, deps.workspace, (item.request for item in post.items))
    sheets = {sheet.request.id: sheet for sheet in sheets_of(session, deps, tuple(known.values()))}
    dues = (Due(item=item, sheet=sheets[item.request]) for item in post.items)
    found = tuple(
        due
        for due in dues
        if is_awaited(due.item, post.reader, due.sheet.request, due.sheet.charter)
    )
    if not found:
        raise NothingToSay("no_longer_due")
    return found


def _about_ritual(session: Connection, deps: Deps, shown: Content) -> Content:
    """Return `shown` with the occurrence it is about, if any. Raises NothingToSay."""
    named = rituals_posts.named_in(shown.post)
    if named is None:
        return shown
    said = rituals_delivery.said(session, deps, shown.post, named)
    if said is None:
        raise NothingToSay("no_occurrence")
    return replace(
        shown,
        agenda=said.agenda,
        channel=said.channel or shown.channel,
        thread_ts=said.thread_ts,
        ts=said.ts,
    )


def _about_poll(shown: Content, poll: Poll | None) -> Content:
    """Return `shown` with its poll, over its message once it has one. Raises NothingToSay."""
    is_rewriting = shown.post.kind is PostKind.POLL_UPDATE
    if poll is None or (is_rewriting and poll.ts is None):
        raise NothingToSay("no_poll")
    return replace(shown, poll=poll, ts=poll.ts if is_rewriting else None)
