"""Rank the statements that may answer a question, with the reasons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice

from content.catalog import KINDS
from content.search.keys import NAME, RELATED, SLUG, SYNONYM
from content.search.shapes import SHAPE_WORDS, Shape, shapes_of, words_of_shapes
from content.search.spelling import corrections, is_ordinary
from content.search.statement_index import SIMILAR, StatementIndex
from content.search.statements import Passage
from content.search.text import clean, key, root, split, stem
from content.search.wordlists import EVERYDAY, FUNCTION_WORDS, NEUTRAL, STOP_WORDS

MAX_CHARACTERS, MAX_WORDS = 600, 45
"""Characters and words of a question that are read."""
MAX_NAME_WORDS = 9
MAX_COMPARED = 20
"""Words of a question for which words that say the same are found as well: a longer one has enough of its own."""
MAX_CORRECTIONS = 4
MIN_CORRECTED = 6
"""Letters. Shorter words are too often other words."""
MAX_CANDIDATES = 20
MAX_LIKELY = 40
"""Wordings, by the weight of what they have, that are scored."""

STOP_FACTOR = 0.35
NEUTRAL_FACTOR = 0.55
"""Factors on the weight of a stop word that may tell statements apart ("open"), and of a neutral word."""
SHAPE_WORD_FACTOR = 0.5
"""Factor on the weight of a word that says what the question asks for ("law", "phone"): its shape counts as well."""
UNKNOWN_WEIGHT = 0.6
"""Weight of a word that no statement has."""
TERM_STRENGTH = 0.95
"""Strength of another name of the same term."""
SUBJECT_STRENGTH = {NAME: 0.75, SLUG: 0.75, SYNONYM: 0.5, RELATED: 0.35}
"""Strength of a word that names the statement's subject, by the level of the name."""
PRECISION_SHARE = 0.2
"""Share of the score that depends on how much of the statement is asked for."""
COUNT_SHARE = 0.15
"""Share of the score that depends on how many of the question's words the statement has, whatever their weight."""
IS_MATCH = 0.3
"""Strength of such a word."""
MIN_SIZE = 1.6
"""Minimum size of a statement: a link of two words is not more precise than a sentence."""
KIND_FACTORS = {"definition": 1.04, "link": 0.85, "tools": 0.85, "summary": 0.95}
OWN_KIND = 1.4
"""Factor on statements of the kinds that a command is about."""
OFF_FOCUS = 0.65
"""Factor on a statement that has none of the words that name something."""
SIMILAR_FOCUS = 0.5
"""Factor on a name that a statement only has in other words."""
ABOUT = 0.15
"""Bonus of a statement whose subject the question names."""
ABOUT_CONTACT = 0.4
"""Bonus if the question asks for a contact: its subject says more than what it is for."""
CONTACTS = frozenset({Shape.CONTACT, Shape.EMAIL, Shape.PHONE})
DEFINED = 1.2
"""Factor on the definition of a term whose meaning the question asks for."""
SHAPE_WEIGHTS = {
    Shape.CONTACT: 0.8,
    Shape.EMAIL: 0.9,
    Shape.PHONE: 0.9,
    Shape.DATE: 0.4,
    Shape.DURATION: 0.6,
    Shape.NUMBER: 0.3,
    Shape.MONEY: 0.5,
    Shape.PERCENT: 0.5,
    Shape.LAW: 0.6,
    Shape.PAGE: 0.35,
    Shape.CENTER: 1.0,
    Shape.REPORT: 0.7,
    Shape.MEANING: 0.15,
    Shape.DIFFERENCE: 0.1,
    Shape.TOOLS: 0.6,
    Shape.SKILL: 0.5,
    Shape.WHO: 0.2,
    Shape.PLACE: 0.25,
}
"""Bonus of a statement that holds such a thing as the question asks for."""


@dataclass(slots=True)
class Token:
    """A word of the question and the units that it speaks for."""

    text: str
    weight: float
    content: bool
    """Neither a stop word nor neutral."""
    focus: bool = False
    """Part of a name, so that an answer must be about it."""
    matches: dict[int, float] = field(default_factory=dict)
    subject: dict[int, float] = field(default_factory=dict)
    """Units whose subject it names."""

    def strength(self, unit: int) -> float:
        return max(self.matches.get(unit, 0.0), self.subject.get(unit, 0.0))


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the question that are a name, from `start` to before `end`."""

    start: int
    end: int
    levels: dict[str, int]
    """Subject -> level of the name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read."""

    words: tuple[str, ...]
    tokens: tuple[Token, ...]
    shapes: frozenset[Shape]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may answer, with its score."""

    passage: Passage
    unit: int
    score: float
    coverage: float
    """Share of the weight of the question's content words that it matches, with its subject's names."""
    precision: float


