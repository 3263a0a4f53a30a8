"""Calendar files: what they say, and that a strict reader understands them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import icalendar
import pytest

from handlers.command import Context
from handlers.messages.calendar import calendar_file
from handlers.replies.reply import Reply, lines_of, plain
from handlers.replies.text import render
from handlers.router import dispatch, read_command, resolve
from jobs.store import calendar_events, schema
from jobs.store.database import Database
from tests.handlers.messages.test_answers import MARIA, SHIPPED, ask, publish
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW, entry

AGO = NOW - timedelta(days=5)
COMMENTS = entry("68000002", "Comments on the new form", "revenue", published=AGO, body="Comments are due by February 20, 2026.")
MORE_TIME = "This extends CSMS # 68000002. Comments are due by March 16, 2026."
MOVED = entry("68000003", "Comments: more time", "revenue", published=AGO + timedelta(days=1), body=MORE_TIME)
CANCELED = entry("68000009", "CANCELED: CSMS # 68000003", published=NOW, body="CSMS # 68000003 is canceled.")
QUOTA = entry("68000001", "Sugar quota", "agriculture-quota", published=AGO, body="The quota opens on March 2, 2026.")


def made(db: Database, name: str = "all") -> bytes:
    return calendar_file(db, SHIPPED, name, NOW.date())


def events(file: bytes) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(file)
    assert isinstance(calendar, icalendar.Calendar)
    assert all(not event.errors for event in calendar.walk())
    return [each for each in calendar.walk("VEVENT") if isinstance(each, icalendar.Event)]


def test_an_event_is_a_whole_day_with_the_sentence_the_link_and_the_caution(sqlite_db: Database) -> None:
    publish(sqlite_db, QUOTA)
    (event,) = events(made(sqlite_db))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 3, 2), date(2026, 3, 3))
    assert str(event["summary"]) == "Opens: Sugar quota"
    assert str(event["description"]) == (
        "“The quota opens on March 2, 2026.”\n\n"
        f"CSMS 68000001 {QUOTA.url}\n\n"
        "Automated. The linked CBP message is authoritative; CSMS guidance is not binding law."
    )
    assert (str(event["url"]), str(event["status"]), event.decoded("sequence")) == (QUOTA.url, "CONFIRMED", 0)
    assert event.decoded("dtstamp") == AGO.replace(microsecond=0)


def test_a_moved_date_keeps_its_uid_and_raises_its_sequence(sqlite_db: Database) -> None:
    publish(sqlite_db, COMMENTS)
    (before,) = events(made(sqlite_db))
    publish(sqlite_db, MOVED)
    (moved,) = events(made(sqlite_db))
    assert (str(before["uid"]), before.decoded("sequence")) == ("csms-68000002-deadline@tradebot", 0)
    assert (str(moved["uid"]), moved.decoded("sequence"), moved.decoded("dtstart")) == (str(before["uid"]), 1, date(2026, 3, 16))
    assert "Moved from 20 Feb (CSMS 68000002)." in str(moved["description"])
    publish(sqlite_db, CANCELED)
    (gone,) = events(made(sqlite_db))
    assert (str(gone["uid"]), gone.decoded("sequence"), str(gone["status"])) == (str(before["uid"]), 2, "CANCELLED")
    assert str(gone["description"]).startswith("No longer stands: see CSMS 68000009.")


@pytest.mark.parametrize("last", ["updates", "corrects"])
def test_the_sequence_and_the_stamp_of_a_date_that_was_doubted_and_is_confirmed_grow(sqlite_db: Database, last: str) -> None:
    day = "Comments are due by February 20, 2026."
    doubting = entry("68000004", "Comments", published=AGO + timedelta(days=1), body="This corrects CSMS # 68000002. Use form 7501.")
    again = entry("68000005", "Comments", published=AGO + timedelta(days=2), body=f"This {last} CSMS # 68000002. {day}")
    moving = entry("68000006", "Comments", published=AGO + timedelta(days=3), body=MORE_TIME)
    canceling = entry("68000007", "CANCELED: CSMS # 68000002", published=NOW, body="CSMS # 68000002 is canceled.")
    found = []
    for message in (COMMENTS, doubting, again, moving, canceling):
        publish(sqlite_db, message)
        (event,) = events(made(sqlite_db))
        found.append((event.decoded("sequence"), event.decoded("dtstamp")))
    assert [sequence for sequence, _ in found] == [0, 1, 2, 3, 4]
    assert [stamp for _, stamp in found] == [each.published for each in (COMMENTS, doubting, again, moving, canceling)]


def sequence(db: Database) -> tuple[int, date]:
    (event,) = events(made(db))
    return event.decoded("sequence"), event.decoded("dtstart")


def test_a_sequence_survives_what_a_count_of_messages_would_not(db: Database) -> None:
    publish(db, COMMENTS)
    assert sequence(db) == (0, date(2026, 2, 20))
    publish(db, MOVED)
    assert sequence(db) == (1, date(2026, 3, 16))
    with db.begin() as conn:  # a release reads the relation differently
        conn.execute(schema.entry_relation.delete())
        conn.execute(schema.entry_date.delete().where(schema.entry_date.c.date == date(2026, 3, 16)))
    assert sequence(db) == (2, date(2026, 2, 20))
    with db.begin() as conn:  # both messages are deleted, and the first comes again
        conn.execute(schema.entry.delete())
    assert events(made(db)) == []
    publish(db, COMMENTS)
    assert sequence(db) == (2, date(2026, 2, 20))
    with closing(Database(db.engine.url.render_as_string(hide_password=False))) as restarted:
        assert sequence(restarted) == (2, date(2026, 2, 20))
    publish(db, MOVED)
    assert sequence(db) == (3, date(2026, 3, 16))


def test_processes_that_make_a_calendar_at_once_raise_a_number_once(db: Database) -> None:
    publish(db, COMMENTS)
    made(db)
    publish(db, MOVED)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: made(db), range(8)))) == 1
    assert sequence(db)[0] == 1


def test_a_process_that_read_before_the_change_lowers_nothing(db: Database) -> None:
    publish(db, COMMENTS)
    made(db)
    with db.read() as conn:
        (before,) = calendar_events.by_uid(conn, ["csms-68000002-deadline@tradebot"]).values()
    publish(db, MOVED)
    seen = [sequence(db)[0]]
    with db.begin() as conn:
        calendar_events.publish(conn, [before], NOW)
    seen.append(sequence(db)[0])
    assert seen == [1, 3]


def test_a_message_that_leaves_a_date_as_it_is_leaves_its_event_as_it_is(sqlite_db: Database) -> None:
    publish(sqlite_db, QUOTA)
    before = made(sqlite_db)
    publish(sqlite_db, entry("68000004", "Sugar quota", published=NOW, body="This updates CSMS # 68000001. The forms are online."))
    assert made(sqlite_db) == before


def test_the_same_messages_make_the_same_bytes_and_unknown_ones_no_calendar(sqlite_db: Database) -> None:
    publish(sqlite_db, COMMENTS, MOVED, QUOTA)
    assert made(sqlite_db) == made(sqlite_db)
    assert [str(each["uid"]) for each in events(made(sqlite_db, "revenue"))] == ["csms-68000002-deadline@tradebot"]
    assert [str(each["uid"]) for each in events(made(sqlite_db, "agriculture-quota"))] == ["csms-68000001-opens@tradebot"]


def test_two_dates_of_one_kind_have_two_uids(sqlite_db: Database) -> None:
    publish(sqlite_db, replace(QUOTA, body="The quota opens on March 2, 2026. The second period opens on June 1, 2026."))
    assert [str(each["uid"]) for each in events(made(sqlite_db))] == ["csms-68000001-opens@tradebot", "csms-68000001-opens-1@tradebot"]


@pytest.mark.parametrize(
    "title",
    [
        "BEGIN:VEVENT\r\nUID:evil\r\nEND:VEVENT",
        "a;b,c\\d:e\\nf",
        'Rule "effective"; ATTENDEE=mailto:x@example.org',
        "é" * 300,
        "\u2028END:VCALENDAR\u2029",
        "= HYPERLINK(https://evil.example)",
    ],
)
def test_a_hostile_title_stays_text_in_one_event(sqlite_db: Database, title: str) -> None:
    publish(sqlite_db, replace(QUOTA, title=title, body="It is effective March 2, 2026; BEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM"))
    file = made(sqlite_db)
    assert all(len(row) <= 75 for row in file.split(b"\r\n"))
    (event,) = events(file)
    assert str(event["uid"]) == "csms-68000001-effective@tradebot"
    assert event.subcomponents == []
    assert "CBP dates: 1 date" in text(ask("/trade calendar", sqlite_db))
    assert "ATTENDEE" not in event


def test_routine_messages_and_samples_are_in_no_calendar(sqlite_db: Database) -> None:
    publish(sqlite_db, replace(QUOTA, routine=True))
    assert events(made(sqlite_db)) == []


def test_without_an_address_the_dates_are_listed_and_the_file_is_a_button(sqlite_db: Database) -> None:
    publish(sqlite_db, QUOTA, COMMENTS, MOVED, CANCELED)
    reply = ask("/trade calendar", sqlite_db)
    shown = text(reply)
    assert shown.startswith("CBP dates: 1 date The bot has no web address here")
    assert "2 Mar \u00b7 opens \u00b7 " in shown
    assert "BEGIN:VCALENDAR" not in shown
    assert "/trade calendar text" in shown
    assert "/trade calendar agriculture-quota text" in text(ask("/trade calendar quota", sqlite_db))


def test_with_text_the_command_shows_the_file_itself(sqlite_db: Database) -> None:
    publish(sqlite_db, QUOTA)
    shown = text(ask("/trade calendar quota text", sqlite_db))
    assert "CBP dates: Agriculture and Quota" in shown
    assert "BEGIN:VCALENDAR" in shown
    assert "UID:csms-68000001-opens@tradebot" in shown
    assert "guidance is not binding law. STATUS" in shown  # not folded: a platform may drop the blank that continues a line


def test_the_text_of_a_file_has_no_canceled_date(sqlite_db: Database) -> None:
    publish(sqlite_db, QUOTA, COMMENTS, MOVED, CANCELED)
    shown = text(ask("/trade calendar text", sqlite_db))
    assert "CBP dates: 1 date" in shown
    assert "Canceled" not in shown
    assert shown.count("END:VCALENDAR") == 1


@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_text_is_a_calendar_when_it_is_pasted_also_where_not_every_date_fits(sqlite_db: Database, count: int) -> None:
    several = [
        entry(str(68000100 + n), f"Quota {n}", "revenue", published=AGO, body=f"The quota opens on March {n % 28 + 1}, 2026.")
        for n in range(count)
    ]
    publish(sqlite_db, *several, COMMENTS, MOVED, CANCELED)  # the last date is canceled
    reply = ask("/trade calendar text", sqlite_db)
    code = "\r\n".join(plain(each) for block in reply.blocks for each in lines_of(block) if each and each[0].code)
    assert 1 <= len(events(f"{code}\r\n".encode())) <= count
    assert code.endswith("END:VEVENT\r\nEND:VCALENDAR")


def test_a_calendar_of_something_that_is_no_topic_is_explained(sqlite_db: Database) -> None:
    shown = text(ask("/trade calendar zzzz", sqlite_db))
    assert "There is no calendar for “zzzz”. Name a topic, or no topic for all dates." in shown


def text(reply: Reply) -> str:
    return " ".join(render(reply).split())


@pytest.mark.parametrize(("words", "name"), [("", "all"), ("revenue", "revenue"), ("quota", "agriculture-quota")])
def test_with_an_address_the_command_links_the_calendar(sqlite_db: Database, words: str, name: str) -> None:
    context = Context(SHIPPED, NOW, NEW_YORK, sqlite_db, url="https://bot.example.gov")
    reply = dispatch(resolve(read_command(f"/trade calendar {words}", MARIA, CHANNEL)), context)
    address = f"https://bot.example.gov/calendar/{name}.ics"
    assert [span.link for block in reply.blocks for each in lines_of(block) for span in each if span.link] == [address]
    assert address in reply.text
