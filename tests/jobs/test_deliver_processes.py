"""Several worker processes that are killed while they send: nothing is lost, repeated or out of order.

Judged from what the platform took, not from our own database.
"""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from jobs.store.database import Database
from tests.support.killed_worker import KILLED
from tests.support.paths import ROOT
from tests.support.store import channel, publish, subscribe

pytestmark = pytest.mark.process

CHANNELS, ENTRIES, PROCESSES = 6, 8, 2


def run(db: Database, tmp_path: Path) -> tuple[dict[str, list[str]], int]:
    """Return the messages of every channel, and how often a process died."""
    for number in range(CHANNELS):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, *range(ENTRIES))
    took = tmp_path / "took.jsonl"
    seeds = iter(range(1000))
    url = db.url.render_as_string(hide_password=False)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "tests.support.killed_worker", url, str(took), str(next(seeds))], cwd=ROOT)

    workers = [start() for _ in range(PROCESSES)]
    killed = 0
    try:
        while workers:
            code = workers[0].wait(120)
            assert code in (0, KILLED)
            workers.pop(0)
            if code == KILLED:
                killed += 1
                workers.append(start())
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    got = defaultdict(list)
    for line in took.read_text().splitlines():
        message = json.loads(line)
        got[message["channel"]].append(message["says"])
    return got, killed


def test_killed_processes_lose_nothing_and_repeat_nothing(db: Database, tmp_path: Path) -> None:
    got, killed = run(db, tmp_path)
    assert got == {f"C{number}": [str(number) for number in range(ENTRIES)] for number in range(CHANNELS)}
    assert killed, "nobody was killed, so nothing was shown"
