"""A reply as Adaptive Cards 1.5: pure, total, and within what Teams takes of a message. What is too long goes on in another message.

Text without a link goes into a RichTextBlock, which reads no Markdown at all; lines with links, lists, headings and facts have to be
Markdown, and are escaped (`escaping`). No pictures: their addresses don't work in the government's clouds.

Limits: facts of Microsoft's differ (28 KB for webhooks, 40, about 100), in UTF-16; the smallest is kept, with room for what the connector
adds. https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format says what of Markdown is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.spans import joined, weight
from bot.teams.escaping import has_link, inert, literal, markdown, runs
from handlers.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Context,
    Divider,
    Fields,
    Fold,
    Header,
    Line,
    Reply,
    Section,
    Span,
    is_heading,
    line,
    lines_of,
    plain,
)
from handlers.sharing import marked
from handlers.text import FOLDED, clean

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"

COMMAND = "command"
"""The verb of a button, and the field of its data that holds the command string."""

MOST_MESSAGE = 12_000
"""Characters of a message's JSON where a letter beyond ASCII is written out: at most 24 KB in UTF-16."""
MOST_PIECE = 6_000
"""The same of what stays together in one message."""
MOST_LINE = 5_000
"""The same of one line, longer ones are cut."""
MOST_HEADER = 1_500
MOST_SPOKEN = 1_200
MOST_SUMMARY = 250
MOST_COMMAND = 2_000
MOST_LABEL = 75
MOST_WORD = 40
MOST_IN_A_ROW = 5
"""Teams shows six buttons of a row."""

Json = dict[str, Any]
Piece = list[Json]
"""Elements that stay together in one message."""

SMALL: Json = {"size": "small", "isSubtle": True}


def render(reply: Reply) -> list[Json]:
    """One message activity, or several when the reply is long."""
    spoken = inert(reply.text).strip()
    room = MOST_MESSAGE - weight(message([small("Part 99 of 99")], f"Part 99 of 99: {spoken}"))
    parts = packed(pieces(reply, whole_folds=True), room)
    if len(parts) > 1 and any(isinstance(block, Fold) and block.more for block in reply.blocks):
        parts = packed(pieces(reply, whole_folds=False), room)
    if not parts:
        return [message([paragraph(line(spoken or "…"))], spoken)]
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
        "speak": shortened(spoken, MOST_SPOKEN),
        "fallbackText": shortened(literal(spoken), MOST_SPOKEN),
        "body": body,
    }
    return {"type": "message", "summary": shortened(spoken, MOST_SUMMARY), "attachments": [{"contentType": CARD, "content": card}]}


