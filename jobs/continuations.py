"""Continuations: messages that seem to continue another one, because their titles are equal apart from the lead-in.

CBP often writes "UPDATE: …" and "RESOLVED: …" without the number of the message that it means. Such a link is the bot's guess and never
CBP's statement. Equal titles without a lead-in that says so prove nothing: reminders of calls, numbered lists and notices of flags repeat
a title for another event.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from jobs.models.entries import Entry
from jobs.states import EntryKind

WINDOW = timedelta(days=21)
"""At most, so much time lies between a message and the one that seems to continue it."""

MIN_WORDS = 3
"""Words of a title; a shorter one may be anything."""

_WORDS = (
    r"(?:further|final|second|third|another|urgent|new)?+\s*+(?:update[ds]?+|updating|resolved|resolution|addressed|completed?+|corrected"
    r"|closed|fixed|cancell?+ed|postponed|rescheduled|extended|delayed|restored|revised)"
)
_LEAD = re.compile(rf"\W*+{_WORDS}(?:\s*+(?:[/&]|and)\s*+{_WORDS})?+\s*+#?+[0-9]{{0,2}}+\s*+(?::|[\u2010-\u2015-]++)\s*+", re.IGNORECASE)
_LEAD_ENDS = (": ", " - ", " \u2013 ", " \u2014 ")
_MAX_LEAD = 3
"""Words of a lead-in."""
_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
_REPEATS = frozenset({EntryKind.REMINDER, EntryKind.TRAINING})


def subject(title: str) -> tuple[str, bool]:
    """Return the words of a title without lead-ins, and whether it had one that continues something."""
    rest, has_lead = title, False
    while (lead := _LEAD.match(rest)) is not None:
        rest, has_lead = rest[lead.end() :], True
    return " ".join(re.findall(r"\w+", rest.casefold())), has_lead


def title_words(title: str) -> tuple[str, ...]:
    """Return the words by which a later message on the same matter is known, without a lead-in ("GUIDANCE:"), or () if they are too few."""
    rest = title
    for mark in _LEAD_ENDS:
        head, _, after = rest.partition(mark)
        is_lead = len(head.split()) <= _MAX_LEAD and not any(map(str.isdecimal, head))
        rest = after if is_lead and len(re.findall(r"\w+", after)) >= MIN_WORDS else rest
    words = tuple(dict.fromkeys(word for word in re.findall(r"\w+", rest.casefold()) if word not in _SMALL))
    return words if len(words) >= MIN_WORDS else ()


def later_alike(entry: Entry, others: Iterable[Entry]) -> list[Entry]:
    """Return the later entries, given in any order, whose titles have the words of this one's and at most as many others; newest first.

    That proves nothing: the later one may replace this one, add to it, or be about another time.
    """
    words = frozenset(title_words(entry.title))
    if not words or entry.cut or entry.kind in _REPEATS:
        return []
    alike = [
        each
        for each in others
        if _order(each) > _order(entry)
        and each.feed == entry.feed
        and not each.cut
        and words <= frozenset(re.findall(r"\w+", each.title.casefold()))
        and len(title_words(each.title)) <= 2 * len(words)
    ]
    return sorted(alike, key=_order, reverse=True)


def continuations(entry: Entry, others: Iterable[Entry]) -> list[Entry]:
    """Return those of a feed's entries that this one seems to continue, or that seem to continue it, oldest first.

    What is resolved ends there: the same trouble a week later is another one.
    """
    words, continues = subject(entry.title)
    if len(words.split()) < MIN_WORDS or entry.kind in _REPEATS:
        return []
    alike = [each for each in others if _is_alike(each, entry) and subject(each.title)[0] == words]
    alike.sort(key=_order)
    earlier = [each for each in alike if _order(each) < _order(entry)] if continues else []
    later = [each for each in alike if _order(each) > _order(entry) and subject(each.title)[1]]
    ended = [place for place, each in enumerate(earlier, 1) if each.kind == EntryKind.RESOLVED]
    closing = [place for place, each in enumerate(later, 1) if each.kind == EntryKind.RESOLVED]
    if entry.kind == EntryKind.RESOLVED:
        later = []
    return [*earlier[ended[-1] if ended else 0 :], *later[: closing[0] if closing else None]]


def _order(entry: Entry) -> tuple[datetime, int]:
    return entry.published, entry.id


def _is_alike(one: Entry, other: Entry) -> bool:
    near = abs(one.published - other.published) <= WINDOW
    whole = not one.cut and not other.cut  # CBP's archive cuts titles at a hyphen, so that different ones look equal
    return one.id != other.id and one.feed == other.feed and near and whole and one.kind not in _REPEATS
