"""Recognize a question about CBP's messages by its shape, and find what it is about. Pure, and quick to import.

The shapes are rules over sets of words: a new verb or noun is one word in one set. What is in no set is what a question is about.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

from content.search.wordlists import STOP_WORDS

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class News(StrEnum):
    """Kinds of questions about the messages."""

    MESSAGES = "messages"
    COUNT = "count"  #: How many there are.
    TROUBLE = "trouble"  #: Whether a system works.
    NEXT = "next"  #: The next event.
    DATES = "dates"  #: Which dates are ahead: what takes effect, opens, ends or is due.
    HAPPENED = "happened"  #: What happened to something, which the content may know as well.


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GREETING = _set("and but hello hey hi ok okay please pls so well")
_POLITE = _GREETING | _set(
    "a all an any are bot can could do else for get give has have i is just list me my need now of our show tell thanks the there these "
    "those us was want we were what whats with you"
)
"""Words that may stand before "latest" or "new"."""

_ASKS_CONTENT = _set("define describe explain how hows when whens where wheres who whom whos whose why whys")
"""First words of a question that is not about messages, even with "this week"."""

_NOUNS = _set("csms message messages msg msgs news")
_REPORTS = _set("advisories advisory announcement announcements bulletin bulletins notice notices update updates")
_LOOSE_NOUNS = _set("alert alerts change changes guidance post posts")
_ALL_NOUNS = _NOUNS | _REPORTS | _LOOSE_NOUNS
"""Nouns of messages: what means little else, what may be an official notice, and what is a message only if it is new."""
_COMPOUND_BEFORE = _set(
    "abi acceptance ams edi error federal import isf liquidation penalty pga phishing query reject rejection response status text"
)
_COMPOUND_AFTER = _set(
    "account address archive board box center code codes feed format formats form page pages release releases room service set sets site "
    "system to type types"
)
"""Beside a noun: "error messages", "message set", "news page"."""

_VAGUE = _set("anything something nothing")
_ABOUT = _set("about concerning covering mentioning on re regarding")
_LINKING = _ABOUT | _set("containing dated from since that which with")
_NEW = _set("additional further latest more most new newer newest other recent")
_RECENTLY = _set("lately nowadays recently today tonight yesterday")
_BEGINS_PERIOD = _set("last past previous since this yesterday")
"""One of these is in every period until now."""
_TIMES = _RECENTLY | _set("again current day days last month months morning now past previous right this week weekend weeks year yet")

_AUXILIARIES = _set("did didnt had has hasnt have havent was wasnt were werent")
_SENDERS = _set("agency cbp customs hq office they you")
_SAYING = _set(
    """
    announce announced announcing came come comes communicate communicated discuss discussed discusses distributed gone issue issued
    issues issuing mention mentioned mentioning mentions post posted posting posts publish published publishes publishing put release
    released releases releasing said say saying says send sending sends sent share shared talk talked talking talks tell telling told
    went write writes writing written wrote
    """
)
_HEARING = _set("get gotten hear heard read receive received saw see seen")
_SHOWING = _set("bring display fetch find forward get give list look need open pull search see send share show want")
_SENDING = _set("bring fetch forward give send share")

_TROUBLE = _set("downtime glitch glitches interruption interruptions maintenance outage outages")
_SYSTEM_TROUBLE = _set("delay delays error errors issue issues problem problems trouble")
_SYSTEM_NAMES = _set("abi ace aes ams cape portal")
_SYSTEM = _SYSTEM_NAMES | _set("system systems")
_WORKING = _set("broken crashed crashing down fixed offline slow unavailable unresponsive up working")
_PAGES = _set("link page site url website")
_LISTED = _set("announced calendar find list listed look posted published see shown")
_BEING = _set("are arent is isnt was were")

_CHANGED = _set("amended changed changing modified revised updated")
_HAPPENED = _set("happened happening")
_NEXT = _set("next soonest upcoming")
_DATE_WORDS = _set("ahead coming dates deadlines due effect effective force upcoming")
EVENTS = _set(
    """
    briefing briefings call calls conference conferences deployment deployments event events meeting meetings opening openings roundtable
    seminar seminars session sessions summit symposium training trainings webinar webinars workshop workshops
    """
)
_FIRST_PERSON = _set("i me mine my our ours we")
_MAX_TIMED = 4
"""Words of a question about messages that has nothing but its time to show it: "steel this week"."""
_MONTHS = _set("january february march april may june july august september october november december")

SMALL_WORDS = STOP_WORDS.union(
    *(_NOUNS, _VAGUE, _ABOUT, _RECENTLY, _HAPPENED),
    _set(
        """
        actually ago already asked because came cbp cbps currently during explained issued latest most newest posted published put recent
        related released soon stopped there tell told tomorrow upon whats while yet
        """
    ),
)
"""Words of any question that do not tell what it is about."""

FUNCTION_WORDS = SMALL_WORDS.union(
    *(_ALL_NOUNS, _LINKING, _NEW, _AUXILIARIES, _SAYING, _HEARING, _SHOWING, _CHANGED, _NEXT),
    _set("agency dated different ever going guys hows list many number office shown stored total whens word wrong"),
)
"""More such words, of a question about messages. Behind "about" or the like, only the small words are dropped."""

_STATE_WORDS = _TIMES | _TROUBLE | _SYSTEM_TROUBLE | _WORKING | _set("go goes system systems")
"""Words that ask about a system without naming it."""

_PREPOSITIONS = _ABOUT | _set("for in to with")
"""Words before the subject of a question."""


def news_of(tokens: Sequence[str]) -> News | None:
    """Return what a question, as words in lower case, asks of CBP's messages, or None if it is about something else."""
    words = list(tokens)
    while words and words[0] in _GREETING:
        del words[0]
    if not words or words == ["new"]:
        return None
    return next((news for news, rules in _RULES.items() if any(rule(words) for rule in rules)), None)


