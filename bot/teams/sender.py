"""Posts into Teams' channels and chats. Teams shows a bot no history, so nobody can look whether a post arrived: the setting decides."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import httpx

from bot.history import split_receipt
from bot.teams.cards import render
from bot.teams.client import Answer, Teams
from bot.teams.errors import RETRY_SECONDS, after_answer, after_no_token
from bot.teams.tokens import NoToken
from handlers.replies import serialize
from jobs.models import About, ChannelRef
from jobs.outcomes import Gone, Outcome, Retry, Sent, Unknown, Unreadable
from jobs.states import Pause

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""There was no connection, and so nothing was posted."""

MAX_BEGUN = 100
"""Posts cut short of which this process remembers how far they came."""

UNREADABLE = Unreadable("Teams shows a bot no history", for_good=True)


class TeamsSender:
    """One tenant's. A receipt is the activity's id, and its thread's where it stands in one."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self.begun: dict[str, list[str]] = {}
        """By the post's id: the messages of it that Teams has taken."""

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        """In a channel: as a new conversation."""
        if not self.teams.settings.own(channel.workspace):
            return Gone("this channel is of another tenant than TEAMS_TENANT_ID names", Pause.CHANNEL)
        return await self._post(channel, channel.id, content, post_id)

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        """In the thread of an earlier post; chats have none."""
        where = thread(channel, split_receipt(about.receipt)[1])
        return await self._post(channel, where, content, post_id, about=where != channel.id)

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        """In place of an earlier post."""
        message, *more = render(serialize.load(content))
        if more:
            return Gone("it doesn't fit into one message with what stands there")
        if not about.receipt:
            return Gone("nobody knows which message it is")
        outcome = await outcome_of(
            self.teams.update(self.address(channel), channel.id, split_receipt(about.receipt)[0], message), about=True
        )
        return Sent(about.receipt) if isinstance(outcome, Sent) else outcome

    def address(self, channel: ChannelRef) -> str:
        """Where the conversation's connector is, as its latest activity said; "", which is the cloud's own, where that is none to trust."""
        stored = channel.extra.get("service_url", "")
        return stored if self.teams.settings.trusts(stored) else ""

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:  # noqa: ARG002
        return UNREADABLE

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:  # noqa: ARG002
        return UNREADABLE

    async def _post(self, channel: ChannelRef, conversation: str, content: dict[str, Any], post_id: str, *, about: bool = False) -> Outcome:
        """A post that is long is several messages. One that is cut short goes on where it was; by another process it is sent again."""
        taken = self.begun.pop(post_id, [])
        for message in render(serialize.load(content))[len(taken) :]:
            outcome = await outcome_of(self.teams.post(self.address(channel), conversation, message), about=about)
            if not isinstance(outcome, Sent):
                if taken and not isinstance(outcome, Gone):
                    self.begun[post_id] = taken
                    for old in list(self.begun)[:-MAX_BEGUN]:
                        del self.begun[old]
                return outcome
            taken.append(outcome.receipt)
        return Sent(taken[0])  # what is said about the post belongs below its first message


async def outcome_of(call: Awaitable[Answer], *, about: bool = False) -> Outcome:
    """What became of a call; `about`: of one about an earlier message."""
    try:
        answer = await call
    except NoToken as problem:
        return after_no_token(problem.why, refused=problem.refused)
    except NEVER_LEFT as error:
        return Retry(RETRY_SECONDS, f"Teams can't be reached ({type(error).__name__})")
    except httpx.HTTPError as error:
        return Unknown(f"{type(error).__name__} while posting")
    return after_answer(answer.status, answer.id, answer.retry_after, answer.error, about=about)


def thread(channel: ChannelRef, receipt: str) -> str:
    """The conversation of an earlier post: of a channel its thread, else the chat itself."""
    return f"{channel.id};messageid={receipt}" if receipt and channel.extra.get("kind") == "channel" else channel.id
