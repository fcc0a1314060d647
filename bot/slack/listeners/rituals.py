"""Rituals: see what comes, arrange an occurrence, run it item by item.

Every right is checked on the server, when a button is clicked and again when its form is
submitted. Source: governance §7, product §5.
"""

from collections.abc import Callable

from bot.domain.decision import Terms
from bot.domain.errors import MissingChoice
from bot.domain.lint import preference_in
from bot.i18n import text
from bot.services import decisions, reading, rituals, rituals_arrange, rituals_ics, rituals_run
from bot.slack import forms, ids
from bot.slack.call import Call, acting, showing
from bot.slack.dumping import dump_view
from bot.slack.kit import Kit
from bot.slack.listeners.decisions import first_terms, open_decision
from bot.slack.meetings import Meeting, meeting_from
from bot.slack.switchboard import Switchboard
from bot.slack.views.decision_form import decision_form
from bot.slack.views.parts import Message, ritual_name, section
from bot.slack.views.ritual_forms import SWAP, arranging_form, item_form, proposal_form
from bot.slack.views.rituals import rituals as rituals_message

ARRANGING = (ids.RITUAL_HAND_OVER, ids.RITUAL_MOVE, ids.RITUAL_CANCEL)
SETTLING = (ids.ITEM_EVIDENCE, ids.ITEM_CARRY)


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.RITUALS)(showing(kit, show_rituals))
    board.action(ids.RITUAL_CALENDAR)(showing(kit, on_calendar))
    board.action(ids.RITUAL_START)(acting(kit, on_start))
    board.action(ids.RITUAL_CLOSE)(acting(kit, on_close))
    for action in ARRANGING:
        board.action(action)(showing(kit, _on_arrange(action)))
    for action in SETTLING:
        board.action(action)(showing(kit, _on_settle(action)))
    board.action(ids.ITEM_PROPOSE)(showing(kit, on_propose))
    board.action(ids.PROPOSAL_CONFIRM)(acting(kit, on_confirm))
    board.action(ids.PROPOSAL_EDIT)(showing(kit, on_edit))
    submitted = {
        ids.RITUAL_HAND_OVER: on_handed_over,
        ids.RITUAL_MOVE: on_moved,
        ids.RITUAL_CANCEL: on_cancelled,
        ids.ITEM_EVIDENCE: on_evidence,
        ids.ITEM_CARRY: on_carried,
        ids.ITEM_PROPOSE: on_proposed,
    }
    for action, listener in submitted.items():
        board.view(ids.RITUAL_FORMS[action])(acting(kit, listener))


def show_rituals(call: Call) -> None:
    """Answer with what comes next, who facilitates, and one's own turn."""
    found = rituals.coming(call.kit.deps, call.person)
    call.answer(rituals_message(found, call.person, call.kit.deps.now(), call.locale))


def on_calendar(call: Call) -> None:
    """Send a ritual's calendar file to who asked, by direct message."""
    deps, name = call.kit.deps, _clicked(call).which.ritual
    content = rituals_ics.calendar_file(deps, name, call.locale)
    ritual = ritual_name(deps.charter, name, call.locale)
    call.send_file(
        f"{name}.ics", content, words=text(call.locale, "ritual.calendar_file", ritual=ritual)
    )
    if call.body.get("response_url"):
        sent = text(call.locale, "ritual.calendar_sent")
        call.answer(Message(text=sent, blocks=(section(sent),)))


# Planned


def on_start(call: Call) -> None:
    """Start an occurrence; its agenda is frozen."""
    which = _clicked(call).which
    rituals_run.start(call.kit.deps, which, call.person, key=forms.click_key(call.body))
    call.ack()


def _on_arrange(action: str) -> Callable[[Call], None]:
    def on_arrange(call: Call) -> None:
        sheet = rituals_arrange.check(call.kit.deps, _clicked(call).which, call.person)
        call.open_view(lambda locale: arranging_form(action, sheet, locale))

    return on_arrange


def on_moved(call: Call) -> None:
    """Move this one."""
    view = call.view
    day, at = forms.day_of(view, "moved_to"), forms.time_of(view, "moved_at")
    if day is None or at is None:
        raise MissingChoice(field="moved_to" if day is None else "moved_at")
    rituals_arrange.move(
        call.kit.deps,
        _submitted(call).which,
        call.person,
        (day, at),
        why=forms.text_of(view, "why"),
        key=_key(call),
    )
    call.ack()


