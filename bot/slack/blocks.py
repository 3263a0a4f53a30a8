"""Render a reply as Block Kit. Pure, total, and within Slack's limits: what is too long continues in another block or message.

Text goes into rich text and plain text, in which Slack parses no markup. Only small print with a link or a mention, and sections with a
menu beside them, have to be mrkdwn, which is escaped.

Limits: https://docs.slack.dev/reference/block-kit/blocks. The limit of about 13,200 characters of JSON for a message's blocks is not
documented (slackapi/bolt-js#2509).
"""

from collections.abc import Iterable, Iterator

from bot.rendering import join_spans, json_length, keep_dates_whole, split_text
from bot.slack.text import MAX_CHUNK, Json, chunks, defuse, escape, is_mention, mrkdwn, mrkdwn_line, plain_text, span_elements
from bot.urls import safe_link
from content.search.text import without_surrogates
from handlers.actions import blocks_with_privacy, encode_question
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
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    is_heading,
    line,
    lines_of,
    plain,
    split_quiet,
    with_marks,
)
from handlers.replies.text import FOLDED, clean, render_message

MAX_BLOCKS = 49
"""Maximum blocks of a message. Slack takes 50; one is for "Part 1 of 2"."""

MAX_JSON, MAX_BLOCK, MAX_SECTION = 12_000, 8_000, 7_000
"""Maximum characters of JSON of a message's blocks, of a block, and of a section within a block."""

MAX_TEXT, MAX_HEADER, MAX_LABEL, MAX_VALUE = 3_900, 150, 75, 2_000
"""Maximum characters of the top-level text, a header, and a button's label and value."""

MAX_CONFIRM_TITLE, MAX_CONFIRM, MAX_ANSWER = 100, 300, 30
"""Maximum characters of a dialog's title, text and answers."""

MAX_BUTTONS_PER_ROW = 5

MAX_OPTION_VALUE, MAX_OPTIONS, MAX_OVERFLOW = 150, 100, 5
"""Maximum characters of an option's value, and options of a select menu and of an overflow menu. An option's label is a button's."""

MAX_SECTION_TEXT = 3_000
"""Maximum characters of a section beside a menu."""


def render(reply: Reply) -> list[Json]:
    """Return a reply's messages, as chat.postMessage and a response_url take them: {"text": …, "blocks": […]}."""
    blocks = number_controls(render_blocks(blocks_with_privacy(reply), reply))
    parts = pack(blocks, MAX_JSON, MAX_BLOCKS) or [[]]
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


def render_plain(reply: Reply) -> list[Json]:
    """Return a reply's messages without blocks, after Slack rejected those. Slack parses no markup in them."""
    pieces = split_text(defuse(render_message(reply)), MAX_TEXT - 30, lambda text: len(escape(text)))
    marks = [f"Part {number} of {len(pieces)}\n" if len(pieces) > 1 else "" for number in range(1, len(pieces) + 1)]
    return [{"text": mark + escape(piece), "mrkdwn": False} for mark, piece in zip(marks, pieces, strict=True)]


def render_blocks(blocks: tuple[Block, ...], reply: Reply) -> list[Json]:
    rendered: list[Json] = []
    for block in join_headings(blocks):
        found = list(render_block(block, reply))
        if isinstance(block, Overflow) and found and rendered and _fits_together(rendered[-1], found[0]):
            rendered[-1]["elements"] += found.pop(0)["elements"]
        rendered += found
    return rendered


def _fits_together(row: Json, menu: Json) -> bool:
    """Whether an overflow menu may join the row of buttons before it."""
    return row["type"] == menu["type"] == "actions" and json_length(row) + json_length(menu) <= MAX_BLOCK


