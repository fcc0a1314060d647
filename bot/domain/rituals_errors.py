"""Why the domain says no about rituals: one class per reason a person can be told."""

from bot.domain.errors import DomainError


class NotTheFacilitator(DomainError):
    """Only who facilitates this occurrence runs it. Values: `facilitators`, ids with commas."""

    key = "not_the_facilitator"


class NotInTheRotation(DomainError):
    """Only the ritual's facilitators and the stewards arrange it. Values: `facilitators`."""

    key = "not_in_the_rotation"


class WrongStage(DomainError):
    """The occurrence is planned, running, closed or cancelled. Values: `stage`."""

    key = "wrong_stage"


class NoSuchOccurrence(DomainError):
    """The charter no longer has that ritual, or its rule that date."""

    key = "no_such_occurrence"


class TooEarly(DomainError):
    """An occurrence is not started days before."""

    key = "too_early"


class NotOnAgenda(DomainError):
    """The request is not an item of this occurrence."""

    key = "not_on_agenda"


class ItemSettled(DomainError):
    """The item has its outcome already."""

    key = "item_settled"


class ItemsLeft(DomainError):
    """An occurrence is closed once each item has an outcome. Values: `items`, references."""

    key = "items_left"


class ProposalGone(DomainError):
    """What was proposed was replaced, or its item is settled."""

    key = "proposal_gone"


class MovedIntoThePast(DomainError):
    """An occurrence moves to a time to come."""

    key = "moved_into_the_past"
    field = "moved_to"


class MovedTooFar(DomainError):
    """An occurrence stays near its date. Values: `days`."""

    key = "moved_too_far"
    field = "moved_to"


class DayTaken(DomainError):
    """Another occurrence of the ritual is held that day."""

    key = "day_taken"
    field = "moved_to"


class CannotStandIn(DomainError):
    """Somebody absent or barred does not facilitate."""

    key = "cannot_stand_in"
    field = "person"
