"""Every sentence the bot says, in French and in English.

Catalogs are `locales/<locale>/*.toml`; nested tables make dotted keys.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

LOCALES = ("fr", "en")
DEFAULT = "fr"

_WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": re.findall(r"\S+", "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc."),
    "en": re.findall(r"\S+", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
}


def language(locale: str) -> str:
    """Return the catalog for a Slack locale (`fr-FR`): French for any language but English."""
    return "en" if locale.lower().startswith("en") else DEFAULT


def text(locale: str, key: str, **values: object) -> str:
    """Return the sentence `key` with its values. Raises KeyError for an unknown key or value."""
    sentence = catalog(language(locale))[key]
    return sentence.format(**values) if values else sentence


def has_text(key: str) -> bool:
    """Tell whether there is a sentence `key`; both languages have the same keys."""
    return key in catalog(DEFAULT)


def count(locale: str, key: str, number: int, **values: object) -> str:
    """Return the sentence `key` for so many; French counts zero as one."""
    return _plural(locale, key, number, count=number, **values)


def _plural(locale: str, key: str, amount: float, **values: object) -> str:
    is_one = amount < 2 if language(locale) == "fr" else amount == 1  # noqa: PLR2004  # 0 to 1.9
    return text(locale, f"{key}.{'one' if is_one else 'other'}", **values)


def capital(words: str) -> str:
    """Return `words` with a capital, to start a line."""
    return words[:1].upper() + words[1:]


def number(locale: str, value: float) -> str:
    """Return a number as people write it: « 8,5 », "8.5"."""
    return f"{value:g}".replace(".", text(locale, "common.decimal_mark"))


def effort(locale: str, days: float) -> str:
    """Return a cost in words: « 2,5 j-h », "1 person-day"."""
    return _plural(locale, "common.effort", days, days=number(locale, days))


def day(locale: str, on: date) -> str:
    """Return a date in words: « jeudi 26 nov. 2026 », "Thursday 26 Nov 2026"."""
    spoken = language(locale)
    month = _MONTHS[spoken][on.month - 1]
    first = "1er" if spoken == "fr" and on.day == 1 else str(on.day)
    return f"{_WEEKDAYS[spoken][on.weekday()]} {first} {month} {on.year}"


def short_day(locale: str, on: date) -> str:
    """Return a day and its month: « 26 nov. », "26 Nov"."""
    return f"{on.day} {_MONTHS[language(locale)][on.month - 1]}"


def month(locale: str, on: date) -> str:
    """Return a month and its year: « nov. 2026 », "Nov 2026"."""
    return f"{_MONTHS[language(locale)][on.month - 1]} {on.year}"


def weekday(locale: str, number: int) -> str:
    """Return the name of a day, by its ISO number: « lundi », "Monday" are 1."""
    return _WEEKDAYS[language(locale)][number - 1]


def instant(locale: str, at: datetime, zone: str) -> str:
    """Return an instant in words, in the wall time of `zone`: « jeudi 26 nov. 2026 à 17:00 »."""
    local = at.astimezone(ZoneInfo(zone))
    return text(locale, "common.day_and_time", day=day(locale, local), time=f"{local:%H:%M}")


@cache
def catalog(spoken: str) -> Mapping[str, str]:
    """Return all the sentences of a language, by dotted key."""
    found: dict[str, str] = {}
    folder = resources.files("bot").joinpath("locales", spoken)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            found.update(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    return found


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
