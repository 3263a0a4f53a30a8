"""Held and dead posts that wait for an admin's decision. The queries go channel by channel, as the indexes do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Subquery, func, or_, select, union_all

from jobs.models.channels import ChannelCount, ChannelRef
from jobs.models.entries import Entry
from jobs.states import PostKind, PostState
from jobs.store import contents, entries
from jobs.store.channels import REF_COLUMNS, ref_of
from jobs.store.schema import HELD_POST, UNDECIDED, channel, delivery, post

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
    return _count_posts(conn, HELD_POST, post.c.held_at)


def dead(conn: Connection) -> list[ChannelCount]:
    """Count undecided posts by channel, the channel with the oldest first."""
    return _count_posts(conn, UNDECIDED, post.c.settled_at)


def held_post(conn: Connection, channel_id: int) -> Undecided | None:
    return next(iter(_undecided(conn, channel_id, HELD_POST, post.c.held_at, 1)), None)


def dead_posts(conn: Connection, channel_id: int, limit: int) -> list[Undecided]:
    """Oldest first."""
    return _undecided(conn, channel_id, UNDECIDED, post.c.settled_at, limit)


def dead_entries(conn: Connection, channel_id: int) -> dict[int, set[int]]:
    """Return the entries that undecided posts of the channel carry, by subscription."""
    undecided = select(post.c.id).where(post.c.channel_id == channel_id, UNDECIDED)
    carried = (delivery.c.channel_id == channel_id, delivery.c.post_id.in_(undecided), ~delivery.c.mention)
    found: dict[int, set[int]] = {}
    for row in conn.execute(select(delivery.c.subscription_id, delivery.c.entry_id).where(*carried)):
        found.setdefault(row.subscription_id, set()).add(row.entry_id)
    return found


def undecided_ids(conn: Connection) -> list[str]:
    held_here = select(post.c.id).where(_HERE, HELD_POST).limit(1).scalar_subquery()
    ids = conn.execute(union_all(select(post.c.id).where(UNDECIDED), select(held_here).select_from(channel))).scalars()
    return [each for each in ids if each is not None]


def find(conn: Connection, post_id: str) -> Undecided | None:
    query = _shown().where(post.c.id == post_id, or_(HELD_POST, UNDECIDED))
    return next(iter(_load(conn, conn.execute(query).all())), None)


def _count_posts(conn: Connection, condition: Any, since: Any) -> list[ChannelCount]:
    found = select(since).where(_HERE, condition).correlate(channel).subquery()
    return count_by_channel(conn, func.count(), func.min(found.c[0]), found)


def count_by_channel(conn: Connection, count: Any, oldest: Any, found: Subquery) -> list[ChannelCount]:
    """Count what a subquery finds in each channel. It is correlated, because a join might begin with all posts."""
    numbers = {
        name: select(value).select_from(found).scalar_subquery().label(name) for name, value in (("number", count), ("oldest", oldest))
    }
    # the offset keeps SQLite from counting again for the condition, and PostgreSQL too
    counted = select(channel.c.id, channel.c.paused, *REF_COLUMNS, *numbers.values()).offset(0).subquery()
    rows = conn.execute(select(counted).where(counted.c.number > 0).order_by(counted.c.oldest, counted.c.id))
    return [ChannelCount(row.id, ref_of(row), row.number, row.oldest, row.paused) for row in rows]


def _undecided(conn: Connection, channel_id: int, condition: Any, since: Any, limit: int) -> list[Undecided]:
    query = _shown().where(post.c.channel_id == channel_id, condition).order_by(since, post.c.id).limit(limit)
    return _load(conn, conn.execute(query).all())


def _shown() -> Select[Any]:
    return select(post, contents.whole().label("whole"), *REF_COLUMNS).select_from(contents.WITH_SHARED.join(channel, _HERE))


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
            row.whole.get("text", ""),
        )
        for row in rows
    ]
