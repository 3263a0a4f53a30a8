"""References: the CSMS messages that a message names, and what it says that it does to each.

The phrase that governs the number decides, not the title's lead-in: "RESOLVED: Issue with HTS 9903.01.25 as advised in CSMS # 64680374"
only refers to that message. A number without such a phrase is a plain reference.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from jobs.assertions import DAY, MONTH, is_about, is_asserted, is_denied, is_limited, is_open, is_subject
from jobs.csms import ACCOUNT, number_of
from jobs.mentions import mentions
from jobs.models.readings import Reference
from jobs.next_wordings import IN_IT, IS_WRONG, STATES, TELLS_OF, THAT_ERROR, THAT_IS_WRONG, THAT_MESSAGE, THAT_THING, TOLD_IN, is_replaced
from jobs.sentences import SENTENCE_END
from jobs.states import Relation
from jobs.title_wordings import LEADS, LED_OBJECTS, TITLE_DONE
from jobs.wordings import DONE, LISTED, MIDDLE, PHRASES, Done

MAX_TEXT = 200_000  #: Characters of a body that are read.
MIN_NUMBER = 7  #: Digits; "CSMS 15 2026" names no message.
_BULLETS = " \t\n\u2022\u25cf*-"
_BEFORE, _AFTER = 200, 120  #: Characters around a number that are read for its governing phrase.

_ABOUT = re.compile(r"(?P<lead>.*)\bRe:\s*", re.IGNORECASE | re.DOTALL)

_NOT_DONE = re.compile(
    r"(?:\b(?:not|no|never|neither|nor|without|cannot)\s+(?:\w+\s+){0,2}"
    r"|n['\u2019]t\s+(?:\w+\s+)?"
    r"|\bwill\s+(?:issue|publish|send|post|provide|release|be\s+issuing)\s+(?:(?:an?|another|the|further|any)\s+)*"
    r"|\b(?:see|per|refer\s+to|in|under|from|with|by|for)\s+(?:(?:the|its|an?)\s+)*)$",
    re.IGNORECASE,
)
"""Ends the words before a phrase that is denied, to come or only pointed at."""
_POINTS = re.compile(
    r"\b(?:see|refer(?:s|red|ring)?(?:\s+\w+){0,2}\s+to|per|according\s+to|in\s+accordance\s+with|pursuant\s+to|consistent\s+with|under"
    r"|as\s+(?:\w+\s+)?\w+\s+(?:in|by|with|via))\s+(?:also\s+)?(?:the\s+)?(?:\w+\s+){0,2}\W*$",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\A\s*+(?:(?:please\s++)?(?:be\s++(?:advised|aware|informed)|note)|this\s++(?:message\s++)?is\s++to\s+(?:inform|advise|notify)\s+(?:\w+\s+){0,4}?"
    r"|this\s++(?:message\s++)?(?:is|serves\s+as)\s++(?:a\s++)?(?:formal\s++|official\s++)?notice|notice\s++is\s++(?:hereby\s++)?given"
    r"|(?:we|CBP)\s++(?:announces?|(?:is|are)\s++announcing|(?:has|have)\s++announced)"
    r"|(?:we|CBP)\s++(?:would\s++like|wishes)\s++to\s++(?:inform|advise|notify)\s+(?:\w+\s+){0,4}?)"
    r"\s*+that\s+",
    re.IGNORECASE,
)
_APART = re.compile(
    r",(?=\s+(?:(?:which|that)\s+(?:was|were)\s+)?(?:announced|reported|described|published)\s+(?:in|with|by)\s+$)", re.IGNORECASE
)
"""The comma of "The maintenance, announced in CSMS # n, has been canceled"."""
_STILL_OPEN = re.compile(
    r"[^.;]*?\b(?:but|for\s+(?!all\b)|except|only|still|remains?|continues?|again|returned|recurs|recurred|reappeared|came\s+back)\b",
    re.IGNORECASE,
)
"""Ends "was resolved" for some, or for a while: "for Air but continues for Ocean", "and returned on Tuesday"."""
_WIDER = re.compile(rf"\s+to\s+(?!{DAY}|\d|(?:the\s+)?(?:end|close|COB|midnight|noon|following)\b|{MONTH}\b|\w+day\b)", re.IGNORECASE)
_LINK = re.compile(
    rf"(?<![\w./-])(?P<url>(?:https?://)?[\w.-]{{0,100}}+/(?:accounts/{ACCOUNT}/bulletins/(?:gd/{ACCOUNT}-)?|bulletins/gd/{ACCOUNT}-)[0-9a-f]{{6,8}}\b)"
    r"(?:[?#/][^\s()<>\"\u201d,]*+(?<![.;:]))?(?:\s?\(CSMS # \d++\))?",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\b(reported|described|announced|given|listed|stated|noted|provided|published|outlined|identified|mentioned|posted|set)\s+there(?:in)?\b",
    re.IGNORECASE,
)
_SETS_AN_END = re.compile(rf"\b(?:deadline|due|period|window|until|through|by\s+{DAY})\b", re.IGNORECASE)
_THAT_END = re.compile(
    r"\b(?:that|this)\s+((?:(?:comment|grace|transition|filing|registration)\s+)?(?:deadline|date|period|window))\b", re.IGNORECASE
)
"""Words by which a sentence goes on with the message of the sentence before."""
_OTHER_PLACE = re.compile(
    r"\bhttps?:|\.(?:gov|com|org|mil)\b|\b(?:web\s?sites?|(?:web\s?)?pages?|sites?|portals?|links?|Federal\s+Register|FAQs?|handbooks?|guides?|documents?)\b",
    re.IGNORECASE,
)
"""Another place that "there" may mean."""
_SEE = re.compile(r"(?:\(|\b(?:see|per|read|under|(?:refer|according)\s+to))\s*(?:also\s+)?$", re.IGNORECASE)
"""Words before a number that only point to it: what the sentence says need not be what the message says."""
_QUOTED = re.compile(r"(?i)\boriginal\s+(?:CSMS\s+)?messages?\b[^.\n]{0,80}?(?:below|follows?|:)|---\s{0,3}original\s+message")


def references(title: str, body: str | None, number: str = "") -> tuple[Reference, ...]:
    """Return each message that a title and a body name, once, with its strongest relation; never the message's own number.

    `body` is without its banner (`csms.without_banner`). Messages quoted below "Original message" are not read.
    """
    found: dict[str, Reference] = {}
    text = _LINK.sub(_with_number, (body or "")[:MAX_TEXT])
    if quoted := _QUOTED.search(text):
        text = text[: quoted.end()]
    for each in (*_read(title, is_title=True), *_read(text)):
        if each.number == number or len(each.number) < MIN_NUMBER:
            continue
        if each.number not in found or each.kind.strength > found[each.number].kind.strength:
            found[each.number] = each
    return tuple(found.values())


def _read(text: str, *, is_title: bool = False) -> Iterator[Reference]:
    for several in mentions(text):
        start, end = several[0].start, several[-1].end
        before, after = _sentence(text, start, end)
        is_question = text[: end + len(after) + 1].rstrip().endswith("?")
        following = _following(text, end + len(after))
        kind = Relation.REFERS if is_question or is_denied(following) else _kind(before, after, is_title=is_title)
        because = " ".join(f"{before}{text[start:end]}{after}".split())
        if kind is Relation.CANCELS and is_replaced(before, after, following):
            kind = Relation.REPLACES
        if len(several) == 1 and not (is_title or is_question):
            later, said = _told_after(following, before, after, because)
            if later.strength > kind.strength:
                kind, because = later, f"{because}. {said}"
        for each in several:
            yield Reference(each.number, kind, each.as_written, because)


def _following(text: str, place: int) -> str:
    """Return the sentence after the one that ends at a place, or ""."""
    stop = SENTENCE_END.match(text, place)
    following = text[stop.end() : stop.end() + _BEFORE] if stop else ""
    ends = SENTENCE_END.search(following)
    return following[: ends.start()] if ends else following


def _told_after(said: str, before: str, after: str, because: str) -> tuple[Relation, str]:
    """Return what the next sentence does to the message that `because` names: "The delay reported there is resolved", and that sentence.

    `before` and `after`: what stands around the number.
    """
    if len({each.number for several in mentions(because) for each in several}) > 1:
        return Relation.REFERS, ""
    if next(mentions(said), None) is not None or said.rstrip().endswith("?"):
        return Relation.REFERS, ""
    return _goes_on(said, before, after, because), " ".join(said.split())


def _goes_on(said: str, before: str, after: str, because: str) -> Relation:
    """Return what a sentence says of the message of the one before, to which "there", "that deadline" or "that error" leads back."""
    pointed = _SEE.search(before) is not None
    if THAT_ERROR.match(said):
        return Relation.CORRECTS if IS_WRONG.search(because) and not pointed else Relation.REFERS
    if THAT_IS_WRONG.match(said) and STATES.match(after) and not before.strip():
        return Relation.CORRECTS
    elsewhere = _OTHER_PLACE.search(because) is not None
    if not elsewhere and (there := _THERE.search(said)):
        return _kind(f"{said[: there.end(1)]} in ", said[there.end() :], is_title=False)
    if not pointed and _SETS_AN_END.search(because) and (that := _THAT_END.search(said)):
        kind = _kind(f"{said[: that.start()]}the {that[1]} in ", said[that.end() :], is_title=False)
        return kind if kind in (Relation.EXTENDS, Relation.UPDATES) else Relation.REFERS
    if not elsewhere and (that := THAT_MESSAGE.search(said)) and _is_the_message(that["what"], before, after):
        return _kind(said[: that.start()], said[that.end() :], is_title=False)
    if not pointed and (that := THAT_THING.search(said)) and _is_told_of(that["what"], before, after):
        kind = _kind(f"{said[: that.start()]}the {that['what']} announced in ", said[that.end() :], is_title=False)
        return kind if kind is not Relation.CORRECTS else Relation.REFERS
    return Relation.REFERS


def _is_the_message(what: str, before: str, after: str) -> bool:
    """Return whether "that notice" can mean no other one that the sentence before names."""
    others = re.compile(rf"\b{what.rstrip('s')}", re.IGNORECASE)
    return not others.search(after) and (
        not others.search(before) or re.search(rf"\b{what}\s+(?:\w+\s+)?(?:in|of)\s+$", before, re.IGNORECASE) is not None
    )


def _is_told_of(what: str, before: str, after: str) -> bool:
    """Return whether a sentence says that its message announces or reports one thing of this name."""
    told = (TELLS_OF.match(after) and not before.strip()) or TOLD_IN.search(before)
    return bool(told) and len(re.findall(rf"\b{what}", before + after, re.IGNORECASE)) == 1


def _with_number(link: re.Match[str]) -> str:
    """Return the number of a linked message in the place of its address, so that the words around it count."""
    url = link["url"] if link["url"].startswith(("/", "http")) else f"https://{link['url']}"
    number = number_of(url)
    return f"CSMS # {number}" if number else link.group()


def _sentence(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the parts of the sentence before and after a place."""
    before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    first = start - len(before)
    stops = (each for each in SENTENCE_END.finditer(text, first, start + 1) if not text[first : each.end()].rstrip(_BULLETS).endswith(":"))
    begins = max((each.end() - first for each in stops), default=0)  # with its next letter
    ends = SENTENCE_END.search(after)
    return before[begins:].lstrip(), after[: ends.start()] if ends else after


