"""Changing what a subscription asks for.

Its filters are its identity, so another wish is another subscription: that one is saved and the one before ends, in one
transaction. What was owed to the one before and still matches is owed to the new one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from jobs.due import due_at
from jobs.matching import matches
from jobs.models import Cadence, Filters, Subscription
from jobs.store import entries, subscriptions
from jobs.store.deliveries import alone
from jobs.store.schema import channel, delivery, post
from jobs.store.upsert import insert

UNDER_WAY = ("pending", "sending")


@dataclass(frozen=True, slots=True)
class Changed:
    """`outcome`: changed, or same. `joined`: another subscription of the channel asked for the same already, and is this one now."""

    before: Subscription
    subscription: Subscription
    outcome: str
    joined: bool = False


def change(
    conn: Connection,
    channel_id: int,
    subscription_id: int,
    filters: Filters,
    cadence: Cadence,
    zone: str,
    digest_only: bool,
    who: str,
    now: datetime,
) -> Changed | None:
    """Makes a live subscription of the channel ask for this instead; None when the channel has no such one.

    What is owed and not due yet follows the new times; what was due already stays due.
    """
    # in this order, and before anything is read: no worker makes or settles a post of the channel meanwhile, and no publisher
    # owes an entry to the one before that the new one would never hear of
    conn.execute(select(channel.c.id).where(channel.c.id == channel_id).with_for_update(key_share=True))
    alone(conn)
    before = next((each for each in subscriptions.of_channel(conn, channel_id) if each.id == subscription_id), None)
    if before is None:
        return None
    saved = subscriptions.save(conn, channel_id, filters, cadence, zone, digest_only, who, now)
    if saved.subscription.id == before.id:
        return Changed(before, saved.subscription, saved.outcome)
    _hand_over(conn, before, saved.subscription, now)
    subscriptions.end(conn, channel_id, before.id, now)
    return Changed(before, saved.subscription, "changed", joined=saved.outcome != "created")


def _hand_over(conn: Connection, before: Subscription, after: Subscription, now: datetime) -> None:
    """Owes to `after` what no post has brought to `before` yet. An entry whose post is under way is among it: if that post
    arrives, the entry stands in the channel and isn't posted again; if it is refused or withdrawn, the entry isn't lost."""
    unsent = or_(delivery.c.post_id.is_(None), post.c.state.in_(UNDER_WAY))
    query = (
        select(delivery.c.entry_id, delivery.c.due_at)
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == before.channel_id, delivery.c.subscription_id == before.id, unsent)
    )
    due = {row.entry_id: row.due_at for row in conn.execute(query)}
    rows = []
    for entry in entries.by_ids(conn, due).values():
        because = matches(after.filters, after.channel.platform, entry)
        if because is None:
            continue
        later = due_at(after.cadence, after.zone, after.digest_only, entry.lead, now)
        rows.append(
            {
                "entry_id": entry.id,
                "subscription_id": after.id,
                "channel_id": after.channel_id,
                "due_at": later if due[entry.id] > now else due[entry.id],
                "created_at": now,
                "because": because,
                "mention": False,
            }
        )
    if rows:
        conn.execute(insert(conn, delivery).on_conflict_do_nothing(index_elements=["entry_id", "subscription_id"]), rows)
