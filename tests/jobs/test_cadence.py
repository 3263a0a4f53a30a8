from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.cadence import describe, due_at, is_immediate, next_due, zone_info, zone_label
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.states import CadenceKind, Lead

NEW_YORK = "America/New_York"
WEEKDAYS_9 = Cadence(CadenceKind.WEEKDAYS, time(9))
DAILY_0230 = Cadence(CadenceKind.DAILY, time(2, 30))
DAILY_0130 = Cadence(CadenceKind.DAILY, time(1, 30))


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


def test_now_is_due_at_the_moment_itself() -> None:
    moment = datetime(2026, 2, 9, 14, 0, tzinfo=UTC)
    assert next_due(Cadence(CadenceKind.NOW), NEW_YORK, moment) == moment


def test_a_digest_is_due_the_same_day_when_its_time_is_still_to_come() -> None:
    assert next_due(WEEKDAYS_9, NEW_YORK, local(NEW_YORK, 2026, 2, 9, 8, 59)) == local(NEW_YORK, 2026, 2, 9, 9, 0)


def test_due_is_strictly_after_so_a_digest_is_not_due_twice() -> None:
    due = local(NEW_YORK, 2026, 2, 9, 9, 0)
    assert next_due(WEEKDAYS_9, NEW_YORK, due) == local(NEW_YORK, 2026, 2, 10, 9, 0)


def test_weekdays_skip_the_weekend() -> None:
    assert next_due(WEEKDAYS_9, NEW_YORK, local(NEW_YORK, 2026, 2, 6, 9, 0)) == local(NEW_YORK, 2026, 2, 9, 9, 0)


def test_daily_includes_the_weekend() -> None:
    assert next_due(Cadence(CadenceKind.DAILY, time(9)), NEW_YORK, local(NEW_YORK, 2026, 2, 6, 9, 0)) == local(NEW_YORK, 2026, 2, 7, 9, 0)


@pytest.mark.parametrize("weekday", range(7))
def test_weekly_is_due_on_its_day_within_a_week(weekday: int) -> None:
    after = local(NEW_YORK, 2026, 2, 4, 9, 0)  # a Wednesday, at the very time
    due = next_due(Cadence(CadenceKind.WEEKLY, time(9), weekday), NEW_YORK, after)
    assert due.astimezone(ZoneInfo(NEW_YORK)).weekday() == weekday
    assert timedelta(0) < due - after <= timedelta(days=7)


def test_the_day_is_the_zones_and_not_utcs() -> None:
    # 20:00 on Friday in New York is Saturday in UTC
    assert next_due(Cadence(CadenceKind.WEEKDAYS, time(21)), NEW_YORK, local(NEW_YORK, 2026, 2, 6, 20, 0)) == local(
        NEW_YORK, 2026, 2, 6, 21, 0
    )
    # and Friday in UTC is Saturday already in Auckland
    auckland = "Pacific/Auckland"
    assert next_due(WEEKDAYS_9, auckland, datetime(2026, 2, 6, 21, 0, tzinfo=UTC)) == local(auckland, 2026, 2, 9, 9, 0)


def test_nine_stays_nine_over_both_changes_of_daylight_saving() -> None:
    cadence = Cadence(CadenceKind.DAILY, time(9))
    assert next_due(cadence, NEW_YORK, local(NEW_YORK, 2026, 3, 7, 9, 0)) == datetime(2026, 3, 8, 13, 0, tzinfo=UTC)
    assert next_due(cadence, NEW_YORK, local(NEW_YORK, 2026, 10, 31, 9, 0)) == datetime(2026, 11, 1, 14, 0, tzinfo=UTC)


def test_a_time_in_the_spring_gap_moves_to_the_first_moment_that_exists() -> None:
    due = next_due(DAILY_0230, NEW_YORK, local(NEW_YORK, 2026, 3, 7, 12, 0))
    assert due == local(NEW_YORK, 2026, 3, 8, 3, 0)
    assert next_due(DAILY_0230, NEW_YORK, due) == local(NEW_YORK, 2026, 3, 9, 2, 30)


def test_a_half_hour_gap_is_walked_too() -> None:
    lord_howe = "Australia/Lord_Howe"  # 02:00 becomes 02:30
    due = next_due(Cadence(CadenceKind.DAILY, time(2, 10)), lord_howe, local(lord_howe, 2026, 10, 3, 12, 0))
    assert due == local(lord_howe, 2026, 10, 4, 2, 30)


