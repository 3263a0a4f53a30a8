"""Searches of the stored entries: pages, phrases, and entries with most of the words."""

from datetime import timedelta

import pytest

from jobs import search as module
from jobs.matching import matches
from jobs.models.entries import Entry
from jobs.models.search import Order, Place, Search
from jobs.models.subscriptions import Filters
from jobs.publish import publish_entries
from jobs.search import Chosen, choose_most, count, find, find_most
from jobs.store import entries
from jobs.store.database import Database
from jobs.tokens import phrase, read_words, topic_term
from tests.support.small_catalog import NOW, entry
from tests.support.small_catalog import new as as_new


def store(db: Database, *several: Entry) -> None:
    with db.begin() as conn:
        publish_entries(conn, "csms", map(as_new, several), NOW, backlog=True)


def pages(db: Database, search: Search, limit: int, order: Order = Order.NEWEST) -> list[list[str]]:
    """Return the numbers on all pages, from the first to the last."""
    found: list[list[str]] = []
    after: Place | None = None
    with db.read() as conn:
        while True:
            page = find(conn, search, limit, order, after)
            found.append([each.number for each in page.entries])
            after = page.end
            if after is None:
                return found


def forms(count: int) -> list[Entry]:
    """Return entries, the newest first, of which every third has the phrase "notify party", and every other in the title."""
    texts = ("We notify parties.", "Parties notify us.", "Notify the party.")
    return [
        entry(
            str(200 - number), ("Notify", "Notify Party")[number % 6 == 0], body=texts[number % 3], published=NOW - timedelta(hours=number)
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("read", [500, 5])
def test_pages_of_a_phrase_have_every_entry_once(db: Database, monkeypatch: pytest.MonkeyPatch, order: Order, read: int) -> None:
    monkeypatch.setattr(module, "_MAX_READ", read)
    monkeypatch.setattr(module, "_BATCH", 4)
    several = forms(40)
    store(db, *several)
    search = Search((phrase("notify party"),))
    found = pages(db, search, 3, order)
    numbers = [number for page in found for number in page]
    subscribed = [each.number for each in several if matches(Filters(phrases=("notify party",)), "slack", each)]
    assert sorted(numbers, reverse=True) == subscribed
    assert len(subscribed) == 14
    assert max(map(len, found)) <= 3
    titled = [number for number in numbers if (200 - int(number)) % 6 == 0]
    assert numbers == (subscribed if order is Order.NEWEST else [*titled, *(each for each in subscribed if each not in titled)])


def test_a_first_page_counts_up_to_thirty(db: Database) -> None:
    store(db, *(entry(str(number), "Steel", "tariffs" if number == 7 else "ace") for number in range(1, 33)))
    with db.read() as conn:
        steel = Search(read_words(["steel"]))
        assert find(conn, steel, 10).count is None
        assert count(conn, steel) is None
        assert find(conn, Search(read_words(["steel"]), without=read_words(["7"])), 200).count == 31
        assert find(conn, Search(read_words(["steel"]), filters=(topic_term("tariffs"),)), 10).count == 1
        assert find(conn, Search((phrase("steel"),)), 10).count is None
        assert count(conn, Search((phrase("steel"),))) is None


def test_the_best_entries_have_all_words_in_the_title(db: Database) -> None:
    store(
        db,
        entry("1", "Steel and aluminum", published=NOW - timedelta(days=3)),
        entry("2", "Steel", body="And aluminum.", published=NOW - timedelta(days=2)),
        entry("3", "Copper", body="Not steel or aluminum.", published=NOW - timedelta(days=1)),
        entry("4", "Aluminums, steels", published=NOW - timedelta(days=4)),
        entry("5", "Steel"),
    )
    search = Search(read_words(["steel", "aluminum"]))
    assert pages(db, search, 9) == [["3", "2", "1", "4"]]
    assert pages(db, search, 1, Order.BEST) == [["1"], ["4"], ["3"], ["2"]]
    assert pages(db, Search(search.words, topic_term("none")), 2, Order.BEST) == [["1", "4"], ["3", "2"]]


def test_without_all_words_the_entries_with_most_are_found(db: Database) -> None:
    store(
        db,
        entry("1", "Steel quota"),
        entry("2", "Steel", body="Quota."),
        entry("3", "Steel"),
        entry("4", "Wine"),
        entry("5", "Bulletin"),
        entry("6", "Bulletin"),
    )
    with db.read() as conn:
        most = find_most(conn, Search(read_words(["steel", "quota", "bulletin"])), 9)
        assert [each.number for each in most.page.titled] == ["1"]
        assert [each.number for each in most.page.others] == ["2"]
        assert not find_most(conn, Search(read_words(["zeppelin", "wine"])), 9).page.entries
        assert [each.number for each in find_most(conn, Search((phrase("steel quota"), *read_words(["wines"]))), 9).page.entries] == ["4"]


def test_an_entry_nearly_as_good_as_the_best_is_chosen() -> None:
    chosen = choose_most({1: [1, 1, 0], 2: [0.7, 0.7, 0.7], 3: [0, 0, 1]}, [1, 1, 1])
    assert chosen == Chosen((1,), (2,), 1.0)


def test_an_entry_that_vanished_from_the_index_is_no_answer(db: Database) -> None:
    store(db, entry("1", "Steel"))
    with db.begin() as conn:
        (stored,) = entries.latest(conn, ["csms"])
        entries.replace(conn, stored.id, as_new(entry("1", "Wine")), NOW, stored.published)
        assert not find(conn, Search(read_words(["steel"])), 9).entries
        assert len(find(conn, Search(read_words(["wine"])), 9).entries) == 1
