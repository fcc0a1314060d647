"""Messages in channels and to the bot: mentions, `ARB-12`, and « ok, go » from a decider.

Everything here can arrive twice: each thing said has a key of its own.
"""

import re
from typing import Any

from slack_bolt import Ack, Respond

from bot.domain.content import Source
from bot.domain.ids import ChannelId, PersonId, RequestId
from bot.domain.request import DECIDABLE
from bot.domain.summary import Sheet
from bot.services import people, reading, requests
from bot.slack import forms, ids
from bot.slack.call import Call, showing
from bot.slack.dumping import dump_blocks
from bot.slack.kit import Kit, Payload
from bot.slack.listeners import bypasses
from bot.slack.listeners.decisions import open_decision
from bot.slack.switchboard import Switchboard
from bot.slack.views.lines import invitation
from bot.slack.views.menus import help_message, record_reply
from bot.slack.views.parts import Message

REFERENCE = re.compile(r"\bARB-(\d{1,9})\b", re.IGNORECASE)
APPROVALS = re.compile(
    r"^\W*(?:(?:c est )?(?:ok|okay|go|valide|validee|approuve|accorde|d accord|vendu|feu vert"
    r"|lgtm|approved|agreed|deal|let s go|allons y|on y va|fonce|on part)\b[\s,.!:]*)+"
)
LONGEST_APPROVAL = 400
LONGEST_MARKUP = 2_000  # of such a yes, as Slack writes it; it is read before the ack


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""

    def on_message(body: dict[str, Any], ack: Ack, _respond: Respond) -> None:
        ack()
        read_message(kit, body["event"], body["event_id"])
        bypasses.notice(kit, body)

    def on_mention(body: dict[str, Any], ack: Ack, _respond: Respond) -> None:
        ack()
        answer_mention(kit, body["event"], body["event_id"])

    board.event("message")(on_message)
    board.event("app_mention")(on_mention)
    board.action(ids.RECORD_REPLY)(showing(kit, on_record_reply))


def read_message(kit: Kit, message: Payload, event_id: str) -> None:
    """Answer a direct message, show the requests named, notice a decider's « ok »."""
    if message.get("subtype") or forms.is_from_bot(message):
        return
    if message.get("channel_type") == "im":
        _offer_form(kit, message, event_id)
        return
    # Most messages need nothing: a thread of its own would cost as much as the whole dispatch.
    words = message.get("text", "")
    if REFERENCE.search(words) or ("thread_ts" in message and is_approval(words)):
        kit.later(lambda: _read_in_channel(kit, message, event_id))


def _read_in_channel(kit: Kit, message: Payload, event_id: str) -> None:
    channel = ChannelId(message["channel"])
    root = message.get("thread_ts")
    here = reading.request_at(kit.deps, channel, root) if root else None
    for number in dict.fromkeys(REFERENCE.findall(message.get("text", ""))):
        if _may_be_shown(kit, int(number), channel):
            reading.show_named(
                kit.deps, int(number), channel, thread_ts=root or message["ts"], apart=here
            )
    if here:
        _offer_to_record(kit, reading.sheet(kit.deps, here), message, event_id)


def _may_be_shown(kit: Kit, number: int, channel: ChannelId) -> bool:
    """Tell whether a request may be named in `channel`: a private one's stays there."""
    sheet = reading.find(kit.deps, number)
    if sheet is None:
        return False
    home = sheet.request.channel
    return home == channel or kit.audience.is_public(home)


def _offer_to_record(kit: Kit, sheet: Sheet, message: Payload, event_id: str) -> None:
    person = PersonId(message["user"])
    is_decider = sheet.request.may_decide(person) and sheet.request.status in DECIDABLE
    if not is_decider or not is_approval(message.get("text", "")):
        return
    if people.first_time(kit.deps, f"event:{event_id}"):
        offer = record_reply(sheet, f"{sheet.request.id}|{message['ts']}", kit.locale_of(person))
        _tell(kit, message, offer)


def is_approval(words: str) -> bool:
    """Tell whether a reply reads as a yes: « ok, go », « validé », "approved"."""
    if len(words) > LONGEST_MARKUP:
        return False
    plain = forms.folded(forms.readable(words))
    return len(plain) <= LONGEST_APPROVAL and APPROVALS.match(plain) is not None


def on_record_reply(call: Call) -> None:
    """Open the decision form with the decider's own message as rationale."""
    request_id, _, ts = forms.action_value(call.body).partition("|")
    sheet = reading.sheet(call.kit.deps, RequestId(request_id))
    sheet.request.require_decider(call.person, DECIDABLE)
    channel = ChannelId(call.body["channel"]["id"])
    rationale = forms.readable(bypasses.own_words(call, channel, ts))
    open_decision(call, sheet, rationale=rationale)


def answer_mention(kit: Kit, message: Payload, event_id: str) -> None:
    """Offer the form for what a mention says; with no words, say how it works."""
    if forms.is_from_bot(message) or message.get("subtype"):
        return
    _offer_form(kit, message, event_id)


def _offer_form(kit: Kit, message: Payload, event_id: str) -> None:
    kit.later(lambda: _offered(kit, message, event_id))


def _offered(kit: Kit, message: Payload, event_id: str) -> None:
    person = PersonId(message["user"])
    member = kit.directory.person(person)
    if people.is_barred(member) or not people.first_time(kit.deps, f"event:{event_id}"):
        return
    title = forms.title_from(message.get("text", ""))
    if not title:
        _tell(kit, message, help_message(member.locale))
        return
    channel = ChannelId(message["channel"])
    source = Source(
        channel=channel,
        ts=message.get("thread_ts") or message["ts"],
        permalink=kit.deps.permalink(channel, message["ts"]),
        author=person,
        excerpt=forms.readable(message.get("text", ""))[: forms.EXCERPT_LIMIT],
    )
    if message.get("channel_type") == "im":
        # It stays in the conversation: its buttons are taken off once the draft is gone.
        requests.offer(kit.deps, person, title=title, source=source)
        return
    draft = requests.start_draft(kit.deps, person, title=title, source=source)
    _tell(kit, message, invitation(draft, member.locale, is_own=True))


def _tell(kit: Kit, message: Payload, told: Message) -> None:
    """Answer in private where somebody wrote; in their direct messages, openly."""
    blocks = dump_blocks(told)
    channel = message["channel"]
    if message.get("channel_type") == "im":
        kit.client.chat_postMessage(channel=channel, text=told.text, blocks=blocks)
        return
    kit.client.chat_postEphemeral(
        channel=channel,
        user=message["user"],
        thread_ts=message.get("thread_ts"),
        text=told.text,
        blocks=blocks,
    )
