"""Copies of the database, and what channels got that a restored one does not know of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, and_, bindparam, func, or_, select, text, update

from jobs.models.restorations import Restoration, Trace
from jobs.states import PostKind, PostState
from jobs.store import contents
from jobs.store.database import Database, insert
from jobs.store.schema import HELD_POST, channel, delivery, entry, feed, post, recalled, restoration, seen, subscription

UNOPENED = ""
"""The identity of a copy that was not opened yet."""

LATEST = select(func.max(restoration.c.id)).where(restoration.c.since.is_not(None), restoration.c.at.is_not(None)).scalar_subquery()
"""The id of the newest restoration, or NULL."""


def identity(db: Database, conn: Connection) -> str:
    """Return what tells the database from its copies: the file, or the table that a dump creates anew."""
    if not db.sqlite:
        return str(conn.execute(text("SELECT CAST('restoration' AS regclass)::oid")).scalar_one())
    return str(Path(db.url.database).stat().st_ino) if db.url.database else "memory"


def newest_identity(conn: Connection) -> str | None:
    """Return the identity that was noted last, or None if none ever was."""
    return conn.execute(select(restoration.c.identity).order_by(restoration.c.id.desc()).limit(1)).scalar_one_or_none()


def add(  # five parameters: the columns of one row
    conn: Connection, of: str, since: datetime | None, at: datetime | None, *, certain: bool
) -> None:
    conn.execute(insert(conn, restoration).values(identity=of, since=since, at=at, certain=certain))


def open_copy(conn: Connection, of: str, now: datetime) -> None:
    """Note that a copy was opened, which is the time up to which it knows nothing."""
    conn.execute(update(restoration).where(restoration.c.identity == UNOPENED).values(identity=of, at=now))


def made_at(conn: Connection) -> datetime:
    """Return when a copy was made that was not opened yet."""
    found: datetime = conn.execute(select(func.max(restoration.c.since)).where(restoration.c.identity == UNOPENED)).scalar_one()
    return found


def unopened_since(db: Database, conn: Connection) -> datetime | None:
    """Return when the database was copied if it is a copy on which the bot did not start yet."""
    noted = newest_identity(conn)
    if noted == UNOPENED:
        return made_at(conn)
    return None if noted in (None, identity(db, conn)) else last_activity(conn)


def last_activity(conn: Connection) -> datetime | None:
    """Return the time of the newest thing that the database knows of, or None if it is new."""
    of_posts = (post.c.created_at, post.c.sending_at, post.c.settled_at)
    columns = (*of_posts, entry.c.first_seen, feed.c.last_success, subscription.c.created_at, seen.c.at)
    found = (conn.execute(select(func.max(each))).scalar_one() for each in columns)
    return max((each for each in found if each is not None), default=None)


def newest(conn: Connection, after: int = 0) -> Restoration | None:
    """Return the restorations since the one with the id `after` as one, or None."""
    columns = (func.max(restoration.c.id), func.min(restoration.c.since), func.max(restoration.c.at))
    columns_of = (restoration.c.id > after, restoration.c.since.is_not(None), restoration.c.at.is_not(None))
    number, since, until = conn.execute(select(*columns).where(*columns_of)).one()
    if number is None:
        return None
    certain = conn.execute(select(restoration.c.id).where(*columns_of, restoration.c.certain).limit(1)).scalar_one_or_none()
    return Restoration(number, since, until, certain is not None)


def count_doubtful(conn: Connection) -> int:
    """Count the channels with a live subscription whose history was not read since a restoration."""
    live = select(subscription.c.id).where(subscription.c.channel_id == channel.c.id, subscription.c.ended_at.is_(None))
    return int(conn.execute(select(func.count()).select_from(channel).where(channel.c.recalled < LATEST, live.exists())).scalar_one())


def set_recalled(conn: Connection, channel_id: int, number: int) -> None:
    """Note that nothing of a channel's past is in doubt because of the restoration."""
    conn.execute(update(channel).where(channel.c.id == channel_id).values(recalled=number))


