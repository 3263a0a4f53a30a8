"""Render a reply as Block Kit. Pure, total, and within Slack's limits: what is too long continues in another block or message.

Text goes into rich text and plain text, in which Slack parses no markup: a feed's text cannot mention anybody, open a code block or add
a link. Only small print with links has to be mrkdwn, which is escaped.

Limits: https://docs.slack.dev/reference/block-kit/blocks. The limit of about 13,200 characters of JSON for all blocks of a message is not
documented (slackapi/bolt-js#2509).
"""

from collections.abc import Iterable, Iterator

from bot.rendering import join_spans, json_length
from bot.slack.text import MAX_CHUNK, Json, chunks, defuse, escape, mrkdwn, plain_text, span_elements
from bot.urls import safe_link
from content.search.text import without_surrogates
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
"""Maximum blocks of a message. Slack takes 50; one is for "Part 1 of 2"."""

MAX_JSON = 12_000
"""Maximum characters of JSON of a message's blocks."""

MAX_BLOCK = 8_000
"""Maximum characters of JSON of a block."""

MAX_SECTION = 7_000
"""Maximum characters of JSON of a section within a block."""

MAX_TEXT = 3_900
"""Maximum characters of the top-level text."""

MAX_HEADER = 150
MAX_LABEL = 75
MAX_VALUE = 2_000
MAX_BUTTONS_PER_ROW = 5


def render(reply: Reply) -> list[Json]:
    """Return the messages of a reply, as chat.postMessage and a response_url take them: {"text": …, "blocks": […]}."""
    blocks = number_buttons(render_blocks(blocks_with_privacy(reply), reply))
    parts = split_messages(blocks)
    text = clean(reply.text)
    if len(parts) == 1:
        return [{"text": shorten_text(text), "blocks": parts[0]}]
    return [
        {
            "text": shorten_text(f"Part {number} of {len(parts)}: {text}"),
            "blocks": [*part, {"type": "context", "elements": [plain_text(f"Part {number} of {len(parts)}")]}],
        }
        for number, part in enumerate(parts, 1)
    ]


def render_blocks(blocks: tuple[Block, ...], reply: Reply) -> list[Json]:
    return [rendered for block in join_headings(blocks) for rendered in render_block(block, reply)]


def shorten_text(text: str) -> str:
    """Escape and shorten the top-level text; the blocks hold all of it."""
    if len(escape(text)) <= MAX_TEXT:
        return escape(text)
    cut = text[: MAX_TEXT - 1]
    while len(escape(cut)) > MAX_TEXT - 1:
        cut = cut[: len(cut) - max(1, (len(escape(cut)) - MAX_TEXT) // 5)]
    return escape(cut) + "…"


def join_headings(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Join each heading with the list below it, so that no message ends with a heading."""
    heading: Section | None = None
    for block in blocks:
        if heading is not None and isinstance(block, Bullets) and block.items:
            yield Fold(plain(heading.lines[0]), block.items)
            heading = None
            continue
        if heading is not None:
            yield heading
            heading = None
        if isinstance(block, Section) and is_heading(block):
            heading = block
        else:
            yield block
    if heading is not None:
        yield heading


def render_block(block: Block, reply: Reply) -> Iterator[Json]:
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
    """Render a header, or a linked title as bold text unless the card has the link elsewhere: a header cannot be a link."""
    elsewhere = link is None or any(span.link == link for block in reply.blocks for text_line in lines_of(block) for span in text_line)
    if elsewhere and 0 < len(defuse(text)) <= MAX_HEADER and text.strip():
        yield {"type": "header", "text": plain_text(text)}
    else:
        yield from rich_text(sections((line(Span(text, bold=True, link=link)),)))


def fold(block: Fold) -> Iterator[Json]:
    """Render the first items and a button for all of them, since Slack cannot fold."""
    folds = block.more is not None and len(block.items) > FOLDED
    shown = block.items[:FOLDED] if folds else block.items
    remainder = (line(f"… and {len(block.items) - len(shown)} more"),) if folds else ()
    yield from rich_text([*sections((line(Span(block.title, bold=True)),)), *bullets(shown), *sections(remainder)])
    if folds and block.more is not None:
        yield from actions((block.more,))


def rich_text(elements: Iterable[Json]) -> Iterator[Json]:
    """Put sections and lists into as few blocks as hold them."""
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
    elements: list[Json] = []
    for text_line in filter(plain, lines):
        if elements:
            elements.append({"type": "text", "text": "\n"})
        elements += [element for span in join_spans(text_line) for element in span_elements(span)]
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
    """Render each item as a list of one, which `rich_text` joins."""
    elements: list[Json] = []
    for item in items:
        parts = sections((item,))
        if parts:
            elements += [{"type": "rich_text_list", "style": "bullet", "elements": parts[:1]}, *parts[1:]]
    return elements


def context(lines: tuple[Line, ...]) -> Iterator[Json]:
    """Render small print, as plain text where there is no link."""
    for text_line in lines:
        if not plain(text_line).strip():
            continue
        if not any(span.link and safe_link(span.link) for span in text_line):
            for chunk in chunks(defuse(clean(plain(text_line)))):
                yield {"type": "context", "elements": [{"type": "plain_text", "text": chunk, "emoji": False}]}
            continue
        texts = [""]
        for piece in (piece for span in text_line for piece in mrkdwn(span)):
            if texts[-1] and json_length(texts[-1] + piece) > MAX_CHUNK:
                texts.append("")
            texts[-1] += piece
        for text in texts:
            yield {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def actions(buttons: tuple[Button, ...]) -> Iterator[Json]:
    """Render rows of buttons. A command too long for a button is shown, to be typed."""
    row: list[Json] = []
    for button in buttons:
        value = without_surrogates(button.command)
        if not value:
            continue
        if len(value) > MAX_VALUE or json_length(value) > MAX_CHUNK:
            yield from rich_text(sections((line(f"{button.label}: type ", Span(value, code=True)),)))
            continue
        if len(row) == MAX_BUTTONS_PER_ROW or (row and json_length(row) + json_length(value) > MAX_BLOCK - MAX_CHUNK):
            yield {"type": "actions", "elements": row}
            row = []
        row.append(_button(button, value))
    if row:
        yield {"type": "actions", "elements": row}


def _button(button: Button, value: str) -> Json:
    style = {"style": button.style} if button.style in ("primary", "danger") else {}
    label = defuse(clean(button.label)).strip() or clean(value)
    short = label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"
    return {"type": "button", "text": {"type": "plain_text", "text": short, "emoji": False}, "value": value} | style


def number_buttons(blocks: list[Json]) -> list[Json]:
    """Give each button a unique action_id, whose prefix the listeners match."""
    buttons = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    for number, button in enumerate(buttons):
        button["action_id"] = f"command_{number}"
    return blocks


def split_messages(blocks: list[Json]) -> list[list[Json]]:
    """Divide the blocks among as few messages as hold them, at least one."""
    messages: list[list[Json]] = [[]]
    size = 0
    for block in blocks:
        if messages[-1] and (len(messages[-1]) >= MAX_BLOCKS or size + json_length(block) > MAX_JSON):
            messages.append([])
            size = 0
        messages[-1].append(block)
        size += json_length(block) + 2
    return messages
