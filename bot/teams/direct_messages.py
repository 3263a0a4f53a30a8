"""Write to a person: the chat between the person and the bot, opened if it is not known.

Teams opens it only for people who have the app, or are in a team that has it.
"""

from bot.teams.client import Teams, outcome_of
from bot.teams.incoming import PERSONAL, PLATFORM
from handlers.command import read_creator
from jobs.models.channels import ChannelRef
from jobs.outcomes import Outcome, Sent, not_posted
from jobs.store import channels
from jobs.store.database import Connection


class DirectMessages:
    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self._opened: dict[tuple[str, str], str] = {}
        """The conversation's ID by the tenant and the person's object ID."""

    async def find(self, channel: ChannelRef) -> str | Outcome:
        """Return the conversation to post to, which is the channel's own unless that is a person's, or why there is none."""
        if channel.extra.get("user") != channel.id:
            return channel.id
        person = (channel.workspace, channel.id)
        if person not in self._opened:
            outcome = await outcome_of(self.teams.open_conversation(self.teams.address_of(channel), channel.id, channel.workspace))
            if not isinstance(outcome, Sent):
                return not_posted(outcome)
            self._opened[person] = outcome.receipt
        return self._opened[person]


def person_channel(conn: Connection, created_by: str) -> ChannelRef | None:
    """Return the stored chat with the person who set a subscription, or else the person as a channel to post to."""
    creator = read_creator(created_by)
    if creator is None or creator.platform != PLATFORM:
        return None
    stored = channels.find_personal(conn, PLATFORM, creator.workspace, creator.id)
    return stored or ChannelRef(PLATFORM, creator.workspace, creator.id, creator.name, {"kind": PERSONAL, "user": creator.id})
