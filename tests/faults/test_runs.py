"""Short forms of the runs of `make faults`."""

from dataclasses import replace
from datetime import time as at
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults import audit, commands, digests, growth, hostile_slack, power
from tests.faults.clock import Moves, OffsetClock
from tests.faults.copies import FullDisks, PowerCuts, Restorations
from tests.faults.harness import Plan, Report, Run, pace
from tests.faults.hostile_slack import Hostility
from tests.faults.worker import HTTP_SHARE, MARK_FIRST, NO_SYNC, RESEND_UNKNOWN

pytestmark = [pytest.mark.process, pytest.mark.slow]

PACE = pace(0.25)

HOSTILE = Hostility(seed=7, faults=1.2, looks=0.2, late=False, timeout=PACE["timeout"] * HTTP_SHARE)
"""No message is accepted late, which only a fast machine can time."""

PLAN = Plan(processes=2, channels=10, entries=2, closed_seconds=1.0, hostility=HOSTILE, pace=PACE, max_back_off=PACE["grace"])


HIDDEN = "this Python hides its SQLite, so that nobody can see what it syncs"

ABLATION = replace(PLAN, channels=10, hostility=replace(HOSTILE, faults=2.0))


def run(plan: Plan, url: str, folder: Path) -> Report:
    with hostile_slack.serving(plan.hostility) as slack:
        return Run(plan, url, slack, folder / "tally")()


def test_killed_processes_and_closed_channels_lose_nothing_and_repeat_nothing(postgres_url: str, tmp_path: Path) -> None:
    report = run(replace(PLAN, kills=4, closed=0.1), postgres_url, tmp_path)
    verdict = report.verdict
    assert (verdict.lost, verdict.disordered, verdict.foreign) == ([], [], [])
    assert set(verdict.twice) <= set(report.overdue)
    assert (report.waiting.dead, report.waiting.quiet, report.exits) == (0, True, [])
    assert report.kills, "nobody was killed, so nothing was shown"


def test_run_sees_the_duplicates_of_a_bot_that_sends_again_blindly(sqlite_url: str, tmp_path: Path) -> None:
    report = run(replace(ABLATION, ablation=RESEND_UNKNOWN), sqlite_url, tmp_path)
    assert report.verdict.twice
    assert not report.verdict.lost


def test_run_sees_the_losses_of_a_bot_that_marks_before_it_sends(sqlite_url: str, tmp_path: Path) -> None:
    report = run(replace(ABLATION, ablation=MARK_FIRST), sqlite_url, tmp_path)
    assert 0 < len(report.verdict.lost) < report.posts / 2
    assert not report.verdict.twice


def test_power_cuts_lose_nothing_and_repeat_nothing(sqlite_url: str, tmp_path: Path) -> None:
    report = run_without_power("", sqlite_url, tmp_path)
    verdict = report.verdict
    assert (verdict.lost, verdict.foreign, report.exits) == ([], [], [])
    assert set(verdict.twice) <= set(report.overdue)


def test_full_disks_lose_nothing_and_repeat_nothing(sqlite_url: str, tmp_path: Path) -> None:
    if not power.find_vfs():
        pytest.skip(HIDDEN)
    plan, disks = replace(PLAN, entries=4, full=tmp_path / "full"), FullDisks(2)
    with hostile_slack.serving(plan.hostility) as slack:
        report = Run(plan, sqlite_url, slack, tmp_path / "tally", disks)()
    verdict = report.verdict
    assert disks.done == disks.count, "the disk was not full, so nothing was shown"
    assert (verdict.lost, verdict.foreign, report.exits) == ([], [], [])
    assert set(verdict.twice) <= set(report.overdue)


def test_run_sees_the_duplicates_of_a_bot_that_does_not_sync(sqlite_url: str, tmp_path: Path) -> None:
    report = run_without_power(NO_SYNC, sqlite_url, tmp_path)
    assert report.verdict.twice
    assert not report.verdict.lost


def run_without_power(ablation: str, url: str, folder: Path) -> Report:
    if not power.find_vfs():
        pytest.skip(HIDDEN)
    synced = folder / "synced"
    synced.mkdir()
    plan, cuts = replace(PLAN, entries=4, ablation=ablation, synced=synced), PowerCuts(2)
    with hostile_slack.serving(plan.hostility) as slack:
        report = Run(plan, url, slack, folder / "tally", cuts)()
    assert cuts.done == cuts.count, "the power was not cut, so nothing was shown"
    return report


def test_backup_that_is_restored_under_load_loses_nothing_and_repeats_nothing(sqlite_url: str, tmp_path: Path) -> None:
    plan, restorations = replace(PLAN, entries=4), Restorations(1, tmp_path)
    with hostile_slack.serving(plan.hostility) as slack:
        report = Run(plan, sqlite_url, slack, tmp_path / "tally", restorations)()
    verdict = report.verdict
    assert restorations.done == 1, "nothing was restored, so nothing was shown"
    assert (verdict.lost, verdict.foreign, report.exits) == ([], [], [])
    assert set(verdict.twice) <= set(report.overdue)


@pytest.mark.parametrize("server", [False, True], ids=["sqlite", "postgres"])
def test_a_clock_that_is_set_while_posts_wait_loses_nothing_and_repeats_nothing(
    server: bool, postgres_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    clock = OffsetClock(tmp_path / "clock")
    clock.set(timedelta(0))
    machines = (timedelta(hours=1), timedelta(hours=-1)) if server else (clock,)
    plan = replace(PLAN, channels=5, entries=4, clock=clock, machines=machines, pace=pace(0.5))
    moves = Moves(clock, (-1, 1, 0), 3)
    with hostile_slack.serving(plan.hostility) as slack:
        report = Run(plan, postgres_url if server else sqlite_url, slack, tmp_path / "tally", moves)()
    assert (report.verdict.lost, report.verdict.foreign, report.waiting.dead, report.waiting.quiet) == ([], [], 0, True)
    assert set(report.verdict.twice) <= set(report.overdue)
    assert len(moves.waits) == 3


def test_digests_around_a_change_of_daylight_saving_time_come_once(sqlite_url: str, tmp_path: Path) -> None:
    times = (at(0), at(1, 30), at(2, 30), at(3))
    result = digests.run(sqlite_url, tmp_path, 2, digests.CHANGES["fall"], times, half=timedelta(hours=2))
    assert result.clean, result
    assert result.wanted > len(times)


def test_naughty_strings_in_every_command_do_no_harm(tmp_path: Path) -> None:
    findings = commands.run(1, 1, tmp_path, in_turn=True)
    assert findings.problems == []
    assert findings.secrets_seen, "there was nothing to hide"


def test_a_byte_flipped_anywhere_in_the_audit_is_found_with_its_row(db_url: str) -> None:
    found = audit.run(db_url, changes=40, flips=20, seed=1)
    assert found.problems == []
    assert found.changes >= 40


def test_growth_is_pruned_and_why_corrections_and_the_audit_still_answer(tmp_path: Path) -> None:
    found = growth.run(tmp_path, 0.01)
    assert [each for each in found.problems if " ms, more than " not in each] == []
