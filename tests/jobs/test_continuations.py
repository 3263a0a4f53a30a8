"""Messages that seem to belong together by their titles alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.continuations import continuations, subject
from jobs.models.entries import Entry
from tests.support.small_catalog import NOW, entry

TITLE = "ACE Reports Processing Delays"


def message(number: int, title: str, kind: str = "outage", **after: float) -> Entry:
    return entry(str(67000000 + number), title, kind=kind, published=NOW + timedelta(**after))


OUTAGE = message(1, TITLE)
UPDATE = message(2, f"UPDATE: {TITLE}", hours=2)
RESOLVED = message(3, f"RESOLVED - {TITLE}", "resolved", hours=5)


@pytest.mark.parametrize(
    "title",
    [
        f"UPDATE: {TITLE}",
        f"Update 2 - {TITLE}",
        f"FINAL UPDATE: {TITLE}",
        f"Resolved: {TITLE}",
        f"RESOLVED- {TITLE.upper()}",
        f"Resolved – {TITLE}",
        f"UPDATED/RESOLVED: {TITLE}",
        f"CORRECTED: {TITLE}",
        f"Cancelled: {TITLE}",
        f"POSTPONED: {TITLE}",
        f"Completed - {TITLE}",
        f"UPDATE: RESOLVED: {TITLE}",
    ],
)
def test_a_title_that_differs_only_in_its_lead_in_continues_the_other(title: str) -> None:
    later = message(2, title, hours=1)
    assert continuations(later, [OUTAGE]) == [OUTAGE]
    assert continuations(OUTAGE, [later]) == [later]
    assert subject(title) == (subject(TITLE)[0], True)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (TITLE, "outage"),
        (f"REMINDER: {TITLE}", "reminder"),
        (f"GUIDANCE: {TITLE}", "guidance"),
        (f"UPDATE: {TITLE} in Production", "outage"),
        ("UPDATE: ACE Outage", "outage"),
        (f"Update to {TITLE}", "outage"),
    ],
)
def test_other_titles_continue_nothing(title: str, kind: str) -> None:
    assert continuations(message(2, title, kind, hours=1), [OUTAGE]) == []


@pytest.mark.parametrize("title", ["ACE Trade Support Call", "HSU 2605 Now Available", "USDA Organic Flagging Reminder Notice"])
def test_titles_that_are_repeated_for_other_events_continue_nothing(title: str) -> None:
    assert continuations(message(2, title, "training", hours=1), [message(1, title, "training")]) == []
    assert continuations(message(2, title, "information", hours=1), [message(1, title, "information")]) == []


def test_an_update_of_a_webinar_may_be_of_another_one() -> None:
    assert continuations(message(2, f"UPDATE: {TITLE}", "training", hours=1), [message(1, TITLE, "training")]) == []


def test_a_month_later_it_is_something_else() -> None:
    assert continuations(message(2, f"RESOLVED: {TITLE}", "resolved", days=30), [OUTAGE]) == []


def test_the_whole_story_is_found_and_ends_where_it_is_resolved() -> None:
    again, again_resolved = message(4, TITLE, days=2), message(5, f"RESOLVED: {TITLE}", "resolved", days=3)
    everything = [again_resolved, RESOLVED, OUTAGE, again, UPDATE]
    assert continuations(OUTAGE, everything) == [UPDATE, RESOLVED]
    assert continuations(RESOLVED, everything) == [OUTAGE, UPDATE]
    assert continuations(again_resolved, everything) == [again]
    assert continuations(again, everything) == [again_resolved]


def test_a_short_title_may_be_anything() -> None:
    assert continuations(message(2, "UPDATE: ACE Outage", hours=1), [message(1, "ACE Outage")]) == []


@pytest.mark.parametrize("cut", [(True, False), (False, True), (True, True)])
def test_a_title_that_the_archive_cut_is_no_evidence(cut: tuple[bool, bool]) -> None:
    first, update = replace(OUTAGE, cut=cut[0]), replace(UPDATE, cut=cut[1])
    assert continuations(first, [update]) == []
    assert continuations(update, [first]) == []
