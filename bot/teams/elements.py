"""Render a reply's parts as elements of an Adaptive Card, each of limited length.

Text without links goes into a RichTextBlock, which parses no Markdown. Lines with links, lists, headings and facts must be Markdown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.rendering import join_spans, json_length
from bot.teams.text import escape_markdown, escape_text, has_link, markdown, runs
from content.search.text import without_surrogates
from handlers.actions import Action, decode
from handlers.forms.commands import opens_form
from handlers.replies.reply import Button, Fold, Line, Menu, Overflow, Span, is_mark, line, plain, split_quiet, with_marks
from handlers.replies.text import FOLDED, clean

COMMAND, MENU = "command", "menu"
"""The names of a button's data: its value, or the id of the input that holds it. The first is also the verb."""

MAX_PIECE, MAX_LINE, MAX_HEADER = 6_000, 5_000, 1_500
"""Maximum characters of JSON."""
MAX_TOOLTIP = 250
MAX_COMMAND = 2_000
MAX_LABEL = 75
MAX_QUESTION = 300
MAX_WORD = 40
LIST_INDENT = "16px"  #: With the space between columns, as far as Teams sets the text of a list in.
MAX_IN_A_ROW = 5
"""Teams shows six; the last one is for the overflow menu."""

_STYLES = {"primary": "positive", "danger": "destructive"}

Json = dict[str, Any]
Piece = list[Json]
"""Elements that stay together in one message."""


def group(elements: Iterable[Json]) -> Iterator[Piece]:
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
    for one in split_line(words, MAX_HEADER):
        text = markdown(one, bold=False)
        if text:
            yield {"type": "TextBlock", "text": text, "wrap": True, "style": "heading", "weight": "bolder", "size": "default"} | look


def paragraphs(lines: tuple[Line, ...], **look: Any) -> Iterator[Json]:
    first = True
    for one in (part for each in lines for part in split_line(each)):
        if not clean(plain(one)).strip():
            continue
        yield paragraph(one, **look) | ({} if first else {"spacing": "none"})
        first = False


def paragraph(words: Line, **look: Any) -> Json:
    if needs_markdown(words):
        bold = all(span.bold or not span.text.strip() for span in words)
        weighty = {"weight": "bolder"} if bold else {}
        return {"type": "TextBlock", "text": markdown(words, bold=not bold), "wrap": True} | weighty | look
    return {"type": "RichTextBlock", "inlines": [run(text, span) | look for text, span in runs(words)]}


def needs_markdown(words: Line) -> bool:
    """Whether a line has a link, or a word so long that only Markdown text breaks it."""
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


def small_print(lines: tuple[Line, ...]) -> Iterator[Json]:
    return paragraphs(lines, size="small", isSubtle=True)


def bullets(items: tuple[Line, ...]) -> Iterator[Json]:
    """Yield a Markdown list, which screen readers count. The rest of a very long item follows as text."""
    if any(is_code(item) for item in items):
        for number, item in enumerate(items):
            if clean(plain(item)).strip():
                for element in paragraphs((line(*(() if is_mark(item) else ("•  ",)), *item),)):
                    yield element | ({"spacing": "small"} if number else {})
        return
    texts: list[str] = []
    size = 0
    for item, *marks in with_marks(items):
        above, quiet = split_quiet(item)
        first, *rest = split_line(above)
        text = f"- {markdown(first)}"
        if text == "- ":
            continue
        if texts and size + json_length(text) > MAX_LINE:
            yield {"type": "TextBlock", "text": "\r".join(texts), "wrap": True}
            texts, size = [], 0
        texts.append(text)
        size += json_length(text)
        if rest or quiet or marks:
            yield {"type": "TextBlock", "text": "\r".join(texts), "wrap": True}
            yield from indented([*paragraphs(tuple(rest)), *small_print((quiet,)), *(each for mark in marks for each in _mark(mark))])
            texts, size = [], 0
    if texts:
        yield {"type": "TextBlock", "text": "\r".join(texts), "wrap": True}


def _mark(words: Line) -> Iterator[Json]:
    above, quiet = split_quiet(words)
    yield from paragraphs((above,))
    yield from small_print((quiet,))


def indented(elements: Piece) -> Iterator[Json]:
    """Yield what belongs to the list item above, each element below the item's text: in a Markdown list, it would have the item's look."""
    for element in elements:
        blank = {"type": "Column", "width": LIST_INDENT}
        text = {"type": "Column", "width": "stretch", "items": [element]}
        yield {"type": "ColumnSet", "spacing": "none", "columns": [blank, text]}


def is_code(item: Line) -> bool:
    """Whether an item must keep its code format, which Teams' Markdown lacks: escaping may change the code."""
    code = [span.text for span in item if span.code]
    return bool(code) and (len(code) == len(item) or any(escape_markdown(text) != text for text in code))


