"""Read the parts of a subscription: tokens, and at each the topic, feed, phrase, schedule, zone or option that begins there."""

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from content.search.spelling import nearest
from handlers.replies.cards import join_names
from handlers.subscriptions import cadence, timezones
from handlers.subscriptions.names import NOT_NAMES, Vocabulary
from jobs.models.subscriptions import Cadence
from jobs.states import CadenceKind

MAX_PHRASE = 100
"""Maximum characters of one phrase."""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """The first part that cannot be understood. `position` counts characters from 1."""

    position: int
    message: str
    hint: str
    corrections: tuple[str, ...] = ()
    """The plausible replacements for the `length` characters at `position`."""
    length: int = 0
    also: "Misunderstood | None" = None
    """An invalid cadence further on, so that both are corrected at once."""


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    position: int
    kind: str
    """word, phrase or never."""


@dataclass(frozen=True, slots=True)
class Part:
    kind: str
    value: str | Cadence | cadence.ParsedCadence
    words: str
    position: int
    loose: bool = False
    problem: Misunderstood | None = None
    """The answer if no other part completes it: a time of day needs a cadence."""


_Read = tuple[list[Part], int] | Misunderstood | None
"""The parts and how many tokens they took, an error, or None for something else."""

_SYSTEM_NOTICES = ("system notices", "routine notices")
_DEADLINES = ("deadlines", "reminders", "deadline reminders")

_MEANINGS: dict[tuple[str, str], tuple[str, ...]] = {
    ("system", "on"): (
        *(f"{start}{notices}" for start in ("include ", "including ", "with ", "") for notices in _SYSTEM_NOTICES),
        "include system",
    ),
    ("system", "off"): tuple(f"{start} {notices}" for start in ("without", "no") for notices in _SYSTEM_NOTICES),
    ("deadlines", "on"): tuple(f"{start}{name}" for start in ("include ", "including ", "with ", "") for name in _DEADLINES),
    ("deadlines", "off"): tuple(f"{start} {name}" for start in ("without", "no") for name in _DEADLINES),
    ("report", "changes"): (
        *("changes", "changes only", "only changes", "change report", "changes report", "report of changes"),
        *("what changed", "what has changed", "what's changed", "what’s changed", "whats changed"),
    ),
    ("digest", "only"): ("digest only", "digests only", "only digest", "only digests"),
    ("all", "topics"): ("all topics", "every topic", "all", "everything"),
    ("all", "feeds"): ("all feeds", "every feed"),
}
_FIXED = {tuple(phrase.split()): meaning for meaning, phrases in _MEANINGS.items() for phrase in phrases}

JOINING = (
    *("and", "or", "to", "about", "on", "for", "from", "with", "topic", "topics", "feed", "feeds"),
    *("when", "whenever", "if", "that", "is", "are", "there", "new", "our", "my"),
    *("please", "thanks", "me", "us", "the", "a", "an", "any", "this", "channel", "chat", "here"),
    *(
        "update",
        "updates",
        "notice",
        "notices",
        "message",
        "messages",
        "bulletin",
        "bulletins",
        "notification",
        "notifications",
        "alert",
        "alerts",
    ),
)
"""Words that only join others, where no name begins with them."""

_LEAVING_OUT = ("except", "excluding", "without", "not", "minus", "but")
_MEDIA = ("email", "e-mail", "mail", "text", "sms", "phone", "dm", "pm")
_UNITS = ("day", "week", "month", "year")
_MAX_NAMED = 3
"""Words that the bot takes for one phrase if they have no quotation marks."""

_KEYWORDS = {
    "now": "now",
    "daily": "daily 09:00",
    "weekdays": "weekdays 09:00",
    "weekly": "weekly mon 09:00",
    "include": "include system notices",
    "system": "include system notices",
    "routine": "include system notices",
    "deadline": "include deadlines",
    "reminder": "include deadlines",
    "digest": "digest only",
    "digests": "digest only",
    "changes": "weekly mon 09:00 changes",
    "all": "all",
}
"""Suggested for a misspelled keyword."""

