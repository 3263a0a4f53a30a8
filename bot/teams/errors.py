"""Decide what a response of Teams means for a post. Pure.

The error codes are those of https://learn.microsoft.com/en-us/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-agent-conversational-apis
"""

from jobs.network import RETRY_SECONDS, retry_seconds
from jobs.outcomes import Gone, Outcome, Rejected, Retry, Sent, Unknown
from jobs.states import Pause

WAIT = frozenset((412, 429))
"""Statuses of a message that was not posted: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit

Microsoft lists 502 and 504 there too, but a gateway returns them also after the message was posted.
"""

UNSURE = frozenset((408, 409, 425))
"""Statuses below 500 of a message that may have been posted."""

ADD = "add the app again to resume posting"

CHANNEL = {
    "BotNotInConversationRoster": "the bot is not in this channel or chat: " + ADD,
    "BotNotInstalled": "the bot is not in this channel or chat: " + ADD,
    "ForbiddenOperationException": "the app is not installed for this person: install it, then type /csms resume",
    "ConversationBlockedByUser": "the bot is blocked in this channel or chat: unblock it, then type /csms resume",
    "MessageWritesBlocked": "the bot is blocked, muted or uninstalled in this chat: allow it to post here, then type /csms resume",
    "BotDisabledByAdmin": "a Teams admin has blocked the app: ask the admin to allow it, then type /csms resume",
    "NotEnoughPermissions": "the bot does not have permission to post in this channel: allow it to post here, then type /csms resume",
    "InvalidBotApiHost": "this conversation is in another Microsoft cloud: set TEAMS_CLOUD to that cloud, then type /csms resume",
    "ConversationNotFound": "this channel or chat no longer exists, or the bot is not in it: " + ADD,
}
"""Why a channel cannot be posted to until someone acts there."""

REMOVED = "the bot is not in this channel or chat, or it no longer exists: " + ADD

MESSAGE_GONE = "ActivityNotFoundInConversation"
"""A deleted message, whose channel is fine."""

THREAD_GONE = "ConversationNotFound"
"""The channel does not exist, or the thread that an answer belongs in."""

PAUSED = "Teams: "
"""Starts a paused tenant's reason; a working token ends the pause."""

AGAIN = "correct the TEAMS_ settings that `tradebot doctor` names, then restart the bot"

REFUSED = frozenset((400, 413))
"""Teams does not take the message as it is; it may take its text."""

BAD_ADDRESS = "BadServiceUrl"
"""The connector's address is not one of Teams' own, so the bot sent nothing there."""


def outcome_of_response(  # six parameters: what Teams answered, and what was asked
    status: int, receipt: str, retry_after: str | None, error: str, *, change: bool = False, reply: bool = False
) -> Outcome:
    """Return the outcome of a post that may `change` or `reply` to an earlier message; then an unknown error may be about that message."""
    summary = f"Teams: {status} {error}".rstrip()
    if 200 <= status < 300:
        return Sent(receipt) if receipt else Unknown("Teams accepted it but returned no ID")
    if status in WAIT:
        return Retry(retry_seconds(retry_after), f"Teams asked the bot to wait ({status} {error}".rstrip() + ")")
    if status == 404 and error == MESSAGE_GONE:
        return Gone(f"the message no longer exists ({summary})")
    unclear = reply if error == THREAD_GONE else error not in CHANNEL and (change or reply)
    if status in (403, 404):
        return Gone(f"{CHANNEL.get(error, REMOVED)} ({summary})", Pause.CHANNEL, unclear=unclear)
    if error == BAD_ADDRESS:
        return Gone("this conversation's address is not one of Teams' own: write to the bot there, then type /csms resume", Pause.CHANNEL)
    if status == 401:
        return Gone(workspace_reason(f"it rejected the bot's token ({error or status})"), Pause.WORKSPACE)
    if status in REFUSED:
        return Rejected(f"Teams rejected the message ({summary})")
    if 400 <= status < 500 and status not in UNSURE:
        why = f"Teams does not let the bot post here ({summary}): change that in Teams, then type /csms resume"
        return Gone(why, Pause.CHANNEL, unclear=unclear)
    return Unknown(f"Teams answered {status} {error}".rstrip())


def outcome_without_token(why: str, *, refused: bool) -> Outcome:
    return Gone(workspace_reason(why), Pause.WORKSPACE) if refused else Retry(RETRY_SECONDS, why)


def workspace_reason(why: str) -> str:
    return f"{PAUSED}{why}; {AGAIN}"
