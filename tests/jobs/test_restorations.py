"""A restored database posts nothing again that its channels got since the backup."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from jobs import restorations
from jobs.audit import THE_BOT, moment, read_values, verify
from jobs.corrections import record_corrections
from jobs.models.entries import NewEntry
from jobs.models.posts import Bundle
from jobs.outbox import Decision, decide
from jobs.outcomes import Retry, Unreadable
from jobs.states import PostKind, PostState, UnreadablePolicy
from jobs.store import restorations as store
from jobs.store import workers
from jobs.store.database import Database
from tests.jobs import test_reminder_changes, test_reminders
from tests.support import backup
from tests.support.clock import Clock
from tests.support.delivery import NINE, deliver, posts
from tests.support.store import DAILY, REVENUE, audited, new, publish, says, subscribe
from tests.support.stub_platform import Message, Platform, answer, take_and_time_out

NEVER = Unreadable("this platform has no history", for_good=True)

EARLIER = new(67000001)
CORRECTION = new(67000002, title="CORRECTION: Message", lead="correction", body="This message corrects CSMS # 67000001.")


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    subjects = [item.entry.key for item in bundle.entries]
    if bundle.about is not None:
        return [{"says": f"{bundle.kind}: {says(bundle)}", "subjects": subjects[:1], "text": "", "blocks": [{}]}]
    return [{"says": says(bundle), "subjects": subjects, "text": "", "blocks": [{}]}]


async def post(db: Database, platform: Platform, *what: int | NewEntry, **pace: Any) -> None:
    """Publish what is new, and deliver until nothing is due."""
    stored = publish(db, *what)
    with db.begin() as conn:
        record_corrections(conn, stored, db.now(conn))
    for _ in range(10):
        await deliver(db, platform, compose, **pace)
        assert isinstance(db.clock, Clock)
        db.clock.pass_(minutes=6)


@pytest.fixture
def clock(db: Database) -> Clock:
    db.clock = clock = Clock()
    assert restorations.notice_copy(db) is None, "a new database is no copy"
    return clock


def restore(db: Database, rows: backup.Rows, *, noticed: bool = True) -> None:
    backup.bring_back(db, rows)
    if noticed:
        assert restorations.mark_restored(db, None) is not None


@pytest.mark.parametrize("noticed", [True, False])
async def test_posts_since_the_backup_are_not_posted_again(db: Database, clock: Clock, noticed: bool) -> None:
    subscribe(db)
    platform = Platform()
    await post(db, platform, 1)
    rows = backup.take(db)
    await post(db, platform, 2)
    await post(db, platform, 3)
    restore(db, rows, noticed=noticed)
    await post(db, platform, 2, 3)
    await post(db, platform, 4)
    again = [] if noticed else ["2", "3"]  # if nobody looked into the history
    assert platform.seen() == ["1", "2", "3", *again, "4"]


async def test_second_subscription_of_the_channel_gets_nothing_again(db: Database, clock: Clock) -> None:
    subscribe(db)
    subscribe(db, DAILY, REVENUE, digest_only=True)
    platform = Platform()
    rows = backup.take(db)
    await post(db, platform, new(1, "revenue"), new(2, "revenue"))
    restore(db, rows)
    publish(db, new(1, "revenue"), new(2, "revenue"), new(3, "revenue"))
    clock.now = NINE + timedelta(days=1)
    await post(db, platform)
    assert platform.seen() == ["1", "2", "3"]


async def test_digest_since_the_backup_is_not_posted_again_with_other_entries(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    rows = backup.take(db)
    publish(db, 1, 2)
    clock.now = NINE
    await post(db, platform)
    clock.pass_(hours=1)
    restore(db, rows)
    publish(db, 1, 2, 3)
    clock.now = NINE + timedelta(days=1)
    await post(db, platform)
    assert platform.seen()[0] == "digest: 1 2"
    assert [text for text in platform.seen()[1:] if "1" in text.replace("(1)", "") or "2" in text.replace("(2)", "")] == []
    assert "3" in platform.seen()[-1]


async def test_post_that_waited_when_the_backup_was_made_is_found_by_its_id(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([answer(Retry(60.0, "later"))])
    publish(db, 1)
    await deliver(db, platform, compose)
    rows = backup.take(db)
    clock.pass_(minutes=2)
    await post(db, platform, 2)
    restore(db, rows)
    await post(db, platform, 2)
    assert platform.seen() == ["1", "2"]
    assert {each.state for each in posts(db)} == {PostState.SENT}


async def test_history_that_cannot_be_read_right_now_is_read_later(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    rows = backup.take(db)
    await post(db, platform, 1)
    restore(db, rows)
    platform.unreadable = [Unreadable("busy"), OSError("reset")]
    await post(db, platform, 1, 2)
    assert platform.seen() == ["1", "2"]


async def test_what_may_be_there_is_held_where_no_history_tells(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    rows = backup.take(db)
    await post(db, platform, 1)
    restore(db, rows)
    platform.unreadable = [NEVER] * 50
    await post(db, platform, 1)
    assert platform.seen() == ["1"]
    (held,) = [each for each in posts(db) if each.held_at is not None]
    assert "restored" in held.error
    with db.begin() as conn:
        assert decide(conn, held.id, Decision.ARRIVED, "someone", clock.now) is not None
    clock.pass_(hours=2)
    await post(db, platform, 2)
    assert platform.seen() == ["1", "2"], "what was published after the restoration cannot be there"


async def test_held_post_that_an_admin_sends_again_is_not_held_again(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    publish(db, 1)
    rows = backup.take(db)
    restore(db, rows)
    platform.unreadable = [NEVER] * 50
    await post(db, platform)
    (held,) = posts(db)
    assert held.held_at is not None
    with db.begin() as conn:
        assert decide(conn, held.id, Decision.RESEND, "someone", clock.now) is not None
    await post(db, platform)
    assert platform.seen() == ["1"]


async def test_held_post_is_given_up_for_what_the_history_shows_once_it_can_be_read(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    rows = backup.take(db)
    await post(db, platform, 1)
    restore(db, rows)
    platform.unreadable = [NEVER] * 3
    await post(db, platform, 1, 2)
    assert platform.seen() == ["1", "2"]


async def test_policy_of_sending_again_holds_nothing(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    rows = backup.take(db)
    await post(db, platform, 1)
    restore(db, rows)
    platform.unreadable = [NEVER] * 50
    await post(db, platform, 1, unreadable=UnreadablePolicy.RESEND)
    assert platform.seen() == ["1", "1"]


async def test_answers_and_marks_since_the_backup_are_not_repeated(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    await post(db, platform, EARLIER)
    rows = backup.take(db)
    await post(db, platform, CORRECTION)
    assert len(platform.answers) == 1
    restore(db, rows)
    await post(db, platform, CORRECTION)
    assert len(platform.answers) == 1
    assert platform.seen() == ["67000001", "67000002"]


async def test_post_that_only_the_history_knows_is_answered_when_it_is_corrected(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    rows = backup.take(db)
    await post(db, platform, EARLIER)
    restore(db, rows)
    await post(db, platform, EARLIER)
    await post(db, platform, CORRECTION)
    assert [each[0] for each in platform.answers] == ["ts0"]
    assert platform.marks == [], "its text is not known, so the message stays as it is"
    assert platform.seen() == ["67000001", "67000002"]


async def test_reminders_since_the_backup_are_not_repeated(db: Database, clock: Clock) -> None:
    (entry,) = publish(db, new(1, body=test_reminders.BODY))
    test_reminders.ask(db, entry, 14)
    platform = Platform()
    rows = backup.take(db)
    await test_reminders.pass_days(db, clock, platform, date(2026, 2, 18))
    assert len(platform.messages) == 1
    restore(db, rows)
    await test_reminders.pass_days(db, clock, platform, date(2026, 2, 20))
    assert len(platform.messages) == 1
    assert {each.state for each in posts(db) if each.kind == PostKind.REMINDER} == {PostState.DEAD}


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("apart", [True, False])
async def test_moved_dates_that_were_told_since_the_backup_are_not_told_again(
    db: Database, clock: Clock, confirmed: bool, apart: bool
) -> None:
    """`apart`: the other copy told of two messages one after the other, and this one learns of both at once."""
    body = "Comments are due by March 2, 2026. Effective April 1, 2026, CBP will reject the old form."
    (asked,) = publish(db, new(68000001, body=body))
    test_reminder_changes.ask(db, asked, confirmed=confirmed)
    moves = [
        new(68000002, body="This extends CSMS # 68000001. Comments are due by March 16, 2026."),
        new(68000003, body="This updates CSMS # 68000001. The effective date is changed from April 1, 2026 to April 15, 2026."),
    ]
    platform = Platform()
    rows = backup.take(db)
    for several in [moves[:1], moves[1:]] if apart else [moves]:
        publish(db, *several)
        await test_reminder_changes.tick(db, platform, clock)
    told = [*platform.messages, *platform.answers]
    assert len(told) == 2
    restore(db, rows)
    publish(db, *moves)
    for _ in range(3):
        await test_reminder_changes.tick(db, platform, clock)
    assert [*platform.messages, *platform.answers] == told
    publish(db, new(68000004, body="This extends CSMS # 68000001. Comments are due by March 30, 2026."))
    for _ in range(3):
        await test_reminder_changes.tick(db, platform, clock)
    assert len([*platform.messages, *platform.answers]) == 3


async def test_lost_intent_of_an_unknown_outcome_is_not_sent_again(db: Database, clock: Clock) -> None:
    subscribe(db)
    rows = backup.take(db)
    platform = Platform([take_and_time_out])
    publish(db, 1)
    await deliver(db, platform, compose)
    restore(db, rows)
    await post(db, platform, 1)
    assert platform.seen() == ["1"]


async def test_history_is_read_once_for_a_restoration(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    publish(db, 1)
    restore(db, backup.take(db))
    await post(db, platform)
    platform.unreadable = [NEVER]
    await post(db, platform, 2)
    assert (platform.seen(), platform.unreadable) == (["1", "2"], [NEVER])


# copies


def test_another_file_is_noticed_once_but_may_only_have_moved(sqlite_db: Database, tmp_path: Path) -> None:
    subscribe(sqlite_db)
    assert restorations.notice_copy(sqlite_db) is None
    assert restorations.notice_copy(sqlite_db) is None
    (tmp_path / "copy.db").write_bytes(b"")
    with sqlite3.connect(str(sqlite_db.url.database)) as source, sqlite3.connect(tmp_path / "copy.db") as target:
        source.backup(target)
    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    found = restorations.notice_copy(copy)
    assert found is not None
    assert not found.certain
    assert restorations.notice_copy(copy) is None
    assert noticed(copy) == [{"as_of": moment(found.since), "note": "the file may only have moved"}]
    copy.close()


def test_table_of_a_dump_is_noticed(postgres_url: str) -> None:
    db = Database(postgres_url)
    subscribe(db)
    assert restorations.notice_copy(db) is None
    assert restorations.notice_copy(db) is None
    with db.begin() as conn:
        workers.beat(conn, "host:1", db.now(conn), delivered=True)
    with db.begin() as conn:  # as pg_restore --clean does
        conn.execute(text("CREATE TABLE dumped (LIKE restoration INCLUDING ALL)"))
        conn.execute(text("INSERT INTO dumped OVERRIDING SYSTEM VALUE SELECT * FROM restoration"))
        conn.execute(text("ALTER SEQUENCE restoration_id_seq OWNED BY dumped.id"))
        conn.execute(text("DROP TABLE restoration"))
        conn.execute(text("ALTER TABLE dumped RENAME TO restoration"))
    found = restorations.notice_copy(db)
    assert found is not None
    assert found.certain
    with db.read() as conn:
        assert workers.all_rows(conn) == [], "those of the other copy"
    assert restorations.notice_copy(db) is None
    assert noticed(db) == [{"as_of": moment(found.since)}]
    db.close()


def noticed(db: Database) -> list[dict[str, Any] | None]:
    """Return what the audit says of the restorations that the bot noticed."""
    with db.read() as conn:
        assert verify(conn) == []
    return [read_values(row.after) for row in audited(db, "noticed") if row.who == THE_BOT]


async def test_file_that_may_only_have_moved_holds_nothing_where_no_history_tells(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    with db.begin() as conn:
        store.add(conn, "another file", clock.now, clock.now, certain=False)
    platform = Platform(unreadable=[NEVER] * 50)
    await post(db, platform)
    assert platform.seen() == ["1"]


async def test_message_that_the_other_copy_was_sending_may_still_appear(db: Database, clock: Clock) -> None:
    subscribe(db)
    rows = backup.take(db)
    platform = Platform()
    publish(db, 1)
    restore(db, rows)
    publish(db, 1)
    await deliver(db, platform, compose)
    assert platform.seen() == [], "the history would not tell yet"
    platform.messages.append(Message("C1", "late", {"says": "1", "tokens": [restorations.token("csms:1")]}))
    await post(db, platform)
    assert platform.seen() == ["1"]
