"""/trade topic: topics that are not PTIs."""

from __future__ import annotations

from content.catalog import get
from handlers import lookups
from handlers.messages.newest import newest
from handlers.questions import answers
from handlers.replies import cards, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Catalog, Topic
    from handlers.command import Command, Context


def topic(words: str, command: Command, context: Context) -> Reply:
    """A topic that is a PTI has the PTI's card."""
    if not words.strip():
        return _list_all(context.catalog)
    return answers.answer(words, ("topic", "pti"), command, context, "in the topics", Button("Show the topics", "/trade topic"))


def _list_all(catalog: Catalog) -> Reply:
    topics = [topic for topic in catalog.topics if not topic.is_pti]
    return Reply(
        f"{len(topics)} topics besides the Priority Trade Issues: {'; '.join(topic.name for topic in topics)}.",
        (
            Header("Topics besides the Priority Trade Issues"),
            cards.source_note("Topics that updates can cover"),
            Bullets(tuple(line(Span(topic.name, bold=True), f": {topic.summary.text}") for topic in topics)),
            cards.choices("Choose a topic", [Button(topic.name, f"/trade topic {topic.slug}") for topic in topics]),
            cards.footer(*(topic.summary.as_of for topic in topics)),
        ),
        subjects=tuple(f"topic:{topic.slug}" for topic in topics),
        shareable=True,
    )


def card(topic: Topic, command: Command, context: Context) -> Reply:
    if topic.is_pti and get(context.catalog, f"pti:{topic.slug}") is not None:
        return lookups.show(f"pti:{topic.slug}", command, context)
    blocks: list[Block] = [
        Header(topic.name, topic.links[0].url if topic.links else None),
        cards.source_note("Topic, not a Priority Trade Issue", *topic.links[:1]),
        cards.summary(topic.summary, context),
    ]
    links = (line(Span(link.title, link=link.url)) for link in topic.links[1:])
    source = sources.common_source(topic.facts)
    items = (*cards.statements(topic.facts, context, source), *cards.contacts(topic.contacts), *links)
    if items:
        blocks.append(Bullets(items))
    ptis = tuple(f"pti:{slug}" for slug in topic.ptis)
    names = lookups.titles(context.catalog, ptis)
    if names:
        blocks.append(Section((line("For questions about it, see ", Span("; ".join(names), bold=True), "."),)))
    blocks += newest(command, context, (topic.slug,))
    latest, every = Button("All messages", f"/csms latest {topic.slug}"), Button("All topics", "/trade topic")
    dates = (topic.summary.as_of, *(fact.as_of for fact in topic.facts if fact.shown))
    blocks += [Buttons((latest, *lookups.buttons(context.catalog, ptis, 2), every)), cards.footer(*dates, source=source)]
    parts = (f"Topic: {topic.name}.", topic.summary.text, cards.date_sentence(dates), topic.links[0].url if topic.links else "")
    return Reply(" ".join(part for part in parts if part), tuple(blocks), subjects=(f"topic:{topic.slug}",), shareable=True)
