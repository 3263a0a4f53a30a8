"""The catalog: all content as frozen dataclasses, and access to it by subject.

`content.loading` validates the YAML with pydantic and builds these. They do not need pydantic, so the command line can load them
from the cache in a few milliseconds.

An `as_of` date is a string as exact as its source: "2026", "2026-02" or "2026-02-06".
"""

from dataclasses import dataclass, field

KINDS = ("pti", "role", "resource", "term", "topic", "office")
"""The kinds of content, in display order."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact in our own words, with its source and the date of the source."""

    text: str
    source: str
    as_of: str
    status: str = "official"
    """official: a page or message of CBP, or the law; derived: our own judgment; secondary: a press or law firm report, never shown."""

    @property
    def shown(self) -> bool:
        return self.status != "secondary"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that people ask, with its answer."""

    q: str
    a: str
    source: str
    as_of: str
    status: str = "official"

    @property
    def shown(self) -> bool:
        return self.status != "secondary"


@dataclass(frozen=True, slots=True)
class Link:
    """An https link."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A mailbox or telephone number, and what to ask there."""

    value: str
    purpose: str
    source: str
    as_of: str
    audience: str = "public"
    """public, or internal: never shown outside the staff's own workspace."""
    status: str = "official"

    @property
    def shown(self) -> bool:
        return self.status != "secondary"


@dataclass(frozen=True, slots=True)
class Center:
    """A Center of Excellence and Expertise."""

    code: str
    name: str
    city: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Office:
    """The Office of Trade."""

    slug: str
    name: str
    motto: str
    mission: tuple[Statement, ...]
    facts: tuple[Statement, ...]
    questions: tuple[Question, ...]
    links: tuple[Link, ...]
    contacts: tuple[Contact, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pti:
    """A Priority Trade Issue (19 U.S.C. 4322)."""

    slug: str
    name: str
    """The name on the flyer, which the bot uses as the official one."""
    cbp_name: str
    """The name on cbp.gov."""
    statute_name: str
    """The name in the statute."""
    url: str
    summary: Statement
    authority: tuple[Statement, ...]
    facts: tuple[Statement, ...]
    stats: tuple[Statement, ...]
    questions: tuple[Question, ...]
    tools: tuple[str, ...]
    contacts: tuple[Contact, ...]
    centers: tuple[str, ...]
    """Codes of Centers, such as "004"."""
    ptis: tuple[str, ...]
    roles: tuple[str, ...]
    resources: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A role in the Office of Trade, with one entry for each assignment and skill on the careers page."""

    slug: str
    name: str
    summary: Statement
    assignments: tuple[str, ...]
    skills: tuple[str, ...]
    source: str
    as_of: str
    facts: tuple[Statement, ...]
    ptis: tuple[str, ...]
    resources: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A trade resource on the flyer: a page of cbp.gov."""

    slug: str
    title: str
    url: str
    state: str
    """current; moved (see `successor`); unverified (nobody has seen the page); archived (out of date, left out of the list)."""
    summary: Statement
    successor: Link | None
    note: str
    links: tuple[Link, ...]
    ptis: tuple[str, ...]
    roles: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry."""

    slug: str
    term: str
    expansion: str
    definition: Statement
    link: str
    aliases: tuple[str, ...]
    see: tuple[str, ...]
    """Subjects that say more, such as "pti:revenue"."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that decides whether an entry is about a topic: every condition that is set must hold. `content.rules` defines phrases."""

    phrases: tuple[str, ...] = ()
    """At least one is in the title or, unless `title_only`, in the body."""
    also: tuple[str, ...] = ()
    """At least one of these is there as well."""
    unless: tuple[str, ...] = ()
    """None of these is there."""
    kinds: tuple[str, ...] = ()
    """The entry is of one of these kinds (`content.loading.references.ENTRY_KINDS`)."""
    topics: tuple[str, ...] = ()
    """The entry is about one of these topics. Such rules are tried last, in file order."""
    unless_topics: tuple[str, ...] = ()
    title_only: bool = False
    alone: bool = False
    """The entry is about no other topic."""
    because: str = ""
    """An explanation shown next to the words that were found."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that an entry can be about: one of the seven PTIs or a few others."""

    slug: str
    name: str
    is_pti: bool
    summary: Statement
    facts: tuple[Statement, ...]
    contacts: tuple[Contact, ...]
    links: tuple[Link, ...]
    ptis: tuple[str, ...]
    """The PTIs that take questions about it."""
    synonyms: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """An address and format of a feed."""

    kind: str
    """rss, drupal, jsonp or federal-register."""
    url: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to poll. `sources` are tried in order until one works."""

    slug: str
    name: str
    sources: tuple[Source, ...]
    every: int
    """Seconds between polls, at least 1."""
    publishes: str
    """csms: every CSMS message; account: only CAMS and TIN messages; all: everything."""
    may_be_empty: bool
    """If False, a source without entries counts as failed and the next one is tried."""
    hosts: tuple[str, ...]
    """Hosts to which a redirect may lead, in addition to the source's own."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All content, immutable. `digest` identifies the exact files it was made from."""

    digest: str
    office: Office
    centers: tuple[Center, ...]
    ptis: tuple[Pti, ...]
    roles: tuple[Role, ...]
    resources: tuple[Resource, ...]
    terms: tuple[Term, ...]
    topics: tuple[Topic, ...]
    feeds: tuple[Feed, ...]
    places: dict[str, str] = field(default_factory=dict)
    """Subject -> its file and line ("pti:revenue" -> "ptis.yaml:41"), for "Report a problem"."""


Content = Pti | Role | Resource | Term | Topic | Office
"""The content that a subject names. A subject is "kind:slug", such as "pti:revenue"."""


def members(catalog: Catalog, kind: str) -> tuple[Content, ...]:
    """Return all content of one kind."""
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
    """Return the content that a subject names, or None."""
    kind, _, slug = subject.partition(":")
    return next((item for item in members(catalog, kind) if item.slug == slug), None)


def title(catalog: Catalog, subject: str) -> str:
    """Return a subject's display name, or the subject itself if it does not exist."""
    item = get(catalog, subject)
    if item is None:
        return subject
    return next(str(getattr(item, name)) for name in ("name", "title", "term") if hasattr(item, name))
