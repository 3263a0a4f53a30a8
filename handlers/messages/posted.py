"""Answer what the bot posted in a channel: "what did you post yesterday", "which messages were posted here last week"."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.messages import periods
from handlers.messages.questions import tokens_of
from handlers.messages.vocabulary import GREETING
from handlers.replies import cards, dates, entries
from handlers.replies.reply import Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, line, plain, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.command import Command, Context
    from handlers.messages.periods import Period
    from handlers.replies.reply import Line
    from jobs.models.channels import ChannelRef
    from jobs.models.entries import Entry
    from jobs.models.posts import SentPost
    from jobs.store.database import Connection

MAX_LISTED = 20
_MAX_POSTS = 100


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_POSTED = _set("deliver delivered post posted posts send sent share shared")
_SENDERS = _set("bot tradebot you youve")
_HERE = _set("channel chat here us")
_ASKS = _set("anything did has have list show tell was were what whats which")
_PAST = _set("delivered did has have posted posts sent shared was were youve")
_AROUND = (
    _POSTED
    | _SENDERS
    | _HERE
    | _ASKS
    | _PAST
    | _set(
        "a all already any been ever csms far give in just last latest me message messages newest of please recently so the things this to"
    )
    | _set("thing trade update updates")
)
"""Words of a question for nothing but the posts of a channel, beside a period."""


def answer(words: str, command: Command, context: Context, why_not: str) -> Reply | None:
    """List what was posted where the question is asked, or say `why_not`; return None for another question. Raises StoreNeeded."""
    tokens = tokens_of(words)
    if not asks_for_posts(tokens) or context.past:
        return None
    period, rest = periods.read([word for word in tokens if word not in GREETING], context.now, context.zone)
    if not _AROUND.issuperset(rest):  # "what did you post about steel" is a search
        return None
    db = context.database()
    if db is None:
        return refusal(f"The bot's posts are stored with the messages. {why_not}", "", Button("Help", "/trade help"))
    if command.channel is None:
        return refusal("The bot lists the posts of the channel in which you ask.", "Ask again in that channel.")
    with db.read() as conn:
        posts, known = _load(conn, command.channel, period, context)
        last = () if posts or period is None else _load(conn, command.channel, None, context)[0]
    return _listing(posts, known, period, last[:1], command, context)


def asks_for_posts(tokens: Sequence[str]) -> bool:
    """Return whether a question asks what the bot posted, or what was posted here."""
    words = [word for word in tokens if word not in GREETING]
    by_bot = not (_SENDERS | _HERE).isdisjoint(words)
    return bool(words) and words[0] in _ASKS and by_bot and not _POSTED.isdisjoint(words) and not _PAST.isdisjoint(words)


def _load(conn: Connection, channel: ChannelRef, period: Period | None, context: Context) -> tuple[list[SentPost], dict[str, Entry]]:
    """Return the channel's posts, newest first, and their messages by their keys."""
    from jobs.store import channels
    from jobs.store import entries as entry_store
    from jobs.store import posts as post_store

    channel_id = channels.find_id(conn, channel)
    since, until = period.bounds(context.zone) if period is not None else (None, None)
    found = post_store.posted(conn, channel_id, _MAX_POSTS, since=since, until=until) if channel_id is not None else []
    return found, entry_store.known(conn, {key for post in found for key in _keys(post)}) if found else {}


def _keys(post: SentPost) -> list[str]:
    keys: list[str] = post.content.get("subjects") or []
    return keys


def _listing(  # six parameters: what was posted, and for which question
    posts: Sequence[SentPost], known: dict[str, Entry], period: Period | None, last: Sequence[SentPost], command: Command, context: Context
) -> Reply:
    noun, when = cards.channel_noun(command.channel), f" {period.phrase}" if period is not None else ""
    manage = (Button("All subscriptions", "/csms subscriptions"), Button("Latest CSMS messages", "/csms latest"))
    kept = _kept(period, context)
    if not posts:
        text = f"No posts in this {noun}{when} are stored." if kept else f"The bot posted nothing in this {noun}{when}."
        before = f"Its last post here was {dates.near(last[0].settled_at, context.now, context.zone)}." if last else ""
        said = " ".join(filter(None, (kept, before)))
        return Reply(f"{text} {said}".strip(), (cards.heading(text), *((Section((line(said),)),) if said else ()), Buttons(manage)))
    items = [_bullet(known[key], post.settled_at, context) for post in posts for key in _keys(post) if key in known]
    shown = items[:MAX_LISTED]
    more = (line(f"\u2026 and {len(items) - len(shown)} more"),) if len(items) > len(shown) else ()
    in_posts = f"{len(posts)} post{'' if len(posts) == 1 else 's'}" if len(posts) < _MAX_POSTS else f"the newest {_MAX_POSTS} posts"
    counted = f"{len(items)} message{'' if len(items) == 1 else 's'} in {in_posts}, newest first"
    title = f"Posted in this {noun}{when}"
    listed = list({key: known[key] for post in posts for key in _keys(post) if key in known}.values())
    blocks = (
        Header(title),
        SmallPrint(tuple(map(line, filter(None, (counted, kept))))),
        Bullets((*shown, *more)),
        Buttons(manage),
        entries.caution(listed),
    )
    return Reply(" ".join((f"{title}: {counted}.", *map(plain, shown))), blocks, subjects=tuple(each.key for each in listed[:MAX_LISTED]))


def _kept(period: Period | None, context: Context) -> str:
    """Return that older posts may have been deleted, if the question reaches so far back, or ""."""
    from jobs.retention import MIN_DAYS

    since = period.bounds(context.zone)[0] if period is not None else None
    is_kept = since is not None and since >= context.now - timedelta(days=MIN_DAYS)
    return "" if is_kept else f"The bot keeps its posts for {MIN_DAYS} days or longer, so older ones may be missing."


def _bullet(entry: Entry, posted_at: datetime, context: Context) -> Line:
    day = entries.sent_day(entry, context.now, context.zone)
    return entries.bullet(entry, day, f"posted {dates.near(posted_at, context.now, context.zone)}")
