"""Stop worker processes (SIGSTOP) for longer than a lease and a grace, then let them go on (SIGCONT)."""

import os
import signal
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

from tests.faults.harness import SETTLE_SECONDS, Run
from tests.faults.hostile_slack import Message
from tests.faults.points import CALLS, POINTS, RANDOM, Strike, read, write

SHARE = 1.2
"""How long a stop lasts, as a share of a lease and a grace together."""


@dataclass
class Stops:
    """Half of the stops are aimed: most at the points around a call, where a duplicate cannot be excluded."""

    count: int
    seen: int = 0
    """Lines of the tally that were read."""
    done: int = 0
    stopped: dict[int, float] = field(default_factory=dict)
    """Processes that stand still, and since when."""
    aimed: int = 0

    def __call__(self, run: Run) -> None:
        run.next_strike = lambda: self.strike(run)
        now = time.monotonic()
        struck = read(run.tally)
        self.stopped |= {each.pid: each.at for each in struck[self.seen :] if each.what == "stop"}
        self.seen = len(struck)
        for pid, since in tuple(self.stopped.items()):
            if now - since > SHARE * (run.plan.pace["lease"] + run.plan.pace["grace"]):
                del self.stopped[pid]
                with suppress(ProcessLookupError):  # it was killed meanwhile
                    os.kill(pid, signal.SIGCONT)
        stops = sum(each.what == "stop" for each in struck)
        run.busy = bool(self.stopped)
        free = [process.pid for process, began in run.workers if process.pid not in self.stopped and now - began > SETTLE_SECONDS]
        wanted = self.count * min(1.0, run.accepted / run.plan.posts)
        if stops < wanted and len(free) > 2 and len(self.stopped) < run.plan.processes / 2:
            victim = run.chance.choice(free)
            assert victim is not None
            write(run.tally, "stop", RANDOM, victim)
            os.kill(victim, signal.SIGSTOP)

    def strike(self, run: Run) -> Strike | None:
        """Aim a new process at a kill or at a stop."""
        self.aimed += 1
        if self.aimed % 2:
            return run.strike()
        return Strike(run.chance.choice((*CALLS, *CALLS, *POINTS)), run.chance.randint(1, 20), stop=True)


def explained(run: Run) -> tuple[list[str], list[str]]:
    """Return a line for each duplicate that a stop between check and call explains, and one for each other duplicate."""
    stops = [each for each in read(run.tally) if each.what == "stop"]
    copies: defaultdict[tuple[str, int], list[Message]] = defaultdict(list)
    for message in run.messages:
        for entry in message.entries:
            copies[message.channel, entry].append(message)
    logged: list[str] = []
    unexplained: list[str] = []
    for (channel, entry), messages in sorted(copies.items()):
        if len(messages) < 2:
            continue
        cause = next(
            (
                f"process {stop.pid} checked its lease, was stopped {stop.at - message.checked:.3f} s later ({stop.point}), "
                f"and its call was accepted {message.at - stop.at:.1f} s after that"
                for message in messages
                for stop in stops
                if stop.pid == message.worker and message.checked <= stop.at <= message.at
            ),
            None,
        )
        lines = unexplained if cause is None else logged
        lines.append(f"entry {entry} came {len(messages)} times in {channel}: {cause or 'no stop explains it'}")
        if cause is None:
            lines += [f"  {each}" for each in history(run, messages)]
    return logged, unexplained


def history(run: Run, messages: list[Message]) -> list[str]:
    """Return what happened to the processes that sent these messages, in seconds since the first check."""
    begin = min(each.checked for each in messages)
    found = [
        (each.at, f"accepted from {each.worker}, checked {each.checked - begin:.2f}, sent {each.sent - begin:.2f} {each.fault}")
        for each in messages
    ]
    found += [
        (each.at, f"{each.what} of {each.pid} {each.point}") for each in read(run.tally) if each.pid in {one.worker for one in messages}
    ]
    return [f"{at - begin:.2f} {what}" for at, what in sorted(found)]
