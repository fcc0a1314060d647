"""Why the database says no."""

from enum import StrEnum


class NotFound(LookupError):
    """There is no such row in this workspace."""


class StaleRequest(Exception):
    """The request changed since it was read: somebody else acted first."""


class CorruptRow(ValueError):
    """A row does not hold what it should. The message names its fields, never their values."""


class Trouble(StrEnum):
    """What can be wrong with a database, each with its own cure."""

    LOCKED = "locked"
    READ_ONLY = "read_only"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    NOT_MIGRATED = "not_migrated"


class DatabaseUnavailable(Exception):
    """The database cannot be used now; nothing was written."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble
