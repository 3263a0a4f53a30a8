"""Deliver posts by a clock that tests move by hand, and read what is stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from jobs.deliver import deliver_due
from jobs.models.posts import Bundle
from jobs.outcomes import Pace
from jobs.prepare import Compose
from jobs.senders import Sender
from jobs.store import channels, contents, schema
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.store import compose
from tests.support.stub_platform import Killed, Platform

NINE = datetime.fromisoformat("2026-02-09T14:00+00:00")
"""09:00 in New York on the clock's first day."""


async def deliver(
    db: Database, platform: Sender | None = None, compose: Compose = compose, *, senders: Mapping[str, Sender] | None = None, **pace: Any
) -> int:
    return await deliver_due(
        db, senders or {"playground": platform or Platform()}, compose, pace=Pace(**pace), chance=lambda: 0.0, sleep=no_sleep
    )


def keep(bundles: list[Bundle]) -> Compose:
    """Return a function that composes posts as usual and adds their bundles to `bundles`."""

    def compose_and_keep(bundle: Bundle) -> list[dict[str, Any]]:
        bundles.append(bundle)
        return compose(bundle)

    return compose_and_keep


async def no_sleep(_: float) -> None:
    """Return at once: the clock of most tests stands still."""


async def until_quiet(db: Database, clock: Clock, platform: Platform, **pace: Any) -> None:
    """Deliver whenever a channel is free until nothing is left to do. Start a killed worker again."""
    for _ in range(100):
        try:
            await deliver(db, platform, **pace)
        except* Killed:
            pass
        with db.read() as conn:
            free = channels.next_free(conn, ["playground"], db.now(conn))
        if free is None:
            return
        clock.now = max(clock.now, free)
    raise AssertionError("it never comes to rest")


def posts(db: Database) -> list[Any]:
    with db.read() as conn:
        columns = (contents.whole().label("content"), *(column for column in schema.post.c if column.name != "content"))
        found = select(*columns).select_from(contents.WITH_SHARED)
        return list(conn.execute(found.order_by(schema.post.c.created_at, schema.post.c.part)))


def deliveries(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(schema.delivery).order_by(schema.delivery.c.id)))


def post(db: Database) -> Any:
    (only,) = posts(db)
    return only
