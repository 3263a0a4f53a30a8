"""Rank the statements that may answer a question, with the reasons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from content.catalog import KINDS
from content.search.question import Asked, Token
from content.search.shapes import Shape
from content.search.statement_index import SIMILAR, StatementIndex
from content.search.statements import Passage
from content.search.text import stem

MAX_CANDIDATES = 20
MAX_LIKELY = 40
"""Wordings, by the weight of what they have, that are scored."""

PRECISION_SHARE = 0.2
"""Share of the score that depends on how much of the statement is asked for."""
COUNT_SHARE = 0.15
"""Share of the score that depends on how many of the question's words the statement has, whatever their weight."""
IS_MATCH = 0.2
"""Strength of such a word."""
MIN_SIZE = 1.0
"""Minimum size of a statement: a link of two words is not more precise than a sentence."""
KIND_FACTORS = {"link": 0.85, "tools": 0.85, "summary": 0.95}
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
ASKS_FOR_CENTER = frozenset({Shape.CENTER, Shape.CONTACT, Shape.PLACE, Shape.WHO})
CENTER_WORDS = frozenset({"center", "cee", "excellence", "expertise"})
"""A question about a Center has one of these shapes or words."""
IS_OWN_WORD = 0.5
"""Strength of a word that tells which Center."""
DEFINED = 1.2
"""Factor on the definition of a term whose meaning the question asks for."""
CITED = 1.12
"""Factor on a statement that cites the law behind a thing, if the question asks for that."""
CITING = frozenset({"authority", "definition", "summary"})
"""Kinds that cite the law behind their subject; others cite laws by the way."""
ORDERS = frozenset({"order", "orders", "proclamation", "proclamations"})
"""Acts of the President, which change a subject and are not the law behind it."""
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
    Shape.HOW: 0.1,
    Shape.KINDS: 0.3,
}
"""Bonus of a statement that holds such a thing as the question asks for."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A statement that may answer, with its score."""

    passage: Passage
    unit: int
    score: float
    coverage: float
    """Share of the weight of the question's content words that it matches, with its subject's names."""
    precision: float


def ranked(index: StatementIndex, asked: Asked, kinds: tuple[str, ...], about: str = "") -> list[Candidate]:
    """Return the statements that may answer, best first. `about` restricts them to those of one subject."""

    def may_see(passage: Passage, unit: int) -> bool:
        seen = about in ("", passage.subject)
        return seen and (passage.kind != "center" or _is_asked_center(asked, unit))

    totals = _totals(index, asked)
    by_total = sorted((unit for unit, total in enumerate(totals) if total), key=totals.__getitem__, reverse=True)
    likely = islice((unit for unit in by_total if may_see(index.passages[index.units[unit]], unit)), MAX_LIKELY)
    score = _scoring(index, asked, kinds)
    best: dict[int, Candidate] = {}
    for unit in likely:
        candidate, place = score(unit, totals[unit]), index.units[unit]
        if place not in best or candidate.score > best[place].score:
            best[place] = candidate
    return sorted(best.values(), key=lambda each: (-each.score, each.unit))[:MAX_CANDIDATES]


def _is_asked_center(asked: Asked, unit: int) -> bool:
    """Return whether a question is about this Center: it asks for one, and has its goods or its city.

    Who names only goods seldom asks for their Center.
    """
    asks = not asked.shapes.isdisjoint(ASKS_FOR_CENTER) or not CENTER_WORDS.isdisjoint(map(stem, asked.words))
    own = (token.matches.get(unit, 0.0) for token in asked.tokens if token.content and stem(token.text) not in CENTER_WORDS)
    return asks and any(strength >= IS_OWN_WORD for strength in own)


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
    named_subjects = {subject for span in asked.spans for subject in span.levels}
    named_subjects |= {f"term:{subject.partition(':')[2]}" for subject in named_subjects}  # an issue and its abbreviation are one subject
    numbers = asked.shapes & {Shape.MONEY, Shape.NUMBER, Shape.PERCENT}  # "what is the maximum …" asks for no meaning
    counted = [index.units_for(shape) for shape in numbers]
    defined = named_subjects if asked.shapes & {Shape.MEANING, Shape.DIFFERENCE} else set()
    cited = index.units_for(Shape.LAW) if Shape.LAW in asked.shapes and ORDERS.isdisjoint(asked.words) else {}

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
        if passage.kind == "definition" and passage.subject in defined and (not counted or any(unit in units for units in counted)):
            value *= DEFINED
        elif unit in cited and passage.kind in CITING and passage.subject in named_subjects:
            value *= CITED
        return Candidate(passage, unit, value, covered / content, precision)

    return score
