"""Every claim raises `epoch`. Row locks are FOR NO KEY UPDATE: publishing refers to these rows and must not wait for senders."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, func, or_, select, update

from jobs.models.channels import ChannelPause, ChannelRef, Claim
from jobs.models.restorations import Restoration
from jobs.states import UNFINISHED, PostKind, PostState
from jobs.store import posting_pauses, restorations
from jobs.store.database import insert
from jobs.store.schema import channel, delivery, post

LONG_WAIT = timedelta(minutes=5)  #: Longer than any lease, rate slot or back-off.

REF_COLUMNS = (channel.c.platform, channel.c.workspace, channel.c.ref, channel.c.name, channel.c.extra)


def ref_of(row: Row[Any]) -> ChannelRef:
    return ChannelRef(row.platform, row.workspace, row.ref, row.name, row.extra)


def _is(ref: ChannelRef) -> ColumnElement[bool]:
    return and_(channel.c.platform == ref.platform, channel.c.workspace == ref.workspace, channel.c.ref == ref.id)


def get(conn: Connection, channel_id: int) -> ChannelRef | None:
    row = conn.execute(select(channel).where(channel.c.id == channel_id)).one_or_none()
    return None if row is None else ref_of(row)


def find_id(conn: Connection, ref: ChannelRef) -> int | None:
    return conn.execute(select(channel.c.id).where(_is(ref))).scalar_one_or_none()


def find_personal(conn: Connection, platform: str, workspace: str, user: str) -> ChannelRef | None:
    """Return the newest stored chat between the bot and a person."""
    mine = and_(channel.c.platform == platform, channel.c.workspace == workspace, channel.c.ref != user)
    query = select(channel).where(mine, channel.c.extra["user"].as_string() == user).order_by(channel.c.id.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return None if row is None else ref_of(row)


def ensure(conn: Connection, ref: ChannelRef, now: datetime) -> int:
    """Return the channel's id. A new name replaces the old; `extra` is merged."""
    known = conn.execute(select(channel.c.id, channel.c.name, channel.c.extra).where(_is(ref))).one_or_none()
    extra = {**(known.extra if known is not None else {}), **ref.extra}
    if known is not None and ref.name in ("", known.name) and extra == known.extra:
        return int(known.id)
    new = insert(conn, channel).values(
        platform=ref.platform, workspace=ref.workspace, ref=ref.id, name=ref.name, free_at=now, epoch=0, failures=0, extra=extra
    )
    # the name is set even to itself: DO NOTHING would return no id
    newer = {"name": new.excluded.name if ref.name else channel.c.name, "extra": new.excluded.extra if extra else channel.c.extra}
    stored = new.on_conflict_do_update(index_elements=["platform", "workspace", "ref"], set_=newer).returning(channel.c.id)
    return int(conn.execute(stored).scalar_one())


def refresh(conn: Connection, ref: ChannelRef, now: datetime) -> None:
    """Update a stored channel; ignore any other."""
    if find_id(conn, ref) is not None:
        ensure(conn, ref, now)


# pauses: what a paused channel is owed stays owed


def pause_reason(conn: Connection, channel_id: int) -> str | None:
    return conn.execute(select(channel.c.paused).where(channel.c.id == channel_id)).scalar_one_or_none()


def find_pause(conn: Connection, channel_id: int) -> ChannelPause | None:
    query = select(channel.c.paused, channel.c.paused_by, channel.c.paused_until)
    row = conn.execute(query.where(channel.c.id == channel_id, channel.c.paused.is_not(None))).one_or_none()
    return None if row is None else ChannelPause(row.paused, row.paused_by, row.paused_until)


def pause(conn: Connection, channel_id: int, reason: str, by: str | None = None, until: datetime | None = None) -> None:
    """Pause a channel; `by` is the person who did it, if somebody did."""
    _set_pause(conn, [channel_id], reason)
    conn.execute(update(channel).where(channel.c.id == channel_id).values(paused_by=by, paused_until=until))


def list_ids(conn: Connection) -> list[int]:
    return list(conn.execute(select(channel.c.id)).scalars())


def over_pauses(conn: Connection, now: datetime) -> list[int]:
    """Return the channels, in the order of their ids, that resume by themselves now."""
    query = select(channel.c.id).where(channel.c.paused_until <= now, channel.c.paused.is_not(None))
    return list(conn.execute(query.order_by(channel.c.id).with_for_update(skip_locked=True, key_share=True)).scalars())


# `jobs.pauses` resumes


def resume(conn: Connection, channel_id: int) -> None:
    _set_pause(conn, [channel_id], None)


