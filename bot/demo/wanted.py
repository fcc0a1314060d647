"""What the command was asked, and that it cannot be given."""

from dataclasses import dataclass

from bot.i18n import text

PORT = 3210


class CannotShow(Exception):
    """The demonstration cannot be given. The message says why, in a line or a few."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the command was asked. `locale` is fr or en."""

    locale: str
    port: int = PORT
    opens_browser: bool = True
    is_fresh: bool = False

    def say(self, key: str, **values: object) -> None:
        """Print the sentence `key`."""
        print(text(self.locale, key, **values), flush=True)
