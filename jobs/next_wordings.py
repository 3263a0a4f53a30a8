"""Wordings by which a sentence goes on with the message that the sentence before it names."""

import re

from jobs.assertions import CBP, MODIFIERS, SELF
from jobs.wordings import SAID_WRONG, WRONG, WRONGLY

IN_IT = re.compile(
    rf"\s*,\s+(?:the\s+(?:\w+\s+){{1,6}}?{SAID_WRONG}"
    rf"|{CBP}\s+(?:had\s+)?(?:{WRONGLY}\s+(?:\w+ed|wrote|gave|said|left\s+out)|(?:\w+ed|gave|wrote)\s+(?:an?|the)\s+(?:incorrect|wrong|erroneous|outdated))\b)",
    re.IGNORECASE,
)
"""Goes on after "In CSMS # n": "the date was listed incorrectly", "CBP erroneously listed"."""
THAT_MESSAGE = re.compile(
    rf"\b(?:that|the\s+(?:earlier|previous|prior|original))\s+(?:earlier\s+|CSMS\s+)?(?P<what>(?!correction|update|clarification|extension|cancel){SELF})\b",
    re.IGNORECASE,
)
THAT_ERROR = re.compile(
    rf"\W*this\s+{MODIFIERS}{SELF}\s+(?:(?:hereby|also)\s+)?(?:corrects|fixes|rectifies|repairs|(?:is|was)\s+(?:sent\s+|issued\s+)?(?:to|meant\s+to)\s+(?:correct|fix|rectify))"
    r"\s+(?:that|this|the|these|those|both)\s+(?:\w+\s+)?(?:errors?|mistakes?|misprints?|typos?|omissions?|oversights?)\b",
    re.IGNORECASE,
)
_VALUES = r"date|rate|number|code|address|amount|fee|time|year|link|list|name|percentage"
THAT_IS_WRONG = re.compile(rf"\W*(?:that|this)\s+(?:{_VALUES})\s+(?:is|was)\s+{WRONG}\b", re.IGNORECASE)
STATES = re.compile(
    rf"\s+(?:had\s+)?(?:said|stated?s?|listed|lists|gave|gives|showed|shows|indicated)\b[^;:]*\b(?:{_VALUES}|that)\b", re.IGNORECASE
)
IS_WRONG = re.compile(
    rf"(?:{WRONG}|{WRONGLY}|omitted|omits|left\s+out|misprint(?:ed)?|misspelled|typo(?:graphical)?|(?:had|has|contain(?:s|ed)|made|makes)\s+(?:\w+\s+){{1,2}}(?:errors?|mistakes?))\b",
    re.IGNORECASE,
)
_THINGS = (
    r"webinar|call|meeting|maintenance|outage|issue|problem|deployment|test|pilot|release|event|session|training|workshop|disruption|delay|backlog"
    r"|requirement|deadline|suspension|downtime"
)
THAT_THING = re.compile(rf"(?:\bthat\s+(?:same\s+)?|^\W*(?:the|that|this)\s+)(?P<what>{_THINGS})\b", re.IGNORECASE)
_TELLS = r"(?:announce[sd]|report(?:s|ed)|describe[sd]|schedule[sd]|mention(?:s|ed))"
TELLS_OF = re.compile(rf"^\s+(?:had\s+)?{_TELLS}\b", re.IGNORECASE)
TOLD_IN = re.compile(
    rf"(?:\b{CBP}\s+(?:had\s+|has\s+)?{_TELLS}\b[^,;:]*\b(?:in|with|by)|\b(?:{_THINGS})\s+{_TELLS}\s+(?:in|by|with))\s+$", re.IGNORECASE
)
"""Words by which a sentence tells what a message announced, so that the next one can go on with "that webinar"."""
_INSTEAD = r"(?:instead|in\s+its\s+(?:place|stead))"
_USE_THIS = (
    r"(?:use|follow|rely\s+on|see|refer\s+to|apply)\s+(?:only\s+)?"
    rf"(?:this\s+(?:\w+\s+)?{SELF}|(?:the|these)\s+(?:(?:following|attached|updated|corrected|revised)\s+)?{SELF}(?:\s+(?:below|above|here|in\s+this\s+message))?)"
)
_INSTEAD_HERE = re.compile(
    rf"[^.;]{{0,80}}?(?:,\s*|;\s*|\band\s+)(?:and\s+)?(?:please\s+|instead\s+)?{_USE_THIS}(?:\s+{_INSTEAD})?\s*(?:[.,;(]|$)", re.IGNORECASE
)
"""Words after "disregard CSMS # n": "and use this message instead"."""
_INSTEAD_NEXT = re.compile(rf"\W*(?:please\s+)?(?:instead,?\s+(?:please\s+)?{_USE_THIS}|{_USE_THIS}\s+{_INSTEAD})\W*$", re.IGNORECASE)
_DISREGARD = re.compile(r"\b(?:disregard|discard|ignore)(?:ed)?\b", re.IGNORECASE)


def is_replaced(before: str, after: str, following: str) -> bool:
    """Return whether a sentence or the next one tells to use this message instead of the one to disregard."""
    return bool(_DISREGARD.search(before + after) and (_INSTEAD_HERE.match(after) or _INSTEAD_NEXT.match(following)))
