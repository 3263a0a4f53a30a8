"""Understand what people say about subscriptions in everyday words. Pure, and loaded only for words that may be about them.

What only reads, or says exactly what to do, becomes the command. The rest becomes an offer, whose buttons have the exact commands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.subscriptions import cadence, timezones


class Intent(StrEnum):
    """Purpose of an offer."""

    STOP = "stop"
    START = "start"
    SUBSCRIBE = "subscribe"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Meaning:
    words: str
    """The words of a command, or for an offer what it is about."""
    offer: Intent | None = None


MAX_WORDS = 40
"""A longer text is no request."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PUNCTUATION = '.,!?;:"“”'
_COMMANDS = _set("subscribe unsubscribe subscriptions preview")
_POLITE = _set("please pls hey hi hello ok okay so just well now and bot tradebot can could would will may you i we i'd we'd i'll")
_WANTING = _set("want need like love i'd we'd")
_HOW = _set("how do does")
_FILLERS = _set(
    "please pls me us the my our your this that these those a an all any here now channel chat in of again to it its them team everyone "
    "everybody everything thanks thank you from with for there anymore more current and"
)
_PEOPLE = _set("me us everyone everybody this our the here")
_SUBSCRIBED = _set("update updates alert alerts notification notifications digest digests summary summaries bulletin bulletins notified")
_UPDATES = _SUBSCRIBED | _set("notice notices message messages news report reports email emails post posts")
_SUBSCRIPTIONS = _set("subscription subscriptions")
_OBJECTS = _FILLERS | _UPDATES | _SUBSCRIPTIONS | _set("posting sending spamming getting receiving off out quiet")
_STOPPING = _set("stop quit cease cancel end delete remove drop turn opt be no")
_PHRASAL = _set("turn opt be no")
"""Words that stop nothing alone."""
_ENDING = _set("cancel end delete remove drop stop")
_PAUSING = _set("pause mute snooze silence suspend")
_RESUMING = _set("unpause unmute unsnooze")
_RESTARTING = _set("resume restart continue start")
_UNTIL = _set("until untill till til")
_ASKING = _set("what which whats what's")
_LISTING = _ASKING | _set("list show see view check my our am are is")
_GETTING = _set("do does will i we am are is get getting receive receiving have kind sort csms active")
_NOTIFYING = _set("notify alert ping inform email update subscribe")
_GIVING = _set("give send get post bring provide receive have be want need")
_PERIODS = _set("hourly daily weekly weekdays weekday monthly every each")
_ABOUT = _set("about on of for regarding concerning when whenever if to know that there up")
_QUESTION = _set("what who whom where why how which")


def understand(text: str) -> Meaning | None:
    """Return what a sentence asks about subscriptions, or None. All of it must fit."""
    typed = [(word, each) for word in text.replace("’", "'").split() if (each := word.casefold().strip(_PUNCTUATION))]
    words = [word for _, word in typed]
    if not 0 < len(words) <= MAX_WORDS:
        return None
    start = next((place for place, word in enumerate(words) if word not in _POLITE | _WANTING | _HOW), len(words))
    wants, asks = not _WANTING.isdisjoint(words[:start]), "how" in words[:start]
    while start < len(words) and words[start] == "to":
        start += 1
    words = words[start:]
    if not words:
        return None
    if words[0] in _COMMANDS and not asks:
        return Meaning(" ".join((words[0], *(word for word, _ in typed[start + 1 :]))))
    if asks:
        return _how(words)
    return _list(words) or _stop(words) or _schedule(words) or _subscribe(words, wants=wants)


def _how(words: Sequence[str]) -> Meaning | None:
    """Answer "how do I unsubscribe?" by what it offers."""
    if words[0].startswith("unsubscri") or (_stop(words) is not None and words[0] not in _RESTARTING):
        return Meaning("", Intent.STOP)
    gets = words[0] in _GIVING and not _SUBSCRIBED.isdisjoint(words)
    return Meaning(" ".join(words[1:]), Intent.START) if gets or words[0].startswith("subscri") else None


