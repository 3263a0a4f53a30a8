"""Deliveries: one entry owed to one subscription, until a post settles it."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from jobs.models.entries import SAMPLE, Entry, document_of
from jobs.models.posts import Carried, Owed
from jobs.models.subscriptions import Subscription
from jobs.states import UNFINISHED, URGENT_LEADS, Lead, PostState
from jobs.store import duplicates, subscriptions
from jobs.store.database import insert
from jobs.store.schema import UNDECIDED, UNSUBSCRIBED, delivery, entry, post, subscription

Terms = tuple[int, datetime, str, bool]
"""Terms that many deliveries of an entry share: its id, when it is due, because of what, and whether it goes out with a catch-up."""

PUBLISHING_LOCK = 0x7472616465  #: PostgreSQL advisory lock: shared by publishers, exclusive for a subscription's changes.


def lock_out_publishers(conn: Connection) -> None:
    """Keep others from creating deliveries until the transaction ends."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(PUBLISHING_LOCK)))


def lock_as_publisher(conn: Connection) -> None:
    """Wait for changes of subscriptions, but not for other publishers."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock_shared(PUBLISHING_LOCK)))


def add(conn: Connection, owed: Mapping[Terms, Sequence[int]], now: datetime) -> None:
    """Owe entries on these terms to subscriptions, by their ids. Skip deliveries that exist.

    The database copies one row for all subscriptions with the same terms: ten thousand rows of values would take four times as long.
    """
    if not owed:
        return
    values = {
        "entry_id": bindparam("entry", type_=delivery.c.entry_id.type),
        "subscription_id": subscription.c.id,
        "channel_id": subscription.c.channel_id,
        "due_at": bindparam("due", type_=delivery.c.due_at.type),
        "created_at": bindparam("now", type_=delivery.c.created_at.type),
        "because": bindparam("because", type_=delivery.c.because.type),
        "mention": false(),
        "catch_up": bindparam("catch_up", type_=delivery.c.catch_up.type),
    }
    rows = select(*values.values()).where(subscription.c.id.in_(_listed(conn, "subscriptions"))).order_by(subscription.c.id)
    new = insert(conn, delivery).from_select(list(values), rows).on_conflict_do_nothing(index_elements=["entry_id", "subscription_id"])
    conn.execute(
        new,
        [
            {"entry": entry_id, "due": due_at, "because": because, "catch_up": catch_up, "now": now, "subscriptions": json.dumps(ids)}
            for (entry_id, due_at, because, catch_up), ids in owed.items()
        ],
    )


def _listed(conn: Connection, name: str) -> Select[Any]:
    """Return the ids in a parameter of this name, which is a JSON array: a statement may have far fewer parameters than there are ids."""
    array = bindparam(name, type_=Text)
    if conn.dialect.name == "sqlite":
        return select(func.json_each(array).table_valued("value").c.value)
    return select(cast(func.json_array_elements_text(cast(array, JSON)).column_valued(), BigInteger))


def document_dues(conn: Connection, documents: Sequence[Entry]) -> dict[tuple[int, int], datetime]:
    """Return when channels get, or got, a document of these that another feed brought, by the ids of the document here and the channel.

    Samples have those of real messages.
    """
    known: dict[tuple[str, str] | None, Entry] = {each.document: each for each in documents if each.document is not None}
    if not known:
        return {}
    wanted = or_(delivery.c.post_id.is_not(None), delivery.c.subscription_id.not_in(_ended()))
    columns = (entry.c.key, entry.c.number, entry.c.url, entry.c.feed, delivery.c.channel_id)
    query = select(*columns, func.min(delivery.c.due_at).label("due_at")).join(delivery, delivery.c.entry_id == entry.c.id)
    dues: dict[tuple[int, int], datetime] = {}
    for row in conn.execute(query.where(duplicates.named_alike(conn, known.values()), wanted).group_by(*columns)):
        document = document_of(row.key, row.number, row.url)
        same = known.get(document) if document is not None else None
        if same is not None and row.feed not in (same.feed, SAMPLE):
            key = (same.id, row.channel_id)
            dues[key] = min(row.due_at, dues.get(key, row.due_at))
    return dues


def _ended() -> Select[Any]:
    return select(subscription.c.id).where(subscription.c.ended_at.is_not(None))


def _unposted(channel_id: int, subscription_id: int | None = None) -> tuple[ColumnElement[bool], ...]:
    conditions = (delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None))
    return conditions if subscription_id is None else (*conditions, delivery.c.subscription_id == subscription_id)


# made once: to make a statement takes longer than to run it
_IN_CHANNEL = (delivery.c.channel_id == bindparam("channel"), delivery.c.post_id.is_(None))
_IS_DUE = (*_IN_CHANNEL, delivery.c.due_at <= bindparam("now"))
_OWED: Select[Any] = (
    select(delivery, entry.c.lead)
    .join(entry, entry.c.id == delivery.c.entry_id)
    .order_by(delivery.c.due_at, entry.c.published, delivery.c.entry_id, delivery.c.subscription_id)
)
_FIRST_DUE = _OWED.where(*_IS_DUE).limit(1)
_DUE = _OWED.where(*_IS_DUE).with_for_update(of=delivery, key_share=True)
_DUE_OF_ENTRY = _DUE.where(delivery.c.entry_id == bindparam("entry"))
_HAS_LATE = select(exists(select(delivery.c.id).where(*_IS_DUE, delivery.c.catch_up)))
_WAITING = _OWED.where(
    *_IN_CHANNEL, delivery.c.entry_id.in_(bindparam("entries", expanding=True)), delivery.c.subscription_id.not_in(_ended())
).with_for_update(of=delivery, key_share=True)


def first_due(conn: Connection, channel_id: int, now: datetime) -> Owed | None:
    """Return the delivery that is the first of those that `due` returns."""
    return next(iter(_owed(conn, _FIRST_DUE, {"channel": channel_id, "now": now})), None)


def has_late_due(conn: Connection, channel_id: int, now: datetime) -> bool:
    """Return whether a due delivery that no post carries is flagged for a catch-up."""
    return bool(conn.execute(_HAS_LATE, {"channel": channel_id, "now": now}).scalar_one())


def due(conn: Connection, channel_id: int, now: datetime, entry_id: int | None = None) -> list[Owed]:
    """Lock and return due deliveries that no post carries, of all entries or one, in posting order."""
    if entry_id is None:
        return _owed(conn, _DUE, {"channel": channel_id, "now": now})
    return _owed(conn, _DUE_OF_ENTRY, {"channel": channel_id, "now": now, "entry": entry_id})


def waiting(conn: Connection, channel_id: int, entry_ids: Collection[int]) -> list[Owed]:
    """Lock and return what live subscriptions are owed of these entries, due or not, and no post carries."""
    if not entry_ids:
        return []
    return _owed(conn, _WAITING, {"channel": channel_id, "entries": list(entry_ids)})


def _owed(conn: Connection, query: Select[Any], parameters: Mapping[str, Any]) -> list[Owed]:
    rows = conn.execute(query, parameters).all()
    owner = subscriptions.by_ids(conn, {row.subscription_id for row in rows})
    return [Owed(row.id, row.entry_id, Lead(row.lead), owner[row.subscription_id], row.due_at, row.because, row.catch_up) for row in rows]


_POSTED_AT = func.coalesce(post.c.settled_at, post.c.created_at, type_=post.c.created_at.type).label("posted_at")
_ALIVE = (post.c.state != PostState.DEAD).label("alive")
_CARRIERS = (
    select(delivery.c.entry_id, post.c.id, _POSTED_AT, _ALIVE)
    .join(post, post.c.id == delivery.c.post_id)
    .where(delivery.c.channel_id == bindparam("channel"), delivery.c.entry_id.in_(bindparam("entries", expanding=True)))
    .where(~delivery.c.mention, or_(_ALIVE, and_(post.c.dismissed_at.is_not(None), post.c.error.is_distinct_from(UNSUBSCRIBED))))
    .order_by(_ALIVE, post.c.created_at.desc())  # of several, the last counts
)


def carriers(conn: Connection, channel_id: int, entry_ids: Collection[int]) -> dict[int, Carried]:
    """Return which entries a post of the channel carries that is not dead, or that an admin dropped."""
    if not entry_ids:
        return {}
    rows = conn.execute(_CARRIERS, {"channel": channel_id, "entries": list(entry_ids)})
    return {row.entry_id: Carried(row.id, row.posted_at, dropped=not row.alive) for row in rows}


def channels_of(conn: Connection, entry_id: int) -> set[int]:
    """Return the channels that are or were owed the entry."""
    return set(conn.execute(select(delivery.c.channel_id).where(delivery.c.entry_id == entry_id)).scalars())


_ATTACH = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)))
    .values(post_id=bindparam("post"), mention=bindparam("mentioned"))
)


def attach(conn: Connection, delivery_ids: Collection[int], post_id: str, *, mention: bool) -> None:
    """Settle deliveries with a post, which may only mention their entries."""
    if delivery_ids:
        conn.execute(_ATTACH, {"ids": list(delivery_ids), "post": post_id, "mentioned": mention})


def carried_by(conn: Connection, post_id: str, channel_id: int) -> Sequence[Row[Any]]:
    """Return `id` and `entry_id` of what the post carries."""
    query: Select[Any] = select(delivery.c.id, delivery.c.entry_id)
    return conn.execute(query.where(delivery.c.channel_id == channel_id, delivery.c.post_id == post_id, ~delivery.c.mention)).all()


def owe_again(conn: Connection, delivery_ids: Collection[int]) -> None:
    if delivery_ids:
        conn.execute(update(delivery).where(delivery.c.id.in_(delivery_ids)).values(post_id=None))


def release_mentions(conn: Connection, post_ids: Collection[str]) -> None:
    """Owe entries again that only unsent posts mention."""
    mentions = update(delivery).where(delivery.c.post_id.in_(post_ids), delivery.c.mention)
    conn.execute(mentions.values(post_id=None, mention=False))


def release_live(conn: Connection, post_ids: Collection[str]) -> None:
    """Owe again what live subscriptions were to get with these posts."""
    live = update(delivery).where(delivery.c.post_id.in_(post_ids), delivery.c.subscription_id.not_in(_ended()))
    conn.execute(live.values(post_id=None, mention=False))


def sent_since(conn: Connection, owner: Subscription, after: datetime | None) -> Sequence[Row[Any]]:
    """Return what was sent outside of its digests (entry_id, because, lead, settled_at), oldest first.

    `early`: before it was due, with a correction.
    """
    early = and_(~delivery.c.mention, delivery.c.due_at > post.c.created_at)
    query: Select[Any] = (
        select(delivery.c.entry_id, delivery.c.because, entry.c.lead, post.c.settled_at, early.label("early"))
        .join(post, post.c.id == delivery.c.post_id)
        .join(entry, entry.c.id == delivery.c.entry_id)
        .where(delivery.c.channel_id == owner.channel_id, delivery.c.subscription_id == owner.id)
        .where(post.c.channel_id == owner.channel_id, post.c.state == PostState.SENT)
        .where(or_(post.c.subscription_id.is_(None), and_(post.c.subscription_id != owner.id, early)))
        .order_by(post.c.settled_at, delivery.c.id)
    )
    return conn.execute(query if after is None else query.where(post.c.settled_at > after)).all()


def unsent_entries(conn: Connection, channel_id: int, subscription_id: int) -> dict[int, Row[Any]]:
    """Return `due_at` and `catch_up` of entries that no post has brought yet; a dead post may still be resent."""
    query: Select[Any] = (
        select(delivery.c.entry_id, delivery.c.due_at, delivery.c.catch_up)
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, delivery.c.subscription_id == subscription_id)
        .where(or_(delivery.c.post_id.is_(None), post.c.state.in_(UNFINISHED), UNDECIDED))
    )
    return {row.entry_id: row for row in conn.execute(query)}


def reschedule(  # six parameters: whose, when, and which
    conn: Connection, channel_id: int, subscription_id: int, due_at: datetime, *, urgent: bool, later_than: datetime | None = None
) -> None:
    """Move its urgent entries, or all others; with `later_than`, only those that are due later."""
    urgent_entries = select(entry.c.id).where(entry.c.lead.in_(URGENT_LEADS))
    which: list[ColumnElement[bool]] = [delivery.c.entry_id.in_(urgent_entries) if urgent else delivery.c.entry_id.not_in(urgent_entries)]
    which += [] if later_than is None else [delivery.c.due_at > later_than]
    conn.execute(update(delivery).where(*_unposted(channel_id, subscription_id), *which).values(due_at=due_at))


def hasten(conn: Connection, entry_id: int, channel_ids: Collection[int], now: datetime) -> None:
    """Make the entry due now in these channels, but not for subscriptions that are paused or want digests only."""
    waits = (delivery.c.entry_id == entry_id, delivery.c.channel_id.in_(channel_ids), delivery.c.post_id.is_(None), delivery.c.due_at > now)
    paused = and_(subscription.c.paused_until.is_not(None), subscription.c.paused_until > now)
    patient = select(subscription.c.id).where(or_(subscription.c.digest_only, paused))
    conn.execute(update(delivery).where(*waits, delivery.c.subscription_id.not_in(patient)).values(due_at=now))


def make_due(conn: Connection, channel_id: int, now: datetime) -> int:
    """Return how many deliveries moved."""
    return conn.execute(update(delivery).where(*_unposted(channel_id), delivery.c.due_at > now).values(due_at=now)).rowcount


def mark_catch_up(conn: Connection, channel_ids: Collection[int], now: datetime, *, subscription_id: int | None = None) -> None:
    """Flag what is due in these channels, or to one subscription there, as late, so that many entries go out as one post."""
    if channel_ids:
        late = [delivery.c.channel_id.in_(channel_ids), delivery.c.post_id.is_(None), delivery.c.due_at <= now]
        late += [] if subscription_id is None else [delivery.c.subscription_id == subscription_id]
        conn.execute(update(delivery).where(*late).values(catch_up=True))


def delete_unposted(conn: Connection, channel_id: int, subscription_id: int) -> None:
    conn.execute(delete(delivery).where(*_unposted(channel_id, subscription_id)))


_DELETE_ENDED = delete(delivery).where(*_IS_DUE, delivery.c.subscription_id.in_(_ended()))


def delete_due_of_ended(conn: Connection, channel_id: int, now: datetime) -> None:
    """They were published while somebody unsubscribed."""
    conn.execute(_DELETE_ENDED, {"channel": channel_id, "now": now})
