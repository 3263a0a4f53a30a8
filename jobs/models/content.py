"""Published content, and what may be wrong with it."""

from dataclasses import dataclass
from datetime import date, datetime

from jobs.states import LinkState


@dataclass(frozen=True, slots=True)
class Revision:
    id: int
    digest: str
    files: dict[str, str]
    who: str
    at: datetime
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision without its files."""

    id: int
    who: str
    at: datetime
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkCheck:
    url: str
    state: LinkState
    detail: str


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
    id: int = 0  #: 0 until it is stored.
    done_by: str | None = None  #: The signature of the admin who ticked it off.
