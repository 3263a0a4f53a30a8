"""The time words of a question: "today", "this week", "in april", "since monday", "last 3 days"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from handlers.replies import dates

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Sequence

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LAST = ("last", "past", "previous")
_IN = ("in", "during", "from", "of")
_UNITS = {"day": 1, "week": 7, "month": 30}
_NUMBERS = {"couple": 2, "two": 2, "few": 3, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_NOUNS = ("bulletins", "csms", "message", "messages", "news", "notices", "updates")
"""A month right before one is the month of the messages: "october messages"."""
_MAX_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to before `until`."""

    since: date
    until: date | None
    phrase: str
    """As in "6 messages this week"."""
    typed: str = ""
    """The words that name it."""

    def bounds(self, zone: str) -> tuple[datetime, datetime | None]:
        return _midnight(self.since, zone), None if self.until is None else _midnight(self.until, zone)


def read(words: Sequence[str], now: datetime, zone: str, *, months: bool = True, weekdays: bool = False) -> tuple[Period | None, list[str]]:
    """Return the first period that the words name, and the other words, which are in lower case, without punctuation.

    `months`: "in april" is one too. `weekdays`: "tuesday" is the last one.
    """
    from jobs.cadence import zone_info  # `ask` only recognizes time words, and starts without it

    today = now.astimezone(zone_info(zone)).date()
    for place in range(len(words)):
        found = _read_at(words[place : place + 5], today) or (_read_month_at(words[place : place + 5], today) if months else None)
        if found is None and weekdays and words[place] in _WEEKDAYS and words[place - 1 : place] not in (["next"], ["until"]):
            found = _read_at(["on", words[place]], today)
            found = found and (found[0], 1)
        if found is not None:
            period, count = found
            period = replace(period, typed=" ".join(words[place : place + count]))
            return period, [*words[:place], *words[place + count :]]
    return None, list(words)


def is_recent(words: Sequence[str]) -> bool:
    """Return whether the words name days or weeks until now, as who asks for news does."""
    if "since" in words:
        after = words[words.index("since") + 1 :][:1]
        return bool(after) and _is_day_or_month(after[0])
    units = ("week", "month", *_NUMBERS, "days", "weeks")
    return "yesterday" in words or any(which in ("this", *_LAST) and after in units for which, after in pairwise(words))


def _is_day_or_month(word: str) -> bool:
    return word in ("yesterday", "last", "today") or _index(word, _MONTHS) is not None or _index(word, _WEEKDAYS) is not None


def _read_at(words: Sequence[str], today: date) -> tuple[Period, int] | None:
    """Return the period that begins with the first of up to five words, and how many words name it."""
    first, *rest = words
    if first == "today":
        return Period(today, None, "today"), 1
    if first == "yesterday":
        return Period(today - timedelta(days=1), today, "yesterday"), 1
    if first == "since" and rest:
        return _read_since(rest, today)
    if first == "on" and rest and (weekday := _index(rest[0], _WEEKDAYS)) is not None:
        day = _last_weekday(weekday, today)
        return Period(day, day + timedelta(days=1), f"on {_day(day)}"), 2
    if rest[1:2] == ["ago"] and (count := _count(first)):
        return _read_ago(count, rest[0], today)
    if first in (*_LAST, "this", "current") and rest:
        return _read_unit(first, rest, today)
    return None


def _read_ago(count: int, unit: str, today: date) -> tuple[Period, int] | None:
    """Read "3 days ago" as that day, and "two weeks ago" and "a month ago" as that week or month."""
    unit = unit.removesuffix("s")
    if unit not in _UNITS:
        return None
    day = today - timedelta(days=min(count * _UNITS[unit], _MAX_DAYS))
    phrase = f"{count} {unit}{'' if count == 1 else 's'} ago"
    if unit == "month":
        day = day.replace(day=1)
        return Period(day, (day + timedelta(days=31)).replace(day=1), phrase), 3
    day -= timedelta(days=day.weekday() if unit == "week" else 0)
    return Period(day, day + timedelta(days=_UNITS[unit]), phrase), 3


def _count(word: str) -> int:
    return 1 if word in ("a", "an", "one") else _NUMBERS.get(word) or (int(word[:6]) if word.isascii() and word.isdecimal() else 0)


def _read_month_at(words: Sequence[str], today: date) -> tuple[Period, int] | None:
    """Read "in april", "from 2025", "on july 1" and "october messages"."""
    first, *rest = words
    if first in ("on", *_IN) and rest and (dated := _read_date(rest, today)) is not None:
        return Period(dated[0], dated[0] + timedelta(days=1), f"on {_day(dated[0])}"), dated[1] + 1
    if first in _IN and rest:
        found = _read_month(rest, today) or _read_year(rest)
        return None if found is None else (found[0], found[1] + 1)
    month = _read_month(words, today)
    return month if month is not None and words[month[1] : month[1] + 1] and words[month[1]] in _NOUNS else None


