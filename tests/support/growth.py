"""Grow a database as it grows in years: entries, their deliveries and the posts that carried them, without a delivery of each."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from handlers.replies import posts
from jobs.classify import classify
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, NewEntry, Parsed
from jobs.models.posts import Bundle, Listed
from jobs.publish import publish_entries
from jobs.states import PostKind, PostState
from jobs.store import schema
from jobs.store.database import Connection, Database
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import subscribe

WORDS = 320
"""In the body of an entry: about 2,100 characters, as a CSMS message has on average."""

_SYLLABLES = (
    "ta",
    "rif",
    "en",
    "try",
    "quo",
    "im",
    "port",
    "cus",
    "tom",
    "du",
    "ty",
    "fil",
    "er",
    "bro",
    "ker",
    "ship",
    "ment",
    "code",
    "rate",
)


def grow(db: Database, entries: int, channels: int, since: datetime, days: float) -> list[Entry]:
    """Publish entries evenly over so many days to channels that get all at once, as if each was posted at once."""
    clock, chance = db.clock, random.Random(1)  # noqa: S311  # to be repeatable
    moments = [since + timedelta(days=days) * number / entries for number in range(entries)]
    made = []
    try:
        db.clock = lambda: since - timedelta(days=1)
        for number in range(channels):
            subscribe(db, to=ChannelRef("slack", "T1", f"C{number}", f"#trade-{number}"))
        for first in range(0, entries, 50):
            with db.begin() as conn:
                for number in range(first, min(first + 50, entries)):
                    made.append(_publish(conn, number, moments[number], chance))
    finally:
        db.clock = clock
    return made


def _publish(conn: Connection, number: int, moment: datetime, chance: random.Random) -> Entry:
    parsed = message(number, moment, chance)
    new = NewEntry(parsed, classify(parsed.title, parsed.body, CATALOG.topics))
    (entry,) = publish_entries(conn, "csms", [new], moment, backlog=False)
    bundle = Bundle(PostKind.NOW, ChannelRef("slack", "T1", "C0"), None, (Listed(entry, "all topics"),), None, moment, None)
    (content,) = posts.compose(bundle, CATALOG, NEW_YORK)
    rows = list(_posts(conn, entry, content, moment, chance))
    conn.execute(schema.post.insert(), rows)
    for row in rows:
        here = (schema.delivery.c.entry_id == entry.id, schema.delivery.c.channel_id == row["channel_id"])
        conn.execute(schema.delivery.update().where(*here).values(post_id=row["id"]))
    return entry


def message(number: int, moment: datetime, chance: random.Random) -> Parsed:
    words = " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(WORDS))
    title = f"CSMS # {68_000_000 + 7 * number} - {words[:60].title()}"
    url = f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{68_000_000 + 7 * number:x}"
    return Parsed(f"csms:{68_000_000 + 7 * number}", "csms", str(68_000_000 + 7 * number), title, url, moment, f"{words}.")


def _posts(conn: Connection, entry: Entry, content: dict[str, Any], moment: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    owed = conn.execute(schema.delivery.select().where(schema.delivery.c.entry_id == entry.id)).all()
    for place, row in enumerate(owed):
        sent = moment + timedelta(seconds=1 + place)
        times = {"created_at": moment, "sending_at": sent, "settled_at": sent}
        where = {"id": str(UUID(int=chance.getrandbits(128), version=4)), "channel_id": row.channel_id, "kind": PostKind.NOW}
        receipt = f"{sent.timestamp():.6f}"
        yield {**where, **times, "state": PostState.SENT, "attempts": 1, "part": 1, "receipt": receipt, "content": content}
