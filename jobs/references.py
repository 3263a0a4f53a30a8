"""References: the CSMS messages that a message names, and what it says that it does to each.

The phrase that governs the number decides, not the title's lead-in: "RESOLVED: Issue with HTS 9903.01.25 as advised in CSMS # 64680374"
only refers to that message. A number without such a phrase is a plain reference.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from jobs.csms import ACCOUNT, number_of
from jobs.mentions import NAME, NUMBER, mentions
from jobs.models.readings import Reference
from jobs.sentences import SENTENCE_END
from jobs.states import Relation

MAX_TEXT = 200_000  #: Characters of a body that are read.
MIN_NUMBER = 7  #: Digits; "CSMS 15 2026" names no message.
_BEFORE, _AFTER = 200, 120  #: Characters around a number that are read for its governing phrase.


class _Object(Enum):
    """The object of a governing phrase, between its verb and the number."""

    MESSAGE = "the message itself, or something that stands in it"
    THING = "also a thing that the message announces"


_DETERMINERS = (
    r"(?:(?:the|this|that|these|our|its|all|any|an?|prior|previous|previously|earlier|original|originally|recent|existing|initial|published"
    r"|issued|posted|released|CBP'?s?|U\.S\.|interim|trade|following|above)\s+)*"
)
_NOUN = (
    r"(?:guidance|information|instructions?|messages?|notices?|notifications?|communications?|bulletins?|announcements?|alerts?|postings?"
    r"|reminders?|dates?|errors?|FAQs?|numbers?|codes?|rates?|deadlines?)"
)
_SAID = (
    r"(?:(?:that|which)\s+(?:was|were|is)\s+|previously\s+|originally\s+|initially\s+|first\s+)*"
    r"(?:issued|provided|announced|given|noted|listed|published|posted|sent|contained|outlined|described|stated|set(?:\s+forth)?|found"
    r"|included|identified|detailed|shared|communicated|distributed|released|shown|specified|indicated|reported|mentioned|referenced"
    r"|conveyed)\s+(?:in|by|with|under|via|through|on|as)\s+"
)
_HELD = (  # what stands in the message itself, unlike what it announces or describes
    r"(?:(?:that|which)\s+(?:was|were|is)\s+|previously\s+|originally\s+|incorrectly\s+|erroneously\s+)*"
    r"(?:provided|given|noted|listed|contained|stated|set(?:\s+forth)?|found|included|shown|specified|indicated|reported|mentioned)\s+in\s+"
)
_WORD = (  # none of those that turn the phrase to something else
    r"(?!(?:as|see|per|refer|and|or|but|because|since|under|by|annex\w*|proclamation|executive|order|rule|regulation|guides?|CATAIR|CAMIR"
    r"|documents?|version|chapter|appendix|federal|register|FR|notice)\b)[\w/'\u2019.-]+,?\s+"
)
_BETWEEN = {
    _Object.MESSAGE: (
        rf"{_DETERMINERS}(?:{_NOUN}\s+(?:{_SAID}|in\s+|of\s+|from\s+)?|(?:{_WORD}){{1,7}}?{_HELD}"
        rf"|(?:{_WORD}){{0,7}}?{_NOUN}(?:,?\s+including\s+|\s+(?:{_SAID}|in\s+)))?"
    ),
    _Object.THING: rf"{_DETERMINERS}(?:{_NOUN}\s+(?:{_SAID}|in\s+|of\s+)?|(?:{_WORD}){{1,9}}?(?:{_SAID}|in\s+))?",
}
_MIDDLE = {what: re.compile(rf"\s*[#:]?\s*{words}[\s:(\"\u201c-]*", re.IGNORECASE) for what, words in _BETWEEN.items()}


@dataclass(frozen=True, slots=True)
class _Wording:
    """How a relation is worded: by a verb or noun before the number, by a participle after it, or as the lead-in of a title."""

    about: _Object
    before: str
    after: str
    lead_in: str


_WORDINGS: Mapping[Relation, _Wording] = {
    Relation.REPLACES: _Wording(
        _Object.MESSAGE,
        r"replac(?:es|e|ing)|replacement\s+(?:of|for|to)|supersed(?:es|e|ing)|supersession\s+of"
        r"|(?:message|guidance|notice)\s+(?:is\s+)?in\s+(?:lieu|place)\s+of",
        r"replaced|superseded",
        r"replace(?:s|d|ment)|supersed(?:es|ed)",
    ),
    Relation.CORRECTS: _Wording(
        _Object.MESSAGE,
        r"corrections?(?:/\w+)?\s+(?:of|to|for|on|in)|corrected\s+(?:version|copy)\s+of|correct(?:s|ing)?|errors?\s+in",
        r"corrected",
        r"correct(?:ion|ed|s)",
    ),
    Relation.CANCELS: _Wording(
        _Object.THING,
        r"cancell?ation\s+(?:of|to|for)|cancel(?:s|l?ing)?|rescission\s+of|rescind(?:s|ing)?|withdrawal\s+of|withdraw(?:s|ing)?"
        r"|revocation\s+of|revok(?:es|e|ing)|retraction\s+of|retract(?:s|ing)?|void(?:s|ing)|disregard",
        r"cancell?ed|rescinded|withdrawn|revoked|retracted|void|(?:sent|issued|posted)\s+in\s+error"
        r"|(?:no\s+longer|not)\s+(?:valid|in\s+effect|in\s+force|applicable)",
        r"cancel(?:l?ed|lation|ation|s)?|rescind(?:ed|s)?|rescission|withdrawn|withdrawal|revoked|retracted|void(?:ed)?",
    ),
    Relation.RESOLVES: _Wording(
        _Object.THING,
        r"resolution\s+(?:of|to|for)|resolv(?:es|e|ing)|fixes|closes",
        r"resolved|fixed|addressed|over",
        r"resol(?:ved|ution)",
    ),
    Relation.EXTENDS: _Wording(
        _Object.THING,
        r"extensions?\s+(?:of|to|for)|extend(?:s|ing)?|prolong(?:s|ing)?",
        r"extended|prolonged",
        r"exten(?:ded|sion|ds)",
    ),
    Relation.UPDATES: _Wording(
        _Object.MESSAGE,
        r"updates?\s+(?:to|of|for|on)|updated\s+(?:guidance|information|instructions?|version)\s+(?:to|for|of|on|regarding)"
        r"|updat(?:es|e|ing)|amendments?\s+(?:of|to)|amend(?:s|ing)?|modifications?\s+(?:of|to)|modif(?:ies|y|ying)|revisions?\s+(?:of|to)"
        r"|revis(?:es|e|ing)|clarifications?\s+(?:of|to|for|on|related\s+to|regarding)|clarif(?:ies|y|ying)|changes?\s+(?:to|from|in)"
        r"|postpon(?:es|ing)",
        r"updated|amended|modified|revised|changed|postponed|rescheduled",
        r"update[ds]?|revis(?:ed|ion)|amend(?:ed|ment)|clarification|postponed",
    ),
    Relation.FOLLOWS_UP: _Wording(
        _Object.MESSAGE,
        r"follow(?:s|ing)?[-\s]?up\s+(?:to|on|for|regarding)"
        r"|additional\s+(?:information|guidance)\s+(?:related\s+to|relating\s+to|regarding|on|to|for|about)"
        r"|further\s+to|supplement(?:s|ing)?(?:\s+to)?|continuation\s+of",
        r"(?!)",
        r"follow[-\s]?up",
    ),
}

_HAVE = r"(?:has|have)\s+(?:(?:also|now|hereby|since)\s+)?"  # "CBP has extended the deadline in", not "has been extended by"
_GOVERNS = {kind: re.compile(rf"(?<!\w)(?:{each.before}|{_HAVE}(?:{each.after}))(?!\w)", re.IGNORECASE) for kind, each in _WORDINGS.items()}
_IS_NOW = (
    r"(?:\s*[(\u2013\u2014\"\u201c-][^.;()]{0,90}[)\u2013\u2014\"\u201d-])?\s+(?:(?:is|are|was|were|has|have|had)\s+)+"
    r"(?:(?:now|hereby|therefore|also|being|been)\s+)*"
)
_DONE = {kind: re.compile(rf"{_IS_NOW}(?:{each.after})\b(?!\s+(?:by|in|with)\s+{NAME})", re.IGNORECASE) for kind, each in _WORDINGS.items()}
_MORE_DONE: Mapping[Relation, tuple[_Object, re.Pattern[str]]] = {
    Relation.CORRECTS: (
        _Object.MESSAGE,
        re.compile(
            r"\s+(?:contain(?:s|ed)|had|includ(?:es|ed)|stated)\s+(?:an?\s+|the\s+|some\s+)?(?:errors?|incorrect|wrong|typo)\b",
            re.IGNORECASE,
        ),
    ),
    Relation.EXTENDS: (_Object.THING, re.compile(r"\s+will\s+be\s+extended\b", re.IGNORECASE)),
    Relation.UPDATES: (
        _Object.THING,
        re.compile(rf"{_IS_NOW}(?:postponed|rescheduled|delayed)\b(?!\s+(?:by|in|with)\s+{NAME})", re.IGNORECASE),
    ),
}
"""Wordings after the number that the participles of `_WORDINGS` do not cover."""
_ANY_LEAD_IN = "|".join(("final", "second", "third", "urgent", "important", *(each.lead_in for each in _WORDINGS.values())))
_LEADS = {
    kind: re.compile(
        rf"\W*(?:(?:{_ANY_LEAD_IN})\s*[/&]?\s*){{0,3}}?\b(?:{each.lead_in})\s*(?:notice|message)?\s*#?\d?\d?[\s:*/\u2010-\u2015-]*",
        re.IGNORECASE,
    )
    for kind, each in _WORDINGS.items()
}
_ABOUT = re.compile(r"(?P<lead>.*)\bRe:\s*", re.IGNORECASE | re.DOTALL)

_NOT_DONE = re.compile(
    r"(?:\b(?:not|no|never|neither|nor|without|cannot)\s+(?:\w+\s+){0,2}"
    r"|n['\u2019]t\s+(?:\w+\s+)?"
    r"|\bwill\s+(?:issue|publish|send|post|provide|release|be\s+issuing)\s+(?:(?:an?|another|the|further|any)\s+)*"
    r"|\b(?:see|per|refer\s+to|in|under|from|with|by)\s+(?:(?:the|its|an?)\s+)+"
    r"|\b(?:see|refer\s+to)\s+"
    rf"|{NUMBER}\s*[),]?\s*(?:,\s*)?(?:(?:that|which)\s+)?)$",
    re.IGNORECASE,
)
"""Ends the words before a phrase that is denied, to come, only pointed at, or said of yet another message."""
_POINTS = re.compile(
    r"\b(?:see|refer(?:s|red|ring)?(?:\s+\w+){0,2}\s+to|per|according\s+to|in\s+accordance\s+with|pursuant\s+to|consistent\s+with|under"
    r"|as\s+(?:\w+\s+)?\w+\s+(?:in|by|with|via))\s+(?:also\s+)?(?:the\s+)?(?:\w+\s+){0,2}\W*$",
    re.IGNORECASE,
)
_LINK = re.compile(rf"(?:https?://[\w.-]{{1,100}})?/(?:accounts/{ACCOUNT}/)?bulletins/(?:gd/{ACCOUNT}-)?[0-9a-f]{{6,8}}\b", re.IGNORECASE)
_QUOTED = re.compile(r"(?i)\boriginal\s+(?:CSMS\s+)?messages?\b[^.\n]{0,80}?(?:below|follows?|:)|---\s{0,3}original\s+message")


def references(title: str, body: str | None, number: str = "") -> tuple[Reference, ...]:
    """Return each message that a title and a body name, once, with its strongest relation; never the message's own number.

    `body` is without its banner (`csms.without_banner`). Messages quoted below "Original message" are not read.
    """
    found: dict[str, Reference] = {}
    text = (body or "")[:MAX_TEXT]
    if quoted := _QUOTED.search(text):
        text = text[: quoted.end()]
    for each in (*_read(title, is_title=True), *_read(text), *_linked(text)):
        if each.number == number or len(each.number) < MIN_NUMBER:
            continue
        if each.number not in found or each.kind.strength > found[each.number].kind.strength:
            found[each.number] = each
    return tuple(found.values())


def _read(text: str, *, is_title: bool = False) -> Iterator[Reference]:
    for several in mentions(text):
        start, end = several[0].start, several[-1].end
        before, after = _sentence(text, start, end)
        kind = _kind(before, after, is_title=is_title)
        because = " ".join(f"{before}{text[start:end]}{after}".split())
        for each in several:
            yield Reference(each.number, kind, each.as_written, because)


def _linked(text: str) -> Iterator[Reference]:
    for link in _LINK.finditer(text):
        if (number := number_of(link.group())) is not None:
            yield Reference(number, Relation.REFERS, link.group(), link.group())


def _sentence(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the parts of the sentence before and after a place."""
    before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    begins = max((each.end() for each in SENTENCE_END.finditer(before)), default=0)
    ends = SENTENCE_END.search(after)
    return before[begins:].lstrip(), after[: ends.start()] if ends else after


