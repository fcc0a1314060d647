"""No button survives the state it belongs to, on both databases: messages are rewritten, once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db import outbox, people
from bot.db.prompt_tables import prompts
from bot.db.tables import outbox as rows
from bot.domain.content import Source
from bot.domain.ids import QuestionId
from bot.domain.people import Notify, Person
from bot.domain.posts import PostKind
from bot.domain.request import Request
from bot.services import changes, decisions, delivery, following, moves, requests
from bot.services.deps import Deps
from bot.services.people import prefer
from bot.services.requests import FileRequest
from bot.services.schedule import tick as ticking
from bot.slack import ids
from tests.builders import (
    CHANNEL,
    CLAIRE,
    HUGO,
    JOHN,
    KARIM,
    LEA,
    NOW,
    TODAY,
    WORKSPACE,
    FakeClock,
    some_fields,
    some_terms,
)
from tests.services.desk import Desk
from tests.services.outbox import filed, posts_of

HALF = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(deps: Deps) -> Desk:
    return Desk(deps)


def said_at(desk: Desk, clock: FakeClock, at: datetime) -> None:
    clock.at = at
    ticking.tick(desk.deps, holder="one", machine_now=lambda: NOW)
    desk.deliver()


def reminded(desk: Desk, clock: FakeClock, *titles: str) -> list[Request]:
    """Claire is reminded of requests of Hugo's, all in one message."""
    found = [filed(desk.deps, f"view:{title}", title=title) for title in titles]
    desk.deliver()
    said_at(desk, clock, HALF)
    return found


def decide(desk: Desk, request: Request, key: str = "d") -> None:
    decisions.decide(desk.deps, request.id, CLAIRE, some_terms(), key=key)
    desk.deliver()


def test_a_decision_takes_the_buttons_off_and_says_what_it_was(
    desk: Desk, clock: FakeClock
) -> None:
    (request,) = reminded(desk, clock, "Une question ?")
    ts = desk.last(PostKind.REMINDER)
    before = desk.blocks[ts][1]
    assert (ids.DECIDE, request.id) in desk.actions(ts)

    decide(desk, request)

    assert desk.actions(ts) == []
    assert "<@U0CLAIRE> a tranché\\xa0: *En premier*." in desk.words(ts)
    assert desk.blocks[ts][1] == before, "its words stay, the date of the answer with them"
    assert "Réponse attendue" in str(before)
    assert desk.rewritten == [ts]


def test_only_the_settled_line_of_several_loses_its_buttons(desk: Desk, clock: FakeClock) -> None:
    first, second = reminded(desk, clock, "Un ?", "Deux ?")
    ts = desk.last(PostKind.REMINDER)
    assert desk.texts[ts].startswith("2 réponses")

    decide(desk, first)

    assert {value for action, value in desk.actions(ts) if action == ids.DECIDE} == {second.id}
    assert all(title in desk.words(ts) for title in ("Un ?", "Deux ?"))
    assert desk.texts[ts].startswith("Une réponse")
    moves.withdraw(desk.deps, second.id, HUGO, "Réglé", key="w")
    desk.deliver()
    assert desk.actions(ts) == []
    assert "a tranché" in desk.words(ts)
    assert "<@U0HUGO> retire sa demande" in desk.words(ts)
    assert desk.texts[ts].startswith("Plus aucune réponse")


def test_what_moves_before_a_rewriting_is_sent_is_one_rewriting(
    desk: Desk, clock: FakeClock
) -> None:
    found = reminded(desk, clock, "Un ?", "Deux ?", "Trois ?")
    ts = desk.last(PostKind.REMINDER)

    for number, request in enumerate(found):
        decisions.decide(desk.deps, request.id, CLAIRE, some_terms(), key=f"d{number}")
    desk.deliver()

    assert desk.rewritten == [ts]
    assert desk.actions(ts) == []


def test_twice_is_once(desk: Desk, clock: FakeClock) -> None:
    (request,) = reminded(desk, clock, "Un ?")

    for _ in range(2):
        decide(desk, request)
    following.hold(desk.deps, request.id, CLAIRE, key="h")
    desk.deliver()

    told = [p for p in posts_of(desk.deps) if p.kind is PostKind.PROMPT_UPDATE]
    assert len(told) == len(desk.rewritten) == 1


