"""Posts into Slack's channels, and finds a post again of which nobody knows whether it arrived."""

from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.history import make_receipt, split_receipt
from bot.slack.blocks import render
from bot.slack.client import Slack, refusal
from bot.slack.errors import after_refusal, not_readable
from bot.slack.messages import QUIET
from bot.slack.text import Json
from handlers.actions import add_report_button
from handlers.replies import serialize
from jobs.models import About, ChannelRef
from jobs.outcomes import Gone, Outcome, Sent, Unknown, Unreadable

EVENT = "tradebot_post"
"""The type of the metadata that a post carries, with its id: opaque, since everybody in the workspace can read it."""

PAGE = 15
"""Messages of a page: as many as Slack gives to every kind of app."""

MAX_PAGES = 400

UNCHANGEABLE = ("message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found")
"""Slack's words for a message that somebody took away, or that can't be changed any more: nothing is wrong with the channel."""

SKEW = timedelta(minutes=5)
"""How far the database's clock may be from Slack's."""


class SlackSender:
    """One workspace's."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        """Composed posts fit into one message. Were it several, the last one carries the id: what is cut short is sent again, not lost."""
        return await self._post(channel, content, post_id, {})

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        """In the thread of an earlier post."""
        return await self._post(channel, content, post_id, {"thread_ts": split_receipt(about.receipt)[1]})

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        """In place of an earlier post, which stays the post that it was: it keeps its id."""
        message, *more = self._drawn(content)
        if more:
            return Gone("it doesn't fit into one message with what stands there")
        given = {"channel": channel.id, "ts": split_receipt(about.receipt)[0], "metadata": named(about.id), **message}
        try:
            await self.slack.client.api_call("chat.update", json=given)
        except SlackApiError as error:
            name, status, wait = refusal(error)
            if name in UNCHANGEABLE:
                return Gone(f"Slack: {name}")
            return after_refusal(name, status, wait, self.slack.bot)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unknown(f"{type(error).__name__} while marking")
        return Sent(about.receipt)

    def _drawn(self, content: dict[str, Any]) -> list[Json]:
        reply = serialize.load(content)
        return render(add_report_button(reply) if self.slack.settings.admin_channel else reply)

    async def _post(self, channel: ChannelRef, content: dict[str, Any], post_id: str, where: dict[str, str]) -> Outcome:
        *first, last = self._drawn(content)
        ts = None
        for message in (*first, last | {"metadata": named(post_id)}):
            try:
                answer = await self.slack.post({"channel": channel.id, **where, **QUIET, **message})
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                return Unknown(f"{type(error).__name__} while posting")
            if where and answer.error in UNCHANGEABLE:
                return Gone(f"Slack: {answer.error}")
            if not answer.ok:
                return after_refusal(answer.error, answer.status, answer.retry_after, self.slack.bot)
            ts = answer.data.get("ts")
        if not isinstance(ts, str) or not ts:
            return Unknown("Slack took it and named no ts")
        return Sent(make_receipt(ts, where.get("thread_ts", "")))

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        """Reads the channel's history from a little before `since`, to its end."""
        return await self._search("conversations.history", {"channel": channel.id}, post_id, since)

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:
        """The same in the thread of an earlier post, which the channel's history doesn't hold."""
        thread = split_receipt(about.receipt)[1]
        found = await self._search("conversations.replies", {"channel": channel.id, "ts": thread}, post_id, since)
        return make_receipt(found, thread) if isinstance(found, str) else found

    async def _search(self, method: str, where: dict[str, str], post_id: str, since: datetime) -> str | Unreadable | None:
        """The ts of the message."""
        ask: dict[str, Any] = {
            **where,
            "include_all_metadata": True,
            "limit": PAGE,
            "oldest": f"{(since - SKEW).timestamp():.6f}",
        }
        try:
            for _ in range(MAX_PAGES):
                page = await self.slack.client.api_call(method, params=ask)
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
            if name in UNCHANGEABLE:
                return None  # the thread is gone, and what may have stood in it
            return not_readable(name, status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unreadable(f"{type(error).__name__} while reading the channel's history")
        return Unreadable("the channel's history doesn't end")


def named(post_id: str) -> Json:
    """The metadata by which a post is found again."""
    return {"event_type": EVENT, "event_payload": {"post": post_id}}


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
