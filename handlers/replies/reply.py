"""A platform-neutral reply: a frozen tree of blocks that each platform renders.

Text is a tuple of spans, never markup, and every renderer escapes spans. Text from a feed therefore cannot mention people, disguise a
link or break a block.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one style. `link` is an https URL or None."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None


Line = tuple[Span, ...]
"""One line of text."""


@dataclass(frozen=True, slots=True)
class Header:
    """The title of a card, in plain text. Platforms that can make the title a link use `link`."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph of one or more lines."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list with one line per item."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Short facts with a label and a value each."""

    pairs: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class SmallPrint:
    """Lines in small type."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two parts of a card."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button. Pressing it is the same as typing its command, such as "/pti revenue"."""

    label: str
    command: str
    style: str = ""
    """"", primary or danger."""


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of at most five buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """A collapsed list. Platforms that cannot collapse show its beginning and `more`, a button that shows all of it."""

    title: str
    items: tuple[Line, ...]
    more: Button | None = None


Block = Header | Section | Bullets | Fields | SmallPrint | Divider | Buttons | Fold


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer or a post."""

    text: str
    """Plain text for screen readers and notifications: kind, title, number, date, link."""
    blocks: tuple[Block, ...]
    subjects: tuple[str, ...] = ()
    """The subjects it shows, such as ("pti:revenue",): several for a choice, () if nothing was found."""
    public: bool = False
    """True for posts and subscription changes, which the whole channel sees. Other replies go to the person who asked."""
    shareable: bool = False
    """The reply may have a "Share in channel" button."""
    ok: bool = True
    """False if the command could not be understood or carried out."""


def line(*parts: str | Span) -> Line:
    """Build a line from strings and spans."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def plain(text: Line) -> str:
    """Return the line's text without its styles."""
    return "".join(part.text for part in text)


def lines_of(block: Block) -> tuple[Line, ...]:
    """Return all lines of a block."""
    match block:
        case Section(lines) | SmallPrint(lines):
            return lines
        case Bullets(items) | Fold(_, items, _):
            return items
        case Fields(pairs):
            return tuple(value for _, value in pairs)
    return ()


def is_heading(block: Section) -> bool:
    """Return whether the section is a heading: a single bold line."""
    return len(block.lines) == 1 and bool(block.lines[0]) and all(span == Span(span.text, bold=True) for span in block.lines[0])


def notice(text: str) -> Reply:
    """Return a reply of one sentence."""
    return Reply(text, (Section((line(text),)),))


def refusal(problem: str, hint: str = "", *buttons: Button) -> Reply:
    """Return a reply that says what cannot be done and what to do about it."""
    lines = (line(Span(problem, bold=True)), *((line(hint),) if hint else ()))
    blocks = (Section(lines), *((Buttons(buttons),) if buttons else ()))
    return Reply(f"{problem} {hint}".strip(), blocks, ok=False)
