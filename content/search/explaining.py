"""Say why a question gets its answer, for `tradebot ask --why`."""

from collections.abc import Iterator

from content.catalog import KINDS, Catalog
from content.search import decision
from content.search.elsewhere import find_elsewhere
from content.search.question import Asked, read
from content.search.ranking import SHAPE_WEIGHTS, Candidate, ranked
from content.search.statement_index import StatementIndex, index_of

MAX_SHOWN = 5
MAX_TEXT = 90


def explain(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """Return the words of a question, what it asks for, and the best statements, each with what scored."""
    index = index_of(catalog)
    asked = read(index, query)
    decided = decision.decide(catalog, query, kinds)
    lines = [f"Question: {' '.join(asked.words)}", *_words(asked)]
    same, elsewhere = decision.curated(catalog, query, kinds), find_elsewhere(catalog.elsewhere, query)
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
    return [*lines, "", *_thresholds(decided)]


def reasons(index: StatementIndex, asked: Asked, candidate: Candidate) -> list[str]:
    """Return what scored: each word with its weight and strength, each shape with its weight, and the shares."""
    unit = candidate.unit
    said = [
        f"{token.text}: {token.weight:.2f} × {token.strength(unit):.2f}"
        + (", names its subject" if token.subject.get(unit, 0.0) > token.matches.get(unit, 0.0) else "")
        for token in asked.tokens
        if token.strength(unit)
    ]
    said += [
        f"has {shape.value}: {SHAPE_WEIGHTS[shape]:.2f} × {fit:.2f}"
        for shape in sorted(asked.shapes)
        if (fit := index.units_for(shape).get(unit))
    ]
    return [*said, f"has {candidate.coverage:.0%} of the question; the question has {candidate.precision:.0%} of it"]


def _words(asked: Asked) -> Iterator[str]:
    if asked.tokens:
        yield "Words, with their weights: " + ", ".join(
            f"{token.text} {token.weight:.2f}" + (" (a name)" if token.focus else "") for token in asked.tokens
        )
    for span in asked.spans:
        yield f"“{' '.join(asked.words[span.start : span.end])}” names {', '.join(span.levels)}"
    if asked.shapes:
        yield "Asks for " + ", ".join(sorted(shape.value for shape in asked.shapes))


def _thresholds(decided: decision.Decision) -> Iterator[str]:
    yield f"Certainty is the score of the best statement, and {decision.LEAD_SHARE:.0%} of its lead over other subjects."
    yield f"It must be {decision.MIN_CERTAIN}; below {decision.MIN_SURE}, the statement is called the closest match."
    yield f"A statement about something that the question names must have a score of {decision.MIN_SHOWN},"
    yield f"and {decision.MIN_OWN:.0%} of the question itself."
    yield f"Any other must have words that weigh {decision.MIN_EVIDENCE}, its lead added, or be nearly the question."
    yield f"Its score must be {decision.MIN_SHOWN_CLEAR} if it has {decision.MIN_CLEAR:.0%} of the question or its special thing;"
    yield f"{decision.MIN_SHOWN_UNNAMED} if it has {decision.MIN_DIRECT} of its words; else {decision.MIN_SHOWN_SURELY}."
    yield f"A second statement is shown from {decision.MIN_SECOND:.0%} of the best score;"
    yield f"one about another thing that the question names, from {decision.MIN_OTHER:.0%}."
    if not decided.shown:
        yield "No statement is good enough."


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
