"""The kinds of content, as the rest of the house sees them: frozen, and free of pydantic.

The YAML is checked by `content.loading.schema` (pydantic) and turned into these. They are kept light on
purpose: the command line loads them from a compiled index and nothing else.

Dates named `as_of` are strings as precise as the source is ("2026", "2026-02", "2026-02-06").
"""

from dataclasses import dataclass, field

KINDS = ("pti", "role", "resource", "term", "topic", "office")
"""The kinds of content, in the order in which lists show them."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is so, in our own words, with where it was read and when that was true."""

    text: str
    source: str
    as_of: str
    status: str = "official"
    """official: a page or message of CBP or of the law; derived: our own judgement; secondary: a press or law-firm report, never shown."""

    @property
    def shown(self) -> bool:
        return self.status != "secondary"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that people ask, and the answer to it."""

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
    """An https link with its words."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A mailbox or a telephone number and what it is for."""

    value: str
    purpose: str
    source: str
    as_of: str
    audience: str = "public"
    """public, or internal: then it never leaves the staff's own workspace."""
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
    """The Office of Trade itself."""

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
    """The flyer's name, which is the official one for us."""
    cbp_name: str
    """As cbp.gov writes it today."""
    statute_name: str
    """As the statute writes it."""
    url: str
    summary: Statement
    authority: tuple[Statement, ...]
    facts: tuple[Statement, ...]
    stats: tuple[Statement, ...]
    questions: tuple[Question, ...]
    tools: tuple[str, ...]
    contacts: tuple[Contact, ...]
    centers: tuple[str, ...]
    """Codes of Centers ("004")."""
    ptis: tuple[str, ...]
    roles: tuple[str, ...]
    resources: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A role in the Office of Trade. Every assignment and every skill of the careers page is one entry here."""

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
    """One of the flyer's trade resources: a page of cbp.gov."""

    slug: str
    title: str
    url: str
    state: str
    """current; moved (then `successor`); unverified (the page itself was not seen); archived (stale: left out of the list)."""
    summary: Statement
    successor: Link | None
    note: str
    links: tuple[Link, ...]
    ptis: tuple[str, ...]
    roles: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary."""

    slug: str
    term: str
    expansion: str
    definition: Statement
    link: str
    aliases: tuple[str, ...]
    see: tuple[str, ...]
    """Subjects that say more, as "pti:revenue"."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When an entry is about a topic: everything that is filled in must be so. Phrases are written as `content.rules` says."""

    phrases: tuple[str, ...] = ()
    """Any of them in the title (and, unless `title_only`, in the body)."""
    also: tuple[str, ...] = ()
    """Any of these beside it."""
    unless: tuple[str, ...] = ()
    """None of these."""
    kinds: tuple[str, ...] = ()
    """The entry is of one of these kinds (`jobs.models.KINDS`)."""
    topics: tuple[str, ...] = ()
    """One of these topics was found; such rules are tried last, in the order of the file."""
    unless_topics: tuple[str, ...] = ()
    title_only: bool = False
    alone: bool = False
    """Then the entry is about nothing else."""
    because: str = ""
    """Said to people beside the words that were found."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What an entry can be about: the seven PTIs and a few beside them."""

    slug: str
    name: str
    is_pti: bool
    summary: Statement
    facts: tuple[Statement, ...]
    contacts: tuple[Contact, ...]
    links: tuple[Link, ...]
    ptis: tuple[str, ...]
    """The PTIs that staff send such questions to."""
    synonyms: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a feed is read and in which format."""

    kind: str
    """rss, drupal, jsonp or federal-register."""
    url: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed that is polled. `sources[0]` is the first choice, the others stand in when it fails."""

    slug: str
    name: str
    sources: tuple[Source, ...]
    every: int
    """Seconds between polls, at least 1."""
    publishes: str
    """csms: every CSMS; account: only CAMS and TIN; all: everything."""
    may_be_empty: bool
    """False: no entries at all is a failure and the next source is tried."""
    hosts: tuple[str, ...]
    """Hosts beside the sources' own to which a redirect may lead."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All content together, immutable. `digest` names exactly the files it came from."""

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
    """Where each subject stands: "pti:revenue" -> "ptis.yaml:41", for "Report a problem"."""


Content = Pti | Role | Resource | Term | Topic | Office
"""Whatever a subject names. A subject is "kind:slug", such as "pti:revenue"."""


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
