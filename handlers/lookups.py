"""From a subject ("pti:revenue") to its name, its command and its card."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from handlers.replies import cards
from handlers.replies.reply import Button, Reply

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from collections.abc import Iterable

    from content.catalog import Catalog, Office, Pti, Resource, Role, Term, Topic
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


@dataclass(frozen=True, slots=True)
class Found:
    """As content.search.lookup.Match: one subject and sure, or one to three to offer, or none."""

    subjects: tuple[str, ...]
    sure: bool


def find(words: str, kinds: tuple[str, ...], catalog: Catalog) -> Found:
    """What the words mean. A slug, as buttons write it, is exactly its own subject, and costs no search."""
    slug = words.strip().casefold()
    exact = [f"{kind}:{slug}" for kind in kinds if get(catalog, f"{kind}:{slug}") is not None]
    if len(exact) == 1:
        return Found((exact[0],), True)
    from content.search import lookup

    match = lookup.find(catalog, words, kinds)
    return Found(match.subjects, match.sure and len(match.subjects) == 1)


def get(catalog: Catalog, subject: str) -> Pti | Role | Resource | Term | Topic | Office | None:
    """The content that "pti:revenue" names."""
    kind, _, slug = subject.partition(":")
    members: dict[str, tuple[Pti | Role | Resource | Term | Topic | Office, ...]] = {
        "pti": catalog.ptis,
        "role": catalog.roles,
        "resource": catalog.resources,
        "term": catalog.terms,
        "topic": catalog.topics,
        "office": (catalog.office,),
    }
    return next((item for item in members.get(kind, ()) if item.slug == slug), None)


def title(catalog: Catalog, subject: str) -> str:
    """The name of a subject as lists show it; the subject itself when there is none."""
    item = get(catalog, subject)
    return next((str(getattr(item, name)) for name in ("name", "title", "term") if hasattr(item, name)), subject)


def titles(catalog: Catalog, subjects: Iterable[str]) -> list[str]:
    """The names of those subjects that the catalog has."""
    return [title(catalog, subject) for subject in dict.fromkeys(subjects) if get(catalog, subject) is not None]


def short(catalog: Catalog, subject: str) -> str:
    """A subject's name as a button can hold it. Of a trade page, whose title is a sentence: the part of it that its slug names."""
    name = title(catalog, subject)
    kind, _, slug = subject.partition(":")
    return cards.named_by(slug, name) if kind == "resource" else cards.short(name)


def buttons(catalog: Catalog, subjects: Iterable[str], most: int) -> tuple[Button, ...]:
    """Buttons that lead to the subjects, as many as fit, where two of one name say what they are; a subject that is not in the catalog
    has none."""
    known = [subject for subject in dict.fromkeys(subjects) if get(catalog, subject) is not None][:most]
    names = [short(catalog, subject) for subject in known]
    same = [name.casefold() for name in names]
    labels = [
        f"{name} ({WHAT[subject.partition(':')[0]]})" if same.count(name.casefold()) > 1 else name
        for subject, name in zip(known, names, strict=True)
    ]
    return tuple(Button(label, command_for(subject)) for label, subject in zip(labels, known, strict=True))


def command_for(subject: str) -> str:
    kind, _, slug = subject.partition(":")
    return COMMANDS[kind] if kind == "office" else f"{COMMANDS[kind]} {slug}"


def offer(catalog: Catalog, subject: str) -> cards.Offer:
    kind = subject.partition(":")[0]
    return cards.Offer(subject, title(catalog, subject), WHAT[kind], command_for(subject))


def show(subject: str, command: Command, context: Context) -> Reply:
    """The subject's card."""
    item = get(context.catalog, subject)
    reply: Reply = import_module(CARDS[subject.partition(":")[0]]).card(item, command, context)
    return reply


def nothing(words: str, where: str, elsewhere: tuple[str, ...], catalog: Catalog, every: Button) -> Reply:
    """No match where it was looked for; when another kind has exactly that, says so beside the offer of the list."""
    found = find(words, elsewhere, catalog)
    if not found.sure:
        return cards.nothing(words, where, every)
    other = offer(catalog, found.subjects[0])
    hint = f"But there is “{other.title}” ({other.what})."
    return cards.nothing(words, where, Button(short(catalog, other.subject), other.command), every, hint=hint)
