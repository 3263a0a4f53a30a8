"""Mentions: the numbers of CSMS messages in a text, with where they stand.

Tariff numbers, port codes, phone numbers, dates, quota bulletins, Federal Register documents and TIN numbers are none.
"""

import heapq
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_MENTIONS = 100  #: Places with numbers that are read; real messages have fewer than ten.

NUMBER = r"(?:[0-9]{7,9}(?![\w/]|[.,][0-9]|-[0-9])|[0-9]{8}(?=:[A-Z])|[0-9]{2}-[0-9]{6}(?![\w-]))"
"""The number of a message; "64913145:D GUIDANCE" is one with a stray letter, 18-000240 one from before July 2019."""
NAME = r"(?:CSMS|Cargo\s+Systems\s+Messaging\s+Service)"

_SPLIT = r"[0-9]{1,7}(?:[ \u00a0][0-9]{1,7}){1,3}(?![\w/]|[.,][0-9]|-[0-9])"  # "6855 9236": tags within the number were removed
_SIGN = r"(?:\#{1,3}\s*+s?|nos?\.?|numbers?(?:\(s\))?)"
_PREFIX = rf"(?<![\w-]){NAME}(?:\s+(?:messages?|notices?|bulletins?|postings?|guidance))?+\s*+{_SIGN}?+\s*+[:#]?+\s*+"
_RELATED = rf"\bRelated\s++(?:CSMS\s++)?+(?:messages?\s*+)?+{_SIGN}?+\s*+[:#]?+\s*+(?:CSMS\s*+\#?+\s*+)?+"
_FIRST = re.compile(rf"(?:{_PREFIX}|{_RELATED})(?P<number>{NUMBER}|{_SPLIT})", re.IGNORECASE)
_AND = r"\s*+(?:,\s*+(?:and|or|&)?+|;|/|&|\band\b|\bor\b|\bas\s+well\s+as\b)\s*+"
_NEXT = re.compile(rf"{_AND}(?P<prefix>{_PREFIX})?(?P<number>{NUMBER})", re.IGNORECASE)
_LISTED = re.compile(
    r"(?:[ \t]*+[(,\u2013\u2014:-](?:(?!CSMS|\bonly\b|\bexcept|\bpart)[^\n\u2022\u25cf]){0,200}+(?=[\n\u2022\u25cf]))?"
    rf"(?:[ \t]*+[.,;])?+(?=[\s\u2022\u25cf])[\s\u2022\u25cf*\u2013o-]*+(?P<prefix>{_PREFIX})(?P<number>{NUMBER})"
    r"(?=[ \t]*+(?:$|[\n.,;(\u2013\u2014\u2022\u25cf-]|CSMS\b))",
    re.IGNORECASE,
)
"""The next number of a list, which stands on a line of its own or right beside the one before."""
_LIST_BEFORE = re.compile(r":[\s\u2022\u25cf*\u2013o-]*\Z")
_AGAIN = re.compile(
    rf"\s*+,?\s*+\b(?:and|or)\s+(?:(?:again|also|later|subsequently|then)\s+)?(?P<word>in|by|with|under|via)\s+(?P<prefix>{_PREFIX})(?P<number>{NUMBER})"
    r"(?=\s*+(?:[.;)]|$|(?:is|are|was|were|has|have)\b))",
    re.IGNORECASE,
)
"""The next number of "described in CSMS # n and again in CSMS # m", with the word that stands before both.

Nothing else may follow: "in CSMS # n, and in CSMS # m you find the guide" says two things."""
_BARE = re.compile(
    r"\b(?:follow[-\s]?up\s+to|(?:update|correction|clarification|amendment|revision)s?\s+to"
    r"|message\s+(?:replaces|supersedes|corrects|updates|cancels|rescinds))"
    r"\s+(?:the\s+)?(?:message\s+)?\#?\s*(?P<number>[0-9]{8})(?![\w/]|[.,][0-9]|-[0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in a text. `start` is the start of its prefix, if it has one."""

    number: str
    as_written: str
    start: int
    end: int


def mentions(text: str) -> Iterator[list[Mention]]:
    """Yield the numbers that one prefix or one phrase introduces: "CSMS # 67647279 and 67640669"."""
    introduced = heapq.merge(_FIRST.finditer(text), _BARE.finditer(text), key=lambda each: each.start("number"))
    place = 0
    for first in itertools.islice(introduced, MAX_MENTIONS):
        if first.start("number") < place:
            continue  # it was read with the number before it
        has_prefix = first.re is _FIRST
        several = [_mention(first, first.start() if has_prefix else first.start("number"))]
        place = first.end()
        while (following := _following(text, place, several[0].start, alone=not has_prefix)) is not None:
            several.append(_mention(following, following.start("prefix") if following["prefix"] else following.start("number")))
            place = following.end()
        yield several


def _following(text: str, place: int, first: int, *, alone: bool) -> re.Match[str] | None:
    """Return the next number that stands beside the one that ends at a place. `alone`: the first number has no prefix."""
    following = _NEXT.match(text, place)
    if following is not None:
        return following if following["prefix"] or not alone else None
    if _LIST_BEFORE.search(text, max(first - 10, 0), first) and (listed := _LISTED.match(text, place)):
        return listed
    again = _AGAIN.match(text, place)
    before = text[max(first - 8, 0) : first].casefold()
    return again if again is not None and before.endswith(f" {again['word'].casefold()} ") else None


def _mention(found: re.Match[str], start: int) -> Mention:
    written = found["number"]
    digits = re.sub(r"\s", "", written)
    if digits != written and not re.fullmatch(r"[0-9]{8}", digits):
        digits = written.split()[0]  # the groups are no number together
    return Mention(digits, " ".join(found.string[start : found.end()].split()), start, found.end())
