"""Find who handles a thing, whom to contact about it, and which issue covers it, from what the content says of its subjects."""

from collections.abc import Sequence
from dataclasses import replace

from content.catalog import Catalog, title
from content.search.intents import Intent, Wanted
from content.search.keys import SYNONYM
from content.search.main_word import tokens_in
from content.search.question import Asked, read
from content.search.ranking import Candidate
from content.search.shapes import Shape, held_by, shapes_of
from content.search.statement_index import StatementIndex
from content.search.statements import Passage
from content.search.text import key, stem, words
from content.search.wordlists import CARRIERS, FUNCTION_WORDS, GOODS

MIN_COVERED = 1.0
"""Score of a statement of an issue that shows that the issue is about something that it does not name."""
MAX_ISSUES = 2
MAX_CONTACTS = 2
MAX_SHOWN = 2
MIN_ALIKE = 0.6
"""Share that a question and a statement must have of each other, for the statement to be about nothing else."""

_OF_PHONE = frozenset({"call", "desk", "help", "hotline", "line", "number", "office", "people", "phone", "questions", "team", "telephone"})
"""Words around the name of the person or office that somebody wants to call."""
_NARROWEST = ("role", "term", "pti", "topic", "office", "resource")
"""The kind of which a summary is meant, if several have a name."""
_WHO = frozenset({Shape.WHO, Shape.CONTACT, Shape.EMAIL, Shape.PHONE, Shape.CENTER})


def covering_issues(
    catalog: Catalog, index: StatementIndex, intent: Intent, asked: Asked, ranked: Sequence[Candidate]
) -> tuple[Passage, ...]:
    """Return the missions of the Priority Trade Issues that cover a thing, () for one of which the content only says that it is none.

    `asked`: the words for the thing. `ranked`: the statements of issues about it, best first.
    """
    levels = index.names.get(key(list(intent.about)), {})
    named = (levels,) if levels else tuple(span.levels for span in asked.spans)
    subjects = tuple(dict.fromkeys(subject for names in named for subject in names if subject.startswith("pti:")))
    if not levels and not subjects:
        best = (each.passage.subject for each in ranked[:1] if each.score >= MIN_COVERED)
        subjects = tuple(subject for subject in best if subject.startswith("pti:"))
    found = (mission(catalog, index, subject) for subject in subjects[:MAX_ISSUES])
    return tuple(passage for passage in found if passage is not None)


def wrong_goods(catalog: Catalog, index: StatementIndex, asked: Asked) -> tuple[Passage, ...]:
    """Return the mission of the issue that is named by what is wrong with goods ("counterfeit handbags"), or ()."""
    first = asked.spans[0] if asked.spans and asked.spans[0].start == 0 else None
    if first is None or first.end == len(asked.words) or not all(stem(word) in GOODS for word in asked.words[first.end :]):
        return ()
    named = [subject for subject in first.levels if subject.startswith("pti:")]
    found = mission(catalog, index, named[0]) if len(named) == 1 else None
    return (found,) if found else ()


def named_mission(catalog: Catalog, index: StatementIndex, intent: Intent) -> tuple[Passage, ...]:
    """Return the mission of the role that the words name, or of whatever they name if they ask for its purpose, or ()."""
    if intent.wanted is Wanted.PURPOSE:
        return _purpose(catalog, index, intent)
    subjects = sorted(subject for subject in _named(index, intent) if subject.startswith("role:"))
    found = mission(catalog, index, subjects[0]) if len(subjects) == 1 else None
    return (found,) if found else ()


def _purpose(catalog: Catalog, index: StatementIndex, intent: Intent) -> tuple[Passage, ...]:
    """Return the mission or the definition of what the words name: of an issue, if they call it one, else of the narrowest thing."""
    if intent.about == ("office",):
        found = mission(catalog, index, f"office:{catalog.office.slug}")
        return (found,) if found else ()
    levels = _levels(index, intent)
    issues = [subject for subject in levels if subject.startswith("pti:")]
    if issues and (intent.is_issue or len(issues) == len(levels)):
        introduced = [mission(catalog, index, subject) for subject in issues]
    else:
        named = _named(index, intent)
        first = min(named, key=lambda subject: (_NARROWEST.index(subject.partition(":")[0]), subject), default="")
        introduced = [mission(catalog, index, first) or _definition(index, first)]
    said = [passage for passage in introduced if passage is not None]
    return tuple(said) if len(said) == 1 else ()


def _definition(index: StatementIndex, subject: str) -> Passage | None:
    own = (index.passages[index.units[unit]] for unit in index.by_subject.get(subject, ()))
    return next((passage for passage in own if passage.kind in ("definition", "page")), None)


