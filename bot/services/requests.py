"""Filing a request: drafts, the live preview, and the request itself.

One function, one transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.db import drafts, outbox, requests
from bot.domain import posts
from bot.domain.charter import Charter
from bot.domain.content import Content, Draft, Fields, Source, complete
from bot.domain.decision import Option
from bot.domain.errors import UnknownChoice
from bot.domain.events import Status
from bot.domain.ids import PersonId, QuestionId, RequestId
from bot.domain.prompts import DISCARDED, FILED
from bot.domain.request import Request, file
from bot.domain.routing import Desk, Subject, route
from bot.domain.similarity import similar
from bot.domain.summary import Preview
from bot.services import bypasses, homes, prompts, reading
from bot.services.deps import Deps
from bot.services.desks import Clock, desk_of, due_date, seated, today, with_deadline
from bot.services.planning import plan


@dataclass(frozen=True, kw_only=True)
class FileRequest:
    """A form that was submitted. `key` names the submission: the same key files once."""

    key: str
    draft: str
    fields: Fields
    by: PersonId


def file_request(deps: Deps, command: FileRequest) -> tuple[Request, bool]:
    """File a request and queue its card; True when it is new, False for a resend.

    Raises a field error of `bot.domain.content.complete`, or UnknownChoice when the charter
    changed while the form was open.
    """
    with deps.begin() as session:
        desk = desk_of(session, deps)
        content = _checked(command.fields, desk)
        draft = drafts.get(session, deps.workspace, command.draft) if command.draft else None
        source = draft.source if draft else None

        def build(number: int) -> Request:
            new = _new_request(deps, desk, command.by, content, number)
            return file(with_deadline(session, deps, desk, replace(new, source=source)))

        request, is_new = requests.file_once(session, deps.workspace, command.key, build)
        if is_new:
            plan(session, deps, desk, request)
            outbox.add(session, deps.workspace, posts.about(file(request)), at=desk.now)
            homes.follow(session, deps, None, request)
            bypasses.note_request(session, deps, request, draft)
            if draft:
                drafts.drop(session, deps.workspace, draft.id)
                prompts.end_draft(session, deps, draft.id, f"{FILED}:{request.id}")
    deps.wake()
    return request, is_new


def _checked(fields: Fields, desk: Desk) -> Content:
    charter = desk.charter
    content = complete(fields, today=today(charter, desk.now))
    if content.question not in {question.id for question in charter.questions}:
        raise UnknownChoice(field="question", choice=content.question)
    if charter.impact(content.impact) is None:
        raise UnknownChoice(field="impact", choice=content.impact)
    for squad in content.squads:
        if charter.squad(squad) is None:
            raise UnknownChoice(field="squads", choice=squad)
    return content


def _new_request(deps: Deps, desk: Desk, by: PersonId, content: Content, number: int) -> Request:
    subject = Subject(
        question=content.question,
        requester=by,
        squads=content.squads,
        effort_days=content.effort_days,
        moves_cycle=content.moves_cycle,
    )
    return Request(
        id=RequestId(deps.new_id()),
        workspace=deps.workspace,
        number=number,
        status=Status.OPEN,
        content=content,
        asked_verdict=desk.charter.question(content.question).verdict,
        requester=by,
        channel=deps.channel,
        charter_version=deps.charter_version,
        route=route(subject, desk),
        submitted_at=desk.now,
        clock_from=desk.now,
    )


def preview(deps: Deps, fields: Fields, by: PersonId) -> Preview | None:
    """Return who would decide what is typed so far; None until a known question is picked."""
    known = {question.id for question in deps.charter.questions}
    if fields.question is None or fields.question not in known:
        return None
    subject = _typed_subject(fields, fields.question, by)
    is_urgent = fields.needed_by is not None and bool(fields.consequence.strip())
    with deps.read() as session:
        desk = desk_of(session, deps)
        found = route(subject, desk)
        clock = Clock(started_at=desk.now)
        return Preview(
            route=found,
            due_at=due_date(session, deps, desk, found, is_urgent=is_urgent, clock=clock),
            similar=similar(fields.title, reading.titles(session, deps, fields.squads)),
        )


def _typed_subject(fields: Fields, question: QuestionId, by: PersonId) -> Subject:
    return Subject(
        question=question,
        requester=by,
        squads=fields.squads,
        effort_days=dearest(fields.options),
        moves_cycle=fields.moves_cycle,
    )


def dearest(options: Iterable[Option]) -> float | None:
    """Return the highest cost in person-days, None while no option has one."""
    costs = (option.effort_days for option in options)
    return max((cost for cost in costs if cost is not None), default=None)


def start_draft(
    deps: Deps, by: PersonId, *, title: str = "", source: Source | None = None
) -> Draft:
    """Return a new draft for `by`: what they left unfinished when nothing new is given."""
    with deps.begin() as session:
        if not title and source is None:
            left = drafts.latest(session, deps.workspace, by)
            if left is not None:
                return left
        draft = Draft(id=deps.new_id(), person=by, fields=Fields(title=title), source=source)
        drafts.save(session, deps.workspace, draft, deps.now())
    return draft


def find_draft(deps: Deps, draft: str) -> Draft | None:
    """Return a draft, None once it was filed or thrown away."""
    with deps.read() as session:
        return drafts.get(session, deps.workspace, draft)


def keep_draft(deps: Deps, draft: str, by: PersonId, fields: Fields) -> Draft:
    """Keep what `by` has typed so far; return the draft.

    A draft that was filed or discarded meanwhile is not kept again.
    """
    with deps.begin() as session:
        known = drafts.get(session, deps.workspace, draft)
        if known is None or known.person != by:
            return Draft(id=draft, person=by, fields=fields)
        typed = replace(known, fields=fields)
        drafts.save(session, deps.workspace, typed, deps.now())
        return typed


def discard_draft(deps: Deps, draft: str, by: PersonId) -> None:
    """Forget a draft of `by`."""
    with deps.begin() as session:
        known = drafts.get(session, deps.workspace, draft)
        if known is not None and known.person == by:
            drafts.drop(session, deps.workspace, draft)
            outbox.hold_order(session, deps.workspace)
            prompts.end_draft(session, deps, draft, DISCARDED)
    deps.wake()


def with_permalink(deps: Deps, source: Source) -> Source:
    """Return `source` with the address of its message."""
    return replace(source, permalink=deps.permalink(source.channel, source.ts))


def charter_of(deps: Deps) -> Charter:
    """Return the charter in force with its people."""
    with deps.read() as session:
        return seated(session, deps)


def offer(deps: Deps, to: PersonId, *, title: str, source: Source) -> Draft:
    """Prepare a draft of what `to` wrote to the bot, and offer them its form in private."""
    draft = Draft(id=deps.new_id(), person=to, fields=Fields(title=title), source=source)
    with deps.begin() as session:
        drafts.save(session, deps.workspace, draft, deps.now())
        told = (posts.invitation(draft.id, to, is_own=True),)
        outbox.add(session, deps.workspace, told, at=deps.now())
    deps.wake()
    return draft


def invite(deps: Deps, author: PersonId, *, title: str, source: Source) -> Draft:
    """Prepare a draft for the author of a message that somebody else wants arbitrated.

    The author gets one private message with the form a click away, once per message.
    """
    draft = Draft(
        id=f"{source.channel}-{source.ts}",
        person=author,
        fields=Fields(title=title),
        source=source,
    )
    with deps.begin() as session:
        post = posts.invitation(draft.id, author)
        if outbox.add(session, deps.workspace, (post,), at=deps.now()):
            drafts.save(session, deps.workspace, draft, deps.now())
            bypasses.note_shortcut(session, deps, source)
    deps.wake()
    return draft
