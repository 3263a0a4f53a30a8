"""Deliveries, and the posts that carry them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jobs.models.channels import ChannelCount, ChannelRef
from jobs.models.entries import Entry
from jobs.models.key_dates import Ahead, DateChange, KeyDate
from jobs.models.readings import EffectiveDate
from jobs.models.reminders import Reminder
from jobs.models.subscriptions import Subscription
from jobs.states import Lead, NoticeKind, PostKind, PostState, Relation

FIRST_TEXT = "first_text"
"""In the content of a post that was marked: what it said when it was posted."""


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
    """The post that another one is about. `receipt` is "" until it is sent."""

    id: str
    receipt: str
    content: dict[str, Any]
    link: str = ""  #: Of an unfurl: the link that it previews.
    siblings: tuple["About", ...] = ()  #: Of an unfurl: the other unfurls of its message.


@dataclass(frozen=True, slots=True)
class Around:
    """The things that a report of changes tells besides its entries."""

    earlier: tuple[Entry, ...] = ()  #: Messages that the entries change; they were posted before, or nobody wanted them.
    dates: tuple[KeyDate, ...] = ()  #: Those ahead, earliest first.


@dataclass(frozen=True, slots=True)
class Requested:
    """A request for reminders, with the dates of its message as they stand."""

    reminder: Reminder
    entry: Entry
    keys: tuple[KeyDate, ...]
    changes: tuple[DateChange, ...] = ()  #: Those that a MOVED post tells of.


@dataclass(frozen=True, slots=True)
class Bundle:
    kind: PostKind  #: With `about`, the later entry is first, then those that it changes.
    channel: ChannelRef
    subscription: Subscription | None  #: None for an immediate post, which several may want.
    entries: tuple[Listed, ...]  #: Each once, with the stored corrections of each. A NOW post has one, or those that change each other.
    period: datetime | None
    now: datetime
    since: datetime | None  #: The `period` of the previous digest; of a catch-up, the earliest due time.
    about: About | None = None
    left_out: int = 0  #: Routine entries that the subscription left out since then.
    dates: tuple[Ahead, ...] = ()  #: Of a REMINDER.
    changes: Mapping[int, Mapping[int, Relation]] = field(default_factory=dict)
    """For each of the entries that others of them change, the ids of those and how."""
    requested: Requested | None = None
    """The request that a MARK shows again or a MOVED post is about."""
    effective: Mapping[int, tuple[EffectiveDate, ...]] = field(default_factory=dict)
    """The dates that the entries give, by their ids."""
    around: Around = Around()  #: Of a report of changes.


@dataclass(frozen=True, slots=True)
class Notice:
    """The material of a notice about posting itself."""

    kind: NoticeKind
    channel: ChannelRef  #: The affected one; of a flood, the feed's slug on the platform "feed".
    why: str
    entries: tuple[Entry, ...]  #: Of the affected post.
    to_admins: bool
    waiting: int = 0  #: Entries that go out because posting resumes.
    later: int = 0  #: Entries that wait for the subscription's next digest.
    subscription: int = 0  #: The number of the one that resumes, 0 for the whole channel.
    paused: tuple[Subscription, ...] = ()  #: Subscriptions of a channel that resumes which stay paused on their own.


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
    content: dict[str, Any]  #: A Reply, the same for every attempt; empty until one about another post is composed.
    about: About | None = None  #: The post because of which it is made.
    plain: bool = False  #: It goes out as plain text, because the platform rejected its layout.
    error: str | None = None  #: Of the attempt before.
    tokens: tuple[str, ...] = ()  #: The message also carries these: what it brings, or what the post brought that it marks.
    doubtful_since: datetime | None = None  #: It may be in the channel since then, sent with another copy of the database.

    @property
    def target(self) -> About | None:
        """The message that it replaces, or in whose thread it goes; None if it goes to the channel."""
        if self.kind == PostKind.MOVED:  # a confirmation whose message nobody knows has no thread
            return self.about if self.about and self.about.receipt else None
        return self.about if self.kind in (PostKind.MARK, PostKind.ANSWER) else None


@dataclass(frozen=True, slots=True)
class ShownPost:
    """Shows an entry, or is a part of such a digest."""

    id: str
    channel_id: int
    state: PostState
    part: int
    digest: object  #: Equal for its parts.
    shows: frozenset[str]  #: Keys of entries.
    subscribed: bool  #: The channel has a subscription. False for an unfurl, which gets no answer.
    said: bool = False  #: It answers somebody there, or somebody shared it.


@dataclass(frozen=True, slots=True)
class SentPost:
    id: str
    content: dict[str, Any]
    settled_at: datetime
    receipt: str
    marks: int = 0  #: Later entries that marked it.
    link: str = ""  #: Of an unfurl: the link that it previews.


@dataclass(frozen=True, slots=True)
class Waiting:
    count: int  #: Unsent entries, marks, answers and notices, due or not, also in paused channels; each once in a channel.
    oldest_due: datetime | None
    unknown: int  #: Posts that may have arrived.
    channels: tuple[ChannelCount, ...] = ()  #: The channel with the longest due first.
