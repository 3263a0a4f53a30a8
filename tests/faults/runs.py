"""The runs by name: what each shows, and how it is made."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from jobs.migrations import upgrade
from jobs.store.database import Database, DatabaseError
from tests.faults import audit, commands, connections, digests, feeds, growth, hostile_slack, outages
from tests.faults.clock import Moves, OffsetClock
from tests.faults.copies import FullDisks, PowerCuts, Restorations
from tests.faults.harness import Plan, Processes, Report, Run, pace
from tests.faults.hostile_slack import Hostility
from tests.faults.report import Problems, broken, listed, show
from tests.faults.stops import Stops, explained
from tests.faults.strings import STRINGS
from tests.faults.worker import HTTP_SHARE, MARK_FIRST, NO_SYNC, RESEND_UNKNOWN
from tests.support import postgres
from tests.support.pooler import pooling


@dataclass(frozen=True, slots=True)
class Options:
    folder: Path
    """Empty, for this run alone."""
    scale: float = 1.0
    seed: int = 1
    times: float = 1.0
    """Multiplies the times of the lease, for a slow machine."""

    def plan(self, processes: int, channels: int, entries: int, kills: int) -> Plan:
        hostility = Hostility(self.seed, timeout=pace(self.times)["timeout"] * HTTP_SHARE)
        count, killed = self.scaled(entries), self.scaled(kills)
        return Plan(processes, channels, count, killed, 0.02, hostility=hostility, pace=pace(self.times), max_back_off=37.5 * self.times)

    def scaled(self, count: int) -> int:
        return round(count * self.scale) or bool(count)


@dataclass(frozen=True, slots=True)
class Named:
    shows: str
    act: Callable[[Options], Problems]
    """Prints what it finds and returns the broken promises."""


def postgres_kills(options: Options) -> Problems:
    return broken(driven(new_postgres(), options, options.plan(8, 200, 50, 1000)))


def sqlite_kills(processes: int) -> Callable[[Options], Problems]:
    return lambda options: broken(driven(new_sqlite(options.folder), options, options.plan(processes, 60, 50, 300)))


def resend_unknown(options: Options) -> Problems:
    report = driven(new_sqlite(options.folder), options, replace(options.plan(2, 40, 50, 100), closed=0.0, ablation=RESEND_UNKNOWN))
    problems = [] if report.verdict.twice else ["the run saw no duplicate"]
    return problems + broken(replace(report, verdict=replace(report.verdict, twice=[])))


def mark_first(options: Options) -> Problems:
    report = driven(new_sqlite(options.folder), options, replace(options.plan(2, 40, 50, 100), closed=0.0, ablation=MARK_FIRST))
    problems = [] if 0 < len(report.verdict.lost) < report.posts / 2 else [f"the run saw {len(report.verdict.lost)} losses"]
    return problems + broken(replace(report, verdict=replace(report.verdict, lost=[])))


def stops(options: Options) -> Problems:
    """Duplicates are allowed where a stop fell between the check of the lease and the call; each is printed."""
    stopping, made = Stops(options.scaled(60)), list[Run]()

    def also(run: Run) -> None:
        made[:] = [run]
        stopping(run)

    report = driven(new_postgres(), options, options.plan(6, 100, 20, 60), also)
    logged, unexplained = explained(made[0])
    print(f"  stops: {listed(Counter(each.point for each in report.struck if each.what == 'stop'))}")
    print(f"  duplicates that a stop between check and call explains: {len(logged)}", *logged, sep="\n    ")
    return unexplained + broken(replace(report, verdict=replace(report.verdict, twice=[])))


def restored(options: Options) -> Problems:
    restorations = Restorations(options.scaled(5), options.folder)
    report = driven(new_sqlite(options.folder), options, options.plan(3, 40, 30, 30), restorations)
    print(f"  backups under load that were restored: {restorations.done}")
    return broken(report)


def restored_unnoticed(options: Options) -> Problems:
    restorations = Restorations(options.scaled(3), options.folder, noticed=False)
    report = driven(new_sqlite(options.folder), options, replace(options.plan(2, 40, 20, 0), closed=0.0), restorations)
    problems = [] if report.verdict.twice else ["the run saw no duplicate"]
    return problems + broken(replace(report, verdict=replace(report.verdict, twice=[])))


def full_disks(options: Options) -> Problems:
    disks = FullDisks(options.scaled(10))
    plan = replace(options.plan(3, 40, 20, 0), full=options.folder / "full")
    report = driven(new_sqlite(options.folder), options, plan, disks)
    print(f"  full disks: {disks.done}")
    return broken(report)


def power_cuts(options: Options) -> Problems:
    return broken(without_power(options, ""))


def power_cuts_without_sync(options: Options) -> Problems:
    report = without_power(options, NO_SYNC)
    problems = [] if report.verdict.twice else ["the run saw no duplicate"]
    return problems + broken(replace(report, verdict=replace(report.verdict, twice=[], disordered=[])))


def without_power(options: Options, ablation: str) -> Report:
    url, synced = new_sqlite(options.folder), options.folder / "synced"
    synced.mkdir()
    cuts = PowerCuts(options.scaled(10))
    # the harness resumes closed channels, and its commits are not kept
    plan = replace(options.plan(3, 40, 20, 0), closed=0.0, ablation=ablation, synced=synced)
    report = driven(url, options, plan, cuts)
    print(f"  power cuts: {cuts.done}")
    return report


def outage(options: Options) -> Problems:
    with outages.server(options.folder) as server:
        migrate(server.url)
        return survived(server, server.url, options)


def pooled(options: Options) -> Problems:
    with outages.server(options.folder) as server:
        migrate(server.url)
        with pooling(server.url, size=8) as pooler:
            return survived(server, pooler.url, options)


def survived(server: outages.Server, url: str, options: Options) -> Problems:
    plan = replace(options.plan(4, 100, 30, 0), closed=0.0, survives=(DatabaseError,))
    stopping = outages.Outages(server, options.scaled(20))
    report = driven(url, options, plan, stopping)
    slowest, bound = max(stopping.recoveries, default=0.0), 2 * plan.pace["lease"]
    print(f"  stops of PostgreSQL: {stopping.done}; the next message came after at most {slowest:.1f} s (bound: {bound:g} s, two leases)")
    problems = [f"recovered only after {slowest:.1f} s"] if slowest > bound else []
    problems += [] if len(stopping.recoveries) == stopping.count else [f"{len(stopping.recoveries)} of {stopping.count} recoveries"]
    return problems + broken(report)


def clocks(options: Options) -> Problems:
    """On SQLite, the machine's clock is set; on PostgreSQL the server's, and those of the workers' machines differ."""
    problems = []
    for number, name in enumerate(("SQLite", "PostgreSQL")):
        clock = OffsetClock(options.folder / f"clock{number}")
        clock.set(timedelta(0))
        machines = (clock,) if name == "SQLite" else (timedelta(hours=1), timedelta(hours=-1), timedelta(0))
        plan = replace(options.plan(3, 30, 30, 0), closed=0.0, clock=clock, machines=machines)
        moves = Moves(clock, (-1, 0, 1, 0, 1, -1, 0, -1), options.scaled(24))
        print(f"  {name}:")
        url = new_sqlite(options.folder) if name == "SQLite" else new_postgres()
        with hostile_slack.serving(plan.hostility) as slack:
            report = Run(plan, url, slack, options.folder / f"tally{number}", moves)()
        show(report)
        # a lease and a grace begin anew, and the tick after them comes
        longest, bound = max(moves.waits, default=0.0), 2 * plan.pace["lease"] + plan.pace["grace"]
        print(f"  the clock was set {moves.done} times; the next message came after at most {longest:.1f} s (bound: {bound:g} s)")
        found = [f"waited {longest:.1f} s"] if longest > bound else []
        found += [] if len(moves.waits) == moves.count else [f"posting went on after {len(moves.waits)} of {moves.count} moves"]
        problems += [f"{name}: {each}" for each in (*found, *broken(report))]
    return problems


