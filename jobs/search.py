"""Search the stored entries: those with all of the words, page by page, else those with most of them.

The index finds entries by words. It finds an entry for a phrase when that has the phrase's words; `find_phrase` decides, as for
subscriptions.
"""

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import mul

from jobs.matching import find_phrase
from jobs.models.entries import EntryText
from jobs.models.search import IndexQuery, Order, Page, Place, Search, Word
from jobs.store import entries, history, tokens
from jobs.store.database import Connection
from jobs.store.duplicates import earlier_feeds
from jobs.tokens import entry_tokens, has_term, in_title, is_found_by, text_tokens

MAX_COUNTED = 30
"""More entries are not counted, unless somebody asks how many there are."""

_BATCH = 20
_MAX_READ = 300
"""Entries that a page of a search for phrases reads. A later page goes on where it ended."""

_MAX_CANDIDATES = 2_000
"""The newest entries of each word."""
_MAX_MOST = 150
"""Entries with most of the words."""
_MAX_STORED = 20_000
"""With more stored entries, a word does not become rarer."""

_IN_TEXT = 0.7
"""Weight of a word in the text; one in the title weighs 1."""

_MOST = 0.55
"""The share of the words, by weight, that an entry must have if none has all of them."""

_NEAR_BEST = 0.75
"""How near to the best entry another must be."""


def find(conn: Connection, search: Search, limit: int, order: Order = Order.NEWEST, after: Place | None = None) -> Page:
    """Return the entries with all words: the first page, or the one after a place."""
    has_phrases = _has_phrases(search)
    most = limit if has_phrases or after is not None else max(limit, MAX_COUNTED)
    size = _BATCH if has_phrases else most + 1
    best = order is Order.BEST and bool(search.words)
    in_order = _best_first(conn, search, after, size) if best else _matching(conn, search, _below(_query(search), after), size)
    fitting: list[Place] = []
    end = last = None
    for read, (place, fits) in enumerate(in_order):
        if (len(fitting) == most and fits) or read == _MAX_READ:
            end = last
            break
        last = place
        fitting += [place] if fits else []
    shown = fitting[:limit]
    found = entries.by_ids(conn, (tokens.entry_id(place.row) for place in shown))
    titled, others = (
        tuple(found[tokens.entry_id(place.row)] for place in shown if place.titled == in_title and tokens.entry_id(place.row) in found)
        for in_title in (True, False)
    )
    count = len(fitting) if end is None and after is None else None
    return Page(titled, others, shown[-1] if len(fitting) > limit else end, count)


def count(conn: Connection, search: Search, most: int = MAX_COUNTED) -> int | None:
    """Return how many entries have all words, or None if they are more than `most`, or if only their texts tell."""
    if _has_phrases(search):
        return None
    found = len(_rows(conn, _query(search), most + 1))
    return found if found <= most else None


def _best_first(conn: Connection, search: Search, after: Place | None, size: int) -> Iterator[tuple[Place, bool]]:
    query = _query(search)
    titles = tuple(in_title(word.term) for word in search.words)
    if after is None or after.titled:
        yield from _matching(conn, search, _below(replace(query, any_of=(titles,)), after), size, titled=True)
        after = None
    others = query if _has_phrases(search) else replace(query, none_of=(*query.none_of, titles))
    yield from _matching(conn, search, _below(others, after), size, titled=False)


def _matching(
    conn: Connection, search: Search, query: IndexQuery, size: int, *, titled: bool | None = None
) -> Iterator[tuple[Place, bool]]:
    """Yield the rows that the index finds, and whether their entries match.

    `titled`: only entries with all words in the title, or only the others; None: all.
    """
    while True:
        rows = _rows(conn, query, size)
        texts = entries.texts(conn, map(tokens.entry_id, rows)) if _has_phrases(search) else {}
        for row in rows:
            text = texts.get(tokens.entry_id(row))
            yield Place(row, bool(titled)), not _has_phrases(search) or (text is not None and _fits(text, search, titled))
        if len(rows) < size:
            return
        query, size = replace(query, below=rows[-1]), 2 * size  # few of these have the phrase, if anybody asks for more


def _fits(text: EntryText, search: Search, titled: bool | None) -> bool:
    if not all(find_phrase(word.text, text) for word in search.words if word.phrase):
        return False
    if any(find_phrase(word.text, text) for word in search.without if word.phrase):
        return False
    return titled is None or titled == all(place == 1 for place in _places(text, search.words, [True] * len(search.words)))


def _has_phrases(search: Search) -> bool:
    return any(word.phrase for word in (*search.words, *search.without))


def _query(search: Search) -> IndexQuery:
    words = tuple(word.term for word in search.words)
    without = (*(word.term for word in search.without if not word.phrase), *search.without_filters)
    return IndexQuery(
        (words,) if search.instead is None else (words, (search.instead,)),
        search.filters,
        tuple((term,) for term in without),
        None if search.since is None else tokens.row_id(0, search.since),
        None if search.until is None else tokens.row_id(0, search.until),
    )


