"""Score subjects for a few words that are nearly a name, a part of one, or a task ("econmist", "labor division").

Rare words count more; names most, parts of longer names less, statements least. The longest matching name
hides those inside it.

It finds which card somebody wants; `ranking` finds which statement answers a question. They are two because a name may be misspelled
or cut, so that here every known word is compared, while a question is compared only with the statements that have its words.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from content.catalog import Catalog
from content.search.audience import CatalogKey, of_catalogs, public
from content.search.index import Index, build
from content.search.keys import MAX_NAME_WORDS, NAME, RELATED, SLUG
from content.search.names import Names
from content.search.spelling import completions, corrections, is_ordinary
from content.search.text import key, root, split, stem, without_stop_words
from content.search.wordlists import EVERYDAY, GOODS, JOINING, NEUTRAL, SIMILAR, TITLES

MAX_CORRECTIONS = 6
"""A query with more unknown words is about something else, and slow to correct."""

# Factors on the weight of a word, by how it matches.
PART_FACTOR = {"pti": 0.6, "role": 1.0, "resource": 0.6, "term": 0.6, "topic": 0.6, "office": 0.3}
SYNONYM_PART_FACTOR = 0.75
STATEMENT_FACTOR = {"pti": 0.5, "role": 0.9, "resource": 0.6, "term": 0.7, "topic": 0.4, "office": 0.3}
"""For one kind: people know a role by what it does, a PTI by its names."""
STATEMENT_FACTOR_ALL_KINDS = 0.6
OTHER_STATEMENT_FACTOR = 0.4
GOODS_FACTOR = 0.55
RELATED_FACTOR = 0.8
INEXACT_FACTOR = 0.85
LONG_NAME_BONUS = 0.15
"""For each word of a name, per further word."""

# Thresholds if a name matches.
MIN_RIVAL = 0.75
"""Share of the best subject's score that makes another named subject a choice."""
MIN_SEPARATE = 0.8
"""Share of the best subject's strongest word that makes one named by other words a choice."""
MIN_SEPARATE_JOINED = 0.5
"""`MIN_SEPARATE` for a query that joins two things: "duties and quotas"."""
MAX_UNRELATED = 0.6
"""Share of the query's weight that a sure match may leave unmatched."""

# Thresholds if no name matches.
MIN_SHARE = 0.55
"""Share of the query's weight that must match; for a sure match, `MIN_SURE_SHARE`."""
MIN_SURE_SHARE = 0.75
MIN_SURE_WEIGHT = 0.5
"""Weight of a word that counts for a sure match, which needs two. "CBP" says nothing."""
MIN_SIMILAR = 0.8
"""Share of the best subject's score that makes another a choice; below `MAX_SECOND`, the best can be sure."""
MAX_SECOND = 0.7