def subject_of(tokens: Sequence[str], news: News) -> tuple[list[str], list[str]]:
    """Return what a question about messages is about, and the part of it that follows "about" or a similar word."""
    if news is News.TROUBLE:
        tokens = [word for word in tokens if word not in _STATE_WORDS]
    places = [place for place, word in enumerate(tokens) if word in _ABOUT] or [
        place for place, word in enumerate(tokens) if word in _PREPOSITIONS
    ]
    start = places[0] if places else len(tokens)
    after = [word for word in tokens[start:] if word not in SMALL_WORDS and word not in _PREPOSITIONS]
    before = [word for word in tokens[:start] if word not in FUNCTION_WORDS and not _is_sender(word, tokens)]
    return [*before, *after], after


def asks_to_be_sent(tokens: Sequence[str]) -> bool:
    """Return whether a question about messages asks to be sent them, as a subscription does."""
    words = [word for word in tokens if word not in _GREETING | {"can", "could", "you"}]
    return words[:1] != [] and words[0] in _SENDING and words[1:2] in (["me"], ["us"])


def _is_sender(word: str, tokens: Sequence[str]) -> bool:
    return word == "customs" and not _SAYING.isdisjoint(tokens)


def _asks_content(words: Sequence[str]) -> bool:
    return not _ASKS_CONTENT.isdisjoint(words[:2])


def _nouns(words: Sequence[str], among: frozenset[str]) -> list[int]:
    """Return the places of these nouns, except in compounds: "error messages", "message set"."""
    around = enumerate(zip(["", *words], words, [*words[1:], ""], strict=False))
    return [
        place
        for place, (before, word, after) in around
        if word in among and before not in _COMPOUND_BEFORE and (after not in _COMPOUND_AFTER or word in _LOOSE_NOUNS)
    ]


def _is_next(words: Sequence[str]) -> bool:
    """ "when is the webinar", "upcoming training"; where they are listed is a question for their page."""
    if not _PAGES.isdisjoint(words) or (words[0] in ("where", "wheres") and not _LISTED.isdisjoint(words)):
        return False
    places = [place for place, word in enumerate(words) if word in _NEXT or (place == 0 and word in ("when", "whens"))]
    return any(not EVENTS.isdisjoint(words[place + 1 : place + 5]) for place in places)


def _asks_dates(words: Sequence[str]) -> bool:
    """ "what takes effect next month", "upcoming deadlines"."""
    if _DATE_WORDS.isdisjoint(words):  # `ask` starts sooner without the module
        return False
    from handlers.messages import ahead

    start = next((place for place, word in enumerate(words) if word not in _POLITE), len(words))
    return ahead.asks_dates(words, start)