def mission(catalog: Catalog, index: StatementIndex, subject: str) -> Passage | None:
    """Return what an issue or a role is for, behind its name."""
    own = (index.passages[index.units[unit]] for unit in index.by_subject.get(subject, ()))
    summary = next((passage for passage in own if passage.kind == "summary"), None)
    return replace(summary, label=title(catalog, subject)) if summary else None


def responsible(catalog: Catalog, index: StatementIndex, intent: Intent, found: Sequence[Candidate]) -> tuple[Passage, ...]:
    """Return who handles a thing, or whom to contact about it: what the content says of that, a Center, a mailbox, the issue.

    () if the thing is no issue or topic of the content and no goods of a Center.

    `found`: the statements that may answer, best first.
    """
    center = [each.passage for each in found[:1] if each.passage.kind == "center"]
    named = _named(index, intent)
    kin = {subject for subject in index.by_subject if subject.partition(":")[2] in {each.partition(":")[2] for each in named}}
    told = [each.passage for each in found if each.passage.subject in kin and _tells(each)]
    reached = _contacts(index, kin)
    topics = {subject for subject in named if subject.startswith("topic:")} if not (told or reached or center) else set[str]()
    covering = {subject for topic in topics for subject in index.kin[topic]} or kin
    issues = [said for subject in sorted(covering) if subject.startswith("pti:") and (said := mission(catalog, index, subject)) is not None]
    if intent.wanted is Wanted.CONTACT:
        reports = [each.passage for each in found if each.passage.subject in kin and _tells_how_to_report(each.passage)]
        ordered = [*told[:1], *reached[:MAX_CONTACTS], *center, *reports[:1], *issues] if told or reached or center else []
    else:
        others = [each.passage for each in found if each.passage.kind == "center" and each.coverage >= MIN_ALIKE] if issues else []
        ordered = [*told[:1], *center, *([] if told else issues), *others[:1], *reached]
    return tuple({f"{passage.label} {passage.text}": passage for passage in ordered}.values())[:MAX_SHOWN]


def reached_instead(catalog: Catalog, index: StatementIndex, asked: Asked, found: Sequence[Candidate]) -> tuple[Passage, ...]:
    """Return how else to reach an office whose telephone number is asked for, if no statement has the number, or ()."""
    named = [span for span in asked.spans if any(token.focus for token in tokens_in(asked, span))]
    if Shape.PHONE not in asked.shapes or len(named) != 1 or (found and Shape.PHONE in held_by(found[0].passage)):
        return ()
    around = {*asked.words[: named[0].start], *asked.words[named[0].end :]}
    if not around <= CARRIERS | FUNCTION_WORDS | _OF_PHONE:
        return ()
    intent = Intent(Wanted.CONTACT, asked.words[named[0].start : named[0].end])
    told = responsible(catalog, index, intent, found)
    return told if any(passage.kind == "contact" for passage in told) else ()


def _named(index: StatementIndex, intent: Intent) -> set[str]:
    """Return the subjects that the words name most of all. Who is to be contacted, a part of the words may name."""
    about = list(intent.about)
    levels = _levels(index, intent)
    if not levels and intent.wanted is Wanted.CONTACT:
        spans = read(index, " ".join(about)).spans
        levels = max((span.levels for span in spans if span.end > span.start + 1), key=len, default={})
    return {subject for subject, level in levels.items() if level == max(levels.values()) and level >= SYNONYM}


def _levels(index: StatementIndex, intent: Intent) -> dict[str, int]:
    """Return the subjects that the words name, with the levels of the names. Misspelled words are corrected."""
    about = " ".join(intent.about)
    return index.names.get(key(about.split())) or index.names.get(key(list(read(index, about).words))) or {}


def _contacts(index: StatementIndex, subjects: set[str]) -> list[Passage]:
    """Return the contacts of the subjects, and those that are for one of their terms."""
    units = {unit for subject in subjects for unit in (*index.by_subject.get(subject, ()), *index.terms.get(subject, ()))}
    found = (index.passages[place] for place in sorted({index.units[unit] for unit in units}))
    return [passage for passage in found if passage.kind == "contact"]


def _tells(candidate: Candidate) -> bool:
    """Return whether a statement answers who handles something, or how to reach them, and little else."""
    passage = candidate.passage
    questions = (*(passage.heads if passage.kind == "qa" else ()), *passage.also)
    asked = {shape for question in questions for shape in shapes_of(words(question))}
    is_mission = passage.kind == "summary"  # shown behind its name
    return not is_mission and min(candidate.coverage, candidate.precision) >= MIN_ALIKE and bool(asked & _WHO)


def _tells_how_to_report(passage: Passage) -> bool:
    return passage.kind in ("qa", "fact") and Shape.REPORT in held_by(passage)
