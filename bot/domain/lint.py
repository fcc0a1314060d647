"""Impact, not preference: find where a text argues by taste.

Pure. Source: governance §4 [article]. It suggests; it never blocks a request.
"""

import re
import unicodedata

_PREFERENCES = (
    # French
    r"je prefere(?:rais)?",
    r"j aimerais (?:mieux|bien)",
    r"je (?:le |la |les )?(?:ne )?sens? pas(?: du tout)?",
    r"je (?:le|la|les) sens (?:bien|mal)",
    r"j ai (?:le sentiment|l impression|l intuition) que",
    r"a mon (?:avis|gout|sens)",
    r"(?:ca|cela) me (?:plait|parle|deplait|semble mieux)(?: pas)?",
    r"je trouve (?:ca |cela )?(?:plus |tres )?(?:beau|moche|joli|sympa|cool|nul)",
    r"je (?:n )?aime (?:pas|bien|mieux)",
    r"mon (?:feeling|ressenti|intuition)",
    r"c est (?:mieux|plus joli|plus sympa|plus cool)",
    r"j y crois(?: pas)?",
    # English
    r"i (?:would |d )?prefer",
    r"i (?:just )?feel (?:like|that)",
    r"my (?:gut|feeling|preference|intuition)",
    r"gut feeling",
    r"i (?:really )?(?:don t |do not )?like",
    r"in my opinion",
    r"(?:looks|feels) (?:better|nicer|cooler|wrong|right) to me",
    r"i (?:don t |do not )?believe in it",
)

_PATTERN = re.compile(rf"\b(?:{'|'.join(_PREFERENCES)})\b")


def preference_in(text: str) -> str | None:
    """Return the first words of `text` that argue by taste, as typed; None when none do."""
    plain, places = _plain(text)
    found = _PATTERN.search(plain)
    if not found:
        return None
    return text[places[found.start()] : places[found.end() - 1] + 1]


def _plain(text: str) -> tuple[str, list[int]]:
    """Return `text` without accent, case or punctuation, and where each character came from."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFKD", char.casefold()):
            if unicodedata.combining(part):
                continue
            kept = part if part.isalnum() else " "
            if kept == " " and chars and chars[-1] == " ":
                continue
            chars.append(kept)
            places.append(place)
    return "".join(chars), places
