"""/trade-admin held, resend and arrived: posts of which nobody but a person can say whether they stand in their channel."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line, refusal
from jobs.store import posts as outbox
from jobs.store import reports

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models import ChannelRef

SHOWN = 10
"""Posts in one answer; the others come up as these are decided."""

TITLES = 3
"""Entries that a post is known by."""

TITLE = 110

KINDS = {"now": "a post", "digest": "a digest", "answer": "an answer in a post's thread", "said": "a shared answer"}

LIST = Button("Held posts", "/trade-admin held")

WHAT = (
    "It isn't known whether these arrived, and the bot can't look: the channel's history is closed to it. "
    "Nothing else is posted in their channels until you look there and say which it is."
)


def held(words: str, command: Command, context: Context) -> Reply:
    """The posts that wait for an admin's word, with a button for either."""
    if context.db is None:
        return refusal("This needs the running bot and its database.")
    with context.db.read() as connection:
        found = reports.held(connection)
    if not found:
        said = "No post is held."
        return Reply(said, (Section((line(Span(said, bold=True), " What was sent is known to have arrived, or is being looked for."),)),))
    blocks: list[Block] = [Header(f"Held posts ({len(found)})"), Section((line(WHAT),))]
    for each in found[:SHOWN]:
        blocks += block(each, context)
    if len(found) > SHOWN:
        blocks.append(SmallPrint((line(f"… and {len(found) - SHOWN} more, shown when these are decided."),)))
    spoken = "; ".join(f"{number(each.id)}, {where(each.channel)}, {title(each)}" for each in found[:SHOWN])
    return Reply(f"{count(len(found))} held. {WHAT} {entries.sentence(spoken)}", tuple(blocks))


def block(each: reports.Held, context: Context) -> tuple[Block, ...]:
    """One post: where, what, since when and why, and what can be said about it."""
    shown = each.entries[:TITLES]
    more = len(each.entries) - len(shown)
    items = [line(entries.shorten(f"{entry.number} {entry.title}".strip(), TITLE)) for entry in shown]
    if more:
        items.append(line(f"… and {more} more"))
    head = line(Span(where(each.channel), bold=True), f": {KINDS.get(each.kind, each.kind)}")
    small = cards.small(
        f"number {number(each.id)}", f"sent {when(each.sent_at, context)}", f"held since {when(each.since, context)}", each.why
    )
    buttons = (
        Button("Send it again", f"/trade-admin resend {number(each.id)}"),
        Button("It is there", f"/trade-admin arrived {number(each.id)}"),
    )
    return (Section((head,)), *((Bullets(tuple(items)),) if items else ()), SmallPrint((small,)), Buttons(buttons))


def keeps_waiting(each: reports.Held, context: Context) -> str:
    """For the people of the channel: what keeps it waiting, since when, and who ends that."""
    post, carrying = KINDS.get(each.kind, each.kind), f" ({title(each)})" if each.entries else ""
    return (
        f"it isn't known whether {post} of {when(each.sent_at, context)} arrived{carrying}, and the bot can't look. "
        f"Since {when(each.since, context)} nothing else is posted here, and all of it is kept. An admin decides: /trade-admin held."
    )


def resend(words: str, command: Command, context: Context) -> Reply:
    """An admin says that a held post isn't in its channel: it goes out again."""
    return decide(words, command, context, arrived=False)


def arrived(words: str, command: Command, context: Context) -> Reply:
    """An admin says that a held post is in its channel: it counts as sent."""
    return decide(words, command, context, arrived=True)


def decide(words: str, command: Command, context: Context, *, arrived: bool) -> Reply:
    """Carries out what an admin says about one held post, and no other."""
    if context.db is None:
        return refusal("This needs the running bot and its database.")
    wanted = words.strip().removeprefix("#")
    if not wanted:
        return refusal(f"/{command.verb} {'arrived' if arrived else 'resend'} needs the number of a held post.", "", LIST)
    with context.db.begin() as connection:
        found = [each for each in reports.held(connection) if number(each.id) == wanted]
        state = outbox.decide(connection, found[0].id, context.db.now(connection), arrived=arrived) if len(found) == 1 else None
    if state is None:
        return refusal(f"No post with the number {cards.quoted(wanted, 20)} is held.", "It may have been decided already.", LIST)
    each = found[0]
    context.log(f"{command.person.key} said of post {each.id} in {each.channel}: {'arrived' if arrived else 'resend'}; it is {state}")
    what = entries.sentence(f"{where(each.channel)}: {title(each)}")
    said, hint = {
        "sent": ("Taken as posted.", "What waits behind it goes out now."),
        "pending": ("Sending it again.", "What waits behind it follows."),
        "dead": ("Not sent again: nobody subscribes to it any more.", "What waits behind it goes out now."),
    }[state]
    return Reply(f"{said} {what} {hint}", (Section((line(Span(said, bold=True), f" {what} {hint}"),)),))


def number(post_id: str) -> str:
    """What a post is called here: short enough to be typed, and another for every post, so that an old button decides nothing new."""
    return str(zlib.crc32(post_id.encode()))


def where(channel: ChannelRef) -> str:
    return f"{channel.platform} {channel.name or channel.id}"


def title(each: reports.Held) -> str:
    """ "67647279 Guidance on …, and 2 more"."""
    if not each.entries:
        return KINDS.get(each.kind, each.kind)
    first, more = each.entries[0], len(each.entries) - 1
    named = entries.shorten(f"{first.number} {first.title}".strip(), TITLE)
    return f"{named}{f', and {more} more' if more else ''}"


def count(posts: int) -> str:
    return "1 post is" if posts == 1 else f"{posts} posts are"


def when(moment: datetime, context: Context) -> str:
    return dates.near(moment, context.now, context.zone)
