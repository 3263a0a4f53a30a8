"""Sentences of a message, and the one that says what changes."""

import re
from collections.abc import Iterator

MAX_GIST = 300  #: Characters.
MIN_SENTENCE = 20  #: Characters; a shorter sentence says too little.

SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\b[Nn]o)(?<!\bvs)(?<!\bSt)(?<!\b[DM]r)(?<!\bMs)(?<!\bSec)(?<!\b(?:Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec))(?<!\bSept)(?<!\b[ap]\.m)(?<!\be\.g)(?<!\bi\.e)[.!?;][\"\u201d)]?\s+(?=[\"\u201c(]?[A-Z0-9])"
    r"|\n\s*\n|[\u2022\u25cf]"
)
"""The end of a sentence, but not the period of "U.S.", "5:00 a.m." or "St. Thomas"."""

_CHANGES = re.compile(
    r"\b(?:will|must|shall|effective|beginning|no\s+longer|is\s+now|are\s+now|requires?d?|extend(?:s|ed|ing)?|replaces?d?|correct(?:s|ed|ion)"
    r"|updat(?:es|ed|ing)|has\s+(?:been\s+)?(?:published|posted|issued|launched|deployed|enhanced|created|opened|changed|added|removed|completed)"
    r"|have\s+(?:been\s+)?(?:published|posted|issued|deployed|changed|added|removed)|deployed|enhanced|released|suspend(?:s|ed)|end(?:s|ed)\s+on"
    r"|expires?|cancell?ed|resolved|rescind(?:s|ed)|provid(?:es|ing)\s+(?:updated\s+)?guidance|to\s+provide\s+guidance|is\s+due|open(?:s|ed)?\s+on"
    r"|experiencing|unavailable|began)\b",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"^\W*(?:dear\b|hello\b|good\s+(?:morning|afternoon|evening)|attention\b|to\s+all\b|thank(?:s|\s+you)|background\b\W*$|we\s+apologi[sz]e"
    r"|please\s+(?:contact|direct|send|note\s+that\s+cbp\s+cannot)|please\s+(?:see|find|refer\s+to|review)\s+(?:the\s+)?attach(?:ed|ment)\b"
    r"|(?:for|if\s+you\s+have)\s+(?:any\s+)?(?:further\s+|additional\s+)?(?:questions|assistance|more\s+information)|questions\s+(?:about|regarding|can|may|should)"
    r"|(?:technical|policy)\s+questions|related\s+(?:csms\s+)?messages?|see\s+csms|https?://)",
    re.IGNORECASE,
)

_GREETING = re.compile(
    r"\A\W*+(?:(?:dear|hello|attention|to\s+all)\b[^.:,]{0,60}[:,]|good\s+(?:morning|afternoon|evening)\b[^.:,]{0,40}[:,.])\s*",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\A\W*+(?:issue|problem|background|guidance|description|summary|purpose|subject|information|status|update|notice)\s*:\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\A\W*+(?:(?:this(?:\s+(?:CSMS\s+)?(?:message|notice))?\s+is|the\s+purpose\s+of\s+this\s+(?:CSMS\s+)?(?:message|notice)\s+is)\s+to\s+"
    r"(?:inform|advise|notify|remind|announce)\b[^.:;]{0,60}?\bthat|please\s+(?:be\s+(?:advised|informed|aware)|note)(?:\s+that)?)\s*[,:]?\s+",
    re.IGNORECASE,
)
"""Words that only lead to what a sentence says: "The purpose of this message is to announce that"."""

_POINTS = re.compile(r"(?:\w+\s+){1,6}?can\s+(?:also\s+)?be\s+found\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"background\b|.{0,40}?\bthis\s+(?:CSMS\s+)?(?:message|notice|guidance)\s+(?:is\s+to\s+provide|provides)\s+(?:\w+\s+){0,3}?(?:guidance|information|instructions)\b",
    re.IGNORECASE,
)
"""A sentence that says what the message is about or what was before, and not what changes."""

_NUMBERS = re.compile(r"(?:[\W\d]|and|CSMS|nos?|messages?|numbers?)*+", re.IGNORECASE)
_ONLY_NAMES_ANOTHER = re.compile(r"^(?:please\s+note\s+that\s+)?this\s+(?:CSMS\s+)?message\b.{0,60}\bCSMS\b[^,]{0,60}$", re.IGNORECASE)


def sentences(text: str) -> Iterator[str]:
    start = 0
    for stop in SENTENCE_END.finditer(text):
        yield text[start : stop.end()]
        start = stop.end()
    yield text[start:]


def gist(body: str | None) -> str:
    """Return the first sentence of a body that says what changes, else the first that is not boilerplate, or "".

    It is without a greeting, a heading ("Issue:") and an opening ("Please be advised that"). A sentence that only says that the message
    replaces another one is none, and one that only names another or tells the purpose gives way to any that says what changes.

    `body` is without its banner (`csms.without_banner`).
    """
    told = [_said(" ".join(each.split())) for each in sentences(body or "")]
    told = [each for each in told if len(each) > MIN_SENTENCE and not _BOILERPLATE.match(each) and not _ONLY_NAMES_ANOTHER.match(each)]
    told = [each for each in told if not _POINTS.match(each)] or told
    strong = [each for each in told if not _ABOUT.match(each) and not only_names_another(each)]
    weak = [each for each in told if each not in strong]
    chosen = next((each for each in (*strong, *weak) if _CHANGES.search(each)), told[0] if told else "")
    if len(chosen) <= MAX_GIST:
        return chosen
    return chosen[: chosen.rfind(" ", 0, MAX_GIST)].rstrip(",;: ") + "\u2026"


def only_names_another(sentence: str) -> bool:
    """Return whether all that a sentence tells is which message it is about: "This extends the deadline in CSMS # 67647279."."""
    before, named, after = sentence.partition("CSMS")
    return bool(named) and not any(each.isdigit() for each in before) and _NUMBERS.fullmatch(after) is not None


def _said(sentence: str) -> str:
    """Return a sentence without the words before what it says, with a capital letter."""
    said = sentence.strip("\u2022\u25cf ")
    for before in (_GREETING, _HEADING, _OPENING):
        if (found := before.match(said)) is not None:
            said = said[found.end() :]
    return said[:1].upper() + said[1:]