def _kind(before: str, after: str, *, is_title: bool) -> Relation:
    if (is_title or len(before) < 40) and not is_subject(after):
        for kind, lead in LEADS.items():
            if lead.fullmatch(before):
                return kind
    if about := _ABOUT.fullmatch(before):
        return next((kind for kind in PHRASES if _governs(kind, about["lead"], after, near=False)), Relation.REFERS)
    governing = next((kind for kind in PHRASES if _governs(kind, before, after)), None)
    if governing is not None:
        return _extent(governing, after)
    if (listed := LISTED.search(before)) and before.rstrip(_BULLETS).endswith(":") and not is_limited(after):
        return _done(before[: listed.start()], before[listed.end() :].rstrip(_BULLETS + ":"), DONE)
    done = _done(before, after, (*DONE, *TITLE_DONE) if is_title and not is_about(before) else DONE)
    return _led(before, after) if is_title and done is Relation.REFERS else done


def _led(before: str, after: str) -> Relation:
    """Return what a title's lead-in says of the thing that stands before the number."""
    if is_subject(after) or is_open(before, after):
        return Relation.REFERS
    found = (kind for kind, words in LED_OBJECTS.items() if words.fullmatch(before) and not (kind in _NOT_OF_A_PART and is_limited(after)))
    return next(found, Relation.REFERS)


