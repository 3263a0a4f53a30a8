"""Read what a search asks besides its words: operators such as topic:tariffs or since:2026-01, phrases in quotation marks, and -words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from content.search.spelling import nearest
from content.search.text import split
from handlers.messages import periods
from handlers.messages.vocabulary import SMALL_WORDS
from handlers.replies.cards import join_names
from handlers.replies.entries import shorten
from handlers.subscriptions.names import vocabulary
from handlers.subscriptions.parts import HIDDEN, MAX_PHRASE, Misunderstood
from jobs.cadence import zone_info
from jobs.models.search import Order, Place
from jobs.states import EntryKind, Lead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from content.catalog import Catalog

MAX_CHARACTERS = 400
"""Characters of a search that are read."""

EXAMPLES = ("topic:tariffs", "kind:guidance", "feed:csms", "since:2026-01", "until:2026-03")

_LEADS = (Lead.CORRECTION, Lead.REPLACEMENT, Lead.UPDATE, Lead.CANCELLATION)
KINDS = (*(kind.value for kind in EntryKind), *(lead.value for lead in _LEADS))
_KIND_SYNONYMS = {
    "amended": "update",
    "canceled": "cancellation",
    "cancelled": "cancellation",
    "clarification": "update",
    "corrected": "correction",
    "deployment": "technical",
    "event": "training",
    "postponed": "update",
    "replaced": "replacement",
    "rescinded": "cancellation",
    "revised": "update",
    "superseded": "replacement",
    "updated": "update",
    "webinar": "training",
}

_MAX_SHOWN = 40
"""Characters of a wrong part that an answer repeats."""

_QUOTES = '"“”„‟«»'
_PART = re.compile(
    r"(?P<dash>(?<!\S)[-–—−])?+"
    r"(?:(?<![\w:/.])(?:(?P<name>topics?|kinds?|feeds?|since|until|older):\s?+|(?P<unknown>[a-z][a-z-]{1,19}+):(?!//)(?=[^\s:])))?+"
    rf"(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*+)(?P<closed>[{_QUOTES}]?+)|(?P<word>[^\s{_QUOTES}]++))?+",
    re.IGNORECASE,
)

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}+)(?:-([0-9]{1,2}+))?+)?+")
_AMERICAN_DAY = re.compile(r"([0-9]{1,2}+)/([0-9]{1,2}+)/([0-9]{4})")
_AGO = re.compile(r"([0-9]{1,3}+)([dwmy])")
_AGO_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

_ORDER = re.compile(r"(?<!\S)(best|newest)(?:\s++first)?+\s*+$", re.IGNORECASE)

_PLACE = re.compile(r"([nt])([0-9a-z]{1,13})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ROWS = 2**63
"""Added to a row, which may be negative."""


@dataclass(frozen=True, slots=True)
class Operators:
    """The operators of a search. Any of several topics, kinds or feeds counts."""

    text: str
    """The words, without all that is read here."""
    typed: str
    """All that was typed, but order and place."""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_phrases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    without_topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    without_kinds: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    without_feeds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    """The day after the last one."""
    order: Order | None = None
    """None: none was typed."""
    after: Place | None = None

    @property
    def used(self) -> bool:
        return self != Operators(self.text, self.typed)


@dataclass(slots=True)
class _Found:
    """The part that is read so far."""

    words: str
    catalog: Catalog
    now: datetime
    zone: str
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    days: dict[str, tuple[date, date]] = field(default_factory=dict)
    after: Place | None = None
    cut: list[tuple[int, int]] = field(default_factory=list)
    """The spans that are no words."""
    hidden: list[tuple[int, int]] = field(default_factory=list)
    """The spans of order and place."""


def read(words: str, catalog: Catalog, now: datetime, zone: str, *, lenient: bool = False) -> Operators | Misunderstood:
    """Return what is asked, or the first part that cannot be understood. `lenient`: such a part is text."""
    found = _Found(HIDDEN.sub(" ", words[:MAX_CHARACTERS]), catalog, now, zone)
    for match in _PART.finditer(found.words):
        if match["name"]:
            problem = _read_operator(match, found)
        elif match["unknown"]:
            problem = _unknown_operator(match)
        elif match["phrase"] is not None:
            problem = _read_phrase(match, found)
        else:
            _read_word(match, found)
            continue
        if problem is None:
            found.cut.append(match.span())
        elif not lenient:
            return problem
    order = _read_order(found)
    since, until = found.days.get("since"), found.days.get("until")
    return Operators(
        _without(found.words, found.cut),
        _without(found.words, found.hidden),
        **found.values,
        since=since[0] if since else None,
        until=until[1] if until else None,
        order=order,
        after=found.after,
    )


def read_leniently(words: str, catalog: Catalog, now: datetime, zone: str) -> Operators:
    """Return what is asked; what cannot be understood is text."""
    found = read(words, catalog, now, zone, lenient=True)
    assert isinstance(found, Operators)  # noqa: S101 - text is never wrong
    return found


def _read_order(found: _Found) -> Order | None:
    """Read the last word, if it is an order and words of the subject precede it."""
    match = _ORDER.search(found.words)
    if match is None or all(word in SMALL_WORDS for word in split(found.words[: match.start()])):
        return None
    found.cut.append(match.span())
    found.hidden.append(match.span())
    return Order(match[1].casefold())


def older(after: Place) -> str:
    """Return the operator that asks for the next page."""
    number, digits = after.row + _ROWS, ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return f"older:{'t' if after.titled else 'n'}{digits or '0'}"


def _without(words: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the words without these spans."""
    kept = words
    for start, end in sorted(spans, reverse=True):
        kept = f"{kept[:start]} {kept[end:]}"
    return " ".join(kept.split())


