from datetime import UTC, datetime, timedelta

import pytest

from bot.db import outbox, people
from bot.domain.charter import Verdict
from bot.domain.content import Fields
from bot.domain.errors import MustSupersede, UnknownChoice
from bot.domain.events import Status
from bot.domain.ids import PersonId, QuestionId, SquadId
from bot.domain.people import Absence, Person
from bot.domain.request import Request
from bot.services import decisions, moves, reading, requests
from bot.services.deps import Deps
from bot.services.requests import FileRequest
from tests.builders import CLAIRE, HUGO, KARIM, NOW, WORKSPACE, FakeClock, some_fields, some_terms


def filed(deps: Deps, key: str = "view:1", **changes: object) -> Request:
    command = FileRequest(key=key, draft="", fields=some_fields(**changes), by=HUGO)
    return requests.file_request(deps, command)[0]


def queued(deps: Deps) -> list[str]:
    keys = []
    with deps.begin() as session:
        lease = (NOW, NOW + timedelta(seconds=60))
        while claimed := outbox.claim(session, WORKSPACE, now=deps.now(), lease=lease):
            place = ("C", "1.0")
            outbox.mark_sent(session, WORKSPACE, claimed.id, at=NOW, place=place)
            keys.append(claimed.post.key.replace(claimed.post.request or "", "r"))
    return keys


def test_filing_queues_the_card_the_panel_and_a_word_to_the_requester(deps: Deps) -> None:
    filed(deps)

    assert queued(deps) == ["card:r", "panel:r", f"notice:r:1:{HUGO}"]


def test_a_resend_queues_nothing_more(deps: Deps) -> None:
    first = filed(deps)
    queued(deps)

    command = FileRequest(key="view:1", draft="", fields=some_fields(title="Autre"), by=HUGO)
    again, is_new = requests.file_request(deps, command)

    assert again.id == first.id
    assert not is_new
    assert queued(deps) == []


def test_the_answer_is_due_in_the_deciders_working_hours(deps: Deps) -> None:
    request = filed(deps)  # Tuesday ten o'clock in Paris, sixteen working hours

    assert request.due_at == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def test_the_answer_is_due_in_the_deciders_own_zone(deps: Deps) -> None:
    with deps.begin() as session:
        far = Person(id=CLAIRE, locale="fr", zone="America/Montreal", is_barred=False, seen_at=NOW)
        people.save(session, WORKSPACE, far)

    request = filed(deps)  # four in the morning in Montreal

    assert request.due_at == datetime(2026, 11, 25, 23, 0, tzinfo=UTC)


def test_an_urgent_request_has_a_quarter_of_the_time(deps: Deps) -> None:
    request = filed(deps, needed_by=NOW.date(), consequence="On perd le compte")

    assert request.due_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_somebody_absent_is_stepped_over(deps: Deps) -> None:
    away = Absence(person=CLAIRE, start=NOW, end=NOW + timedelta(days=3))
    with deps.begin() as session:
        people.add_absence(session, WORKSPACE, away, key="a1")

    assert filed(deps, question=QuestionId("problem")).route.deciders == (KARIM,)


def test_a_choice_that_left_the_charter_names_its_field(deps: Deps) -> None:
    with pytest.raises(UnknownChoice) as caught:
        filed(deps, squads=(SquadId("gone"),))

    assert caught.value.field == "squads"
    assert queued(deps) == []


def test_waiting_for_evidence_has_no_due_date_and_gives_the_time_back(
    deps: Deps, clock: FakeClock
) -> None:
    request = filed(deps)
    due = request.due_at
    assert due

    paused = moves.ask_evidence(deps, request.id, CLAIRE, "Quoi ?", key="1")
    clock.advance(hours=2)
    resumed = moves.give_evidence(deps, request.id, HUGO, "Ceci", key="2")

    assert paused.due_at is None
    assert resumed.due_at == due + timedelta(hours=2)


def test_a_move_that_comes_twice_is_made_once(deps: Deps) -> None:
    request = filed(deps)

    first = moves.object_to(deps, request.id, KARIM, "Un retard", key="view:9")
    again = moves.object_to(deps, request.id, KARIM, "Un retard", key="view:9")

    assert len(again.objections) == 1
    assert again.version == first.version


def test_a_decision_on_the_ground_of_a_strategy_says_whether_it_replaces_it(deps: Deps) -> None:
    bet = filed(deps, "view:bet", question=QuestionId("bet"))
    accepted = some_terms(verdict=Verdict.ACCEPT)
    for number, decider in enumerate((CLAIRE, KARIM)):
        decisions.decide(deps, bet.id, decider, accepted, key=f"d{number}")
    request = filed(deps, "view:2")

    with pytest.raises(MustSupersede):
        decisions.decide(deps, request.id, CLAIRE, some_terms(), key="d3")
    decided = decisions.decide(deps, request.id, CLAIRE, some_terms(supersedes=1), key="d4")

    older = reading.find(deps, 1)
    assert decided.status is Status.DECIDED
    assert older
    assert older.request.status is Status.SUPERSEDED
    assert older.request.superseded_by == 2


def test_the_preview_is_what_filing_gives(deps: Deps) -> None:
    seen = requests.preview(deps, some_fields(), HUGO)

    request = filed(deps)

    assert seen
    assert (seen.route, seen.due_at) == (request.route, request.due_at)
    assert requests.preview(deps, Fields(title="x"), HUGO) is None


def test_a_draft_belongs_to_who_writes_it(deps: Deps) -> None:
    draft = requests.start_draft(deps, HUGO, title="À moi")

    requests.keep_draft(deps, draft.id, PersonId("U0OTHER"), Fields(title="Volé"))
    requests.discard_draft(deps, draft.id, PersonId("U0OTHER"))

    kept = requests.find_draft(deps, draft.id)
    assert kept
    assert kept.fields.title == "À moi"
    assert requests.start_draft(deps, HUGO).id == draft.id
