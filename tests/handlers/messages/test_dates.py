"""/trade dates, /csms remind and /csms reminders, through the Responder, with stored messages and the shipped content."""

from datetime import timedelta

import pytest

from bot.responder import Responder
from handlers.command import Person
from handlers.replies.reply import Reply, buttons_of
from handlers.replies.text import render
from handlers.router import read_command, resolve
from jobs.publish import publish_entries
from jobs.reminders import record_due
from jobs.store.database import Database
from tests.handlers.messages.test_answers import Host, ask, poll, publish
from tests.support.small_catalog import CHANNEL, NOW, entry, new

AGO = NOW - timedelta(days=5)
QUOTA = entry("68000001", "Sugar quota", "agriculture-quota", published=AGO, body="The quota opens on March 2, 2026.")
COMMENTS = entry("68000002", "Comments on the new form", "revenue", published=AGO, body="Comments are due by February 20, 2026.")
MOVED = entry(
    "68000003", "Comments: more time", "revenue", published=AGO, body="This extends CSMS # 68000002. Comments are due by March 16, 2026."
)
OVER = entry("68000004", "Old rule", "revenue", published=AGO, body="The rule is effective January 5, 2026.")
FAR = entry("68000005", "Far rule", "revenue", published=AGO, body="The rule is effective December 1, 2026.")
ROUTINE = entry("68000006", "ACE deployment", routine=True, published=AGO, body="It will be deployed on February 15, 2026.")
UNDATED = entry("68000007", "A message without a day", published=AGO, body="Read it.")
GONE = entry("68000008", "Webinar registration", published=AGO, body="Register by February 18, 2026.")
CANCELED = entry("68000009", "CANCELED: CSMS # 68000008", published=AGO, body="CSMS # 68000008 is canceled.")
STORED = (QUOTA, COMMENTS, MOVED, OVER, FAR, ROUTINE, UNDATED, GONE, CANCELED)


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    publish(sqlite_db, *STORED)
    poll(sqlite_db)
    sqlite_db.clock = lambda: NOW
    return sqlite_db


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def commands(reply: Reply) -> list[str]:
    return [button.command for block in reply.blocks for button in buttons_of(block)]


def test_the_dates_of_ninety_days_are_listed_with_kind_title_and_what_moved_them(stored: Database) -> None:
    shown = flat(ask("/trade dates", stored))
    assert "2 Mar · opens · Sugar quota [1] · 68000001" in shown
    assert "16 Mar · deadline · Comments: more time [2] · 68000003 moved from 20 Feb (CSMS 68000002)" in shown
    assert "9 stored CSMS messages since 4 Feb" in shown
    assert "CBP's feed was last read 09:00 ET" in shown
    for absent in ("20 Feb · ", "Old rule", "Far rule", "ACE deployment", "Webinar"):
        assert absent not in shown


@pytest.mark.parametrize(
    ("words", "present", "absent"),
    [
        ("quota", "Sugar quota", "Comments"),
        ("revenue", "Comments", "Sugar"),
        ("agriculture-quota", "Sugar quota", "Comments"),
        ("next month", "Sugar quota", "Far rule"),
        ("in march", "Sugar quota", "Far rule"),
        ("december", "Far rule", "Sugar quota"),
        ("2026-12", "Far rule", "Sugar quota"),
        ("1 december", "Far rule", "Sugar quota"),
        ("until 2 march", "Sugar quota", "Far rule"),
        ("by 3/2/2026", "Sugar quota", "Far rule"),
        ("sugar", "Sugar quota", "Comments"),
        ("revenue next 365 days", "Far rule", "Sugar quota"),
        ("for revenue this year", "Far rule", "Sugar quota"),
    ],
)
def test_a_topic_a_time_or_other_words_narrow_the_list(stored: Database, words: str, present: str, absent: str) -> None:
    shown = flat(ask(f"/trade dates {words}", stored))
    assert present in shown
    assert absent not in shown


