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


class Health(StrEnum):
    """Whether a process does its work."""

    ALIVE = "alive"
    HUNG = "hung"
    """It beats, but neither looks for posts nor works on any."""
    SILENT = "silent"


def worker_name() -> str:
    """Return a new name: containers can have one host name and one process number, also one after the other."""
    return f"{socket.gethostname()[:200]}:{os.getpid()}-{secrets.token_hex(4)}"


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


def is_over(process: str) -> bool:
    """Return whether a process ended for certain: nothing is known of other machines and containers."""
    here, there = process_name(os.getpid()).split("/"), process.split("/")
    if len(here) != 4 or len(there) != 4 or here[:2] != there[:2] or not there[2].isdecimal():
        return False
    try:
        os.kill(int(there[2]), 0)  # sends nothing, and unlike /proc tells of other users' processes too
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return process_name(int(there[2])) != process


def replace_predecessor(conn: Connection) -> str | None:
    """Let a process that starts take the place of the last one of its machine that died. Return the name of that one, or None.

    A process that died and has no successor is reported.
    """
    for row in store.all_rows(conn):
        if is_over(row.process) and store.leave(conn, row.name):
            return row.name
    return None


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
