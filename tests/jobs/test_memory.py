"""Freed memory goes back to the system, and threads share it."""

import subprocess
import sys

import pytest

from tests.support.paths import ROOT

COUNT_ARENAS = """
import sys, threading
from pathlib import Path
from jobs.memory import limit_arenas
if sys.argv[1:]:
    limit_arenas()
threads = [threading.Thread(target=lambda: kept.append([bytes(1_000) for _ in range(1_000)])) for kept in [[]] for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# an arena beside the first reserves 64 MiB, most of which nobody may use yet
reserved = [line.split()[0].split("-") for line in Path("/proc/self/maps").read_text().splitlines() if "---p" in line]
spans = [(int(start, 16), int(end, 16)) for start, end in reserved]
print(sum(end % 0x4000000 == 0 and end - start < 0x4000000 for start, end in spans))
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


def test_threads_share_one_arena() -> None:
    if not said(COUNT_ARENAS):
        pytest.skip("the C library has no arenas")
    assert said(COUNT_ARENAS, "limited") == 0


def test_freed_memory_is_given_back() -> None:
    if not said(COUNT_ARENAS):
        pytest.skip("the C library is not glibc")
    assert said(GIVE_BACK) > 20_000_000