Move = Callable[[Deps, Request], object]
MOVES: dict[str, Move] = {
    "demande des preuves": lambda d, r: moves.ask_evidence(d, r.id, CLAIRE, "Quoi ?", key="m"),
    "délègue": lambda d, r: moves.delegate(d, r.id, CLAIRE, LEA, key="m"),
    "remonte": lambda d, r: moves.refer_up(d, r.id, CLAIRE, "Trop gros", key="m"),
    "à l’ordre du jour": lambda d, r: moves.schedule(d, r.id, CLAIRE, key="m"),
    "retire": lambda d, r: moves.withdraw(d, r.id, HUGO, "Réglé", key="m"),
    "expire": lambda d, r: changes.change(
        d, r.id, lambda found, at: found.expire(at=at.now), key="m"
    ),
}


@pytest.mark.parametrize("sentence", MOVES)
def test_every_way_out_of_a_state_is_said(desk: Desk, clock: FakeClock, sentence: str) -> None:
    (request,) = reminded(desk, clock, "Un ?")
    ts = desk.last(PostKind.REMINDER)

    MOVES[sentence](desk.deps, request)
    desk.deliver()

    assert desk.actions(ts) == []
    assert sentence in desk.words(ts)


def test_what_changes_nothing_for_the_reader_rewrites_nothing(desk: Desk, clock: FakeClock) -> None:
    (request,) = reminded(desk, clock, "Un ?")

    moves.object_to(desk.deps, request.id, KARIM, "La marge", key="o")
    desk.deliver()

    assert desk.rewritten == []


def test_a_state_that_comes_back_gives_old_messages_no_button_back(
    desk: Desk, clock: FakeClock
) -> None:
    first, second = reminded(desk, clock, "Un ?", "Deux ?")
    ts = desk.last(PostKind.REMINDER)
    moves.ask_evidence(desk.deps, first.id, CLAIRE, "Quoi ?", key="a")
    desk.deliver()
    notice = desk.last(PostKind.NOTICE, HUGO)
    assert desk.actions(notice) == [(ids.GIVE_EVIDENCE, first.id)]

    moves.give_evidence(desk.deps, first.id, HUGO, "Ceci", key="g")
    decide(desk, second)

    assert desk.actions(notice) == []
    assert "apporte des preuves" in desk.words(notice)
    assert desk.actions(ts) == []
    assert "demande des preuves" in desk.words(ts)


def test_later_leaves_its_button_and_the_others_stay(desk: Desk, clock: FakeClock) -> None:
    (request,) = reminded(desk, clock, "Un ?")
    ts = desk.last(PostKind.REMINDER)
    snoozing = next(value for action, value in desk.actions(ts) if action == ids.SNOOZE)

    until = following.snooze(desk.deps, snoozing, CLAIRE)
    desk.deliver()

    assert desk.actions(ts) == [(ids.DECIDE, request.id)]
    assert "Ce rappel est reporté" in desk.words(ts)
    assert until
    said_at(desk, clock, until)
    again = desk.last(PostKind.REMINDER)
    assert again != ts
    decide(desk, request)
    assert desk.actions(ts) == desk.actions(again) == []


def test_a_mention_in_the_thread_loses_its_buttons_too(desk: Desk, clock: FakeClock) -> None:
    prefer(desk.deps, CLAIRE, notify=Notify.MENTION, locale=None)
    (request,) = reminded(desk, clock, "Un ?")
    ts = desk.last(PostKind.REMINDER_LINE)
    assert (ids.DECIDE, request.id) in desk.actions(ts)

    decide(desk, request)

    assert desk.actions(ts) == []
    assert "<@U0CLAIRE>, " in desk.words(ts)


def test_the_owner_and_the_deciders_answer_each_question_once(desk: Desk, clock: FakeClock) -> None:
    request = filed(desk.deps)
    monday = TODAY + timedelta(days=13)
    terms = some_terms(owner=CLAIRE, due_on=monday, review_on=monday - timedelta(days=3))
    decisions.decide(desk.deps, request.id, CLAIRE, terms, key="d")
    desk.deliver()
    said_at(desk, clock, datetime(2026, 12, 4, 8, 0, tzinfo=UTC))
    ts = desk.last(PostKind.REMINDER, CLAIRE)
    asked = {ids.DELIVERED, ids.DELAYED, ids.HELD, ids.REOPEN}
    assert {action for action, _ in desk.actions(ts)} == asked

    following.delay(desk.deps, request.id, CLAIRE, key="l")
    desk.deliver()
    assert {action for action, _ in desk.actions(ts)} == {ids.HELD, ids.REOPEN}
    assert "livrera plus tard" in desk.words(ts)
    following.hold(desk.deps, request.id, CLAIRE, key="h")
    desk.deliver()
    assert desk.actions(ts) == []
    assert "la décision a tenu" in desk.words(ts)

    said_at(desk, clock, datetime(2026, 12, 11, 8, 0, tzinfo=UTC))
    again = desk.last(PostKind.REMINDER, CLAIRE)
    assert desk.actions(again) == [(ids.DELIVERED, request.id), (ids.DELAYED, request.id)]
    following.deliver(desk.deps, request.id, CLAIRE, key="x")
    desk.deliver()
    assert desk.actions(again) == []
    assert "C’était prévu le" in desk.words(again)
    assert desk.actions(ts) == []


