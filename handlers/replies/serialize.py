"""Convert a Reply to JSON and back. A post is stored before it is sent, so that a retry sends the same content."""

from typing import Any

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
)

_STYLES = ("bold", "italic", "code", "link", "person", "quiet", "mark")


def dump(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "subjects": list(reply.subjects),
        "ok": reply.ok,
        **({} if reply.answered else {"answered": False}),
        **({"marks": reply.marks} if reply.marks else {}),
        "public": reply.public,
        "shareable": reply.shareable,
        "blocks": [_dump_block(block) for block in reply.blocks],
    }


def load(data: dict[str, Any]) -> Reply:
    """Restore a reply. Raises ValueError for an unknown type of block."""
    return Reply(
        text=data["text"],
        blocks=tuple(_load_block(block) for block in data["blocks"]),
        subjects=tuple(data.get("subjects", ())),
        public=data.get("public", False),
        shareable=data.get("shareable", False),
        ok=data.get("ok", True),
        answered=data.get("answered", True),
        marks=data.get("marks", 0),
    )


def _dump_block(block: Block) -> dict[str, Any]:
    match block:
        case Header(text, link):
            return {"type": "header", "text": text} | ({"link": link} if link else {})
        case Section(lines, overflow):
            return {"type": "section", "lines": _dump_lines(lines)} | ({"overflow": _dump_block(overflow)} if overflow else {})
        case Bullets(items):
            return {"type": "bullets", "items": _dump_lines(items)}
        case Fields(pairs):
            return {"type": "fields", "pairs": [[label, _dump_line(value)] for label, value in pairs]}
        case SmallPrint(lines):
            return {"type": "context", "lines": _dump_lines(lines)}
        case Divider():
            return {"type": "divider"}
        case Buttons(buttons):
            return {"type": "buttons", "buttons": _dump_buttons(buttons)}
        case Menu(label, buttons):
            return {"type": "menu", "label": label, "buttons": _dump_buttons(buttons)}
        case Overflow(buttons, label):
            return {"type": "overflow", "label": label, "buttons": _dump_buttons(buttons)}
        case Fold(title, items, more):
            return {"type": "fold", "title": title, "items": _dump_lines(items)} | ({"more": _dump_button(more)} if more else {})


def _load_block(data: dict[str, Any]) -> Block:
    match data["type"]:
        case "header":
            return Header(data["text"], data.get("link"))
        case "section":
            return Section(_load_lines(data["lines"]), _load_overflow(data["overflow"]) if "overflow" in data else None)
        case "bullets":
            return Bullets(_load_lines(data["items"]))
        case "fields":
            return Fields(tuple((label, _load_line(value)) for label, value in data["pairs"]))
        case "context":
            return SmallPrint(_load_lines(data["lines"]))
        case "divider":
            return Divider()
        case "buttons":
            return Buttons(_load_buttons(data["buttons"]))
        case "menu":
            return Menu(data["label"], _load_buttons(data["buttons"]))
        case "overflow":
            return _load_overflow(data)
        case "fold":
            return Fold(data["title"], _load_lines(data["items"]), _load_button(data["more"]) if "more" in data else None)
    raise ValueError(f"unknown block type in a stored reply: {data['type']!r}")


def _load_overflow(data: dict[str, Any]) -> Overflow:
    return Overflow(_load_buttons(data["buttons"]), data["label"])


def _dump_lines(lines: tuple[Line, ...]) -> list[list[Any]]:
    return [_dump_line(line) for line in lines]


def _load_lines(lines: list[list[Any]]) -> tuple[Line, ...]:
    return tuple(_load_line(line) for line in lines)


def _dump_line(line: Line) -> list[Any]:
    return [_dump_span(span) for span in line]


def _load_line(line: list[Any]) -> Line:
    return tuple(Span(span) if isinstance(span, str) else Span(**span) for span in line)


def _dump_span(span: Span) -> str | dict[str, Any]:
    kept = {name: value for name in _STYLES if (value := getattr(span, name))}
    return {"text": span.text} | kept if kept else span.text


def _dump_buttons(buttons: tuple[Button, ...]) -> list[dict[str, str]]:
    return [_dump_button(button) for button in buttons]


def _load_buttons(buttons: list[dict[str, str]]) -> tuple[Button, ...]:
    return tuple(_load_button(button) for button in buttons)


def _dump_button(button: Button) -> dict[str, str]:
    options = {"style": button.style, "confirm": button.confirm}
    return {"label": button.label, "command": button.command} | {name: value for name, value in options.items() if value}


def _load_button(data: dict[str, str]) -> Button:
    return Button(data["label"], data["command"], data.get("style", ""), data.get("confirm", ""))