def _list(words: Sequence[str]) -> Meaning | None:
    """Read "what am I subscribed to" and "my subscriptions"."""
    first = words[0]
    if first not in _LISTING:
        return None
    known = _GETTING | _FILLERS | _UPDATES | _LISTING | _SUBSCRIPTIONS
    lists = "subscriptions" in words and first not in ("am", "are", "is")
    gets = first in _ASKING and not {"get", "getting", "receive", "receiving"}.isdisjoint(words)
    return Meaning("subscriptions") if "subscribed" in words or ((lists or gets) and all(word in known for word in words)) else None


def _stop(words: Sequence[str]) -> Meaning | None:
    """Read "stop", "snooze until monday", "unpause", and "cancel my revenue subscription"."""
    first = words[0]
    until = _until(words)
    objects = words[1:until]
    topics = [word for word in objects if word not in _OBJECTS and not _is_number(word)]
    numbers = " ".join(word for word in objects if _is_number(word))
    if first in _RESUMING or (first in _RESTARTING and "posting" in words):
        return Meaning(f"resume {numbers}".strip()) if not topics and until == len(words) else None
    if first in _PAUSING or (first in _STOPPING and until < len(words)):
        said = ("pause", *topics, numbers, *words[until:])
        return Meaning(" ".join(filter(None, said))) if len(topics) <= (3 if until < len(words) else 0) else None
    if first in _ENDING and not _SUBSCRIPTIONS.isdisjoint(words) and len(topics) <= 4:
        return Meaning(f"unsubscribe {' '.join((*topics, numbers)).strip() or 'all'}")
    if first not in _STOPPING or topics or (first in _PHRASAL and len(words) == 1):
        return None
    return Meaning("", Intent.STOP)


def _schedule(words: Sequence[str]) -> Meaning | None:
    """Read a schedule and nothing else."""
    if words[0] not in _PERIODS:
        return None
    read = cadence.read(words)
    taken = 0 if read is None else read.words if isinstance(read, cadence.ParsedCadence) else read.word + read.count
    rest = " ".join(words[taken:]).removeprefix("in ")
    return Meaning(" ".join(words), Intent.SCHEDULE) if taken and (not rest or timezones.find(rest)) else None


def _subscribe(words: Sequence[str], *, wants: bool) -> Meaning | None:
    """Read "notify me about", "let me know when", "keep us posted on", "give me a daily digest about"."""
    first, second = [*words, ""][:2]
    person = second in _PEOPLE
    rest = list(words[2:])
    if (first in _NOTIFYING and person) or (first == "sign" and person and rest[:1] == ["up"]):
        about = rest
    elif (first in ("tell", "message") and person and rest and rest[0] in ("when", "whenever", "if")) or (
        first == "let" and person and rest[:1] == ["know"]
    ):
        about = rest[1:]
    elif first == "keep" and person and rest and rest[0] in ("posted", "informed", "updated", "up", "in"):
        about = rest[{"up": 3, "in": 3}.get(rest[0], 1) :]
    else:
        updates = not _SUBSCRIBED.isdisjoint(words)
        asked = updates and first in _GIVING and (wants or not _PERIODS.isdisjoint(words))
        bare = updates and (wants or (first in _PERIODS and second in _SUBSCRIBED))
        if not (asked or bare):
            return None
        about = list(words[1:] if asked else words)
    while about and about[0] in _ABOUT:
        about = about[1:]
    if about and about[0] in _QUESTION:
        return None  # "let me know what drawback is"
    return Meaning(" ".join(about), Intent.SUBSCRIBE) if any(word not in _OBJECTS for word in about) else None


def is_pause(rest: str) -> bool:
    """Return whether words after "pause" or "resume" say what to pause, unlike those of a question: "pause in liquidation"."""
    words = [word.strip(".,!?") for word in rest.casefold().split()]
    until = _until(words)
    topics = [word for word in words[:until] if word not in _OBJECTS and not _is_number(word)]
    return len(topics) <= (3 if until < len(words) else 0)


def _until(words: Sequence[str]) -> int:
    """Return where "until monday" or "for two weeks" begins, or how many words there are."""
    lasts = words[-1:] and words[-1].removesuffix("s") in ("day", "week")
    return next((place for place, word in enumerate(words) if word in _UNTIL or (lasts and word == "for")), len(words))


def _is_number(word: str) -> bool:
    return word.removeprefix("#").isdecimal()
