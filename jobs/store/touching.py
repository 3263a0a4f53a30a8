"""Posts about earlier posts, which a later entry changes: the intent is stored with the entry itself, in the same transaction.

What they say is composed when they are sent; they are claimed, sent and settled as every post is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, exists, or_, select, update

from jobs.corrections import ANSWER, MARK, Relation, Standing, Touch, changed_by, touched
from jobs.models import Bundle, Entry, Listed, Post
from jobs.store import entries
from jobs.store.schema import ALIVE, delivery, post, subscription
from jobs.store.timeline import SAID
from jobs.store.upsert import insert

PARTS = {MARK: 1, ANSWER: 2}
"""The mark first."""


def touch(conn: Connection, later: Sequence[Entry], now: datetime) -> int:
    """Writes down the posts about posts that show what these entries change; answers how many are new. Never twice for the same
    entry and post."""
    rows = []
    for entry in later:
        for number, how in changed_by(entry).items():
            earlier = _earlier(conn, entry, number)
            if earlier is not None:
                rows += [_row(each, entry, now) for each in touched(_standing(conn, earlier), Relation(entry, earlier, how))]
    if not rows:
        return 0
    storing = insert(conn, post).on_conflict_do_nothing(index_elements=["about_id", "cause_id", "kind"]).returning(post.c.id)
    return len(conn.execute(storing, rows).all())


def _earlier(conn: Connection, later: Entry, number: str) -> Entry | None:
    """The stored message with this number; of samples that come again, the one before."""
    before = [each for each in entries.all_by_number(conn, number) if each.feed == later.feed and each.id != later.id]
    return max(before, key=lambda each: each.id, default=None)


def _standing(conn: Connection, earlier: Entry) -> list[Standing]:
    carrying = (
        select(post.c.id, post.c.channel_id, post.c.subscription_id, post.c.period)
        .join(delivery, delivery.c.post_id == post.c.id)
        .where(delivery.c.entry_id == earlier.id)
    )
    found = conn.execute(carrying).all()
    shared, again = _showing(conn, earlier, post.c.kind == SAID), _again(conn, earlier)
    if not found and not shared:
        return []
    same: list[ColumnElement[bool]] = [post.c.id.in_({row.id for row in found} | shared | again)]
    same += [and_(post.c.subscription_id == row.subscription_id, post.c.period == row.period) for row in found if row.period is not None]
    alive = exists().where(subscription.c.channel_id == post.c.channel_id, ALIVE).label("subscribed")
    rows = conn.execute(select(post, alive).where(or_(*same)).order_by(post.c.created_at, post.c.part)).all()
    return [
        Standing(
            row.id,
            row.channel_id,
            row.state,
            row.part,
            row.id if row.period is None else (row.subscription_id, row.period),
            frozenset(row.content.get("subjects", ())),
            row.subscribed or row.id in shared,
        )
        for row in rows
    ]


def _again(conn: Connection, earlier: Entry) -> set[str]:
    """The digests that tell the entry again after it was posted on its own ("posted here Fri"): no delivery says so. They are in channels
    that were owed it, and not older than it."""
    owed = select(delivery.c.channel_id).where(delivery.c.entry_id == earlier.id)
    later = post.c.created_at >= earlier.first_seen
    return _showing(conn, earlier, and_(post.c.kind == "digest", post.c.channel_id.in_(owed), later))


def _showing(conn: Connection, earlier: Entry, among: ColumnElement[bool]) -> set[str]:
    """The posts that name the entry as a subject: `said` ones are those by which somebody showed it to a channel."""
    named = cast(post.c.content, Text).contains(f'"{earlier.key}"', autoescape=True)
    rows = conn.execute(select(post.c.id, post.c.content).where(among, post.c.state != "dead", named))
    return {row.id for row in rows if earlier.key in row.content.get("subjects", ())}


def _row(of: Touch, cause: Entry, now: datetime) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "channel_id": of.channel_id,
        "kind": of.kind,
        "part": PARTS[of.kind],
        "state": "pending",
        "created_at": now,
        "attempts": 0,
        "content": {},
        "about_id": of.about,
        "cause_id": cause.id,
    }


def bundle(conn: Connection, of: Post, now: datetime) -> Bundle | None:
    """What a post about a post is made of; None when there is nothing to be about: that post was never sent."""
    row = conn.execute(select(post.c.cause_id).where(post.c.id == of.id)).one()
    about = of.about
    cause = entries.by_ids(conn, [row.cause_id]).get(row.cause_id)
    if about is None or cause is None or not about.receipt:
        return None
    changes = changed_by(cause)
    shown = entries.known(conn, about.content.get("subjects", ())).values()
    changed = tuple(each for each in shown if each.number in changes and each.id != cause.id)
    items = (Listed(cause, "; ".join(f"{changes[each.number]} {each.number}" for each in changed)), *(Listed(each, "") for each in changed))
    return Bundle(of.kind, of.channel, None, items, None, now, None, about)


def compose(conn: Connection, of: Post, content: dict[str, Any]) -> None:
    """Keeps what the post says: a second try says the same."""
    conn.execute(update(post).where(post.c.id == of.id).values(content=content))


def marked(conn: Connection, of: Post) -> None:
    """The post that was marked says so from now on, here too: a second mark stands above the first."""
    if of.about is not None:
        conn.execute(update(post).where(post.c.id == of.about.id).values(content=of.content))
