"""Render a reply as plain text: for the terminal, and for a platform that refused its layout."""

from collections.abc import Iterator

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
    is_mark,
    line,
    split_quiet,
)

FOLDED = 3
"""Items shown of a folded list."""

WIDTH = 100
"""Maximum columns of a line."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean(text: str) -> str:
    """Return one line without characters that hide or reorder text. Every renderer uses it."""
    if text.isprintable():
        return text
    from unicodedata import category

    kept = (letter for letter in text if letter.isspace() or not (letter in _BIDI or category(letter) in ("Cc", "Cs")))
    return "".join(" " if letter.isspace() else letter for letter in kept)


def render(reply: Reply) -> str:
    """Render the reply. Links are numbered and listed at the end, where a line may exceed WIDTH."""
    links: dict[str, int] = {}
    parts = [_block(block, links) for block in reply.blocks]
    listed = "\n".join(f"[{number}] {link}" for link, number in links.items())
    return "\n\n".join(part for part in (*parts, listed) if part) or clean(reply.text)


def render_message(reply: Reply) -> str:
    """Render all that the reply says, a link behind its words, without buttons and without breaking lines."""
    return "\n".join(text for block in reply.blocks for text in _message_lines(block)) or clean(reply.text)


def _message_lines(block: Block) -> Iterator[str]:
    match block:
        case Header(text, link):
            yield _linked(Span(text, link=link))
        case Section(lines) | SmallPrint(lines):
            yield from ("".join(map(_linked, words)) for words in lines)
        case Bullets(items):
            for above, quiet in map(split_quiet, items):
                yield f"{'  ' if is_mark(above) else '- '}{''.join(map(_linked, above))}"
                yield from (f"  {clean(span.text)}" for span in quiet)
        case Fold(title, items, _):
            yield clean(title)
            yield from _message_lines(Bullets(items))
        case Fields(pairs):
            yield from (f"{clean(label)}: {''.join(map(_linked, words))}" for label, words in pairs)


def _linked(span: Span) -> str:
    text = clean(span.text)
    return text if span.link is None or span.link == text else f"{text} ({clean(span.link)})"


def _block(block: Block, links: dict[str, int]) -> str:
    match block:
        case Header(text, link):
            title = _span(Span(clean(text), link=link), links)
            return f"{title}\n{'=' * min(len(title), WIDTH)}"
        case Section(lines, overflow):
            return "\n".join((*(_wrap(line, links) for line in lines), *((_buttons(overflow.buttons),) if overflow else ())))
        case SmallPrint(lines):
            return "\n".join(_wrap(line, links) for line in lines)
        case Bullets(items):
            return _bullets(items, links)
        case Fields(pairs):
            return "\n".join(_wrap(line(f"{label}: ", *value), links, rest="  ") for label, value in pairs)
        case Divider():
            return "-" * 20
        case Buttons(buttons) | Menu(_, buttons) | Overflow(buttons, _):
            return _buttons(buttons)
        case Fold(title, items, more):
            shown = items if more is None else items[:FOLDED]
            left = f"\n… {len(items) - len(shown)} more: {clean(more.command)}" if more and len(items) > len(shown) else ""
            return f"{clean(title)}\n{_bullets(shown, links)}{left}"


def _buttons(buttons: tuple[Button, ...]) -> str:
    width = max((len(clean(button.label)) for button in buttons), default=0)
    return "\n".join(f"> {clean(button.label):{width}}  {clean(button.command)}" for button in buttons)


def _bullets(items: tuple[Line, ...], links: dict[str, int]) -> str:
    parts = []
    for above, quiet in map(split_quiet, items):
        parts.append(_wrap(above, links, first="  " if is_mark(above) else "- ", rest="  "))
        parts += [_wrap(quiet, links, first="  ", rest="  ")] if quiet else []
    return "\n".join(parts)


def _wrap(words: Line, links: dict[str, int], first: str = "", rest: str = "") -> str:
    """Long words are not split."""
    lines = [first]
    empty = True
    for word in "".join(_span(span, links) for span in words).split():
        if not empty and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(rest)
            empty = True
        lines[-1] += word if empty else f" {word}"
        empty = False
    return "\n".join(lines)


def _span(span: Span, links: dict[str, int]) -> str:
    text = clean(span.text)
    if span.link is None or span.link == text:
        return text
    return f"{text} [{links.setdefault(clean(span.link), len(links) + 1)}]"
