"""Slack's payloads for what people do, and signed requests that carry them."""

import hashlib
import hmac
import itertools
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.support.slack_server import SECRET, TEAM, SlackServer

Json = dict[str, Any]
NUMBER = itertools.count(1)


def form(payload: Json) -> bytes:
    return urlencode(payload).encode()


def headers(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers of a request that Slack signed."""
    timestamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}", "Content-Type": kind}


def command(line: str, hook: str = "", **more: str) -> Json:
    verb, _, words = line.partition(" ")
    return {
        "command": verb,
        "text": words,
        "team_id": TEAM,
        "team_domain": "office",
        "channel_id": "C1",
        "channel_name": "trade",
        "user_id": "U1",
        "user_name": "maria",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "trigger_id": f"trigger.{next(NUMBER)}",
        "response_url": hook,
    } | more


def press(value: str, hook: str, *, ephemeral: bool = True, user_team: str = TEAM, **more: Any) -> Json:
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "office"},
        "user": {"id": "U1", "username": "maria", "name": "maria", "team_id": user_team},
        "channel": {"id": "C1", "name": "trade"},
        "container": {"type": "message", "message_ts": "1.000001", "channel_id": "C1", "is_ephemeral": ephemeral},
        "trigger_id": f"trigger.{next(NUMBER)}",
        "response_url": hook,
        "actions": [
            {
                "type": "button",
                "action_id": "command_0",
                "block_id": "b",
                "text": {"type": "plain_text", "text": "Press me", "emoji": False},
                "value": value,
                "action_ts": "1700000000.000001",
            }
        ],
    } | more


def choose(value: str, hook: str, kind: str = "overflow", **more: Any) -> Json:
    """Return the payload of a choice in an overflow menu or a select menu."""
    option = {"text": {"type": "plain_text", "text": "Choose me", "emoji": False}, "value": value}
    action = {"type": kind, "action_id": "command_3", "block_id": "b", "selected_option": option, "action_ts": "1700000000.000001"}
    return press("", hook, **more) | {"actions": [action]}


def in_view(view: Json, values: Json | None = None, action: Json | None = None, *, user: str = "U1", user_team: str = TEAM) -> Json:
    """Return the payload of a submitted view, or of a button or field in it (`action`)."""
    shown = view | {"state": {"values": values or {}}}
    kind: Json = {"type": "view_submission"}
    if action is not None:
        kind = {"type": "block_actions", "actions": [action], "container": {"type": "view", "view_id": view["id"]}}
    return {
        "team": {"id": TEAM, "domain": "office"},
        "user": {"id": user, "username": "maria", "name": "maria", "team_id": user_team},
        "trigger_id": f"trigger.{next(NUMBER)}",
        "view": shown,
    } | kind


def shortcut(said: str, hook: str = "", *, user_team: str = TEAM, **message: Any) -> Json:
    """Return the payload of the shortcut "Look up" on a message."""
    return {
        "type": "message_action",
        "callback_id": "look_up",
        "trigger_id": f"trigger.{next(NUMBER)}",
        "response_url": hook,
        "team": {"id": TEAM, "domain": "office"},
        "user": {"id": "U1", "username": "maria", "name": "maria", "team_id": user_team},
        "channel": {"id": "C1", "name": "trade"},
        "message_ts": "1700000000.000300",
        "message": {"type": "message", "user": "U2", "ts": "1700000000.000300", "text": said} | message,
    }


def event(inner: Json, **more: Any) -> Json:
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A1",
        "event_id": f"Ev{next(NUMBER)}",
        "event_time": int(time.time()),
        "is_ext_shared_channel": False,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "UBOT", "is_bot": True, "is_enterprise_install": False}],
        "event": inner,
    } | more


def new_ts() -> str:
    return f"1700000000.{next(NUMBER):06d}"


def link_shared(*urls: str, ts: str = "", channel: str = "C1", typing: str = "", **more: Any) -> Json:
    """Return the event for the links of a message; `typing` is Slack's id of those that somebody is still typing."""
    links = [{"domain": url.split("/")[2], "url": url} for url in urls]
    where = {"source": "conversations_history", "unfurl_id": f"{channel}-{ts}-id", "channel": channel, "message_ts": ts}
    if typing:
        where = {"source": "composer", "unfurl_id": typing, "channel": "COMPOSER", "message_ts": typing}
    return {"type": "link_shared", "user": "U1", "is_bot_user_member": True, "links": links, "event_ts": new_ts()} | where | more


def mention(said: str, **more: Any) -> Json:
    return {"type": "app_mention", "user": "U1", "text": f"<@UBOT> {said}", "ts": new_ts(), "channel": "C1", "team": TEAM} | more


def direct(said: str, **more: Any) -> Json:
    message = {
        "type": "message",
        "channel_type": "im",
        "user": "U1",
        "text": said,
        "ts": new_ts(),
        "channel": "D1",
        "team": TEAM,
    }
    return message | more


@dataclass
class People:
    """People who reach the bot at `url`, over HTTP."""

    url: str
    slack: SlackServer

    def send(self, body: bytes, head: dict[str, str]) -> tuple[int, bytes]:
        request = urllib.request.Request(f"{self.url}/slack/events", data=body, headers=head)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read()

    def deliver(self, payload: Json) -> Json:
        """Send a signed payload and return the answer's JSON, {} if it is empty."""
        if payload.get("type") in ("block_actions", "view_submission", "message_action"):
            body = form({"payload": json.dumps(payload)})
        else:
            body = json.dumps(payload).encode() if "event" in payload or "challenge" in payload else form(payload)
        status, answer = self.send(body, headers(body))
        assert status == 200, (status, answer)
        return json.loads(answer) if answer.startswith(b"{") else {}

    def type(self, line: str, hook: str = "1", **more: str) -> Json:
        return self.deliver(command(line, self.slack.hook(hook), **more))
