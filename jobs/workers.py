"""Tell from their heartbeats whether the processes that poll and post are alive."""

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from jobs.models.workers import Worker
from jobs.store import workers as store
from jobs.store.database import Connection

BEAT_SECONDS = 15.0

SILENT = timedelta(seconds=90)
"""Six beats: a database that is away for a moment, or a machine under load, is no dead process."""

HUNG = timedelta(minutes=15)
"""Longer than the work on a channel takes that has to wait for a platform's answers."""


SUCCESSION = SILENT + timedelta(seconds=2 * BEAT_SECONDS)
"""How long after its start a process may take the place of one that died right before: until then, that one is silent."""


class Health(StrEnum):
    """Whether a process does its work."""

    ALIVE = "alive"
    HUNG = "hung"
    """It beats, but neither looks for posts nor works on any."""
    SILENT = "silent"


def worker_name() -> str:
    """Return a new name: containers can have one host name and one process number, also one after the other."""
    return f"{_host_name()}:{os.getpid()}-{secrets.token_hex(4)}"


def _host_name() -> str:
    return socket.gethostname()[:200]


def process_name(number: int) -> str:
    """Return what tells a process from all others that its machine ever ran, or "" if it is over or the system is not Linux.

    That is the machine's start, the container (its space of process numbers), the number, and when the process started: numbers come again.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        space = Path("/proc/self/ns/pid").stat().st_ino
        # after the program's name, which may have spaces and brackets; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        state, *numbers = Path(f"/proc/{number}/stat").read_bytes().rpartition(b")")[2].split()
        return "" if state in (b"Z", b"X") else f"{boot}/{space}/{number}/{int(numbers[18])}"
    except (OSError, ValueError, IndexError):
        return ""


def is_over(process: str) -> bool | None:
    """Return whether a process ended, or None for one of another machine, of another start of this one, or of another container."""
    here, there = process_name(os.getpid()).split("/"), process.split("/")
    if len(here) != 4 or len(there) != 4 or here[:2] != there[:2] or not there[2].isdecimal():
        return None
    try:
        os.kill(int(there[2]), 0)  # sends nothing, and unlike /proc tells of other users' processes too
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return None
    return process_name(int(there[2])) != process


def replace_predecessor(conn: Connection, name: str, started: datetime, now: datetime) -> str | None:
    """Let a process take the place of the last one that died before it started. Return the name of that one, or None.

    If nobody can tell whether it died, as after a restart of the machine or in a new container, it is one with the same host name that
    is silent. If such a process lives after all, its next heartbeat brings it back. One that died and has no successor is reported.
    """
    for row in store.all_rows(conn):
        if row.name != name and row.beat_at <= started and _has_died(row, now) and store.leave(conn, row.name):
            return row.name
    return None


def _has_died(row: Worker, now: datetime) -> bool:
    over = is_over(row.process)
    if over is None:
        return row.name.rpartition(":")[0] == _host_name() and health(row, now) == Health.SILENT
    return over


def health(worker: Worker, now: datetime) -> Health:
    """Decide by the database's clock, which is that of the beats."""
    if now - worker.beat_at > SILENT:
        return Health.SILENT
    return Health.HUNG if now - worker.delivered_at > HUNG else Health.ALIVE


def problem(workers: Sequence[Worker], now: datetime) -> str | None:
    """Return why nobody polls and posts, or None."""
    states = [health(each, now) for each in workers]
    if Health.ALIVE in states:
        return None
    if Health.HUNG in states:
        return "no process has looked for posts that are due for a while"
    return "no process polls and posts"
