"""A reply as plain text: for the terminal, and wherever a platform shows nothing better."""

import textwrap

from handlers.reply import Block, Bullets, Buttons, Context, Divider, Fields, Fold, Header, Line, Reply, Section, Span, line

FOLDED = 3
"""Items of a folded list that are shown all the same."""

WIDTH = 100
"""Columns."""

_HIDDEN = dict.fromkeys(
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        0x061C,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
        *range(0xD800, 0xE000),
    ]
) | {0x09: " ", 0x0A: " ", 0x0D: " ", 0x85: " ", 0x2028: " ", 0x2029: " "}
"""Control characters, marks that turn the direction of writing, and halves of characters: they hide or reorder what others read."""


def clean(text: str) -> str:
    """One line that says what it shows: every renderer passes foreign text through this."""
    return text.translate(_HIDDEN)


def render(reply: Reply) -> str:
    """The reply as lines of at most 100 columns (a link may be longer), without a newline at its end."""
    parts = [_block(block) for block in reply.blocks]
    return "\n\n".join(part for part in parts if part) or clean(reply.text)


def _block(block: Block) -> str:
    match block:
        case Header(text, link):
            title = clean(text)
            return f"{title}\n{'=' * min(len(title), WIDTH)}" + (f"\n{link}" if link else "")
        case Section(lines):
            return "\n".join(_wrapped(line) for line in lines)
        case Bullets(items):
            return _bullets(items)
        case Fields(pairs):
            return "\n".join(_wrapped(line(f"{label}: ", *value), rest="  ") for label, value in pairs)
        case Context(lines):
            return "\n".join(_wrapped(line) for line in lines)
        case Divider():
            return "-" * 20
        case Buttons(buttons):
            width = max((len(clean(button.label)) for button in buttons), default=0)
            return "\n".join(
                f"[{clean(button.label)}]{' ' * (width - len(clean(button.label)))}  {clean(button.command)}" for button in buttons
            )
        case Fold(title, items, more):
            shown = items if more is None else items[:FOLDED]
            left = f"\n… {len(items) - len(shown)} more: {clean(more.command)}" if more and len(items) > len(shown) else ""
            return f"{clean(title)}\n{_bullets(shown)}{left}"


def _bullets(items: tuple[Line, ...]) -> str:
    return "\n".join(_wrapped(item, first="- ", rest="  ") for item in items)


def _wrapped(words: Line, first: str = "", rest: str = "") -> str:
    text = "".join(_span(span) for span in words)
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


def _span(span: Span) -> str:
    text = clean(span.text)
    if span.link is None or span.link == text:
        return text
    return f"{text} <{clean(span.link)}>"
