"""/csms open, and questions whether a system works, through the Responder."""

from datetime import timedelta

import pytest

from handlers.replies.text import render
from handlers.router import dispatch, read_command, resolve
from jobs.archive.backlog import import_rows
from jobs.archive.table import Row
from jobs.models.entries import Entry
from jobs.states import EntryKind
from jobs.store.database import Database
from tests.handlers.messages.test_answers import MARIA, SHIPPED, Host, ask, buttons, poll, publish, shown
from tests.support.small_catalog import CHANNEL, NOW, entry


def reported(number: int, title: str, hours: float, **more: object) -> Entry:
    kind = EntryKind.RESOLVED if title.startswith("RESOLVED") else EntryKind.OUTAGE
    return entry(str(number), title, published=NOW - timedelta(hours=hours), **{"kind": kind, "routine": True, **more})


SLOW = reported(69000001, "ACE Air EDI Experiencing Slow Processing", 20)
UPDATE = reported(69000002, "UPDATE: ACE Air EDI Experiencing Slow Processing", 2)
TRUCK = reported(69000003, "Truck Manifest Delays", 5)
OLD = reported(69000004, "ACE Reports Outage", 24 * 10)
OVER = reported(69000005, "FDA Prior Notice Issue", 8)
END = reported(69000006, "RESOLVED: FDA Prior Notice Issue", 6)
NEWS = entry("69000007", "GUIDANCE: Steel", published=NOW)


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    publish(sqlite_db, SLOW, UPDATE, TRUCK, OLD, OVER, END, NEWS)
    poll(sqlite_db)
    return sqlite_db


def test_open_outages_come_first_with_their_chains_and_when_the_feed_was_read(stored: Database) -> None:
    text = shown("/csms open", stored)
    assert text.startswith(
        "CBP’s messages report 2 open outages. - Update: ACE Air EDI Experiencing Slow Processing [1] · 69000002 · since Sun 13:00 ET"
        " · earlier message: 69000001 [2] - Truck Manifest Delays [3] · 69000003 · since 04:00 ET"
        " CBP's feed was last read 09:00 ET. The bot cannot see whether a system works; it reads CBP’s messages."
    )
    assert "Ended in the last 24 hours - Resolved: FDA Prior Notice Issue [4] · 69000006 · 01:00 ET to 03:00 ET" in text
    assert "Not closed by a message - ACE Reports Outage [5] · 69000004 · 30 Jan" in text


@pytest.mark.parametrize(
    "words",
    [
        "is ACE down?",
        "any outages right now",
        "are there any system issues?",
        "/csms is ACE down right now",
        "any outages today",
        "Is ACE working",
        "is the ACE portal working?",
        "is the portal down",
        "is the ACE portal up right now",
        "is the portal offline",
    ],
)
def test_a_question_gets_what_the_command_gets(stored: Database, words: str) -> None:
    assert ask(words, stored) == ask("/csms open", stored)


def test_a_question_about_a_part_gets_its_open_outage_or_the_notices_about_it(stored: Database) -> None:
    assert shown("is the truck manifest down?", stored).startswith("CBP’s messages report 1 open outage about “truck manifest”.")
    ended = shown("is FDA down?", stored)
    assert ended.startswith("CBP’s messages report no open outages about “fda”.")
    assert "Ended in the last 24 hours - Resolved: FDA Prior Notice Issue" in ended
    assert shown("is the reports application down?", stored).startswith("The bot cannot see whether a system works right now.")


@pytest.mark.parametrize("words", ["were there outages last week", "any maintenance this weekend", "did ACE go down"])
def test_a_question_about_the_past_or_maintenance_gets_notices(stored: Database, words: str) -> None:
    assert "open outage" not in shown(words, stored)


def test_none_open_is_said_with_the_time_of_the_last_read(sqlite_db: Database) -> None:
    publish(sqlite_db, OVER, END)
    poll(sqlite_db)
    text = shown("/csms open", sqlite_db)
    assert text.startswith("CBP’s messages report no open outages. CBP's feed was last read 09:00 ET.")
    assert [button.command for button in buttons(ask("/csms open", sqlite_db))] == ["/csms latest outage"]


def test_a_feed_that_cannot_be_read_opens_the_answer(stored: Database) -> None:
    poll(stored, at=NOW, failing="HTTP 403")
    assert shown("/csms open", stored).startswith(
        "CBP's feed cannot be read right now; it was last read 09:00 ET. Newer messages may be missing."
    )


def test_with_nothing_stored_it_says_why(sqlite_db: Database) -> None:
    assert shown("/csms open", sqlite_db) == "No CSMS messages are stored yet. The bot has not read CBP's feed yet."


@pytest.mark.parametrize("words", ["/csms open", "is ACE down?"])
def test_with_an_imported_archive_and_no_read_of_the_feed_it_says_what_was_searched(sqlite_db: Database, words: str) -> None:
    import_rows(sqlite_db, [Row(OLD.number, "Quota Bulletin 26-101", OLD.published)], SHIPPED)
    assert shown(words, sqlite_db).startswith(
        "CBP's feed has not been read yet. Newer messages may be missing. CBP’s messages report no open outages."
        " Searched: 1 stored CSMS message since 30 Jan."
    )


def test_a_search_for_nouns_is_no_question(stored: Database) -> None:
    assert "open outage" not in shown("/csms ACE outages", stored)
    assert "Truck Manifest Delays" in shown("/csms truck manifest delays", stored)
    assert "report 2 open outages" in shown("/csms any ACE outages", stored)


def test_further_words_are_a_question() -> None:
    assert (read_command("open", MARIA).verb, read_command("open an account", MARIA).verb) == ("csms", "trade")
    route = resolve(read_command("/csms open quota periods", MARIA, CHANNEL)).route
    assert route is not None
    assert route.usage.startswith("/csms [number, link or words]")


def test_without_a_database_it_says_so(stored: Database) -> None:
    text = render(dispatch(resolve(read_command("/csms open", MARIA)), Host(stored).context(store=False)))
    assert "Only the running bot stores messages" in text


def test_an_archived_outage_shows_the_day_alone(sqlite_db: Database) -> None:
    import_rows(sqlite_db, [Row(TRUCK.number, TRUCK.title, TRUCK.published)], SHIPPED)
    poll(sqlite_db)
    assert "Truck Manifest Delays [1] · 69000003 · since 9 Feb CBP's feed" in shown("/csms open", sqlite_db)


@pytest.mark.parametrize(
    "words", ["which outages were there in january 2026", "what outages happened in january", "list the outages in january"]
)
def test_the_outages_of_a_past_month_are_listed(sqlite_db: Database, words: str) -> None:
    publish(sqlite_db, reported(69000030, "ACE Truck Outage", 20 * 24), reported(69000031, "ACE Rail Outage", 60 * 24))
    poll(sqlite_db)
    shown = render(ask(words, sqlite_db))
    assert "69000030" in shown
    assert "69000031" not in shown
    assert "cannot see whether a system works right now" not in shown
