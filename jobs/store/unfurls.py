"""Unfurls: the posts of the kind UNFURL, which are previews below links in people's messages.

Later entries mark them like any other post that shows an entry.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, select

from jobs.models.posts import About
from jobs.states import PostKind, PostState
from jobs.store import contents
from jobs.store.database import insert
from jobs.store.schema import post

KEPT = timedelta(days=90)


def record(  # six parameters: the columns of one row
    conn: Connection, channel_id: int, message: str, link: str, content: Mapping[str, Any], now: datetime
) -> str:
    """Store a preview below a link, and return its id.

    Where a message has the link already, because it was edited or its event came again, nothing changes.
    """
    same = (post.c.channel_id == channel_id, post.c.kind == PostKind.UNFURL, post.c.receipt == message, post.c.link == link)
    known: str | None = conn.execute(select(post.c.id).where(*same)).scalar_one_or_none()
    if known is not None:
        return known
    post_id = str(uuid4())
    row = {"id": post_id, "channel_id": channel_id, "kind": PostKind.UNFURL, "state": PostState.SENT, "receipt": message, "link": link}
    times = {"created_at": now, "sending_at": now, "settled_at": now}
    conn.execute(insert(conn, post).values(**row, **times, **contents.store(conn, content, now), attempts=1, part=1))
    return post_id


def content(conn: Connection, post_id: str) -> dict[str, Any] | None:
    """Return the Reply of an unfurl, with its marks, or None if it was deleted."""
    return conn.execute(select(contents.whole()).select_from(contents.WITH_SHARED).where(post.c.id == post_id)).scalar_one_or_none()


def siblings(conn: Connection, channel_id: int, of: About) -> tuple[About, ...]:
    """Return the other unfurls of the same message, in the order in which they were recorded."""
    same = (post.c.channel_id == channel_id, post.c.kind == PostKind.UNFURL, post.c.receipt == of.receipt, post.c.id != of.id)
    found = select(post.c.id, post.c.receipt, post.c.link, contents.whole().label("whole")).select_from(contents.WITH_SHARED)
    rows = conn.execute(found.where(*same).order_by(post.c.created_at, post.c.id))
    return tuple(About(row.id, row.receipt, row.whole, row.link) for row in rows)


def forget_old(conn: Connection, now: datetime) -> None:
    """Delete the unfurls that are older than `KEPT`, and their marks."""
    old = (post.c.kind == PostKind.UNFURL, post.c.created_at < now - KEPT)
    conn.execute(delete(post).where(post.c.about_id.in_(select(post.c.id).where(*old))))
    conn.execute(delete(post).where(*old))
