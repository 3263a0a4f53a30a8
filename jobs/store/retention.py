"""Delete what is older than a moment, a bounded number of rows at a time, so that no transaction keeps other writers waiting.

Each function returns how many rows it changed; 0 says that nothing is left. Whatever is not settled stays, however old it is.
"""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    not_,
    null,
    or_,
    select,
    true,
    update,
)

from jobs.states import PostKind, PostState
from jobs.store import contents
from jobs.store.schema import delivery, entry, entry_text, post, reminder, reminder_post, revision, seen, subscription

ROWS = 200  #: Of a transaction, which then takes some 20 ms.
MAX_ENTRIES = 25  #: Whose outcomes a transaction deletes.
MAX_SHORT_ROWS = 1000  #: Of a transaction that reads and writes little of each.

_settled = or_(post.c.state == PostState.SENT, post.c.dismissed_at.is_not(None))
_confirms = exists().where(reminder.c.post_id == post.c.id, reminder.c.ended_at.is_(None))
"""The post confirmed reminders, and shows their dates as they stand."""


def delete_bodies(conn: Connection, before: datetime, now: datetime) -> int:
    """Delete the bodies of entries that were first seen before a moment. What was read in them stays, and so does the search index."""
    old = select(entry.c.id).where(entry.c.body_deleted_at.is_(None), entry.c.first_seen < before, entry.c.body.is_not(None))
    ids = conn.execute(old.limit(ROWS).with_for_update(skip_locked=True)).scalars().all()
    if ids:
        conn.execute(update(entry).where(entry.c.id.in_(ids)).values(body=None, links=null(), body_deleted_at=now))
    return len(ids)


def delete_earlier_texts(conn: Connection, before: datetime, _now: datetime) -> int:
    """Delete the texts that edits replaced before a moment."""
    old = select(entry_text.c.entry_id, entry_text.c.replaced_at).where(entry_text.c.replaced_at < before).limit(ROWS)
    rows = conn.execute(old).all()
    for row in rows:
        conn.execute(delete(entry_text).where(entry_text.c.entry_id == row.entry_id, entry_text.c.replaced_at == row.replaced_at))
    return len(rows)


def delete_contents(conn: Connection, before: datetime, now: datetime) -> int:
    """Delete what posts said that were settled before a moment, except which entries they showed."""
    old = (post.c.content_deleted_at.is_(None), post.c.settled_at < before, _settled, not_(_confirms))
    found = select(post.c.id, post.c.content).where(*old, post.c.kind.not_in((PostKind.SHOWN, PostKind.UNFURL)))
    rows = conn.execute(found.limit(ROWS).with_for_update(skip_locked=True)).all()
    for row in rows:
        content = {"text": "", "blocks": [], "subjects": row.content.get("subjects", [])}
        conn.execute(update(post).where(post.c.id == row.id).values(content=content, shared_id=None, content_deleted_at=now))
    return len(rows)


def delete_shared(conn: Connection, _before: datetime, now: datetime) -> int:
    return contents.delete_unused(conn, now, ROWS)


def delete_outcomes(conn: Connection, before: datetime, now: datetime) -> int:
    """Delete what became of entries that were first seen before a moment and that nobody is owed anymore."""
    theirs = delivery.c.entry_id == entry.c.id
    open_ = delivery.outerjoin(post, post.c.id == delivery.c.post_id).join(subscription, subscription.c.id == delivery.c.subscription_id)
    over = or_(and_(_settled, post.c.settled_at < before), and_(delivery.c.post_id.is_(None), subscription.c.ended_at < before))
    unsettled = select(delivery.c.id).select_from(open_).where(theirs, case((over, false()), else_=true())).correlate(entry).exists()
    old = (entry.c.outcomes_deleted_at.is_(None), entry.c.first_seen < before, entry.c.held_at.is_(None), ~unsettled)
    ids = conn.execute(select(entry.c.id).where(*old).limit(MAX_ENTRIES).with_for_update(skip_locked=True)).scalars().all()
    left = MAX_SHORT_ROWS
    for entry_id in ids:
        some = select(delivery.c.id).where(delivery.c.entry_id == entry_id).limit(left)
        deleted = conn.execute(delete(delivery).where(delivery.c.id.in_(some))).rowcount
        left -= deleted
        if left <= 0:  # the rest of this entry's, if any, comes in the next transaction
            break
        conn.execute(update(entry).where(entry.c.id == entry_id).values(outcomes_deleted_at=now))
    return len(ids)


def delete_posts(conn: Connection, before: datetime, _now: datetime) -> int:
    """Delete posts without content that were settled before a moment, and that nothing else needs."""
    here, mark, later = delivery.c.channel_id == post.c.channel_id, post.alias(), post.alias()
    needed = or_(
        exists().where(here, delivery.c.post_id == post.c.id),
        exists().where(reminder_post.c.post_id == post.c.id),  # why nothing is reminded of twice
        exists().where(mark.c.about_id == post.c.id),
        _confirms,
        and_(post.c.period.is_not(None), ~exists().where(_same_series(later), later.c.period > post.c.period)),
    )
    old = select(post.c.id).where(post.c.content_deleted_at.is_not(None), post.c.settled_at < before, ~needed)
    ids = conn.execute(old.limit(ROWS).with_for_update(skip_locked=True)).scalars().all()
    if ids:
        conn.execute(delete(post).where(post.c.id.in_(ids)))
    return len(ids)


def _same_series(other: FromClause) -> ColumnElement[bool]:
    """Return the condition that another post is a digest of the same subscription, or a catch-up of the same channel."""
    here = and_(other.c.channel_id == post.c.channel_id, other.c.kind == post.c.kind)
    return and_(here, other.c.subscription_id.is_not_distinct_from(post.c.subscription_id))


def delete_revisions(conn: Connection, before: datetime, _now: datetime) -> int:
    """Delete the files of a revision that another one replaced before a moment. The rest of its row stays."""
    later = revision.alias()
    replaced = exists().where(later.c.id > revision.c.id, later.c.at < before)
    kept = func.length(cast(revision.c.files, Text)) > len("{}")
    first = conn.execute(select(revision.c.id).where(replaced, kept).order_by(revision.c.id).limit(1)).scalar_one_or_none()
    if first is None:
        return 0
    return conn.execute(update(revision).where(revision.c.id == first).values(files={})).rowcount


def delete_seen(conn: Connection, before: datetime, _now: datetime) -> int:
    old = select(seen.c.key).where(seen.c.at < before).limit(MAX_SHORT_ROWS)
    return conn.execute(delete(seen).where(seen.c.key.in_(old))).rowcount
