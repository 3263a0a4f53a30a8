"""Read Slack's payloads as incoming requests. Pure: a field that is missing or of another type reads as "".

People from outside (Slack Connect) may only look things up; what a payload leaves out counts against its sender.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from bot.incoming import Audience, Incoming, Payload, part, parts, text
from handlers.actions import Action, decode, encode
from handlers.command import Person
from jobs.csms import number_of
from jobs.models.channels import ChannelRef

PLATFORM = "slack"

MAX_CHARACTERS = 2_000
"""Maximum characters of a text. No command is longer; a message may have 40,000."""

REQUEST_KEY = "tradebot_request"
"""The key in Bolt's context of a slash command that was already read and resolved: (SlackIncoming, Request)."""

UNNAMED_CHANNELS = ("directmessage", "privategroup")
"""The names that a slash command gives to every direct message and private channel."""


@dataclass(frozen=True, slots=True)
class SlackIncoming(Incoming):
    response_url: str = ""
    replaces: bool = False
    """The answer may replace the pressed button's message, which only the asker sees."""


def ignore_action(incoming: SlackIncoming) -> SlackIncoming:
    """Return a press as if its button's value had been typed."""
    return replace(incoming, action=Action.RUN, text=encode(incoming.action, incoming.text))


class Unreadable(ValueError):
    """A body that is neither a form nor JSON."""


def read_payload(body: str) -> dict[str, Any]:
    """Raises Unreadable."""
    try:
        if body.startswith("{"):
            payload = json.loads(body)
        else:
            form = read_form(body)
            payload = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(payload, dict) or not isinstance(payload.get("event", {}), dict):
        raise Unreadable("not an object")
    return payload


def read_form(body: str) -> dict[str, str]:
    """Like urllib.parse.parse_qsl, in half the time: most values need no unquoting."""
    pairs = (pair.partition("=") for pair in body.split("&") if pair)
    return {_unquote(name): _unquote(value) for name, _, value in pairs}


def _unquote(word: str) -> str:
    """Raises UnicodeDecodeError."""
    word = word.replace("+", " ")
    return unquote(word, errors="strict") if "%" in word else word


@dataclass(frozen=True, slots=True)
class Installation:
    workspace: str
    """The team's id, or the organization's if the app is installed for all of it (Enterprise Grid)."""
    team: str
    own_ids: frozenset[str]
    """The ids that Slack may give for our own people's workspace: the team's or its organization's."""


def read_installation(payload: Payload, fallback: str) -> Installation:
    """Read where the app is installed. `fallback` is the team's id if the payload names none more reliably.

    In a shared channel, an event may describe the other workspace outside of its authorizations, and an interaction outside of its view:
    https://docs.slack.dev/apis/slack-connect.
    """
    authorization = next(iter(parts(payload, "authorizations")), {})
    source = authorization or payload
    view_team = text(part(payload, "view"), "app_installed_team_id")
    team = text(authorization, "team_id") or text(payload, "context_team_id") or view_team or fallback
    enterprise = text(source, "enterprise_id")
    if not authorization and team == fallback:
        enterprise = enterprise or text(part(payload, "enterprise"), "id") or text(part(payload, "team"), "enterprise_id")
    for_organization = source.get("is_enterprise_install") in (True, "true")
    workspace = enterprise if enterprise and (for_organization or not team) else team
    return Installation(workspace, team, frozenset({workspace, team, enterprise} - {""}))


def read_slash_command(payload: Payload, admins: frozenset[str]) -> SlackIncoming:
    """A slash command names only the sender's workspace: Slack offers commands only where the app is installed."""
    installation = read_installation(payload, text(payload, "team_id"))
    senders = {text(payload, "team_id"), text(payload, "user_team_id"), text(payload, "user_team")} - {""}
    external = not senders or not senders <= installation.own_ids
    return SlackIncoming(
        text=f"{text(payload, 'command')} {typed_text(text(payload, 'text'))}".strip()[:MAX_CHARACTERS],
        person=_person(installation, text(payload, "user_id"), text(payload, "user_name"), admins, external=external),
        channel=_channel(installation, text(payload, "channel_id"), text(payload, "channel_name")),
        event_id=text(payload, "trigger_id"),
        response_url=text(payload, "response_url"),
    )


