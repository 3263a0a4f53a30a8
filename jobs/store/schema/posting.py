"""The tables of channels, their subscriptions, and what is posted in them."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, and_, false, text
from sqlalchemy.types import JSON, Boolean, Date, Integer, String, Text

from jobs.store.schema.columns import Id, Moment, metadata

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

WITH_CONTENT = text("content_deleted_at IS NULL")
WITHOUT_CONTENT = text("content_deleted_at IS NOT NULL")
CAUSED = text("cause_id IS NOT NULL")
IN_PARTS = text("period IS NOT NULL")
SHARED = text("shared_id IS NOT NULL")

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
    Column("content", JSON, nullable=False),  # a Reply: every attempt sends the same; if it is shared or deleted, its subjects alone
    Column("about_id", String(36)),  # the post that this one marks or answers
    Column("cause_id", Id),  # the later entry that changes it
    Column("plain", Boolean, nullable=False, default=False, server_default=false()),  # sent as plain text: the platform refused its layout
    Column("notice", JSON),  # of a notice or of moved reminders: the event
    Column("dismissed_at", Moment),  # of a dead post: nothing is left to decide
    Column("link", Text),  # of an unfurl: the link that it previews, as it stands in the message
    Column("shared_id", Id),  # of its content in shared_content, or NULL
    Column("content_deleted_at", Moment),  # by retention, except its subjects
    UniqueConstraint("subscription_id", "period", "part"),
    Index(None, "channel_id", "state", "created_at"),
    Index("ix_post_cause_id", "cause_id", sqlite_where=CAUSED, postgresql_where=CAUSED),
    Index("ix_post_channel_id_period", "channel_id", "period", sqlite_where=IN_PARTS, postgresql_where=IN_PARTS),
    Index("ix_post_shared_id", "shared_id", sqlite_where=SHARED, postgresql_where=SHARED),
    Index("ix_post_contents", "settled_at", sqlite_where=WITH_CONTENT, postgresql_where=WITH_CONTENT),
    Index("ix_post_outcomes", "settled_at", sqlite_where=WITHOUT_CONTENT, postgresql_where=WITHOUT_CONTENT),
    Index("ix_post_undecided", "channel_id", "settled_at", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    Index("ix_post_about", "about_id", "cause_id", "kind", unique=True),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead')", name="state"),
)

shared_content = Table(
    "shared_content",  # what posts say, most of them the same in many channels
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("content", JSON, nullable=False),
    Column("at", Moment, nullable=False),  # when it was stored, or last wanted
)

content_subject = Table(
    "content_subject",  # which entries it shows
    metadata,
    Column("key", String(512), primary_key=True),  # of an entry
    Column("shared_id", ForeignKey("shared_content.id", ondelete="CASCADE"), primary_key=True, index=True),
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
    Index(None, "post_id"),  # whoever deletes a post looks for its deliveries
    Index(None, "channel_id", "entry_id"),
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
    Column("post_id", String(36), index=True),  # of the message that confirmed it; it may not be stored
    Column("told", JSON),  # the dates as the channel was last told of them, or NULL
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

posting_pause = Table(
    "posting_pause",  # its only row, while all posting is paused
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
    Column("who", String(512), nullable=False),
    CheckConstraint("id = 1", name="only"),
)
