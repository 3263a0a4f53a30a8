"""What Teams sends, as what a person said where. Pure: an activity in, words out; what is missing or of another shape is "".

Who isn't certainly of the bot's own tenant may only look things up. Activities: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import html
import re
from dataclasses import dataclass, replace

from bot.incoming import Audience, Incoming, Payload, part, parts, text
from handlers.actions import decode
from handlers.command import Person
from jobs.models import ChannelRef

PLATFORM = "teams"

CHANNEL_ID = "msteams"
"""What Teams calls itself. Other clients of the Bot Framework, such as Web Chat, have names of their own."""

MAX_CHARACTERS = 2_000
"""Of what was said; no command is longer, and a message may have 28 kilobytes."""

MAX_SEARCHED = 200
"""Of what is searched for in the message extension, which asks at every letter."""

PERSONAL, GROUP, CHANNEL = "personal", "groupChat", "channel"

ACT, SEARCH = "adaptiveCard/action", "composeExtension/query"
"""The invokes that are answered."""

_AT = re.compile(r"\s*<at\b[^<>]*>(.*?)</at\s*>", re.IGNORECASE | re.DOTALL)
_ENDLESS = re.compile(r"&#[0-9]{8,};?")
"""Names no character; of very many digits Python makes no number."""
_TAG = re.compile(r"</?(?:at|p|div|span|br|b|i|strong|em|a|code|pre)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TeamsIncoming(Incoming):
    """What somebody typed or pressed in Teams. `event_id` holds the conversation's id too: an activity's id is unique only there."""

    kind: str = "groupChat"
    """personal, groupChat or channel; an activity that does not say counts as many people."""
    pressed: str = ""
    """The id of the message whose button was pressed."""
    bot: str = ""
    """The bot's name there."""

    @property
    def service_url(self) -> str:
        return self.channel.extra.get("service_url", "")

    @property
    def conversation(self) -> str:
        """Where the answer goes: into the thread of a channel, else into the chat."""
        return threaded(self.channel.id, self.thread)


def said(activity: Payload, by: TeamsIncoming) -> TeamsIncoming:
    """A message, or the press of a button on a client that knows no Action.Execute: it sends the button's data and no words."""
    command = text(part(activity, "value"), "command")
    words = written(activity)
    if words or not command:
        return replace(by, text=words[:MAX_CHARACTERS])
    message = text(activity, "replyToId")
    return _button(by, command, message) if message else replace(by, text=command.strip()[:MAX_CHARACTERS])


def pressed(activity: Payload, by: TeamsIncoming) -> TeamsIncoming:
    """A button. Its data holds the command; "" when it isn't one of ours."""
    data = part(part(part(activity, "value"), "action"), "data")
    return _button(by, text(data, "command"), text(activity, "replyToId"))


def searched(activity: Payload) -> str:
    """What somebody looks up in the message extension; "" before anything is typed."""
    found = parts(part(activity, "value"), "parameters")
    words = next((text(each, "value") for each in found if text(each, "name") == "words"), "")
    return " ".join(words.split())[:MAX_SEARCHED]


def _button(by: TeamsIncoming, value: str, message: str) -> TeamsIncoming:
    action, argument = decode(value[:MAX_CHARACTERS])
    return replace(by, text=argument, action=action, pressed=message)