def read(index: StatementIndex, query: str) -> Asked:
    typed = _joined_letters(split(clean(query[:MAX_CHARACTERS]))[:MAX_WORDS])
    by_place = {
        place: token for place, word in enumerate(typed) if (token := _token(index, word, compared=place < MAX_COMPARED)) is not None
    }
    _correct(index, typed, by_place)
    shapes, said = shapes_of(typed), words_of_shapes(typed)
    spans = tuple(_spans(index, typed))
    for span in spans:
        tokens = [by_place[place] for place in range(span.start, span.end) if place in by_place]
        for token in tokens:
            if len(tokens) > 1 and not token.content:  # "priority trade issue" is a name of neutral words
                token.content, token.weight = True, token.weight / NEUTRAL_FACTOR
            token.focus = token.content and (len(tokens) > 1 or token.text not in EVERYDAY)
        for subject, level in span.levels.items():
            _name(index, tokens, subject, level)
    for place in said & by_place.keys():
        if not by_place[place].focus:
            by_place[place].weight *= SHAPE_WORD_FACTOR
    return Asked(tuple(typed), tuple(by_place.values()), shapes, spans)


def _joined_letters(typed: list[str]) -> list[str]:
    """Join "A C E"."""
    joined: list[str] = []
    run: list[str] = []
    for word in (*typed, ""):
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        joined += ["".join(run)] if len(run) > 2 else run
        run = []
        joined.append(word)
    return joined[:-1]


def _token(index: StatementIndex, word: str, *, compared: bool = True) -> Token | None:
    """`compared`: also find words that say the same."""
    if word in FUNCTION_WORDS:
        return None
    found = root(word)
    weight = index.weights.get(found, UNKNOWN_WEIGHT)
    plain = word in NEUTRAL or word in STOP_WORDS
    if len(word) == 1 and not word.isalpha():
        weight, plain = weight * STOP_FACTOR, True
    elif plain:
        weight *= NEUTRAL_FACTOR if word in NEUTRAL else STOP_FACTOR
    return Token(word, weight, not plain, matches=_matches(index, found, compared=compared))


def _matches(index: StatementIndex, found: str, *, compared: bool) -> dict[int, float]:
    """Return the units that have a root, and with less strength those that have one that says the same."""
    known, matches = index.weights.get(found, UNKNOWN_WEIGHT), index.units_of(found).copy()
    for other in index.similar_to(found) if compared else ():
        share = min(1.0, SIMILAR * index.weights.get(other, 0.0) / known)
        for unit, strength in index.units_of(other).items():
            if matches.get(unit, 0.0) < (shared := share * strength):
                matches[unit] = shared
    return matches


def _correct(index: StatementIndex, typed: list[str], by_place: dict[int, Token]) -> None:
    """Correct misspelled words, in the list as well, so that they can be part of a name."""
    unknown = [place for place, token in by_place.items() if _may_be_misspelled(index, token.text)]
    for place in unknown[:MAX_CORRECTIONS]:
        meant = corrections(typed[place], index.spellings(typed[place][0]))
        if meant:
            typed[place] = meant[0]
            token = _token(index, meant[0])
            if token is not None:
                by_place[place] = token
            else:
                del by_place[place]


def _may_be_misspelled(index: StatementIndex, word: str) -> bool:
    return (
        len(word) >= MIN_CORRECTED
        and word.isalpha()
        and word not in SHAPE_WORDS
        and word not in STOP_WORDS
        and root(word) not in index.weights
        and stem(word) not in index.spellings(word[0])
        and not is_ordinary(word)
    )


def _name(index: StatementIndex, tokens: Iterable[Token], subject: str, level: int) -> None:
    """Let the words of a name speak for the statements about its subject, and for those that use another name of the term."""
    for token in tokens:
        _raise(token.subject, index.by_subject.get(subject, ()), SUBJECT_STRENGTH[level])
        _raise(token.matches, index.terms.get(subject, ()), TERM_STRENGTH)
        for other in index.see.get(subject, ()):
            _raise(token.subject, index.by_subject.get(other, ()), SUBJECT_STRENGTH[RELATED])


def _raise(strengths: dict[int, float], units: Iterable[int], least: float) -> None:
    """Give units at least this strength."""
    for unit in units:
        if strengths.get(unit, 0.0) < least:
            strengths[unit] = least


