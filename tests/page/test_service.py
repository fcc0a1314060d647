"""What the page answers to, and to whom; its files and words. No browser is needed here."""

import ast
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from bot.sandbox.page.parts import changed
from bot.sandbox.server import Sandbox
from bot.sandbox.state import File
from tests.builders import ROOT
from tests.page.conftest import served

PAGE = ROOT / "bot" / "sandbox" / "page"
STATIC = PAGE / "static"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with served(tmp_path_factory.mktemp("service")) as found:
        yield found


def call(
    slack: Sandbox, path: str, body: object = None, **headers: str
) -> tuple[int, Message, bytes]:
    """Call the page as a window would; `headers` replace those of a window, underscores dashes."""
    host = f"127.0.0.1:{slack.port}"
    sent = {"Host": host}
    if body is not None:
        sent |= {"Content-Type": "application/json", "Origin": f"http://{host}"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"http://{host}{path}", data, sent)
    try:
        with DIRECT.open(asked, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


WRITE = {"channel": "C0TECH", "text": "Bonjour"}


def test_a_person_writes(slack: Sandbox) -> None:
    status, _, body = call(slack, "/page/do/write?as=karim", WRITE)

    assert status == 200
    assert json.loads(body)["ok"] is True
    assert slack.messages("tech")[-1]["user"] == "U0KARIM"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Content_Type": "text/plain"},
    ],
)
def test_nobody_else_writes_for_them(slack: Sandbox, headers: dict[str, str]) -> None:
    before = len(slack.messages("tech"))

    status, _, _ = call(slack, "/page/do/write?as=karim", WRITE, **headers)

    assert status == 403
    assert len(slack.messages("tech")) == before


def test_a_foreign_name_for_this_machine_reads_nothing(slack: Sandbox) -> None:
    for path in ("/", "/page/about", "/page/live?as=claire", "/page/files/F1?as=claire"):
        assert call(slack, path, Host="evil.example:80")[0] == 403


def test_the_page_may_load_nothing_but_itself(slack: Sandbox) -> None:
    status, headers, body = call(slack, "/")

    policy = headers["content-security-policy"]
    assert status == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert b"{version}" not in body
    for address in re.findall(rb'(?:src|href)="([^"]+)"', body):
        assert call(slack, address.decode())[0] == 200, address


@pytest.mark.parametrize(
    "name", ["../routes.py", "..%2Froutes.py", "%2e%2e%2froutes.py", "none.js", ""]
)
def test_no_path_leads_out_of_the_page(slack: Sandbox, name: str) -> None:
    assert call(slack, f"/page/static/v/{name}")[0] == 404


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("none", {}),
        ("write", {"channel": "nowhere", "text": "x"}),
        ("write", {"channel": "C0TECH", "text": 3}),
        ("write", {"channel": "C0TECH", "text": " "}),
        ("click", {"channel": "C0TECH", "ts": "1.1", "action": "x"}),
        ("fill", {"view": "V1", "values": {}}),
        ("fill", {"values": {}}),
        ("react", {"channel": "C0TECH", "ts": "1.1", "name": "eyes"}),
    ],
)
def test_what_cannot_be_done_is_refused(
    slack: Sandbox, action: str, body: dict[str, object]
) -> None:
    status, _, answer = call(slack, f"/page/do/{action}?as=karim", body)

    assert status == 200
    assert json.loads(answer)["ok"] is False


def test_nobody_is_nobody(slack: Sandbox) -> None:
    assert call(slack, "/page/do/write?as=nobody", WRITE)[0] == 400
    assert call(slack, "/page/live?as=nobody")[0] == 404
    assert call(slack, "/page/do/write?as=karim", [])[0] == 400


def test_a_file_is_for_those_it_was_shared_with(slack: Sandbox) -> None:
    world = slack.world
    with world.lock:
        world.files["F9"] = File("F9", "page.html", 3, "Page", b"<b>")
        room = world.direct("U0CLAIRE", "U0KARIM")
        room.messages.append({"ts": world.new_ts(), "user": "U0KARIM", "files": [{"id": "F9"}]})

    status, headers, content = call(slack, "/page/files/F9?as=claire")

    assert (status, content) == (200, b"<b>")
    assert headers["content-disposition"] == "attachment"
    assert headers["content-type"] == "application/octet-stream"
    assert call(slack, "/page/files/F9?as=hugo")[0] == 404
    assert call(slack, "/page/files/F8?as=claire")[0] == 404


def test_only_what_changed_is_told() -> None:
    before = {"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 3}}
    after = {"a": {"x": 1}, "b": {"x": 4}, "d": {"x": 5}}

    assert changed(before, after) == {"put": {"b": {"x": 4}, "d": {"x": 5}}, "drop": ["c"]}


def test_both_languages_say_the_same_things() -> None:
    french, english = (
        json.loads((STATIC / f"{one}.json").read_text(encoding="utf-8")) for one in ("fr", "en")
    )

    assert french.keys() == english.keys()
    for key in french:
        names = [sorted(re.findall(r"\{(\w+)\}", words[key])) for words in (french, english)]
        assert names[0] == names[1], key
        assert not re.search(r" [:;!?»]|« ", french[key]), key


def test_every_word_asked_for_exists_and_every_module_is_fetched_at_once() -> None:
    known = json.loads((STATIC / "fr.json").read_text(encoding="utf-8"))
    first = (STATIC / "index.html").read_text(encoding="utf-8")
    for module in STATIC.glob("*.js"):
        text = module.read_text(encoding="utf-8")
        for key in re.findall(r'\bt\("([\w.]+)"', text):
            assert key in known, (module.name, key)
        for key in re.findall(r'\bcount\("([\w.]+)"', text):
            assert f"{key}.one" in known and f"{key}.other" in known, (module.name, key)
        assert f"/{module.name}" in first, module.name


def test_what_people_type_can_never_become_markup() -> None:
    for module in STATIC.glob("*.js"):
        text = module.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
        ), module.name


def test_the_sandbox_does_not_know_its_guest() -> None:
    for path in Path(PAGE.parent).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not str(node.module).startswith("bot.sandbox.page"), path.name
