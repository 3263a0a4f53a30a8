"""What Slack sends, as what a person said where. Pure: a payload in, words out; what is missing or of another shape is "".

Who is from outside (Slack Connect) may only look things up; what a payload doesn't say counts against it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from bot.shapes import Payload, part, text
from handlers.command import Person
from jobs.models import ChannelRef

PLATFORM = "slack"
MOST_CHARACTERS = 2_000
"""Of what was said; no command is longer, and a message may have 40,000."""

NAMELESS = ("directmessage", "privategroup")
"""What a slash command says instead of the name of a channel that it keeps to itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said, by whom and where."""

    text: str
    """A line as it is typed: "/pti revenue"."""
    person: Person
    channel: ChannelRef
    once: str
    """Slack's id of this event."""
    response_url: str = ""
    thread: str = ""
    """The ts of the message below which the answer belongs."""
    private: bool = True
    """The answer is for the asker alone, unless it changes something for all."""
    replaces: bool = False
    """The answer may take the place of the message whose button was pressed: only the asker sees that one."""
    guests: bool = False
    """Others than the workspace's own people see what is posted there."""


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


def slash(payload: Payload, admins: frozenset[str]) -> Asked:
    """A slash command. People from outside have none of ours in a channel that two workspaces share, but the payload may say so."""
    team = text(payload, "team_id")
    where = workspace(payload, team)
    theirs = text(payload, "user_team_id") or text(payload, "user_team")
    external = theirs not in ("", team, where)
    person = someone(where, team, text(payload, "user_id"), text(payload, "user_name"), admins, external=external)
    name = text(payload, "channel_name")
    return Asked(
        text=f"{text(payload, 'command')} {written(text(payload, 'text'))}".strip()[:MOST_CHARACTERS],
        person=person,
        channel=ChannelRef(PLATFORM, where, text(payload, "channel_id"), "" if not name or name in NAMELESS else f"#{name}"),
        once=text(payload, "trigger_id"),
        response_url=text(payload, "response_url"),
    )


def pressed(payload: Payload, admins: frozenset[str]) -> Asked:
    """A button. Its value is the command."""
    team, user, container, channel = (part(payload, name) for name in ("team", "user", "container", "channel"))
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    home = text(part(payload, "view"), "app_installed_team_id") or text(team, "id")  # of a view from outside, `team` is theirs
    where = workspace(payload, home)
    theirs = text(user, "team_id") or text(team, "id")
    person = someone(
        where,
        home,
        text(user, "id"),
        text(user, "username") or text(user, "name"),
        admins,
        external=theirs not in (home, where),
    )
    name = text(channel, "name")
    return Asked(
        text=text(action, "value").strip()[:MOST_CHARACTERS],
        person=person,
        channel=ChannelRef(
            PLATFORM, where, text(channel, "id") or text(container, "channel_id"), "" if not name or name in NAMELESS else f"#{name}"
        ),
        once=text(payload, "trigger_id"),
        response_url=text(payload, "response_url"),
        thread=text(container, "thread_ts"),
        replaces=container.get("is_ephemeral") is True,
    )


def mentioned(payload: Payload, admins: frozenset[str]) -> Asked:
    """An @mention, or a message in the direct conversation with the bot."""
    event = part(payload, "event")
    team = text(payload, "team_id") or text(event, "team")
    where = workspace(payload, team)
    theirs = text(event, "user_team") or text(event, "source_team") or text(event, "team")
    guests = payload.get("is_ext_shared_channel") is True
    external = theirs not in (team, where) if theirs else guests
    direct = text(event, "channel_type") == "im"
    user = text(event, "user")
    return Asked(
        text=written(without_mention(text(event, "text")))[:MOST_CHARACTERS],
        person=someone(where, team, user, user, admins, external=external),
        channel=ChannelRef(PLATFORM, where, text(event, "channel"), ""),
        once=text(payload, "event_id"),
        thread=text(event, "thread_ts") or ("" if direct else text(event, "ts")),
        private=direct,
        guests=guests,
    )


def someone(where: str, team: str, user: str, name: str, admins: frozenset[str], *, external: bool) -> Person:
    """Who it is. With an app of a whole organization TRADEBOT_ADMINS may name the organization or the workspace."""
    keys = {f"{PLATFORM}:{each}/{user}" for each in (where, team) if each and user}
    return Person(PLATFORM, where, user, name or user, admin=not external and bool(keys & admins), external=external)


def workspace(payload: Payload, team: str) -> str:
    """The workspace; the organization where the app is installed for all of one (Enterprise Grid), as its channels and people are."""
    authorizations = payload.get("authorizations")
    installed = authorizations[0] if isinstance(authorizations, list) and authorizations and isinstance(authorizations[0], Mapping) else {}
    enterprise = (
        text(part(payload, "enterprise"), "id")
        or text(payload, "enterprise_id")
        or text(installed, "enterprise_id")
        or text(part(payload, "team"), "enterprise_id")
    )
    for_all = any(each.get("is_enterprise_install") in (True, "true") for each in (payload, installed))
    return enterprise if enterprise and (for_all or not team) else team


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
