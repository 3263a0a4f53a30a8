"""The outbox: pending -> sending -> sent or dead. Whoever settles a post holds its channel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, bindparam, delete, exists, func, or_, select, update

from jobs.models.posts import About, Post, SentPost
from jobs.models.subscriptions import Subscription
from jobs.states import SHOWING, PostKind, PostState
from jobs.store import contents, deliveries, posting_pauses, unfurls
from jobs.store.channels import REF_COLUMNS, ref_of
from jobs.store.database import insert, load
from jobs.store.schema import (
    HELD_POST,
    UNDECIDED,
    UNSUBSCRIBED,
    channel,
    delivery,
    post,
    shared_content,
    subscription,
)

SHOWN_KEPT = timedelta(days=30)

_about, _about_shared = post.alias(), shared_content.alias()
"""The post that another one marks or answers. Made once, because making its columns takes longer than most queries."""

CORRECTING_LOCK = 0x636F72726563  #: PostgreSQL advisory lock: exclusive while corrections are recorded, shared by composers.


def lock_as_corrector(conn: Connection) -> None:
    """Wait for those who make posts and keep others from it, so that either they see the correction or it sees their posts."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(CORRECTING_LOCK)))


def lock_as_composer(conn: Connection) -> None:
    """Wait for those who record corrections, but not for other composers."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock_shared(CORRECTING_LOCK)))


def _load(row: Row[Any]) -> Post:
    about = None
    if row.about_id is not None:
        about = About(row.about_id, row.about_receipt or "", row.about_content or {}, row.about_link or "")
    none = {"tokens": (), "doubtful_since": None}
    return load(Post, row, channel=ref_of(row), kind=PostKind(row.kind), state=PostState(row.state), content=row.whole, about=about, **none)


_FIRST = (
    select(post, *REF_COLUMNS)
    .add_columns(_about.c.receipt.label("about_receipt"), _about.c.link.label("about_link"))
    .add_columns(contents.whole().label("whole"), contents.whole(_about, _about_shared).label("about_content"))
    .select_from(contents.WITH_SHARED.join(channel, channel.c.id == post.c.channel_id))
    .outerjoin(_about, _about.c.id == post.c.about_id)
    .outerjoin(_about_shared, _about_shared.c.id == _about.c.shared_id)
    .where(post.c.channel_id == bindparam("channel"), post.c.state == bindparam("state"))
    .order_by(post.c.created_at, post.c.about_id.is_not(None), post.c.part)
    .limit(1)
)


def first(conn: Connection, channel_id: int, state: PostState) -> Post | None:
    """Return the oldest post in this state; SENDING has one at most."""
    row = conn.execute(_FIRST, {"channel": channel_id, "state": state}).one_or_none()
    if row is None:
        return None
    found = _load(row)
    if found.about is None or not found.about.link:
        return found
    return replace(found, about=replace(found.about, siblings=unfurls.siblings(conn, channel_id, found.about)))


def add_pending(conn: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Skip existing marks and answers; return how many were inserted."""
    new = insert(conn, post).on_conflict_do_nothing().returning(post.c.id)
    pending = {"state": PostState.PENDING, "created_at": now, "attempts": 0}
    return len(conn.execute(new, [{**pending, **row, **contents.store(conn, row["content"], now)} for row in rows]).all()) if rows else 0


def set_content(conn: Connection, post_id: str, content: Mapping[str, Any], now: datetime) -> None:
    conn.execute(update(post).where(post.c.id == post_id).values(**contents.store(conn, content, now)))


def latest_catch_up(conn: Connection, channel_id: int) -> datetime | None:
    """Return the `period` of the channel's last catch-up."""
    here = (post.c.channel_id == channel_id, post.c.kind == PostKind.CATCH_UP)
    found: datetime | None = conn.execute(select(func.max(post.c.period)).where(*here)).scalar_one()
    return found


def latest_digest(conn: Connection, owner: Subscription, *, alive: bool) -> Row[Any] | None:
    """Return `period` and `created_at`; with `alive`, of the last that is not dead."""
    query: Select[Any] = select(post.c.period, post.c.created_at).where(post.c.subscription_id == owner.id)
    query = query.where(post.c.state != PostState.DEAD) if alive else query
    return conn.execute(query.order_by(post.c.period.desc()).limit(1)).one_or_none()


