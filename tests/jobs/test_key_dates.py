"""Key dates: which days a chain of messages announces. Most tests are pure."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jobs.effective_dates import effective_dates
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


def after(first: str, later: str, kind: Relation, because: str = "") -> list[str]:
    """Return what the second text makes of the dates of the first."""
    dates = {FIRST.id: effective_dates("Guidance", first, NOW.date()), LATER.id: effective_dates("Guidance", later, NOW.date())}
    found = fold((FIRST, LATER), dates, [Change(LATER.id, FIRST.id, kind, because)])
    said = (f"{each.date:%d %b}" + "".join(f" from {day:%d %b}" for day in each.before) for each in found)
    state = (" ended" if not each.stands else f" doubted, {each.doubted_as}" if each.doubted_by == LATER else "" for each in found)
    return [f"{day}{how}" for day, how in zip(said, state, strict=True)]


def test_a_correction_of_one_of_two_dates_moves_and_ends_neither() -> None:
    first = "Steel duties are effective December 1, 2026. Aluminum duties are effective December 15, 2026."
    assert after(first, "Aluminum duties are effective December 30, 2026.", Relation.CORRECTS) == [
        "01 Dec doubted, corrects",
        "15 Dec doubted, corrects",
        "30 Dec",
    ]


def test_a_correction_that_says_from_which_of_two_dates_moves_that_one() -> None:
    first = "Steel comments are due by December 1, 2026. Aluminum comments are due by December 15, 2026."
    later = "The deadline of December 15, 2026, has been extended to December 30, 2026."
    assert after(first, later, Relation.EXTENDS) == ["01 Dec", "30 Dec from 15 Dec"]


@pytest.mark.parametrize("kind", [Relation.CORRECTS, Relation.UPDATES, Relation.EXTENDS])
def test_a_date_that_a_later_message_does_not_repeat_still_stands(kind: Relation) -> None:
    first = "Duties are effective December 1, 2026. Goods on the list are exempt effective December 15, 2026."
    (one, other) = after(first, "The new rate is effective December 1, 2026.", kind)
    assert (one, other) == ("01 Dec", f"15 Dec{' doubted, corrects' if kind is Relation.CORRECTS else ''}")


def test_the_date_of_something_else_in_an_update_is_one_more() -> None:
    first = "Filers must use the new code effective December 15, 2026."
    assert after(first, "The FAQ page moves effective December 1, 2026.", Relation.UPDATES) == ["01 Dec", "15 Dec doubted, updates"]
    assert after(first, "The code is effective December 30, 2026.", Relation.UPDATES) == ["30 Dec from 15 Dec"]


def test_an_extension_moves_no_date_back() -> None:
    assert after("Comments are due by December 15, 2026.", "Replies are due by December 1, 2026.", Relation.EXTENDS) == [
        "01 Dec",
        "15 Dec doubted, extends",
    ]


def test_one_date_of_a_correction_moves_neither_of_two_messages() -> None:
    several = ((FIRST, said(DECEMBER_1)), (LATER, said(DECEMBER_15)), (LAST, said(DECEMBER_30)))
    found = folded(*several, changes=((LAST, FIRST, Relation.CORRECTS), (LAST, LATER, Relation.CORRECTS)))
    assert [(each.date, each.stands, each.doubted_by) for each in found] == [
        (DECEMBER_1, True, LAST),
        (DECEMBER_15, True, LAST),
        (DECEMBER_30, True, None),
    ]


def test_who_follows_a_message_follows_the_dates_that_may_have_replaced_its_own() -> None:
    several = ((FIRST, said(DECEMBER_1, DECEMBER_15)), (LATER, said(DECEMBER_30)))
    for kind in (Relation.CORRECTS, Relation.REPLACES):
        assert folded(*several, changes=((LATER, FIRST, kind),))[-1].stated_by == {FIRST.id, LATER.id}


@pytest.mark.parametrize(
    ("because", "expected"),
    [
        ("CBP rescinds CSMS # 68000001", "15 Dec ended"),
        ("The guidance announced in CSMS # 68000001 is rescinded", "15 Dec ended"),
        ("The new rule announced in CSMS # 68000001 is canceled", "15 Dec ended"),
        ("The webinar announced in CSMS # 68000001 is canceled", "15 Dec doubted, corrects"),
        ("This message cancels the webinar announced in CSMS # 68000001", "15 Dec doubted, corrects"),
        ("The call about the rule announced in CSMS # 68000001 is canceled", "15 Dec doubted, corrects"),
        ("The deployment scheduled in CSMS # 68000001 is canceled", "15 Dec doubted, corrects"),
    ],
)
def test_a_cancellation_ends_the_dates_of_what_it_cancels_alone(because: str, expected: str) -> None:
    assert after("The rule is effective December 15, 2026.", "", Relation.CANCELS, because) == [expected]


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


def test_a_canceled_webinar_leaves_the_date_of_its_message(db: Database, clock: Clock) -> None:
    publish(db, new(68000001, body="The rule is effective March 2, 2026. A webinar explains it."))
    clock.pass_(days=1)
    publish(db, new(68000002, body="The webinar announced in CSMS # 68000001 is canceled."))
    with db.read() as conn:
        (found,) = load_key_dates(conn, date(2026, 3, 1), date(2026, 4, 1))
    assert found.stands
