"""What a channel's next post is, decided from what is due there. Pure: rows in, a plan out.

The earliest delivery that is due goes first. When its entry is to be posted at once, the post is that entry, for
every subscription that is owed it at once. Otherwise it is the digest of its subscription, with all that the
subscription has due: however many periods an outage took, they become one digest.

A channel never gets an entry twice. One that another post carried is only mentioned, beside what is new; where
nothing is new there is silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jobs.due import at_once
from jobs.models import Subscription


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that is due and that no post carries yet."""

    delivery: int
    entry: int
    lead: str
    subscription: Subscription
    due_at: datetime
    because: str

    @property
    def at_once(self) -> bool:
        return at_once(self.subscription.cadence, self.subscription.digest_only, self.lead)


@dataclass(frozen=True, slots=True)
class Carried:
    """The post of this channel that carries an entry already, and when it was posted."""

    post: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a post to be made. `posted_at`: it is in the channel already, and the post only says so."""

    entry: int
    because: str
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Nothing is to be sent: these deliveries are settled by posts that carry their entries already."""

    by: Mapping[int, str]
    """Delivery -> post."""


@dataclass(frozen=True, slots=True)
class Make:
    """A post to be made."""

    kind: str
    """How it looks: now (one entry) or digest."""
    subscription: Subscription | None
    """Whose digest it is; None for an entry that goes out at once."""
    period: datetime | None
    """Of a digest: the latest moment at which anything in it was due."""
    parts: tuple[Part, ...]
    carries: tuple[int, ...]
    """The deliveries that it posts."""
    mentions: tuple[int, ...]
    """The deliveries whose entries it only mentions."""
    elsewhere: Mapping[int, str]
    """Deliveries that it doesn't even mention: settled by the posts that carry their entries."""


Plan = Mention | Make


def plan(owed: Sequence[Owed], carried: Mapping[int, Carried]) -> Plan | None:
    """The next thing to do in one channel, or None when nothing is due. `owed` is in the order in which things are posted;
    `carried` holds the entries, of those owed, that posts of this channel carry already."""
    if not owed:
        return None
    first = owed[0]
    if first.at_once:
        return _at_once([each for each in owed if each.entry == first.entry and each.at_once], carried)
    return _digest([each for each in owed if each.subscription.id == first.subscription.id and not each.at_once], carried)


def _at_once(owed: Sequence[Owed], carried: Mapping[int, Carried]) -> Plan:
    entry = owed[0].entry
    if entry in carried:
        return Mention({each.delivery: carried[entry].post for each in owed})
    because = "; ".join(dict.fromkeys(each.because for each in owed))
    return Make("now", None, None, (Part(entry, because),), tuple(each.delivery for each in owed), (), {})


def _digest(owed: Sequence[Owed], carried: Mapping[int, Carried]) -> Plan:
    new = [each for each in owed if each.entry not in carried]
    old = {each.delivery: carried[each.entry].post for each in owed if each.entry in carried}
    if not new:
        return Mention(old)
    alone = len(new) == 1
    shown = new if alone else owed
    return Make(
        kind="now" if alone else "digest",
        subscription=owed[0].subscription,
        period=max(each.due_at for each in owed),
        parts=tuple(Part(each.entry, each.because, carried[each.entry].posted_at if each.entry in carried else None) for each in shown),
        carries=tuple(each.delivery for each in new),
        mentions=() if alone else tuple(old),
        elsewhere=old if alone else {},
    )
