"""Tell the words on which a question turns: the names in it and its rarest word. A statement without them hardly answers."""

from content.search.question import Asked, Span, Token
from content.search.ranking import Candidate
from content.search.statement_index import StatementIndex
from content.search.text import root, stem
from content.search.wordlists import COUNTRIES, GOODS

IS_NAMED = 0.5
"""Strength with which a name must speak for a statement."""
IS_MAIN, IS_SAID, IS_COVERED = 0.4, 0.6, 0.7
"""Share that the rarest word has of a question which it carries, its strength in a statement that says it, and the share of the question
that a statement has which needs not say it.
"""
IS_NEAR = 0.85
"""Share of the best score with which a statement that has a name in the question displaces those that have none."""
INTRODUCING = frozenset({"definition", "summary", "page", "contact", "center"})
"""Kinds that are about a name without repeating it."""


def lacks_main_word(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement lacks the rarest word of a short question, or a part of a longer name: then it is at most the closest one.

    A word that is far from saying the same ("suspended", where the statement has "deactivated") does not count.
    """
    for span in things_in(asked):
        tokens = tokens_in(asked, span)
        introduces = candidate.passage.kind in INTRODUCING and candidate.passage.subject in span.levels
        if len(tokens) > 1 and not introduces and max(tokens, key=_weight).matches.get(candidate.unit, 0.0) < IS_NAMED:
            return True
        if len(tokens) > 1 and not speaks_of(asked, span, candidate):
            return True
    rarest = _rarest(asked)
    if rarest is None or candidate.coverage >= IS_COVERED or rarest.strength(candidate.unit) >= IS_SAID:
        return False
    is_main = rarest.weight >= IS_MAIN * sum(token.weight for token in asked.tokens if token.content)
    return is_main and stem(rarest.text) not in GOODS and rarest.text not in COUNTRIES


def by_name(index: StatementIndex, asked: Asked, found: list[Candidate]) -> list[Candidate]:
    """Leave out what has only similar words of the name that a question turns on, if a statement that is nearly as good has the name."""
    rarest = _rarest(asked)
    if rarest is None or not rarest.focus or not found or _has_a_name(index, asked, found[0]):
        return found
    named = [each for each in found if _has_a_name(index, asked, each)]
    return named if named and named[0].score >= IS_NEAR * found[0].score else found


def _has_a_name(index: StatementIndex, asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement has a name that is in the question, or another name of the same, or is about it."""
    unit, things = candidate.unit, things_in(asked)
    return not things or any(
        any(unit in index.terms.get(subject, ()) for subject in span.levels)
        or all(unit in index.units_of(root(each.text)) or unit in each.subject for each in tokens_in(asked, span) if each.focus)
        for span in things
    )


def _rarest(asked: Asked) -> Token | None:
    return max((token for token in asked.tokens if token.content), key=_weight, default=None)


def _weight(token: Token) -> float:
    return token.weight


def things_in(asked: Asked) -> tuple[Span, ...]:
    """Return the names in a question that surely mean something of the content, not a good or a country."""
    focused = {token.place for token in asked.tokens if token.focus and stem(token.text) not in GOODS}
    return tuple(span for span in asked.spans if not focused.isdisjoint(range(span.start, span.end)))


def tokens_in(asked: Asked, span: Span) -> list[Token]:
    return [token for token in asked.tokens if token.place in range(span.start, span.end)]


def speaks_of(asked: Asked, span: Span, candidate: Candidate) -> bool:
    """Return whether a statement has the words of a name, or is about what it names."""
    tokens = [token for token in asked.tokens if token.focus and token.place in range(span.start, span.end)]
    return all(token.strength(candidate.unit) >= IS_NAMED for token in tokens)
