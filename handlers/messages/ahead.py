"""Questions about what is to come: their shape, and their time words, such as "next month", "by 31 march", "until friday", "2027-01"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS = 90
"""How far ahead is looked if no words say so."""

MAX_DAYS = 366
_LONGEST_MONTH, _LAST_MONTH = 31, 12


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WHAT = _set("anything something what whats which")
_TAKES = _set("becomes come comes coming enter entering enters go goes going take takes taking")
_TOOK = _set("became came entered took went")
_FALLS = _set("come comes coming fall falling falls")
_NOT_DATES = _set("did do does happened happens if should when why")
_DATES = _set("changes dates deadlines duties effective expirations quotas requirements rules")
_FUTURE = _set("by for from in next on soon that this today tomorrow up until within")
_LEADING = ("in", "during", "on", "within", "over", "the", "for")
_UNTIL = ("before", "by", "through", "until")
"""Words right before the days that belong to them."""

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
_NUMBERS = {"couple": 2, "two": 2, "few": 3, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True)
class Ahead:
    """From `since` to before `until`."""

    since: date
    until: date
    phrase: str
    """As in "3 dates in the next 90 days"."""


def asks_dates(words: Sequence[str], start: int) -> bool:
    """Return whether a question asks for dates: "what takes effect next month", "upcoming deadlines", "what is coming for quota".

    `start` is the place of its first word that is not only polite.
    """
    if not _NOT_DATES.isdisjoint(words[:3]):
        return False
    if asks_past_dates(words):
        return True
    for place, word in enumerate(words):
        near = words[place + 1 : place + 3]
        if (word in _TAKES and not {"effect", "effective", "force"}.isdisjoint(near)) or (word in _FALLS and "due" in near):
            return not _WHAT.isdisjoint(words[:3])
    start += 1 if words[start : start + 1] in (["key"], ["important"]) else 0
    opening, after = [*words[start : start + 1], ""][0], [*words[start + 1 : start + 4], ""]
    if opening == "deadlines" or (opening in ("due", "effective", "dates") and not {"dates", "ahead"}.isdisjoint(after[:2])):
        return True
    if opening in ("upcoming", "coming", "next") and not _DATES.isdisjoint(after):
        return True
    asks = words[0] in ("what", "whats") and opening in ("coming", "due", "ahead", "upcoming")
    return asks and after[0] in _FUTURE | {""}


def asks_past_dates(words: Sequence[str]) -> bool:
    """Return whether a question asks for dates that are over: "what took effect in april", "what was due last week"."""
    if _WHAT.isdisjoint(words[:3]):
        return False
    after = [words[place + 1 : place + 3] for place, word in enumerate(words) if word in _TOOK]
    took = any(not {"effect", "effective", "force"}.isdisjoint(near) for near in after)
    return took or any(each in (("was", "due"), ("were", "due")) for each in pairwise(words))


_PAST_ALONE = _set("earlier expired old over past previous")


def names_past_dates(words: Sequence[str]) -> bool:
    """Return whether the words behind /trade dates ask for dates that are over: "past"; a period that is over is known by itself."""
    return bool(words) and _PAST_ALONE.issuperset(words)


def to_come(words: Sequence[str], today: date) -> Ahead | None:
    """Return the days after today that words for the past cannot mean: "tomorrow", "next week", "soon"."""
    if list(words) in (["soon"], ["upcoming"]):
        return default(today)
    for place, word in enumerate(words):
        if word in ("tomorrow", "next", "coming", "following") or list(words[place : place + 3]) == ["day", "after", "tomorrow"]:
            found = _read_at(words[place : place + 4], today)
            if found is not None and found[0].until > today + timedelta(days=1):
                return found[0]
    return None


def default(today: date) -> Ahead:
    return Ahead(today, today + timedelta(days=DAYS + 1), f"in the next {DAYS} days")


def read(words: Sequence[str], today: date) -> tuple[Ahead, list[str]]:
    """Return the days that the words name, and the other words, which are in lower case, without punctuation."""
    for place in range(len(words)):
        found = _read_at(words[place : place + 4], today)
        if found is not None:
            ahead, count = found
            before = list(words[:place])
            while before and before[-1] in _LEADING:
                del before[-1]
            return ahead, [*before, *words[place + count :]]
    return default(today), list(words)


def _read_at(words: Sequence[str], today: date) -> tuple[Ahead, int] | None:
    """Return the days that begin with the first of up to four words, and how many words name them."""
    first, *rest = words
    if list(words[:3]) == ["day", "after", "tomorrow"]:
        return _one_day(today + timedelta(days=2), today), 3
    if first == "tonight":
        return Ahead(today, today + timedelta(days=1), "today"), 1
    if first in ("today", "tomorrow"):
        since = today + timedelta(days=first == "tomorrow")
        return Ahead(since, since + timedelta(days=1), first), 1
    if first in ("next", "coming", "this", "following") and rest:
        return _read_unit(first, rest, today)
    if first in (*_UNTIL, "in", "during") and rest:
        named = _read_days(rest, today)
        if named is None or first not in _UNTIL:
            return named and (named[0], named[1] + 1)
        ahead, count = named
        phrase = f"{first} {ahead.phrase.removeprefix('on ').removeprefix('in ')}"
        return Ahead(today, max(ahead.since if first == "before" else ahead.until, today), phrase), count + 1
    return None if first in ("may", "march") and not (rest and _number(rest[0])) and rest else _read_days(words, today)


def _read_days(words: Sequence[str], today: date) -> tuple[Ahead, int] | None:
    """Return the day, the month or the year that the words name, and how many words name it."""
    first, second, third = [*words[:3], "", ""][:3]
    if first in _WEEKDAYS:
        day = today + timedelta(days=(_WEEKDAYS.index(first) - today.weekday()) % 7)
        return _one_day(day, today), 1
    if (year := _year(first)) and len(second) == 2 and _number(second):  # 2027-01-31
        return _calendar(year, _number(second), _number(third) if len(third) == 2 else 0, today, 2 + (len(third) == 2))
    if len(first) <= 2 and len(second) <= 2 and _number(first) and _number(second) and _year(third):  # 1/31/2027
        return _calendar(_year(third), _number(first), _number(second), today, 3)
    if len(first) <= 2 and len(second) <= 2 and 0 < _number(first) <= _LONGEST_MONTH and 0 < _number(second) <= _LONGEST_MONTH:
        short = 2_000 + _number(third) if len(third) == 2 and _number(third) else 0  # 1/31/27, 1/31, and 31/1, which can be nothing else
        numbers = (_number(first), _number(second))
        month_number, day_number = reversed(numbers) if numbers[0] > _LAST_MONTH else numbers
        return _calendar(short, month_number, day_number, today, 2 + bool(short))
    for month, number in ((first, second), (second, first)):
        day_of_month = _number(number.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th"))
        if month and _month(month) and 0 < day_of_month <= _LONGEST_MONTH:
            return _calendar(_year(third), _month(month), day_of_month, today, 2 + bool(_year(third)))
    if first in _MONTHS or (_month(first) and _year(second)):
        return _read_month(_month(first), words[1:], today)
    return (
        (Ahead(max(date(year, 1, 1), today) if year == today.year else date(year, 1, 1), date(year + 1, 1, 1), f"in {year}"), 1)
        if year
        else None
    )


def _calendar(year: int, month: int, day: int, today: date, count: int) -> tuple[Ahead, int] | None:
    """Return the month, or its day; without a year, the next such day."""
    try:
        if not day:
            return _read_month(month, [str(year)], today)[0], count
        found = date(year or today.year, month, day)
        return _one_day(found if year or found >= today else found.replace(year=today.year + 1), today), count
    except ValueError:  # 31 June
        return None


def _one_day(day: date, today: date) -> Ahead:
    year = "" if day.year == today.year else f" {day.year}"
    return Ahead(day, day + timedelta(days=1), f"on {day.day} {_MONTHS[day.month - 1].capitalize()}{year}")


def _month(word: str) -> int:
    """Return the number of a month, also by its first three letters or four, or 0."""
    names = (place for place, name in enumerate(_MONTHS, 1) if word == name or (len(word) in (3, 4) and name.startswith(word)))
    return next(names, 0)


def _year(word: str) -> int:
    return _number(word) if len(word) == 4 and word.startswith("20") else 0


def _number(word: str) -> int:
    """Return the number that a word of up to four digits is, or 0."""
    return int(word) if len(word) <= 4 and word.isascii() and word.isdecimal() else 0


def _read_unit(which: str, rest: Sequence[str], today: date) -> tuple[Ahead, int] | None:
    unit = rest[0].removesuffix("s")
    count = _NUMBERS.get(rest[0], min(_number(rest[0]), MAX_DAYS))
    if count and len(rest) > 1 and (each := rest[1].removesuffix("s")) in _UNITS:
        days = min(count * _UNITS[each], MAX_DAYS)
        return Ahead(today, today + timedelta(days=days + 1), f"in the next {days} days"), 3
    if rest[0] in _WEEKDAYS and which != "this":  # "this monday" is read behind its first word
        day = today + timedelta(days=(_WEEKDAYS.index(rest[0]) - today.weekday() - 1) % 7 + 1)
        return _one_day(day, today), 2
    if unit in ("quarter", "weekend"):
        return _read_longer(unit, this=which == "this", today=today), 2
    if unit not in _UNITS or unit == "day":
        return None
    this = which == "this"
    phrase = f"{'this' if this else 'next'} {unit}"
    if unit == "week":
        monday = today - timedelta(days=today.weekday())
        return Ahead(today if this else monday + timedelta(days=7), monday + timedelta(days=7 if this else 14), phrase), 2
    if unit == "year":
        year = today.year + (not this)
        return Ahead(today if this else date(year, 1, 1), date(year + 1, 1, 1), phrase), 2
    first, after = _months_on(today, 0), _months_on(today, 1)
    return (Ahead(today, after, phrase) if this else Ahead(after, _months_on(first, 2), phrase)), 2


def _read_longer(unit: str, *, this: bool, today: date) -> Ahead:
    phrase = f"{'this' if this else 'next'} {unit}"
    if unit == "weekend":
        saturday = today + timedelta(days=5 - today.weekday() + (0 if this else 7))
        return Ahead(max(saturday, today), saturday + timedelta(days=2), phrase)
    end = _months_on(today, 3 - (today.month - 1) % 3)
    return Ahead(today, end, phrase) if this else Ahead(end, _months_on(end, 3), phrase)


def _read_month(month: int, rest: Sequence[str], today: date) -> tuple[Ahead, int]:
    """Return the next such month, or that of the year behind it."""
    named = _year(rest[0]) if rest else 0
    since = date(named or today.year + (month < today.month), month, 1)
    phrase = f"in {_MONTHS[month - 1].capitalize()}{f' {since.year}' if named or since.year != today.year else ''}"
    return Ahead(max(since, today) if since.month == today.month and since.year == today.year else since, _months_on(since, 1), phrase), (
        2 if named else 1
    )


def _months_on(day: date, months: int) -> date:
    """Return the first of the month so many months later."""
    return date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
