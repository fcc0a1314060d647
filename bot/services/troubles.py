"""The database's troubles, for those who tell people about them."""

from bot.db.errors import DatabaseUnavailable, NotFound, StaleRequest, Trouble

__all__ = ["DatabaseUnavailable", "NotFound", "StaleRequest", "Trouble"]