def _read_since(rest: Sequence[str], today: date) -> tuple[Period, int] | None:
    weekday = _index(rest[0], _WEEKDAYS)
    if rest[0] in ("yesterday", "today"):
        day, count = today - timedelta(days=rest[0] == "yesterday"), 2
    elif weekday is not None:
        day, count = _last_weekday(weekday, today), 2
    elif (unit := _read_unit(rest[0], rest[1:], today)) is not None:
        day, count = unit[0].since, unit[1] + 1
    elif (dated := _read_date(rest, today)) is not None:
        day, count = dated[0], dated[1] + 1
    elif (month := _read_month(rest, today)) is not None:
        day, count = month[0].since, month[1] + 1
    else:
        return None
    return Period(day, None, f"since {_day(day)}"), count


def _read_unit(first: str, rest: Sequence[str], today: date) -> tuple[Period, int] | None:
    """Read "this week", "last month", "past 3 days"."""
    if not rest:
        return None
    of = 1 if rest[1:2] == ["of"] else 0
    unit = rest[1 + of] if len(rest) > 1 + of else ""
    count = _count(rest[0]) if rest[0] not in ("a", "an", "one") else 0
    if first in _LAST and count and (length := _UNITS.get(unit.removesuffix("s"))):
        return Period(today - timedelta(days=min(count * length, _MAX_DAYS)), None, f"in the last {rest[0][:6]} {unit}"), 3 + of
    is_last = first in _LAST
    if not (is_last or first in ("this", "current")):
        return None
    phrase = f"{'last' if is_last else 'this'} {rest[0]}"
    if rest[0] == "week":
        monday = today - timedelta(days=today.weekday())
        return (Period(monday - timedelta(days=7), monday, phrase) if is_last else Period(monday, None, phrase)), 2
    if rest[0] == "month":
        begin = today.replace(day=1)
        return (Period((begin - timedelta(days=1)).replace(day=1), begin, phrase) if is_last else Period(begin, None, phrase)), 2
    if is_last and rest[0] in _WEEKDAYS:
        day = _last_weekday(_WEEKDAYS.index(rest[0]), today - timedelta(days=1))
        return Period(day, day + timedelta(days=1), f"on {_day(day)}"), 2
    if rest[0] == "quarter":
        begin = today.replace(month=today.month - (today.month - 1) % 3, day=1)
        before = (begin - timedelta(days=1)).replace(day=1)
        before = before.replace(month=before.month - 2)
        return (Period(before, begin, phrase) if is_last else Period(begin, None, phrase)), 2
    if rest[0] == "year":
        begin = today.replace(month=1, day=1)
        return (Period(begin.replace(year=begin.year - 1), begin, phrase) if is_last else Period(begin, None, phrase)), 2
    return None


def _read_month(words: Sequence[str], today: date) -> tuple[Period, int] | None:
    """Read "april" or "april 2026": the last such month that has begun."""
    month = _index(words[0], _MONTHS)
    if month is None:
        return None
    year, count = _year(words[1:])
    if year is None:
        year = today.year if month + 1 <= today.month else today.year - 1
    begin = date(year, month + 1, 1)
    until = (begin + timedelta(days=31)).replace(day=1)
    return Period(begin, until, f"in {_MONTHS[month].capitalize()} {year}"), 1 + count


def _read_year(words: Sequence[str]) -> tuple[Period, int] | None:
    year, count = _year(words)
    return None if year is None else (Period(date(year, 1, 1), date(year + 1, 1, 1), f"in {year}"), count)


def _read_date(words: Sequence[str], today: date) -> tuple[date, int] | None:
    """Read "april 3", "3 april" or "april 3 2026"; without a year, the last such day."""
    for month_at, day_at in ((0, 1), (1, 0)):
        if len(words) < 2 or (month := _index(words[month_at], _MONTHS)) is None:
            continue
        number = words[day_at].removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
        if not number.isdecimal() or not number.isascii() or len(number) > 2:
            continue
        year, count = _year(words[2:])
        try:
            day = date(year or today.year, month + 1, int(number))
            return (day if year or day <= today else day.replace(year=today.year - 1)), 2 + count
        except ValueError:  # 31 June
            continue
    return None


def _year(words: Sequence[str]) -> tuple[int | None, int]:
    word = words[0] if words else ""
    return (int(word), 1) if len(word) == 4 and word.isascii() and word.isdecimal() and "1990" <= word <= "2100" else (None, 0)


def _index(word: str, names: Sequence[str]) -> int | None:
    """Return the place of a name, also of its first three letters or four."""
    return next((place for place, name in enumerate(names) if word == name or (len(word) in (3, 4) and name.startswith(word))), None)


def _last_weekday(weekday: int, today: date) -> date:
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def _midnight(day: date, zone: str) -> datetime:
    from jobs.cadence import zone_info

    return datetime(day.year, day.month, day.day, tzinfo=zone_info(zone))


def _day(day: date) -> str:
    return dates.as_of(day.isoformat())
