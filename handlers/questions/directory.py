"""The lists of everything of one sort that have no command: the contacts, and the feeds."""

from __future__ import annotations

from handlers.replies import cards
from handlers.replies.reply import Bullets, Button, Buttons, Header, Reply, Span, code_line, line, plain

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Office, Pti, Topic
    from handlers.command import Command, Context


def contacts(words: str, command: Command, context: Context) -> Reply:
    """List every contact that the reader may see, once."""
    catalog = context.catalog
    holders: tuple[Office | Pti | Topic, ...] = (catalog.office, *catalog.ptis, *(topic for topic in catalog.topics if not topic.is_pti))
    listed = {(each.value, each.purpose): each for holder in holders for each in holder.contacts if each.shown}
    lines = tuple(
        line(Span(each.value, bold=True), f": {each.purpose}", " (internal)" if each.internal else "", *cards.in_brackets(each, context))
        for each in listed.values()
    )
    return Reply(
        f"{len(lines)} contacts: {'; '.join(f'{value}, {purpose}' for value, purpose in listed)}.",
        (Header("Contacts"), Bullets(lines), Buttons((Button("Priority Trade Issues", "/pti"),)), cards.footer()),
        subjects=(f"office:{catalog.office.slug}",),
        shareable=True,
    )


def feeds(words: str, command: Command, context: Context) -> Reply:
    """List what the bot reads, each with the command that subscribes to it."""
    listed = context.catalog.feeds
    lines = tuple((Span(feed.name, bold=True), Span(": "), *code_line(f"`/trade subscribe {feed.slug}`")) for feed in listed)
    text = f"This bot reads {len(listed)} feeds: {'; '.join(plain(each) for each in lines)}."
    return Reply(text, (Header("Feeds that this bot reads"), Bullets(lines), Buttons((Button("Topics", "/trade topic"),))))
