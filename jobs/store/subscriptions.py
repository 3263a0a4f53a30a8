import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, bindparam, cast, select, update

from jobs.models.subscriptions import Cadence, Filters, Subscription, SubscriptionSpec
from jobs.states import CadenceKind
from jobs.store.channels import REF_COLUMNS, ref_of
from jobs.store.database import insert, load
from jobs.store.schema import ALIVE, channel, subscription


def filters_digest(filters: Filters) -> str:
    return hashlib.sha256(json.dumps(asdict(filters.normalized), sort_keys=True).encode()).hexdigest()


def load_filters(stored: dict[str, Any]) -> Filters:
    lists = {name: tuple(stored[name]) for name in ("feeds", "topics", "phrases", "never")}
    return Filters(**lists, system=stored["system"])


def load_cadence(stored: dict[str, Any]) -> Cadence:
    at = stored["at"]
    return Cadence(CadenceKind(stored["kind"]), None if at is None else time.fromisoformat(at), stored["weekday"])


def _timing(spec: SubscriptionSpec, deadlines_since: datetime | None) -> dict[str, Any]:
    """Columns that may change in place; the filters are the identity."""
    at = None if spec.cadence.at is None else spec.cadence.at.strftime("%H:%M")
    cadence = {"kind": spec.cadence.kind, "at": at, "weekday": spec.cadence.weekday}
    return {"cadence": cadence, "zone": spec.zone, "digest_only": spec.digest_only, "deadlines_since": deadlines_since}


def _select() -> Select[Any]:
    return select(subscription, *REF_COLUMNS).join(channel, channel.c.id == subscription.c.channel_id)


_BY_IDS = _select().where(subscription.c.id.in_(bindparam("ids", expanding=True)))


def _load(row: Row[Any]) -> Subscription:
    filters, cadence = load_filters(row.filters), load_cadence(row.cadence)
    return load(Subscription, row, channel=ref_of(row), filters=filters, cadence=cadence)


def get(conn: Connection, subscription_id: int) -> Subscription | None:
    return by_ids(conn, [subscription_id]).get(subscription_id)


def by_ids(conn: Connection, ids: Iterable[int]) -> dict[int, Subscription]:
    wanted = list(ids)
    return {row.id: _load(row) for row in conn.execute(_BY_IDS, {"ids": wanted})} if wanted else {}


def list_for_channel(conn: Connection, channel_id: int) -> list[Subscription]:
    """Only live ones, oldest first."""
    alive = _select().where(subscription.c.channel_id == channel_id, subscription.c.ended_at.is_(None)).order_by(subscription.c.id)
    return [_load(row) for row in conn.execute(alive)]


def list_all_for_channel(conn: Connection, channel_id: int) -> list[tuple[Subscription, datetime | None]]:
    """Return those that ended too, each with when it ended, oldest first."""
    rows = conn.execute(_select().where(subscription.c.channel_id == channel_id).order_by(subscription.c.id))
    return [(_load(row), row.ended_at) for row in rows]


def list_for_person(conn: Connection, person: str) -> list[Subscription]:
    """Return all live subscriptions of channels in which a person set one. `person` ends `created_by`, in brackets."""
    theirs = select(subscription.c.channel_id).where(
        subscription.c.ended_at.is_(None), subscription.c.created_by.endswith(f" ({person})", autoescape=True)
    )
    query = _select().where(subscription.c.ended_at.is_(None), subscription.c.channel_id.in_(theirs))
    return [_load(row) for row in conn.execute(query.order_by(subscription.c.channel_id, subscription.c.id))]


def list_with_deadlines(conn: Connection) -> list[Subscription]:
    """Return the live subscriptions with reminders, of channels that are not paused."""
    wanted = (subscription.c.ended_at.is_(None), subscription.c.deadlines_since.is_not(None), channel.c.paused.is_(None))
    return [_load(row) for row in conn.execute(_select().where(*wanted).order_by(subscription.c.id))]


def live_rows(conn: Connection, *, dated: bool) -> Sequence[Row[Any]]:
    """Return the columns that publishing needs of all of them, unloaded: `filters` and `cadence` as texts, of which most are the same.

    `dated`: with `created_at`, which takes a fifth of the time.
    """
    mine = subscription.c
    texts = (cast(mine.filters, Text).label("filters"), cast(mine.cadence, Text).label("cadence"))
    alive = (
        select(mine.id, mine.channel_id, mine.filters_digest, *texts, mine.zone, mine.digest_only, channel.c.platform)
        .add_columns(mine.paused_until, *((mine.created_at,) if dated else ()))
        .join(channel, channel.c.id == subscription.c.channel_id)
        .where(subscription.c.ended_at.is_(None))
        .order_by(subscription.c.id)
    )
    return conn.execute(alive).all()


def add(conn: Connection, channel_id: int, spec: SubscriptionSpec, created_by: str, now: datetime) -> Subscription | None:
    """Return None if the channel has a live one with the same filters."""
    new = insert(conn, subscription).values(
        channel_id=channel_id,
        filters=asdict(spec.filters.normalized),
        filters_digest=filters_digest(spec.filters),
        created_by=created_by,
        created_at=now,
        **_timing(spec, now if spec.deadlines else None),
    )
    new = new.on_conflict_do_nothing(index_elements=["channel_id", "filters_digest"], index_where=ALIVE)
    created = conn.execute(new.returning(subscription.c.id)).scalar_one_or_none()
    return None if created is None else get(conn, created)


def lock_live(conn: Connection, channel_id: int, filters: Filters) -> Subscription | None:
    same = (subscription.c.channel_id == channel_id, subscription.c.filters_digest == filters_digest(filters))
    query = select(subscription.c.id).where(*same, subscription.c.ended_at.is_(None)).with_for_update(key_share=True)
    found = conn.execute(query).scalar_one_or_none()
    return None if found is None else get(conn, found)


def set_timing(conn: Connection, before: Subscription, spec: SubscriptionSpec, now: datetime) -> None:
    since = (before.deadlines_since or now) if spec.deadlines else None
    conn.execute(update(subscription).where(subscription.c.id == before.id).values(**_timing(spec, since)))


def set_pause(conn: Connection, subscription_id: int, until: datetime | None) -> None:
    conn.execute(update(subscription).where(subscription.c.id == subscription_id).values(paused_until=until))


def has_over_pauses(conn: Connection, now: datetime) -> bool:
    return conn.execute(select(subscription.c.id).where(*_over(now)).limit(1)).first() is not None


def end_pauses(conn: Connection, now: datetime) -> list[Subscription]:
    """Forget the pauses that are over, and return their subscriptions as they were."""
    over = conn.execute(select(subscription.c.id, subscription.c.paused_until).where(*_over(now)).order_by(subscription.c.id)).all()
    ended = [
        row
        for row in over
        if conn.execute(update(subscription).where(subscription.c.id == row.id, *_over(now)).values(paused_until=None)).rowcount == 1
    ]
    found = by_ids(conn, [row.id for row in ended])
    return [replace(found[row.id], paused_until=row.paused_until) for row in ended]


def _over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return subscription.c.paused_until <= now, subscription.c.ended_at.is_(None)


def end(conn: Connection, channel_id: int, subscription_id: int, now: datetime) -> bool:
    """Return False if the channel has no live one with this id."""
    live = (subscription.c.id == subscription_id, subscription.c.channel_id == channel_id, subscription.c.ended_at.is_(None))
    return conn.execute(update(subscription).where(*live).values(ended_at=now)).rowcount == 1