def _is_count(words: Sequence[str]) -> bool:
    """ "how many CSMS this week"."""
    counted = words[:2] in (["how", "many"], ["number", "of"])
    return counted and any(place <= 3 and words[place].endswith("s") for place in _nouns(words, _NOUNS | _REPORTS))


def _is_outage(words: Sequence[str]) -> bool:
    """ "any outages today", "are there system issues"."""
    if _asks_content(words) or len(words) < 2:
        return False
    asked = words[0] in _BEING | {"any", "did", "known", "there", "was"} or not (_TIMES | _SYSTEM_NAMES).isdisjoint(words)
    pairs = pairwise(words)
    troubled = not _TROUBLE.isdisjoint(words) or any(before in _SYSTEM and after in _SYSTEM_TROUBLE for before, after in pairs)
    return asked and troubled


def _is_down(words: Sequence[str]) -> bool:
    """ "is ACE down right now", "did the portal go down", "what is wrong with ACE"."""
    if not _PAGES.isdisjoint(words):
        return False
    end = len(words)
    while end and words[end - 1] in _TIMES:
        end -= 1
    state = words[0] in _BEING and end >= 3 and words[end - 1] in _WORKING
    pairs = list(pairwise(words))
    went = any(before in ("go", "goes", "gone", "went") and after in ("down", "offline") for before, after in pairs)
    return state or (went and words[0] in _AUXILIARIES) or (("wrong", "with") in pairs and words[0] in ("what", "whats", "something"))


def _opens_with_newest(words: Sequence[str]) -> bool:
    """ "latest on steel", "what's new", "any recent guidance on marking"."""
    start = next((place for place, word in enumerate(words) if word not in _POLITE), len(words))
    rest = list(words[start:])
    if not rest:
        return False
    if rest[0] in ("latest", "newest", "news") or rest[:2] == ["most", "recent"]:
        return not rest[1:2] or rest[1] not in _COMPOUND_AFTER or rest[0] != "news"
    after = rest[1:2] or [""]
    follows = after[0] in _ABOUT | _RECENTLY | {"", "for", "from", "in", "since", "this", "with"}
    return rest[0] in _NEW and (
        (follows and (start > 0 or after[0] != "" or rest[0] == "recent")) or any(place <= 3 for place in _nouns(rest, _ALL_NOUNS))
    )


def _asks_for_any(words: Sequence[str]) -> bool:
    """ "are there any notices", "any word on quota", "any changes to the ACE portal"."""
    if _asks_content(words) or "any" not in words[:5]:
        return False
    start = words.index("any")
    near = words[start + 1 : start + 4]
    return bool(_nouns(near, _ALL_NOUNS)) or near[:2] in (["word", "on"], ["word", "about"])


def _asks_for_something(words: Sequence[str]) -> bool:
    """ "anything about steel", "is there something new on beef"."""
    if _asks_content(words):
        return False
    following = _ABOUT | _RECENTLY | _SAYING | _CHANGED | _HAPPENED | {"new", "recent", "since", "this"}
    after = {word: [each for each in words[place + 1 : place + 3] if each != "else"] for place, word in enumerate(words) if word in _VAGUE}
    loose = following | {"for", "from", "in"}
    return any((near or [""])[0] in (following if word == "nothing" else loose) for word, near in after.items() if words[0] != "does")


def _was_said(words: Sequence[str]) -> bool:
    """ "did CBP send anything about Jordan", "has any guidance been issued", "what did CBP say about steel"."""
    first, second = [*words, ""][:2]
    says = [place for place, word in enumerate(words) if word in _SAYING]
    if first in _AUXILIARIES:
        objects = _nouns(words, _ALL_NOUNS | _VAGUE)
        if says and any(place not in says for place in objects):
            return True
        heard = not _HEARING.isdisjoint(words) and not (_VAGUE | _NOUNS | {"about"}).isdisjoint(words)
        sent = second in _SENDERS and any(not _ABOUT.isdisjoint(words[place + 1 : place + 3]) for place in says)
        return heard or sent
    if first not in ("what", "which", "whats"):
        return False
    if second in _AUXILIARIES and any(2 <= place <= 5 for place in says):
        return second not in ("did", "didnt") or not _SENDERS.isdisjoint(words[2:4])
    return second in ("came", "got", "just", "went") and any(place <= 3 for place in says)


