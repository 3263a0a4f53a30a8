"""A page of cbp.gov that stands in several feeds is listed, found and counted once, in lists, searches and reports."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from handlers.messages.calendar import calendar_file
from handlers.messages.search import Found, counted, find, read_query
from handlers.subscriptions.commands import recent_entries
from jobs.changes import Scope, load_report
from jobs.key_dates import load_key_dates, without_duplicate_dates
from jobs.models.entries import Entry, TopicHit, without_duplicates
from jobs.models.subscriptions import Filters
from jobs.publish import publish_entries
from jobs.store import entries, feeds
from jobs.store.database import Database
from tests.handlers.messages.test_answers import SHIPPED, ask, shown
from tests.support.small_catalog import NEW_YORK, NOW, entry, new

FEEDS = ("cbp-trade", "cbp-forced-labor", "cbp-adcvd")


def page(number: int, feed: str, title: str = "Findings on cotton", **more: object) -> Entry:
    """Return a page; the higher its number, the newer."""
    fields = {
        "feed": feed,
        "key": f"{feed}:{number} at",
        "url": f"https://www.cbp.gov/newsroom/{number}",
        "published": NOW - timedelta(hours=100 - number),
        "body": "CBP found cotton. Fees are due by February 27, 2026.",
        **more,
    }
    return replace(entry("1", title), number="", **fields)  # type: ignore[arg-type]


def store(db: Database, *several: Entry) -> None:
    with db.begin() as conn:
        feeds.ensure(conn, FEEDS, NOW)
        for each in several:
            publish_entries(conn, each.feed, [new(each)], NOW, backlog=True)


def search(db: Database, words: str, *, how_many: bool = False) -> Found:
    query = read_query(words, SHIPPED, NOW, NEW_YORK)
    with db.read() as conn:
        found = find(conn, query, NEW_YORK)
        return counted(conn, query, found, NEW_YORK) if how_many else found


def keys(found: Found) -> list[str]:
    return [each.key for each in found.entries]


@pytest.fixture
def stored(db: Database) -> Database:
    """14 pages, each in two feeds, the later ones in another order."""
    db.clock = lambda: NOW
    store(db, *(page(number, "cbp-trade") for number in range(1, 15)))
    store(db, *(page(number, "cbp-forced-labor") for number in range(14, 0, -1)))
    return db


@pytest.mark.parametrize("words", ["cotton", "cotton newest", '"findings on cotton"'])
def test_a_search_finds_a_page_once_on_all_pages_of_the_answer(stored: Database, words: str) -> None:
    first = search(stored, words)
    assert keys(first) == [f"cbp-trade:{number} at" for number in range(14, 4, -1)]
    assert first.page.end is not None
    more = ask(f"/csms {words}", stored)
    older = next(each.command for block in more.blocks for each in getattr(block, "buttons", ()) if each.label == "Older")
    rest = ask(older, stored)
    assert more.subjects + rest.subjects == tuple(f"cbp-trade:{number} at" for number in range(14, 0, -1))
    assert not [each for block in rest.blocks for each in getattr(block, "buttons", ()) if each.label == "Older"]


def test_a_page_counts_once(stored: Database) -> None:
    assert search(stored, "cotton").page.count == 14
    assert search(stored, "how many messages about cotton are there", how_many=True).page.count == 14


@pytest.mark.parametrize(
    ("words", "feed"),
    [
        ("cotton feed:cbp-trade", "cbp-trade"),
        ("cotton feed:cbp-forced-labor", "cbp-forced-labor"),
        ("cotton -feed:cbp-trade", "cbp-forced-labor"),
        ("cotton -feed:cbp-forced-labor", "cbp-trade"),
        ("cotton feed:cbp-forced-labor,cbp-trade", "cbp-trade"),
    ],
)
def test_a_search_of_one_feed_finds_every_page_of_it(stored: Database, words: str, feed: str) -> None:
    found = search(stored, words)
    assert ({each.feed for each in found.entries}, found.page.count) == ({feed}, 14)


def test_a_document_of_a_feed_that_is_searched_by_name_alone_hides_none_of_the_others(db: Database) -> None:
    by_name = next(each.slug for each in SHIPPED.feeds if each.by_name_only and each.slug.startswith("federal-register"))
    for feed in (by_name, "federal-register"):
        more = {"number": "2026-01234", "key": f"{feed}:2026-01234", "url": "https://www.federalregister.gov/d/2026-01234"}
        store(db, replace(page(1, feed), **more))  # type: ignore[arg-type]
    assert keys(search(db, "cotton")) == ["federal-register:2026-01234"]
    assert keys(search(db, f"cotton feed:{by_name}")) == [f"{by_name}:2026-01234"]
    assert keys(search(db, f"cotton feed:{by_name},federal-register")) == [f"{by_name}:2026-01234"]


def test_pages_with_one_name_and_different_addresses_are_different(db: Database) -> None:
    store(db, page(1, "cbp-trade"), page(1, "cbp-adcvd", url="https://ustr.gov/1"), page(1, "cbp-forced-labor", url="https://ustr.gov/1"))
    assert sorted(keys(search(db, "cotton"))) == ["cbp-adcvd:1 at", "cbp-trade:1 at"]


@pytest.mark.parametrize("first", ["cbp-trade", "cbp-forced-labor"])
def test_it_does_not_matter_which_feed_has_the_new_address_first(db: Database, first: str) -> None:
    store(db, page(1, "cbp-trade"), page(1, "cbp-forced-labor"))
    for feed in sorted(("cbp-trade", "cbp-forced-labor"), key=lambda each: each != first):
        with db.begin() as conn:
            stored = entries.by_key(conn, f"{feed}:1 at")
            assert stored is not None
            entries.replace(conn, stored.id, new(page(1, feed, url="https://www.cbp.gov/newsroom/moved")), NOW, stored.published)
    assert keys(search(db, "cotton")) == ["cbp-trade:1 at"]


def edit(db: Database, feed: str, title: str, body: str) -> None:
    with db.begin() as conn:
        stored = entries.by_key(conn, f"{feed}:1 at")
        assert stored is not None
        entries.replace(conn, stored.id, new(page(1, feed, title, body=body)), NOW, stored.published)


def test_a_page_that_only_one_feed_has_edited_is_found_by_its_new_text(db: Database) -> None:
    db.clock = lambda: NOW
    store(db, page(1, "cbp-trade"), page(1, "cbp-forced-labor"))
    edit(db, "cbp-forced-labor", "Findings on sugar", "Fees are due by February 28, 2026.")
    assert (keys(search(db, "cotton")), keys(search(db, "sugar"))) == (["cbp-trade:1 at"], ["cbp-forced-labor:1 at"])
    with db.read() as conn:
        assert {each.title for each in recent_entries(conn, Filters(feeds=FEEDS), "slack")} == {"Findings on cotton", "Findings on sugar"}
        found = load_report(conn, Scope(NOW - timedelta(days=30), NOW + timedelta(days=1), FEEDS), date(2026, 2, 9), NEW_YORK)
    assert {each.entry.title for each in found.new} == {"Findings on cotton", "Findings on sugar"}
    edit(db, "cbp-trade", "Findings on sugar", "Fees are due by February 28, 2026.")
    assert (keys(search(db, "cotton")), keys(search(db, "sugar"))) == ([], ["cbp-trade:1 at"])


def test_an_edit_of_the_body_alone_is_found_too(db: Database) -> None:
    store(db, page(1, "cbp-trade"), page(1, "cbp-forced-labor"))
    edit(db, "cbp-trade", "Findings on cotton", "CBP found sugar.")
    assert (keys(search(db, "sugar")), keys(search(db, "fees"))) == (["cbp-trade:1 at"], ["cbp-forced-labor:1 at"])


def test_pages_that_are_named_by_one_link_and_have_different_titles_are_different(db: Database) -> None:
    for feed, title in (("cbp-trade", "Findings on cotton"), ("cbp-forced-labor", "Findings on cotton of the next week")):
        store(db, page(1, feed, title, key=f"{feed}:https://www.cbp.gov/findings", url="https://www.cbp.gov/findings"))
    assert len(keys(search(db, "cotton"))) == 2


def test_an_answer_as_of_an_earlier_day_has_an_edited_page_once(db: Database) -> None:
    store(db, page(1, "cbp-trade"), page(1, "cbp-forced-labor"))
    for feed in ("cbp-trade", "cbp-forced-labor"):
        with db.begin() as conn:
            stored = entries.by_key(conn, f"{feed}:1 at")
            assert stored is not None
            later = NOW + timedelta(days=2)
            entries.replace(conn, stored.id, new(page(1, feed, "Findings on sugar", body="Sugar.")), later, stored.published)
    query = read_query("cotton", SHIPPED, NOW, NEW_YORK)
    with db.as_of(NOW + timedelta(days=1)).read() as conn:
        assert keys(find(conn, query, NEW_YORK)) == ["cbp-trade:1 at"]


def test_lists_and_reports_have_a_page_once(stored: Database) -> None:
    wanted = [f"cbp-trade:{number} at" for number in range(14, 0, -1)]
    with stored.read() as conn:
        recent = recent_entries(conn, Filters(feeds=FEEDS), "slack")
        scope = Scope(NOW - timedelta(days=30), NOW + timedelta(days=1), FEEDS)
        report = load_report(conn, scope, date(2026, 2, 9), NEW_YORK)
        own = load_report(conn, replace(scope, feeds=("cbp-forced-labor",)), date(2026, 2, 9), NEW_YORK)
        dates = load_key_dates(conn, date(2026, 2, 9), date(2026, 3, 9))
    assert [each.key for each in recent] == wanted
    assert [each.entry.key for each in report.new] == wanted
    assert (len(dates), len(without_duplicate_dates(dates))) == (28, 14)
    for found, feed in ((report, "cbp-trade"), (own, "cbp-forced-labor")):
        assert {each.entry.feed for each in found.new} == {feed}
        assert [len(each.dates) for each in found.new] == [1] * 14, "each has its own date"
        assert found.dates == ()


def test_a_date_ahead_of_an_old_page_is_listed_once(db: Database) -> None:
    db.clock = lambda: NOW
    more: dict[str, Any] = {"published": NOW - timedelta(days=200), "topics": (TopicHit("forced-labor", "title: cotton"),)}
    store(db, page(1, "cbp-trade", **more), page(1, "cbp-forced-labor", **more))
    with db.read() as conn:
        report = load_report(conn, Scope(NOW, NOW + timedelta(days=1), FEEDS), date(2026, 2, 9), NEW_YORK)
    assert [[key.said_by.key for key in keys] for keys in report.dates] == [["cbp-trade:1 at"]]
    assert ask("/trade dates", db).subjects == ("cbp-trade:1 at",)
    assert ask("/trade briefing forced-labor", db).subjects[-1:] == ("cbp-trade:1 at",)
    assert shown("/csms remind us when the fees for cotton are due", db).count("- 27 Feb") == 1
    assert calendar_file(db, SHIPPED, "all", date(2026, 2, 9)).count(b"BEGIN:VEVENT") == 1


def test_the_page_that_was_stored_first_stays() -> None:
    first, second = replace(page(1, "cbp-trade"), id=1), replace(page(1, "cbp-forced-labor"), id=2)
    other, sample = replace(page(2, "cbp-trade"), id=3), replace(page(1, "sample"), id=4)
    assert without_duplicates([sample, other, second, first]) == [sample, other, first]
    assert without_duplicates([second]) == [second]
