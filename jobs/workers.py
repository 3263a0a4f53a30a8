"""Tell from their heartbeats whether the processes that poll and post are alive."""

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from jobs.models.workers import Worker

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
