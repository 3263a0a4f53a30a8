"""The processes that poll and post."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Worker:
    """A process's heartbeat; all times are the database's."""

    name: str  #: The machine's name, the process's number, and a random part.
    started_at: datetime
    beat_at: datetime
    delivered_at: datetime  #: When it last worked on a channel, or looked for posts that are due to the end.
    process: str = ""  #: What tells the process from all others of its machine, or "" where that is not known.
