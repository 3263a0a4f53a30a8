"""The channels that get posts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jobs.models.restorations import Restoration


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """On "slack", "teams" or "playground"."""

    platform: str
    workspace: str
    id: str
    name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Further data that the platform needs (Teams: service_url, kind, team_id); not part of the identity."""

    def __str__(self) -> str:
        """Return one line for the log: "#trade (slack:T1/C1)"."""
        identity = f"{self.platform}:{self.workspace}/{self.id}"
        named = f"{self.name} ({identity})" if self.name else identity
        return "".join(each if each.isprintable() else " " for each in named)


@dataclass(frozen=True, slots=True)
class ChannelPause:
    """Why nothing is posted in a channel."""

    reason: str
    by: str | None  #: The signature of the person who paused it, or None if the platform closed it.
    until: datetime | None  #: When it resumes by itself.


@dataclass(frozen=True, slots=True)
class PostingPause:
    """An admin's pause of all posting, in every channel."""

    since: datetime
    who: str  #: The signature of the admin.


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """Messages of a channel in one state."""

    id: int
    channel: ChannelRef
    count: int
    oldest: datetime
    paused: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's channel. With an older epoch than the channel's it settles nothing."""

    channel_id: int
    channel: ChannelRef
    epoch: int
    until: datetime
    failures: int  #: Consecutive unknown outcomes.
    doubt: Restoration | None = None  #: The time of which the database knows nothing, until the channel's history was read.
