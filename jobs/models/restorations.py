"""Restored copies of the database, and the messages that their channels got meanwhile."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Restoration:
    """The time from `since` to `until` of which this database knows nothing, because it was another copy that was in use then."""

    id: int
    since: datetime
    until: datetime
    certain: bool  #: False: the file may only have moved, and nobody used another copy.


@dataclass(frozen=True, slots=True)
class Trace:
    """A message of the bot's in a channel's history."""

    post: str  #: The id in the message's metadata.
    receipt: str
    at: datetime
    tokens: tuple[str, ...]  #: What it brought, as `jobs.restorations.tokens_of` made them.