def daylight_saving(options: Options) -> Problems:
    problems = []
    for processes in (2, 5):
        for name, change in digests.CHANGES.items():
            begin = time.monotonic()
            folder = options.folder / f"{name}-{processes}"
            folder.mkdir()
            result = digests.run(new_sqlite(folder), folder, processes, change, digests.TIMES[:: max(1, round(1 / options.scale))])
            counts = f"digests {result.wanted}  missing {len(result.missing)}  surplus {len(result.surplus)}"
            print(f"  {name}, {processes} processes: {counts}  seconds {time.monotonic() - begin:.0f}", flush=True)
            problems += [] if result.clean else [f"{name}, {processes} processes: {result}"[:500]]
    return problems


def spoiled_feeds(options: Options) -> Problems:
    counts = feeds.run(options.scaled(20_000), options.seed)
    print(f"  {counts.documents} documents  crashed {counts.crashed}  closed {counts.closed}  lost {counts.lost}  twice {counts.twice}")
    print(f"  seconds {counts.seconds:.0f}")
    return [each[:160] for each in counts.examples] if counts.broken else []


def naughty_commands(options: Options) -> Problems:
    """Each platform has a process of its own."""
    begin, count = time.monotonic(), options.scaled(len(STRINGS))
    with ProcessPoolExecutor(len(commands.DOORS), Processes) as pool:
        running = [pool.submit(commands.run, count, options.seed, options.folder, (name,)) for name in commands.DOORS]
        found = [each.result() for each in running]
    asked = sum((each.asked for each in found), Counter[str]())
    seen = sum(each.secrets_seen for each in found)
    print(f"  {asked.total()} commands ({listed(asked)}); {seen} answers showed admins what others may not see")
    print(f"  seconds {time.monotonic() - begin:.0f}")
    return [problem for each in found for problem in each.problems[:20]] + ([] if seen else ["there was nothing to hide"])