def _add(found: _Found, name: str, values: Sequence[str]) -> None:
    found.values[name] = tuple(dict.fromkeys((*found.values.get(name, ()), *values)))


def _read_word(match: re.Match[str], found: _Found) -> None:
    word = match["word"] or ""
    if match["dash"] and split(word) and word[0].isalnum():
        _add(found, "without", (word,))
        found.cut.append(match.span())


def _read_phrase(match: re.Match[str], found: _Found) -> Misunderstood | None:
    phrase, position = " ".join(match["phrase"].casefold().split()), match.start() + 1
    if not match["closed"]:
        before = f" before “{shorten(phrase, _MAX_SHOWN)}”" if phrase else " at the end"
        return Misunderstood(position, f"the quotation mark{before} is not closed", 'Add a " after the phrase.')
    if not phrase:
        hint = 'Type the words to look for, such as "notify party".'
        return Misunderstood(position, f"there is nothing between the quotation marks {match[0]}", hint)
    if len(phrase) > MAX_PHRASE:
        return Misunderstood(
            position, f"the phrase “{shorten(phrase, _MAX_SHOWN)}” is longer than {MAX_PHRASE} characters", "Use a few key words."
        )
    _add(found, "without_phrases" if match["dash"] else "phrases", (phrase,))
    return None


def _unknown_operator(match: re.Match[str]) -> Misunderstood:
    name, start = match["unknown"], match.start("unknown")
    known = tuple(each.partition(":")[0] for each in EXAMPLES)
    near = nearest(name.casefold(), known, max_edits=2)
    hint = f"You can use {join_names(EXAMPLES, 'and')}. To search for the words, put them in quotation marks."
    return Misunderstood(start + 1, f"“{shorten(name, _MAX_SHOWN)}:” is not an operator of a search", hint, near, len(name))


def _read_operator(match: re.Match[str], found: _Found) -> Misunderstood | None:
    name = match["name"].casefold()
    name = name if name in ("since", "until", "older") else name.removesuffix("s")
    group = "word" if match["word"] is not None else "phrase"
    value, start = match[group] or "", max(match.start(group), match.start("name"))
    if not value.strip(" ,"):
        example = next((each for each in EXAMPLES if each.startswith(name)), "")
        return Misunderstood(match.start("name") + 1, f"nothing follows “{name}:”", f"Type a value right after it, such as {example}.")
    if name == "older":
        return _read_place(match, value, found)
    if name in ("since", "until"):
        return _read_day(match, name, value, start, found)
    values: list[str] = []
    for item in re.finditer(r"[^,]+", value):
        if item[0].strip():
            read_value = _VALUES[name](item[0].strip(), found.catalog)
            if isinstance(read_value, Misunderstood):
                lead = len(item[0]) - len(item[0].lstrip())
                position = start + item.start() + lead + 1
                return Misunderstood(position, read_value.message, read_value.hint, read_value.corrections, len(item[0].strip()))
            values.append(read_value)
    _add(found, f"without_{name}s" if match["dash"] else f"{name}s", values)
    return None


def _read_topic(value: str, catalog: Catalog) -> str | Misunderstood:
    known = vocabulary(catalog)
    words = value.split()
    match = known.longest_match(words)
    if match is not None and match.kind == "topic" and match.words == len(words) and len(match.slugs) == 1 and not match.loose:
        return match.slugs[0]
    near = match.slugs[:3] if match is not None and match.kind == "topic" else known.suggest(words, feeds=False)
    hint = f"Did you mean {join_names(known.names_of(near))}?" if near else f"The topics are {join_names(known.slugs, 'and')}."
    return Misunderstood(0, f"the bot does not recognize the topic “{shorten(value, _MAX_SHOWN)}”", hint, near)


