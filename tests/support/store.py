"""Short functions for the tests of the store and of delivering: subscribe, publish, compose."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from bot.playground import samples
from jobs.models.audit import AuditRow
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified, Entry, NewEntry, Parsed, TopicHit
from jobs.models.posts import Bundle
from jobs.models.subscriptions import Cadence, Filters, Subscription, SubscriptionSpec
from jobs.publish import publish_entries
from jobs.states import CadenceKind, EntryKind, Lead
from jobs.store import audit, channels, schema
from jobs.store.database import Database
from jobs.subscribe import save_subscription

NEW_YORK = "America/New_York"
NOW = Cadence(CadenceKind.NOW)
DAILY = Cadence(CadenceKind.DAILY, time(9))
WEEKDAYS = Cadence(CadenceKind.WEEKDAYS, time(9))
ALL = Filters()
REVENUE = Filters(topics=("revenue",))


def channel(name: str = "C1", platform: str = "playground") -> ChannelRef:
    return ChannelRef(platform, "T1", name, f"#{name}")


def new(number: int, *topics: str, lead: str = "", kind: str = "information", body: str | None = "Text.", title: str = "") -> NewEntry:
    parsed = Parsed(f"csms:{number}", "csms", str(number), title or f"Message {number}", f"https://example.org/{number}", None, body)
    return NewEntry(parsed, Classified(tuple(TopicHit(topic, f"title: {topic}") for topic in topics), EntryKind(kind), Lead(lead), False))


def subscribe(
    db: Database,
    cadence: Cadence = NOW,
    filters: Filters = ALL,
    *,
    to: ChannelRef | None = None,
    digest_only: bool = False,
    zone: str = NEW_YORK,
) -> Subscription:
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, to or channel(), now)
        return save_subscription(conn, channel_id, SubscriptionSpec(filters, cadence, zone, digest_only), "someone", now).subscription


def publish(db: Database, *what: int | NewEntry, backlog: bool = False) -> list[Entry]:
    with db.begin() as conn:
        wanted = [new(each) if isinstance(each, int) else each for each in what]
        return publish_entries(conn, "csms", wanted, db.now(conn), backlog=backlog)


def says(bundle: Bundle) -> str:
    """Return "1" or "digest: 1 2 (3)"; entries in brackets were posted before."""
    words = [f"({item.entry.number})" if item.posted_at else item.entry.number for item in bundle.entries]
    return " ".join(words) if bundle.kind == "now" else "digest: " + " ".join(words)


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    return [{"says": says(bundle)}]


def sample(entry: NewEntry) -> NewEntry:
    return replace(entry, parsed=replace(entry.parsed, key=f"sample:{entry.parsed.number}", feed="sample"))


def numbers(found: Sequence[Entry]) -> list[str]:
    return [each.number for each in found]


def audited(db: Database, *words: str) -> list[AuditRow]:
    """Return the rows of the audit that have all of the words, oldest first."""
    with db.read() as conn:
        return audit.latest(conn, 100, words=words)[::-1]


def forget(db: Database) -> None:
    """Delete all that people have caused, for a bot that goes on running.

    Entries of feeds stay: the next poll would post them. Channels stay as new: an answer on its way may still be recorded there.
    """
    with db.begin() as conn:
        asked = (schema.seen, schema.unanswered, schema.problem)
        for table in (schema.delivery, schema.post, schema.subscription, schema.posting_pause, *asked):
            conn.execute(table.delete())
        conn.execute(schema.entry.delete().where(schema.entry.c.feed == samples.FEED))
        open_ = {"paused": None, "paused_by": None, "paused_until": None, "failures": 0, "free_at": datetime(2026, 1, 1, tzinfo=UTC)}
        conn.execute(schema.channel.update().values(open_))
