"""What sort of message an entry is, told by its title's lead-in and words; the body is asked when the title is silent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from content.rules import Text, pattern, plain_text
from jobs import kind_words as words

_LEAD_IN = re.compile(
    r"[\s:*\[(\"'.-]*(?:(?:final|friendly|second|another|important)\s+)?"
    r"(?P<word>(?:(?:updated?|revised|additional|new|interim|quota)\s+(?:to\s+)?)?guidance|correct(?:ions?|ed)|clarification/correction"
    r"|replace(?:s|ment|d)|cancel(?:l?ed|lations?|s)|reminders?|icymi|resolved|revised|update[ds]?|information|notice)"
    r"(?P<end>\s*[:*\])]+|\s*-+\s+|-|/(?=\w)|\s+(?=(?:to|of|on|for|regarding)\b)|\s+(?=\w)|\s*$)",
    re.IGNORECASE,
)
"""One lead-in at the place where we stand in the title, with what divides it from the rest."""

_MOST_LEAD_INS = 4

_LEADS: Mapping[str, str] = {
    "clarification/": "correction",
    "correct": "correction",
    "replace": "replacement",
    "cancel": "cancellation",
    "reminder": "reminder",
    "icymi": "reminder",
    "resolved": "resolved",
    "update": "update",
    "revised": "update",
    "information": "information",
    "notice": "information",
}
"""How a lead-in begins, and what it says."""

_STRONGEST = ("correction", "replacement", "cancellation", "reminder", "guidance", "resolved", "update", "information")
"""When a title has several lead-ins ("UPDATE - Information: ..."), the first of these counts."""

_NEED_A_MARK = frozenset({"information", "resolved"})
"""\"Information on the deployment" is a title of its own: these are lead-ins only with a mark behind them."""

_NEED_NOTHING = frozenset({"reminder", "correction"})
"""\"Reminder ACE Collections release" is a reminder even so."""

_REPLACES = re.compile(
    r"\bthis (?:csms )?(?:message|csms) (?:replaces|supersedes|rescinds)(?: and \w+)?(?: the)?(?: \w+){0,3}? (?:csms|message|#)",
    re.IGNORECASE,
)
_OVER = re.compile(r"\W*(?:resolved|addressed|completed|ended)\b|.*\b(?:resolved|addressed|completed)\W*$", re.IGNORECASE)
_FAULT = re.compile(r"\W*(?:error \w*\d|issue\b)|.*\bdelays?\W*$", re.IGNORECASE)
"""A title that begins with the fault or ends with it: "Error F624 ...", "... delays"."""
_ERROR_CODE = re.compile(r"\berror [a-z]?\d{3}\b", re.IGNORECASE)

_TABLES = (
    ("technical", words.DOCUMENT),
    ("guidance", words.ORDER),
    ("information", words.NEWS),
    ("technical", words.TECHNICAL),
    ("guidance", words.GUIDANCE),
    ("information", words.INFORMATION),
)
"""Tried in this order when nothing more certain fits."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a title opens with."""

    lead: str
    """The strongest of `all` (`jobs.models.LEADS`)."""
    all: tuple[str, ...]
    rest: Text
    """The title behind its lead-ins."""


def opening(title: Text, body: Text) -> Opening:
    """The title's lead-ins. "This message replaces CSMS n" in the body counts as one."""
    found: list[str] = []
    rest = title.plain
    while len(found) < _MOST_LEAD_INS and (match := _LEAD_IN.match(rest)):
        lead = _lead(match["word"].casefold())
        next_word = rest[match.end() :].split(" ", 1)[0].casefold()
        alone = lead in _NEED_NOTHING or (lead not in _NEED_A_MARK and next_word in ("to", "of", "on", "for", "regarding"))
        if match["end"].isspace() and not alone:
            break
        found.append(lead)
        rest = rest[match.end() :]
    if "correction" not in found and _REPLACES.search(body.plain):
        found.append("replacement")
    strongest = next((lead for lead in _STRONGEST if lead in found), "")
    return Opening(strongest, tuple(found), plain_text(rest, len(rest)))


def _lead(word: str) -> str:
    return "guidance" if "guidance" in word else next(lead for start, lead in _LEADS.items() if word.startswith(start))


def kind_of(title: Text, body: Text, opens: Opening) -> str:
    """One of `jobs.models.KINDS`: the first that fits, from a problem that is over down to an announcement."""
    rest = opens.rest
    if "resolved" in opens.all or _has(words.RESOLVED, title) or _OVER.match(rest.plain):
        return "resolved"
    if _has(words.MAINTENANCE, title) and not _has(words.NO_MAINTENANCE, title):
        return "maintenance"
    if _trouble(rest):
        return "outage"
    for kind, table in (("quota", words.QUOTA), ("training", words.TRAINING)):
        if _has(table, title):
            return kind
    for kind in ("reminder", "guidance"):
        if kind in opens.all:
            return kind
    if _ERROR_CODE.search(rest.plain):
        return "technical"
    for text in (rest, body):
        for kind, table in _TABLES:
            if _has(table, text):
                return kind
        if opens.lead == "information":
            return "information"
    return "other"


def is_routine(title: Text, kind: str) -> bool:
    """Nothing that an outreach officer need read: the system's state, and documents for those who write software.

    What can't be told from a cut title isn't routine: a missed message costs more than an extra one.
    """
    if kind in ("maintenance", "outage", "resolved"):
        return True
    return kind in ("technical", "reminder") and bool(_has(words.DOCUMENT, title))


def _trouble(text: Text) -> bool:
    """An unplanned fault, delay or wrong rejection."""
    if _has(words.NO_OUTAGE, text):
        return False
    return bool(_FAULT.match(text.plain)) or _has(words.OUTAGE, text) or (_has(words.TROUBLE, text) and _has(words.SYSTEM, text))


def _has(table: tuple[str, ...], text: Text) -> bool:
    return bool(pattern(table).find(text))
