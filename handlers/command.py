"""What a person said to the bot, whatever the platform; and what a handler may use to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

TYPE_CHECKING = False  # typing's own costs half of Python's start

if TYPE_CHECKING:  # `ask` answers without the pipeline's models and without SQLAlchemy, which costs more than all the rest
    from datetime import datetime
    from pathlib import Path

    from content.catalog import Catalog
    from jobs.models import ChannelRef
    from jobs.revisions import Library
    from jobs.store.database import Database


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `external`: from outside the workspace that the staff own."""

    platform: str
    workspace: str
    id: str
    name: str
    admin: bool = False
    external: bool = False

    @property
    def key(self) -> str:
        """As TRADEBOT_ADMINS writes it: "slack:T1/U1"."""
        return f"{self.platform}:{self.workspace}/{self.id}"


@dataclass(frozen=True, slots=True)
class Command:
    """`verb` is "pti", "role", "trade", "csms" or "trade-admin"; `words` is everything after it, as typed."""

    verb: str
    words: str
    person: Person
    channel: ChannelRef | None
    """Where it was said; None on the command line."""
    event_id: str = ""
    """The platform's id of this event: the same id changes nothing a second time."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler may use. `db` is None on the command line's `ask`, which needs neither network nor database."""

    catalog: Catalog
    now: datetime
    zone: str
    db: Database | None = None
    library: Library | None = None
    content_dir: Path | None = None
    log: Callable[[str], None] = lambda _: None
    subscribe: str = "anyone"
    """Who may change subscriptions: anyone, or admins."""