def audited(options: Options) -> Problems:
    problems = []
    for url in (new_sqlite(options.folder), new_postgres()):
        begin = time.monotonic()
        found = audit.run(url, options.scaled(1000), options.scaled(400), options.seed)
        print(f"  {found}  seconds {time.monotonic() - begin:.0f}", flush=True)
        problems += found.problems
    return problems


def half_open(options: Options) -> Problems:
    found = connections.run(options.folder, options.scaled(1_400), 60 * options.scale)
    slowest = max(found.answers, default=0.0)
    print(f"  connections opened {found.opened}  answers {len(found.answers)}, the slowest in {slowest:.1f} s")
    print(f"  published {found.published}  posted {found.posted}  log {found.log} characters")
    return found.problems


def grown(options: Options) -> Problems:
    begin = time.monotonic()
    found = growth.run(options.folder, options.scale)
    print(f"  {found}  seconds {time.monotonic() - begin:.0f}")
    return found.problems


FAULTS = "a hostile Slack, kill -9, refusals for looks and closed channels: nothing lost, twice, out of order or dead"

RUNS = {
    "postgres": Named(f"8 processes on PostgreSQL, {FAULTS}", postgres_kills),
    "sqlite-1": Named(f"1 process on SQLite, {FAULTS}", sqlite_kills(1)),
    "sqlite-3": Named(f"3 processes on SQLite, {FAULTS}", sqlite_kills(3)),
    "stops": Named("SIGSTOP beyond a lease: nothing lost; twice only where a stop fell between check and call", stops),
    "outages": Named("PostgreSQL stopped at once under load: nothing lost or twice, no process exits, it goes on within 2 leases", outage),
    "clocks": Named("clocks set back and forth by an hour while posts wait, on both databases: nothing lost, twice or late", clocks),
    "pooler": Named("the same behind a pooler in transaction mode", pooled),
    "restore": Named("backups under load, restored on 3 processes: nothing lost or twice", restored),
    "disk-full": Named("SQLite's disk full for longer than a lease, 10 times: nothing lost or twice, no process exits", full_disks),
    "power": Named("a power cut in effigy, SQLite's files as they were last synced, 10 times: nothing lost or twice", power_cuts),
    "dst": Named("48 hours of digests around each change of daylight saving time: each (subscription, period) once", daylight_saving),
    "resend-unknown": Named(f"if the bot did {RESEND_UNKNOWN!r}, this would show: duplicates", resend_unknown),
    "mark-first": Named(f"if the bot did {MARK_FIRST!r}, this would show: losses", mark_first),
    "restore-unnoticed": Named("if the bot did not notice that its database is a copy, this would show: duplicates", restored_unnoticed),
    "no-sync": Named(f"if the bot did {NO_SYNC!r}, a power cut would show: duplicates", power_cuts_without_sync),
    "feeds": Named("spoiled entries in feeds: no crash, no feed closed by one entry, nothing lost, nothing owed again", spoiled_feeds),
    "audit": Named("changes by several writers, then one byte flipped anywhere in the audit: found each time, with its row", audited),
    "connections": Named(
        "1,400 half-open connections, and again when closed, for 60 s: commands answered, posts go on, a short log", half_open
    ),
    "growth": Named("a year of growth on SQLite, pruned as it goes: sizes and times; why, corrections and audit still answer", grown),
    "commands": Named("naughty strings in every command, by everybody, on every platform", naughty_commands),
}


def new_postgres() -> str:
    return migrate(postgres.create_database(postgres.start_server()))


def new_sqlite(folder: Path) -> str:
    return migrate(f"sqlite:///{folder / 'run.db'}")


def migrate(url: str) -> str:
    db = Database(url)
    upgrade.upgrade(db)
    db.close()
    return url


def driven(url: str, options: Options, plan: Plan, also: Callable[[Run], None] = lambda _: None) -> Report:
    with hostile_slack.serving(plan.hostility) as slack:
        report = Run(plan, url, slack, options.folder / "tally", also)()
    show(report)
    return report