_QUOTES = '"“”„‟«»'
_DASHES = "-–—−"
_TOKEN = re.compile(rf"(?P<dash>[{_DASHES}]?)[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)(?P<closed>[{_QUOTES}]?)|(?P<word>[^\s,;{_QUOTES}]+)")
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that control, reorder or hide text."""


def read_tokens(words: str) -> list[Token] | Misunderstood:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(words):
        position = match.start() + 1
        if match["word"] is not None:
            tokens.append(Token(match["word"], position, "word"))
            continue
        phrase = " ".join(match["phrase"].casefold().split())
        if not match["closed"]:
            before = f" before “{_cut(phrase)}”" if phrase else " at the end"
            return Misunderstood(position, f"the quotation mark{before} is not closed", 'Add a " after the phrase.')
        if not phrase:
            hint = 'Type the words to look for, such as "notify parties".'
            return Misunderstood(position, f"there is nothing between the quotation marks {match[0]}", hint)
        if len(phrase) > MAX_PHRASE:
            return Misunderstood(position, f"the phrase “{_cut(phrase)}” is longer than {MAX_PHRASE} characters", "Use a few key words.")
        tokens.append(Token(phrase, position, "never" if match["dash"] else "phrase"))
    return tokens


def read_parts(tokens: list[Token], known: Vocabulary, feeds_allowed: bool) -> tuple[list[Part], int] | Misunderstood:
    first = tokens[0]
    if first.kind != "word":
        dash = "-" if first.kind == "never" else ""
        return [Part(first.kind, first.text, f'{dash}"{first.text}"', first.position)], 1
    run = list(takewhile(lambda token: token.kind == "word", tokens))
    if first.text[0] in _DASHES:
        bare = _cut(first.text.lstrip(_DASHES))
        hint = f'To leave out a phrase, put it in quotation marks right after the hyphen: -"{bare or "words"}".'
        return Misunderstood(first.position, f"the bot does not understand “{_cut(first.text)}”", hint)
    read = (
        _read_fixed(run)
        or _read_cadence(run)
        or _read_zone(run)
        or _read_left_out(tokens, run)
        or _read_impossible(run)
        or _read_name(run, known, feeds_allowed)
        or _read_joining(run)
    )
    return read or replace(_unknown(run, known, feeds_allowed), also=_invalid_cadence(tokens[1:]))


def _read_fixed(run: list[Token]) -> _Read:
    words = _lower(run)
    for count in range(min(len(words), 3), 0, -1):
        if tuple(words[:count]) in _FIXED:
            meaning = _FIXED[tuple(words[:count])]
            return [_part(meaning[0], meaning[1], run[:count])], count
    return None


def _read_joining(run: list[Token]) -> _Read:
    return ([], 1) if run[0].text.casefold() in JOINING else None


def _read_cadence(run: list[Token]) -> _Read:
    read = cadence.read(_lower(run))
    if isinstance(read, cadence.InvalidCadence):
        last = run[min(read.word + read.count, len(run)) - 1]
        length = last.position + len(last.text) - run[read.word].position if read.instead else 0
        problem = Misunderstood(run[read.word].position, read.message, read.hint, read.instead, length)
        if read.at is None:
            return problem
        alone = cadence.ParsedCadence(Cadence(CadenceKind.DAILY, read.at), read.count, has_day=False)
        parts, taken = [replace(_part("time", alone, run[: read.count]), problem=problem)], read.count
    elif read is None:
        return None
    else:
        parts, taken = [_part("cadence", read, run[: read.words])], read.words
    has_time = isinstance(read, cadence.InvalidCadence) or read.cadence.at is not None
    if taken < len(run) and has_time and timezones.is_short(run[taken].text):
        names = {count: timezones.find(" ".join(token.text for token in run[taken : taken + count])) for count in (3, 2, 1)}
        count = next(count for count in (3, 2, 1) if names[count])
        parts.append(_part("zone", names[count] or "", run[taken : taken + count]))
        taken += count
    return parts, taken


def _read_left_out(tokens: list[Token], run: list[Token]) -> _Read:
    """Read 'except "webinar"', and show how to type "but not webinars"."""
    words = _lower(run)
    opening = next((place for place, word in enumerate(words) if word not in _LEAVING_OUT), len(words))
    if not opening:
        return None
    if words[:opening] == ["but"]:
        return [], 1
    after = tokens[opening : opening + 1]
    if after and after[0].kind == "phrase":
        return [Part("never", after[0].text, f'-"{after[0].text}"', after[0].position)], opening + 1
    named = list(takewhile(lambda token: not _is_timing(token, run), run[opening:]))[:_MAX_NAMED]
    if not named:
        return None
    text, last = _joined_text(named), named[-1]
    fixed = f'-"{text}"'
    message = f"to leave out “{text}”, put it in quotation marks after a hyphen"
    length = last.position + len(last.text) - run[0].position
    return Misunderstood(run[0].position, message, f"Type {fixed}.", (fixed,), length)


def _is_timing(token: Token, run: list[Token]) -> bool:
    place = run.index(token)
    return token.text.casefold() in (*JOINING, "in") or cadence.read(_lower(run[place:])) is not None


def _read_impossible(run: list[Token]) -> _Read:
    """Name what no subscription can do, rather than its first word: "by email", "for 3 months"."""
    first, second, third = [*_lower(run[:3]), "", ""][:3]
    if (first in ("by", "via", "through") or second in _MEDIA[:2]) and second in _MEDIA:
        message = f"the bot posts only here and cannot send updates “{first} {second}”"
        return Misunderstood(run[0].position, message, f"Leave out “{first} {second}”.")
    if (
        first == "for"
        and ((second.isascii() and second.isdecimal()) or second in ("a", "one", "two", "three"))
        and third.removesuffix("s") in _UNITS
    ):
        typed = f"{first} {second} {third}"
        message = f"a subscription has no end, so the bot cannot do “{typed}”"
        return Misunderstood(run[0].position, message, f"Leave out “{typed}”, and unsubscribe when you no longer need the updates.")
    return None


def _read_zone(run: list[Token]) -> _Read:
    if run[0].text.casefold() != "in":
        return None
    if len(run) == 1:
        return Misunderstood(run[0].position, "a time zone is missing after “in”", "For example, type “in ET” or “in America/Chicago”.")
    for count in range(min(4, len(run)), 1, -1):
        zone = timezones.find(" ".join(token.text for token in run[1:count]))
        if zone is not None:
            return [_part("zone", zone, run[1:count])], count
    near = timezones.suggest(run[1].text) or ("ET", "CT", "MT", "PT", "UTC")
    return Misunderstood(
        run[1].position, f"the bot does not recognize the time zone “{_cut(run[1].text)}”", f"Did you mean {join_names(near)}?"
    )


def _read_name(run: list[Token], known: Vocabulary, feeds_allowed: bool) -> _Read:
    found = known.longest_match([token.text for token in run])
    if found is None:
        return None
    tokens = run[: found.words]
    position, text = tokens[0].position, _joined_text(tokens)
    if len(found.slugs) > 1:
        hint = f"Type one of these: {join_names(known.names_of(found.slugs))}."
        length = tokens[-1].position + len(tokens[-1].text) - position
        return Misunderstood(position, f"“{text}” can mean several things", hint, found.slugs, length)
    if found.kind == "feed" and not feeds_allowed and found.slugs != ("csms",):
        hint = f"For other feeds, type /trade subscribe {found.slugs[0]}."
        return Misunderstood(position, f"“{text}” is another feed, and /csms covers only CSMS messages", hint)
    return [replace(_part(found.kind, found.slugs[0], tokens), loose=found.loose)], found.words


def _unknown(run: list[Token], known: Vocabulary, feeds_allowed: bool) -> Misunderstood:
    words = [token.text for token in run]
    keyword = nearest(_cut(words[0]).casefold(), _KEYWORDS, min_likeness=0.75)
    near = (*known.suggest(words, feeds_allowed), *(_KEYWORDS[name] for name in keyword))
    count = 0 if len(near) != 1 else 1 if keyword else known.count_misspelled(words, near[0])
    corrections: tuple[str, ...] = ((keyword or near)[0],) if count else ()
    named = run[:1]
    if near and not corrections and words[0].isalpha() and words[0].casefold() not in NOT_NAMES:
        corrections, count = (f'"{_cut(words[0])}"', *near), 1
    if not near:
        others = takewhile(lambda token: not _is_timing(token, run) and known.longest_match([token.text]) is None, run[1:_MAX_NAMED])
        named = [*named, *others]
        corrections, count = ((f'"{_joined_text(named)}"',), len(named)) if words[0].isalpha() else ((), 0)
    text = _joined_text(named)
    suggestion = (
        f"Did you mean {join_names(known.names_of(near))}?" if near else f"The topics are {join_names(known.names_of(known.slugs), 'and')}."
    )
    sought = "a word, put it" if len(named) == 1 else "words, put them"
    hint = f'{suggestion} To get messages that contain {sought} in quotation marks: "{text}".'
    message = f"the bot does not recognize the topic{' or feed' if feeds_allowed else ''} “{text}”"
    length = run[count - 1].position + len(run[count - 1].text) - run[0].position if count else 0
    return Misunderstood(run[0].position, message, hint, corrections, length)


def _invalid_cadence(tokens: list[Token]) -> Misunderstood | None:
    for index in range(len(tokens)):
        run = list(takewhile(lambda token: token.kind == "word", tokens[index:]))
        read = _read_cadence(run) if run else None
        if read is not None:
            return read if isinstance(read, Misunderstood) else None
    return None


def _part(kind: str, value: str | cadence.ParsedCadence, tokens: list[Token]) -> Part:
    return Part(kind, value, _joined_text(tokens), tokens[0].position)


def _lower(run: list[Token]) -> list[str]:
    return [token.text.casefold() for token in run]


def _joined_text(tokens: list[Token]) -> str:
    return _cut(" ".join(token.text for token in tokens))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
