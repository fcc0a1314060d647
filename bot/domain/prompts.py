"""Prompts: messages whose buttons act on something, and lose them once it has moved on.

No button survives the state it belongs to. Pure. Source: product §2.
"""

from datetime import date

from bot.domain.artefacts import Artefact
from bot.domain.artefacts import named_in as artefact_in
from bot.domain.charter import Charter
from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId, RitualId
from bot.domain.posts import Item, Post, PostKind
from bot.domain.reminders import TimerKind, is_still_due
from bot.domain.request import DECIDABLE, Request
from bot.domain.rituals import Occurrence, Stage
from bot.domain.rituals_posts import CLOSE, named_in

STARTED, CLOSED, CANCELLED, MOVED, HANDED = "started", "closed", "cancelled", "moved", "handed"
"""What became of an occurrence, for somebody who was asked to facilitate it."""

CARRIED, REPLACED = "carried", "replaced"
"""What became of a note that no decision answered."""

FILED, DISCARDED, GONE = "filed", "discarded", "gone"
"""What became of a draft; GONE is one or the other."""

Part = tuple[str, str]
"""A set of buttons of a message: what it acts on, and which of its sets it is."""


def of_request(request: RequestId) -> str:
    """Return what names a request that buttons act on."""
    return f"request:{request}"


def of_draft(draft: str) -> str:
    """Return what names a draft that buttons act on."""
    return f"draft:{draft}"


def of_artefact(artefact: Artefact) -> str:
    """Return what names a shared artefact that buttons act on."""
    return f"artefact:{artefact}"


def of_occurrence(ritual: RitualId, slot: date) -> str:
    """Return what names an occurrence that buttons act on."""
    return f"ritual:{ritual}:{slot.isoformat()}"


def parts_of(post: Post) -> tuple[Part, ...]:
    """Return the sets of buttons that a message may have, each once; none for most kinds."""
    named, artefact = named_in(post), artefact_in(post)
    match post.kind:
        case PostKind.REMINDER | PostKind.REMINDER_LINE:
            return tuple(dict.fromkeys((of_request(i.request), i.kind) for i in post.items))
        case PostKind.INVITATION:
            return ((of_draft(post.detail("draft")), post.kind),)
        case PostKind.NOTICE | PostKind.PROPOSAL | PostKind.ALERT if post.request:
            return ((of_request(post.request), post.kind),)
        case PostKind.ARTEFACT if artefact:
            return ((of_artefact(artefact[0]), post.kind),)
        case PostKind.FACILITATOR | PostKind.ALERT if named:
            return ((of_occurrence(*named), post.kind),)
        case _:
            return ()


def is_awaited(item: Item, reader: PersonId | None, request: Request, charter: Charter) -> bool:
    """Tell whether a line of a reminder still awaits an answer of its reader.

    A deliverable that was said to come later is asked about again, by another reminder.
    """
    kind = TimerKind(item.kind)
    if kind is TimerKind.DELIVERY and item.number <= request.follow_up.delays * 2:
        return False
    return is_still_due(kind, reader or PersonId(""), request, charter)


def acts_on(post: Post, part: str, request: Request, charter: Charter) -> bool:
    """Tell whether the buttons `part` of a message have their object in a request as it stands."""
    match post.kind:
        case PostKind.REMINDER | PostKind.REMINDER_LINE:
            lines = (i for i in post.items if (i.request, i.kind) == (request.id, part))
            return any(is_awaited(line, post.reader, request, charter) for line in lines)
        case PostKind.NOTICE:
            return asks_evidence(request, post.reader)
        case PostKind.PROPOSAL:
            return request.status in DECIDABLE and post.reader in request.awaited
        case _:
            return is_unassigned(request)


def asks_evidence(request: Request, reader: PersonId | None) -> bool:
    """Tell whether evidence is awaited from `reader`."""
    return request.status is Status.AWAITING_EVIDENCE and reader == request.requester


def is_unassigned(request: Request) -> bool:
    """Tell whether stewards are to find who decides a request."""
    return request.is_open and not request.route.mandates


def end_of(
    post: Post, before: Occurrence, after: Occurrence, facilitator: PersonId | None
) -> str | None:
    """Return what ended the buttons of a message about an occurrence; None while they are of use.

    `before` is the occurrence as the message shows it, `facilitator` who facilitates now.
    """
    what = post.detail("what")
    if after.stage is Stage.CANCELLED:
        return CANCELLED
    if after.stage is Stage.CLOSED:
        return CLOSED
    if after.starts_at != before.starts_at:
        return MOVED
    if after.stage is Stage.RUNNING and what != CLOSE:
        return STARTED
    is_theirs = facilitator == (None if post.kind is PostKind.ALERT else post.person)
    return None if is_theirs else HANDED


def has_occurrence_buttons(post: Post, occurrence: Occurrence) -> bool:
    """Tell whether a message about an occurrence was given buttons. Source: governance §7."""
    what = post.detail("what")
    if post.kind is PostKind.ALERT:
        return what == "no_facilitator"
    return what == CLOSE or (what != CANCELLED and occurrence.stage is Stage.PLANNED)


def rewriting(post: Post, number: int, cause: str) -> Post:
    """Return the rewriting of the message `post`, number `number` of the outbox.

    `cause` tells two of them apart; those that wait are one.
    """
    return Post(
        kind=PostKind.PROMPT_UPDATE,
        key=f"prompt_update:{number}:{cause}",
        channel=post.channel,
        person=post.person,
        group=f"prompt_update:{number}",
        details=(("of", str(number)),),
    )
