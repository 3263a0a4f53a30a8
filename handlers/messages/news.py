"""Recognize a question about CBP's messages by its shape, and find what it is about. Pure, and quick to import.

The shapes are rules over sets of words: a new verb or noun is one word in one set. What is in no set is what a question is about.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

from handlers.messages import vocabulary
from jobs.events import EVENTS

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


MIN_STORY = 12
"""Words of a question that tells a story, which the content is asked about."""


class News(StrEnum):
    """Kinds of questions about the messages."""

    MESSAGES = "messages"
    COUNT = "count"  #: How many there are.
    TROUBLE = "trouble"  #: Whether a system works.
    NEXT = "next"  #: The next event.
    DATES = "dates"  #: Which dates are ahead: what takes effect, opens, ends or is due.
    HAPPENED = "happened"  #: What happened to something, which the content may know as well.


def news_of(tokens: Sequence[str]) -> News | None:
    """Return what a question, as words in lower case, asks of CBP's messages, or None if it is about something else."""
    words = list(tokens)
    while words and words[0] in vocabulary.GREETING:
        del words[0]
    told = 1 + (words[:1] == ["the"])
    if words[told - 1 : told + 1] in (["news", "said"], ["news", "says"]):  # the press, about which the question follows
        del words[: told + 1]
    if not words or words == ["new"] or _points_at_story(words):
        return None
    return next((news for news, rules in _RULES.items() if any(rule(words) for rule in rules)), None)


def _points_at_story(words: Sequence[str]) -> bool:
    """Return whether words only end by asking about the story before ("somebody phoned me …, did CBP put out anything on that")."""
    return len(words) > MIN_STORY and words[-2] in vocabulary.ABOUT and words[-1] in ("it", "that", "this")


def subject_of(tokens: Sequence[str], news: News) -> tuple[list[str], list[str]]:
    """Return what a question about messages is about, and the part of it that follows "about" or a similar word."""
    if news is News.TROUBLE:
        tokens = [word for word in tokens if word not in vocabulary.STATE_WORDS]
    places = [place for place, word in enumerate(tokens) if word in vocabulary.ABOUT] or [
        place for place, word in enumerate(tokens) if word in vocabulary.PREPOSITIONS
    ]
    start = places[0] if places else len(tokens)
    after = [word for word in tokens[start:] if word not in vocabulary.SMALL_WORDS and word not in vocabulary.PREPOSITIONS]
    before = [word for word in tokens[:start] if word not in vocabulary.FUNCTION_WORDS and not _is_sender(word, tokens)]
    return [*before, *after], after


def changed_about(tokens: Sequence[str]) -> str:
    """Return for what a question asks what changed, or "".

    "What has changed for steel since monday", "what did we miss this week", "which messages were corrected in february".
    """
    words = [word for word in tokens if word not in vocabulary.GREETING]
    missed = next((place for place, word in enumerate(words[:5]) if word in ("miss", "missed")), 0)
    if words[:1] == ["what"] and missed and vocabulary.FIRST_PERSON.intersection(words[:missed]):
        return " ".join(words[missed + 1 :])
    if words[:1] in (["which"], ["what"]) and words[1:2] and words[1] in vocabulary.ALL_NOUNS:
        rest = words[2:]
        while rest and rest[0] in vocabulary.AUXILIARIES | {"been", "got", "are"}:
            del rest[0]
        return " ".join(rest) if rest and rest[0] in vocabulary.REPORTED else ""
    if words[:1] not in (["what"], ["whats"], ["anything"], ["something"]):
        return ""
    rest = words[1:]
    while rest and rest[0] in vocabulary.AUXILIARIES | {"is", "s"}:
        del rest[0]
    return " ".join(rest[1:]) if rest and rest[0] in ("changed", "changing") and rest[1:2] != [] else ""


def asks_to_be_sent(tokens: Sequence[str]) -> bool:
    """Return whether a question about messages asks to be sent them, as a subscription does."""
    words = [word for word in tokens if word not in vocabulary.GREETING | {"can", "could", "you"}]
    return words[:1] != [] and words[0] in vocabulary.SENDING and words[1:2] in (["me"], ["us"])


