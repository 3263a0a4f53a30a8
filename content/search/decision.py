"""Decide what a question gets: the statement that answers it, two side by side, the closest one, or none."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from content.catalog import KINDS, Catalog, Elsewhere
from content.search.intents import Intent, Wanted, intent_of
from content.search.listed_questions import MIN_SAME_WORDS
from content.search.main_word import (
    IS_NAMED,
    by_aspect,
    by_name,
    by_value,
    lacks_aspect,
    lacks_main_word,
    may_answer,
    speaks_of,
    things_in,
    tokens_in,
)
from content.search.question import Asked, Span, Token, read
from content.search.ranking import Candidate, ranked
from content.search.responsibility import covering_issues, named_mission, reached_instead, responsible, wrong_goods
from content.search.shapes import Shape, asks_how_to_report, asks_what_that_is, shapes_of
from content.search.statement_index import StatementIndex, index_of
from content.search.statements import ELSEWHERE, Passage
from content.search.text import MAX_QUESTION, clauses, clean, root, split, stem
from content.search.wordlists import CARRIERS, COUNTRIES, GOODS, JOINING

BASE_ODDS, SCORE_ODDS, LEAD_ODDS, AGREEMENT_ODDS, EVIDENCE_ODDS, UNKNOWN_ODDS, CHOSEN_ODDS = -6.0, 4.5, 2.0, 3.85, 1.1, -1.8, 2.85
OFF_ODDS = -3.5
"""Log-odds that the best statement is about the subject of the question, and how much each of `odds` adds; fitted to the listed questions,
each asked without itself, and to questions of which the content lacks the answer.
"""
MAX_AGREEING = 5
"""Statements that tell whether the subject is the right one: where most of them are about others, it is one of many by chance."""
PLACE_FACTOR = 0.4
"""Factor on the weight of a good or a country."""
MIN_ODDS = -0.2
"""Log-odds of a statement that is shown; 0 means that it is as likely right as wrong."""
MIN_WEAK_ODDS = 0.25
"""Log-odds of a statement that is shown with a score below WEAK_SCORE. On new questions, most with less were wrong."""
WEAK_SCORE = 0.4
MIN_SCORE = 0.18
"""Score of a statement that is shown: without rivals, its lead says nothing."""
SURE_ODDS = 1.1
"""Log-odds of a statement that is not called the closest match: nine in ten are right."""
MIN_SECOND = 0.8
"""Share of the best score with which a second statement is shown as well."""
MIN_SECOND_CONTACT = 0.65
"""A share for a second contact: the person sees best which of two mailboxes is the right one."""
MIN_OTHER = 0.5
"""Share of the best score that a statement needs about another thing that the question names."""
PERCENTAGES = frozenset({"percent", "percentage", "share", "fraction"})
"""Words for which only a percentage is an answer; a rate may be "the higher one"."""
MAX_NAMED = 3
"""Things that a question names for each of which a statement is shown."""
MAX_NAMING = 15
"""Words of a question without an answer whose names are explained: a longer one asks for more than what they are."""
MIN_MORE = 0.6
"""Share of the best score with which a statement is among the other answers."""
MAX_MORE = 8
BY_OWN_WORD = frozenset({"center", "motto"})
"""Kinds that are found by a word that names them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The statements to show, whether they surely answer, and what else may."""

    shown: tuple[Passage, ...]
    sure: bool
    more: tuple[Passage, ...]
    elsewhere: Elsewhere | None = None
    """The subject of the question, if the bot does not answer questions about it."""
    odds: float = 0.0
    """Log-odds that the first statement answers, if they were weighed."""


NONE = Decision((), False, ())


def decide(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS, about: str = "") -> Decision:
    """Return the statements to show for a question, of one subject only if it is `about` that. Never raises."""
    index = index_of(catalog)
    intent = None if about else _intent(query[:MAX_QUESTION])
    if intent is not None and kinds == ("pti",):
        intent = replace(intent, is_issue=True)
    if intent is not None and intent.wanted is Wanted.REPORT_HARM:  # the story around it is about anything
        query, intent = f"how do I report an {' '.join(intent.about)}", None
    elif intent is not None and intent.wanted is Wanted.MOVED_PAGE:
        query, intent = f"where is the {' '.join(intent.about)} page", None
    asked = _asked_of_issue(index, intent) if intent is not None and intent.wanted is Wanted.ISSUE else read(index, query)
    everything = ranked(index, asked, kinds, about)
    if intent is not None and intent.wanted is Wanted.ISSUE:
        everything = [each for each in everything if _may_tell_issue(asked, each)]
    likeliest = _without_doubles(may_answer(index, asked, everything, kinds))
    named = by_name(index, asked, likeliest)
    found = by_value(index, asked, by_aspect(index, asked, named))
    sides = () if about else _intended(catalog, index, intent) or _sides(index, asked, found) or _named_alone(index, asked, query)
    reached = () if about or sides else reached_instead(catalog, index, asked, found)
    if reached:
        return Decision(reached, False, _more(found, reached) if found else ())
    if sides:
        return Decision(sides, True, _more(found, sides) if found else (), odds=SURE_ODDS)
    likely = odds(index, asked, [found[0], *(everything if named is likeliest else found)], kinds) if found else 0.0
    if not found or not _is_likely(likely, found[0]) or _lacks_percentage(index, asked, found[0]):
        introduced = () if about or len(asked.words) > MAX_NAMING else _introductions(index, things_in(asked))
        is_beside = bool(introduced and found) and _is_beside_name(asked, found[0])
        return Decision(introduced, False, ()) if len(introduced) > 1 or is_beside else NONE
    if found[0].passage.kind == ELSEWHERE:
        slug = found[0].passage.subject.partition(":")[2]
        entry = next(entry for entry in catalog.elsewhere if entry.slug == slug)
        return Decision((found[0].passage,), True, (), entry)
    second = None if about else _second(index, asked, found)
    shown = (found[0].passage, *((second,) if second else ()))
    only_goods = all(stem(token.text) in GOODS for token in asked.tokens)
    lacks = lacks_main_word(asked, found[0]) or lacks_aspect(index, asked, found[0])
    is_sure = likely >= SURE_ODDS and not only_goods and not lacks
    return Decision(shown, is_sure, _more(found, shown), odds=likely)


def _is_likely(likely: float, best: Candidate) -> bool:
    return best.score >= MIN_SCORE and likely >= (MIN_WEAK_ODDS if best.score < WEAK_SCORE else MIN_ODDS)


def _lacks_percentage(index: StatementIndex, asked: Asked, candidate: Candidate) -> bool:
    """Return whether a question asks for a percentage that a statement does not have: nothing else answers it."""
    named = not PERCENTAGES.isdisjoint(asked.words)
    return named and Shape.PERCENT in asked.shapes and candidate.unit not in index.units_for(Shape.PERCENT)


def _intended(catalog: Catalog, index: StatementIndex, intent: Intent | None) -> tuple[Passage, ...]:
    """Return what answers a question for who handles a thing, which issue covers it or what a role does, or ()."""
    if intent is None:
        return ()
    if intent.wanted is Wanted.ISSUE:
        return issues(catalog, intent)
    if intent.wanted in (Wanted.WORK, Wanted.PURPOSE):
        return named_mission(catalog, index, intent)
    ranking = ranked(index, read(index, f"who handles {' '.join(intent.about)}"), KINDS)
    found = responsible(catalog, index, intent, ranking)
    if intent.wanted is not Wanted.HANDLER or any(passage.kind != "center" for passage in found):
        return found
    return (*wrong_goods(catalog, index, read(index, " ".join(intent.about))), *found[:1])


def issues(catalog: Catalog, intent: Intent) -> tuple[Passage, ...]:
    """Return the missions of the issues that cover a thing, or ()."""
    index = index_of(catalog)
    asked = read(index, " ".join(intent.about))
    return covering_issues(catalog, index, intent, asked, ranked(index, asked, ("pti",)))


def _intent(query: str) -> Intent | None:
    """Return what a question, or a clause of it, asks about one thing."""
    parts = (query, *(clause for clause in clauses(query) if clause != query.strip()))
    return next((intent for part in parts if (intent := intent_of(split(clean(part)))) is not None), None)


def _asked_of_issue(index: StatementIndex, intent: Intent) -> Asked:
    """Read the words for a thing whose issue is asked for. Of a topic, the content may say that it is none."""
    about = " ".join(intent.about)
    asked = read(index, about)
    return read(index, f"is {about} a priority trade issue") if _topics(asked) else asked


def _may_tell_issue(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement is of an issue or, if a topic is named, of the office and about the topic."""
    subject = candidate.passage.subject
    topics = _topics(asked)
    if not topics:
        return subject.startswith("pti:")
    spoken = all(speaks_of(asked, span, candidate) for span in asked.spans if not topics.isdisjoint(span.levels))
    return subject in topics or (subject.startswith("office:") and spoken)


