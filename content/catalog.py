"""Frozen dataclasses of all content, and access to it by subject ("pti:revenue")."""

from dataclasses import dataclass, field

from content.wording import SmallTalk

KINDS = ("pti", "role", "resource", "term", "topic", "office")  #: In display order.

SECTIONS = {kind: f"{kind}s" for kind in KINDS if kind != "office"}  #: Kind -> its section of the YAML and field of `Catalog`.


class Record:
    """Compares and shows itself by its fields, as a dataclass does. To make these methods for each class takes half of the import."""

    __slots__ = ()

    def _values(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in type(self).__match_args__])  # type: ignore[attr-defined] # every dataclass has it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = zip(type(self).__match_args__, self._values(), strict=True)  # type: ignore[attr-defined] # every dataclass has it
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields)})"


class _Sourced(Record):
    __slots__ = ()
    also: tuple[str, ...]
    """Questions that it answers; for a question, its other wordings."""
    as_of: str
    """The date of the source, as exact as it is: "2026", "2026-02" or "2026-02-06". The date of `read` if the source shows none."""
    read: str
    """The date on which staff last looked at the source, or "" if nobody noted it."""
    review_by: str
    """The date by which staff look again, or "" for the default of the statement's kind."""
    status: str
    """official (CBP, the law); derived (our judgment); secondary (press, law firms: never shown)."""

    @property
    def shown(self) -> bool:
        return self.status != "secondary"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Statement(_Sourced):
    """A sentence that cards and answers show, with where it stands and when it was true."""

    text: str
    source: str
    as_of: str
    status: str = "official"
    also: tuple[str, ...] = ()
    read: str = ""
    review_by: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Question(_Sourced):
    """A question with its answer."""

    q: str
    a: str
    source: str
    as_of: str
    status: str = "official"
    also: tuple[str, ...] = ()
    read: str = ""
    review_by: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Link(Record):
    """A page, and the words that lead to it."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Contact(_Sourced):
    """A mailbox, number or page through which an office is reached, and what for."""

    value: str
    purpose: str
    source: str
    as_of: str
    audience: str = "public"
    """public; internal (never shown outside the staff's workspace)."""
    status: str = "official"
    also: tuple[str, ...] = ()
    read: str = ""
    review_by: str = ""

    @property
    def internal(self) -> bool:
        return self.audience != "public"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Center(Record):
    """A Center of Excellence and Expertise."""

    code: str
    name: str
    city: str
    source: str
    as_of: str
    also: tuple[str, ...] = ()
    """Questions that it answers, such as which Center handles toys."""
    read: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Office(Record):
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


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Pti(Record):
    """A Priority Trade Issue (19 U.S.C. 4322)."""

    slug: str
    name: str
    cbp_name: str
    statute_name: str
    url: str
    summary: Statement
    authority: tuple[Statement, ...]
    facts: tuple[Statement, ...]
    stats: tuple[Statement, ...]
    questions: tuple[Question, ...]
    tools: tuple[str, ...]
    contacts: tuple[Contact, ...]
    centers: tuple[str, ...]
    ptis: tuple[str, ...]
    roles: tuple[str, ...]
    resources: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Duty(Record):
    """One of a role's assignments or skills."""

    text: str
    also: tuple[str, ...] = ()
    """Questions that it answers."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Role(Record):
    """A job in the Office of Trade."""

    slug: str
    name: str
    summary: Statement
    assignments: tuple[Duty, ...]
    skills: tuple[Duty, ...]
    source: str
    as_of: str
    facts: tuple[Statement, ...]
    ptis: tuple[str, ...]
    resources: tuple[str, ...]
    synonyms: tuple[str, ...]
    read: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Resource(Record):
    """A page on CBP.gov."""

    slug: str
    title: str
    url: str
    state: str
    """current; moved (to `successor`); unverified (nobody has seen it); archived (not listed)."""
    summary: Statement
    successor: Link | None
    note: str
    links: tuple[Link, ...]
    ptis: tuple[str, ...]
    roles: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Term(Record):
    """A word or abbreviation of the glossary."""

    slug: str
    term: str
    expansion: str
    definition: Statement
    link: str
    aliases: tuple[str, ...]
    see: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Rule(Record):
    """Conditions for an entry to be about a topic; all that are set must hold. `content.rules` explains phrases."""

    phrases: tuple[str, ...] = ()
    """One is in the title or, unless `title_only`, in the body."""
    also: tuple[str, ...] = ()
    """One is there as well."""
    unless: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """The entry is about one of these. Such rules are tried last."""
    unless_topics: tuple[str, ...] = ()
    title_only: bool = False
    alone: bool = False
    """The entry is about no other topic."""
    because: str = ""
    """Shown next to the words that were found."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Topic(Record):
    """A subject of messages, which people subscribe to; its rules find the messages."""

    slug: str
    name: str
    is_pti: bool
    summary: Statement
    facts: tuple[Statement, ...]
    contacts: tuple[Contact, ...]
    links: tuple[Link, ...]
    ptis: tuple[str, ...]
    synonyms: tuple[str, ...]
    rules: tuple[Rule, ...]
    catches: tuple[str, ...] = ()
    """Examples of titles that are about the topic; those of `ignores` only look like it. `jobs.examples` checks them."""
    ignores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Source(Record):
    """An address of a feed, and how to read it."""

    kind: str
    """rss, drupal, jsonp, federal-register, cross-rulings or hts-releases."""
    url: str


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Feed(Record):
    """A feed that the bot polls. A subscription to all feeds leaves one out that is `by_name_only`."""

    slug: str
    name: str
    sources: tuple[Source, ...]  #: Tried in order.
    every: int  #: Seconds between polls, at least 1.
    publishes: str  #: csms; account (only CAMS and TIN messages); all.
    may_be_empty: bool
    """If not, a source without entries has failed."""
    hosts: tuple[str, ...]  #: Other hosts allowed in redirects.
    by_name_only: bool = False


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Elsewhere(Record):
    """A subject that the bot does not answer, and the official page that does. It has no card, and is none of `KINDS`."""

    slug: str
    name: str
    answer: Statement
    link: Link
    phrases: tuple[str, ...]
    """A question with one of these, and none of `unless`, is about the subject. `content.rules` explains phrases."""
    unless: tuple[str, ...]
    means: tuple[str, ...]
    """Examples of questions about the subject; those of `means_not` only look like it."""
    means_not: tuple[str, ...]
    request: str = ""
    """A kind of request that is told by its shape and is about the subject as well; "" for none. `content.search.requests` has them."""


@dataclass(frozen=True, slots=True, weakref_slot=True, repr=False, eq=False)
class Catalog(Record):
    """All content, checked. It is never changed; `dataclasses.replace` makes another."""

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
    """Subject -> its file and line, such as "ptis.yaml:41"; also of a topic's rules and examples ("topic:ace.catches[0]")."""
    elsewhere: tuple[Elsewhere, ...] = ()
    owners: dict[str, str] = field(default_factory=dict)
    """File -> the name or mailbox of the staff who own it, where the file says so."""
    synonyms: tuple[str, ...] = ()
    """Groups of words that mean the same, with commas between them. Several words are read as the first of their group."""
    paraphrases: tuple[str, ...] = ()
    """Groups of words of which one often stands where another could."""
    small_talk: tuple[SmallTalk, ...] = ()
    names: str = field(default="", init=False, compare=False, repr=False)
    """The compiled names of all kinds, which `content.search.compiling` makes; "" if there are none yet."""
    index: str = field(default="", init=False, compare=False, repr=False)
    """The compiled index over all statements; "" if there is none yet."""


def attach_compiled(catalog: Catalog, names: str, index: str) -> Catalog:
    """Give a catalog what was compiled from it. `dataclasses.replace` leaves that out, because it does not fit a changed catalog."""
    object.__setattr__(catalog, "names", names)
    object.__setattr__(catalog, "index", index)
    return catalog


Content = Pti | Role | Resource | Term | Topic | Office


def members(catalog: Catalog, kind: str) -> tuple[Content, ...]:
    if kind == "office":
        return (catalog.office,)
    found: tuple[Content, ...] = getattr(catalog, SECTIONS[kind]) if kind in SECTIONS else ()
    return found


def get(catalog: Catalog, subject: str) -> Content | None:
    kind, _, slug = subject.partition(":")
    return next((item for item in members(catalog, kind) if item.slug == slug), None)


def title(catalog: Catalog, subject: str) -> str:
    item = get(catalog, subject)
    if item is None:
        return subject
    return next(str(getattr(item, name)) for name in ("name", "title", "term") if hasattr(item, name))
