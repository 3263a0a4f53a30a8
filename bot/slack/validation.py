"""Whether a payload has the shape that Slack's have. Pure. Bolt relies on it and crashes on anything else, which would be a 500.

Only what Bolt looks at is looked at here; what we read ourselves is read without trust (bot/slack/incoming.py).
"""

from collections.abc import Mapping
from typing import Any

from bot.incoming import Payload

KINDS = frozenset(
    (
        "app_rate_limited",
        "block_actions",
        "block_suggestion",
        "event_callback",
        "message_action",
        "shortcut",
        "url_verification",
        "view_closed",
        "view_submission",
    )
)
"""What Slack sends that has a `type`. Slash commands have none."""

WORDS = (
    "type",
    "command",
    "subtype",
    "callback_id",
    "action_id",
    "block_id",
    "team_id",
    "context_team_id",
    "user_id",
    "channel_id",
    "enterprise_id",
    "app_installed_team_id",
    "trigger_id",
    "response_url",
    "thread_ts",
    "ts",
    "message_ts",
    "event_id",
    "challenge",
    "bot_access_token",
    "function_execution_id",
)
LONG = frozenset(("response_url", "challenge", "bot_access_token"))
MAX_CHARACTERS = 255
"""Of a word that isn't LONG: an id or a name that Slack or we gave."""

WHO = ("team", "user", "channel", "enterprise")
"""An id, or an object with one."""
WITHIN = ("event", "view", "message", "previous_message", "item", "container", "assistant_thread", "function_data", "state")
LISTS = ("authorizations", "actions", "response_urls")
"""Of objects."""

NEEDED = {
    "event_callback": "event",
    "view_submission": "view",
    "view_closed": "view",
}
"""The object without which there is nothing to listen to; it says its `type`."""


def problem(payload: Payload) -> str:
    """What is wrong with it, without a word of what it says; "" when nothing is."""
    kind = payload.get("type")
    if kind is None and payload.get("command") and all(type(value) is str and fine(value) for value in payload.values()):
        return ""  # a slash command as nearly all of them are, and most of what comes
    if found := odd(payload, ""):
        return found
    if "command" in payload:
        said = payload.get("text", "")  # only here: the text of a button is an object
        return "" if payload["command"] and isinstance(said, str) and kind is None else "it is no slash command"
    if kind not in KINDS:
        return "it is of no known type"
    if kind == "block_actions":
        actions = payload.get("actions")
        first = actions[0] if isinstance(actions, list) and actions else {}
        return "" if isinstance(first.get("action_id"), str) else "its actions name none"
    if kind in ("message_action", "shortcut") and not isinstance(payload.get("callback_id"), str):
        return "it has no callback_id"
    if kind in NEEDED:
        inner = payload.get(NEEDED[kind])
        if not isinstance(inner, Mapping) or not isinstance(inner.get("type"), str):
            return f"it has no {NEEDED[kind]} of a type"
        if kind != "event_callback" and (inner["type"] != "modal" or not isinstance(inner.get("callback_id"), str)):
            return "its view is none of an app"
    return ""


def odd(payload: Payload, where: str) -> str:
    """The first part of it, or of what lies within, that is of another sort than Slack's."""
    for name in WORDS:
        value = payload.get(name)
        if value is not None and not isinstance(value, str):
            return f"{where}{name} is no string"
        if value is not None and len(value) > MAX_CHARACTERS and name not in LONG:
            return f"{where}{name} is too long"
        if value is not None and not whole(value):
            return f"{where}{name} holds what is no character"
    for name in WHO:
        value = payload.get(name)
        if value is not None and not named(value.get("id", "") if isinstance(value, Mapping) else value):
            return f"{where}{name} is neither an id nor an object with one"
    for name in WITHIN:
        value = payload.get(name)
        if isinstance(value, Mapping):
            if found := odd(value, f"{where}{name}."):
                return found
        elif value is not None:
            return f"{where}{name} is no object"
    for name in LISTS:
        value = payload.get(name)
        if value is None:
            continue
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            return f"{where}{name} is no list of objects"
        for each in value[:1]:  # nobody reads more of it
            if found := odd(each, f"{where}{name}[0]."):
                return found
    return ""


def named(value: Any) -> bool:
    return value is None or (isinstance(value, str) and fine(value))


def fine(word: str) -> bool:
    return len(word) <= MAX_CHARACTERS and whole(word)


def whole(word: str) -> bool:
    """Without NUL and halves of characters, which no database takes and Slack never sends in a name of its own."""
    return "\x00" not in word and (word.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in word))