def read_interaction(payload: Payload, admins: frozenset[str]) -> SlackIncoming:
    """Read a pressed button, a choice of a menu, a submitted view or a shortcut. In an organization's installation `team` may be null."""
    user, container, channel = (part(payload, name) for name in ("user", "container", "channel"))
    button = next(iter(parts(payload, "actions")), {})
    value = text(button, "value") or text(part(button, "selected_option"), "value")
    action, argument = decode(value.strip()[:MAX_CHARACTERS])
    sender = text(user, "team_id")
    for_organization = payload.get("is_enterprise_install") in (True, "true")
    installation = read_installation(payload, text(part(payload, "team"), "id") or (sender if for_organization else ""))
    name = text(user, "username") or text(user, "name")
    return SlackIncoming(
        text=argument,
        action=action,
        person=_person(installation, text(user, "id"), name, admins, external=sender not in installation.own_ids),
        channel=_channel(installation, text(channel, "id") or text(container, "channel_id"), text(channel, "name")),
        event_id=text(payload, "trigger_id"),
        response_url=text(payload, "response_url"),
        thread=text(container, "thread_ts"),
        replaces=container.get("is_ephemeral") is True,
    )


def read_event(payload: Payload, admins: frozenset[str]) -> SlackIncoming:
    """If an event does not name the person's workspace, it is ours only if Slack says that the channel is not shared."""
    event = part(payload, "event")
    outer = text(payload, "team_id")
    installation = read_installation(payload, outer or text(event, "team"))
    sender = text(event, "user_team") or text(event, "source_team") or text(event, "team")
    shared = payload.get("is_ext_shared_channel")
    external = sender not in installation.own_ids if sender else shared is not False or outer not in installation.own_ids
    if shared is True and not parts(payload, "authorizations") and not text(payload, "context_team_id"):
        external = True  # every workspace that the payload names may be the other one
    direct = text(event, "channel_type") == "im"
    user = text(event, "user")
    said = remove_mention(text(event, "text"), _own_users(payload), direct=direct)
    return SlackIncoming(
        text=typed_text(said)[:MAX_CHARACTERS],
        person=_person(installation, user, "", admins, external=external),
        channel=_channel(installation, text(event, "channel"), ""),
        event_id=_message_id(event) or text(payload, "event_id"),
        thread=text(event, "thread_ts") or ("" if direct else text(event, "ts")),
        audience=Audience.ASKER if direct else Audience.GUESTS if shared is True else Audience.CHANNEL,
    )


def _message_id(event: Payload) -> str:
    """Return the same ID for every event about one message, so that it is answered once; an edited message is another one."""
    channel, ts, edited = text(event, "channel"), text(event, "ts"), text(part(event, "edited"), "ts")
    return f"{channel}/{ts}/{edited}".rstrip("/") if channel and ts else ""


def _person(installation: Installation, user: str, name: str, admins: frozenset[str], *, external: bool) -> Person:
    """In an organization's installation, TRADEBOT_ADMINS may name the organization or the workspace."""
    keys = {f"{PLATFORM}:{each}/{user}" for each in (installation.workspace, installation.team) if each and user}
    return Person(PLATFORM, installation.workspace, user, name, admin=not external and bool(keys & admins), external=external)


def _channel(installation: Installation, channel: str, name: str) -> ChannelRef:
    return ChannelRef(PLATFORM, installation.workspace, channel, "" if not name or name in UNNAMED_CHANNELS else f"#{name}")


MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def _own_users(payload: Payload) -> frozenset[str]:
    """Return the ids of the bot's user to which Slack sent an event."""
    return frozenset(text(each, "user_id") for each in parts(payload, "authorizations") if each.get("is_bot") is True) - {""}


def remove_mention(markup: str, own: frozenset[str], *, direct: bool) -> str:
    """Remove the mentions of the bot, or the first one of all if none is known to be the bot's.

    In a direct message, nobody needs to mention the bot: where Slack says which user it is, the mentions of others stay. In a channel, the
    bot was mentioned, perhaps as its user in the other workspace that shares the channel.
    """
    others = MENTION.sub(lambda found: " " if found[1] in own else found[0], markup)
    return MENTION.sub(" ", markup, count=1) if others == markup and not (direct and own) else others


def _link_text(link: re.Match[str]) -> str:
    if link[2] and number_of(link[1]) is None:
        return link[2]
    return re.sub(r"^(mailto:|tel:)", "", link[1])


def typed_text(markup: str) -> str:
    """Return markup as it was typed: "<https://cbp.gov|cbp.gov>" was cbp.gov, "&amp;" was &.

    Where words hide a link to a CSMS message, the link says more than they do.
    """
    typed = re.sub(r"<([^<>|]*)(?:\|([^<>]*))?>", _link_text, markup)
    for escape, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):  # Slack escapes no others
        typed = typed.replace(escape, character)
    return " ".join(typed.replace("\x00", "").split())