def facts(pairs: tuple[tuple[str, Line], ...]) -> Iterator[Json]:
    """Yield two columns, or lines when a fact has no label, has code, or is too long."""
    shown = [(label, value) for label, value in pairs if clean(label + plain(value)).strip()]
    columns = [{"title": markdown(line(label)), "value": markdown(value)} for label, value in shown]
    has_code = any(span.code for _, value in shown for span in value)
    if has_code or not all(one["title"] and one["value"] and json_length(one) <= MAX_HEADER for one in columns):
        yield from paragraphs(tuple(line(Span(f"{label}: ", bold=True), *value) for label, value in shown))
    else:
        yield from ({"type": "FactSet", "facts": piece} for piece in group(columns))


def fold(block: Fold, name: str, whole: bool) -> Iterator[Piece]:
    """Yield the first items and a button that shows the rest, or the fold's own button when the rest is too long."""
    title = list(heading(line(block.title)))
    items = tuple(item for item in block.items if clean(plain(item)).strip())
    shown, rest = items[:FOLDED], items[FOLDED:]
    if not rest or block.more is None:  # a fold without a button is what was asked for
        yield from group([*title, *tighten(bullets(items))])
        return
    piece = [*title, *tighten(bullets(shown)), *fold_toggle(block.title, name, len(items), rest)]
    if whole and json_length(piece) <= MAX_PIECE:
        yield piece
        return
    left = paragraphs((line(f"… and {len(rest)} more"),))
    yield from group([*title, *tighten(bullets(shown)), *left, *actions((block.more,), name)])


def tighten(elements: Iterator[Json]) -> Iterator[Json]:
    for number, element in enumerate(elements):
        yield element | ({} if number else {"spacing": "small"})


def fold_toggle(title: str, name: str, count: int, rest: tuple[Line, ...]) -> Iterator[Json]:
    """Yield the hidden rest and two buttons that take turns."""
    targets = [f"{name}-rest", f"{name}-show", f"{name}-hide"]
    show, hide = ([toggle_action(label, title, targets)] for label in (f"Show all {count}", "Hide"))
    yield {"type": "Container", "id": targets[0], "isVisible": False, "spacing": "none", "items": list(bullets(rest))}
    yield {"type": "ActionSet", "id": targets[1], "spacing": "small", "actions": show}
    yield {"type": "ActionSet", "id": targets[2], "spacing": "small", "isVisible": False, "actions": hide}


def actions(buttons: tuple[Button, ...], name: str) -> Iterator[Json]:
    """`name` begins the ids of what a button shows before it acts."""
    row: list[Json] = []
    for number, button in enumerate(buttons):
        command = without_surrogates(button.command)
        if not command:
            continue
        if json_length(command) > MAX_COMMAND:
            yield from paragraphs((line(f"{button.label}: type ", Span(command, code=True)),))
            continue
        if len(row) == MAX_IN_A_ROW or (row and json_length(row) + 2 * json_length(command) > MAX_LINE):
            yield {"type": "ActionSet", "actions": row, "spacing": "small"}
            row = []
        if not clean(button.confirm).strip():
            row.append(execute_action(button, command))
            continue
        asked = question(button, command, f"{name}-{number}")
        if row and json_length(row) + json_length(asked) > MAX_LINE:
            yield {"type": "ActionSet", "actions": row, "spacing": "small"}
            row = []
        row.append(toggle_action(button_label(button, command), button.confirm, [asked["id"]]) | style(button))
        # in one element, so that the question is always in the same message
        yield {"type": "Container", "items": [{"type": "ActionSet", "actions": row}, asked], "spacing": "small"}
        row = []
    if row:
        yield {"type": "ActionSet", "actions": row, "spacing": "small"}


def with_overflow(row: Piece, overflow: Overflow, name: str) -> Iterator[Json]:
    """Yield a row of actions that ends with "…", which shows the other actions below.

    Actions with the mode "secondary" would be behind Teams' own "…", but it has failed on phones (MicrosoftDocs/msteams-docs#9212).
    """
    *before, last = row if row and row[-1]["type"] == "ActionSet" else [*row, {"type": "ActionSet", "actions": [], "spacing": "small"}]
    hidden = list(actions(overflow.buttons, name))
    shown = {**last, "actions": [*last["actions"], toggle_action("…", overflow.label, [name])]}
    whole = {"type": "Container", "items": [shown, _hidden(hidden, name)], "spacing": "small"}
    if hidden and json_length(whole) <= MAX_PIECE:
        yield from (*before, whole)
    else:
        yield from (*row, *hidden)


def section_with_overflow(lines: tuple[Line, ...], overflow: Overflow, name: str) -> Iterator[Json]:
    """Yield the text with "…" beside it, which shows the actions below."""
    text, hidden = list(paragraphs(lines)), list(actions(overflow.buttons, name))
    toggle = {"type": "ActionSet", "actions": [toggle_action("…", overflow.label, [name])]}
    whole = {"type": "Container", "items": [columns(text, [toggle]), _hidden(hidden, name)]}
    if text and hidden and json_length(whole) <= MAX_PIECE:
        yield whole
    else:
        yield from (*text, *hidden)


