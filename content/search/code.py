"""Leave code out of what people type."""

import re

from content.search.text import MAX_QUESTION, words
from content.search.wordlists import QUESTION_WORDS

MIN_QUESTION = 3
"""Words beside code that ask something, if the first is a question word."""

_CODE_SIGNS = ("<", "{", "`", "=", "*", ";", "$", "%", "(", "/", "select", "drop")
"""Each piece of code has one of them; most questions have none, so that nothing needs to be compiled."""
_CODE = (
    r"<(?:script|style)\b[^<]*+(?:<(?!/)[^<]*+)*+(?:</(?:script|style)\s*+>)?+"
    r"|</?[a-z][a-z0-9]*+(?:\s[^<>]*+)?+/?>|<[?%!][^<>\s]*+\s[^<>]*+>"
    r"|[$#%]?\{[^{}]{0,200}+\}|\{\{[^{}]{0,200}+\}\}|\$\([^()]{0,200}+\)|`[^`]{0,200}+`"
    r"|\b(?:drop|truncate|alter)\s++(?:table|database|schema)\s++\w++\s*+(?:;|--|$)[^?]*+|\bunion\s++(?:all\s++)?+select\b[^?]*+|\bselect\s++\*\s++from\b[^?]*+"
    r"|\binsert\s++into\s++\w++\s*+(?:\(|values\b)[^?]*+|\bdelete\s++from\s++\w++\s*+(?:;|where\b)[^?]*+|\bupdate\s++\w++\s++set\s++\w++\s*+="
    r"|['\"]\s*+(?:or|and)\s++['\"]?\d++['\"]?\s*+=[^?]*+|\b\w++\((?:\)|['\"][^()]{0,200}+\)|\d++\))"
    r"|\brm\s++-\w++[^?]*+|\.\./[^\s?]*+|/etc/\w++|\bjavascript:[^\s?]*+"
)
"""Markup, templates, SQL and calls of functions, which nobody types to ask about trade."""


def without_code(text: str) -> str:
    """Return the plain question beside code, "" if there is none, and the text itself if it has no code."""
    lower = text.casefold()
    if len(text) > MAX_QUESTION or not any(sign in lower for sign in _CODE_SIGNS):
        return text
    plain = re.sub(_CODE, " ", text, flags=re.IGNORECASE)
    if plain == text:
        return text
    beside = words(plain)
    return " ".join(plain.split()) if len(beside) >= MIN_QUESTION and beside[0] in QUESTION_WORDS else ""