def _read_kind(value: str, _: Catalog) -> str | Misunderstood:
    kind = value.casefold()
    for each in (kind, kind.removesuffix("s")):
        if each in KINDS or each in _KIND_SYNONYMS:
            return _KIND_SYNONYMS.get(each, each)
    near = nearest(kind, (*KINDS, *_KIND_SYNONYMS), min_likeness=0.75)
    hint = f"Did you mean {join_names(near)}?" if near else f"The kinds are {join_names(KINDS, 'and')}."
    return Misunderstood(0, f"the bot does not recognize the kind “{shorten(value, _MAX_SHOWN)}”", hint, near)


def _read_feed(value: str, catalog: Catalog) -> str | Misunderstood:
    known = {name.casefold(): feed.slug for feed in catalog.feeds for name in (feed.slug, feed.name)}
    if value.casefold() in known:
        return known[value.casefold()]
    near = tuple(known[each] for each in nearest(value.casefold(), known, min_likeness=0.75))
    hint = (
        f"Did you mean {join_names(near)}?" if near else f"The feeds are {join_names(tuple(feed.slug for feed in catalog.feeds), 'and')}."
    )
    return Misunderstood(0, f"the bot does not recognize the feed “{shorten(value, _MAX_SHOWN)}”", hint, near)


_VALUES: dict[str, Callable[[str, Catalog], str | Misunderstood]] = {"topic": _read_topic, "kind": _read_kind, "feed": _read_feed}


def _read_day(match: re.Match[str], name: str, value: str, start: int, found: _Found) -> Misunderstood | None:
    named = None if match["dash"] else days(value.casefold(), found.now, found.zone)
    hint = f"Type a year, a month or a day, such as {name}:2026, {name}:2026-01, {name}:2026-01-15, {name}:monday or {name}:30d."
    if match["dash"]:
        other = "until" if name == "since" else "since"
        return Misunderstood(match.start() + 1, f"the bot cannot leave out “{name}:”", f"Use {other}: instead.")
    if named is None:
        return Misunderstood(start + 1, f"the bot does not recognize the day “{shorten(value, _MAX_SHOWN)}” after “{name}:”", hint)
    both = found.days | {name: named}
    if "since" in both and "until" in both and both["since"][0] >= both["until"][1]:
        return Misunderstood(start + 1, "“until:” is before “since:”, so no message can be found", "Change one of the two.")
    found.days = both
    return None


def days(value: str, now: datetime, zone: str) -> tuple[date, date] | None:
    """Return the first day that a value names, and the day after the last one."""
    today = now.astimezone(zone_info(zone)).date()
    ago = _AGO.fullmatch(value)
    if ago is not None:
        day = today - timedelta(days=int(ago[1]) * _AGO_DAYS[ago[2]])
        return (day, day + timedelta(days=1)) if day.year >= _FIRST_YEAR else None
    american, plain = _AMERICAN_DAY.fullmatch(value), _DAY.fullmatch(value)
    if american is not None:
        return _calendar_days(american[3], american[1], american[2])
    if plain is not None:
        return _calendar_days(plain[1], plain[2], plain[3])
    words = split(value)
    month, _ = periods.read(["in", *words], now, zone)
    if month is not None and month.until is not None and month.typed == f"in {' '.join(words)}":
        return month.since, month.until
    since, _ = periods.read(["since", *words], now, zone)
    if since is None or since.typed != f"since {' '.join(words)}":
        return None
    return since.since, since.since + timedelta(days=1)


def _calendar_days(year: str, month: str | None, day: str | None) -> tuple[date, date] | None:
    try:
        begin = date(int(year), int(month or 1), int(day or 1))
    except ValueError:  # 31 June
        return None
    if not _FIRST_YEAR <= begin.year <= _LAST_YEAR:
        return None
    if day is not None:
        return begin, begin + timedelta(days=1)
    if month is not None:
        return begin, (begin + timedelta(days=31)).replace(day=1)
    return begin, begin.replace(year=begin.year + 1)


def _read_place(match: re.Match[str], value: str, found: _Found) -> Misunderstood | None:
    place = _PLACE.fullmatch(value)
    row = None if place is None else int(place[2], 36) - _ROWS
    if place is None or row is None or row >= _ROWS:
        return Misunderstood(match.start("name") + 1, "“older:” belongs to the button Older", "Leave it out, or use until: with a day.")
    found.after = Place(row, titled=place[1] == "t")
    found.hidden.append(match.span())
    return None
