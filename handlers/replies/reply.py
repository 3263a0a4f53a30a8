"""A platform-neutral reply: a frozen tree of blocks that each platform renders.

Text is spans, never markup, which renderers escape: a feed cannot mention people, disguise a link or break a block.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.catalog import Record

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Span(Record):
    """`link` is an https URL."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None
    person: str = ""
    """The Slack ID of somebody whose name the bot does not know: Slack shows the name in place of the text."""
    quiet: bool = False
    """It stands below the rest of a list's item, in small print where the platform has that. It is the item's last span."""
    mark: int = 0
    """The number of the mark in a list that it is part of, counted from 1, the oldest."""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Header(Record):
    """The title of a card."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Button(Record):
    """Selecting it is the same as typing its command."""

    label: str
    command: str
    style: str = ""
    """"", primary or danger."""
    confirm: str = ""
    """A question that the person answers first."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Overflow(Record):
    """Buttons that are needed seldom, behind "…". After a row of buttons it is the last of the row."""

    buttons: tuple[Button, ...]
    label: str = "More actions"
    """Its name for screen readers, where the platform lets it have one."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Section(Record):
    """Lines of text, one below the other."""

    lines: tuple[Line, ...]
    overflow: Overflow | None = None
    """Actions on the thing that the section describes."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Bullets(Record):
    """A list."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Fields(Record):
    """Names with their values."""

    pairs: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SmallPrint(Record):
    """Notes in small print, such as sources and dates."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Divider(Record):
    """A line across a card."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Buttons(Record):
    """A row of buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Menu(Record):
    """A select menu of more choices than fit into a row of buttons."""

    label: str
    """A prompt, such as "Choose an issue"."""
    buttons: tuple[Button, ...]
    """The choices. Their style and confirm have no effect."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Fold(Record):
    """A collapsed list. Platforms that cannot collapse show its beginning and the button `more`."""

    title: str
    items: tuple[Line, ...]
    more: Button | None = None


Controls = Buttons | Menu | Overflow
"""The blocks that hold nothing but what people can select."""

Block = Header | Section | Bullets | Fields | SmallPrint | Divider | Controls | Fold


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Reply(Record):
    """An answer or a post: blocks, and a text that says the same."""

    text: str
    """The kind, title, number, date and link, as screen readers and notifications present them."""
    blocks: tuple[Block, ...]
    subjects: tuple[str, ...] = ()
    """The content that the reply shows, such as ("pti:revenue",). A choice has several; () means that nothing was found."""
    public: bool = False
    """The whole channel sees posts and subscription changes. Other replies go to the person who asked."""
    shareable: bool = False
    """It may have a "Share in channel" button."""
    ok: bool = True
    """False: not understood or not carried out."""
    answered: bool = True
    """False: a question that the bot has no answer to."""
    question: str = ""
    """The command of a question whose answer somebody may mark as not what they asked. It is not stored."""
    post_id: str = ""
    """The id under which the answer is recorded, because a later event changes it. It is not stored with it."""
    marks: int = 0
    """So many of its first blocks say that a later message changes it, the newest first."""


def line(*parts: str | Span) -> Line:
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def code_line(text: str) -> Line:
    """Return a line with code between backticks: "Type `/csms latest`." The text must be the bot's own."""
    return tuple(Span(part, code=place % 2 == 1) for place, part in enumerate(text.split("`")) if part)


def split_quiet(text: Line) -> tuple[Line, Line]:
    """Return a list's item without its quiet part, and that part."""
    return tuple(span for span in text if not span.quiet), tuple(span for span in text if span.quiet)


def is_mark(item: Line) -> bool:
    """Return whether a list's item says what became of the item above it, such as "↳ Corrected by".

    The arrow stands alone in its span: the title of a message may begin with one too.
    """
    return bool(item) and item[0].text == "↳ "


def with_marks(items: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """Return each item of a list together with its marks, which are no items of their own."""
    found: list[tuple[Line, ...]] = []
    for item in items:
        if found and is_mark(item):
            found[-1] = (*found[-1], item)
        else:
            found.append((item,))
    return found


def plain(text: Line) -> str:
    above, quiet = ("".join(span.text for span in part) for part in split_quiet(text))
    return f"{above} · {quiet}" if quiet else above


def lines_of(block: Block) -> tuple[Line, ...]:
    match block:
        case Section(lines) | SmallPrint(lines):
            return lines
        case Bullets(items) | Fold(_, items, _):
            return items
        case Fields(pairs):
            return tuple(value for _, value in pairs)
    return ()


def map_lines(block: Block, change: Callable[[Line], Line]) -> Block:
    """Return the block with each of its lines changed."""
    match block:
        case Section(lines) | SmallPrint(lines):
            return replace(block, lines=tuple(map(change, lines)))
        case Bullets(items) | Fold(_, items, _):
            return replace(block, items=tuple(map(change, items)))
        case Fields(pairs):
            return replace(block, pairs=tuple((name, change(value)) for name, value in pairs))
    return block


def buttons_of(block: Block) -> tuple[Button, ...]:
    """Return everything that people can select in a block."""
    match block:
        case Buttons(buttons) | Menu(_, buttons) | Overflow(buttons, _):
            return buttons
        case Section(_, Overflow(buttons, _)):
            return buttons
        case Fold(_, _, Button() as more):
            return (more,)
    return ()


def map_buttons(block: Block, change: Callable[[Button], Button]) -> Block:
    """Return the block with each of its buttons changed."""
    match block:
        case Buttons(buttons) | Menu(_, buttons) | Overflow(buttons, _):
            return replace(block, buttons=tuple(map(change, buttons)))
        case Section(_, Overflow(buttons, _) as overflow):
            return replace(block, overflow=replace(overflow, buttons=tuple(map(change, buttons))))
        case Fold(_, _, Button() as more):
            return replace(block, more=change(more))
    return block


def without_controls(reply: Reply) -> Reply:
    """Return a reply as it stands where nobody can select anything."""
    blocks = (
        replace(block, more=None) if isinstance(block, Fold) else replace(block, overflow=None) if isinstance(block, Section) else block
        for block in reply.blocks
    )
    return replace(reply, blocks=tuple(block for block in blocks if not isinstance(block, Controls)))


def is_heading(block: Section) -> bool:
    """Return True for a section of a single bold line."""
    return (
        block.overflow is None
        and len(block.lines) == 1
        and bool(block.lines[0])
        and all(span == Span(span.text, bold=True) for span in block.lines[0])
    )


def notice(text: str) -> Reply:
    return Reply(text, (Section((line(text),)),))


def refusal(problem: str, hint: str | Line = "", *buttons: Button) -> Reply:
    words = line(hint) if isinstance(hint, str) else hint
    lines = (line(Span(problem, bold=True)), *((words,) if hint else ()))
    blocks = (Section(lines), *((Buttons(buttons),) if buttons else ()))
    return Reply(f"{problem} {plain(words)}".strip(), blocks, ok=False)
