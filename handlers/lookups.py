"""Find the content that words mean, and show its card. A subject such as "pti:revenue" is one piece of content."""

from __future__ import annotations

from importlib import import_module

from content.catalog import KINDS, get, title
from content.search import lookup
from handlers.replies import cards
from handlers.replies.reply import Button, Reply

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Iterable

    from content.catalog import Catalog
    from handlers.command import Command, Context

_KINDS = {
    "pti": ("/pti", "handlers.pti", "Priority Trade Issue"),
    "role": ("/role", "handlers.roles", "role in the Office of Trade"),
    "resource": ("/trade resource", "handlers.resources", "trade page on CBP.gov"),
    "term": ("/trade term", "handlers.glossary", "glossary term"),
    "topic": ("/trade topic", "handlers.topics", "topic"),
    "office": ("/trade office", "handlers.office", "CBP office"),
}
"""Each kind's command, the module whose `card(item, command, context)` shows it, and name."""

KIND_NAMES = {kind: name for kind, (_, _, name) in _KINDS.items()}


def answer(words: str, kinds: tuple[str, ...], command: Command, context: Context, where: str, *every: Button) -> Reply:
    """Return a card, a choice, or that nothing was found.

    `where` completes "No results for … " and is empty for a search of everything; `every` holds the buttons to offer then.
    An exact match of another kind is offered, too.
    """
    catalog = context.catalog
    match = find(words, kinds, catalog)
    if match.sure:
        return show(match.subjects[0], command, context)
    if match.subjects:
        return cards.choice(words, [offer(catalog, subject) for subject in match.subjects])
    elsewhere = find(words, tuple(kind for kind in KINDS if kind not in kinds), catalog)
    if not elsewhere.sure:
        return cards.no_match(words, where, *every, hint="" if where else "Try fewer or other words.")
    other = offer(catalog, elsewhere.subjects[0])
    hint = f"Did you mean “{other.title}” ({other.what})?"
    return cards.no_match(words, where, Button(_short_title(catalog, other.subject), other.command), *every, hint=hint)


def find(words: str, kinds: tuple[str, ...], catalog: Catalog) -> lookup.Match:
    """A button's slug needs no search."""
    slug = words.strip().casefold()
    exact = tuple(subject for kind in kinds if get(catalog, subject := f"{kind}:{slug}") is not None)
    return lookup.Match(exact, True) if len(exact) == 1 else lookup.find(catalog, words, kinds)


def show(subject: str, command: Command, context: Context) -> Reply:
    item = get(context.catalog, subject)
    reply: Reply = import_module(_KINDS[subject.partition(":")[0]][1]).card(item, command, context)
    return reply


def offer(catalog: Catalog, subject: str) -> cards.Offer:
    return cards.Offer(subject, title(catalog, subject), KIND_NAMES[subject.partition(":")[0]], command_for(subject))


def command_for(subject: str) -> str:
    kind, _, slug = subject.partition(":")
    return _KINDS[kind][0] if kind == "office" else f"{_KINDS[kind][0]} {slug}"


def titles(catalog: Catalog, subjects: Iterable[str]) -> list[str]:
    return [title(catalog, subject) for subject in dict.fromkeys(subjects) if get(catalog, subject) is not None]


def _short_title(catalog: Catalog, subject: str) -> str:
    """The slug selects a part of a page's long title."""
    name = title(catalog, subject)
    kind, _, slug = subject.partition(":")
    return cards.title_part(slug, name) if kind == "resource" else cards.short_name(name)


def buttons(catalog: Catalog, subjects: Iterable[str], most: int) -> tuple[Button, ...]:
    """Return up to `most` buttons. Equal labels get their kind in brackets."""
    known = [subject for subject in dict.fromkeys(subjects) if get(catalog, subject) is not None][:most]
    names = [_short_title(catalog, subject) for subject in known]
    folded = [name.casefold() for name in names]
    labels = [
        f"{name} ({KIND_NAMES[subject.partition(':')[0]]})" if folded.count(name.casefold()) > 1 else name
        for subject, name in zip(known, names, strict=True)
    ]
    return tuple(Button(label, command_for(subject)) for label, subject in zip(labels, known, strict=True))
