"""/trade changes, through the Responder, with stored messages and the shipped content."""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from handlers.command import Context
from handlers.messages.changes import plain_text
from handlers.replies.reply import Reply, buttons_of
from handlers.replies.text import render
from handlers.router import read_command
from jobs.recent import read_recent
from jobs.store.database import Database
from tests.handlers.messages.test_answers import MARIA, SHIPPED, ask, poll, publish
from tests.support.databases import on_both
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW, entry

pytestmark = pytest.mark.one_database


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


LONG_AGO = entry("68000001", "Refunds on paper", "revenue", published=days_ago(60), body="Refunds come on paper.")
FIRST = entry("68000002", "Refunds by ACH", "revenue", published=days_ago(20), body="Refunds are electronic, effective March 2, 2026.")
UPDATE = entry(
    "68000003", "UPDATE: Refunds by ACH", "revenue", published=days_ago(15), body="This updates CSMS # 68000002. Read the guide."
)
CORRECTION = entry(
    "68000004", "CORRECTION: Refunds", published=days_ago(10), body="This is a correction to CSMS # 68000003. Effective March 3, 2026."
)
LATE = entry("68000005", "UPDATE: Paper", "revenue", published=days_ago(9), body="This message updates CSMS # 68000001.")
NEW = entry("68000006", "Fees of the year", "revenue", published=days_ago(8), body="Fees are due by February 27, 2026.")
ROUTINE = entry("68000007", "ACE maintenance", "revenue", published=days_ago(7), routine=True)
OTHER = entry("68000008", "AD/CVD instructions", "ad-cvd", published=days_ago(6))
OLD_DATED = entry(
    "68000009", "Filing of forms", "revenue", published=days_ago(70), body="Forms are due by March 20, 2026. The rule ends April 6, 2026."
)
WEBINAR = entry(
    "68000010",
    "Webinar on refunds",
    "revenue",
    published=days_ago(35),
    kind="training",
    body="The webinar takes place on February 19, 2026.",
)
PAST = entry(
    "68000011", "Webinar on drawback", "revenue", published=days_ago(5), kind="training", body="The webinar was held on February 2, 2026."
)
STORED = (LONG_AGO, FIRST, UPDATE, CORRECTION, LATE, NEW, ROUTINE, OTHER, OLD_DATED, WEBINAR, PAST)


@pytest.fixture
def stored(db: Database) -> Database:
    publish(db, *STORED)
    poll(db)
    db.clock = lambda: NOW
    return db


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def parts(text: str) -> dict[str, str]:
    """Return the text of each part of the report by its heading."""
    names = ("Corrected, replaced or canceled", "Updated, extended or resolved", "New", "Taking effect next", "Coming webinars")
    places = sorted((match.start(), name) for name in names if (match := re.search(rf"(?<=\s){name}\b", text)))
    ends = [*(place for place, _ in places[1:]), len(text)]
    return {name: text[start:end] for (start, name), end in zip(places, ends, strict=True)}


def text_of(db: Database, words: str) -> str:
    context = Context(SHIPPED, NOW, NEW_YORK, db, recent=read_recent(db, SHIPPED))
    text = plain_text(words, read_command(f"/trade changes {words}", MARIA, CHANNEL), context)
    assert text is not None
    return text


def test_each_message_is_in_one_part_and_a_chain_below_its_newest_message(stored: Database) -> None:
    found = parts(flat(ask("/trade changes revenue since:2026-01-15", stored)))
    superseding = found["Corrected, replaced or canceled"]
    assert "68000004" in superseding
    assert "corrects 68000003 (25 Jan) · before: 68000002 (20 Jan) · effective 3 Mar" in superseding
    assert "updates 68000001 (11 Dec 2025)" in found["Updated, extended or resolved"]
    assert "Fees of the year" in found["New"]
    assert "deadline 27 Feb" in found["New"]
    assert "Webinar on drawback" in found["New"]
    assert "Deadline 20 Mar; ends 6 Apr · Filing of forms" in found["Taking effect next"]
    assert "19 Feb · Webinar on refunds" in found["Coming webinars"]


def test_no_message_is_an_item_twice(stored: Database) -> None:
    text = text_of(stored, "since:2025-06-01")
    items = Counter(re.findall(r"^  CSMS (\d{8})", text, re.MULTILINE))
    assert set(items.values()) == {1}
    below = Counter(re.findall(r"(\d{8}) \(", text))
    assert set(below) == {"68000001", "68000002", "68000003"}
    assert not below.keys() & items.keys()


def test_a_correction_without_the_topic_is_listed_for_what_it_corrects(stored: Database) -> None:
    assert "68000004" in flat(ask("/trade changes revenue", stored))
    assert "68000004" not in flat(ask("/trade changes ad-cvd", stored))