def _topics(asked: Asked) -> set[str]:
    """Return the topics that the words name, but no issue."""
    named = {subject for span in asked.spans for subject in span.levels}
    return {subject for subject in named if subject.startswith("topic:")} if not any(each.startswith("pti:") for each in named) else set()


def _without_doubles(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the best of the statements that say the same about several subjects."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        best.setdefault(f"{candidate.passage.label} {candidate.passage.text}", candidate)
    return list(best.values())


def odds(index: StatementIndex, asked: Asked, found: list[Candidate], kinds: tuple[str, ...]) -> float:
    """Return the log-odds that the best statement answers the question.

    The agreement of the next best statements tells most: where several subjects have as much of the question, all may have it by chance
    ("fine", "founded").
    """
    best = found[0]
    evidence = sum(_telling(token) * token.strength(best.unit) for token in asked.tokens)
    content = [token for token in asked.tokens if token.content]
    unknown = sum(token.weight for token in content if not token.strength(best.unit) and root(token.text) not in index.weights)
    own_kind = len(kinds) < len(KINDS) and best.passage.subject.partition(":")[0] in kinds
    return (
        BASE_ODDS
        + SCORE_ODDS * best.score
        + LEAD_ODDS * math.sqrt(_lead(index, found))
        + AGREEMENT_ODDS * _agreement(index, found)
        + EVIDENCE_ODDS * evidence
        + UNKNOWN_ODDS * unknown / (sum(token.weight for token in content) or 1.0)
        + (OFF_ODDS if _is_beside_name(asked, best) else 0.0)
        + CHOSEN_ODDS * (own_kind or best.passage.kind in BY_OWN_WORD or asks_how_to_report(asked.words))
    )


def _is_beside_name(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a statement is about a wider subject of what the question names, and does not speak of that itself."""
    things = [span for span in asked.spans if any(token.focus for token in tokens_in(asked, span))]
    return bool(things) and all(
        candidate.passage.subject in span.levels
        and not span.names(candidate.passage.subject)
        and all(token.matches.get(candidate.unit, 0.0) < IS_NAMED for token in tokens_in(asked, span) if token.focus)
        for span in things
    )


def _telling(token: Token) -> float:
    """Return the weight of a word, less for a good or a country: questions about anything name them."""
    return token.weight * (PLACE_FACTOR if token.text in COUNTRIES or stem(token.text) in GOODS else 1.0)


def _lead(index: StatementIndex, found: list[Candidate]) -> float:
    """Return by how much of its score the best statement is ahead of those that say something else about other subjects."""
    best = found[0]
    kin, said = index.kin[best.passage.subject], frozenset(split(best.passage.text))
    other = next((each.score for each in found if each.passage.subject not in kin and not _says(said, each.passage)), 0.0)
    return max(0.0, 1 - other / best.score)


def _agreement(index: StatementIndex, found: list[Candidate]) -> float:
    """Return how much of the score of the best few statements is of those about the subject of the best one."""
    few = list({id(each.passage): each for each in found[: MAX_AGREEING + 1]}.values())[:MAX_AGREEING]
    kin = index.kin[found[0].passage.subject]
    return sum(each.score for each in few if each.passage.subject in kin) / sum(each.score for each in few)


def _says(said: frozenset[str], passage: Passage) -> bool:
    """Return whether a statement says nearly these words ("Applicants must be U.S. citizens …", of each role)."""
    other = frozenset(split(passage.text))
    return len(said & other) >= MIN_SAME_WORDS * min(len(said), len(other))


def _more(found: list[Candidate], shown: tuple[Passage, ...]) -> tuple[Passage, ...]:
    said = {passage.text for passage in shown}
    others = [
        candidate.passage
        for candidate in found
        if candidate.score >= MIN_MORE * found[0].score and candidate.passage.text not in said and candidate.passage.kind != ELSEWHERE
    ]
    return tuple(others[:MAX_MORE])


def _sides(index: StatementIndex, asked: Asked, found: list[Candidate]) -> tuple[Passage, ...]:
    """Return what each of two things is that the question compares, one definition if it is of both, or ().

    What has no definition is told by a statement that speaks of both, if there is one.
    """
    compared = asked.spans[:2]
    is_joined = len(compared) == 1 and not JOINING.isdisjoint(
        asked.words[compared[0].start : compared[0].end]
    )  # "antidumping and countervailing duty"
    if Shape.DIFFERENCE not in asked.shapes or not (len(compared) == 2 or is_joined):
        return ()
    if found and all(speaks_of(asked, span, found[0]) for span in compared) and _compares(found[0].passage):
        return ()
    of_both = [each for each in found if each.passage.kind == "fact" and all(speaks_of(asked, span, each) for span in compared)]
    sides: list[Passage] = []
    for span in compared:
        side = _introduction(index, span)
        if side is None or side.kind != "definition":
            side = next((each.passage for each in of_both if each.passage.subject in span.levels), side)
        if side is not None:
            sides.append(side)
    different = tuple(dict.fromkeys(sides))
    return different if len(sides) == len(compared) and (len(different) == 2 or different[0].kind == "definition") else ()


def _compares(passage: Passage) -> bool:
    """Return whether a statement answers a listed question for a difference."""
    return passage.kind == "qa" and any(Shape.DIFFERENCE in shapes_of(split(question)) for question in passage.heads)


def _named_alone(index: StatementIndex, asked: Asked, query: str) -> tuple[Passage, ...]:
    """Return what each of several things is, if the question only names them, joined ("what are a TIB and an FTZ"), or ().

    In "somebody said drawback, whats that", it is the last one.
    """
    if any(asks_what_that_is(split(clean(clause))) for clause in clauses(query[:MAX_QUESTION])):
        terms = [span for span in asked.spans if any(subject.startswith("term:") for subject in span.levels)]
        introduced = _introductions(index, (things_in(asked) or terms)[-1:])
        return introduced if all(passage.kind == "definition" for passage in introduced) else ()
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


def _second(index: StatementIndex, asked: Asked, found: list[Candidate]) -> Passage | None:
    """Return the statement to show below the best one: about another thing that the question names, or nearly as good and akin."""
    best = found[0]
    for span in things_in(asked):
        if best.passage.subject not in span.levels and not speaks_of(asked, span, best):
            about = [each.passage for each in found[1:] if span.names(each.passage.subject) and each.score >= MIN_OTHER * best.score]
            return about[0] if about else _introduction(index, span)
    kin, words = index.kin[best.passage.subject], frozenset(split(best.passage.text))
    close = (each.passage for each in found[1:] if each.score >= MIN_SECOND * best.score)  # the rest need not be compared
    near = [passage for passage in close if passage.subject in kin and not _says(words, passage)]
    if best.passage.kind == "center":
        near = [passage for passage in near if passage.kind == "center"]
    elif best.passage.kind == "contact" and not near:
        contacts = (each for each in found[1:] if each.score >= MIN_SECOND_CONTACT * best.score)
        near = [each.passage for each in contacts if each.passage.kind == "contact" and each.passage.subject == best.passage.subject]
    return near[0] if near and near[0].kind != ELSEWHERE else None
