"""Taking buttons off the messages whose object has moved on: what to rewrite, once each.

Called inside the transaction of the move, after it has queued what it says: messages on their way
then count too. Messages whose place is not known are left. Source: product §2.
"""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection

from bot.db import artefacts, drafts, outbox, prompts, requests
from bot.db.outbox import Sent
from bot.domain.artefacts import Artefact
from bot.domain.artefacts import named_in as artefact_in
from bot.domain.charter import Charter
from bot.domain.events import EventKind
from bot.domain.ids import RequestId
from bot.domain.posts import Post, PostKind
from bot.domain.prompts import (
    CARRIED,
    GONE,
    REPLACED,
    Part,
    acts_on,
    end_of,
    has_occurrence_buttons,
    of_artefact,
    of_draft,
    of_occurrence,
    of_request,
    parts_of,
    rewriting,
)
from bot.domain.request import Request
from bot.domain.rituals import Item, Occurrence
from bot.domain.rituals_posts import named_in
from bot.services import rituals
from bot.services.contents import Content
from bot.services.deps import Deps
from bot.services.desks import seated

EndOf = Callable[[Post, str], str | None]
"""What ended a set of buttons of a message, None while it is of use."""


def remember(session: Connection, deps: Deps, number: int, shown: Content) -> None:
    """Keep what the buttons of message `number` act on, as it was `shown`.

    What moved while the message was on its way loses its buttons at once.
    """
    parts = tuple(part for part in parts_of(shown.post) if _is_shown(shown, part))
    if not parts:
        return
    outbox.hold_order(session, deps.workspace)
    prompts.keep(session, deps.workspace, number, parts)
    if shown.post.kind is PostKind.INVITATION:
        draft = shown.post.detail("draft")
        if drafts.get(session, deps.workspace, draft) is None:
            end_draft(session, deps, draft, GONE)
        return
    if shown.artefact:
        follow_artefact(session, deps, shown.artefact.artefact)
        return
    charter = seated(session, deps)
    known = requests.many(session, deps.workspace, _named_by(shown.post))
    for request in known.values():
        its = (part for about, part in parts if about == of_request(request.id))
        # The buttons of other messages were followed by what made them useless.
        if not all(acts_on(shown.post, part, request, charter) for part in its):
            follow_request(session, deps, charter, request)
    if shown.agenda:
        before, ritual = shown.agenda.occurrence, shown.agenda.ritual
        after = rituals.occurrence(session, deps, charter, ritual, before.slot)
        follow_occurrence(session, deps, charter, before, after)


def recover(session: Connection, deps: Deps, number: int, post: Post) -> None:
    """Do the same for a message that was found in Slack when it had nothing more to say."""
    outbox.hold_order(session, deps.workspace)
    prompts.keep(session, deps.workspace, number, parts_of(post))
    if post.kind is PostKind.INVITATION:
        end_draft(session, deps, post.detail("draft"), GONE)
        return
    told = artefact_in(post)
    if told:
        follow_artefact(session, deps, told[0])
        return
    charter = seated(session, deps)
    for request in _named_by(post):
        follow_request(session, deps, charter, requests.get(session, deps.workspace, request))
    named = named_in(post)
    ritual = charter.ritual(named[0]) if named else None
    if named is None or ritual is None:
        return
    held = rituals.occurrence(session, deps, charter, ritual, named[1])
    follow_occurrence(session, deps, charter, held, held)
    for item in held.items:
        if item.request == post.request:
            _follow_notes(session, deps, held, item)


def _is_shown(shown: Content, part: Part) -> bool:
    """Tell whether a set of buttons was in the message."""
    post, sheet = shown.post, shown.sheet
    match post.kind:
        case PostKind.REMINDER | PostKind.REMINDER_LINE:
            return part in {(of_request(d.item.request), d.item.kind) for d in shown.due}
        case PostKind.NOTICE:
            is_asking = shown.event is not None and shown.event.kind is EventKind.EVIDENCE_ASKED
            return is_asking and sheet is not None and _acts(sheet.charter, sheet.request, post)
        case PostKind.FACILITATOR | PostKind.ALERT if shown.agenda:
            return has_occurrence_buttons(post, shown.agenda.occurrence)
        case PostKind.ALERT:
            is_asking = post.detail("what") == "unassigned"
            return is_asking and sheet is not None and _acts(sheet.charter, sheet.request, post)
        case _:
            return True


