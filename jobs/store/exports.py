"""Posts as records: what a channel got, when, and from which entries and revision of the content."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from jobs.models.exports import ExportedEntry, ExportedPost
from jobs.models.posts import FIRST_TEXT
from jobs.states import PostKind
from jobs.store import contents, entries
from jobs.store.schema import channel, delivery, entry, post, revision

_AT_ONCE = 200
"""Posts whose entries are read together."""


def posts_since(conn: Connection, since: datetime) -> Iterator[ExportedPost]:
    """Yield what was posted, edited or given up since a moment, and what is not settled yet, the oldest first."""
    revisions = conn.execute(select(revision.c.at, revision.c.id).order_by(revision.c.at, revision.c.id)).all()
    settled = func.coalesce(post.c.settled_at, post.c.created_at, type_=post.c.created_at.type)
    query = (
        select(post, contents.whole().label("whole"), channel.c.platform, channel.c.workspace, channel.c.ref, channel.c.name)
        .add_columns(entry.c.key.label("cause"))
        .select_from(contents.WITH_SHARED.join(channel, channel.c.id == post.c.channel_id))
        .outerjoin(entry, entry.c.id == post.c.cause_id)
        .where(settled >= since, post.c.kind != PostKind.SHOWN)
        .order_by(settled, post.c.id)
    )
    found = conn.execute(query, execution_options={"yield_per": _AT_ONCE})
    for several in found.partitions(_AT_ONCE):
        listed = _entries_of(conn, several)
        for row in several:
            place = bisect_right(revisions, row.created_at, key=lambda each: each.at)
            yield ExportedPost(
                row.id,
                row.platform,
                row.workspace,
                row.ref,
                row.name,
                row.kind,
                row.state,
                row.created_at,
                row.settled_at,
                row.receipt or "",
                row.error or "",
                row.whole.get(FIRST_TEXT, row.whole.get("text", "")) if row.content_deleted_at is None else None,
                row.about_id,
                row.cause,
                revisions[place - 1].id if place else None,
                tuple(listed.get(row.id, ())),
            )


def _entries_of(conn: Connection, rows: Sequence[Row[Any]]) -> dict[str, list[ExportedEntry]]:
    """Return what posts carry or mention, then what they show besides."""
    columns = (entry.c.key, entry.c.number, entry.c.title, entry.c.url)
    query = (
        select(delivery.c.post_id, delivery.c.subscription_id, delivery.c.because, delivery.c.mention, *columns)
        .join(entry, entry.c.id == delivery.c.entry_id)
        .where(delivery.c.post_id.in_([row.id for row in rows]))
        .order_by(delivery.c.mention, delivery.c.created_at, delivery.c.entry_id, delivery.c.subscription_id)
    )
    found: dict[str, list[ExportedEntry]] = {}
    for each in conn.execute(query):
        described = ExportedEntry(each.key, each.number, each.title, each.url, each.subscription_id, each.because, each.mention)
        found.setdefault(each.post_id, []).append(described)
    known = entries.known(conn, {key for row in rows for key in row.content.get("subjects", ())})
    for row in rows:
        listed = {each.key for each in found.get(row.id, ())}
        more = (known[key] for key in row.content.get("subjects", ()) if key in known and key not in listed)
        found.setdefault(row.id, []).extend(ExportedEntry(each.key, each.number, each.title, each.url, None, "", False) for each in more)
    return found
