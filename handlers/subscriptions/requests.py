"""Understand what people say about subscriptions in everyday words. Pure, and loaded only for words that may be about them.

What only reads, or says exactly what to do, becomes the command. The rest becomes an offer, whose buttons have the exact commands.
"""

from collections.abc import Sequence

from handlers.subscriptions import cadence, shapes, timing
from handlers.subscriptions.days import names_holidays
from handlers.subscriptions.meaning import Intent, Meaning

MAX_WORDS = 40
"""A longer text is no request."""
_MAX_TOPIC_WORDS = 4


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PUNCTUATION = '.,!?;:"“”'
_COMMANDS = _set("subscribe unsubscribe subscriptions preview")
_POLITE = _set(
    "please pls hey hi hello ok okay so just well now and bot tradebot can could can't would will may you i we i'd we'd i'll we'll"
)
_WANTING = _set("want need like love prefer i'd we'd")
_HOW = _set("how do does")
_FILLERS = _set(
    "please pls me us the my our your this that these those a an all any here now channel chat in of again to it its them team everyone "
    "everybody everything thanks thank you from with for there anymore more current and bot indefinitely forever permanently while bit good"
)
_PEOPLE = _set("me us everyone everybody this our the here")
_SUBSCRIBED = _set("update updates alert alerts notification notifications digest digests summary summaries bulletin bulletins notified")
_OURS = _set("update updates alert alerts notification notifications digest digests")
_UPDATES = _SUBSCRIBED | _set("notice notices message messages news report reports email emails post posts")
_SUBSCRIPTIONS = _set("subscription subscriptions")
_MUCH = _set("so too much many often less fewer few frequently that")
_SENDING = _set("posting sending spamming getting receiving giving bothering messaging pinging emailing get receive send")
_OBJECTS = _FILLERS | _UPDATES | _SUBSCRIPTIONS | _SENDING | _set("off out quiet silent silence hush")
_STOPPING = _set("stop quit cease cancel end delete remove drop turn opt be no")
_PHRASAL = _set("turn opt be no")
"""Words that stop nothing alone."""
_ENDS = _set("cancel end delete remove drop stop")
ENDING = _STOPPING
_QUIET = _set("quiet silent silence hush")
PAUSING = _set("pause mute snooze silence suspend")
_RESUMING = _set("unpause unmute unsnooze")
_RESTARTING = _set("resume restart continue start")
RESUMING = _RESUMING | _RESTARTING
_AGAIN = _set("afresh again anew over")
_CHANGING = _set("make change switch set move put reschedule adjust shift convert update edit modify post send deliver get have")
_NUMBER_WORDS = _set("number nr no")
_WHAT_CHANGES = (
    _OBJECTS | _NUMBER_WORDS | _set("schedule time times zone timezone frequency cadence day delivery be on at only instead of rather than")
)
_OWN = _SUBSCRIPTIONS | _set("digest digests posting notifications alerts schedule cadence updates posts")
"""Nouns that are about subscriptions, not about trade."""
_NOT = _set("don't dont")
_WEEKEND = _set("weekend weekends saturday saturdays sunday sundays")
_UNTIL = _set("until untill till til")
_LASTING = _set("day week month year hour hr minute min now while bit good ever today tonight weekend")
_HOLIDAY_WORDS = _set(
    "over during through until till after season holiday holidays vacation break christmas xmas new year years thanksgiving"
)
_ASKING = _set("what which whats what's")
_LISTING = _ASKING | _set("list show see view check my our am are is")
_GETTING = _set("do does will i we am are is get getting receive receiving have kind sort csms active")
_NOTIFYING = _set("notify alert ping inform email update subscribe")
_GIVING = _set("give send get post bring provide receive have be want need")
_SEND = _set("send give get bring")
_SENDING_VERBS = _SEND | _set("post email message notify deliver")
_NOTICES = _set("update updates alert alerts notification notifications bulletin bulletins")
_PERIODS = _set("hourly daily weekly weekdays weekday monthly biweekly every each once twice")
_ABOUT = _set("about on of for regarding concerning when whenever if to know that there up")
_QUESTION = _set("what who whom where why how which")
_ASKS_NEWS = _QUESTION | _set("any is are was were did latest newest recent")
"""First words of a question for messages, even with a weekday at its end."""
_PAST = _set("since from after before last past previous by")
"""Before a day that is no schedule: "since monday"."""
_COMPOUNDS = _set("summary summaries bulletin bulletins")
"""Also things of trade, behind another noun: an "entry summary"."""
_OWN_CASE = _set("my our")
_PAUSED = _set("paused muted silenced suspended")
_POSTING = _set("post posts posting posted digest digests update updates notification notifications deliver delivered schedule")
_WHEN = _set("when next time often schedule")
_DELIVERED = _set("arrive brought got here sent show shown saw seeing")
_CSMS_DIGITS = 8
_STATUS = (
    _FILLERS
    | _UPDATES
    | _SUBSCRIPTIONS
    | _SENDING
    | _POSTING
    | _PAUSED
    | _WHEN
    | _set("is are was do does will we i who why still currently has been how long until what what's when's come comes due out arrive be")
    | _set("scheduled going day days times at on hold")
)


