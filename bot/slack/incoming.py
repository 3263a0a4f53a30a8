"""What Slack sends, as what a person said where. Pure: a payload in, words out; what is missing or of another shape is "".

Who is from outside (Slack Connect) may only look things up. What a payload doesn't say counts against whoever sent it.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from bot.incoming import Audience, Incoming, Payload, part, parts, text
from handlers.actions import Action, decode, encode
from handlers.command import Person
from jobs.models import ChannelRef

PLATFORM = "slack"
MAX_CHARACTERS = 2_000
"""Of what was said; no command is longer, and a message may have 40,000."""

ASKED = "tradebot_asked"
"""The key in Bolt's context of a slash command that was read and resolved before Bolt saw it: (SlackIncoming, Request)."""

NAMELESS = ("directmessage", "privategroup")
"""What a slash command says instead of the name of a channel that it keeps to itself."""


@dataclass(frozen=True, slots=True)
class SlackIncoming(Incoming):
    """What somebody typed or pressed in Slack."""

    response_url: str = ""
    replaces: bool = False
    """The answer may replace the message whose button was pressed, because only the asker sees that message."""


def as_typed(incoming: SlackIncoming) -> SlackIncoming:
    """Return a press whose action has no meaning where it happened as if the button's value had been typed."""
    return replace(incoming, action=Action.RUN, text=encode(incoming.action, incoming.text))


class Unreadable(ValueError):
    """A body that is neither a form nor JSON."""


def read(body: str) -> dict[str, Any]:
    """The payload in a body. Raises Unreadable."""
    try:
        if body.startswith("{"):
            payload = json.loads(body)
        else:
            form = fields(body)
            payload = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(payload, dict) or not isinstance(payload.get("event", {}), dict):
        raise Unreadable("not an object")
    return payload


def fields(body: str) -> dict[str, str]:
    """A form, as urllib.parse.parse_qsl reads it in twice the time: most values hold nothing that was escaped."""
    pairs = (pair.partition("=") for pair in body.split("&") if pair)
    return {unescaped(name): unescaped(value) for name, _, value in pairs}


def unescaped(word: str) -> str:
    """Raises UnicodeDecodeError."""
    word = word.replace("+", " ")
    return unquote(word, errors="strict") if "%" in word else word


@dataclass(frozen=True, slots=True)
class Place:
    """Where the app is installed that a payload is for."""

    workspace: str
    """The team's id; the organization's where the app is installed for all of one (Enterprise Grid), as its channels and people are."""
    team: str
    ours: frozenset[str]
    """What Slack may call the workspace of our own people: the team, or the organization that it belongs to."""


def place(payload: Payload, outer: str) -> Place:
    """In a channel that two workspaces share, an event says of the other one what stands outside of its authorizations, and so does an
    interaction outside of its view: https://docs.slack.dev/apis/slack-connect. `outer`: what is believed where nothing better is said."""
    installed = next(iter(parts(payload, "authorizations")), {})
    said = installed or payload
    team = text(installed, "team_id") or text(payload, "context_team_id") or text(part(payload, "view"), "app_installed_team_id") or outer
    enterprise = text(said, "enterprise_id")
    if not installed and team == outer:
        enterprise = enterprise or text(part(payload, "enterprise"), "id") or text(part(payload, "team"), "enterprise_id")
    for_all = said.get("is_enterprise_install") in (True, "true")
    workspace = enterprise if enterprise and (for_all or not team) else team
    return Place(workspace, team, frozenset({workspace, team, enterprise} - {""}))


def slash(payload: Payload, admins: frozenset[str]) -> SlackIncoming:
    """A slash command. It names one workspace: that of whoever types it, since Slack offers an app's commands to the people of the
    workspaces alone where it is installed."""
    where = place(payload, text(payload, "team_id"))
    name = text(payload, "channel_name")
    theirs = {text(payload, "team_id"), text(payload, "user_team_id"), text(payload, "user_team")} - {""}
    return SlackIncoming(
        text=f"{text(payload, 'command')} {written(text(payload, 'text'))}".strip()[:MAX_CHARACTERS],
        person=someone(
            where, text(payload, "user_id"), text(payload, "user_name"), admins, external=not theirs or not theirs <= where.ours
        ),
        channel=ChannelRef(PLATFORM, where.workspace, text(payload, "channel_id"), "" if not name or name in NAMELESS else f"#{name}"),
        event_id=text(payload, "trigger_id"),
        response_url=text(payload, "response_url"),
    )


