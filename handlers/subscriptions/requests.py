"""Understand what people say about subscriptions in everyday words. Pure, and loaded only for words that may be about them.

What only reads, or says exactly what to do, becomes the command. The rest becomes an offer, whose buttons have the exact commands.
"""

from collections.abc import Sequence

from handlers.subscriptions import cadence, shapes, timing
from handlers.subscriptions.days import names_holidays
from handlers.subscriptions.meaning import Intent, Meaning
from handlers.subscriptions.vocabulary import (
    ABOUT,
    AGAIN,
    ASKING,
    ASKS_NEWS,
    BESIDE_SCHEDULE,
    CHANGING,
    COMMANDS,
    COMPOUNDS,
    CSMS_DIGITS,
    DELIVERED,
    ENDS,
    FILLERS,
    GETTING,
    GIVING,
    HOLIDAY_WORDS,
    HOW,
    LAMENTING,
    LASTING,
    LISTING,
    MUCH,
    NOT,
    NOTICES,
    NOTIFYING,
    NUMBER_WORDS,
    OBJECTS,
    OURS,
    OWN,
    OWN_CASE,
    PAST,
    PAUSED,
    PAUSING,
    PEOPLE,
    PERIODS,
    PHRASAL,
    POLITE,
    POSTING,
    PUNCTUATION,
    QUESTION,
    QUIET,
    RESTARTING,
    SEND,
    SENDING,
    SENDING_VERBS,
    STATUS,
    STOPPING,
    SUBSCRIBED,
    SUBSCRIPTIONS,
    UNPAUSING,
    UNTIL,
    UPDATES,
    WANTING,
    WEEKEND,
    WHAT_CHANGES,
    WHEN,
)

MAX_WORDS = 40
"""A longer text is no request."""
_MAX_TOPIC_WORDS = 4


def understand(text: str) -> Meaning | None:
    """Return what a sentence asks about subscriptions, or None. All of it must fit."""
    typed = [(word, each) for word in text.replace("’", "'").split() if (each := word.casefold().strip(PUNCTUATION))]
    words = [cadence.correct(word) for _, word in typed]
    if not 0 < len(words) <= MAX_WORDS:
        return None
    start = next((place for place, word in enumerate(words) if word not in POLITE | WANTING | HOW), len(words))
    wants, asks = not WANTING.isdisjoint(words[:start]), "how" in words[:start]
    while start < len(words) and words[start] == "to":
        start += 1
    if words[start : start + 1] == ["only"] and not SENDING_VERBS.isdisjoint(words[start + 1 : start + 2]):
        start += 1
    settled = _status(words) or _why(words) or (Meaning("preview") if shapes.is_preview(words) else None)
    if settled is not None:
        return settled
    words = words[start:]
    if not words:
        return None
    if words[0] in COMMANDS and not asks:
        return Meaning(" ".join((words[0], *(word for word, _ in typed[start + 1 :]))))
    if asks:
        return _how(words)
    if shapes.is_digest_now(words):
        return Meaning("", Intent.DIGEST)
    if shapes.is_undo(words):
        return Meaning("", Intent.UNDO)
    changes = shapes.weekly_changes(words)
    if changes is not None:
        return changes
    asked = shapes.edit(words, [word for word, _ in typed[start:]]) or _list(words) or _stop(words) or _add(words) or _send_updates(words)
    return asked or _change(words, wants=wants) or _subscribe(words, wants=wants) or _less(words) or _named(words) or _timed(words)


def _why(words: Sequence[str]) -> Meaning | None:
    """Read "why did you post 67647279"."""
    numbers = [digits for word in words if len(digits := word.removeprefix("#")) == CSMS_DIGITS and digits.isascii() and digits.isdecimal()]
    asks = words[0] == "why" and len(numbers) == 1 and len(words) > 2
    return Meaning(f"why {numbers[0]}") if asks and not (POSTING | SENDING | GETTING | DELIVERED).isdisjoint(words[1:]) else None


def _how(words: Sequence[str]) -> Meaning | None:
    """Answer "how do I unsubscribe?" by what it offers."""
    stops = _stop(words)
    if words[0].startswith("unsubscri") or (stops is not None and stops.sure and words[0] not in RESTARTING):
        return Meaning("", Intent.STOP)
    changes = _change(words, wants=False) or _named(words)
    if changes is not None and changes.sure:
        return changes
    gets = words[0] in GIVING and _names_updates(words)
    return Meaning(" ".join(words[1:]), Intent.START) if gets or words[0].startswith("subscri") else None


