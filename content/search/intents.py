"""Recognize what a question asks about one thing: who handles it, whom to contact, which issue covers it, what somebody does."""

from dataclasses import dataclass
from enum import StrEnum

from content.search.wordlists import FUNCTION_WORDS, QUESTION_WORDS

MAX_WORDS = 45
"""Words of a question that are read."""


class Wanted(StrEnum):
    """The aim of a question about the thing that it names."""

    HANDLER = "who handles it"
    CONTACT = "whom to contact about it"
    ISSUE = "which issue covers it"
    WORK = "what somebody does"
    PURPOSE = "what something is for, in short"
    MOVED_PAGE = "where a page is now"
    REPORT_HARM = "how to report a product that did harm"


@dataclass(frozen=True, slots=True)
class Intent:
    """The aim of a question, and the words for the thing that it asks about."""

    wanted: Wanted
    about: tuple[str, ...]
    is_issue: bool = False
    """The words call the thing an issue or a priority, or ask for its aim."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WHO = _set("who whos whom")
_BODIES = _set("agency bureau department desk directorate division group office people person somebody someone staff team unit")
_OF_CBP = _set("cbp customs headquarters hq of office our the trade your")
_HANDLES = _set(
    "administer administers cover covers deal deals handle handles handling manage manages own owns oversee oversees process processes "
    "protect protects supervise supervises"
)
_HANDLES_AS_PHRASE = (
    "looks after",
    "look after",
    "takes care of",
    "take care of",
    "works on",
    "work on",
    "works with",
    "is working on",
    "is responsible for",
    "are responsible for",
    "responsible for",
    "is in charge of",
    "in charge of",
    "is tasked with",
    "is assigned to",
    "does the work on",
    "is the lead on",
    "is the lead for",
    "is the expert on",
    "is the expert for",
    "is an expert on",
    "knows about",
)
_MAY = ("can", "could", "do", "may", "must", "should", "would")
_REACHES = (
    "ask",
    "call",
    "contact",
    "email",
    "go to",
    "reach",
    "reach out to",
    "speak to",
    "speak with",
    "talk to",
    "talk with",
    "turn to",
    "write to",
)
_CONTACTS_AS_PHRASE = (
    *(f"{may} {person} {reaches}" for may in _MAY for person in ("i", "we") for reaches in _REACHES),
    *(f"to {reaches}" for reaches in _REACHES),
    *(f"{may} {helps}" for may in ("can", "could") for helps in ("explain", "help", "help me", "help us", "tell me", "tell us")),
    *(f"is {contact}" for contact in ("my contact", "the contact", "the point of contact", "the right contact")),
)
_PREPOSITIONS = _set("about concerning for of on regarding with")

_ISSUES = _set("area areas issue issues priority priorities pti ptis")
_NAMED_ISSUES = _set("issue issues priority priorities pti ptis")
"""As opposed to an area, which may be a place."""
_OF_ISSUES = _set("cbp cbps customs high of one priority risk seven the trade")
_COVERED = _set("about address cover deal focus handle include involve mean on protect with")
"""Last words of a question for what an issue covers ("what goods does … deal with")."""
_MAX_BEFORE_DOES = 4
_COVERS = FUNCTION_WORDS | _set(
    """
    address addresses apply applies belong belongs belonging category come comes concern concerned concerns connected contain contains
    cover covered covering covers deal deals dealing fall falls falling file fit fits focus focuses go goes handle handled handles include
    included includes involve involves list lists matter matters mean own owns part put question questions relate related relates relating
    relevant responsible sit sits talk talks touch touches treat treats under work works
    """
)
"""Words between "which issue" and what it covers."""

_PAGES = _set("link links page pages site url webpage website")
_DEAD = _set("404 broken dead gone move moved")
_OUTDATED = _set("changed expired obsolete off outdated wrong")
"""A link that is one of these is dead only if the current one is asked for: a figure on a page may be wrong as well."""
_CURRENT = _set("correct current new right")
_OF_MOVED = _CURRENT | _set(
    "address anymore brochure cbp find flier flyer give go goes hand handout leaflet looks old out poster print printed seems slide slides "
    "use work works"
)
"""Words around the name of a page that has moved."""
_MAX_PAGE_NAME = 4
_REPORTS = ("report", "reports", "report it", "complain", "tell", "file a complaint", "turn to")
_ASKS_WHERE = _set("how where who whom")
_HARMS = (
    *("came apart", "fell apart", "came off", "broke off", "snapped off", "broke and", "collapsed", "tipped over"),
    *("caught fire", "on fire", "burst into flames", "exploded", "blew up", "overheated", "melted", "burned", "burnt", "shocked"),
    *(
        "choked",
        "choked on",
        "swallowed",
        "hurt",
        "injured",
        "got sick",
        "made me sick",
        "made us sick",
        "poisoned",
        "a rash",
        "electrocuted",
    ),
)
_MACHINES = _set("ace account cargo computer form link page portal screen shipment site system upload website")
"""Things that break without doing harm."""

_WORK = _set("duties duty function job jobs mission profession responsibilities role roles task tasks work")
_AIMS = _set("aim aims goal goals mission objective objectives")
"""Words for parts of an issue, which is no thing."""
_PURPOSES = _AIMS | _set("basics blurb gist nutshell overview point purpose summarize summary synopsis")
_SHORT = _set("bullet few line lines paragraph sentence sentences text")
"""Forms of a summary, if it is to be short ("in one line")."""
_SUMMED_UP = (
    FUNCTION_WORDS
    | _PURPOSES
    | _SHORT
    | _set(
        """
        all big brief couple explain explanation out general give good main need plain point quick say short three two whole words write
        day first kickoff meeting newsletter phone presentation read slide speech talk training
        """
    )
)
"""Words around the name of what is to be summed up; the last of them say for whom ("for my talk")."""
_ASKS_FOR_SHORT = _set("few give need one short single two three")
_ASKS_ELSE = _set("how when where which who whom whose why")
_DAYS = _set("all average day days daily each every here life living normal there typical usual week")
_WORK_NOUNS = _set("assignments duties responsibilities tasks")
_DOES = {("what", "do"), ("what", "does"), ("what", "is"), ("what", "s"), ("what", "would")}
_ADVERBS = _set("actually basically even exactly normally really typically usually")
_DETERMINERS = _set("a an the your")


def intent_of(words: list[str]) -> Intent | None:
    """Return what the words of a question ask about one thing, or None for any other question."""
    read = words[:MAX_WORDS]
    return _issue(read) or _harm(read) or _moved_page(read) or _handler(read) or _purpose(read) or _work(read)


def _issue(words: list[str]) -> Intent | None:
    """Read "which priority trade issue covers cotton", "cotton falls under which PTI" and "what does the revenue issue cover"."""
    start = next((place + 1 for place, word in enumerate(words[:_MAX_BEFORE_DOES]) if word in ("do", "does")), 0)
    if start and words[0] in ("what", "which") and words[-1] in _COVERED:
        end = next((place for place, word in enumerate(words) if place > start and word in _NAMED_ISSUES), 0)
        about = _without_frame(tuple(words[start:end]))
        return Intent(Wanted.ISSUE, about) if about and set(words[end:-1]) <= _OF_ISSUES | _ISSUES | _COVERED else None
    for start, word in enumerate(words):
        if word not in ("which", "what"):
            continue
        end = start + 1
        while end < len(words) and words[end] in _OF_ISSUES and not (words[end] == "priority" and end + 1 == len(words)):
            end += 1
        if end < len(words) and words[end] in _ISSUES:
            about = _without_frame((*words[:start], *words[end + 1 :]))
            return Intent(Wanted.ISSUE, about) if about else None
    return None


def _moved_page(words: list[str]) -> Intent | None:
    """Read "the old quota link is dead, what is the new page" and "where did the forced labor page move"."""
    said = set(words)
    is_dead = not _DEAD.isdisjoint(said) or not (_OUTDATED.isdisjoint(said) or _CURRENT.isdisjoint(said))
    if _PAGES.isdisjoint(said) or not is_dead or said & {"ace", "gov"}:  # an outage, or an address
        return None
    about = tuple(word for word in words if word not in FUNCTION_WORDS | _PAGES | _DEAD | _OUTDATED | _OF_MOVED)
    return Intent(Wanted.MOVED_PAGE, about) if 0 < len(about) <= _MAX_PAGE_NAME else None


def _harm(words: list[str]) -> Intent | None:
    """Read the story of a product that did harm, if it asks where to report it ("the crib collapsed, who do I tell")."""
    text = f" {' '.join(words)} "
    asks = any(f" {phrase} " in text for phrase in _REPORTS) and any(word in _ASKS_WHERE for word in words)
    harmed = any(f" {phrase} " in text for phrase in _HARMS)
    return Intent(Wanted.REPORT_HARM, ("unsafe", "product")) if asks and harmed and _MACHINES.isdisjoint(words) else None


def _without_frame(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop the words that only say that an issue covers something, at both ends."""
    first = next((place for place, word in enumerate(words) if word not in _COVERS), len(words))
    last = next((place for place in range(len(words), first, -1) if words[place - 1] not in _COVERS), first)
    return words[first:last]


