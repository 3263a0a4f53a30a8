"""Entries of other feeds than CBP's messages: cards, lists, posts and reasons do not take them for CSMS messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from content.catalog import Catalog
from handlers.command import Command, Context, Person
from handlers.messages.calendar import calendar_file
from handlers.replies import entries, serialize
from handlers.replies.posts import compose, why_entry
from handlers.replies.reply import Bullets, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.models.entries import Entry
from jobs.models.posts import Bundle, Listed
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.publish import publish_entries
from jobs.states import CadenceKind, PostKind
from jobs.store import entries as store
from jobs.store.database import Database
from tests.support.other_feeds import ALL, DOCUMENT, NEWS, REVISION, RULING
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, feed, new

pytestmark = pytest.mark.one_database

MARIA = Person("slack", "T1", "U1", "Maria")
AGOA = entry("67647279", "AGOA on footwear reauthorized", published=NOW - timedelta(days=3))
PACIFIC = "America/Los_Angeles"


@pytest.fixture
def bot(db: Database) -> Database:
    with db.begin() as conn:
        for each in (*ALL, AGOA):
            publish_entries(conn, each.feed, [new(each)], NOW, backlog=False)
    return db


def say(words: str, db: Database, catalog: Catalog = CATALOG) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    return dispatch(resolve(Command(verb, rest, MARIA, CHANNEL)), Context(catalog, NOW, NEW_YORK, db))


def listed(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def facts(each: Entry, zone: str = NEW_YORK) -> str:
    return plain(entries.facts(each, NOW, zone))


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (RULING, "Ruling N350001 · dated 31 Jan"),
        (DOCUMENT, "FR Doc. 2026-01234 · dated 6 Feb"),
        (REVISION, "hts.usitc.gov · dated 7 Feb"),
        (NEWS, "ustr.gov · published 8 Feb 09:00 ET"),
        (AGOA, "CSMS 67647279 · sent 6 Feb 09:00 ET · information"),
    ],
)
def test_facts_say_where_an_entry_is_from_and_its_day(each: Entry, expected: str) -> None:
    assert facts(each) == expected


def test_a_day_is_the_same_in_every_zone() -> None:
    assert facts(RULING, PACIFIC) == "Ruling N350001 · dated 31 Jan"
    assert entries.sent_day(RULING, NOW, PACIFIC) == "31 Jan"
    assert "31 Jan 2026" in entries.screen_reader_text(RULING, PACIFIC)
    assert facts(NEWS, PACIFIC) == "ustr.gov · published 8 Feb 06:00 PT"


@pytest.mark.parametrize(
    ("each", "caution"),
    [
        (RULING, "The linked ruling is authoritative; CBP may have modified or revoked it since."),
        (DOCUMENT, "The linked Federal Register document is authoritative."),
        (REVISION, "The linked USITC document is authoritative; what it changes may take effect on another day."),
        (NEWS, "The linked page is authoritative."),
    ],
)
def test_a_post_says_what_is_authoritative_and_explains_itself(each: Entry, caution: str) -> None:
    (part,) = compose(Bundle(PostKind.NOW, CHANNEL, None, (Listed(each, "why"),), None, NOW, None), CATALOG, NEW_YORK)
    shown = flat(serialize.load(part))
    assert caution in shown
    assert "CSMS" not in shown
    assert "CBP page" not in shown
    assert why_entry(each) in shown


def test_a_digest_of_several_feeds_counts_updates_and_says_one_caution() -> None:
    feeds = tuple(sorted({each.feed for each in (*ALL, AGOA)}))
    weekdays = Cadence(CadenceKind.WEEKDAYS, NOW.time())
    owner = Subscription(3, 1, CHANNEL, Filters(feeds), weekdays, NEW_YORK, False, "Maria", NOW - timedelta(days=30))
    items = tuple(Listed(each, "why") for each in (*ALL, AGOA))
    (part,) = compose(Bundle(PostKind.DIGEST, CHANNEL, owner, items, NOW, NOW, NOW - timedelta(days=3)), CATALOG, NEW_YORK)
    shown = flat(serialize.load(part))
    assert "5 updates from 5 feeds since Fri 09:00 ET" in shown
    assert "Ruling N350001" in shown
    assert "CSMS guidance is not binding law. The linked pages are authoritative." in shown
    assert shown.count("authoritative") == 2


@pytest.mark.parametrize("typed", ["/csms N350001", "/csms n350001", "/trade ruling N350001", "/csms CROSS ruling #N350001?"])
def test_a_ruling_is_shown_by_its_number(typed: str, bot: Database) -> None:
    reply = say(typed, bot)
    assert reply.subjects == (RULING.key,)
    assert "Tariff numbers: 6402.99.3165" in flat(reply)


@pytest.mark.parametrize("typed", ["/csms 2026-01234", "/trade FR Doc. 2026-01234"])
def test_a_document_is_shown_by_its_number(typed: str, bot: Database) -> None:
    assert say(typed, bot).subjects == (DOCUMENT.key,)


def test_a_number_that_is_not_stored_is_searched(bot: Database) -> None:
    assert "No results for “N999999”" in flat(say("/csms N999999", bot))


@pytest.mark.parametrize(("typed", "each"), [("N350001", RULING), ("2026-01234", DOCUMENT), ("ruling n350001", RULING)])
def test_why_takes_the_numbers_of_documents(typed: str, each: Entry, bot: Database) -> None:
    shown = flat(say(f"/csms why {typed}", bot))
    assert "no subscription of this channel matched it" in shown
    assert each.title in shown


def test_why_by_a_posts_button_finds_its_entry(bot: Database) -> None:
    with bot.read() as conn:
        stored = store.latest(conn, [each.feed for each in ALL])
    assert len(stored) == len(ALL)
    for each in stored:
        assert each.title in flat(say(why_entry(each), bot))


def test_an_unknown_document_is_no_csms_message(bot: Database) -> None:
    assert "The bot has no message “N350009”." in flat(say("/csms why N350009", bot))
    assert "The bot has no CSMS message 67000009." in flat(say("/csms why 67000009", bot))


def test_the_latest_csms_messages_are_only_those(bot: Database) -> None:
    assert listed(say("/csms latest", bot)) == ["AGOA on footwear reauthorized · 67647279 · 6 Feb"]


def test_a_list_names_the_origin_of_each(bot: Database) -> None:
    assert sorted(listed(say("/csms footwear", bot))) == [
        "AGOA on footwear reauthorized · 67647279 · 6 Feb",
        "Ambassador announces framework on footwear · ustr.gov · 8 Feb",
        "Notice of Action: Section 301, Footwear · FR Doc. 2026-01234 · 6 Feb",
        "The tariff classification of footwear from Vietnam · Ruling N350001 · 31 Jan",
    ]


BY_NAME = replace(CATALOG, feeds=(*CATALOG.feeds, *(replace(feed(each.feed, each.feed), by_name_only=True) for each in ALL)))


def test_a_search_leaves_out_the_feeds_that_come_only_by_name(bot: Database) -> None:
    assert listed(say("/csms footwear", bot, BY_NAME)) == ["AGOA on footwear reauthorized · 67647279 · 6 Feb"]


def test_a_search_can_name_such_a_feed(bot: Database) -> None:
    assert listed(say("/csms footwear feed:cross-rulings", bot, BY_NAME)) == [
        "The tariff classification of footwear from Vietnam · Ruling N350001 · 31 Jan"
    ]


def test_a_search_that_finds_nothing_else_finds_what_such_a_feed_has(bot: Database) -> None:
    assert listed(say("/csms 6402.99.3165", bot, BY_NAME)) == [
        "The tariff classification of footwear from Vietnam · Ruling N350001 · 31 Jan"
    ]


def test_dates_ahead_are_those_of_cbp(bot: Database) -> None:
    with bot.begin() as conn:
        opens = replace(RULING, key="cross-rulings:N350002", number="N350002", body="The quota opens on March 2, 2026.")
        publish_entries(conn, opens.feed, [new(opens)], NOW, backlog=False)
    assert "The tariff classification of footwear from Vietnam" in flat(say("/trade dates", bot))
    assert "No stored message gives a date" in flat(say("/trade dates", bot, BY_NAME))
    assert b"VEVENT" in calendar_file(bot, CATALOG, "all", NOW.date())
    assert b"VEVENT" not in calendar_file(bot, BY_NAME, "all", NOW.date())


def test_a_report_of_changes_leaves_out_the_feeds_that_come_only_by_name(bot: Database) -> None:
    every = replace(BY_NAME, feeds=tuple(replace(each, by_name_only=False) for each in BY_NAME.feeds))
    assert "The tariff classification of footwear from Vietnam" in flat(say("/trade changes", bot, every))
    assert "The tariff classification of footwear from Vietnam" not in flat(say("/trade changes", bot, BY_NAME))
    assert "The tariff classification of footwear from Vietnam" in flat(say("/trade changes feed:cross-rulings", bot, BY_NAME))


def test_latest_messages_that_there_are_none_of_counts_only_csms_messages(bot: Database) -> None:
    assert "Searched: 1 stored CSMS message since 6 Feb." in flat(say("/csms latest forced-labor", bot))


def test_an_entry_without_a_link_has_no_origin() -> None:
    assert facts(replace(NEWS, url="")) == "published 8 Feb 09:00 ET"
