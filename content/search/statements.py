"""Collect every statement of the catalog that can answer a question."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from content.catalog import (
    KINDS,
    Catalog,
    Contact,
    Content,
    Elsewhere,
    Link,
    Office,
    Pti,
    Question,
    Resource,
    Role,
    Statement,
    Term,
    Topic,
    members,
)
from content.search.audience import CatalogKey, of_catalogs

ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Passage:
    """One statement with its subject."""

    subject: str
    kind: str
    """qa, fact, stat, summary, definition, contact, tools, authority, center, assignment, skill, page, note, link, motto or elsewhere."""
    text: str
    origin: Statement | Question | Contact
    """Its source and date."""
    heads: tuple[str, ...] = ()
    """Words that ask for it and are not part of it: the wordings of a question, the names of a term."""
    label: str = ""
    """Shown beside the text: the address of a contact, the question of a Q&A, the name of a term, the title of a page."""
    link: str = ""
    also: tuple[str, ...] = ()
    """Questions that it answers, as the content lists them."""

    @property
    def internal(self) -> bool:
        """Only people from the staff's own workspace may see it."""
        return isinstance(self.origin, Contact) and self.origin.internal


def passages(catalog: Catalog) -> tuple[Passage, ...]:
    """Return all statements in the order of the content, the internal ones last. Statements that are not shown are left out."""
    return _passages(CatalogKey(catalog))


@of_catalogs
@lru_cache(maxsize=4)
def _passages(catalog_key: CatalogKey) -> tuple[Passage, ...]:
    catalog = catalog_key.catalog
    found = [
        passage
        for kind in KINDS
        for item in members(catalog, kind)
        if not (isinstance(item, Topic) and item.is_pti)
        for passage in _of(f"{kind}:{item.slug}", item)
    ]
    everything = (*found, *_centers(catalog), *map(_of_elsewhere, catalog.elsewhere))
    return tuple(sorted(everything, key=lambda passage: passage.internal))


def _of_elsewhere(entry: Elsewhere) -> Passage:
    """Return what the bot says about a subject that it does not answer. It has no subject with a card."""
    heads = (entry.name, *entry.means, *entry.phrases)
    return Passage(f"{ELSEWHERE}:{entry.slug}", ELSEWHERE, entry.answer.text, entry.answer, heads, entry.link.title, entry.link.url)


def _of(subject: str, item: Content) -> Iterator[Passage]:
    match item:
        case Pti():
            yield from _stated(subject, "summary", (item.summary,))
            yield from _asked(subject, item.questions)
            yield from _stated(subject, "fact", item.facts)
            yield from _stated(subject, "authority", item.authority)
            yield from _stated(subject, "stat", item.stats)
            yield from _reached(subject, item.contacts)
            if item.tools:
                text = "; ".join(item.tools)
                yield Passage(subject, "tools", text, Statement(text, "", ""), ("tools systems software", *item.tools), link=item.url)
        case Role():
            yield from _stated(subject, "summary", (item.summary,))
            for kind, lines in (("assignment", item.assignments), ("skill", item.skills)):
                for duty in lines:
                    origin = Statement(duty.text, item.source, item.as_of, read=item.read)
                    yield Passage(subject, kind, duty.text, origin, also=duty.also)
            yield from _stated(subject, "fact", item.facts)
        case Resource():
            yield from _paged(subject, item)
        case Term():
            yield from _defined(subject, item)
        case Topic():
            yield from _stated(subject, "summary", (item.summary,))
            yield from _stated(subject, "fact", item.facts)
            yield from _reached(subject, item.contacts)
            yield from _linked(subject, item.links)
        case Office():
            yield Passage(subject, "motto", item.motto, Statement(item.motto, "flyer", ""), ("motto slogan",))
            yield from _stated(subject, "summary", item.mission, heads=("mission",))
            yield from _asked(subject, item.questions)
            yield from _stated(subject, "fact", item.facts)
            yield from _reached(subject, item.contacts)
            yield from _linked(subject, item.links)


def _stated(subject: str, kind: str, statements: Iterable[Statement], heads: tuple[str, ...] = ()) -> Iterator[Passage]:
    for said in statements:
        if said.shown:
            yield Passage(subject, kind, said.text, said, heads, also=said.also)


def _asked(subject: str, questions: Iterable[Question]) -> Iterator[Passage]:
    for item in questions:
        if item.shown:
            yield Passage(subject, "qa", item.a, item, (item.q, *item.also), item.q)


def _reached(subject: str, contacts: Iterable[Contact]) -> Iterator[Passage]:
    for item in contacts:
        if item.shown:
            yield Passage(subject, "contact", item.purpose, item, (), item.value, also=item.also)


def _paged(subject: str, resource: Resource) -> Iterator[Passage]:
    page, said = resource.successor or Link(resource.title, resource.url), resource.summary
    is_old = resource.state in ("archived", "moved") and bool(resource.note)
    if said.shown:
        text = f"{said.text} {resource.note}" if is_old else said.text
        yield Passage(subject, "page", text, said, (resource.title,), page.title, page.url, said.also)
    if resource.note and not is_old:
        note = Statement(resource.note, said.source, said.as_of, said.status, read=said.read)
        yield Passage(subject, "note", resource.note, note, (), page.title, page.url)
    yield from _linked(subject, resource.links)


def _linked(subject: str, links: Iterable[Link]) -> Iterator[Passage]:
    for link in links:
        yield Passage(subject, "link", link.title, Statement(link.title, "", ""), link=link.url)


def _defined(subject: str, term: Term) -> Iterator[Passage]:
    said = term.definition
    if said.shown:
        names = tuple(filter(None, (term.term, term.expansion, *term.aliases)))
        label = f"{term.term}: {term.expansion}" if term.expansion else term.term
        yield Passage(subject, "definition", said.text, said, names, label, term.link, said.also)


def _centers(catalog: Catalog) -> Iterator[Passage]:
    for center in catalog.centers:
        text = f"{center.name}: {center.city}"
        said = Statement(text, center.source, center.as_of, read=center.read)
        heads = ("center of excellence and expertise CEE",)
        yield Passage(f"office:{catalog.office.slug}", "center", text, said, heads, also=center.also)
