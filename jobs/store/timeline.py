"""A channel as its own page shows it, on a platform that keeps no messages itself: what else was said there, and what it is still owed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select

from jobs.models import Waiting
from jobs.store.schema import delivery, post, subscription

SAID = "said"
"""The kind of a post that carries no entry: an answer that everybody in the channel sees."""
SHOWN = "shown"
"""The same of one that shows nothing that a later message may change."""
KEPT = timedelta(days=30)
"""How long what was only shown is kept."""


def record(conn: Connection, channel_id: int, post_id: str, content: dict[str, Any], now: datetime, receipt: str = "") -> None:
    """Keeps an answer that stands in the channel from now on. `content` is the JSON of a Reply; `sent_posts` reads it back. `receipt`:
    the platform's name for it, where that isn't the post's own id."""
    at = {"created_at": now, "sending_at": now, "settled_at": now}
    said = {"state": "sent", "receipt": receipt or post_id, "attempts": 1, "part": 1, **at}
    conn.execute(insert(post).values(id=post_id, channel_id=channel_id, kind=SAID, content=content, **said))


def show(conn: Connection, channel_id: int, post_id: str, content: dict[str, Any], now: datetime, receipt: str) -> None:
    """Keeps for a while what else stands in the channel, so that it can be shown again where something covers it (`content`)."""
    old = (post.c.channel_id == channel_id, post.c.kind == SHOWN, post.c.created_at < now - KEPT)
    conn.execute(delete(post).where(*old))
    at = {"created_at": now, "sending_at": now, "settled_at": now}
    conn.execute(
        insert(post).values(
            id=post_id, channel_id=channel_id, kind=SHOWN, state="sent", content=content, receipt=receipt, attempts=1, part=1, **at
        )
    )


def content(conn: Connection, channel_id: int, receipt: str) -> dict[str, Any] | None:
    """The JSON of the Reply that stands in a channel under this receipt; None when nothing of ours does."""
    query = select(post.c.content).where(post.c.channel_id == channel_id, post.c.state == "sent", post.c.receipt == receipt)
    return conn.execute(query.order_by(post.c.settled_at.desc()).limit(1)).scalar_one_or_none()


def owed(conn: Connection, channel_id: int) -> Waiting:
    """The entries that this channel's live subscriptions are owed and that no post here carries yet. One that several of them are owed
    counts once; one that is here already is only mentioned, and doesn't count."""
    here = delivery.alias()
    carried = exists().where(here.c.channel_id == channel_id, here.c.entry_id == delivery.c.entry_id, here.c.post_id.is_not(None))
    query = (
        select(func.count(delivery.c.entry_id.distinct()), func.min(delivery.c.due_at))
        .join(subscription, subscription.c.id == delivery.c.subscription_id)
        .where(delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None), subscription.c.ended_at.is_(None), ~carried)
    )
    count, oldest = conn.execute(query).one()
    return Waiting(count, oldest, 0)
