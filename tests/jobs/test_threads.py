"""Work in threads: what arrives during a call is done together by the next one, and nobody loses the end of it."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from jobs.threads import Together
from tests.support.paths import ROOT


class Work:
    """Doubles numbers; the first call waits until it may go on."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.began, self.go_on = threading.Event(), threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.calls.append(list(numbers))
        self.began.set()
        if len(self.calls) == 1:
            assert self.go_on.wait(30)
        if 13 in numbers:
            raise LookupError("no thirteen")
        return [ValueError(number) if number < 0 else 2 * number for number in numbers]


async def test_what_comes_during_a_call_is_done_by_the_next() -> None:
    together = Together[int, int](work := Work())
    first = asyncio.create_task(together.do(1))
    await asyncio.to_thread(work.began.wait)
    others = [asyncio.create_task(together.do(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    work.go_on.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6, 8]
    assert work.calls == [[1], [2, 3, 4]]
    assert await together.do(5) == 10
    assert work.calls[2:] == [[5]]


async def test_each_gets_its_own_error() -> None:
    together = Together[int, int](work := Work())
    work.go_on.set()
    one, two, three = await asyncio.gather(together.do(1), together.do(-2), together.do(3), return_exceptions=True)
    assert (one, three) == (2, 6)
    assert isinstance(two, ValueError)


async def test_a_call_that_fails_fails_for_all_of_its_items_and_for_no_later_ones() -> None:
    together = Together[int, int](work := Work())
    work.go_on.set()
    failed = await asyncio.gather(together.do(1), together.do(13), return_exceptions=True)
    assert [type(each) for each in failed] == [LookupError] * 2
    assert await together.do(3) == 6


async def test_a_cancellation_waits_for_the_end_of_the_work_also_of_what_waited_for_it() -> None:
    together = Together[int, int](work := Work())
    tasks = [asyncio.create_task(together.do(1))]
    await asyncio.to_thread(work.began.wait)
    tasks.append(asyncio.create_task(together.do(2)))
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    work.go_on.set()
    for task in tasks:
        with pytest.raises(asyncio.CancelledError):
            await task
    assert work.calls == [[1], [2]]


async def test_nobody_waits_for_results_once_all_tasks_are_canceled() -> None:
    together = Together[int, int](work := Work())
    tasks = [asyncio.create_task(together.do(1))]
    await asyncio.to_thread(work.began.wait)
    tasks.append(asyncio.create_task(together.do(2)))
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:  # as asyncio.run does at its end
        task.cancel()
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    work.go_on.set()
    done, _ = await asyncio.wait(tasks, timeout=10)
    assert [task.cancelled() for task in tasks if task in done] == [True, True]
    assert work.calls == [[1]]


async def test_whoever_waits_gets_what_ended_the_work_even_if_it_is_no_exception() -> None:
    class Killed(BaseException): ...

    def die(_items: Sequence[int]) -> Sequence[int | Exception]:
        raise Killed

    together = Together[int, int](die)
    with pytest.raises(Killed):
        await together.do(1)
    assert together._running is None


def test_jobs_leave_the_threads_of_answers_alone() -> None:
    found = [path.name for path in (ROOT / "jobs").rglob("*.py") if "asyncio.to_thread(" in path.read_text(encoding="utf-8")]
    assert found == []
