"""A platform in memory that remembers every message it took, and misbehaves as it is told to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jobs.models import ChannelRef, Outcome, Sent, Unknown, Unreadable


class Killed(BaseException):
    """The process dies here."""


@dataclass(frozen=True)
class Message:
    channel: str
    post_id: str
    content: dict[str, Any]


Behaviour = Callable[["Platform", ChannelRef, dict[str, Any], str], Outcome]


@dataclass
class Platform:
    """Judge from `messages`: they are what people would see. `script`: what the next sends do; after it all go well."""

    script: list[Behaviour] = field(default_factory=list)
    unreadable: list[Unreadable | Exception] = field(default_factory=list)
    """What the next looks into a history end in; after them every history can be read."""
    blind: bool = False
    """It never finds what stands in a channel, as if the bot sent again without looking."""
    messages: list[Message] = field(default_factory=list)
    looks: list[tuple[str, datetime]] = field(default_factory=list)
    pause: float = 0.0
    most_at_once: int = 0
    _now: int = 0

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await asyncio.sleep(self.pause)
            return (self.script.pop(0) if self.script else take)(self, channel, content, post_id)
        finally:
            self._now -= 1

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        self.looks.append((post_id, since))
        if self.unreadable:
            answer = self.unreadable.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        found = [number for number, each in enumerate(self.messages) if (each.channel, each.post_id) == (channel.id, post_id)]
        return f"ts{found[0]}" if found and not self.blind else None

    def seen(self, channel: str = "C1") -> list[Any]:
        """What stands in a channel, as compose made it."""
        return [each.content["says"] for each in self.messages if each.channel == channel]


def take(platform: Platform, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
    platform.messages.append(Message(channel.id, post_id, content))
    return Sent(f"ts{len(platform.messages) - 1}")


def take_and_time_out(platform: Platform, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
    take(platform, channel, content, post_id)
    return Unknown("no answer")


def time_out(platform: Platform, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
    return Unknown("no answer")


def take_and_die(platform: Platform, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
    take(platform, channel, content, post_id)
    raise Killed


def die(platform: Platform, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
    raise Killed


def answer(outcome: Outcome) -> Behaviour:
    return lambda *_: outcome


def blow_up(error: Exception) -> Behaviour:
    def raise_it(*_: Any) -> Outcome:
        raise error

    return raise_it