# settling


# made once: that takes longer than to run them

_BEGIN = (
    update(post)
    .where(post.c.id == bindparam("post"), post.c.state == PostState.PENDING, ~posting_pauses.lasts())
    .values(state=PostState.SENDING, sending_at=bindparam("now"), held_at=None, attempts=post.c.attempts + 1)
)
_SENT = (
    update(post)
    .where(post.c.id == bindparam("post"))
    .values(state=PostState.SENT, settled_at=bindparam("now"), receipt=bindparam("at"), error=None)
)
_SINCE = select(post.c.sending_at).where(post.c.id == bindparam("post"), post.c.state == PostState.SENDING, ~posting_pauses.lasts())


def begin_sending(conn: Connection, post_id: str, now: datetime) -> bool:
    """Record the intent, to be committed before the call. Return False if the post was withdrawn, or if all posting is paused."""
    return conn.execute(_BEGIN, {"post": post_id, "now": now}).rowcount == 1


def mark_sent(conn: Connection, receipts: Mapping[str, str], now: datetime) -> None:
    """Record that posts arrived, by their ids."""
    rows = [{"post": post_id, "at": receipt, "now": now} for post_id, receipt in receipts.items()]
    conn.execute(_SENT, rows if len(rows) > 1 else rows[0])


def sending_since(conn: Connection, post_id: str) -> datetime | None:
    """Return when the intent to send was committed or renewed, or None if the post is not being sent or all posting is paused."""
    return conn.execute(_SINCE, {"post": post_id}).scalar_one_or_none()


def renew_intent(conn: Connection, post_id: str, now: datetime) -> None:
    """Call this while its call is under way."""
    conn.execute(update(post).where(post.c.id == post_id, post.c.state == PostState.SENDING).values(sending_at=now))


def mark_pending(conn: Connection, post_id: str, why: str | None, *, counted: bool, plain: bool = False) -> None:
    """The post is certainly not in its channel. `counted`: the attempt counts. `plain`: the next sends plain text."""
    attempts = post.c.attempts if counted else post.c.attempts - 1
    values = {"state": PostState.PENDING, "sending_at": None, "attempts": attempts, "error": why, **({"plain": True} if plain else {})}
    conn.execute(update(post).where(post.c.id == post_id).values(**values))


def mark_unknown(conn: Connection, post_id: str, why: str, *, held_at: datetime | None) -> bool:
    """The post may have arrived and stays SENDING; with `held_at`, until an admin decides. Return whether it is held from now on."""
    conn.execute(update(post).where(post.c.id == post_id).values(error=why))
    if held_at is None:
        return False
    held = update(post).where(post.c.id == post_id, post.c.held_at.is_(None)).values(held_at=held_at)
    return conn.execute(held).rowcount == 1


def mark_dead(conn: Connection, post_id: str, why: str, now: datetime, *, dismissed: bool = False) -> None:
    """The post keeps what it carries; what it mentions is owed again. `dismissed`: no admin has to decide about it."""
    values = {"state": PostState.DEAD, "settled_at": now, "error": why, "dismissed_at": now if dismissed else None}
    conn.execute(update(post).where(post.c.id == post_id).values(**values))
    deliveries.release_mentions(conn, [post_id])


def marks_of(conn: Connection, post_id: str) -> dict[int, PostState]:
    """Return the states of a post's marks by the entries that caused them."""
    marks = select(post.c.cause_id, post.c.state).where(post.c.about_id == post_id, post.c.kind == PostKind.MARK)
    return {row.cause_id: PostState(row.state) for row in conn.execute(marks)}


def mark_unsent(conn: Connection, unsent: Post, cause_id: int, content: Mapping[str, Any], now: datetime) -> None:
    """Mark a pending post in its own content, so that no mark and no answer has to follow."""
    set_content(conn, unsent.id, content, now)
    these = (post.c.about_id == unsent.id, post.c.cause_id == cause_id)
    marked = {"state": PostState.SENT, "settled_at": now}
    if conn.execute(update(post).where(*these, post.c.kind == PostKind.MARK).values(**marked)).rowcount == 0:
        row = {"id": str(uuid4()), "channel_id": unsent.channel_id, "kind": PostKind.MARK, "part": 1, "content": {}, "attempts": 0}
        conn.execute(insert(conn, post).values(**row, **marked, created_at=now, about_id=unsent.id, cause_id=cause_id))
    dropped = {"state": PostState.DEAD, "settled_at": now, "dismissed_at": now, "error": "the post was marked before it was sent"}
    answers = update(post).where(*these, post.c.kind == PostKind.ANSWER, post.c.state == PostState.PENDING)
    conn.execute(answers.values(**dropped))


