"""make bench: prints every figure that is promised beside its bound, and fails when one is broken.

Linux only: it reads /proc for memory. The seconds are of this machine; the ratios compare within this run.
"""

import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import claims, digests, feeds, growth, latency, processes, publishing, questions, searching, slack, storm
from tests.benchmarks.measure import Row, hide_development_packages


def rows(folder: Path) -> Iterator[Row]:
    yield from processes.rows(folder)
    yield from questions.rows()
    yield from feeds.rows(folder)
    yield from publishing.rows(folder)
    yield from claims.rows(folder)
    yield from digests.rows(folder)
    yield from searching.rows(folder)
    yield from slack.rows(folder)
    yield from latency.rows(folder)
    yield from growth.rows(folder)
    yield from storm.rows(folder)


def main() -> int:
    logging.getLogger("jobs").setLevel(logging.ERROR)  # warnings of refused calls would stand between the rows
    broken = 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as hiding:
        hide_development_packages(Path(hiding))
        for row in rows(Path(folder)):
            bound = "" if row.bound is None else f"{'>=' if row.at_least else '<='} {row.bound:g} {row.unit}"
            verdict = "" if row.bound is None else "kept" if row.kept else "BROKEN"
            print(f"{row.name:<58} {row.value:>9.2f} {row.unit:<5} {bound:<14} {verdict:<7} {row.note}", flush=True)
            broken += not row.kept
    print(f"{broken} bounds broken" if broken else "every bound kept")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
