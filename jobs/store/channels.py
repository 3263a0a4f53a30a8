"""Channels: where we post, and what a delivery worker claims."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from jobs.models import ChannelRef
from jobs.store.schema import channel
from jobs.store.upsert import insert

REF = (channel.c.platform, channel.c.workspace, channel.c.ref, channel.c.name, channel.c.extra)
"""What a query selects for `ref_of`."""


def ref_of(row: Row[Any]) -> ChannelRef:
    """The channel in a row that carries `REF`."""
    return ChannelRef(row.platform, row.workspace, row.ref, row.name, row.extra)


def ensure(conn: Connection, ref: ChannelRef, now: datetime) -> int:
    """The channel's id; it is stored when it is new. A new name replaces the old one, and what `extra` brings that of the same name."""
    known = conn.execute(
        select(channel.c.id, channel.c.name, channel.c.extra).where(
            channel.c.platform == ref.platform, channel.c.workspace == ref.workspace, channel.c.ref == ref.id
        )
    ).one_or_none()
    extra = {**(known.extra if known is not None else {}), **ref.extra}
    if known is not None and ref.name in ("", known.name) and extra == known.extra:
        return int(known.id)
    new = insert(conn, channel).values(
        platform=ref.platform, workspace=ref.workspace, ref=ref.id, name=ref.name, free_at=now, epoch=0, failures=0, extra=extra
    )
    # the name is set even to itself: DO NOTHING would return no id
    newer = {
        "name": new.excluded.name if ref.name else channel.c.name,
        "extra": new.excluded.extra if extra else channel.c.extra,
    }
    stored = new.on_conflict_do_update(index_elements=["platform", "workspace", "ref"], set_=newer).returning(channel.c.id)
    return int(conn.execute(stored).scalar_one())


def get(conn: Connection, channel_id: int) -> ChannelRef | None:
    """The channel with this id of ours."""
    row = conn.execute(select(channel).where(channel.c.id == channel_id)).one_or_none()
    return None if row is None else ref_of(row)


def pause(conn: Connection, channel_id: int, reason: str) -> None:
    """Nothing is posted there until `resume`; what is owed stays owed."""
    conn.execute(update(channel).where(channel.c.id == channel_id).values(paused=reason))


def pause_workspace(conn: Connection, platform: str, workspace: str, reason: str) -> int:
    """Pauses every channel of a workspace that isn't paused yet; answers how many. They are locked in the order of their
    ids, so that two that do it at once don't wait for each other in a circle."""
    of_workspace = (channel.c.platform == platform, channel.c.workspace == workspace, channel.c.paused.is_(None))
    running = select(channel.c.id).where(*of_workspace).order_by(channel.c.id).with_for_update(key_share=True)
    ids = conn.execute(running).scalars().all()
    conn.execute(update(channel).where(channel.c.id.in_(ids)).values(paused=reason))
    return len(ids)


def resume(conn: Connection, channel_id: int) -> None:
    """Posts there again, what became due meanwhile included."""
    conn.execute(update(channel).where(channel.c.id == channel_id).values(paused=None, failures=0))


def resume_workspace(conn: Connection, platform: str, workspace: str, beginning: str) -> int:
    """Resumes every channel of a workspace whose reason begins like this; answers how many."""
    of_workspace = (
        channel.c.platform == platform,
        channel.c.workspace == workspace,
        channel.c.paused.startswith(beginning, autoescape=True),
    )
    ids = conn.execute(select(channel.c.id).where(*of_workspace).order_by(channel.c.id).with_for_update(key_share=True)).scalars().all()
    conn.execute(update(channel).where(channel.c.id.in_(ids)).values(paused=None, failures=0))
    return len(ids)


def paused(conn: Connection, channel_id: int) -> str | None:
    """Why nothing is posted there, or None."""
    return conn.execute(select(channel.c.paused).where(channel.c.id == channel_id)).scalar_one_or_none()