def _is_sender(word: str, tokens: Sequence[str]) -> bool:
    return word == "customs" and not vocabulary.SAYING.isdisjoint(tokens)


def _asks_content(words: Sequence[str]) -> bool:
    return not vocabulary.ASKS_CONTENT.isdisjoint(words[:2])


def _nouns(words: Sequence[str], among: frozenset[str]) -> list[int]:
    """Return the places of these nouns, except in compounds: "error messages", "message set"."""
    around = enumerate(zip(["", *words], words, [*words[1:], ""], strict=False))
    return [
        place
        for place, (before, word, after) in around
        if word in among
        and before not in vocabulary.COMPOUND_BEFORE
        and (after not in vocabulary.COMPOUND_AFTER or word in vocabulary.LOOSE_NOUNS)
    ]


def _is_next(words: Sequence[str]) -> bool:
    """ "when is the webinar", "upcoming training"; where they are listed is a question for their page."""
    if not vocabulary.PAGES.isdisjoint(words) or (words[0] in ("where", "wheres") and not vocabulary.LISTED.isdisjoint(words)):
        return False
    places = [place for place, word in enumerate(words) if word in vocabulary.NEXT or (place == 0 and word in ("when", "whens"))]
    return any(not EVENTS.isdisjoint(words[place + 1 : place + 5]) for place in places) or _is_soon(words)


def _is_soon(words: Sequence[str]) -> bool:
    """ "is there a webinar soon", "any training coming up"."""
    opens = (
        words[:2] in (["is", "there"], ["are", "there"], ["will", "there"])
        or words[0] == "any"
        or (words[0] in ("which", "what") and not EVENTS.isdisjoint(words[1:3]))
        or words[:2] in (["have", "you"], ["do", "you"])
    )
    soon = not vocabulary.SOON.isdisjoint(words) or any(pair in vocabulary.SOON_PAIRS for pair in pairwise(words))
    return opens and soon and not EVENTS.isdisjoint(words)


def _asks_dates(words: Sequence[str]) -> bool:
    """ "what takes effect next month", "upcoming deadlines"."""
    if vocabulary.DATE_WORDS.isdisjoint(words):  # `ask` starts sooner without the module
        return False
    from handlers.messages import ahead

    start = next((place for place, word in enumerate(words) if word not in vocabulary.POLITE), len(words))
    return ahead.asks_dates(words, start)


def asks_calendar(words: Sequence[str]) -> bool:
    """Return whether a question wants dates in a calendar program: "put the dates in my outlook", "a calendar of deadlines"."""
    named = vocabulary.CALENDARS.intersection(words)
    return (
        bool(named)
        and not vocabulary.CALENDAR_DATES.isdisjoint(words)
        and not any(before == "calendar" and after in vocabulary.CALENDAR_DATES for before, after in pairwise(words))
    )


def _is_count(words: Sequence[str]) -> bool:
    """ "how many CSMS this week"."""
    counted = words[:2] in (["how", "many"], ["number", "of"])
    return counted and any(place <= 3 and words[place].endswith("s") for place in _nouns(words, vocabulary.NOUNS | vocabulary.REPORTS))


def _is_outage(words: Sequence[str]) -> bool:
    """ "any outages today", "are there system issues"."""
    if _asks_content(words) or len(words) < 2:
        return False
    asked = words[0] in vocabulary.BEING | {"any", "did", "known", "there", "was"} or not (
        vocabulary.TIMES | vocabulary.SYSTEM_NAMES
    ).isdisjoint(words)
    asked = asked or (words[0] in vocabulary.LISTING and not vocabulary.TROUBLE.isdisjoint(words[1:4]))
    pairs = pairwise(words)
    troubled = not vocabulary.TROUBLE.isdisjoint(words) or any(
        before in vocabulary.SYSTEM and after in vocabulary.SYSTEM_TROUBLE for before, after in pairs
    )
    return asked and troubled


