#!/usr/bin/env python3
"""Set up and run Arbitrage from a checkout: `python3 run.py demo | test | check | exec …`.

Needs Python 3.11 and nothing else. The first run makes `.venv` from the hashed lock files; the
next ones start at once.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("mypy",),
    ("hadolint", "Dockerfile"),
)
USAGE = """python3 run.py demo [...]      see it all in a browser, no Slack account needed
python3 run.py test [...]      run the tests (arguments go to pytest)
python3 run.py check           lint, types, contracts, Dockerfile
python3 run.py setup           make .venv ready for these, as each does when need be
python3 run.py bench [memory]  measure, against bare Bolt and raw SQL
python3 run.py exec CMD [...]  run `arbitrage CMD`, such as: exec doctor"""


def main() -> int:
    """Do what the first argument says; return an exit code."""
    if sys.version_info < (3, 11):
        return fail(f"Arbitrage needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    command, arguments = (sys.argv[1:2] or ["help"])[0], sys.argv[2:]
    actions = {
        "demo": demo,
        "test": test,
        "check": check,
        "setup": setup,
        "bench": bench,
        "exec": execute,
    }
    if command not in actions:
        print(USAGE)
        return 0 if command == "help" else 2
    try:
        return actions[command](arguments)
    except subprocess.CalledProcessError as error:
        return error.returncode or 1
    except KeyboardInterrupt:
        return 130


def demo(arguments: list[str]) -> int:
    """Give the demonstration; `--text` for one request in the terminal."""
    set_up("run")
    return call(["-m", "bot", "demo", *arguments])


def execute(arguments: list[str]) -> int:
    """Run one of the bot's own commands."""
    set_up("run")
    return call(["-m", "bot", *arguments])


def test(arguments: list[str]) -> int:
    """Run the tests, a few at once unless told otherwise: they wait for sockets half the time."""
    setup([])
    workers = (os.cpu_count() or 1) + 1
    at_once = ["-n", str(workers), "--dist", "worksteal"]
    return call(["-m", "pytest", *(arguments or at_once)])


def setup(_arguments: list[str]) -> int:
    """Make `.venv` ready for all the others."""
    set_up("dev")
    set_up_browser()
    return 0


def bench(arguments: list[str]) -> int:
    """Run the benchmarks."""
    set_up("dev")
    return call(["-m", "benchmarks", *arguments])


def check(_arguments: list[str]) -> int:
    """Run every check; return 1 if one of them is not content."""
    set_up("dev")
    failed = []
    for name, *rest in CHECKS:
        print(f"check: {name} {' '.join(rest)}", flush=True)
        if subprocess.call([str(PYTHON.parent / name), *rest], cwd=ROOT):
            failed.append(name)
    print("checks failed: " + ", ".join(failed) if failed else "checks passed")
    return 1 if failed else 0


def call(arguments: list[str]) -> int:
    """Run the environment's Python; return its exit code. What ends this ends it, which tidies up.

    At a terminal it has an interrupt by itself.
    """
    started: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        for process in started:
            process.send_signal(number)
        if not started:
            early.append(number)

    is_alone = os.name != "nt" and not sys.stdin.isatty()
    _heed(pass_on if is_alone else lambda *_: None, "SIGINT")
    _heed(lambda _, frame: pass_on(signal.SIGTERM, frame), "SIGTERM", "SIGHUP")
    started.append(subprocess.Popen([str(PYTHON), *arguments], cwd=ROOT))
    for number in early:
        started[0].send_signal(number)
    return started[0].wait()


def _heed(handler: Callable[[int, object], None], *names: str) -> None:
    """Have signals handled, but those that whoever started this wants ignored, as nohup does."""
    for name in names:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def set_up(kind: str) -> None:
    """Make `.venv` hold what `kind` needs (`run` or `dev`); nothing to do the second time."""
    if is_ready(kind):
        return
    if not PYTHON.exists():
        print("setting up: making .venv", flush=True)
        make_environment()
    print(f"setting up: installing {LOCKS[kind]}", flush=True)
    install(LOCKS[kind])
    folder = next(VENV.glob("[Ll]ib*/python*/site-packages"), VENV / "Lib" / "site-packages")
    (folder / "arbitrage-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    stamp(kind).write_text(wanted(kind), encoding="utf-8")


def set_up_browser() -> None:
    """Install Chromium where apt can, when there is no browser; else its tests say so, loudly."""
    if os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS)):
        return
    if shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0:
        print("setting up: installing chromium", flush=True)
        for command in (["update", "-qq"], ["install", "-qq", "-y", "chromium"]):
            if subprocess.call(["apt-get", *command], stdout=subprocess.DEVNULL):
                break  # no network, or no such package: the tests tell


def is_ready(kind: str) -> bool:
    """Tell whether the environment holds what `kind` needs, now."""
    kinds = ["dev"] if kind == "dev" else ["run", "dev"]
    return PYTHON.exists() and any(
        stamp(one).is_file() and stamp(one).read_text(encoding="utf-8") == wanted(one)
        for one in kinds
    )


def stamp(kind: str) -> Path:
    """Return the file that says what was installed."""
    return VENV / f"installed-{kind}"


def wanted(kind: str) -> str:
    """Return what the stamp says when nothing has to be done."""
    lock = (ROOT / LOCKS[kind]).read_bytes()
    return hashlib.sha256(lock + sys.version.encode() + str(ROOT).encode()).hexdigest()


def make_environment() -> None:
    """Make `.venv`; on a Debian without `venv`, install that first or say how."""
    if has_venv():
        subprocess.check_call([sys.executable, "-m", "venv", str(VENV)])
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0:
        print(f"setting up: installing {package}", flush=True)
        subprocess.check_call(["apt-get", "update", "-qq"])
        subprocess.check_call(["apt-get", "install", "-qq", "-y", package])
        subprocess.check_call([sys.executable, "-m", "venv", str(VENV)])
        return
    fail(f"Python has no venv here. Type: sudo apt-get install {package}")
    raise SystemExit(1)


def has_venv() -> bool:
    """Tell whether this Python can make an environment with pip in it."""
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.call(probe, stderr=subprocess.DEVNULL) == 0


def install(lock: str) -> None:
    """Install a lock file, every hash checked; with uv when there is one.

    Nothing is compiled ahead: what is used is, the first time.
    """
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--python", str(PYTHON), "--quiet"]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command.append("--no-compile")
    subprocess.check_call([*command, "--require-hashes", "-r", str(ROOT / lock)])


def fail(words: str) -> int:
    """Say what is wrong; return the exit code of a failure."""
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
