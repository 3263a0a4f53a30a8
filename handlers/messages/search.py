"""Find the stored messages that a question is about: those with all of its words, else those with most of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from content.search.text import clean, root, split
from handlers.messages import periods
from handlers.messages.news import SMALL_WORDS, News, news_of, subject_of
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
MAX_FOUND = 150
"""Entries whose whole text is compared with a question."""

_IN_TEXT = 0.7
"""Weight of a word in the text; one in the title weighs 1."""

_MOST = 0.55
"""The share of the words, by weight, that an entry must have if none has all of them."""

_MIN_RELATED, _MIN_START = 7, 4
"""Letters of a word that is looked for by its beginning, and of the beginning."""

_NEAR_BEST = 0.75
"""How near to the best entry another must be."""

TROUBLE_KINDS = frozenset({"maintenance", "outage", "resolved"})
"""Kinds of messages about systems that do not work."""

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
    about: tuple[str, ...] = ()
    """Those of the terms that follow "about" or the like, with which alone is searched if no message has all terms."""
    news: News | None = None


@dataclass(frozen=True, slots=True)
class Found:
    terms: tuple[str, ...] = ()
    """The words that the search looked for."""
    titled: tuple[Entry, ...] = ()
    """Entries with the words in the title, newest first."""
    in_text: tuple[Entry, ...] = ()
    """Other entries, newest first."""
    partial: bool = False
    """No entry has all of the words."""
    share: float = 1.0
    """The share of the words, by weight, that the best entry has."""
    inside_words: bool = False
    """The entries have the text in any place, also inside a longer word."""
    missing: tuple[str, ...] = ()
    """More terms of the question, which none of the entries has."""
    only_topic: int = 0
    """How many of the entries do not contain the terms, but are about the topic that they name."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.titled + self.in_text


def read_query(words: str, catalog: Catalog, now: datetime, zone: str, *, months: bool = True) -> Query:
    """`months`: "in april" says when the message was sent. Otherwise it is a word like others."""
    text = clean(words[:_MAX_READ])
    phrases = [" ".join(match[1].casefold().split()) for match in _QUOTED.finditer(text)]
    tokens = split(_QUOTED.sub(" ", text))
    news = news_of(tokens)
    period, rest = periods.read(tokens, now, zone, months=months)
    content, about = ([word for word in rest if word not in SMALL_WORDS], []) if news is None else subject_of(rest, news)
    newest = not content and not phrases and (news is not None or period is not None)
    if not content and not phrases and not newest:
        content = rest
    topic = _topic(content, catalog) if not phrases else ""
    terms = tuple(dict.fromkeys(each for each in (*phrases, *content) if each.strip()))[:_MAX_TERMS]
    return Query(words, terms, topic, period, newest, tuple(each for each in terms if each in about), news)


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
    bounds = query.period.bounds(zone) if query.period else (None, None)
    if query.newest:
        found = Found(in_text=tuple(entry_store.latest(conn, feeds, limit=MAX_FOUND, since=bounds[0], until=bounds[1])))
    else:
        found = _find_terms(conn, query.terms, bounds, samples=samples)
        if query.about and query.about != query.terms and (found.partial or not found.entries):
            closer = _find_terms(conn, query.about, bounds, samples=samples)
            found = closer if closer.entries and not closer.partial else found
        if not found.entries and query.news is not None:
            found = _without_unknown(conn, query.terms, bounds, samples=samples)
        typed = " ".join(query.words.split())
        if not found.entries and query.period is None and " " not in typed:
            anywhere = tuple(entries.newest_first(entry_store.search(conn, typed, MAX_FOUND, samples=samples)))
            found = Found((typed,), (), anywhere, inside_words=True)
    if query.news is News.TROUBLE:
        titled, in_text = (tuple(each for each in group if each.kind in TROUBLE_KINDS) for group in (found.titled, found.in_text))
        return replace(found, titled=titled, in_text=in_text)
    if query.topic:
        of_topic = entry_store.latest(conn, feeds, query.topic, MAX_FOUND, since=bounds[0], until=bounds[1])
        both = {each.id: each for each in (*of_topic, *found.entries)}
        only_topic = len(both) - (0 if found.partial or found.inside_words else len(found.entries))
        return Found(found.terms, tuple(entries.newest_first(both.values())), only_topic=only_topic)  # all in one list
    return found


def _without_unknown(conn: Connection, terms: tuple[str, ...], bounds: tuple[datetime | None, datetime | None], *, samples: bool) -> Found:
    """Search for the terms that some entry has, if they are at least half of them."""
    unknown = _compare(conn, terms, bounds, samples=samples)[1]
    known = tuple(term for term in terms if term not in unknown)
    if not unknown or 2 * len(known) < len(terms):
        return Found(terms)
    return replace(_compare(conn, known, bounds, samples=samples)[0], missing=tuple(unknown))


def _find_terms(conn: Connection, terms: tuple[str, ...], bounds: tuple[datetime | None, datetime | None], *, samples: bool) -> Found:
    """Search for the terms, and for the beginning of those that no entry has."""
    found, unknown = _compare(conn, terms, bounds, samples=samples)
    related = tuple(_related(term) if term in unknown else term for term in terms)
    return found if related == terms else _compare(conn, related, bounds, samples=samples)[0]


def _compare(
    conn: Connection, terms: tuple[str, ...], bounds: tuple[datetime | None, datetime | None], *, samples: bool
) -> tuple[Found, list[str]]:
    """Return what is found, and the terms that no entry has."""
    candidates = entry_store.candidates(conn, [phrase_stems(term) or (term,) for term in terms], *bounds, samples=samples)
    weights = _weights(len(terms), [each.contains for each in candidates], sum(each.count for each in entry_store.extents(conn).values()))
    likely = sorted(candidates, key=lambda each: -_total(weights, each.contains))[:MAX_FOUND]  # stable: the newest of equals stay
    stored = entry_store.by_ids(conn, (each.id for each in likely)).values()
    unknown = [term for term in terms if not any(_count(term, each) for each in stored)]
    return choose(terms, weights, stored), unknown


def _related(term: str) -> str:
    """Return the beginning that a word which no entry has shares with its relatives: "serbian" is looked for as "serb*"."""
    start = min(term[:-3], root(term), key=len)
    start = start[:-1] if start[-2:-1] == start[-1:] else start  # of "cancellation": cancel
    return f"{start}*" if term.isascii() and term.isalpha() and len(term) >= _MIN_RELATED and len(start) >= _MIN_START else term


def choose(terms: tuple[str, ...], weights: Sequence[float], stored: Iterable[Entry]) -> Found:
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
        terms,
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
