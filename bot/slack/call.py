"""One call from Slack, and how a listener is bound to Bolt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk.models.views import View

from bot.domain.ids import PersonId
from bot.services import people
from bot.slack import forms
from bot.slack.kit import Kit, Payload
from bot.slack.views.parts import Message


@dataclass(frozen=True, kw_only=True)
class Call:
    """A command, shortcut, click or submission. `locale` is its person's language."""

    kit: Kit
    body: Payload
    ack: Ack
    respond: Respond
    person: PersonId
    locale: str

    @property
    def view(self) -> Payload:
        """The form that was submitted, closed or clicked in."""
        found: Payload = self.body["view"]
        return found

    def open_view(self, make: Callable[[str], View]) -> None:
        """Ack, and open beside it the view that `make` returns for a language.

        The view opens in the language known; when the person is new, it is made again in theirs
        once Slack has said which it is.
        """
        kit, person, locale = self.kit, self.person, self.locale
        trigger = self.body["trigger_id"]
        is_known = kit.directory.is_known(person)
        view = make(locale)

        def opening() -> None:
            opened = kit.client.views_open(trigger_id=trigger, view=view)["view"]
            if is_known:
                return
            spoken = kit.directory.person(person).locale
            if spoken != locale:
                kit.client.views_update(view_id=opened["id"], view=make(spoken))

        self.ack()
        kit.later(opening)

    def push_view(self, view: View) -> None:
        """Ack a click in a modal, and show `view` on top of it."""
        kit, trigger = self.kit, self.body["trigger_id"]
        self.ack()
        kit.later(lambda: kit.client.views_push(trigger_id=trigger, view=view))

    def answer(self, message: Message, **more: Any) -> None:
        """Ack, and answer in private where the person is, even where the app is not."""
        blocks = [block.to_dict() for block in message.blocks]
        respond, text = self.respond, message.text
        self.ack()
        if not self.body.get("response_url"):
            self.kit.later(lambda: self._answer_directly(message))
            return
        self.kit.later(
            lambda: respond(
                text=text,
                blocks=blocks,
                response_type="ephemeral",
                replace_original=False,
                **more,
            )
        )

    def _answer_directly(self, message: Message) -> None:
        opened = self.kit.client.conversations_open(users=self.person)
        self.kit.client.chat_postMessage(
            channel=opened["channel"]["id"],
            text=message.text,
            blocks=[block.to_dict() for block in message.blocks],
        )


Listener = Callable[[Call], None]
BoltListener = Callable[[dict[str, Any], Ack, Respond], None]


def opening(kit: Kit, listener: Listener) -> BoltListener:
    """Bind a listener that only shows something; it waits for nothing but the database."""

    def bound(body: dict[str, Any], ack: Ack, respond: Respond) -> None:
        listener(_call(kit, body, ack, respond))

    return bound


def acting(kit: Kit, listener: Listener) -> BoltListener:
    """Bind a listener that changes something: only members of the workspace may.

    Raises Barred for guests and people from elsewhere.
    """

    def bound(body: dict[str, Any], ack: Ack, respond: Respond) -> None:
        call = _call(kit, body, ack, respond)
        person = kit.directory.person(call.person)
        people.require_member(person)
        listener(replace(call, locale=person.locale))

    return bound


def _call(kit: Kit, body: dict[str, Any], ack: Ack, respond: Respond) -> Call:
    person = forms.actor_of(body).id
    locale = kit.locale_of(person)
    return Call(kit=kit, body=body, ack=ack, respond=respond, person=person, locale=locale)