def test_a_list_without_a_date_says_where_it_looked(stored: Database) -> None:
    reply = ask("/trade dates textiles tomorrow", stored)
    shown = flat(reply)
    assert "No stored message gives a date tomorrow for Textiles and wearing apparel." in shown
    assert "Searched: 9 stored CSMS messages since 4 Feb. CBP's feed was last read 09:00 ET." in shown
    assert "Dates in attachments are missing." in shown
    assert (reply.answered, "/trade dates" in commands(reply)) == (False, True)


def test_an_empty_store_says_why(sqlite_db: Database) -> None:
    assert "The bot has not read CBP's feed yet." in flat(ask("/trade dates", sqlite_db))


def test_dated_statements_of_the_content_are_listed_apart_with_their_source(stored: Database) -> None:
    shown = flat(ask("/trade dates trade-agreements next 365 days", stored))
    before, found, after = shown.partition("Also dated, from our own content")
    assert (bool(found), "31 December 2026" in after, "31 December 2026" in before) == (True, True, False)
    assert "as of" in after


def test_an_item_opens_its_sentence_and_the_reminder(stored: Database) -> None:
    assert {"/trade dates 68000001", "/csms remind 68000001", "/trade calendar"} <= set(commands(ask("/trade dates", stored)))
    assert "/trade calendar revenue" in commands(ask("/trade dates revenue", stored))


def test_a_long_list_has_pages(sqlite_db: Database) -> None:
    several = [entry(str(68001000 + n), f"Rule {n:02}", "revenue", published=AGO, body="It is effective March 2, 2026.") for n in range(23)]
    publish(sqlite_db, *several)
    poll(sqlite_db)
    first = ask("/trade dates revenue", sqlite_db)
    assert "1–10 of 23 dates in the next 90 days" in flat(first)
    (more,) = [each for each in commands(first) if "page" in each]
    second = ask(more, sqlite_db)
    assert "11–20 of 23 dates" in flat(second)
    third = flat(ask(next(each for each in commands(second) if "page 3" in each), sqlite_db))
    assert "21–23 of 23 dates" in third
    assert "21–23 of 23 dates" in flat(ask("/trade dates revenue page 99", sqlite_db))
    shown = [f"Rule {n:02}" for n in range(23) if f"Rule {n:02}" in flat(first) + flat(second) + third]
    assert len(shown) == 23


def test_the_dates_of_a_message_are_shown_with_their_sentences(stored: Database) -> None:
    shown = flat(ask("/trade dates 68000002", stored))
    assert "16 Mar, deadline, in 35 days Comments: more time" in shown
    assert "“Comments are due by March 16, 2026.” CSMS 68000003 · sent 4 Feb · moved from 20 Feb (CSMS 68000002)" in shown
    assert "18 Feb, deadline, no longer stands: see CSMS 68000009" in flat(ask("/trade dates 68000008", stored))
    assert "5 Jan, effective, over" in flat(ask("/trade dates 68000004", stored))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("68000007", "We found no date in CSMS 68000007. A message without a day [1]: its text does not say what happens on which day."),
        ("67999999", "The bot has no CSMS message 67999999."),
    ],
)
def test_a_message_without_a_date_or_an_unknown_one_is_answered_clearly(stored: Database, words: str, expected: str) -> None:
    assert expected in flat(ask(f"/trade dates {words}", stored))
    assert expected in flat(ask(f"/csms remind {words}", stored))


# reminders


