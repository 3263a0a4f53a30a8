"""Restore backups, cut the power and fill the disk while posts go out."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from jobs import restorations
from tests.faults import power
from tests.faults.harness import Run
from tests.support.paths import ROOT


@dataclass
class Restorations:
    """Back up under load, go on for a while, then kill every process and restore the backup."""

    count: int
    folder: Path
    noticed: bool = True
    """Whether the bot notices that its database is a copy."""
    done: int = 0
    backed_up_at: int | None = None
    """How many messages had been accepted when the backup was made."""

    def __call__(self, run: Run) -> None:
        run.busy = self.done < self.count
        share = run.plan.posts / (2 * self.count)
        if run.busy and self.backed_up_at is None and run.accepted >= share * (2 * self.done + 0.5):
            self.command(run, "backup", "--replace")
            self.backed_up_at = run.accepted
        elif self.backed_up_at is not None and run.accepted >= self.backed_up_at + share:
            run.stop_all()
            self.command(run, "restore")
            if self.noticed:
                assert restorations.notice_copy(run.db) is not None
            else:
                forget(run)
            run.go_on()
            self.done, self.backed_up_at = self.done + 1, None

    def command(self, run: Run, name: str, *options: str) -> None:
        words = (sys.executable, "-m", "bot", name, str(self.folder / "backup.db"), *options)
        subprocess.run(words, cwd=ROOT, env={"DATABASE_URL": run.url}, check=True, stdout=subprocess.DEVNULL)


def forget(run: Run) -> None:
    """Remove the mark of a copy."""
    with run.db.begin() as conn:
        conn.exec_driver_sql("DELETE FROM restoration")


@dataclass
class PowerCuts:
    count: int
    done: int = 0
    begun: bool = False

    def __call__(self, run: Run) -> None:
        path, synced = Path(run.url.removeprefix("sqlite:///")), run.plan.synced
        assert synced is not None
        if not self.begun:  # what this process stored, before any other begins
            power.begin(path, synced)
            self.begun = True
        run.busy = self.done < self.count
        if run.busy and run.accepted >= run.plan.posts * (self.done + 0.5) / self.count:
            run.stop_all()
            power.cut(path, synced)
            run.go_on()
            self.done += 1


@dataclass
class FullDisks:
    count: int
    done: int = 0
    until: float = 0.0

    def __call__(self, run: Run) -> None:
        full, now = run.plan.full, time.monotonic()
        assert full is not None
        run.busy = self.done < self.count or full.exists()
        if full.exists() and now > self.until:
            full.unlink()
        elif self.done < self.count and not full.exists() and run.accepted >= run.plan.posts * (self.done + 0.5) / self.count:
            full.touch()
            self.until, self.done = now + 1.5 * run.plan.pace["lease"], self.done + 1
