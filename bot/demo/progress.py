"""How far along something long is: a bar on a terminal, a few plain lines elsewhere."""

import sys
from typing import TextIO

WIDTH = 30
STEPS = 4
CLEAR = "\r\033[K"


class Progress:
    """Shows one thing under way, called `words`. Clear it with `end`."""

    def __init__(self, words: str, out: TextIO | None = None) -> None:
        self._words = words
        self._out = out or sys.stdout  # as it is now: it may be captured
        self._shown = -1

    def moved(self, done: int, of: int) -> None:
        """Show that `done` parts of `of` are done."""
        if self._out.isatty():
            self._show_bar(done, of)
        else:
            self._show_line(done, of)

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._shown >= 0 and self._out.isatty():
            self._out.write(CLEAR)
            self._out.flush()

    def _show_bar(self, done: int, of: int) -> None:
        percent = done * 100 // of
        if percent == self._shown:
            return
        self._shown = percent
        full = done * WIDTH // of
        bar = "█" * full + "░" * (WIDTH - full)
        self._out.write(f"{CLEAR}{self._words}  {bar} {percent:3} %")
        self._out.flush()

    def _show_line(self, done: int, of: int) -> None:
        step = done * STEPS // of
        if step == self._shown:
            return
        self._shown = step
        self._out.write(f"{self._words}  {step * 100 // STEPS} %\n")
        self._out.flush()
