"""What a post to come would say, if nothing changes until then. Nothing is stored."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from bot.db import requests, timers
from bot.domain import due_posts
from bot.domain.escalating import escalate, go_on, next_step
from bot.domain.events import Status
from bot.domain.posts import Post, PostKind
from bot.domain.reminders import REMINDERS, Timer, TimerKind, is_still_due
from bot.domain.request import Request
from bot.domain.routing import Desk
from bot.domain.summary import Due
from bot.domain.upcoming import Upcoming
from bot.services import delivery
from bot.services.delivery import Content
from bot.services.deps import Deps
from bot.services.desks import desk_of, with_deadline
from bot.services.reading import sheet_of
from bot.services.schedule.escalations import answer_by
from bot.services.schedule.reminders import item_of

Preview = Callable[[Deps, Upcoming, str], Content | None]


def content_of(deps: Deps, post: Upcoming, locale: str) -> Content | None:
    """Return what `post` would say in `locale`, None when it has lost its object."""
    found = (preview(deps, post, locale) for preview in PREVIEWS)
    return next((content for content in found if content is not None), None)


def timer_content(deps: Deps, post: Upcoming, locale: str) -> Content | None:
    """Return what the timer named by the post's key would say; None for another post."""
    with deps.read() as session:
        timer = timers.get(session, deps.workspace, post.key)
        if timer is None or timer.request is None:
            return None
        request = requests.get(session, deps.workspace, timer.request)
        desk = replace(desk_of(session, deps), now=post.due_at)
        content = (
            _reminder(session, deps, timer, request)
            if timer.kind in REMINDERS
            else _move(session, deps, desk, timer, request)
        )
    return replace(content, locale=locale) if content else None


def _reminder(session: Connection, deps: Deps, timer: Timer, request: Request) -> Content | None:
    sheet = sheet_of(session, deps, request)
    person = timer.person or request.requester
    if not is_still_due(timer.kind, person, request, sheet.charter):
        return None
    item = item_of(timer, request)
    post = due_posts.reminder(person, (item,), deps.now())
    return Content(post=post, locale="", due=(Due(item=item, sheet=sheet),))


def _move(
    session: Connection, deps: Deps, desk: Desk, timer: Timer, request: Request
) -> Content | None:
    moved = _moved(session, deps, desk, timer, request)
    if moved is None:
        return None
    sheet = sheet_of(session, deps, with_deadline(session, deps, desk, moved))
    post = Post(kind=PostKind.LINE, key=timer.key, channel=request.channel, request=request.id)
    return Content(post=post, locale="", sheet=sheet, event=moved.pending[-1])


def _moved(
    session: Connection, deps: Deps, desk: Desk, timer: Timer, request: Request
) -> Request | None:
    if timer.kind is TimerKind.EXPIRY and request.is_open:
        return request.expire(at=desk.now)
    if request.status is Status.AWAITING_EVIDENCE:
        return go_on(request, at=desk.now)
    if request.status is not Status.OPEN:
        return None
    step = next_step(request, desk)
    by = answer_by(session, deps, desk, request, step)
    return escalate(request, step, at=desk.now, answer_by=by)


def post_content(deps: Deps, post: Upcoming, locale: str) -> Content | None:
    """Return what a ritual or a digest would say as things stand; None for what timers make."""
    return delivery.preview(deps, post.post, locale) if post.post else None


PREVIEWS: tuple[Preview, ...] = (timer_content, post_content)
"""Who can say what a post to come would say; the first that knows answers."""
