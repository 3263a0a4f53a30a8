"""Print what a run shows, and name what it breaks."""

from collections import Counter

from tests.faults.harness import Report

Problems = list[str]


def show(report: Report) -> None:
    verdict = report.verdict
    counts = {
        "posts": report.posts,
        "lost": len(verdict.lost),
        "twice": len(verdict.twice),
        "out of order": len(verdict.disordered),
        "kills": report.kills.total(),
        "dead": report.waiting.dead,
        "seconds": round(report.seconds),
    }
    print("  " + "  ".join(f"{name} {count}" for name, count in counts.items()))
    print(f"  kills: {listed(report.kills)}")
    terms = sum(each.what == "term" for each in report.struck)
    print(f"  ended by SIGTERM: {terms}, channels closed: {report.closings}, notices to the admins: {report.notices.total()}")
    print(f"  Slack: {listed(Counter(report.faults))}")


def listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"


def broken(report: Report) -> Problems:
    """Name what must not be, with the first cases."""
    verdict, waiting = report.verdict, report.waiting
    slow = set(report.overdue)
    twice = [case for case in verdict.twice if case not in slow]
    found = {"lost": verdict.lost, "twice": twice, "out of order": verdict.disordered, "never owed": verdict.foreign}
    problems = [
        f"{len(cases)} {name} ({', '.join(f'{entry} in {channel}' for channel, entry in cases[:3])})"
        for name, cases in found.items()
        if cases
    ]
    if len(twice) < len(verdict.twice):
        # a message that appears later than the grace allows for is no fault of the bot's
        problems.append(f"{len(verdict.twice) - len(twice)} twice because this machine is too slow for the times of the run: raise --times")
    problems += [f"processes exited with {report.exits}"] if report.exits else []
    problems += [f"{waiting.dead} dead"] if waiting.dead else []
    problems += [f"not at rest: {waiting}"] if not waiting.quiet else []
    repeated = sum(count - 1 for post, count in report.notices.items() if post)
    return problems + ([f"{repeated} notices twice"] if repeated else [])