def find_undecided(conn: Connection, post_id: str) -> Row[Any] | None:
    """Return a held or dead post that waits for an admin's decision, or None."""
    columns = (post.c.channel_id, post.c.state, post.c.sending_at, post.c.settled_at, post.c.error)
    query: Select[Any] = select(*columns).where(post.c.id == post_id, or_(HELD_POST, UNDECIDED))
    return conn.execute(query).one_or_none()


def revive(conn: Connection, post_id: str) -> None:
    """Make a dead post pending in its old place, as if it were never tried."""
    values = {"state": PostState.PENDING, "attempts": 0, "sending_at": None, "settled_at": None, "error": None, "plain": False}
    conn.execute(update(post).where(post.c.id == post_id).values(**values))


def dismiss(conn: Connection, post_id: str, now: datetime) -> None:
    conn.execute(update(post).where(post.c.id == post_id).values(dismissed_at=now))


def dismiss_unwanted(conn: Connection, channel_id: int, now: datetime) -> None:
    """Dismiss dead posts that only ended subscriptions want."""
    dead = update(post).where(post.c.channel_id == channel_id, UNDECIDED, _unwanted())
    conn.execute(dead.values(dismissed_at=now, error=UNSUBSCRIBED))


def state_of(conn: Connection, post_id: str) -> PostState:
    return PostState(conn.execute(select(post.c.state).where(post.c.id == post_id)).scalar_one())


def withdraw(conn: Connection, channel_id: int, now: datetime) -> None:
    """Drop pending posts that only ended subscriptions want, except parts of what may be on its way.

    What others were to get with them is owed again. The caller holds the channel.
    """
    part = post.alias()
    begun = exists().where(_parts_of(part), part.c.state.in_((PostState.SENDING, PostState.SENT)))
    pending = (post.c.channel_id == channel_id, post.c.state == PostState.PENDING)
    dropped = conn.execute(select(post.c.id).where(*pending, _unwanted(), ~begun)).scalars().all()
    if dropped:
        dead = {"state": PostState.DEAD, "settled_at": now, "dismissed_at": now, "error": UNSUBSCRIBED}
        conn.execute(update(post).where(*pending, post.c.id.in_(dropped)).values(**dead))
        deliveries.release_live(conn, dropped)


def _parts_of(part: FromClause) -> ColumnElement[bool]:
    """Return the condition that `part` is the post, or another part of the same digest or catch-up."""
    together = and_(
        part.c.channel_id == post.c.channel_id,
        part.c.subscription_id.is_not_distinct_from(post.c.subscription_id),
        part.c.period == post.c.period,
    )
    return or_(part.c.id == post.c.id, together)


def _unwanted() -> ColumnElement[bool]:
    """Return the condition that only ended subscriptions want the post."""
    ended = select(subscription.c.id).where(subscription.c.ended_at.is_not(None))
    part = post.alias()
    here = delivery.c.channel_id == part.c.channel_id  # the index of deliveries begins with the channel
    carries = exists().where(_parts_of(part), here, delivery.c.post_id == part.c.id, ~delivery.c.mention)
    wanted = carries.where(delivery.c.subscription_id.not_in(ended), delivery.c.due_at <= part.c.created_at)
    return or_(post.c.subscription_id.in_(ended), and_(post.c.subscription_id.is_(None), carries, ~wanted))


# what channels show


def record(conn: Connection, channel_id: int, post_id: str, content: dict[str, Any], now: datetime, receipt: str = "") -> None:
    """Store a shown answer, so that later entries can mark it."""
    _add_sent(conn, channel_id, post_id, PostKind.SAID, content, now, receipt or post_id)


