"""Build a reply's messages for an acknowledgement, a response_url or chat.postMessage. Pure."""

from dataclasses import replace

from bot.incoming import Audience
from bot.slack.blocks import render
from bot.slack.incoming import SlackIncoming
from bot.slack.text import Json
from handlers.actions import add_missed_button, add_report_button, add_share_button
from handlers.replies.reply import Line, Reply, map_lines

NO_UNFURL = {"unfurl_links": False, "unfurl_media": False}

MAX_ANSWERS = 5
"""Maximum messages by one response_url, within 30 minutes."""


def responses(reply: Reply, incoming: SlackIncoming) -> list[Json]:
    """Return the messages of an answer. Only the workspace's own people may share it and report a problem."""
    if not incoming.person.external:
        reply = add_report_button(add_missed_button(add_share_button(reply, incoming.text)))
    if reply.public:
        reply = _mentioning_only(reply, incoming.person.id)
    response_type = "in_channel" if reply.public else "ephemeral"
    messages = [{"response_type": response_type, **NO_UNFURL, **message} for message in render(reply)]
    first = not reply.public and incoming.replaces
    for message in messages:
        # a new message below a public one belongs in the same thread
        message |= {"replace_original": first} | ({"thread_ts": incoming.thread} if incoming.thread and not first else {})
        first = False
    return messages


def posts(reply: Reply, incoming: SlackIncoming) -> list[Json]:
    """Return the arguments of chat.postMessage."""
    if incoming.audience is not Audience.ASKER:
        reply = replace(reply, public=True)
    if reply.public:
        reply = _mentioning_only(reply, incoming.person.id)
    if not incoming.person.external:
        reply = add_report_button(add_missed_button(reply))
    thread = {"thread_ts": incoming.thread} if incoming.thread else {}
    return [{"channel": incoming.channel.id, **NO_UNFURL, **thread, **message} for message in render(reply)]


def _mentioning_only(reply: Reply, asker: str) -> Reply:
    """Return a public answer in which only the asker is mentioned: Slack notifies everybody else whom a list would name so."""

    def without_others(text: Line) -> Line:
        return tuple(replace(span, person="") if span.person not in ("", asker) else span for span in text)

    return replace(reply, blocks=tuple(map_lines(block, without_others) for block in reply.blocks))
