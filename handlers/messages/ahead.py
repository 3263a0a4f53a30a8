"""Questions about what is to come: their shape, and their time words, such as "next month", "in march", "the next 30 days"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS = 90
"""How far ahead is looked if no words say so."""

MAX_DAYS = 366


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WHAT = _set("anything something what whats which")
_TAKES = _set("becomes come comes coming enter entering enters go goes going take takes taking")
_NOT_DATES = _set("did do does happened happens if should when why")
_DATES = _set("changes dates deadlines duties effective expirations quotas requirements rules")
_FUTURE = _set("by for from in next on soon that this today tomorrow up until within")
_LEADING = ("in", "during", "within", "over", "the", "for")
"""Words right before the days that belong to them."""

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
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
    for place, word in enumerate(words):
        if word in _TAKES and not {"effect", "effective", "force"}.isdisjoint(words[place + 1 : place + 3]):
            return not _WHAT.isdisjoint(words[:3])
    start += 1 if words[start : start + 1] in (["key"], ["important"]) else 0
    opening, after = [*words[start : start + 1], ""][0], [*words[start + 1 : start + 4], ""]
    if opening == "deadlines" or (opening in ("due", "effective", "dates") and not {"dates", "ahead"}.isdisjoint(after[:2])):
        return True
    if opening in ("upcoming", "coming", "next") and not _DATES.isdisjoint(after):
        return True
    asks = words[0] in ("what", "whats") and opening in ("coming", "due", "ahead", "upcoming")
    return asks and after[0] in _FUTURE | {""}


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
    if first in ("today", "tomorrow"):
        since = today + timedelta(days=first == "tomorrow")
        return Ahead(since, since + timedelta(days=1), first), 1
    if first in ("next", "coming", "this", "following") and rest:
        return _read_unit(first, rest, today)
    if first in _MONTHS and (first not in ("may", "march") or not rest or rest[0].isdecimal()):
        return _read_month(_MONTHS.index(first) + 1, rest, today)
    if first in ("in", "during", "by", "before") and rest and rest[0] in _MONTHS:
        ahead, count = _read_month(_MONTHS.index(rest[0]) + 1, rest[1:], today)
        if first in ("by", "before"):
            ahead = Ahead(today, max(ahead.since if first == "before" else ahead.until, today), f"{first} {rest[0].capitalize()}")
        return ahead, count + 1
    return None


def _read_unit(which: str, rest: Sequence[str], today: date) -> tuple[Ahead, int] | None:
    unit = rest[0].removesuffix("s")
    count = _NUMBERS.get(rest[0], int(rest[0]) if rest[0].isascii() and rest[0].isdecimal() and len(rest[0]) < 4 else 0)
    if count and len(rest) > 1 and (each := rest[1].removesuffix("s")) in _UNITS:
        days = min(count * _UNITS[each], MAX_DAYS)
        return Ahead(today, today + timedelta(days=days + 1), f"in the next {days} days"), 3
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


def _read_month(month: int, rest: Sequence[str], today: date) -> tuple[Ahead, int]:
    """Return the next such month, or that of the year behind it."""
    named = int(rest[0]) if rest and len(rest[0]) == 4 and rest[0].isascii() and rest[0].isdecimal() and rest[0].startswith("20") else 0
    since = date(named or today.year + (month < today.month), month, 1)
    phrase = f"in {_MONTHS[month - 1].capitalize()}{f' {named}' if named else ''}"
    return Ahead(max(since, today) if since.month == today.month and since.year == today.year else since, _months_on(since, 1), phrase), (
        2 if named else 1
    )


def _months_on(day: date, months: int) -> date:
    """Return the first of the month so many months later."""
    return date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
