"""The rituals of the story: each is run when its time comes, item by item, as the charter says.

Who facilitates clicks in the message it is run from; who decides confirms in private.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.demo.doing import CHANNEL, check, has_button, key_of, submit, wait_form
from bot.demo.stage import Stage, Stuck
from bot.domain.agenda import AgendaSheet
from bot.domain.ids import PersonId
from bot.domain.rituals import Item, Occurrence
from bot.domain.rituals import Stage as RitualStage
from bot.domain.rituals_plan import between
from bot.domain.rituals_posts import name
from bot.sandbox.person import PersonDriver
from bot.services import decisions, reading, rituals
from bot.slack import ids
from bot.slack.views.agendas import value_of

ITEM = timedelta(minutes=8)
"""How long an item takes."""

CANCEL_BEFORE = timedelta(minutes=30)
AFTER = timedelta(minutes=20)
"""How long after the end, or after one another, people do what was asked of them."""

ACTIONS = {"propose": ids.ITEM_PROPOSE, "evidence": ids.ITEM_EVIDENCE, "carry": ids.ITEM_CARRY}

Outcome = Mapping[str, Any]


class Hands(Protocol):
    """What running a ritual takes from who tells the story."""

    def answers(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is typed in a form."""
        ...

    def said_of(self, number: int) -> Sequence[Outcome]:
        """Return what is said of a request, each time it is an item; the last holds for good."""
        ...

    def follow(self, number: int, told: Mapping[str, Any]) -> None:
        """Do what somebody does to a request after it was treated."""
        ...


class Meetings:
    """Runs occurrences, by the hands of the people concerned.

    `nothing` is why one is cancelled when its agenda is empty, by language.
    """

    def __init__(self, stage: Stage, hands: Hands, nothing: Mapping[str, str]) -> None:
        self._stage = stage
        self._nothing = nothing
        self._hands = hands
        self._treated: dict[int, int] = {}

    def planned(self, start: datetime, end: datetime) -> list[Occurrence]:
        """Return the occurrences that start in a span, in their order."""
        charter = self._stage.deps.charter
        held = (
            occurrence
            for ritual in charter.rituals
            for occurrence in between(ritual, charter.calendar, (), start, end)
        )
        return sorted(held, key=lambda occurrence: occurrence.starts_at)

    def hold(self, planned: Occurrence) -> None:
        """Run an occurrence, or cancel it when nothing is on its agenda. Raises Stuck."""
        self._stage.go_to(planned.starts_at - CANCEL_BEFORE)
        self._stage.settle()
        if self._sheet(planned).agenda.entries:
            self._run(planned)
        else:
            self._cancel(planned)

    def _cancel(self, planned: Occurrence) -> None:
        host = self._host(planned)
        agenda = self._posted(f"agenda:{name(planned)}")
        check(host.click(CHANNEL, agenda, ids.RITUAL_CANCEL), name(planned))
        wait_form(host, ids.RITUAL_FORMS[ids.RITUAL_CANCEL])
        check(host.submit({"why": self._nothing[host.member.locale[:2]]}), name(planned))
        self._stage.settle()

    def _run(self, planned: Occurrence) -> None:
        """Start on time, settle each item, close."""
        self._stage.go_to(planned.starts_at + timedelta(minutes=1))
        self._stage.settle()
        host = self._host(planned)
        agenda = self._posted(f"agenda:{name(planned)}")
        check(host.click(CHANNEL, agenda, ids.RITUAL_START), name(planned))
        self._stage.settle()
        later: list[tuple[int, Outcome]] = []
        for item in self._now(planned).items:
            self._pass(ITEM)
            told = self._outcome(item.number)
            self._settle_item(planned, item, host, told)
            later += [(item.number, step) for step in told.get("then", ())]
        self._stage.settle()
        run = self._posted(f"run:{name(planned)}", agenda)
        check(host.click(CHANNEL, run, ids.RITUAL_CLOSE), name(planned))
        self._stage.settle()
        if self._now(planned).stage is not RitualStage.CLOSED:
            raise Stuck(f"{name(planned)} is not closed")
        for number, step in later:
            self._pass(AFTER)
            self._hands.follow(number, step)

    def _pass(self, time: timedelta) -> None:
        self._stage.go_to(self._stage.slack.clock.now() + time)

    def _settle_item(
        self, planned: Occurrence, item: Item, host: PersonDriver, told: Outcome
    ) -> None:
        action = ACTIONS[told["do"]]
        agenda = self._posted(f"agenda:{name(planned)}")
        run = self._posted(f"run:{name(planned)}", agenda)
        value = value_of(planned, item.request)
        check(host.click(CHANNEL, run, action, value=value), item.reference)
        wait_form(host, ids.RITUAL_FORMS[action])
        fields = {key: words for key, words in told.items() if key not in {"do", "then"}}
        check(submit(host, self._hands.answers(fields)), item.reference)
        self._stage.settle()
        if action != ids.ITEM_CARRY:
            self._confirm(planned, item)

    def _confirm(self, planned: Occurrence, item: Item) -> None:
        """Let each decider confirm what the facilitator heard."""
        proposal = next(i for i in self._now(planned).items if i.number == item.number).proposal
        if proposal is None:
            return
        value = value_of(planned, item.request, proposal.id)
        for person in list(self._stage.slack.world.people.values()):
            decider = self._stage.slack.person(person.member.handle)
            asked = [m for m in decider.dms() if has_button(m, ids.PROPOSAL_CONFIRM, value)]
            if asked:
                self._pass(timedelta(minutes=1))
                room = self._stage.slack.world.direct(decider.id, self._stage.slack.world.bot_user)
                self._agree(decider, (room.id, asked[-1]["ts"]), value, item)
                self._stage.settle()

    def _agree(self, decider: PersonDriver, place: tuple[str, str], value: str, item: Item) -> None:
        """Confirm in one click, or in the form when a live strategy must be spoken of."""
        request = reading.sheet(self._stage.deps, item.request).request
        if not decisions.strategies(self._stage.deps, request):
            check(decider.click(*place, ids.PROPOSAL_CONFIRM, value=value), item.reference)
            return
        check(decider.click(*place, ids.PROPOSAL_EDIT, value=value), item.reference)
        wait_form(decider, ids.DECISION_FORM)
        check(submit(decider, {}), item.reference)

    def _outcome(self, number: int) -> Outcome:
        told = self._hands.said_of(number)
        times = self._treated.get(number, 0)
        self._treated[number] = times + 1
        return told[min(times, len(told) - 1)]

    def _now(self, planned: Occurrence) -> Occurrence:
        return self._sheet(planned).occurrence

    def _sheet(self, planned: Occurrence) -> AgendaSheet:
        return rituals.sheet(self._stage.deps, planned.ritual, planned.slot)

    def _host(self, planned: Occurrence) -> PersonDriver:
        found = self._sheet(planned).facilitator
        return self._stage.slack.person(self._handle(found or PersonId("")))

    def _handle(self, person: PersonId) -> str:
        return self._stage.slack.world.people[person].member.handle

    def _posted(self, key: str, thread_ts: str | None = None) -> str:
        """Return the ts of the message that has `key`; what is just due may still be on its way.

        Raises Stuck.
        """
        self._stage.wait(lambda: bool(self._found(key, thread_ts)), key)
        return self._found(key, thread_ts)[0]

    def _found(self, key: str, thread_ts: str | None) -> list[str]:
        messages = self._stage.slack.messages(CHANNEL, thread_ts)
        return [str(message["ts"]) for message in messages if key_of(message) == key]
