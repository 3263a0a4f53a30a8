"""Weighs what a text says for each subject, when the text is not simply a name.

Every word counts by how rare it is in all content. A word inside a name or a synonym counts most, a part of a longer
name less, a word of what is said about a subject least. The longest name that fits hides its own parts.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from content.catalog import Catalog
from content.search.index import LIKE, PART, PART_OF_SYNONYM, SAID, SAID_AMONG_ALL, Index, build
from content.search.names import NAME, RELATED, SLUG, Phrases, Same
from content.search.spelling import completions, corrections, is_ordinary
from content.search.text import key, root, split, stem, telling
from content.search.wordlists import ELSEWHERE, EVERYDAY, GOODS, NEUTRAL, TITLES

LONGEST_NAME = 9
"""Words of a text that are tried as one name."""
MAX_PUT_RIGHT = 6
"""Unknown words that are taken for misspelt ones: with more of them a text is about something else, and dear to read."""
LONGER = 0.15
"""What every further word of a name adds to each of its words."""
RIVAL = 0.75
"""A subject with this share of the best one's strength is offered beside it."""
APART = 0.8
"""So is one that is called by other words, the strongest of which is worth this share of the best one's strongest."""
STRANGE = 0.6
"""The share of a text's weight that may be about something else beside a name, to be sure."""
APART_JOINED = 0.5
"""The same when the text joins two things: "duties and quotas"."""
JOINING = frozenset({"and", "or", "versus", "vs"})
ENOUGH = 0.55
"""The share of a text's weight that words of content alone must explain."""
PLENTY = 0.75
"""The same, to be sure."""
WEIGHTY = 0.5
"""The least weight of the words, at least two, that it takes to be sure: "CBP" stands everywhere and speaks for nobody."""

_ANY_MODIFIER = frozenset({"cbp", "chief", "customs", "federal", "gs", "junior", "lead", "senior", "trade", "us"})
"""Before a job title these change nothing: a customs auditor is an auditor."""


@dataclass(frozen=True, slots=True)
class Named:
    """Words of the text (their positions) that are a name, and whose."""

    positions: tuple[int, ...]
    levels: dict[str, int]
    exact: bool


@dataclass(slots=True)
class Score:
    """What speaks for one subject, by position in the text."""

    named: dict[int, float] = field(default_factory=dict)
    """Words that call it by a name, without the bonus for long names."""
    bonus: dict[int, float] = field(default_factory=dict)
    said: dict[int, float] = field(default_factory=dict)
    """Parts of its names and words of what is said about it."""
    aside: set[int] = field(default_factory=set)
    """Those of `said` that stand in another statement than its best one."""

    @property
    def called(self) -> float:
        return sum(self.named.values()) + sum(self.bonus.values())

    @property
    def total(self) -> float:
        return self.called + sum(strength for place, strength in self.said.items() if place not in self.named)

    @property
    def places(self) -> set[int]:
        return {*self.named, *self.said}


def weigh(catalog: Catalog, kinds: tuple[str, ...], phrases: Phrases, typed: str, said: list[str]) -> tuple[tuple[str, ...], bool]:
    """The subjects that the text may mean, best first, and whether the first is meant for sure."""
    index = _index(Same(catalog), kinds, phrases)
    tokens = _tokens(typed, said)
    if not tokens or _elsewhere(index, tokens):
        return (), False
    tokens = _put_right(index, tokens)
    scores = _scores(index, tokens)
    subjects, sure = _decide(index, tokens, scores, joined=not JOINING.isdisjoint(said))
    if "role" in kinds:
        subjects = tuple(
            subject
            for subject in subjects
            if not subject.startswith("role:") or _fits_title(index, said, tokens, subject, scores[subject].named)
        )
    return subjects, sure


@lru_cache(maxsize=16)
def _index(same: Same, kinds: tuple[str, ...], phrases: Phrases) -> Index:
    return build(same.catalog, kinds, phrases)


def _tokens(typed: str, said: list[str]) -> list[str]:
    """The telling words; one in capitals ("what does an IS do") is one of them."""
    capitals = set() if typed.isupper() else set(split(" ".join(word for word in typed.split() if len(word) > 1 and word.isupper())))
    kept = {*telling(said), *capitals}
    return [word for word in said if word in kept]


def _elsewhere(index: Index, tokens: list[str]) -> bool:
    stems = [stem(word) for word in tokens]
    pairs = [first + second for words in (tokens, stems) for first, second in pairwise(words)]
    return any(form in ELSEWHERE and form not in index.phrases.by_key for form in (*tokens, *stems, *pairs))