def pressed(payload: Payload, admins: frozenset[str]) -> SlackIncoming:
    """A button, whose value is the command; or a view or a shortcut. With an app of a whole organization `team` may be null."""
    user, container, channel = (part(payload, name) for name in ("user", "container", "channel"))
    action = next(iter(parts(payload, "actions")), {})
    kind, argument = decode(text(action, "value").strip()[:MAX_CHARACTERS])
    theirs = text(user, "team_id")
    for_all = payload.get("is_enterprise_install") in (True, "true")
    where = place(payload, text(part(payload, "team"), "id") or (theirs if for_all else ""))
    name = text(channel, "name")
    return SlackIncoming(
        text=argument,
        action=kind,
        person=someone(where, text(user, "id"), text(user, "username") or text(user, "name"), admins, external=theirs not in where.ours),
        channel=ChannelRef(
            PLATFORM,
            where.workspace,
            text(channel, "id") or text(container, "channel_id"),
            "" if not name or name in NAMELESS else f"#{name}",
        ),
        event_id=text(payload, "trigger_id"),
        response_url=text(payload, "response_url"),
        thread=text(container, "thread_ts"),
        replaces=container.get("is_ephemeral") is True,
    )


def mentioned(payload: Payload, admins: frozenset[str]) -> SlackIncoming:
    """An @mention, a message in the direct conversation with the bot, or another event. Some say nothing of a person's workspace: then
    whoever is there is our own only where Slack says that the channel is no shared one."""
    event = part(payload, "event")
    outer = text(payload, "team_id")
    where = place(payload, outer or text(event, "team"))
    theirs = text(event, "user_team") or text(event, "source_team") or text(event, "team")
    shared = payload.get("is_ext_shared_channel")
    external = theirs not in where.ours if theirs else shared is not False or outer not in where.ours
    if shared is True and not parts(payload, "authorizations") and not text(payload, "context_team_id"):
        external = True  # all that is said of a workspace may be theirs
    direct = text(event, "channel_type") == "im"
    user = text(event, "user")
    return SlackIncoming(
        text=written(without_mention(text(event, "text")))[:MAX_CHARACTERS],
        person=someone(where, user, user, admins, external=external),
        channel=ChannelRef(PLATFORM, where.workspace, text(event, "channel"), ""),
        event_id=text(payload, "event_id"),
        thread=text(event, "thread_ts") or ("" if direct else text(event, "ts")),
        audience=Audience.ASKER if direct else Audience.GUESTS if shared is True else Audience.CHANNEL,
    )


def someone(where: Place, user: str, name: str, admins: frozenset[str], *, external: bool) -> Person:
    """Who it is. With an app of a whole organization TRADEBOT_ADMINS may name the organization or the workspace."""
    keys = {f"{PLATFORM}:{each}/{user}" for each in (where.workspace, where.team) if each and user}
    return Person(PLATFORM, where.workspace, user, name or user, admin=not external and bool(keys & admins), external=external)


MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>")


def without_mention(said: str) -> str:
    """The words without the first mention, which is the bot's own."""
    return MENTION.sub(" ", said, count=1)


def written(said: str) -> str:
    """Slack's markup as the person typed it: "<https://cbp.gov|cbp.gov>" is cbp.gov, "&amp;" is &."""
    shown = re.sub(r"<([^<>|]*)(?:\|([^<>]*))?>", lambda found: found[2] or re.sub(r"^(mailto:|tel:)", "", found[1]), said)
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):  # no other is Slack's
        shown = shown.replace(escaped, sign)
    return " ".join(shown.replace("\x00", "").split())
