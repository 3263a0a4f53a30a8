"""Planning a channel's next post."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, delete, event, update

from jobs.models.channels import ChannelRef
from jobs.models.posts import Carried, Owed
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.next_post import MIN_CATCH_UP, Batch, Make, Part, Surroundings, candidates, choose, next_step, plan
from jobs.publish import publish_entries
from jobs.states import CadenceKind, Lead, PostKind
from jobs.store import deliveries, schema
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.store import ALL, DAILY, NOW, REVENUE, new, publish, subscribe

NINE = datetime(2026, 2, 9, 14, 0, tzinfo=UTC)
POSTED = NINE - timedelta(hours=1)


def subscription(number: int, kind: CadenceKind = CadenceKind.DAILY, *, digest_only: bool = False) -> Subscription:
    cadence = Cadence(CadenceKind.NOW) if kind == CadenceKind.NOW else Cadence(kind, time(9))
    return Subscription(number, 1, ChannelRef("slack", "T", "C"), Filters(), cadence, "UTC", digest_only, "me", NINE)


A, B, AT_ONCE = subscription(1), subscription(2), subscription(3, CadenceKind.NOW)


def owed(delivery: int, entry: int, by: Subscription, *, lead: Lead = Lead.NONE, at: datetime = NINE, late: bool = False) -> Owed:
    return Owed(delivery, entry, lead, by, at, f"because {delivery}", late)


def planned(due: Sequence[Owed], carried: Mapping[int, Carried] | None = None) -> Make:
    """Plan entries that have nothing to do with each other."""
    carried = carried or {}
    batch = choose(due, carried)
    return plan(batch, carried, Surroundings(tuple((entry,) for entry in dict.fromkeys(each.entry for each in batch.new(carried)))))


def test_an_entry_at_once_is_a_post_for_everybody_who_is_owed_it_at_once() -> None:
    due = [
        owed(1, 7, AT_ONCE),
        owed(2, 7, A, lead=Lead.GUIDANCE),
        owed(3, 7, subscription(4, digest_only=True), lead=Lead.GUIDANCE),
        owed(4, 8, AT_ONCE),
    ]
    assert planned(due) == Make(PostKind.NOW, None, None, (Part(7, "because 1; because 2"),), {1: 7, 2: 7}, {}, {})


def test_an_entry_at_once_that_the_channel_has_needs_no_post() -> None:
    batch = choose([owed(1, 7, AT_ONCE), owed(2, 8, AT_ONCE)], {7})
    assert (batch.owed, batch.new({7})) == ((owed(1, 7, AT_ONCE),), [])


def test_the_earliest_due_goes_first() -> None:
    early = owed(1, 7, A, at=NINE - timedelta(minutes=1))
    assert planned([early, owed(2, 8, AT_ONCE)]).carries == {1: 7}


def test_a_digest_has_all_that_its_subscription_has_due_and_nothing_of_others() -> None:
    due = [owed(1, 7, A, at=NINE - timedelta(days=1)), owed(2, 8, B), owed(3, 9, A), owed(4, 10, A, lead=Lead.GUIDANCE)]
    assert planned(due) == Make(PostKind.DIGEST, A, NINE, (Part(7, "because 1"), Part(9, "because 3")), {1: 7, 3: 9}, {}, {})


def test_beside_two_new_entries_the_old_are_mentioned() -> None:
    made = planned([owed(1, 7, A), owed(2, 8, A), owed(3, 9, A)], {8: Carried("p", POSTED)})
    parts = (Part(7, "because 1"), Part(8, "because 2", POSTED), Part(9, "because 3"))
    assert made == Make(PostKind.DIGEST, A, NINE, parts, {1: 7, 3: 9}, {2: 8}, {})


def test_one_new_entry_is_a_plain_post_and_the_old_are_settled_where_they_are() -> None:
    made = planned([owed(1, 7, A), owed(2, 8, A, at=NINE + timedelta(hours=1))], {8: Carried("p", POSTED)})
    assert made == Make(PostKind.NOW, A, NINE + timedelta(hours=1), (Part(7, "because 1"),), {1: 7}, {}, {2: "p"})


# related entries


def test_a_chain_is_one_post_with_the_later_entry_first_and_what_waits_for_both() -> None:
    batch = choose([owed(1, 7, AT_ONCE), owed(2, 8, AT_ONCE)], {})
    made = plan(batch, {}, Surroundings(((8, 7),), waiting=(owed(1, 7, AT_ONCE), owed(2, 8, AT_ONCE), owed(3, 8, B))))
    assert made.parts == (Part(8, "because 2; because 3"), Part(7, "because 1"))
    assert made.carries == {1: 7, 2: 8, 3: 8}


def test_a_digest_of_one_chain_is_a_plain_post() -> None:
    batch = choose([owed(1, 7, A), owed(2, 8, A)], {})
    made = plan(batch, {}, Surroundings(((8, 7),)))
    assert (made.kind, made.period, made.carries) == (PostKind.NOW, NINE, {1: 7, 2: 8})


def test_a_correction_that_the_channel_has_is_shown_and_not_carried_again() -> None:
    carried = {9: Carried("p", POSTED)}
    made = plan(choose([owed(1, 7, AT_ONCE)], carried), carried, Surroundings(((9, 7),), waiting=(owed(2, 9, B),)))
    assert made.parts == (Part(9, "because 2", POSTED), Part(7, "because 1"))
    assert made.carries == {1: 7}


# catch-ups


def late(count: int) -> list[Owed]:
    return [owed(100 + number, number, AT_ONCE, late=True) for number in range(1, count + 1)]


def test_five_late_entries_are_posted_one_by_one_and_six_together() -> None:
    assert MIN_CATCH_UP == 6
    assert planned(late(5)).kind == PostKind.NOW
    made = planned([*late(6), owed(1, 50, AT_ONCE), owed(2, 50, A, lead=Lead.GUIDANCE), owed(3, 51, A)])
    assert (made.kind, made.subscription, made.period, made.since) == (PostKind.CATCH_UP, None, None, NINE)
    assert made.carries == {**{100 + number: number for number in range(1, 7)}, 1: 50, 2: 50}
    assert made.parts[-1] == Part(50, "because 1; because 2")


def test_entries_and_not_deliveries_count_for_a_catch_up() -> None:
    twice = [*late(5), *(owed(200 + number, number, subscription(4, CadenceKind.NOW), late=True) for number in range(1, 6))]
    assert planned(twice).kind == PostKind.NOW


def test_what_the_channel_has_counts_for_no_catch_up_and_is_settled_where_it_is() -> None:
    carried = {6: Carried("p", POSTED)}
    assert planned(late(6), carried).kind == PostKind.NOW
    made = planned(late(7), carried)
    assert (made.kind, made.elsewhere, made.mentions) == (PostKind.CATCH_UP, {106: "p"}, {})
    assert [part.entry for part in made.parts] == [1, 2, 3, 4, 5, 7]


def test_late_entries_of_a_digest_are_no_catch_up() -> None:
    due = [owed(number, number, A, late=True) for number in range(1, 9)]
    assert choose(due, {}) == Batch(PostKind.DIGEST, tuple(due))


def statements_of_next_step(db: Database) -> int:
    """Return how many statements planning the next post takes."""
    seen: list[str] = []
    with db.begin() as conn:
        event.listen(conn, "before_cursor_execute", lambda _conn, _cursor, statement, *_: seen.append(statement))
        assert next_step(conn, 1, db.now(conn)) is not None
    return len(seen)


def test_the_next_of_hundreds_of_entries_is_planned_from_its_own_deliveries(db: Database) -> None:
    subscribe(db)
    subscribe(db, filters=REVENUE)
    publish(db, new(1, "revenue"))
    alone = statements_of_next_step(db)
    publish(db, *(new(number, "revenue") for number in range(2, 200)))
    with db.begin() as conn:
        assert [each.entry for each in candidates(conn, 1, db.now(conn))] == [1, 1]
        assert len(deliveries.due(conn, 1, db.now(conn))) == 398
    assert statements_of_next_step(db) == alone


def test_an_entry_that_is_moved_while_its_channel_is_planned_makes_way_for_the_next(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(db)
    publish(db, 1, 2)
    look = deliveries.has_late_due

    def move_and_look(conn: Connection, channel_id: int, now: datetime) -> bool:
        first = schema.delivery.c.entry_id == 1
        conn.execute(update(schema.delivery).where(first).values(due_at=now + timedelta(hours=1)))
        return look(conn, channel_id, now)

    monkeypatch.setattr(deliveries, "has_late_due", move_and_look)
    with db.begin() as conn:
        assert [each.entry for each in candidates(conn, 1, clock.now)] == [2]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_read_for_the_next_post_decides_as_all_that_is_due_would(db: Database, clock: Clock, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # to be repeatable
    for cadence, filters, digest_only in ((NOW, ALL, False), (NOW, REVENUE, False), (DAILY, ALL, False), (DAILY, REVENUE, True)):
        if chance.random() < 0.7:
            subscribe(db, cadence, filters, digest_only=digest_only)
    subscribe(db, NOW, Filters(topics=("other",)))  # so that there is a channel
    for number in range(0, 24, 3):
        clock.pass_(minutes=chance.randrange(90))
        several = [
            new(each, *chance.choice(((), ("revenue",))), lead=chance.choice(("", "guidance"))) for each in range(number, number + 3)
        ]
        with db.begin() as conn:
            publish_entries(conn, "csms", several, clock.now, backlog=False, catch_up=chance.random() < 0.3)
    clock.pass_(hours=chance.choice((0, 24)))
    with db.begin() as conn:
        while due := deliveries.due(conn, 1, clock.now):
            batch = choose(due, ())
            assert choose(candidates(conn, 1, clock.now), ()) == batch
            conn.execute(delete(schema.delivery).where(schema.delivery.c.id.in_([each.delivery for each in batch.owed])))
        assert not candidates(conn, 1, clock.now)
