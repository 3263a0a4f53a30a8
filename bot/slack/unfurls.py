"""Send previews of links: https://docs.slack.dev/reference/methods/chat.unfurl. A call changes previews that a message has already."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.posting import Attempt
from bot.slack.blocks import render, render_plain
from bot.slack.client import NETWORK_ERRORS, Slack, error_details
from bot.slack.errors import failed_outcome
from bot.slack.text import Json
from handlers.replies import serialize
from handlers.replies.corrections import fit
from handlers.replies.reply import Reply
from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.network import retry_seconds
from jobs.outcomes import Gone, Outcome, Rejected, Sent, Unknown
from jobs.senders import PLAIN
from jobs.states import Pause

Content = Mapping[str, Any]
"""A Reply as it is stored."""


async def send_unfurls(slack: Slack, place: Json, contents: Mapping[str, Content]) -> Attempt:
    """Send previews by link; `place` is a message, or the id of links that somebody is still typing."""
    try:
        await slack.client.api_call("chat.unfurl", json=place | {"unfurls": attachments(contents)})
    except SlackApiError as error:
        name, status, wait = error_details(error)
        return Attempt(problem=name or f"HTTP {status}", unsure=not name, wait=retry_seconds(wait) if status == 429 else None)
    except NETWORK_ERRORS as error:
        return Attempt(problem=type(error).__name__, unsure=True)
    return Attempt()


async def mark_unfurl(slack: Slack, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
    """Replace a preview by its marked content, and send the others of its message again, because a call may change them all."""
    shown = attachments({about.link: content, **{each.link: each.content for each in about.siblings}})
    if about.link not in shown:
        return Rejected("it does not fit in one message with the earlier text")
    try:
        await slack.client.api_call("chat.unfurl", json={"channel": channel.id, "ts": about.receipt, "unfurls": shown})
    except SlackApiError as error:
        name, status, wait = error_details(error)
        outcome = failed_outcome(name, status, wait, slack.bot, about=True)
        # it is somebody else's message: what Slack refuses here says nothing about the bot's own posts in the channel
        of_token = isinstance(outcome, Gone) and outcome.pause == Pause.WORKSPACE and name != "missing_scope"
        return Gone(f"Slack: {name}") if isinstance(outcome, Gone) and not of_token else outcome
    except NETWORK_ERRORS as error:
        return Unknown(f"{type(error).__name__} while updating the preview of a link")
    return Sent(about.receipt)


def attachments(contents: Mapping[str, Content]) -> Json:
    """Return the argument `unfurls`, without those that fit into no message."""
    return {link: found for link, content in contents.items() if (found := _attachment(content)) is not None}


def _attachment(content: Content) -> Json | None:
    reply = serialize.load(dict(content))
    if content.get(PLAIN):
        text = render_plain(reply)[0]["text"]
        return {"text": text, "fallback": text, "mrkdwn_in": []}
    fitting = fit(reply, _fits) if reply.marks else reply if _fits(reply) else None
    if fitting is None:
        return None
    (message,) = render(fitting)
    return {"blocks": message["blocks"], "fallback": message["text"]}


def _fits(reply: Reply) -> bool:
    return len(render(reply)) == 1
