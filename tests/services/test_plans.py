"""What people read often, and each tick, goes through indexes: asked of the databases themselves.

Nothing is timed, and there is hardly a row: the plan is what would be done with a million.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.db import requests
from bot.db import rituals as ritual_rows
from bot.db.decisions import Scope
from bot.domain.charter import Layer
from bot.domain.ids import ChannelId, ImpactId, SquadId
from bot.domain.journal import PAGE, Query, Reader
from bot.domain.metrics import Period
from bot.services import digests, journal, metrics, reading
from bot.services.deps import Deps
from bot.services.requests import FileRequest, file_request
from bot.services.rituals import coming
from bot.services.schedule.tick import tick
from tests.builders import CHANNEL, CHECKOUT, CLAIRE, HUGO, INES, KARIM, NOW, some_fields
from tests.plans import asked_of, read_whole

MEMBER = Reader(person=INES, channels=frozenset({CHANNEL}))
OUTSIDER = Reader(person=KARIM, channels=frozenset[ChannelId]())


def look_home(deps: Deps) -> None:
    reading.inbox(deps, CLAIRE)
    reading.mine(deps, HUGO)
    reading.unfinished(deps, CLAIRE)
    coming(deps, CLAIRE)


def look_for(reader: Reader, **asked: Any) -> Callable[[Deps], object]:
    return lambda deps: journal.page(deps, reader, Query(**asked))


def look_at_numbers(deps: Deps) -> None:
    scope = Scope(channels=frozenset({CHANNEL}))
    metrics.numbers(deps, scope, metrics.latest(deps))
    metrics.gauges(deps)


def look_at_digest(*squads: SquadId) -> Callable[[Deps], object]:
    scope = Scope(channels=frozenset({CHANNEL}), squads=squads)

    def look(deps: Deps) -> None:
        with deps.read() as session:
            digests.digest_of(session, deps, scope, Period(start=NOW - timedelta(days=7), end=NOW))

    return look


def look_at_agenda(deps: Deps) -> None:
    with deps.read() as session:
        ritual_rows.asked(session, deps.workspace)


def look_for_titles(deps: Deps) -> None:
    with deps.read() as session:
        reading.titles(session, deps, (CHECKOUT,))


def look_for_strategies(deps: Deps) -> None:
    with deps.read() as session:
        impact = ImpactId("retention")
        requests.live_strategy(session, deps.workspace, impact=impact, squads=(CHECKOUT,))


def tick_once(deps: Deps) -> None:
    tick(deps, holder="test", machine_now=deps.now)


LOOKS: dict[str, Callable[[Deps], object]] = {
    "home": look_home,
    "journal": look_for(MEMBER),
    "older": look_for(MEMBER, below=100),
    "newer": look_for(MEMBER, above=100),
    "words": look_for(MEMBER, words="export panier"),
    "older words": look_for(MEMBER, words="export", below=100),
    "filters": look_for(MEMBER, squad=CHECKOUT, layer=Layer.STRATEGY, since=NOW),
    "a decider": look_for(MEMBER, decider=CLAIRE),
    "words and filters": look_for(MEMBER, words="export", squad=CHECKOUT, decider=CLAIRE),
    "outside": look_for(OUTSIDER),
    "outside, words": look_for(OUTSIDER, words="export"),
    "numbers": look_at_numbers,
    "digest": look_at_digest(),
    "digest of a squad": look_at_digest(CHECKOUT),
    "agenda": look_at_agenda,
    "titles": look_for_titles,
    "strategies": look_for_strategies,
    "tick": tick_once,
}


@pytest.mark.parametrize("name", LOOKS)
def test_nothing_large_is_read_whole(deps: Deps, name: str) -> None:
    with asked_of(deps.database.engine) as asked:
        LOOKS[name](deps)

    found = {sql: read_whole(deps.database, (sql, values)) for sql, values in asked.items()}
    assert asked
    assert {sql: steps for sql, steps in found.items() if steps} == {}


@pytest.mark.parametrize("name", ["words", "words and filters", "outside, words"])
def test_frequent_words_are_looked_for_by_number(deps: Deps, name: str) -> None:
    fields = some_fields(title="L’export ou le panier ?")
    for number in range(PAGE + 1):
        file_request(deps, FileRequest(key=f"view:{number}", draft="", fields=fields, by=HUGO))

    test_nothing_large_is_read_whole(deps, name)


def test_a_table_without_its_index_is_seen_to_be_read_whole(deps: Deps) -> None:
    with deps.begin() as session:
        session.exec_driver_sql("DROP INDEX ix_timers_workspace_id_timers_kind_timers_due_at")
        session.exec_driver_sql("DROP INDEX ix_timers_workspace_id_timers_request_id")
        if not deps.database.is_sqlite:  # it would walk through the key's index rather
            session.exec_driver_sql("ALTER TABLE timers DROP CONSTRAINT pk_timers")

    with asked_of(deps.database.engine) as asked:
        tick_once(deps)

    of_timers = [statement for statement in asked.items() if "timers" in statement[0]]
    assert any(read_whole(deps.database, statement) for statement in of_timers)
