"""The four shared artefacts: what each says, who said last that it is current, until when.

An artefact has an owner, a content and a freshness date. Every update is kept; the last one is
what it says. The roadmap is made of the decisions, and the impacts of the charter: saying that they
are current needs no words. Pure. Source: governance §8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from bot.domain.artefacts_plan import Artefact
from bot.domain.calendar import months_later
from bot.domain.charter import Charter, Role, Verdict
from bot.domain.counting import Share
from bot.domain.errors import BadDays, BadLink, MissingArtefact, MissingCapacity, TooLong
from bot.domain.ids import ImpactId, PersonId, SquadId
from bot.domain.posts import Post, PostKind
from bot.domain.summary import Summary

__all__ = ["Artefact"]  # which one

WORDS_LIMIT, LINK_LIMIT = 1000, 500
MOST_DAYS = 9999
SELF_MADE = frozenset({Artefact.IMPACTS, Artefact.ROADMAP})
"""Those that have a content without a word: the charter's impacts, and the decisions."""

ON_THE_ROADMAP = frozenset({Verdict.ACCEPT, Verdict.FIRST, Verdict.SHIFT})
"""What was accepted. What is cut or refused leads nowhere."""

ROADMAP_MONTHS = 6
"""How far back the roadmap looks: the longest review of a decision. Source: governance §5."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """A squad's real capacity over the cycle, in person-days: what it has, what is taken."""

    squad: SquadId
    available_days: float
    engaged_days: float

    @property
    def is_over(self) -> bool:
        """Tell whether more is taken than there is."""
        return self.engaged_days > self.available_days