def _is_down(words: Sequence[str]) -> bool:
    """ "is ACE down right now", "did the portal go down", "what is wrong with ACE"."""
    if not vocabulary.PAGES.isdisjoint(words):
        return False
    end = len(words)
    while end and words[end - 1] in vocabulary.TIMES:
        end -= 1
    state = words[0] in vocabulary.BEING and end >= 3 and words[end - 1] in vocabulary.WORKING and not _is_direction(words[:end])
    pairs = list(pairwise(words))
    went = any(before in ("go", "goes", "gone", "went") and after in ("down", "offline") for before, after in pairs)
    return (
        state
        or (went and words[0] in vocabulary.AUXILIARIES)
        or (("wrong", "with") in pairs and words[0] in ("what", "whats", "something"))
    )


def _is_direction(words: Sequence[str]) -> bool:
    """Return whether the last word belongs to a verb or a quantity: "is there a webinar coming up", "are imports down"."""
    if words[-1] not in vocabulary.DIRECTIONS or not vocabulary.IT_WORDS.isdisjoint(words):
        return False
    verb = words[-2]
    has_verb = verb not in vocabulary.RUNNING and (verb.endswith(("ing", "ed")) or verb in vocabulary.PARTICIPLES)
    return words[1] == "there" or has_verb or not vocabulary.QUANTITIES.isdisjoint(words)


def _opens_with_newest(words: Sequence[str]) -> bool:
    """ "latest on steel", "what's new", "any recent guidance on marking"."""
    start = next((place for place, word in enumerate(words) if word not in vocabulary.POLITE), len(words))
    rest = list(words[start:])
    if not rest:
        return False
    if rest[0] in ("latest", "newest", "news") or rest[:2] == ["most", "recent"]:
        return not rest[1:2] or rest[1] not in vocabulary.COMPOUND_AFTER or rest[0] != "news"
    after = rest[1:2] or [""]
    follows = after[0] in vocabulary.ABOUT | vocabulary.RECENTLY | {"", "for", "from", "in", "since", "this", "with"}
    return rest[0] in vocabulary.NEW and (
        (follows and (start > 0 or after[0] != "" or rest[0] == "recent"))
        or any(place <= 3 for place in _nouns(rest, vocabulary.ALL_NOUNS))
    )


def _asks_for_any(words: Sequence[str]) -> bool:
    """ "are there any notices", "any word on quota", "any changes to the ACE portal"."""
    if _asks_content(words) or "any" not in words[:5]:
        return False
    start = words.index("any")
    if start <= 2 and any(before in ("in", "from", "since") and _is_time(after) for before, after in pairwise(words[start + 2 :])):
        return True
    near = words[start + 1 : start + 4]
    return bool(_nouns(near, vocabulary.ALL_NOUNS)) or near[:2] in (["word", "on"], ["word", "about"])


def _asks_for_something(words: Sequence[str]) -> bool:
    """ "anything about steel", "is there something new on beef"."""
    if _asks_content(words):
        return False
    following = (
        vocabulary.ABOUT
        | vocabulary.RECENTLY
        | vocabulary.SAYING
        | vocabulary.CHANGED
        | vocabulary.HAPPENED
        | {"new", "recent", "since", "this"}
    )
    after = {
        word: [each for each in words[place + 1 : place + 3] if each != "else"]
        for place, word in enumerate(words)
        if word in vocabulary.VAGUE
    }
    loose = following | {"for", "from", "in"}
    return any((near or [""])[0] in (following if word == "nothing" else loose) for word, near in after.items() if words[0] != "does")


def _was_said(words: Sequence[str]) -> bool:
    """ "did CBP send anything about Jordan", "has any guidance been issued", "what did CBP say about steel"."""
    first, second = [*words, ""][:2]
    says = [place for place, word in enumerate(words) if word in vocabulary.SAYING]
    if first in vocabulary.AUXILIARIES:
        objects = _nouns(words, vocabulary.ALL_NOUNS | vocabulary.VAGUE)
        if says and any(place not in says for place in objects):
            return True
        heard = not vocabulary.HEARING.isdisjoint(words) and not (vocabulary.VAGUE | vocabulary.NOUNS | {"about"}).isdisjoint(words)
        sent = second in vocabulary.SENDERS and any(not vocabulary.ABOUT.isdisjoint(words[place + 1 : place + 3]) for place in says)
        return heard or sent
    if first not in ("what", "which", "whats"):
        return False
    if second in vocabulary.AUXILIARIES and any(2 <= place <= 5 for place in says):
        return second not in ("did", "didnt") or not vocabulary.SENDERS.isdisjoint(words[2:4])
    follows = words[2:3] in (["after"], ["before"]) and not _is_time((words[3:4] or [""])[0])  # "what came after NAFTA"
    return second in ("came", "got", "just", "went") and not follows and any(place <= 3 for place in says)


