"""The calls by which a platform's sender posts, finds and changes messages."""

from datetime import datetime
from typing import Any, Protocol

from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.models.restorations import Trace
from jobs.outcomes import Outcome, Unreadable

PLAIN = "plain"
"""In the content of a post that goes out as plain text, because the platform rejected its layout."""

TOKENS = "tokens"
"""In the content of a post: what its message brings, for its metadata. `find_traces` returns them."""


class Sender(Protocol):
    """Calls are cut off after `Pace.timeout`; an exception counts as an unknown outcome."""

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        """Post a message that carries `post_id`."""

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        """Return the receipt of the message that carries `post_id`, or None if the history since then has none."""

    async def find_traces(self, channel: ChannelRef, since: datetime, until: datetime) -> list[Trace] | Unreadable:
        """Return the bot's messages in the channel, outside of threads, between these times."""

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        """Replace the message `about`; repeating it does no harm."""

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        """Like `send`, in the thread of the message `about`."""

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:
        """Like `find`, in the thread of the message `about`."""
