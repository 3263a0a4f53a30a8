"""Questions without an answer, by day: words, how often, and nothing about who asked or where."""

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, delete, func, select, update

from jobs.models.content import UnansweredQuestion
from jobs.store.database import insert
from jobs.store.schema import unanswered


def add(conn: Connection, words: str, day: date, *, marked: bool, at_least: int) -> None:
    """Count a question. Its words are stored only from the time on that it was asked `at_least` times."""
    digest = hashlib.sha256(words.encode()).hexdigest()
    counts = {"asked": int(not marked), "marked": int(marked)}
    new = insert(conn, unanswered).values(digest=digest, day=day, **counts)
    more = {name: unanswered.c[name] + count for name, count in counts.items()}
    conn.execute(new.on_conflict_do_update(index_elements=["digest", "day"], set_=more))
    total = select(func.sum(unanswered.c.asked + unanswered.c.marked)).where(unanswered.c.digest == digest)
    if conn.execute(total).scalar_one() >= at_least:
        conn.execute(update(unanswered).where(unanswered.c.digest == digest).values(words=words))


def list_since(conn: Connection, day: date, at_least: int, limit: int) -> Sequence[UnansweredQuestion]:
    """Return what was asked `at_least` times since the day, the most frequent first."""
    count = func.sum(unanswered.c.asked + unanswered.c.marked)
    last = func.max(unanswered.c.day)
    query = (
        select(func.max(unanswered.c.words), func.sum(unanswered.c.asked), func.sum(unanswered.c.marked), last)
        .where(unanswered.c.day >= day)
        .group_by(unanswered.c.digest)
        .having(count >= at_least, func.max(unanswered.c.words).is_not(None))
        .order_by(count.desc(), last.desc(), func.max(unanswered.c.words))
        .limit(limit)
    )
    return [UnansweredQuestion(words, int(asked), int(marked), last_day) for words, asked, marked, last_day in conn.execute(query)]


def forget_before(conn: Connection, day: date) -> None:
    conn.execute(delete(unanswered).where(unanswered.c.day < day))