def test_a_channel_asks_to_be_reminded_and_sees_when(stored: Database) -> None:
    reply = ask("/csms remind 68000002", stored)
    shown = flat(reply)
    assert shown.startswith("This channel will be reminded of the dates of CSMS 68000002.")
    assert "Mon 16 Mar, deadline: reminders Mon 2 Mar and Sun 15 Mar, 09:00 ET" in shown
    assert "Set by Maria" in shown
    assert (reply.public, "/csms remind 68000002 off" in commands(reply)) == (True, True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("68000001 7d 1d", "reminders Mon 23 Feb and Sun 1 Mar"),
        ("68000001 2w", "reminder Mon 16 Feb"),
        ("68000001 2 weeks", "reminder Mon 16 Feb"),
        ("68000001 14", "reminder Mon 16 Feb"),
        ("68000001 3 days before", "reminder Fri 27 Feb"),
        ("csms #68000001, 0d", "reminder Mon 2 Mar"),
        ("csms #6800 0001 1d", "reminder Sun 1 Mar"),
        ("1d 68000001", "reminder Sun 1 Mar"),
        ("us 14 days before CSMS 68000001", "reminder Mon 16 Feb"),
        ("me of https://content.govdelivery.com/accounts/USDHSCBP/bulletins/40d9901 1d", "reminder Sun 1 Mar"),
        ("68000001 1d 1d 1 day", "reminder Sun 1 Mar"),
    ],
)
def test_days_are_read_in_several_ways(stored: Database, words: str, expected: str) -> None:
    assert expected in flat(ask(f"/csms remind {words}", stored))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "Name a CSMS message by its number."),
        ("me", "Name a CSMS message by its number."),
        ("68000001 soon", "The bot does not understand “soon” as days before a date."),
        ("68000001 91d", "A reminder can come 90 days before a date at most."),
        ("68000001 1d 2d 3d 4d 5d 6d", "Ask for 5 reminders of a date at most."),
        ("68000001 30d", "The next date of CSMS 68000001 is in 21 days, so that reminder would come too late."),
        ("68000004", "All dates of CSMS 68000004 are over: 5 Jan (effective). The bot never reminds of a date that is over."),
        ("68000008", "The dates of CSMS 68000008 no longer stand. See CSMS 68000009."),
        ("68000009", "We found no date in CSMS 68000009."),  # the cancellation itself
        ("68000007 off", "This channel has no reminders of CSMS 68000007."),
        ("123456 1d", "The bot has no CSMS message 123456."),
    ],
)
def test_a_wrong_request_is_explained_and_changes_nothing(stored: Database, words: str, expected: str) -> None:
    reply = ask(f"/csms remind {words}", stored)
    assert expected in flat(reply)
    assert not reply.public
    assert "This channel has no reminders." in flat(ask("/csms reminders", stored))


def test_the_list_shows_requests_and_subscriptions_and_ends_them(stored: Database) -> None:
    shown = flat(ask("/csms reminders", stored))
    assert "This channel has no reminders. For the dates of one message, type /csms remind" in shown
    example = shown.partition("/csms remind ")[2][:8]
    assert ask(f"/csms remind {example}", stored).public  # the example works
    ask(f"/csms remind {example} off", stored)
    ask("/csms remind 68000001 1d", stored)
    ask("/csms subscribe revenue include deadlines", stored)
    reply = ask("/csms reminders", stored)
    shown = flat(reply)
    assert "This channel's reminders (2)" in shown
    assert "CSMS 68000001 · Sugar quota [1] 1 day before · next Sun 1 Mar: 2 Mar, opens · set by Maria" in shown
    assert "Subscription 1 · CSMS: Revenue 14 days and 1 day before · next Mon 2 Mar: 16 Mar, deadline · set by Maria" in shown
    (off,) = [each for each in commands(reply) if each.endswith(" off")]
    assert "This channel is no longer reminded of the dates of CSMS 68000001. Stopped by Maria" in flat(ask(off, stored))
    (without,) = [each for each in commands(ask("/csms reminders", stored)) if "without" in each]
    assert "Revenue" in flat(ask(without, stored))
    assert "This channel has no reminders." in flat(ask("/csms reminders", stored))


def test_the_list_says_why_a_canceled_message_has_no_reminder(sqlite_db: Database) -> None:
    publish(sqlite_db, GONE)
    sqlite_db.clock = lambda: NOW
    ask("/csms remind 68000008 1d", sqlite_db)
    assert "next Tue 17 Feb: 18 Feb, deadline" in flat(ask("/csms reminders", sqlite_db))
    publish(sqlite_db, CANCELED)
    assert "no reminder is planned: its date no longer stands: see CSMS 68000009" in flat(ask("/csms reminders", sqlite_db))


