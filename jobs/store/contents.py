"""Store what posts say once for all that say the same, because a message goes to many channels."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, delete, exists, func, select

from jobs.store.database import insert
from jobs.store.schema import content_subject, post, shared_content

UNUSED_KEPT = timedelta(days=2)  #: Of a content that no post shares.
REUSED = timedelta(days=1)  #: Since it was stored, without telling others: less, so that it is not deleted meanwhile.

WITH_SHARED = post.outerjoin(shared_content, shared_content.c.id == post.c.shared_id)
"""The posts with what they say, for `whole`."""

_RECENT = select(shared_content.c.id).where(shared_content.c.digest == bindparam("digest"), shared_content.c.at > bindparam("since"))


def whole(of: FromClause = post, shared: FromClause = shared_content) -> ColumnElement[Any]:
    """Return the content of a post, which it may share."""
    return func.coalesce(shared.c.content, of.c.content, type_=of.c.content.type)


def store(conn: Connection, content: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Store a content unless it is stored, and return the columns of a post that has it. The row of a post keeps the subjects."""
    if not content:
        return {"content": {}, "shared_id": None}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    number = conn.execute(_RECENT, {"digest": digest, "since": now - REUSED}).scalar_one_or_none()
    if number is None:
        new = insert(conn, shared_content).values(digest=digest, content=dict(content), at=now)
        again = new.on_conflict_do_update(index_elements=["digest"], set_={"at": now})
        number = conn.execute(again.returning(shared_content.c.id)).scalar_one()
        shown = [{"key": key, "shared_id": number} for key in dict.fromkeys(content.get("subjects", ()))]
        if shown:
            conn.execute(insert(conn, content_subject).on_conflict_do_nothing(), shown)
    return {"content": {"subjects": content.get("subjects", [])}, "shared_id": number}


def delete_unused(conn: Connection, now: datetime, limit: int) -> int:
    """Delete contents that no post shares anymore, at most so many; return how many."""
    old = (shared_content.c.at < now - UNUSED_KEPT, ~exists().where(post.c.shared_id == shared_content.c.id))
    ids = select(shared_content.c.id).where(*old).limit(limit)
    return conn.execute(delete(shared_content).where(shared_content.c.id.in_(ids), *old)).rowcount
