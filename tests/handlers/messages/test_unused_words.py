"""Words behind a command: each is understood, or the answer says that it is not."""

import re
from datetime import timedelta

import pytest

from handlers.replies.text import render
from jobs.store.database import Database
from tests.handlers.messages.test_answers import OUTAGE, ask, poll, publish
from tests.handlers.messages.test_dates import CANCELED, COMMENTS, FAR, MOVED, OVER, QUOTA, commands, flat
from tests.support.small_catalog import NOW, entry

TOMORROW = entry("68000011", "Form 77", "revenue", published=NOW - timedelta(days=5), body="Form 77 is due by February 10, 2026.")
YESTERDAY = entry("68000012", "Form 88", "revenue", published=NOW - timedelta(days=1), body="Form 88 was due by February 8, 2026.")


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    publish(sqlite_db, QUOTA, COMMENTS, MOVED, OVER, FAR, CANCELED, OUTAGE, TOMORROW, YESTERDAY)
    poll(sqlite_db)
    sqlite_db.clock = lambda: NOW
    return sqlite_db


def shown(command: str, db: Database) -> str:
    """Return an answer without the lines below its headings."""
    return re.sub(r"=+ ", "", flat(ask(command, db)))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("tomorrow", "1 date tomorrow"),
        ("day after tomorrow", "No stored message gives a date on 11 February."),
        ("this week", "1 date this week"),
        ("next week", "No stored message gives a date next week."),
        ("this weekend", "No stored message gives a date this weekend."),
        ("next tuesday", "1 date on 10 February"),
        ("this month", "1 date this month"),
        ("next quarter", "No stored message gives a date next quarter."),
        ("yesterday", "Dates that are over 1 date yesterday"),
        ("last month", "Dates that are over 1 date last month"),
        ("past", "Dates that are over 2 dates in the last 90 days"),
        ("revenue yesterday", "Dates that are over: Revenue 1 date yesterday"),
        ("revenue moonstone", "No stored message gives a date in the next 90 days for Revenue with “moonstone”."),
        ("revenue form", "Dates ahead: Revenue, “form” 2 dates in the next 90 days"),
        ("moonstone", "You can name a topic, a time (tomorrow, next week, in march, 2026-12-31, last month) or words of the messages."),
        ("since:2026-01", "/trade dates does not take “since:”."),
        ("kind:guidance", "/trade dates does not take “kind:”."),
    ],
)
def test_dates_take_times_topics_and_words(stored: Database, words: str, says: str) -> None:
    assert says in shown(f"/trade dates {words}", stored)


def test_a_mistyped_time_is_offered_corrected(stored: Database) -> None:
    assert "/trade dates tomorrow" in commands(ask("/trade dates tomorow", stored))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/csms latest tomorrow", "CBP has not sent the messages of tomorrow yet."),
        ("/csms latest revenue next week", "CBP has not sent the messages of next week yet."),
        ("/csms latest soon", "CBP has not sent the messages of later days yet."),
        ("/csms latest 2", "the 2 newest stored messages"),
        ("/csms latest 1", "the newest stored message ·"),
        ("/csms latest sunday", "Latest CSMS messages on 8 Feb 2026"),
        ("/csms latest last sunday", "Latest CSMS messages on 8 Feb 2026"),
        ("/csms latest 1 day ago", "Latest CSMS messages 1 day ago"),
        ("/csms open now", "CBP’s messages report 1 open outage."),
        ("/csms open please", "CBP’s messages report 1 open outage."),
        ("/csms open yesterday", "/csms open lists the outages that are open now."),
        ("/csms open tomorrow", "nobody can know those to come."),
        ("/csms open moonstone", "No results for “open moonstone”."),
        ("/trade changes last tuesday", "Changes 3 Feb · "),
        ("/trade changes tuesday", "Changes 3 Feb · "),
        ("/trade changes two weeks ago", "Changes 26 Jan to 1 Feb"),
        ("/trade changes last quarter", "Changes 1 Oct 2025 to 31 Dec 2025 · no messages, 3 other ones with dates ahead"),
        ("/trade changes tomorrow", "“tomorrow” is still to come."),
        ("/trade changes soon", "“soon” is still to come."),
        ("/trade changes revenue moonstone", "The bot does not recognize the topic “moonstone”."),
        ("/trade changes revenue please", "Changes: Revenue"),
        ("/trade changes moonstone", "A time may be yesterday, last week, tuesday, in march or since:2026-02-01."),
        ("/trade calendar tomorrow", "/trade calendar takes only a topic, and not “tomorrow”."),
        ("/trade calendar revenue moonstone", "/trade calendar takes only a topic, and not “revenue moonstone”."),
        ("/trade briefing revenue moonstone", "A briefing is about one issue or topic, so “moonstone” has no effect."),
        ("/csms subscriptions moonstone", "/csms subscriptions takes no further words, so “moonstone” has no effect."),
        ("/trade subscriptions tomorrow", "/trade subscriptions takes no further words, so “tomorrow” has no effect."),
        ("/csms reminders off", "/csms reminders takes no further words, so “off” has no effect."),
        ("/csms subscriptions for this channel please", "This channel has no subscriptions."),
        ("/csms why was 68000001 posted here", "first seen 09:00 ET"),
    ],
)
def test_no_word_is_ignored_silently(stored: Database, command: str, says: str) -> None:
    assert says in shown(command, stored)


def test_open_offers_the_day_that_was_asked_for(stored: Database) -> None:
    reply = ask("/csms open yesterday", stored)
    assert commands(reply) == ["/csms open as-of:2026-02-08", "/csms open"]


def test_a_question_that_begins_with_open_stays_a_question(stored: Database) -> None:
    assert "open outage" not in render(ask("/csms open an account", stored))
