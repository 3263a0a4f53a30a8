"""Posts that show an entry: those that brought it, mention it or preview it."""

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from jobs.models.entries import Entry
from jobs.models.posts import ShownPost
from jobs.states import SHOWING, PostKind, PostState
from jobs.store.schema import ALIVE, content_subject, delivery, post, subscription


def channels_caused(conn: Connection, entry_id: int) -> set[int]:
    """Return the channels that have a post of the entry because it changes an earlier one there."""
    caused = (post.c.cause_id == entry_id, post.c.kind == PostKind.NOW)
    return set(conn.execute(select(post.c.channel_id).where(*caused)).scalars())


def find_showing(conn: Connection, entry: Entry) -> list[ShownPost]:
    """With all parts of their digests, oldest first."""
    carrying = (
        select(post.c.id, post.c.channel_id, post.c.subscription_id, post.c.period)
        .join(delivery, delivery.c.post_id == post.c.id)
        .where(delivery.c.entry_id == entry.id)
    )
    carriers = conn.execute(carrying).all()
    shared, besides = _naming(conn, entry, post.c.kind == PostKind.SAID), _showing_besides(conn, entry)
    previews = _naming(conn, entry, post.c.kind == PostKind.UNFURL)
    which: list[ColumnElement[bool]] = [post.c.id.in_({row.id for row in carriers} | shared | besides | previews)]
    which += [
        and_(
            post.c.channel_id == row.channel_id,
            post.c.subscription_id == row.subscription_id,  # IS NULL for None: PostgreSQL finds what is not distinct in no index
            post.c.period == row.period,
        )
        for row in carriers
        if row.period is not None
    ]
    alive = exists().where(subscription.c.channel_id == post.c.channel_id, ALIVE).label("subscribed")
    rows = conn.execute(select(post, alive).where(or_(*which)).order_by(post.c.created_at, post.c.part)).all()
    return [
        ShownPost(
            row.id,
            row.channel_id,
            PostState(row.state),
            row.part,
            row.id if row.period is None else (row.channel_id, row.subscription_id, row.period),
            frozenset(row.content.get("subjects", ())),
            row.subscribed and row.id not in previews,
            row.id in shared,
        )
        for row in rows
    ]


def _showing_besides(conn: Connection, entry: Entry) -> set[str]:
    """Return posts that show an entry without a delivery: digests that mention it, and posts of an entry that it changes."""
    return _naming(conn, entry, and_(post.c.kind.in_((*SHOWING, PostKind.REMINDER)), post.c.created_at >= entry.first_seen))


def shown_with(conn: Connection, channel_id: int, entry: Entry) -> set[str]:
    """Return the keys of the entries that a channel's posts show together with this one, or because of which they show it."""
    sent = and_(post.c.channel_id == channel_id, post.c.kind.in_(SHOWING), post.c.state == PostState.SENT)
    named = _naming(conn, entry, sent)
    about = select(post.c.about_id).where(post.c.id.in_(named), post.c.about_id.is_not(None))
    shown = conn.execute(select(post.c.content).where(or_(post.c.id.in_(named), post.c.id.in_(about)))).scalars()
    return {key for content in shown for key in content.get("subjects", ())} - {entry.key}


def receipts(conn: Connection, channel_id: int, entry: Entry) -> list[str]:
    """Return the receipts of a channel's posts that show an entry, the oldest first."""
    named = _naming(conn, entry, and_(post.c.channel_id == channel_id, post.c.kind.in_(SHOWING), post.c.state == PostState.SENT))
    query = select(post.c.receipt).where(post.c.id.in_(named), post.c.receipt.is_not(None)).order_by(post.c.settled_at, post.c.part)
    return list(conn.execute(query).scalars())


def _naming(conn: Connection, entry: Entry, condition: ColumnElement[bool]) -> set[str]:
    """Return posts that show an entry, by what they say, and not where it was deleted."""
    shared = select(content_subject.c.shared_id).where(content_subject.c.key == entry.key)
    return set(conn.execute(select(post.c.id).where(post.c.shared_id.in_(shared), condition, post.c.state != PostState.DEAD)).scalars())
