"""Read Teams activities. Pure: a field that is missing or malformed reads as "".

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import html
import re
from dataclasses import dataclass, replace

from bot.incoming import Audience, Incoming, Payload, part, parts, text
from handlers.actions import Action, decode
from handlers.command import Person
from jobs.csms import number_of
from jobs.models.channels import ChannelRef

PLATFORM = "teams"

CHANNEL_ID = "msteams"
"""Other Bot Framework clients, such as Web Chat, have others."""

MAX_CHARACTERS = 2_000
"""A message may have 28 kB."""
MAX_SEARCH_CHARACTERS = 200
"""A search runs on every keystroke."""

PERSONAL, GROUP, CHANNEL = "personal", "groupChat", "channel"

ACTION, SEARCH, LINK = "adaptiveCard/action", "composeExtension/query", "composeExtension/queryLink"
LOOK_UP = "composeExtension/fetchTask"
"""The invokes that the bot answers."""

_AT = re.compile(r"(?:\s|&nbsp;)*<at\b[^<>]*>(.*?)</at\s*>", re.IGNORECASE | re.DOTALL)
_NAMED_AT = re.compile(r"<at\b[^<>]*+>([^<>]*+)</at\s*+>", re.IGNORECASE)
_HUGE_ENTITY = re.compile(r"&#[0-9]{8,};?")
"""An entity beyond Unicode; Python refuses to convert a very long number."""
_TAG = re.compile(
    r"</?(?:quoted|attachment|emoji|p|div|span|br|b|i|u|s|strong|em|a|code|pre|img|blockquote|ul|ol|li)\b[^<>]*>", re.IGNORECASE
)
"""The tags that Teams writes around and in front of what a person typed. Without them only words are left."""
_LINK = re.compile(r"<a\b([^<>]*+)>", re.IGNORECASE)
_ADDRESS = re.compile(r"\bhref=[\"']([^\"'<>]*+)[\"']", re.IGNORECASE)
_AT_TAG = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)
HTML = "text/html"
"""The attachment that repeats a message's own text."""


@dataclass(frozen=True, slots=True)
class TeamsIncoming(Incoming):
    kind: str = GROUP
    pressed_message: str = ""
    bot_name: str = ""

    @property
    def service_url(self) -> str:
        return self.channel.extra.get("service_url", "")

    @property
    def conversation(self) -> str:
        return thread_conversation(self.channel.id, self.thread)


def read_sender(activity: Payload, tenant: str, admins: frozenset[str]) -> TeamsIncoming:
    """Return who sent an activity and where. Anyone not certain to belong to the bot's tenant is external."""
    conversation, sender = part(activity, "conversation"), part(activity, "from")
    base, _, root = text(conversation, "id").partition(";messageid=")
    data = part(activity, "channelData")
    team, channel = part(data, "team"), part(data, "channel")
    named_kind = text(conversation, "conversationType")
    kind = named_kind if named_kind in (PERSONAL, GROUP, CHANNEL) else CHANNEL if text(channel, "id") else GROUP
    own_tenant = tenant or next(iter(_tenants(activity)), "")
    tenants = {each.casefold() for each in (text(sender, "tenantId"), *_tenants(activity)[:1]) if each}
    # anonymous users have no object id in the tenant's directory
    external = not text(sender, "aadObjectId") or tenants != {own_tenant.casefold()}
    user = text(sender, "aadObjectId") or text(sender, "id")
    key = f"{PLATFORM}:{own_tenant}/{user}".casefold()
    admin = bool(own_tenant and user) and not external and any(key == each.casefold() for each in admins)
    name = text(channel, "name") or text(conversation, "name") or (text(team, "name") if kind == CHANNEL else "")
    extra = {"service_url": text(activity, "serviceUrl"), "kind": kind if kind == named_kind else "", "team_id": text(team, "id")}
    extra["user"] = user if kind == PERSONAL and not external else ""  # finds the chat with a person
    return TeamsIncoming(
        "",
        Person(PLATFORM, own_tenant, user, text(sender, "name"), admin=admin, external=external),
        ChannelRef(PLATFORM, own_tenant, base, name, {key: value for key, value in extra.items() if value}),
        event_id=f"{base}/{text(activity, 'id')}" if text(activity, "id") else "",  # its id is unique only within the conversation
        audience=Audience.ASKER if kind == PERSONAL else Audience.UNKNOWN,
        kind=kind,
        # without a thread id in the conversation, a press belongs to its message's thread and a new post starts its own
        thread=(root or text(activity, "replyToId") or text(activity, "id")) if kind == CHANNEL else "",
        bot_name=text(part(activity, "recipient"), "name"),
    )


def read_thread(activity: Payload) -> str:
    """Return the thread that an activity without a message belongs to, or ""."""
    return text(part(activity, "conversation"), "id").partition(";messageid=")[2] or text(activity, "replyToId")


def read_message(activity: Payload, sender: TeamsIncoming) -> TeamsIncoming:
    """Read a message, or a button of a client without Action.Execute, which sends data and no text."""
    command = _chosen(part(activity, "value"))
    words = message_text(activity)
    if words or not command:
        return replace(sender, text=words[:MAX_CHARACTERS])
    message = text(activity, "replyToId")
    return _with_button(sender, command, message) if message else replace(sender, text=command.strip()[:MAX_CHARACTERS])


