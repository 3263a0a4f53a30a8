"""The fields of a form: what can be chosen, ticked or written, within Slack's limits. Pure."""

from collections.abc import Iterable

from bot.slack.text import Json, plain_text
from bot.slack.views.view import MAX_OPTION, MAX_OPTIONS, option
from handlers.replies.entries import shorten

FIELD = "form_"
"""How the action_ids of its fields begin."""

MAX_LINES = 1_500
"""Characters in a field of phrases: ten phrases and their line ends."""


def field(block: str, label: str, element: Json, *, optional: bool = False, tells: bool = True) -> Json:
    """A field; `tells`: a change of it is told at once, so that the preview follows."""
    told = {"dispatch_action": True} if tells else {}
    return {
        "type": "input",
        "block_id": block,
        "label": plain_text(label),
        "optional": optional,
        "element": element | {"action_id": f"{FIELD}{block}"},
    } | told


def several(block: str, label: str, options: list[Json], slugs: tuple[str, ...], empty: str) -> Json:
    """A list of which several may be chosen. More than Slack takes in one list go into groups, each called by its first and last."""
    listed: Json = {"options": options}
    if len(options) > MAX_OPTIONS:
        groups = (options[start : start + MAX_OPTIONS] for start in range(0, len(options), MAX_OPTIONS))
        listed = {"option_groups": [{"label": between(group[0], group[-1]), "options": group} for group in groups]}
    element = {"type": "multi_static_select", "placeholder": plain_text(empty)} | listed | initial(options, slugs)
    return field(block, label, element, optional=True)


def between(first: Json, last: Json) -> Json:
    return plain_text(" – ".join(shorten(each["text"]["text"], MAX_OPTION // 2 - 2) for each in (first, last)))


def one(block: str, label: str, options: list[Json], value: str, kind: str = "static_select") -> Json:
    start = next((each for each in options if each["value"] == value), options[0])
    return field(block, label, {"type": kind, "options": options, "initial_option": start})


def tick(block: str, label: str, words: str, *, on: bool) -> Json:
    options = [option(words, block)]
    return field(block, label, {"type": "checkboxes", "options": options} | initial(options, [block] if on else []), optional=True)


def written(block: str, label: str, said: tuple[str, ...], hint: str) -> Json:
    """Told by the button alone: a view that comes back while somebody writes takes letters away."""
    element: Json = {"type": "plain_text_input", "multiline": True, "max_length": MAX_LINES, "placeholder": plain_text(hint)}
    if said:
        element["initial_value"] = "\n".join(said)
    return field(block, label, element, optional=True, tells=False)


def refresh() -> Json:
    return {"type": "button", "action_id": f"{FIELD}again", "text": plain_text("Show what would have matched"), "value": "again"}


def initial(options: list[Json], values: Iterable[str]) -> Json:
    """Slack wants no empty list."""
    chosen_ones = [each for each in options if each["value"] in set(values)]
    return {"initial_options": chosen_ones} if chosen_ones else {}
