"""Moved dates: how a sentence moves a day, and to which dates of an earlier message a sentence applies. All of it is pure."""

import re
from datetime import date
from itertools import pairwise

from jobs.effective_dates import days_in

_MOVING_WORDS = r"\b(?:extend|postpon|delay|defer|resched|mov|push|chang|revis|correct)\w{0,12}\b"
_MOVED_TO = re.compile(rf"{_MOVING_WORDS}[^;]{{0,60}}?\b(?:to|until|till|through)\s+$", re.IGNORECASE)
_MOVED_FROM = re.compile(rf"{_MOVING_WORDS}[^;]{{0,60}}?\bfrom\s+$", re.IGNORECASE)
_TO = re.compile(r"[\s,]*+(?:to|until|till)\s+$", re.IGNORECASE)
_INSTEAD_OF = re.compile(r"\b(?:instead of|rather than|and not|not|previously|originally|formerly)\s+(?:on\s+)?$", re.IGNORECASE)
_MAX_BETWEEN = 160
"""Characters before a date that are read for words that move it."""
_NEW_DAY = re.compile(
    r"\b(?:extend|postpon|delay|defer|resched)\w{0,12}\b|\b(?:is|are)\s+now\b|\bnew\s+(?:effective\s+)?(?:date|deadline)\b|\binstead\b",
    re.IGNORECASE,
)
"""The date of an update is that of the message which it updates, on another day."""

_THING = re.compile(
    r"((?:[\w/'\u2019.-]{1,30}\s+){1,8})(?:announced|scheduled|described|mentioned|planned|proposed|required|detailed|outlined|established|set)"
    r"\s+(?:in|by|with|via|under|through)\b",
    re.IGNORECASE,
)
"""The thing that a message announces, in a sentence that names the message."""
_MESSAGE = re.compile(
    r"\b(?:guidance|information|instructions?|messages?|notices?|notifications?|bulletins?|announcements?|polic(?:y|ies))\b", re.IGNORECASE
)
_THIS = re.compile(r"\bthis\s+(?:CSMS\s+)?(?:message|notice|bulletin)\b", re.IGNORECASE)
_MEETING = re.compile(
    r"\b(?:webinars?|calls?|meetings?|conference|sessions?|symposium|workshops?|summit|trainings?|exam\w*)\b", re.IGNORECASE
)
"""Its day is no key date, so none ends with it."""
_COMMON = frozenset(
    (
        "about",
        "after",
        "also",
        "been",
        "before",
        "begin",
        "being",
        "cance",
        "date",
        "dates",
        "effec",
        "from",
        "have",
        "into",
        "janua",
        "febru",
        "march",
        "april",
        "june",
        "july",
        "augus",
        "septe",
        "octob",
        "novem",
        "decem",
        "messa",
        "must",
        "other",
        "shall",
        "start",
        "takes",
        "that",
        "their",
        "there",
        "these",
        "this",
        "those",
        "trade",
        "under",
        "upda",
        "updat",
        "when",
        "which",
        "will",
        "with",
        "year",
    )
)
"""The beginnings of words that tell nothing of what a date is about."""


def moves(sentence: str, published: date) -> dict[date, date]:
    """Return the days that a sentence moves, each with its new day: "extended from May 1 to May 8", "May 8 instead of May 1"."""
    found = {}
    for (first, one), (second, other) in pairwise(days_in(sentence, published)):
        before = sentence[max(0, first.start() - _MAX_BETWEEN) : first.start()]
        between = sentence[first.end() : second.start()][-_MAX_BETWEEN:]
        if one is None or other is None or one == other:
            continue
        if _MOVED_TO.search(between) or (_MOVED_FROM.search(before) and _TO.fullmatch(between)):
            found[one] = other
        elif _INSTEAD_OF.search(between):
            found[other] = one
    return found


def gives_new_day(sentence: str, earlier: str) -> bool:
    """Return whether the date of a sentence is that of the earlier one on another day, not the date of something else."""
    return bool(_NEW_DAY.search(sentence) or _subject(sentence) & _subject(earlier))


def ends(because: str, dated: str) -> bool:
    """Return whether a sentence that cancels or replaces something does so with a whole message, or with what is `dated`."""
    thing = _thing(because)
    if not thing or _MESSAGE.search(thing):
        return True
    return not names_meeting(thing) and bool(_subject(thing) & _subject(dated))


def cancels_meeting(because: str) -> bool:
    """Return whether a sentence that cancels something does so with a webinar or another meeting that a message announced."""
    thing = _thing(because)
    return not _MESSAGE.search(thing) and names_meeting(thing)


def names_meeting(text: str) -> bool:
    return _MEETING.search(text) is not None


def _thing(because: str) -> str:
    """Return the words before "announced in", without the message that says so, or ""."""
    thing = _THING.search(because)
    return "" if thing is None else _THIS.sub("", thing[1])


def _subject(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}+", text.casefold())} - _COMMON
