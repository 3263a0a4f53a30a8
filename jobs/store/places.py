"""Where the bot is, on a platform that says so itself (Teams): what it must keep of a channel, and when it comes and goes."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from jobs.models import ChannelRef
from jobs.store import channels
from jobs.store.schema import channel


def known(conn: Connection, ref: ChannelRef) -> int | None:
    """The channel's id, when it was stored before."""
    same = (channel.c.platform == ref.platform, channel.c.workspace == ref.workspace, channel.c.ref == ref.id)
    return conn.execute(select(channel.c.id).where(*same)).scalar_one_or_none()


def refresh(conn: Connection, ref: ChannelRef, now: datetime) -> None:
    """Takes over what changed of a channel that is stored; one that isn't stays so."""
    if known(conn, ref) is not None:
        channels.ensure(conn, ref, now)


def pause_team(conn: Connection, ref: ChannelRef, reason: str, *, whole: bool) -> int:
    """Pauses the channel, or all of its team; what is owed stays owed. Answers how many weren't paused yet."""
    return _set(conn, [each for each, paused in _team(conn, ref, whole=whole) if paused is None], reason)


def resume_team(conn: Connection, ref: ChannelRef, but: str, *, whole: bool) -> int:
    """Ends the pause of the channel, or of all of its team; not one whose reason begins with `but`. Answers how many were paused."""
    return _set(conn, [each for each, paused in _team(conn, ref, whole=whole) if paused is not None and not paused.startswith(but)], None)


def _team(conn: Connection, ref: ChannelRef, *, whole: bool) -> list[tuple[int, str | None]]:
    """In the order of their ids, so that two that lock them at once don't wait for each other in a circle."""
    of_workspace = (channel.c.platform == ref.platform, channel.c.workspace == ref.workspace)
    team = ref.extra.get("team_id")
    query = select(channel.c.id, channel.c.ref, channel.c.paused, channel.c.extra).where(*of_workspace).order_by(channel.c.id)
    rows = conn.execute(query.with_for_update(key_share=True)).all()
    return [(row.id, row.paused) for row in rows if row.ref == ref.id or (whole and team and (row.extra or {}).get("team_id") == team)]


def _set(conn: Connection, ids: list[int], reason: str | None) -> int:
    if ids:
        values = {"paused": reason} if reason else {"paused": None, "failures": 0}
        conn.execute(update(channel).where(channel.c.id.in_(ids)).values(**values))
    return len(ids)
