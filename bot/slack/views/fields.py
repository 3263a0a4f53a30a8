"""Input fields of a form, within Slack's limits. Pure."""

from collections.abc import Iterable

from bot.slack.text import Json, plain_text
from bot.slack.views.view import MAX_OPTION, MAX_OPTIONS, option
from handlers.forms.fields import Field, FieldKind
from handlers.replies.entries import shorten

FIELD = "form_"
"""The prefix of the fields' action_ids."""

MAX_LINES = 1_500
"""Maximum characters in a field: ten phrases and their line ends."""


def input_field(block: str, label: str, element: Json, *, optional: bool = False, dispatches: bool = True) -> Json:
    """With `dispatches`, Slack reports each change at once."""
    field: Json = {"type": "input", "block_id": block, "label": plain_text(label), "optional": optional}
    return field | {"element": element | {"action_id": f"{FIELD}{block}"}} | ({"dispatch_action": True} if dispatches else {})


def multi_select(block: str, label: str, options: list[Json], values: tuple[str, ...], placeholder: str) -> Json:
    choices: Json = {"options": options}
    if len(options) > MAX_OPTIONS:
        groups = (options[start : start + MAX_OPTIONS] for start in range(0, len(options), MAX_OPTIONS))
        choices = {"option_groups": [{"label": _group_label(group), "options": group} for group in groups]}
    element = {"type": "multi_static_select", "placeholder": plain_text(placeholder)} | choices | _initial_options(options, values)
    return input_field(block, label, element, optional=True)


def _group_label(group: list[Json]) -> Json:
    return plain_text(" – ".join(shorten(each["text"]["text"], MAX_OPTION // 2 - 2) for each in (group[0], group[-1])))


def select(block: str, label: str, options: list[Json], value: str, kind: str = "static_select") -> Json:
    initial = next((each for each in options if each["value"] == value), options[0])
    return input_field(block, label, {"type": kind, "options": options, "initial_option": initial})


def channel_field(block: str, label: str, value: str) -> Json:
    """Slack lists the channels that the person can see. It does not dispatch: the preview needs no channel."""
    element: Json = {"type": "conversations_select", "placeholder": plain_text("Choose a channel")}
    element |= {"filter": {"include": ["public", "private"]}} | ({"initial_conversation": value} if value else {})
    return input_field(block, label, element, dispatches=False)


def checkbox(block: str, label: str, text: str, *, checked: bool) -> Json:
    options = [option(text, block)]
    element = {"type": "checkboxes", "options": options} | _initial_options(options, [block] if checked else [])
    return input_field(block, label, element, optional=True)


def text_field(block: str, label: str, lines: tuple[str, ...], placeholder: str) -> Json:
    """It does not dispatch: an update while somebody types would remove characters."""
    element: Json = {"type": "plain_text_input", "multiline": True, "max_length": MAX_LINES, "placeholder": plain_text(placeholder)}
    if lines:
        element["initial_value"] = "\n".join(lines)
    return input_field(block, label, element, optional=True, dispatches=False)


def draw_field(field: Field) -> Json:
    options = [option(each.name, each.value) for each in field.options]
    match field.kind:
        case FieldKind.MANY:
            return multi_select(field.name, field.title, options, field.values, field.hint)
        case FieldKind.ONE:
            return select(field.name, field.title, options, field.value)
        case FieldKind.RADIO:
            return select(field.name, field.title, options, field.value, "radio_buttons")
        case FieldKind.CHECK:
            return checkbox(field.name, field.title, field.hint, checked=bool(field.values))
        case FieldKind.TIME:
            return input_field(field.name, field.title, {"type": "timepicker", "initial_time": field.value})
        case FieldKind.LINES:
            return text_field(field.name, field.title, field.values, field.hint)


def preview_button() -> Json:
    return {"type": "button", "action_id": f"{FIELD}again", "text": plain_text("Preview"), "value": "again"}


def _initial_options(options: list[Json], values: Iterable[str]) -> Json:
    """Slack takes no empty list."""
    chosen = [each for each in options if each["value"] in set(values)]
    return {"initial_options": chosen} if chosen else {}
