from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ExportedEntry:
    """An entry of a post, and why a subscription of the channel got it."""

    key: str
    number: str
    title: str
    url: str
    subscription: int | None  #: None for an entry that no subscription matched.
    because: str
    posted_before: bool  #: The post only mentions it.


@dataclass(frozen=True, slots=True)
class ExportedPost:
    id: str
    platform: str
    workspace: str
    channel: str
    channel_name: str
    kind: str
    state: str
    made_at: datetime
    settled_at: datetime | None  #: When it was posted, or given up.
    receipt: str  #: The platform's id of the message.
    error: str
    text: str | None  #: As it was posted; later edits are posts of their own. None: retention deleted it.
    about: str | None  #: The id of the post that it edits (a mark), or in whose thread it is (an answer).
    cause: str | None  #: The key of the entry because of which it edits or answers that post.
    revision: int | None  #: Of the content that was in force when the post was made.
    entries: tuple[ExportedEntry, ...]
