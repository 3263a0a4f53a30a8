"""Read the title of a message about an outage: whether something is out, will be, was, or works again, and what it is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from zoneinfo import ZoneInfo

from content.search.spelling import nearest
from jobs.effective_dates import days_in
from jobs.models.entries import Entry
from jobs.states import EntryKind

_STEM = 5  #: Letters.
MIN_THINGS = 2  #: Words that name a thing and that two titles share: fewer are chance.

_KINDS = (EntryKind.OUTAGE, EntryKind.RESOLVED)
_WASHINGTON = ZoneInfo("America/New_York")
_RESOLVED = "resolved"

_CLOCK = r"[0-9]{1,2}(?::[0-9][0-9])? ?[ap]\.?m\b"
_PLANNED = re.compile(
    r"\b(?:planned|scheduled|expected|upcoming|will be|tomorrow|up to [0-9]{1,3} hours?)\b"
    rf"|\b(?:from|between|starting(?: at)?) {_CLOCK}",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till|through|thru|by|before|after|effective|for)\s*+(?:the\s++)?+\Z", re.IGNORECASE)
"""Before a day that is not when something is out."""
_SINCE = re.compile(r"\b(?:since|from|starting|beginning|began|after|updated?|of)\s*+(?:on\s++)?+\Z", re.IGNORECASE)
"""Before a day on which something began."""
_SPAN = re.compile(r"\s*+(?:[-\u2013\u2014]|to|thru|through|and|until)\s*+", re.IGNORECASE)
_OVER = re.compile(
    r"\b(?:resolved|restored)\b|\A\W*+(?:fixed|ended)\b|\b(?:fixed|ended|(?:working|works) again|back to normal)\b(?=\W*+\Z)", re.IGNORECASE
)
_NOT_OVER = re.compile(
    r"(?:\b(?:expected|scheduled|should|will|to)\s++){0,2}+\b(?:not|never|be|being|until|once|partially|partly)\s++"
    r"(?:(?:yet|been|fully|be|is|are|it|they|completely)\s++){0,3}+(?:resolved|restored|fixed|cleared|completed|addressed)\b"
    r"|\b(?:resolved|restored|fixed)\s++(?:for|in)\s++(?:certain|many|most|some)\b",
    re.IGNORECASE,
)
_MENDED = re.compile(r"(?:\W|\bupdated?+\b)*+fix(?:es)?+\s++(?:(?:deployed|implemented|released)\s++)?+for\b", re.IGNORECASE)
_FOLLOWS = re.compile(r"\W*+follow[\s-]?+(?:ing[\s-]?+)?+up\b", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE)
_ALL_UP = re.compile(
    r"\b(?:ACE|systems?+)\s++(?:(?:system|systems|is|are|now|back)\s++){0,3}+(?:up|operational|restored|online)\b", re.IGNORECASE
)
_REQUEST = re.compile(r"(?:(?:[,;.\u2013-]|\band\b)\s*+please|\bdo\s++not|\bdon.t)\b[^.;:()]*+", re.IGNORECASE)
_NUMBERS = re.compile(r"\b(?:CSMS|TIN|CAMS)\s?#?\s?[0-9][0-9-]{4,9}", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")

_EMPTY = """
    a advised an and are as at be been being by cbp continue continues csms currently due earlier experiencing final for from further
    had has have identified in is known may now of on ongoing or please potential regarding reported resolution resolved resolve
    restored returned some sporadic that the this time to today update updated updating users user was were with addressed completed
    cleared fixed again intermittent back fix fixes normal normally online operable operational up working works
"""
"""Words that say nothing about what is out."""

_TROUBLE = """
    ace backlog degradation degraded delay delayed difficulties difficulty down failure failures issue issues outage outages problem
    problems slow slowdown slowness system systems technical unavailable
"""
"""Words that say only that something is out."""

_DAYS = """
    january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday 2020 2021 2022 2023 2024 2025 2026 2027 2028 2029 2030
