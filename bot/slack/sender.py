"""Post in Slack's channels, and find a post again if its call had no answer."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.history import make_receipt, split_receipt
from bot.posting import PartialPosts
from bot.slack.blocks import render, render_plain
from bot.slack.client import NETWORK_ERRORS, NEVER_LEFT, Identity, Slack, error_details
from bot.slack.direct_messages import DirectMessages
from bot.slack.errors import ABOUT_MESSAGE, failed_outcome, unreadable_history
from bot.slack.messages import NO_UNFURL
from bot.slack.text import Json
from bot.slack.unfurls import mark_unfurl
from handlers.actions import add_report_button
from handlers.replies import serialize
from handlers.replies.corrections import fit
from handlers.replies.reply import Reply
from jobs import network
from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.models.restorations import Trace
from jobs.network import RETRY_SECONDS
from jobs.outcomes import Gone, Outcome, Rejected, Retry, Sent, Unknown, Unreadable
from jobs.senders import PLAIN, TOKENS

EVENT_TYPE = "tradebot_post"
"""The event type of a post's metadata. It holds the post's opaque id, which everybody in the workspace can read."""

TS = re.compile(r"[0-9]{1,10}+\.[0-9]{1,9}+")
"""Slack's name for a message, which is its time."""

CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]{1,30}+")

MAX_TOKEN = 16
"""Characters of a token, as the database stores them."""

PAGE_SIZE = 15
"""As many messages of a history as Slack gives to every kind of app."""

MAX_PAGES = 400

MARGIN = timedelta(hours=2)
"""How much further than the time of an attempt a history is read: the clock may have been wrong then, and set since."""


class SlackSender:
    """Implements jobs.senders.Sender."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.partial = PartialPosts()
        self.direct_messages = DirectMessages(slack)

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        """The last of several messages carries the id, so a post that was cut short is sent again."""
        return await self._post(channel, content, post_id, {})

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        return await self._post(channel, content, post_id, {"thread_ts": split_receipt(about.receipt)[1]})

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        if about.link:
            return await mark_unfurl(self.slack, channel, content, about)
        fitting = fit(serialize.load(content), lambda reply: len(self._messages(reply, content)) == 1)
        if fitting is None:
            return Rejected("it does not fit in one message with the earlier text")
        (message,) = self._messages(fitting, content)
        target = await self.direct_messages.find(channel)
        if not isinstance(target, str):
            return target
        arguments = {
            "channel": target,
            "ts": split_receipt(about.receipt)[0],
            "metadata": post_metadata(about.id, content),
            "blocks": [],
            **message,
        }
        try:
            await self.slack.client.api_call("chat.update", json=arguments)
        except SlackApiError as error:
            name, status, wait = error_details(error)
            return failed_outcome(name, status, wait, self.slack.bot, about=True)
        except NETWORK_ERRORS as error:
            return Unknown(f"{type(error).__name__} while updating the post")
        return Sent(about.receipt)

    def _messages(self, reply: Reply, content: dict[str, Any]) -> list[Json]:
        if content.get(PLAIN):
            return render_plain(reply)
        return render(add_report_button(reply))

    async def _post(self, channel: ChannelRef, content: dict[str, Any], post_id: str, where: dict[str, str]) -> Outcome:
        *first, last = self._messages(serialize.load(content), content)
        target = await self.direct_messages.find(channel)
        if not isinstance(target, str):
            return target
        messages = [*first, last | {"metadata": post_metadata(post_id, content)}]
        accepted = self.partial.take(post_id, len(messages))
        for message in messages[len(accepted) :]:
            outcome = await self._post_message({"channel": target, **where, **NO_UNFURL, **message}, about=bool(where))
            if not isinstance(outcome, Sent):
                self.partial.keep(post_id, len(messages), accepted, outcome)
                return outcome
            accepted.append(outcome.receipt)
        return Sent(make_receipt(accepted[-1], where.get("thread_ts", "")))

    async def _post_message(self, message: Json, *, about: bool) -> Outcome:
        try:
            response = await self.slack.post(message)
        except NEVER_LEFT as error:
            return Retry(RETRY_SECONDS, f"cannot reach Slack: {network.explain(error)}")
        except NETWORK_ERRORS as error:
            return Unknown(f"{type(error).__name__} while posting")
        if not response.ok:
            return failed_outcome(response.error, response.status, response.retry_after, self.slack.bot, about=about)
        ts = response.data.get("ts")
        return Sent(ts) if isinstance(ts, str) and ts else Unknown("Slack accepted it but returned no ts")

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        """Return a post's receipt, None, or why the channel's history cannot be read."""
        return await self._search("conversations.history", channel, {}, since, lambda messages: receipt_of(post_id, messages))

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:
        thread = split_receipt(about.receipt)[1]
        where = {"ts": thread}
        found = await self._search("conversations.replies", channel, where, since, lambda messages: receipt_of(post_id, messages))
        return make_receipt(found, thread) if isinstance(found, str) else found

    async def find_traces(self, channel: ChannelRef, since: datetime, until: datetime) -> list[Trace] | Unreadable:
        traces: list[Trace] = []

        def collect(messages: list[Any]) -> None:
            traces.extend(found for message in messages if (found := trace_of(message)) is not None)

        until = until - timedelta(seconds=min(0.0, await self._seconds_ahead()))  # not before that by Slack's clock
        latest = {"latest": f"{(until + MARGIN).timestamp():.6f}"}
        unreadable = await self._search("conversations.history", channel, latest, since, collect)
        return unreadable if isinstance(unreadable, Unreadable) else traces

    async def _seconds_ahead(self) -> float:
        if self.slack.clock_ahead is None:
            await self.slack.identify()
        return self.slack.clock_ahead or 0.0

    async def _search(  # six parameters: what is read, from where on, and what is looked for in each page
        self, method: str, channel: ChannelRef, where: dict[str, str], since: datetime, look: Callable[[list[Any]], str | None]
    ) -> str | Unreadable | None:
        target = await self.direct_messages.find(channel)
        if not isinstance(target, str):
            return Unreadable(getattr(target, "why", ""), for_good=isinstance(target, Gone))
        oldest = f"{(earliest(since, datetime.now(UTC), await self._seconds_ahead()) - MARGIN).timestamp():.6f}"
        query: dict[str, Any] = {"channel": target, **where, "include_all_metadata": True, "limit": PAGE_SIZE, "oldest": oldest}
        try:
            for _ in range(MAX_PAGES):
                page = await self.slack.client.api_call(method, params=query)
                messages = page.get("messages")
                if not isinstance(messages, list):
                    return Unreadable("Slack returned no messages")
                if found := look(messages):
                    return found
                next_parameters = next_page(page, messages)
                if not next_parameters:
                    return None
                if next_parameters.items() <= query.items():
                    break
                query = {name: value for name, value in query.items() if name != "cursor"} | next_parameters
        except SlackApiError as error:
            name, status, _ = error_details(error)
            if name in ABOUT_MESSAGE:
                return None  # the thread is gone, and any answer in it
            return unreadable_history(name, status)
        except NETWORK_ERRORS as error:
            return Unreadable(f"{type(error).__name__} while reading the channel's history")
        return Unreadable("the channel's history since the attempt has too many pages", for_good=True)


def earliest(since: datetime, now: datetime, ahead: float) -> datetime:
    """Return a time by Slack's clock that is not after `since` by ours, which is `ahead` seconds ahead at `now`, or was right then."""
    skew = timedelta(seconds=ahead)
    return min(since, since - skew, now - skew)


