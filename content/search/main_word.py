"""Tell which statements have what a question turns on: its names, its rarest word, and what it asks about them."""

from collections.abc import Callable, Iterable
from itertools import pairwise

from content.catalog import KINDS
from content.search.question import Asked, Span, Token
from content.search.ranking import Candidate
from content.search.shapes import (
    NUMBERS,
    SHAPE_WORDS,
    Shape,
    asks_for_record,
    asks_how_to_report,
    asks_price,
    asks_which_directorate,
    asks_which_law,
    asks_which_role,
    counts,
    place_of_counted,
    place_of_judgment,
    place_of_number,
    place_of_outcome,
    shapes_of,
)
from content.search.statement_index import StatementIndex
from content.search.statements import ELSEWHERE, Passage
from content.search.text import root, split, stem
from content.search.wordlists import COUNTRIES, GOODS, NEUTRAL, QUESTION_WORDS

IS_NAMED = 0.5
"""Strength with which a name must speak for a statement."""
IS_MAIN, IS_SAID, IS_COVERED = 0.4, 0.6, 0.7
"""Share that the rarest word has of a question which it carries, its strength in a statement that says it, and the share of the question
that a statement has which needs not say it.
"""
IS_NEAR = 0.85
"""Share of the best score with which a statement that has a name in the question displaces those that have none."""
IS_AS_GOOD = 0.75
"""Share of the score and of the words of a definition with which a fact tells more of what is asked."""
TELLING = frozenset({"authority", "contact", "fact", "qa", "stat"})
MIN_DEFINED = 0.75
"""Share of a question that a definition must have to answer more than what a thing is."""
MAX_SHORT = 3
"""Words of a question in which none may be unknown to the content."""
DEFINING = frozenset({"definition", "summary"})
TELLING_SHAPES = frozenset({Shape.DATE, Shape.DURATION, Shape.EMAIL, Shape.MONEY, Shape.PERCENT, Shape.PHONE})
_MAY = frozenset({"can", "could", "do", "may", "must", "should"})
_ANYBODY = frozenset({"he", "i", "one", "she", "they", "we", "you"})
_UNITS_OF_TIME = frozenset(map(root, ("day", "hour", "minute", "month", "week", "year")))
REFUSING = "This bot does not"
"""First words of an answer that only sends people elsewhere."""
MIN_ALIKE = 0.65
"""Share that a question and a wording must have of each other to be nearly the same."""
MAX_NOUN = 3
"""Words after "how many" or "number of" in a listed question among which is what it counts."""
MAX_COUNTING = 2
"""Words after "how many" of which one is what is counted, if the first is neutral ("trade laws")."""
IS_COUNTED = 0.25
"""Strength of the word for what is counted."""
MAX_TERM_WORDS = 2
"""Words of a question that may be a term which the content lacks ("transaction value"); more of them describe something."""
AVERAGES = frozenset({"average", "averages", "avg"})
"""Words of a question that only a statement of an average answers."""
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