"""
"""Words that two titles of one month share by chance."""

_MODES = "air ocean rail truck vessel"
"""Modes of transport, each with a manifest of its own."""

_BY_CHANCE, _TRANSPORT = frozenset(_DAYS.split()), frozenset(_MODES.split())


class Says(Enum):
    OUT = auto()  #: Something is out.
    FOLLOWS = auto()  #: More about something that was.
    MENDED = auto()  #: A fix is announced: whether it works already, another message says.
    OVER = auto()
    ALL_UP = auto()  #: Something is over, and the whole system works.
    NOTHING = auto()  #: Only about the future or the past.


def says(message: Entry) -> Says:
    """Return what a message says of an outage, also by "esolved - ACE Portal Login Issues"."""
    title = message.title
    if _is_over(message):
        return Says.ALL_UP if _ALL_UP.search(title) else Says.OVER
    if message.kind not in _KINDS:
        return Says.NOTHING
    if _MENDED.match(title):
        return Says.MENDED
    if _PLANNED.search(_NOT_OVER.sub(" ", title)) or _is_ahead_or_past(message):
        return Says.NOTHING
    return Says.FOLLOWS if _FOLLOWS.match(title) else Says.OUT


def _is_over(message: Entry) -> bool:
    title = message.title
    if nearest(next(iter(_WORD.findall(title.casefold())), ""), [_RESOLVED], max_edits=1):
        return True
    rest, denied = _NOT_OVER.subn(" ", title)
    return (message.kind == EntryKind.RESOLVED and not denied) or (message.kind in _KINDS and bool(_OVER.search(rest)))


def is_of_one_day(message: Entry) -> bool:
    """Return whether a title tells of something of "today", or of a day that it names, such as statements, which is over tomorrow."""
    if _TODAY.search(message.title):
        return True
    sent = message.published.astimezone(_WASHINGTON).date()
    return any(
        day is not None and day <= sent and not _SINCE.search(message.title, 0, found.start())
        for found, day in days_in(message.title, sent)
    )


def _is_ahead_or_past(message: Entry) -> bool:
    """Return whether a title tells of a later day, "on August 5, 2025, 8:00 p.m.", or of days before, "02/08/22 - 02/09/22"."""
    title, sent = message.title, message.published.astimezone(_WASHINGTON).date()
    found = [(match, day) for match, day in days_in(title, sent) if day is not None]
    if found and found[0][1] > sent and not _UNTIL.search(title, 0, found[0][0].start()):
        return True
    return any(
        first <= last < sent and _SPAN.fullmatch(title, before.end(), after.start()) is not None
        for (before, first), (after, last) in pairwise(found)
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a title: its words in the singular, and those of them that name a thing."""

    words: frozenset[str]
    things: frozenset[str]

    def is_same(self, other: "Subject") -> bool:
        return bool(self.words) and (self.words == other.words or (bool(self.things) and self.things == other.things))

    def covers(self, other: "Subject") -> bool:
        """Return whether this is about all that the other one is about, and more: "Air and Ocean Manifest" about "Ocean Manifest"."""
        more = self.things - other.things
        return len(other.things) >= MIN_THINGS and other.things < self.things and "maintenance" not in more

    def resembles(self, other: "Subject") -> bool:
        mine, theirs = _stems(self.things - _BY_CHANCE), _stems(other.things - _BY_CHANCE)
        shared = len(mine & theirs)
        return shared >= MIN_THINGS or 0 < shared == min(len(mine), len(theirs))

    def is_near(self, other: "Subject") -> bool:
        """Return whether they resemble each other and neither is about another mode of transport alone: no truck and ocean manifests."""
        modes, theirs = self.things & _TRANSPORT, other.things & _TRANSPORT
        return self.resembles(other) and (not modes or not theirs or not modes.isdisjoint(theirs))

    def shares_a_thing(self, other: "Subject") -> bool:
        """Return whether one thing of the other is named, or none is its own."""
        return not other.things or not (self.things - _BY_CHANCE).isdisjoint(other.things)


def _stems(words: Iterable[str]) -> frozenset[str]:
    """Return the beginnings of words: "MID Creation" resembles "MID Create"."""
    return frozenset(each[:_STEM] for each in words)


def subject_of(message: Entry) -> Subject:
    found = _WORD.findall(_REQUEST.sub(" ", _NUMBERS.sub(" ", message.title)).casefold().replace("'s", ""))
    found = found[1:] if found and nearest(found[0], [_RESOLVED], max_edits=1) else found
    words = frozenset(_singular(each) for each in found) - frozenset(map(_singular, _EMPTY.split()))
    return Subject(words, words - frozenset(map(_singular, _TROUBLE.split())))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
