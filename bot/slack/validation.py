"""Check the fields that Bolt reads of a payload; on another shape it would crash, with a 500. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.incoming import Payload
from content.search.text import is_storable

KINDS = frozenset(
    (
        *("app_rate_limited", "block_actions", "block_suggestion", "event_callback", "message_action"),
        *("shortcut", "url_verification", "view_closed", "view_submission"),
    )
)
"""The values of `type`, which slash commands lack."""

STRINGS = (
    *("type", "command", "subtype", "callback_id", "action_id", "block_id", "trigger_id", "event_id", "function_execution_id"),
    *("team_id", "context_team_id", "user_id", "channel_id", "enterprise_id", "app_installed_team_id"),
    *("thread_ts", "ts", "message_ts", "response_url", "challenge", "bot_access_token"),
)
LONG_STRINGS = frozenset(("response_url", "challenge", "bot_access_token"))

MAX_CHARACTERS = 255
"""Maximum characters of a string that is not in LONG_STRINGS."""

IDENTIFIED = ("team", "user", "channel", "enterprise")
"""Fields that hold an id, or an object with one."""

OBJECTS = ("event", "view", "message", "previous_message", "item", "container", "assistant_thread", "function_data", "state")

LISTS = ("authorizations", "actions", "response_urls")
"""Fields that hold a list of objects."""

REQUIRED_OBJECTS = {"event_callback": "event", "view_submission": "view", "view_closed": "view"}
"""The object that a payload of this type must have, with a `type` of its own."""


def problem(payload: Payload) -> str:
    """Return what is wrong with a payload, without its values; "" if nothing is."""
    kind = payload.get("type")
    if kind is None and payload.get("command") and all(type(value) is str and _is_short(value) for value in payload.values()):
        return ""  # an ordinary slash command, which most payloads are
    if found := _shape_problem(payload, ""):
        return found
    if "command" in payload:
        words = payload.get("text", "")  # checked only here: the text of a button is an object
        return "" if payload["command"] and isinstance(words, str) and kind is None else "it is not a slash command"
    if kind not in KINDS:
        return "its type is unknown"
    if kind == "block_actions":
        actions = payload.get("actions")
        first = actions[0] if isinstance(actions, list) and actions else {}
        return "" if isinstance(first.get("action_id"), str) else "it has no action"
    if kind in ("message_action", "shortcut") and not isinstance(payload.get("callback_id"), str):
        return "it has no callback_id"
    if kind in REQUIRED_OBJECTS:
        inner = payload.get(REQUIRED_OBJECTS[kind])
        if not isinstance(inner, Mapping) or not isinstance(inner.get("type"), str):
            return f"its {REQUIRED_OBJECTS[kind]} has no type"
        if kind != "event_callback" and (inner["type"] != "modal" or not isinstance(inner.get("callback_id"), str)):
            return "its view does not belong to an app"
    return ""


def _shape_problem(payload: Payload, where: str) -> str:
    for name in STRINGS:
        value = payload.get(name)
        if value is not None and not isinstance(value, str):
            return f"{where}{name} is not a string"
        if value is not None and len(value) > MAX_CHARACTERS and name not in LONG_STRINGS:
            return f"{where}{name} is too long"
        if value is not None and not is_storable(value):
            return f"{where}{name} contains an invalid character"
    for name in IDENTIFIED:
        value = payload.get(name)
        if value is not None and not _is_id(value.get("id", "") if isinstance(value, Mapping) else value):
            return f"{where}{name} is neither an ID nor an object with an ID"
    for name in OBJECTS:
        value = payload.get(name)
        if isinstance(value, Mapping):
            if found := _shape_problem(value, f"{where}{name}."):
                return found
        elif value is not None:
            return f"{where}{name} is not an object"
    for name in LISTS:
        value = payload.get(name)
        if value is None:
            continue
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            return f"{where}{name} is not a list of objects"
        for each in value[:1]:  # nothing reads more than the first
            if found := _shape_problem(each, f"{where}{name}[0]."):
                return found
    return ""


def _is_id(value: Any) -> bool:
    return value is None or (isinstance(value, str) and _is_short(value))


def _is_short(word: str) -> bool:
    return len(word) <= MAX_CHARACTERS and is_storable(word)
