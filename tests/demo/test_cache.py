"""The kept history: whole, this code's, or not used at all."""

import os
import stat
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.demo import cache
from bot.demo.cache import History, NotKept

KEY = "0123456789abcdef"
A_HISTORY = History(world={"version": 1, "words": "déjà dit"}, database=b"SQLite" * 500)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / "cache" / "arbitrage"


def test_what_is_kept_is_found_again(home: Path) -> None:
    cache.write(KEY, A_HISTORY)

    assert cache.read(KEY) == A_HISTORY
    assert [path.name for path in home.iterdir()] == [f"history-{KEY}"]


def test_nothing_kept_is_told_without_alarm() -> None:
    with pytest.raises(NotKept) as caught:
        cache.read(KEY)

    assert not caught.value.is_damage


@pytest.mark.parametrize("place", [0, 40, -1])
def test_one_wrong_byte_is_seen(home: Path, place: int) -> None:
    cache.write(KEY, A_HISTORY)
    path = home / f"history-{KEY}"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)

    with pytest.raises(NotKept) as caught:
        cache.read(KEY)
    assert caught.value.is_damage


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 4096])
def test_what_is_not_a_history_is_seen(home: Path, content: bytes) -> None:
    home.mkdir(parents=True)
    (home / f"history-{KEY}").write_bytes(content)

    with pytest.raises(NotKept) as caught:
        cache.read(KEY)
    assert caught.value.is_damage


def test_another_codes_history_under_this_name_is_refused(home: Path) -> None:
    cache.write("other", A_HISTORY)
    (home / "history-other").rename(home / f"history-{KEY}")

    with pytest.raises(NotKept):
        cache.read(KEY)


def test_the_oldest_are_forgotten(home: Path) -> None:
    for number in range(6):
        cache.write(f"k{number}", A_HISTORY)
        os.utime(home / f"history-k{number}", (number, number))

    assert sorted(path.name for path in home.iterdir()) == [
        "history-k2",
        "history-k3",
        "history-k4",
        "history-k5",
    ]


def test_without_a_usable_home_it_is_kept_among_temporary_files(home: Path, tmp_path: Path) -> None:
    home.parent.write_text("a file where the cache should be", encoding="utf-8")

    cache.write(KEY, A_HISTORY)

    assert cache.read(KEY) == A_HISTORY
    kept = next(tmp_path.glob("arbitrage-cache-*"))
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o700


def test_a_write_that_fails_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", fail)

    with pytest.raises(OSError, match="no space"):
        cache.write(KEY, A_HISTORY)
    assert list(home.iterdir()) == []


def test_the_key_is_of_the_week_and_the_language() -> None:
    keys = {
        cache.history_key(date(2026, 11, day), locale)
        for day in (17, 24)
        for locale in ("fr", "en")
    }

    assert len(keys) == 4
    assert cache.history_key(date(2026, 11, 24), "fr") in keys


def test_the_key_is_of_the_code_and_not_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bot/demo/chapters/a.toml", "bot/sandbox/page/main.py", "config/charter.toml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("first", encoding="utf-8")
    monkeypatch.setattr(cache, "ROOT", tmp_path)
    monkeypatch.setattr(cache, "CHARTER", tmp_path / "config" / "charter.toml")

    def key_after(name: str) -> str:
        (tmp_path / name).write_text(f"changed {name}", encoding="utf-8")
        return cache.history_key(date(2026, 11, 24), "fr")

    first = cache.history_key(date(2026, 11, 24), "fr")
    assert key_after("bot/sandbox/page/main.py") == first
    second = key_after("bot/demo/chapters/a.toml")
    assert second != first
    assert key_after("config/charter.toml") not in {first, second}
