"""What a person asks for in a subscription: topics, phrases, a cadence, a zone, in any order.

    revenue "notify parties" -"maintenance" weekly mon 09:00 in CT include system notices

Everything is understood or the first thing that is not is named, with its position and a hint. Nothing is skipped
silently: a subscription that is not what was meant is noticed weeks later.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import takewhile

from content.catalog import Catalog
from handlers.subscriptions import cadence as when
from handlers.subscriptions import timezones
from handlers.subscriptions.names import Vocabulary, normal, vocabulary
from jobs.models import Cadence, Filters, SubscriptionSpec

MAX_CHARACTERS = 500
MAX_PHRASES = 10
"""Of each sort."""
MAX_PHRASE = 100
"""Characters in one phrase."""

DEFAULT_CADENCE = Cadence("weekdays", when.DEFAULT_TIME)


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """The first thing that can't be understood; `position` counts characters of the words from 1. `meant`: the one thing of which
    `length` characters from there are a slip; "" when nothing is that clear."""

    position: int
    message: str
    hint: str
    meant: str = ""
    length: int = 0
    also: "Misunderstood | None" = None
    """What is wrong behind it as well, where that is plain: a cadence that there isn't."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a quoted phrase. `at` counts characters from 1."""

    text: str
    at: int
    sort: str
    """word, phrase or never."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something understood, and where it was said."""

    sort: str
    value: str | Cadence
    said: str
    at: int
    loose: bool = False
    """Words that belong to the topic without being its name."""


Read = tuple[list[Part], int] | Misunderstood | None
"""The parts and how many tokens they took; or what is wrong; or None: it is something else."""

FIXED: dict[tuple[str, ...], tuple[str, str] | None] = {
    ("include", "system", "notices"): ("system", "on"),
    ("including", "system", "notices"): ("system", "on"),
    ("with", "system", "notices"): ("system", "on"),
    ("include", "system"): ("system", "on"),
    ("system", "notices"): ("system", "on"),
    ("without", "system", "notices"): ("system", "off"),
    ("no", "system", "notices"): ("system", "off"),
    ("digest", "only"): ("digest", "only"),
    ("digests", "only"): ("digest", "only"),
    ("only", "digest"): ("digest", "only"),
    ("only", "digests"): ("digest", "only"),
    ("all", "topics"): ("all", "topics"),
    ("every", "topic"): ("all", "topics"),
    ("all", "feeds"): ("all", "feeds"),
    ("every", "feed"): ("all", "feeds"),
    ("all",): ("all", "topics"),
    ("everything",): ("all", "topics"),
    ("and",): None,
    ("or",): None,
    ("to",): None,
    ("about",): None,
    ("topic",): None,
    ("topics",): None,
    ("feed",): None,
    ("feeds",): None,
}
"""Fixed words, and what they say; None: they join other words and say nothing."""

KEYWORDS = {
    "now": "now",
    "daily": "daily 09:00",
    "weekdays": "weekdays 09:00",
    "weekly": "weekly mon 09:00",
    "include": "include system notices",
    "system": "include system notices",
    "digest": "digest only",
    "digests": "digest only",
    "all": "all",
}
"""For hints: what a misspelt keyword may have been."""

CLOSE = 0.82
"""How like a name a slip of it is, of 1."""

_QUOTES = '"“”„‟«»'
_DASHES = "-–—−"
_TOKEN = re.compile(rf"(?P<dash>[{_DASHES}]?)[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)(?P<closed>[{_QUOTES}]?)|(?P<word>[^\s,;{_QUOTES}]+)")
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and those that turn or hide text."""


def parse(words: str, catalog: Catalog, default_zone: str, feeds_allowed: bool) -> SubscriptionSpec | Misunderstood:
    """Understands all of the words, or names the first that it can't."""
    words = _HIDDEN.sub(" ", words)
    if len(words) > MAX_CHARACTERS:
        return Misunderstood(MAX_CHARACTERS + 1, f"that is longer than {MAX_CHARACTERS} characters", "Make two subscriptions of it.")
    tokens = _tokens(words)
    if isinstance(tokens, Misunderstood):
        return tokens
    known = vocabulary(catalog)
    parts: list[Part] = []
    at = 0
    while at < len(tokens):
        read = _read(tokens[at:], known, feeds_allowed)
        if isinstance(read, Misunderstood):
            return read
        parts += read[0]
        at += read[1]
    return _combine(parts, tuple(sorted(feed.slug for feed in catalog.feeds)), default_zone)