def _spans(index: StatementIndex, typed: list[str]) -> Iterable[Span]:
    start = 0
    while start < len(typed):
        for end in range(min(len(typed), start + MAX_NAME_WORDS), start, -1):
            levels = index.names.get(key(typed[start:end]))
            if levels and not (end == start + 1 and typed[start] in FUNCTION_WORDS | NEUTRAL | STOP_WORDS):
                yield Span(start, end, levels)
                start = end - 1
                break
        start += 1


def ranked(index: StatementIndex, asked: Asked, kinds: tuple[str, ...], *, internal: bool, about: str = "") -> list[Candidate]:
    """Return the statements that may answer, best first. `about` restricts them to those of one subject."""
    totals = _totals(index, asked)
    by_total = sorted((unit for unit, total in enumerate(totals) if total), key=totals.__getitem__, reverse=True)
    likely = islice((unit for unit in by_total if _may_see(index.passages[index.units[unit]], about, internal=internal)), MAX_LIKELY)
    score = _scoring(index, asked, kinds)
    best: dict[int, Candidate] = {}
    for unit in likely:
        candidate, place = score(unit, totals[unit]), index.units[unit]
        if place not in best or candidate.score > best[place].score:
            best[place] = candidate
    return sorted(best.values(), key=lambda each: (-each.score, each.unit))[:MAX_CANDIDATES]


def _may_see(passage: Passage, about: str, *, internal: bool) -> bool:
    return (internal or not passage.internal) and about in ("", passage.subject)


def _totals(index: StatementIndex, asked: Asked) -> list[float]:
    """Return for each unit the weight of the question's words that it has, and of the shapes if it has more than stop words.

    The work is linear in what they match.
    """
    totals = [0.0] * len(index.units)
    content = [token for token in asked.tokens if token.content]
    _add(totals, content)
    about_it = totals.copy() if content else None
    _add(totals, [token for token in asked.tokens if not token.content])
    for shape in asked.shapes:
        for unit, fit in index.units_for(shape).items():
            if (about_it or totals)[unit]:
                totals[unit] += SHAPE_WEIGHTS[shape] * fit
    return totals


def _add(totals: list[float], tokens: Iterable[Token]) -> None:
    for token in tokens:
        weight, matches = token.weight, token.matches
        for unit, strength in matches.items():
            totals[unit] += weight * strength
        for unit, strength in token.subject.items():
            if strength > (own := matches.get(unit, 0.0)):
                totals[unit] += weight * (strength - own)


def _scoring(index: StatementIndex, asked: Asked, kinds: tuple[str, ...]) -> Callable[[int, float], Candidate]:
    """Return the function that scores a unit, given the weight of what it has."""
    everything = sum(token.weight for token in asked.tokens) + sum(SHAPE_WEIGHTS[shape] for shape in asked.shapes)
    content = sum(token.weight for token in asked.tokens if token.content) or 1.0
    focus = sum(token.weight for token in asked.tokens if token.focus)
    about_weight = ABOUT_CONTACT if asked.shapes & CONTACTS else ABOUT
    prefers = frozenset(kinds) if len(kinds) < len(KINDS) else frozenset()
    defined = {subject for span in asked.spans for subject in span.levels} if Shape.MEANING in asked.shapes else set()

    def score(unit: int, total: float) -> Candidate:
        passage = index.passages[index.units[unit]]
        count, own, covered, named, subject = 0, 0.0, 0.0, 0.0, 0.0
        for token in asked.tokens:  # one loop, because this is where a long question spends its time
            has, about = token.matches.get(unit, 0.0), token.subject.get(unit, 0.0)
            strength = max(has, about)
            count += strength > IS_MATCH
            own += token.weight * has
            if token.content:
                covered += token.weight * strength
            if token.focus:
                named += token.weight * (strength if strength > SIMILAR else strength * SIMILAR_FOCUS)
                subject += token.weight * about
        precision = min(1.0, own / max(MIN_SIZE, index.sizes[unit]))
        value = total / everything * (1 - PRECISION_SHARE + PRECISION_SHARE * precision)
        value *= 1 - COUNT_SHARE + COUNT_SHARE * count / len(asked.tokens)
        if focus:
            value *= OFF_FOCUS + ((1 - OFF_FOCUS) * named + about_weight * subject) / focus
        value *= KIND_FACTORS.get(passage.kind, 1.0) * (OWN_KIND if passage.subject.partition(":")[0] in prefers else 1.0)
        if passage.kind == "definition" and passage.subject in defined:
            value *= DEFINED
        return Candidate(passage, unit, value, covered / content, precision)

    return score
