"""The tables of feeds, and of what is stored and read of their entries."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Table, false, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import JSON, BigInteger, Boolean, Date, Integer, String, Text

from jobs.store.schema.columns import Id, Moment, metadata

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
    Column("problem", String(16)),  # the PollProblem of the last error
    Column("warning", Text),  # of the last successful poll
    Column("entries", Integer, nullable=False, default=0),  # in the last successful read
    Column("paused", Text),  # the reason (410), or NULL
    Column("sources", JSON, nullable=False, default=dict),  # dumped SourceState by URL
    Column("flooded_at", Moment),  # when most of its entries were last new at once
    Column("bad_told_at", Moment),  # when the admins were told that it is bad; NULL after they were told that it is well
    Column("turned_at", Moment),  # since when it has been other than they were told, or NULL
)

HELD_BACK = text("held_at IS NOT NULL")
WITH_BODY = text("body_deleted_at IS NULL")
WITH_OUTCOMES = text("outcomes_deleted_at IS NULL")

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
    Column("body_deleted_at", Moment),  # by retention; what was read in the body stays
    Column("outcomes_deleted_at", Moment),  # by retention: its deliveries
    Index(None, "feed", "published"),
    Index(None, "number"),
    Index(None, "first_seen"),
    Index(None, "rules"),
    Index(None, "reading"),
    Index("ix_entry_bodies", "first_seen", sqlite_where=WITH_BODY, postgresql_where=WITH_BODY),
    Index("ix_entry_outcomes", "first_seen", sqlite_where=WITH_OUTCOMES, postgresql_where=WITH_OUTCOMES),
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

entry_text = Table(
    "entry_text",  # texts of entries that were edited, each until it was replaced
    metadata,
    Column("entry_id", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("replaced_at", Moment, primary_key=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("gist", Text, nullable=False),
    Column("links", JSON),
    Column("edited_at", Moment),  # when it had replaced another one
    Column("kind", String(32), nullable=False, server_default=text("''")),
    Column("lead", String(32), nullable=False, server_default=text("''")),
    Column("routine", Boolean, nullable=False, server_default=false()),
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


def _earlier(table: Table) -> Table:
    """Return a table of what another one said of a text that was replaced."""
    name = table.name.replace("entry_", "entry_text_")
    columns = (
        Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable, autoincrement=False) for each in table.columns
    )
    text_of = ForeignKeyConstraint(["entry_id", "replaced_at"], ["entry_text.entry_id", "entry_text.replaced_at"], ondelete="CASCADE")
    return Table(name, metadata, *columns, Column("replaced_at", Moment, primary_key=True), text_of)


EARLIER = {table: _earlier(table) for table in (entry_topic, entry_relation, entry_date)}

entry_token = Table(
    "entry_token",  # on SQLite, a virtual table of FTS5, which has a rowid
    metadata,
    Column("rowid", BigInteger, primary_key=True, autoincrement=False),  # the entry's date and its id
    Column("tokens", TSVECTOR().with_variant(Text(), "sqlite"), nullable=False),
    Index(None, "tokens", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
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
