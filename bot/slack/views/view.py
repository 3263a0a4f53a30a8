"""Slack's views, which are modals and the Home tab. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.incoming import Payload, part, text
from bot.slack.blocks import number_controls, render_blocks
from bot.slack.text import Json, plain_text
from handlers.actions import blocks_with_privacy
from handlers.replies.reply import Block, Reply, SmallPrint, line

MAX_BLOCKS, MAX_OPTIONS = 100, 100
MAX_METADATA, MAX_OPTION, MAX_TITLE = 3_000, 75, 24
"""Maximum characters."""

ANSWER = "answer"
"""The callback_id of a modal that only shows an answer."""

MORE = "There is more than fits here. To see it all, type the command in a channel."


@dataclass(frozen=True, slots=True)
class ViewState:
    """`name` is the view's callback_id, `data` its private metadata, `values` what people filled in."""

    id: str
    hash: str
    name: str
    home: bool
    data: Mapping[str, Any]
    values: Mapping[str, Any]


def read_view(payload: Payload) -> ViewState:
    view = part(payload, "view")
    try:
        data = json.loads(text(view, "private_metadata") or "{}")
    except ValueError:
        data = {}
    return ViewState(
        id=text(view, "id"),
        hash=text(view, "hash"),
        name=text(view, "callback_id"),
        home=text(view, "type") == "home",
        data=data if isinstance(data, dict) else {},
        values=part(part(view, "state"), "values"),
    )


def modal(name: str, title: str, blocks: Sequence[Json], data: Mapping[str, Any] | None = None, submit: str = "") -> Json:
    """`data` is its private metadata. Raises ValueError if it exceeds Slack's limits."""
    metadata = json.dumps(data, separators=(",", ":")) if data else ""
    if len(metadata) > MAX_METADATA or len(title) > MAX_TITLE or len(blocks) > MAX_BLOCKS:
        raise ValueError(f"the view {name!r} exceeds Slack's limits: {len(metadata)} characters of metadata, {len(blocks)} blocks")
    view: Json = {"type": "modal", "callback_id": name, "title": plain_text(title), "blocks": list(blocks)}
    view |= {"close": plain_text("Cancel" if submit else "Close")}
    return view | ({"submit": plain_text(submit)} if submit else {}) | ({"private_metadata": metadata} if metadata else {})


def answer_modal(reply: Reply, title: str = "Trade bot") -> Json:
    return modal(ANSWER, title, reply_blocks(reply))


def reply_blocks(reply: Reply) -> list[Json]:
    """Render a reply for a view. If not all blocks fit, the last one says so."""
    blocks = number_controls(render_blocks(blocks_with_privacy(reply), reply))
    return blocks if len(blocks) <= MAX_BLOCKS else [*blocks[: MAX_BLOCKS - 1], *plain_blocks((SmallPrint((line(MORE),)),))]


def plain_blocks(blocks: tuple[Block, ...]) -> list[Json]:
    return render_blocks(blocks, Reply("", blocks))


def option(label: str, value: str) -> Json:
    return {"text": plain_text(label if len(label) <= MAX_OPTION else f"{label[: MAX_OPTION - 1]}…"), "value": value}


def field_value(values: Mapping[str, Any], block: str) -> str | tuple[str, ...] | None:
    """Return what somebody entered: a string, a tuple for a multi-select, or None."""
    element = next(iter(part(values, block).values()), None)
    if not isinstance(element, Mapping):
        return None
    if isinstance(element.get("selected_options"), list):
        return tuple(text(each, "value") for each in element["selected_options"] if isinstance(each, Mapping))
    if isinstance(element.get("selected_option"), Mapping):
        return text(element["selected_option"], "value")
    kept = ("selected_time", "selected_conversation", "value")
    return next((text(element, name) for name in kept if isinstance(element.get(name), str)), None)