def test_a_title_that_calls_itself_an_update_is_no_news_although_it_names_no_message(sqlite_db: Database) -> None:
    publish(sqlite_db, entry("68002001", "UPDATE: Another test date", "revenue", lead="update", published=days_ago(2)))
    publish(sqlite_db, entry("68002002", "CANCELED: Trade call", "revenue", lead="cancellation", published=days_ago(1)))
    found = parts(flat(ask("/trade changes revenue", sqlite_db)))
    assert "68002001" in found["Updated, extended or resolved"]
    assert "68002002" in found["Corrected, replaced or canceled"]
    assert "New" not in found


def test_a_title_that_says_what_it_does_in_a_sentence_is_no_news(sqlite_db: Database) -> None:
    updated = ("Updated guidance: Refunds", "GUIDANCE: Revised Procedures for Refunds", "CBP Extends the Test of Refunds")
    canceled = ("CBP Cancels NCSD Webinars", "Cancelled Trade Call")
    news = ("Update Your Account by Friday", "Replacement Bonds", "Guidance: Corrections in ACE")
    for place, title in enumerate((*updated, *canceled, *news)):
        publish(sqlite_db, entry(str(68003001 + place), title, "revenue", published=days_ago(2)))
    found = parts(flat(ask("/trade changes revenue", sqlite_db)))
    assert all(title.removeprefix("GUIDANCE: ") in found["Updated, extended or resolved"] for title in updated)
    assert all(title in found["Corrected, replaced or canceled"] for title in canceled)
    assert found["New"].count(" · 680030") == len(news)


def test_messages_from_before_the_period_are_counted_apart(stored: Database) -> None:
    shown = flat(ask("/trade changes revenue since:2026-02-08", stored))
    assert "no messages, 4 earlier ones with dates ahead" in shown


def test_routine_messages_are_counted_and_other_topics_are_absent(stored: Database) -> None:
    shown = flat(ask("/trade changes revenue since:2026-01-15", stored))
    assert (
        "15 Jan to 9 Feb · 4 messages, 1 routine notice left out, 2 earlier ones with dates ahead · CBP's feed was last read 09:00 ET"
        in shown
    )
    assert "AD/CVD instructions" not in shown
    both = flat(ask("/trade changes ad-cvd, revenue", stored))
    assert ("AD/CVD instructions" in both, "Fees of the year" in both) == (True, True)


@on_both
def test_a_period_in_words_narrows_the_report(stored: Database) -> None:
    shown = flat(ask("changes for revenue this week", stored))
    assert "Changes: Revenue" in shown
    assert "Fees of the year" not in parts(shown).get("New", "")
    assert "Deadline 27 Feb · Fees of the year" in parts(shown)["Taking effect next"]


def test_a_message_changed_after_the_period_says_so(stored: Database) -> None:
    shown = flat(ask("/trade changes revenue since:2026-01-01 until:2026-01-22", stored))
    assert "Refunds by ACH [1] · 68000002 · 20 Jan changed since by 68000003 (25 Jan)" in shown


def test_the_plain_text_has_every_message_with_its_address_and_the_same_bytes(stored: Database) -> None:
    text = text_of(stored, "revenue since:2026-01-15")
    assert text.startswith(
        "CBP trade changes: Revenue\n15 Jan 2026 to 9 Feb 2026: 4 messages, 1 routine notice left out, 2 earlier ones with dates ahead\n"
    )
    assert "- Fees of the year\n  CSMS 68000006, 1 Feb 2026; deadline 27 Feb 2026\n  https://content.govdelivery.com/" in text
    assert text == text_of(stored, "revenue since:2026-01-15")
    reply = ask("/trade changes revenue since:2026-01-15 text", stored)
    assert "".join(text.split()) in "".join(render(reply).split())
    assert all(span.link is None for block in reply.blocks for line in getattr(block, "lines", ()) for span in line)


def test_the_card_offers_the_plain_text_and_a_weekly_subscription(stored: Database) -> None:
    commands = [button.command for block in ask("/trade changes revenue since:2026-01-15", stored).blocks for button in buttons_of(block)]
    assert commands[:2] == ["/trade changes revenue since:2026-01-15 text", "/trade dates revenue"]


