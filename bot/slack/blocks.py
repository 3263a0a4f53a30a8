"""A reply as Block Kit: pure, total, and within every limit of Slack's. What is too long goes on in another block or message.

Text goes into rich text and plain text, where Slack reads no markup at all: what a feed wrote can mention nobody, open no code block
and name no link of its own. Small print with links is the one place that has to be mrkdwn; there it is escaped.

Limits: https://docs.slack.dev/reference/block-kit/blocks; that a message's blocks together may have about 13,200 characters of JSON
is documented nowhere (slackapi/bolt-js#2509).
"""

from collections.abc import Iterable, Iterator

from bot.rendering import join_spans, json_length
from bot.slack.text import MAX_CHUNK, Json, chunks, elements_of, escape, inert, mrkdwn, plain_text
from bot.urls import safe_link
from handlers.actions import blocks_with_privacy
from handlers.replies.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Divider,
    Fields,
    Fold,
    Header,
    Line,
    Reply,
    Section,
    SmallPrint,
    Span,
    is_heading,
    line,
    lines_of,
    plain,
)
from handlers.replies.text import FOLDED, clean

MAX_BLOCKS = 49
"""Of 50: one is for "Part 1 of 2"."""
MAX_JSON = 12_000
"""Characters of a message's blocks."""
MAX_BLOCK = 8_000
"""Characters of one block's JSON."""
MAX_SECTION = 7_000
"""The same of one section within it."""
MAX_TEXT = 3_900
"""Characters of the top-level text."""
MAX_HEADER = 150
MAX_LABEL = 75
MAX_VALUE = 2_000
MAX_IN_A_ROW = 5


def render(reply: Reply) -> list[Json]:
    """One message, or several when it is long: {"text": …, "blocks": […]}, ready for chat.postMessage or an answer."""
    blocks = named_buttons(piece for block in merged(blocks_with_privacy(reply)) for piece in drawn(block, reply))
    parts = packed(blocks)
    spoken = clean(reply.text)
    if len(parts) == 1:
        return [{"text": fitted(spoken), "blocks": parts[0]}]
    return [
        {
            "text": fitted(f"Part {number} of {len(parts)}: {spoken}"),
            "blocks": [*part, {"type": "context", "elements": [plain_text(f"Part {number} of {len(parts)}")]}],
        }
        for number, part in enumerate(parts, 1)
    ]


