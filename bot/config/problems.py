"""What can be wrong in a charter file, each told with its line."""

from dataclasses import dataclass

from bot.config.lines import Path, line_of
from bot.i18n import text


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to correct. `key` is the catalog entry `charter.problem.<key>`."""

    key: str
    line: int | None
    values: tuple[tuple[str, str], ...] = ()

    def told(self, locale: str) -> str:
        """Return the problem in words, its line first."""
        words = text(locale, f"charter.problem.{self.key}", **dict(self.values))
        if self.line is None:
            return words
        return text(locale, "charter.at_line", line=self.line, problem=words)


class CharterError(Exception):
    """The file cannot be a charter. All its problems are here, in the order of its lines."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        ordered = sorted(problems, key=lambda p: (p.line or 0, p.key))
        super().__init__("; ".join(problem.told("en") for problem in ordered))
        self.problems = tuple(ordered)


class Finder:
    """Collects problems of one text."""

    def __init__(self, text_of_file: str) -> None:
        self._text = text_of_file
        self.found: list[Problem] = []

    def add(self, key: str, path: Path, **values: str) -> None:
        """Keep a problem at `path`."""
        line = line_of(self._text, path)
        self.found.append(Problem(key=key, line=line, values=tuple(values.items())))

    def stop_if_any(self) -> None:
        """Raise CharterError when something was found."""
        if self.found:
            raise CharterError(tuple(self.found))
