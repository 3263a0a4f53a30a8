"""The processes that poll and post."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Worker:
    """A process's heartbeat; all times are the database's."""

    name: str  #: The machine's name and the process's number.
    started_at: datetime
    beat_at: datetime
    delivered_at: datetime  #: When it last looked for posts that are due, to the end.
