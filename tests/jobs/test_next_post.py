"""Planning a channel's next post."""

from datetime import UTC, datetime, time, timedelta

from jobs.models import Cadence, Carried, ChannelRef, Filters, Owed, Subscription
from jobs.next_post import Make, Mention, Part, plan
from jobs.states import CadenceKind, Lead, PostKind

NINE = datetime(2026, 2, 9, 14, 0, tzinfo=UTC)
POSTED = NINE - timedelta(hours=1)


def subscription(number: int, kind: CadenceKind = CadenceKind.DAILY, *, digest_only: bool = False) -> Subscription:
    cadence = Cadence(CadenceKind.NOW) if kind == CadenceKind.NOW else Cadence(kind, time(9))
    return Subscription(number, 1, ChannelRef("slack", "T", "C"), Filters(), cadence, "UTC", digest_only, "me", NINE)


A, B, AT_ONCE = subscription(1), subscription(2), subscription(3, CadenceKind.NOW)


def owed(delivery: int, entry: int, by: Subscription, *, lead: Lead = Lead.NONE, at: datetime = NINE) -> Owed:
    return Owed(delivery, entry, lead, by, at, f"because {delivery}")


def test_nothing_due_is_nothing_to_do() -> None:
    assert plan([], {}) is None


def test_an_entry_at_once_is_a_post_for_everybody_who_is_owed_it_at_once() -> None:
    due = [
        owed(1, 7, AT_ONCE),
        owed(2, 7, A, lead=Lead.GUIDANCE),
        owed(3, 7, subscription(4, digest_only=True), lead=Lead.GUIDANCE),
        owed(4, 8, AT_ONCE),
    ]
    assert plan(due, {}) == Make(PostKind.NOW, None, None, (Part(7, "because 1; because 2"),), {1: 7, 2: 7}, {}, {})


def test_an_entry_at_once_that_the_channel_has_needs_no_post() -> None:
    assert plan([owed(1, 7, AT_ONCE), owed(2, 8, AT_ONCE)], {7: Carried("p", POSTED)}) == Mention({1: "p"})


def test_the_earliest_due_goes_first() -> None:
    early = owed(1, 7, A, at=NINE - timedelta(minutes=1))
    made = plan([early, owed(2, 8, AT_ONCE)], {})
    assert isinstance(made, Make)
    assert made.carries == {1: 7}


def test_a_digest_has_all_that_its_subscription_has_due_and_nothing_of_others() -> None:
    due = [owed(1, 7, A, at=NINE - timedelta(days=1)), owed(2, 8, B), owed(3, 9, A), owed(4, 10, A, lead=Lead.GUIDANCE)]
    assert plan(due, {}) == Make(PostKind.DIGEST, A, NINE, (Part(7, "because 1"), Part(9, "because 3")), {1: 7, 3: 9}, {}, {})


def test_beside_two_new_entries_the_old_are_mentioned() -> None:
    made = plan([owed(1, 7, A), owed(2, 8, A), owed(3, 9, A)], {8: Carried("p", POSTED)})
    parts = (Part(7, "because 1"), Part(8, "because 2", POSTED), Part(9, "because 3"))
    assert made == Make(PostKind.DIGEST, A, NINE, parts, {1: 7, 3: 9}, {2: 8}, {})


def test_one_new_entry_is_a_plain_post_and_the_old_are_settled_where_they_are() -> None:
    made = plan([owed(1, 7, A), owed(2, 8, A, at=NINE + timedelta(hours=1))], {8: Carried("p", POSTED)})
    assert made == Make(PostKind.NOW, A, NINE + timedelta(hours=1), (Part(7, "because 1"),), {1: 7}, {}, {2: "p"})


def test_nothing_new_is_silence() -> None:
    carried = {7: Carried("p", POSTED), 8: Carried("q", POSTED)}
    assert plan([owed(1, 7, A), owed(2, 8, A)], carried) == Mention({1: "p", 2: "q"})
