"""Map Slack's errors to the outcomes of a post. Pure. After an error that is in no table, the message may have been posted.

The names: https://docs.slack.dev/reference/methods/chat.postMessage.
"""

from jobs.network import retry_after as parse_retry_after
from jobs.outcomes import Gone, Outcome, Retry, Unknown, Unreadable
from jobs.states import Pause

RETRY_SECONDS = 30.0
"""The wait when Slack does not say how long."""

INVITE = "invite it with {invite}, then subscribe again"

CHANNEL = {
    "not_in_channel": "the bot is not in this channel: " + INVITE,
    "channel_not_found": "the bot is not in this channel, or the channel is gone: " + INVITE,
    "is_archived": "this channel is archived: take it out of the archive, then subscribe again",
    "restricted_action": "only some people may post in this channel: let the bot post here, then subscribe again",
    "restricted_action_read_only_channel": "only some people may post in this channel: let the bot post here, then subscribe again",
    "restricted_action_non_threadable_channel": "nobody may post in this channel: subscribe another one",
    "cannot_reply_to_message": "this place takes no posts: subscribe a channel",
    "user_not_found": "the person of this conversation is gone: subscribe a channel",
    "messages_tab_disabled": "the app's Messages tab is off, so that it can't write here: switch it on, then subscribe again",
}
"""The bot cannot post in the channel until somebody acts there."""

WORKSPACE = {
    "account_inactive": "the app was removed from this workspace",
    "token_revoked": "the bot's token was revoked",
    "token_expired": "the bot's token has expired",
    "invalid_auth": "Slack doesn't know the bot's token",
    "not_authed": "Slack got no token",
    "missing_scope": "the bot's token lacks the scope chat:write",
    "no_permission": "the bot's token lacks a permission",
    "not_allowed_token_type": "SLACK_BOT_TOKEN isn't a bot's token",
    "org_login_required": "the workspace is moving to an organization",
    "team_access_not_granted": "the app may not be used in this workspace",
    "team_not_found": "the workspace is gone",
    "access_denied": "the app may not be used in this workspace",
    "enterprise_is_restricted": "the app may not be used in this organization",
    "two_factor_setup_required": "the workspace asks for two-factor authentication",
}
"""The token does not work, which says nothing about the post."""

PAUSED = "Slack: "
"""The start of a paused workspace's reason; starting with a token that works ends the pause."""

AGAIN = "install the app again, set SLACK_BOT_TOKEN to its token and restart the bot"

REFUSED = frozenset(
    (
        *("invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data"),
        *("invalid_json", "json_not_object", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"),
        *("no_text", "too_many_attachments", "invalid_metadata_format", "invalid_metadata_schema"),
        *("metadata_must_be_sent_from_app", "metadata_too_large"),
    )
)
"""Slack will never take this message; it may take the next one."""

WAIT = frozenset(("ratelimited", "rate_limited", "message_limit_exceeded"))
"""The message was not posted and is worth another try."""

HIDDEN = frozenset(
    ("missing_scope", "not_allowed_token_type", "not_in_channel", "channel_not_found", "method_not_supported_for_channel_type")
)
"""The history cannot be read, and trying again would not help."""


def failed_outcome(error: str, status: int, retry_after: str | None, bot: str) -> Outcome:
    if status == 429 or error in WAIT:
        return Retry(retry_seconds(retry_after), f"Slack asked to wait ({error or status})")
    if status != 200:  # a proxy in between may have written the body
        return Unknown(f"Slack answered {status} {error}".rstrip())
    if error in CHANNEL:
        return Gone(f"{CHANNEL[error].format(invite=invitation(bot))} (Slack: {error})", Pause.CHANNEL)
    if error in WORKSPACE:
        return Gone(workspace_reason(error), Pause.WORKSPACE)
    if error in REFUSED:
        return Gone(f"Slack refuses the message: {error}")
    return Unknown(f"Slack answered {error or 'nothing that can be read'}")


def invitation(bot: str) -> str:
    return f"/invite @{bot}" if bot else "/invite and its name"


def workspace_reason(error: str) -> str:
    return f"{PAUSED}{WORKSPACE.get(error, error)} ({error}); {AGAIN}"


def unreadable_history(error: str, status: int) -> Unreadable:
    hint = ": give the app channels:history and groups:history" if error == "missing_scope" else ""
    return Unreadable(f"the channel's history can't be read ({error or status}){hint}", for_good=status == 200 and error in HIDDEN)


def retry_seconds(retry_after: str | None) -> float:
    seconds = parse_retry_after(retry_after)
    return RETRY_SECONDS if seconds is None else seconds