_ANY_MODIFIER = frozenset({"cbp", "chief", "customs", "federal", "gs", "junior", "lead", "senior", "trade", "us"})
"""A customs auditor is an auditor."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """Query positions that are a name of some subjects."""

    positions: tuple[int, ...]
    levels: dict[str, int]
    exact: bool


@dataclass(slots=True)
class Score:
    """Evidence by position in the query."""

    named: dict[int, float] = field(default_factory=dict)
    bonus: dict[int, float] = field(default_factory=dict)
    mentioned: dict[int, float] = field(default_factory=dict)
    """Words of longer names and of statements."""
    aside: set[int] = field(default_factory=set)
    """Those of `mentioned` that are not in the best statement."""

    @property
    def name_total(self) -> float:
        return sum(self.named.values()) + sum(self.bonus.values())

    @property
    def total(self) -> float:
        return self.name_total + sum(strength for place, strength in self.mentioned.items() if place not in self.named)

    @property
    def places(self) -> set[int]:
        return {*self.named, *self.mentioned}


def rank(catalog: Catalog, kinds: tuple[str, ...], names: Names, query: str, query_words: list[str]) -> tuple[tuple[str, ...], bool]:
    """Return likely subjects, best first, and whether that is sure."""
    index = _cached_index(CatalogKey(public(catalog)), kinds, names)
    tokens = _tokens(query, query_words)
    if not tokens:
        return (), False
    tokens = _correct(index, tokens)
    scores = _score(index, tokens)
    subjects, sure = _decide(index, tokens, scores, joined=not JOINING.isdisjoint(query_words))
    return tuple(subject for subject in subjects if _fits_title(index, query_words, tokens, subject, scores[subject].named)), sure


@of_catalogs
@lru_cache(maxsize=16)
def _cached_index(catalog_key: CatalogKey, kinds: tuple[str, ...], names: Names) -> Index:
    return build(catalog_key.catalog, kinds, names)


def _tokens(query: str, query_words: list[str]) -> list[str]:
    """Remove stop words, except in capitals ("what does an IS do")."""
    capitals = set() if query.isupper() else set(split(" ".join(word for word in query.split() if len(word) > 1 and word.isupper())))
    kept = {*without_stop_words(query_words), *capitals}
    return [word for word in query_words if word in kept]


def _correct(index: Index, tokens: list[str]) -> list[str]:
    corrected = list(tokens)
    unknown = [place for place, word in enumerate(tokens) if _is_unknown(index, word, place, tokens)]
    for place in unknown[:MAX_CORRECTIONS]:
        candidates = corrections(tokens[place], index.vocabulary) or completions(tokens[place], index.vocabulary)
        if candidates:
            corrected[place] = max(candidates, key=lambda word: _best_total(index, [*corrected[:place], word, *corrected[place + 1 :]]))
    return corrected


def _is_unknown(index: Index, word: str, place: int, tokens: list[str]) -> bool:
    if len(word) < 4 or not word.isalpha() or root(word) in index.known or is_ordinary(word):
        return False
    around = (tokens[max(0, place - 1) : place + 1], tokens[place : place + 2])
    return not any(key(pair) in index.names.by_key for pair in around)


def _best_total(index: Index, tokens: list[str]) -> float:
    return max((score.total for score in _score(index, tokens).values()), default=0.0)


def _score(index: Index, tokens: list[str]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    matches = _longest(list(_name_matches(index, tokens)))
    for match in matches:
        for subject, level in match.levels.items():
            score = scores.setdefault(subject, Score())
            for place in match.positions:
                strength = _strength(index, tokens[place], match, level)
                score.named[place] = max(strength, score.named.get(place, 0.0))
                score.bonus[place] = max(LONG_NAME_BONUS * strength * (len(match.positions) - 1), score.bonus.get(place, 0.0))
    taken = {position for match in matches for position in match.positions}
    for position, word in enumerate(tokens):
        if position not in taken:
            for subject, level in index.parts.get(stem(word), {}).items():
                score = scores.setdefault(subject, Score())
                factor = PART_FACTOR[subject.partition(":")[0]] * (1.0 if level == NAME else SYNONYM_PART_FACTOR)
                score.mentioned[position] = factor * index.weight(word)
    _add_statements(index, tokens, scores)
    return scores


def _strength(index: Index, word: str, match: NameMatch, level: int) -> float:
    strength = index.weight(word)
    if len(match.positions) == 1 and stem(word) in GOODS:
        strength *= GOODS_FACTOR
    if level == RELATED:
        strength *= RELATED_FACTOR
    if not match.exact:
        strength *= INEXACT_FACTOR
    return strength


def _name_matches(index: Index, tokens: list[str]) -> Iterator[NameMatch]:
    """Yield names in the query, in any order."""
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + MAX_NAME_WORDS) + 1):
            run = tokens[start:end]
            levels = index.names.by_key.get(key(run))
            exact = bool(levels)
            if not exact and all(len(root(word)) >= 4 and not is_ordinary(word) for word in run):
                levels = index.by_root.get("".join(map(root, run)))
            if levels:
                yield NameMatch(tuple(range(start, end)), levels, exact)
    places = {root(word): place for place, word in reversed(list(enumerate(tokens))) if not is_ordinary(word)}
    for known_root in places:
        for phrase in index.by_bag.get(known_root, ()):
            wanted = {root(word) for word in phrase.words}
            if wanted <= places.keys():
                positions = tuple(sorted({places[part] for part in wanted}))
                exact = {stem(word) for word in phrase.words} <= {stem(tokens[place]) for place in positions}
                between = positions[-1] - positions[0] + 1 - len(positions)
                if len(positions) > 1 and between <= (3 if exact else 0):
                    yield NameMatch(positions, {phrase.subject: phrase.level}, exact)


def _longest(matches: list[NameMatch]) -> list[NameMatch]:
    def is_hidden(match: NameMatch) -> bool:
        places = set(match.positions)
        return any(places < set(other.positions) or (other.exact > match.exact and places == set(other.positions)) for other in matches)

    return [match for match in matches if not is_hidden(match)]


def _add_statements(index: Index, tokens: list[str], scores: dict[str, Score]) -> None:
    """Words outside the subject's best statement count less."""
    meanings = [{stem(word)} if is_ordinary(word) else {root(word), *SIMILAR.get(root(word), ())} for word in tokens]
    weights = [index.weight(word) for word in tokens]
    for subject, statements in index.statements.items():
        score = scores.get(subject) or Score()
        unnamed = [position for position in range(len(tokens)) if position not in score.named]
        hits = [[position for position in unnamed if meanings[position] & statement] for statement in statements]
        best = max(hits, key=lambda positions: sum(weights[position] for position in positions), default=[])
        factor = STATEMENT_FACTOR[index.kinds[0]] if len(index.kinds) == 1 else STATEMENT_FACTOR_ALL_KINDS
        for position in {position for positions in hits for position in positions}:
            strength = factor * weights[position] * (1.0 if position in best else OTHER_STATEMENT_FACTOR)
            if position not in best and position not in score.mentioned:
                score.aside.add(position)
            score.mentioned[position] = max(strength, score.mentioned.get(position, 0.0))
        if score.places:
            scores[subject] = score


