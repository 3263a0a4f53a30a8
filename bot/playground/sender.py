"""Send posts to the playground's channels: the page reads them from the store."""

from datetime import datetime
from typing import Any

from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.models.restorations import Trace
from jobs.outcomes import Outcome, Sent, Unreadable

PLATFORM = "playground"


class PlaygroundSender:
    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:  # noqa: ARG002 - the Protocol's
        return Sent(receipt=post_id)

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:  # noqa: ARG002 - the Protocol's
        return Sent(receipt=about.receipt)

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:  # noqa: ARG002
        return Sent(receipt=post_id)

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:  # noqa: ARG002
        return None

    async def find_traces(self, channel: ChannelRef, since: datetime, until: datetime) -> list[Trace] | Unreadable:  # noqa: ARG002
        return []  # what the database does not know is in no channel

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:  # noqa: ARG002 - the Protocol's
        return None  # the post is not settled yet, so it is not in its channel
