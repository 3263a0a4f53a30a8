"""Dialogs: forms that a card's button opens, by the invokes task/fetch and task/submit. Pure.

https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.incoming import Payload, part, text
from bot.teams.cards import CARD, SCHEMA, VERSION, cards
from bot.teams.elements import COMMAND, Json, paragraphs
from handlers.forms.fields import Field, FieldKind, FormView, Values
from handlers.replies.reply import Controls, Reply, line

FETCH, SUBMIT = "task/fetch", "task/submit"
"""The names of the invokes."""

MAX_LINES = 1_500
"""Maximum characters of a text with several lines."""


def read_command(activity: Payload) -> str:
    """Return the command of the button that opened the dialog, which its card repeats."""
    return text(part(part(activity, "value"), "data"), COMMAND).strip()


def read_values(activity: Payload, fields: tuple[Field, ...]) -> Values:
    data = part(part(activity, "value"), "data")
    return {field.name: _read(field, text(data, field.name)) for field in fields if isinstance(data.get(field.name), str)}


def _read(field: Field, value: str) -> tuple[str, ...]:
    match field.kind:
        case FieldKind.MANY:
            return tuple(each for each in value.split(",") if each)
        case FieldKind.CHECK:
            return (field.name,) if value == "true" else ()
        case FieldKind.LINES:
            return tuple(value.splitlines())
    return (value,)


def show_form(view: FormView, command: str, problems: Mapping[str, str] | None = None) -> Json:
    """Open or redraw a dialog. `problems` are by field."""
    body: list[Json] = [*paragraphs(tuple(line(words) for words in view.intro), size="small", isSubtle=True)]
    for problem in (problems or {}).values():
        body.append({"type": "TextBlock", "text": problem, "wrap": True, "color": "attention"})
    body += [draw_field(field) for field in view.fields]
    submit = {"type": "Action.Submit", "title": view.submit, "data": {COMMAND: command}, "style": "positive"}
    return _continue(view.title, {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "body": body, "actions": [submit]})


def show_reply(reply: Reply, title: str = "Trade bot") -> Json:
    """Show an answer. A dialog takes no Action.Execute, so its buttons are left out."""
    return _continue(title, cards(replace(reply, blocks=tuple(block for block in reply.blocks if not isinstance(block, Controls))))[0])


def close(message: str) -> Json:
    """Close the dialog after a message in it."""
    return {"task": {"type": "message", "value": message}}


def _continue(title: str, card: Json) -> Json:
    value = {"title": title, "height": "medium", "width": "medium", "card": {"contentType": CARD, "content": card}}
    return {"task": {"type": "continue", "value": value}}


def draw_field(field: Field) -> Json:
    required = {"isRequired": True, "errorMessage": "Fill this in."} if field.required else {}
    look: Json = {"id": field.name, "label": field.title, **required}
    choices = [{"title": each.name, "value": each.value} for each in field.options]
    match field.kind:
        case FieldKind.MANY:
            chosen = {"value": ",".join(field.values)} if field.values else {}
            return {"type": "Input.ChoiceSet", **look, "isMultiSelect": True, "placeholder": field.hint, "choices": choices} | chosen
        case FieldKind.ONE:
            return {"type": "Input.ChoiceSet", **look, "style": "compact", "value": field.value, "choices": choices}
        case FieldKind.RADIO:
            return {"type": "Input.ChoiceSet", **look, "style": "expanded", "value": field.value, "choices": choices}
        case FieldKind.CHECK:
            return {"type": "Input.Toggle", **look, "title": field.hint, "value": "true" if field.values else "false", "wrap": True}
        case FieldKind.TIME:
            return {"type": "Input.Time", **look, "value": field.value}
        case FieldKind.LINES:
            lines = {"value": "\n".join(field.values)} if field.values else {}
            return {"type": "Input.Text", **look, "isMultiline": True, "placeholder": field.hint, "maxLength": MAX_LINES} | lines
