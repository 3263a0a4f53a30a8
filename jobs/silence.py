"""Tell from the days on which a feed published whether its silence is unusual."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cache

USUAL = timedelta(weeks=12)
"""The time before a feed's newest entry that shows its usual week."""

MIN_ENTRIES = 20
"""In that time. What brings fewer may be silent for weeks."""

MIN_DAYS = 3
"""Silence of fewer business days is never unusual, as twelve weeks cannot show that it is."""

UNLIKELY = 0.001
"""The chance below which a silence is unusual. By it, five years of CSMS messages had no unusual silence."""

_LONGEST = timedelta(days=366)
"""Days of a silence that are counted."""

_SATURDAY = 5


def unusual_silence(arrivals: Collection[date], today: date) -> int:
    """Return for how many whole business days a feed has been silent if that is unusual, or 0.

    `arrivals` has the day of each entry, in Washington. A silence is unusual if the feed had at least MIN_ENTRIES entries in the twelve
    weeks up to its newest, and so few business days without any that a run of as many empty ones has a chance below UNLIKELY: the product,
    over the silent days, of the share of that weekday's dates that were empty. Each weekday counts as having had one empty and one filled
    date more than it had, so that a few weeks prove little. Weekends and federal holidays count nowhere.
    """
    past = [day for day in arrivals if day <= today]
    newest = max(past, default=today)
    filled = {day for day in past if newest - day < USUAL}
    yesterday = min(today - timedelta(days=1), newest + _LONGEST)
    if sum(day in filled for day in past) < MIN_ENTRIES or len([*_weekdays(newest + timedelta(days=1), yesterday)]) < MIN_DAYS:
        return 0
    dates, empty = [2] * _SATURDAY, [1] * _SATURDAY
    for day in _business_days(min(filled), newest):
        dates[day.weekday()] += 1
        empty[day.weekday()] += day not in filled
    silent, chance = 0, 1.0
    for day in _business_days(newest + timedelta(days=1), yesterday):
        silent += 1
        chance *= empty[day.weekday()] / dates[day.weekday()]
    return silent if chance < UNLIKELY else 0


def _business_days(first: date, last: date) -> Iterator[date]:
    return (day for day in _weekdays(first, last) if day not in _federal_holidays(day.year))


def _weekdays(first: date, last: date) -> Iterator[date]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return (day for day in days if day.weekday() < _SATURDAY)


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    import holidays  # it knows every country and takes a second, and most processes never see a long silence

    return frozenset(holidays.country_holidays("US", years=year))
