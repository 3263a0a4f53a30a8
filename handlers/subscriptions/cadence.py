"""Reads a cadence out of words: "now", "daily 9am", "weekdays at 09:00", "weekly mon 9:30 pm", "every friday"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from jobs.models import Cadence

DEFAULT_TIME = time(9)

CHOICES = "now, daily 09:00, weekdays 09:00, weekly mon 09:00"

NOW = ("now", "immediately", "instantly")
DAILY = ("daily",)
WEEKDAYS = ("weekdays", "weekday")
WEEKLY = ("weekly",)
EVERY = {"day": "daily", "weekday": "weekdays", "week": "weekly"}
UNSUPPORTED = ("hourly", "monthly", "biweekly", "fortnightly", "yearly", "quarterly", "hour", "minute", "month")

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_DAYS = ("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun")

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap]m)?|(\d{2})(\d{2})\s*([ap]m)?")


@dataclass(frozen=True, slots=True)
class When:
    """A cadence and how many words it took."""

    cadence: Cadence
    words: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """`word`: which of the words can't be understood, counted from 0."""

    word: int
    message: str
    hint: str


def read(words: Sequence[str]) -> When | Unclear | None:
    """The cadence that the words open with; None when they open with something else. `words` are in lower case."""
    first, second = [*words[:2], "", ""][:2]
    if first in NOW:
        return When(Cadence("now"), 1)
    if (first, second) == ("at", "once"):
        return When(Cadence("now"), 2)
    if first in UNSUPPORTED:
        return Unclear(0, f"“{first}” is no cadence here", f"The cadences are: {CHOICES}.")
    if first in ("every", "each"):
        return _every(words)
    if first in DAILY:
        return _timed("daily", None, words, 1)
    if first in WEEKDAYS:
        return _timed("weekdays", None, words, 1)
    if first in WEEKLY:
        return _weekly(words, 1)
    if (day := _weekday(first)) is not None:
        return _timed("weekly", day, words, 1)
    if (":" in first or first.endswith(("am", "pm"))) and _TIME.fullmatch(first):
        return Unclear(0, f"“{first}” alone does not say on which days", f"Write daily {first}, weekdays {first} or weekly mon {first}.")
    return None


def _every(words: Sequence[str]) -> When | Unclear:
    what = words[1] if len(words) > 1 else ""
    if (day := _weekday(what)) is not None:
        return _timed("weekly", day, words, 2)
    kind = EVERY.get(what)
    if kind is None:
        return Unclear(
            min(1, len(words) - 1), f"“{words[0]} {what}” is no cadence here".replace(" ”", "”"), f"The cadences are: {CHOICES}."
        )
    return _weekly(words, 2) if kind == "weekly" else _timed(kind, None, words, 2)


def _weekly(words: Sequence[str], taken: int) -> When | Unclear:
    if taken < len(words) and words[taken] == "on":
        taken += 1
    day = _weekday(words[taken]) if taken < len(words) else None
    if day is None:
        return Unclear(0, "“weekly” needs a day", "Write for example weekly mon 09:00.")
    return _timed("weekly", day, words, taken + 1)


def _timed(kind: str, day: int | None, words: Sequence[str], taken: int) -> When | Unclear:
    """The time of day that follows, 09:00 when none does."""
    at_said = taken < len(words) and words[taken] == "at"
    place = taken + at_said
    word = words[place] if place < len(words) else ""
    if word == "noon":
        return When(Cadence(kind, time(12), day), place + 1)
    if word == "midnight":
        return When(Cadence(kind, time(0), day), place + 1)
    used = 1
    if place + 1 < len(words) and (half := words[place + 1].replace(".", "")) in ("am", "pm"):
        word, used = word + half, 2
    word = re.sub(r"([ap])\.m\.?$", r"\1m", word)
    match = _TIME.fullmatch(word)
    if match is not None:
        at = _time(match)
        if at is None:
            return Unclear(place, f"“{word}” is no time of day", "Write 09:00 or 9am; the hours run from 00:00 to 23:59.")
        return When(Cadence(kind, at, day), place + used)
    if at_said or re.match(r"\d+:", word):
        return Unclear(
            min(place, len(words) - 1), f"“{word}” is no time of day" if word else "a time is missing after “at”", "Write 09:00 or 9am."
        )
    return When(Cadence(kind, DEFAULT_TIME, day), taken)


def _time(match: re.Match[str]) -> time | None:
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    half = match[3] or match[6]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _weekday(word: str) -> int | None:
    if word in SHORT_DAYS:
        return next(index for index, day in enumerate(DAYS) if day[:3] == word[:3])
    single = word.removesuffix("s")
    return DAYS.index(single) if single in DAYS else None
