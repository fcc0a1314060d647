from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bot.db import outbox
from bot.db.engine import Database
from bot.db.outbox import Claim
from bot.domain.ids import ChannelId, RequestId
from bot.domain.posts import Post, PostKind
from tests.builders import NOW, WORKSPACE

LATER = NOW + timedelta(seconds=60)


def a_post(key: str, channel: str = "C1", group: str | None = None) -> Post:
    kind = PostKind.CARD_UPDATE if group else PostKind.LINE
    return Post(
        kind=kind, key=key, channel=ChannelId(channel), request=RequestId("r1"), group=group
    )


def queue(database: Database, *posts: Post) -> int:
    with database.begin() as session:
        return outbox.add(session, WORKSPACE, posts, at=NOW)


def claim(database: Database, now: timedelta = timedelta()) -> Claim | None:
    with database.begin() as session:
        at = NOW + now
        return outbox.claim(session, WORKSPACE, now=at, lease=(at, at + timedelta(seconds=60)))


def finish(database: Database, claimed: Claim) -> None:
    with database.begin() as session:
        place = ("C1", "1.0")
        outbox.mark_sent(session, WORKSPACE, claimed.id, at=NOW, place=place)


def drain(database: Database) -> list[str]:
    keys = []
    while claimed := claim(database):
        keys.append(claimed.post.key)
        finish(database, claimed)
    return keys


def test_posts_of_a_lane_go_in_order(database: Database) -> None:
    queue(database, a_post("a"), a_post("b"))
    queue(database, a_post("c"))

    assert drain(database) == ["a", "b", "c"]


def test_a_key_is_queued_once(database: Database) -> None:
    assert queue(database, a_post("a")) == 1
    assert queue(database, a_post("a"), a_post("b")) == 1

    assert drain(database) == ["a", "b"]


def test_a_lane_waits_for_the_post_under_way_and_others_do_not(database: Database) -> None:
    queue(database, a_post("a"), a_post("b"), a_post("c", channel="C2"))

    first, second, third = claim(database), claim(database), claim(database)

    assert first and first.post.key == "a"
    assert second and second.post.key == "c"
    assert third is None


def test_a_lost_lease_is_taken_again_and_says_so(database: Database) -> None:
    queue(database, a_post("a"))
    first = claim(database)

    early = claim(database, timedelta(seconds=59))
    again = claim(database, timedelta(seconds=61))

    assert first and not first.may_be_posted
    assert early is None
    assert again and again.may_be_posted and again.attempts == 2


def test_a_definite_refusal_is_not_looked_for_again(database: Database) -> None:
    queue(database, a_post("a"))
    claimed = claim(database)
    assert claimed

    with database.begin() as session:
        outbox.retry(session, WORKSPACE, claimed.id, due_at=LATER, error="ratelimited")

    assert claim(database) is None
    again = claim(database, timedelta(seconds=60))
    assert again and not again.may_be_posted


def test_a_held_lane_lets_nothing_through(database: Database) -> None:
    queue(database, a_post("a"), a_post("b", channel="C2"))
    with database.begin() as session:
        outbox.hold(session, WORKSPACE, "channel:C1", LATER)

    claimed = claim(database)

    assert claimed and claimed.post.key == "b"
    assert claim(database) is None


def test_waiting_updates_of_one_card_collapse(database: Database) -> None:
    queue(database, a_post("u1", group="card:r1"), a_post("l1"), a_post("u2", group="card:r1"))

    assert drain(database) == ["u1", "l1"]


def test_an_update_queued_after_the_claim_is_sent_too(database: Database) -> None:
    queue(database, a_post("u1", group="card:r1"))
    claimed = claim(database)
    assert claimed
    queue(database, a_post("u2", group="card:r1"))
    finish(database, claimed)

    assert drain(database) == ["u2"]


def test_a_buried_post_frees_its_lane(database: Database) -> None:
    queue(database, a_post("a"), a_post("b"))
    claimed = claim(database)
    assert claimed
    with database.begin() as session:
        outbox.bury(session, WORKSPACE, claimed.id, at=NOW, error="channel_not_found")

    assert drain(database) == ["b"]


def test_eight_senders_never_take_one_post_twice(database: Database) -> None:
    queue(database, *(a_post(f"p{n}", channel=f"C{n % 8}") for n in range(64)))

    def send(_: int) -> list[str]:
        return drain(database)

    with ThreadPoolExecutor(8) as threads:
        sent = [key for keys in threads.map(send, range(8)) for key in keys]

    assert sorted(sent) == sorted(f"p{n}" for n in range(64))


def next_due(database: Database) -> datetime | None:
    with database.read() as session:
        return outbox.next_due(session, WORKSPACE)


def test_the_next_post_is_known_to_come_and_when(database: Database) -> None:
    assert next_due(database) is None

    queue(database, a_post("a"), a_post("b"), a_post("c", channel="C2"))
    assert next_due(database) == NOW

    with database.begin() as session:
        outbox.hold(session, WORKSPACE, "channel:C1", NOW + timedelta(seconds=1))
        outbox.hold(session, WORKSPACE, "channel:C2", LATER)
    assert next_due(database) == NOW + timedelta(seconds=1)

    drained = claim(database, timedelta(seconds=2))
    assert drained is not None
    outbox_retry(database, drained, LATER + timedelta(hours=1))
    assert next_due(database) == LATER


def outbox_retry(database: Database, claimed: Claim, due_at: datetime) -> None:
    with database.begin() as session:
        outbox.retry(session, WORKSPACE, claimed.id, due_at=due_at, error="ratelimited")


def test_what_was_sent_is_not_to_come(database: Database) -> None:
    queue(database, a_post("a"))

    drain(database)

    assert next_due(database) is None
