"""Map Slack's errors to the outcomes of a post. Pure. An error that is in no table pauses the channel, which keeps what it is owed.

The names: https://docs.slack.dev/reference/methods/chat.postMessage.
"""

from jobs.network import retry_seconds
from jobs.outcomes import Gone, Outcome, Rejected, Retry, Unknown, Unreadable
from jobs.states import Pause

INVITE = "invite it with {invite}, then type /csms resume"

CHANNEL = {
    "not_in_channel": "the bot is not in this channel: " + INVITE,
    "channel_not_found": "the bot is not in this channel, or the channel no longer exists: " + INVITE,
    "is_archived": "this channel is archived: unarchive it, then type /csms resume",
    "restricted_action": "posting is restricted in this channel: allow the bot to post here, then type /csms resume",
    "restricted_action_read_only_channel": "posting is restricted in this channel: allow the bot to post here, then type /csms resume",
    "ekm_access_denied": "your organization's encryption keys do not let the bot post here: ask a Slack admin, then type /csms resume",
    "user_not_found": "the person in this conversation is no longer in the workspace: subscribe a channel",
    "is_inactive": "this channel is archived or frozen: reopen it, then type /csms resume",
    "no_permission": "the bot does not have permission to post in this channel: " + INVITE,
    "access_denied": "the bot has no access to this channel: ask a Slack admin, then type /csms resume",
    "team_access_not_granted": "this channel's workspace does not allow the app: ask a Slack admin, then type /csms resume",
    "enterprise_is_restricted": "this channel's organization does not allow the app: ask a Slack admin, then type /csms resume",
    "team_not_found": "this channel's workspace no longer exists: subscribe a channel of another one",
    "messages_tab_disabled": "the app's Messages tab is off, so the bot cannot post here: turn it on, then type /csms resume",
}
"""The bot cannot post in the channel until somebody acts there."""

WORKSPACE = {
    "account_inactive": "the app was removed from this workspace",
    "token_revoked": "the bot's token was revoked",
    "token_expired": "the bot's token has expired",
    "invalid_auth": "Slack does not recognize the bot's token",
    "not_authed": "Slack received no token",
    "missing_scope": "the bot's token lacks the scope chat:write",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is not a bot token",
    "two_factor_setup_required": "the workspace requires two-factor authentication",
}
"""The token does not work anywhere, which says nothing about the post or its channel."""

PAUSED = "Slack: "
"""The start of a paused workspace's reason; starting with a token that works ends the pause."""

AGAIN = "reinstall the app, set SLACK_BOT_TOKEN to its token, and restart the bot"

REFUSED = frozenset(
    (
        *("invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data"),
        *("invalid_json", "json_not_object", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"),
        *("no_text", "too_many_attachments", "invalid_metadata_format", "invalid_metadata_schema"),
        *("metadata_must_be_sent_from_app", "metadata_too_large"),
    )
)
"""Slack does not take the message as it is; it may take its text."""

WAIT = frozenset(("ratelimited", "rate_limited", "message_limit_exceeded", "external_channel_migrating", "org_login_required"))
"""Not posted, and worth another try."""

ABOUT_MESSAGE = frozenset(
    (
        *("restricted_action_thread_locked", "restricted_action_non_threadable_channel", "cannot_reply_to_message"),
        *("block_mismatch", "update_failed", "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"),
        *("cant_broadcast_message", "no_dual_broadcast_content_update", "streaming_state_conflict"),
    )
)
"""The message that a mark or an answer is about was deleted, or cannot be changed or replied to. Its channel is fine."""

UNSURE = frozenset(("fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"))
"""Slack failed while it handled the message, which may have been posted."""

HIDDEN = frozenset(
    ("missing_scope", "not_allowed_token_type", "not_in_channel", "channel_not_found", "method_not_supported_for_channel_type")
)
"""The history cannot be read, and trying again would not help."""


def failed_outcome(error: str, status: int, retry_after: str | None, bot: str, *, about: bool = False) -> Outcome:
    """Return the outcome of a post. With `about`, of one that changes or replies to an earlier message, which an unknown error may mean."""
    if status == 429 or error in WAIT:
        return Retry(retry_seconds(retry_after), f"Slack asked the bot to wait ({error or status})")
    if status != 200:  # a proxy in between may have written the body
        return Unknown(f"Slack returned HTTP {status} {error}".rstrip())
    if error in CHANNEL:
        return Gone(f"{CHANNEL[error].format(invite=invitation(bot))} (Slack: {error})", Pause.CHANNEL)
    if error in WORKSPACE:
        return Gone(workspace_reason(error), Pause.WORKSPACE)
    if error in REFUSED:
        return Rejected(f"Slack rejected the message: {error}")
    if error in UNSURE or not error:
        return Unknown(f"Slack returned the error {error}" if error else "Slack's response was unreadable")
    if error in ABOUT_MESSAGE:
        return Gone(f"Slack: {error}")
    why = f"Slack does not let the bot post here (Slack: {error}): change that in Slack, then type /csms resume"
    return Gone(why, Pause.CHANNEL, unclear=about)


def invitation(bot: str) -> str:
    return f"/invite @{bot}" if bot else "/invite followed by its name"


def workspace_reason(error: str) -> str:
    return f"{PAUSED}{WORKSPACE.get(error, error)} ({error}); {AGAIN}"


def unreadable_history(error: str, status: int) -> Unreadable:
    hint = ": add the scopes channels:history and groups:history to the app" if error == "missing_scope" else ""
    return Unreadable(f"the bot cannot read the channel's history ({error or status}){hint}", for_good=status == 200 and error in HIDDEN)
