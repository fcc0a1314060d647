import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db import codec
from bot.db.errors import CorruptRow
from bot.domain.charter import Verdict
from bot.domain.clocks import Pause
from bot.domain.content import CostConfirmation, Draft, Objection, Source
from bot.domain.decision import Decision, Position
from bot.domain.events import Event, EventKind, Status
from bot.domain.ids import ChannelId, RequestId, RitualId
from bot.domain.request import Request
from bot.domain.rituals import Item, Occurrence, Outcome
from tests.builders import CLAIRE, HUGO, KARIM, LEA, NOW, TODAY, a_request, some_fields, some_terms


def a_full_request() -> Request:
    """A request with something in every place that can hold something."""
    terms = some_terms(due_on=TODAY, review_on=TODAY, owner=LEA, supersedes=3)
    position = Position(by=CLAIRE, on_behalf_of=KARIM, at=NOW, terms=terms)
    split = replace(position, terms=some_terms(verdict=Verdict.SHIFT, shift_to=TODAY))
    decision = Decision(
        terms=terms,
        decided_at=NOW,
        positions=(position,),
        effort_days=2.5,
        cost_confirmed_by=LEA,
    )
    return a_request(
        status=Status.SUPERSEDED,
        source=Source(
            channel=ChannelId("C1"),
            ts="1.2",
            permalink="https://x",
            author=HUGO,
            excerpt="« é » 🎉",
        ),
        due_at=None,
        pauses=(Pause(start=NOW, end=NOW + timedelta(microseconds=1)), Pause(start=NOW)),
        objections=(Objection(by=KARIM, at=NOW, impact="Ligne une\nligne deux"),),
        confirmations=(CostConfirmation(by=LEA, at=NOW, option=0),),
        positions=(position,),
        splits=((position, split),),
        decision=decision,
        past_decisions=(decision,),
        superseded_by=9,
    )


def test_a_request_comes_back_with_everything_in_it() -> None:
    request = a_full_request()

    assert codec.load_request(codec.dump_request(request), version=request.version) == request


def test_the_version_of_the_row_is_the_one_that_counts() -> None:
    body = codec.dump_request(a_request(version=3))

    assert codec.load_request(body, version=7).version == 7


def test_what_is_recalled_is_the_row_s_own_and_can_be_shared() -> None:
    request = a_full_request()
    body = codec.dump_request(request)

    versions = (1, 2, 1)
    found = [codec.recall_request(body, version=version) for version in versions]

    assert found == [replace(request, version=version) for version in versions]
    assert len({hash(request) for request in found}) == 2, "frozen all through"


def test_an_occurrence_is_recalled_alike() -> None:
    held = Occurrence(
        ritual=RitualId("roadmap_sync"),
        slot=TODAY,
        index=0,
        starts_at=NOW,
        duration=timedelta(hours=1),
        items=(Item(request=RequestId("r1"), number=1, outcome=Outcome.CARRIED),),
    )
    body = codec.dump_occurrence(held)

    found = [codec.recall_occurrence(body, version=version) for version in (1, 2, 1)]

    assert found == [replace(held, version=version) for version in (1, 2, 1)]
    assert len({hash(occurrence) for occurrence in found}) == 2, "frozen all through"


def test_unsaved_events_are_not_part_of_the_body() -> None:
    moved = a_request().withdraw(HUGO, "Sans objet", at=NOW)

    assert moved.pending
    assert codec.load_request(codec.dump_request(moved), version=0).pending == ()


def test_an_older_row_loads_without_what_came_later() -> None:
    body = json.loads(codec.dump_request(a_request()))
    for later in ("splits", "past_decisions", "superseded_by", "confirmations", "pending"):
        del body[later]
    del body["content"]["debt_frame"]
    del body["route"]["is_proximity"]

    assert codec.load_request(json.dumps(body), version=0) == a_request()


def test_a_newer_row_loads_less_what_is_not_known_yet() -> None:
    body = json.loads(codec.dump_request(a_request())) | {"of_tomorrow": 1}

    assert codec.load_request(json.dumps(body), version=0) == a_request()


def test_a_row_that_is_not_a_request_is_refused() -> None:
    with pytest.raises(CorruptRow, match="status") as caught:
        codec.load_request('{"id": "r1", "title": "Des mots"}', version=0)

    assert "Des mots" not in str(caught.value)


def test_an_event_is_written_the_same_way_each_time() -> None:
    event = Event(
        seq=2,
        kind=EventKind.OBJECTED,
        at=NOW,
        by=KARIM,
        to_status=Status.OPEN,
        why="é",
        details=(("b", "1"), ("a", "2")),
    )

    body = codec.dump_event(event)

    assert codec.load_event(body) == event
    assert codec.dump_event(codec.load_event(body)) == body


def test_a_draft_with_nothing_typed_comes_back() -> None:
    empty = Draft(id="d", person=HUGO, fields=replace(some_fields(), question=None, impact=None))

    assert codec.load_draft(codec.dump_draft(empty)) == empty
