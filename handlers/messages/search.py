"""Find the stored messages that a question is about: those with all of its words, else those with most of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from content.search.text import clean, root, split
from content.search.wordlists import STOP_WORDS
from handlers.messages import periods
from handlers.messages.questions import MESSAGE_WORDS, without_opener
from handlers.replies import cards, entries
from handlers.subscriptions.names import normalize
from jobs.inflection import phrase_stems
from jobs.matching import find_phrase
from jobs.store import entries as entry_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from content.catalog import Catalog
    from handlers.messages.periods import Period
    from jobs.models.entries import Entry
    from jobs.store.database import Connection

_MAX_READ = 400
"""Characters of a question that are read."""

_MAX_TERMS = 12
_MAX_READ_ENTRIES = 150
"""Entries whose whole text is compared with a question."""

_IN_TEXT = 0.7
"""Weight of a word in the text; one in the title weighs 1."""

_MOST = 0.55
"""The share of the words, by weight, that an entry must have if none has all of them."""

_MIN_RELATED, _MIN_START = 7, 4
"""Letters of a word that is looked for by its beginning, and of the beginning."""

_NEAR_BEST = 0.75
"""How near to the best entry another must be."""

_QUESTION_WORDS = """
    actually ago announced asked because came concerning currently during explained happened happening issued message posted published
    put regarding related released soon stopped tell told tomorrow while yet
    """
"""More words that carry a question but not its subject."""

_QUOTED = re.compile(r'["“”„«]([^"“”„«»]{1,100})["“”»]')


@dataclass(frozen=True, slots=True)
class Query:
    words: str
    terms: tuple[str, ...]
    """Words and quoted phrases, in lower case."""
    topic: str = ""
    """The topic that the words name, if they are nothing but its name."""
    period: Period | None = None
    newest: bool = False
    """The words ask for the newest messages, whatever they are about."""


@dataclass(frozen=True, slots=True)
class Found:
    titled: tuple[Entry, ...] = ()
    """Entries with the words in the title, newest first."""
    in_text: tuple[Entry, ...] = ()
    """Other entries, newest first."""
    partial: bool = False
    """No entry has all of the words."""
    share: float = 1.0
    """The share of the words, by weight, that the best entry has."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.titled + self.in_text


def read_query(words: str, catalog: Catalog, now: datetime, zone: str, *, months: bool = True) -> Query:
    """`months`: "in april" says when the message was sent. Otherwise it is a word like others."""
    text = clean(words[:_MAX_READ])
    phrases = [" ".join(match[1].casefold().split()) for match in _QUOTED.finditer(text)]
    tokens = split(_QUOTED.sub(" ", text))
    asked = without_opener(tokens)
    period, rest = periods.read(tokens if asked is None else asked, now, zone, months=months)
    content = [word for word in rest if word not in STOP_WORDS | MESSAGE_WORDS and word not in _QUESTION_WORDS.split()]
    about = bool(content or phrases)
    newest = not about and (period is not None or asked is not None or bool(MESSAGE_WORDS.intersection(rest)))
    if not about and not newest:
        content = rest
    topic = _topic(content, catalog) if not phrases else ""
    return Query(words, tuple(dict.fromkeys(each for each in (*phrases, *content) if each.strip()))[:_MAX_TERMS], topic, period, newest)


def _topic(words: Sequence[str], catalog: Catalog) -> str:
    name = normalize(" ".join(words))
    named = (
        topic.slug
        for topic in catalog.topics
        if name in (normalize(topic.slug), normalize(topic.name), normalize(cards.short_name(topic.name)))
    )
    return next(named, "") if name else ""


