"""Find the stored messages that a question is about: those with all of its words, else those with most of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from content.search.text import clean, root, split
from handlers.messages import operators, periods
from handlers.messages.news import News, news_of, subject_of
from handlers.messages.operators import Operators
from handlers.messages.synonyms import widened
from handlers.messages.vocabulary import SMALL_WORDS
from handlers.replies import cards, entries
from handlers.subscriptions.days import NUMBERS
from handlers.subscriptions.names import normalize
from jobs import search as search_job
from jobs.cadence import zone_info
from jobs.models.entries import SAMPLE
from jobs.models.search import Order, Page, Search, Word
from jobs.tokens import duplicate_term, feed_term, is_compound, kind_term, phrase, read_words, topic_term, word_term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from content.catalog import Catalog
    from handlers.messages.periods import Period
    from jobs.models.entries import Entry
    from jobs.store.database import Connection

_MAX_WORDS = 12

_LATEST = frozenset({"last", "latest", "newest", "recent"})

MAX_ASKED = 1_000
"""Messages that are counted when somebody asks how many there are."""

MAX_LISTED = 10
"""Messages of a page."""

_MIN_RELATED, _MIN_START = 7, 4
"""Letters of a word that is looked for by its beginning, and of the beginning."""
_MIN_BEGINNING = 3
"""Letters of a single word of which messages have only longer ones."""

TROUBLE_KINDS = frozenset({"maintenance", "outage", "resolved"})
"""Kinds of messages about systems that do not work."""


@dataclass(frozen=True, slots=True)
class Query:
    asked: Operators
    words: tuple[Word, ...]
    topic: str = ""
    """The topic that the words name, if they are nothing but its name."""
    period: Period | None = None
    newest: bool = False
    """Nothing but the newest messages is asked for."""
    about: tuple[Word, ...] = ()
    """Those of the words that follow "about" or the like, with which alone is searched if no message has all words."""
    news: News | None = None
    left_out: tuple[str, ...] = ()
    """Feeds that are searched only if nothing is found in the others: their many entries would hide CBP's messages."""

    feeds: tuple[str, ...] = ()
    """All feeds."""
    newest_first: bool = False
    """The words ask for the latest messages about something."""
    limit: int = MAX_LISTED
    """Messages of a page, as in "the last 5 messages"."""

    @property
    def order(self) -> Order:
        if not self.words:
            return Order.NEWEST
        return self.asked.order or (Order.NEWEST if self.newest_first else Order.BEST)

    @property
    def typed(self) -> str:
        return self.asked.typed


