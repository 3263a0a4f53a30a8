"""Answer words with a card if they are a name, otherwise with the statement that answers them."""

from __future__ import annotations

from content.catalog import KINDS, Topic, get
from handlers import lookups
from handlers.replies import cards
from handlers.replies.reply import Button, Reply

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.search.lookup import Match
    from handlers.command import Command, Context

MAX_CLAUSES = 6
MIN_CLAUSE_ODDS = -1.0
"""Less than the log-odds of any answer."""
MAX_GUESSED = 3
"""Words of a question for which a subject may be guessed: in a longer one, a name is too small a part."""


def answer(words: str, kinds: tuple[str, ...], command: Command, context: Context, where: str, *every: Button) -> Reply:
    """Return a card, a statement, a choice, or that nothing was found.

    `where` completes "No results for … " and is empty for a search of everything; `every` holds the buttons to offer then.
    Content of another kind is offered, too.
    """
    from content.search.code import without_code
    from content.search.frame import without_frame

    asked = without_frame(without_code(words))
    found = (certain(asked, kinds, command, context) or guess(asked, kinds, command, context)) if asked else None
    return found or cards.no_match(words, where, *every, hint="" if where else "Try fewer or other words.")


def certain(words: str, kinds: tuple[str, ...], command: Command, context: Context) -> Reply | None:
    """Answer what the words name, or what the content answers nearly word for word."""
    named = lookups.find_name(words, kinds, context.catalog)
    if named.sure:
        return _named(words, named, command, context)
    if named.subjects:
        from handlers.questions import statements

        return statements.curated(words, kinds, context, verbatim=True) or _named(words, named, command, context)
    others = tuple(kind for kind in KINDS if kind not in kinds)
    elsewhere_named = lookups.find_name(words, others, context.catalog)
    if elsewhere_named.sure:
        return cards.closest(lookups.show(elsewhere_named.subjects[0], command, context))
    from handlers.questions import elsewhere, lists, statements  # a name needs none of these, and `ask` starts sooner without them

    reply = lists.answer(words, command, context) if lists.is_count(words) else None  # a statement names them, and may not count them
    reply = reply or statements.curated(words, kinds, context) or elsewhere.answer(words, context) or lists.answer(words, command, context)
    if reply is not None:
        return reply
    named = lookups.find_name(words, kinds, context.catalog, strictly=False)
    return _named(words, named, command, context) if named.subjects else None


def whole_card(words: str, command: Command, context: Context) -> Reply | None:
    """Return the card of the topic about which somebody wants everything: it holds more than the page or the term of that name."""
    from content.search.form import without_everything

    subject = f"topic:{'-'.join(without_everything(words).split())}"
    topic = get(context.catalog, subject)
    return lookups.show(subject, command, context) if isinstance(topic, Topic) and not topic.is_pti else None


def guess(words: str, kinds: tuple[str, ...], command: Command, context: Context) -> Reply | None:
    """Answer with the statement, or the subject, that the words are probably about."""
    named = _nearly_named(words, kinds, command, context)
    if named is not None:
        return named
    from content.search.decision import SURE_ODDS, decide
    from handlers.questions import statements

    decision = decide(context.catalog, words, kinds)
    reply = statements.answer(words, decision, context)
    if reply is None or not (decision.sure or decision.odds >= SURE_ODDS or _points_back(words)):
        reply = _clause(words, kinds, command, context, decision.odds if reply else MIN_CLAUSE_ODDS) or reply
    others = tuple(kind for kind in KINDS if kind not in kinds)
    return reply or _guessed(words, kinds, others, command, context)


def _clause(words: str, kinds: tuple[str, ...], command: Command, context: Context, least: float) -> Reply | None:
    """Answer the clause that asks ("Is it in force? People at my booth want to know"), if that is certain, and likelier than `least`."""
    from content.search.decision import decide
    from content.search.shapes import is_question
    from content.search.text import clauses
    from content.search.text import words as split
    from handlers.questions import statements

    parts = clauses(words)[:MAX_CLAUSES]
    for clause in parts if len(parts) > 1 else ():
        if not is_question(split(clause)):
            continue
        reply = certain(clause, kinds, command, context)
        if reply is None and (decision := decide(context.catalog, clause, kinds)).sure and decision.odds > least:
            reply = statements.answer(clause, decision, context)
        if reply is not None:
            return reply
    return None


def _points_back(words: str) -> bool:
    """Return whether a clause asks about what the others tell ("I exported the goods again. What is that called?")."""
    from content.search.shapes import points_back
    from content.search.text import clauses
    from content.search.text import words as split

    return any(points_back(split(clause)) for clause in clauses(words))


def _nearly_named(words: str, kinds: tuple[str, ...], command: Command, context: Context) -> Reply | None:
    """Return the card of a single word that is nearly a name ("econmist"), or a choice ("/role analyst")."""
    from content.search.text import words as split

    typed = split(words)
    if len(typed) != 1:
        return None
    match = lookups.find(words, kinds, context.catalog)
    if not match.sure:
        from content.search.spelling import nearest

        names = [split(name) for name in lookups.titles(context.catalog, match.subjects)]
        if len(names) < 2 or not all(nearest(typed[0], name, max_edits=1) for name in names):
            return None
    return _offered(words, match, command, context)


def _named(words: str, match: Match, command: Command, context: Context) -> Reply:
    """Show what the words name; of a role that is asked for by a task ("who handles FOIA appeals"), show the task."""
    role = match.subjects[0] if match.sure and match.subjects[0].startswith("role:") else ""
    if role and " " in words.strip():
        from handlers.questions import statements

        reply = statements.task(words, role, command, context)
        if reply is not None:
            return reply
    subjects = lookups.without_double(context.catalog, match.subjects)
    if len(subjects) > 1:
        return _offered(words, match, command, context)
    return lookups.show(lookups.narrowest(context.catalog, match.subjects), command, context)


def _guessed(words: str, kinds: tuple[str, ...], others: tuple[str, ...], command: Command, context: Context) -> Reply | None:
    """Return what a part of the words names, or nearly names."""
    from content.search.shapes import Shape, asks_for_record, place_of_judgment, shapes_of
    from content.search.text import words as split
    from content.search.wordlists import CARRIERS, QUESTION_WORDS

    typed = split(words)
    # a card shows its page, but no number, date, address, record or judgment that somebody may ask for
    asks_more = set(shapes_of(typed)) - {Shape.PAGE, Shape.PLACE}
    if (
        asks_more
        or asks_for_record(typed)
        or place_of_judgment(typed) is not None
        or sum(word not in CARRIERS for word in typed) > MAX_GUESSED
    ):
        return None
    match = lookups.find(words, kinds, context.catalog)
    if match.sure and typed[0] in QUESTION_WORDS:  # the card may not answer it
        return cards.closest(lookups.show(match.subjects[0], command, context))
    if match.subjects:
        return _offered(words, match, command, context)
    match = lookups.find(words, others, context.catalog)
    return cards.closest(lookups.show(match.subjects[0], command, context)) if match.sure else None


def _offered(words: str, match: Match, command: Command, context: Context) -> Reply:
    """Show a single candidate; let the person choose among several."""
    subjects = lookups.without_double(context.catalog, match.subjects)
    if match.sure:
        return lookups.show(subjects[0], command, context)
    if len(subjects) == 1:
        return cards.closest(lookups.show(subjects[0], command, context))
    return cards.choice(words, [lookups.offer(context.catalog, subject) for subject in subjects])
