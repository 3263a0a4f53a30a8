"""Answer words with a card if they are a name, otherwise with the statement that answers them."""

from __future__ import annotations

from dataclasses import replace

from content.catalog import KINDS
from content.search.lookup import Match
from handlers import lookups
from handlers.questions import elsewhere, lists, statements
from handlers.questions.askers import asker
from handlers.replies import cards
from handlers.replies.reply import Button, Reply

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Command, Context

MAX_GUESSED = 6
"""Words of a question for which a subject may be guessed: in a longer one, a name is too small a part."""


def answer(words: str, kinds: tuple[str, ...], command: Command, context: Context, where: str, *every: Button) -> Reply:
    """Return a card, a statement, a choice, or that nothing was found.

    `where` completes "No results for … " and is empty for a search of everything; `every` holds the buttons to offer then.
    Content of another kind is offered, too.
    """
    catalog = context.catalog
    others = tuple(kind for kind in KINDS if kind not in kinds)
    command = replace(command, person=asker(words, command.person))
    named = lookups.find_name(words, kinds, catalog)
    if not named.subjects:
        elsewhere_named = lookups.find_name(words, others, catalog)
        if elsewhere_named.sure:
            return cards.closest(lookups.show(elsewhere_named.subjects[0], command, context))
        reply = statements.curated(words, kinds, context) or elsewhere.answer(words, context) or lists.answer(words, command, context)
        if reply is not None:
            return reply
        named = lookups.find_name(words, kinds, catalog, strictly=False)
    if named.sure and named.subjects[0].startswith("role:"):
        reply = statements.task(words, named.subjects[0], command, context)
        if reply is not None:
            return reply
    if not named.subjects:
        reply = statements.answer(words, kinds, command, context)
        if reply is not None:
            return reply
        named = lookups.find(words, kinds, catalog)
        if not named.sure and len(words.split()) > MAX_GUESSED:
            named = Match((), False)
    if named.subjects:
        return _offered(words, named, command, context)
    named = lookups.find(words, others, catalog)
    if named.sure:
        return cards.closest(lookups.show(named.subjects[0], command, context))
    return cards.no_match(words, where, *every, hint="" if where else "Try fewer or other words.")


def _offered(words: str, match: Match, command: Command, context: Context) -> Reply:
    """Show a single candidate; let the person choose among several."""
    subjects = lookups.without_double(context.catalog, match.subjects)
    if match.sure:
        return lookups.show(subjects[0], command, context)
    if len(subjects) == 1:
        return cards.closest(lookups.show(subjects[0], command, context))
    return cards.choice(words, [lookups.offer(context.catalog, subject) for subject in subjects])