def fitted(text: str) -> str:
    """The top-level text, escaped and short enough; all of it stands in the blocks."""
    if len(escape(text)) <= MAX_TEXT:
        return escape(text)
    kept = text[: MAX_TEXT - 1]
    while len(escape(kept)) > MAX_TEXT - 1:
        kept = kept[: len(kept) - max(1, (len(escape(kept)) - MAX_TEXT) // 5)]
    return escape(kept) + "…"


def merged(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """A heading and the list below it belong together: they stay in one block, so that no message ends with a heading."""
    waiting: Section | None = None
    for block in blocks:
        if waiting is not None and isinstance(block, Bullets) and block.items:
            yield Fold(plain(waiting.lines[0]), block.items)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if isinstance(block, Section) and is_heading(block):
            waiting = block
        else:
            yield block
    if waiting is not None:
        yield waiting


def drawn(block: Block, reply: Reply) -> Iterator[Json]:
    """The block in Slack's blocks: none when it is empty, several when it is long."""
    match block:
        case Header(text, link):
            yield from header(clean(text), link, reply)
        case Section(lines):
            yield from rich_text(sections(lines))
        case Bullets(items):
            yield from rich_text(bullets(items))
        case Fields(pairs):
            yield from rich_text(sections(tuple(line(Span(f"{label}: ", bold=True), *value) for label, value in pairs)))
        case SmallPrint(lines):
            yield from context(lines)
        case Divider():
            yield {"type": "divider"}
        case Buttons(buttons):
            yield from actions(buttons)
        case Fold():
            yield from fold(block)


def header(text: str, link: str | None, reply: Reply) -> Iterator[Json]:
    """A header can't be a link: a linked title is bold text, unless the card has the link elsewhere, as in its small print."""
    elsewhere = link is None or any(span.link == link for block in reply.blocks for one in lines_of(block) for span in one)
    if elsewhere and 0 < len(inert(text)) <= MAX_HEADER and text.strip():
        yield {"type": "header", "text": plain_text(text)}
    else:
        yield from rich_text(sections((line(Span(text, bold=True, link=link)),)))


def fold(block: Fold) -> Iterator[Json]:
    """Slack can't fold: the first few, and a button for all of them."""
    folds = block.more is not None and len(block.items) > FOLDED
    shown = block.items[:FOLDED] if folds else block.items
    left = (line(f"… and {len(block.items) - len(shown)} more"),) if folds else ()
    yield from rich_text([*sections((line(Span(block.title, bold=True)),)), *bullets(shown), *sections(left)])
    if folds and block.more is not None:
        yield from actions((block.more,))


def rich_text(elements: Iterable[Json]) -> Iterator[Json]:
    """Sections and lists in as few blocks as hold them; a list goes on in the next block."""
    block: Json = {"type": "rich_text", "elements": []}
    for element in elements:
        last = block["elements"][-1] if block["elements"] else None
        if last is not None and json_length(block) + json_length(element) > MAX_BLOCK:
            yield block
            block, last = {"type": "rich_text", "elements": []}, None
        if element["type"] == "rich_text_list" and last is not None and last["type"] == "rich_text_list":
            last["elements"] += element["elements"]
        else:
            block["elements"].append(element)
    if block["elements"]:
        yield block


def sections(lines: tuple[Line, ...]) -> list[Json]:
    """Lines one below another as a section, or as several when they are too long for one."""
    elements: list[Json] = []
    for one in filter(plain, lines):
        if elements:
            elements.append({"type": "text", "text": "\n"})
        elements += [element for span in join_spans(one) for element in elements_of(span)]
    parts: list[list[Json]] = []
    size = MAX_SECTION
    for element in elements:
        size += json_length(element) + 2
        if size > MAX_SECTION:
            parts.append([])
            size = json_length(element)
        parts[-1].append(element)
    return [{"type": "rich_text_section", "elements": part} for part in parts]


def bullets(items: tuple[Line, ...]) -> list[Json]:
    """Each item as a list of one; `rich_text` puts them together. What is left of a very long item follows as text."""
    found: list[Json] = []
    for item in items:
        parts = sections((item,))
        if parts:
            found += [{"type": "rich_text_list", "style": "bullet", "elements": parts[:1]}, *parts[1:]]
    return found


def context(lines: tuple[Line, ...]) -> Iterator[Json]:
    """Small print: lines without a link are plain text, which Slack doesn't read."""
    for one in lines:
        if not plain(one).strip():
            continue
        if not any(span.link and safe_link(span.link) for span in one):
            for chunk in chunks(inert(clean(plain(one)))):
                yield {"type": "context", "elements": [{"type": "plain_text", "text": chunk, "emoji": False}]}
            continue
        texts = [""]
        for piece in (piece for span in one for piece in mrkdwn(span)):
            if texts[-1] and json_length(texts[-1] + piece) > MAX_CHUNK:
                texts.append("")
            texts[-1] += piece
        for text in texts:
            yield {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def actions(buttons: tuple[Button, ...]) -> Iterator[Json]:
    """Rows of buttons. A command that is too long for one is shown, to be typed."""
    row: list[Json] = []
    for button in buttons:
        value = sound(button.command)
        if not value:
            continue
        if len(value) > MAX_VALUE or json_length(value) > MAX_CHUNK:
            yield from rich_text(sections((line(f"{button.label}: type ", Span(value, code=True)),)))
            continue
        if len(row) == MAX_IN_A_ROW or (row and json_length(row) + json_length(value) > MAX_BLOCK - MAX_CHUNK):
            yield {"type": "actions", "elements": row}
            row = []
        row.append(pressable(button, value))
    if row:
        yield {"type": "actions", "elements": row}


def pressable(button: Button, value: str) -> Json:
    style = {"style": button.style} if button.style in ("primary", "danger") else {}
    label = inert(clean(button.label)).strip() or clean(value)
    short = label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"
    return {"type": "button", "text": {"type": "plain_text", "text": short, "emoji": False}, "value": value} | style


def sound(command: str) -> str:
    """A command that can be sent: halves of characters can't."""
    return command.encode("utf-8", "replace").decode("utf-8")


def named_buttons(blocks: Iterable[Json]) -> list[Json]:
    """Every button with an action_id that no other of the reply has; listeners know them by how it begins."""
    named = list(blocks)
    buttons = [element for block in named if block["type"] == "actions" for element in block["elements"]]
    for number, button in enumerate(buttons):
        button["action_id"] = f"command_{number}"
    return named


def packed(blocks: list[Json]) -> list[list[Json]]:
    """The blocks in as few messages as hold them, in order; at least one message."""
    messages: list[list[Json]] = [[]]
    size = 0
    for block in blocks:
        if messages[-1] and (len(messages[-1]) >= MAX_BLOCKS or size + json_length(block) > MAX_JSON):
            messages.append([])
            size = 0
        messages[-1].append(block)
        size += json_length(block) + 2
    return messages
