"""Every view of every state, in both languages, with the longest texts, passes Slack's rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.views import View

from bot.domain import due_posts, posts, referral
from bot.domain.charter import Layer, Role, SeatKey, Verdict
from bot.domain.content import Draft, Fields, Source
from bot.domain.deciding import decide, reopen, supersede
from bot.domain.decision import Option
from bot.domain.escalating import Step, escalate, go_on
from bot.domain.events import EventKind, Status
from bot.domain.following import delay, deliver, hold
from bot.domain.ids import ChannelId, RequestId, RitualId, SquadId
from bot.domain.people import Absence, Presence
from bot.domain.relief import hand_back, hand_over
from bot.domain.request import Request
from bot.domain.routing import Mandate, Reason, Subject, route
from bot.domain.summary import Listed, Preview, Sheet, Summary
from bot.i18n import LOCALES
from bot.sandbox.validation import message_problems, view_problems
from bot.slack import ids
from bot.slack.dumping import dump_blocks, dump_view
from bot.slack.views import cards, lines, menus, panels
from bot.slack.views.decision_form import decision_form
from bot.slack.views.parts import Message, clip, reasons
from bot.slack.views.request_form import request_form
from bot.slack.views.small_forms import notice_view, small_form
from tests.builders import (
    CHECKOUT,
    CLAIRE,
    EVERYBODY,
    HUGO,
    INES,
    KARIM,
    LEA,
    NOW,
    TODAY,
    a_charter,
    a_desk,
    a_request,
    a_route,
    a_sheet,
    some_content,
    some_terms,
)

LONG = "<!channel> & " * 200
LONG_TITLE = "<&>" * 50
CHARTER = a_charter()

long_content = some_content(
    title=LONG_TITLE,
    effect=LONG[:2000],
    evidence=LONG[:2000],
    dependencies=LONG[:2000],
    consequence=LONG[:2000],
    debt_frame=LONG[:2000],
    needed_by=TODAY,
    options=tuple(Option(label=LONG, impact=LONG, risk=LONG, effort_days=9999.5) for _ in range(4)),
)
SOURCE = Source(
    channel=ChannelId("C1"), ts="1.0", permalink="https://x.slack.com/p1", author=HUGO, excerpt=LONG
)


def answered(request: Request, **changes: object) -> Request:
    terms = replace(some_terms(), **changes)  # type: ignore[arg-type]
    tie_break = referral.break_tie(request.route, request.subject, a_desk())
    for decider in request.route.deciders:
        request = decide(request, decider, terms, at=NOW, today=TODAY, tie_break=tie_break)
    return request


def lives() -> Iterator[Request]:
    """Requests in every state, short and long, each with all the events that led there."""
    for content in (some_content(), long_content, some_content(options=(), squads=())):
        request = replace(a_request(content), source=SOURCE)
        terms = {"option": None} if not content.options else {}
        everything = {
            "rationale": LONG,
            "effect": LONG,
            "counterpart": LONG,
            "owner": LEA,
            "due_on": TODAY,
            "review_on": TODAY,
            "supersedes": 7,
        } | terms
        yield request
        yield replace(request, route=a_route(stewards=(LEA,), mandates=()))
        yield replace(request, route=a_route(*EVERYBODY, consulted=EVERYBODY))
        yield request.ask_evidence(CLAIRE, LONG, at=NOW)
        yield request.ask_evidence(CLAIRE, "?", at=NOW).give_evidence(HUGO, LONG, at=NOW)
        yield request.ask_evidence(CLAIRE, "?", at=NOW).resume(CLAIRE, at=NOW)
        yield request.object(KARIM, LONG, at=NOW)
        yield request.withdraw(HUGO, LONG, at=NOW)
        yield request.expire(at=NOW)
        ritual = RitualId("roadmap_sync")
        scheduled = replace(request, route=a_route(ritual=ritual)).send_to_ritual(
            CLAIRE, ritual, at=NOW
        )
        yield scheduled
        yield scheduled.take_off_agenda(CLAIRE, at=NOW)
        yield from silences(request)
        for kind in (
            EventKind.REFERRED_UP,
            EventKind.HANDED_DOWN,
            EventKind.DELEGATED,
            EventKind.REROUTED,
        ):
            yield request.rerouted(kind, a_route(INES), by=CLAIRE, at=NOW, why=LONG, to=INES)
        unassigned = replace(request, route=a_route(stewards=(LEA,), mandates=()))
        yield unassigned.rerouted(EventKind.ASSIGNED, a_route(INES), by=LEA, at=NOW, to=INES)
        if content.options:
            yield request.confirm_cost(KARIM, 0, tech_people=frozenset({KARIM}), at=NOW)
        decided = answered(request, **everything)
        yield decided
        yield answered(request, verdict=Verdict.REFUSE, option=None)
        yield answered(replace(request, route=a_route(HUGO, layer=Layer.EXECUTION)), **terms)
        shifted = replace(request, asked_verdict=Verdict.SHIFT)
        yield answered(shifted, verdict=Verdict.SHIFT, shift_to=TODAY, **terms)
        yield deliver(decided, LEA, at=NOW)
        yield delay(decided, LEA, at=NOW)
        yield hold(decided, CLAIRE, at=NOW)
        yield reopen(decided, HUGO, LONG, route=a_route(), at=NOW)
        yield supersede(decided, CLAIRE, 9, at=NOW)
        both = replace(request, route=a_route(CLAIRE, KARIM))
        tie_break = referral.break_tie(both.route, both.subject, a_desk())
        yes, no = (replace(some_terms(), rationale=LONG, verdict=v, option=None) for v in VERDICTS)
        one = decide(both, CLAIRE, yes, at=NOW, today=TODAY, tie_break=tie_break)
        yield one
        yield decide(one, KARIM, no, at=NOW, today=TODAY, tie_break=tie_break)


def silences(request: Request) -> Iterator[Request]:
    """A request that the bot moves by itself: nobody answers, somebody is away."""
    above = Step(route=a_route(KARIM), status=Status.OPEN)
    yield escalate(request, above, at=NOW, answer_by=NOW)
    scheduled = replace(request, route=a_route(ritual=RitualId("roadmap_sync")))
    meeting = Step(route=scheduled.route, status=Status.ON_AGENDA)
    yield escalate(scheduled, meeting, at=NOW, answer_by=None)
    yield go_on(request.ask_evidence(CLAIRE, "?", at=NOW), at=NOW)
    seated = a_route(mandates=(Mandate(person=CLAIRE, seats=(SeatKey(role=Role.CPO),)),))
    away = Presence(absences=(Absence(person=CLAIRE, start=NOW, end=NOW + timedelta(days=1)),))
    gone = hand_over(replace(request, route=seated), CLAIRE, a_desk(presence=away))
    yield gone
    yield hand_back(gone, CLAIRE, a_desk())


VERDICTS = (Verdict.FIRST, Verdict.REFUSE)
LIVES = list(lives())
SUMMARY = Summary(
    id=RequestId("r"),
    number=12,
    title=LONG_TITLE,
    status=Status.OPEN,
    layer=Layer.ARBITRATION,
    question=some_content().question,
    requester=HUGO,
    submitted_at=NOW,
    due_at=NOW,
    url="https://sandbox.slack.com/archives/C/p1",
)


def problems(message: Message) -> tuple[str, ...]:
    blocks = [block.to_dict() for block in message.blocks]
    assert dump_blocks(message) == blocks
    return message_problems({"text": message.text, "blocks": blocks})


def problems_of_view(view: View) -> tuple[str, ...]:
    assert dump_view(view) == view.to_dict()
    return view_problems(view.to_dict())


def test_the_lives_show_every_state_and_every_event() -> None:
    assert {request.status for request in LIVES} == set(Status)
    seen = {event.kind for request in LIVES for event in request.pending}
    assert seen == set(EventKind) - {EventKind.FILED}


@pytest.mark.parametrize("locale", LOCALES)
def test_cards_and_panels_of_every_state_are_valid(locale: str) -> None:
    for request in LIVES:
        for url in (None, "https://sandbox.slack.com/archives/C/p1"):
            sheet = Sheet(request=request, charter=CHARTER, url=url)
            assert problems(cards.card(sheet, locale)) == ()
            assert problems(panels.panel(sheet, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_lines_and_notices_of_every_event_are_valid(locale: str) -> None:
    for request in LIVES:
        sheet = Sheet(request=request, charter=CHARTER)
        for event in request.pending:
            assert problems(lines.line(sheet, event, locale)) == ()
            for reader in (HUGO, CLAIRE):
                assert problems(lines.notice(sheet, event, reader, locale)) == ()
        assert problems(lines.unfurl(sheet, locale)) == ()
        if request.decision:
            assert problems(lines.source_link(sheet, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_button_never_survives_its_state(locale: str) -> None:
    for request in LIVES:
        sheet = Sheet(request=request, charter=CHARTER)
        shown = str([block.to_dict() for block in panels.panel(sheet, locale).blocks])
        if not request.is_open:
            assert ids.DECIDE not in shown
            assert ids.WITHDRAW not in shown
        if request.status is not Status.DECIDED:
            assert ids.REOPEN not in shown


@pytest.mark.parametrize("locale", LOCALES)
def test_alerts_and_invitations_are_valid(locale: str) -> None:
    told = [
        posts.undelivered("card:r1", LEA, error="is_archived", place="C1"),
        posts.undelivered("agenda:x", LEA, error="x", place="C1", what="undelivered_ritual"),
        posts.vacant_seat("pm:checkout", LEA, day="2026-11-24"),
        due_posts.failed_timer("decide:r1", LEA, request=None, what="decide"),
    ]
    for post in told:
        assert problems(lines.alert(dict(post.details), None, locale)) == ()
    assert problems(lines.alert({"what": "unassigned"}, a_sheet(), locale)) == ()
    draft = Draft(id="d", person=HUGO, fields=Fields(title=LONG_TITLE), source=SOURCE)
    for is_own in (True, False):
        assert problems(lines.invitation(draft, locale, is_own=is_own)) == ()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", [1, 4])
def test_the_request_form_is_valid_whatever_is_typed(locale: str, count: int) -> None:
    subject = Subject(question=some_content().question, requester=HUGO, squads=(CHECKOUT,))
    preview = Preview(route=route(subject, a_desk()), due_at=NOW, similar=(SUMMARY,) * 3)
    typed = Fields(**{name: getattr(long_content, name) for name in Fields.__dataclass_fields__})
    for fields in (Fields(), typed, replace(typed, title="Je préfère A" * 200)):
        for shown in (None, preview):
            draft = Draft(id="d", person=HUGO, fields=fields, source=SOURCE)
            view = request_form(CHARTER, draft, locale, preview=shown, option_count=count)
            assert problems_of_view(view) == ()
            required = [b for b in view.to_dict()["blocks"] if b.get("optional") is False]
            assert len(required) <= 5


@pytest.mark.parametrize("locale", LOCALES)
def test_every_question_has_a_form_to_decide_it(locale: str) -> None:
    for request in LIVES:
        if not request.is_open:
            continue
        sheet = Sheet(request=request, charter=CHARTER)
        for question in CHARTER.questions:
            asked = replace(sheet, request=replace(request, asked_verdict=question.verdict))
            long_terms = some_terms(
                rationale=LONG, effect=LONG, counterpart=LONG, owner=LEA, due_on=TODAY, option=None
            )
            view = decision_form(
                asked, locale, terms=long_terms, strategies=(request,) * 12, preference=LONG
            )
            assert problems_of_view(view) == ()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("action", sorted(ids.FORM_OF))
def test_the_small_forms_are_valid(locale: str, action: str) -> None:
    for content in (some_content(), long_content):
        view = small_form(action, a_sheet(a_request(content)), locale)
        assert problems_of_view(view) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_private_answers_are_valid(locale: str) -> None:
    many = Listed(lines=(SUMMARY,) * 15, total=99)
    messages = [
        menus.menu(locale, to_decide=2, is_draft_left=True),
        menus.help_message(locale),
        menus.request_list("menu.inbox", "menu.inbox_empty", Listed(), locale, "Europe/Paris"),
        menus.request_list("menu.mine", "menu.mine_empty", many, locale, "Europe/Paris"),
        menus.who(CHARTER, "", locale),
        menus.who(CHARTER, "dette", locale),
        menus.record_reply(a_sheet(), "r1|1.0", locale),
    ]
    for message in messages:
        assert problems(message) == ()
    assert problems_of_view(notice_view("Titre", LONG, locale)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_has_its_words(locale: str) -> None:
    values = {
        "role": "cpo",
        "squad": "checkout",
        "effort": "3",
        "person": CLAIRE,
        "absent": KARIM,
        "ritual": "roadmap_sync",
        "by": LEA,
    }
    for key in REASONS:
        found = replace(a_route(), reasons=(Reason(key=key, values=tuple(sorted(values.items()))),))
        assert reasons(found, CHARTER, locale)


REASONS = (
    "what",
    "how",
    "vision",
    "strategy",
    "squad_what",
    "squad_how",
    "proximity",
    "nobody",
    "nobody_in_squad",
    "requester_holds",
    "deputy",
    "holds_both",
    "step_up",
    "co_mandate",
    "tie_break_ritual",
    "tie_break_seat",
    "several_squads",
    "no_squad",
    "stewards",
    "self_decided",
    "split",
    "referred_up",
    "handed_down",
    "delegated",
    "assigned",
    "silence",
)


@settings(max_examples=60)
@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(LOCALES))
def test_any_words_make_a_valid_card(title: str, words: str, locale: str) -> None:
    content = some_content(
        title=title.strip() or "x",
        effect=words,
        options=(Option(label=words or "x", impact=title, effort_days=1),),
    )
    sheet = a_sheet(a_request(content))
    message = cards.card(sheet, locale)

    found = problems(message)

    # Slack refuses control characters nowhere; a header of blanks is the only thing left.
    assert [p for p in found if "header" not in p and "/blocks/0/" not in p] == []
    assert "<!" not in message.text


@given(st.text(alphabet="&<>;ampltg é", max_size=60), st.integers(2, 40))
def test_clipping_never_cuts_an_escaped_character(words: str, limit: int) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    clipped = clip(escaped, limit)

    assert len(clipped) <= limit
    tail = clipped.removesuffix("…").rpartition("&")[2] if "&" in clipped else ";"
    assert ";" in tail or clipped == escaped


def test_an_old_squad_that_left_the_charter_still_shows() -> None:
    request = a_request(some_content(squads=(SquadId("gone"),)))

    assert "gone" in str([b.to_dict() for b in cards.card(a_sheet(request), "fr").blocks])
