"""A platform-neutral command, and what handlers may use to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from content.catalog import Record

TYPE_CHECKING = False  # importing typing costs half as much as starting Python

if TYPE_CHECKING:  # importing SQLAlchemy would take most of `ask`'s time
    from datetime import datetime

    from content.catalog import Catalog
    from jobs.content_source import Source
    from jobs.models.channels import ChannelRef
    from jobs.recent import Recent
    from jobs.revisions import Library
    from jobs.store.database import Database


MAX_NAME = 80
"""Maximum characters of a name in a signature."""


class StoreNeeded(Exception):
    """The content does not answer, so the caller must give a context with the database."""


class NoStore(StrEnum):
    """Why a context has no database."""

    ABSENT = "absent"  #: There is none, as in `ask`.
    AWAY = "away"  #: It cannot be reached right now.
    DEFERRED = "deferred"  #: The caller gives it once a handler raises StoreNeeded.


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Person(Record):
    """Somebody on a platform."""

    platform: str
    workspace: str
    id: str
    name: str
    """"" where the platform gave none, as in Slack's mentions."""
    admin: bool = False
    external: bool = False
    """The person is from outside the workspace that owns the bot."""
    admin_hint: str = ""
    """How the person becomes an admin, if it is another way than TRADEBOT_ADMINS."""

    @property
    def key(self) -> str:
        """The person as in TRADEBOT_ADMINS: "slack:T1/U1"."""
        return f"{self.platform}:{self.workspace}/{self.id}"

    @property
    def signature(self) -> str:
        """The person as a subscription stores who set it: "Maria (slack:T1/U1)"."""
        return f"{self.name[:MAX_NAME]} ({self.key})"


def read_creator(created_by: str) -> Person | None:
    """Return the person of a signature. Only its end counts: the name is the person's own choice."""
    name, _, rest = created_by.removesuffix(")").rpartition(" (")
    platform, _, place = rest.partition(":")
    workspace, _, person = place.partition("/")
    if not (created_by.endswith(")") and platform and workspace and person):
        return None
    return Person(platform, workspace, person, "" if name == person else name)  # earlier releases stored the ID as a missing name


def name_of(created_by: str) -> str:
    """Return the name in a signature, or the text itself if it is none."""
    person = read_creator(created_by)
    return person.name or person.key if person else created_by


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Command(Record):
    """A command as a person typed or selected it."""

    verb: str
    words: str
    person: Person
    channel: ChannelRef | None
    """None on the command line."""
    event_id: str = ""
    """The platform's ID. A second delivery changes nothing."""
    for_everybody: bool = False
    """People from outside the workspace may read the answer, whoever asks."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Context(Record):
    """Services and settings. `ask` has no database, library or source of the content."""

    catalog: Catalog
    now: datetime
    zone: str
    db: Database | None = None
    library: Library | None = None
    content: Source | None = None
    log: Callable[[str], None] = lambda _: None
    subscribe: str = "anyone"
    """Who may change subscriptions: anyone, or admins."""
    records_unanswered: bool = False
    """Whether questions without an answer are counted."""
    no_store: NoStore = NoStore.ABSENT
    """Why `db` is None."""
    recent: Recent | None = None
    """The newest messages, for cards of the content; None where no messages are stored."""
    url: str = ""
    """The web address of the bot, without a closing slash, or ""."""
    clocks: Mapping[str, float] = field(default_factory=dict)
    """How many seconds this computer's clock is ahead of the ones of the platforms and the database, where that is known."""
    link_to_post: Callable[[ChannelRef, str], str] = lambda *_: ""
    """Returns the web address of a post by its channel and its receipt, or "" where that is not known."""
    past: bool = False
    """`catalog`, `now`, `db` and `recent` are those of a day in the past."""

    def database(self) -> Database | None:
        """Return the database if there is one. Raises StoreNeeded if the caller has it."""
        if self.db is None and self.no_store is NoStore.DEFERRED:
            raise StoreNeeded
        return self.db