def shortened(text: str, most: int) -> str:
    """At a word's end; all of it stands in the card."""
    if weight(text) <= most:
        return text
    size = min(len(text), most)
    while weight(text[:size]) > most - 10:
        size = size * (most - 10) // weight(text[:size])
    return text[: max(text.rfind(" ", size * 4 // 5, size), 0) or size] + "…"


def packed(found: Iterable[Piece], room: int) -> list[Piece]:
    """The pieces in as few bodies as hold them, in order. No body ends with a heading."""
    bodies: list[Piece] = []
    left = 0
    for piece in together(found):
        size = sum(weight(element) + 1 for element in piece)
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
        if waiting[-1].get("style") != "heading" or weight(waiting) > MOST_HEADER:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def pieces(reply: Reply, *, whole_folds: bool) -> Iterator[Piece]:
    """The blocks as elements, set apart from each other. `whole_folds`: False shows the button of a fold that has one in its place."""
    blocks = marked(reply)
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
    if isinstance(block, Context) and isinstance(before, Header):
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
        case Context(lines):
            yield from grouped(paragraphs(lines, **SMALL))
        case Buttons(buttons):
            yield from grouped(actions(buttons))
        case Fold():
            yield from fold(block, f"fold-{place}", whole_folds)


def grouped(elements: Iterable[Json]) -> Iterator[Piece]:
    """As many of the elements together as may be."""
    piece: Piece = []
    size = 0
    for element in elements:
        size += weight(element) + 1
        if piece and size > MOST_PIECE:
            yield piece
            piece, size = [], weight(element) + 1
        piece.append(element)
    if piece:
        yield piece


def header(text: str, link: str | None, reply: Reply) -> Iterator[Json]:
    """The title is the link, unless the card has it elsewhere, as in its small print: one link is enough to step through."""
    elsewhere = link is not None and any(span.link == link for block in reply.blocks for one in lines_of(block) for span in one)
    yield from heading((Span(text, link=None if elsewhere else link),), size="large")


def heading(words: Line, **look: Any) -> Iterator[Json]:
    """What a screen reader can jump to."""
    for one in cut(words, MOST_HEADER):
        text = markdown(one, bold=False)
        if text:
            yield {"type": "TextBlock", "text": text, "wrap": True, "style": "heading", "weight": "bolder", "size": "default"} | look


def paragraphs(lines: tuple[Line, ...], **look: Any) -> Iterator[Json]:
    """Lines one below another."""
    first = True
    for one in (part for each in lines for part in cut(each)):
        if not clean(plain(one)).strip():
            continue
        yield paragraph(one, **look) | ({} if first else {"spacing": "small"})
        first = False


def paragraph(words: Line, **look: Any) -> Json:
    """One line: Markdown only where it has to be."""
    if reads_markdown(words):
        bold = all(span.bold or not span.text.strip() for span in words)
        weighty = {"weight": "bolder"} if bold else {}
        return {"type": "TextBlock", "text": markdown(words, bold=not bold), "wrap": True} | weighty | look
    return {"type": "RichTextBlock", "inlines": [run(text, span) | look for text, span in runs(words)]}


def reads_markdown(words: Line) -> bool:
    """A link needs Markdown; and a word that is wider than the card is broken only there."""
    return has_link(words) or (not any(span.code for span in words) and any(len(word) > MOST_WORD for word in clean(plain(words)).split()))


def run(text: str, span: Span) -> Json:
    found: Json = {"type": "TextRun", "text": text}
    if span.bold:
        found["weight"] = "bolder"
    if span.italic:
        found["italic"] = True
    if span.code:
        found["fontType"] = "monospace"
    return found


def small(text: str) -> Json:
    return paragraph(line(text), **SMALL) | {"spacing": "medium"}


def bullets(items: tuple[Line, ...]) -> Iterator[Json]:
    """A list of Markdown's, which a screen reader counts and a narrow window indents. What is left of a very long item follows as text."""
    if any(is_code(item) for item in items):
        yield from by_hand(items)
        return
    texts: list[str] = []
    size = 0
    for item in items:
        first, *rest = cut(item)
        text = f"- {markdown(first)}"
        if text == "- ":
            continue
        if texts and size + weight(text) > MOST_LINE:
            yield {"type": "TextBlock", "text": "\r".join(texts), "wrap": True}
            texts, size = [], 0
        texts.append(text)
        size += weight(text)
        if rest:
            yield {"type": "TextBlock", "text": "\r".join(texts), "wrap": True}
            yield from paragraphs(tuple(rest))
            texts, size = [], 0
    if texts:
        yield {"type": "TextBlock", "text": "\r".join(texts), "wrap": True}


def is_code(item: Line) -> bool:
    """Markdown has no code in Teams, only bold in its place: not for what is nothing else, or what must be exact and would not be."""
    code = [span.text for span in item if span.code]
    return bool(code) and (len(code) == len(item) or any(literal(text) != text for text in code))


def by_hand(items: tuple[Line, ...]) -> Iterator[Json]:
    for number, item in enumerate(items):
        if clean(plain(item)).strip():
            for element in paragraphs((line("•  ", *item),)):
                yield element | ({"spacing": "small"} if number else {})


def facts(pairs: tuple[tuple[str, Line], ...]) -> Iterator[Json]:
    """In two columns; as lines where a fact has no label, code, or too much text."""
    shown = [(label, value) for label, value in pairs if clean(label + plain(value)).strip()]
    told = [{"title": markdown(line(label)), "value": markdown(value)} for label, value in shown]
    if all(one["title"] and one["value"] and weight(one) <= MOST_HEADER for one in told) and not any(
        span.code for _, value in shown for span in value
    ):
        for piece in grouped(told):
            yield {"type": "FactSet", "facts": piece}
        return
    yield from paragraphs(tuple(line(Span(f"{label}: ", bold=True), *value) for label, value in shown))


def fold(block: Fold, name: str, whole: bool) -> Iterator[Piece]:
    """The first few, and a button that shows the rest below them; where all is too long for one message, the button with the command.
    Without a command it is what was asked for, and open."""
    title = list(heading(line(block.title)))
    items = tuple(item for item in block.items if clean(plain(item)).strip())
    shown, rest = items[:FOLDED], items[FOLDED:]
    if not rest or block.more is None:
        yield from grouped([*title, *close(bullets(items))])
        return
    piece = [*title, *close(bullets(shown)), *folded(block.title, name, len(items), rest)]
    if whole and weight(piece) <= MOST_PIECE:
        yield piece
        return
    left = paragraphs((line(f"… and {len(rest)} more"),))
    yield from grouped([*title, *close(bullets(shown)), *left, *actions((block.more,))])


def close(elements: Iterator[Json]) -> Iterator[Json]:
    """A list right below its heading."""
    for number, element in enumerate(elements):
        yield element | ({} if number else {"spacing": "small"})


def folded(title: str, name: str, count: int, rest: tuple[Line, ...]) -> Iterator[Json]:
    """Two buttons take turns, so that what is said of each is true."""
    targets = [f"{name}-rest", f"{name}-show", f"{name}-hide"]
    about = shortened(inert(title), MOST_SUMMARY)

    def toggle(label: str) -> list[Json]:
        return [{"type": "Action.ToggleVisibility", "title": label, "tooltip": f"{label}: {about}", "targetElements": targets}]

    yield {"type": "Container", "id": targets[0], "isVisible": False, "spacing": "none", "items": list(bullets(rest))}
    yield {"type": "ActionSet", "id": targets[1], "spacing": "small", "actions": toggle(f"Show all {count}")}
    yield {"type": "ActionSet", "id": targets[2], "spacing": "small", "isVisible": False, "actions": toggle("Hide")}


def actions(buttons: tuple[Button, ...]) -> Iterator[Json]:
    """Rows of buttons. A command that is too long for one is shown, to be typed."""
    row: list[Json] = []
    for button in buttons:
        command = button.command.encode("utf-8", "replace").decode("utf-8")
        if not command:
            continue
        if weight(command) > MOST_COMMAND:
            yield from paragraphs((line(f"{button.label}: type ", Span(command, code=True)),))
            continue
        if len(row) == MOST_IN_A_ROW or (row and weight(row) + 2 * weight(command) > MOST_LINE):
            yield {"type": "ActionSet", "actions": row, "spacing": "small"}
            row = []
        row.append(pressable(button, command))
    if row:
        yield {"type": "ActionSet", "actions": row, "spacing": "small"}


def pressable(button: Button, command: str) -> Json:
    """For a Teams that knows no Action.Execute the same as Action.Submit."""
    label = inert(button.label).strip() or inert(command)
    short = label if len(label) <= MOST_LABEL else label[: MOST_LABEL - 1] + "…"
    styles = {"primary": "positive", "danger": "destructive"}
    said: Json = {"title": short, "data": {COMMAND: command}}
    if button.style in styles:
        said["style"] = styles[button.style]
    return {"type": "Action.Execute", "verb": COMMAND, **said, "fallback": {"type": "Action.Submit", **said}}


def cut(words: Line, most: int = MOST_LINE) -> list[Line]:
    """The line, or in several when it is too long for one; at least one."""
    if heft(words) <= most:
        return [words]
    found: list[Line] = [()]
    left = most
    for span in (part for each in joined(words) for part in chunks(each, most)):
        size = heft((span,))
        if found[-1] and size > left:
            found.append(())
            left = most
        found[-1] = (*found[-1], span)
        left -= size
    return found


def chunks(span: Span, most: int) -> Iterator[Span]:
    """A run of text in pieces that are each short enough for a line, cut between words where there are any."""
    text = clean(span.text)
    if span.link is not None and heft((replace(span, text=text[:1]),)) > most:
        span = replace(span, link=None)
    while text:
        size = min(len(text), most)
        while (found := heft((replace(span, text=text[:size]),))) > most:
            size = max(1, min(size - 1, size * most // found))
        if size < len(text):
            size = text.rfind(" ", size * 4 // 5, size) + 1 or size
        yield replace(span, text=text[:size])
        text = text[size:]


def heft(words: Line) -> int:
    """Characters of JSON at most, however the line is drawn."""
    return sum(120 + weight(markdown((span,))) for span in words)
