"""A first look at a message, which proves of most that they are no bypass; it is never wrong.

Pure. The words of a message, each by itself, leave most messages so low that reading on changes
nothing. A message is cut where it has spaces, and what a piece is worth is remembered: nothing is
folded nor parted in tokens twice. A piece that may be read otherwise beside the others, such as a
quotation mark, proves nothing.
"""

import re
from math import inf
from unicodedata import is_normalized

from bot.detection.features import LONGEST_WORD
from bot.detection.model import BIAS, LONGEST_WHOLE, Model, scale
from bot.detection.normalise import folded, plain_sentences

LONGEST = 1_000  # characters; a longer message is read
MOST_REMEMBERED = 20_000  # pieces; those in use are soon back after the memory was full
SAFETY = 1e-6  # far above what adding in another order changes
_UNPROVEN = (inf, 0)

_READ_BESIDE_OTHERS = re.compile(r"[`<>«“\"]|&gt;|(?<!\w)'")
"""What may begin a quotation, code, a mention or a link that goes on after a space."""


class Glance:
    """Rules messages out. Remembers the pieces it met, within bounds; shared between threads."""

    def __init__(self, model: Model, *, below: float) -> None:
        """Rule out what the words alone leave `below` this margin, and below the model's floor."""
        self._model = model
        bias = model.weights.get(BIAS, 0.0)
        limit = min(below, model.calibration.floor) - SAFETY
        self._lowest = [limit * scale(length) - bias for length in range(LONGEST_WHOLE + 1)]
        self._known: dict[str, tuple[float, int]] = {}

    def rules_out(self, text: str) -> bool:
        """Tell whether `text` is proven to be no bypass; False says nothing."""
        if len(text) > LONGEST:
            return False
        get = self._known.get
        total, length = 0.0, 0
        for piece in text.split():
            worth, tokens = get(piece) or self._look_at(piece)
            total += worth
            length += tokens
        if length > LONGEST_WHOLE or total >= self._lowest[length]:
            return False
        return is_normalized("NFC", text)

    def _look_at(self, piece: str) -> tuple[float, int]:
        """Return what the words of a piece are worth, and how many they are."""
        if len(piece) > LONGEST_WORD:
            return _UNPROVEN
        if _READ_BESIDE_OTHERS.search(folded(piece)):
            found = _UNPROVEN
        else:
            tokens = [token for sentence in plain_sentences(piece) for token in sentence]
            found = (sum(map(self._model.alone, tokens)), len(tokens))
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[piece] = found
        return found