def _extent(kind: Relation, rest: str) -> Relation:
    """Return the kind, or of what is extended "to all ports" and not to a day, that it is updated."""
    return Relation.UPDATES if kind is Relation.EXTENDS and _WIDER.match(rest) else kind


def _governs(kind: Relation, before: str, after: str, *, near: bool = True) -> bool:
    """Return whether a phrase of this kind is asserted of the number; a near one with nothing but its object between them."""
    if kind in _NOT_OF_A_PART and is_limited(after):
        return False
    return any(
        is_asserted(form, before[: phrase.start()], after) and not _NOT_DONE.search(before[: phrase.start()])
        for form, about, words in PHRASES[kind]
        for phrase in words.finditer(before)
        if not near or MIDDLE[about].fullmatch(before, phrase.end())
    )


_NOT_OF_A_PART = frozenset({Relation.REPLACES, Relation.CANCELS, Relation.RESOLVES})
"""Words that limit a deed to some goods or filers: the message stays as it is for the others."""


def _done(before: str, after: str, wordings: Iterable[Done]) -> Relation:
    """Return what the words after a number say of it."""
    if is_open(before, after) or _POINTS.search(before):
        return Relation.REFERS
    if IN_IT.match(after) and before.strip().lower() == "in":
        return Relation.CORRECTS
    subject = _ANNOUNCED.sub("", re.split(r"[,;:]", _APART.sub("", before))[-1])
    for kind, about, words in wordings:
        if (done := words.match(after)) and MIDDLE[about].fullmatch(subject):
            rest = after[done.end() :]
            limited = (kind in _NOT_OF_A_PART and is_limited(rest)) or (kind is Relation.RESOLVES and _STILL_OPEN.match(rest))
            return Relation.REFERS if limited else _extent(kind, rest)
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
