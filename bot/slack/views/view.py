"""Views: modals and the Home tab. Pure: a reply as a view, and what a payload says of the view that it came from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.incoming import Payload, part, text
from bot.slack.blocks import drawn, merged, named_buttons
from bot.slack.text import Json, plain_text
from handlers.actions import blocks_with_privacy
from handlers.replies.reply import Block, Reply, SmallPrint, line

MAX_BLOCKS = 100
MAX_METADATA = 3_000
MAX_OPTIONS = 100
MAX_OPTION = 75
MAX_TITLE = 24

ANSWER = "answer"
"""The callback_id of a modal that only shows an answer."""

MORE = "There is more than fits here: type the command in a channel."


@dataclass(frozen=True, slots=True)
class Seen:
    """The view that a payload came from, as it stood. `data` is what was kept in it; `values` is what people filled in."""

    id: str
    hash: str
    name: str
    """Its callback_id."""
    home: bool
    data: Mapping[str, Any]
    values: Mapping[str, Any]


def seen(payload: Payload) -> Seen:
    """What is missing is empty: nothing of a view that we didn't make is taken for ours."""
    view = part(payload, "view")
    try:
        data = json.loads(text(view, "private_metadata") or "{}")
    except ValueError:
        data = {}
    return Seen(
        id=text(view, "id"),
        hash=text(view, "hash"),
        name=text(view, "callback_id"),
        home=text(view, "type") == "home",
        data=data if isinstance(data, dict) else {},
        values=part(part(view, "state"), "values"),
    )


def modal(name: str, title: str, blocks: Sequence[Json], data: Mapping[str, Any] | None = None, submit: str = "", close: str = "") -> Json:
    """A modal. Raises ValueError for what Slack wouldn't take."""
    kept = json.dumps(data, separators=(",", ":")) if data else ""
    if len(kept) > MAX_METADATA or len(title) > MAX_TITLE or len(blocks) > MAX_BLOCKS:
        raise ValueError(f"the view {name!r} is over Slack's limits: {len(kept)} of metadata, {len(blocks)} blocks")
    view: Json = {"type": "modal", "callback_id": name, "title": plain_text(title), "blocks": list(blocks)}
    view |= {"close": plain_text(close or ("Cancel" if submit else "Close"))}
    return view | ({"submit": plain_text(submit)} if submit else {}) | ({"private_metadata": kept} if kept else {})


def answer(reply: Reply, title: str = "Trade bot") -> Json:
    """A modal that only shows an answer."""
    return modal(ANSWER, title, of_reply(reply))


def home(blocks: Sequence[Json]) -> Json:
    """The Home tab."""
    return {"type": "home", "blocks": list(blocks)}


def of_reply(reply: Reply, most: int = MAX_BLOCKS) -> list[Json]:
    """The reply's blocks for a view; what doesn't fit is named."""
    blocks = named_buttons(of_blocks(blocks_with_privacy(reply), reply))
    return blocks if len(blocks) <= most else [*blocks[: most - 1], *of_blocks((SmallPrint((line(MORE),)),), reply)]


def of_blocks(blocks: tuple[Block, ...], reply: Reply | None = None) -> list[Json]:
    """Blocks as a view has them."""
    whole = reply or Reply("", blocks)
    return [piece for block in merged(blocks) for piece in drawn(block, whole)]


def option(label: str, value: str) -> Json:
    """A choice. Slack takes 75 characters of words, and 150 of a value."""
    return {"text": plain_text(label if len(label) <= MAX_OPTION else f"{label[: MAX_OPTION - 1]}…"), "value": value}


def chosen(values: Mapping[str, Any], block: str) -> str | tuple[str, ...] | None:
    """What somebody chose or wrote in a block with one element: a string, or several of a list; None where nothing is."""
    element = next(iter(part(values, block).values()), None)
    if not isinstance(element, Mapping):
        return None
    if isinstance(element.get("selected_options"), list):
        return tuple(text(each, "value") for each in element["selected_options"] if isinstance(each, Mapping))
    if isinstance(element.get("selected_option"), Mapping):
        return text(element["selected_option"], "value")
    return next((text(element, name) for name in ("selected_time", "value") if isinstance(element.get(name), str)), None)
