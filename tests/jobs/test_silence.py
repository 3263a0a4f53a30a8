"""When a feed's silence is unusual, by its usual week."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest

from jobs.silence import MIN_ENTRIES, USUAL, unusual_silence
from tests.support.real_data import real_data

FRIDAY = date(2026, 2, 6)


def weekdays(last: date, weeks: int = 12, *, each: int = 1, only: tuple[int, ...] = (0, 1, 2, 3, 4)) -> list[date]:
    """Return `each` entries for every day of the weeks before and on `last` that is one of the weekdays."""
    days = (last - timedelta(days=ago) for ago in range(7 * weeks))
    return [day for day in days if day.weekday() in only for _ in range(each)]


@pytest.mark.parametrize(
    ("arrivals", "today", "silent"),
    [
        (weekdays(FRIDAY), date(2026, 2, 9), 0),
        (weekdays(FRIDAY), date(2026, 2, 11), 0),  # two whole business days
        (weekdays(FRIDAY), date(2026, 2, 12), 3),
        (weekdays(FRIDAY), date(2026, 2, 15), 5),  # a Sunday
        (weekdays(FRIDAY), date(2026, 2, 17), 5),  # Monday, 16 February, is Washington's Birthday
        (weekdays(FRIDAY), date(2026, 2, 18), 6),
        (weekdays(FRIDAY, only=(0, 2)), date(2026, 2, 13), 0),  # it publishes on Mondays and Wednesdays: two were missed
        (weekdays(FRIDAY, only=(0, 2)), date(2026, 2, 26), 14),  # it missed five
        (weekdays(FRIDAY, weeks=2, each=5), date(2026, 2, 12), 0),  # two weeks prove little
        (weekdays(FRIDAY, weeks=2, each=5), date(2026, 2, 18), 6),
        (weekdays(FRIDAY, only=(4,)), date(2026, 6, 1), 0),  # a feed with few entries is never too quiet
        (weekdays(FRIDAY, weeks=3), date(2026, 6, 1), 0),
        ([*weekdays(FRIDAY), date(2027, 1, 1)], date(2026, 2, 12), 3),  # a date in the future is no arrival
        ([], date(2026, 2, 12), 0),
    ],
)
def test_silence_is_unusual_by_the_usual_week(arrivals: list[date], today: date, silent: int) -> None:
    assert unusual_silence(arrivals, today) == silent


@pytest.mark.parametrize(
    ("last", "today"),
    [
        (date(2025, 11, 26), date(2025, 12, 2)),  # Thanksgiving: a Thursday
        (date(2025, 12, 24), date(2025, 12, 30)),  # Christmas
        (date(2026, 7, 1), date(2026, 7, 7)),  # Independence Day is a Saturday, observed on Friday
        (date(2026, 10, 8), date(2026, 10, 14)),  # Columbus Day
        (date(2026, 2, 6), date(2026, 2, 11)),  # a weekend
    ],
)
def test_weekends_and_federal_holidays_are_no_silence(last: date, today: date) -> None:
    assert unusual_silence(weekdays(last), today) == 0


def test_a_long_silence_is_as_unusual_as_when_it_began() -> None:
    assert unusual_silence(weekdays(FRIDAY), FRIDAY + 3 * USUAL) > 100
    assert unusual_silence(weekdays(FRIDAY), FRIDAY + timedelta(days=4_000)) > 200


def test_many_entries_on_one_day_do_not_make_a_usual_week() -> None:
    assert unusual_silence([FRIDAY] * 5 * MIN_ENTRIES, date(2026, 2, 16)) == 0


def test_five_years_of_real_messages_had_no_unusual_silence() -> None:
    lines = map(json.loads, real_data("csms_titles.jsonl").read_text("utf-8").splitlines())
    days = sorted(date.fromisoformat(each["published"][:10]) for each in lines)
    archived = [day for day in days if date(2021, 1, 1) <= day <= date(2026, 1, 23)]
    for newest, following in pairwise(sorted(set(archived))):
        if newest >= date(2021, 4, 1):
            assert not unusual_silence([day for day in archived if day <= newest], following), newest
    assert unusual_silence(archived, archived[-1] + timedelta(days=7))
