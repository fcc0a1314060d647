"""People as Slack describes them: asked once a day, kept in the database."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.charter import SeatKey
from bot.domain.ids import PersonId
from bot.domain.people import Person
from bot.services import charters, people
from bot.services.deps import Deps
from bot.slack.errors import code_of

log = logging.getLogger(__name__)

RECENT_S = 30.0
LONGEST_NAME = 255
NOBODY = frozenset({"users_not_found", "user_not_found", "no_such_subteam", "subteam_not_found"})


def _name_of(user: Mapping[str, Any]) -> str:
    """Return what somebody goes by in Slack, the name they chose to show first; may be empty."""
    profile = user.get("profile") or {}
    found = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"))
    return " ".join(str(next(filter(None, found), "")).split())[:LONGEST_NAME]


class RecentPeople:
    """People looked up in the last half minute: an ack does not wait for them again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: dict[PersonId, tuple[float, Person]] = {}

    def get(self, person: PersonId) -> Person | None:
        """Return somebody looked up lately, None otherwise."""
        with self._lock:
            found = self._people.get(person)
        return found[1] if found and time.monotonic() - found[0] < RECENT_S else None

    def put(self, person: Person | None) -> None:
        """Keep somebody for a while."""
        if person is None:
            return
        with self._lock:
            self._people[person.id] = (time.monotonic(), person)


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Looks people up: in the database first, in Slack when they are new or a day old."""

    deps: Deps
    client: WebClient
    recent: RecentPeople = field(default_factory=RecentPeople)

    def locale_of(self, person: PersonId) -> str:
        """Return somebody's language without asking Slack: the charter's when unknown."""
        known = self._known(person)
        return known.locale if known else self.deps.charter.locale

    def is_known(self, person: PersonId) -> bool:
        """Tell whether somebody is known, so that nothing has to be asked."""
        return self._known(person) is not None

    def require_not_barred(self, person: PersonId) -> None:
        """Raise Barred for somebody known to take no part; nobody is asked."""
        known = self._known(person)
        if known is not None:
            people.require_member(known)

    def _known(self, person: PersonId) -> Person | None:
        recent = self.recent.get(person)
        if recent is None:
            recent = people.known(self.deps, person)
            self.recent.put(recent)
        return recent

    def person(self, person: PersonId) -> Person:
        """Return somebody, asked again after a day. A failure of Slack leaves what is known.

        Raises SlackApiError when nothing is known and Slack does not answer.
        """
        known = self._known(person)
        if known and people.is_fresh(self.deps, known):
            return known
        try:
            return self.fetch(person)
        except SlackApiError as error:
            if known is None:
                raise
            log.warning("users.info failed: %s", code_of(error))
            return known

    def fetch(self, person: PersonId) -> Person:
        """Ask Slack about somebody, and keep the answer."""
        try:
            user = self.client.users_info(user=person, include_locale=True)["user"]
        except SlackApiError as error:
            if code_of(error) not in NOBODY:
                raise
            user = {"id": person, "deleted": True}
        found = people.remember(self.deps, self._described(user))
        self.recent.put(found)
        return found

    def _described(self, user: Mapping[str, Any]) -> Person:
        is_elsewhere = user.get("team_id", self.deps.workspace) != self.deps.workspace
        barring = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
        return Person(
            id=PersonId(user["id"]),
            locale=user.get("locale") or self.deps.charter.locale,
            zone=user.get("tz") or self.deps.charter.calendar.zone,
            is_barred=is_elsewhere or any(user.get(sign) for sign in barring),
            seen_at=self.deps.now(),
            name=_name_of(user),
        )

    def refresh(self) -> tuple[SeatKey, ...]:
        """Find who the charter's references are; return the seats that nobody active holds.

        The stewards are told of each vacant seat, once a day.
        """
        for ref in sorted(self.deps.charter.refs):
            self._find(ref)
        return charters.report_vacant_seats(self.deps)

    def meet(self) -> None:
        """Find who the references are that Slack was never asked about.

        Until then routing takes their seats for empty ones. Raises SlackApiError.
        """
        for ref in sorted(self.deps.charter.refs - people.known_refs(self.deps)):
            self._find(ref)

    def _find(self, ref: str) -> None:
        members = self._members(ref)
        for member in members:
            self.person(member)
        people.remember_ref(self.deps, ref, members)

    def _members(self, ref: str) -> tuple[PersonId, ...]:
        try:
            if "@" in ref:
                found = self.client.users_lookupByEmail(email=ref)["user"]["id"]
                return (PersonId(found),)
            if ref.startswith("S"):
                users = self.client.usergroups_users_list(usergroup=ref)["users"]
                return tuple(PersonId(user) for user in users)
        except SlackApiError as error:
            if code_of(error) not in NOBODY:
                raise
            return ()
        return (PersonId(ref),)
