"""The tables, exactly as the migrations build them; a test compares them."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, and_, false, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import JSON, BigInteger, Boolean, Date, Integer, String, Text

from jobs.store.columns import Id, Moment
from jobs.store.columns import metadata as metadata

feed = Table(
    "feed",
    metadata,
    Column("slug", String(64), primary_key=True),
    Column("next_poll", Moment, nullable=False),
    Column("free_at", Moment),  # the end of the lease
    Column("epoch", Integer, nullable=False, default=0),  # raised at every claim; an older claim may settle nothing
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("seeded_at", Moment),  # when the first poll was stored, which posts nothing
    Column("seed_floor", Moment),  # after a partial first poll: older entries are backlog too
    Column("last_success", Moment),
    Column("last_change", Moment),
    Column("last_error", Text),
    Column("last_error_at", Moment),
    Column("warning", Text),  # of the last successful poll
    Column("entries", Integer, nullable=False, default=0),  # in the last successful read
    Column("paused", Text),  # the reason (410), or NULL
    Column("sources", JSON, nullable=False, default=dict),  # dumped SourceState by URL
    Column("flooded_at", Moment),  # when most of its entries were last new at once
)

HELD_BACK = text("held_at IS NOT NULL")

entry = Table(
    "entry",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", String(512), nullable=False, unique=True),
    Column("feed", String(64), nullable=False),
    Column("number", String(32), nullable=False, default=""),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("published", Moment, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("body", Text),
    Column("kind", String(32), nullable=False),
    Column("lead", String(32), nullable=False, default=""),
    Column("routine", Boolean, nullable=False),
    Column("backlog", Boolean, nullable=False),  # from the feed's first poll: never posted
    Column("edited_at", Moment),
    Column("held_at", Moment),  # since when an admin has to decide whether to post it
    Column("rules", String(16), nullable=False, default="", server_default=text("''")),  # a digest of the rules that classified it
    Column("gist", Text, nullable=False, default="", server_default=text("''")),  # the sentence of the body that says what changes
    Column("reading", Integer, nullable=False, default=0, server_default=text("0")),  # the version of the code that read it, or 0
    # only CBP's archive has brought it yet: title and date are less exact than the feed's
    Column("archived", Boolean, nullable=False, default=False, server_default=false()),
    Column("cut", Boolean, nullable=False, default=False, server_default=false()),  # the title may end at a hyphen
    Column("links", JSON),  # of the body: a list of texts and addresses, or NULL for what an older release stored
    Index(None, "feed", "published"),
    Index(None, "number"),
    Index(None, "first_seen"),
    Index(None, "rules"),
    Index(None, "reading"),
    Index("ix_entry_held", "feed", sqlite_where=HELD_BACK, postgresql_where=HELD_BACK),
)

body_fetch = Table(
    "body_fetch",
    metadata,
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("free_at", Moment, nullable=False),  # the end of the lease, or of the wait after a failure
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("error", Text),  # of the last attempt
)

entry_alias = Table(
    "entry_alias",
    metadata,
    Column("key", String(512), primary_key=True),  # another name of the entry; one that ends in "#" flags a shared name
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

entry_topic = Table(
    "entry_topic",
    metadata,
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String(64), primary_key=True),
    Column("because", Text, nullable=False),
    Index(None, "topic", "entry_id"),
)

entry_relation = Table(
    "entry_relation",
    metadata,
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", String(32), nullable=False, index=True),  # of the message that the entry names; "": mistyped, and uncertain
    Column("kind", String(16), nullable=False),
    Column("as_written", Text, nullable=False),
    Column("because", Text, nullable=False),
)

entry_date = Table(
    "entry_date",
    metadata,
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("date", Date, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("sentence", Text, nullable=False),
)

entry_token = Table(
    "entry_token",  # on SQLite, a virtual table of FTS5, which has a rowid
    metadata,
    Column("rowid", BigInteger, primary_key=True, autoincrement=False),  # the entry's date and its id
    Column("tokens", TSVECTOR().with_variant(Text(), "sqlite"), nullable=False),
    Index(None, "tokens", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)

channel = Table(
    "channel",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("platform", String(32), nullable=False),
    Column("workspace", String(255), nullable=False),
    Column("ref", String(512), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("free_at", Moment, nullable=False),  # lease, rate slot and Retry-After in one
    Column("epoch", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("compose_error", Text),  # why its next post could not be made, until one can
    Column("compose_failures", Integer, nullable=False, default=0, server_default=text("0")),
    Column("paused", Text),  # the reason, or NULL
    Column("paused_by", Text),  # the person who paused it; NULL if the platform closed it
    Column("paused_until", Moment),  # when it resumes by itself
    Column("extra", JSON, nullable=False, default=dict),  # what else the platform needs (Teams: service_url)
    Column("recalled", Integer, nullable=False, default=0, server_default=text("0")),  # the restoration for which its history was read
    UniqueConstraint("platform", "workspace", "ref"),
)

ALIVE = text("ended_at IS NULL")

UNDECIDED = text("state = 'dead' AND dismissed_at IS NULL")
"""Literal, so that the planners find the partial index."""

UNSUBSCRIBED = "unsubscribed"
"""The error of a dead post that only ended subscriptions wanted. Any other with `dismissed_at` was dropped by an admin."""

subscription = Table(
    "subscription",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel_id", ForeignKey("channel.id", ondelete="CASCADE"), nullable=False),
    Column("filters", JSON, nullable=False),
    Column("filters_digest", String(64), nullable=False),
    Column("cadence", JSON, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("digest_only", Boolean, nullable=False),
    Column("created_by", String(512), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),  # kept to answer "why"
    Column("paused_until", Moment),  # nothing is due for it before
    Column("deadlines_since", Moment),  # since when it brings reminders before dates; NULL for none
    Index("ix_subscription_alive", "channel_id", "filters_digest", unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE),
)

post = Table(
    "post",
    metadata,
    Column("id", String(36), primary_key=True),  # goes out with the message
    Column("channel_id", ForeignKey("channel.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subscription_id", ForeignKey("subscription.id", ondelete="CASCADE")),  # of a digest
    Column("period", Moment),  # of a digest: when it was due
    Column("part", Integer, nullable=False, default=1),  # a digest that exceeds a message's limits has several
    Column("state", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sending_at", Moment),  # the intent
    Column("held_at", Moment),  # since when an admin has to decide whether it arrived
    Column("settled_at", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("receipt", Text),
    Column("error", Text),
    Column("content", JSON, nullable=False),  # a Reply: every attempt sends the same
    Column("about_id", String(36)),  # the post that this one marks or answers
    Column("cause_id", Id),  # the later entry that changes it
    Column("plain", Boolean, nullable=False, default=False, server_default=false()),  # sent as plain text: the platform refused its layout
    Column("notice", JSON),  # of a notice: the event, until the notice is composed
    Column("dismissed_at", Moment),  # of a dead post: nothing is left to decide
    Column("link", Text),  # of an unfurl: the link that it previews, as it stands in the message
    UniqueConstraint("subscription_id", "period", "part"),
    Index(None, "channel_id", "state", "created_at"),
    Index("ix_post_undecided", "channel_id", "settled_at", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    Index("ix_post_about", "about_id", "cause_id", "kind", unique=True),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead')", name="state"),
)

HELD_POST = and_(post.c.state == "sending", post.c.held_at.is_not(None))

delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("subscription_id", ForeignKey("subscription.id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", ForeignKey("channel.id", ondelete="CASCADE"), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("because", Text, nullable=False),
    Column("post_id", ForeignKey("post.id", ondelete="SET NULL")),  # NULL: still owed
    # another post of the channel carries the entry
    Column("mention", Boolean, nullable=False, default=False),
    # due long ago, because its feed was not read or its channel was paused: several go out as one post
    Column("catch_up", Boolean, nullable=False, default=False, server_default=false()),
    UniqueConstraint("entry_id", "subscription_id"),
    Index(None, "channel_id", "post_id", "due_at"),
    Index(None, "channel_id", "entry_id"),
)

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("listed", Integer, nullable=False),  # entries of the feed's other sources
    Column("posted", Integer, nullable=False),  # of those that were missing
    Column("held", Integer, nullable=False),  # of those that were missing
    Column("missing", JSON, nullable=False),  # their keys
    Column("problem", Text, nullable=False),  # why sources could not be read, or ""
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel_id", ForeignKey("channel.id", ondelete="CASCADE"), nullable=False),
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("days", JSON, nullable=False),  # before a date, a list
    Column("zone", String(64), nullable=False),
    Column("created_by", String(512), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_reminder_alive", "channel_id", "entry_id", unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE),
)

reminder_post = Table(  # the primary key is why nothing is reminded of twice
    "reminder_post",
    metadata,
    Column("channel_id", ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("days", Integer, primary_key=True),  # before the date
    Column("post_id", ForeignKey("post.id", ondelete="CASCADE"), nullable=False, index=True),
)

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

link_check = Table(
    "link_check",
    metadata,
    Column("url", String(1024), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

restoration = Table(  # its first row is the original's
    "restoration",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("identity", String(64), nullable=False),  # of the file, or of the table; "": of a copy that was not opened yet
    Column("since", Moment),  # when the copy was made; NULL for the original
    Column("at", Moment),  # when the copy was first opened
    Column("certain", Boolean, nullable=False),  # False: the file may only have moved
)

recalled = Table(  # what channels got that a restored copy does not know of
    "recalled",
    metadata,
    Column("channel_id", ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("token", String(16), primary_key=True),  # of an entry or a reminder
    Column("post_id", String(36), nullable=False),
    Column("receipt", Text, nullable=False),
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

posting_pause = Table(
    "posting_pause",  # its only row, while all posting is paused
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
    Column("who", String(512), nullable=False),
    CheckConstraint("id = 1", name="only"),
)
