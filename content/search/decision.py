"""Decide what a question gets: the statement that answers it, two side by side, the closest one, or none."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.catalog import KINDS, Catalog, Elsewhere
from content.search.question import MAX_CHARACTERS, MAX_WORDS, Asked, Span, read
from content.search.ranking import SHAPE_WEIGHTS, Candidate, ranked
from content.search.shapes import Shape
from content.search.statement_index import StatementIndex, index_of
from content.search.statements import ELSEWHERE, Passage
from content.search.text import clean, split, stem
from content.search.wordlists import CARRIERS, GOODS, JOINING, NEUTRAL, STOP_WORDS

MIN_SHOWN = 0.25
"""Score of a statement that is shown if it is about a subject that the question names. A weaker one is not offered."""
MIN_SHOWN_UNNAMED = 0.38
"""Minimum score if the question names no subject."""
MIN_SHOWN_CLEAR = 0.32
"""Minimum score if the statement has at least `MIN_CLEAR` of the question, or a special thing that it asks for (a telephone number)."""
MIN_SHOWN_SURELY = 0.48
"""Score of a statement that is shown whatever words of the question it has."""
MIN_CLEAR = 0.6
IS_SPECIAL = 0.7
"""Weight of the shape of question that asks for such a thing."""
LEAD_SHARE = 0.5
"""A statement's certainty is its score, and this share of its lead over statements about other subjects."""
MIN_CERTAIN = 0.44
"""Certainty of a statement that is shown."""
MIN_OWN = 0.17
"""Share of the weight of a question's content words that such a statement has itself."""
MIN_EVIDENCE = 1.0
"""Weight of what a statement has of the question, and its lead, if the question does not name its subject. The rarest words weigh 1."""
MAX_BARE, MIN_BARE = 2, 0.9
"""Words that are no question ("aluminum"), and the share of them that suffices instead."""
MIN_DIRECT = 2
"""Content words of the question that a statement must have itself, unless it is about a subject that the question names."""
MIN_ALIKE = 0.65
"""Share that a question and a wording must have of each other to be nearly the same."""
IS_DIRECT = 0.69
"""Strength of a word that a statement has itself, not in other words."""
IS_NAMED = 0.5
"""Strength with which a name must speak for a statement."""
MIN_SURE = 0.6
"""Certainty of a statement that is not called the closest match: nine in ten are right."""
MIN_SECOND = 0.8
"""Share of the best score with which a second statement is shown as well."""
MIN_OTHER = 0.5
"""The same for a statement about another thing that the question names."""
MAX_NAMED = 3
"""Things that a question names for each of which a statement is shown."""
MIN_MORE = 0.6
"""Share of the best score with which a statement is among the other answers."""
MAX_MORE = 8
BY_OWN_WORD = frozenset({"center", "motto"})
"""Kinds that are found by a word that names them."""
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


def decide(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS, about: str = "") -> Decision:
    """Return the statements to show for a question, of one subject only if it is `about` that. Never raises."""
    index = index_of(catalog)
    asked = read(index, query)
    found = _without_doubles(each for each in ranked(index, asked, kinds, about) if _may_answer(each))
    sides = () if about else _sides(asked, found) or _named_alone(index, asked)
    if sides:
        return Decision(sides, True, _more(found, sides) if found else ())
    if not found or not _is_enough(index, asked, found, kinds):
        named = () if about else _introductions(index, _things(asked))
        return Decision(named, False, ()) if len(named) > 1 else NONE
    if found[0].passage.kind == ELSEWHERE:
        slug = found[0].passage.subject.partition(":")[2]
        entry = next(entry for entry in catalog.elsewhere if entry.slug == slug)
        return Decision((found[0].passage,), True, (), entry)
    second = None if about else _second(index, asked, found)
    shown = (found[0].passage, *((second,) if second else ()))
    only_goods = all(stem(token.text) in GOODS for token in asked.tokens)
    return Decision(shown, _certainty(found) >= MIN_SURE and not only_goods, _more(found, shown))


