"""The buttons of a request's thread, and the forms behind them.

Every right is checked here on the server, when the button is clicked and again when the form is
submitted: a button that is seen is not a right.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.decision import Terms
from bot.domain.errors import MissingChoice
from bot.domain.ids import PersonId, RequestId
from bot.domain.lint import preference_in
from bot.domain.request import Request
from bot.domain.summary import Sheet
from bot.services import decisions, moves, reading, rights
from bot.services.deps import Deps
from bot.slack import forms, ids
from bot.slack.call import Call, acting, showing
from bot.slack.dumping import dump_view
from bot.slack.kit import Kit
from bot.slack.switchboard import Switchboard
from bot.slack.views.decision_form import decision_form
from bot.slack.views.small_forms import small_form

TextMove = Callable[..., Request]

TEXT_MOVES: dict[str, TextMove] = {
    ids.ASK_EVIDENCE: moves.ask_evidence,
    ids.GIVE_EVIDENCE: moves.give_evidence,
    ids.REFER_UP: moves.refer_up,
    ids.HAND_DOWN: moves.hand_down,
    ids.OBJECT: moves.object_to,
    ids.WITHDRAW: moves.withdraw,
    ids.REOPEN: decisions.reopen,
}
PERSON_MOVES = {ids.DELEGATE: moves.delegate, ids.ASSIGN: moves.assign}
INSTANT_MOVES = {
    ids.RESUME: moves.resume,
    ids.SCHEDULE: moves.schedule,
    ids.UNSCHEDULE: moves.unschedule,
}
TEXT_BLOCKS = ("why", "what", "evidence", "impact_of")


def register(board: Switchboard, kit: Kit) -> None:
    """Bind the listeners."""
    board.action(ids.DECIDE)(showing(kit, on_decide))
    board.view(ids.DECISION_FORM)(acting(kit, on_decision))
    for action, form in ids.FORM_OF.items():
        board.action(action)(showing(kit, _on_button(action)))
        board.view(form)(acting(kit, _on_form(action)))
    for action in INSTANT_MOVES:
        board.action(action)(acting(kit, _on_instant(action)))


def on_decide(call: Call) -> None:
    """Open the form to decide, for those who may."""
    request_id = RequestId(forms.action_value(call.body))
    sheet = rights.check(call.kit.deps, request_id, call.person, ids.DECIDE)
    open_decision(call, sheet, rationale="")


def open_decision(call: Call, sheet: Sheet, *, rationale: str) -> None:
    """Open the decision form, filled with what is usual."""
    strategies = decisions.strategies(call.kit.deps, sheet.request)
    terms = first_terms(call.kit.deps, sheet, rationale)
    call.open_view(lambda locale: decision_form(sheet, locale, terms=terms, strategies=strategies))


def first_terms(deps: Deps, sheet: Sheet, rationale: str) -> Terms:
    """Return what a decision form starts with: a co-decider's answer, or a plain yes."""
    request = sheet.request
    if request.positions:
        return replace(request.positions[0].terms, rationale=rationale)
    return Terms(
        verdict=request.asked_verdict,
        rationale=rationale,
        option=0 if len(request.content.options) == 1 else None,
        review_on=reading.review_date(deps, request),
    )


def on_decision(call: Call) -> None:
    """Record a decision; a rationale by taste is asked about once."""
    view, deps = call.view, call.kit.deps
    request_id, terms = forms.request_of(view), forms.terms_from(view)
    phrase = preference_in(terms.rationale)
    if phrase and not forms.was_asked_again(view):
        sheet = rights.check(deps, request_id, call.person, ids.DECIDE)
        strategies = decisions.strategies(deps, sheet.request)
        again = decision_form(
            sheet, call.locale, terms=terms, strategies=strategies, preference=phrase
        )
        call.ack(response_action="update", view=dump_view(again))
        return
    decisions.decide(deps, request_id, call.person, terms, key=_key(call))
    owner = terms.owner
    if owner:
        # Digests call people by the name that Slack knows them by.
        call.kit.later(lambda: call.kit.directory.person(owner))
    call.ack()


def _on_button(action: str) -> Callable[[Call], None]:
    def on_button(call: Call) -> None:
        request_id = RequestId(forms.action_value(call.body))
        sheet = rights.check(call.kit.deps, request_id, call.person, action)
        call.open_view(lambda locale: small_form(action, sheet, locale))

    return on_button


def _on_form(action: str) -> Callable[[Call], None]:
    def on_form(call: Call) -> None:
        deps, view = call.kit.deps, call.view
        request_id = forms.request_of(view)
        if action in TEXT_MOVES:
            words = forms.text_of(view, *TEXT_BLOCKS)
            TEXT_MOVES[action](deps, request_id, call.person, words, key=_key(call))
        elif action in PERSON_MOVES:
            chosen = _chosen_person(call)
            PERSON_MOVES[action](deps, request_id, call.person, chosen, key=_key(call))
        else:
            option = forms.number_of(view, "option")
            if option is None:
                raise MissingChoice(field="option")
            moves.confirm_cost(deps, request_id, call.person, option, key=_key(call))
        call.ack()

    return on_form


def _chosen_person(call: Call) -> PersonId:
    chosen = forms.person_of(call.view, "person")
    if chosen is None:
        raise MissingChoice(field="person")
    # Known before the rules are asked: a guest or a bot must be told from a member.
    return call.kit.directory.person(chosen).id


def _on_instant(action: str) -> Callable[[Call], None]:
    def on_instant(call: Call) -> None:
        request_id = RequestId(forms.action_value(call.body))
        key = forms.click_key(call.body)
        INSTANT_MOVES[action](call.kit.deps, request_id, call.person, key=key)
        call.ack()

    return on_instant


def _key(call: Call) -> str:
    return f"{forms.submission_key(call.view)}:{call.person}"
