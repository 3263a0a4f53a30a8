"""Every datetime is aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from jobs.states import URGENT_LEADS, CadenceKind, EntryKind, Lead, LinkState, NoticeKind, PostKind, PostState

SAMPLE = "sample"  #: The feed of samples, which lookups leave out by default.


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """On "slack", "teams" or "playground"."""

    platform: str
    workspace: str
    id: str
    name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Further data that the platform needs (Teams: service_url, kind, team_id); not part of the identity."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An entry as one source shows it."""

    key: str  #: The same from every source: "csms:67395160", "account:69523442", "cbp-trade:<guid>".
    feed: str  #: Its owner, not the feed it was read from.
    number: str  #: Of a CSMS, CAMS, TIN or document, or "".
    title: str
    url: str
    published: datetime | None
    body: str | None  #: Plain text.
    aliases: tuple[str, ...] = ()  #: Other keys under which it may be stored.


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic and the words found ("title: drawback")."""

    topic: str
    because: str


@dataclass(frozen=True, slots=True)
class Classified:
    topics: tuple[TopicHit, ...]
    kind: EntryKind
    lead: Lead
    routine: bool
    rules: str = ""  #: A digest of the rules that were applied.


@dataclass(frozen=True, slots=True)
class NewEntry:
    parsed: Parsed
    classified: Classified


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    key: str
    feed: str
    number: str
    title: str
    url: str
    published: datetime  #: The feed's, at most `first_seen`, which also replaces a missing date.
    first_seen: datetime
    body: str | None
    kind: EntryKind
    lead: Lead
    routine: bool  #: Subscriptions leave it out unless they include system notices.
    topics: tuple[TopicHit, ...]
    held: bool = False  #: Part of a flood that an admin decides about; owed to nobody yet.
    backlog: bool = False  #: Not new when it was stored, or marked as seen; owed to nobody.

    @property
    def sample(self) -> bool:
        """From the playground; never delivered elsewhere."""
        return self.feed == SAMPLE

    @property
    def urgent(self) -> bool:
        return self.lead in URGENT_LEADS


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a search may find, and which of the search's terms it contains, perhaps as parts of other words."""

    id: int
    contains: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """The number of a feed's stored entries, and the date of the oldest."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Outline:
    """The features of a stored entry by which it is recognized under a new name."""

    key: str
    feed: str
    title: str
    url: str
    published: datetime
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Cadence:
    """`at` is in the subscription's zone."""

    kind: CadenceKind
    at: time | None = None
    weekday: int | None = None  #: 0 is Monday; only for WEEKLY.


@dataclass(frozen=True, slots=True)
class Filters:
    feeds: tuple[str, ...] = ("csms",)
    topics: tuple[str, ...] = ()  #: Any of these; () means all.
    phrases: tuple[str, ...] = ()  #: Any of these, besides the topics.
    never: tuple[str, ...] = ()
    system: bool = False  #: Routine notices too.

    @property
    def everything(self) -> bool:
        return not self.topics and not self.phrases

    @property
    def normalized(self) -> "Filters":
        """Sorted, without duplicates: a subscription's identity."""
        feeds, topics, phrases, never = (tuple(sorted(set(each))) for each in (self.feeds, self.topics, self.phrases, self.never))
        return Filters(feeds, topics, phrases, never, self.system)


@dataclass(frozen=True, slots=True)
class ChannelPause:
    """Why nothing is posted in a channel."""

    reason: str
    by: str | None  #: The signature of the person who paused it, or None if the platform closed it.
    until: datetime | None  #: When it resumes by itself.


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    words: str
    asked: int  #: How often in vain.
    marked: int  #: How often the answer was not what somebody asked.
    last_day: date


@dataclass(frozen=True, slots=True)
class Problem:
    """Somebody's report that a card is wrong."""

    at: datetime
    subject: str
    words: str
    reported_by: str  #: A signature.


@dataclass(frozen=True, slots=True)
class SubscriptionSpec:
    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool
    notes: tuple[str, ...] = ()  #: The parser's assumptions; not stored.
    #: What the words did not name, so that a change keeps it: topics, system, cadence or zone. Not stored.
    omitted: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Subscription:
    id: int
    channel_id: int
    channel: ChannelRef
    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool  #: Not even guidance is posted immediately.
    created_by: str
    created_at: datetime
    paused_until: datetime | None = None  #: Nothing is due before.


