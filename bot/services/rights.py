"""Whether a person may do what a button offers, before its form opens.

The same rules as the move itself: the domain's own checks, on the request as it stands.
"""

from collections.abc import Callable

from bot.db import requests
from bot.domain import errors
from bot.domain.events import Status
from bot.domain.ids import PersonId, RequestId
from bot.domain.request import DECIDABLE, OPEN_STATES, Request
from bot.domain.summary import Sheet
from bot.services.deps import Deps
from bot.services.reading import sheet_of

Check = Callable[[Request, PersonId, Sheet], None]


def check(deps: Deps, request_id: RequestId, person: PersonId, action: str) -> Sheet:
    """Return the request's sheet when `person` may do `action` on it.

    Raises the `DomainError` that the move itself would raise; NotFound for an unknown request.
    """
    with deps.read() as session:
        sheet = sheet_of(session, deps, requests.get(session, deps.workspace, request_id))
    CHECKS[action](sheet.request, person, sheet)
    return sheet


def _decides(request: Request, person: PersonId, _sheet: Sheet) -> None:
    request.require_decider(person, DECIDABLE)
    request.require_unanswered(person)


def _moves(request: Request, person: PersonId, _sheet: Sheet) -> None:
    request.require_decider(person, DECIDABLE)


def _asked(request: Request, person: PersonId, _sheet: Sheet) -> None:
    request.require_requester(person, OPEN_STATES)


def _advises(request: Request, person: PersonId, _sheet: Sheet) -> None:
    request.require_state(OPEN_STATES)
    if person not in request.route.consulted:
        raise errors.NotConsulted(deciders=",".join(request.route.consulted))


def _confirms(request: Request, person: PersonId, sheet: Sheet) -> None:
    request.require_state(OPEN_STATES)
    if person not in sheet.charter.tech_people(request.content.squads):
        raise errors.NotATechSeat
    if not any(option.effort_days for option in request.content.options):
        raise errors.UnknownOption


def _assigns(request: Request, person: PersonId, _sheet: Sheet) -> None:
    request.require_steward(person)


def _reopens(request: Request, person: PersonId, _sheet: Sheet) -> None:
    request.require_state(frozenset({Status.DECIDED}))
    request.require_concerned(person)


CHECKS: dict[str, Check] = {
    "request.decide": _decides,
    "request.ask_evidence": _moves,
    "request.give_evidence": _asked,
    "request.refer_up": _moves,
    "request.hand_down": _moves,
    "request.delegate": _moves,
    "request.assign": _assigns,
    "request.object": _advises,
    "request.confirm_cost": _confirms,
    "request.withdraw": _asked,
    "request.reopen": _reopens,
}
"""Per action id of the panel, who may open its form."""
