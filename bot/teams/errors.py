"""What Teams' answers mean for a post. Pure tables and what follows from them.

The codes are those of https://learn.microsoft.com/en-us/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-agent-conversational-apis
"""

from jobs.outcomes import Gone, Outcome, Retry, Sent, Unknown
from jobs.states import Pause

RETRY_SECONDS = 30.0
"""How long to wait when Teams asks to wait and doesn't say how long."""

WAIT = frozenset((412, 429, 502, 504))
"""To be tried again: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit"""

ADD = "add the app to it again, and posting goes on"

CHANNEL = {
    "BotNotInConversationRoster": "the bot isn't in this channel or chat: " + ADD,
    "BotNotInstalled": "the bot isn't in this channel or chat: " + ADD,
    "ForbiddenOperationException": "the app isn't installed for this person: install it, then subscribe again",
    "ConversationBlockedByUser": "the bot is blocked in this channel or chat: unblock it, then subscribe again",
    "MessageWritesBlocked": "the bot is blocked, muted or uninstalled in this chat: let it write here, then subscribe again",
    "BotDisabledByAdmin": "an admin of Teams has blocked the app: have it allowed, then subscribe again",
    "NotEnoughPermissions": "the bot may not post in this channel: let it post here, then subscribe again",
    "InvalidBotApiHost": "this conversation is in another of Microsoft's clouds: set TEAMS_CLOUD to it, then subscribe again",
    "ConversationNotFound": "this channel or chat is gone, or the bot isn't in it: " + ADD,
}
"""The channel can't be posted to until somebody does something there."""

REMOVED = "the bot isn't in this channel or chat, or it is gone: " + ADD

MESSAGE_GONE = "ActivityNotFoundInConversation"
"""Somebody took the message away: nothing is wrong with the channel."""

PAUSED = "Teams: "
"""How the reason of a paused workspace begins; a start with a token that works ends such a pause."""

AGAIN = "set TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID to the bot's, then restart the bot"

REFUSED = frozenset((400, 413))
"""This message is refused for good; the next one may go."""


def after_answer(status: int, receipt: str, retry_after: str | None, error: str, *, about: bool = False) -> Outcome:
    """What follows from an answer of the connector. `error`: its code, "" when it named none. `about`: to a call about an earlier
    message: what isn't found may be that one, which somebody took away, and nothing is wrong with the channel then."""
    said = f"Teams: {status} {error}".rstrip()
    if 200 <= status < 300:
        return Sent(receipt) if receipt else Unknown("Teams took it and named no id")
    if status in WAIT:
        return Retry(seconds(retry_after), f"Teams asked to wait ({status} {error}".rstrip() + ")")
    if status == 404 and (about or error == MESSAGE_GONE):
        return Gone(f"the message is gone ({said})")
    if status in (403, 404):
        return Gone(f"{CHANNEL.get(error, REMOVED)} ({said})", Pause.CHANNEL)
    if status == 401:
        return Gone(workspace_reason(f"it doesn't take the bot's token ({error or status})"), Pause.WORKSPACE)
    if status in REFUSED:
        return Gone(f"Teams refuses the message ({said})")
    return Unknown(f"Teams answered {status} {error}".rstrip())


def after_no_token(why: str, *, refused: bool) -> Outcome:
    """What follows when there is no token to post with: nothing was posted."""
    return Gone(workspace_reason(why), Pause.WORKSPACE) if refused else Retry(RETRY_SECONDS, why)


def workspace_reason(why: str) -> str:
    """Why a whole tenant is paused, and what ends it."""
    return f"{PAUSED}{why}; {AGAIN}"


def seconds(retry_after: str | None) -> float:
    """Retry-After, where it is a number of seconds."""
    try:
        found = float(retry_after or "")
    except ValueError:
        return RETRY_SECONDS
    return found if 0 <= found < float("inf") else RETRY_SECONDS