def test_a_request_for_either_message_of_a_moved_date_is_one_request(stored: Database) -> None:
    ask("/csms remind 68000002", stored)
    assert "already is to be reminded" in flat(ask("/csms remind 68000003", stored))
    assert "reminder Sun 15 Mar" in flat(ask("/csms remind 68000003 1d", stored))
    assert "This channel's reminders (1)" in flat(ask("/csms reminders", stored))
    ask("/csms remind 68000003 off", stored)
    assert "has no reminders" in flat(ask("/csms reminders", stored))


def test_a_subscription_tells_and_keeps_its_reminders(stored: Database) -> None:
    shown = flat(ask("/csms subscribe revenue weekly include deadlines", stored))
    assert "Reminders 14 days and 1 day before a deadline or another date of these messages, at 09:00 ET." in shown
    assert "with reminders of deadlines" in flat(ask("/csms subscriptions", stored))
    assert "Reminders 14 days and 1 day" in flat(ask("/csms subscribe revenue in CT", stored))
    assert "Reminders 14 days" not in flat(ask("/csms subscribe revenue without reminders", stored))
    assert "with reminders" not in flat(ask("/csms subscriptions", stored))


def test_people_from_outside_cannot_set_reminders(stored: Database) -> None:
    guest = Person("slack", "T9", "U9", "Guest", external=True)
    reply = Responder(Host(stored)).reply(resolve(read_command("/csms remind 68000001", guest, CHANNEL)))
    assert "Only staff in the bot's own workspace" in flat(reply)


# questions


@pytest.mark.parametrize(
    "words",
    [
        "what takes effect next month",
        "what takes effect in march?",
        "upcoming deadlines",
        "what is coming for quota",
        "what's coming up for quota?",
        "which rules take effect in march",
        "anything going into effect next month",
        "deadlines next month",
        "any deadlines for revenue?",
        "what is due next month",
        "what's due in march for revenue",
        "upcoming changes",
        "show me the upcoming effective dates",
        "key dates ahead",
        "@ what becomes effective in march",
    ],
)
def test_a_question_about_what_is_to_come_lists_the_dates(stored: Database, words: str) -> None:
    reply = ask(words.lstrip("@ "), stored)
    assert "Dates ahead" in flat(reply)
    assert "Mar · " in flat(reply)


@pytest.mark.parametrize(
    "words",
    [
        "what is the deadline for a protest",
        "when did the final EAPA rules take effect",
        "when does the AGOA renewal take effect",
        "what happens when a WRO takes effect",
        "deadline for the rules under EO 14411",
        "what does effective date mean",
        "what is due diligence",
        "what is a deadline",
        "what are the deadlines for filing a protest",
        "next webinar",
        "coming to the US with food",
    ],
)
def test_a_question_about_one_date_goes_to_the_content_or_the_messages(stored: Database, words: str) -> None:
    assert "Dates ahead" not in flat(ask(words, stored))


# other feeds


def test_a_document_of_another_feed_is_named_by_its_own_number_or_place(sqlite_db: Database) -> None:
    register = "https://www.federalregister.gov/documents/2026/02/05/2026-01234/notice"
    body = "Comments are due by March 2, 2026."
    for each in (
        entry("1", "Notice of a fee", feed="federal-register", number="2026-01234", url=register, published=AGO, body=body, key="fr:1"),
        entry("2", "Docket opened", feed="ustr", number="", url="https://ustr.gov/docket", published=AGO, body=body, key="ustr:2"),
    ):
        with sqlite_db.begin() as conn:
            publish_entries(conn, each.feed, [new(each)], NOW, backlog=True)
    sqlite_db.clock = lambda: NOW
    listed = ask("/trade dates", sqlite_db)
    assert "2 Mar · deadline · Notice of a fee [1] · FR Doc. 2026-01234" in flat(listed)
    assert "2 Mar · deadline · Docket opened [2] · ustr.gov" in flat(listed)
    (by_id,) = [each for each in commands(listed) if each.startswith("/trade dates entry")]
    assert "2 Mar, deadline, in 21 days Docket opened" in flat(ask(by_id, sqlite_db))
    assert "reminded of the dates of FR Doc. 2026-01234." in flat(ask("/csms remind 2026-01234 1d", sqlite_db))
    (remind,) = [each for each in commands(listed) if each.startswith("/csms remind entry")]
    assert "reminded of the dates of “Docket opened”." in flat(ask(f"{remind} 1d", sqlite_db))
    shown = ask("/csms reminders", sqlite_db)
    assert "This channel's reminders (2)" in flat(shown)
    (off,) = [each for each in commands(shown) if "entry" in each and each.endswith("off")]
    assert "no longer reminded" in flat(ask(off, sqlite_db))


