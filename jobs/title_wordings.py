"""Wordings of titles: a lead-in, what stands between it and the number, and what stands after the number."""

import re
from collections.abc import Mapping

from jobs.states import Relation
from jobs.wordings import FAULTY, HAS_END, NAMED, NEVER, NOUN, SAID, TEXTS, WORD, WORDINGS, Done

_ANY_LEAD_IN = "|".join(("final", "second", "third", "urgent", "important", *(each.lead_in for each in WORDINGS.values())))
LEADS = {
    kind: re.compile(
        rf"\W*(?:(?:{_ANY_LEAD_IN})\s*[/&]?\s*){{0,3}}?\b(?:{each.lead_in})\s*(?:notice|message)?\s*#?\d?\d?[\s:*/\u2010-\u2015-]*",
        re.IGNORECASE,
    )
    for kind, each in WORDINGS.items()
}
_PLAIN = (  # a word of a title that leads to no other thing
    r"(?!(?:on|about|for|to|of|with|regarding|from|by|at|as|and|or|if|when|in|not|no|some|most|partial(?:ly)?|draft|proposed|FAQs?|webinars?\s+on"
    rf"|entr(?:y|ies)|summar(?:y|ies)|claims?|filings?|bonds?|shipments?|protests?)\b){WORD}"
)
_TITLE_OBJECTS: Mapping[Relation, str] = {
    Relation.REPLACES: rf"(?:{_PLAIN}){{0,3}}?(?:{TEXTS})\s+(?:{SAID}|in\s+)",
    Relation.CORRECTS: rf"(?:{_PLAIN}){{0,4}}?{NOUN}\s+(?:{SAID}|in\s+)",
    Relation.CANCELS: rf"(?:{_PLAIN}){{1,5}}?{SAID}",
    Relation.RESOLVES: rf"(?:{_PLAIN}){{0,4}}?{FAULTY}\s+(?:{SAID}|in\s+)",
    Relation.EXTENDS: rf"(?:{_PLAIN}){{0,4}}?{HAS_END}\s+(?:{SAID}|in\s+)",
    Relation.UPDATES: rf"(?:{_PLAIN}){{1,5}}?{SAID}",
}
LED_OBJECTS = {
    kind: re.compile(rf"\W*(?:{WORDINGS[kind].lead_in})\s*(?:notice|message)?\s*#?\d?\d?[:*/\u2010-\u2015-]\s*{words}", re.IGNORECASE)
    for kind, words in _TITLE_OBJECTS.items()
}
"""A lead-in with what it is about, before the number: "EXTENDED: Deadline in CSMS # n"."""
TITLE_DONE: tuple[Done, ...] = tuple(
    (kind, each.about, re.compile(rf"{NAMED}\s+(?:{each.done})\s*(?:$|[:;.,(\u2010-\u2015-])", re.IGNORECASE))
    for kind, each in WORDINGS.items()
    if each.done != NEVER
)
"""Wordings after the number in a title, which leaves out the verb: "Issue in CSMS # n Resolved"."""
