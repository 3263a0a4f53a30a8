"""Held and dead posts that wait for an admin's decision. The queries go channel by channel, as the indexes do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, union_all

from jobs.models import ChannelCount, ChannelRef, Entry
from jobs.states import PostKind, PostState
from jobs.store import entries
from jobs.store.channels import REF_COLUMNS, ref_of
from jobs.store.schema import HELD, UNDECIDED, channel, delivery, post

_HERE = post.c.channel_id == channel.c.id


@dataclass(frozen=True, slots=True)
class Undecided:
    """A held or dead post that waits for an admin's decision."""

    id: str
    channel: ChannelRef
    kind: PostKind
    held: bool  #: False: it is dead.
    sent_at: datetime | None  #: The last attempt.
    since: datetime
    why: str
    entries: tuple[Entry, ...]
    text: str  #: Of a post that shows no entries.


def held(conn: Connection) -> list[ChannelCount]:
    """The longest held first; a channel has one at most."""
    return count_by_channel(conn, _count_posts(HELD, post.c.held_at))


def dead(conn: Connection) -> list[ChannelCount]:
    """Count undecided posts by channel, the channel with the oldest first."""
    return count_by_channel(conn, _count_posts(UNDECIDED, post.c.settled_at))


def held_post(conn: Connection, channel_id: int) -> Undecided | None:
    return next(iter(_undecided(conn, channel_id, HELD, post.c.held_at, 1)), None)


def dead_posts(conn: Connection, channel_id: int, limit: int) -> list[Undecided]:
    """Oldest first."""
    return _undecided(conn, channel_id, UNDECIDED, post.c.settled_at, limit)


def dead_entries(conn: Connection, channel_id: int) -> dict[int, set[int]]:
    """Return the entries that undecided posts of the channel carry, by subscription."""
    carried = and_(delivery.c.channel_id == channel_id, delivery.c.post_id == post.c.id, ~delivery.c.mention)
    query = select(delivery.c.subscription_id, delivery.c.entry_id).select_from(post).join(delivery, carried)
    found: dict[int, set[int]] = {}
    for row in conn.execute(query.where(post.c.channel_id == channel_id, UNDECIDED)):
        found.setdefault(row.subscription_id, set()).add(row.entry_id)
    return found


def undecided_ids(conn: Connection) -> list[str]:
    query = select(post.c.id).select_from(channel)
    return list(conn.execute(union_all(query.join(post, and_(_HERE, HELD)), query.join(post, and_(_HERE, UNDECIDED)))).scalars())


def find(conn: Connection, post_id: str) -> Undecided | None:
    query = _shown().where(post.c.id == post_id, or_(HELD, UNDECIDED))
    return next(iter(_load(conn, conn.execute(query).all())), None)


def _count_posts(condition: Any, since: Any) -> Select[Any]:
    oldest = func.min(since)
    query = select(channel, func.count().label("count"), oldest.label("oldest")).join(post, and_(_HERE, condition))
    return query.group_by(channel.c.id).order_by(oldest, channel.c.id)


def count_by_channel(conn: Connection, query: Select[Any]) -> list[ChannelCount]:
    """Run a query for channels, each with `count` and `oldest`."""
    return [ChannelCount(row.id, ref_of(row), row.count, row.oldest, row.paused) for row in conn.execute(query)]


def _undecided(conn: Connection, channel_id: int, condition: Any, since: Any, limit: int) -> list[Undecided]:
    query = _shown().where(post.c.channel_id == channel_id, condition).order_by(since, post.c.id).limit(limit)
    return _load(conn, conn.execute(query).all())


def _shown() -> Select[Any]:
    return select(post, *REF_COLUMNS).join(channel, _HERE)


def _load(conn: Connection, rows: Sequence[Row[Any]]) -> list[Undecided]:
    known = entries.known(conn, {key for row in rows for key in row.content.get("subjects", ())})
    return [
        Undecided(
            row.id,
            ref_of(row),
            PostKind(row.kind),
            row.state == PostState.SENDING,
            row.sending_at,
            row.settled_at if row.state == PostState.DEAD else row.held_at,
            row.error or "",
            tuple(known[key] for key in row.content.get("subjects", ()) if key in known),
            row.content.get("text", ""),
        )
        for row in rows
    ]
