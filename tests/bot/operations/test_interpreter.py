"""Test that jobs in other threads do not delay answers."""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot import app
from bot import runtime as runtimes
from bot.operations.interpreter import freeze_objects, prefer_answers
from bot.server import address, listen, serve_until_stopped
from jobs.revisions import publish
from jobs.threads import THREADS, in_thread
from tests.bot.test_app import settings_of, small_content
from tests.support.process import eventually
from tests.support.sample_content import files


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    seconds = sys.getswitchinterval()
    yield
    sys.setswitchinterval(seconds)
    gc.unfreeze()


def test_jobs_leave_the_interpreter_to_answers_sooner_than_python_would_make_them() -> None:
    before = sys.getswitchinterval()
    prefer_answers()
    assert sys.getswitchinterval() <= before / 10


def test_objects_that_stay_are_collected_never_again_but_garbage_of_earlier_ones_is() -> None:
    class Circle:
        def __init__(self) -> None:
            self.itself = self

    gone = threading.Event()
    stays, replaced = Circle(), Circle()
    replaced.ends = type("Ends", (), {"__del__": lambda _: gone.set()})()  # type: ignore[attr-defined]
    freeze_objects()
    assert not any(each is stays for each in gc.get_objects())
    del replaced
    gc.collect()
    assert not gone.is_set()
    freeze_objects()
    assert gone.is_set()


async def test_a_reload_leaves_the_new_catalog_out_of_garbage_collections(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "REFRESH_SECONDS", 0.01)
    runtime = app.build(settings_of(sqlite_url, CONTENT_DIR=str(small_content(tmp_path / "content"))))
    async with runtime.keep_fresh():
        before = runtime.library.catalog
        changed = files() | {"glossary.yaml": files()["glossary.yaml"].replace("One system", "One large system")}
        await asyncio.to_thread(publish, runtime.db, changed, "someone")
        await asyncio.to_thread(eventually, lambda: runtime.library.catalog is not before and gc.get_freeze_count() > 0, "the reload")
    runtime.db.close()


async def test_a_server_prefers_answers_and_leaves_what_exists_when_it_starts_out_of_garbage_collections(sqlite_url: str) -> None:
    gc.unfreeze()  # what an earlier test has frozen
    seconds = sys.getswitchinterval()
    runtime = app.build(settings_of(sqlite_url))
    with closing(listen("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(serve_until_stopped(runtime, listening, jobs=False))
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{address('127.0.0.1', listening)}/healthz")).status_code == 200
        assert sys.getswitchinterval() < seconds
        assert gc.get_freeze_count() > 0
        os.kill(os.getpid(), signal.SIGTERM)
        await serving


async def test_an_answer_gets_a_thread_while_the_jobs_use_all_of_theirs() -> None:
    going_on = threading.Event()
    jobs = [asyncio.create_task(in_thread(going_on.wait)) for _ in range(10 * THREADS)]
    async with asyncio.timeout(30):
        assert await asyncio.to_thread(lambda: "answered") == "answered"
    assert not any(each.done() for each in jobs)
    going_on.set()
    assert all(await asyncio.gather(*jobs))
