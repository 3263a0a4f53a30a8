"""Values that the pipeline passes around, as frozen dataclasses. Every datetime is aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from jobs.states import URGENT_LEADS, CadenceKind, EntryKind, Lead, PostKind, PostState

SAMPLE = "sample"
"""The feed of the playground's samples. Look-ups leave them out unless asked for them."""


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A target of posts, as its platform ("slack", "teams" or "playground") identifies it."""

    platform: str
    workspace: str
    id: str
    name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Additional data that the platform needs to post there (Teams: service_url, kind, team_id). It is not part of the identity."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An entry as one source shows it, before anything is decided about it."""

    key: str
    """Our own id, the same from every source: "csms:67395160", "account:69523442", "cbp-trade:<guid>"."""
    feed: str
    """The feed that owns the entry: a CSMS message belongs to "csms" from whichever feed it was read."""
    number: str
    """The CSMS, CAMS, TIN or document number; "" if there is none."""
    title: str
    url: str
    published: datetime | None
    body: str | None
    """Plain text; None if the source carries none."""


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic of an entry and the reason: the words found and where ("title: drawback")."""

    topic: str
    because: str


@dataclass(frozen=True, slots=True)
class Classified:
    topics: tuple[TopicHit, ...]
    kind: EntryKind
    lead: Lead
    routine: bool


@dataclass(frozen=True, slots=True)
class NewEntry:
    parsed: Parsed
    classified: Classified


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored entry: one thing that a feed published."""

    id: int
    key: str
    feed: str
    number: str
    title: str
    url: str
    published: datetime
    """The date the feed gives, at most `first_seen`; `first_seen` if the feed gives none."""
    first_seen: datetime
    body: str | None
    kind: EntryKind
    lead: Lead
    routine: bool
    topics: tuple[TopicHit, ...]

    @property
    def sample(self) -> bool:
        """Published by the playground's buttons; never delivered anywhere else."""
        return self.feed == SAMPLE

    @property
    def urgent(self) -> bool:
        return self.lead in URGENT_LEADS


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a subscription posts. `at` is local to the subscription's zone."""

    kind: CadenceKind
    at: time | None = None
    weekday: int | None = None
    """0 is Monday; set for WEEKLY alone."""


@dataclass(frozen=True, slots=True)
class Filters:
    feeds: tuple[str, ...] = ("csms",)
    topics: tuple[str, ...] = ()
    """Any of these; () means all."""
    phrases: tuple[str, ...] = ()
    """Any of these, in addition to the topics."""
    never: tuple[str, ...] = ()
    system: bool = False

    @property
    def everything(self) -> bool:
        """Neither topics nor phrases narrow it down, so the reason for a match goes without saying."""
        return not self.topics and not self.phrases

    @property
    def normalized(self) -> "Filters":
        """Sorted and without duplicates: equal filters are equal values, which makes them the identity of a subscription."""
        feeds, topics, phrases, never = (tuple(sorted(set(each))) for each in (self.feeds, self.topics, self.phrases, self.never))
        return Filters(feeds, topics, phrases, never, self.system)


@dataclass(frozen=True, slots=True)
class SubscriptionSpec:
    """The definition of a subscription, before it is saved."""

    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool
    notes: tuple[str, ...] = ()
    """Assumptions that the parser made, for the reply. They are not stored."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel's request for entries: filters and a cadence. The filters are its identity within the channel."""

    id: int
    channel_id: int
    channel: ChannelRef
    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool
    """Nothing is posted immediately, not even guidance."""
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FeedRow:
    """The stored state of a feed. From `feeds.claim` it is also the claim: `epoch` is the claim's."""

    slug: str
    next_poll: datetime
    epoch: int
    failures: int
    seeded_at: datetime | None
    """When the first poll was stored. None: the next poll is the first, and its entries are backlog."""
    seed_floor: datetime | None
    """Set while only a part of the feed was ever read: entries published before it are backlog too."""
    last_success: datetime | None
    last_change: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    warning: str | None
    entries: int
    paused: str | None
    sources: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    id: int
    digest: str
    files: dict[str, str]
    who: str
    at: datetime
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that is due and that no post carries yet."""

    delivery: int
    entry: int
    lead: Lead
    subscription: Subscription
    due_at: datetime
    because: str


@dataclass(frozen=True, slots=True)
class Carried:
    post: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in a post. With `posted_at` the entry is in the channel already, and the post only mentions it."""

    entry: Entry
    because: str
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The earlier post that a mark or an answer refers to. `receipt` is "" until that post is sent."""

    id: str
    receipt: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The material of one post, for a renderer to compose."""

    kind: PostKind
    """NOW, DIGEST, MARK or ANSWER. `entries` of the last two are the later entry and then those that it changes."""
    channel: ChannelRef
    subscription: Subscription | None
    """The subscription whose digest this is; None for an entry posted immediately, which several may have asked for."""
    entries: tuple[Listed, ...]
    """Each entry once. Entries with `posted_at` come only in the company of two or more new ones."""
    period: datetime | None
    now: datetime
    since: datetime | None
    """The `period` of the subscription's previous digest; None for its first."""
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Post:
    id: str
    """Opaque. It goes out with the message, so that the message can be found in the channel's history."""
    channel_id: int
    channel: ChannelRef
    kind: PostKind
    subscription_id: int | None
    period: datetime | None
    state: PostState
    attempts: int
    created_at: datetime
    sending_at: datetime | None
    """When the intent to send was committed."""
    content: dict[str, Any]
    """The JSON of a Reply, so that every attempt sends the same. Empty until a mark or an answer is composed."""
    about: About | None = None


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post that shows an entry, or a further part of the digest that does."""

    id: str
    channel_id: int
    state: PostState
    part: int
    digest: object
    """Equal for the parts of one digest; for other posts their own id."""
    shows: frozenset[str]
    """Keys of the entries that it shows; empty if its content does not list them."""
    subscribed: bool
    """The channel still has a subscription, or somebody shared the entry there; other channels get no further messages."""


@dataclass(frozen=True, slots=True)
class SentPost:
    """A post that its channel shows. `content` is the JSON of a Reply."""

    id: str
    content: dict[str, Any]
    settled_at: datetime
    receipt: str
    marks: int = 0
    """Number of later entries that have marked it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The deliveries that are owed and not posted yet."""

    count: int
    """Deliveries without a sent post, due or not, including those of paused channels."""
    oldest_due: datetime | None
    unknown: int
    """Posts that may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A channel that one worker holds. A worker whose epoch is older than the channel's may settle nothing."""

    channel_id: int
    channel: ChannelRef
    epoch: int
    until: datetime
    failures: int
    """Sends in a row whose outcome is unknown."""