def add_traces(conn: Connection, channel_id: int, traces: Iterable[Trace]) -> None:
    for trace in traces:
        row = {"channel_id": channel_id, "post_id": trace.post, "receipt": trace.receipt, "at": trace.at}
        for token in trace.tokens:
            conn.execute(insert(conn, recalled).values(**row, token=token).on_conflict_do_nothing())


_TRACES = select(recalled).where(recalled.c.channel_id == bindparam("channel"))


def traces_of(conn: Connection, channel_id: int) -> dict[str, Trace]:
    """Return, by token, the messages that a channel got."""
    rows = conn.execute(_TRACES, {"channel": channel_id})
    return {row.token: Trace(row.post_id, row.receipt, row.at, (row.token,)) for row in rows}


def unsettled(conn: Connection, channel_id: int) -> dict[str, PostState]:
    """Return the states of the posts that the database does not know as sent."""
    query = select(post.c.id, post.c.state).where(post.c.channel_id == channel_id, post.c.state != PostState.SENT)
    return {row.id: PostState(row.state) for row in conn.execute(query)}


def restart_attempts(conn: Connection) -> None:
    """Let pending posts count as never tried, so that each is in doubt again."""
    conn.execute(update(post).where(post.c.state == PostState.PENDING).values(attempts=0))


def add_post(conn: Connection, channel_id: int, trace: Trace, subjects: Collection[str], now: datetime) -> None:
    """Store a sent post that only its channel's history knows, or more of what it shows."""
    known = conn.execute(select(contents.whole()).select_from(contents.WITH_SHARED).where(post.c.id == trace.post)).scalar_one_or_none()
    content = known or {"text": "", "blocks": [], "subjects": []}
    content = content | {"subjects": list(dict.fromkeys((*content.get("subjects", ()), *subjects)))}
    times = {"created_at": trace.at, "sending_at": trace.at, "settled_at": trace.at}
    row = {"id": trace.post, "channel_id": channel_id, "kind": PostKind.NOW, "state": PostState.SENT, "receipt": trace.receipt}
    stored = contents.store(conn, content, now)
    new = insert(conn, post).values(**row, **times, **stored, attempts=1, part=1)
    conn.execute(new.on_conflict_do_update(index_elements=["id"], set_=stored))


def unposted(conn: Connection, channel_id: int) -> list[tuple[int, str]]:
    """Return the id and the entry's key of each delivery that no post carries."""
    query = select(delivery.c.id, entry.c.key).join(entry, entry.c.id == delivery.c.entry_id)
    rows = conn.execute(query.where(delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None)))
    return [(row.id, row.key) for row in rows]


@dataclass(frozen=True, slots=True)
class Unsent:
    """A post that waits, or that is held."""

    id: str
    held: bool
    created_at: datetime
    keys: tuple[str, ...]  #: Of the entries that it carries.


def unsent(conn: Connection, channel_id: int) -> list[Unsent]:
    """Return the channel's posts that are certainly not on their way, and carry entries."""
    carried = and_(delivery.c.post_id == post.c.id, delivery.c.channel_id == post.c.channel_id, ~delivery.c.mention)
    query = (
        select(post.c.id, post.c.held_at, post.c.created_at, entry.c.key)
        .join(delivery, carried)
        .join(entry, entry.c.id == delivery.c.entry_id)
    )
    rows = conn.execute(query.where(post.c.channel_id == channel_id, or_(post.c.state == PostState.PENDING, HELD_POST))).all()
    keys: dict[str, list[str]] = {}
    for row in rows:
        keys.setdefault(row.id, []).append(row.key)
    posts = {row.id: row for row in rows}
    return [Unsent(each, row.held_at is not None, row.created_at, tuple(keys[each])) for each, row in posts.items()]


def delete_post(conn: Connection, post_id: str) -> None:
    """Delete a post that was never sent; what it was to bring is owed again."""
    conn.execute(update(delivery).where(delivery.c.post_id == post_id).values(post_id=None, mention=False))
    conn.execute(post.delete().where(post.c.id == post_id))
