"""Freed memory goes back to the system, and threads share it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.feed_server import bulletins, serving
from tests.support.paths import ROOT
from tests.support.process import bot, content, eventually

COUNT_ARENAS = """
import sys, threading
from jobs.memory import limit_arenas
if sys.argv[1:]:
    limit_arenas()
threads = [threading.Thread(target=lambda: kept.append([bytes(1_000) for _ in range(1_000)])) for kept in [[]] for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
from tests.jobs.test_memory import count_arenas
print(count_arenas("self"))
"""

GIVE_BACK = """
import os
from pathlib import Path
from jobs.memory import give_back_memory
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
kept = [bytes(2_000) for _ in range(20_000)]
del kept[:-1]  # the last one is at the end of the heap
full = resident()
give_back_memory()
print(full - resident())
"""

pytestmark = [pytest.mark.process, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


def said(script: str, *words: str) -> int:
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


def count_arenas(process: object) -> int:
    """Count the arenas of a process beside the first, each of which reserves 64 MiB, most of which nobody may use yet."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    spans = [[int(each, 16) for each in line.split()[0].split("-")] for line in lines if "---p" in line]
    return sum(end % 0x4000000 == 0 and end - start < 0x4000000 for start, end in spans)


def test_threads_share_one_arena() -> None:
    if not said(COUNT_ARENAS):
        pytest.skip("the C library has no arenas")
    assert said(COUNT_ARENAS, "limited") == 0


def test_threads_of_the_bot_share_one_arena(tmp_path: Path, sqlite_url: str) -> None:
    if not said(COUNT_ARENAS):
        pytest.skip("the C library has no arenas")
    with serving(bulletins(3)) as feeds:
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds))}
        with bot("work", "Trade bot is polling and posting", **settings) as running:
            eventually(lambda: bool(feeds.asked("/csms.rss")), "it reads the feed, in threads")
            assert count_arenas(running.process.pid) == 0


def test_freed_memory_is_given_back() -> None:
    if not said(COUNT_ARENAS):
        pytest.skip("the C library is not glibc")
    assert said(GIVE_BACK) > 20_000_000
