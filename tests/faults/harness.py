"""Drive a run: publish entries, keep worker processes alive, kill them, close channels, and wait until nothing is left to do."""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from handlers.command import Command, Context, Person
from handlers.router import dispatch, resolve
from jobs.models.channels import ChannelRef
from jobs.states import UNFINISHED, PostState
from jobs.store.database import Database
from jobs.store.schema import channel, delivery, entry, post
from tests.faults import worker
from tests.faults.clock import OffsetClock
from tests.faults.hostile_slack import Hostility, Message, Slack
from tests.faults.judge import Verdict, judge
from tests.faults.points import POINTS, PUBLISHING, RANDOM, SELDOM, Strike, Struck, read, write
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import subscribe


def pace(times: float = 1.0) -> dict[str, Any]:
    """Return the arguments of a Pace: the product's times divided by eight, multiplied for a slow machine."""
    return {"lease": 3.0 * times, "timeout": 3.6 * times, "grace": 3.6 * times, "slots": {"slack": 0.05}, "look": 0.2, "workers": 8}


SELDOM_SHARE = 0.15
"""How often a point of SELDOM is passed for each post."""
TICK_SECONDS, QUIET_SECONDS, STALL_SECONDS = 0.03, 0.3, 120.0
POLITE, STOP_PATIENCE = 0.1, 30.0
"""The share of random ends by SIGTERM, which do not count as kills, and how long such an end may take."""
SETTLE_SECONDS = 0.3
"""The age at which a process may be killed at random."""
DEPTH = 4
"""Posts a channel that may wait before the next entry is published."""
WORDS = ("not_in_channel", "is_archived")
"""Slack's words for a closed channel."""

Processes = multiprocessing.get_context("forkserver")
"""Workers are forked from a process that has imported everything: a start takes milliseconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    processes: int
    channels: int
    entries: int
    kills: int = 0
    closed: float = 0.0
    """The share of channels that are closed at any time."""
    closed_seconds: float = 12.0
    """The longest that a channel stays closed if no worker tries to post there."""
    hostility: Hostility = field(default_factory=Hostility)
    pace: Mapping[str, Any] = field(default_factory=pace)
    max_back_off: float = 37.5
    """The product's five minutes, divided by eight."""
    ablation: str = ""
    synced: Path | None = None
    """Where the files of SQLite are kept as they were synced."""
    full: Path | None = None
    """The disk of the workers is full as long as this file exists."""
    survives: tuple[type[Exception], ...] = ()
    """Errors of the database that the run expects."""
    clock: OffsetClock | None = None
    """The database's."""
    machines: tuple[OffsetClock | timedelta, ...] = (timedelta(0),)
    """The clocks of the machines on which workers run, in turn, or how far they are ahead."""

    @property
    def posts(self) -> int:
        return self.channels * self.entries


@dataclass(frozen=True, slots=True)
class Waiting:
    """The posts that the database still holds. They decide when a run ends, not what is lost."""

    owed: int
    unfinished: int
    paused: int
    held: int
    dead: int

    @property
    def quiet(self) -> bool:
        return not (self.owed or self.unfinished)


@dataclass(frozen=True, slots=True)
class Report:
    posts: int
    verdict: Verdict
    struck: list[Struck]
    waiting: Waiting
    faults: Mapping[str, int]
    closings: int
    overdue: list[tuple[str, int]]
    """Repeated entries of which a copy appeared later than the grace after it was sent."""
    exits: list[int | None]
    """The exit codes of processes that nobody ended."""
    notices: Counter[str]
    """How often each notice to the admins was accepted."""
    seconds: float

    @property
    def kills(self) -> Counter[str]:
        return Counter(each.point for each in self.struck if each.what == "kill")


