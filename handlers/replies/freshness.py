"""How current the stored messages are: the time of the last good read of CBP's feed, and a warning if that is too long ago."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import dates, entries
from handlers.replies.reply import Block, Reply, Section, Span, line
from jobs.feed_health import LastRead, last_read
from jobs.models.entries import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from handlers.command import Context
    from jobs.store.database import Connection

CSMS = "csms"

_ADDRESS = re.compile(r"https?://\S{1,500}:\s")
_MAX_REASON = 80

_MAY_BE_MISSING = "Newer messages may be missing."


def read_feed(conn: Connection, context: Context, feed: str = CSMS) -> LastRead:
    """Return when the feed was read. Samples count as CSMS messages."""
    from jobs.store import feeds

    slug = CSMS if feed == SAMPLE else feed
    configured = next((each for each in context.catalog.feeds if each.slug == slug), None)
    return last_read(configured, feeds.get(conn, slug), context.now)


def feed_title(context: Context, feed: str) -> str:
    """Return what sentences call a feed."""
    return "CBP's feed" if feed in (CSMS, SAMPLE) else f"The feed “{entries.feed_name(context.catalog, feed)}”"


def sentence_part(read: LastRead, now: datetime, zone: str, feed: str = "CBP's feed") -> str:
    """Return "CBP's feed was last read 09:00 ET"."""
    if not read.kept:
        return f"when {feed} had last been read is not stored"
    return f"{feed} has not been read yet" if read.at is None else f"{feed} was last read {dates.near(read.at, now, zone)}"


def warning(read: LastRead, now: datetime, zone: str, feed: str = "CBP's feed") -> str:
    """Return the sentences that open an answer if newer messages may be missing, else ""."""
    if not read.doubtful:
        return ""
    if read.failing and read.at is not None:
        return f"{feed} cannot be read right now; it was last read {dates.near(read.at, now, zone)}. {_MAY_BE_MISSING}"
    if read.failing:
        return f"{feed} cannot be read: every attempt has failed so far. {_MAY_BE_MISSING}"
    return f"{sentence_part(read, now, zone, feed)}. {_MAY_BE_MISSING}"


def warning_blocks(text: str) -> tuple[Block, ...]:
    return (Section((line(Span(text, bold=True)),)),) if text else ()


def with_warning(reply: Reply, feeds: Collection[str], context: Context) -> Reply:
    """Return an answer about entries of these feeds, behind a warning if newer CSMS messages may be missing."""
    if context.recent is None or context.db is None or CSMS not in feeds:
        return reply
    with context.db.read() as conn:  # the recent messages may be those of before the feed was read
        text = warning(read_feed(conn, context), context.now, context.zone)
    return replace(reply, text=f"{text} {reply.text}", blocks=(*warning_blocks(text), *reply.blocks)) if text else reply


def why_none(read: LastRead, now: datetime, zone: str) -> str:
    """Return why no messages are stored, in a sentence."""
    if read.failed_at is not None:
        reason = f" ({short_error(read.error)})" if short_error(read.error) else ""
        return f"The bot could not read CBP's feed at {dates.near(read.failed_at, now, zone)}{reason}. It keeps trying."
    if read.at is None:
        return "The bot has not read CBP's feed yet."
    return f"The bot read CBP's feed {dates.near(read.at, now, zone)}, and it had no messages."


def short_error(error: str) -> str:
    """Return an error without the addresses and what a page said: "HTTP 403 Forbidden"."""
    return _ADDRESS.sub("", error).partition(" (")[0][:_MAX_REASON]
