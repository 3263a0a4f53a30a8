"""Say why a question gets its answer, for `tradebot ask --why`."""

from collections.abc import Iterator

from content.catalog import KINDS, Catalog
from content.search import decision
from content.search.elsewhere import find_elsewhere
from content.search.listed_questions import curated
from content.search.question import Asked, Token, read
from content.search.ranking import SHAPE_WEIGHTS, Candidate, ranked
from content.search.statement_index import StatementIndex, index_of
from content.search.text import root

MAX_SHOWN = 5
MAX_TEXT = 90


def explain(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """Return the words of a question, what it asks for, and the best statements, each with what scored."""
    index = index_of(catalog)
    asked = read(index, query)
    decided = decision.decide(catalog, query, kinds)
    lines = [f"Question: {' '.join(asked.words)}", *_words(asked)]
    same, elsewhere = curated(catalog, query, kinds), find_elsewhere(catalog.elsewhere, query)
    if same is not None:
        lines.append(f"Answered word for word by {same.subject}: {same.label}")
    if elsewhere is not None:
        lines.append(f"Not for this bot: elsewhere:{elsewhere.slug}")
    found = ranked(index, asked, kinds)[:MAX_SHOWN]
    for place, candidate in enumerate(found, 1):
        shown = "shown" if candidate.passage in decided.shown else "more" if candidate.passage in decided.more else "left out"
        lines += ["", f"{place}. {candidate.score:.2f} {shown}: {candidate.passage.subject}, {candidate.passage.kind}"]
        lines.append(f"   {_short(candidate.passage.text)}")
        lines += [f"   {reason}" for reason in reasons(index, asked, candidate)]
    if not found:
        return [*lines, "", "No statement has a word of the question."]
    return [*lines, "", *_thresholds(decided, decision.odds(index, asked, found, kinds))]


def reasons(index: StatementIndex, asked: Asked, candidate: Candidate) -> list[str]:
    """Return what scored: each word with its weight and strength, each shape with its weight, and the shares."""
    unit = candidate.unit
    said = [
        f"{token.text}: {token.weight:.2f} × {token.strength(unit):.2f}"
        + (", names its subject" if token.subject.get(unit, 0.0) > token.matches.get(unit, 0.0) else _by_wording(index, token, unit))
        for token in asked.tokens
        if token.strength(unit)
    ]
    said += [
        f"has {shape.value}: {SHAPE_WEIGHTS[shape]:.2f} × {fit:.2f}"
        for shape in sorted(asked.shapes)
        if (fit := index.units_for(shape).get(unit))
    ]
    return [*said, f"has {candidate.coverage:.0%} of the question; the question has {candidate.precision:.0%} of it"]


def _by_wording(index: StatementIndex, token: Token, unit: int) -> str:
    """Return the roots of the statement for which the word stands by wording.yaml, or "" if the statement has the word."""
    found = root(token.text)
    if unit in index.units_of(found):
        return ""
    others = dict.fromkeys(word for word, _ in index.similar_to(found) if unit in index.units_of(word))
    return f", as {' or '.join(others)} (wording.yaml)" if others else ""


def _words(asked: Asked) -> Iterator[str]:
    if asked.tokens:
        yield "Words, with their weights: " + ", ".join(
            f"{token.text} {token.weight:.2f}" + (" (a name)" if token.focus else "") for token in asked.tokens
        )
    for span in asked.spans:
        yield f"“{' '.join(asked.words[span.start : span.end])}” names {', '.join(span.levels)}"
    if asked.shapes:
        yield "Asks for " + ", ".join(sorted(shape.value for shape in asked.shapes))


def _thresholds(decided: decision.Decision, likely: float) -> Iterator[str]:
    yield f"Log-odds that the best statement answers: {likely:.2f}, by its score, its lead over other subjects and what it has."
    yield f"It is shown from {decision.MIN_ODDS}, with a score of at least {decision.MIN_SCORE}"
    yield f"(from {decision.MIN_WEAK_ODDS} if its score is below {decision.WEAK_SCORE});"
    yield f"below {decision.SURE_ODDS}, it is called the closest match."
    yield f"A second statement is shown from {decision.MIN_SECOND:.0%} of the best score;"
    yield f"one about another thing that the question names, from {decision.MIN_OTHER:.0%}."
    if not decided.shown:
        yield "No statement is good enough."


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