def on_cancelled(call: Call) -> None:
    """Cancel this one."""
    why = forms.text_of(call.view, "why")
    which = _submitted(call).which
    rituals_arrange.cancel(call.kit.deps, which, call.person, why, key=_key(call))
    call.ack()


def on_handed_over(call: Call) -> None:
    """Let somebody else facilitate this time, or swap turns."""
    chosen = forms.person_of(call.view, "person")
    if chosen is None:
        raise MissingChoice(field="person")
    # Known before the rules are asked: a guest or a bot must be told from a member.
    to = call.kit.directory.person(chosen).id
    is_swap = forms.choice_of(call.view, "hand_over") == SWAP
    rituals_arrange.hand_over(
        call.kit.deps, _submitted(call).which, call.person, to, is_swap=is_swap, key=_key(call)
    )
    call.ack()


# Running


def _on_settle(action: str) -> Callable[[Call], None]:
    def on_settle(call: Call) -> None:
        meeting = _clicked(call)
        sheet = rituals_run.check(call.kit.deps, meeting.which, call.person, meeting.request)
        call.open_view(lambda locale: item_form(action, sheet, meeting.request, locale))

    return on_settle


def on_carried(call: Call) -> None:
    """Carry an item over, with the reason."""
    meeting, why = _submitted(call), forms.text_of(call.view, "why")
    rituals_run.carry(
        call.kit.deps, meeting.which, call.person, meeting.request, why, key=_key(call)
    )
    call.ack()


def on_evidence(call: Call) -> None:
    """Ask the deciders to confirm the evidence they asked for aloud."""
    _propose(call, forms.text_of(call.view, "what"))


def on_propose(call: Call) -> None:
    """Open the form in which the facilitator notes what the decider said."""
    deps, meeting = call.kit.deps, _clicked(call)
    sheet = rituals_run.check(deps, meeting.which, call.person, meeting.request)
    request = reading.sheet(deps, meeting.request)
    terms = first_terms(deps, request, "")
    strategies = decisions.strategies(deps, request.request)
    call.open_view(
        lambda locale: proposal_form(sheet, request, locale, terms=terms, strategies=strategies)
    )


def on_proposed(call: Call) -> None:
    """Ask the deciders to confirm; a rationale by taste is asked about once."""
    deps, view, meeting = call.kit.deps, call.view, _submitted(call)
    terms = forms.terms_from(view)
    phrase = preference_in(terms.rationale)
    if phrase and not forms.was_asked_again(view):
        sheet = rituals_run.check(deps, meeting.which, call.person, meeting.request)
        request = reading.sheet(deps, meeting.request)
        strategies = decisions.strategies(deps, request.request)
        again = proposal_form(
            sheet, request, call.locale, terms=terms, strategies=strategies, preference=phrase
        )
        call.ack(response_action="update", view=dump_view(again))
        return
    _propose(call, terms)


def _propose(call: Call, heard: Terms | str) -> None:
    meeting = _submitted(call)
    rituals_run.propose(
        call.kit.deps, meeting.which, call.person, meeting.request, heard, key=_key(call)
    )
    call.ack()


def on_confirm(call: Call) -> None:
    """Make what was heard one's own decision."""
    meeting = _clicked(call)
    rituals_run.confirm(
        call.kit.deps,
        meeting.which,
        call.person,
        meeting.request,
        meeting.proposal,
        key=forms.click_key(call.body),
    )
    call.ack()


def on_edit(call: Call) -> None:
    """Open the decider's own form, filled with what was heard."""
    deps, meeting = call.kit.deps, _clicked(call)
    heard = rituals_run.heard(deps, meeting.which, call.person, meeting.request, meeting.proposal)
    sheet = reading.sheet(deps, meeting.request)
    if heard.terms is None:
        open_decision(call, sheet, rationale="")
        return
    terms = heard.terms
    strategies = decisions.strategies(deps, sheet.request)
    call.open_view(lambda locale: decision_form(sheet, locale, terms=terms, strategies=strategies))


def on_close(call: Call) -> None:
    """Close an occurrence whose items all have an outcome."""
    which = _clicked(call).which
    rituals_run.close(call.kit.deps, which, call.person, key=forms.click_key(call.body))
    call.ack()


def _clicked(call: Call) -> Meeting:
    return meeting_from(forms.action_value(call.body))


def _submitted(call: Call) -> Meeting:
    return meeting_from(str(forms.metadata_of(call.view).get("meeting", "")))


def _key(call: Call) -> str:
    return f"{forms.submission_key(call.view)}:{call.person}"