def _hidden(items: Piece, name: str) -> Json:
    return {"type": "Container", "id": name, "isVisible": False, "spacing": "small", "items": items}


def columns(wide: Piece, narrow: Piece, **look: Any) -> Json:
    """`look` is the narrow column's."""
    parts = [{"type": "Column", "width": width, "items": items} for width, items in (("stretch", wide), ("auto", narrow))]
    return {"type": "ColumnSet", "columns": [parts[0], parts[1] | look]}


def menu(block: Menu, name: str) -> Iterator[Json]:
    """Yield inputs to choose from, each with a button. The first choice is chosen, so that the button always has a command."""
    choices: list[Json] = []
    for button in block.buttons:
        command = without_surrogates(button.command)
        if json_length(command) > MAX_COMMAND:
            yield from paragraphs((line(f"{button.label}: type ", Span(command, code=True)),))
        elif command:
            choices.append({"title": button_label(button, command), "value": command})
    for number, part in enumerate(group(choices)):
        title = escape_text(block.label).strip() or "Choose"
        look = {"id": f"{name}-{number}", "style": "compact", "label": shorten_text(title, MAX_TOOLTIP), "value": part[0]["value"]}
        show = {"title": "Show", "data": {MENU: look["id"]}}
        action = {"type": "Action.Execute", "verb": COMMAND, **show, "fallback": {"type": "Action.Submit", **show}}
        choice = {"type": "Input.ChoiceSet", **look, "choices": part}
        yield columns([choice], [{"type": "ActionSet", "actions": [action]}], verticalContentAlignment="bottom")


def question(button: Button, command: str, name: str) -> Json:
    """Return what a button with a question shows first. Adaptive Cards in Teams have no dialog of their own."""
    answers = [execute_action(button, command), toggle_action("Cancel", button.confirm, [name])]
    text = paragraph(line(shorten_text(button.confirm, MAX_QUESTION)))
    items = [text, {"type": "ActionSet", "actions": answers, "spacing": "small"}]
    return {"type": "Container", "id": name, "isVisible": False, "spacing": "small", "items": items}


def toggle_action(title: str, about: str, targets: list[str]) -> Json:
    tooltip = shorten_text(f"{title}: {escape_text(about)}", MAX_TOOLTIP)
    return {"type": "Action.ToggleVisibility", "title": title, "tooltip": tooltip, "targetElements": targets}


def execute_action(button: Button, command: str) -> Json:
    """Return a button that works in clients without Action.Execute."""
    button_json: Json = {"title": button_label(button, command), "data": {COMMAND: command}, **style(button)}
    if opens_dialog(command):
        return {"type": "Action.Submit", **button_json, "data": {COMMAND: command, "msteams": {"type": "task/fetch"}}}
    return {"type": "Action.Execute", "verb": COMMAND, **button_json, "fallback": {"type": "Action.Submit", **button_json}}


def style(button: Button) -> Json:
    return {"style": _STYLES[button.style]} if button.style in _STYLES else {}


def opens_dialog(command: str) -> bool:
    return opens_form(command) or decode(command)[0] is Action.REPORT


def button_label(button: Button, command: str) -> str:
    label = escape_text(button.label).strip() or escape_text(command)
    return label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"


def split_line(words: Line, most: int = MAX_LINE) -> list[Line]:
    if max_json_length(words) <= most:
        return [words]
    found: list[Line] = [()]
    left = most
    for span in (part for each in join_spans(words) for part in chunks(each, most)):
        size = max_json_length((span,))
        if found[-1] and size > left:
            found.append(())
            left = most
        found[-1] = (*found[-1], span)
        left -= size
    return found


def chunks(span: Span, most: int) -> Iterator[Span]:
    """Split a span, between words if possible."""
    text = clean(span.text)
    if span.link is not None and max_json_length((replace(span, text=text[:1]),)) > most:
        span = replace(span, link=None)
    while text:
        size = min(len(text), most)
        while (found := max_json_length((replace(span, text=text[:size]),))) > most:
            size = max(1, min(size - 1, size * most // found))
        if size < len(text):
            size = text.rfind(" ", size * 4 // 5, size) + 1 or size
        yield replace(span, text=text[:size])
        text = text[size:]


def max_json_length(words: Line) -> int:
    """Return an upper bound, however the line is rendered."""
    return sum(120 + json_length(markdown((span,))) for span in words)


def shorten_text(text: str, most: int) -> str:
    if json_length(text) <= most:
        return text
    size = min(len(text), most)
    while json_length(text[:size]) > most - 10:
        size = size * (most - 10) // json_length(text[:size])
    return text[: max(text.rfind(" ", size * 4 // 5, size), 0) or size] + "…"