def understand(text: str) -> Meaning | None:
    """Return what a sentence asks about subscriptions, or None. All of it must fit."""
    typed = [(word, each) for word in text.replace("’", "'").split() if (each := word.casefold().strip(_PUNCTUATION))]
    words = [cadence.correct(word) for _, word in typed]
    if not 0 < len(words) <= MAX_WORDS:
        return None
    start = next((place for place, word in enumerate(words) if word not in _POLITE | _WANTING | _HOW), len(words))
    wants, asks = not _WANTING.isdisjoint(words[:start]), "how" in words[:start]
    while start < len(words) and words[start] == "to":
        start += 1
    if words[start : start + 1] == ["only"] and not _SENDING_VERBS.isdisjoint(words[start + 1 : start + 2]):
        start += 1
    settled = _status(words) or _why(words) or (Meaning("preview") if shapes.is_preview(words) else None)
    if settled is not None:
        return settled
    words = words[start:]
    if not words:
        return None
    if words[0] in _COMMANDS and not asks:
        return Meaning(" ".join((words[0], *(word for word, _ in typed[start + 1 :]))))
    if asks:
        return _how(words)
    if shapes.is_undo(words):
        return Meaning("", Intent.UNDO)
    changes = shapes.weekly_changes(words)
    if changes is not None:
        return changes
    asked = shapes.edit(words, [word for word, _ in typed[start:]]) or _list(words) or _stop(words) or _add(words) or _send_updates(words)
    return asked or _change(words, wants=wants) or _subscribe(words, wants=wants) or _less(words) or _named(words) or _timed(words)


def _why(words: Sequence[str]) -> Meaning | None:
    """Read "why did you post 67647279"."""
    numbers = [
        digits for word in words if len(digits := word.removeprefix("#")) == _CSMS_DIGITS and digits.isascii() and digits.isdecimal()
    ]
    asks = words[0] == "why" and len(numbers) == 1 and len(words) > 2
    return Meaning(f"why {numbers[0]}") if asks and not (_POSTING | _SENDING | _GETTING | _DELIVERED).isdisjoint(words[1:]) else None


def _how(words: Sequence[str]) -> Meaning | None:
    """Answer "how do I unsubscribe?" by what it offers."""
    stops = _stop(words)
    if words[0].startswith("unsubscri") or (stops is not None and stops.sure and words[0] not in _RESTARTING):
        return Meaning("", Intent.STOP)
    changes = _change(words, wants=False) or _named(words)
    if changes is not None and changes.sure:
        return changes
    gets = words[0] in _GIVING and _names_updates(words)
    return Meaning(" ".join(words[1:]), Intent.START) if gets or words[0].startswith("subscri") else None


def _status(words: Sequence[str]) -> Meaning | None:
    """Read "are we paused?", "when do you post next", "next digest"."""
    said = frozenset(words)
    if not said <= _STATUS:
        return None
    asks_paused = not _PAUSED.isdisjoint(said) and not said.isdisjoint(
        ("is", "are", "was", "who", "why", "how", "until", "still", "currently")
    )
    posting = not _POSTING.isdisjoint(said) or {"you", "send"} <= said or ("next" in said and not _UPDATES.isdisjoint(said))
    asks_when = posting and not _WHEN.isdisjoint(said) and words[0] not in _STOPPING | PAUSING | _RESTARTING | {"post", "posting", "send"}
    return Meaning("", Intent.STATUS) if asks_paused or asks_when else None


