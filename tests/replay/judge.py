"""Judge a replay by the titles and the posts alone, with none of the code that decided."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from jobs.models.entries import Parsed

ALIKE = 90.0  #: Of 100: two titles without their lead-ins are one.
WITHIN = timedelta(days=90)

_ENDS = re.compile(r"\b(?:resolved|addressed|completed|backlog cleared|operational|restored)\b", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"\b(?:resolved|addressed|completed|backlog cleared|update[ds]?|updating|reminder|is|has been|reported earlier)\b|\W+"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """An outage that was called open at a moment."""

    at: datetime
    numbers: tuple[str, ...]  #: Of its messages, oldest first.


def ends(messages: Iterable[Parsed]) -> list[Parsed]:
    """Return the messages whose whole titles say that something is over."""
    return [each for each in messages if not each.cut and _ENDS.search(each.title) and len(_words(each.title).split()) > 1]


def wrong_claims(claims: Iterable[Claim], messages: Sequence[Parsed]) -> list[tuple[Claim, Parsed]]:
    """Return the claims that a title contradicts: a RESOLVED with the outage's own title came before."""
    by_number = {each.number: each for each in messages}
    over, found = ends(messages), []
    for claim in claims:
        chain = [by_number[number] for number in claim.numbers]
        end = next((each for each in over if _contradicts(each, chain, claim.at)), None)
        if end is not None:
            found.append((claim, end))
    return found


def _contradicts(end: Parsed, chain: Sequence[Parsed], at: datetime) -> bool:
    last = chain[-1]
    assert end.published is not None
    assert last.published is not None
    if not (last.published, last.number) < (end.published, end.number) or end.published > at or end.published - last.published > WITHIN:
        return False
    return any(not each.cut and fuzz.token_sort_ratio(_words(each.title), _words(end.title)) >= ALIKE for each in chain)


def _words(title: str) -> str:
    return _SAYS_NOTHING.sub(" ", title.casefold()).strip()