def _tokens(words: str) -> list[Token] | Misunderstood:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(words):
        at = match.start() + 1
        if match["word"] is not None:
            tokens.append(Token(match["word"], at, "word"))
            continue
        phrase = " ".join(match["phrase"].casefold().split())
        if not match["closed"]:
            return Misunderstood(at, "this quote is not closed", 'Put a " behind the phrase.')
        if not phrase:
            return Misunderstood(at, "there is nothing between these quotes", 'Write the words to look for, as in "notify parties".')
        if len(phrase) > MAX_PHRASE:
            return Misunderstood(at, f"this phrase is longer than {MAX_PHRASE} characters", "A few telling words find more.")
        tokens.append(Token(phrase, at, "never" if match["dash"] else "phrase"))
    return tokens


def _read(tokens: list[Token], known: Vocabulary, feeds_allowed: bool) -> tuple[list[Part], int] | Misunderstood:
    first = tokens[0]
    if first.sort != "word":
        dash = "-" if first.sort == "never" else ""
        return [Part(first.sort, first.text, f'{dash}"{first.text}"', first.at)], 1
    run = list(takewhile(lambda token: token.sort == "word", tokens))
    if first.text[0] in _DASHES:
        return _lone_dash(first)
    read = _read_fixed(run) or _read_when(run) or _read_zone(run) or _read_known(run, known, feeds_allowed)
    return read or replace(_unknown(run, known, feeds_allowed), also=_behind(tokens[1:]))


def _lone_dash(token: Token) -> Misunderstood:
    bare = _short(token.text.lstrip(_DASHES))
    hint = f'To leave something out, put it in quotes right behind the dash: -"{bare or "words"}".'
    return Misunderstood(token.at, f"“{_short(token.text)}” is not understood", hint)


def _read_fixed(run: list[Token]) -> Read:
    words = _lower(run)
    for count in range(min(len(words), 3), 0, -1):
        if tuple(words[:count]) in FIXED:
            meaning = FIXED[tuple(words[:count])]
            return [_part(meaning[0], meaning[1], run[:count])] if meaning else [], count
    return None


def _read_when(run: list[Token]) -> Read:
    read = when.read(_lower(run))
    if isinstance(read, when.Unclear):
        return Misunderstood(run[read.word].at, read.message, read.hint)
    if read is None:
        return None
    parts, taken = [_part("cadence", read.cadence, run[: read.words])], read.words
    if taken < len(run) and read.cadence.at is not None and timezones.is_short(run[taken].text):
        parts.append(_part("zone", timezones.find(run[taken].text) or "", run[taken : taken + 1]))
        taken += 1
    return parts, taken


def _read_zone(run: list[Token]) -> Read:
    if run[0].text.casefold() != "in":
        return None
    if len(run) == 1:
        return Misunderstood(run[0].at, "a time zone is missing after “in”", "Write for example in ET or in America/Chicago.")
    for count in range(min(4, len(run)), 1, -1):
        zone = timezones.find(" ".join(token.text for token in run[1:count]))
        if zone is not None:
            return [_part("zone", zone, run[1:count])], count
    near = timezones.suggest(run[1].text) or ("ET", "CT", "MT", "PT", "UTC")
    return Misunderstood(run[1].at, f"“{_short(run[1].text)}” is no time zone that I know", f"Did you mean {_either(near)}?")


def _read_known(run: list[Token], known: Vocabulary, feeds_allowed: bool) -> Read:
    found = known.longest([token.text for token in run])
    if found is None:
        return None
    said = run[: found.words]
    if len(found.slugs) > 1:
        hint = f"Write one of them: {_either(_called(found.slugs, known))}."
        return Misunderstood(said[0].at, f"“{_said(said)}” can mean several things", hint)
    if found.kind == "feed" and not feeds_allowed and found.slugs != ("csms",):
        hint = f"Other feeds come with /trade subscribe {found.slugs[0]}."
        return Misunderstood(said[0].at, f"“{_said(said)}” is a feed, and /csms is about CSMS messages only", hint)
    return [replace(_part(found.kind, found.slugs[0], said), loose=found.loose)], found.words


def _unknown(run: list[Token], known: Vocabulary, feeds_allowed: bool) -> Misunderstood:
    word = _short(run[0].text)
    keyword = difflib.get_close_matches(word.casefold(), KEYWORDS, n=1, cutoff=0.75)
    near = (*known.suggest([token.text for token in run], feeds_allowed), *(KEYWORDS[name] for name in keyword))
    meant = f"Did you mean {_either(_called(near, known))}?" if near else f"The topics are {', '.join(_called(known.slugs, known))}."
    hint = f'{meant} To look for the word itself, put it in quotes: "{word}".'
    message = f"“{word}” is no topic{' or feed' if feeds_allowed else ''} that I know"
    count = 0 if len(near) != 1 else 1 if keyword else _slip(run, near[0], known)
    length = run[count - 1].at + len(run[count - 1].text) - run[0].at if count else 0
    return Misunderstood(run[0].at, message, hint, (keyword or near)[0] if count else "", length)


