"""Where each key of a TOML text stands: the parser gives values, not lines."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_INLINE = re.compile(r"[{,]\s*([\w-]+)\s*=")


def line_of(text: str, path: Path) -> int | None:
    """Return the line (from 1) of the key at `path`, or of what holds it; None for an empty path.

    A path is what the parsed document needs to reach the value: keys, and indexes of tables.
    """
    known = dict(_places(text))
    for length in range(len(path), 0, -1):
        if path[:length] in known:
            return known[path[:length]]
    return None


def _places(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    counts: dict[Path, int] = {}
    depth = 0
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        bare = _without_strings(line)
        if depth > 0:
            depth += _opened(bare)
            continue
        header = _HEADER.match(line)
        if header:
            table = _table(header, counts)
            yield table, number
            continue
        key = _KEY.match(line)
        if key:
            path = (*table, *_parts(key.group(1)))
            yield path, number
            for inner in _INLINE.findall(bare):
                yield (*path, inner), number
            fence = next((f for f in ('"""', "'''") if line.count(f) == 1), "")
            depth = 0 if fence else _opened(bare)


def _table(header: re.Match[str], counts: dict[Path, int]) -> Path:
    parts: Path = tuple(_parts(header.group(2)))
    if header.group(1) == "[":
        return parts
    index = counts.get(parts, 0)
    counts[parts] = index + 1
    return (*parts, index)


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _opened(bare: str) -> int:
    return sum(bare.count(char) for char in "[{") - sum(bare.count(char) for char in "]}")


def _without_strings(line: str) -> str:
    bare = re.sub(r'"(?:[^"\\]|\\.)*"' + r"|'[^']*'", '""', line)
    return bare.split("#", 1)[0]