def _list(words: Sequence[str]) -> Meaning | None:
    """Read "what am I subscribed to" and "my subscriptions"."""
    first = words[0]
    if first not in _LISTING:
        return None
    known = _GETTING | _FILLERS | _UPDATES | _LISTING | _SUBSCRIPTIONS
    lists = "subscriptions" in words and (first not in ("am", "are", "is") or words[1:2] == ["there"])
    gets = first in _ASKING and not {"get", "getting", "receive", "receiving"}.isdisjoint(words)
    return Meaning("subscriptions") if "subscribed" in words or ((lists or gets) and all(word in known for word in words)) else None


def _stop(words: Sequence[str]) -> Meaning | None:
    """Read "stop", "snooze until monday", "unpause", "cancel my revenue subscription", and "stop sending me forced labor"."""
    if (words[0] in _NOT and len(words) > 1 and words[1] in _GIVING | _NOTIFYING) or list(words[:2]) == ["no", "longer"]:
        words = ("stop", "sending", "me", *(word for word in words[2:] if word not in _WANTING))
    if words[0] in _RESTARTING and len(words) > 1 and all(word in _FILLERS | _AGAIN for word in words[1:]) and not _AGAIN.isdisjoint(words):
        return Meaning("", Intent.RESTART)
    until = _until(words)
    if words[0] in _QUIET and until < len(words):
        words, until = ("be", *words), until + 1
    first = words[0]
    objects = words[1:until]
    topics = [word for word in objects if word not in _OBJECTS and not _is_number(word)]
    numbers = " ".join(word for word in objects if _is_number(word))
    if first in _RESUMING or (first in _RESTARTING and ("posting" in words or (first in ("resume", "restart") and len(words) == 1))):
        return Meaning(f"resume {numbers}".strip()) if not topics and until == len(words) else None
    if first in PAUSING and names_holidays(" ".join(words)) and _HOLIDAY_WORDS.issuperset(topics):
        return Meaning(" ".join(("pause", *words[1:])))
    if first in PAUSING or (first in _STOPPING and until < len(words)):
        said = ("pause", *topics, numbers, *words[until:])
        return Meaning(" ".join(filter(None, said))) if len(topics) <= (3 if until < len(words) else 0) else None
    if first in _ENDS and not _SUBSCRIPTIONS.isdisjoint(words) and len(topics) <= _MAX_TOPIC_WORDS:
        return Meaning(f"unsubscribe {' '.join((*topics, numbers)).strip() or 'all'}")
    if first not in _STOPPING or (first in _PHRASAL and len(words) == 1):
        return None
    topics = [word for word in topics if word not in _MUCH and word != "on"]
    if numbers and not _SUBSCRIPTIONS.isdisjoint(words) and _NUMBER_WORDS.issuperset(topics):
        return Meaning(first, Intent.NAMED, numbers)
    if not topics:
        return Meaning("", Intent.STOP)
    while topics and topics[0] in _ABOUT:
        topics = topics[1:]
    if not topics or len(topics) > _MAX_TOPIC_WORDS or (_SENDING | _UPDATES).isdisjoint(objects):
        return None
    if all(word in _WEEKEND or cadence.weekday(word) is not None for word in topics):
        return Meaning("weekdays", Intent.SCHEDULE) if set(topics) <= _WEEKEND else Meaning("", Intent.CHANGE)
    sure = not _OWN.isdisjoint(objects) or not {"me", "us", "here"}.isdisjoint(objects) or words[1] == "sending"
    return Meaning(first, Intent.NAMED, " ".join(topics), sure=sure)


def _less(words: Sequence[str]) -> Meaning | None:
    """Read "too many messages" and "post less often"."""
    known = _OBJECTS | _MUCH | _set("are is there way post posts posting just really")
    few = not {"much", "many", "less", "fewer", "often"}.isdisjoint(words)
    return (
        Meaning("", Intent.STOP) if few and not (_UPDATES | _SENDING).isdisjoint(words) and all(word in known for word in words) else None
    )