def test_a_long_report_has_pages_that_list_each_message_once(sqlite_db: Database) -> None:
    publish(sqlite_db, *(entry(str(68001000 + n), f"Rule {n:02}", "revenue", published=days_ago(3)) for n in range(45)))
    poll(sqlite_db)
    line, found = "/trade changes revenue", []
    while line:
        reply = ask(line, sqlite_db)
        found += re.findall(r"Rule \d\d", flat(reply))
        line = next((each.command for block in reply.blocks for each in buttons_of(block) if each.label == "More"), "")
    assert sorted(found) == [f"Rule {n:02}" for n in range(45)]
    assert "41–45 of 45" in flat(ask("/trade changes revenue page 99", sqlite_db))
    assert "Rule 44" in flat(ask("/trade changes revenue text page 99", sqlite_db))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("revenu", "does not recognize the topic “revenu”. revenu Did you mean Revenue?"),
        ("revenue since:yesteryear", "does not recognize the day “yesteryear”"),
        ("revenue kind:guidance", "takes topics, topic:, feed:, since: and until: alone"),
        ("revenue since:2026-03-01", "The first day is still to come."),
        ("revenue since:2026-02-01 until:2026-01-01", "“until:” is before “since:”"),
    ],
)
def test_a_wrong_word_is_explained(stored: Database, words: str, said: str) -> None:
    reply = ask(f"/trade changes {words}", stored)
    assert not reply.ok
    assert said in flat(reply)


def test_other_words_are_a_question(stored: Database) -> None:
    assert not flat(ask("changes to my company's address", stored)).startswith("Changes")


def test_a_period_without_messages_says_where_it_looked(stored: Database) -> None:
    shown = flat(ask("/trade changes textiles since:2026-02-01", stored))
    assert "No changes about Textiles and wearing apparel are stored from 1 Feb to 9 Feb." in shown
    assert "Searched: 11 stored CSMS messages" in shown


@pytest.mark.parametrize(
    "words",
    [
        "/trade changes steel",
        "/trade changes aluminum",
        "/trade changes steel and aluminum",
        "/trade changes steel since:30d",
        "/trade changes section 232",
        "what changed for steel",
        "what has changed for steel in the last 30 days",
        "what's changed on aluminum",
        "what changed with aluminum this month",
        "anything changed for steel and aluminum",
    ],
)
def test_the_goods_of_a_topic_name_it(sqlite_db: Database, words: str) -> None:
    sqlite_db.clock = lambda: NOW
    publish(sqlite_db, entry("68000020", "GUIDANCE: Section 232 duties", "tariffs", published=days_ago(1)))
    poll(sqlite_db)
    typed = words if words.startswith("/") else f"/trade {words}"
    assert flat(ask(typed, sqlite_db)).startswith("Changes: Tariff actions"), words


@pytest.mark.parametrize(
    "words",
    ["what changed about section 232 this year", "what has changed for section 232 since january", "anything changed on section 232"],
)
def test_what_changed_about_a_law_is_what_messages_say_about_it(sqlite_db: Database, words: str) -> None:
    sqlite_db.clock = lambda: NOW
    publish(
        sqlite_db,
        entry("68000020", "GUIDANCE: Section 232 duties", "tariffs", published=days_ago(1)),
        entry("68000021", "GUIDANCE: Section 122 duties", "tariffs", published=days_ago(1)),
        entry("68000022", "CAPE refunds", "tariffs", published=days_ago(1)),
    )
    poll(sqlite_db)
    assert ask(words, sqlite_db).subjects == ("csms:68000020",), words


def test_a_law_that_no_message_names_is_not_answered_with_another(sqlite_db: Database) -> None:
    sqlite_db.clock = lambda: NOW
    publish(sqlite_db, entry("68000021", "GUIDANCE: Section 122 duties", "tariffs", published=days_ago(1)))
    poll(sqlite_db)
    reply = ask("what changed about section 232 this year", sqlite_db)
    assert "No stored message contains “section 232”" in flat(reply)
    assert not reply.subjects


@pytest.mark.parametrize(
    ("words", "present", "absent"),
    [
        ("which messages were corrected in january", ["68000004"], ["68000003", "68000006"]),
        ("what messages have been updated in the last 30 days", ["68000005"], ["68000004", "68000006"]),
        ("what did we miss in the last 30 days", ["68000004", "68000003", "68000006"], ["68000007"]),
        ("what changed in the last 30 days", ["68000004", "68000003", "68000006"], ["68000007"]),
        ("what have I missed for revenue since january", ["68000003", "68000006"], ["68000008"]),
    ],
)
def test_questions_for_what_changed_get_the_report(stored: Database, words: str, present: list[str], absent: list[str]) -> None:
    shown = render(ask(words, stored))
    assert shown.startswith("Changes")
    assert all(number in shown for number in present), shown
    assert not any(f"· {number} ·" in " ".join(shown.split()) for number in absent), shown


def test_a_report_without_changes_in_its_usual_time_offers_a_year(sqlite_db: Database) -> None:
    publish(sqlite_db, entry("68000050", "Section 232 duties on steel", "tariffs", published=days_ago(90)))
    poll(sqlite_db)
    reply = ask("what changed for steel", sqlite_db)
    year = next(button for block in reply.blocks for button in buttons_of(block) if button.label == "Of the last 365 days")
    assert "68000050" in render(ask(year.command, sqlite_db))
