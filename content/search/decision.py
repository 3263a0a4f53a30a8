"""Decide what a question gets: the statement that answers it, two side by side, the closest one, or none."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.catalog import KINDS, Catalog, Elsewhere
from content.search.ranking import MAX_CHARACTERS, MAX_WORDS, SHAPE_WEIGHTS, Asked, Candidate, ranked, read
from content.search.shapes import Shape
from content.search.statement_index import StatementIndex, index_of
from content.search.statements import ELSEWHERE, Passage
from content.search.text import clean, split, stem
from content.search.wordlists import NEUTRAL, STOP_WORDS

MIN_SHOWN = 0.25
"""Score of a statement that is shown if it is about a subject that the question names. A weaker one is not offered."""
MIN_SHOWN_UNNAMED = 0.38
"""Minimum score if the question names no subject."""
MIN_SHOWN_CLEAR = 0.32
"""Minimum score if the statement has at least `MIN_CLEAR` of the question, or a special thing that it asks for (a telephone number)."""
MIN_SHOWN_SURELY = 0.48
"""Score of a statement that is shown whatever words of the question it has."""
MIN_CLEAR = 0.6
IS_SPECIAL = 0.6
"""Weight of the shape of question that asks for such a thing."""
MIN_DIRECT = 2
"""Content words of the question that a statement must have itself, unless it is about a subject that the question names."""
MIN_LIKE_EXAMPLE = 0.6
"""Share that a question and an example of what the bot does not answer must have of each other."""
IS_DIRECT = 0.69
"""Strength of a word that a statement has itself, not in other words."""
IS_NAMED = 0.5
"""Strength with which a name must speak for a statement."""
MIN_SURE = 0.47
"""Score of a statement that is not called the closest match."""
MIN_SECOND = 0.88
"""Share of the best score with which a second statement is shown as well."""
MIN_MORE = 0.6
"""Share of the best score with which a statement is among the other answers."""
MAX_MORE = 8
MIN_SIDE = 0.35
"""Score of each side of a comparison."""
ASKS_FOR_CENTER = frozenset({Shape.CENTER, Shape.CONTACT, Shape.PLACE, Shape.WHO})
CENTER_WORDS = frozenset({"center", "cee"})
"""A question about a Center has one of these shapes or words."""
MIN_SAME_WORDS = 0.75
"""Share of all words, stop words too, that makes a question one that the content answers word for word."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The statements to show, whether they surely answer, and what else may."""

    shown: tuple[Passage, ...]
    sure: bool
    more: tuple[Passage, ...]
    elsewhere: Elsewhere | None = None
    """The subject of the question, if the bot does not answer questions about it."""


NONE = Decision((), False, ())


def decide(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS, *, internal: bool = False, about: str = "") -> Decision:
    """Return the statements to show for a question, of one subject only if it is `about` that. Never raises."""
    index = index_of(catalog)
    asked = read(index, query)
    found = _without_doubles(each for each in ranked(index, asked, kinds, internal=internal, about=about) if _may_answer(asked, each))
    sides = _sides(asked, found)
    if sides:
        return Decision(sides, True, _more(found, sides))
    if not found or not _is_enough(index, asked, found[0], kinds):
        return NONE
    if found[0].passage.kind == ELSEWHERE:
        slug = found[0].passage.subject.partition(":")[2]
        entry = next(entry for entry in catalog.elsewhere if entry.slug == slug)
        return Decision((found[0].passage,), True, (), entry)
    shown = tuple(
        candidate.passage
        for candidate in found[:2]
        if candidate.score >= MIN_SECOND * found[0].score and candidate.passage.kind != ELSEWHERE
    )
    return Decision(shown, found[0].score >= MIN_SURE, _more(found, shown))


def _without_doubles(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the best of the statements that say the same about several subjects."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        best.setdefault(f"{candidate.passage.label} {candidate.passage.text}", candidate)
    return list(best.values())


def _may_answer(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a candidate is what the question is after.

    An example of what the bot does not answer must be nearly the question. A Center is found by its goods, but who names only goods
    seldom asks for the Center.
    """
    if candidate.passage.kind == ELSEWHERE:
        return min(candidate.coverage, candidate.precision) >= MIN_LIKE_EXAMPLE
    if candidate.passage.kind == "center":
        return not asked.shapes.isdisjoint(ASKS_FOR_CENTER) or not CENTER_WORDS.isdisjoint(map(stem, asked.words))
    return True


def _is_enough(index: StatementIndex, asked: Asked, best: Candidate, kinds: tuple[str, ...]) -> bool:
    """Return whether a statement is worth showing: a good score, or a fair one with enough of the question's own words."""
    named = any(token.focus and token.strength(best.unit) >= IS_NAMED for token in asked.tokens)
    own_kind = len(kinds) < len(KINDS) and best.passage.subject.partition(":")[0] in kinds
    shaped = any(SHAPE_WEIGHTS[shape] >= IS_SPECIAL and best.unit in index.units_for(shape) for shape in asked.shapes)
    direct = shaped + sum(1.0 if token.content else 0.5 for token in asked.tokens if token.matches.get(best.unit, 0.0) >= IS_DIRECT)
    if named or own_kind:
        return best.score >= MIN_SHOWN
    enough = direct >= min(MIN_DIRECT, sum(token.content for token in asked.tokens))
    clear = shaped or best.coverage >= MIN_CLEAR
    return best.score >= MIN_SHOWN_SURELY or (enough and best.score >= (MIN_SHOWN_CLEAR if clear else MIN_SHOWN_UNNAMED))


def _more(found: list[Candidate], shown: tuple[Passage, ...]) -> tuple[Passage, ...]:
    others = [
        candidate.passage
        for candidate in found
        if candidate.score >= MIN_MORE * found[0].score and candidate.passage not in shown and candidate.passage.kind != ELSEWHERE
    ]
    return tuple(others[:MAX_MORE])


def _sides(asked: Asked, found: list[Candidate]) -> tuple[Passage, ...]:
    """Return one statement for each of two things that the question compares, or () if one statement has both."""
    if Shape.DIFFERENCE not in asked.shapes or len(asked.spans) < 2:
        return ()
    sides: list[Passage] = []
    for span in asked.spans[:2]:
        about = [
            candidate
            for candidate in found
            if candidate.passage.subject in span.levels and candidate.passage.kind in ("definition", "summary", "fact")
        ]
        best = max(about, key=lambda candidate: (candidate.passage.kind == "definition", candidate.score), default=None)
        if best is not None and best.passage not in sides:
            sides.append(best.passage)
    return tuple(sides) if len(sides) == 2 else ()


def curated(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS) -> Passage | None:
    """Return the statement of which a listed question is this one, nearly word for word.

    Only small words may differ: with another product, country or job it is another question.
    """
    index = index_of(catalog)
    words = split(clean(query[:MAX_CHARACTERS]))[:MAX_WORDS]
    typed = frozenset(map(stem, words))
    telling = frozenset(stem(word) for word in words if word not in STOP_WORDS and word not in NEUTRAL)
    alike = ((len(typed & asked) / len(typed | asked), -place) for asked, place in index.questions_with(telling) if typed & asked)
    share, place = max(alike, default=(0.0, 0))
    passage = index.passages[-place]
    return passage if share >= MIN_SAME_WORDS and passage.subject.partition(":")[0] in kinds else None
