"""Send posts to Teams, which shows a bot no history, so a lost post cannot be found again."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from bot.history import split_receipt
from bot.posting import PartialPosts
from bot.teams.cards import render, render_plain
from bot.teams.client import Teams, outcome_of
from bot.teams.clouds import Cloud
from bot.teams.direct_messages import DirectMessages
from bot.teams.elements import Json
from bot.teams.incoming import CHANNEL, GROUP, thread_conversation
from handlers.actions import add_report_button
from handlers.replies import serialize
from handlers.replies.corrections import fit
from handlers.replies.reply import Reply
from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.models.restorations import Trace
from jobs.outcomes import Gone, Outcome, Rejected, Sent, Unreadable
from jobs.senders import PLAIN
from jobs.states import Pause

ACTIVITY_ID = re.compile(r"[0-9]{1,20}+")
"""Teams' name for a message, which is its time in milliseconds."""

UNREADABLE = Unreadable("Teams does not let a bot read the history", for_good=True)


class TeamsSender:
    """A receipt holds the activity's id, and its thread's id when it is in one."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self.direct_messages = DirectMessages(teams)
        self.partial = PartialPosts()

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        if not self.teams.settings.own(channel.workspace):
            return Gone("this channel belongs to a tenant other than TEAMS_TENANT_ID", Pause.CHANNEL)
        return await self._post(channel, "", content, post_id)

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        """Post in an earlier post's thread, or in the chat itself: chats have no threads."""
        root = split_receipt(about.receipt)[1] if channel.extra.get("kind") == CHANNEL else ""
        return await self._post(channel, root, content, post_id)

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        fitting = fit(serialize.load(content), lambda reply: len(messages_of(reply, content)) == 1)
        if fitting is None:
            return Rejected("it does not fit in one message with the earlier text")
        (message,) = messages_of(fitting, content)
        if not about.receipt:
            return Gone("the message's ID is unknown")
        conversation = await self.direct_messages.find(channel)
        if not isinstance(conversation, str):
            return conversation
        call = self.teams.update(self.teams.address_of(channel), conversation, split_receipt(about.receipt)[0], message)
        outcome = await outcome_of(call, change=True)
        return Sent(about.receipt) if isinstance(outcome, Sent) else outcome

    async def find_traces(self, channel: ChannelRef, since: datetime, until: datetime) -> list[Trace] | Unreadable:  # noqa: ARG002
        return UNREADABLE

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:  # noqa: ARG002
        return UNREADABLE

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:  # noqa: ARG002
        return UNREADABLE

    async def _post(self, channel: ChannelRef, root: str, content: dict[str, Any], post_id: str) -> Outcome:
        """Post below the message `root`, or to the channel if that is "". A retry continues after the messages that were accepted."""
        found = await self.direct_messages.find(channel)
        if not isinstance(found, str):
            return found
        conversation = thread_conversation(found, root)
        messages = messages_of(serialize.load(content), content)
        accepted = self.partial.take(post_id, len(messages))
        for message in messages[len(accepted) :]:
            outcome = await outcome_of(self.teams.post(self.teams.address_of(channel), conversation, message), reply=bool(root))
            if not isinstance(outcome, Sent):
                self.partial.keep(post_id, len(messages), accepted, outcome)
                return outcome
            accepted.append(outcome.receipt)
        return Sent(accepted[0])  # later messages about the post belong below its first message


def link_to_message(cloud: Cloud, channel: ChannelRef, receipt: str) -> str:
    """Return the address of a message, or "" in a chat with one person, whose id the client does not know.

    https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
    """
    message, thread = split_receipt(receipt)
    kind = channel.extra.get("kind")
    if kind not in (CHANNEL, GROUP) or not (ACTIVITY_ID.fullmatch(message) and ACTIVITY_ID.fullmatch(thread)):
        return ""
    where = {"tenantId": channel.workspace, "parentMessageId": thread} if kind == CHANNEL else {"context": '{"contextType":"chat"}'}
    return f"{cloud.client}/l/message/{quote(channel.id, safe='')}/{message}?{urlencode(where)}"


def messages_of(reply: Reply, content: Json) -> list[Json]:
    return render_plain(reply) if content.get(PLAIN) else render(add_report_button(reply))
