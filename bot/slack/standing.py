"""What stands in a channel for all of it to read, posted at once and kept (bot/history.py)."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import uuid4

import aiohttp

from bot.history import keep, shows_messages
from bot.receipts import receipt
from bot.slack.client import Answer, Slack
from bot.slack.errors import seconds
from bot.slack.messages import Json
from bot.slack.sender import named
from handlers.replies.reply import Reply
from jobs.models import ChannelRef
from jobs.store.database import Database

logger = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""For how many seconds an answer is put off at most when Slack asks to wait."""


class Standing:
    """One process's."""

    def __init__(self, db: Database, slack: Slack) -> None:
        self.db = db
        self.slack = slack

    async def say(self, messages: Sequence[Json], reply: Reply, channel: ChannelRef, thread: str, tries: int = 1) -> str:
        """Posts the messages of a reply in order; Slack's word for what went wrong, "" when nothing did. `thread`: the ts of the message
        below which they stand, or ""."""
        post_id, ts = str(uuid4()), ""
        *first, last = messages
        for message in (*first, last | {"metadata": named(post_id)}):
            answer = await self.put(message, tries)
            if isinstance(answer, str):
                return answer
            ts = str(answer.data.get("ts") or "")
        if ts and shows_messages(reply) and not among_two(channel):
            # kept after Slack took it, or the row might be of a message that never came; a process that dies in between loses nothing
            # but the mark that a later message would have brought
            try:
                await asyncio.to_thread(keep, self.db, reply, channel, receipt(ts, thread), post_id)
            except Exception:
                logger.exception("an answer stands in %s, but could not be kept for later corrections", channel.id)
        return ""

    async def put(self, message: Json, tries: int) -> Answer | str:
        """Posts one message. Only what Slack put off is said again: nothing else is certain not to be there."""
        for left in reversed(range(tries)):
            try:
                answer = await self.slack.post(message)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                return type(error).__name__
            if answer.ok:
                return answer
            wait = seconds(answer.retry_after)
            if answer.status != 429 or wait > LONGEST_WAIT or not left:
                break
            await asyncio.sleep(wait)
        return answer.error or f"HTTP {answer.status}"


def unsure(problem: str) -> bool:
    """Whether it may have been posted all the same: Slack's own words for a refusal are in small letters, others are ours."""
    return not problem.islower()


def among_two(channel: ChannelRef) -> bool:
    """A direct message: what is said there is for one person, and nothing of it is kept."""
    return channel.id.startswith("D")
