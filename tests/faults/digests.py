"""Digests around a change of daylight saving time, by several processes: each (subscription, period) once."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as at
from pathlib import Path
from zoneinfo import ZoneInfo

from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import Cadence
from jobs.publish import publish_entries
from jobs.states import CadenceKind
from jobs.store.database import Database
from tests.faults import hostile_slack, worker
from tests.faults.clock import FileClock
from tests.faults.harness import Processes, pace, waiting
from tests.faults.hostile_slack import Hostility
from tests.faults.judge import Verdict, judge
from tests.support.store import new, subscribe

CHANGES = {"spring": datetime(2026, 3, 8, 7, tzinfo=UTC), "fall": datetime(2026, 11, 1, 6, tzinfo=UTC)}
"""When New York's clocks change."""

HALF = timedelta(hours=24)
STEP = timedelta(minutes=15)
TIMES = (at(0), at(0, 30), at(1), at(1, 30), at(2), at(2, 15), at(2, 30), at(2, 45), at(3), at(3, 30), at(9), at(23, 45))
ZONES = ("America/New_York", "America/Los_Angeles", "UTC", "America/Phoenix")
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Result:
    wanted: int
    """Digests."""
    missing: list[str]
    """Each as "SUBSCRIPTION PERIOD"."""
    surplus: list[str]
    verdict: Verdict

    @property
    def clean(self) -> bool:
        return not self.missing and not self.surplus and self.verdict.clean


def run(  # six parameters: where, who and when
    url: str, folder: Path, processes: int, change: datetime, times: Sequence[at] = TIMES, *, half: timedelta = HALF
) -> Result:
    """Publish two entries every hour around a change, and deliver with real processes by a clock that is moved in steps."""
    begin, end = change - half, change + half
    clock = FileClock(folder / "clock")
    clock.set(begin)
    db = Database(url, clock)
    cadences = [(Cadence(CadenceKind.DAILY, each), zone) for zone in ZONES for each in times]
    cadences += [(Cadence(CadenceKind.WEEKLY, each, 6), ZONES[0]) for each in times]
    cadences += [(Cadence(CadenceKind.WEEKDAYS, each), ZONES[0]) for each in times]
    names = [f"C{number}" for number in range(len(cadences))]
    ids = [
        subscribe(db, cadence, to=ChannelRef("slack", "T1", name, name), zone=zone).id
        for name, (cadence, zone) in zip(names, cadences, strict=True)
    ]
    published: list[datetime] = []
    with hostile_slack.serving(Hostility(faults=0, history=0, looks=0)) as slack:
        slack.set_channels(dict.fromkeys(names, ""))
        job = worker.Job(url, slack.api_url, folder / "tally", {**pace(), "slots": {}}, clock=clock)
        Processes.set_forkserver_preload([worker.__name__])
        workers = [Processes.Process(target=worker.work, args=(job,), daemon=True) for _ in range(processes)]
        for each in workers:
            each.start()
        try:
            now = begin
            while now <= end:
                if now.minute == 30 and now < end - timedelta(hours=1):
                    publish(db, len(published), now)
                    published.append(now)
                until_quiet(db, now)
                now += STEP
                clock.set(now)
            assert all(each.exitcode is None for each in workers), "a process ended"
        finally:
            for each in workers:
                each.kill()
                each.join()
        messages, _ = slack.memory()
    db.close()
    due = {identity: periods(cadence, zone, published, end) for identity, (cadence, zone) in zip(ids, cadences, strict=True)}
    wanted = Counter(f"{identity} {period.isoformat()}" for identity, moments in due.items() for period in moments)
    seen = Counter(each.digest for each in messages if each.digest)
    owed = {
        name: [entry for number, moment in enumerate(published) if moment < max(due[identity], default=begin) for entry in pair(number)]
        for name, identity in zip(names, ids, strict=True)
    }
    return Result(wanted.total(), sorted((wanted - seen).elements()), sorted((seen - wanted).elements()), judge(messages, owed))


def pair(number: int) -> tuple[int, int]:
    """Return the entries of the n-th publication."""
    return 2 * number, 2 * number + 1


def publish(db: Database, number: int, now: datetime) -> None:
    with db.begin() as conn:
        both = [new(each, title=f"ENTRY-{each} opens a quota") for each in pair(number)]
        publish_entries(conn, "csms", both, now, backlog=False)


def until_quiet(db: Database, now: datetime) -> None:
    """Wait until nothing is due, and at least until every process has looked."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    time.sleep(2 * worker.EVERY.deliver)
    while not waiting(db, now).quiet:
        assert time.monotonic() < deadline, f"still waiting at {now}: {waiting(db, now)}"
        time.sleep(0.02)


def periods(cadence: Cadence, zone: str, published: Sequence[datetime], end: datetime) -> list[datetime]:
    """Return the moments at which a digest is due, from a calendar of every minute and not from the rule that the bot uses."""
    due = calendar(cadence, zone, published[0], end)
    return [moment for before, moment in zip([published[0], *due], due, strict=False) if any(before <= each < moment for each in published)]


def calendar(cadence: Cadence, zone: str, begin: datetime, end: datetime) -> list[datetime]:
    """Return the first minute of every matching day on which its clocks show the cadence's time or a later one."""
    found: dict[object, datetime] = {}
    moment = begin - timedelta(days=1)
    while moment <= end:
        local = moment.astimezone(ZoneInfo(zone))
        matching = {CadenceKind.WEEKDAYS: local.weekday() < 5, CadenceKind.WEEKLY: local.weekday() == cadence.weekday}
        if cadence.at is not None and local.time() >= cadence.at and matching.get(cadence.kind, True):
            found.setdefault(local.date(), moment)
        moment += timedelta(minutes=1)
    return [each for each in sorted(found.values()) if each > begin]
