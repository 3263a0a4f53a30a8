"""From a subject ("pti:revenue") to its name, its command and its card."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from content import lookup
from handlers import cards
from handlers.reply import Button, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from content.models import Catalog
    from handlers.command import Command, Context

COMMANDS = {
    "pti": "/pti",
    "role": "/role",
    "resource": "/trade resource",
    "term": "/trade term",
    "topic": "/trade topic",
    "office": "/trade office",
}

WHAT = {
    "pti": "Priority Trade Issue",
    "role": "role in the Office of Trade",
    "resource": "trade page on CBP.gov",
    "term": "glossary",
    "topic": "topic",
    "office": "the office itself",
}

CARDS = {
    "pti": "handlers.pti",
    "role": "handlers.roles",
    "resource": "handlers.resources",
    "term": "handlers.glossary",
    "topic": "handlers.topics",
    "office": "handlers.office",
}
"""The module whose `card(item, command, context)` shows it; loaded when it is needed."""


def command_for(subject: str) -> str:
    kind, _, slug = subject.partition(":")
    return COMMANDS[kind] if kind == "office" else f"{COMMANDS[kind]} {slug}"


def offer(catalog: Catalog, subject: str) -> cards.Offer:
    kind = subject.partition(":")[0]
    return cards.Offer(subject, lookup.title(catalog, subject), WHAT[kind], command_for(subject))


def buttons(catalog: Catalog, subjects: Iterable[str], most: int) -> tuple[Button, ...]:
    """Buttons that lead to the subjects, as many as fit; a subject that is not in the catalog has none."""
    known = [subject for subject in dict.fromkeys(subjects) if lookup.get(catalog, subject) is not None]
    return tuple(Button(cards.short(lookup.title(catalog, subject)), command_for(subject)) for subject in known[:most])


def show(subject: str, command: Command, context: Context) -> Reply:
    """The subject's card."""
    item = lookup.get(context.catalog, subject)
    reply: Reply = import_module(CARDS[subject.partition(":")[0]]).card(item, command, context)
    return reply


def find(words: str, kinds: tuple[str, ...], catalog: Catalog) -> lookup.Match:
    """As content.lookup finds it; but a slug, as buttons write it, is always exactly its own subject."""
    slug = words.strip().casefold()
    exact = [f"{kind}:{slug}" for kind in kinds if lookup.get(catalog, f"{kind}:{slug}") is not None]
    return lookup.Match((exact[0],), True) if len(exact) == 1 else lookup.find(catalog, words, kinds)


def nothing(words: str, where: str, elsewhere: tuple[str, ...], catalog: Catalog, every: Button) -> Reply:
    """No match where it was looked for; when another kind has exactly that, says so beside the offer of the list."""
    match = find(words, elsewhere, catalog)
    if not match.sure or not match.subjects:
        return cards.nothing(words, where, every)
    other = offer(catalog, match.subjects[0])
    hint = f"But there is “{other.title}” ({other.what})."
    return cards.nothing(words, where, Button(cards.short(other.title), other.command), every, hint=hint)