def read_press(activity: Payload, sender: TeamsIncoming) -> TeamsIncoming:
    """The text is "" when the button is not the bot's."""
    data = part(part(part(activity, "value"), "action"), "data")
    return _with_button(sender, _chosen(data), text(activity, "replyToId"))


def _chosen(data: Payload) -> str:
    """Return a button's command, or the choice in the input that the button names. Every button sends all inputs of its card."""
    return text(data, "command") or text(data, text(data, "menu"))


def read_search(activity: Payload) -> str:
    found = parts(part(activity, "value"), "parameters")
    words = next((text(each, "value") for each in found if text(each, "name") == "words"), "")
    return " ".join(words.split())[:MAX_SEARCH_CHARACTERS]


def _with_button(sender: TeamsIncoming, value: str, message: str) -> TeamsIncoming:
    value = value[:MAX_CHARACTERS].strip()
    action, argument = decode(value)
    if action not in (
        Action.SHARE,
        Action.BACK,
        Action.MISSED,
    ):  # the bot's cards in Teams have no other action: anything else reads as typed
        action, argument = Action.RUN, value
    return replace(sender, text=argument, action=action, pressed_message=message)


def _tenants(activity: Payload) -> list[str]:
    named = (text(part(activity, "conversation"), "tenantId"), text(part(part(activity, "channelData"), "tenant"), "id"))
    return [each for each in named if each]


def is_foreign(activity: Payload, tenant: str) -> bool:
    """Whether the conversation is another tenant's. "" accepts any tenant."""
    return bool(tenant) and any(each.casefold() != tenant.casefold() for each in _tenants(activity))


def message_text(activity: Payload) -> str:
    """Return the text without the mention of the bot.

    A client may split a mention in two, put a no-break space after it, or send one without a name, which counts at the start of the text.
    """
    me, name = text(part(activity, "recipient"), "id"), text(part(activity, "recipient"), "name")
    words = _without_tags(text(activity, "text")[: 4 * MAX_CHARACTERS])
    entities = [each for each in parts(activity, "entities") if text(each, "type") == "mention"]
    mentions = [text(each, "text") for each in entities if me and text(part(each, "mentioned"), "id") == me]
    for mention in filter(None, mentions):
        words = words.replace(mention, " ")
    if not any(mentions):
        unnamed = _NAMED_AT.sub(lambda at: " " if _plain_text(at[1]).casefold() == name.casefold() else at[0], words) if name else words
        words = words[first.end() :] if unnamed == words and (first := _AT.match(words)) else unnamed
    return _plain_text(words)


def read_looked_up(activity: Payload) -> str:
    """Return the text of the message on which somebody selected "Look up"."""
    body = part(part(part(activity, "value"), "messagePayload"), "body")
    return _plain_text(_without_tags(text(body, "content")[: 4 * MAX_CHARACTERS]))[:MAX_CHARACTERS]


def _without_tags(words: str) -> str:
    return _TAG.sub(" ", _LINK.sub(_message_link, words))


def _plain_text(words: str) -> str:
    plain = html.unescape(_HUGE_ENTITY.sub(" ", _AT_TAG.sub(" ", words)))
    return " ".join(plain.replace("\x00", "").split())


def _message_link(link: re.Match[str]) -> str:
    """Return the address of a link to a CSMS message, which says more than the words in front of it, or the link as it is."""
    address = _ADDRESS.search(link[1])
    return f" {address[1]} " if address and number_of(html.unescape(address[1])) is not None else link[0]


def has_words(activity: Payload) -> bool:
    """Whether a message asks anything: one that only sends a card, a picture or a file does not, but an empty mention is a greeting."""
    if message_text(activity) or _chosen(part(activity, "value")):
        return True
    attached = any(text(each, "contentType") != HTML for each in parts(activity, "attachments"))
    return not attached and "<attachment" not in text(activity, "text").casefold()


def thread_conversation(conversation: str, root: str) -> str:
    """Return the connector's id of the thread below `root`, or of the conversation when that is ""."""
    return f"{conversation};messageid={root}" if root else conversation


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether the bot is in a whole team or one conversation. `new` means that someone added the app and can be welcomed."""

    is_there: bool
    team: bool = False
    new: bool = False


EVENTS = {"channelDeleted": Presence(False), "channelRestored": Presence(True)}
EVENTS |= dict.fromkeys(("teamDeleted", "teamHardDeleted", "teamArchived"), Presence(False, team=True))
EVENTS |= dict.fromkeys(("teamRestored", "teamUnarchived"), Presence(True, team=True))
"""https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events"""


def read_presence(activity: Payload) -> Presence | None:
    """Return how an activity changes where the bot is. A bot removed from one shared channel is still in the team."""
    data = part(activity, "channelData")
    team = text(part(data, "team"), "id")
    if text(activity, "type") == "installationUpdate":
        return {"add": Presence(True, bool(team), new=True), "remove": Presence(False, bool(team))}.get(text(activity, "action").casefold())
    if text(activity, "type") != "conversationUpdate":
        return None
    if text(data, "eventType") in EVENTS:
        return EVENTS[text(data, "eventType")]
    me = text(part(activity, "recipient"), "id")
    whole_team = bool(team) and text(part(activity, "conversation"), "id").partition(";")[0] == team
    for name, is_there in (("membersRemoved", False), ("membersAdded", True)):
        if me and any(text(each, "id") == me for each in parts(activity, name)):
            return Presence(is_there, whole_team)
    return None
