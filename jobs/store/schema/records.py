"""The tables of the content's revisions, of the audit, and of what people reported or asked in vain."""

from sqlalchemy import Column, Index, Table, text
from sqlalchemy.types import JSON, Date, Integer, String, Text

from jobs.store.schema.columns import Id, Moment, metadata

revision = Table(
    "revision",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False),
    Column("files", JSON, nullable=False),  # text by file name
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("changes", JSON, nullable=False),
    Index(None, "digest"),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the words
    Column("day", Date, primary_key=True),
    Column("words", Text),  # NULL until the question was asked twice
    Column("asked", Integer, nullable=False),  # in vain
    Column("marked", Integer, nullable=False),  # as answered, but not as it was asked
    Index(None, "day"),
)

problem = Table(
    "problem",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("subject", String(1024), nullable=False),  # of the card, such as pti:revenue
    Column("words", Text, nullable=False),
    Column("reported_by", String(512), nullable=False),
    Column("done_at", Moment),
    Column("done_by", String(512)),
    Index(None, "at"),
)

seen = Table(
    "seen",
    metadata,
    Column("key", String(512), primary_key=True),  # an event's id, or a command's digest
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

calendar_event = Table(
    "calendar_event",
    metadata,
    Column("uid", String(640), primary_key=True),
    Column("digest", String(64), nullable=False),  # of the event as it was published last
    Column("sequence", Integer, nullable=False),  # it never decreases
    Column("revised", Moment, nullable=False),
)

link_check = Table(
    "link_check",
    metadata,
    Column("url", String(1024), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

audit = Table(  # triggers refuse to change or delete its rows
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # without gaps, from 1
    # as text, because the hash is of these very characters
    Column("at", String(32), nullable=False, index=True),
    Column("who", String(512), nullable=False),
    Column("what", String(32), nullable=False),
    Column("place", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("hash", String(64), nullable=False),  # of the row, and of the hash of the row before it
)

worker = Table(
    "worker",
    metadata,
    Column("name", String(255), primary_key=True),  # the machine's name and the process's number
    Column("started_at", Moment, nullable=False),
    Column("beat_at", Moment, nullable=False),
    Column("delivered_at", Moment, nullable=False),  # when it last looked for posts that are due, to the end
    Column("process", String(255), nullable=False, default="", server_default=text("''")),  # what tells it from others of its machine
)
