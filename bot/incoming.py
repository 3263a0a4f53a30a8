"""Incoming commands and button presses, and readers for payloads that cannot be trusted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from content.search.text import storable_text
from handlers.actions import Action
from handlers.command import Command, Person
from handlers.router import Request, read_command, resolve
from jobs.models.channels import ChannelRef


class Audience(StrEnum):
    ASKER = "asker"  #: Only the person who asked.
    CHANNEL = "channel"  #: The people of the bot's own workspace.
    UNKNOWN = "unknown"  #: A channel or chat whose members the bot does not know: nothing internal is shown.
    GUESTS = "guests"  #: A channel that people from other workspaces read.


@dataclass(frozen=True, slots=True)
class Incoming:
    """A typed line or a pressed button. Each platform extends it."""

    text: str
    """The line as typed, such as "/pti revenue"; for a button the argument of its action."""
    person: Person
    channel: ChannelRef
    event_id: str = ""
    """The platform's id of this event, or ""."""
    thread: str = ""
    """The id of the message whose thread the answer belongs in, or ""."""
    action: Action = Action.RUN
    audience: Audience = Audience.ASKER

    def command(self) -> Command:
        return read_command(self.text, self.person, self.channel, self.event_id)

    def request(self) -> Request:
        return resolve(self.command())


Payload = Mapping[str, Any]


def part(payload: Payload, name: str) -> Payload:
    """Return an object of the payload, or an empty one."""
    value = payload.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(payload: Payload, name: str) -> list[Payload]:
    value = payload.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text(payload: Payload, name: str) -> str:
    """Return a string of the payload, or "", without NUL and lone surrogates, which no database takes."""
    value = payload.get(name)
    if not isinstance(value, str):
        return ""
    return storable_text(value)
