"""Parse a cadence: "now", "daily 9am", "weekdays at 09:00", "weekly mon 9:30 pm", "every friday"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from jobs.cadence import WEEKDAYS
from jobs.models.subscriptions import Cadence
from jobs.states import CadenceKind

DEFAULT_TIME = time(9)

_MONDAY = 0

_CHOICES = "now, daily 09:00, weekdays 09:00 or weekly mon 09:00"

_NOW_WORDS = ("now", "immediately", "instantly")
_KINDS = {"daily": CadenceKind.DAILY, "weekdays": CadenceKind.WEEKDAYS, "weekday": CadenceKind.WEEKDAYS}
_EVERY = {"day": CadenceKind.DAILY, "weekday": CadenceKind.WEEKDAYS, "week": CadenceKind.WEEKLY}
_UNSUPPORTED = {
    **dict.fromkeys(("hourly", "hour", "minute"), ("now", "daily 09:00")),
    **dict.fromkeys(("monthly", "month", "biweekly", "fortnightly", "quarterly", "yearly"), ("weekly mon 09:00",)),
}
"""Schedules that the bot does not have, with the nearest that it has."""

_DAYS = tuple(day.casefold() for day in WEEKDAYS)
_SHORT_DAYS = ("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun")

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap]m)?|(\d{2})(\d{2})\s*([ap]m)?")


@dataclass(frozen=True, slots=True)
class ParsedCadence:
    cadence: Cadence
    words: int


@dataclass(frozen=True, slots=True)
class InvalidCadence:
    """`word` is the index of the first wrong word."""

    word: int
    message: str
    hint: str
    instead: tuple[str, ...] = ()
    """The schedules that may replace `count` words."""
    count: int = 1


def read(words: Sequence[str]) -> ParsedCadence | InvalidCadence | None:
    """Parse a cadence at the start of lower-case words."""
    first, second = [*words[:2], "", ""][:2]
    if first in _NOW_WORDS:
        return ParsedCadence(Cadence(CadenceKind.NOW), 1)
    if (first, second) == ("at", "once"):
        return ParsedCadence(Cadence(CadenceKind.NOW), 2)
    if first in _UNSUPPORTED:
        return _unsupported(first, _UNSUPPORTED[first], 1)
    if first in ("every", "each"):
        return _read_every(words)
    if first in _KINDS:
        return _read_time(_KINDS[first], None, words, 1)
    if first == "weekly":
        return _read_weekly(words, 1)
    if (day := weekday(first)) is not None:
        return _read_time(CadenceKind.WEEKLY, day, words, 1)
    if (":" in first or first.endswith(("am", "pm"))) and (match := _TIME.fullmatch(first)):
        if _time(match) is None:
            return _not_a_time(0, first)
        instead = tuple(f"{days} {first}" for days in ("daily", "weekdays", "weekly mon"))
        return InvalidCadence(0, f"“{first}” does not say which days", f"Type {', '.join(instead[:2])} or {instead[2]}.", instead)
    return None


def _read_every(words: Sequence[str]) -> ParsedCadence | InvalidCadence:
    period = words[1] if len(words) > 1 else ""
    if (day := weekday(period)) is not None:
        return _read_time(CadenceKind.WEEKLY, day, words, 2)
    kind = _EVERY.get(period)
    if period in _UNSUPPORTED:
        return _unsupported(f"{words[0]} {period}", _UNSUPPORTED[period], 2)
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
        return _read_time(CadenceKind.WEEKLY, _MONDAY, words, taken)
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
    if has_at or re.match(r"\d+:", word):
        message = f"“{word}” is not a time of day" if word else "a time is missing after “at”"
        return InvalidCadence(min(index, len(words) - 1), message, "Type a time such as 09:00 or 9am.")
    return ParsedCadence(Cadence(kind, DEFAULT_TIME, day), taken)


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