def post_metadata(post_id: str, content: Mapping[str, Any] = MappingProxyType({})) -> Json:
    tokens = content.get(TOKENS)
    return {"event_type": EVENT_TYPE, "event_payload": {"post": post_id} | ({TOKENS: tokens} if tokens else {})}


def trace_of(message: Any) -> Trace | None:
    """Return the trace of a post of the bot's, or None for any other message."""
    metadata = message.get("metadata") if isinstance(message, dict) else None
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload, ts = metadata.get("event_payload"), message.get("ts")
    if not isinstance(payload, dict) or not isinstance(payload.get("post"), str) or not isinstance(ts, str) or not TS.fullmatch(ts):
        return None
    tokens = payload.get(TOKENS)
    found = tuple(each for each in tokens if isinstance(each, str) and len(each) <= MAX_TOKEN) if isinstance(tokens, list) else ()
    return Trace(payload["post"], ts, datetime.fromtimestamp(float(ts), UTC), found)


def link_to_message(me: Identity | None, channel: ChannelRef, receipt: str) -> str:
    """Return the address that chat.getPermalink would return, or "" until Slack has said what the workspace's is.

    A person's id stands for the chat with them, whose own id the bot does not know.
    """
    message, thread = split_receipt(receipt)
    known = me is not None and me.url.startswith("https://") and me.workspace == channel.workspace
    if me is None or not known or not CHANNEL_ID.fullmatch(channel.id) or not (TS.fullmatch(message) and TS.fullmatch(thread)):
        return ""
    reply = f"?thread_ts={thread}&cid={channel.id}" if thread != message else ""
    return f"{me.url.rstrip('/')}/archives/{channel.id}/p{message.replace('.', '')}{reply}"


def receipt_of(post_id: str, messages: list[Any]) -> str | None:
    traces = (trace_of(message) for message in messages)
    return next((trace.receipt for trace in traces if trace is not None and trace.post == post_id), None)


def next_page(page: Any, messages: list[Any]) -> dict[str, str] | None:
    """Return the parameters of the next (older) page, for which Slack may give no cursor."""
    cursor = (page.get("response_metadata") or {}).get("next_cursor")
    if cursor:
        return {"cursor": str(cursor)}
    if not page.get("has_more") or not messages:
        return None
    return {"latest": str(messages[-1].get("ts"))}
