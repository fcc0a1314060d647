"""What will be posted, told before: the same instants and readers as what is posted then."""

from datetime import UTC, datetime, timedelta

from bot.domain.ids import QuestionId
from bot.domain.people import Notify
from bot.domain.posts import PostKind
from bot.domain.upcoming import Upcoming
from bot.i18n import LOCALES
from bot.services import decisions, digests, moves
from bot.services.deps import Deps
from bot.services.people import prefer
from bot.services.schedule import previews, upcoming
from bot.services.schedule.tick import tick
from bot.slack.printing import words_of
from bot.slack.rendering import render
from tests.builders import CHECKOUT, CLAIRE, LEA, NOW, FakeClock, some_terms
from tests.services.outbox import filed, posts_of
from tests.ticks import queue_digests


def ahead(deps: Deps, *, days: int) -> list[Upcoming]:
    """What requests have before them; rituals have tests of their own."""
    return [post for post in upcoming.next_posts(deps, days=days) if post.request]


def test_the_next_posts_are_those_that_come(deps: Deps, clock: FakeClock) -> None:
    filed(deps)

    (first, second, *_), before = ahead(deps, days=7), len(posts_of(deps))
    clock.at = first.due_at
    tick(deps, holder="one", machine_now=lambda: NOW)

    (post,) = [p for p in posts_of(deps)[before:] if p.kind is first.kind]
    assert (post.person, post.expected_at) == (first.person, first.due_at) == (CLAIRE, clock.at)
    assert second.due_at > first.due_at


def test_a_mention_is_announced_in_the_channel(deps: Deps) -> None:
    prefer(deps, CLAIRE, notify=Notify.MENTION, locale=None)
    filed(deps)

    first = ahead(deps, days=7)[0]

    assert (first.kind, first.channel) == (PostKind.REMINDER_LINE, deps.channel)


def test_nothing_is_to_come_beyond_the_days_asked(deps: Deps) -> None:
    filed(deps)

    assert upcoming.next_posts(deps, days=0) == ()


def test_each_post_to_come_has_its_words_in_both_languages(deps: Deps, clock: FakeClock) -> None:
    filed(deps, "view:1")
    filed(deps, "view:2", question=QuestionId("scope"), squads=(CHECKOUT,))
    asked = filed(deps, "view:3")
    moves.ask_evidence(deps, asked.id, CLAIRE, "Quoi ?", key="a")
    done = filed(deps, "view:4")
    today = clock.at.date()
    terms = some_terms(owner=CLAIRE, due_on=today + timedelta(7), review_on=today + timedelta(9))
    decisions.decide(deps, done.id, CLAIRE, terms, key="d")

    for post in ahead(deps, days=200):
        for locale in LOCALES:
            content = previews.content_of(deps, post, locale)
            assert content
            assert words_of(render(content))


def test_rituals_and_digests_to_come_have_their_words_too(deps: Deps, clock: FakeClock) -> None:
    asked = filed(deps)
    moves.schedule(deps, asked.id, CLAIRE, key="s")
    queue_digests(deps)
    digests.subscribe(deps, LEA, ())
    kinds = {PostKind.AGENDA, PostKind.FACILITATOR, PostKind.DIGEST}
    listed = [p for p in upcoming.next_posts(deps, days=15) if p.kind in kinds]

    told = {
        (post.key, locale): words_of(render(content))
        for post in listed
        for locale in LOCALES
        if (content := previews.content_of(deps, post, locale))
    }

    assert {post.kind for post in listed} == kinds
    assert len(told) == len(listed) * len(LOCALES)
    agenda = told["agenda:roadmap_sync:2026-12-08", "fr"]
    assert asked.reference in agenda
    digest = told[f"digest:{LEA}:2026-11-30T08:00:00+00:00", "en"]
    assert "1 request filed" in digest


def test_a_preview_changes_nothing(deps: Deps) -> None:
    filed(deps)
    listed = upcoming.next_posts(deps, days=30)
    for post in listed:
        previews.content_of(deps, post, "fr")

    assert upcoming.next_posts(deps, days=30) == listed


def test_an_escalation_says_where_the_request_would_go(deps: Deps) -> None:
    filed(deps)
    at = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    line = next(p for p in ahead(deps, days=30) if p.kind is PostKind.LINE)

    content = previews.content_of(deps, line, "fr")

    assert line.due_at == at
    assert content
    assert "Pas de réponse de <@U0CLAIRE>" in words_of(render(content))
    assert "Roadmap Sync" in words_of(render(content))
