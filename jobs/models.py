"""The words of the pipeline as frozen data. Every datetime is aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

KINDS = ("guidance", "quota", "information", "reminder", "training", "technical", "maintenance", "outage", "resolved", "other")
"""What sort of message an entry is."""

SYSTEM_KINDS = frozenset({"maintenance", "outage", "resolved", "technical"})
"""System notices: left out unless a subscription includes them."""

LEADS = ("guidance", "correction", "replacement", "update", "reminder", "information", "resolved", "cancellation", "")
"""What a title opens with."""

URGENT_LEADS = frozenset({"guidance", "correction", "replacement"})
"""Posted at once, even by a digest subscription (unless it is digest only)."""


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """Where we post: platform is "slack", "teams" or "playground"."""

    platform: str
    workspace: str
    id: str
    name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What a platform needs besides to post there (Teams: service_url, kind, …). The channel is the same without it."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An entry as one source shows it, before anything is decided about it."""

    key: str
    """Ours, stable over sources: "csms:67395160", "account:69523442", "cbp-trade:<guid>"."""
    feed: str
    """The feed that owns it: a CSMS belongs to "csms" however it arrived."""
    number: str
    """The CSMS, CAMS, TIN or document number; "" where there is none."""
    title: str
    """Without the "CSMS # n - " in front of it."""
    url: str
    published: datetime | None
    body: str | None
    """Plain text; None when the source carries none."""


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic and the reason for it: the words that were found, and where ("title: drawback")."""

    topic: str
    because: str


@dataclass(frozen=True, slots=True)
class Classified:
    """What `classify` says of a title and a body."""

    topics: tuple[TopicHit, ...]
    kind: str
    lead: str
    routine: bool


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What `publish` and `edit` store: an entry as it was read, and what `classify` said of it."""

    parsed: Parsed
    classified: Classified


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a feed published, as it is stored."""

    id: int
    key: str
    feed: str
    number: str
    title: str
    url: str
    published: datetime
    """As the feed dates it; clamped to first_seen when in the future, first_seen when missing."""
    first_seen: datetime
    body: str | None
    kind: str
    lead: str
    routine: bool
    topics: tuple[TopicHit, ...]

    @property
    def sample(self) -> bool:
        """Published by the playground's buttons; never delivered outside it."""
        return self.feed == "sample"

    @property
    def urgent(self) -> bool:
        return self.lead in URGENT_LEADS


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a subscription's entries are posted. `kind`: now, daily, weekdays or weekly; `at` is local to the subscription's zone."""

    kind: str
    at: time | None = None
    weekday: int | None = None
    """0 is Monday; for weekly only."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a subscription asks for. Sorted tuples, so that the same wish is the same value."""

    feeds: tuple[str, ...] = ("csms",)
    topics: tuple[str, ...] = ()
    """Any of them; () is all."""
    phrases: tuple[str, ...] = ()
    """Any of them, and the topics."""
    never: tuple[str, ...] = ()
    system: bool = False
    """Include system notices (`SYSTEM_KINDS`)."""

    @property
    def everything(self) -> bool:
        """Neither topics nor phrases choose, so nobody need be told why an entry matches."""
        return not self.topics and not self.phrases


@dataclass(frozen=True, slots=True)
class SubscriptionSpec:
    """What a subscription is to be, before it is saved."""

    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool
    notes: tuple[str, ...] = ()
    """Assumptions that the parser made, for the reply. They are not stored."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """channel × filters × cadence. One with the same filters in the same channel is the same subscription."""

    id: int
    channel_id: int
    channel: ChannelRef
    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool
    """True: nothing at once, not even guidance."""
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FeedRow:
    """What is known of a feed that is polled; `epoch` is the one of the claim that it came from."""

    slug: str
    next_poll: datetime
    epoch: int
    failures: int
    """In a row."""
    seeded_at: datetime | None
    """When the first poll was stored; None: the next poll is the first, whose entries are backlog."""
    seed_floor: datetime | None
    """The first poll was partial: what was published before this is backlog too, until a whole read."""
    last_success: datetime | None
    last_change: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    warning: str | None
    entries: int
    """In the last successful read."""
    paused: str | None
    sources: dict[str, Any]
    """By URL: etag, last_modified, moved."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Content that was published: the files themselves, and who published them when."""

    id: int
    digest: str
    files: dict[str, str]
    who: str
    at: datetime
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in a post. `posted_at`: it was posted in this channel before, and the post only says so."""

    entry: Entry
    because: str
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The earlier post that a post is about, as it stands in its channel. `receipt`: "" while it doesn't."""

    id: str
    receipt: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one post is made of; composing it is for handlers."""

    kind: str
    """now: one entry, as a plain post; digest: several; mark and answer: on and below an earlier post, of which `entries` are the later
    entry and those that it changes."""
    channel: ChannelRef
    subscription: Subscription | None
    """Whose due entries these are; None when the entry goes out at once (several subscriptions may have asked for it)."""
    entries: tuple[Listed, ...]
    """Each entry once; those with `posted_at` come only beside two or more that are new."""
    period: datetime | None
    """The moment at which the digest was due."""
    now: datetime
    since: datetime | None
    """The `period` of the subscription's digest before this one; None for its first."""
    about: About | None = None
    """Of a mark or an answer: the earlier post."""


@dataclass(frozen=True, slots=True)
class SentPost:
    """A post as it stands in its channel. `content` is the JSON of a Reply."""

    id: str
    content: dict[str, Any]
    settled_at: datetime
    receipt: str
    marks: int = 0
    """How many later posts have changed it since."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is owed and not posted yet."""

    count: int
    """Deliveries without a sent post, whether due or still to come; those of paused channels count."""
    oldest_due: datetime | None
    unknown: int
    """Posts of which it isn't known whether they arrived."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message to one channel. pending -> sending -> sent | dead (why: `error`)."""

    id: str
    """Opaque; goes out with the message so that it can be found again."""
    channel_id: int
    channel: ChannelRef
    kind: str
    """now or digest; mark or answer (jobs.corrections)."""
    subscription_id: int | None
    """Whose digest it is; None for an entry that was posted at once."""
    period: datetime | None
    """Of a digest: the moment that it was due."""
    state: str
    attempts: int
    created_at: datetime
    sending_at: datetime | None
    """The intent: committed before the call that this is about."""
    content: dict[str, Any]
    """The JSON of a Reply: a second try says the same. Empty while a mark or an answer isn't composed."""
    about: About | None = None
    """Of a mark or an answer: the earlier post."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A channel that one worker holds. Whoever has an older epoch than the channel's may settle nothing there."""

    channel_id: int
    channel: ChannelRef
    epoch: int
    until: datetime
    """The end of the lease, by the database's clock."""
    failures: int
    """Sends in a row of which nobody knows the end."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it; `receipt` is its name for the message (Slack's ts)."""

    receipt: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Definitely not posted; try again after `after` seconds. Doesn't count as an attempt."""

    after: float
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been posted (a time-out, a reset, a 5xx)."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Refused for good. `pause`: "" nothing, "channel" or "workspace" stops with this reason."""

    why: str
    pause: str = ""


Outcome = Sent | Retry | Unknown | Gone


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A channel's history can't be read, so nobody knows whether a post is in it. `for_good`: asking again won't help."""

    why: str
    for_good: bool = False
