"""A reply as Slack takes it, by the way that it goes: in the acknowledgement, by response_url, or as a message. Pure."""

from dataclasses import replace
from typing import Any

from bot.offers import offered
from bot.slack.blocks import render
from bot.slack.incoming import Asked
from bot.slack.views.report import reported
from handlers.replies.reply import Reply
from handlers.router import refused

Json = dict[str, Any]

QUIET = {"unfurl_links": False, "unfurl_media": False}
"""A post shows what it says and nothing that Slack fetches."""

MAX_ANSWERS = 5
"""Slack's limit for one response_url, within 30 minutes."""

NOT_FROM_HOME = refused("This subscription can't be changed from here.", "Type /csms subscriptions in its channel.")


def responses(reply: Reply, asked: Asked, *, reports: bool = False) -> list[Json]:
    """The messages of an answer: for the asker alone, or for everybody in the channel when it changed something for all. `reports`:
    problems can be reported. Sharing and reporting are for the workspace's own people."""
    seen = "in_channel" if reply.public else "ephemeral"
    whole = reply
    if not asked.person.external:
        whole = offered(whole, asked.text)
        whole = reported(whole) if reports else whole
    shown = [{"response_type": seen, **QUIET, **message} for message in render(whole)]
    first = not reply.public and asked.replaces
    for message in shown:
        # what stays a message of its own below a public one belongs into the same thread
        message |= {"replace_original": first} | ({"thread_ts": asked.thread} if asked.thread and not first else {})
        first = False
    return shown


def posts(reply: Reply, asked: Asked, *, reports: bool = False) -> list[Json]:
    """The arguments of chat.postMessage for an answer that stands in its channel or thread."""
    shown = reply if asked.private else replace(reply, public=True)
    shown = reported(shown) if reports and not asked.person.external else shown
    thread = {"thread_ts": asked.thread} if asked.thread else {}
    return [{"channel": asked.channel.id, **QUIET, **thread, **message} for message in render(shown)]
