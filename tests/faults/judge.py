"""Judge a run from the messages that Slack accepted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.hostile_slack import Message


@dataclass(frozen=True, slots=True)
class Verdict:
    lost: list[tuple[str, int]]
    """Channel and entry."""
    twice: list[tuple[str, int]]
    disordered: list[tuple[str, int]]
    """Entries that came after a message with a later one."""
    foreign: list[tuple[str, int]] = field(default_factory=list)
    """Entries that the channel was not owed."""

    @property
    def clean(self) -> bool:
        return not (self.lost or self.twice or self.disordered or self.foreign)


def judge(accepted: Iterable[Message], owed: Mapping[str, Sequence[int]]) -> Verdict:
    """`owed`: each channel's entries in the order of their publication, which is the order of their numbers.

    The entries within one message are in no order: a digest groups them by topic.
    """
    shown: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for message in accepted:
        shown[message.channel].append(message.entries)
    lost, twice, disordered, foreign = [], [], [], []
    for channel in sorted({*owed, *shown}):
        times = Counter(entry for entries in shown[channel] for entry in entries)
        wanted = set(owed.get(channel, ()))
        lost += [(channel, entry) for entry in sorted(wanted) if not times[entry]]
        foreign += [(channel, entry) for entry in sorted(times) if entry not in wanted]
        twice += [(channel, entry) for entry, count in sorted(times.items()) for _ in range(count - 1)]
        newest, seen = -1, set[int]()
        for entries in shown[channel]:
            disordered += [(channel, entry) for entry in entries if entry < newest and entry not in seen]
            newest = max((newest, *entries))
            seen.update(entries)
    return Verdict(lost, twice, disordered, foreign)
