"""Posts into Slack's channels, and finds a post again of which nobody knows whether it arrived."""

from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.answers import QUIET
from bot.slack.blocks import render
from bot.slack.connection import Slack, refusal
from bot.slack.errors import after_refusal, not_readable
from bot.slack.problems import reported
from handlers import reply_json
from jobs.models import ChannelRef, Outcome, Sent, Unknown, Unreadable

EVENT = "tradebot_post"
"""The type of the metadata that a post carries, with its id: opaque, since everybody in the workspace can read it."""

PAGE = 15
"""Messages of a page: as many as Slack gives to every kind of app."""

MOST_PAGES = 400

SKEW = timedelta(minutes=5)
"""How far the database's clock may be from Slack's."""


class SlackSender:
    """One workspace's."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        """Composed posts fit into one message. Were it several, the last one carries the id: what is cut short is sent again, not lost."""
        reply = reply_json.load(content)
        *first, last = render(reported(reply) if self.slack.settings.admin_channel else reply)
        metadata = {"event_type": EVENT, "event_payload": {"post": post_id}}
        ts = None
        for message in (*first, last | {"metadata": metadata}):
            try:
                answer = await self.slack.post({"channel": channel.id, **QUIET, **message})
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                return Unknown(f"{type(error).__name__} while posting")
            if not answer.ok:
                return after_refusal(answer.error, answer.status, answer.retry_after, self.slack.bot)
            ts = answer.data.get("ts")
        return Sent(ts) if isinstance(ts, str) and ts else Unknown("Slack took it and named no ts")

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        """Reads the channel's history from a little before `since`, to its end."""
        ask: dict[str, Any] = {
            "channel": channel.id,
            "include_all_metadata": True,
            "limit": PAGE,
            "oldest": f"{(since - SKEW).timestamp():.6f}",
        }
        try:
            for _ in range(MOST_PAGES):
                page = await self.slack.client.api_call("conversations.history", params=ask)
                messages = page.get("messages")
                if not isinstance(messages, list):
                    return Unreadable("Slack answered with no messages")
                for message in messages:
                    if carries(message, post_id):
                        return str(message["ts"])
                following = next_page(page, messages)
                if not following:
                    return None
                if following.items() <= ask.items():
                    break
                ask = {name: value for name, value in ask.items() if name != "cursor"} | following
        except SlackApiError as error:
            name, status, _ = refusal(error)
            return not_readable(name, status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unreadable(f"{type(error).__name__} while reading the channel's history")
        return Unreadable("the channel's history doesn't end")


def carries(message: Any, post_id: str) -> bool:
    """Whether it is this post."""
    metadata = message.get("metadata") if isinstance(message, dict) else None
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT:
        return False
    payload = metadata.get("event_payload")
    return isinstance(payload, dict) and payload.get("post") == post_id and bool(message.get("ts"))


def next_page(page: Any, messages: list[Any]) -> dict[str, str] | None:
    """How to ask for what is older; None at the end. Slack may say that there is more and name no cursor."""
    cursor = (page.get("response_metadata") or {}).get("next_cursor")
    if cursor:
        return {"cursor": str(cursor)}
    if not page.get("has_more") or not messages:
        return None
    return {"latest": str(messages[-1].get("ts"))}
