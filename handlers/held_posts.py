"""/trade-admin held, resend and arrived: an admin decides about posts with an unknown outcome."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line, refusal
from jobs.deliver import resolve_held_post
from jobs.states import PostKind, PostState
from jobs.store import reports

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models import ChannelRef

_MAX_SHOWN = 10
"""Posts in one reply."""

_MAX_TITLES = 3
"""Entries shown of one post."""

_TITLE_LENGTH = 110

_KIND_NAMES = {
    PostKind.NOW: "a post",
    PostKind.DIGEST: "a digest",
    PostKind.ANSWER: "a reply to a post",
    PostKind.SAID: "a shared answer",
}

_DECISIONS = {
    PostState.SENT: ("Marked as arrived.", "The posts that waited for it go out now."),
    PostState.PENDING: ("Sending it again.", "The posts that waited for it follow."),
    PostState.DEAD: ("Not sent again: no subscription asks for it anymore.", "The posts that waited for it go out now."),
}
"""The text and the hint of a decision, by the post's new state."""

LIST = Button("Held posts", "/trade-admin held")

_EXPLANATION = (
    "The bot could not confirm that these posts arrived. Check each channel, then choose an action below. "
    "Until you do, the bot posts nothing else there."
)


def held(words: str, command: Command, context: Context) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    with context.db.read() as conn:
        found = reports.held(conn)
    if not found:
        text = "No posts are on hold."
        return Reply(text, (cards.heading(text, " Every post that was sent has arrived or is still being checked."),))
    blocks: list[Block] = [Header(f"Held posts ({len(found)})"), Section((line(_EXPLANATION),))]
    for post in found[:_MAX_SHOWN]:
        blocks += _post_blocks(post, context)
    if len(found) > _MAX_SHOWN:
        blocks.append(SmallPrint((line(f"… and {len(found) - _MAX_SHOWN} more, shown after you decide these."),)))
    listed = "; ".join(f"{_number(post.id)}, {_channel_name(post.channel)}, {_title(post)}" for post in found[:_MAX_SHOWN])
    return Reply(f"{count_text(len(found))} on hold. {_EXPLANATION} {entries.sentence(listed)}", tuple(blocks))


def _post_blocks(post: reports.Held, context: Context) -> tuple[Block, ...]:
    more = len(post.entries) - _MAX_TITLES
    items = [line(entries.shorten(f"{entry.number} {entry.title}".strip(), _TITLE_LENGTH)) for entry in post.entries[:_MAX_TITLES]]
    if more > 0:
        items.append(line(f"… and {more} more"))
    head = line(Span(_channel_name(post.channel), bold=True), f": {_KIND_NAMES.get(post.kind, post.kind)}")
    small = cards.separated_line(
        f"number {_number(post.id)}", f"sent {_near(post.sent_at, context)}", f"on hold since {_near(post.since, context)}", post.why
    )
    buttons = (
        Button("Send again", f"/trade-admin resend {_number(post.id)}"),
        Button("It arrived", f"/trade-admin arrived {_number(post.id)}"),
    )
    return (Section((head,)), *((Bullets(tuple(items)),) if items else ()), SmallPrint((small,)), Buttons(buttons))


def waiting_notice(post: reports.Held, context: Context) -> str:
    kind, entry_titles = _KIND_NAMES.get(post.kind, post.kind), f": {_title(post)}" if post.entries else ""
    first = entries.sentence(f"The bot cannot confirm that {kind} from {_near(post.sent_at, context)} arrived{entry_titles}")
    return f"{first} It is holding all later posts. To release them, an admin can type /trade-admin held."


def resend(words: str, command: Command, context: Context) -> Reply:
    return _decide(words, command, context, arrived=False)


def arrived(words: str, command: Command, context: Context) -> Reply:
    return _decide(words, command, context, arrived=True)


def _decide(words: str, command: Command, context: Context, *, arrived: bool) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    wanted = words.strip().removeprefix("#")
    if not wanted:
        return refusal(
            f"Give the number of the held post, for example /{command.verb} {'arrived' if arrived else 'resend'} 12345.", "", LIST
        )
    with context.db.begin() as conn:
        found = [post for post in reports.held(conn) if _number(post.id) == wanted]
        state = resolve_held_post(conn, found[0].id, context.db.now(conn), arrived=arrived) if len(found) == 1 else None
    if state is None:
        return refusal(
            f"No post on hold has number {cards.quote_unless_number(wanted, 20)}.", "Another admin may have handled it already.", LIST
        )
    post = found[0]
    context.log(
        f"{command.person.key} decided {'arrived' if arrived else 'resend'} for post {post.id} in {post.channel}; its state is now {state}"
    )
    what = entries.sentence(f"{_channel_name(post.channel)}: {_title(post)}")
    text, hint = _DECISIONS[state]
    return Reply(f"{text} {what} {hint}", (cards.heading(text, f" {what} {hint}"),))


def _number(post_id: str) -> str:
    """Return the number that admins type. It differs for every post, so that an old button decides nothing."""
    return str(zlib.crc32(post_id.encode()))


def _channel_name(channel: ChannelRef) -> str:
    return f"{channel.platform} {channel.name or channel.id}"


def _title(post: reports.Held) -> str:
    if not post.entries:
        return _KIND_NAMES.get(post.kind, post.kind)
    first, more = post.entries[0], len(post.entries) - 1
    text = entries.shorten(f"{first.number} {first.title}".strip(), _TITLE_LENGTH)
    return f"{text}{f', and {more} more' if more else ''}"


def count_text(count: int) -> str:
    return "1 post is" if count == 1 else f"{count} posts are"


def _near(moment: datetime, context: Context) -> str:
    return dates.near(moment, context.now, context.zone)
