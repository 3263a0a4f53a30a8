"""What of the things that were posted a later message changes. Pure: text and posts in, what to mark and to answer out.

Only wording that says so counts: "this message replaces CSMS 67647279", "correction to CSMS # 67647279", in a message whose title opens
as a correction or a replacement. A number that is merely named ("see CSMS 67647279") changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobs.models import Entry

CHANGING = frozenset({"correction", "replacement"})
"""Leads of entries that change earlier ones."""

MARK, ANSWER = "mark", "answer"
"""The kinds of a post about an earlier post: a note on top of it, and a message in its thread."""

_GOVERNS = re.compile(
    r"\b(?P<how>replac(?:es|ed|ing|ement)|supersed(?:es|ed|ing)|correct(?:s|ed|ing|ion))\b"
    r"[^.;0-9]{0,60}?\bCSMS\s*(?:message)?\s*(?:#|no\.?|number)?\s*(?P<number>[0-9]{8})(?![0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Relation:
    """`later` changes `earlier`; `how`: replaces or corrects."""

    later: Entry
    earlier: Entry
    how: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A post that carries the earlier entry, a further part of it, or an answer that somebody shared. `shows`: the keys of the
    entries that it shows."""

    id: str
    channel_id: int
    state: str
    part: int
    digest: object
    """The same for the parts of one digest, else the post's own id."""
    shows: frozenset[str]
    subscribed: bool
    """The channel has a subscription still, or somebody shared the entry there: others are not written to any more."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A post to be made about an earlier one. `kind`: mark or answer."""

    about: str
    channel_id: int
    kind: str


def changed_by(entry: Entry) -> dict[str, str]:
    """The numbers of the messages that this one says it changes, each with how: replaces or corrects."""
    if entry.lead not in CHANGING:
        return {}
    found: dict[str, str] = {}
    for text in (entry.title, entry.body or ""):
        for match in _GOVERNS.finditer(text):
            how = "corrects" if match["how"].casefold().startswith("correct") else "replaces"
            if match["number"] != entry.number:
                found[match["number"]] = "replaces" if found.get(match["number"]) == "replaces" else how
    return found


def touched(posts: Sequence[Standing], relation: Relation) -> list[Touch]:
    """Each post that shows the earlier entry is marked; the last of a channel is answered as well. What never came is left alone;
    `posts` are in the order in which they were made."""
    marked = [each for of_one in _by_digest(posts) for each in _showing(of_one, relation.earlier.key)]
    last = {each.channel_id: each for each in marked if each.subscribed}
    touches = []
    for each in marked:
        touches.append(Touch(each.id, each.channel_id, MARK))
        if last.get(each.channel_id) is each:
            touches.append(Touch(each.id, each.channel_id, ANSWER))
    return touches


def _by_digest(posts: Iterable[Standing]) -> list[list[Standing]]:
    groups: dict[object, list[Standing]] = {}
    for each in posts:
        groups.setdefault(each.digest, []).append(each)
    return list(groups.values())


def _showing(parts: Sequence[Standing], key: str) -> list[Standing]:
    """The part with the entry's line; the first when none says what it shows."""
    alive = [each for each in parts if each.state != "dead"]
    return [each for each in alive if key in each.shows] or ([] if any(each.shows for each in alive) else alive[:1])