def pause_workspace(conn: Connection, platform: str, workspace: str, reason: str) -> int:
    """Pause channels that are not paused yet; return how many."""
    rows = _lock_workspace(conn, platform, workspace, channel.c.paused.is_(None))
    return len(_set_pause(conn, [row.id for row in rows], reason))


def resume_workspace(conn: Connection, platform: str, workspace: str, prefix: str) -> list[int]:
    """Resume channels whose reason starts with `prefix`, unless a person paused them; return their ids."""
    rows = _lock_workspace(conn, platform, workspace, channel.c.paused.startswith(prefix, autoescape=True), channel.c.paused_by.is_(None))
    return _set_pause(conn, [row.id for row in rows], None)


def pause_team(conn: Connection, ref: ChannelRef, reason: str, *, whole: bool) -> list[tuple[int, ChannelRef]]:
    """Pause the channel, or its `whole` team, except what is paused already; return the channels with their ids."""
    rows = [
        row for row in _lock_workspace(conn, ref.platform, ref.workspace, channel.c.paused.is_(None)) if _in_team(row, ref, whole=whole)
    ]
    _set_pause(conn, [row.id for row in rows], reason)
    return [(row.id, ref_of(row)) for row in rows]


def resume_team(conn: Connection, ref: ChannelRef, keep_prefix: str, *, whole: bool) -> list[int]:
    """Resume the channel, or its `whole` team, except what a person paused and reasons that start with `keep_prefix`; return their ids."""
    rows = _lock_workspace(conn, ref.platform, ref.workspace, channel.c.paused.is_not(None), channel.c.paused_by.is_(None))
    resumed = [row.id for row in rows if _in_team(row, ref, whole=whole) and not row.paused.startswith(keep_prefix)]
    return _set_pause(conn, resumed, None)


def _in_team(row: Row[Any], ref: ChannelRef, *, whole: bool) -> bool:
    team = ref.extra.get("team_id")
    return row.ref == ref.id or bool(whole and team and (row.extra or {}).get("team_id") == team)


