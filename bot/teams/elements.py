"""The parts of a reply as elements of an Adaptive Card: text, lists, facts, folds and buttons, none of them too long.

Text without a link goes into a RichTextBlock, which reads no Markdown at all; lines with links, lists, headings and facts have to be
Markdown, and are escaped (`escaping`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.rendering import join_spans, json_length
from bot.teams.text import has_link, inert, literal, markdown, runs
from handlers.replies.reply import Button, Fold, Line, Span, line, plain
from handlers.replies.text import FOLDED, clean

COMMAND = "command"
"""The verb of a button, and the field of its data that holds the command string."""

MAX_PIECE = 6_000
"""Characters of JSON, where a letter beyond ASCII is written out, of what stays together in one message."""
MAX_LINE = 5_000
"""The same of one line, longer ones are cut."""
MAX_HEADER = 1_500
MAX_TOOLTIP = 250
MAX_COMMAND = 2_000
MAX_LABEL = 75
MAX_WORD = 40
MAX_IN_A_ROW = 5
"""Teams shows six buttons of a row."""

Json = dict[str, Any]
Piece = list[Json]
"""Elements that stay together in one message."""

SMALL: Json = {"size": "small", "isSubtle": True}


def grouped(elements: Iterable[Json]) -> Iterator[Piece]:
    """As many of the elements together as may be."""
    piece: Piece = []
    size = 0
    for element in elements:
        size += json_length(element) + 1
        if piece and size > MAX_PIECE:
            yield piece
            piece, size = [], json_length(element) + 1
        piece.append(element)
    if piece:
        yield piece


def heading(words: Line, **look: Any) -> Iterator[Json]:
    """What a screen reader can jump to."""
    for one in cut(words, MAX_HEADER):
        text = markdown(one, bold=False)
        if text:
            yield {"type": "TextBlock", "text": text, "wrap": True, "style": "heading", "weight": "bolder", "size": "default"} | look


def paragraphs(lines: tuple[Line, ...], **look: Any) -> Iterator[Json]:
    """Lines one below another."""
    first = True
    for one in (part for each in lines for part in cut(each)):
        if not clean(plain(one)).strip():
            continue
        yield paragraph(one, **look) | ({} if first else {"spacing": "none"})
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
    return has_link(words) or (not any(span.code for span in words) and any(len(word) > MAX_WORD for word in clean(plain(words)).split()))


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
        if texts and size + json_length(text) > MAX_LINE:
            yield {"type": "TextBlock", "text": "\r".join(texts), "wrap": True}
            texts, size = [], 0
        texts.append(text)
        size += json_length(text)
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
    if all(one["title"] and one["value"] and json_length(one) <= MAX_HEADER for one in told) and not any(
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
    if whole and json_length(piece) <= MAX_PIECE:
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
    about = shortened(inert(title), MAX_TOOLTIP)

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
        if json_length(command) > MAX_COMMAND:
            yield from paragraphs((line(f"{button.label}: type ", Span(command, code=True)),))
            continue
        if len(row) == MAX_IN_A_ROW or (row and json_length(row) + 2 * json_length(command) > MAX_LINE):
            yield {"type": "ActionSet", "actions": row, "spacing": "small"}
            row = []
        row.append(pressable(button, command))
    if row:
        yield {"type": "ActionSet", "actions": row, "spacing": "small"}


def pressable(button: Button, command: str) -> Json:
    """For a Teams that knows no Action.Execute the same as Action.Submit."""
    label = inert(button.label).strip() or inert(command)
    short = label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"
    styles = {"primary": "positive", "danger": "destructive"}
    said: Json = {"title": short, "data": {COMMAND: command}}
    if button.style in styles:
        said["style"] = styles[button.style]
    return {"type": "Action.Execute", "verb": COMMAND, **said, "fallback": {"type": "Action.Submit", **said}}


def cut(words: Line, most: int = MAX_LINE) -> list[Line]:
    """The line, or in several when it is too long for one; at least one."""
    if heft(words) <= most:
        return [words]
    found: list[Line] = [()]
    left = most
    for span in (part for each in join_spans(words) for part in chunks(each, most)):
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
    return sum(120 + json_length(markdown((span,))) for span in words)


def shortened(text: str, most: int) -> str:
    """At a word's end; all of it stands in the card."""
    if json_length(text) <= most:
        return text
    size = min(len(text), most)
    while json_length(text[:size]) > most - 10:
        size = size * (most - 10) // json_length(text[:size])
    return text[: max(text.rfind(" ", size * 4 // 5, size), 0) or size] + "…"