class Run:
    """One run on a migrated, empty database."""

    def __init__(self, plan: Plan, url: str, slack: Slack, tally: Path, also: Callable[["Run"], None] = lambda _: None) -> None:
        """`also` acts at every tick. A run that is to outlive the database's outages survives its errors."""
        Processes.set_forkserver_preload([worker.__name__])
        self.plan, self.url, self.slack, self.tally = plan, url, slack, tally
        self.db = Database(url)
        self.chance = random.Random(plan.hostility.seed)  # noqa: S311  # to be repeatable
        self.names = [f"C{number}" for number in range(plan.channels)]
        self.workers: list[tuple[BaseProcess, float]] = []
        self.publisher: BaseProcess | None = None
        self.begun = self.published = 0
        self.accepted = 0
        self.closed: dict[str, float] = {}
        self.closings = 0
        self.also = also
        self.busy = False
        """Whether `also` has not ended yet."""
        self.next_strike: Callable[[], Strike | None] = self.strike
        self.messages: list[Message] = []
        self.exits: list[int | None] = []
        self.aimed: Counter[str] = Counter()
        self.changed_at = time.monotonic()

    def __call__(self) -> Report:
        begin = time.monotonic()
        self.slack.set_channels(dict.fromkeys((*self.names, worker.ADMINS.id), ""))
        for name in self.names:
            subscribe(self.db, to=ChannelRef("slack", "T1", name, name))
        try:
            self.until_quiet()
        finally:
            self.end()
        messages, faults = self.slack.memory()
        self.messages = [each for each in messages if each.channel != worker.ADMINS.id]
        report = Report(
            posts=self.plan.posts,
            verdict=judge(self.messages, dict.fromkeys(self.names, range(1, self.published + 1))),
            struck=read(self.tally),
            waiting=waiting(self.db),
            faults=faults,
            closings=self.closings,
            overdue=overdue(self.messages, self.plan.pace["grace"]),
            exits=self.exits,
            notices=Counter(each.post for each in messages if each.channel == worker.ADMINS.id),
            seconds=time.monotonic() - begin,
        )
        self.db.close()
        return report

    def until_quiet(self) -> None:
        looked_at = 0.0
        while True:
            self.tick()
            time.sleep(TICK_SECONDS)
            now = time.monotonic()
            if now - looked_at > QUIET_SECONDS:
                looked_at = now
                if self.published == self.plan.entries and not self.closed and not self.busy and self.is_quiet():
                    time.sleep(3 * self.plan.hostility.timeout * self.plan.hostility.late)
                    if self.is_quiet():
                        return
            if now - self.changed_at > STALL_SECONDS:
                return

    def is_quiet(self) -> bool:
        with suppress(*self.plan.survives):
            return waiting(self.db).quiet
        return False

    def tick(self) -> None:
        accepted = self.slack.count()
        if accepted != self.accepted:
            self.accepted, self.changed_at = accepted, time.monotonic()
        self.also(self)
        self.kill()
        self.keep_workers()
        with suppress(*self.plan.survives):
            self.publish()
            self.move_channels()

    # entries

    def publish(self) -> None:
        """Publish the next entry when most of the earlier ones are posted. A killed publisher is started again."""
        if self.publisher is not None:
            if self.publisher.exitcode is None:
                return
            self.published += self.publisher.exitcode == 0
            self.publisher = None
        stalled = time.monotonic() - self.changed_at > STALL_SECONDS / 8
        full = self.published * self.plan.channels - self.accepted > DEPTH * self.plan.channels
        if self.published == self.plan.entries or (full and not stalled):
            return
        number = self.published + 1
        struck = self.plan.kills and number % 3 == 0 and number != self.begun
        strike = Strike(PUBLISHING[number // 3 % 2], 1) if struck else None
        self.begun = number
        self.publisher = Processes.Process(target=worker.publish, args=(self.job(strike), number), daemon=True)
        self.publisher.start()

    # workers

    def keep_workers(self) -> None:
        ended = [process for process, _ in self.workers if process.exitcode is not None]
        if ended:
            struck = {each.pid for each in read(self.tally)}
            self.exits += [process.exitcode for process in ended if process.pid not in struck]
        self.workers = [(process, began) for process, began in self.workers if process.exitcode is None]
        while len(self.workers) < self.plan.processes:
            machine = self.plan.machines[len(self.workers) % len(self.plan.machines)]
            job = replace(self.job(self.next_strike()), machine=machine)
            process = Processes.Process(target=worker.work, args=(job,), daemon=True)
            process.start()
            self.workers.append((process, time.monotonic()))

    def job(self, strike: Strike | None) -> worker.Job:
        plan = self.plan
        job = worker.Job(self.url, self.slack.api_url, self.tally, plan.pace, plan.max_back_off, strike, plan.ablation)
        return replace(job, clock=plan.clock, synced=plan.synced, full=plan.full)

    def stop_all(self) -> None:
        """Kill every process, and let go of the database, so that its files can be replaced."""
        self.end()
        self.workers, self.publisher = [], None
        self.db.close()

    def go_on(self) -> None:
        """Publish again what the database does not know, as a feed does."""
        with self.db.read() as conn:
            self.published = self.begun = conn.execute(select(func.count()).select_from(entry)).scalar_one()

    def strike(self) -> Strike | None:
        """Aim a new process at the point that was hit least, until half of the kills are done. The other half is random."""
        hits = self.hits()
        if sum(hits.values()) - hits[RANDOM] >= self.plan.kills / 2:
            return None
        point = min(POINTS, key=lambda name: (hits[name] + self.aimed[name] / 2, self.chance.random()))
        self.aimed[point] += 1
        reach = 2 * self.plan.posts / self.plan.kills  # posts from one of these kills to the next
        return Strike(point, self.chance.randint(1, max(1, int(reach * (SELDOM_SHARE if point in SELDOM else 1)))))

    def kill(self) -> None:
        """Kill as much as the progress of the run allows for."""
        wanted = self.plan.kills * min(1.0, self.accepted / self.plan.posts)
        running = [process for process, began in self.workers if process.exitcode is None and time.monotonic() - began > SETTLE_SECONDS]
        if running and sum(self.hits().values()) < wanted:
            victim = self.chance.choice(running)
            polite = self.chance.random() < POLITE
            write(self.tally, "term" if polite else "kill", RANDOM, victim.pid)
            (victim.terminate if polite else victim.kill)()
            victim.join(None if not polite else STOP_PATIENCE)

    def hits(self) -> Counter[str]:
        return Counter(each.point for each in read(self.tally) if each.what == "kill")

    def end(self) -> None:
        for process in (*(process for process, _ in self.workers), *((self.publisher,) if self.publisher else ())):
            process.kill()
            process.join()

    # channels

    def move_channels(self) -> None:
        """Close channels, and open and resume those that were closed, as a person does who sees that nothing comes."""
        now = time.monotonic()
        with self.db.read() as conn:
            paused = set(conn.execute(select(channel.c.ref).where(channel.c.paused.is_not(None))).scalars())
        for name, since in tuple(self.closed.items()):
            if now - since > (1.0 if name in paused else self.plan.closed_seconds):
                self.slack.set_channels({name: ""})
                del self.closed[name]
        for name in paused - set(self.closed):
            self.resume(name)
        publishing = self.published < self.plan.entries
        while publishing and len(self.closed) < round(self.plan.closed * self.plan.channels):
            name = self.chance.choice([each for each in self.names if each not in self.closed])
            self.slack.set_channels({name: self.chance.choice(WORDS)})
            self.closed[name] = now
            self.closings += 1

    def resume(self, name: str) -> None:
        """Type /csms resume there."""
        person = Person("slack", "T1", "U1", "Maria")
        command = Command("csms", "resume", person, ChannelRef("slack", "T1", name))
        with self.db.read() as conn:
            now = self.db.now(conn)
        reply = dispatch(resolve(command), Context(CATALOG, now, NEW_YORK, self.db))
        assert "resumes" in reply.text, reply.text


def waiting(db: Database, now: datetime | None = None) -> Waiting:
    """Return what is unfinished; with `now`, without what is not due yet."""
    due = () if now is None else (delivery.c.due_at <= now,)
    with db.read() as conn:
        owed = conn.execute(select(func.count()).where(delivery.c.post_id.is_(None), *due)).scalar_one()
        rows = conn.execute(select(post.c.state, func.count()).group_by(post.c.state)).all()
        held = conn.execute(select(func.count()).where(post.c.held_at.is_not(None), post.c.state == PostState.SENDING)).scalar_one()
        paused = conn.execute(select(func.count()).where(channel.c.paused.is_not(None))).scalar_one()
    states: dict[str, int] = {row[0]: row[1] for row in rows}
    return Waiting(owed, sum(states.get(each, 0) for each in UNFINISHED), paused, held, states.get(PostState.DEAD, 0))


def overdue(messages: list[Message], grace: float) -> list[tuple[str, int]]:
    """Return the entries of messages that Slack accepted more than a grace after they were sent, which a bot cannot allow for."""
    return [(each.channel, entry) for each in messages if each.at - each.sent > grace for entry in each.entries]
