"""The meaning of what somebody said about subscriptions."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """Purpose of an offer."""

    STOP = "stop"
    START = "start"
    SUBSCRIBE = "subscribe"
    SCHEDULE = "schedule"
    CHANGE = "change"
    RESTART = "restart"
    DIGEST = "digest"  #: A digest before its time.
    UNDO = "undo"  #: Which subscription came last.
    STATUS = "status"  #: Whether and when the bot posts.
    NAMED = "named"  #: A verb and what may be a subscription.
    ADD = "add"  #: A topic, a phrase or a feed to a subscription.
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Meaning:
    words: str
    """The words of a command, or for an offer what it is about."""
    offer: Intent | None = None
    about: str = ""
    """Which subscription an offer is about, in the person's words."""
    sure: bool = True
    """False: it is a question, unless the channel has a subscription that the words name."""
