"""Pause and resume posting. What a paused channel was owed goes out when it resumes, much of it as one catch-up."""

from dataclasses import replace
from datetime import datetime, timedelta

from jobs import audit
from jobs.models.channels import ChannelPause, ChannelRef
from jobs.notices import posting_resumed, subscription_resumed
from jobs.outcomes import Pace
from jobs.states import AuditAction
from jobs.store import channels, deliveries, posting_pauses, reports, subscriptions
from jobs.store.database import Connection

_CHANNEL = "the channel"

MAX_LATE = timedelta(days=1)
"""How late a channel is told that a subscription's pause is over."""


def pause_channel(  # six parameters: which one, what is stored of the pause, and when
    conn: Connection, channel_id: int, reason: str, who: str, until: datetime | None, now: datetime
) -> None:
    """Pause a channel for a person."""
    before = channels.find_pause(conn, channel_id)
    channels.pause(conn, channel_id, reason, who, until)
    change = audit.Change(AuditAction.PAUSED, _CHANNEL, _described(before), _described(channels.find_pause(conn, channel_id)))
    audit.record(conn, who, replace(change, channel=channels.get(conn, channel_id)), now)


def resume_channel(conn: Connection, channel_id: int, now: datetime, who: str = "") -> None:
    """Resume a channel; `who` is the person who did it, if somebody did."""
    before = channels.find_pause(conn, channel_id)
    channels.resume(conn, channel_id)
    deliveries.mark_catch_up(conn, [channel_id], now)
    if who:
        change = audit.Change(AuditAction.RESUMED, _CHANNEL, _described(before), None, channels.get(conn, channel_id))
        audit.record(conn, who, change, now)


def _described(pause: ChannelPause | None) -> dict[str, str]:
    if pause is None:
        return {}
    if pause.by is None:  # the platform closed it
        return {"paused": pause.reason}
    return {"paused_until": "somebody resumes it" if pause.until is None else audit.moment(pause.until)}


def pause_all(conn: Connection, who: str, now: datetime) -> bool:
    """Stop all posting, in every channel and by every process. Return False if it was stopped already."""
    posting_pauses.lock(conn)
    if not posting_pauses.add(conn, who, now):
        return False
    audit.record(conn, who, audit.Change(AuditAction.PAUSED_ALL), now)
    return True


def count_on_their_way(conn: Connection, now: datetime) -> int:
    """Count the posts that may still appear although all posting is paused, because a call may be under way, or begin this moment.

    A worker looks at the pause right before its call, but in no transaction: nobody can keep a message from a platform in one.
    The pause waits for those who commit to send, so none is missing here in the transaction that paused, or in a later one.
    """
    return reports.begun_posts(conn, now - timedelta(seconds=Pace().grace))


def resume_all(conn: Connection, who: str, now: datetime) -> bool:
    """Start all posting again. Return False if it was not stopped."""
    pause = posting_pauses.find(conn)
    if pause is None or not posting_pauses.end(conn):
        return False
    deliveries.mark_catch_up(conn, channels.list_ids(conn), now)
    before = {"paused_by": pause.who, "paused_since": audit.moment(pause.since)}
    audit.record(conn, who, audit.Change(AuditAction.RESUMED_ALL, before=before), now)
    return True


def resume_over(conn: Connection, now: datetime) -> int:
    """Resume the channels that people paused until now, and tell those with subscriptions; return how many."""
    over = channels.over_pauses(conn, now)
    for channel_id in over:
        pause, channel = channels.find_pause(conn, channel_id), channels.get(conn, channel_id)
        resume_channel(conn, channel_id, now)
        live = subscriptions.list_for_channel(conn, channel_id)
        if pause is not None and channel is not None and live:
            paused = [each.id for each in live if each.is_paused(now)]
            posting_resumed(conn, channel_id, channel, pause.reason, reports.due_entries(conn, channel_id, now), paused, now)
    return len(over)


def end_subscription_pauses(conn: Connection, now: datetime) -> int:
    """Tell the channels of the subscriptions whose pause is over, each once; return how many are over.

    What they are owed is due anyway.
    """
    over = subscriptions.end_pauses(conn, now)
    for each in over:
        if each.paused_until is not None and now - each.paused_until <= MAX_LATE:
            due = reports.due_entries(conn, each.channel_id, now, each.id)
            later = reports.waiting_by_subscription(conn, each.channel_id, after=now).get(each.id, 0)
            subscription_resumed(conn, each, due, later, now)
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
