"""Rank the statements that may answer a question, with the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.catalog import KINDS
from content.search.names import NAME, RELATED, SLUG, SYNONYM
from content.search.shapes import SHAPE_WORDS, Shape, shapes_of, words_of_shapes
from content.search.spelling import corrections, is_ordinary
from content.search.statement_index import SIMILAR, StatementIndex
from content.search.statements import Passage
from content.search.text import clean, key, root, split
from content.search.wordlists import EVERYDAY, FUNCTION_WORDS, NEUTRAL, STOP_WORDS

MAX_CHARACTERS, MAX_WORDS = 600, 45
"""Of a question that are read."""
MAX_NAME_WORDS = 9
MAX_CORRECTIONS = 4
MIN_CORRECTED = 6
"""Letters. Shorter words are too often other words."""
MAX_CANDIDATES = 20

STOP_FACTOR = 0.35
NEUTRAL_FACTOR = 0.55
"""Factors on the weight of a stop word that may tell statements apart ("open"), and of a neutral word."""
SHAPE_WORD_FACTOR = 0.7
"""Factor on the weight of a word that says what the question asks for ("law", "phone"): its shape counts as well."""
UNKNOWN_WEIGHT = 0.6
"""Weight of a word that no statement has."""
CORRECTED = 0.85
"""Factor on the strength of a corrected word."""
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
"""Of a statement: a link of two words is not more precise than a sentence."""
KIND_FACTORS = {"definition": 1.04, "link": 0.85, "tools": 0.85, "summary": 0.95}
OWN_KIND = 1.4
"""Factor on statements of the kinds that a command is about."""
OFF_FOCUS = 0.65
"""Factor on a statement that has none of the words that name something."""
SIMILAR_FOCUS = 0.5
"""Factor on a name that a statement only has in other words."""
ABOUT = 0.15
"""What a statement gains whose subject the question names."""
ABOUT_CONTACT = 0.4
"""The same if the question asks for a contact: its subject says more than what it is for."""
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
"""What a statement gains that holds what the question asks for."""


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
    passage: Passage
    unit: int
    score: float
    coverage: float
    """Share of the weight of the question's content words that it matches, with its subject's names."""
    precision: float


def read(index: StatementIndex, query: str) -> Asked:
    typed = _joined_letters(split(clean(query[:MAX_CHARACTERS]))[:MAX_WORDS])
    by_place = {place: token for place, word in enumerate(typed) if (token := _token(index, word)) is not None}
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


def _token(index: StatementIndex, word: str) -> Token | None:
    if word in FUNCTION_WORDS:
        return None
    found = root(word)
    weight = index.weights.get(found, UNKNOWN_WEIGHT)
    plain = word in NEUTRAL or word in STOP_WORDS
    if len(word) == 1 and not word.isalpha():
        weight, plain = weight * STOP_FACTOR, True
    elif plain:
        weight *= NEUTRAL_FACTOR if word in NEUTRAL else STOP_FACTOR
    token = Token(word, weight, not plain)
    _match(index, token, found, 1.0)
    return token


def _match(index: StatementIndex, token: Token, found: str, factor: float) -> None:
    """Let a root speak for the units that have it, and less for those that have one that says the same."""
    known = index.weights.get(found, UNKNOWN_WEIGHT)
    matches = token.matches
    for other in index.similar_to(found):
        share = factor * min(1.0, SIMILAR * index.weights.get(other, 0.0) / known)
        for unit, strength in index.units_of(other).items():
            if share * strength > matches.get(unit, 0.0):
                matches[unit] = share * strength
    for unit, strength in index.units_of(found).items():
        matches[unit] = max(matches.get(unit, 0.0), factor * strength)


def _correct(index: StatementIndex, typed: list[str], by_place: dict[int, Token]) -> None:
    """Correct misspelled words, in the list as well, so that they can be part of a name."""
    unknown = [place for place, token in by_place.items() if not token.matches and _may_be_misspelled(index, token.text)]
    for place in unknown[:MAX_CORRECTIONS]:
        meant = corrections(typed[place], index.spellings(typed[place][0]))
        if meant:
            typed[place] = meant[0]
            token = _token(index, meant[0])
            if token is not None:
                _match(index, token, root(meant[0]), CORRECTED)
                by_place[place] = token
            else:
                del by_place[place]


def _may_be_misspelled(index: StatementIndex, word: str) -> bool:
    return (
        len(word) >= MIN_CORRECTED
        and word.isalpha()
        and word not in SHAPE_WORDS
        and word not in STOP_WORDS
        and not index.knows(root(word))
        and not is_ordinary(word)
    )


def _name(index: StatementIndex, tokens: Iterable[Token], subject: str, level: int) -> None:
    """Let the words of a name speak for the statements about its subject, and for those that use another name of the term."""
    for token in tokens:
        for unit in index.by_subject.get(subject, ()):
            token.subject[unit] = max(SUBJECT_STRENGTH[level], token.subject.get(unit, 0.0))
        for unit in index.terms.get(subject, ()):
            token.matches[unit] = max(TERM_STRENGTH, token.matches.get(unit, 0.0))
        for other in index.see.get(subject, ()):
            for unit in index.by_subject.get(other, ()):
                token.subject[unit] = max(SUBJECT_STRENGTH[RELATED], token.subject.get(unit, 0.0))


def _spans(index: StatementIndex, typed: list[str]) -> Iterable[Span]:
    start = 0
    while start < len(typed):
        for end in range(min(len(typed), start + MAX_NAME_WORDS), start, -1):
            levels = index.names.by_key.get(key(typed[start:end]))
            if levels and not (end == start + 1 and typed[start] in FUNCTION_WORDS | NEUTRAL | STOP_WORDS):
                yield Span(start, end, levels)
                start = end - 1
                break
        start += 1


def ranked(index: StatementIndex, asked: Asked, kinds: tuple[str, ...], *, internal: bool, about: str = "") -> list[Candidate]:
    """Return the statements that may answer, best first. `about` restricts them to those of one subject."""
    everything = sum(token.weight for token in asked.tokens) + sum(SHAPE_WEIGHTS[shape] for shape in asked.shapes)
    content = sum(token.weight for token in asked.tokens if token.content) or 1.0
    focus = sum(token.weight for token in asked.tokens if token.focus)
    about_weight = ABOUT_CONTACT if asked.shapes & CONTACTS else ABOUT
    prefers = frozenset(kinds) if len(kinds) < len(KINDS) else frozenset()
    defined = {subject for span in asked.spans for subject in span.levels} if Shape.MEANING in asked.shapes else ()
    sums_of = _sums(index, asked)
    best: dict[int, tuple[float, int]] = {}
    for unit, sums in sums_of.items():
        place = index.units[unit]
        precision = min(1.0, sums[_OWN] / max(MIN_SIZE, index.sizes[unit]))
        value = sums[_ALL] / everything * (1 - PRECISION_SHARE + PRECISION_SHARE * precision)
        value *= 1 - COUNT_SHARE + COUNT_SHARE * sums[_COUNT] / len(asked.tokens)
        if focus:
            value *= OFF_FOCUS + ((1 - OFF_FOCUS) * sums[_FOCUS] + about_weight * sums[_SUBJECT]) / focus
        if value > best.get(place, _NOTHING)[0]:
            best[place] = value, unit
    found = []
    for place, (value, unit) in best.items():
        passage = index.passages[place]
        if (internal or not passage.internal) and about in ("", passage.subject):
            factor = KIND_FACTORS.get(passage.kind, 1.0) * (OWN_KIND if passage.subject.partition(":")[0] in prefers else 1.0)
            if passage.kind == "definition" and passage.subject in defined:
                factor *= DEFINED
            found.append((value * factor, unit))
    found.sort(key=lambda pair: (-pair[0], pair[1]))  # the order of the content decides between equals
    return [
        Candidate(
            index.passages[index.units[unit]],
            unit,
            value,
            sums_of[unit][_CONTENT] / content,
            min(1.0, sums_of[unit][_OWN] / max(MIN_SIZE, index.sizes[unit])),
        )
        for value, unit in found[:MAX_CANDIDATES]
    ]


_NOTHING = (0.0, 0)
_ALL, _OWN, _CONTENT, _FOCUS, _SUBJECT, _COUNT = range(6)


def _sums(index: StatementIndex, asked: Asked) -> dict[int, list[float]]:
    """Return for each unit that has a word of the question: the weight of all its words, of those that are in the unit itself, of content
    words, of names, and of names of its subject; and how many words."""
    found: dict[int, list[float]] = {}
    for token in asked.tokens:
        weight, named = token.weight, token.subject
        for unit in named.keys() - token.matches.keys():
            token.matches[unit] = 0.0
        for unit, own in token.matches.items():
            sums = found.get(unit)
            if sums is None:
                sums = found[unit] = [0.0] * 6
            by_name = named.get(unit, 0.0) if named else 0.0
            strength = by_name if by_name > own else own
            value = weight * strength
            sums[_ALL] += value
            sums[_OWN] += weight * own
            sums[_COUNT] += strength > IS_MATCH
            if token.content:
                sums[_CONTENT] += value
                if token.focus:
                    sums[_FOCUS] += value if strength > SIMILAR else value * SIMILAR_FOCUS
                    sums[_SUBJECT] += weight * by_name
    for shape in asked.shapes:
        for unit, fit in index.shapes.get(shape, {}).items():
            if unit in found:
                found[unit][_ALL] += SHAPE_WEIGHTS[shape] * fit
    return found