def shorten_text(text: str) -> str:
    """Escape and shorten the top-level text; the blocks hold all of it."""
    if len(escape(text)) <= MAX_TEXT:
        return escape(text)
    cut = text[: MAX_TEXT - 1]
    while len(escape(cut)) > MAX_TEXT - 1:
        cut = cut[: len(cut) - max(1, (len(escape(cut)) - MAX_TEXT) // 5)]
    return escape(cut) + "…"


def join_headings(blocks: tuple[Block, ...]) -> list[Block]:
    """Join each heading with the list below it, so that no message ends with a heading."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Bullets) and block.items and isinstance(last, Section) and is_heading(last):
            joined[-1] = Fold(plain(last.lines[0]), block.items)
        else:
            joined.append(block)
    return joined


def render_block(block: Block, reply: Reply) -> Iterator[Json]:
    match block:
        case Header(text, link):
            yield from header(clean(text), link, reply)
        case Section(lines, None):
            yield from rich_text(sections(lines))
        case Section(lines, Overflow() as overflow):
            yield from section_with_menu(lines, overflow)
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
        case Menu(label, buttons):
            placeholder = plain_text(clean(label)[: MAX_HEADER // 2].strip() or "Choose")
            yield from menus(buttons, {"type": "static_select", "placeholder": placeholder}, MAX_OPTIONS)
        case Overflow(buttons):
            yield from menus(buttons, {"type": "overflow"}, MAX_OVERFLOW)
        case Fold():
            yield from fold(block)


def header(text: str, link: str | None, reply: Reply) -> Iterator[Json]:
    """A header cannot be a link, so a linked title is bold text unless the card has the link elsewhere."""
    elsewhere = link is None or any(span.link == link for block in reply.blocks for text_line in lines_of(block) for span in text_line)
    if elsewhere and 0 < len(defuse(text)) <= MAX_HEADER and text.strip():
        yield {"type": "header", "text": plain_text(text)}
    else:
        yield from rich_text(sections((line(Span(text, bold=True, link=link)),)))


def fold(block: Fold) -> Iterator[Json]:
    """Slack cannot fold, so render the first items and a button for all."""
    folds = block.more is not None and len(block.items) > FOLDED
    shown = block.items[:FOLDED] if folds else block.items
    remainder = (line(f"… and {len(block.items) - len(shown)} more"),) if folds else ()
    yield from rich_text([*sections((line(Span(block.title, bold=True)),)), *bullets(shown), *sections(remainder)])
    if folds and block.more is not None:
        yield from actions((block.more,))


def rich_text(elements: Iterable[Json]) -> Iterator[Json]:
    """Put sections and lists into as few blocks as hold them."""
    empty: Json = {"type": "rich_text", "elements": []}
    block, size = {**empty, "elements": []}, json_length(empty)
    for element in elements:
        length = json_length(element) + 2
        last = block["elements"][-1] if block["elements"] else None
        if last is not None and size + length > MAX_BLOCK:
            yield block
            block, size, last = {**empty, "elements": []}, json_length(empty), None
        size += length
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
    return [{"type": "rich_text_section", "elements": part} for part in pack(elements, MAX_SECTION)]


def bullets(items: tuple[Line, ...]) -> list[Json]:
    """Render each item as a list of one, which `rich_text` joins."""
    elements: list[Json] = []
    for item in with_marks(items):
        parts = sections(tuple(part for words in item for part in split_quiet(words)))
        if parts:
            elements += [{"type": "rich_text_list", "style": "bullet", "elements": parts[:1]}, *parts[1:]]
    return elements


def context(lines: tuple[Line, ...]) -> Iterator[Json]:
    for text_line in lines:
        if not plain(text_line).strip():
            continue
        if not any(is_mention(span) or (span.link and safe_link(span.link)) for span in text_line):
            for chunk in chunks(keep_dates_whole(defuse(clean(plain(text_line))))):
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
    """A command too long for a button is shown, to be typed."""
    row: list[Json] = []
    for button in buttons:
        value = without_surrogates(button.command)
        if not value:
            continue
        if len(value) > MAX_VALUE or json_length(value) > MAX_CHUNK:
            yield from rich_text(sections((line(f"{button.label}: type ", Span(value, code=True)),)))
            continue
        rendered = _button(button, value)
        if len(row) == MAX_BUTTONS_PER_ROW or (row and json_length(row) + json_length(rendered) > MAX_BLOCK):
            yield {"type": "actions", "elements": row}
            row = []
        row.append(rendered)
    if row:
        yield {"type": "actions", "elements": row}


def menus(buttons: tuple[Button, ...], element: Json, most: int) -> Iterator[Json]:
    """Make menus of at most `most` options. A command too long for an option has a button."""
    options: list[Json] = []
    long: list[Button] = []
    for button in buttons:
        value = without_surrogates(button.command)
        if value and clean(button.confirm).strip() and element["type"] == "overflow":
            value = without_surrogates(encode_question(button, MAX_OPTION_VALUE))
        if len(value) > MAX_OPTION_VALUE:
            long.append(button)
        elif value:
            label = _label(button, value)
            options.append({"text": {"type": "plain_text", "text": label, "emoji": False}, "value": value})
    found = [element | {"options": part} for part in pack(options, MAX_SECTION, most)]
    yield from ({"type": "actions", "elements": part} for part in pack(found, MAX_BLOCK, MAX_BUTTONS_PER_ROW))
    yield from actions(tuple(long))


def section_with_menu(lines: tuple[Line, ...], overflow: Overflow) -> Iterator[Json]:
    """Put the menu beside the text if both are short enough, else below it."""
    text = "\n".join(mrkdwn_line(words) for words in lines if plain(words).strip())
    below = list(menus(overflow.buttons, {"type": "overflow"}, MAX_OVERFLOW))
    beside = below[0].get("elements", []) if len(below) == 1 else []
    fits = len(text) <= MAX_SECTION_TEXT and json_length(text) + json_length(beside) <= MAX_BLOCK
    if text and len(beside) == 1 and beside[0]["type"] == "overflow" and fits:
        yield {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}, "accessory": beside[0]}
        return
    yield from rich_text(sections(lines))
    yield from below


def _label(button: Button, value: str) -> str:
    label = defuse(clean(button.label)).strip() or clean(value)
    return label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"


def _button(button: Button, value: str) -> Json:
    style = {"style": button.style} if button.style in ("primary", "danger") else {}
    short = _label(button, value)
    asks = {"confirm": _confirm(button, short)} if clean(button.confirm).strip() else {}
    return {"type": "button", "text": {"type": "plain_text", "text": short, "emoji": False}, "value": value} | style | asks


def _confirm(button: Button, label: str) -> Json:
    """Return a dialog: https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object."""
    texts = {
        "title": label[:MAX_CONFIRM_TITLE],
        "text": defuse(clean(button.confirm))[:MAX_CONFIRM],
        "confirm": label[:MAX_ANSWER],
        "deny": "Cancel",
    }
    style = {"style": "danger"} if button.style == "danger" else {}
    return {name: {"type": "plain_text", "text": text, "emoji": False} for name, text in texts.items()} | style


_WITH_CONTROLS = ("actions", "section")


def number_controls(blocks: list[Json]) -> list[Json]:
    """Give each button and menu an action_id, whose prefix the listeners match."""
    rows = [
        block["elements"] if block["type"] == "actions" else [block["accessory"]] for block in blocks if block["type"] in _WITH_CONTROLS
    ]
    for number, control in enumerate(control for row in rows for control in row):
        control["action_id"] = f"command_{number}"
    return blocks


def pack(elements: list[Json], max_json: int, max_elements: int | None = None) -> list[list[Json]]:
    """Divide elements, in order, among as few lists as hold them."""
    packed: list[list[Json]] = []
    size = 0
    for element in elements:
        length = json_length(element)
        if not packed or size + length > max_json or len(packed[-1]) == max_elements:
            packed.append([])
            size = 0
        packed[-1].append(element)
        size += length + 2
    return packed
