"""/trade-admin outbox, resend, arrived and drop: show what was not posted, and decide about held and dead posts."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.command import name_of
from handlers.replies import cards, dates, entries
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line, refusal
from jobs.outbox import Decision, Result, decide
from jobs.states import PostKind
from jobs.store import channels, posting_pauses, reports
from jobs.store import outbox as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models.channels import ChannelCount, ChannelRef, PostingPause
    from jobs.models.entries import Entry
    from jobs.store.database import Connection
    from jobs.store.outbox import Undecided

MAX_POSTS = 6
"""Refused posts in one reply, and posts on hold."""

_MAX_CHANNELS = 10
"""Channels with waiting messages in one reply."""

_MAX_TITLES = 3
"""Entries shown of one post."""

_TITLE_LENGTH = 110

_KIND_NAMES = {
    PostKind.NOW: "a post",
    PostKind.DIGEST: "a digest",
    PostKind.CATCH_UP: "a catch-up digest",
    PostKind.MARK: "a note on an earlier post",
    PostKind.ANSWER: "a reply to a post",
    PostKind.REMINDER: "a reminder",
    PostKind.MOVED: "news of moved reminders",
    PostKind.NOTICE: "a notice from the bot",
    PostKind.SAID: "a shared answer",
    PostKind.UNFURL: "a preview of a link",
}

_RESULTS = {
    Result.RESENT: "Sending it again.",
    Result.ARRIVED: "Marked as arrived.",
    Result.DROPPED: "Dropped. The bot will not post it.",
    Result.UNWANTED: "Not sent again: no subscription asks for it anymore.",
    Result.ELSEWHERE: "Not sent again: the channel has its messages from other posts.",
    Result.REST: "Sending what is left. The channel has the other messages from other posts.",
}
"""The text of each result."""

LIST = Button("Outbox", "/trade-admin outbox")

_REFUSED = "The platform refused these posts, and the bot does not try them again. Correct the cause and send them again, or drop them."

_ON_HOLD = (
    "The bot could not confirm that these posts arrived. Check each channel, then choose an action below. "
    "Until you do, the bot posts nothing else there."
)


@dataclass(frozen=True, slots=True)
class Contents:
    """The posts and messages of the outbox, as far as one reply shows them."""

    refused: Sequence[Undecided] = ()
    refused_total: int = 0
    on_hold: Sequence[Undecided] = ()
    on_hold_total: int = 0
    waiting: Sequence[ChannelCount] = ()
    waiting_lines: tuple[Line, ...] = ()
    """The first channels of `waiting`."""


def outbox(words: str, command: Command, context: Context) -> Reply:
    """List posts on hold, which stop their channels, and refused posts with their buttons, then what waits in each channel."""
    if context.db is None:
        return cards.needs_bot()
    with context.db.read() as conn:
        dead, held, waiting = store.dead(conn), store.held(conn), reports.waiting(conn).channels
        refused = _dead_posts(conn, dead)
        on_hold = [post for each in held[:MAX_POSTS] if (post := store.held_post(conn, each.id))]
        stopped = {each.id for each in held}
        first = {each.id: reports.waiting_entries(conn, each.id, _MAX_TITLES) for each in waiting[:_MAX_CHANNELS]}
        everywhere = posting_pauses.find(conn)
        pause = "" if everywhere is None else posting_pause_text(everywhere, context)
        why = {each.id: pause or _why_waiting(conn, each, each.id in stopped, context.now) for each in waiting[:_MAX_CHANNELS]}
    lines = tuple(_waiting_line(each, first[each.id], why[each.id], context) for each in waiting[:_MAX_CHANNELS])
    return show(Contents(refused, _total(dead), on_hold, len(held), waiting, lines), context)


def show(contents: Contents, context: Context) -> Reply:
    waiting, dead, held = contents.waiting, contents.refused_total, contents.on_hold_total
    if not (dead or held or waiting):
        text = "The outbox is empty."
        return Reply(text, (cards.heading(text, " No message is waiting, and no post is on hold or refused."),))
    blocks: list[Block] = [
        Header("Outbox"),
        *_decision_blocks("Posts on hold", _ON_HOLD, contents.on_hold, held, context),
        *_decision_blocks("Refused posts", _REFUSED, contents.refused, dead, context),
    ]
    if waiting:
        items = contents.waiting_lines
        blocks += [Section((line(Span(f"Waiting messages ({_total(waiting)})", bold=True)),)), Bullets(items)]
        if len(waiting) > len(items):
            blocks.append(SmallPrint((line(f"… and {quantity(len(waiting) - len(items), 'more channel')}, with newer messages."),)))
    counts = ((held, "post"), (dead, "refused post"), (_total(waiting), "waiting message"))
    summary = ", ".join(f"{quantity(number, noun)}{' on hold' if noun == 'post' else ''}" for number, noun in counts if number)
    shown = (*contents.on_hold, *contents.refused)
    listed = "; ".join(f"{post_number(post.id)}, {channel_name(post.channel)}, {_what(post)}" for post in shown)
    return Reply(f"Outbox: {summary}. {entries.sentence(listed) if listed else ''}".strip(), tuple(blocks))


def _dead_posts(conn: Connection, dead: Sequence[ChannelCount]) -> list[Undecided]:
    """Return the oldest posts of each channel: by turns, so that one channel does not hide the others."""
    by_channel = [store.dead_posts(conn, each.id, MAX_POSTS) for each in dead[:MAX_POSTS]]
    turns = sorted((turn, place) for place, posts in enumerate(by_channel) for turn in range(len(posts)))
    shares = Counter(place for _, place in turns[:MAX_POSTS])
    return [post for place, posts in enumerate(by_channel) for post in posts[: shares[place]]]


def _decision_blocks(title: str, explanation: str, shown: Sequence[Undecided], total: int, context: Context) -> tuple[Block, ...]:
    if not shown:
        return ()
    left = total - len(shown)
    more = (SmallPrint((line(f"… and {left} more. To see them, decide about these first."),)),) if left else ()
    posts = (block for post in shown for block in _post_blocks(post, context))
    return (cards.heading(f"{title} ({total}): ", explanation), *posts, *more)


def _post_blocks(post: Undecided, context: Context) -> tuple[Block, ...]:
    number, since = post_number(post.id), _near(post.since, context)
    where = post.channel.name or post.channel.id
    never = "If it did not arrive, the bot will not send it again." if post.held else f"The bot will never post it in {where}."
    drop = Button("Drop", f"/trade-admin drop {number}", "danger", f"Drop this post? {never}")
    again = Button("Send again", f"/trade-admin resend {number}")
    if post.held:
        sent = f"sent {_near(post.sent_at, context)}" if post.sent_at else ""
        facts = (f"number {number}", sent, f"on hold since {since}", post.why)
        arrived: tuple[Button, ...] = (Button("It arrived", f"/trade-admin arrived {number}"),)
    else:
        facts = (f"number {number}", f"refused {since}", post.why, "")
        arrived = ()
    head = line(Span(channel_name(post.channel), bold=True), f": {_KIND_NAMES.get(post.kind, post.kind)}")
    contents = _contents(post)
    bullets = (Bullets(contents),) if contents else ()
    return (Section((head,)), *bullets, SmallPrint((cards.separated_line(*facts),)), Buttons((again, *arrived, drop)))


def _contents(post: Undecided) -> tuple[Line, ...]:
    if not post.entries:
        return (line(entries.shorten(post.text, _TITLE_LENGTH)),) if post.text else ()
    more = len(post.entries) - _MAX_TITLES
    titles = tuple(line(_entry_title(entry)) for entry in post.entries[:_MAX_TITLES])
    return (*titles, line(f"… and {more} more")) if more > 0 else titles


def _why_waiting(conn: Connection, here: ChannelCount, stopped: bool, now: datetime) -> str:
    """Return why messages wait although they are due. `stopped`: a post on hold is before them."""
    if here.paused:
        return f"posting is paused: {here.paused}"
    if stopped:
        return "they wait for the post on hold there"
    error = reports.last_error(conn, here.id) if here.oldest <= now else ""
    return f"the bot tries again: {error}" if error else ""


def _waiting_line(here: ChannelCount, first: Sequence[Entry], why: str, context: Context) -> Line:
    """Return "slack trade-updates: 4 messages, the oldest due Fri 09:00 ET · …" with the titles of the first entries."""
    when = "" if here.count == 1 else "next " if here.oldest > context.now else "the oldest "
    more = f"; and {here.count - len(first)} more" if first and here.count > len(first) else ""
    titles = f"{'; '.join(map(_entry_title, first))}{more}"
    parts = (f"{quantity(here.count, 'message')}, {when}due {_near(here.oldest, context)}", why, titles)
    return line(Span(channel_name(here.channel), bold=True), f": {cards.SEPARATOR.join(filter(None, parts))}")


def notices(held: Sequence[ChannelCount], dead: Sequence[ChannelCount]) -> list[tuple[str, str]]:
    """Return what waits for an admin's decision, as statements with their hints."""
    found = []
    if held:
        where, they = ("that channel", "it") if len(held) == 1 else ("those channels", "they")
        hint = f"The bot posts nothing else in {where}. To decide, type /trade-admin outbox."
        found.append((f"{count_text(len(held))} on hold until an admin confirms whether {they} arrived.", hint))
    if dead:
        them, were = ("it", "was") if _total(dead) == 1 else ("them", "were")
        hint = f"The bot does not try {them} again. To resend or drop {them}, type /trade-admin outbox."
        found.append((f"{quantity(_total(dead), 'post')} {were} refused.", hint))
    return found