def _change(words: Sequence[str], *, wants: bool) -> Meaning | None:
    """Read a schedule alone, or one to which something is to be changed: "weekly", "make it weekly", "change revenue to 10am"."""
    first = words[0]
    start = _timing_start(words)
    times = " ".join(words[start : start + timing.length(words[start:])])
    if start == 0 and (first not in ("in", "the") and (cadence.read(words) or "time" in words)):
        return Meaning(times, Intent.SCHEDULE)
    changes = first in _CHANGING or (wants and first in _FILLERS | _SENDING)
    named = words[first in _CHANGING : start]
    topics = [word for word in named if word not in _WHAT_CHANGES | _PERIODS and not _is_number(word)]
    about = " ".join((*topics, *(word for word in named if _is_number(word))))
    if changes and start < len(words) and len(topics) <= _MAX_TOPIC_WORDS:
        return Meaning(times, Intent.SCHEDULE, about, sure=not topics or not _OWN.isdisjoint(named))
    own = not (_OWN | {"timezone", "zone"}).isdisjoint(words[1:])
    return Meaning("", Intent.CHANGE, about) if first in _CHANGING and own and not topics else None


def _has_timing(words: Sequence[str]) -> bool:
    """Return whether all of the words are a schedule, a time or a zone, and what follows those."""
    taken = timing.length(words)
    return taken > 0 and all(word in _FILLERS | _UPDATES | _set("instead on only then rather not than digest") for word in words[taken:])


def _timing_start(words: Sequence[str], first: int = 0) -> int:
    """Return where the schedule at the end of the words begins, or how many words there are."""
    places = (place for place in range(first, len(words)) if _has_timing(words[place:]))
    start = next(places, len(words))
    return len(words) if start and words[start - 1] in _PAST else start


def _names_updates(words: Sequence[str]) -> bool:
    """Return whether updates are what is asked for, unlike in "a copy of my entry summary" and "an update on my protest"."""
    for place, word in enumerate(words):
        before, after = words[:place], words[place + 1 : place + 3]
        is_thing = word in _COMPOUNDS and before and before[-1] not in _FILLERS | _PERIODS | _GIVING
        is_case = after[:1] and after[0] in _ABOUT and after[-1] in _OWN_CASE
        if word in _SUBSCRIBED and "of" not in before and not is_thing and not is_case:
            return True
    return False


def _add(words: Sequence[str]) -> Meaning | None:
    """Read "also send us import safety", "tell us about outages too" and "send us anything about tariffs every weekday"."""
    anything = shapes.anything_about(words)
    about = list(anything or shapes.addition(words))
    while about and about[0] in _ABOUT:
        about = about[1:]
    if not about or about[0] in _QUESTION or all(word in _OBJECTS for word in about):
        return None
    if shapes.trouble(about):
        return Meaning("outages", Intent.SUBSCRIBE)
    sure = bool(anything) or not _NOTIFYING.isdisjoint(words)  # "also give me the contact" is a question
    return Meaning(" ".join(about), Intent.SUBSCRIBE, sure=sure)


def _send_updates(words: Sequence[str]) -> Meaning | None:
    """Read "send us updates on forced labor every friday" and "send us forced labor updates"."""
    place = next((place for place, word in enumerate(words) if word in _NOTICES), 0)
    if words[0] not in _SEND or words[1:2] == [] or words[1] not in _PEOPLE or not place:
        return None
    about = [*words[2:place], *words[place + 1 :]]
    while about and about[0] in _ABOUT:
        about = about[1:]
    start = _timing_start(about)
    topics = [word for word in about[:start] if word not in _OBJECTS | _PERIODS | _WHAT_CHANGES]
    return Meaning(" ".join(about), Intent.SUBSCRIBE) if topics else None


