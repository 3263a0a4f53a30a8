"""Notices about posting itself, for the admins' channel, for the people who subscribed a channel, and for the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries
from handlers.replies.reply import Block, Bullets, Button, Buttons, Reply, Section, SmallPrint, Span, line
from jobs.next_post import MIN_CATCH_UP
from jobs.states import NoticeKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobs.models.channels import ChannelRef
    from jobs.models.posts import Notice
    from jobs.models.subscriptions import Subscription

_MAX_ENTRIES = 5

_MAX_PAUSED = 3
"""Subscriptions that are named as paused."""

_FIRST = {
    NoticeKind.PAUSED: "The bot can no longer post in {channel}.",
    NoticeKind.WORKSPACE_PAUSED: "The bot can no longer post in {platform}.",
    NoticeKind.HELD: "A post in {channel} is on hold: the bot cannot confirm that it arrived.",
    NoticeKind.DEAD: "A post for {channel} was refused and will not be sent again by itself.",
    NoticeKind.FLOOD: "Many new messages of the feed {channel} are on hold until you decide.",
    NoticeKind.MISSING: "The feed {channel} had left out messages.",
    NoticeKind.FEED_BAD: "The feed {channel} is not as it should be.",
    NoticeKind.FEED_WELL: "The feed {channel} is well again.",
    NoticeKind.REVIEW: "The content has statements to review.",
    NoticeKind.UNCOMPOSED: "The bot cannot make the next post for {channel}.",
}

_NEXT = {
    NoticeKind.PAUSED: "Nothing is lost: messages that become due there wait until posting resumes.",
    NoticeKind.WORKSPACE_PAUSED: "Nothing is lost: messages that become due wait until the bot works there again.",
    NoticeKind.HELD: "Later posts there wait for it. An admin can look into the channel and decide with /trade-admin outbox.",
    NoticeKind.DEAD: "To send it again or to drop it, type /trade-admin outbox.",
    NoticeKind.FLOOD: "If these messages are really new, post them. If the feed only renamed or repeated old ones, mark them as seen.",
    NoticeKind.MISSING: "The bot compares the feed with its other sources once a day. If this happens often, open them and look why.",
    NoticeKind.UNCOMPOSED: "Nothing is lost: what is due waits, and the bot keeps trying. /trade-admin status lists every such channel.",
    NoticeKind.FEED_BAD: "New messages of this feed may be missing. The bot keeps trying, and tells you when the feed is well again.",
    NoticeKind.FEED_WELL: "What it published in the meantime is posted, as far as the feed still lists it.",
    NoticeKind.REVIEW: "Look at each source again, then change the text or its date.",
}

_PLATFORMS = {"slack": "Slack", "teams": "Teams", "playground": "the playground"}


def compose(notice: Notice) -> Reply:
    if notice.kind is NoticeKind.RESUMED:
        return _resumed(notice)
    channel = _name(notice.channel)
    platform = _PLATFORMS.get(notice.channel.platform, notice.channel.platform)
    first = _FIRST[notice.kind].format(channel=channel, platform=platform)
    why = entries.sentence(f"{notice.why[:1].upper()}{notice.why[1:]}")
    hint = _NEXT[notice.kind]
    items = tuple(
        line(entries.shorten(f"{entry.number} {entries.plain_title(entry)}".strip(), entries.BULLET_TITLE))
        for entry in notice.entries[:_MAX_ENTRIES]
    )
    more = len(notice.entries) - len(items)
    if more > 0:
        items = (*items, line(f"… and {more} more"))
    reason = (
        "You get this message because you are an admin." if notice.to_admins else f"You get this message because you subscribed {channel}."
    )
    blocks: list[Block] = [Section((line(Span(first, bold=True)), line(why), line(hint)))]
    blocks += [Bullets(items)] if items else []
    if notice.kind is NoticeKind.FLOOD:
        feed = notice.channel.id
        decide = (Button("Post", f"/trade-admin post {feed}"), Button("Mark as seen", f"/trade-admin seen {feed}"))
        blocks.append(Buttons((*decide, Button("Feeds", "/trade-admin feeds"))))
    elif notice.kind in (NoticeKind.MISSING, NoticeKind.FEED_BAD, NoticeKind.FEED_WELL):
        blocks.append(Buttons((Button("Status", "/trade-admin status"), Button("Feeds", "/trade-admin feeds"))))
    elif notice.kind is NoticeKind.REVIEW:
        blocks.append(Buttons((Button("Review", "/trade-admin review"),)))
    elif notice.to_admins:
        blocks.append(Buttons((Button("Outbox", "/trade-admin outbox"), Button("Status", "/trade-admin status"))))
    blocks.append(SmallPrint((line(reason),)))
    return Reply(f"{first} {why} {hint}", tuple(blocks), public=True)


def _resumed(notice: Notice) -> Reply:
    here = f"this {cards.channel_noun(notice.channel)}"
    if notice.subscription:
        first = f"Posting resumes in {here} for subscription {notice.subscription}."
        rest = f"Its pause is over. {what_follows(notice.waiting, notice.later)}"
    else:
        first = f"Posting resumes in {here}."
        rest = f"{entries.sentence(notice.why)} {what_follows(notice.waiting)} {still_paused(notice.paused)}".strip()
    manage = Buttons((Button("Subscriptions", "/csms subscriptions"),))
    return Reply(f"{first} {rest}", (cards.heading(first, f" {rest}"), manage), public=True)


def what_follows(waiting: int, later: int = 0) -> str:
    """Return what happens to the entries that waited while posting was paused. `later`: those that a digest brings."""
    if later and not waiting:
        return f"{later} message{'s' if later > 1 else ''} that waited will come with its next digest."
    if waiting == 0:
        return "Nothing was waiting."
    if waiting == 1:
        return "1 message that waited goes out now."
    together = " Many of them may come together in one post." if waiting >= MIN_CATCH_UP else ""
    return f"{waiting} messages that waited go out now.{together}"


def still_paused(paused: Sequence[Subscription], now: datetime | None = None) -> str:
    """Return which subscriptions stay paused although their channel is not, or "". Without `now`, the days have their years."""
    ends = [(each.id, _moment(each.paused_until, each.zone, now)) for each in paused if each.paused_until is not None]
    if len(ends) == 1:
        return f"Subscription {ends[0][0]} is paused on its own until {ends[0][1]}."
    listed = [f"{number} (until {end})" for number, end in ends[:_MAX_PAUSED]]
    listed += [f"{len(ends) - _MAX_PAUSED} more"] if len(ends) > _MAX_PAUSED else []
    return f"Subscriptions {cards.join_names(listed, 'and')} are paused on their own." if listed else ""


def _moment(moment: datetime, zone: str, now: datetime | None) -> str:
    return dates.near(moment, now, zone) if now else f"{dates.day(moment, zone)} {dates.clock(moment, zone)}"


def _name(channel: ChannelRef) -> str:
    if channel.platform in ("feed", "content"):
        return channel.id
    name = channel.name.removeprefix("#")
    if not name:
        return f"the {cards.channel_noun(channel)} {channel.id}"
    return f"#{name}" if channel.platform == "slack" else name
