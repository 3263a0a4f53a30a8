"""Run blocking work in a thread without losing its end, and what comes meanwhile together.

The jobs run each transaction with a function of this module, in threads of their own; answers use `asyncio.to_thread`. So neither waits
for a thread of the other, and a job that is cancelled ends only when its transaction has.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


THREADS = 4
"""For what posts and polls wait for. They are few, because all share one interpreter."""

FEED_THREADS = 2
"""Entries of feeds may take seconds to store, or wait for a lock as long. Meanwhile, leases are renewed and posts are settled in time."""

UPKEEP_THREADS = 2
"""Threads for upkeep of the database, which may take as long; no post waits for it."""


@cache
def _pool(name: str, threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, name)


async def in_thread(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a transaction in a thread of the jobs. A cancellation waits for its end, since a thread cannot be stopped."""
    return await _run_in(_pool("jobs", THREADS), partial(work, *args, **kwargs))


async def in_feed_thread(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the same with what a feed brought."""
    return await _run_in(_pool("feeds", FEED_THREADS), partial(work, *args, **kwargs))


async def in_upkeep_thread(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the same with a tick that no post and no poll waits for."""
    return await _run_in(_pool("upkeep", UPKEEP_THREADS), partial(work, *args, **kwargs))


async def _run_in(pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await _until_end(asyncio.get_running_loop().run_in_executor(pool, partial(copy_context().run, call)))


async def _until_end(running: asyncio.Future[T]) -> T:
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


@dataclass(slots=True)
class Together(Generic[T, R]):
    """Runs work in a thread, one call at a time; what is to be done during a call is done together by the next.

    A transaction for each would wait for the disk as often. `work` returns a result or an error for each of its items.
    """

    work: Callable[[Sequence[T]], Sequence[R | Exception]]
    _waiting: list[tuple[T, asyncio.Future[R]]] = field(default_factory=list)
    _running: asyncio.Task[None] | None = None

    async def do(self, item: T) -> R:
        """Return the result. A cancellation waits for the end of the work."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await _until_end(done)

    async def _run(self) -> None:
        taken: list[tuple[T, asyncio.Future[R]]] = []
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                for (_, done), result in zip(taken, await self._call([item for item, _ in taken]), strict=True):
                    if isinstance(result, Exception):
                        done.set_exception(result)
                    else:
                        done.set_result(result)
        except BaseException as error:  # also a cancellation, as by a loop that ends: nobody may wait for a result that does not come
            for _, done in [*taken, *self._waiting]:
                if isinstance(error, asyncio.CancelledError):
                    done.cancel()
                elif not done.done():
                    done.set_exception(error)
            self._waiting = []
            raise
        finally:
            self._running = None

    async def _call(self, items: Sequence[T]) -> Sequence[R | Exception]:
        try:
            return await in_thread(self.work, items)
        except Exception as error:
            return [error] * len(items)
