"""Notice that a clock was set, while the process runs."""

import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=2)
"""Smaller steps count as none: no lease, back-off or interval is as short."""


def uptime() -> float:
    """Return the seconds of a clock that nobody can set and, where the system has one, that goes on while the machine is suspended."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class ClockMonitor:
    """Compares the readings of a clock with the machine's uptime, which nobody can set. Threads may share it."""

    def __init__(self, monotonic: Callable[[], float] = uptime) -> None:
        self.monotonic = monotonic
        self._lock = threading.Lock()
        self._last: tuple[bool, datetime, datetime] | None = None
        self._steps = 0
        self._repaired: int | None = None

    def note(self, reading: datetime, began: float | None) -> None:
        """Compare a reading that was taken between `began`, on the monotonic clock, and now.

        Without `began`, which a test's clock does not have, only a clock that was set back is noticed.
        """
        # a thread may be late with its reading, so the difference of the two clocks is known only within limits
        least = reading if began is None else reading - timedelta(seconds=self.monotonic())
        most = reading if began is None else reading - timedelta(seconds=began)
        with self._lock:
            if self._last is not None and self._last[0] == (began is None):
                back, forward = most < self._last[1] - TOLERANCE, least > self._last[2] + TOLERANCE
                self._steps += back or (forward and began is not None)
            self._last = began is None, least, most

    @property
    def steps(self) -> int:
        """How often the clock was set since the process started."""
        return self._steps

    @property
    def unchecked(self) -> bool:
        """Whether the clock was set since the stored moments were last repaired, or they never were."""
        return self._repaired != self._steps

    def repaired(self, steps: int) -> None:
        """Call this after a repair that began at this number of steps."""
        with self._lock:
            self._repaired = max(steps, self._repaired or 0)
