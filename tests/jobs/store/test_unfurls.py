"""Test the store of previews: each link of a message once, found by later entries, and deleted after 90 days."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from jobs.corrections import record_corrections
from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.states import PostKind, PostState
from jobs.store import channels, posts, schema, unfurls
from jobs.store.database import Connection, Database
from tests.support.clock import Clock
from tests.support.store import new, publish, subscribe

HERE = ChannelRef("slack", "T1", "C1")
PAGE, OTHER = "https://content.govdelivery.com/1", "https://content.govdelivery.com/2"
CONTENT: dict[str, Any] = {"text": "Refunds", "blocks": [], "subjects": ["csms:67000001"]}


def record(conn: Connection, db: Database, link: str = PAGE, message: str = "1.5", content: dict[str, Any] = CONTENT) -> str:
    now = db.now(conn)
    return unfurls.record(conn, channels.ensure(conn, HERE, now), message, link, content, now)


def kinds(db: Database) -> list[str]:
    with db.read() as conn:
        return sorted(conn.execute(select(schema.post.c.kind)).scalars())


def correct(db: Database) -> None:
    publish(db, 67000001)
    later = publish(db, new(68987884, lead="correction", body="This message replaces CSMS # 67000001."))
    with db.begin() as conn:
        record_corrections(conn, later, db.now(conn))


def test_a_link_of_a_message_is_stored_once_and_keeps_its_content(db: Database) -> None:
    with db.begin() as conn:
        first = record(conn, db)
        assert record(conn, db, content={**CONTENT, "text": "Changed"}) == first
        assert record(conn, db, message="1.6") != first
        assert record(conn, db, link=OTHER) != first
        assert unfurls.content(conn, first) == CONTENT
        assert unfurls.content(conn, "unknown") is None


def test_a_change_is_marked_below_every_such_link_and_answered_below_none(db: Database) -> None:
    subscribe(db, to=HERE)
    with db.begin() as conn:
        record(conn, db)
        record(conn, db, message="1.6")
        record(conn, db, link=OTHER, content={**CONTENT, "subjects": ["csms:67000002"]})
    correct(db)
    assert kinds(db) == ["mark", "mark", "unfurl", "unfurl", "unfurl"]


def test_a_mark_knows_the_link_and_the_other_previews_of_its_message(db: Database) -> None:
    with db.begin() as conn:
        record(conn, db)
        other = record(conn, db, link=OTHER, content={**CONTENT, "subjects": []})
        record(conn, db, link=OTHER, message="1.6", content={**CONTENT, "subjects": []})
        channel_id = channels.ensure(conn, HERE, db.now(conn))
    correct(db)
    with db.read() as conn:
        mark = posts.first(conn, channel_id, PostState.PENDING)
    assert mark is not None
    assert mark.kind == PostKind.MARK
    assert mark.about is not None
    assert mark.about.link == PAGE
    assert mark.about.siblings == (About(other, "1.5", {**CONTENT, "subjects": []}, OTHER),)


def test_previews_and_their_marks_are_deleted_after_90_days(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        record(conn, db)
    correct(db)
    clock.now += timedelta(days=89)
    with db.begin() as conn:
        record(conn, db, message="1.6")
        unfurls.forget_old(conn, db.now(conn))
    assert kinds(db) == ["mark", "unfurl", "unfurl"]
    clock.now += timedelta(days=2)
    with db.begin() as conn:
        unfurls.forget_old(conn, db.now(conn))
    assert kinds(db) == ["unfurl"]