def find(conn: Connection, query: Query, zone: str, *, samples: bool = False) -> Found:
    feeds = ("csms", "sample") if samples else ("csms",)
    since, until = query.period.bounds(zone) if query.period else (None, None)
    if query.newest:
        return Found(tuple(entry_store.latest(conn, feeds, limit=_MAX_READ_ENTRIES, since=since, until=until)))
    found, unknown = _compare(conn, query.terms, (since, until), samples=samples)
    if unknown:
        terms = tuple(_related(term) if term in unknown else term for term in query.terms)
        found = found if terms == query.terms else _compare(conn, terms, (since, until), samples=samples)[0]
    if not found.entries and query.period is None and not query.words.count(" "):
        # parts of words, and what is no word
        found = Found((), tuple(entries.newest_first(entry_store.search(conn, query.words, _MAX_READ_ENTRIES, samples=samples))))
    if query.topic:
        of_topic = entry_store.latest(conn, feeds, query.topic, _MAX_READ_ENTRIES, since=since, until=until)
        return Found(tuple(entries.newest_first({each.id: each for each in (*of_topic, *found.entries)}.values())))  # all in one list
    return found


def _compare(
    conn: Connection, terms: Sequence[str], bounds: tuple[datetime | None, datetime | None], *, samples: bool
) -> tuple[Found, list[str]]:
    """Return what is found, and the terms that no entry has."""
    candidates = entry_store.candidates(conn, [phrase_stems(term) or (term,) for term in terms], *bounds, samples=samples)
    weights = _weights(len(terms), [each.contains for each in candidates], sum(each.count for each in entry_store.extents(conn).values()))
    likely = sorted(candidates, key=lambda each: -_total(weights, each.contains))[:_MAX_READ_ENTRIES]  # stable: the newest of equals stay
    stored = entry_store.by_ids(conn, (each.id for each in likely)).values()
    unknown = [term for term in terms if not any(_count(term, each) for each in stored)]
    return choose(terms, weights, stored), unknown


def _related(term: str) -> str:
    """Return the beginning that a word which no entry has shares with its relatives: "serbian" is looked for as "serb*"."""
    start = min(term[:-3], root(term), key=len)
    start = start[:-1] if start[-2:-1] == start[-1:] else start  # of "cancellation": cancel
    return f"{start}*" if term.isascii() and term.isalpha() and len(term) >= _MIN_RELATED and len(start) >= _MIN_START else term


def choose(terms: Sequence[str], weights: Sequence[float], stored: Iterable[Entry]) -> Found:
    """Choose the entries with all of the terms, else those with most of them by weight."""
    places = {each: [_count(term, each) for term in terms] for each in stored}
    scores = {each: _total(weights, counted) for each, counted in places.items()}
    best = max(scores.values(), default=0.0)
    full = [each for each, counted in places.items() if all(counted)]
    near = _IN_TEXT if len(terms) <= 2 else _NEAR_BEST  # one or two words may stand in the text alone
    total = sum(weights)
    shares = {
        each: sum(weight for weight, count in zip(weights, counted, strict=True) if count) / total for each, counted in places.items()
    }
    chosen = [each for each in full or places if scores[each] >= near * best - 1e-9]
    chosen = [each for each in chosen if shares[each] >= _MOST]
    titled = {each for each in chosen if all(count in (0, 1) for count in places[each])}
    in_text = (each for each in chosen if each not in titled)
    return Found(
        tuple(entries.newest_first(titled)),
        tuple(entries.newest_first(in_text)),
        not full,
        max(map(shares.__getitem__, chosen), default=0.0),
    )


def _count(term: str, entry: Entry) -> float:
    """Return 1 for a term in the title, less for one in the text, else 0."""
    if term == entry.number:
        return 1.0
    where = find_phrase(term, entry)
    return 0.0 if where is None else 1.0 if where == "title" else _IN_TEXT


def _weights(terms: int, contains: Sequence[Sequence[bool]], stored: int) -> list[float]:
    """Return what each term tells: a rare one tells more."""
    counts = [sum(each[place] for each in contains) for place in range(terms)]
    return [math.log(1 + max(stored, 1) / max(count, 0.5)) for count in counts]


def _total(weights: Sequence[float], shares: Sequence[float]) -> float:
    return sum(weight * share for weight, share in zip(weights, shares, strict=True))