def test_a_steward_who_found_who_decides_is_told_on_the_spot(desk: Desk) -> None:
    with desk.deps.begin() as session:
        for person in (CLAIRE, KARIM):
            gone = Person(id=person, locale="fr", zone="Europe/Paris", is_barred=True, seen_at=NOW)
            people.save(session, WORKSPACE, gone)
    request = filed(desk.deps, question=QuestionId("direction"))
    assert not request.route.mandates
    desk.deliver()
    ts = desk.last(PostKind.ALERT)
    assert desk.actions(ts) == [(ids.ASSIGN, request.id)]

    moves.assign(desk.deps, request.id, LEA, JOHN, key="a")
    desk.deliver()

    assert desk.actions(ts) == []
    assert "confie la décision à" in desk.words(ts)


def invited(desk: Desk) -> tuple[str, str]:
    source = Source(channel=CHANNEL, ts="7.0", permalink="", author=HUGO, excerpt="On fait quoi ?")
    draft = requests.invite(desk.deps, HUGO, title="On fait quoi ?", source=source)
    desk.deliver()
    ts = desk.last(PostKind.INVITATION)
    assert [action for action, _ in desk.actions(ts)] == [ids.OPEN_DRAFT, ids.DISCARD_DRAFT]
    return draft.id, ts


def test_an_invitation_says_what_its_draft_became(desk: Desk) -> None:
    draft, ts = invited(desk)

    command = FileRequest(key="v", draft=draft, fields=some_fields(), by=HUGO)
    requests.file_request(desk.deps, command)
    desk.deliver()

    assert desk.actions(ts) == []
    assert "ARB-1" in desk.words(ts)


def test_a_draft_thrown_away_is_offered_no_more(desk: Desk) -> None:
    draft, ts = invited(desk)

    for _ in range(2):
        requests.discard_draft(desk.deps, draft, HUGO)
        desk.deliver()

    assert desk.actions(ts) == []
    assert "Brouillon effacé" in desk.words(ts)
    assert desk.rewritten == [ts]


def test_what_moves_while_the_message_is_on_its_way_is_seen(desk: Desk, clock: FakeClock) -> None:
    request = filed(desk.deps)
    desk.deliver()
    clock.at = HALF
    ticking.tick(desk.deps, holder="one", machine_now=lambda: NOW)
    claimed = delivery.claim(desk.deps, NOW)
    assert claimed
    content = delivery.content(desk.deps, claimed.post)

    decisions.decide(desk.deps, request.id, CLAIRE, some_terms(), key="d")
    delivery.sent(desk.deps, claimed, (CHANNEL, "99.0"), content)
    desk.deliver()

    assert desk.rewritten == ["99.0"]
    assert desk.actions("99.0") == []


def test_a_message_that_slack_lost_is_dropped_without_noise(desk: Desk, clock: FakeClock) -> None:
    (request,) = reminded(desk, clock, "Un ?")
    decisions.decide(desk.deps, request.id, CLAIRE, some_terms(), key="d")
    while (claimed := delivery.claim(desk.deps, NOW)) and (
        claimed.post.kind is not PostKind.PROMPT_UPDATE
    ):
        delivery.drop(desk.deps, claimed, reason="aside")
    assert claimed

    delivery.give_up(desk.deps, claimed, error="message_not_found")

    assert not [p for p in posts_of(desk.deps) if p.kind is PostKind.ALERT]


def test_messages_of_before_are_left(desk: Desk, clock: FakeClock) -> None:
    """Their places were never kept: a click on them is refused kindly."""
    (request,) = reminded(desk, clock, "Un ?")
    with desk.deps.begin() as session:
        session.execute(prompts.delete())

    decide(desk, request)

    assert desk.rewritten == []


def test_a_decision_reads_what_is_about_it_alone(desk: Desk, clock: FakeClock) -> None:
    found = reminded(desk, clock, *(f"Question {n} ?" for n in range(5)))
    said_at(desk, clock, DUE)

    decide(desk, found[0])

    with desk.deps.read() as session:
        ended = session.execute(select(prompts.c.about).where(prompts.c.outcome.is_not(None)))
        assert set(ended.scalars()) == {f"request:{found[0].id}"}
        waiting = session.execute(select(rows.c.id).where(rows.c.state == outbox.WAITING))
        assert waiting.all() == []
    assert len(desk.rewritten) == 2