def record_shown(conn: Connection, channel_id: int, post_id: str, content: dict[str, Any], now: datetime, receipt: str) -> None:
    """Keep an answer without entries for `SHOWN_KEPT`, to be shown again."""
    conn.execute(delete(post).where(post.c.channel_id == channel_id, post.c.kind == PostKind.SHOWN, post.c.created_at < now - SHOWN_KEPT))
    _add_sent(conn, channel_id, post_id, PostKind.SHOWN, content, now, receipt)


def _add_sent(  # seven parameters: the columns of one row
    conn: Connection, channel_id: int, post_id: str, kind: PostKind, content: dict[str, Any], now: datetime, receipt: str
) -> None:
    times = {"created_at": now, "sending_at": now, "settled_at": now}
    row = {"id": post_id, "channel_id": channel_id, "kind": kind, "state": PostState.SENT, "receipt": receipt}
    conn.execute(insert(conn, post).values(**row, **times, **contents.store(conn, content, now), attempts=1, part=1))


def content_of(conn: Connection, channel_id: int, receipt: str) -> dict[str, Any] | None:
    """Return the Reply that the channel shows under this receipt."""
    here = (post.c.channel_id == channel_id, post.c.state == PostState.SENT, post.c.receipt == receipt)
    query = select(contents.whole()).select_from(contents.WITH_SHARED).where(*here, post.c.content_deleted_at.is_(None))
    return conn.execute(query.order_by(post.c.settled_at.desc()).limit(1)).scalar_one_or_none()


def sent_posts(conn: Connection, channel_id: int, limit: int) -> list[SentPost]:
    """The newest, except marks, answers and notices."""
    mark = post.alias()
    marks = select(func.count()).where(mark.c.about_id == post.c.id, mark.c.kind == PostKind.MARK, mark.c.state == PostState.SENT)
    columns = (marks.scalar_subquery().label("marks"), contents.whole().label("whole"))
    query: Select[Any] = select(post, *columns).select_from(contents.WITH_SHARED)
    query = query.where(
        post.c.channel_id == channel_id,
        post.c.state == PostState.SENT,
        post.c.kind.not_in((PostKind.MARK, PostKind.ANSWER, PostKind.NOTICE)),
    )
    rows = conn.execute(query.order_by(post.c.settled_at.desc(), post.c.created_at.desc(), post.c.part.desc()).limit(limit))
    return [SentPost(row.id, row.whole, row.settled_at, row.receipt or "", row.marks, row.link or "") for row in rows]


def posted(conn: Connection, channel_id: int, limit: int, *, since: datetime | None, until: datetime | None) -> list[SentPost]:
    """Return the channel's posts of messages and reminders, newest first, of which the text is still stored."""
    query: Select[Any] = select(post, contents.whole().label("whole")).select_from(contents.WITH_SHARED)
    query = query.where(
        post.c.channel_id == channel_id,
        post.c.state == PostState.SENT,
        post.c.kind.in_((*SHOWING, PostKind.REMINDER)),
        post.c.content_deleted_at.is_(None),
    )
    query = query.where(post.c.settled_at >= since) if since is not None else query
    query = query.where(post.c.settled_at < until) if until is not None else query
    rows = conn.execute(query.order_by(post.c.settled_at.desc(), post.c.created_at.desc(), post.c.part.desc()).limit(limit))
    return [SentPost(row.id, row.whole, row.settled_at, row.receipt or "") for row in rows]


def notice_of(conn: Connection, post_id: str) -> dict[str, Any] | None:
    return conn.execute(select(post.c.notice).where(post.c.id == post_id)).scalar_one_or_none()


def detach(conn: Connection, post_id: str) -> None:
    """Let a post go to its channel instead of a thread that is gone."""
    conn.execute(update(post).where(post.c.id == post_id).values(about_id=None))


def cause_of(conn: Connection, post_id: str) -> int | None:
    found: int | None = conn.execute(select(post.c.cause_id).where(post.c.id == post_id)).scalar_one()
    return found


def is_known(conn: Connection, post_id: str) -> bool:
    return bool(conn.execute(select(exists().where(post.c.id == post_id))).scalar_one())


def kind_of(conn: Connection, post_id: str) -> PostKind:
    return PostKind(conn.execute(select(post.c.kind).where(post.c.id == post_id)).scalar_one())
