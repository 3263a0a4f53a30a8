"""A reply as Adaptive Cards 1.5: pure, total, and within what Teams takes of a message. What is too long goes on in another message.

`elements` draws the parts. No pictures: their addresses don't work in the government's clouds.

Limits: facts of Microsoft's differ (28 KB for webhooks, 40, about 100), in UTF-16; the smallest is kept, with room for what the connector
adds. https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format says what of Markdown is read.
"""

from collections.abc import Iterable, Iterator

from bot.rendering import json_length
from bot.teams.elements import (
    MAX_HEADER,
    SMALL,
    Json,
    Piece,
    actions,
    bullets,
    facts,
    fold,
    grouped,
    heading,
    paragraphs,
    shortened,
    small,
)
from bot.teams.text import inert, markdown
from bot.teams.typed import as_typed
from handlers.actions import blocks_with_privacy
from handlers.replies.reply import (
    Block,
    Bullets,
    Buttons,
    Divider,
    Fields,
    Fold,
    Header,
    Reply,
    Section,
    SmallPrint,
    Span,
    is_heading,
    line,
    lines_of,
)
from handlers.replies.text import clean

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"

MAX_MESSAGE = 12_000
"""Characters of a message's JSON where a letter beyond ASCII is written out: at most 24 KB in UTF-16."""
MAX_SPOKEN = 1_200
MAX_SUMMARY = 250


def render(reply: Reply) -> list[Json]:
    """One message activity, or several when the reply is long."""
    reply = as_typed(reply)
    spoken = inert(reply.text).strip()
    room = MAX_MESSAGE - json_length(message([small("Part 99 of 99")], f"Part 99 of 99: {spoken}"))
    parts = packed(pieces(reply, whole_folds=True), room)
    if not parts:
        parts = packed(grouped(paragraphs((line(clean(reply.text).strip() or "…"),))), room)
    elif len(parts) > 1 and any(isinstance(block, Fold) and block.more for block in reply.blocks):
        parts = packed(pieces(reply, whole_folds=False), room)
    if len(parts) == 1:
        return [message(parts[0], spoken)]
    places = [f"Part {number} of {len(parts)}" for number in range(1, len(parts) + 1)]
    return [message([*part, small(place)], f"{place}: {spoken}") for part, place in zip(parts, places, strict=True)]


def cards(reply: Reply) -> list[Json]:
    """The cards alone."""
    return [one["attachments"][0]["content"] for one in render(reply)]


def message(body: Piece, spoken: str) -> Json:
    """`spoken` is what a screen reader says of the card, and what is shown where no card can be."""
    card = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "msteams": {"width": "Full"},
        "speak": shortened(spoken, MAX_SPOKEN),
        "fallbackText": shortened(markdown(line(spoken)), MAX_SPOKEN),
        "body": body,
    }
    return {"type": "message", "summary": shortened(spoken, MAX_SUMMARY), "attachments": [{"contentType": CARD, "content": card}]}


def packed(found: Iterable[Piece], room: int) -> list[Piece]:
    """The pieces in as few bodies as hold them, in order. No body ends with a heading."""
    bodies: list[Piece] = []
    left = 0
    for piece in together(found):
        size = sum(json_length(element) + 1 for element in piece)
        if not bodies or size > left:
            bodies.append([])
            left = room
        bodies[-1] += piece
        left -= size
    return bodies


def together(found: Iterable[Piece]) -> Iterator[Piece]:
    """A heading with what follows it."""
    waiting: Piece = []
    for piece in found:
        waiting = [*waiting, *piece]
        if waiting[-1].get("style") != "heading" or json_length(waiting) > MAX_HEADER:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def pieces(reply: Reply, *, whole_folds: bool) -> Iterator[Piece]:
    """The blocks as elements, set apart from each other. `whole_folds`: False shows the button of a fold that has one in its place."""
    blocks = blocks_with_privacy(reply)
    divided = False
    for place, block in enumerate(blocks):
        if isinstance(block, Divider):
            divided = True
            continue
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        for number, piece in enumerate(drawn(block, place, after, reply, whole_folds)):
            if number == 0:
                piece[0]["spacing"] = spacing(block, blocks[place - 1] if place else None)
                if divided:
                    piece[0]["separator"] = True
                    divided = False
            yield piece


def spacing(block: Block, before: Block | None) -> str:
    """How far a block stands from the one above it: small print belongs to a title, a list to what introduces it."""
    title = isinstance(before, Header) or (isinstance(before, Section) and is_heading(before))
    if isinstance(block, SmallPrint) and isinstance(before, Header):
        return "none"
    if (title and isinstance(block, Bullets)) or (isinstance(block, Buttons) and isinstance(before, Buttons)):
        return "small"
    starts = isinstance(block, Header | Buttons | Fold) or (isinstance(block, Section) and is_heading(block))
    return "medium" if starts and not title else "default"


def drawn(block: Block, place: int, after: Block | None, reply: Reply, whole_folds: bool) -> Iterator[Piece]:
    """The block in elements: none when it is empty, several pieces when it is long."""
    match block:
        case Header(text, link):
            yield from grouped(header(text, link, reply))
        case Section(lines):
            headed = is_heading(block) and isinstance(after, Bullets) and bool(after.items)
            yield from grouped(heading(lines[0]) if headed else paragraphs(lines))
        case Bullets(items):
            yield from grouped(bullets(items))
        case Fields(pairs):
            yield from grouped(facts(pairs))
        case SmallPrint(lines):
            yield from grouped(paragraphs(lines, **SMALL))
        case Buttons(buttons):
            yield from grouped(actions(buttons))
        case Fold():
            yield from fold(block, f"fold-{place}", whole_folds)


def header(text: str, link: str | None, reply: Reply) -> Iterator[Json]:
    """The title is the link, unless the card has it elsewhere, as in its small print: one link is enough to step through."""
    elsewhere = link is not None and any(span.link == link for block in reply.blocks for one in lines_of(block) for span in one)
    yield from heading((Span(text, link=None if elsewhere else link),), size="large")
