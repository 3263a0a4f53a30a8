"""Parse a cadence: "now", "daily 9am", "weekdays at 09:00", "weekly mon 9:30 pm", "every friday"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from content.search.spelling import nearest
from jobs.cadence import WEEKDAYS
from jobs.models.subscriptions import Cadence
from jobs.states import CadenceKind

DEFAULT_TIME = time(9)

_MONDAY = 0

_CHOICES = "now, daily 09:00, weekdays 09:00 or weekly mon 09:00"

_NOW_WORDS = ("now", "immediately", "instantly")
_NOW_PHRASES = (("at", "once"), ("right", "away"), ("real", "time"), ("real-time",), ("realtime",))
_ONCE = {"day": "daily", "week": "weekly", "month": "monthly"}
_OFTEN = ("twice", "thrice")
_KINDS = {"daily": CadenceKind.DAILY, "weekdays": CadenceKind.WEEKDAYS, "weekday": CadenceKind.WEEKDAYS}
_WORKING = ("working", "work", "business")
_EVERY = {
    **dict.fromkeys(("morning", "workday"), CadenceKind.WEEKDAYS),
    "day": CadenceKind.DAILY,
    "weekday": CadenceKind.WEEKDAYS,
    "week": CadenceKind.WEEKLY,
}
_UNSUPPORTED = {
    **dict.fromkeys(("hourly", "hour", "minute"), ("now", "daily 09:00")),
    **dict.fromkeys(("monthly", "month", "biweekly", "fortnightly", "quarterly", "yearly"), ("weekly mon 09:00",)),
    **dict.fromkeys(("other", "second"), ("daily 09:00", "weekly mon 09:00")),
}
"""Schedules that the bot does not have, with the nearest that it has."""

_PERIODS = ("daily", "weekly", "weekday", "weekdays", "hourly", "monthly", "biweekly")
_NOT_MISSPELLED = ("dairy", "daisy", "weakly")
"""Words of their own that are one letter away from a period."""

_DAYS = tuple(day.casefold() for day in WEEKDAYS)
_SHORT_DAYS = ("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun")

_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*([ap]m)?|([0-9]{2})([0-9]{2})\s*([ap]m)?")


@dataclass(frozen=True, slots=True)
class ParsedCadence:
    cadence: Cadence
    words: int
    has_day: bool = True
    has_time: bool = True
    """False if it is the default: other words may name it."""


@dataclass(frozen=True, slots=True)
class InvalidCadence:
    """`word` is the index of the first wrong word."""

    word: int
    message: str
    hint: str
    instead: tuple[str, ...] = ()
    """The schedules that may replace `count` words."""
    count: int = 1
    at: time | None = None
    """The time of day, if only the days are missing."""


def read(words: Sequence[str]) -> ParsedCadence | InvalidCadence | None:
    """Parse a cadence at the start of lower-case words."""
    first, second = [*words[:2], "", ""][:2]
    if first in _NOW_WORDS:
        return ParsedCadence(Cadence(CadenceKind.NOW), 1)
    for phrase in _NOW_PHRASES:
        if tuple(words[: len(phrase)]) == phrase:
            return ParsedCadence(Cadence(CadenceKind.NOW), len(phrase))
    if first in ("once", *_OFTEN) and second in ("a", "per", "each", "every") and len(words) > 2:
        return _read_count(words)
    if first in _UNSUPPORTED and first not in ("other", "second"):
        return _unsupported(first, _UNSUPPORTED[first], 1)
    if first in ("every", "each"):
        return _read_every(words)
    if first in _KINDS:
        return _read_time(_KINDS[first], None, words, 1)
    if first == "weekly":
        return _read_weekly(words, 1)
    if first == "mornings":
        return _read_time(CadenceKind.WEEKDAYS, None, words, 1)
    if (day := weekday(first)) is not None:
        return _read_time(CadenceKind.WEEKLY, day, words, 1)
    return _read_time_alone(words)


def _read_count(words: Sequence[str]) -> ParsedCadence | InvalidCadence | None:
    """Read "once a week at 9am"; "twice a day" is no schedule."""
    first, second, third = words[:3]
    if first in _OFTEN:
        return _unsupported(f"{first} {second} {third}", ("daily 09:00", "weekly mon 09:00"), 3) if third in _ONCE else None
    found = read((_ONCE[third], *words[3:])) if third in _ONCE else None
    if isinstance(found, ParsedCadence):
        return replace(found, words=found.words + 2)
    return _unsupported(f"{first} {second} {third}", found.instead, 3) if found and found.word == 0 else None


def _read_time_alone(words: Sequence[str]) -> InvalidCadence | None:
    """Read "10am", "noon" or "at 10", which do not say which days."""
    has_at = words[:1] == ["at"] or words[:1] == ("at",)
    first = words[has_at] if len(words) > has_at else ""
    if not (has_at or first in ("noon", "midnight") or ((":" in first or first.endswith(("am", "pm"))) and _TIME.fullmatch(first))):
        return None
    found = _read_time(CadenceKind.DAILY, None, words, 0)
    if isinstance(found, InvalidCadence):
        return found
    typed, at = " ".join(words[has_at : found.words]), found.cadence.at
    assert at is not None  # noqa: S101 - a daily cadence has a time
    instead = tuple(f"{days} {typed if _TIME.fullmatch(typed) else f'{at:%H:%M}'}" for days in ("daily", "weekdays", "weekly mon"))
    hint = f"Type {', '.join(instead[:2])} or {instead[2]}."
    return InvalidCadence(0, f"“{typed}” does not say which days", hint, instead, found.words, at)


def correct(word: str) -> str:
    """Return the period that a word misspells by one letter ("wekly"), else the word."""
    like = [each for each in _PERIODS if each[0] == word[0] and abs(len(each) - len(word)) < 2 and len(set(each) ^ set(word)) <= 2]
    if not like or len(word) < 5 or word in _PERIODS or word in _NOT_MISSPELLED:  # spares most words the import of rapidfuzz
        return word
    return next(iter(nearest(word, like, max_edits=1)), word)


def merged(first: ParsedCadence, second: ParsedCadence) -> ParsedCadence | None:
    """Return one cadence of two of which each says what the other leaves open ("weekly at 3pm", "fridays"), or None."""
    if first.cadence == second.cadence:
        return first
    day, at = (second if second.has_day and not first.has_day else first), (second if second.has_time and not first.has_time else first)
    both = (first.has_day and second.has_day and first.cadence.weekday != second.cadence.weekday) or (
        first.has_time and second.has_time and first.cadence.at != second.cadence.at
    )
    if both or first.cadence.kind != second.cadence.kind:
        return None
    return replace(first, cadence=replace(day.cadence, at=at.cadence.at), has_day=day.has_day, has_time=at.has_time)


def _read_every(words: Sequence[str]) -> ParsedCadence | InvalidCadence:
    period = words[1] if len(words) > 1 else ""
    if period in _WORKING and words[2:3] in (["day"], ("day",)):
        return _read_time(CadenceKind.WEEKDAYS, None, words, 3)
    if (day := weekday(period)) is not None:
        return _read_time(CadenceKind.WEEKLY, day, words, 2)
    kind = _EVERY.get(period)
    if period in _UNSUPPORTED:
        count = 2 + (period in ("other", "second") and len(words) > 2)
        return _unsupported(" ".join(words[:count]), _UNSUPPORTED[period], count)
    if kind is None:
        message = f"the bot does not recognize the schedule “{f'{words[0]} {period}'.rstrip()}”"
        return InvalidCadence(min(1, len(words) - 1), message, f"Choose a schedule: {_CHOICES}.")
    return _read_weekly(words, 2) if kind is CadenceKind.WEEKLY else _read_time(kind, None, words, 2)


def _read_weekly(words: Sequence[str], taken: int) -> ParsedCadence | InvalidCadence:
    """Read the day after `taken` words, or use Monday."""
    if taken + 1 < len(words) and words[taken] == "on" and weekday(words[taken + 1]) is not None:
        taken += 1
    day = weekday(words[taken]) if taken < len(words) else None
    if day is None:
        found = _read_time(CadenceKind.WEEKLY, _MONDAY, words, taken)
        return replace(found, has_day=False) if isinstance(found, ParsedCadence) else found
    return _read_time(CadenceKind.WEEKLY, day, words, taken + 1)


def _unsupported(typed: str, instead: tuple[str, ...], count: int) -> InvalidCadence:
    return InvalidCadence(0, f"the bot cannot post “{typed}”", f"Choose a schedule: {_CHOICES}.", instead, count)


def _not_a_time(index: int, word: str) -> InvalidCadence:
    return InvalidCadence(index, f"“{word}” is not a time of day", "Type a time from 00:00 to 23:59, such as 09:00 or 9am.")


def _read_time(kind: CadenceKind, day: int | None, words: Sequence[str], taken: int) -> ParsedCadence | InvalidCadence:
    """Read the time after `taken` words, or use 09:00."""
    has_at = taken < len(words) and words[taken] == "at"
    index = taken + has_at
    word = words[index] if index < len(words) else ""
    if word == "noon":
        return ParsedCadence(Cadence(kind, time(12), day), index + 1)
    if word == "midnight":
        return ParsedCadence(Cadence(kind, time(0), day), index + 1)
    used = 1
    if index + 1 < len(words) and (half := words[index + 1].replace(".", "")) in ("am", "pm"):
        word, used = word + half, 2
    word = re.sub(r"([ap])\.m\.?$", r"\1m", word)
    match = _TIME.fullmatch(word)
    if match is not None:
        at = _time(match)
        if at is None:
            return _not_a_time(index, word)
        return ParsedCadence(Cadence(kind, at, day), index + used)
    if has_at or re.match(r"[0-9]+:", word):
        message = f"“{word}” is not a time of day" if word else "a time is missing after “at”"
        return InvalidCadence(min(index, len(words) - 1), message, "Type a time such as 09:00 or 9am.")
    return ParsedCadence(Cadence(kind, DEFAULT_TIME, day), taken, has_time=False)


def _time(match: re.Match[str]) -> time | None:
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    half = match[3] or match[6]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def weekday(word: str) -> int | None:
    if word in _SHORT_DAYS:
        return next(index for index, day in enumerate(_DAYS) if day[:3] == word[:3])
    singular = word.removesuffix("s")
    return _DAYS.index(singular) if singular in _DAYS else None


def read_time(words: Sequence[str]) -> time | None:
    """Return the time of day that all of the words mean, such as "at 9 am", or None."""
    read = _read_time(CadenceKind.DAILY, None, words, 0) if words else None
    return read.cadence.at if isinstance(read, ParsedCadence) and read.words == len(words) else None
