"""A digest to a thousand channels at once, on a clock that jumps over all waiting, against what the platform's rate limits allow."""

import asyncio
import math
import selectors
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event

from handlers.replies import posts
from jobs.deliver import deliver_due
from jobs.migrations.upgrade import upgrade
from jobs.models.channels import ChannelRef
from jobs.outcomes import Outcome, Retry, Sent
from jobs.schedule import Every
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.support.delivery import NINE
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import WEEKDAYS, publish, subscribe
from tests.support.stub_platform import Platform

CHANNELS = 1_000
ENTRIES = 3
CALL_SECONDS = 0.4
"""The time of a call to the platform, answered or refused."""
RATE = 10.0
"""Messages a second that the workspace may get; Slack allows several hundred a minute."""
BURST = 10
CHANNEL_SECONDS = 1.0
MAX_RATIO = 1.02

T = TypeVar("T")


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while everything waits. What runs in threads elsewhere runs at once and takes no time."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_Jumps(self))

    def time(self) -> float:
        return self.now

    def run_in_executor(self, _: object, work: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(work(*args))
        except Exception as error:
            done.set_exception(error)
        return done


class _Jumps(selectors.DefaultSelector):
    def __init__(self, loop: SimulatedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        self._loop.now += timeout or 0.0
        return super().select(0)


@dataclass
class LimitedPlatform(Platform):
    """Refuses what comes too soon for the workspace or the channel, and names the whole seconds to wait, as Slack does."""

    accepted: list[float] = field(default_factory=list)
    """When each message was accepted."""
    refusals: int = 0
    _credit: float = BURST
    _at: float = 0.0
    _latest: dict[str, float] = field(default_factory=dict)

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:  # noqa: ARG002  # Sender's
        await asyncio.sleep(CALL_SECONDS)
        now = asyncio.get_running_loop().time()
        self._credit, self._at = min(self._credit + (now - self._at) * RATE, BURST), now
        wait = max((1 - self._credit) / RATE, self._latest.get(channel.id, -CHANNEL_SECONDS) + CHANNEL_SECONDS - now)
        if wait > 1e-9:
            self.refusals += 1
            return Retry(float(math.ceil(wait)), "ratelimited")
        self._credit -= 1
        self._latest[channel.id] = now
        self.accepted.append(now)
        return Sent(f"{len(self.accepted)}.000001")


def rows(folder: Path) -> Iterator[Row]:
    platform = deliver_all(f"sqlite:///{folder / 'digests.db'}", CHANNELS)
    taken, ideal = platform.accepted[-1], shortest(CHANNELS)
    what = f"a digest to {CHANNELS:,} channels, against the rate limits' ideal"
    note = f"{taken:.1f} s against {ideal:.1f} s, simulated; {platform.refusals:,} calls refused"
    yield Row(what, taken / ideal, "x", MAX_RATIO, note)


def shortest(messages: int) -> float:
    """Return the seconds that the limits of the workspace need for so many messages, each to a channel of its own."""
    return CALL_SECONDS + max(0, messages - BURST) / RATE


def deliver_all(url: str, count: int, every: float = Every().deliver) -> LimitedPlatform:
    """Deliver a digest to so many channels, looking as often as the schedule does, and return the platform that got them."""
    loop, platform = SimulatedLoop(), LimitedPlatform()
    db = Database(url, lambda: NINE - timedelta(hours=1), clock_runs=True)
    event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF").close())  # the disk's time does not count
    upgrade(db)
    for number in range(count):
        subscribe(db, WEEKDAYS, to=ChannelRef("slack", "T1", f"C{number}", "#trade"))
    publish(db, *range(1, ENTRIES + 1))
    db.clock = lambda: NINE + timedelta(seconds=loop.now)

    async def run() -> None:
        deliver = partial(deliver_due, db, {"slack": platform}, lambda bundle: posts.compose(bundle, CATALOG, NEW_YORK), chance=lambda: 0.0)
        ticks = 0
        while len(platform.accepted) < count:
            await deliver()
            ticks = max(ticks + 1, math.ceil(loop.now / every))
            await asyncio.sleep(ticks * every - loop.now)

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())
    db.close()
    return platform
