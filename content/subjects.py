"""A subject names one piece of content as "kind:slug": "pti:revenue"."""

from content.catalog import Catalog, Office, Pti, Resource, Role, Term, Topic

Content = Pti | Role | Resource | Term | Topic | Office


def members(catalog: Catalog, kind: str) -> tuple[Content, ...]:
    """Everything of one kind."""
    if kind == "office":
        return (catalog.office,)
    table: dict[str, tuple[Content, ...]] = {
        "pti": catalog.ptis,
        "role": catalog.roles,
        "resource": catalog.resources,
        "term": catalog.terms,
        "topic": catalog.topics,
    }
    return table.get(kind, ())


def get(catalog: Catalog, subject: str) -> Content | None:
    """The content that "pti:revenue" names."""
    kind, _, slug = subject.partition(":")
    return next((item for item in members(catalog, kind) if item.slug == slug), None)


def title(catalog: Catalog, subject: str) -> str:
    """The name of a subject as lists show it; the subject itself when there is none."""
    item = get(catalog, subject)
    if item is None:
        return subject
    return next(str(getattr(item, name)) for name in ("name", "title", "term") if hasattr(item, name))