def _status(words: Sequence[str]) -> Meaning | None:
    """Read "are we paused?", "when do you post next", "next digest"."""
    said = frozenset(words)
    if not said <= STATUS:
        return None
    asks_paused = not PAUSED.isdisjoint(said) and not said.isdisjoint(
        ("is", "are", "was", "who", "why", "how", "until", "still", "currently")
    )
    posting = not POSTING.isdisjoint(said) or {"you", "send"} <= said or ("next" in said and not UPDATES.isdisjoint(said))
    asks_when = posting and not WHEN.isdisjoint(said) and words[0] not in STOPPING | PAUSING | RESTARTING | {"post", "posting", "send"}
    return Meaning("", Intent.STATUS) if asks_paused or asks_when else None


def _list(words: Sequence[str]) -> Meaning | None:
    """Read "what am I subscribed to" and "my subscriptions"."""
    first = words[0]
    if first not in LISTING:
        return None
    known = GETTING | FILLERS | UPDATES | LISTING | SUBSCRIPTIONS
    lists = "subscriptions" in words and (first not in ("am", "are", "is") or words[1:2] == ["there"])
    gets = first in ASKING and not {"get", "getting", "receive", "receiving"}.isdisjoint(words)
    return Meaning("subscriptions") if "subscribed" in words or ((lists or gets) and all(word in known for word in words)) else None


def _stop(words: Sequence[str]) -> Meaning | None:
    """Read "stop", "snooze until monday", "unpause", "cancel my revenue subscription", and "stop sending me forced labor"."""
    if (words[0] in NOT and len(words) > 1 and words[1] in GIVING | NOTIFYING) or list(words[:2]) == ["no", "longer"]:
        words = ("stop", "sending", "me", *(word for word in words[2:] if word not in WANTING))
    if words[0] in RESTARTING and len(words) > 1 and all(word in FILLERS | AGAIN for word in words[1:]) and not AGAIN.isdisjoint(words):
        return Meaning("", Intent.RESTART)
    until = _until(words)
    if words[0] in QUIET and until < len(words):
        words, until = ("be", *words), until + 1
    first = words[0]
    objects = words[1:until]
    topics = [word for word in objects if word not in OBJECTS and not _is_number(word)]
    numbers = " ".join(word for word in objects if _is_number(word))
    if first in UNPAUSING or (first in RESTARTING and ("posting" in words or (first in ("resume", "restart") and len(words) == 1))):
        return Meaning(f"resume {numbers}".strip()) if not topics and until == len(words) else None
    if first in PAUSING and names_holidays(" ".join(words)) and HOLIDAY_WORDS.issuperset(topics):
        return Meaning(" ".join(("pause", *words[1:])))
    if first in PAUSING or (first in STOPPING and until < len(words)):
        said = ("pause", *topics, numbers, *words[until:])
        return Meaning(" ".join(filter(None, said))) if len(topics) <= (3 if until < len(words) else 0) else None
    if first in ENDS and not SUBSCRIPTIONS.isdisjoint(words) and len(topics) <= _MAX_TOPIC_WORDS:
        return Meaning(f"unsubscribe {' '.join((*topics, numbers)).strip() or 'all'}")
    if first not in STOPPING or (first in PHRASAL and len(words) == 1):
        return None
    topics = [word for word in topics if word not in MUCH and word != "on"]
    if numbers and not SUBSCRIPTIONS.isdisjoint(words) and NUMBER_WORDS.issuperset(topics):
        return Meaning(first, Intent.NAMED, numbers)
    if not topics:
        return Meaning("", Intent.STOP)
    while topics and topics[0] in ABOUT:
        topics = topics[1:]
    if not topics or len(topics) > _MAX_TOPIC_WORDS or (SENDING | UPDATES).isdisjoint(objects):
        return None
    if all(word in WEEKEND or cadence.weekday(word) is not None for word in topics):
        return Meaning("weekdays", Intent.SCHEDULE) if set(topics) <= WEEKEND else Meaning("", Intent.CHANGE)
    sure = not OWN.isdisjoint(objects) or not {"me", "us", "here"}.isdisjoint(objects) or words[1] == "sending"
    return Meaning(first, Intent.NAMED, " ".join(topics), sure=sure)


