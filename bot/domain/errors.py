"""Why the domain says no: one class per reason a person can be told.

Each carries an i18n key and values, never a sentence. `field` names the form field to blame.
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal. `key` is the catalog entry `error.<key>`; `values` fill it."""

    key: ClassVar[str]
    field: str | None = None

    def __init__(self, *, field: str | None = None, **values: str) -> None:
        """Keep the values of the sentence: ids and numbers, never free text."""
        super().__init__(self.key, values)
        self.values = values
        self.field = field or self.field


class NotADecider(DomainError):
    """Only a decider of this request may do that. Values: `deciders`, ids joined by commas."""

    key = "not_a_decider"


class NotTheRequester(DomainError):
    """Only the requester may do that. Values: `requester`."""

    key = "not_the_requester"


class NotConsulted(DomainError):
    """Only a person consulted on this request may object. Values: `deciders`."""

    key = "not_consulted"


class NotATechSeat(DomainError):
    """Only a tech seat may confirm what an option costs."""

    key = "not_a_tech_seat"


class NotConcerned(DomainError):
    """Only the requester, a decider or a consulted person may reopen."""

    key = "not_concerned"


class NotASteward(DomainError):
    """Only a steward may do that. Values: `stewards`."""

    key = "not_a_steward"


class NotTheOwner(DomainError):
    """Only who carries the deliverable, or decided it, may say. Values: `owner`."""

    key = "not_the_owner"


class NothingToFollow(DomainError):
    """There is no deliverable, or it was delivered already."""

    key = "nothing_to_follow"


class AlreadySnoozed(DomainError):
    """A reminder is put off once."""

    key = "already_snoozed"


class NotYours(DomainError):
    """That reminder or that absence is somebody else's."""

    key = "not_yours"


class EmptyAbsence(DomainError):
    """An absence ends after it starts."""

    key = "empty_absence"
    field = "away_to"


class AbsenceOver(DomainError):
    """An absence that is over changes nothing."""

    key = "absence_over"
    field = "away_to"


class AbsenceTooLong(DomainError):
    """An absence longer than a year is a seat to fill. Values: `limit`, days."""

    key = "absence_too_long"
    field = "away_to"


class AlreadyDecided(DomainError):
    """Somebody decided before. Values: `by`."""

    key = "already_decided"


class AlreadyAnswered(DomainError):
    """This decider gave their position; the other one's is awaited. Values: `awaited`."""

    key = "already_answered"


class WrongState(DomainError):
    """The request is no longer in a state where that is possible. Values: `status`."""

    key = "wrong_state"


class UnknownOption(DomainError):
    """The option does not exist on this request."""

    key = "unknown_option"
    field = "option"


class WrongVerdict(DomainError):
    """The verdict does not answer the question that was asked."""

    key = "wrong_verdict"
    field = "verdict"


class MissingRationale(DomainError):
    """A decision says which impact it serves."""

    key = "missing_rationale"
    field = "rationale"


class MissingCounterpart(DomainError):
    """A decision that uses capacity says what gives way."""

    key = "missing_counterpart"
    field = "counterpart"


class MissingShiftDate(DomainError):
    """A shift says to which date."""

    key = "missing_shift_date"
    field = "shift_to"


class DateInThePast(DomainError):
    """A date to come is before today."""

    key = "date_in_the_past"
    field = "needed_by"


class MissingReason(DomainError):
    """That move says why."""

    key = "missing_reason"
    field = "why"


class MissingTitle(DomainError):
    """A request has a title."""

    key = "missing_title"
    field = "title"


class MissingChoice(DomainError):
    """A question and an impact are always chosen; `field` tells which one is missing."""

    key = "missing_choice"


class TooLong(DomainError):
    """A text is longer than what is kept. Values: `limit`, characters."""

    key = "too_long"


class UnknownChoice(DomainError):
    """The charter no longer has that question, squad or impact. Values: `choice`."""

    key = "unknown_choice"


class WrongRitual(DomainError):
    """The ritual does not answer this question. Values: `ritual`, the one that does, or empty."""

    key = "wrong_ritual"


class NothingBelow(DomainError):
    """Only a request of exactly one squad with a PM present can be handed down."""

    key = "nothing_below"


class NothingAbove(DomainError):
    """There is no step above."""

    key = "nothing_above"


class CannotDelegate(DomainError):
    """This person may not receive the decision. Values: `why`: requester, above, away, decider."""

    key = "cannot_delegate"
    field = "person"


class CannotSupersede(DomainError):
    """Only a decider of the older decision may replace it. Values: `number`."""

    key = "cannot_supersede"
    field = "supersedes"


class MustSupersede(DomainError):
    """A live strategy decision is contradicted: say that it is replaced. Values: `number`."""

    key = "must_supersede"
    field = "supersedes"


class Barred(DomainError):
    """Guests, bots, deactivated users and people of another workspace take no part."""

    key = "barred"


class PollClosed(DomainError):
    """The poll takes no more answers."""

    key = "poll_closed"


class NotAKeeper(DomainError):
    """Only the seat that keeps an artefact may say that it is current. Values: `keepers`."""

    key = "not_a_keeper"


class ArtefactSettled(DomainError):
    """Somebody said it before. Values: `by`."""

    key = "artefact_settled"


class ArtefactMoved(DomainError):
    """Somebody updated the artefact while this form was open."""

    key = "artefact_moved"
    field = "artefact_words"


class NothingToConfirm(DomainError):
    """The artefact has no content yet."""

    key = "nothing_to_confirm"


class MissingArtefact(DomainError):
    """An artefact says something, or leads to it."""

    key = "missing_artefact"
    field = "artefact_words"


class MissingCapacity(DomainError):
    """A capacity is two numbers for at least one squad, and both for each."""

    key = "missing_capacity"


class BadDays(DomainError):
    """That is no number of person-days. Values: `most`."""

    key = "bad_days"


class BadLink(DomainError):
    """That is no address."""

    key = "bad_link"
    field = "artefact_link"
