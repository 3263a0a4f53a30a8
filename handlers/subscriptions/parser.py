"""Parse the words of a subscription, in any order. Nothing is skipped silently.

revenue "notify parties" -"maintenance" weekly mon 09:00 in CT include system notices
"""

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from content.catalog import Catalog
from content.search.spelling import nearest
from handlers.subscriptions import cadence, timezones
from handlers.subscriptions.names import Vocabulary, vocabulary
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.states import CadenceKind

MAX_CHARACTERS = 500
MAX_PHRASES = 10
"""Maximum phrases to look for, and maximum phrases to leave out."""
MAX_PHRASE = 100
"""Maximum characters of one phrase."""

_DEFAULT_CADENCE = Cadence(CadenceKind.WEEKDAYS, cadence.DEFAULT_TIME)


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
    value: str | Cadence
    words: str
    position: int
    loose: bool = False


_Read = tuple[list[Part], int] | Misunderstood | None
"""The parts and how many tokens they took, an error, or None for something else."""

_SYSTEM_NOTICES = ("system notices", "routine notices")

_MEANINGS: dict[tuple[str, str], tuple[str, ...]] = {
    ("system", "on"): (
        *(f"{start}{notices}" for start in ("include ", "including ", "with ", "") for notices in _SYSTEM_NOTICES),
        "include system",
    ),
    ("system", "off"): tuple(f"{start} {notices}" for start in ("without", "no") for notices in _SYSTEM_NOTICES),
    ("digest", "only"): ("digest only", "digests only", "only digest", "only digests"),
    ("all", "topics"): ("all topics", "every topic", "all", "everything"),
    ("all", "feeds"): ("all feeds", "every feed"),
}
_FIXED = {tuple(phrase.split()): meaning for meaning, phrases in _MEANINGS.items() for phrase in phrases}

JOINING = (
    *("and", "or", "to", "about", "on", "for", "from", "with", "topic", "topics", "feed", "feeds"),
    *("please", "thanks", "me", "us", "the", "a", "an", "any", "this", "channel", "chat", "here"),
    *("update", "updates", "message", "messages", "bulletin", "bulletins", "notification", "notifications", "alert", "alerts"),
)
"""Words that only join others, where no name begins with them."""

_KEYWORDS = {
    "now": "now",
    "daily": "daily 09:00",
    "weekdays": "weekdays 09:00",
    "weekly": "weekly mon 09:00",
    "include": "include system notices",
    "system": "include system notices",
    "routine": "include system notices",
    "digest": "digest only",
    "digests": "digest only",
    "all": "all",
}
"""Suggested for a misspelled keyword."""

