"""The commands. Each prints what it did, or one line with the cure, and exits 0, 1 or 2.

0: done; 1: something is wrong with what was looked at; 2: the command could not run.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.config import CharterError
from bot.config.report import check_report, show_report
from bot.detect import add_options, detect
from bot.services.troubles import DatabaseUnavailable
from bot.settings import Settings, SettingsError, read_settings

FINE, WRONG, CANNOT = 0, 1, 2
STDIN = 0
ALONE_WITHIN_S = 10.0

DATABASE_CURES = {
    "locked": "another program holds it. Stop it, or wait.",
    "read_only": "the file or its folder is read-only. Let the bot's user write there.",
    "missing": "the file cannot be opened. Create its folder, or correct DATABASE_URL.",
    "unreachable": "the server does not answer. Check DATABASE_URL and the network.",
    "not_migrated": "its tables are missing or old. Run `arbitrage migrate`.",
}


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code. Troubles are told in one line each."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except SettingsError as error:
        return _cannot(str(error))
    except CharterError as error:
        told = [problem.told(options.locale) for problem in error.problems]
        return _cannot("\n".join(f"charter: {words}" for words in told))
    except DatabaseUnavailable as error:
        return _cannot(f"database {error.trouble}: {DATABASE_CURES[error.trouble]}")
    except KeyboardInterrupt:
        return FINE


def _cannot(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return CANNOT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="arbitrage", description="One Slack channel for the arbitrations of a product team."
    )
    locale = "en" if os.environ.get("LANG", "").startswith("en") else "fr"
    parser.add_argument("--locale", choices=("fr", "en"), default=locale, help="of the answers")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run_parser = _add(commands, "run", run, "run the bot")
    run_parser.add_argument(
        "--until-eof", action="store_true", help="stop when standard input ends: with its parent"
    )
    _add_demo(commands)
    _add(commands, "doctor", doctor, "say what is wrong with the installation, and the cure")
    _add(commands, "migrate", migrate, "bring the database to this version")
    manifest_parser = _add(commands, "manifest", manifest, "print the app's manifest for Slack")
    manifest_parser.add_argument("--request-url", help="for HTTP mode: the public address")
    charter_parser = _add(commands, "charter", charter, "check or show the charter file")
    charter_parser.add_argument("what", choices=("check", "show"))
    charter_parser.add_argument("file", nargs="?", type=Path, help="default: CHARTER_FILE")
    export_parser = _add(commands, "export", export, "write the record as CSV, JSON or Markdown")
    export_parser.add_argument("what", choices=("csv", "json", "markdown", "schema"))
    export_parser.add_argument("-o", "--output", type=Path, help="a file; for markdown, a folder")
    export_parser.add_argument("--workspace", help="when the database has several")
    audit_parser = _add(commands, "audit", audit, "verify the record, or print the audit")
    audit_parser.add_argument("what", choices=("verify", "report"))
    audit_parser.add_argument("--workspace", help="T…, when the database serves several")
    schedule_parser = _add(commands, "schedule", schedule, "print what will be posted, and when")
    schedule_parser.add_argument("--days", type=int, default=7, help="how far ahead (7)")
    schedule_parser.add_argument("--dry-run", action="store_true", help="print the text too")
    rituals_parser = _add(commands, "rituals", rituals, "print a ritual's calendar file (.ics)")
    rituals_parser.add_argument("what", choices=("ics",))
    rituals_parser.add_argument("name", help="its id in the charter, such as roadmap_sync")
    rituals_parser.add_argument("--workspace", help="T…, when the database serves several")
    add_options(_add(commands, "detect", detect, "find requests that bypass the channel"))
    return parser


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(commands, "demo", demo, "see it all in a browser, without Slack")
    parser.add_argument("--locale", choices=("fr", "en"), default=argparse.SUPPRESS)
    parser.add_argument("--text", action="store_true", help="one request, in the terminal")
    parser.add_argument("--port", type=int, default=3210, help="default: 3210, or the next free")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--fresh", action="store_true", help="make the history again")


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    command: Callable[[argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(command=command)
    return parser


def run(options: argparse.Namespace) -> int:
    """Run the bot until SIGTERM or Ctrl-C."""
    from bot.app import build  # noqa: PLC0415  # the other commands start faster
    from bot.config.lexicon import LexiconError  # noqa: PLC0415
    from bot.slack.contact import CannotStart  # noqa: PLC0415

    settings = _settings()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if options.until_eof:
        threading.Thread(target=_stop_at_eof, args=(stopping,), daemon=True).start()
    try:
        bot = build(settings)
        bot.start()
    except (CannotStart, LexiconError) as error:
        return _cannot(str(error))
    except OSError as error:
        return _cannot(f"port {settings.http_port} is not free ({error.strerror}): set HTTP_PORT.")
    log = logging.getLogger("bot")
    log.info("ready, health on port %s", bot.http_port)
    stopping.wait()
    log.info("stopping")
    bot.stop()
    return FINE


def _stop_at_eof(stopping: threading.Event) -> None:
    """Stop when nobody holds the other end of standard input any more, by force if need be."""
    with suppress(OSError):
        while os.read(STDIN, 1):  # not through `sys.stdin`, which an exit would wait for
            pass
    stopping.set()
    time.sleep(ALONE_WITHIN_S)
    os._exit(WRONG)


def _settings() -> Settings:
    from bot.logs import set_up  # noqa: PLC0415

    settings = read_settings()
    set_up(settings.log_format, settings.log_level)
    return settings


def demo(options: argparse.Namespace) -> int:
    """Give the demonstration, in a browser or as text, against the sandbox."""
    if options.text:
        from bot.demo.terminal import play  # noqa: PLC0415

        return FINE if play(locale=options.locale) else WRONG
    from bot.demo.show import show  # noqa: PLC0415
    from bot.demo.wanted import CannotShow, Wanted  # noqa: PLC0415

    wanted = Wanted(
        locale=options.locale,
        port=options.port,
        opens_browser=not options.no_browser,
        is_fresh=options.fresh,
    )
    try:
        show(wanted)
    except CannotShow as error:
        return _cannot(str(error))
    return FINE


def doctor(options: argparse.Namespace) -> int:
    """Check the installation, a line each."""
    from bot.doctor import examine  # noqa: PLC0415

    settings = read_settings()
    is_fine = True
    for finding in examine(settings, options.locale):
        print(finding.told)
        is_fine = is_fine and finding.is_fine
    return FINE if is_fine else WRONG


def migrate(_options: argparse.Namespace) -> int:
    """Bring the database to this version."""
    from bot.app import open_database  # noqa: PLC0415

    open_database(read_settings().database_url).close()
    print("the database is at this version")
    return FINE


def manifest(options: argparse.Namespace) -> int:
    """Print the manifest."""
    from bot.slack.manifest import as_yaml, make_manifest  # noqa: PLC0415

    sys.stdout.write(as_yaml(make_manifest(request_url=options.request_url)))
    return FINE


def charter(options: argparse.Namespace) -> int:
    """Check or show the charter."""
    path = options.file or Path(os.environ.get("CHARTER_FILE", "config/charter.toml"))
    if options.what == "show":
        print(show_report(path, options.locale))
        return FINE
    is_fine, words = check_report(path, options.locale)
    print(words)
    return FINE if is_fine else WRONG


def export(options: argparse.Namespace) -> int:
    """Export the record; `schema` says what its JSON means."""
    from bot import exporting  # noqa: PLC0415  # the other commands start faster

    try:
        exporting.export(options)
    except exporting.CannotExport as error:
        return _cannot(str(error))
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # the reader left
    except OSError as error:
        return _cannot(f"{error.filename}: {error.strerror}. Choose another --output.")
    return FINE


def audit(options: argparse.Namespace) -> int:
    """Verify the chains of events of every workspace; `report` prints the governance audit."""
    if options.what == "report":
        return _report(options)
    from bot.app import open_database  # noqa: PLC0415
    from bot.services.audit import verify  # noqa: PLC0415

    database = open_database(read_settings().database_url)
    verified, breaks = verify(database)
    for found in breaks:
        print(f"ARB-{found.number}: the history does not hold from event {found.seq} on")
    print(f"{verified} requests verified, {len(breaks)} broken")
    return WRONG if breaks else FINE


def _report(options: argparse.Namespace) -> int:
    from bot.auditing import CannotReport, report  # noqa: PLC0415  # the others start faster

    try:
        sys.stdout.write(report(read_settings(), options.locale, workspace=options.workspace))
    except CannotReport as error:
        return _cannot(str(error))
    return FINE


def schedule(options: argparse.Namespace) -> int:
    """Print what will be posted if nothing changes."""
    from bot.forecast import tell  # noqa: PLC0415

    tell(read_settings(), days=options.days, locale=options.locale, is_dry_run=options.dry_run)
    return FINE


def rituals(options: argparse.Namespace) -> int:
    """Print the calendar file of a ritual; redirect it to a file, or serve it."""
    from bot.app import offline  # noqa: PLC0415
    from bot.domain.ids import RitualId  # noqa: PLC0415
    from bot.services.rituals_ics import calendar_file  # noqa: PLC0415

    served = [d for d in offline(read_settings()) if options.workspace in {None, d.workspace}]
    if not served:
        return _cannot(
            "the database serves no such workspace. Start the bot once: `arbitrage run`."
        )
    if len(served) > 1:
        known = ", ".join(deps.workspace for deps in served)
        return _cannot(f"which workspace? Say --workspace; the database serves: {known}.")
    deps = served[0]
    names = [ritual.id for ritual in deps.charter.rituals]
    if options.name not in names:
        return _cannot(f"the charter has no ritual {options.name}. It has: {', '.join(names)}.")
    sys.stdout.buffer.write(calendar_file(deps, RitualId(options.name), options.locale))
    return FINE
