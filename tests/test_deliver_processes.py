"""Several worker processes that are killed while they send: nothing is lost, repeated or out of order.

Judged from what the platform took, not from our own database. The blind run shows that the harness would see it.
"""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from jobs.store.database import Database
from tests.killed_worker import KILLED
from tests.owing import channel, publish, subscribe

ENTRIES, PROCESSES = 8, 2


def run(db: Database, tmp_path: Path, channels: int, blind: str) -> tuple[dict[str, list[str]], int]:
    """What every channel got, and how often a process died."""
    for number in range(channels):
        subscribe(db, to=channel(f"C{number}"))
    for number in range(ENTRIES):
        publish(db, number)
    took = tmp_path / "took.jsonl"
    seeds = iter(range(1000))
    url = db.url.render_as_string(hide_password=False)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "tests.killed_worker", url, str(took), str(next(seeds)), blind])

    workers = [start() for _ in range(PROCESSES)]
    killed = 0
    while workers:
        code = workers[0].wait(120)
        workers.pop(0)
        assert code in (0, KILLED)
        if code == KILLED:
            killed += 1
            workers.append(start())
    got = defaultdict(list)
    for line in took.read_text().splitlines():
        message = json.loads(line)
        got[message["channel"]].append(message["says"])
    return got, killed


def test_killed_processes_lose_nothing_and_repeat_nothing(db: Database, tmp_path: Path) -> None:
    got, killed = run(db, tmp_path, 6, "seeing")
    assert got == {f"C{number}": [str(number) for number in range(ENTRIES)] for number in range(6)}
    assert killed >= 3


def test_without_looking_first_the_harness_sees_repetitions(sqlite_db: Database, tmp_path: Path) -> None:
    got, _ = run(sqlite_db, tmp_path, 3, "blind")
    assert all(set(says) == {str(number) for number in range(ENTRIES)} for says in got.values())
    assert sum(map(len, got.values())) > 3 * ENTRIES
