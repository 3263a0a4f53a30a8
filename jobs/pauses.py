"""Pause and resume posting. What a paused channel was owed goes out when it resumes, much of it as one catch-up."""

from datetime import datetime, timedelta

from jobs.models.channels import ChannelRef
from jobs.notices import posting_resumed, subscription_resumed
from jobs.store import channels, deliveries, reports, subscriptions
from jobs.store.database import Connection

MAX_LATE = timedelta(days=1)
"""How late a channel is told that a subscription's pause is over."""


def resume_channel(conn: Connection, channel_id: int, now: datetime) -> None:
    channels.resume(conn, channel_id)
    deliveries.mark_catch_up(conn, [channel_id], now)


def resume_over(conn: Connection, now: datetime) -> int:
    """Resume the channels that people paused until now, and tell those with subscriptions; return how many."""
    over = channels.over_pauses(conn, now)
    for channel_id in over:
        pause, channel = channels.find_pause(conn, channel_id), channels.get(conn, channel_id)
        resume_channel(conn, channel_id, now)
        if pause is not None and channel is not None and subscriptions.list_for_channel(conn, channel_id):
            posting_resumed(conn, channel_id, channel, pause.reason, reports.due_entries(conn, channel_id, now), now)
    return len(over)


def end_subscription_pauses(conn: Connection, now: datetime) -> int:
    """Tell the channels of the subscriptions whose pause is over, each once; return how many are over.

    What they are owed is due anyway.
    """
    over = subscriptions.end_pauses(conn, now)
    for each in over:
        if each.paused_until is not None and now - each.paused_until <= MAX_LATE:
            due = reports.due_entries(conn, each.channel_id, now, each.id)
            later = reports.waiting_by_subscription(conn, each.channel_id).get(each.id, 0) - due
            subscription_resumed(conn, each, due, max(0, later), now)
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
