"""The plain SQL aggregates behind what people read: counts, sums and means, sent raw."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.models import NOW, T
from bot.db.engine import Database

WEEK, SIX, NINETY = timedelta(weeks=1), timedelta(weeks=6), timedelta(days=90)
OPEN = "status IN ('open', 'on_agenda', 'awaiting_evidence')"
HERE = f"workspace_id = '{T}' AND channel = 'C1'"
ITS_SQUADS = " AND (squads = '' OR squads LIKE '% checkout %')"


class Plain:
    """Statements sent to the driver as they are, on one connection."""

    def __init__(self, database: Database) -> None:
        """Connect to `database`."""
        self._is_sqlite = database.is_sqlite
        self._session = database.engine.raw_connection()
        self._backends: tuple[Path, ...] = ()

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def watch(self) -> None:
        """Count the processes that the database has for us, from now on."""
        if self._is_sqlite:
            return
        with closing(self._session.cursor()) as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend'"
            )
            found = (Path(f"/proc/{pid}/schedstat") for (pid,) in cursor.fetchall())
        self._backends = tuple(path for path in found if path.is_file())
        self._session.rollback()

    def processor_s(self) -> float:
        """Return the processor time taken so far, by this process and those of the database."""
        nanoseconds = sum(int(path.read_text().split()[0]) for path in self._backends)
        return time.process_time() + nanoseconds / 1e9

    def runner(self, statements: list[str]) -> Callable[[], object]:
        """Return what runs `statements` and fetches every row."""

        def run() -> None:
            for statement in statements:
                with closing(self._session.cursor()) as cursor:
                    cursor.execute(statement)
                    cursor.fetchall()
            self._session.rollback()

        return run

    def streamer(self, statements: list[str]) -> Callable[[], object]:
        """Return what runs `statements` and fetches their rows in batches, keeping none."""

        def run() -> None:
            for statement in statements:
                named = () if self._is_sqlite else ("streamed",)
                with closing(self._session.cursor(*named)) as cursor:
                    cursor.execute(statement)
                    while cursor.fetchmany(2000):
                        pass
            self._session.rollback()

        return run

    def at(self, instant: datetime) -> str:
        """Return an instant as a literal."""
        return f"'{instant:%Y-%m-%d %H:%M:%S.%f}{'' if self._is_sqlite else '+00'}'"

    def between(self, column: str, start: datetime, end: datetime) -> str:
        """Return the condition that `column` is from `start` to before `end`."""
        return f"{column} >= {self.at(start)} AND {column} < {self.at(end)}"

    def stats(self) -> list[str]:
        """Return the aggregates behind the numbers: six weeks, and the six before."""
        return [
            self._times(NOW - 2 * SIX, ""),
            self._rates(""),
            self._reopened(""),
            self._count("submitted_at", NOW - SIX, ""),
            f"SELECT layer, count(*), min(submitted_at), {_sum(f'due_at < {self.at(NOW)}')}"
            f" FROM requests WHERE {HERE} AND {OPEN} GROUP BY layer",
            *self._beside(),
        ]

    def digest(self, *, of_squad: bool = False) -> list[str]:
        """Return the aggregates behind a digest of one week: its curve covers eight."""
        made = asked = ITS_SQUADS if of_squad else ""
        week = self.between("decided_at", NOW - WEEK, NOW)
        late = _sum(f"due_at < {self.at(NOW)}")
        days = f"due_on BETWEEN '{_day(0)}' AND '{_day(6)}'"
        return [
            f"SELECT impact, count(*) FROM decisions WHERE {HERE} AND {week}{made} GROUP BY impact",
            self._times(NOW - 2 * SIX, made),
            self._rates(made),
            self._reopened(made),
            self._count("submitted_at", NOW - 2 * SIX, asked),
            f"SELECT count(*), {late} FROM requests WHERE {HERE} AND {OPEN}{asked}",
            f"SELECT count(*) FROM decisions WHERE {HERE} AND {days} AND ended_at IS NULL{made}",
            *self._beside(),
        ]

    def home(self, person: str) -> list[str]:
        """Return the aggregates behind an App Home: what waits for somebody, what they asked."""
        return [
            "SELECT count(*), min(due_at) FROM request_people p JOIN requests r ON"
            " r.workspace_id = p.workspace_id AND r.id = p.request_id"
            f" WHERE p.workspace_id = '{T}' AND person_id = '{person}' AND {OPEN}"
            " AND part IN ('decider', 'steward')",
            f"SELECT status, count(*) FROM requests WHERE workspace_id = '{T}'"
            f" AND requester = '{person}' GROUP BY status",
        ]

    def search(self, word: str) -> list[str]:
        """Return the full-text query behind a search: a page of what has `word`."""
        if self._is_sqlite:
            return [
                f"SELECT rowid FROM search_fts WHERE search_fts MATCH '\"{word}\" *'"
                " ORDER BY rowid DESC LIMIT 11"
            ]
        return [
            "SELECT request_id FROM request_words WHERE"
            f" array_to_tsvector(string_to_array(words, ' ')) @@ '''{word}'':*'::tsquery LIMIT 11"
        ]

    def record(self) -> list[str]:
        """Return what reads the whole record in the order of an export."""
        return [
            f"SELECT body FROM requests WHERE workspace_id = '{T}' ORDER BY number",
            "SELECT e.body FROM requests r JOIN events e ON e.workspace_id = r.workspace_id AND"
            f" e.request_id = r.id WHERE r.workspace_id = '{T}' ORDER BY r.number, e.seq",
        ]

    def _beside(self) -> list[str]:
        """Return the aggregates of what is counted beside decisions: deliverables and bypasses."""
        made = f"b.workspace_id = '{T}' AND {self.between('at', NOW - SIX, NOW)}"
        return [
            f"SELECT count(*), {_sum('delivered_on <= owed_on')} FROM decisions WHERE {HERE} AND"
            f" owed_on >= '{_day(-42)}' AND owed_on < '{_day(0)}'",
            "SELECT count(*), count(nudged_at), count(converted_at) FROM bypasses b"
            f" WHERE {made} GROUP BY week, origin, channel",
            "SELECT count(DISTINCT r.id) FROM bypasses b JOIN requests r ON"
            f" r.workspace_id = b.workspace_id AND r.id = b.request_id WHERE {made}",
            self._count("submitted_at", NOW - SIX, ""),
        ]

    def _times(self, start: datetime, narrowed: str) -> str:
        return (
            "SELECT layer, count(*), avg(elapsed_s), avg(working_unpaused_s) FROM decisions"
            f" WHERE {HERE} AND {self.between('decided_at', start, NOW)}{narrowed} GROUP BY layer"
        )

    def _rates(self, narrowed: str) -> str:
        counted = ("is_referred", "has_evidence", "is_urgent", "is_urgent AND is_past_date")
        return (
            f"SELECT seats, count(*), {', '.join(map(_sum, counted))} FROM decisions"
            f" WHERE {HERE} AND {self.between('decided_at', NOW - SIX, NOW)}{narrowed}"
            " GROUP BY seats"
        )

    def _reopened(self, narrowed: str) -> str:
        ripe = self.between("decided_at", NOW - SIX - NINETY, NOW - NINETY)
        return (
            f"SELECT count(*), {_sum('reopened_after_s <= 7776000')} FROM decisions"
            f" WHERE {HERE} AND {ripe}{narrowed}"
        )

    def _count(self, column: str, start: datetime, narrowed: str) -> str:
        return (
            f"SELECT count(*) FROM requests WHERE {HERE}"
            f" AND {self.between(column, start, NOW)}{narrowed}"
        )


def _sum(condition: str) -> str:
    return f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _day(after: int) -> date:
    return NOW.date() + timedelta(days=after)
