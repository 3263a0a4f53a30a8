"""Render a reply as Adaptive Cards 1.5. Pure and total; a long reply takes several messages.

There are no images: their URLs do not work in the government clouds. Microsoft documents different size limits (28 KB for webhooks, 40 KB,
about 100 KB), all in UTF-16; cards stay below the smallest. The Markdown that Teams reads:
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
"""

from collections.abc import Iterable, Iterator

from bot.rendering import json_length, split_text
from bot.teams.elements import (
    MAX_HEADER,
    Json,
    Piece,
    actions,
    bullets,
    facts,
    fold,
    group,
    heading,
    menu,
    paragraphs,
    section_with_overflow,
    shorten_text,
    small_print,
    with_overflow,
)
from bot.teams.text import escape_text, markdown, strip_reply_slashes
from handlers.actions import blocks_with_privacy
from handlers.replies.reply import (
    Block,
    Bullets,
    Buttons,
    Controls,
    Divider,
    Fields,
    Fold,
    Header,
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    is_heading,
    line,
    lines_of,
)
from handlers.replies.text import clean, render_message

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"

MAX_MESSAGE = 12_000
"""Maximum characters of a message's JSON with non-ASCII characters escaped: at most 24 KB in UTF-16."""
MAX_SPOKEN = 1_200
MAX_FALLBACK = 500  #: What a client without Adaptive Cards shows; every client of Teams has them.
MAX_SUMMARY = 250


def render(reply: Reply) -> list[Json]:
    reply = strip_reply_slashes(reply)
    spoken = escape_text(reply.text).strip()
    space = MAX_MESSAGE - json_length(_part_message([], "Part 99 of 99", spoken))
    parts = pack(pieces(reply, whole_folds=True), space)
    if not parts:
        parts = pack(group(paragraphs((line(clean(reply.text).strip() or "…"),))), space)
    elif len(parts) > 1 and any(isinstance(block, Fold) and block.more for block in reply.blocks):
        parts = pack(pieces(reply, whole_folds=False), space)
    if len(parts) == 1:
        return [message(parts[0], spoken)]
    places = [f"Part {number} of {len(parts)}" for number in range(1, len(parts) + 1)]
    return [_part_message(part, place, spoken) for part, place in zip(parts, places, strict=True)]


def render_plain(reply: Reply) -> list[Json]:
    """Return a reply's messages without a card, after Teams rejected that."""
    lines = render_message(strip_reply_slashes(reply)).split("\n")
    pieces = split_text("\n".join(map(escape_text, lines)), MAX_MESSAGE - 100, json_length)
    marks = [f"Part {number} of {len(pieces)}\n" if len(pieces) > 1 else "" for number in range(1, len(pieces) + 1)]
    return [{"type": "message", "textFormat": "plain", "text": mark + piece} for mark, piece in zip(marks, pieces, strict=True)]


def _part_message(body: Piece, place: str, spoken: str) -> Json:
    note = [element | {"spacing": "medium"} for element in small_print((line(place),))]
    return message([*body, *note], f"{place}: {spoken}")


def cards(reply: Reply) -> list[Json]:
    return [one["attachments"][0]["content"] for one in render(reply)]


def message(body: Piece, spoken: str) -> Json:
    """Screen readers and clients that show no cards use `spoken`."""
    card = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "msteams": {"width": "Full"},
        "speak": shorten_text(spoken, MAX_SPOKEN),
        "fallbackText": shorten_text(markdown(line(spoken)), MAX_FALLBACK),
        "body": body,
    }
    return {"type": "message", "summary": shorten_text(spoken, MAX_SUMMARY), "attachments": [{"contentType": CARD, "content": card}]}


def pack(found: Iterable[Piece], space: int) -> list[Piece]:
    """Pack the pieces in order into few bodies, none of which ends with a heading."""
    bodies: list[Piece] = []
    left = 0
    for piece in join_headings(found):
        size = sum(json_length(element) + 1 for element in piece)
        if not bodies or size > left:
            bodies.append([])
            left = space
        bodies[-1] += piece
        left -= size
    return bodies


def join_headings(found: Iterable[Piece]) -> Iterator[Piece]:
    waiting: Piece = []
    for piece in found:
        waiting = [*waiting, *piece]
        if waiting[-1].get("style") != "heading" or json_length(waiting) > MAX_HEADER:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def pieces(reply: Reply, *, whole_folds: bool) -> Iterator[Piece]:
    """Without `whole_folds`, a fold with a button shows that instead of the rest."""
    blocks = blocks_with_privacy(reply)
    divided = False
    for place, block in enumerate(blocks):
        if isinstance(block, Divider):
            divided = True
            continue
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if isinstance(block, Overflow) and place and isinstance(blocks[place - 1], Buttons | Menu):
            continue  # it was drawn with them
        for number, piece in enumerate(draw_block(block, place, after, reply, whole_folds)):
            if number == 0:
                piece[0] |= {"spacing": spacing(block, blocks[place - 1] if place else None), **({"separator": True} if divided else {})}
                divided = False
            yield piece


def spacing(block: Block, before: Block | None) -> str:
    """Small print belongs to a title, and a list to its introduction."""
    title = isinstance(before, Header) or (isinstance(before, Section) and is_heading(before))
    if isinstance(block, SmallPrint) and isinstance(before, Header):
        return "none"
    if (title and isinstance(block, Bullets)) or (isinstance(block, Controls) and isinstance(before, Controls)):
        return "small"
    starts = isinstance(block, Header | Controls | Fold) or (isinstance(block, Section) and is_heading(block))
    return "medium" if starts and not title else "default"


def draw_block(block: Block, place: int, after: Block | None, reply: Reply, whole_folds: bool) -> Iterator[Piece]:
    match block:
        case Header(text, link):
            # keyboard users step through every link, so the title is one only if the card does not repeat it
            repeated = link is not None and any(span.link == link for each in reply.blocks for one in lines_of(each) for span in one)
            yield from group(heading((Span(text, link=None if repeated else link),), size="large"))
        case Section(lines, Overflow() as overflow):
            yield from group(section_with_overflow(lines, overflow, f"section-{place}"))
        case Section(lines):
            headed = is_heading(block) and isinstance(after, Bullets) and bool(after.items)
            yield from group(heading(lines[0]) if headed else paragraphs(lines))
        case Bullets(items):
            yield from group(bullets(items))
        case Fields(pairs):
            yield from group(facts(pairs))
        case SmallPrint(lines):
            yield from group(small_print(lines))
        case Buttons() | Menu():
            row = list(actions(block.buttons, f"buttons-{place}") if isinstance(block, Buttons) else menu(block, f"menu-{place}"))
            yield from group(with_overflow(row, after, f"more-{place}") if isinstance(after, Overflow) else row)
        case Overflow():
            yield from group(with_overflow([], block, f"more-{place}"))
        case Fold():
            yield from fold(block, f"fold-{place}", whole_folds)