@dataclass(frozen=True, slots=True)
class FeedRow:
    """From `feeds.claim` it is also the claim, with its `epoch`."""

    slug: str
    next_poll: datetime
    epoch: int
    failures: int
    seeded_at: datetime | None  #: When the first poll was stored; before, entries are backlog.
    seed_floor: datetime | None  #: After a partial read, older entries are backlog too.
    last_success: datetime | None
    last_change: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    warning: str | None
    entries: int
    paused: str | None
    sources: dict[str, Any]
    flooded_at: datetime | None = None
    held: int = 0  #: Entries that an admin decides about; 0 in a claim.


@dataclass(frozen=True, slots=True)
class Revision:
    id: int
    digest: str
    files: dict[str, str]
    who: str
    at: datetime
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkCheck:
    url: str
    state: LinkState
    detail: str


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision without its files."""

    id: int
    who: str
    at: datetime
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that no post carries."""

    delivery: int
    entry: int
    lead: Lead
    subscription: Subscription
    due_at: datetime
    because: str
    catch_up: bool = False  #: The entry is late.


@dataclass(frozen=True, slots=True)
class Carried:
    """The post that has an entry. `dropped`: an admin gave it up, so nobody gets the entry in its channel."""

    post: str
    posted_at: datetime
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in a post; with `posted_at` the channel has it already."""

    entry: Entry
    because: str
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The post that a mark or an answer is about. `receipt` is "" until it is sent."""

    id: str
    receipt: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bundle:
    kind: PostKind  #: MARK and ANSWER have the later entry first, then those that it changes.
    channel: ChannelRef
    subscription: Subscription | None  #: None for an immediate post, which several may want.
    entries: tuple[Listed, ...]  #: Each once, with the stored corrections of each. A NOW post has one, or those that change each other.
    period: datetime | None
    now: datetime
    since: datetime | None  #: The `period` of the previous digest; of a catch-up, the earliest due time.
    about: About | None = None
    left_out: int = 0  #: Routine entries that the subscription left out since then.


@dataclass(frozen=True, slots=True)
class Notice:
    """The material of a notice about posting itself."""

    kind: NoticeKind
    channel: ChannelRef  #: The affected one; of a flood, the feed's slug on the platform "feed".
    why: str
    entries: tuple[Entry, ...]  #: Of the affected post.
    to_admins: bool


@dataclass(frozen=True, slots=True)
class Post:
    id: str  #: The message carries it, so that the history can be searched.
    channel_id: int
    channel: ChannelRef
    kind: PostKind
    subscription_id: int | None
    period: datetime | None
    state: PostState
    attempts: int
    created_at: datetime
    sending_at: datetime | None  #: When the intent was committed.
    content: dict[str, Any]  #: A Reply, the same for every attempt; empty until a mark or an answer is composed.
    about: About | None = None
    plain: bool = False  #: It goes out as plain text, because the platform rejected its layout.
    error: str | None = None  #: Of the attempt before.


@dataclass(frozen=True, slots=True)
class ShownPost:
    """Shows an entry, or is a part of such a digest."""

    id: str
    channel_id: int
    state: PostState
    part: int
    digest: object  #: Equal for its parts.
    shows: frozenset[str]  #: Keys of entries.
    subscribed: bool  #: The channel has a subscription, or somebody shared the entry there.


@dataclass(frozen=True, slots=True)
class SentPost:
    id: str
    content: dict[str, Any]
    settled_at: datetime
    receipt: str
    marks: int = 0  #: Later entries that marked it.


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """Messages of a channel in one state."""

    id: int
    channel: ChannelRef
    count: int
    oldest: datetime
    paused: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    count: int  #: Unsent entries, marks, answers and notices, due or not, also in paused channels; each once in a channel.
    oldest_due: datetime | None
    unknown: int  #: Posts that may have arrived.
    channels: tuple[ChannelCount, ...] = ()  #: The channel with the longest due first.


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's channel. With an older epoch than the channel's it settles nothing."""

    channel_id: int
    channel: ChannelRef
    epoch: int
    until: datetime
    failures: int  #: Consecutive unknown outcomes.
