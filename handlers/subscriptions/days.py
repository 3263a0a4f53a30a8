"""Read the moment at which a pause ends: "monday", "next week", "14 dec", "12/14 at 8am", "two weeks", "2 hours", "noon"."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from handlers.subscriptions.cadence import DEFAULT_TIME, read_time, weekday
from jobs.cadence import zone_info

EXAMPLES = "Type a day such as Monday, 14 Dec or 12/14."

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "few": 3}
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SHORT_UNITS = {"hour": 60, "hr": 60, "minute": 1, "min": 1}
_RECENT = timedelta(days=92)
"""A day without a year is past if it was so recently; otherwise it is the next such day."""
_SEASON = timedelta(days=61)
_BEFORE_WEEKEND = (4, 5, 6)
"""Weekdays that no working day follows until Monday."""
_HOLIDAYS = {"christmas": (12, 25), "xmas": (12, 25), "new year": (1, 1), "new years": (1, 1), "independence": (7, 4)}
_HOLIDAY = re.compile(r"(christmas|xmas|new years?|independence|thanksgiving)(?: day)?(?! eve)\b")
_OPEN_ENDS = re.compile(
    r"later|resumed|(?:further notice|told otherwise|(?:i|we) say so|(?:i|we|somebody|someone) (?:resumes?|unpauses?))(?: it| posting)?"
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?")
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"20[0-9]{2}")
_NOT_WORDS = ("on", "the", "of", "morning", "then", "please")


def names_holidays(words: str) -> bool:
    """Return whether the words name a season of holidays rather than a day: "over the holidays", "during Christmas"."""
    said = words.casefold().replace("'", "").split()
    lasts = not {"over", "during", "through", "after", "for"}.isdisjoint(said)
    season = not {"holiday", "holidays", "vacation", "vacations", "break"}.isdisjoint(said)
    return lasts and (season or ("for" not in said and _HOLIDAY.search(" ".join(said)) is not None))


def past_holiday(words: str, now: datetime, zone: str) -> str:
    """Return the holiday that the words name and that was lately, with its day, or ""."""
    today = now.astimezone(zone_info(zone)).date()
    for name in _named_holidays(words):
        day = _holiday(name, today)
        if day is not None and day < today:
            return f"{name.title()} ({day.day} {_MONTHS[day.month - 1][:3].title()})"
    return ""


def _named_holidays(words: str) -> list[str]:
    return [match[1] for match in _HOLIDAY.finditer(words.casefold().replace("'", ""))]


def days_after_holidays(words: str, now: datetime, zone: str) -> list[date]:
    """Return the next working days after the holidays of two months, from the one that the words name on, or from today."""
    today = now.astimezone(zone_info(zone)).date()
    named = (day for name in _named_holidays(words) if (day := _holiday(name, today)) is not None and day >= today)
    start = min(named, default=today)
    found = {_holiday(name, today) for name in ("thanksgiving", "christmas", "new year", "independence")}
    ahead = sorted(day for day in found if day is not None and start <= day <= start + _SEASON)
    return [day + timedelta(days=1 + (6 - day.weekday()) % 7 if day.weekday() in _BEFORE_WEEKEND else 1) for day in ahead]


def is_open_end(words: str) -> bool:
    """Return whether the words name no day on purpose: "further notice", "we resume it"."""
    return _OPEN_ENDS.fullmatch(" ".join(words.casefold().replace("’", "'").strip(" .,!?").split())) is not None


def read_day(words: str, now: datetime, zone: str) -> datetime | None:
    """Return the moment (UTC) that all of the words mean, at 09:00 unless they name a time, or None. It may be past."""
    local = now.astimezone(zone_info(zone))
    rest = [word.strip(".,!?") for word in words.casefold().split()]
    rest = [word for word in rest if word and word not in _NOT_WORDS]
    minutes = _short_span(rest)
    if minutes:
        return now.astimezone(UTC) + timedelta(minutes=minutes)
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
    if first in _NEAR:
        return today + timedelta(days=_NEAR[first]), 1
    if first == "weekend":
        return _next(5, today), 1
    if first in ("next", "end", "rest") and second in _PERIOD_STARTS:
        return _PERIOD_STARTS[second](today), 2
    if (number := weekday(second if first in ("next", "this", "last") else first)) is not None:
        day = _next(number, today)
        return (day - timedelta(days=7) if first == "last" else day), 1 + (first in ("next", "this", "last"))
    if holiday := _HOLIDAY.match(" ".join(words[:3]).replace("'", "")):
        return _holiday(holiday[1], today), len(holiday[0].split())
    count = NUMBERS.get(first) or (int(first) if first.isascii() and first.isdecimal() and len(first) <= 3 else 0)
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


def _short_span(words: Sequence[str]) -> int:
    """Return the minutes of "2 hours", "an hour" or "half an hour", or 0."""
    half = words[:1] == ["half"]
    first, second = [*words[half:], "", ""][:2]
    count = NUMBERS.get(first) or (int(first) if first.isascii() and first.isdecimal() and len(first) <= 3 else 0)
    minutes = count * _SHORT_UNITS.get(second.removesuffix("s"), 0) if len(words) == 2 + half else 0
    return minutes // 2 if half else minutes


def _holiday(name: str, today: date) -> date | None:
    if name in _HOLIDAYS:
        return _date(0, *_HOLIDAYS[name], today)
    return _nearest(lambda year: date(year, 11, _thanksgiving(year)), today)


def _thanksgiving(year: int) -> int:
    """Return the day of the fourth Thursday of November."""
    return 28 - (date(year, 11, 28).weekday() - 3) % 7


def _next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


_NEAR = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_PERIOD_STARTS: dict[str, Callable[[date], date]] = {
    "day": lambda today: today + timedelta(days=1),
    "today": lambda today: today + timedelta(days=1),
    "tonight": lambda today: today + timedelta(days=1),
    "week": lambda today: _next(0, today),
    "weekend": lambda today: _next(0, today),
    "month": _next_month,
    "year": lambda today: date(today.year + 1, 1, 1),
}
"""When the period after this one begins."""


def _next(number: int, today: date) -> date:
    """Return the next such weekday after today."""
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _month(word: str) -> int:
    """Return 12 for "dec" and "december", or 0."""
    names = (number for number, name in enumerate(_MONTHS, 1) if word in (name, name[:3], name[:4]))
    return next(names, 0)


def _date(year: int, month: int, day: int, today: date) -> date | None:
    """Without a year, it is the next such day, but a recent one is past: nobody pauses until 28 Nov of next year on 29 Nov."""
    if not year:
        return _nearest(lambda each: _date(each, month, day, today), today)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(day_of: Callable[[int], date | None], today: date) -> date | None:
    days = (day_of(year) for year in (today.year - 1, today.year, today.year + 1))
    return next((day for day in days if day is not None and today - day < _RECENT), None)