def _less(words: Sequence[str]) -> Meaning | None:
    """Read "too many messages" and "post less often"."""
    known = OBJECTS | MUCH | LAMENTING
    few = not {"much", "many", "less", "fewer", "often"}.isdisjoint(words)
    return Meaning("", Intent.STOP) if few and not (UPDATES | SENDING).isdisjoint(words) and all(word in known for word in words) else None


def _change(words: Sequence[str], *, wants: bool) -> Meaning | None:
    """Read a schedule alone, or one to which something is to be changed: "weekly", "make it weekly", "change revenue to 10am"."""
    first = words[0]
    start = _timing_start(words)
    times = " ".join(words[start : start + timing.length(words[start:])])
    if start == 0 and (first not in ("in", "the") and (cadence.read(words) or "time" in words)):
        return Meaning(times, Intent.SCHEDULE)
    changes = first in CHANGING or (wants and first in FILLERS | SENDING)
    named = words[first in CHANGING : start]
    topics = [word for word in named if word not in WHAT_CHANGES | PERIODS and not _is_number(word)]
    about = " ".join((*topics, *(word for word in named if _is_number(word))))
    if changes and start < len(words) and len(topics) <= _MAX_TOPIC_WORDS:
        return Meaning(times, Intent.SCHEDULE, about, sure=not topics or not OWN.isdisjoint(named))
    own = not (OWN | {"timezone", "zone"}).isdisjoint(words[1:])
    return Meaning("", Intent.CHANGE, about) if first in CHANGING and own and not topics else None


def _has_timing(words: Sequence[str]) -> bool:
    """Return whether all of the words are a schedule, a time or a zone, and what follows those."""
    taken = timing.length(words)
    return taken > 0 and all(word in FILLERS | UPDATES | BESIDE_SCHEDULE for word in words[taken:])


def _timing_start(words: Sequence[str], first: int = 0) -> int:
    """Return where the schedule at the end of the words begins, or how many words there are."""
    places = (place for place in range(first, len(words)) if _has_timing(words[place:]))
    start = next(places, len(words))
    return len(words) if start and words[start - 1] in PAST else start


def _names_updates(words: Sequence[str]) -> bool:
    """Return whether updates are what is asked for, unlike in "a copy of my entry summary" and "an update on my protest"."""
    for place, word in enumerate(words):
        before, after = words[:place], words[place + 1 : place + 3]
        is_thing = word in COMPOUNDS and before and before[-1] not in FILLERS | PERIODS | GIVING
        is_case = after[:1] and after[0] in ABOUT and after[-1] in OWN_CASE
        if word in SUBSCRIBED and "of" not in before and not is_thing and not is_case:
            return True
    return False


def _add(words: Sequence[str]) -> Meaning | None:
    """Read "also send us import safety", "tell us about outages too" and "send us anything about tariffs every weekday"."""
    anything = shapes.anything_about(words)
    about = list(anything or shapes.addition(words))
    while about and about[0] in ABOUT:
        about = about[1:]
    if not about or about[0] in QUESTION or all(word in OBJECTS for word in about):
        return None
    if shapes.trouble(about):
        return Meaning("outages", Intent.SUBSCRIBE)
    sure = bool(anything) or not NOTIFYING.isdisjoint(words)  # "also give me the contact" is a question
    is_new = bool(anything) or "only" in words or _timing_start(about) < len(about)  # with a schedule, it is one of its own
    return Meaning(" ".join(about), Intent.SUBSCRIBE if is_new else Intent.ADD, sure=sure)


def _send_updates(words: Sequence[str]) -> Meaning | None:
    """Read "send us updates on forced labor every friday" and "send us forced labor updates"."""
    place = next((place for place, word in enumerate(words) if word in NOTICES), 0)
    if words[0] not in SEND or words[1:2] == [] or words[1] not in PEOPLE or not place:
        return None
    about = [*words[2:place], *words[place + 1 :]]
    while about and about[0] in ABOUT:
        about = about[1:]
    start = _timing_start(about)
    topics = [word for word in about[:start] if word not in OBJECTS | PERIODS | WHAT_CHANGES]
    return Meaning(" ".join(about), Intent.SUBSCRIBE) if topics else None


