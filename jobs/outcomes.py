"""Outcomes of a platform call, and the step that follows each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from jobs.network import MAX_RETRY_AFTER_SECONDS, RETRY_SECONDS
from jobs.states import Pause, PostState, UnreadablePolicy

MAX_BACK_OFF_SECONDS = 300.0
"""The longest wait after unknown outcomes: a platform that recovers must not find the posts of an hour waiting."""

MAX_LOOKS = 20
"""So many looks in a row that could not read the history, in about an hour and a half, count as one that never can."""

NOT_CALLED = "the worker was delayed longer than its lease allows, or all posting was paused"
"""Why the call of a post whose intent is committed did not begin."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has the message under `receipt` (Slack's ts)."""

    receipt: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Definitely not posted; the attempt does not count."""

    after: float
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps posted (a timeout, a reset, a 5xx)."""

    why: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for its looks (its layout or its length): definitely not posted, and worth one more attempt as plain text."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Refused for good. Without a pause, a mark or an answer is refused because the message that it is about is gone."""

    why: str
    pause: Pause = Pause.NONE
    unclear: bool = False
    """A mark or an answer: perhaps the message that it is about is gone, and the channel is fine."""


Outcome = Sent | Retry | Unknown | Rejected | Gone


def not_posted(outcome: Outcome) -> Outcome:
    """Return the outcome of a post whose preparation failed, such as opening a direct message: the post was never sent."""
    match outcome:
        case Unknown(why):
            return Retry(RETRY_SECONDS, why)
        case Rejected(why) | Gone(why, Pause.NONE):
            return Gone(why, Pause.CHANNEL)
        case Gone(unclear=True):
            return replace(outcome, unclear=False)
        case _:
            return outcome


@dataclass(frozen=True, slots=True)
class Unreadable:
    """`for_good`: asking again will not help."""

    why: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds."""

    lease: float = 25.0
    """A worker renews it while it works, so a killed worker's channel is free again this soon."""
    timeout: float = 30.0
    grace: float = 30.0
    """A message may still appear for this long after the last sign of its worker. Longer than the lease, at whose end a worker that could
    not renew it gives its call up."""
    slots: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"slack": 1.0, "teams": 1.0}))
    """Minimum between a channel's posts (Slack allows about one a second)."""
    look: float = 1.0  #: Between looks for newly due channels.
    workers: int = 8
    unreadable: UnreadablePolicy = UnreadablePolicy.HOLD

    def __post_init__(self) -> None:
        if self.grace <= self.lease:
            raise ValueError(f"the grace ({self.grace} s) must be longer than the lease ({self.lease} s)")
        if self.unreadable not in tuple(UnreadablePolicy):
            raise ValueError(f'unreadable must be "resend" or "hold", not {self.unreadable!r}')

    @property
    def renewal(self) -> float:
        """The time between two renewals of a lease, and the minimum left of it at the start of a call."""
        return self.lease / 3


@dataclass(frozen=True, slots=True)
class Settlement:
    state: PostState
    wait: float  #: Seconds until the channel is free.
    failures: int  #: Consecutive unknown outcomes.
    receipt: str = ""
    error: str = ""
    counted: bool = True
    pause: Pause = Pause.NONE
    held: bool = False  #: The post stays SENDING until an admin decides.
    plain: bool = False  #: The next attempt sends plain text.
    needless: bool = False  #: A dead mark or answer needs no decision: the message that it is about is gone.


def back_off(failures: int, grace: float, chance: float) -> float:
    """Return the grace, doubled per failure, plus up to a quarter by `chance` (0 to 1), and at most five minutes."""
    return min(grace * 2.0 ** min(failures, 20) * (1 + chance / 4), MAX_BACK_OFF_SECONDS)


def after_send(  # seven parameters: the outcome, and what decides the next attempt
    outcome: Outcome, slot: float, failures: int, grace: float, chance: float, *, plain: bool = False, before: str | None = None
) -> Settlement:
    """`plain`: it was sent as plain text, because an earlier attempt was rejected. `before`: the error of the attempt before."""
    match outcome:
        case Sent(receipt):
            return Settlement(PostState.SENT, slot, 0, receipt=receipt)
        case Retry(after, why):
            return Settlement(PostState.PENDING, min(max(after, 0.0), MAX_RETRY_AFTER_SECONDS), failures, error=why, counted=False)
        case Unknown(why):
            return Settlement(PostState.SENDING, back_off(failures, grace, chance), failures + 1, error=why)
        case Rejected(why) if not plain:
            return Settlement(PostState.PENDING, slot, 0, error=why, plain=True)
        case Rejected(why):
            return Settlement(PostState.DEAD, slot, 0, error=why)
        case Gone(why, Pause.NONE):
            return Settlement(PostState.DEAD, slot, 0, error=why, needless=True)
        case Gone(why, unclear=True) if why == before:
            # the channel was resumed, and this alone is refused again: what is behind it must not wait for it forever
            return Settlement(PostState.DEAD, slot, 0, error=why)
        case Gone(why, pause):
            # a closed channel or a bad token says nothing about this post
            return Settlement(PostState.PENDING, 0.0, 0, error=why, counted=False, pause=pause)


def after_look(
    found: str | Unreadable | None, policy: UnreadablePolicy, slot: float, failures: int, grace: float, chance: float
) -> Settlement:
    """`found` in the history: a receipt, None, or why it could not be read."""
    match found:
        case str():
            return Settlement(PostState.SENT, slot, 0, receipt=found)
        case None:
            return Settlement(PostState.PENDING, 0.0, failures)
        case Unreadable(why, for_good):
            never = for_good or failures >= MAX_LOOKS
            if never and policy == UnreadablePolicy.RESEND:
                return Settlement(PostState.PENDING, 0.0, failures if for_good else 0, error=why)
            # searched even if held: somebody may let the bot read the history
            return Settlement(PostState.SENDING, back_off(failures, grace, chance), failures + 1, error=why, held=never)