def totals(counts: Sequence[ChannelCount], noun: str, since: str, context: Context) -> str:
    """Return "3 posts (the oldest since Fri 09:00 ET, in slack trade-updates)", or "none"."""
    if not counts:
        return "none"
    where = f", in {channel_name(counts[0].channel)}"
    places = f" in {len(counts)} channels" if len(counts) > 1 else ""
    return f"{quantity(_total(counts), noun)}{places} (oldest {since} {_near(counts[0].oldest, context)}{where})"


def posting_pause_text(pause: PostingPause, context: Context) -> str:
    """Return "Maria paused all posting (Fri 09:00 ET)"."""
    return f"{name_of(pause.who)} paused all posting ({_near(pause.since, context)})"


def posting_pause_notice(conn: Connection, context: Context) -> str:
    """Return for a channel that no channel gets posts right now, or ""."""
    pause = posting_pauses.find(conn)
    return f"{posting_pause_text(pause, context)}. What is due waits until an admin resumes posting." if pause else ""


def stop_reason(conn: Connection, channel_id: int) -> str:
    """Return why nothing is posted in the channel right now, or ""."""
    if posting_pauses.find(conn) is not None:
        return "an admin paused all posting"
    if paused := channels.pause_reason(conn, channel_id):
        return f"posting is paused ({paused})"
    return "an earlier post is on hold" if store.held_post(conn, channel_id) else ""


