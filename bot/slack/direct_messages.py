"""Write to a person: find the ID of the direct message between the person and the bot."""

import re
from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.slack.client import NETWORK_ERRORS, Slack, error_details
from bot.slack.errors import failed_outcome
from bot.slack.incoming import PLATFORM
from handlers.command import read_creator
from jobs.models.channels import ChannelRef
from jobs.network import RETRY_SECONDS, explain
from jobs.outcomes import Gone, Outcome, Retry, not_posted
from jobs.states import Pause

PERSON = re.compile(r"[UW][A-Z0-9]+")

UNREACHABLE = {
    "user_not_found": "the person is not in this workspace",
    "user_disabled": "the person has left this workspace",
    "user_not_visible": "the bot may not see this person",
    "cannot_dm_bot": "this is a bot, and not a person",
    "missing_scope": "the bot's token lacks the scope im:write: add it on the app's OAuth & Permissions page and reinstall the app",
}
"""Why the bot cannot write to one person. It says nothing about the workspace's channels."""


class DirectMessages:
    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self._opened: dict[str, str] = {}
        """The ID of the direct message (D…) by the person's (U…)."""

    async def find(self, channel: ChannelRef) -> str | Outcome:
        """Return the ID to post to, which is the channel's own unless that is a person's, or why there is none."""
        person = channel.id
        if not PERSON.fullmatch(person):
            return person
        if person not in self._opened:
            try:  # returns the direct message that exists, or makes it: https://docs.slack.dev/reference/methods/conversations.open
                response = await self.slack.client.conversations_open(users=person)
            except SlackApiError as error:
                return self._refused(*error_details(error))
            except NETWORK_ERRORS as error:
                return Retry(RETRY_SECONDS, f"cannot reach Slack: {explain(error)}")
            found = response.get("channel")
            if not isinstance(found, dict) or not isinstance(found.get("id"), str):
                return Retry(RETRY_SECONDS, "Slack opened a direct message but returned no ID")
            self._opened[person] = found["id"]
        return self._opened[person]

    def _refused(self, error: str, status: int, retry_after: str | None) -> Outcome:
        if status == 200 and error in UNREACHABLE:
            return Gone(f"{UNREACHABLE[error]} (Slack: {error})", Pause.CHANNEL)
        outcome = not_posted(failed_outcome(error, status, retry_after, self.slack.bot))
        if isinstance(outcome, Gone) and outcome.pause == Pause.CHANNEL:  # its reason is for those who are in a channel
            return replace(outcome, why=f"Slack does not let the bot write to this person (Slack: {error})")
        return outcome


def person_channel(created_by: str) -> ChannelRef | None:
    """Return the person who set a subscription as a channel to post to."""
    creator = read_creator(created_by)
    if creator is None or creator.platform != PLATFORM or not PERSON.fullmatch(creator.id):
        return None
    return ChannelRef(PLATFORM, creator.workspace, creator.id, creator.name)
