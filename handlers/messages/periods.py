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


def read(words: Sequence[str], now: datetime, zone: str, *, months: bool = True) -> tuple[Period | None, list[str]]:
    """Return the first period that the words name, and the other words, which are in lower case, without punctuation.

    `months`: "in april" is one too.
    """
    from jobs.cadence import zone_info  # `ask` only recognizes time words, and starts without it

    today = now.astimezone(zone_info(zone)).date()
    for place in range(len(words)):
        found = _read_at(words[place : place + 4], today)
        if found is not None and (months or words[place] not in _IN):
            period, count = found
            period = replace(period, typed=" ".join(words[place : place + count]))
            return period, [*words[:place], *words[place + count :]]
    return None, list(words)


def is_recent(words: Sequence[str]) -> bool:
    """Return whether the words name days or weeks until now, as who asks for news does."""
    if "since" in words:
        after = words[words.index("since") + 1 :][:1]
        return bool(after) and _is_day_or_month(after[0])
    pairs = set(pairwise(words))
    return "yesterday" in words or bool(pairs & {(which, unit) for which in ("this", *_LAST) for unit in ("week", "month")})


def _is_day_or_month(word: str) -> bool:
    return word in ("yesterday", "last", "today") or _index(word, _MONTHS) is not None or _index(word, _WEEKDAYS) is not None


def _read_at(words: Sequence[str], today: date) -> tuple[Period, int] | None:
    """Return the period that begins with the first of up to four words, and how many words name it."""
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
    if first in (*_LAST, "this", "current") and rest:
        return _read_unit(first, rest, today)
    if first in _IN and rest:
        found = _read_month(rest, today)
        return None if found is None else (found[0], found[1] + 1)
    return None


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
    if first in _LAST and rest[0].isdecimal() and len(rest) > 1 and (length := _UNITS.get(rest[1].removesuffix("s"))):
        days = min(int(rest[0][:6]) * length, _MAX_DAYS)
        return Period(today - timedelta(days=days), None, f"in the last {rest[0][:6]} {rest[1]}"), 3
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
