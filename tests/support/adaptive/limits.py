"""Check that Teams accepts a message: its card is valid by the published schema, and it is small enough."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft6Validator

from bot.rendering import json_length
from bot.teams.cards import CARD
from tests.support.adaptive import JOINER, Json
from tests.support.paths import DATA

SCHEMA = Draft6Validator(json.loads((DATA / "adaptive_card_1.5.schema.json").read_text(encoding="utf-8")))
MOST = 28 * 1024
"""Maximum bytes of a message in UTF-16: the smallest limit that Microsoft documents."""

WORDS = ("text", "title", "value", "tooltip", "speak", "fallbackText", "command")
"""Fields that may hold any string."""


def valid(card: Json) -> None:
    """Validate a card by the published schema, which does not cover Teams' own part. It is slow, so each shape is validated once."""
    known = {name: value for name, value in card.items() if name != "msteams"}
    assert card["msteams"] == {"width": "Full"}
    assert card["version"] == "1.5"
    for element in card["body"] or [None]:
        checked(json.dumps(shape(known | {"body": [element] if element else []})))


@cache
def checked(card: str) -> None:
    SCHEMA.validate(json.loads(card))


def shape(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: shape(part, key) for key, part in value.items()}
    if isinstance(value, list):
        shapes = [shape(part, name) for part in value]
        return [one for place, one in enumerate(shapes) if one not in shapes[:place]]
    return "x" if isinstance(value, str) and name in WORDS else value


def within_limits(messages: list[Json]) -> None:
    assert messages
    for message in messages:
        assert len(json.dumps(message, ensure_ascii=False).encode("utf-16-le")) <= MOST
        assert 2 * json_length(message) <= MOST - 4_000  # room for what the connector adds, also where letters beyond ASCII are written out
        (attachment,) = message["attachments"]
        assert message["type"] == "message"
        assert attachment["contentType"] == CARD
        valid(attachment["content"])
        for element in walk(attachment["content"]):
            assert element.get("text", "x").strip(JOINER + " ")
            assert len(element.get("actions", ())) <= 6
            assert element.get("type") not in ("Image", "Media", "ImageSet")
            assert not {"iconUrl", "backgroundImage"} & set(element)
        ids = [element["id"] for element in walk(attachment["content"]) if "id" in element]
        assert len(ids) == len(set(ids))


def walk(value: Any) -> Iterator[Json]:
    """Yield every object within."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(part)
