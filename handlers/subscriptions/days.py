"""Read the moment at which a pause ends: "monday", "next week", "14 dec", "12/14 at 8am", "two weeks", "noon"."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from handlers.subscriptions.cadence import DEFAULT_TIME, read_time, weekday
from jobs.cadence import zone_info

EXAMPLES = "Type a day such as Monday, 14 Dec or 12/14."

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_UNITS = {"day": 1, "week": 7}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?")
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"20[0-9]{2}")
_NOT_WORDS = ("on", "the", "of", "morning", "then", "please")


def read_day(words: str, now: datetime, zone: str) -> datetime | None:
    """Return the moment (UTC) that all of the words mean, at 09:00 unless they name a time, or None. It may be past."""
    local = now.astimezone(zone_info(zone))
    rest = [word.strip(".,!?") for word in words.casefold().split()]
    rest = [word for word in rest if word and word not in _NOT_WORDS]
    day, taken = _day(rest, local.date())
    at = read_time(rest[taken:]) if taken < len(rest) else None
    if day is None and at is not None and not rest[0].isdecimal():  # a time alone: today's, or else tomorrow's
        day = local.date() + timedelta(days=local.time() >= at)
    if day is None or (at is None and taken < len(rest)):
        return None
    return datetime.combine(day, at or DEFAULT_TIME, zone_info(zone)).astimezone(UTC)


def _day(words: Sequence[str], today: date) -> tuple[date | None, int]:
    """Return the day at the start of the words, and how many of them it takes."""
    first, second, third = [*words[:3], "", "", ""][:3]
    if first == "tomorrow":
        return today + timedelta(days=1), 1
    if (first, second) == ("next", "week"):
        return _next(0, today), 2
    if (number := weekday(second if first in ("next", "this") else first)) is not None:
        return _next(number, today), 1 + (first in ("next", "this"))
    count = _NUMBERS.get(first) or (int(first) if first.isdecimal() and len(first) <= 3 else 0)
    if count and (unit := second.removesuffix("s")) in _UNITS:
        return today + timedelta(days=count * _UNITS[unit]), 2
    if match := _ISO.fullmatch(first):
        return _date(int(match[1]), int(match[2]), int(match[3]), today), 1
    if match := _SLASHES.fullmatch(first):
        return _date(int(match[3] or 0), int(match[1]), int(match[2]), today), 1
    month, number_of_day = (_month(first), second) if _month(first) else (_month(second), first)
    if month and (match := _DAY_OF_MONTH.fullmatch(number_of_day)):
        has_year = _YEAR.fullmatch(third) is not None
        return _date(int(third) if has_year else 0, month, int(match[1]), today), 2 + has_year
    return None, 0


def _next(number: int, today: date) -> date:
    """Return the next such weekday after today."""
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _month(word: str) -> int:
    """Return 12 for "dec" and "december", or 0."""
    names = (number for number, name in enumerate(_MONTHS, 1) if word in (name, name[:3], name[:4]))
    return next(names, 0)


def _date(year: int, month: int, day: int, today: date) -> date | None:
    """Without a year, it is the next such day."""
    try:
        if year:
            return date(year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year > today else date(today.year + 1, month, day)
    except ValueError:
        return None
