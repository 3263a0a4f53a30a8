"""Channels' requests for entries."""

from dataclasses import dataclass, field
from datetime import datetime, time

from jobs.models.channels import ChannelRef
from jobs.states import CadenceKind


@dataclass(frozen=True, slots=True)
class Cadence:
    """`at` is in the subscription's zone."""

    kind: CadenceKind
    at: time | None = None
    weekday: int | None = None  #: 0 is Monday; only for WEEKLY and CHANGES.


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
class SubscriptionSpec:
    filters: Filters
    cadence: Cadence
    zone: str
    digest_only: bool
    deadlines: bool = False  #: Reminders before the dates of what matches.
    notes: tuple[str, ...] = ()  #: The parser's assumptions; not stored.
    #: What the words did not name, so that a change keeps it: topics, system, cadence, zone or deadlines. Not stored.
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
    deadlines_since: datetime | None = None  #: Since when it brings reminders before the dates of what matches; None for no reminders.

    @property
    def deadlines(self) -> bool:
        return self.deadlines_since is not None

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > now