def _below(query: IndexQuery, after: Place | None) -> IndexQuery:
    if after is None:
        return query
    return replace(query, below=after.row if query.below is None else min(after.row, query.below))


@dataclass(frozen=True, slots=True)
class Most:
    """Entries with most of the words."""

    page: Page
    share: float = 0.0
    """The share of the words, by weight, that the best entry has."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows of the index whose entries have most of the words, newest first."""

    titled: tuple[int, ...]
    others: tuple[int, ...]
    share: float


def known_words(conn: Connection, search: Search) -> tuple[Word, ...]:
    """Return the words that some entry has, whatever else it has."""
    return tuple(word for word in search.words if _rows_with(conn, search, word, 1))


def find_most(conn: Connection, search: Search, limit: int) -> Most:
    """Return the entries with most of the words by weight: a rare word weighs more."""
    with_word = [set(_rows_with(conn, search, word, _MAX_CANDIDATES)) for word in search.words]
    stored = entries.count(conn, _MAX_STORED)
    weights = [math.log(1 + max(stored, 1) / max(len(rows), 0.5)) for rows in with_word]

    def weight(row: int) -> float:
        return sum(each for each, rows in zip(weights, with_word, strict=True) if row in rows)

    likely = heapq.nsmallest(_MAX_MOST, set().union(*with_word), key=lambda row: (-weight(row), -row))
    texts = entries.texts(conn, map(tokens.entry_id, likely), bodies=_has_phrases(search))
    places = {
        row: _places(text, search.words, [row in rows for rows in with_word])
        for row in sorted(likely, reverse=True)
        if (text := texts.get(tokens.entry_id(row))) is not None
    }
    chosen = choose_most(places, weights)
    shown = [*chosen.titled, *chosen.others][:limit]
    found = entries.by_ids(conn, map(tokens.entry_id, shown))
    titled, others = (
        tuple(found[tokens.entry_id(row)] for row in shown if row in rows and tokens.entry_id(row) in found)
        for rows in (chosen.titled, chosen.others)
    )
    return Most(Page(titled, others, count=len(chosen.titled + chosen.others)), chosen.share)


def choose_most(places: Mapping[int, Sequence[float]], weights: Sequence[float]) -> Chosen:
    """Choose the entries that have most of the words, and that are nearly as good as the best.

    `places`: of rows, newest first, how much each word counts there.
    """
    total = sum(weights) or 1.0
    scores = {each: sum(map(mul, weights, found)) / total for each, found in places.items()}
    shares = {each: sum(weight for weight, place in zip(weights, found, strict=True) if place) / total for each, found in places.items()}
    near = _IN_TEXT if len(weights) <= 2 else _NEAR_BEST  # one or two words may be in the text alone
    least = near * max(scores.values(), default=0.0) - 1e-9
    chosen = [each for each in places if scores[each] >= least and shares[each] >= _MOST]
    titled = tuple(each for each in chosen if all(place in (0, 1) for place in places[each]))
    others = tuple(each for each in chosen if each not in titled)
    return Chosen(titled, others, max((shares[each] for each in chosen), default=0.0))


def _rows_with(conn: Connection, search: Search, word: Word, limit: int) -> list[int]:
    return _rows(conn, _query(replace(search, words=(word,), instead=None)), limit)


def _rows(conn: Connection, query: IndexQuery, limit: int) -> list[int]:
    """Return the newest rows that the index finds. As of an earlier moment, it lacks the texts that were edited since; they are few."""
    found = tokens.rows(conn, query, limit)
    edited = history.edited_later(conn)
    if not edited:
        return found
    earlier = entries.by_ids(conn, edited).values()
    rows = {tokens.row_id(each.id, each.published): each for each in earlier}
    low, below = query.low, query.below
    within = {row for row in rows if (low is None or row >= low) and (below is None or row < below)}
    before = earlier_feeds(conn, earlier)
    found += [row for row in within if is_found_by(entry_tokens(rows[row], before.get(rows[row].id, ())).split(), query)]
    return sorted(found, reverse=True)[:limit]


def _places(entry: EntryText, words: Sequence[Word], has: Sequence[bool]) -> list[float]:
    """Return for each word 1 if it is in the title, less if it is in the text, else 0. `has`: the index finds the entry by the word."""
    title = text_tokens(f"{entry.title} {entry.number}")
    found = []
    for word, anywhere in zip(words, has, strict=True):
        where = find_phrase(word.text, entry) if word.phrase else None
        titled = where == "title" if word.phrase else has_term(title, word.term)
        found.append(1.0 if titled else _IN_TEXT if where or (anywhere and not word.phrase) else 0.0)
    return found