_QUOTES = '"“”„‟«»'
_DASHES = "-–—−"
_TOKEN = re.compile(rf"(?P<dash>[{_DASHES}]?)[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)(?P<closed>[{_QUOTES}]?)|(?P<word>[^\s,;{_QUOTES}]+)")
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that control, reorder or hide text."""


def parse(words: str, catalog: Catalog, default_zone: str, feeds_allowed: bool) -> SubscriptionSpec | Misunderstood:
    """Parse all of the words, or return the first part that cannot be understood."""
    words = _HIDDEN.sub(" ", words).rstrip(" .!?")
    if len(words) > MAX_CHARACTERS:
        message = f"the subscription is longer than {MAX_CHARACTERS} characters"
        return Misunderstood(MAX_CHARACTERS + 1, message, "Split it into two subscriptions.")
    tokens = _tokens(words)
    if isinstance(tokens, Misunderstood):
        return tokens
    known = vocabulary(catalog)
    parts: list[Part] = []
    taken = 0
    while taken < len(tokens):
        read = _read(tokens[taken:], known, feeds_allowed)
        if isinstance(read, Misunderstood):
            return read
        parts += read[0]
        taken += read[1]
    return _combine(parts, tuple(sorted(feed.slug for feed in catalog.feeds)), default_zone)


def _tokens(words: str) -> list[Token] | Misunderstood:
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


def _read(tokens: list[Token], known: Vocabulary, feeds_allowed: bool) -> tuple[list[Part], int] | Misunderstood:
    first = tokens[0]
    if first.kind != "word":
        dash = "-" if first.kind == "never" else ""
        return [Part(first.kind, first.text, f'{dash}"{first.text}"', first.position)], 1
    run = list(takewhile(lambda token: token.kind == "word", tokens))
    if first.text[0] in _DASHES:
        bare = _cut(first.text.lstrip(_DASHES))
        hint = f'To leave out a phrase, put it in quotation marks right after the hyphen: -"{bare or "words"}".'
        return Misunderstood(first.position, f"the bot does not understand “{_cut(first.text)}”", hint)
    read = _read_fixed(run) or _read_cadence(run) or _read_zone(run) or _read_name(run, known, feeds_allowed) or _read_joining(run)
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
        return Misunderstood(run[read.word].position, read.message, read.hint, read.instead, length)
    if read is None:
        return None
    parts, taken = [_part("cadence", read.cadence, run[: read.words])], read.words
    if taken < len(run) and read.cadence.at is not None and timezones.is_short(run[taken].text):
        parts.append(_part("zone", timezones.find(run[taken].text) or "", run[taken : taken + 1]))
        taken += 1
    return parts, taken


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
    return Misunderstood(run[1].position, f"the bot does not recognize the time zone “{_cut(run[1].text)}”", f"Did you mean {_join(near)}?")


def _read_name(run: list[Token], known: Vocabulary, feeds_allowed: bool) -> _Read:
    found = known.longest_match([token.text for token in run])
    if found is None:
        return None
    tokens = run[: found.words]
    position, text = tokens[0].position, _joined_text(tokens)
    if len(found.slugs) > 1:
        return Misunderstood(position, f"“{text}” can mean several things", f"Type one of these: {_join(known.names_of(found.slugs))}.")
    if found.kind == "feed" and not feeds_allowed and found.slugs != ("csms",):
        hint = f"For other feeds, type /trade subscribe {found.slugs[0]}."
        return Misunderstood(position, f"“{text}” is another feed, and /csms covers only CSMS messages", hint)
    return [replace(_part(found.kind, found.slugs[0], tokens), loose=found.loose)], found.words


def _unknown(run: list[Token], known: Vocabulary, feeds_allowed: bool) -> Misunderstood:
    words = [token.text for token in run]
    word = _cut(words[0])
    keyword = nearest(word.casefold(), _KEYWORDS, min_likeness=0.75)
    near = (*known.suggest(words, feeds_allowed), *(_KEYWORDS[name] for name in keyword))
    suggestion = f"Did you mean {_join(known.names_of(near))}?" if near else f"The topics are {_join(known.names_of(known.slugs), 'and')}."
    hint = f'{suggestion} To get messages that contain a word, put it in quotation marks: "{word}".'
    message = f"the bot does not recognize the topic{' or feed' if feeds_allowed else ''} “{word}”"
    count = 0 if len(near) != 1 else 1 if keyword else known.count_misspelled(words, near[0])
    length = run[count - 1].position + len(run[count - 1].text) - run[0].position if count else 0
    return Misunderstood(run[0].position, message, hint, ((keyword or near)[0],) if count else (), length)


def _invalid_cadence(tokens: list[Token]) -> Misunderstood | None:
    for index in range(len(tokens)):
        run = list(takewhile(lambda token: token.kind == "word", tokens[index:]))
        read = _read_cadence(run) if run else None
        if read is not None:
            return read if isinstance(read, Misunderstood) else None
    return None


def _combine(parts: list[Part], every_feed: tuple[str, ...], default_zone: str) -> SubscriptionSpec | Misunderstood:
    """Build one spec from the parts, or return the first contradiction."""
    chosen: dict[str, Part] = {}
    several: dict[str, dict[str, Part]] = {"topic": {}, "feed": {}, "phrase": {}, "never": {}}
    for part in parts:
        if part.kind in several:
            several[part.kind].setdefault(str(part.value), part)
            continue
        kind = f"all {part.value}" if part.kind == "all" else part.kind
        before = chosen.setdefault(kind, part)
        if before.value != part.value:
            return _contradiction(before, part, "Choose one.")
    topics, feeds, phrases, never = several.values()
    timing, zone, digest, system = (chosen.get(kind) for kind in ("cadence", "zone", "digest", "system"))
    if "all topics" in chosen and topics:
        return _contradiction(chosen["all topics"], next(iter(topics.values())), "Name topics, or leave them out to get all topics.")
    if digest and timing and timing.value == Cadence(CadenceKind.NOW):
        return _contradiction(digest, timing, "A digest needs a time, such as digest only weekdays 09:00.")
    for phrase in phrases:
        if phrase in never:
            return _contradiction(phrases[phrase], never[phrase], "Ask for it or leave it out, not both.")
    for found in (phrases, never):
        if len(found) > MAX_PHRASES:
            excess = list(found.values())[MAX_PHRASES]
            message = f"there are more than {MAX_PHRASES} phrases, and {excess.words} is one too many"
            return Misunderstood(excess.position, message, "Split it into two subscriptions.")
    if "outage" in topics and system and system.value == "off":
        return _contradiction(topics["outage"], system, "Outages are routine notices.")
    outage = "outage" in topics and system is None
    return SubscriptionSpec(
        filters=Filters(
            feeds=every_feed if "all feeds" in chosen else tuple(sorted(feeds)) or ("csms",),
            topics=tuple(sorted(topics)),
            phrases=tuple(sorted(phrases)),
            never=tuple(sorted(never)),
            system=outage or (system is not None and system.value == "on"),
        ),
        cadence=timing.value if timing and isinstance(timing.value, Cadence) else _DEFAULT_CADENCE,
        zone=str(zone.value) if zone else default_zone,
        digest_only=digest is not None,
        omitted=frozenset(
            kind
            for kind, named in (
                ("topics", topics or feeds or phrases or never or {"all topics", "all feeds"} & chosen.keys()),
                ("system", system),
                ("cadence", timing),
                ("zone", zone),
            )
            if not named
        ),
        notes=(*_loose_notes(parts), *(("Outages are routine notices, so routine notices are included.",) if outage else ())),
    )


def _loose_notes(parts: list[Part]) -> tuple[str, ...]:
    """Point out words that were read as a topic without being its name."""
    loose = {part.words.casefold(): part for part in parts if part.loose}
    return tuple(
        f'The bot read “{part.words}” as the topic {part.value}. To get messages that contain a word, put it in quotation marks: "{words}".'
        for words, part in loose.items()
    )


def _contradiction(first: Part, second: Part, hint: str) -> Misunderstood:
    early, late = sorted((first, second), key=lambda part: part.position)
    return Misunderstood(late.position, f"{_quote(late.words)} contradicts {_quote(early.words)}", hint)


def _part(kind: str, value: str | Cadence, tokens: list[Token]) -> Part:
    return Part(kind, value, _joined_text(tokens), tokens[0].position)


def _lower(run: list[Token]) -> list[str]:
    return [token.text.casefold() for token in run]


def _joined_text(tokens: list[Token]) -> str:
    return _cut(" ".join(token.text for token in tokens))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _quote(words: str) -> str:
    return words if words.endswith('"') else f"“{words}”"


def _join(names: tuple[str, ...], last: str = "or") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
