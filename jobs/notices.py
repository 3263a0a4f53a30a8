"""Notices about posting itself: a channel that was closed, a post on hold, a post that was refused for good.

A notice is a post, stored with the event that it tells about, so that each goes out exactly once. It goes to the admins' channel, and to
the people whose subscriptions are affected. A channel is told only that its pause, or a subscription's, is over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from jobs.models.channels import ChannelRef
from jobs.models.posts import Notice, Post
from jobs.models.subscriptions import Subscription
from jobs.states import NoticeKind, PostKind
from jobs.store import channels, entries, posts, subscriptions
from jobs.store.database import Connection


@dataclass(frozen=True, slots=True)
class Notifier:
    """Finds where notices go, None where there is no such channel, and composes them."""

    admins: Callable[[], ChannelRef | None] = lambda: None
    creator: Callable[[Connection, str], ChannelRef | None] = lambda conn, created_by: None  # noqa: ARG005  # nobody can be written to
    """Returns the channel of direct messages to a subscription's creator, from `Subscription.created_by`."""
    compose: Callable[[Notice], dict[str, Any]] = lambda notice: {"text": notice.why, "blocks": []}
    zone: str = "America/New_York"
    """The admins' time zone, an IANA name."""


SILENT = Notifier()


def channel_paused(conn: Connection, to: Notifier, channel_id: int, channel: ChannelRef, why: str, now: datetime) -> None:  # six: the event
    _record(conn, [to.admins(), *_creators(conn, to, channel_id)], {"kind": NoticeKind.PAUSED, "why": why}, channel, now)


def workspace_paused(conn: Connection, to: Notifier, channel: ChannelRef, why: str, now: datetime) -> None:
    """Only the admins can do something about it, and only elsewhere can they read it."""
    admins = to.admins()
    if admins is not None and (admins.platform != channel.platform or admins.workspace not in ("", channel.workspace)):
        _record(conn, [admins], {"kind": NoticeKind.WORKSPACE_PAUSED, "why": why}, channel, now)


def post_held(conn: Connection, to: Notifier, post: Post, why: str, now: datetime) -> None:
    event = {"kind": NoticeKind.HELD, "why": why, "entries": post.content.get("subjects", ())}
    _record(conn, [to.admins(), *_creators(conn, to, post.channel_id)], event, post.channel, now)


def post_dead(conn: Connection, to: Notifier, post: Post, why: str, now: datetime) -> None:
    event = {"kind": NoticeKind.DEAD, "why": why, "entries": post.content.get("subjects", ())}
    _record(conn, [to.admins()], event, post.channel, now)


def post_uncomposed(conn: Connection, to: Notifier, channel: ChannelRef, why: str, now: datetime) -> None:
    _record(conn, [to.admins()], {"kind": NoticeKind.UNCOMPOSED, "why": why}, channel, now)


def flood_held(conn: Connection, to: Notifier, feed: str, count: int, now: datetime) -> None:
    event = {"kind": NoticeKind.FLOOD, "why": f"{count} entries were new at once, for the second time within a day"}
    _record(conn, [to.admins()], event, ChannelRef("feed", "", feed), now)


def entries_missing(conn: Connection, to: Notifier, feed: str, why: str, keys: Sequence[str], now: datetime) -> None:  # six: the event
    _record(conn, [to.admins()], {"kind": NoticeKind.MISSING, "why": why, "entries": list(keys)}, ChannelRef("feed", "", feed), now)


def feed_turned(conn: Connection, to: Notifier, feed: str, why: str, now: datetime, *, bad: bool) -> None:  # six: the event
    event = {"kind": NoticeKind.FEED_BAD if bad else NoticeKind.FEED_WELL, "why": why}
    _record(conn, [to.admins()], event, ChannelRef("feed", "", feed), now)


def problem_reported(conn: Connection, to: Notifier, content: dict[str, Any], now: datetime) -> None:
    """Send the admins' channel a problem that somebody reported; `content` is its message."""
    admins = to.admins()
    if admins is not None:
        row = {"id": str(uuid4()), "channel_id": channels.ensure(conn, admins, now), "kind": PostKind.NOTICE, "content": content}
        posts.add_pending(conn, [row], now)


def review_due(conn: Connection, to: Notifier, why: str, now: datetime) -> None:
    _record(conn, [to.admins()], {"kind": NoticeKind.REVIEW, "why": why}, ChannelRef("content", "", "content"), now)


def posting_resumed(  # seven parameters: the event
    conn: Connection, channel_id: int, channel: ChannelRef, why: str, waiting: int, paused: Sequence[int], now: datetime
) -> None:
    """Tell a channel that its pause is over. Waiting posts are older, and go first. `paused`: subscriptions that stay paused."""
    event = {"kind": NoticeKind.RESUMED, "why": why, "waiting": waiting, "paused": list(paused)}
    posts.add_pending(conn, [_row(channel_id, event, channel, admins=False)], now)


def subscription_resumed(conn: Connection, subscription: Subscription, waiting: int, later: int, now: datetime) -> None:
    """Tell a channel that the pause of a subscription is over. `later`: entries that wait for its next digest."""
    event = {"kind": NoticeKind.RESUMED, "why": "", "waiting": waiting, "later": later, "subscription": subscription.id}
    posts.add_pending(conn, [_row(subscription.channel_id, event, subscription.channel, admins=False)], now)


def load(conn: Connection, post: Post) -> Notice | None:
    """Return the material of a stored notice."""
    event = posts.notice_of(conn, post.id)
    if event is None:
        return None
    return Notice(
        kind=NoticeKind(event["kind"]),
        channel=ChannelRef(**event["channel"]),
        why=event["why"],
        entries=tuple(entries.known(conn, event.get("entries", ())).values()),
        to_admins=event["admins"],
        waiting=event.get("waiting", 0),
        later=event.get("later", 0),
        subscription=event.get("subscription", 0),
        paused=tuple(subscriptions.by_ids(conn, event.get("paused", ())).values()),
    )


def _creators(conn: Connection, to: Notifier, channel_id: int) -> list[ChannelRef | None]:
    live = subscriptions.list_for_channel(conn, channel_id)
    return [to.creator(conn, each.created_by) for each in live]


def _record(conn: Connection, recipients: Sequence[ChannelRef | None], event: dict[str, Any], channel: ChannelRef, now: datetime) -> None:
    """Store one notice for each recipient; the first is the admins' channel. A channel gets none about itself."""
    to = {each for each in recipients if each is not None and (each.platform, each.id) != (channel.platform, channel.id)}
    # sorted, because two transactions that insert the same channels in different orders would deadlock
    ordered = sorted(to, key=lambda each: (each.platform, each.workspace, each.id))
    rows = [_row(channels.ensure(conn, each, now), event, channel, admins=each == recipients[0]) for each in ordered]
    posts.add_pending(conn, rows, now)


def _row(recipient: int, event: dict[str, Any], channel: ChannelRef, *, admins: bool) -> dict[str, Any]:
    affected = {"platform": channel.platform, "workspace": channel.workspace, "id": channel.id, "name": channel.name}
    notice = {**event, "channel": affected, "admins": admins}
    return {"id": str(uuid4()), "channel_id": recipient, "kind": PostKind.NOTICE, "notice": notice, "content": {}}