@dataclass(frozen=True, slots=True)
class Found:
    page: Page
    words: tuple[str, ...]
    """The words that the search looked for."""
    partial: bool = False
    """No message has all of the words."""
    share: float = 1.0
    """The share of the words, by weight, that the best message has."""
    missing: tuple[str, ...] = ()
    """More words of the question, which none of the messages has."""
    only_topic: int | None = 0
    """How many of the messages do not have the words, but are about the topic that they name; None: they were not counted."""

    has_phrases: bool = False
    """The messages were counted only if they are on one page."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.page.entries


def read_query(words: str, catalog: Catalog, now: datetime, zone: str, *, months: bool = True) -> Query:
    """`months`: "in april" says when the message was sent. Otherwise it is a word like others."""
    asked = operators.read_leniently(words, catalog, now, zone)
    text = clean(asked.text)
    tokens, typed = _tokens(text)
    news = news_of(split(text))
    period, rest = periods.read(tokens, now, zone, months=months)
    newest_first = news is News.MESSAGES and not _LATEST.isdisjoint(rest)
    limit, rest = read_limit(rest)
    content, about = ([word for word in rest if word not in SMALL_WORDS], []) if news is None else subject_of(rest, news)
    newest = not content and not asked.phrases and (news is not None or period is not None or asked.used)
    if not content and not asked.phrases and not newest:
        content = rest
    topic = "" if asked.phrases or asked.topics else _topic(content, catalog)
    every = read_words([typed[word] for word in dict.fromkeys(content)])
    found = tuple(dict.fromkeys((*map(phrase, asked.phrases), *every)))[:_MAX_WORDS]
    followed = set(read_words([typed[word] for word in about]))
    left_out = () if asked.feeds else entries.feeds_by_name(catalog)
    followed_by = tuple(each for each in found if each in followed)
    if news is not None and asked == replace(Operators(asked.text, asked.typed), order=asked.order, after=asked.after):
        found, followed_by = widened(found, catalog), widened(followed_by, catalog)
    feeds = tuple(feed.slug for feed in catalog.feeds)
    return Query(asked, found, topic, period, newest, followed_by, news, left_out, feeds, newest_first, limit)


def read_limit(words: Sequence[str]) -> tuple[int, list[str]]:
    """Return how many messages "the last 5 messages" asks for, or a page, and the other words."""
    for place, word in enumerate(words):
        beside = _LATEST.intersection((*words[max(place - 1, 0) : place], *words[place + 1 : place + 2])) if place or words[1:] else ()
        count = NUMBERS.get(word, 0) or (int(word) if len(word) <= 2 and word.isascii() and word.isdecimal() else 0)
        if beside and 0 < count <= MAX_LISTED and word not in ("a", "an"):
            return count, [each for other, each in enumerate(words) if other != place and not (abs(other - place) == 1 and each in _LATEST)]
    return MAX_LISTED, list(words)


def _tokens(text: str) -> tuple[list[str], Mapping[str, str]]:
    """Return the words, a compound as one, and how each is written: "antidumping" as "anti-dumping", "inbond" as "in-bond"."""
    written: dict[str, str] = {}
    tokens: list[str] = []
    for piece in text.split():
        parts = split(piece) if any(map(str.isalnum, piece)) else []  # "&" alone is no word
        joined = "".join(parts)
        before = tokens[-1] if tokens else ""
        if before in SMALL_WORDS and is_compound(before, joined):  # not "bond" alone
            tokens[-1] = before + joined
            written[before + joined] = f"{before}-{joined}"
        elif parts:
            tokens.append(joined)
            written[joined] = joined if len(parts) == 1 else piece.casefold().strip("()[]{}<>.,;:!?*'\"/-")
    return tokens, written


def _topic(words: Sequence[str], catalog: Catalog) -> str:
    name = normalize(" ".join(words))
    named = (
        topic.slug
        for topic in catalog.topics
        if name in (normalize(topic.slug), normalize(topic.name), normalize(cards.short_name(topic.name)))
    )
    return next(named, "") if name else ""


def find(conn: Connection, query: Query, zone: str, *, samples: bool = False, limit: int = MAX_LISTED) -> Found:
    """Return a page of messages with all words; without any, the messages with most of them."""
    if not query.words and not query.newest:
        return Found(Page(), ())
    limit = min(limit, query.limit)
    found = _find(conn, query, zone, samples=samples, limit=limit)
    if found.entries or found.page.end is not None or query.newest or not query.left_out:
        return found
    everywhere = _find_all(conn, _search(replace(query, left_out=()), zone, samples=samples), query, limit)
    return everywhere if everywhere.entries else found


def _find(conn: Connection, query: Query, zone: str, *, samples: bool, limit: int) -> Found:
    search = _search(query, zone, samples=samples)
    found = _find_all(conn, search, query, limit)
    if found.entries or found.page.end is not None or query.newest:
        return found
    known = search_job.known_words(conn, search)
    related = replace(search, words=tuple(each if each in known else _related(each) for each in search.words))
    if related.words != search.words:
        found = _find_all(conn, related, query, limit)
    if not found.entries and query.about and query.about != query.words:
        found = _find_all(conn, replace(search, words=query.about), query, limit)
    if found.entries or query.asked.after is not None:  # a later page has what the first one looked for, and most words have one page
        return found
    found = _find_most(conn, related, limit)
    unknown = [each for each in search.words if each not in known]
    is_number = any(each.text.isdecimal() for each in unknown)  # without its number, "section 301" is any section
    if not found.entries and query.news is not None and unknown and not is_number and 2 * len(known) >= len(search.words):
        sought = replace(search, words=known)
        found = _find_all(conn, sought, query, limit)
        found = found if found.entries else _find_most(conn, sought, limit)
        found = replace(found, missing=tuple(each.text for each in unknown))
    if not found.entries and query.period is None and len(search.words) == 1:
        return _find_all(conn, replace(search, words=tuple(map(_beginning, search.words))), query, limit)
    return found


def counted(conn: Connection, query: Query, found: Found, zone: str, *, samples: bool = False) -> Found:
    """Return what was found with the number of all messages, for a question that asks how many there are."""
    count = search_job.count(conn, _search(query, zone, samples=samples), MAX_ASKED)
    return replace(found, page=replace(found.page, count=count))


def _search(query: Query, zone: str, *, samples: bool) -> Search:
    asked = query.asked
    start, end = query.period.bounds(zone) if query.period else (None, None)
    feeds = asked.feeds or (("csms", SAMPLE) if query.newest and not query.words else ())
    searched = feeds or [each for each in query.feeds if each not in (*asked.without_feeds, *query.left_out)]
    since = max((each for each in (start, _midnight(asked.since, zone)) if each is not None), default=None)
    until = min((each for each in (end, _midnight(asked.until, zone)) if each is not None), default=None)
    kinds = [asked.kinds, tuple(sorted(TROUBLE_KINDS)) if query.news is News.TROUBLE else ()]
    return Search(
        words=query.words,
        instead=topic_term(query.topic) if query.topic else None,
        without=(*map(phrase, asked.without_phrases), *read_words(asked.without)),
        filters=(
            *((topic_term(*asked.topics),) if asked.topics else ()),
            *(kind_term(*each) for each in kinds if each),
            *((feed_term(*feeds),) if feeds else ()),
        ),
        without_filters=(
            *map(topic_term, asked.without_topics),
            *map(kind_term, asked.without_kinds),
            *map(feed_term, asked.without_feeds),
            *((feed_term(*query.left_out),) if query.left_out else ()),
            *(() if samples else (feed_term(SAMPLE),)),
            *((duplicate_term(*searched),) if searched else ()),
        ),
        since=since,
        until=until,
    )


def _midnight(day: date | None, zone: str) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=zone_info(zone))


def _find_all(conn: Connection, search: Search, query: Query, limit: int) -> Found:
    page = search_job.find(conn, search, limit, query.order, query.asked.after)
    only_topic: int | None = 0
    if search.instead is not None and page.entries:
        with_words = search_job.count(conn, replace(search, instead=None))
        only_topic = None if page.count is None or with_words is None else page.count - with_words
    has_phrases = any(word.phrase for word in (*search.words, *search.without))
    return Found(page, tuple(word.text for word in search.words), only_topic=only_topic, has_phrases=has_phrases)


def _find_most(conn: Connection, search: Search, limit: int) -> Found:
    most = search_job.find_most(conn, search, limit)
    return Found(most.page, tuple(word.text for word in search.words), partial=True, share=most.share)


def _related(word: Word) -> Word:
    """Return the beginning that a word which no entry has shares with its relatives: "serbian" is looked for as "serb*"."""
    text = word.text
    start = min(text[:-3], root(text), key=len)
    start = start[:-1] if start[-2:-1] == start[-1:] else start  # of "cancellation": cancel
    if word.phrase or not (text.isascii() and text.isalpha() and len(text) >= _MIN_RELATED and len(start) >= _MIN_START):
        return word
    return Word(f"{start}*", word_term(f"{start}*"))


def _beginning(word: Word) -> Word:
    if word.phrase or len(word.text) < _MIN_BEGINNING or word.text.endswith("*"):
        return word
    return Word(f"{word.text}*", word_term(f"{word.text}*"))