def _subscribe(words: Sequence[str], *, wants: bool) -> Meaning | None:
    """Read "notify me about", "let me know when", "keep us posted on", "give me a daily digest about"."""
    first, second = [*words, ""][:2]
    person = second in _PEOPLE
    rest = list(words[2:])
    if notified := shapes.notified(words):
        about = list(notified)
    elif (first in _NOTIFYING and person) or (first == "sign" and person and rest[:1] == ["up"]):
        about = rest
    elif (first in ("tell", "message") and person and rest and rest[0] in ("when", "whenever", "if")) or (
        first == "let" and person and rest[:1] == ["know"]
    ):
        about = rest[1:]
    elif first == "keep" and person and rest and rest[0] in ("posted", "informed", "updated", "up", "in"):
        about = rest[{"up": 3, "in": 3}.get(rest[0], 1) :]
    else:
        updates = _names_updates(words)
        asked = updates and first in _GIVING and (wants or not _PERIODS.isdisjoint(words))
        named_period = first in _PERIODS or (first not in _ASKS_NEWS and _timing_start(words) < len(words))
        bare = updates and (wants or (named_period and (second in _SUBSCRIBED or not _OURS.isdisjoint(words))))
        if not (asked or bare):
            return None
        about = list(words[1:] if asked else words)
    while about and about[0] in _ABOUT:
        about = about[1:]
    if about and about[0] in _QUESTION:
        return None  # "let me know what drawback is"
    if shapes.trouble(about):
        return Meaning("outages", Intent.SUBSCRIBE)
    return Meaning(" ".join(about), Intent.SUBSCRIBE) if any(word not in _OBJECTS for word in about) else None


def _named(words: Sequence[str]) -> Meaning | None:
    """Read a verb of stopping, pausing or changing, and what may be a subscription: "resume textiles", "cancel the forced labor one"."""
    first, rest = words[0], words[1:]
    if first not in PAUSING | _RESUMING | _RESTARTING | _ENDS | _CHANGING - {"get", "have", "put", "set", "send"} or not rest:
        return None
    topics = [word for word in rest if word not in _OBJECTS | {"one", "ones"}]
    if not topics or len(topics) > _MAX_TOPIC_WORDS:
        return None
    return Meaning(first, Intent.NAMED, " ".join(topics), sure=not (_SUBSCRIPTIONS | {"digest", "digests", "posting"}).isdisjoint(rest))


def _timed(words: Sequence[str]) -> Meaning | None:
    """Read a schedule beside what may be a topic, without a verb: "forced labor weekly", "quota digest"."""
    start = _timing_start(words, 1)
    taken = timing.length(words) if start == len(words) else 0
    topics = [word for word in words[taken:start] if word not in _UPDATES]
    is_timed = start < len(words) or taken or not {"digest", "digests"}.isdisjoint(words)
    if (
        not is_timed
        or words[0] in _ASKS_NEWS
        or not 0 < len(topics) <= _MAX_TOPIC_WORDS
        or not (_QUESTION | _CHANGING | _STOPPING).isdisjoint(words)
    ):
        return None
    return Meaning(" ".join((*topics, *words[:taken], *words[start:])), Intent.SUBSCRIBE, sure=False)


def is_pause(rest: str) -> bool:
    """Return whether words after "pause" or "resume" say what to pause, unlike those of a question: "pause in liquidation"."""
    words = [word.strip(".,!?") for word in rest.casefold().split()]
    until = _until(words)
    topics = [word for word in words[:until] if word not in _OBJECTS and not _is_number(word)]
    if names_holidays(" ".join(words)) and _HOLIDAY_WORDS.issuperset(topics):
        return True
    return len(topics) <= (3 if until < len(words) else 0) and not (words[:1] == ["in"] and len(words) > 1)


def _until(words: Sequence[str]) -> int:
    """Return where "until monday", "for two weeks" or "today" begins, or how many words there are."""
    lasts = words[-1:] and words[-1].removesuffix("s") in _LASTING
    if words[-1:] and words[-1] in ("today", "tonight") and "for" not in words and _UNTIL.isdisjoint(words):
        return len(words) - 1
    return next((place for place, word in enumerate(words) if word in _UNTIL or (lasts and word == "for")), len(words))


def _is_number(word: str) -> bool:
    digits = word.removeprefix("#")
    return digits.isascii() and digits.isdecimal()
