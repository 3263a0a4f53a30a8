"""Repeat a look into the database only if something was written since the last one."""

import math
import time
from collections.abc import Awaitable, Callable

from jobs.store.database import Database

Look = Callable[[], Awaitable[object]]


def if_written(db: Database, look: Look, revision: Callable[[], int] = int, due_at: Callable[[], float] = lambda: math.inf) -> Look:
    """Return a look that is skipped while nothing was written, and the process has the same revision, since it last succeeded.

    `due_at` is the time on the monotonic clock from which it is made in any case. What becomes due by time otherwise, or because the clock
    was set, is found at the next heartbeat of a worker, which is written as well. A server cannot tell what was written for less than a
    look costs, so there each look is made.
    """
    seen: object = None

    async def look_if_written() -> None:
        nonlocal seen
        version = db.data_version()
        state = None if version is None else (version, revision())
        if state is None or state != seen or time.monotonic() >= due_at():
            seen = None  # a look that fails is repeated
            await look()
            seen = state

    return look_if_written