def _decide(index: Index, tokens: list[str], scores: dict[str, Score], *, joined: bool) -> tuple[tuple[str, ...], bool]:
    ranked = sorted(scores.items(), key=lambda pair: -pair[1].total)
    distinctive = [place for place, word in enumerate(tokens) if word not in NEUTRAL] or list(range(len(tokens)))
    named = [(subject, score) for subject, score in ranked if any(place in score.named for place in distinctive)]
    if named:
        top = named[0][1]
        min_share = MIN_SEPARATE_JOINED if joined else MIN_SEPARATE
        chosen = [
            subject
            for subject, score in named
            if score.name_total >= MIN_RIVAL * top.name_total or _is_separate(tokens, score, top, min_share)
        ]
        return tuple(chosen), len(chosen) == 1 and _is_sure(index, tokens, top)
    names = {key(tokens), key([word for word in tokens if word not in NEUTRAL])}
    if not ranked or (len(index.kinds) == 1 and names & index.all_names):  # the name of another kind
        return (), False
    return _decide_without_names(index, tokens, ranked)


def _is_separate(tokens: list[str], score: Score, top: Score, min_share: float) -> bool:
    """Return True if words that do not name the best subject name this one: the query means both."""
    own = [strength for place, strength in score.named.items() if place not in top.named and tokens[place] not in EVERYDAY | NEUTRAL]
    return max(own, default=0.0) >= min_share * max(top.named.values())


def _is_sure(index: Index, tokens: list[str], score: Score) -> bool:
    """Return True if all words fit, or most do and the name is neither everyday nor goods."""
    weights = {place: index.weight(word) for place, word in enumerate(tokens) if word not in NEUTRAL}
    unrelated = sum(weight for place, weight in weights.items() if place not in score.places)
    special = any(tokens[place] not in EVERYDAY | NEUTRAL and stem(tokens[place]) not in GOODS for place in score.named)
    return not unrelated or (special and unrelated <= MAX_UNRELATED * sum(weights.values()))


def _decide_without_names(index: Index, tokens: list[str], ranked: list[tuple[str, Score]]) -> tuple[tuple[str, ...], bool]:
    total_weight = sum(index.weight(word) for word in tokens)
    best = ranked[0][1]
    places = best.places - best.aside
    share = sum(index.weight(tokens[place]) for place in places) / total_weight if total_weight else 0.0
    if share < MIN_SHARE or all(tokens[place] in NEUTRAL for place in places):
        return (), False
    chosen = [subject for subject, score in ranked if score.total >= MIN_SIMILAR * best.total]
    if len(chosen) > 3 and len(index.kinds) == 1:  # a word that fits so many points to none
        return (), False
    strong = [place for place in places if index.weight(tokens[place]) >= MIN_SURE_WEIGHT]
    is_ahead = len(ranked) < 2 or ranked[1][1].total < MAX_SECOND * best.total
    return tuple(chosen), len(chosen) == 1 and share >= MIN_SURE_SHARE and len(strong) > 1 and is_ahead


def _fits_title(index: Index, query_words: list[str], tokens: list[str], subject: str, named: Collection[int]) -> bool:
    """Return False for a role if the query is another job's title ("budget analyst")."""
    if not subject.startswith("role:"):
        return True
    place_of_title = 0 if query_words[1:2] == ["of"] else len(tokens) - 1  # "commissioner of CBP"
    last = stem(tokens[place_of_title])
    title = last in TITLES or (len(tokens) == 1 and last.endswith(("er", "or", "ist", "ian")) and root(last) not in index.by_root)
    if not title or len(tokens) > 4 or query_words[0] != tokens[0] or JOINING & set(query_words):
        return True
    phrases = [phrase for phrase in index.names.phrases if phrase.subject == subject]
    name_stems = {stem(word) for phrase in phrases for word in phrase.words if phrase.level >= SLUG}
    all_stems = {stem(word) for phrase in phrases for word in phrase.words}
    described = frozenset().union(*index.statements[subject])
    return (last in name_stems or place_of_title in named) and all(
        place in named or stem(word) in all_stems or root(word) in described or word in _ANY_MODIFIER
        for place, word in enumerate(tokens)
        if place != place_of_title
    )