def _handler(words: list[str]) -> Intent | None:
    """Read "who handles textiles", "which office looks after textiles" and "who do I talk to about textiles"."""
    start = _after_who(words)
    if not start:
        return None
    text = f"{' '.join(words[start:])} "
    for wanted, phrases in ((Wanted.CONTACT, _CONTACTS_AS_PHRASE), (Wanted.HANDLER, _HANDLES_AS_PHRASE)):
        phrase = max((each for each in phrases if text.startswith(f"{each} ")), key=len, default="")
        if phrase:
            return _about(wanted, words[start + phrase.count(" ") + 1 :])
    return _about(Wanted.HANDLER, words[start + 1 :]) if start < len(words) and words[start] in _HANDLES else None


def _after_who(words: list[str]) -> int:
    """Return the place after "who", "who at CBP", "which office" or "which part of CBP"; 0 if the words begin otherwise."""
    if words[:1] and words[0] in _WHO:
        start = 1
    elif len(words) > 1 and words[0] in ("which", "what") and words[1] in _BODIES | {"part"}:
        start = 2
    else:
        return 0
    if words[start : start + 1] == ["s"]:  # "who's"
        start += 1
    if start < len(words) and words[start] in ("at", "in", "of", "from"):  # "at the Office of Trade"
        start = next((place for place in range(start + 1, len(words)) if words[place] not in _OF_CBP), len(words))
    return start


