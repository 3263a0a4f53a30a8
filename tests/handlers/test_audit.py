"""/trade-admin audit: every change that a command makes is there, with who, where, and what was so before and after."""

import json

import pytest
from sqlalchemy import text, update

from handlers.command import Command, Context, Person
from handlers.replies.reply import Buttons, Reply
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs import audit
from jobs.models.content import Problem
from jobs.pauses import resume_channel
from jobs.publish import publish_entries
from jobs.reminders import Wanted, set_reminder, stop_reminders
from jobs.revisions import publish as publish_content
from jobs.revisions import roll_back
from jobs.states import AuditAction
from jobs.store import audit as store
from jobs.store import channels, feeds, problems, revisions, schema
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.sample_content import files
from tests.support.small_catalog import CATALOG, CHANNEL
from tests.support.store import NEW_YORK, audited, new, publish
from tests.support.tampering import without_triggers

pytestmark = pytest.mark.one_database

MARIA = Person("slack", "T1", "U1", "Maria", admin=True)
PAUL = Person("slack", "T1", "U2", "Paul")


def say(words: str, db: Database, clock: Clock, person: Person = MARIA) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    return dispatch(resolve(Command(verb, rest, person, CHANNEL)), Context(CATALOG, clock.now, NEW_YORK, db))


def shown(reply: Reply) -> str:
    return " ".join(render(reply).split())


def record(db: Database, count: int) -> None:
    for number in range(1, count + 1):
        with db.begin() as conn:
            audit.record(conn, MARIA.signature, audit.Change(AuditAction.POLLED, f"feed number{number}"), db.now(conn))


