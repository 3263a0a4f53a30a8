"""Pause and resume posting. What a paused channel was owed goes out when it resumes, much of it as one catch-up."""

from datetime import datetime

from jobs.models.channels import ChannelRef
from jobs.store import channels, deliveries
from jobs.store.database import Connection


def resume_channel(conn: Connection, channel_id: int, now: datetime) -> None:
    channels.resume(conn, channel_id)
    deliveries.mark_catch_up(conn, [channel_id], now)


def resume_over(conn: Connection, now: datetime) -> int:
    """Resume the channels that people paused until now; return how many."""
    over = channels.over_pauses(conn, now)
    for channel_id in over:
        resume_channel(conn, channel_id, now)
    return len(over)


def resume_workspace(conn: Connection, platform: str, workspace: str, prefix: str, now: datetime) -> int:
    """Resume channels whose reason starts with `prefix`; return how many."""
    resumed = channels.resume_workspace(conn, platform, workspace, prefix)
    deliveries.mark_catch_up(conn, resumed, now)
    return len(resumed)


def resume_team(conn: Connection, ref: ChannelRef, keep_prefix: str, now: datetime, *, whole: bool) -> int:
    """Resume the channel, or its `whole` team, except reasons that start with `keep_prefix`; return how many."""
    resumed = channels.resume_team(conn, ref, keep_prefix, whole=whole)
    deliveries.mark_catch_up(conn, resumed, now)
    return len(resumed)
