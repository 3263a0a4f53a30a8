"""Find the content that words mean, and show its card. A subject such as "pti:revenue" is one piece of content."""

from __future__ import annotations

from importlib import import_module

from content.catalog import KINDS, Resource, Term, Topic, get, title
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


def find(words: str, kinds: tuple[str, ...], catalog: Catalog) -> lookup.Match:
    """A button's slug needs no search."""
    return _by_slug(words, kinds, catalog) or lookup.find(catalog, words, kinds)


def find_name(words: str, kinds: tuple[str, ...], catalog: Catalog, *, strictly: bool = True) -> lookup.Match:
    """Return what the words name: with every word, or not `strictly`, beside words such as "what is"."""
    return _by_slug(words, kinds, catalog) or lookup.find_name(catalog, words, kinds, strictly=strictly)


def _by_slug(words: str, kinds: tuple[str, ...], catalog: Catalog) -> lookup.Match | None:
    slug = words.strip().casefold()
    exact = tuple(subject for kind in kinds if get(catalog, subject := f"{kind}:{slug}") is not None)
    return lookup.Match(exact, True) if len(exact) == 1 else None


def without_double(catalog: Catalog, subjects: tuple[str, ...]) -> tuple[str, ...]:
    """Drop a subject that an earlier one leads to, or that leads to an earlier one: they are not two meanings."""
    kept: list[str] = []
    for subject in subjects:
        if not any(subject in _related(catalog, other) or other in _related(catalog, subject) for other in kept):
            kept.append(subject)
    return tuple(kept)


def narrowest(catalog: Catalog, subjects: tuple[str, ...]) -> str:
    """Return the term or topic that is a part of the first subject, a PTI: a continuous bond, not all of Revenue. Else the first."""
    first = subjects[0]
    parts = (each for each in subjects if each.startswith(("term:", "topic:")) and each.partition(":")[2] != first.partition(":")[2])
    return next((each for each in parts if first in _related(catalog, each)), first) if first.startswith("pti:") else first


def _related(catalog: Catalog, subject: str) -> set[str]:
    item = get(catalog, subject)
    slug = subject.partition(":")[2]
    listed = {f"{kind}:{slug}" for kind in KINDS}
    if isinstance(item, Term):
        return listed | set(item.see)
    if isinstance(item, Topic | Resource):
        return listed | {f"pti:{other}" for other in item.ptis}
    return listed


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