def _kind(before: str, after: str, *, is_title: bool) -> Relation:
    if is_title or len(before) < 40:
        for kind, lead in _LEADS.items():
            if lead.fullmatch(before):
                return kind
    if about := _ABOUT.fullmatch(before):
        return next((kind for kind, governs in _GOVERNS.items() if governs.search(about["lead"])), Relation.REFERS)
    for kind, governs in _GOVERNS.items():
        middle = _MIDDLE[_WORDINGS[kind].about]
        for phrase in governs.finditer(before):
            if middle.fullmatch(before, phrase.end()) and not _NOT_DONE.search(before[: phrase.start()]):
                return kind
    if not _POINTS.search(before):
        subject = re.split(r"[,;:]", before)[-1]
        for kind, done in _DONE.items():
            if done.match(after) and _MIDDLE[_WORDINGS[kind].about].fullmatch(subject):
                return kind
        for kind, (about_what, more) in _MORE_DONE.items():
            if more.match(after) and _MIDDLE[about_what].fullmatch(subject):
                return kind
    return Relation.REFERS


def complete(reference: Reference, title: str, known: Mapping[str, str]) -> Reference:
    """Return a reference whose number has one digit too few or too many with the number meant, or with "" if that is not certain.

    `known` has the titles of stored messages by number. A number is repaired if exactly one known number differs from it by one digit
    and its title shares two rare enough words with `title`. A number of eight digits, and one from before 2019, is never changed.
    """
    possible = one_digit_away(reference.number)
    if not possible or reference.number in known:
        return reference
    candidates = [number for number in possible if number in known]
    fits = candidates[0] if len(candidates) == 1 and _shares_subject(title, known[candidates[0]]) else ""
    return replace(reference, number=fits)


def one_digit_away(number: str) -> set[str]:
    """Return the numbers that one with a digit too few or too many may mean; none for any other number."""
    if len(number) not in (7, 9) or not number.isdecimal():
        return set()
    if len(number) == 9:
        return {number[:place] + number[place + 1 :] for place in range(9)}
    return {number[:place] + digit + number[place:] for place in range(8) for digit in "0123456789"}


def _shares_subject(one: str, other: str) -> bool:
    words = [{word for word in re.findall(r"[a-z]{3,}|\d{3,}", text.casefold()) if word not in _COMMON} for text in (one, other)]
    return len(words[0] & words[1]) >= 2


_COMMON = frozenset(
    {"the", "and", "for", "from", "with", "this", "that", "are", "not", "ace", "abi", "cbp", "csms", "update", "updated", "updates", "new"}
    | {"correction", "guidance", "information", "reminder", "follow", "message", "messages", "issue", "issues", "resolved", "related"}
)