def _lock_workspace(conn: Connection, platform: str, workspace: str, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """In the order of ids, so that two transactions cannot deadlock."""
    query = select(channel).where(channel.c.platform == platform, channel.c.workspace == workspace, *conditions)
    return conn.execute(query.order_by(channel.c.id).with_for_update(key_share=True)).all()


def _set_pause(conn: Connection, ids: list[int], reason: str | None) -> list[int]:
    values = {"paused": reason, "paused_by": None, "paused_until": None} | ({"failures": 0} if reason is None else {})
    if ids:
        conn.execute(update(channel).where(channel.c.id.in_(ids)).values(**values))
    return ids


# claims


_HAS_WORK = and_(
    ~posting_pauses.lasts(),
    channel.c.platform.in_(bindparam("platforms", expanding=True)),
    channel.c.paused.is_(None),
    or_(
        exists().where(post.c.channel_id == channel.c.id, post.c.state.in_(UNFINISHED)),
        exists().where(delivery.c.channel_id == channel.c.id, delivery.c.post_id.is_(None), delivery.c.due_at <= bindparam("now")),
    ),
)
_NEXT = (
    select(channel.c.id)
    .where(_HAS_WORK, channel.c.free_at <= bindparam("now"))
    .order_by(channel.c.free_at, channel.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, key_share=True)
    .cte("next")
)
_CLAIM = (
    update(channel)
    .where(channel.c.id.in_(select(_NEXT.c.id)))
    .values(epoch=channel.c.epoch + 1, free_at=bindparam("until"))
    .returning(channel.c.id, *REF_COLUMNS, channel.c.epoch, channel.c.failures, channel.c.recalled, restorations.LATEST.label("latest"))
)
_NEXT_FREE = select(func.min(channel.c.free_at)).where(_HAS_WORK)
_FREE_ROWS = (
    select(channel.c.id, channel.c.epoch)
    .where(channel.c.id.in_(bindparam("channels", expanding=True)))
    .with_for_update(skip_locked=True, key_share=True)
)
_RELEASE = (
    update(channel)
    .where(channel.c.id == bindparam("channel"), channel.c.epoch == bindparam("held"))
    .values(free_at=bindparam("free"), failures=bindparam("failed"), compose_error=None, compose_failures=0)
)
_LEASE_END = select(channel.c.free_at).where(channel.c.id == bindparam("channel"), channel.c.epoch == bindparam("held"))
"""Made once, as the others: to make a statement takes longer than to run it."""


def claim(conn: Connection, platforms: Collection[str], now: datetime, lease: float, most: int = 1) -> list[Claim]:
    """Claim, for `lease` seconds, at most so many channels with work: those that have been free the longest."""
    until = now + timedelta(seconds=lease)
    rows = conn.execute(_CLAIM, {"platforms": list(platforms), "now": now, "most": most, "until": until}).all()
    return [Claim(row.id, ref_of(row), row.epoch, until, row.failures, _doubt(conn, row)) for row in rows]


def _doubt(conn: Connection, row: Row[Any]) -> Restoration | None:
    return restorations.newest(conn, row.recalled) if row.latest is not None and row.latest > row.recalled else None


def next_free(conn: Connection, platforms: Collection[str], now: datetime) -> datetime | None:
    """None if no channel has work."""
    found: datetime | None = conn.execute(_NEXT_FREE, {"platforms": list(platforms), "now": now}).scalar_one()
    return found


def end_wait_of_notice(conn: Connection, channel_id: int, now: datetime) -> None:
    """Free a channel that is tried again only later, because it was closed to a notice."""
    refused = exists().where(
        post.c.channel_id == channel.c.id,
        post.c.kind == PostKind.NOTICE,
        post.c.state == PostState.PENDING,
        post.c.error.is_not(None),
    )
    waits = (channel.c.id == channel_id, channel.c.free_at > now + LONG_WAIT, refused)
    conn.execute(update(channel).where(*waits).values(free_at=now))


def holds_claim(conn: Connection, claim: Claim) -> bool:
    """If it is the newest, it stays so until the transaction ends, and nobody pauses all posting until then."""
    epoch = select(channel.c.epoch, *posting_pauses.shared_lock(conn)).where(channel.c.id == claim.channel_id)
    return conn.execute(epoch.with_for_update(key_share=True)).scalar_one_or_none() == claim.epoch


def lock(conn: Connection, channel_id: int) -> None:
    """Nobody may claim the channel or settle in it until the transaction ends."""
    conn.execute(select(channel.c.id).where(channel.c.id == channel_id).with_for_update(key_share=True))


def revoke_claim(conn: Connection, channel_id: int, now: datetime) -> None:
    """Never call this while the holder may be sending."""
    conn.execute(update(channel).where(channel.c.id == channel_id).values(epoch=channel.c.epoch + 1, free_at=now, failures=0))


def lease_end(conn: Connection, claim: Claim) -> datetime | None:
    """Return when the lease ends as it was last renewed, or None if the claim was lost."""
    return conn.execute(_LEASE_END, {"channel": claim.channel_id, "held": claim.epoch}).scalar_one_or_none()


def renew(conn: Connection, claim: Claim, until: datetime) -> bool:
    """Return False, having changed nothing, if the claim was lost."""
    mine = update(channel).where(channel.c.id == claim.channel_id, channel.c.epoch == claim.epoch)
    return conn.execute(mine.values(free_at=until)).rowcount == 1


def release(conn: Connection, claim: Claim, free_at: datetime, failures: int) -> bool:
    """Return False, having changed nothing, if the claim was lost."""
    return conn.execute(_RELEASE, _release_of(claim, free_at, failures)).rowcount == 1


def release_free(conn: Connection, released: Sequence[tuple[Claim, datetime, int]]) -> set[int]:
    """Release channels, but none whose claim was lost or whose row another transaction has locked; return the ids of the released."""
    locked = conn.execute(_FREE_ROWS, {"channels": [claim.channel_id for claim, *_ in released]})
    epochs = {row.id: row.epoch for row in locked}
    rows = [_release_of(*each) for each in released if epochs.get(each[0].channel_id) == each[0].epoch]
    if rows:
        conn.execute(_RELEASE, rows)
    return {row["channel"] for row in rows}


def _release_of(claim: Claim, free_at: datetime, failures: int) -> dict[str, Any]:
    return {"channel": claim.channel_id, "held": claim.epoch, "free": free_at, "failed": failures}


def release_uncomposed(conn: Connection, claim: Claim, free_at: datetime, failures: int, error: str) -> int:
    """Release a channel whose next post could not be made; return how often in a row, 0 if the claim was lost."""
    mine = update(channel).where(channel.c.id == claim.channel_id, channel.c.epoch == claim.epoch)
    values = {"free_at": free_at, "failures": failures, "compose_error": error, "compose_failures": channel.c.compose_failures + 1}
    return conn.execute(mine.values(values).returning(channel.c.compose_failures)).scalar_one_or_none() or 0