@dataclass(frozen=True, kw_only=True)
class Body:
    """What an artefact says: a few words, the address of the real document, capacities."""

    words: str = ""
    link: str = ""
    capacity: tuple[Capacity, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Update:
    """One line of the history: `by`, in the seat of `role`, said at `at` that it is current.

    `seq` counts an artefact's updates from 1. `is_confirmation`: with the content as it was.
    """

    artefact: Artefact
    seq: int
    at: datetime
    by: PersonId
    role: Role
    body: Body
    is_confirmation: bool = False


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An artefact as it stands. `last` is None until somebody says something of it.

    `keepers` may say that it is current: the seat `owner`, holder first, when it `is_held`; else
    the stewards. `stale_at` is when it stops being current, None when it never was.
    """

    artefact: Artefact
    owner: Role
    keepers: tuple[PersonId, ...]
    is_held: bool = True
    last: Update | None = None
    stale_at: datetime | None = None

    @property
    def seen(self) -> int:
        """The number of the last update, 0 when there is none: what a button was shown over."""
        return self.last.seq if self.last else 0

    @property
    def can_confirm(self) -> bool:
        """Tell whether there is a content to call current."""
        return self.last is not None or self.artefact in SELF_MADE

    def is_fresh(self, at: datetime) -> bool:
        """Tell whether it is current at `at` (aware UTC)."""
        return self.stale_at is not None and at < self.stale_at


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The accepted decisions that serve one impact: how many, what they engage, the latest."""

    impact: ImpactId
    decisions: int
    effort_hundredths: int
    lines: tuple[Summary, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """An artefact opened. `history` is the latest updates, newest first.

    `roadmap` is None for the others, and for who may not see the decisions.
    """

    kept: Kept
    charter: Charter
    history: tuple[Update, ...]
    roadmap: tuple[Heading, ...] | None = None


def stale_at(said_at: datetime, artefact: Artefact, charter: Charter) -> datetime:
    """Return when what was said current at `said_at` is no longer: the start of a local day."""
    calendar = charter.calendar
    day, fresh_days = calendar.local_date(said_at), charter.artefacts[artefact].fresh_days
    end = months_later(day, charter.cycle.months)
    return calendar.instant(day + timedelta(days=fresh_days) if fresh_days else end, time())


def keep_all(
    charter: Charter, barred: frozenset[PersonId], latest: Mapping[Artefact, Update]
) -> tuple[Kept, ...]:
    """Return the four artefacts of a seated charter, from the last update of each."""
    return tuple(_kept(charter, barred, artefact, latest.get(artefact)) for artefact in Artefact)


def _kept(
    charter: Charter, barred: frozenset[PersonId], artefact: Artefact, last: Update | None
) -> Kept:
    owner = charter.artefacts[artefact].owner
    holders = _there(charter, owner, barred)
    return Kept(
        artefact=artefact,
        owner=owner,
        keepers=holders or _there(charter, Role.STEWARD, barred),
        is_held=bool(holders),
        last=last,
        stale_at=stale_at(last.at, artefact, charter) if last else None,
    )


def _there(charter: Charter, role: Role, barred: frozenset[PersonId]) -> tuple[PersonId, ...]:
    seat = charter.seat(role)
    return tuple(person for person in seat.members if person not in barred) if seat else ()


def freshness(kept: Sequence[Kept], at: datetime) -> Share:
    """Return how many artefacts are current at `at`, of all. Source: governance §9."""
    return Share(hits=sum(one.is_fresh(at) for one in kept), n=len(kept))


def check_body(artefact: Artefact, body: Body) -> None:
    """Refuse a content that says nothing, or what nobody could read.

    Raises TooLong, BadLink, BadDays, MissingCapacity or MissingArtefact, beside their field.
    """
    for field, words, limit in (
        ("artefact_words", body.words, WORDS_LIMIT),
        ("artefact_link", body.link, LINK_LIMIT),
    ):
        if len(words) > limit:
            raise TooLong(field=field, limit=str(limit))
    if body.link and not _is_address(body.link):
        raise BadLink
    for one in body.capacity:
        _check_capacity(one)
    if artefact in SELF_MADE or body.words or body.link or body.capacity:
        return
    raise MissingArtefact


def _check_capacity(capacity: Capacity) -> None:
    for field, days in (
        (available_field(capacity.squad), capacity.available_days),
        (engaged_field(capacity.squad), capacity.engaged_days),
    ):
        # Written so that what is no number at all is refused too.
        if not 0 <= days <= MOST_DAYS:
            raise BadDays(field=field, most=str(MOST_DAYS))


def capacity_of(
    squad: SquadId, available_days: float | None, engaged_days: float | None
) -> Capacity | None:
    """Return what two fields say, None when both are empty. Raises MissingCapacity for one."""
    if available_days is None and engaged_days is None:
        return None
    if available_days is None:
        raise MissingCapacity(field=available_field(squad))
    if engaged_days is None:
        raise MissingCapacity(field=engaged_field(squad))
    return Capacity(squad=squad, available_days=available_days, engaged_days=engaged_days)


def available_field(squad: SquadId) -> str:
    """Return the name of the field for what a squad has."""
    return f"available:{squad}"


def engaged_field(squad: SquadId) -> str:
    """Return the name of the field for what is taken of it."""
    return f"engaged:{squad}"


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_whole and not any(char.isspace() or char in "<>|" for char in link)


def roadmap_since(today: date) -> date:
    """Return the first day whose decisions may still be on the roadmap."""
    return months_later(today, -ROADMAP_MONTHS)


def reminder(kept: Kept, person: PersonId) -> Post:
    """Return the one word to who keeps an artefact that is no longer current; once per lapse."""
    return Post(
        kind=PostKind.ARTEFACT,
        key=f"artefact:{kept.artefact}:{kept.seen}",
        person=person,
        details=(("artefact", kept.artefact), ("seen", str(kept.seen))),
        in_hours=True,
    )


def named_in(post: Post) -> tuple[Artefact, int] | None:
    """Return the artefact that a post is about, and its last update then; None for another post."""
    if post.kind is not PostKind.ARTEFACT:
        return None
    return Artefact(post.detail("artefact")), int(post.detail("seen"))
