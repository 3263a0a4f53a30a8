"""Grow a SQLite database as it grows in years: entries, their deliveries and the posts that carried them, without a delivery of each."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from handlers.replies import posts
from jobs.classify import classify
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, NewEntry, Parsed
from jobs.models.posts import Bundle, Listed
from jobs.publish import publish_entries
from jobs.states import PostKind
from jobs.store import contents
from jobs.store.database import Connection, Database
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import subscribe

WORDS = 320
"""In the body of an entry: about 2,100 characters, as a CSMS message has on average."""

BATCH = 50
"""Messages of one transaction."""

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


def subscribe_all(db: Database, channels: int) -> None:
    """Let so many channels get all messages at once."""
    for number in range(channels):
        subscribe(db, to=ChannelRef("slack", "T1", f"C{number}", f"#trade-{number}"))


def grow(db: Database, numbers: range, since: datetime, days: float) -> list[Entry]:
    """Publish messages of these numbers evenly over so many days, as if each was posted at once."""
    chance = random.Random(numbers.start)  # noqa: S311  # to be repeatable
    made = []
    for first in range(0, len(numbers), BATCH):
        with db.begin() as conn:
            for place in range(first, min(first + BATCH, len(numbers))):
                moment = since + timedelta(days=days) * place / len(numbers)
                made.append(_publish(conn, numbers[place], moment, chance))
    return made


def _publish(conn: Connection, number: int, moment: datetime, chance: random.Random) -> Entry:
    parsed = message(number, moment, chance)
    new = NewEntry(parsed, classify(parsed.title, parsed.body, CATALOG.topics))
    (entry,) = publish_entries(conn, "csms", [new], moment, backlog=False)
    bundle = Bundle(PostKind.NOW, ChannelRef("slack", "T1", "C0"), None, (Listed(entry, "all topics"),), None, moment, None)
    (content,) = posts.compose(bundle, CATALOG, NEW_YORK)
    _add_posts(conn, entry, content, moment)
    return entry


def publish_one(conn: Connection, title: str, body: str, moment: datetime) -> Entry:
    """Publish a message about another one, which is owed and not posted yet."""
    url = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/5f5e100"
    parsed = Parsed("csms:99999999", "csms", "99999999", title, url, moment, body)
    (entry,) = publish_entries(conn, "csms", [NewEntry(parsed, classify(title, body, CATALOG.topics))], moment, backlog=False)
    return entry


def message(number: int, moment: datetime, chance: random.Random) -> Parsed:
    words = " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(WORDS))
    title = f"CSMS # {68_000_000 + 7 * number} - {words[:60].title()}"
    url = f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{68_000_000 + 7 * number:x}"
    return Parsed(f"csms:{68_000_000 + 7 * number}", "csms", str(68_000_000 + 7 * number), title, url, moment, f"{words}.")


def _add_posts(conn: Connection, entry: Entry, content: dict[str, Any], moment: datetime) -> None:
    """Store a post for each delivery. Its id is scattered, as random ones are, which decides how full an index is."""
    number = f"printf('%08x-0000-4000-8000-%06x%06x', (delivery.id * 2654435761) & 4294967295, {entry.id}, channel_id)"
    columns = "id, channel_id, kind, part, state, created_at, sending_at, settled_at, attempts, receipt, plain, content, shared_id"
    values = f"{number}, channel_id, 'now', 1, 'sent', :at, :sent, :sent, 1, printf('%d.%06d', :seconds, delivery.id), 0, :content, :shared"
    times = {"at": _stored(moment), "sent": _stored(moment + timedelta(seconds=2)), "seconds": int(moment.timestamp()) + 2}
    new = text(f"INSERT INTO post ({columns}) SELECT {values} FROM delivery WHERE entry_id = {entry.id}")  # noqa: S608
    stored = contents.store(conn, content, moment)
    conn.execute(new, {**times, "content": json.dumps(stored["content"]), "shared": stored["shared_id"]})
    conn.execute(text(f"UPDATE delivery SET post_id = {number} WHERE entry_id = {entry.id}"))  # noqa: S608


def _stored(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
