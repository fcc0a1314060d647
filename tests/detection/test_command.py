import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import CANNOT, FINE, WRONG, run_command
from tests.builders import ROOT

ASKED = "On coupe la V2 ou on repousse la date ? tranche stp"
OTHER = "tu peux valider ma PR vite fait ?"


def say(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_sentence_is_judged_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["detect", ASKED])

    told = capsys.readouterr().out
    assert code == FINE
    assert told.startswith("bypass (strict)")
    assert "'coupe' at 3-8" in told


def test_lines_are_judged_one_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, f"{ASKED}\n{OTHER}\n\n")

    run_command(["detect"])

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["bypass", "ok", "ok"]


def test_objects_come_back_in_order_with_their_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(
        monkeypatch,
        "".join(f"{json.dumps({'id': n, 'text': t})}\n" for n, t in enumerate((ASKED, OTHER, ""))),
    )

    run_command(["detect", "--jsonl"])

    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(it["id"], it["text"], it["bypass"]) for it in found] == [
        (0, ASKED, True),
        (1, OTHER, False),
        (2, "", False),
    ]
    assert all(it.keys() >= {"score", "cues", "suppressors"} for it in found)
    assert found[0]["cues"][0].keys() == {"name", "phrase", "start", "end", "weight"}


def test_every_line_has_an_answer_even_the_wrong_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ['{"txt": 1}', "[1]", "not json", '{"text": null}', '"text"']
    say(monkeypatch, "\n".join([*wrong, json.dumps({"text": ASKED}), ""]))

    code = run_command(["detect", "--jsonl"])

    told = capsys.readouterr()
    found = [json.loads(line) for line in told.out.splitlines()]
    assert code == WRONG
    assert [it["bypass"] for it in found] == [False] * 5 + [True]
    assert ["`text`" in it.get("error", "") for it in found] == [True] * 5 + [False]
    assert all(it.keys() >= {"score", "cues", "suppressors"} for it in found)
    assert "5 of 6 lines" in told.err


def test_a_line_nested_too_deep_is_one_wrong_line() -> None:
    # In a process of its own: Python 3.11 stays confused after so deep a recursion.
    given = "[" * 100_000 + "\n" + json.dumps({"text": ASKED}) + "\n"
    command = [sys.executable, "-m", "bot", "detect", "--jsonl"]
    done = subprocess.run(
        command, input=given, cwd=ROOT, capture_output=True, text=True, check=False
    )

    wrong, right = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == WRONG
    assert "`text`" in wrong["error"]
    assert right["bypass"]


def test_half_a_character_is_written_as_it_came(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, '{"text": "on coupe ? \\ud83c", "id": "\\udfff"}\n')

    assert run_command(["detect", "--jsonl"]) == FINE
    assert "\\udfff" in capsys.readouterr().out


def test_bytes_that_are_no_text_are_judged_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = b"caf\xe9 ?\n" + ASKED.encode() + b"\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))

    run_command(["detect"])

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["ok", "bypass"]


def test_figures_come_by_language_and_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"text": ASKED, "label": "bypass", "lang": "fr", "kind": "perimetre"},
        {"text": "et donc ?", "label": "bypass", "lang": "fr", "kind": "date"},
        {"text": OTHER, "label": "ok", "lang": "fr", "kind": "revue", "hard": True},
        {"text": "quick sync?", "label": "ok", "lang": "en", "kind": "social"},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))

    assert run_command(["detect", "--evaluate", str(file)]) == FINE

    told = capsys.readouterr().out
    assert "precision 0.500  recall 0.500" in told
    assert "language fr" in told
    assert "kind perimetre" in told
    assert "nudged 0.0% of 1" in told
    assert "missed" in told
    assert "wrong" in told


def test_a_wrong_lexicon_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["detect", "--lexicon", str(tmp_path), ASKED]) == CANNOT
    assert "lexicon" in capsys.readouterr().err


def test_training_from_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["detect", "train", "--data", str(tmp_path)]) == CANNOT
    assert "--data" in capsys.readouterr().err