def _called(slugs: Iterable[str], known: Vocabulary) -> tuple[str, ...]:
    """Topics and feeds as people call them; what is neither stays as it is."""
    return tuple(known.names.get(slug, slug) for slug in slugs)


def _behind(tokens: list[Token]) -> Misunderstood | None:
    """A cadence that can't be understood either: it must not come up only when the first slip is mended."""
    for place in range(len(tokens)):
        run = list(takewhile(lambda token: token.sort == "word", tokens[place:]))
        read = _read_when(run) if run else None
        if read is not None:
            return read if isinstance(read, Misunderstood) else None
    return None


def _slip(run: list[Token], slug: str, known: Vocabulary) -> int:
    """How many of the words are a slip for a name of this topic or feed; 0 when they are too unlike all of them. What is its very name
    and was not taken for it is no slip."""
    names = [name for index in (known.topics, known.near, known.feeds) for name, slugs in index.items() if slug in slugs]
    likeness = {
        count: max(
            difflib.SequenceMatcher(None, normal(" ".join(token.text[:40] for token in run[:count])), name).ratio() for name in names
        )
        for count in range(min(3, len(run)), 0, -1)
    }
    best = max(likeness, key=lambda count: (likeness[count], -count))
    return best if CLOSE <= likeness[best] < 1 else 0


def _combine(parts: list[Part], every_feed: tuple[str, ...], default_zone: str) -> SubscriptionSpec | Misunderstood:
    """One wish out of the parts, or the first two that contradict each other."""
    chosen: dict[str, Part] = {}
    several: dict[str, dict[str, Part]] = {"topic": {}, "feed": {}, "phrase": {}, "never": {}}
    for part in parts:
        if part.sort in several:
            several[part.sort].setdefault(str(part.value), part)
            continue
        sort = f"all {part.value}" if part.sort == "all" else part.sort
        before = chosen.setdefault(sort, part)
        if before.value != part.value:
            return _contradiction(before, part, "Choose one.")
    topics, feeds, phrases, never = several.values()
    cadence, zone, digest, system = (chosen.get(sort) for sort in ("cadence", "zone", "digest", "system"))
    if "all topics" in chosen and topics:
        return _contradiction(chosen["all topics"], next(iter(topics.values())), "Name topics, or none for all of them.")
    if digest and cadence and cadence.value == Cadence("now"):
        return _contradiction(digest, cadence, "A digest needs a time, as in digest only weekdays 09:00.")
    for phrase in phrases:
        if phrase in never:
            return _contradiction(phrases[phrase], never[phrase], "Ask for it or leave it out.")
    for found in (phrases, never):
        if len(found) > MAX_PHRASES:
            return Misunderstood(
                list(found.values())[MAX_PHRASES].at, f"these are more than {MAX_PHRASES} phrases", "Make two subscriptions of it."
            )
    if "outage" in topics and system and system.value == "off":
        return _contradiction(topics["outage"], system, "Outages are system notices.")
    outage = "outage" in topics and system is None
    return SubscriptionSpec(
        filters=Filters(
            feeds=every_feed if "all feeds" in chosen else tuple(sorted(feeds)) or ("csms",),
            topics=tuple(sorted(topics)),
            phrases=tuple(sorted(phrases)),
            never=tuple(sorted(never)),
            system=outage or (system is not None and system.value == "on"),
        ),
        cadence=cadence.value if cadence and isinstance(cadence.value, Cadence) else DEFAULT_CADENCE,
        zone=str(zone.value) if zone else default_zone,
        digest_only=digest is not None,
        notes=(*_readings(parts), *(("Outages are system notices, so these are on.",) if outage else ())),
    )


def _readings(parts: list[Part]) -> tuple[str, ...]:
    """What was taken for a topic without being its name: who meant the word itself has to put it in quotes."""
    loose = {part.said.casefold(): part for part in parts if part.loose}
    return tuple(
        f'“{part.said}” was read as the topic {part.value}; for the word itself, write "{said}" in quotes.' for said, part in loose.items()
    )


def _contradiction(first: Part, second: Part, hint: str) -> Misunderstood:
    early, late = sorted((first, second), key=lambda part: part.at)
    return Misunderstood(late.at, f"{_mark(late.said)} contradicts {_mark(early.said)}", hint)


def _part(sort: str, value: str | Cadence, said: list[Token]) -> Part:
    return Part(sort, value, _said(said), said[0].at)


def _lower(run: list[Token]) -> list[str]:
    return [token.text.casefold() for token in run]


def _said(tokens: list[Token]) -> str:
    return _short(" ".join(token.text for token in tokens))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _mark(said: str) -> str:
    return said if said.endswith('"') else f"“{said}”"


def _either(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
