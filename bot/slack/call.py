"""One call from Slack, and how a listener is bound to Bolt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk.models.views import View
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookResponse

from bot.domain.errors import Barred
from bot.domain.ids import PersonId
from bot.services import homes, people
from bot.slack import forms, refusals
from bot.slack.dumping import Json, dump_blocks, dump_plain, dump_view
from bot.slack.kit import Kit, Payload
from bot.slack.plain_blocks import REFUSED, with_plain_blocks
from bot.slack.switchboard import BoltListener
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
        """Open the view that `make` returns for a language.

        It opens at once, in the language known. For somebody new Slack is asked after: the view
        is made again in their language, or says that they cannot take part.
        """
        client = self.kit.client
        is_known = self.kit.directory.is_known(self.person)
        view = dump_view(make(self.locale))
        opened = client.views_open(trigger_id=self.body["trigger_id"], view=view)
        if is_known:
            return
        person, view_id = self.kit.directory.person(self.person), opened["view"]["id"]
        if people.is_barred(person):
            self.kit.update_view(view_id, refusals.notice(Barred(), person.locale))
        elif person.locale != self.locale:
            self.kit.update_view(view_id, make(person.locale))

    def push_view(self, make: Callable[[str], View]) -> None:
        """Open the view that `make` returns, over the modal that was clicked in if there is one."""
        if (self.body.get("view") or {}).get("type") != "modal":
            self.open_view(make)
            return
        view = dump_view(make(self.locale))
        self.kit.client.views_push(trigger_id=self.body["trigger_id"], view=view)

    def answer(self, message: Message) -> None:
        """Answer in private where the person is, even where the app is not."""
        if not self.body.get("response_url"):
            self._answer_directly(message)
        elif self._respond(message, dump_blocks(message)).body in REFUSED:
            plain = dump_plain(message)
            if plain is not None:
                self._respond(message, plain)

    def send_file(self, name: str, content: bytes, *, words: str) -> None:
        """Send a file to the person by direct message, with a few words."""
        opened = self.kit.client.conversations_open(users=self.person)
        self.kit.client.files_upload_v2(
            channel=opened["channel"]["id"], filename=name, content=content, initial_comment=words
        )

    def _respond(self, message: Message, blocks: list[Json]) -> WebhookResponse:
        return self.respond(
            text=message.text,
            blocks=blocks,
            response_type="ephemeral",
            replace_original=False,
            thread_ts=forms.thread_of(self.body),
        )

    def _answer_directly(self, message: Message) -> None:
        opened = self.kit.client.conversations_open(users=self.person)
        channel = opened["channel"]["id"]

        def post(blocks: list[Json]) -> SlackResponse:
            return self.kit.client.chat_postMessage(
                channel=channel, text=message.text, blocks=blocks
            )

        with_plain_blocks(message, post)


Listener = Callable[[Call], None]


def showing(kit: Kit, listener: Listener) -> BoltListener:
    """Bind a listener that shows something: it is acked at once, and works beside the ack.

    Guests and people from elsewhere are told so once they are known to be.
    """

    def bound(body: dict[str, Any], ack: Ack, respond: Respond) -> None:
        ack()
        kit.later(lambda: _show(kit, listener, body, ack, respond))

    return bound


def redrawing(kit: Kit, listener: Listener) -> BoltListener:
    """Bind a listener that redraws a view: those of one view are done in their order.

    Somebody's Home is one view, whatever its id was: it is opened and drawn again in one order.
    """

    def bound(body: dict[str, Any], ack: Ack, respond: Respond) -> None:
        ack()
        view = body["view"]
        key = forms.actor_of(body).id if view["type"] == "home" else view["id"]
        kit.later_in_line(key, lambda: _show(kit, listener, body, ack, respond))

    return bound


def _show(kit: Kit, listener: Listener, body: dict[str, Any], ack: Ack, respond: Respond) -> None:
    try:
        call = _call(kit, body, ack, respond)
        kit.directory.require_not_barred(call.person)
        listener(call)
    except Exception as error:  # noqa: BLE001  # told to the person, and logged, by refusals
        refusals.tell(kit, error, body, respond)


def acting(kit: Kit, listener: Listener) -> BoltListener:
    """Bind a listener that changes something: it is acked when that is stored.

    Raises Barred for guests and people from elsewhere.
    """

    def bound(body: dict[str, Any], ack: Ack, respond: Respond) -> None:
        call = _call(kit, body, ack, respond)
        person = kit.directory.person(call.person)
        people.require_member(person)
        listener(replace(call, locale=person.locale))
        kit.later_in_line(call.person, lambda: homes.acted(kit.deps, call.person))

    return bound


def _call(kit: Kit, body: dict[str, Any], ack: Ack, respond: Respond) -> Call:
    person = forms.actor_of(body).id
    locale = kit.locale_of(person)
    return Call(kit=kit, body=body, ack=ack, respond=respond, person=person, locale=locale)