def _put_right(index: Index, tokens: list[str]) -> list[str]:
    """The tokens with unknown words replaced by the known ones that they were meant to be, where one is meant."""
    right = list(tokens)
    strange = [place for place, word in enumerate(tokens) if _strange(index, word, place, tokens)]
    for place in strange[:MAX_PUT_RIGHT]:
        candidates = corrections(tokens[place], index.vocabulary) or completions(tokens[place], index.vocabulary)
        if candidates:
            right[place] = max(candidates, key=lambda candidate: _promise(index, [*right[:place], candidate, *right[place + 1 :]]))
    return right


def _strange(index: Index, word: str, place: int, tokens: list[str]) -> bool:
    if len(word) < 4 or not word.isalpha() or root(word) in index.known or is_ordinary(word):
        return False
    around = (tokens[max(0, place - 1) : place + 1], tokens[place : place + 2])
    return not any(key(pair) in index.phrases.by_key for pair in around)


def _promise(index: Index, tokens: list[str]) -> float:
    return max((score.total for score in _scores(index, tokens).values()), default=0.0)


def _scores(index: Index, tokens: list[str]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    found = list(_longest(_names(index, tokens)))
    for named in found:
        for subject, level in named.levels.items():
            score = scores.setdefault(subject, Score())
            for place in named.positions:
                strength = _strength(index, tokens[place], named, level)
                score.named[place] = max(strength, score.named.get(place, 0.0))
                score.bonus[place] = max(LONGER * strength * (len(named.positions) - 1), score.bonus.get(place, 0.0))
    taken = {position for named in found for position in named.positions}
    for position, word in enumerate(tokens):
        if position not in taken:
            for subject, level in index.parts.get(stem(word), {}).items():
                score = scores.setdefault(subject, Score())
                score.said[position] = PART[subject.partition(":")[0]] * (1.0 if level == NAME else PART_OF_SYNONYM) * index.weight(word)
    _add_said(index, tokens, scores)
    return scores


def _strength(index: Index, word: str, named: Named, level: int) -> float:
    strength = index.weight(word)
    if len(named.positions) == 1 and stem(word) in GOODS:
        strength *= 0.55
    if level == RELATED:
        strength *= 0.8
    if not named.exact:
        strength *= 0.85
    return strength


def _names(index: Index, tokens: list[str]) -> Iterator[Named]:
    """Every run of words that is a name, and every name whose words are all there in another order."""
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + LONGEST_NAME) + 1):
            run = tokens[start:end]
            levels = index.phrases.by_key.get(key(run))
            if levels:
                yield Named(tuple(range(start, end)), levels, True)
                continue
            roots = [root(word) for word in run]
            levels = (
                index.by_root.get("".join(roots))
                if all(len(part) >= 4 and not is_ordinary(word) for part, word in zip(roots, run, strict=True))
                else None
            )
            if levels:
                yield Named(tuple(range(start, end)), levels, False)
    places = {root(word): place for place, word in reversed(list(enumerate(tokens))) if not is_ordinary(word)}
    for met in places:
        for phrase in index.by_bag.get(met, ()):
            wanted = {root(word) for word in phrase.words}
            if wanted <= places.keys():
                positions = tuple(sorted({places[part] for part in wanted}))
                exact = {stem(word) for word in phrase.words} <= {stem(tokens[place]) for place in positions}
                between = positions[-1] - positions[0] + 1 - len(positions)
                if len(positions) > 1 and between <= (3 if exact else 0):
                    yield Named(positions, {phrase.subject: phrase.level}, exact)


def _longest(found: Iterator[Named]) -> Iterator[Named]:
    every = list(found)
    for named in every:
        mine = set(named.positions)
        if not any(mine < set(other.positions) or (other.exact > named.exact and mine == set(other.positions)) for other in every):
            yield named


def _add_said(index: Index, tokens: list[str], scores: dict[str, Score]) -> None:
    """Words of what is said about a subject: those of its best statement in full, those of others a little."""
    meanings = [{stem(word)} if is_ordinary(word) else {root(word), *LIKE.get(root(word), ())} for word in tokens]
    weights = [index.weight(word) for word in tokens]
    for subject, statements in index.said.items():
        score = scores.get(subject) or Score()
        open_ = [position for position in range(len(tokens)) if position not in score.named]
        hits = [[position for position in open_ if meanings[position] & statement] for statement in statements]
        best = max(hits, key=lambda positions: sum(weights[position] for position in positions), default=[])
        factor = SAID[index.kinds[0]] if len(index.kinds) == 1 else SAID_AMONG_ALL
        for position in {position for positions in hits for position in positions}:
            strength = factor * weights[position] * (1.0 if position in best else 0.4)
            if position not in best and position not in score.said:
                score.aside.add(position)
            score.said[position] = max(strength, score.said.get(position, 0.0))
        if score.places:
            scores[subject] = score