def lacks_aspect(index: StatementIndex, asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement lacks what is asked about its subject: a time, a share, an address, a year, an act or an unknown thing.

    A definition says only what something is: to any other question, it must have most of it. A "Yes" or "No" answers another question
    wrongly, so the question must be nearly a listed one.
    """
    unit, passage = candidate.unit, candidate.passage
    wanted = asked.shapes & TELLING_SHAPES
    if wanted and not any(unit in index.units_for(shape) for shape in wanted):
        return True
    if (
        passage.kind in DEFINING
        and Shape.MEANING not in asked.shapes
        and asked.words[:1]
        and asked.words[0] in QUESTION_WORDS
        and candidate.coverage < MIN_DEFINED
    ):
        return True
    if _says_yes_or_no(passage) and not _is_alike(candidate):
        return True
    content = [token for token in asked.tokens if token.content and token.text not in SHAPE_WORDS]
    unknown = any(not token.strength(unit) and root(token.text) not in index.weights for token in content)
    return (unknown and len(content) <= MAX_SHORT) or _lacks_year(asked, candidate) or _lacks_act(asked, candidate)


def _lacks_year(asked: Asked, candidate: Candidate) -> bool:
    years = [word for word in asked.words if len(word) == len("2026") and word.isdecimal() and word.startswith(("19", "20"))]
    passage = candidate.passage
    said = " ".join((passage.text, *passage.heads, *passage.also, passage.origin.source, passage.origin.as_of))
    return any(year not in said for year in years)


def _lacks_act(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement lacks what somebody wants to do ("how do I cancel …")."""
    acts = (place + 2 for place, pair in enumerate(pairwise(asked.words)) if pair[0] in _MAY and pair[1] in _ANYBODY)
    by_place = {token.place: token for token in asked.tokens if token.content and token.text not in SHAPE_WORDS}
    act = next((by_place[place] for place in acts if place in by_place), None)
    return act is not None and act.matches.get(candidate.unit, 0.0) < IS_SAID


def by_name(index: StatementIndex, asked: Asked, found: list[Candidate]) -> list[Candidate]:
    """Leave out what has only similar words of the name that a question turns on, if a statement that is nearly as good has the name."""
    rarest = _rarest(asked)
    if rarest is None or not rarest.focus or not found or _has_a_name(index, asked, found[0]):
        return found
    named = [each for each in found if _has_a_name(index, asked, each)]
    return named if named and named[0].score >= IS_NEAR * found[0].score else found


def by_aspect(index: StatementIndex, asked: Asked, found: list[Candidate]) -> list[Candidate]:
    """Put a statement that is nearly as good ahead of a definition, if the question asks for more than what something is.

    A definition that has nearly a listed question stays first, and so does one with a word that the other lacks.
    """
    asks_more = Shape.MEANING not in asked.shapes and (
        (asked.words[:1] and asked.words[0] in QUESTION_WORDS) or not asked.shapes.isdisjoint(TELLING_SHAPES)
    )
    if not found or found[0].passage.kind != "definition" or not asks_more:
        return found
    best, kin = found[0], index.kin[found[0].passage.subject]
    if min(best.coverage, best.precision) >= MIN_DEFINED:
        return found
    named = {subject for span in things_in(asked) for subject in span.levels}
    if best.passage.subject not in named:  # it only speaks of the thing ("new EAPA rules": the law that set them)
        kin = kin | named
    said = [token for token in asked.tokens if token.content and token.matches.get(best.unit, 0.0) >= IS_SAID]
    for place, each in enumerate(found[1:], 1):
        if each.score < IS_AS_GOOD * best.score:
            break
        has_all = each.passage.kind in TELLING and all(
            token.matches.get(each.unit, token.strength(each.unit) if token.focus else 0.0) >= IS_COUNTED for token in said
        )
        if has_all and each.passage.subject in kin and each.coverage >= IS_AS_GOOD * best.coverage:
            return [each, *found[:place], *found[place + 1 :]]
    return found


def by_value(index: StatementIndex, asked: Asked, found: list[Candidate]) -> list[Candidate]:
    """Put a statement with the value that a question asks for ahead of one that is hardly better.

    "How many years" goes by the unit of time; to "as of when", "Yes" or "No" is no answer.
    """
    wanted = asked.shapes & TELLING_SHAPES
    if not found or not wanted:
        return found
    place = place_of_counted(asked.words)
    unit = root(asked.words[place]) if place and place < len(asked.words) else ""
    best, kin = found[0], index.kin[found[0].passage.subject]
    near = [each for each in found if each.score >= IS_NEAR * best.score and each.passage.subject in kin]
    if unit in _UNITS_OF_TIME:
        first = next((each for each in near if index.units_of(unit).get(each.unit, 0.0) >= IS_SAID), best)
    elif _says_yes_or_no(best.passage):
        telling = (each for each in near if not _says_yes_or_no(each.passage))
        first = next((each for each in telling if any(each.unit in index.units_for(shape) for shape in wanted)), best)
    else:
        return found
    return [first, *(each for each in found if each is not first)]


def _says_yes_or_no(passage: Passage) -> bool:
    return passage.kind == "qa" and passage.text.startswith(("Yes", "No"))


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


def may_answer(index: StatementIndex, asked: Asked, ranked: Iterable[Candidate], kinds: tuple[str, ...]) -> list[Candidate]:
    """Return the candidates that may be what the question is after.

    What a role does, a question must ask for: by who does it, by the role's name, or under the command for roles. An example of what the
    bot does not answer, or an answer that says so, must be nearly the question.
    """
    holds = _requirement(index, asked)
    return [
        each
        for each in ranked
        if (
            _is_alike(each)
            if each.passage.kind == ELSEWHERE or each.passage.text.startswith(REFUSING)
            else (holds is None or holds(each))
            and not (_is_other_term(index, asked, each) or _is_guesswork(index, asked, each) or _is_off_role(asked, each, kinds))
        )
    ]


def _requirement(index: StatementIndex, asked: Asked) -> Callable[[Candidate], bool] | None:
    """Return what a statement must hold to answer at all, or None.

    Which law there is, only one that cites a law tells; which directorate, only one that names one; which roles need something, only one
    that names all of it; what something costs, only one with an amount; how something is judged ("is it hard"), only one that says so;
    how often something comes out that way ("pass rate"), only one with a share that names it; which company does most, none; what is
    average, only one that says so; how somebody is reported, only one that answers such a listed question; how many there are, only one
    with a number and with what is counted.
    """
    if asks_which_role(asked.words):
        needed = [token for token in asked.tokens if token.content and token.text not in NEUTRAL]
        return lambda each: all(token.strength(each.unit) >= IS_COUNTED for token in needed)
    if asks_which_law(asked.words):
        return lambda each: each.unit in index.units_for(Shape.LAW)
    if asks_which_directorate(asked.words):
        return lambda each: "Directorate" in each.passage.text
    if asks_price(asked.words):
        priced = max((token for token in asked.tokens if token.content and token.text not in SHAPE_WORDS), key=_weight, default=None)
        amounts = [index.units_for(shape) for shape in (Shape.MONEY, Shape.PERCENT)]
        return lambda each: (
            (priced is None or priced.matches.get(each.unit, 0.0) >= IS_NAMED) and any(each.unit in units for units in amounts)
        )
    if asks_how_to_report(asked.words):
        return tells_how_to_report
    if asks_for_record(asked.words):
        return lambda _: False
    if not AVERAGES.isdisjoint(asked.words):
        return lambda each: "average" in each.passage.text.casefold()
    judged = place_of_judgment(asked.words)
    if judged is not None:
        judgments = [token for token in asked.tokens if token.place == judged]
        return lambda each: all(token.strength(each.unit) >= IS_COUNTED for token in judgments)
    outcome = place_of_outcome(asked.words)
    if outcome is not None:
        named, shares = [token for token in asked.tokens if token.place == outcome], index.units_for(Shape.PERCENT)
        return lambda each: each.unit in shares and all(token.strength(each.unit) >= IS_NAMED for token in named)
    place = place_of_counted(asked.words)
    if not place:
        return None
    counted = [token for token in asked.tokens if token.place >= place and (token.content or token.text in NEUTRAL)]
    counted = counted[:1] if counted and counted[0].content else counted[:MAX_COUNTING]
    if not counted or Shape.DURATION in asked.shapes:
        return lambda each: any(each.unit in index.units_for(shape) for shape in NUMBERS)
    return lambda each: any(token.strength(each.unit) >= IS_COUNTED and _tells_how_many(index, token, each.passage) for token in counted)


def tells_how_to_report(candidate: Candidate) -> bool:
    passage = candidate.passage
    listed = (*(passage.heads if passage.kind == "qa" else ()), *passage.also)
    return any(Shape.REPORT in shapes_of(split(question)) for question in listed)


def _tells_how_many(index: StatementIndex, counted: Token, passage: Passage) -> bool:
    """Return whether a statement has a number of what is counted, or answers a listed question for it."""
    noun = root(counted.text)
    nouns = frozenset((noun, *(other for other, _ in index.similar_to(noun))))
    if counts(passage.text, nouns, root):
        return True
    listed = (split(question) for question in (*passage.heads, *passage.also))
    return any(not nouns.isdisjoint(map(root, words[place : place + MAX_NOUN])) for words in listed if (place := place_of_number(words)))


def _is_off_role(asked: Asked, candidate: Candidate, kinds: tuple[str, ...]) -> bool:
    subject, kind = candidate.passage.subject, candidate.passage.kind
    if not subject.startswith("role:") or kind not in ("assignment", "summary") or (len(kinds) < len(KINDS) and "role" in kinds):
        return False
    return asked.shapes.isdisjoint((Shape.SKILL, Shape.WHO)) and not any(subject in span.levels for span in asked.spans)


def _is_other_term(index: StatementIndex, asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement defines another term than the one of which a short question asks only what it is."""
    if candidate.passage.kind != "definition" or asked.shapes != {Shape.MEANING}:
        return False
    is_named = any(not index.kin[candidate.passage.subject].isdisjoint(span.levels) for span in asked.spans)
    return not is_named and sum(token.content for token in asked.tokens) <= MAX_TERM_WORDS


def _is_guesswork(index: StatementIndex, asked: Asked, candidate: Candidate) -> bool:
    """Return whether corrected words are all that a statement has of a question, beside words that none has ("purple moneey")."""
    content = [token for token in asked.tokens if token.content]
    found = [token for token in content if token.strength(candidate.unit)]
    is_corrected = bool(found) and all(token.repaired and not token.focus for token in found)
    return is_corrected and any(root(token.text) not in index.weights for token in content if token not in found)


def _is_alike(candidate: Candidate) -> bool:
    return min(candidate.coverage, candidate.precision) >= MIN_ALIKE
