"""Points at which a worker process is killed or stopped. Product code has no hooks: the worker wraps what it calls."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs.store import channels, posts
from jobs.store.database import Connection, Database
from tests.faults.clock import OffsetClock

COMMITS = ("claim", "intent", "renewal", "settlement")
"""Transactions with a point before and one after the commit. `watch_steps` names them by the store's functions that they call."""

CALLS = ("before the call", "request sent, no answer yet", "after the call")
LOOKS = ("before a look", "after a look")
COMPOSING = "while composing"
POINTS = (*(f"{when} the {what} commits" for what in COMMITS for when in ("before", "after")), COMPOSING, *CALLS, *LOOKS)
SELDOM = (*LOOKS, "before the renewal commits", "after the renewal commits")
"""Points that only few posts pass."""
PUBLICATION = "publication"
PUBLISHING = (f"before the {PUBLICATION} commits", f"after the {PUBLICATION} commits")
RANDOM = "at a random moment"


@dataclass(frozen=True, slots=True)
class Strike:
    """Kill or stop this process when it passes a point for the n-th time."""

    point: str
    passage: int
    stop: bool = False


@dataclass
class Points:
    """Counts passages and strikes. The tally is a file, a line a strike, which outlives the process."""

    tally: Path
    strike: Strike | None = None
    passed: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pass_(self, point: str) -> None:
        with self.lock:  # several threads work at once
            self.passed[point] += 1
            struck = self.strike is not None and (self.strike.point, self.strike.passage) == (point, self.passed[point])
        if struck and self.strike is not None:
            write(self.tally, "stop" if self.strike.stop else "kill", point)
            os.kill(os.getpid(), signal.SIGSTOP if self.strike.stop else signal.SIGKILL)


def write(tally: Path, what: str, point: str, pid: int | None = None) -> None:
    """Add a line in one write, which other processes cannot split."""
    file = os.open(tally, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{what}\t{point}\t{pid or os.getpid()}\t{time.monotonic()}\n".encode())
    os.close(file)


@dataclass(frozen=True, slots=True)
class Struck:
    """A line of the tally."""

    what: str
    point: str
    pid: int
    at: float


def read(tally: Path) -> list[Struck]:
    lines = tally.read_text().splitlines() if tally.exists() else []
    return [Struck(what, point, int(pid), float(at)) for what, point, pid, at in (line.split("\t") for line in lines)]


_here = threading.local()


class WatchedDatabase(Database):
    """Passes a point right before and right after every commit of a named step."""

    def __init__(self, url: str, points: Points, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(url, clock, clock_runs=isinstance(clock, OffsetClock))
        self.points = points

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        steps: list[str] = []
        _here.steps = steps
        with super().begin() as conn:
            yield conn
            for step in steps:
                self.points.pass_(f"before the {step} commits")
        for step in steps:
            self.points.pass_(f"after the {step} commits")


def note(step: str) -> None:
    """Name the transaction that this thread is in."""
    steps: list[str] = getattr(_here, "steps", [])
    if step not in steps:
        steps.append(step)


def patch(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
    """Replace an attribute of a module or class. Only ever called in a process of its own."""
    setattr(owner, name, wrap(getattr(owner, name)))


def watch_steps() -> None:
    """Let the store's functions name the transactions that call them."""
    patch(channels, "claim", lambda claim: _noting("claim", claim))
    patch(channels, "renew", lambda renew: _noting("renewal", renew))
    patch(posts, "begin_sending", lambda begin: _noting("intent", begin))
    for name in ("mark_sent", "mark_pending", "mark_unknown", "mark_dead"):
        patch(posts, name, lambda mark: _noting("settlement", mark))


def _noting(step: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """Name the transaction unless the function returns None, False or nothing claimed where it returns anything."""

    def noted(*arguments: Any, **named: Any) -> Any:
        result = act(*arguments, **named)
        if step == "settlement" or result not in (None, False, []):
            note(step)
        return result

    return noted
