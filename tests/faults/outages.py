"""Stop PostgreSQL at once under load and start it again, as often as wanted."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.harness import Run
from tests.support import postgres

DOWN_SECONDS = 1.0


@dataclass
class Server:
    """A PostgreSQL of its own, whose commits survive a stop at once."""

    handle: Any

    @property
    def url(self) -> str:
        found: str = self.handle.get_uri()
        return found

    def stop_at_once(self) -> None:
        self.control("-m", "immediate", "-w", "stop")

    def start(self) -> None:
        self.handle.ensure_postgres_running()

    def control(self, *words: str) -> None:
        package = postgres.package()
        package.pgexec.pgexec(
            "pg_ctl", ("-D", str(self.handle.pgdata), *words), bin_path=self.handle.bin_path, user=self.handle.system_user
        )


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    handle = postgres.package().get_server(folder / "postgres", cleanup_mode=None)
    postgres.configure(handle.get_uri(), {"fsync": "off", "full_page_writes": "off"})
    try:
        yield Server(handle)
    finally:
        handle.ensure_postgres_running()
        handle.stop()


@dataclass
class Outages:
    """Stops the server at even steps of the run's progress, and measures how long the next message takes after each start."""

    server: Server
    count: int
    done: int = 0
    started: float = 0.0
    before: int = 0
    """Messages that were accepted before the latest start."""
    recoveries: list[float] = field(default_factory=list)

    def __call__(self, run: Run) -> None:
        now = time.monotonic()
        if self.started and run.accepted > self.before:
            self.recoveries.append(now - self.started)
            self.started = 0.0
        run.busy = bool(self.started)
        if self.done < self.count and not self.started and run.accepted >= run.plan.posts * (self.done + 0.5) / (self.count + 1):
            self.server.stop_at_once()
            time.sleep(DOWN_SECONDS)
            self.server.start()
            self.done += 1
            self.started, self.before = time.monotonic(), run.slack.count()
