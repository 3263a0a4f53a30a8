"""Find the content that words mean and show its card.

A subject names one piece of content as "kind:slug", such as "pti:revenue".
"""

from __future__ import annotations

from importlib import import_module

from content.catalog import KINDS, get, title
from content.search import lookup
from handlers.replies import cards
from handlers.replies.reply import Button, Reply

TYPE_CHECKING = False  # importing typing costs half as much as starting Python
if TYPE_CHECKING:
    from collections.abc import Iterable

    from content.catalog import Catalog
    from handlers.command import Command, Context

_COMMANDS = {
    "pti": "/pti",
    "role": "/role",
    "resource": "/trade resource",
    "term": "/trade term",
    "topic": "/trade topic",
    "office": "/trade office",
}

KIND_NAMES = {
    "pti": "Priority Trade Issue",
    "role": "role in the Office of Trade",
    "resource": "trade page on CBP.gov",
    "term": "glossary",
    "topic": "topic",
    "office": "the office itself",
}

_CARDS = {
    "pti": "handlers.pti",
    "role": "handlers.roles",
    "resource": "handlers.resources",
    "term": "handlers.glossary",
    "topic": "handlers.topics",
    "office": "handlers.office",
}
"""The module whose `card(item, command, context)` shows each kind. Imported on first use."""


def answer(words: str, kinds: tuple[str, ...], command: Command, context: Context, where: str, *every: Button) -> Reply:
    """Return the card that the words mean, a choice of up to three, or a reply that nothing was found.

    `where` completes "Nothing found for … "; `every` holds the buttons to offer then. An exact match of another kind is offered, too.
    """
    catalog = context.catalog
    match = find(words, kinds, catalog)
    if match.sure:
        return show(match.subjects[0], command, context)
    if match.subjects:
        return cards.choice(words, [offer(catalog, subject) for subject in match.subjects])
    elsewhere = find(words, tuple(kind for kind in KINDS if kind not in kinds), catalog)
    if not elsewhere.sure:
        return cards.no_match(words, where, *every)
    other = offer(catalog, elsewhere.subjects[0])
    hint = f"But there is “{other.title}” ({other.what})."
    return cards.no_match(words, where, Button(_short_title(catalog, other.subject), other.command), *every, hint=hint)


def find(words: str, kinds: tuple[str, ...], catalog: Catalog) -> lookup.Match:
    """Find what the words mean. A slug, which is what buttons send, is matched without a search."""
    slug = words.strip().casefold()
    exact = tuple(subject for kind in kinds if get(catalog, subject := f"{kind}:{slug}") is not None)
    return lookup.Match(exact, True) if len(exact) == 1 else lookup.find(catalog, words, kinds)


def show(subject: str, command: Command, context: Context) -> Reply:
    """Return the subject's card."""
    item = get(context.catalog, subject)
    reply: Reply = import_module(_CARDS[subject.partition(":")[0]]).card(item, command, context)
    return reply


def offer(catalog: Catalog, subject: str) -> cards.Offer:
    return cards.Offer(subject, title(catalog, subject), KIND_NAMES[subject.partition(":")[0]], command_for(subject))


def command_for(subject: str) -> str:
    """Return the command that shows the subject."""
    kind, _, slug = subject.partition(":")
    return _COMMANDS[kind] if kind == "office" else f"{_COMMANDS[kind]} {slug}"


def titles(catalog: Catalog, subjects: Iterable[str]) -> list[str]:
    """Return the titles of the subjects that the catalog has."""
    return [title(catalog, subject) for subject in dict.fromkeys(subjects) if get(catalog, subject) is not None]


def _short_title(catalog: Catalog, subject: str) -> str:
    """Return a title that fits on a button. A trade page's title is a sentence, so it becomes the part that its slug names."""
    name = title(catalog, subject)
    kind, _, slug = subject.partition(":")
    return cards.title_part(slug, name) if kind == "resource" else cards.short_name(name)


def buttons(catalog: Catalog, subjects: Iterable[str], most: int) -> tuple[Button, ...]:
    """Return up to `most` buttons that lead to subjects in the catalog. Equal labels are told apart by their kind."""
    known = [subject for subject in dict.fromkeys(subjects) if get(catalog, subject) is not None][:most]
    names = [_short_title(catalog, subject) for subject in known]
    folded = [name.casefold() for name in names]
    labels = [
        f"{name} ({KIND_NAMES[subject.partition(':')[0]]})" if folded.count(name.casefold()) > 1 else name
        for subject, name in zip(known, names, strict=True)
    ]
    return tuple(Button(label, command_for(subject)) for label, subject in zip(labels, known, strict=True))
