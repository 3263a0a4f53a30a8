"""Questions that the bot does not answer: a plain sentence and the official page, without a card (elsewhere.yaml)."""

from __future__ import annotations

from handlers.replies import cards
from handlers.replies.reply import Reply, Section, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Elsewhere
    from handlers.command import Context


def answer(words: str, context: Context) -> Reply | None:
    """Return where to go with a question that this bot is not for, or None."""
    from content.search.elsewhere import find_elsewhere

    entry = find_elsewhere(context.catalog.elsewhere, words)
    return card(entry, context) if entry else None


def card(entry: Elsewhere, context: Context) -> Reply:
    page = Span(entry.link.title, link=entry.link.url)
    return Reply(
        f"{entry.answer.text} {entry.link.title}: {entry.link.url}",
        (Section((line(Span(entry.answer.text, bold=True)), cards.source_line(entry.answer, context, page))),),
        shareable=True,
    )