def waiting_notice(post: Undecided, context: Context) -> str:
    kind, title = _KIND_NAMES.get(post.kind, post.kind), f": {_what(post)}" if post.entries else ""
    sent = f" from {_near(post.sent_at, context)}" if post.sent_at else ""
    first = entries.sentence(f"The bot cannot confirm that {kind}{sent} arrived{title}")
    return f"{first} It is holding all later posts. To release them, an admin can type /trade-admin outbox."


def refused_notice(number: int) -> tuple[str, ...]:
    """Return for a channel that messages were refused, and who can resend them; () if there are none."""
    if not number:
        return ()
    them, were = ("it", "was") if number == 1 else ("them", "were")
    return f"{quantity(number, 'message')} {were} refused.", f"An admin can resend {them} with /trade-admin outbox."


def resend(words: str, command: Command, context: Context) -> Reply:
    return _decide(words, command, context, Decision.RESEND)


def arrived(words: str, command: Command, context: Context) -> Reply:
    return _decide(words, command, context, Decision.ARRIVED)


def drop(words: str, command: Command, context: Context) -> Reply:
    return _decide(words, command, context, Decision.DROP)


def _decide(words: str, command: Command, context: Context, decision: Decision) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    wanted = words.strip().removeprefix("#")
    if not wanted:
        return refusal(f"Give the number of the post, for example /{command.verb} {decision} 12345.", "", LIST)
    with context.db.begin() as conn:
        numbered = [post_id for post_id in store.undecided_ids(conn) if post_number(post_id) == wanted]
        post = store.find(conn, numbered[0]) if len(numbered) == 1 else None
        result = decide(conn, post.id, decision, command.person.signature, context.db.now(conn)) if post else None
        hint = _what_follows(conn, post, result) if post and result else ""
    if post is not None and result is None and not post.held:
        return refusal("That post did not arrive: the platform refused it.", "You can resend it or drop it.", LIST)
    if post is None or result is None:
        text = f"Nothing changed: no post on hold or refused has number {cards.quote_unless_number(wanted, 20)}."
        return refusal(text, "Another admin may have handled it already.", LIST)
    what = entries.sentence(f"{channel_name(post.channel)}: {_what(post)}")
    rest = " ".join(filter(None, (what, hint)))
    return Reply(f"{_RESULTS[result]} {rest}", (cards.heading(_RESULTS[result], f" {rest}"), Buttons((LIST,))))


def _what_follows(conn: Connection, post: Undecided, result: Result) -> str:
    channel_id = channels.find_id(conn, post.channel)
    if channel_id is None:
        return ""
    paused, goes_out = channels.pause_reason(conn, channel_id), result in (Result.RESENT, Result.REST)
    if posting_pauses.find(conn) is not None:
        return "It goes out when an admin types /trade-admin resume." if goes_out else ""
    if paused:
        what = "It goes" if goes_out else "Later posts go"
        return entries.sentence(f"{what} out when posting there resumes. It is paused: {paused}")
    if post.held:
        return f"The posts that waited for it {'follow' if goes_out else 'go out now'}."
    if goes_out and store.held_post(conn, channel_id) is not None:
        return "It goes out after you decide about the post on hold there."
    return ""


def post_number(post_id: str) -> str:
    """Return the number that admins type. It differs for every post, so that an old button decides nothing."""
    return str(zlib.crc32(post_id.encode()))


def channel_name(channel: ChannelRef) -> str:
    return f"{channel.platform} {channel.name or channel.id}"


def _entry_title(entry: Entry) -> str:
    return entries.shorten(f"{entry.number} {entries.plain_title(entry)}".strip(), _TITLE_LENGTH)


def _what(post: Undecided) -> str:
    if not post.entries:
        return _KIND_NAMES.get(post.kind, post.kind)
    more = len(post.entries) - 1
    return f"{_entry_title(post.entries[0])}{f', and {more} more' if more else ''}"


def quantity(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def count_text(number: int) -> str:
    return f"{quantity(number, 'post')} {'is' if number == 1 else 'are'}"


def _total(counts: Sequence[ChannelCount]) -> int:
    return sum(each.count for each in counts)


def _near(moment: datetime, context: Context) -> str:
    return dates.near(moment, context.now, context.zone)