def _without_doubles(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the best of the statements that say the same about several subjects."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        best.setdefault(f"{candidate.passage.label} {candidate.passage.text}", candidate)
    return list(best.values())


def _may_answer(candidate: Candidate) -> bool:
    """Return whether a candidate is what the question is after: an example of what the bot does not answer must be nearly the question."""
    return candidate.passage.kind != ELSEWHERE or _is_alike(candidate)


def _is_enough(index: StatementIndex, asked: Asked, found: list[Candidate], kinds: tuple[str, ...]) -> bool:
    """Return whether the best statement is worth showing.

    If it is about something that the question names, its score must be good, or ahead of what is said about other subjects. If not, it
    must have enough of the question's words: a single one ("fine", "founded") is in many questions about something else.
    """
    best = found[0]
    if _certainty(found) < MIN_CERTAIN:
        return False
    own_kind = len(kinds) < len(KINDS) and best.passage.subject.partition(":")[0] in kinds
    if own_kind or best.passage.kind in BY_OWN_WORD or any(token.focus and token.strength(best.unit) >= IS_NAMED for token in asked.tokens):
        return best.score >= MIN_SHOWN and _has_own(asked, best)
    shaped = max((SHAPE_WEIGHTS[shape] for shape in asked.shapes if best.unit in index.units_for(shape)), default=0.0)
    special = shaped if shaped >= IS_SPECIAL else 0.0
    return _is_evident(asked, found, special) and _is_good(asked, best, special)


def _is_evident(asked: Asked, found: list[Candidate], special: float) -> bool:
    """Return whether what the best statement has of the question cannot be chance."""
    best = found[0]
    if _is_alike(best) or (len(asked.words) <= MAX_BARE and best.coverage >= MIN_BARE):
        return True
    evidence = sum(token.weight * token.strength(best.unit) for token in asked.tokens)
    return evidence + special + _lead(found) >= MIN_EVIDENCE


def _is_good(asked: Asked, best: Candidate, special: float) -> bool:
    """Return whether a statement has a good score, or a fair one with enough of the question's own words."""
    if best.score >= MIN_SHOWN_SURELY:
        return True
    direct = sum(1.0 if token.content else 0.5 for token in asked.tokens if token.matches.get(best.unit, 0.0) >= IS_DIRECT)
    enough = direct + bool(special) >= min(MIN_DIRECT, sum(token.content for token in asked.tokens))
    return enough and best.score >= (MIN_SHOWN_CLEAR if special or best.coverage >= MIN_CLEAR else MIN_SHOWN_UNNAMED)


def _is_alike(candidate: Candidate) -> bool:
    return min(candidate.coverage, candidate.precision) >= MIN_ALIKE


def _certainty(found: list[Candidate]) -> float:
    return found[0].score + LEAD_SHARE * _lead(found)


def _lead(found: list[Candidate]) -> float:
    """Return by how much of its score the best statement is ahead of those about other subjects."""
    best = found[0]
    other = next((each.score for each in found if each.passage.subject != best.passage.subject), 0.0)
    return 1 - other / best.score


def _has_own(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement has enough of the question's content words itself, not in other words."""
    content = [token for token in asked.tokens if token.content]
    own = sum(token.weight for token in content if token.matches.get(candidate.unit, 0.0) >= IS_DIRECT)
    return own >= MIN_OWN * sum(token.weight for token in content)


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


def _named_alone(index: StatementIndex, asked: Asked) -> tuple[Passage, ...]:
    """Return what each of several things is, if the question only names them, joined ("what are a TIB and an FTZ"), or ()."""
    named = {place for span in asked.spans for place in range(span.start, span.end)}
    others = {word for place, word in enumerate(asked.words) if place not in named}
    if others.isdisjoint(JOINING) or not others <= CARRIERS | JOINING:
        return ()
    found = _introductions(index, asked.spans)
    return found if len(found) > 1 else ()


def _introductions(index: StatementIndex, spans: Iterable[Span]) -> tuple[Passage, ...]:
    """Return what the content says first about each of a few names, of different subjects."""
    found: dict[str, Passage] = {}
    for span in spans:
        passage = _introduction(index, span)
        if passage is not None:
            found.setdefault(passage.subject, passage)
    return tuple(found.values())[:MAX_NAMED]


def _introduction(index: StatementIndex, span: Span) -> Passage | None:
    """Return what the content says first about what a name means most of all."""
    for subject in sorted(span.levels, key=lambda subject: (not subject.startswith("term:"), -span.levels[subject])):
        for unit in index.by_subject.get(subject, ()):
            passage = index.passages[index.units[unit]]
            if passage.kind in ("definition", "summary", "page"):
                return passage
    return None


def _things(asked: Asked) -> tuple[Span, ...]:
    """Return the names in a question that surely mean something of the content, not a good or a country."""
    focused = {token.place for token in asked.tokens if token.focus and stem(token.text) not in GOODS}
    return tuple(span for span in asked.spans if not focused.isdisjoint(range(span.start, span.end)))


def _second(index: StatementIndex, asked: Asked, found: list[Candidate]) -> Passage | None:
    """Return the statement to show below the best one: about another thing that the question names, or nearly as good."""
    best = found[0]
    for span in _things(asked):
        if best.passage.subject not in span.levels and not _speaks_of(asked, span, best):
            about = [each.passage for each in found[1:] if span.names(each.passage.subject) and each.score >= MIN_OTHER * best.score]
            return about[0] if about else _introduction(index, span)
    following = next(iter(found[1:]), None)
    is_near = following is not None and following.score >= MIN_SECOND * best.score and following.passage.kind != ELSEWHERE
    return following.passage if following is not None and is_near else None


def _speaks_of(asked: Asked, span: Span, candidate: Candidate) -> bool:
    """Return whether a statement has the words of a name, or is about what it names."""
    tokens = [token for token in asked.tokens if token.focus and token.place in range(span.start, span.end)]
    return all(token.strength(candidate.unit) >= IS_NAMED for token in tokens)


def curated(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS) -> Passage | None:
    """Return the statement of which a listed question is this one, nearly word for word; those of the kinds come first.

    Only small words may differ: with another product, country or job it is another question.
    """
    index = index_of(catalog)
    words = split(clean(query[:MAX_CHARACTERS]))[:MAX_WORDS]
    typed = frozenset(map(stem, words))
    telling = frozenset(stem(word) for word in words if word not in STOP_WORDS and word not in NEUTRAL)
    alike = ((len(typed & asked) / len(typed | asked), place) for asked, place in index.questions_with(telling) if typed & asked)
    found = [(share, index.passages[place]) for share, place in alike if share >= MIN_SAME_WORDS]
    own = [pair for pair in found if pair[1].subject.partition(":")[0] in kinds]
    return max(own or found, key=lambda pair: pair[0], default=(0.0, None))[1]
