"""The newest messages of a subject, with which its card ends."""

from __future__ import annotations

from handlers.replies.reply import Block, Bullets, Section, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from handlers.command import Command, Context
    from jobs.feed_health import LastRead
    from jobs.models.entries import Entry

MAX_SHOWN = 2

_MIN_NAME = 3
"""Characters of a name that is searched in titles."""


def newest(command: Command, context: Context, topics: Collection[str], names: Collection[str] = ()) -> tuple[Block, ...]:
    """Return the newest messages on one of the topics, or with one of the names in the title; () if there are none."""
    if context.recent is None:
        return ()
    # `ask` has no messages, and starts without these
    from jobs.matching import find_phrase

    searched = [name for name in names if len(name) >= _MIN_NAME]

    def is_about(entry: Entry) -> bool:
        return any(hit.topic in topics for hit in entry.topics) or any(find_phrase(name, entry) for name in searched)

    now = context.now
    found = context.recent.newest(is_about, MAX_SHOWN, now, samples=shows_samples(command))
    if not found:
        return ()
    return message_blocks("Newest messages", found, context.recent.last_read(now), context)


def message_blocks(title: str, found: Sequence[Entry], read: LastRead, context: Context) -> tuple[Block, ...]:
    """Return a heading that says when the feed was last read, or warns that newer messages may be missing, and the messages."""
    from handlers.replies import dates, entries, freshness

    now, zone = context.now, context.zone
    warning = freshness.warning(read, now, zone)
    head = (
        line(Span(f"{title}. ", bold=True), warning)
        if warning
        else line(Span(title, bold=True), f" ({freshness.sentence_part(read, now, zone)})")
    )
    return (Section((head,)), Bullets(tuple(entries.bullet(each, dates.near_date(each.published, now, zone)) for each in found)))


def shows_samples(command: Command) -> bool:
    from jobs.matching import SAMPLE_PLATFORM

    return command.channel is not None and command.channel.platform == SAMPLE_PLATFORM
