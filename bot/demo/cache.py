"""The made history, kept between two demonstrations: one file, rebuilt when anything changes.

It holds the workspace and the bot's database. Its name and its content carry a key made of the
code, the story, the charter, the week and the language.
"""

import hashlib
import io
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.demo.running import CHARTER, ROOT
from bot.sandbox.state import Json

KEPT_FILES = 4
CODE = ("*.py", "*.toml", "*.json")
PREFIX = "history-"
DIGEST_BYTES = hashlib.sha256().digest_size
WORLD, DATABASE, KEY = "world.json", "arbitrage.db", "key"


class NotKept(Exception):
    """There is no history to use: none was kept, or it is damaged, or another's."""

    def __init__(self, why: str, *, is_damage: bool = False) -> None:
        super().__init__(why)
        self.is_damage = is_damage


@dataclass(frozen=True, kw_only=True)
class History:
    """What a demonstration starts with: the workspace, and the bytes of the bot's database."""

    world: Json = field(repr=False)
    database: bytes = field(repr=False)


def history_key(last_day: date, locale: str) -> str:
    """Return what names the history of this code, story, charter, week and language."""
    digest = hashlib.sha256(f"{last_day} {locale}".encode())
    for path in _sources():
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _sources() -> Iterator[Path]:
    """Yield what the history depends on; the page only shows it."""
    page = ROOT / "bot" / "sandbox" / "page"
    found = {path for kind in CODE for path in (ROOT / "bot").rglob(kind)}
    found |= set((ROOT / "migrations").rglob("*.py"))
    yield from sorted(path for path in found if page not in path.parents)
    yield CHARTER


def folders() -> tuple[Path, ...]:
    """Return where histories are kept: the user's cache, else theirs among the temporary files."""
    user = getattr(os, "getuid", lambda: 0)()
    last = Path(tempfile.gettempdir()) / f"arbitrage-cache-{user}"
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        home = given if given.is_absolute() else Path.home() / ".cache"
    except RuntimeError:  # a user without a home
        return (last,)
    return (home / "arbitrage", last)


def read(key: str) -> History:
    """Return the history kept under `key`. Raises NotKept."""
    for folder in folders():
        path = folder / f"{PREFIX}{key}"
        try:
            _check_ours(folder)
            return _unpacked(path.read_bytes(), key)
        except OSError:
            continue
    raise NotKept("none")


def write(key: str, history: History) -> None:
    """Keep a history, whole or not at all, and forget the oldest. Raises OSError."""
    content = _packed(history, key)
    *others, last = folders()
    for folder in others:
        with suppress(OSError):
            return _write_in(folder, key, content)
    return _write_in(last, key, content)


def _write_in(folder: Path, key: str, content: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_ours(folder)
    handle, draft = tempfile.mkstemp(dir=folder, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, folder / f"{PREFIX}{key}")
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _forget_old(folder)


def _packed(history: History, key: str) -> bytes:
    """Return a zip of the history behind its own digest, by which damage is seen."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept:
        kept.writestr(KEY, key)
        kept.writestr(WORLD, json.dumps(history.world, ensure_ascii=False))
        kept.writestr(DATABASE, history.database)
    return hashlib.sha256(held.getvalue()).digest() + held.getvalue()


def _unpacked(content: bytes, key: str) -> History:
    digest, held = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    if hashlib.sha256(held).digest() != digest:
        raise NotKept("damaged", is_damage=True)
    with zipfile.ZipFile(io.BytesIO(held)) as kept:
        if kept.read(KEY).decode() != key:
            raise NotKept("of another code", is_damage=True)
        return History(world=json.loads(kept.read(WORLD)), database=kept.read(DATABASE))


def _check_ours(folder: Path) -> None:
    """Raise OSError when somebody else could have written in the folder."""
    known = folder.stat()
    if hasattr(os, "getuid") and known.st_uid != os.getuid():
        raise PermissionError("another user's folder")


def _forget_old(folder: Path) -> None:
    kept = sorted(folder.glob(f"{PREFIX}*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT_FILES:]:
        path.unlink(missing_ok=True)


def copy_database(path: Path) -> bytes:
    """Return a database in use as the bytes of one file, all that was committed in it.

    What the bot at work holds on lease is nobody's in the copy: who starts from it need not wait.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / "copy.db"
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("DELETE FROM leases")
            target.commit()
        return copy.read_bytes()
