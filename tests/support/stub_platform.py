"""A platform in memory that keeps every message and fails as a test asks it to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.models.restorations import Trace
from jobs.outcomes import Outcome, Sent, Unknown, Unreadable
from jobs.senders import TOKENS


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
    """A platform whose `messages` are what people would see. `script` decides the next sends; after it, all succeed."""

    script: list[Behaviour] = field(default_factory=list)
    unreadable: list[Unreadable | Exception] = field(default_factory=list)
    """Results of the next looks into a history; after them, every history can be read."""
    blind: bool = False
    """Whether `find` never finds a message, as if the bot sent again without looking."""
    messages: list[Message] = field(default_factory=list)
    looks: list[tuple[str, datetime]] = field(default_factory=list)
    marks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    trouble: list[tuple[bool, Outcome | BaseException]] = field(default_factory=list)
    """Outcomes of the next marks and answers; True: the message was changed or posted all the same."""
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

    async def find_traces(self, channel: ChannelRef, since: datetime, until: datetime) -> list[Trace] | Unreadable:  # noqa: ARG002
        if self.unreadable:
            answer = self.unreadable.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        here = [(number, each) for number, each in enumerate(self.messages) if each.channel == channel.id]
        return [Trace(each.post_id, f"ts{number}", since, tuple(each.content.get(TOKENS, ()))) for number, each in here]

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:
        self.looks.append((post_id, since))
        if self.unreadable:
            answer = self.unreadable.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        found = [number for number, each in enumerate(self.messages) if (each.channel, each.post_id) == (channel.id, post_id)]
        return f"ts{found[0]}" if found and not self.blind else None

    def _amend(self, act: Callable[[], None]) -> Outcome | None:
        done, outcome = self.trouble.pop(0) if self.trouble else (True, None)
        if done:
            act()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:  # noqa: ARG002  # Sender's
        return self._amend(lambda: self.marks.append((about.receipt, content))) or Sent(about.receipt)

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:  # noqa: ARG002  # Sender's
        outcome = self._amend(lambda: self.answers.append((about.receipt, post_id, content)))
        return outcome or Sent(f"answer{len(self.answers)}")

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:  # noqa: ARG002
        return next((f"answer{n}" for n, each in enumerate(self.answers, 1) if each[:2] == (about.receipt, post_id)), None)

    def seen(self, channel: str = "C1") -> list[Any]:
        """Return the texts in a channel, as compose made them."""
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
