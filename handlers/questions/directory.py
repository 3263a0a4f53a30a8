"""The lists of everything of one sort that have no command: the contacts, and the feeds."""

from __future__ import annotations

from handlers.replies import cards
from handlers.replies.reply import Bullets, Button, Buttons, Header, Reply, SmallPrint, Span, code_line, line, plain

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Office, Pti, Topic
    from handlers.command import Command, Context

_CHOOSING = (
    "A plain subscription gets CSMS messages. “All feeds” means those above{}. "
    "A feed that is added later comes only if you subscribe to it."
)
_BY_NAME = " that are not marked “by name only”"


def contacts(words: str, command: Command, context: Context) -> Reply:
    """List every contact that the reader may see, once."""
    catalog = context.catalog
    holders: tuple[Office | Pti | Topic, ...] = (catalog.office, *catalog.ptis, *(topic for topic in catalog.topics if not topic.is_pti))
    listed = {(each.value, each.purpose): each for holder in holders for each in holder.contacts if each.shown}
    lines = tuple(
        line(
            cards.contact(each),
            f": {each.purpose}",
            " (internal)" if each.internal else "",
            *cards.in_brackets(each, context),
        )
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
    how = (f"`/trade subscribe {feed.slug}`{' (by name only)' if feed.by_name_only else ''}" for feed in listed)
    lines = tuple((Span(feed.name, bold=True), Span(": "), *code_line(text)) for feed, text in zip(listed, how, strict=True))
    choosing = _CHOOSING.format(_BY_NAME if any(feed.by_name_only for feed in listed) else "")
    text = f"This bot reads {len(listed)} feeds: {'; '.join(plain(each) for each in lines)}."
    return Reply(
        f"{text} {choosing}",
        (Header("Feeds that this bot reads"), Bullets(lines), SmallPrint((line(choosing),)), Buttons((Button("Topics", "/trade topic"),))),
    )