def someone(activity: Payload, tenant: str, admins: frozenset[str]) -> TeamsIncoming:
    """Who is behind an activity, and where; without words."""
    conversation, sender = part(activity, "conversation"), part(activity, "from")
    whole = text(conversation, "id")
    base, _, rest = whole.partition(";messageid=")
    data = part(activity, "channelData")
    team, channel = part(data, "team"), part(data, "channel")
    said = text(conversation, "conversationType")
    kind = said if said in (PERSONAL, GROUP, CHANNEL) else CHANNEL if text(channel, "id") else GROUP
    where = tenant or of_tenant(activity)
    theirs = {each.casefold() for each in (text(sender, "tenantId"), of_tenant(activity)) if each}
    # people of the tenant, its guests among them, are in its directory; somebody without a place in one is anybody
    external = not text(sender, "aadObjectId") or theirs != {where.casefold()}
    user = text(sender, "aadObjectId") or text(sender, "id")
    key = f"{PLATFORM}:{where}/{user}".casefold()
    admin = bool(where and user) and not external and any(key == each.casefold() for each in admins)
    name = text(channel, "name") or text(conversation, "name") or (text(team, "name") if kind == CHANNEL else "")
    extra = {
        "service_url": text(activity, "serviceUrl"),
        "kind": kind if kind == said else "",
        "team_id": text(team, "id"),
    }
    return TeamsIncoming(
        "",
        Person(PLATFORM, where, user, text(sender, "name") or user, admin=admin, external=external),
        ChannelRef(PLATFORM, where, base, name, {key: value for key, value in extra.items() if value}),
        event_id=f"{base}/{text(activity, 'id')}" if text(activity, "id") else "",
        audience=Audience.ASKER if kind == PERSONAL else Audience.UNKNOWN,
        kind=kind,
        # without the id of its thread: a press is in that of its message, and a new post in its own
        thread=(rest or text(activity, "replyToId") or text(activity, "id")) if kind == CHANNEL else "",
        bot=text(part(activity, "recipient"), "name"),
    )


def of_tenant(activity: Payload) -> str:
    """The tenant that a conversation belongs to."""
    return text(part(activity, "conversation"), "tenantId") or text(part(part(activity, "channelData"), "tenant"), "id")


def foreign(activity: Payload, tenant: str) -> bool:
    """Whether the conversation belongs to another tenant than the bot's. "" is any."""
    named = (text(part(activity, "conversation"), "tenantId"), text(part(part(activity, "channelData"), "tenant"), "id"))
    return bool(tenant) and any(each and each.casefold() != tenant.casefold() for each in named)


def written(activity: Payload) -> str:
    """The words as they were typed, without the mention of the bot. A client may split a mention in two, put a hard blank behind it, or
    send one without saying whom it means: in front of everything that is the bot too."""
    me = text(part(activity, "recipient"), "id")
    words = text(activity, "text")[: 4 * MAX_CHARACTERS]
    mine = [text(each, "text") for each in parts(activity, "entities") if _mentions(each, me)]
    for mention in filter(None, mine):
        words = words.replace(mention, " ")
    if not any(mine):
        words = words[first.end() :] if (first := _AT.match(words)) else words
    shown = html.unescape(_ENDLESS.sub(" ", _TAG.sub(" ", words)))
    return " ".join(shown.replace("\x00", "").split())


def _mentions(entity: Payload, me: str) -> bool:
    return bool(me) and text(entity, "type") == "mention" and text(part(entity, "mentioned"), "id") == me


def threaded(conversation: str, root: str) -> str:
    """The id of a thread of a channel, as the connector takes it."""
    return f"{conversation};messageid={root}" if root else conversation


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether the bot is in a place from now on. `team`: the whole team; else the one conversation."""

    there: bool
    team: bool = False
    new: bool = False
    """The app was added by somebody, who may be told what it does."""


EVENTS = {
    "channelDeleted": Presence(False),
    "channelRestored": Presence(True),
    "teamDeleted": Presence(False, team=True),
    "teamHardDeleted": Presence(False, team=True),
    "teamArchived": Presence(False, team=True),
    "teamRestored": Presence(True, team=True),
    "teamUnarchived": Presence(True, team=True),
}
"""https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events"""


def presence(activity: Payload) -> Presence | None:
    """What an activity says about where the bot is; None when nothing. An upgrade of the app changes nothing of it, and a bot that is
    taken out of one shared channel is still in the team."""
    data = part(activity, "channelData")
    team = text(part(data, "team"), "id")
    if text(activity, "type") == "installationUpdate":
        return {"add": Presence(True, bool(team), new=True), "remove": Presence(False, bool(team))}.get(text(activity, "action").casefold())
    if text(activity, "type") != "conversationUpdate":
        return None
    if text(data, "eventType") in EVENTS:
        return EVENTS[text(data, "eventType")]
    me = text(part(activity, "recipient"), "id")
    whole = bool(team) and text(part(activity, "conversation"), "id").partition(";")[0] == team
    for name, there in (("membersRemoved", False), ("membersAdded", True)):
        if me and any(text(each, "id") == me for each in parts(activity, name)):
            return Presence(there, whole)
    return None