def _purpose(words: list[str]) -> Intent | None:
    """Read "goal of the revenue issue", "short text on quota for my talk" and "what is drawback all about"."""
    opens_short = len(words) > 1 and words[0] in _SHORT and words[1] in _PREPOSITIONS  # "sentence on drawback"
    is_short = opens_short or (not _SHORT.isdisjoint(words) and not _ASKS_FOR_SHORT.isdisjoint(words))
    is_about = words[-1:] == ["about"] and words[0] in ("what", "whats")
    if (_PURPOSES.isdisjoint(words) and not is_short and not is_about) or not _ASKS_ELSE.isdisjoint(words):
        return None
    is_issue = not (_ISSUES | _AIMS | {"priority"}).isdisjoint(words)
    frame = _SUMMED_UP | ((_ISSUES | {"priority"}) if is_issue else set())
    first = next((place for place, word in enumerate(words) if word not in frame), len(words))
    last = next((place for place in range(len(words), first, -1) if words[place - 1] not in frame), first)
    about = tuple(words[first:last])
    if about[-1:] == ("trade",) and not _NAMED_ISSUES.isdisjoint(words[last:]):  # "of the revenue priority trade issue"
        about = tuple(word for word in about[:-1] if word != "priority")
    return Intent(Wanted.PURPOSE, about, is_issue) if about else None


def _work(words: list[str]) -> Intent | None:
    """Read "who is an auditor", "what does an auditor do all day", "what is the job of an auditor" and "auditor duties"."""
    if len(words) > 1 and words[-1] in _WORK_NOUNS and words[0] not in QUESTION_WORDS | _DETERMINERS:
        return _about(Wanted.WORK, words[:-1])
    if words[:1] == ["whats"]:
        words = ["what", "is", *words[1:]]
    opening, rest = tuple(words[:2]), words[2:]
    if opening in {("who", "is"), ("who", "are"), ("who", "s")}:
        return _about(Wanted.WORK, rest)
    if "do" in rest and opening in _DOES:
        named = [word for word in rest if word not in _ADVERBS]
        place = named.index("do")
        is_task = not set(named[place + 1 :]) <= FUNCTION_WORDS | _OF_CBP | _DAYS  # "what does an analyst do on new policies"
        return None if is_task else _about(Wanted.WORK, named[:place])
    if opening in {("what", "is"), ("what", "are"), ("what", "s")}:
        for place, word in enumerate(rest):
            if word in _WORK and rest[place + 1 : place + 2] == ["of"]:
                return _about(Wanted.WORK, rest[place + 2 :])
            if word in _WORK | {"responsible"} and place > 1 and rest[place + 1 :] in ([], ["for"]):
                return _about(Wanted.WORK, [each for each in rest[:place] if each != "s"])
    return None


def _about(wanted: Wanted, rest: list[str]) -> Intent | None:
    about = _without_place(rest) if wanted is Wanted.WORK else rest
    while about and about[0] in _PREPOSITIONS | _DETERMINERS | {"cases", "matters", "questions"}:
        about = about[1:]
    return Intent(wanted, tuple(about)) if about else None


def _without_place(words: list[str]) -> list[str]:
    """Drop "at CBP" and "in the Office of Trade" at the end."""
    place = next((place for place, word in enumerate(words) if place and word in ("at", "for", "in")), len(words))
    return words[:place] if place < len(words) and set(words[place + 1 :]) <= _OF_CBP else words
