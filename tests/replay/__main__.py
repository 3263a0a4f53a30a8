"""make replay ARCHIVE="a.pdf b.pdf" ITEMS="items.jsonl": send CBP's messages again, and report what went wrong.

The archives have titles alone; lines of ITEMS, as {"guid", "published", "title", "text"}, bring texts.
"""

import argparse
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from jobs.migrations import upgrade
from jobs.store.database import Database
from tests.replay.messages import load
from tests.replay.replay import replay

LEAST_PRECISION = 0.98


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__)
    parser.add_argument("archive", nargs="+", type=Path)
    parser.add_argument("--items", nargs="*", type=Path, default=[])
    parser.add_argument("--since", default="", help="leave out what was sent before this day, as 2024-11-01")
    chosen = parser.parse_args()
    messages = [each for each in load(chosen.archive, chosen.items) if each.published and each.published.isoformat() >= chosen.since]
    with tempfile.TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/replay.db")) as db:
        upgrade.upgrade(db)
        result = replay(db, messages, show)
    print("\n".join(result.report()))
    return int(result.precision < LEAST_PRECISION or bool(result.unmarked or result.repeated or result.late))


def show(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {of:,} messages", end="\n" if done == of else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
