"""Values of the pipeline, as frozen dataclasses. Every datetime is aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from jobs.states import URGENT_LEADS, CadenceKind, EntryKind, Lead, PostKind, PostState

SAMPLE = "sample"  #: The feed of the playground's samples, which lookups leave out by default.


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A target of posts on "slack", "teams" or "playground"."""

    platform: str
    workspace: str
    id: str
    name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Other values that the platform needs to post there (Teams: service_url, kind, team_id); not part of the identity."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An entry as one source shows it."""

    key: str  #: The same from every source: "csms:67395160", "account:69523442", "cbp-trade:<guid>".
    feed: str  #: The feed that owns the entry, not the one it was read from.
    number: str  #: The CSMS, CAMS, TIN or document number, or "".
    title: str
    url: str
    published: datetime | None
    body: str | None  #: Plain text.


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic of an entry and the words found ("title: drawback")."""

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
    """A stored entry."""

    id: int
    key: str
    feed: str
    number: str
    title: str
    url: str
    published: datetime  #: The feed's date, at most `first_seen`, which also replaces a missing one.
    first_seen: datetime
    body: str | None
    kind: EntryKind
    lead: Lead
    routine: bool
    topics: tuple[TopicHit, ...]

    @property
    def sample(self) -> bool:
        """From the playground's buttons; never delivered anywhere else."""
        return self.feed == SAMPLE

    @property
    def urgent(self) -> bool:
        return self.lead in URGENT_LEADS


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a subscription posts; `at` is local to its zone."""

    kind: CadenceKind
    at: time | None = None
    weekday: int | None = None  #: 0 is Monday; set for WEEKLY alone.


@dataclass(frozen=True, slots=True)
class Filters:
    feeds: tuple[str, ...] = ("csms",)
    topics: tuple[str, ...] = ()  #: Any of these; () means all.
    phrases: tuple[str, ...] = ()  #: Any of these, in addition to the topics.
    never: tuple[str, ...] = ()
    system: bool = False

    @property
    def everything(self) -> bool:
        """Neither topics nor phrases narrow it down."""
        return not self.topics and not self.phrases

    @property
    def normalized(self) -> "Filters":
        """Sorted and without duplicates; this is the identity of a subscription."""
        feeds, topics, phrases, never = (tuple(sorted(set(each))) for each in (self.feeds, self.topics, self.phrases, self.never))
        return Filters(feeds, topics, phrases, never, self.system)


@dataclass(frozen=True, slots=True)
class SubscriptionSpec:
    """A subscription before it is saved."""

    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool
    notes: tuple[str, ...] = ()  #: The parser's assumptions, for the reply; not stored.


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel's request for entries. The filters are its identity within the channel."""

    id: int
    channel_id: int
    channel: ChannelRef
    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool  #: Nothing is posted immediately, not even guidance.
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed's row. From `feeds.claim` it is also the claim, with its `epoch`."""

    slug: str
    next_poll: datetime
    epoch: int
    failures: int
    seeded_at: datetime | None  #: When the first poll was stored; until then entries are backlog.
    seed_floor: datetime | None  #: Set while only a part of the feed was read: older entries are backlog too.
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
    """A due delivery that no post carries."""

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
    """An entry in a post; with `posted_at` it is in the channel already and only mentioned."""

    entry: Entry
    because: str
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The earlier post of a mark or an answer. `receipt` is "" until it is sent."""

    id: str
    receipt: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The material of one post."""

    kind: PostKind  #: NOW, DIGEST, MARK or ANSWER. The last two have the later entry first, then those that it changes.
    channel: ChannelRef
    subscription: Subscription | None  #: Whose digest this is; None for an immediate post, which several may have asked for.
    entries: tuple[Listed, ...]  #: Each once. Those with `posted_at` only accompany two or more new ones.
    period: datetime | None
    now: datetime
    since: datetime | None  #: The `period` of the previous digest.
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Post:
    id: str  #: Opaque. The message carries it, so that it can be found in the history.
    channel_id: int
    channel: ChannelRef
    kind: PostKind
    subscription_id: int | None
    period: datetime | None
    state: PostState
    attempts: int
    created_at: datetime
    sending_at: datetime | None  #: When the intent was committed.
    content: dict[str, Any]  #: The JSON of a Reply, the same for every attempt; empty until a mark or an answer is composed.
    about: About | None = None


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post that shows an entry, or another part of its digest."""

    id: str
    channel_id: int
    state: PostState
    part: int
    digest: object  #: Equal for the parts of one digest.
    shows: frozenset[str]  #: Keys of the entries it lists.
    subscribed: bool  #: The channel still has a subscription, or somebody shared the entry there.


@dataclass(frozen=True, slots=True)
class SentPost:
    """A post that its channel shows."""

    id: str
    content: dict[str, Any]
    settled_at: datetime
    receipt: str
    marks: int = 0  #: Number of later entries that have marked it.


@dataclass(frozen=True, slots=True)
class Waiting:
    count: int  #: Deliveries without a sent post, due or not, also in paused channels.
    oldest_due: datetime | None
    unknown: int  #: Posts that may or may not have arrived.


@dataclass(frozen=True, slots=True)
class Claim:
    """A channel that one worker holds. With an older epoch than the channel's it settles nothing."""

    channel_id: int
    channel: ChannelRef
    epoch: int
    until: datetime
    failures: int  #: Consecutive sends with an unknown outcome.
