"""A year of a company's requests, by set-based SQL: the same rows on SQLite and on PostgreSQL.

Each table is one INSERT … SELECT from `made`, a scratch table with what was drawn of each request.
What is drawn is arithmetic on the request's number: the same on every run.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from benchmarks import models
from benchmarks.loading import loading
from benchmarks.models import EVENTS_EACH, NOW, OPEN_EACH, START, YEAR_S, T
from bot.db import migrating
from bot.db.engine import Database

PRIME = 2_147_483_647
STEPS = (48_271, 69_621, 16_807, 39_373, 630_360_016 % PRIME, 742_938_285, 950_706_376)


@dataclass(frozen=True)
class Speech:
    """What each database has its own words for; the arguments are SQL expressions.

    `each` has the rows of `made` so many times, one after the other, numbered from 1 by `seq`.
    """

    numbers: Callable[[int, int], str]
    each: Callable[[int], str]
    instant: Callable[[str], str]
    iso: Callable[[str], str]
    day: Callable[[str], str]
    identity: Callable[[str], str]


SQLITE = Speech(
    numbers=lambda first, last: (
        f"(WITH RECURSIVE n(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM n WHERE n < {last})"
        " SELECT n FROM n)"
    ),
    each=lambda times: f"made CROSS JOIN (SELECT n AS seq FROM {SQLITE.numbers(1, times)}) AS seqs",
    instant=lambda epoch: f"strftime('%Y-%m-%d %H:%M:%S.000000', {epoch}, 'unixepoch')",
    iso=lambda epoch: f"strftime('%Y-%m-%dT%H:%M:%SZ', {epoch}, 'unixepoch')",
    day=lambda epoch: f"date({epoch}, 'unixepoch')",
    identity=lambda number: f"printf('%08x', {number})",
)
POSTGRESQL = Speech(
    numbers=lambda first, last: (
        f"(SELECT n FROM generate_series({first}::bigint, {last}::bigint) n)"
    ),
    # Left to choose, it would take the numbers first and scatter the events of each request.
    each=lambda times: f"made CROSS JOIN generate_series(1, {times} + 0 * n) AS seqs(seq)",
    instant=lambda epoch: f"to_timestamp({epoch})",
    iso=lambda epoch: (
        f"to_char(to_timestamp({epoch}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    ),
    day=lambda epoch: f"(to_timestamp({epoch}) AT TIME ZONE 'UTC')::date",
    identity=lambda number: f"lpad(to_hex({number}), 8, '0')",
)


def generate(url: str, size: int) -> float:
    """Fill the empty database at `url` with `size` requests and all that hangs from them.

    Return the seconds of processor that the database's own process took.
    """
    migrating.upgrade(url)
    database = Database(url)
    speech = SQLITE if database.is_sqlite else POSTGRESQL
    with loading(database) as load:
        load.run(_made(speech, size))
        for statement in (*_statements(speech), *models.statements(size)):
            load.run(statement)
        load.run("DROP TABLE made")
    _settle(database)
    with database.begin() as session:
        models.add_people(session)
        models.add_rituals(session)
    database.close()
    return load.processor_s


def _settle(database: Database) -> None:
    """Do what PostgreSQL does by itself in production; SQLite's planner is told nothing there."""
    if database.is_sqlite:
        with closing(sqlite3.connect(str(database.engine.url.database))) as session:
            session.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.exec_driver_sql("SET statement_timeout=0")
        session.exec_driver_sql("VACUUM ANALYZE")


