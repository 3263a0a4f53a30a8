"""Key dates: which days a chain of messages announces. Most tests are pure."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jobs.key_dates import Change, fold, load_key_dates
from jobs.models.entries import Entry
from jobs.models.key_dates import KeyDate
from jobs.models.readings import EffectiveDate
from jobs.states import DateKind, Relation
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import NOW, entry
from tests.support.store import new, publish

FIRST = entry("68000001", "Comments on the new form", published=NOW)
LATER = entry("68000002", "Comments on the new form", published=NOW + timedelta(days=3))
LAST = entry("68000003", "Comments on the new form", published=NOW + timedelta(days=6))

DECEMBER_1, DECEMBER_15, DECEMBER_30 = date(2026, 12, 1), date(2026, 12, 15), date(2026, 12, 30)


def said(*days: date, kind: DateKind = DateKind.DEADLINE, sentence: str = "Comments are due.") -> tuple[EffectiveDate, ...]:
    return tuple(EffectiveDate(day, kind, sentence) for day in days)


def folded(*several: tuple[Entry, tuple[EffectiveDate, ...]], changes: tuple[tuple[Entry, Entry, Relation], ...] = ()) -> list[KeyDate]:
    relations = [Change(later.id, earlier.id, kind) for later, earlier, kind in changes]
    return fold([each for each, _ in several], {each.id: dates for each, dates in several}, relations)


def days(found: list[KeyDate]) -> list[str]:
    return [f"{each.date:%d %b} {each.kind}{'' if each.stands else ' ended'}" for each in found]


@pytest.mark.parametrize("kind", [Relation.UPDATES, Relation.CORRECTS, Relation.EXTENDS, Relation.REPLACES])
def test_a_message_that_changes_another_moves_its_date_of_the_kind(kind: Relation) -> None:
    (moved,) = folded((FIRST, said(DECEMBER_1)), (LATER, said(DECEMBER_15)), changes=((LATER, FIRST, kind),))
    assert (moved.date, moved.before, moved.entry, moved.said_by) == (DECEMBER_15, (DECEMBER_1,), FIRST, LATER)
    assert moved.stated_by == {FIRST.id, LATER.id}


@pytest.mark.parametrize("kind", [Relation.REFERS, Relation.FOLLOWS_UP, Relation.RESOLVES])
def test_a_message_that_only_refers_moves_no_date(kind: Relation) -> None:
    found = folded((FIRST, said(DECEMBER_1)), (LATER, said(DECEMBER_15)), changes=((LATER, FIRST, kind),))
    assert [(each.entry, each.date) for each in found] == [(FIRST, DECEMBER_1), (LATER, DECEMBER_15)]


@pytest.mark.parametrize("kind", list(Relation))
def test_a_date_that_is_said_again_is_one_date(kind: Relation) -> None:
    found = folded((FIRST, said(DECEMBER_1)), (LATER, said(DECEMBER_1)), changes=((LATER, FIRST, kind),))
    assert days(found) == (["01 Dec deadline"] if kind is not Relation.CANCELS else ["01 Dec deadline ended"])


def test_a_date_is_moved_twice_also_by_a_message_that_names_only_the_first() -> None:
    several = ((FIRST, said(DECEMBER_1)), (LATER, said(DECEMBER_15)), (LAST, said(DECEMBER_30)))
    for earlier in (FIRST, LATER):
        (moved,) = folded(*several, changes=((LATER, FIRST, Relation.EXTENDS), (LAST, earlier, Relation.EXTENDS)))
        assert (moved.date, moved.before, moved.said_by) == (DECEMBER_30, (DECEMBER_1, DECEMBER_15), LAST)


def test_dates_of_a_canceled_message_no_longer_stand() -> None:
    (gone,) = folded((FIRST, said(DECEMBER_1)), (LATER, ()), changes=((LATER, FIRST, Relation.CANCELS),))
    assert (gone.stands, gone.ended_by) == (False, LATER)


def test_a_replaced_message_has_no_dates_of_its_own() -> None:
    found = folded((FIRST, said(DECEMBER_1, DECEMBER_15)), (LATER, said(DECEMBER_15)), changes=((LATER, FIRST, Relation.REPLACES),))
    assert days(found) == ["01 Dec deadline ended", "15 Dec deadline"]


def test_a_correction_without_a_date_leaves_it_with_a_doubt() -> None:
    (left,) = folded((FIRST, said(DECEMBER_1)), (LATER, ()), changes=((LATER, FIRST, Relation.CORRECTS),))
    assert (left.stands, left.doubted_by) == (True, LATER)


def test_another_kind_of_date_is_one_more() -> None:
    opens = said(DECEMBER_15, kind=DateKind.OPENS)
    assert days(folded((FIRST, said(DECEMBER_1)), (LATER, opens), changes=((LATER, FIRST, Relation.UPDATES),))) == [
        "01 Dec deadline",
        "15 Dec opens",
    ]


def test_an_extension_may_say_ends_for_a_deadline() -> None:
    ends = said(DECEMBER_15, kind=DateKind.ENDS)
    (moved,) = folded((FIRST, said(DECEMBER_1)), (LATER, ends), changes=((LATER, FIRST, Relation.EXTENDS),))
    assert (moved.kind, moved.date) == (DateKind.DEADLINE, DECEMBER_15)


def test_an_update_cannot_move_a_day_that_is_over() -> None:
    over = said(NOW.date() - timedelta(days=30), kind=DateKind.EFFECTIVE)
    more = said(DECEMBER_1, kind=DateKind.EFFECTIVE)
    found = folded((FIRST, over), (LATER, more), changes=((LATER, FIRST, Relation.UPDATES),))
    assert [(each.entry, each.before) for each in found] == [(FIRST, ()), (LATER, ())]


@pytest.mark.parametrize(
    "sentence",
    [
        "The deadline of December 1, 2026 has been extended to December 15, 2026.",
        "The deadline, December 1, 2026, is postponed until December 15, 2026.",
        "CBP moved the deadline from December 1, 2026 to December 15, 2026.",
        "The date is changed from December 1, 2026, to December 15, 2026.",
        "Comments are due December 15, 2026, instead of December 1, 2026.",
        "The date is December 15, 2026 and not December 1, 2026.",
    ],
)
def test_of_a_sentence_that_moves_a_date_only_the_new_day_counts(sentence: str) -> None:
    moving = said(DECEMBER_1, DECEMBER_15, sentence=sentence)
    assert days(folded((FIRST, moving))) == ["15 Dec deadline"]
    (moved,) = folded((FIRST, said(DECEMBER_1)), (LATER, moving), changes=((LATER, FIRST, Relation.EXTENDS),))
    assert (moved.date, moved.before) == (DECEMBER_15, (DECEMBER_1,))


@pytest.mark.parametrize(
    "sentence",
    [
        "Comments are due December 1, 2026, and replies are due December 15, 2026.",
        "The changes are effective December 1, 2026 for steel and December 15, 2026 for aluminum.",
        "The revised form is due December 1, 2026; the corrected one is due December 15, 2026.",
        "It does not apply before December 1, 2026 or on December 15, 2026.",
    ],
)
def test_two_dates_of_a_sentence_that_moves_nothing_both_count(sentence: str) -> None:
    assert days(folded((FIRST, said(DECEMBER_1, DECEMBER_15, sentence=sentence)))) == ["01 Dec deadline", "15 Dec deadline"]


def test_an_update_moves_only_as_many_dates_as_it_gives() -> None:
    found = folded((FIRST, said(DECEMBER_1, DECEMBER_15)), (LATER, said(DECEMBER_30)), changes=((LATER, FIRST, Relation.UPDATES),))
    assert days(found) == ["15 Dec deadline", "30 Dec deadline"]


def test_messages_that_name_each_other_end_in_one_date_and_no_loop() -> None:
    both = ((LATER, FIRST, Relation.CORRECTS), (FIRST, LATER, Relation.REFERS))
    assert days(folded((FIRST, said(DECEMBER_1)), (LATER, said(DECEMBER_15)), changes=both)) == ["15 Dec deadline"]


def test_the_order_of_the_messages_does_not_matter() -> None:
    several = ((FIRST, said(DECEMBER_1)), (LATER, said(DECEMBER_15)))
    changes = ((LATER, FIRST, Relation.CORRECTS),)
    assert folded(*several, changes=changes) == folded(*reversed(several), changes=changes)


def test_a_moved_date_is_found_from_either_day(db: Database, clock: Clock) -> None:
    publish(db, new(68000001, body="Comments are due by March 2, 2026."))
    clock.pass_(days=1)
    publish(db, new(68000002, body="This message updates CSMS # 68000001. Comments are due by April 6, 2026."))
    with db.read() as conn:
        march = load_key_dates(conn, date(2026, 3, 1), date(2026, 4, 1))
        april = load_key_dates(conn, date(2026, 4, 1), date(2026, 5, 1))
    assert march == []
    assert [(each.entry.number, each.said_by.number, each.date, each.before) for each in april] == [
        ("68000001", "68000002", date(2026, 4, 6), (date(2026, 3, 2),))
    ]


def test_routine_messages_samples_and_held_ones_give_no_dates(db: Database, clock: Clock) -> None:
    body = "Comments are due by March 2, 2026."
    routine = new(68000001, body=body)
    publish(db, replace(routine, classified=replace(routine.classified, routine=True)))
    publish(db, new(68000002, body=body))
    with db.read() as conn:
        window = (date(2026, 3, 1), date(2026, 4, 1))
        assert [each.entry.number for each in load_key_dates(conn, *window)] == ["68000002"]
        assert [each.entry.number for each in load_key_dates(conn, *window, routine=True)] == ["68000001", "68000002"]