def _acts(charter: Charter, request: Request, post: Post) -> bool:
    return acts_on(post, post.kind, request, charter)


def _named_by(post: Post) -> tuple[RequestId, ...]:
    named = [post.request] if post.request else [item.request for item in post.items]
    return tuple(dict.fromkeys(named))


def follow_request(session: Connection, deps: Deps, charter: Charter, request: Request) -> None:
    """Take off the buttons that the last event of `request` made useless."""

    def end(post: Post, part: str) -> str | None:
        return None if acts_on(post, part, request, charter) else str(request.event_count)

    _end(session, deps, of_request(request.id), end, f"{request.id}:{request.event_count}")


def end_draft(session: Connection, deps: Deps, draft: str, outcome: str) -> None:
    """Take off the buttons that offer a draft that was filed or thrown away."""
    _end(session, deps, of_draft(draft), lambda _post, _part: outcome, outcome)


def follow_artefact(session: Connection, deps: Deps, artefact: Artefact) -> None:
    """Take off the buttons that ask whether an artefact is current, once something was said."""
    last = artefacts.latest(session, deps.workspace, deps.now()).get(artefact)
    seen = last.seq if last else 0

    def end(post: Post, _part: str) -> str | None:
        return None if artefact_in(post) == (artefact, seen) else str(seen)

    _end(session, deps, of_artefact(artefact), end, f"{artefact}:{seen}")


def follow_occurrence(
    session: Connection, deps: Deps, charter: Charter, before: Occurrence, after: Occurrence
) -> None:
    """Take off the buttons that a change of an occurrence, or of its turn, made useless."""
    _follow_hosts(session, deps, charter, before, after)
    known = {item.request: item.proposal for item in before.items}
    for item in after.items:
        if item.proposal != known.get(item.request):
            _follow_notes(session, deps, after, item)


def _follow_hosts(
    session: Connection, deps: Deps, charter: Charter, before: Occurrence, after: Occurrence
) -> None:
    ritual, about = charter.ritual(after.ritual), of_occurrence(after.ritual, after.slot)
    if ritual is None or not prompts.live(session, deps.workspace, about):
        return
    facilitator = rituals.rota(session, deps, charter, ritual).of(after)

    def end(post: Post, _part: str) -> str | None:
        return end_of(post, before, after, facilitator)

    # Those that are still of use have other buttons at another stage.
    is_all = before.stage is not after.stage
    _end(session, deps, about, end, f"{after.slot}:v{after.version}:{facilitator}", is_all=is_all)


def _follow_notes(session: Connection, deps: Deps, after: Occurrence, item: Item) -> None:
    counts = item.proposal.id if item.proposal else ""

    def end(post: Post, _part: str) -> str | None:
        if post.kind is not PostKind.PROPOSAL or post.detail("proposal") == counts:
            return None
        return REPLACED if counts else CARRIED

    _end(session, deps, of_request(item.request), end, f"{after.slot}:v{after.version}")


def snooze(session: Connection, deps: Deps, request: RequestId, timer: str) -> None:
    """Take « later » off the reminder that was put off; its other buttons stay."""
    live = prompts.live(session, deps.workspace, of_request(request))
    messages = outbox.messages(session, deps.workspace, (prompt.post for prompt in live))
    holding = (n for n, sent in messages.items() if _names(sent.post, timer))
    _rewrite(session, deps, holding, messages, f"again:{timer}")


def _names(post: Post, timer: str) -> bool:
    return any(item.timer == timer for item in post.items)


def _end(
    session: Connection, deps: Deps, about: str, end: EndOf, cause: str, *, is_all: bool = False
) -> None:
    """End what is of no more use about `about`, and have its messages rewritten.

    `is_all`: those of what is still of use too.
    """
    live = prompts.live(session, deps.workspace, about)
    if not live:
        return
    messages = outbox.messages(session, deps.workspace, (prompt.post for prompt in live))
    changed = {prompt.post for prompt in live if is_all}
    for prompt in live:
        outcome = end(messages[prompt.post].post, prompt.part[1])
        if outcome is not None and prompts.end(session, deps.workspace, prompt, outcome):
            changed.add(prompt.post)
    _rewrite(session, deps, changed, messages, cause)


def _rewrite(
    session: Connection, deps: Deps, found: Iterable[int], messages: Mapping[int, Sent], cause: str
) -> None:
    told = tuple(rewriting(messages[number].post, number, cause) for number in sorted(found))
    outbox.add(session, deps.workspace, told, at=deps.now())