def _decide(index: Index, tokens: list[str], scores: dict[str, Score], *, joined: bool) -> tuple[tuple[str, ...], bool]:
    ranked = sorted(scores.items(), key=lambda pair: -pair[1].total)
    clear = [place for place, word in enumerate(tokens) if word not in NEUTRAL] or list(range(len(tokens)))
    named = [(subject, score) for subject, score in ranked if any(place in score.named for place in clear)]
    if named:
        top = named[0][1]
        chosen = [
            (subject, score)
            for subject, score in named
            if score.called >= RIVAL * top.called or _apart(tokens, score, top, APART_JOINED if joined else APART)
        ]
        return tuple(subject for subject, _ in chosen), len(chosen) == 1 and _firm(index, tokens, top)
    if not ranked or (len(index.kinds) == 1 and _name_of_another_kind(index, tokens)):
        return (), False
    return _weakly(index, tokens, ranked)


def _apart(tokens: list[str], score: Score, top: Score, least: float) -> bool:
    """Called by a name of its own, in words that the best one leaves alone: both are meant."""
    own = [strength for place, strength in score.named.items() if place not in top.named and tokens[place] not in EVERYDAY | NEUTRAL]
    return max(own, default=0.0) >= least * max(top.named.values())


def _firm(index: Index, tokens: list[str], score: Score) -> bool:
    """Called by a name that is not an everyday word or a ware among strangers, and strangers are not most of the text."""
    weights = {place: index.weight(word) for place, word in enumerate(tokens) if word not in NEUTRAL}
    strange = sum(weight for place, weight in weights.items() if place not in score.places)
    special = any(tokens[place] not in EVERYDAY | NEUTRAL and stem(tokens[place]) not in GOODS for place in score.named)
    return not strange or (special and strange <= STRANGE * sum(weights.values()))


def _name_of_another_kind(index: Index, tokens: list[str]) -> bool:
    return key(tokens) in index.named or key([word for word in tokens if word not in NEUTRAL]) in index.named


def _weakly(index: Index, tokens: list[str], ranked: list[tuple[str, Score]]) -> tuple[tuple[str, ...], bool]:
    """Decides on words of content and parts of names alone."""
    need = sum(index.weight(word) for word in tokens)
    best = ranked[0][1]
    met = best.places - best.aside
    share = sum(index.weight(tokens[place]) for place in met) / need if need else 0.0
    if share < ENOUGH or all(tokens[place] in NEUTRAL for place in met):
        return (), False
    chosen = [subject for subject, score in ranked if score.total >= 0.8 * best.total]
    if len(chosen) > 3 and len(index.kinds) == 1:  # everybody's word is nobody's
        return (), False
    weighty = [place for place in met if index.weight(tokens[place]) >= WEIGHTY]
    sure = len(chosen) == 1 and share >= PLENTY and len(weighty) > 1 and (len(ranked) < 2 or ranked[1][1].total < 0.7 * best.total)
    return tuple(chosen), sure


def _fits_title(index: Index, said: list[str], tokens: list[str], subject: str, named: Collection[int]) -> bool:
    """A job title that is not this role's ("budget analyst") is another role, which we don't have."""
    place_of_title = 0 if said[1:2] == ["of"] else len(tokens) - 1  # "commissioner of CBP"
    last = stem(tokens[place_of_title])
    title = last in TITLES or (len(tokens) == 1 and last.endswith(("er", "or", "ist", "ian")) and root(last) not in index.by_root)
    if not title or len(tokens) > 4 or said[0] != tokens[0] or JOINING & set(said):
        return True
    mine = [phrase for phrase in index.phrases.all if phrase.subject == subject]
    called = {stem(word) for phrase in mine for word in phrase.words if phrase.level >= SLUG}
    words = {stem(word) for phrase in mine for word in phrase.words}
    done = frozenset().union(*index.said[subject])
    return (last in called or place_of_title in named) and all(
        place in named or stem(word) in words or root(word) in done or word in _ANY_MODIFIER
        for place, word in enumerate(tokens)
        if place != place_of_title
    )
