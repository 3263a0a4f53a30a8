"""The runs by name: what each shows, and how it is made."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jobs.migrations import upgrade
from jobs.store.database import Database
from tests.faults import digests, hostile_slack
from tests.faults.harness import HTTP_TIMEOUT, Plan, Report, Run
from tests.faults.hostile_slack import Hostility
from tests.faults.worker import MARK_FIRST, RESEND_UNKNOWN
from tests.support import postgres

Problems = list[str]


@dataclass(frozen=True, slots=True)
class Named:
    shows: str
    act: Callable[[Path, float, int], Problems]
    """Takes a folder, the scale and a seed; prints the result and returns the broken promises."""


def postgres_kills(folder: Path, scale: float, seed: int) -> Problems:
    return kills(new_postgres(), folder, Plan(8, 200, scaled(50, scale), scaled(1000, scale), 0.02, Hostility(seed, timeout=HTTP_TIMEOUT)))


def sqlite_1(folder: Path, scale: float, seed: int) -> Problems:
    return kills(
        new_sqlite(folder), folder, Plan(1, 60, scaled(50, scale), scaled(300, scale), 0.02, Hostility(seed, timeout=HTTP_TIMEOUT))
    )


def sqlite_3(folder: Path, scale: float, seed: int) -> Problems:
    return kills(
        new_sqlite(folder), folder, Plan(3, 60, scaled(50, scale), scaled(300, scale), 0.02, Hostility(seed, timeout=HTTP_TIMEOUT))
    )


def ablation_resend(folder: Path, scale: float, seed: int) -> Problems:
    report = driven(
        new_sqlite(folder),
        folder,
        Plan(2, 40, scaled(25, scale), scaled(50, scale), 0.0, Hostility(seed, looks=0, timeout=HTTP_TIMEOUT), ablation=RESEND_UNKNOWN),
    )
    return [] if report.verdict.twice else ["the run saw no duplicate"]


def ablation_mark(folder: Path, scale: float, seed: int) -> Problems:
    report = driven(
        new_sqlite(folder),
        folder,
        Plan(2, 40, scaled(25, scale), scaled(50, scale), 0.0, Hostility(seed, looks=0, timeout=HTTP_TIMEOUT), ablation=MARK_FIRST),
    )
    return [] if report.verdict.lost else ["the run saw no loss"]


def dst(folder: Path, scale: float, seed: int) -> Problems:
    problems = []
    for processes in (2, 5):
        for name, change in digests.CHANGES.items():
            begin = time.monotonic()
            place = folder / f"{name}-{processes}"
            place.mkdir()
            result = digests.run(new_sqlite(place), place, processes, change, digests.TIMES[:: max(1, round(1 / scale))])
            counts = f"digests {result.wanted}  missing {len(result.missing)}  surplus {len(result.surplus)}"
            print(f"  {name}, {processes} processes  {counts}  seconds {time.monotonic() - begin:.0f}", flush=True)
            problems += [] if result.clean else [f"{name}, {processes} processes: {result}"[:500]]
    return problems


RUNS = {
    "dst": Named("48 h of digests around each daylight-saving change, with 2 and 5 processes: each (subscription, period) once", dst),
    "postgres": Named(
        "8 processes, kill -9, faults, refusals for looks, closed channels: nothing lost, twice, out of order or dead", postgres_kills
    ),
    "sqlite-1": Named("the same with 1 process on SQLite", sqlite_1),
    "sqlite-3": Named("the same with 3 processes on SQLite", sqlite_3),
    "ablation-resend": Named(f"if the bot did {RESEND_UNKNOWN!r}, the run would see duplicates", ablation_resend),
    "ablation-mark": Named(f"if the bot did {MARK_FIRST!r}, the run would see losses", ablation_mark),
}


def scaled(count: int, scale: float) -> int:
    return max(1, round(count * scale))


def new_postgres() -> str:
    url = postgres.create_database(postgres.start_server())
    migrate(url)
    return url


def new_sqlite(folder: Path) -> str:
    url = f"sqlite:///{folder / 'run.db'}"
    migrate(url)
    return url


def migrate(url: str) -> None:
    db = Database(url)
    upgrade.upgrade(db)
    db.close()


def driven(url: str, folder: Path, plan: Plan) -> Report:
    with hostile_slack.serving(plan.hostility) as slack:
        report = Run(plan, url, slack, folder / "tally")()
    print(line(report))
    print("  kills: " + ", ".join(f"{count} {point}" for point, count in sorted(report.kills.items())))
    print(
        "  Slack: "
        + ", ".join(f"{count} {name}" for name, count in sorted(report.faults.items()))
        + f", {report.closings} channels closed, "
        f"{sum(each.what == 'term' for each in report.struck)} processes ended by SIGTERM"
    )
    return report


def kills(url: str, folder: Path, plan: Plan) -> Problems:
    return broken(driven(url, folder, plan))


def broken(report: Report) -> Problems:
    """Name what must not be, with the first cases."""
    verdict, waiting = report.verdict, report.waiting
    found = {"lost": verdict.lost, "twice": verdict.twice, "out of order": verdict.disordered, "never owed": verdict.foreign}
    problems = [
        f"{len(cases)} {name} ({', '.join(f'{entry} in {channel}' for channel, entry in cases[:3])})"
        for name, cases in found.items()
        if cases
    ]
    problems += [f"{waiting.dead} dead"] if waiting.dead else []
    problems += [f"not at rest: {waiting}"] if not waiting.quiet else []
    repeated = sum(count - 1 for post, count in report.notices.items() if post)
    return problems + ([f"{repeated} notices twice"] if repeated else [])


def line(report: Report) -> str:
    verdict = report.verdict
    counts = {
        "posts": report.posts,
        "lost": len(verdict.lost),
        "twice": len(verdict.twice),
        "out of order": len(verdict.disordered),
        "kills": report.kills.total(),
        "dead": report.waiting.dead,
        "notices": report.notices.total(),
    }
    return "  " + "  ".join(f"{name} {count}" for name, count in counts.items()) + f"  seconds {report.seconds:.0f}"