def test_a_time_that_comes_twice_counts_once_the_first() -> None:
    first = next_due(DAILY_0130, NEW_YORK, local(NEW_YORK, 2026, 10, 31, 12, 0))
    assert first == local(NEW_YORK, 2026, 11, 1, 1, 30, fold=0)
    assert next_due(DAILY_0130, NEW_YORK, first) == local(NEW_YORK, 2026, 11, 2, 1, 30)
    between = first + timedelta(minutes=30)
    assert next_due(DAILY_0130, NEW_YORK, between) == local(NEW_YORK, 2026, 11, 2, 1, 30)


@pytest.mark.parametrize("zone", [NEW_YORK, "Europe/London", "Pacific/Chatham", "UTC"])
@pytest.mark.parametrize(
    "cadence", [WEEKDAYS_9, DAILY_0130, DAILY_0230, Cadence(CadenceKind.DAILY, time(0)), Cadence(CadenceKind.WEEKLY, time(2, 30), 6)]
)
def test_a_year_of_any_cadence_has_one_a_local_day_and_only_goes_forward(zone: str, cadence: Cadence) -> None:
    moment, days = local(zone, 2026, 1, 1, 0, 0) - timedelta(seconds=1), []
    while True:
        due = next_due(cadence, zone, moment)
        assert due > moment
        if due >= local(zone, 2027, 1, 1, 0, 0):
            break
        days.append(due.astimezone(ZoneInfo(zone)).date())
        moment = due
    assert len(days) == len(set(days)) == {"daily": 365, "weekdays": 261, "weekly": 52}[cadence.kind]


@pytest.mark.parametrize("zone", ["Mars/Base", "", "America", "../etc/passwd", "/etc/passwd", "x" * 5000, "A\0B"])
def test_an_unknown_zone_says_what_to_write(zone: str) -> None:
    with pytest.raises(ValueError, match="use an IANA name such as America/New_York"):
        zone_info(zone)
    with pytest.raises(ValueError, match="unknown time zone"):
        next_due(WEEKDAYS_9, zone, datetime(2026, 1, 1, tzinfo=UTC))


def test_an_incomplete_cadence_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(ValueError, match="without a time of day"):
        next_due(Cadence(CadenceKind.DAILY), NEW_YORK, datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="never due"):
        next_due(Cadence(CadenceKind.WEEKLY, time(9)), NEW_YORK, datetime(2026, 1, 1, tzinfo=UTC))


def test_it_is_described_with_its_zone() -> None:
    assert describe(WEEKDAYS_9, NEW_YORK) == "weekdays 09:00 ET"
    assert describe(Cadence(CadenceKind.WEEKLY, time(16, 5), 0), "Europe/Berlin") == "weekly Mon 16:05 Europe/Berlin"
    assert describe(Cadence(CadenceKind.NOW), NEW_YORK) == "at once"
    assert zone_label("America/Chicago") == "CT"


MONDAY_8 = datetime(2026, 2, 9, 13, 0, tzinfo=UTC)
DAILY = Cadence(CadenceKind.DAILY, time(9))


@pytest.mark.parametrize(
    ("cadence", "digest_only", "lead", "expected"),
    [
        (Cadence(CadenceKind.NOW), False, Lead.NONE, True),
        (DAILY, False, Lead.NONE, False),
        (DAILY, False, Lead.GUIDANCE, True),
        (DAILY, False, Lead.CORRECTION, True),
        (DAILY, False, Lead.REPLACEMENT, True),
        (DAILY, False, Lead.REMINDER, False),
        (DAILY, True, Lead.GUIDANCE, False),
    ],
)
def test_urgent_entries_skip_the_digest(cadence: Cadence, digest_only: bool, lead: Lead, expected: bool) -> None:
    spec = SubscriptionSpec(Filters(), cadence, NEW_YORK, digest_only)
    assert is_immediate(spec, lead) is expected
    assert (due_at(spec, lead, MONDAY_8) == MONDAY_8) is expected


def test_other_entries_are_due_at_the_next_time_of_the_cadence_in_its_zone() -> None:
    assert due_at(SubscriptionSpec(Filters(), DAILY, "America/New_York", False), Lead.NONE, MONDAY_8) == datetime(
        2026, 2, 9, 14, 0, tzinfo=UTC
    )
    assert due_at(SubscriptionSpec(Filters(), DAILY, "America/Los_Angeles", False), Lead.NONE, MONDAY_8) == datetime(
        2026, 2, 9, 17, 0, tzinfo=UTC
    )
