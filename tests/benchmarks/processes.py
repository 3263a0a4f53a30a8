"""Whole processes: the command line's answer, the start, the idle memory."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import Row, paired, resident_mib
from tests.feed_server import bulletins, serving
from tests.running import bot, content

ASKS = 21
SETTLE_SECONDS = 8
"""Until the first polls are over and what they needed is given back."""


def rows(folder: Path) -> Iterator[Row]:
    ratio, ours, theirs = paired([sys.executable, "-m", "bot", "ask", "/pti revenue"], [sys.executable, "-c", "pass"], ASKS)
    yield Row("ask '/pti revenue' against python -c pass", ratio, "x", 6, f"{ours * 1000:.0f} ms against {theirs * 1000:.0f} ms")
    with serving(bulletins(100)) as server:
        settings = {"CONTENT_DIR": str(content(folder / "content", server)), "DATABASE_URL": f"sqlite:///{folder / 'run.db'}"}
        yield Row("run: first start until it is ready, migrating", ready(settings), "s", None)
        yield Row("run: a second start until it is ready", ready(settings), "s", 1.5)
        with bot("run", "http://", **settings) as running:
            time.sleep(SETTLE_SECONDS)
            yield Row("run: memory when idle, polling every second", resident_mib(running.process.pid), "MiB", 100)


def ready(settings: dict[str, str]) -> float:
    """Seconds from the start of the process until /readyz answers 200."""
    begin = time.perf_counter()
    with bot("run", "http://", **settings) as running:
        while running.get("/readyz")[0] != 200:
            time.sleep(0.01)
        return time.perf_counter() - begin