def _subscribe(words: Sequence[str], *, wants: bool) -> Meaning | None:
    """Read "notify me about", "let me know when", "keep us posted on", "give me a daily digest about"."""
    first, second = [*words, ""][:2]
    person = second in PEOPLE
    rest = list(words[2:])
    if notified := shapes.notified(words):
        about = list(notified)
    elif (first in NOTIFYING and person) or (first == "sign" and person and rest[:1] == ["up"]):
        about = rest
    elif (first in ("tell", "message") and person and rest and rest[0] in ("when", "whenever", "if")) or (
        first == "let" and person and rest[:1] == ["know"]
    ):
        about = rest[1:]
    elif first == "keep" and person and rest and rest[0] in ("posted", "informed", "updated", "up", "in"):
        about = rest[{"up": 3, "in": 3}.get(rest[0], 1) :]
    else:
        updates = _names_updates(words)
        asked = updates and first in GIVING and (wants or not PERIODS.isdisjoint(words))
        named_period = first in PERIODS or (first not in ASKS_NEWS and _timing_start(words) < len(words))
        bare = updates and (wants or (named_period and (second in SUBSCRIBED or not OURS.isdisjoint(words))))
        if not (asked or bare):
            return None
        about = list(words[1:] if asked else words)
    while about and about[0] in ABOUT:
        about = about[1:]
    if about and about[0] in QUESTION:
        return None  # "let me know what drawback is"
    if shapes.trouble(about):
        return Meaning("outages", Intent.SUBSCRIBE)
    return Meaning(" ".join(about), Intent.SUBSCRIBE) if any(word not in OBJECTS for word in about) else None


def _named(words: Sequence[str]) -> Meaning | None:
    """Read a verb of stopping, pausing or changing, and what may be a subscription: "resume textiles", "cancel the forced labor one"."""
    first, rest = words[0], words[1:]
    if first not in PAUSING | UNPAUSING | RESTARTING | ENDS | CHANGING - {"get", "have", "put", "set", "send"} or not rest:
        return None
    topics = [word for word in rest if word not in OBJECTS | {"one", "ones"}]
    if not topics or len(topics) > _MAX_TOPIC_WORDS:
        return None
    return Meaning(first, Intent.NAMED, " ".join(topics), sure=not (SUBSCRIPTIONS | {"digest", "digests", "posting"}).isdisjoint(rest))


def _timed(words: Sequence[str]) -> Meaning | None:
    """Read a schedule beside what may be a topic, without a verb: "forced labor weekly", "quota digest"."""
    start = _timing_start(words, 1)
    taken = timing.length(words) if start == len(words) else 0
    topics = [word for word in words[taken:start] if word not in UPDATES]
    is_timed = start < len(words) or taken or not {"digest", "digests"}.isdisjoint(words)
    if (
        not is_timed
        or words[0] in ASKS_NEWS
        or not 0 < len(topics) <= _MAX_TOPIC_WORDS
        or not (QUESTION | CHANGING | STOPPING).isdisjoint(words)
    ):
        return None
    return Meaning(" ".join((*topics, *words[:taken], *words[start:])), Intent.SUBSCRIBE, sure=False)


def is_pause(rest: str) -> bool:
    """Return whether words after "pause" or "resume" say what to pause, unlike those of a question: "pause in liquidation"."""
    words = [word.strip(".,!?") for word in rest.casefold().split()]
    until = _until(words)
    topics = [word for word in words[:until] if word not in OBJECTS and not _is_number(word)]
    if names_holidays(" ".join(words)) and HOLIDAY_WORDS.issuperset(topics):
        return True
    return len(topics) <= (3 if until < len(words) else 0) and not (words[:1] == ["in"] and len(words) > 1)


def _until(words: Sequence[str]) -> int:
    """Return where "until monday", "for two weeks" or "today" begins, or how many words there are."""
    lasts = words[-1:] and words[-1].removesuffix("s") in LASTING
    if words[-1:] and words[-1] in ("today", "tonight") and "for" not in words and UNTIL.isdisjoint(words):
        return len(words) - 1
    return next((place for place, word in enumerate(words) if word in UNTIL or (lasts and word == "for")), len(words))


def _is_number(word: str) -> bool:
    digits = word.removeprefix("#")
    return digits.isascii() and digits.isdecimal()
