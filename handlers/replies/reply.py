"""What a handler answers: a frozen tree, on no particular platform.

Text is a tuple of spans, never markup. So feed text can't mention, ping, spoof a link or break a block: every
renderer escapes spans in its own way, and nothing else reaches a platform.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one look. `link` is https, or None."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None


Line = tuple[Span, ...]
"""One line of text."""


@dataclass(frozen=True, slots=True)
class Header:
    """The title of a card: plain text. `link` makes the title the link where the platform can."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph: lines of text, one below another."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, one line an item."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Short facts as label and value."""

    pairs: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class SmallPrint:
    """Small print."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A rule between parts."""


@dataclass(frozen=True, slots=True)
class Button:
    """A press comes in by the same door as typing: `command` is a command string such as "/pti revenue"."""

    label: str
    command: str
    style: str = ""
    """"", primary or danger."""


@dataclass(frozen=True, slots=True)
class Buttons:
    """At most five."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """A long list, folded: a platform that can't fold shows `more`, a button with the command that shows all."""

    title: str
    items: tuple[Line, ...]
    more: Button | None = None


Block = Header | Section | Bullets | Fields | SmallPrint | Divider | Buttons | Fold


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer or a post."""

    text: str
    """What a screen reader needs: kind, title, number, date, link. Plain; the renderer escapes it."""
    blocks: tuple[Block, ...]
    subjects: tuple[str, ...] = ()
    """What it is about: ("pti:revenue",); several when it offers a choice, () when it found nothing."""
    public: bool = False
    """False: for the asker alone. True (subscription changes, posts): for everybody in the channel."""
    shareable: bool = False
    """A "Share in channel" makes sense."""
    ok: bool = True
    """False: the command could not be understood or carried out."""


def line(*parts: str | Span) -> Line:
    """A line of strings and spans."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def plain(text: Line) -> str:
    """A line without its looks."""
    return "".join(part.text for part in text)


def lines_of(block: Block) -> tuple[Line, ...]:
    """All lines of a block."""
    match block:
        case Section(lines) | SmallPrint(lines):
            return lines
        case Bullets(items) | Fold(_, items, _):
            return items
        case Fields(pairs):
            return tuple(value for _, value in pairs)
    return ()


def is_heading(block: Section) -> bool:
    """One bold line: what follows belongs below it."""
    return len(block.lines) == 1 and bool(block.lines[0]) and all(span == Span(span.text, bold=True) for span in block.lines[0])


def refusal(problem: str, hint: str = "", *buttons: Button) -> Reply:
    """Return a reply that says what cannot be done and what to do about it."""
    lines = (line(Span(problem, bold=True)), *((line(hint),) if hint else ()))
    blocks = (Section(lines), *((Buttons(buttons),) if buttons else ()))
    return Reply(f"{problem} {hint}".strip(), blocks, ok=False)
