"""What follows from a send or from a look into a channel's history. Pure: an outcome in, a settlement out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from jobs.models import Gone, Outcome, Retry, Sent, Unknown, Unreadable

LONGEST_BACK_OFF = 3600.0
LONGEST_RETRY_AFTER = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How deliveries are paced. All times in seconds."""

    lease: float = 120.0
    """How long a claimed channel is held; more than `timeout` + `grace`."""
    timeout: float = 30.0
    """How long a platform may take for a call."""
    grace: float = 30.0
    """How long a message may still turn up after its call was given up."""
    slots: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"slack": 1.0, "teams": 1.0}))
    """The least time between two posts in one channel, by platform (Slack: about one a second)."""
    look: float = 1.0
    """How often it is looked for channels that have become due while others are being served."""
    workers: int = 8
    """Channels worked on at the same time by one process."""
    unreadable: str = "hold"
    """What becomes of a post that may have arrived when its channel's history can't ever be read:
    "resend" (it may come twice) or "hold" (an admin decides)."""

    def __post_init__(self) -> None:
        if self.lease <= self.timeout + self.grace:
            raise ValueError(f"the lease ({self.lease} s) must be longer than timeout and grace together ({self.timeout + self.grace} s)")
        if self.unreadable not in ("resend", "hold"):
            raise ValueError(f'unreadable must be "resend" or "hold", not {self.unreadable!r}')

    @property
    def latest_start(self) -> float:
        """Before the end of the lease by this much, a call may still begin: it ends, and turns up, within the lease."""
        return self.timeout + self.grace


@dataclass(frozen=True, slots=True)
class Settlement:
    """What to write down. `state` of the post; `wait`: seconds until the channel is free; `failures`: the channel's new count."""

    state: str
    wait: float
    failures: int
    receipt: str = ""
    error: str = ""
    counted: bool = True
    """Of a post that is pending again: whether the attempt counts."""
    pause: str = ""
    """"", channel or workspace."""
    held: bool = False
    """Of a post that stays sending: an admin must say whether it arrived, because nobody can look."""


def back_off(failures: int, grace: float, chance: float) -> float:
    """Doubles from the grace up to an hour, and up to a quarter more by `chance` (0 to 1), so that channels don't come back at once."""
    return min(grace * 2.0 ** min(failures, 20), LONGEST_BACK_OFF) * (1 + chance / 4)


def after_sending(outcome: Outcome, slot: float, failures: int, grace: float, chance: float) -> Settlement:
    """What follows from a call."""
    match outcome:
        case Sent(receipt):
            return Settlement("sent", slot, 0, receipt=receipt)
        case Retry(after, why):
            return Settlement("pending", min(max(after, 0.0), LONGEST_RETRY_AFTER), failures, error=why, counted=False)
        case Unknown(why):
            return Settlement("sending", back_off(failures, grace, chance), failures + 1, error=why)
        case Gone(why, "workspace"):
            # trouble with the token says nothing about this post: it goes out when the workspace is back
            return Settlement("pending", 0.0, 0, error=why, counted=False, pause="workspace")
        case Gone(why, pause):
            return Settlement("dead", slot, 0, error=why, pause=pause)


def after_looking(found: str | Unreadable | None, policy: str, slot: float, failures: int, grace: float, chance: float) -> Settlement:
    """What follows from looking for a post in its channel's history."""
    match found:
        case str():
            return Settlement("sent", slot, 0, receipt=found)
        case None:
            return Settlement("pending", 0.0, failures)
        case Unreadable(why, True) if policy == "resend":
            return Settlement("pending", 0.0, failures, error=why)
        case Unreadable(why, for_good):
            # looked at again all the same: somebody may let the bot read the history
            return Settlement("sending", back_off(failures, grace, chance), failures + 1, error=why, held=for_good)