def _names_messages(words: Sequence[str]) -> bool:
    """ "messages about X", "CSMS from June", "october messages", "which message talks about X", "show me the messages"."""
    if _asks_content(words):
        return False
    shows = next((word for word in words if word not in vocabulary.POLITE), "") in vocabulary.SHOWING or not vocabulary.SHOWING.isdisjoint(
        words[:2]
    )
    which = words[0] in ("what", "which")
    for place in _nouns(words, vocabulary.NOUNS | vocabulary.REPORTS):
        if which and place > 2 and words[1] not in vocabulary.POLITE | vocabulary.AUXILIARIES | {"did", "does"}:
            continue  # "which page has news about ports"
        noun, after = words[place], [*words[place + 1 : place + 3], "", ""][:2]
        firm = noun in vocabulary.NOUNS
        if noun == "news" or after[0] in vocabulary.ABOUT or (after[0] in ("from", "in", "of", "since") and _is_time(after[1])):
            return True
        if place and words[place - 1] in vocabulary.MONTHS | {"last"}:
            return True
        if (firm and (after[0] in vocabulary.LINKING | {"past"} or _is_time(after[0]) or shows)) or (noun == "update" and shows):
            return True
        if firm and which and place <= 2 and words[1] not in vocabulary.BEING | {"does", "do"} and len(words) > place + 1:
            return True
        if not firm and noun.endswith("s") and shows and not which:
            return True
    if words[0] == "update" and words[1:2] in (["me"], ["us"]):
        return True
    return words[-1] in ("messages", "msgs") and all(word in vocabulary.POLITE | {"cbp", "cbps", "messages", "msgs"} for word in words)


def _has_changed(words: Sequence[str]) -> bool:
    """ "has the CATAIR changed", "what changed for brokers", "what happened this week"."""
    first, changed = words[0], vocabulary.CHANGED.intersection(words)
    if first in ("has", "have", "did", "hasnt", "havent", "didnt") and (changed or "change" in words[2:]):
        return True
    if first not in ("what", "whats"):
        return False
    near = list(words[1:4])
    goes_on = ("going" in near and "on" in words[2:5]) or near[:1] == ["up"] or near[:2] == ["is", "up"]
    if goes_on or not (vocabulary.CHANGED | vocabulary.HAPPENED).isdisjoint(near):
        return True
    return near[:1] in (["are"], ["were"]) and "changes" in words[2:5]


def _asks_what_happened(words: Sequence[str]) -> bool:
    """ "what happened to de minimis", "what came out of the review", "which countries got their ban lifted"."""
    first, second, third = [*words, "", "", ""][:3]
    happened = second == "happened" and third in ("to", "with") and not _is_timed(words)
    came_out = (second, third, *words[3:4]) == ("came", "out", "of") and not _is_timed(words)
    return (first == "what" and (happened or came_out)) or (first == "which" and "got" in words[2:])


def _is_timed(words: Sequence[str]) -> bool:
    """ "this week", "messages today", "what changed lately"."""
    if _asks_content(words):
        return False
    recent = False
    if not vocabulary.BEGINS_PERIOD.isdisjoint(words):  # `ask` starts sooner without the module
        from handlers.messages import periods

        recent = periods.is_recent(words)
    if vocabulary.RECENTLY.isdisjoint(words) and not recent:
        return False
    if not (vocabulary.VAGUE | vocabulary.ALL_NOUNS | vocabulary.CHANGED | {"new"}).isdisjoint(words) or all(
        word in vocabulary.FUNCTION_WORDS for word in words
    ):
        return True
    asks = (recent and words[0] in ("what", "whats")) or len(words) <= vocabulary.MAX_TIMED
    return asks and vocabulary.FIRST_PERSON.isdisjoint(words)


def _is_time(word: str) -> bool:
    return word in vocabulary.MONTHS | vocabulary.TIMES or (len(word) == 4 and word.isascii() and word.isdecimal())


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
