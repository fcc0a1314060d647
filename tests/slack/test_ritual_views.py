"""Every view of rituals, at every stage, in both languages, passes Slack's rules."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.domain import rituals_posts
from bot.domain.agenda import AgendaSheet, Coming, build
from bot.domain.deciding import decide
from bot.domain.decision import Option
from bot.domain.events import EventKind, Status
from bot.domain.ids import ChannelId, PersonId, QuestionId, RequestId, RitualId
from bot.domain.posts import Post, PostKind
from bot.domain.request import Request
from bot.domain.rituals import Item, Occurrence, Outcome, Proposal, Refusal, Stage
from bot.i18n import LOCALES
from bot.sandbox.validation import message_problems, view_problems
from bot.slack import ids
from bot.slack.dumping import dump_blocks, dump_view
from bot.slack.views import agendas, lines, rituals
from bot.slack.views.parts import Message
from bot.slack.views.ritual_forms import arranging_form, item_form, proposal_form
from tests.builders import (
    CHANNEL,
    CLAIRE,
    KARIM,
    LEA,
    NOW,
    TODAY,
    a_charter,
    a_request,
    a_route,
    a_sheet,
    some_content,
    some_terms,
)

CHARTER = a_charter()
ROOM = rituals_posts.Room(channel=CHANNEL, calendar=CHARTER.calendar)
SYNC, COUNCIL = RitualId("roadmap_sync"), RitualId("tech_council")
LONG = "<!channel> & " * 200
LONG_TITLE = "<&>" * 50


def sent(number: int, **changes: Any) -> Request:
    content = some_content(title=LONG_TITLE, options=(Option(label=LONG, effort_days=9),))
    request = a_request(content, number=number, id=RequestId(f"r{number}"))
    route = a_route(ritual=SYNC)
    return replace(request, status=Status.ON_AGENDA, route=route, **changes)


def split(number: int) -> Request:
    tie_break = a_route(CLAIRE, KARIM, ritual=SYNC, is_tie_break=True)
    both = replace(sent(number), route=a_route(CLAIRE, KARIM))
    yes = some_terms(rationale=LONG)
    no = some_terms(rationale=LONG, verdict=yes.verdict.REFUSE, option=None)
    one = decide(both, CLAIRE, yes, at=NOW, today=TODAY, tie_break=tie_break)
    return decide(one, KARIM, no, at=NOW, today=TODAY, tie_break=tie_break)


HEARD = Proposal(id="p1", by=LEA, at=NOW, terms=some_terms(rationale=LONG, counterpart=LONG))
DECIDED = decide(
    sent(90), CLAIRE, some_terms(rationale=LONG), at=NOW, today=TODAY, tie_break=a_route()
)


def an_occurrence(**changes: Any) -> Occurrence:
    occurrence = Occurrence(
        ritual=SYNC,
        slot=date(2026, 12, 8),
        index=24,
        starts_at=NOW + timedelta(days=14),
        duration=timedelta(hours=1),
    )
    return replace(occurrence, **changes)


def a_meeting(
    *requests: Request, facilitator: PersonId | None = LEA, **changes: Any
) -> AgendaSheet:
    ritual = CHARTER.ritual(SYNC)
    assert ritual
    agenda = build(ritual, CHARTER, requests, meets_at=NOW, carried={RequestId("r1"): 3})
    return AgendaSheet(
        charter=CHARTER,
        ritual=ritual,
        occurrence=an_occurrence(**changes),
        facilitator=facilitator,
        agenda=agenda,
        requests={request.id: request for request in (*requests, DECIDED)},
        urls={RequestId("r1"): "https://sandbox.slack.com/archives/C/p1"},
        url="https://sandbox.slack.com/archives/C/p2",
        next_at=NOW + timedelta(days=28),
    )


MANY = tuple(sent(n) for n in range(1, 30))
ITEMS = (
    *(Item(request=request.id, number=request.number) for request in MANY[:14]),
    *(
        Item(request=request.id, number=request.number, outcome=outcome, why=LONG)
        for request, outcome in zip(MANY[14:], Outcome, strict=False)
    ),
    Item(request=DECIDED.id, number=90, outcome=Outcome.DECIDED),
    Item(request=RequestId("gone"), number=99),
)


def meetings() -> list[AgendaSheet]:
    """An occurrence at each stage, empty and full, short and long."""
    misfit = replace(sent(40), route=a_route(ritual=SYNC))
    debt = some_content(question=CHARTER.rituals[2].takes[0])
    misfit = replace(misfit, content=debt)
    refused = (
        Refusal(request=RequestId("r1"), ritual=COUNCIL),
        Refusal(request=RequestId("r2"), ritual=None),
        Refusal(request=RequestId("gone"), ritual=None),
    )
    return [
        a_meeting(),
        a_meeting(facilitator=None),
        a_meeting(split(1), *MANY[1:], misfit, refused=refused),
        a_meeting(is_moved=True, why=LONG),
        a_meeting(stage=Stage.CANCELLED, why=LONG),
        a_meeting(*MANY, stage=Stage.RUNNING, items=ITEMS, run_by=LEA, frozen_at=NOW),
        a_meeting(stage=Stage.RUNNING, frozen_at=NOW),
        a_meeting(
            *MANY, stage=Stage.RUNNING, items=(replace(ITEMS[0], proposal=HEARD),), frozen_at=NOW
        ),
        a_meeting(*MANY, stage=Stage.CLOSED, items=ITEMS, frozen_at=NOW),
        a_meeting(*MANY, stage=Stage.CLOSED, items=ITEMS[14:16], frozen_at=NOW),
        replace(a_meeting(stage=Stage.CLOSED, frozen_at=NOW), url=None, next_at=None),
    ]


def problems(message: Message) -> tuple[str, ...]:
    blocks = [block.to_dict() for block in message.blocks]
    assert dump_blocks(message) == blocks
    return message_problems({"text": message.text, "blocks": blocks})


def problems_of_view(view: View) -> tuple[str, ...]:
    assert dump_view(view) == view.to_dict()
    return view_problems(view.to_dict())


def shown(message: Message) -> str:
    return str([block.to_dict() for block in message.blocks])


@pytest.mark.parametrize("locale", LOCALES)
def test_agendas_runs_and_minutes_of_every_stage_are_valid(locale: str) -> None:
    for sheet in meetings():
        for view in (agendas.agenda, agendas.run, agendas.minutes):
            message = view(sheet, locale)
            assert problems(message) == ()
            assert "<!channel>" not in shown(message) + message.text


@pytest.mark.parametrize("locale", LOCALES)
def test_reminders_lines_and_alerts_of_every_stage_are_valid(locale: str) -> None:
    for sheet in meetings():
        for what in ("prepare", "start", "close", "moved", "cancelled", "handed"):
            assert problems(rituals.reminder(sheet, what, locale)) == ()
        for what in ("moved", "cancelled", "handed"):
            assert problems(rituals.changed(sheet, what, locale)) == ()
        nobody = rituals_posts.due_posts(sheet.occurrence, ROOM, None, (LEA,))
        alerts = [due.post for due in nobody if due.post.kind is PostKind.ALERT]
        for post in (*alerts, rituals_posts.lost_channel(sheet.occurrence, LEA, LONG)):
            assert problems(rituals.alert(sheet, post, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_what_was_heard_is_valid(locale: str) -> None:
    sheet = a_sheet(sent(1))
    for heard in (HEARD, replace(HEARD, terms=None, evidence=LONG)):
        assert problems(rituals.proposal(sheet, an_occurrence(), heard, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_list_is_valid(locale: str) -> None:
    for stage in Stage:
        coming = Coming(
            ritual=CHARTER.rituals[0],
            occurrence=an_occurrence(stage=stage),
            facilitator=LEA,
            may_run=True,
            may_arrange=True,
            url="https://sandbox.slack.com/archives/C/p2",
        )
        for found in ((), (coming,), (replace(coming, facilitator=None),) * 30):
            assert problems(rituals.rituals(found, LEA, NOW, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_forms_are_valid(locale: str) -> None:
    for sheet in meetings():
        for action in (ids.RITUAL_HAND_OVER, ids.RITUAL_MOVE, ids.RITUAL_CANCEL):
            assert problems_of_view(arranging_form(action, sheet, locale)) == ()
    running = a_meeting(*MANY, stage=Stage.RUNNING, items=ITEMS)
    for action in (ids.ITEM_CARRY, ids.ITEM_EVIDENCE):
        assert problems_of_view(item_form(action, running, RequestId("r1"), locale)) == ()
    for preference in (None, LONG):
        view = proposal_form(
            running, a_sheet(sent(1)), locale, terms=some_terms(), preference=preference
        )
        assert problems_of_view(view) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_request_sent_elsewhere_says_why(locale: str) -> None:
    for ritual, status in ((COUNCIL, Status.ON_AGENDA), (None, Status.OPEN)):
        details = (("from", SYNC), ("ritual", ritual or ""))
        moved = sent(1).moved(EventKind.SENT_TO_RITUAL, status, None, NOW, details=details)
        words = lines.event_text(a_sheet(moved), moved.pending[-1], locale)
        assert "Roadmap Sync" in words
        assert ("Tech Council" in words) == (ritual is not None)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_button_never_survives_its_stage(locale: str) -> None:
    for sheet in meetings():
        agenda, run = shown(agendas.agenda(sheet, locale)), shown(agendas.run(sheet, locale))
        stage = sheet.occurrence.stage
        assert (ids.RITUAL_START in agenda) == (stage is Stage.PLANNED)
        assert (ids.RITUAL_CLOSE in run) == (stage is Stage.RUNNING)
        if stage is not Stage.RUNNING:
            assert "item." not in run


def test_both_positions_of_a_split_stand_side_by_side() -> None:
    message = agendas.agenda(a_meeting(split(1)), "fr")

    fields = [block.to_dict()["fields"] for block in message.blocks if "fields" in block.to_dict()]
    assert len(fields) == 1
    assert [len(sides) for sides in fields] == [2]
    assert f"<@{CLAIRE}>" in fields[0][0]["text"]
    assert f"<@{KARIM}>" in fields[0][1]["text"]


def test_the_agenda_says_what_does_not_fit_and_what_goes_elsewhere() -> None:
    debt = some_content(question=CHARTER.rituals[2].takes[0])
    misfit = replace(sent(40), content=debt)

    words = shown(agendas.agenda(a_meeting(*MANY[:8], misfit), "fr"))

    assert "Ne tient pas dans les 60\\xa0min" in words
    assert "ARB-7, ARB-8." in words
    assert "elle va à Tech Council" in words


def test_a_ritual_without_a_decision_is_told_kindly() -> None:
    only_talk = a_meeting(*MANY, stage=Stage.CLOSED, items=ITEMS[15:17])
    useful = a_meeting(*MANY, stage=Stage.CLOSED, items=ITEMS)

    assert "une discussion de plus" in shown(agendas.minutes(only_talk, "fr"))
    assert "une discussion de plus" not in shown(agendas.minutes(useful, "fr"))
    assert "1 décision sur" not in shown(agendas.minutes(only_talk, "fr"))


def test_every_post_about_an_occurrence_has_its_words() -> None:
    running = a_meeting(
        sent(1),
        stage=Stage.RUNNING,
        items=(Item(request=RequestId("r1"), number=1, proposal=HEARD),),
    )
    occurrence, room = running.occurrence, ChannelId("C1")
    posts: list[Post] = [
        rituals_posts.agenda(occurrence, room),
        rituals_posts.opening(occurrence, room),
        rituals_posts.agenda_update(occurrence, room, "x"),
        rituals_posts.run(occurrence, room),
        rituals_posts.run_update(occurrence, room, "x"),
        rituals_posts.minutes(occurrence, room),
        rituals_posts.line(occurrence, room, "moved"),
        rituals_posts.told(occurrence, "handed", LEA),
        rituals_posts.proposal(occurrence, RequestId("r1"), HEARD, CLAIRE),
        rituals_posts.lost_channel(occurrence, LEA, "roadmap"),
        *(
            due.post
            for stage in (Stage.PLANNED, Stage.RUNNING)
            for due in rituals_posts.due_posts(replace(occurrence, stage=stage), ROOM, None, (LEA,))
        ),
    ]
    for post in posts:
        assert rituals_posts.named_in(post) == (SYNC, date(2026, 12, 8))
        message = rituals.render(post, running, a_sheet(sent(1)), "fr")
        assert message
        assert problems(message) == ()


def test_a_question_that_left_the_charter_does_not_stop_an_agenda() -> None:
    gone = replace(sent(40), content=some_content(question=QuestionId("gone")))

    assert "« gone »".replace(" ", "\\xa0") in shown(agendas.agenda(a_meeting(gone), "fr"))