def roll(salt: int, faces: int) -> str:
    """Return an expression: a whole number from 0 under `faces`, drawn for the request `n`."""
    first, second = STEPS[salt % 7], STEPS[(salt // 7 + 1 + salt) % 7]
    return f"((n * {first} + {salt * 7_919}) % {PRIME} * {second} % {PRIME} % {faces})"


def word(salt: int) -> str:
    """Return an expression: a word of 2,000, the first ones far more frequent."""
    place = f"({roll(salt, 2000)} * {roll(salt + 1, 2000)} / 2000)"
    return f"'mot' || substr('' || (10000 + {place}), 2)"


def words(salt: int, count: int) -> str:
    """Return an expression: `count` words with spaces between."""
    return " || ' ' || ".join(word(salt + 2 * number) for number in range(count))


def _made(speech: Speech, size: int) -> str:
    """Return the statement that draws `size` requests, filed evenly over the year."""
    filed = f"({START} + n * {YEAR_S - 60} / {size})"
    took = f"(600 + {roll(3, 900)} * {roll(4, 900)})"
    ways = f"""
      SELECT n, {filed} AS filed, {filed} + {took} AS ended,
        'r' || {speech.identity("n * 2654435761 % 4294967296")} AS id,
        CASE WHEN n % {OPEN_EACH} = 0 OR {filed} + {took} >= {int(NOW.timestamp())}
          THEN 1 ELSE 0 END AS is_open,
        CASE WHEN {roll(5, 100)} < 1 THEN 'vision' WHEN {roll(5, 100)} < 5 THEN 'strategy'
          WHEN {roll(5, 100)} < 50 THEN 'arbitration' ELSE 'execution' END AS layer,
        {_one_of(models.IMPACTS, roll(6, len(models.IMPACTS)))} AS impact,
        CASE WHEN n % {2 * OPEN_EACH} = 0 THEN 'U1' WHEN {roll(7, 7)} = 0 THEN 'U1'
          ELSE 'U' || (2 + {roll(8, models.PEOPLE - 2)}) END AS decider,
        'U' || (2 + {roll(9, models.PEOPLE - 2)}) AS requester,
        {roll(10, 10)} AS part, {roll(11, 100)} AS luck,
        CASE WHEN {roll(12, 50)} = 0 THEN 'C2' ELSE 'C1' END AS channel,
        {words(20, 6)} AS title, {words(40, 30)} AS effect
      FROM {speech.numbers(1, size)} AS drawn"""
    status = f"""CASE WHEN is_open = 0 AND luck < 90 THEN 'decided'
      WHEN is_open = 0 AND luck < 96 THEN 'withdrawn' WHEN is_open = 0 AND luck < 98 THEN 'expired'
      WHEN is_open = 0 THEN 'superseded' WHEN n % {100 * OPEN_EACH} = 0 THEN 'on_agenda'
      WHEN n % {5 * OPEN_EACH} = 0 THEN 'awaiting_evidence' ELSE 'open' END"""
    squads = """CASE WHEN part < 4 THEN ' checkout ' WHEN part < 5 THEN ' checkout onboarding '
      WHEN part < 9 THEN ' onboarding ' ELSE '' END"""
    return (
        f"CREATE TEMPORARY TABLE made AS SELECT ways.*, {status} AS status, {squads} AS squads,"
        f" {_one_of(models.SEATS, 'luck % 4')} AS seats FROM ({ways}) AS ways"
    )


def _one_of(names: tuple[str, ...], place: str) -> str:
    return f"CASE {place} " + " ".join(f"WHEN {i} THEN '{n}'" for i, n in enumerate(names)) + " END"


IS_DECIDED = "status IN ('decided', 'superseded')"
PARTS = "INSERT INTO request_people (workspace_id, request_id, person_id, part, is_open)"
DUE = "filed + 172800 + luck * 3600"


def _statements(speech: Speech) -> tuple[str, ...]:
    return (
        _requests(speech),
        f"{PARTS} SELECT '{T}', id, decider, 'decider', is_open = 1 FROM made",
        f"{PARTS} SELECT '{T}', id, 'U' || (2 + luck), 'consulted', is_open = 1 FROM made",
        f"INSERT INTO request_squads (workspace_id, request_id, squad_id) SELECT '{T}', id,"
        " 'checkout' FROM made WHERE part < 5",
        f"INSERT INTO request_squads (workspace_id, request_id, squad_id) SELECT '{T}', id,"
        " 'onboarding' FROM made WHERE part BETWEEN 4 AND 8",
        f"INSERT INTO request_words (workspace_id, request_id, words) SELECT '{T}', id,"
        " 'arb' || n || ' ' || n || ' ' || title || ' ' || effect FROM made ORDER BY n",
        _decisions(speech, seq="9", at="ended", wanted=IS_DECIDED, is_reopened=False),
        _decisions(
            speech,
            seq="4",
            at="(filed + ended) / 2",
            wanted=f"{IS_DECIDED} AND luck % 30 = 7",
            is_reopened=True,
        ),
        _events(speech),
        f"INSERT INTO messages (workspace_id, request_id, kind, channel, ts) SELECT '{T}', id,"
        " 'card', channel, filed || '.' || substr('' || (1000000 + n % 1000000), 2) FROM made",
        _outbox(speech),
        *_timers(speech),
        _bypasses(speech),
    )


def _requests(speech: Speech) -> str:
    ended = f"CASE WHEN {IS_DECIDED} THEN {speech.instant('ended')} END"
    is_due = "status IN ('open', 'on_agenda')"
    due = f"CASE WHEN {is_due} THEN {speech.instant(DUE)} END"
    return f"""INSERT INTO requests (workspace_id, id, number, version, source_key, status, layer,
      question, impact, requester, channel, title, squads, submitted_at, due_at, decided_at, body)
      SELECT '{T}', id, n, {EVENTS_EACH}, 'view:' || id, status, layer, 'first', impact, requester,
      channel, 'Faut-il ' || title || ' ?', squads, {speech.instant("filed")}, {due}, {ended},
      {models.request_body(speech.iso, is_due=is_due, due=DUE, is_decided=IS_DECIDED)}
      FROM made ORDER BY n"""


def _decisions(speech: Speech, *, seq: str, at: str, wanted: str, is_reopened: bool) -> str:
    length = f"({at} - filed)"
    due = f"{at} + 604800 + luck * 20000"
    due_on = speech.day(due)
    delivered_on = f"CASE WHEN {due} < {int(NOW.timestamp())} AND n % 10 < 9 THEN {due_on} END"
    after = "86400 + luck * 86400" if is_reopened else "NULL"
    ended = (
        speech.instant("ended")
        if is_reopened
        else f"""CASE WHEN status = 'superseded'
      THEN {speech.instant("ended + 86400")} END"""
    )
    return f"""INSERT INTO decisions (workspace_id, request_id, seq, channel, layer, impact, seats,
      decided_at, elapsed_s, elapsed_unpaused_s, working_s, working_unpaused_s, is_referred,
      has_evidence, is_urgent, is_past_date, owner, due_on, reopened_after_s, ended_at, squads,
      is_debt, effort_hundredths,
      is_falsely_urgent, owed_on, delivered_on, verdict)
      SELECT '{T}', id, {seq}, channel, layer, impact, seats, {speech.instant(at)}, {length},
      {length} * 3 / 4, {length} / 4, {length} / 5, n % 7 = 0, n % 3 = 0, n % 10 = 0, n % 20 = 0,
      decider, {due_on}, {after}, {ended}, squads, n % 6 = 0, n % 3 * 400, n % 20 = 0, {due_on},
      {delivered_on}, CASE WHEN n % 5 = 0 THEN 'refuse' ELSE 'accept' END
      FROM made WHERE {wanted} ORDER BY {at}"""


def _events(speech: Speech) -> str:
    """Return the statement for the events of all requests, spread from filing to the end."""
    whole = "(CASE WHEN is_open = 1 THEN 59 ELSE ended - filed END)"
    at = f"(filed + {whole} * (seq - 1) / {EVENTS_EACH - 1})"
    happened = f"""SELECT id, seq, {at} AS at, {models.EVENT_KIND} AS kind, status, requester,
      decider FROM {speech.each(EVENTS_EACH)}"""
    filler = "substr(id || id || id || id || id || id || id || id || id, 1, 64)"
    return f"""INSERT INTO events (workspace_id, request_id, seq, kind, at, body, request_digest,
      previous_hash, hash) SELECT '{T}', id, seq, kind, {speech.instant("at")},
      {models.event_body(speech.iso)}, {filler}, {filler}, {filler}
      FROM ({happened}) AS happened"""


def _outbox(speech: Speech) -> str:
    at = speech.instant("filed")
    return f"""INSERT INTO outbox (workspace_id, id, key, kind, lane, request_id, body, state,
      created_at, due_at, attempts, sent_at, channel, ts) SELECT '{T}', n, 'card:' || id, 'card',
      'channel:' || channel, id, '{{}}', 'sent', {at}, {at}, 1, {at}, channel, filed || '.000100'
      FROM made"""


def _timers(speech: Speech) -> tuple[str, ...]:
    """Return the statements for the reminders said, and for what is ahead of each request."""
    into = """INSERT INTO timers (workspace_id, key, kind, request_id, person_id, number, due_at,
      planned_at, fired_at, is_snoozed, attempts)"""
    said, review = speech.instant("filed + 86400"), speech.instant("ended + 15552000")
    ahead = speech.instant(f"{int(NOW.timestamp())} + 3600 + n % 500000")
    end = int(NOW.timestamp())
    return (
        f"{into} SELECT '{T}', 'decide:' || id || ':1', 'decide', id, decider, 1, NULL, {said},"
        f" {said}, 1 = 0, 0 FROM made WHERE is_open = 0",
        f"{into} SELECT '{T}', 'decide:' || id || ':2', 'decide', id, decider, 2, {ahead}, {ahead},"
        " NULL, 1 = 0, 0 FROM made WHERE is_open = 1",
        f"{into} SELECT '{T}', 'review:' || id, 'review', id, decider, 1,"
        f" CASE WHEN ended + 15552000 > {end} THEN {review} END, {review},"
        f" CASE WHEN ended + 15552000 <= {end} THEN {review} END, 1 = 0, 0"
        " FROM made WHERE status = 'decided'",
    )


def _bypasses(speech: Speech) -> str:
    """Return the statement for the ledger: one for five requests, a third of which became one."""
    at, is_converted = speech.instant("filed - 3600"), "n % 3 = 0"
    week = _one_of(models.WEEKS, f"(filed - 3600 - {models.FIRST_MONDAY}) / 604800")
    return f"""INSERT INTO bypasses (workspace_id, key, origin, channel, thread, permalink, cues,
      week, at, nudged_at, opened_at, dismissed_at, converted_at, request_id)
      SELECT '{T}', 'bypass:' || id, 'channel', 'C' || (10 + luck), 't' || id, NULL, '[]', {week},
      {at}, CASE WHEN luck < 40 THEN {at} END, NULL,
      CASE WHEN luck > 90 AND n % 3 > 0 THEN {at} END,
      CASE WHEN {is_converted} THEN {speech.instant("filed")} END,
      CASE WHEN {is_converted} THEN id END
      FROM made WHERE n % 5 = 1"""