def _names_messages(words: Sequence[str]) -> bool:
    """ "messages about X", "CSMS from June", "october messages", "which message talks about X", "show me the messages"."""
    if _asks_content(words):
        return False
    shows = next((word for word in words if word not in _POLITE), "") in _SHOWING or not _SHOWING.isdisjoint(words[:2])
    which = words[0] in ("what", "which")
    for place in _nouns(words, _NOUNS | _REPORTS):
        if which and place > 2 and words[1] not in _POLITE | _AUXILIARIES | {"did", "does"}:
            continue  # "which page has news about ports"
        noun, after = words[place], [*words[place + 1 : place + 3], "", ""][:2]
        firm = noun in _NOUNS
        if noun == "news" or after[0] in _ABOUT or (after[0] in ("from", "in", "of", "since") and _is_time(after[1])):
            return True
        if place and words[place - 1] in _MONTHS | {"last"}:
            return True
        if (firm and (after[0] in _LINKING | {"past"} or _is_time(after[0]) or shows)) or (noun == "update" and shows):
            return True
        if firm and which and place <= 2 and words[1] not in _BEING | {"does", "do"} and len(words) > place + 1:
            return True
        if not firm and noun.endswith("s") and shows and not which:
            return True
    if words[0] == "update" and words[1:2] in (["me"], ["us"]):
        return True
    return words[-1] in ("messages", "msgs") and all(word in _POLITE | {"cbp", "cbps", "messages", "msgs"} for word in words)


def _has_changed(words: Sequence[str]) -> bool:
    """ "has the CATAIR changed", "what changed for brokers", "what happened this week"."""
    first, changed = words[0], _CHANGED.intersection(words)
    if first in ("has", "have", "did", "hasnt", "havent", "didnt") and (changed or "change" in words[2:]):
        return True
    if first not in ("what", "whats"):
        return False
    near = list(words[1:4])
    goes_on = ("going" in near and "on" in words[2:5]) or near[:1] == ["up"] or near[:2] == ["is", "up"]
    if goes_on or not (_CHANGED | _HAPPENED).isdisjoint(near):
        return True
    return near[:1] in (["are"], ["were"]) and "changes" in words[2:5]


def _asks_what_happened(words: Sequence[str]) -> bool:
    """ "what happened to de minimis", "which countries got their ban lifted"."""
    first, second, third = [*words, "", "", ""][:3]
    happened = second == "happened" and third in ("to", "with") and not _is_timed(words)
    return (first == "what" and happened) or (first == "which" and "got" in words[2:])


def _is_timed(words: Sequence[str]) -> bool:
    """ "this week", "messages today", "what changed lately"."""
    if _asks_content(words):
        return False
    recent = False
    if not _BEGINS_PERIOD.isdisjoint(words):  # `ask` starts sooner without the module
        from handlers.messages import periods

        recent = periods.is_recent(words)
    if _RECENTLY.isdisjoint(words) and not recent:
        return False
    if not (_VAGUE | _ALL_NOUNS | _CHANGED | {"new"}).isdisjoint(words) or all(word in FUNCTION_WORDS for word in words):
        return True
    asks = (recent and words[0] in ("what", "whats")) or len(words) <= _MAX_TIMED
    return asks and _FIRST_PERSON.isdisjoint(words)


def _is_time(word: str) -> bool:
    return word in _MONTHS | _TIMES or (len(word) == 4 and word.isascii() and word.isdecimal())


_RULES: dict[News, tuple[Callable[[Sequence[str]], bool], ...]] = {
    News.NEXT: (_is_next,),
    News.DATES: (_asks_dates,),
    News.COUNT: (_is_count,),
    News.TROUBLE: (_is_outage, _is_down),
    News.HAPPENED: (_asks_what_happened,),
    News.MESSAGES: (
        *(_opens_with_newest, _asks_for_any, _asks_for_something, _was_said),
        *(_names_messages, _has_changed, _is_timed),
    ),
}