def test_the_card_of_a_message_leads_to_its_dates(stored: Database) -> None:
    assert "/trade dates 68000001" in commands(ask("/csms 68000001", stored))
    assert "/trade dates 68000007" not in commands(ask("/csms 68000007", stored))


def test_why_names_the_reminders_that_a_channel_got(stored: Database) -> None:
    ask("/csms remind 68000001 7d 1d", stored)
    assert "reminded" not in flat(ask("/csms why 68000001", stored))
    stored.clock = lambda: NOW + timedelta(days=20)
    record_due(stored)
    assert "The bot reminded this channel of its dates: 1 day before 2 Mar." in flat(ask("/csms why 68000001", stored))


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("/csms remind 68000001 a week before", "7 days before"),
        ("/csms remind me about 68000001 the day before", "1 day before"),
        ("/csms remind 68000001 two weeks and 3 days before", "14 days and 3 days before"),
        ("/csms remind 68000001 2 weeks", "14 days before"),
    ],
)
def test_the_days_before_a_date_can_be_words(stored: Database, said: str, days: str) -> None:
    assert ask(said, stored).public
    assert days in flat(ask("/csms reminders", stored))


def test_a_reminder_without_a_number_offers_the_dates_that_its_words_are_about(stored: Database) -> None:
    offered = ask("/csms remind us 3 days before the sugar quota opens", stored)
    assert "Do you want a reminder 3 days before this date?" in offered.text
    assert "/csms remind 68000001 3d" in commands(offered)
    assert ask("/csms remind 68000001 3d", stored).public
    assert "/csms remind 68000003" in commands(ask("/csms remind us when comments are due", stored))
    assert "/csms remind 68000005 7d" in commands(ask("/csms remind us a week before the far rule", stored))
    nothing = ask("/csms remind us 3 days before the aardvark opens", stored)
    assert "No stored message gives a date ahead about “aardvark”" in nothing.text


def test_a_reminder_for_a_number_that_no_message_can_have_says_why(stored: Database) -> None:
    assert "12345 is not the number of a CSMS message. CSMS numbers have eight digits" in ask("/csms remind 12345", stored).text
    assert "Name a CSMS message by its number" in ask("/csms remind", stored).text


@pytest.mark.parametrize(
    ("said", "present", "absent"),
    [
        ("what took effect in january", "Old rule", "Sugar quota"),
        ("which rules became effective in january", "Old rule", "Sugar quota"),
        ("what went into effect in the last 60 days", "Old rule", "Sugar quota"),
        ("what comes due in march", "Sugar quota", "Old rule"),
        ("what falls due in march", "Sugar quota", "Old rule"),
    ],
)
def test_questions_for_dates_find_those_that_are_over_and_those_ahead(stored: Database, said: str, present: str, absent: str) -> None:
    shown = flat(ask(said, stored))
    assert present in shown
    assert absent not in shown
    assert ("Dates that are over" in shown) == (present == "Old rule")


def test_a_month_of_another_year_is_named_with_its_year(stored: Database) -> None:
    assert "gives a date in January 2027" in flat(ask("what takes effect in january", stored))


@pytest.mark.parametrize(
    "said", ["give me a calendar of dates", "can you put the dates in my outlook", "add the quota deadlines to our calendar"]
)
def test_dates_for_a_calendar_program_get_the_calendar(stored: Database, said: str) -> None:
    shown = flat(ask(said, stored))
    assert "CBP dates" in shown
    assert "File as text" in shown
    assert ("Comments" in shown) == ("quota" not in said)


def test_a_calendar_date_is_no_request_for_a_calendar(stored: Database) -> None:
    assert "File as text" not in flat(ask("what calendar date counts for liquidation", stored))