def test_what_people_do_with_a_subscription_is_listed_newest_first(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    clock.pass_(minutes=2)
    say("/csms subscribe revenue weekdays 10:00", db, clock, PAUL)
    clock.pass_(minutes=2)
    say("/csms pause 1 until 14 feb", db, clock)
    clock.pass_(minutes=2)
    say("/csms resume 1", db, clock)
    clock.pass_(minutes=2)
    say("/csms unsubscribe 1", db, clock, PAUL)
    reply = shown(say("/trade-admin audit", db, clock))
    places = [
        reply.index(each)
        for each in (
            "Paul ended subscription 1: it was feeds csms; ",
            "Maria resumed subscription 1: paused until Sat 09:00 ET → none",
            "Maria paused subscription 1: paused until Sat 09:00 ET",
            "Paul changed subscription 1",
            "Maria subscribed the channel (subscription 1)",
        )
    ]
    assert places == sorted(places)
    assert "schedule now → weekdays 10:00" in reply
    assert "slack trade" in reply


@pytest.mark.parametrize("often", ["weekly", "weekly changes"])
def test_the_weekday_of_a_weekly_schedule_is_listed(db: Database, clock: Clock, often: str) -> None:
    say(f"/csms subscribe revenue {often} mon", db, clock)
    clock.pass_(minutes=2)
    say(f"/csms subscribe revenue {often} wed", db, clock)
    kind = often.split()[-1]
    (changed,) = audited(db, "changed")
    assert f'"when":"{kind} mon 09:00"' in changed.before
    assert f'"when":"{kind} wed 09:00"' in changed.after
    assert f"schedule {kind} mon 09:00 → {kind} wed 09:00" in shown(say("/trade-admin audit changed", db, clock))


def test_pausing_and_resuming_the_channel_is_listed(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    say("/csms pause", db, clock)
    clock.pass_(minutes=2)
    (paused,) = audited(db, "paused", "channel")
    assert (paused.what, paused.after) == ("paused", '{"paused_until":"somebody resumes it"}')
    with db.begin() as conn:
        resume_channel(conn, 1, clock.now, MARIA.signature)
    (resumed,) = audited(db, "resumed", "channel")
    assert (resumed.before, resumed.after) == ('{"paused_until":"somebody resumes it"}', "")


def test_reminders_are_listed_when_they_are_set_and_stopped(db: Database, clock: Clock) -> None:
    (entry,) = publish(db, 67000001)
    with db.begin() as conn:
        here = channels.ensure(conn, CHANNEL, clock.now)
        for days in ((14, 1), (14, 1), (7,)):
            set_reminder(conn, here, Wanted(days, NEW_YORK, clock.now, entry=entry.id), MARIA.signature, clock.now)
        assert stop_reminders(conn, here, [entry.id], PAUL.signature, clock.now) == 1
        assert stop_reminders(conn, here, [entry.id], PAUL.signature, clock.now) == 0
    found = [(row.what, row.subject, row.before, row.after) for row in audited(db)]
    assert found == [
        ("set a reminder", "reminder of 67000001", "", '{"days":[[14,1]]}'),
        ("set a reminder", "reminder of 67000001", '{"days":[[14,1]]}', '{"days":[[7]]}'),
        ("stopped a reminder", "reminder of 67000001", '{"days":[[7]]}', ""),
    ]
    reply = shown(say("/trade-admin audit", db, clock))
    assert "Paul stopped a reminder of 67000001" in reply
    assert "Maria set a reminder of 67000001" in reply


def test_content_is_listed_when_it_is_published_and_rolled_back(db: Database) -> None:
    first, second = files(), files() | {"office.yaml": files()["office.yaml"].replace("Facilitate.", "Ease.")}
    publish_content(db, first, MARIA.signature)
    publish_content(db, second, MARIA.signature)
    publish_content(db, second, MARIA.signature)  # nothing to publish
    with db.read() as conn:
        older = revisions.by_id(conn, 1)
    assert older is not None
    roll_back(db, older, PAUL.signature, 2)
    found = [(row.who, row.what, row.subject) for row in audited(db)]
    assert found == [
        (MARIA.signature, "reloaded", "revision 1"),
        (MARIA.signature, "reloaded", "revision 2"),
        (PAUL.signature, "rolled back", "revision 3"),
    ]
    assert json.loads(audited(db)[-1].before)["revision"] == 2


def test_held_entries_are_listed_when_an_admin_decides(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        feeds.ensure(conn, ["csms"], clock.now)
        publish_entries(conn, "csms", [new(1), new(2)], clock.now, backlog=False, held=True)
    say("/trade-admin post csms", db, clock)
    say("/trade-admin seen csms", db, clock)
    (row,) = audited(db)
    assert (row.what, row.subject, row.after) == ("posted what was held", "feed csms", '{"numbers":["1","2"]}')


def test_a_problem_that_is_done_is_listed_without_its_words(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        number = problems.add(conn, Problem(clock.now, "pti:revenue", "my own words", PAUL.signature))
    say(f"/trade-admin done {number}", db, clock)
    (row,) = audited(db)
    assert (row.what, row.subject, row.before, row.after) == ("ticked off", f"problem {number}", "", "")


def test_a_poll_by_a_person_is_listed(db: Database, clock: Clock) -> None:
    say("/trade-admin poll csms", db, clock)
    (row,) = audited(db)
    assert (row.who, row.what, row.subject) == ("Maria (slack:T1/U1)", "polled", "feeds csms")


def test_words_filter_and_all_of_them_count(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    say("/csms subscribe tariffs now", db, clock, PAUL)
    for words, found in (
        ("revenue", 1),
        ("PAUL", 1),
        ("subscribed", 2),
        ("maria tariffs", 0),
        ("paul tariffs", 1),
        ("100%", 0),
        ("mar_a", 0),
    ):
        reply = say(f"/trade-admin audit {words}", db, clock)
        assert shown(reply).count("row ") - (1 if "No row" in shown(reply) else 0) == found, words


@on_both
def test_ten_are_on_a_page_and_older_shows_the_next(db: Database, clock: Clock) -> None:
    record(db, 23)
    pressed, pages = "/trade-admin audit polled", []
    while pressed:
        reply = say(pressed, db, clock)
        pages.append([number for number in range(1, 24) if f"feed number{number} " in f"{shown(reply)} "])
        buttons = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
        pressed = buttons[0].command if buttons else ""
    assert pages == [list(range(14, 24)), list(range(4, 14)), [1, 2, 3]]


_LONG = [(column, value) for column in ("before", "after") for value in ("[1]", "[" * 9000, "9" * 5000)]


@pytest.mark.parametrize(("column", "value"), [*_LONG, ("before", "{broken"), ("at", "monday"), ("at", "2026-99-99T00:00:00.000000Z")])
def test_a_row_that_somebody_spoiled_is_shown_as_it_is_with_a_note(db: Database, clock: Clock, column: str, value: str) -> None:
    record(db, 3)
    with db.begin() as conn, without_triggers(conn):
        conn.execute(update(schema.audit).where(schema.audit.c.id == 2).values({column: value}))
    reply = shown(say("/trade-admin audit", db, clock))
    assert [f"row {number} " in reply for number in (1, 2, 3)] == [True] * 3
    assert reply.count("not as the bot stored it") == 1
    assert value[:20] in reply


@on_both
@pytest.mark.parametrize("raw", ["00ff41", "4d61726961", ""])
def test_a_row_with_bytes_in_place_of_text_is_shown_with_a_note(sqlite_db: Database, clock: Clock, raw: str) -> None:
    record(sqlite_db, 2)
    with sqlite_db.begin() as conn, without_triggers(conn):
        conn.execute(text("UPDATE audit SET who = :raw WHERE id = 2"), {"raw": bytes.fromhex(raw)})
    said = shown(say("/trade-admin audit", sqlite_db, clock))
    assert said.count("not as the bot stored it") == 1
    said.encode()


@on_both
@pytest.mark.parametrize("words", ["élodie", "Élodie", "ÉLODIE", "ÄRZTE", "ärzte élodie", '"ärzte"', "don't", 'a"b'])
def test_capitals_of_every_alphabet_are_found_on_both_databases(db: Database, clock: Clock, words: str) -> None:
    with db.begin() as conn:
        change = audit.Change(AuditAction.CHANGED, "subscription 1", after={"phrases": ["Ärzte", "don't a\"b"]})
        audit.record(conn, "Élodie (slack:T1/U1)", change, db.now(conn))
    assert shown(say(f"/trade-admin audit {words}", db, clock)).count("row 1 ") == 1
    for other in ("elodie", "élo", "lodie", "ärzt"):
        assert shown(say(f"/trade-admin audit {other}", db, clock)).count("row 1 ") == 0


def test_words_are_whole_words_of_what_happened(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    say("/csms pause 1 until 14 feb", db, clock)
    clock.pass_(minutes=2)
    say("/csms resume 1", db, clock)
    say("/csms pause", db, clock, PAUL)
    clock.pass_(minutes=2)
    say("/csms unsubscribe 1", db, clock)
    for words, rows in (
        ("maria paused", [2]),
        ("paused", [2, 4]),
        ("resumed", [3]),
        ("subscribed", [1]),
        ("pau", []),
        ("until", []),
        ("2026-02-14", [2, 3]),
        ("subscription 1", [1, 2, 3, 5]),
        ("subscription 11", []),
    ):
        said = shown(say(f"/trade-admin audit {words}", db, clock))
        assert [row for row in range(1, 6) if f"row {row} " in said] == rows, words


def test_more_words_than_eight_are_refused_and_repeated_ones_count_once(db: Database, clock: Clock) -> None:
    record(db, 1)
    assert say("/trade-admin audit " + "feed FEED " * 350, db, clock).ok
    too_many = say("/trade-admin audit " + " ".join(f"a{number}" for number in range(9)), db, clock)
    assert (too_many.ok, too_many.text) == (False, "That is too many words to look for. Type at most 8.")


@on_both
def test_a_word_that_a_database_cannot_store_is_found_in_no_row(db: Database, clock: Clock) -> None:
    record(db, 1)
    with db.read() as conn:
        assert store.latest(conn, 5, words=("polled", "\x00")) == []
        assert store.latest(conn, 5, words=("pol\x00led",)) == []


@pytest.mark.parametrize("words", ["before", "before maria", "before 12345678901234567890", "before 0", "BEFORE #0 maria", "before -1"])
def test_before_needs_the_number_of_a_row(db: Database, clock: Clock, words: str) -> None:
    record(db, 1)
    reply = say(f"/trade-admin audit {words}", db, clock)
    assert (reply.ok, "after “before”" in reply.text.lower()) == (False, True)


def test_nothing_found_is_said(db: Database, clock: Clock) -> None:
    reply = say("/trade-admin audit nobody", db, clock)
    assert not reply.ok
    assert reply.text.startswith("The audit has no change with “nobody”. Type whole words of what happened")


def test_only_admins_read_it(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    assert "Maria" not in shown(say("/trade-admin audit", db, clock, PAUL))


@pytest.mark.parametrize("question", ["/pti revenue", "/trade how do I file a drawback claim", "/csms why 1", "/trade-admin audit revenue"])
def test_a_question_leaves_nothing_in_the_audit(sqlite_db: Database, question: str) -> None:
    clock = Clock()
    sqlite_db.clock = clock
    say(question, sqlite_db, clock)
    assert audited(sqlite_db) == []
