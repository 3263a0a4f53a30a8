"""Claim channels and settle their posts on PostgreSQL with nothing but the driver and the statements that the promises need.

Each claim raises the channel's epoch, each settlement proves that it is still the newest, and both are committed. This is the floor.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import psycopg

from jobs.models.posts import Post

WARM_UP = 3
"""Claims of each worker before the clock starts: its statements are compiled then."""

_CLAIM = """
    WITH next AS (
        SELECT id FROM channel
        WHERE paused IS NULL AND free_at <= now()
        AND EXISTS (SELECT FROM post WHERE post.channel_id = channel.id AND state IN ('pending', 'sending'))
        ORDER BY free_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE channel SET epoch = epoch + 1, free_at = now() + interval '25 seconds'
    WHERE id IN (SELECT id FROM next) RETURNING id, epoch
"""
_RELEASE = "UPDATE channel SET free_at = now(), failures = 0 WHERE id = %s AND epoch = %s"
_SENT = "UPDATE post SET state = 'sent', settled_at = now(), receipt = '1.000001' WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Done:
    """Counts and times of one worker."""

    settled: int
    begin: float
    end: float
    used: float  #: Processor time.


def settle_claims(url: str, at_once: int, sending: Mapping[int, Post], start: Barrier) -> Done:
    """Claim and settle until nothing is left."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as conn:
        for _ in range(WARM_UP):
            assert _settle_next(conn, at_once, sending) == at_once
        start.wait()
        begin, used, settled = time.monotonic(), time.process_time(), 0
        while number := _settle_next(conn, at_once, sending):
            settled += number
        return Done(settled, begin, time.monotonic(), time.process_time() - used)


def _settle_next(conn: psycopg.Connection[Any], most: int, sending: Mapping[int, Post]) -> int:
    claims = conn.execute(_CLAIM, [most]).fetchall()
    if claims:
        with conn.transaction(), conn.cursor() as cursor:
            cursor.executemany(_RELEASE, sorted(claims))
            assert cursor.rowcount == len(claims)
            cursor.executemany(_SENT, [(sending[channel].id,) for channel, _ in claims])
    return len(claims)
