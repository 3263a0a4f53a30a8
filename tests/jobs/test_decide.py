"""Deciding which entries are new, backlog or edited."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.decide import Decision, Owner, Snapshot, decide, health
from jobs.models.entries import Entry, Parsed
from jobs.states import EntryKind, Lead

NOW = datetime(2026, 2, 9, 14, tzinfo=UTC)
SEEDED = Owner(NOW - timedelta(days=30), None)
UNSEEDED = Owner(None, None)


def message(number: int, days: float | None = 0, *, title: str = "T", body: str | None = "B", feed: str = "csms") -> Parsed:
    """Published `days` ago."""
    published = None if days is None else NOW - timedelta(days=days)
    return Parsed(f"{feed}:{number}", feed, str(number), title, f"https://x.gov/{number}", published, body)


def stored(parsed: Parsed) -> Entry:
    return Entry(
        1,
        parsed.key,
        parsed.feed,
        parsed.number,
        parsed.title,
        parsed.url,
        parsed.published or NOW,
        NOW,
        parsed.body,
        EntryKind.OTHER,
        Lead.NONE,
        False,
        (),
    )


def decided(
    *parsed: Parsed,
    owner: Owner = SEEDED,
    known: tuple[Parsed, ...] = (),
    feed: str = "csms",
    owners: Mapping[str, Owner] | None = None,
    first_choice: bool = True,
    whole: bool = True,
    sound: bool = True,
) -> Decision:
    snapshot = Snapshot(feed, parsed, first_choice, whole, sound)
    return decide(snapshot, {feed: owner, **(owners or {})}, {each.key: stored(each) for each in known}, NOW)


def test_a_late_sent_lower_number_is_not_lost() -> None:
    decision = decided(message(67_510_839, 3), message(67_492_303, 1), known=(message(67_510_839, 3),))
    assert decision.new == (message(67_492_303, 1),)


def test_first_seen_decides_and_not_the_date() -> None:
    old, future, undated = message(1, 2_200), message(2, -400), message(3, None)
    assert decided(old, future, undated).new == (old, future, undated)


def test_the_first_poll_is_backlog_and_never_news() -> None:
    decision = decided(message(1), message(2), owner=UNSEEDED)
    assert (decision.new, decision.backlog, decision.seed_floor) == ((), (message(1), message(2)), None)


def test_half_a_feed_that_is_new_at_once_is_published_and_noted() -> None:
    several = tuple(message(n) for n in range(20))
    decision = decided(*several, known=several[:8])
    assert decision.new == several[8:]
    snapshot = Snapshot("csms", several, True, True)
    assert "12 of 20 entries were new at once; all were published" in health(
        snapshot, decision, NOW, entries=20, before=20, expects_csms=False
    )


def test_what_stood_in_a_feed_before_a_partial_first_poll_is_backlog_too() -> None:
    seed = decided(message(5, 2), message(4, 3), message(9, -1), owner=UNSEEDED, first_choice=False)
    assert len(seed.backlog) == 3
    assert seed.seed_floor == NOW - timedelta(days=3)
    again = decided(message(7, 1), message(3, 4), owner=Owner(NOW, seed.seed_floor), first_choice=False)
    assert (again.new, again.backlog, again.seed_floor) == ((message(7, 1),), (message(3, 4),), seed.seed_floor)
    whole = decided(message(8, 0), message(2, 5), message(1, None), owner=Owner(NOW, seed.seed_floor))
    assert (whole.new, whole.backlog, whole.seed_floor) == ((message(8, 0), message(1, None)), (message(2, 5),), None)


def test_a_first_poll_that_was_cut_short_is_partial() -> None:
    seed = decided(message(5, 2), owner=UNSEEDED, whole=False)
    assert seed.seed_floor == NOW - timedelta(days=2)
    assert decided(message(4, 3), owner=Owner(NOW, seed.seed_floor), whole=False).seed_floor == seed.seed_floor


def test_what_a_long_document_did_not_show_at_first_is_backlog_too() -> None:
    snapshot = Snapshot("csms", (message(5, 2),), True, True, complete=False)
    seed = decide(snapshot, {"csms": UNSEEDED}, {}, NOW)
    assert seed.seed_floor == NOW - timedelta(days=2)
    later = Snapshot("csms", (message(6, 1), message(4, 3)), True, True, complete=False)
    again = decide(later, {"csms": Owner(NOW, seed.seed_floor)}, {}, NOW)
    assert (again.new, again.backlog, again.seed_floor) == ((message(6, 1),), (message(4, 3),), seed.seed_floor)


def test_a_partial_first_poll_without_dates_or_with_future_ones_began_now() -> None:
    assert decided(message(1, None), owner=UNSEEDED, first_choice=False).seed_floor == NOW
    assert decided(message(1, -5), owner=UNSEEDED, first_choice=False).seed_floor == NOW


def test_a_csms_in_the_account_feed_waits_for_the_first_poll_of_its_owner() -> None:
    cams = message(2, feed="account")
    decision = decided(message(1), cams, feed="account", owners={"csms": UNSEEDED})
    assert (decision.new, decision.backlog, decision.edited) == ((cams,), (), ())
    alone = decided(message(1), feed="account")  # there is no csms feed at all
    assert (alone.new, alone.backlog, alone.edited) == ((), (), ())


def test_a_csms_in_the_account_feed_is_news_once_its_owner_has_begun() -> None:
    decision = decided(message(1), message(2, 9), feed="account", owner=UNSEEDED, owners={"csms": Owner(NOW, NOW - timedelta(days=5))})
    assert (decision.new, decision.backlog) == ((message(1),), (message(2, 9),))


def test_an_entry_counts_once() -> None:
    assert decided(message(1), message(2), message(1)).new == (message(1), message(2))


@pytest.mark.parametrize("change", [{"title": "T2"}, {"url": "https://x.gov/other"}, {"body": "B2"}])
def test_an_edit_is_stored_and_is_no_news(change: dict[str, str]) -> None:
    edited = replace(message(1), **change)  # type: ignore[arg-type]
    decision = decided(edited, known=(message(1),))
    assert (decision.new, decision.edited) == ((), (edited,))


def test_what_is_as_before_is_no_edit() -> None:
    assert decided(message(1), known=(message(1, 5),)).edited == ()
    assert decided(message(1, body=None), known=(message(1),)).edited == ()


@pytest.mark.parametrize("doubtful", [{"first_choice": False}, {"whole": False}, {"sound": False}])
def test_what_is_known_is_not_reworded_by_a_doubtful_read(doubtful: dict[str, bool]) -> None:
    reworded = message(1, title="CUT", body="other")
    assert decided(reworded, known=(message(1),), **doubtful).edited == ()  # type: ignore[arg-type]


def test_edits_that_a_malformed_document_hides_are_counted() -> None:
    several = (message(1), message(2, title="Reworded"), message(3, body="Reworded"), message(4))
    known = (message(1), message(2), message(3))
    decision = decided(*several, known=known, sound=False)
    assert (decision.edited, decision.differing) == ((), 2)
    assert decided(*several, known=known, sound=False, first_choice=False).differing == 0
    assert decided(*several, known=known, sound=False, whole=False).differing == 0
    assert decided(*several, known=known).differing == 0
    snapshot = Snapshot("csms", several, True, True, False)
    told = health(snapshot, decision, NOW, entries=4, before=4, expects_csms=False)
    assert told == ("the document is malformed, so stored entries that differ from it were left as they are: 2",)


def test_what_stood_in_without_a_body_gets_it_later_from_anywhere() -> None:
    decision = decided(message(1, title="CUT", body="B"), known=(message(1, body=None),), first_choice=False)
    assert decision.edited == (message(1, body="B"),)


def test_health_says_what_an_admin_should_look_at() -> None:
    snapshot = Snapshot("csms", (message(1, 20, body=None),), True, False)
    told = health(snapshot, decided(*snapshot.parsed), NOW, entries=1, before=100, expects_csms=True)
    assert told == (
        "the document ends early; entries read: 1",
        "only 1 entry (100 is usual)",
        "the newest entry is 20 days old",
        "entries without a body: 1",
    )


def test_a_healthy_feed_has_nothing_to_say() -> None:
    several = tuple(message(n, n / 10) for n in range(100))
    quiet = decided(*several, known=several)
    assert health(Snapshot("csms", several, True, True), quiet, NOW, entries=100, before=100, expects_csms=True) == ()
    nothing = Snapshot("x", (), True, True)
    assert health(nothing, decided(), NOW, entries=0, before=3, expects_csms=False) == ("no entries, but 3 before",)
