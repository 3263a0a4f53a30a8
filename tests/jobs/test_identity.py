"""Feeds with bad identities: nothing is lost, and nothing is posted again."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from jobs.identity import canonical, canonical_link
from jobs.sources.document import Found
from jobs.store import schema
from jobs.store.database import Database
from tests.support.documents import URL, Documents, item, items, titles


@pytest.fixture
def feed(db: Database) -> Documents:
    """A feed whose first poll is over."""
    documents = Documents(db)
    documents.poll(item(1))
    return documents


SHARED: dict[str, Callable[[int], Found]] = {
    "the guid N/A": lambda n: item(n, guid="N/A"),
    "an empty guid and one link": lambda n: item(n, guid="", url="https://www.cbp.gov/trade"),
    "an empty guid and the home page": lambda n: item(n, guid="", url="https://www.cbp.gov/"),
    "the feed's own address": lambda n: item(n, guid=URL),
    "the feed's own address and one link": lambda n: item(n, guid=URL, url=URL),
    "a constant guid": lambda n: item(n, guid="CBP-FEED-1"),
    "a constant guid and one link": lambda n: item(n, guid="CBP-FEED-1", url="https://www.cbp.gov/trade"),
    "a constant guid, one link and no date": lambda n: replace(item(n, guid="CBP-FEED-1", url="https://www.cbp.gov/trade"), published=None),
    "neither guid nor link": lambda n: item(n, guid="", url=""),
}


@pytest.mark.one_database
@pytest.mark.parametrize("shared", SHARED.values(), ids=SHARED)
def test_entries_that_share_an_identity_are_each_posted_once(feed: Documents, shared: Callable[[int], Found]) -> None:
    assert len(feed.poll(item(1), shared(2), shared(3), shared(4)).new) == 3
    assert feed.poll(shared(4), shared(2), item(1), shared(3)).new == ()  # in another order
    assert feed.poll(shared(3)).new == ()  # only one is left
    assert titles(feed.poll(shared(5))) == ["Page 5"]  # another one alone
    assert titles(feed.poll(shared(6), shared(5), shared(2))) == ["Page 6"]
    assert feed.owed() == 5


@pytest.mark.one_database
@pytest.mark.parametrize("shared", SHARED.values(), ids=SHARED)
def test_entries_that_share_an_identity_only_later_are_each_posted_once(feed: Documents, shared: Callable[[int], Found]) -> None:
    assert titles(feed.poll(shared(2))) == ["Page 2"]
    assert feed.poll(shared(2)).new == ()
    assert titles(feed.poll(shared(3), shared(2))) == ["Page 3"]
    assert titles(feed.poll(shared(4), shared(3))) == ["Page 4"]
    assert feed.poll(shared(2)).new == ()
    assert feed.owed() == 3


def test_an_identity_that_proves_to_be_shared_after_an_apparent_edit_loses_and_repeats_nothing(feed: Documents) -> None:
    one, other = (item(n, guid="CBP-FEED-1", url="https://www.cbp.gov/trade", days=5) for n in (2, 3))
    assert titles(feed.poll(one)) == ["Page 2"]
    assert feed.poll(other).edited == 1  # nothing tells it from an edit
    assert titles(feed.poll(one, other)) == ["Page 3"]
    assert feed.poll(other).new == feed.poll(one).new == ()
    assert sorted(each.title for each in feed.stored()) == ["Page 1", "Page 2", "Page 3"]


def test_a_reused_guid_with_another_title_link_and_date_is_another_entry(feed: Documents) -> None:
    assert titles(feed.poll(item(2, guid="weekly-1"))) == ["Page 2"]
    assert titles(feed.poll(item(3, guid="weekly-1"))) == ["Page 3"]
    assert feed.poll(item(2, guid="weekly-1")).new == ()


def test_a_shared_identity_is_told_in_the_warning(feed: Documents) -> None:
    polled = feed.poll(item(2, guid="N/A"), item(3, guid="N/A"))
    assert polled.warning == "2 entries have one identity, 'N/A', and are told apart by link and title"
    assert feed.row().warning == polled.warning


def test_a_weekly_report_without_a_guid_is_a_new_entry_each_week(feed: Documents) -> None:
    report = [item(2, guid="", url="https://www.cbp.gov/quota", title="Quota status report", days=day) for day in (0, 7, 14)]
    assert len(feed.poll(report[:1]).new) == 1
    assert len(feed.poll(report[:2]).new) == 1
    assert len(feed.poll(report[1:]).new) == 1
    assert feed.poll(report).new == ()


def test_a_weekly_report_with_guids_is_a_new_entry_each_week(feed: Documents) -> None:
    for week in range(4):
        assert len(feed.poll(item(week, url="https://www.cbp.gov/quota", title="Quota status report", days=7 * week)).new) == 1


def test_one_entry_listed_twice_is_one(feed: Documents) -> None:
    assert len(feed.poll(item(2), item(2, days=3), item(2)).new) == 1
    assert len(feed.poll(item(3, guid="N/A"), item(3, guid="N/A")).new) == 1


def test_an_edit_of_an_entry_with_a_shared_identity_is_not_posted(feed: Documents) -> None:
    feed.poll(item(2, guid="N/A", url=""), item(3, guid="N/A"), item(4, guid="N/A"))
    assert feed.poll(item(3, guid="N/A", title="Page three"), item(4, guid="N/A", url="https://www.cbp.gov/other")).new == ()
    assert feed.poll(item(3, guid="N/A", title="Page three")).new == ()
    assert feed.owed() == 3


RENAMED: dict[str, tuple[Callable[[int], Found], Callable[[int], Found]]] = {
    "http becomes https": (
        lambda n: item(n, guid=f"http://www.cbp.gov/n/{n}", url=f"http://www.cbp.gov/n/{n}"),
        lambda n: item(n, guid=f"https://www.cbp.gov/n/{n}", url=f"https://www.cbp.gov/n/{n}"),
    ),
    "www. is gone": (lambda n: item(n, guid=f"https://www.cbp.gov/n/{n}"), lambda n: item(n, guid=f"https://cbp.gov/n/{n}")),
    "a closing slash": (lambda n: item(n, guid=f"https://www.cbp.gov/n/{n}"), lambda n: item(n, guid=f"https://www.cbp.gov/n/{n}/")),
    "the host's case": (lambda n: item(n, guid=f"https://www.cbp.gov/N/{n}"), lambda n: item(n, guid=f"HTTPS://WWW.CBP.gov/N/{n}")),
    "Drupal's scheme": (item, lambda n: item(n, guid=f"{9000 + n} at http://www.cbp.gov")),
    "Drupal's host": (item, lambda n: item(n, guid=f"{9000 + n} at https://prod-edit.cbp.gov")),
    "a session in the path": (
        lambda n: item(n, guid="", url=f"https://www.cbp.gov/n{n};jsessionid=A{n}?x=1"),
        lambda n: item(n, guid="", url=f"https://www.cbp.gov/n{n};jsessionid=B{n}?x=1"),
    ),
    "a session in the query": (
        lambda n: item(n, guid="", url=f"https://www.cbp.gov/n?id={n}&PHPSESSID=a{n}"),
        lambda n: item(n, guid="", url=f"https://www.cbp.gov/n?sid=7&id={n}&utm_source=feed&utm_medium=rss"),
    ),
    "new guids": (item, lambda n: item(n, guid=f"urn:uuid:{n}")),
    "no guids anymore": (item, lambda n: item(n, guid="")),
    "new guids and links": (item, lambda n: item(n, guid=f"urn:uuid:{n}", url=f"https://new.cbp.gov/{n}")),
    "new guids and titles": (item, lambda n: item(n, guid=f"urn:uuid:{n}", title=f"CBP: page {n}")),
    "new guids and dates": (item, lambda n: item(n, guid=f"urn:uuid:{n}", days=6)),
    "shared guids": (item, lambda n: item(n, guid="N/A")),
    "shared guids get their own": (lambda n: item(n, guid="N/A"), item),
}


@pytest.mark.one_database
@pytest.mark.parametrize(("before", "after"), RENAMED.values(), ids=RENAMED)
def test_a_feed_that_renames_its_entries_posts_nothing_again(
    feed: Documents, before: Callable[[int], Found], after: Callable[[int], Found]
) -> None:
    assert len(feed.poll([before(n) for n in range(2, 7)]).new) == 5
    keys = {each.key for each in feed.stored()}
    changed = feed.poll([after(n) for n in range(2, 8)])
    assert changed.new == tuple(each for each in changed.new if each.key not in keys)
    assert len(changed.new) == 1
    assert keys < {each.key for each in feed.stored()}  # the stored entries keep their keys
    assert feed.poll(after(7), after(3)).new == ()
    assert feed.poll([before(n) for n in range(2, 7)]).new == ()  # and back
    assert feed.poll(after(5)).new == ()
    assert feed.owed() == 6


ONE_KEY_EACH = {name: pair for name, pair in RENAMED.items() if name != "shared guids get their own"}
"""Without the entries of which an earlier release, whose key was the guid, stored only one."""


@pytest.mark.one_database
@pytest.mark.parametrize(("before", "after"), ONE_KEY_EACH.values(), ids=ONE_KEY_EACH)
def test_entries_stored_under_the_keys_of_an_earlier_release_are_not_posted_again(
    feed: Documents, before: Callable[[int], Found], after: Callable[[int], Found]
) -> None:
    old = [before(n) for n in range(2, 7)]
    feed.poll(old)
    store_as_before(feed, old)
    assert feed.poll([before(n) for n in range(2, 7)]).new == ()
    store_as_before(feed, old)
    assert feed.poll([after(n) for n in range(2, 7)]).new == ()
    assert feed.poll(after(4)).new == ()
    assert feed.owed() == 5


def test_of_entries_with_one_guid_an_earlier_release_stored_one(feed: Documents) -> None:
    feed.poll(item(2, guid="N/A"))
    store_as_before(feed, [item(2, guid="N/A")])
    assert titles(feed.poll(item(2, guid="N/A"), item(3, guid="N/A"))) == ["Page 3"]
    assert feed.poll(item(3, guid="N/A"), item(4)).new[0].title == "Page 4"


def store_as_before(feed: Documents, old: list[Found]) -> None:
    """Rewrite the keys of stored entries as release 0.1.0 made them, and forget the aliases."""
    with feed.db.begin() as conn:
        conn.execute(schema.entry_alias.delete())
        for each in old:
            mine = update(schema.entry).where(schema.entry.c.title == each.title)
            conn.execute(mine.values(key=f"cbp-trade:{each.guid or each.url or each.title}"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://www.cbp.gov/n/2", "https://www.cbp.gov/n/2/"),
        ("9002 at http://www.cbp.gov", "9002 at https://edit.cbp.gov"),
        ("https://www.cbp.gov/n;jsessionid=A?id=2", "https://www.cbp.gov/n?id=2&utm_source=rss"),
    ],
)
def test_an_edit_under_another_spelling_of_the_identity_is_an_edit(feed: Documents, before: str, after: str) -> None:
    feed.poll(replace(item(2, guid=before), published=None))
    store_as_before(feed, [item(2, guid=before)])
    assert feed.poll(replace(item(2, guid=after, title="Page two"), published=None)).edited == 1
    assert {each.title for each in feed.stored()} == {"Page 1", "Page two"}
    assert feed.owed() == 1


def test_a_renamed_feed_is_told_in_the_warning(feed: Documents) -> None:
    feed.poll(items(2, 6))
    polled = feed.poll([replace(each, guid=f"urn:{each.title}") for each in items(2, 6)])
    assert polled.warning == "5 entries came back under new identities; none was posted again"


def test_a_new_guid_alone_needs_the_date_to_the_second(feed: Documents) -> None:
    feed.poll(items(2, 9))
    assert feed.poll(items(3, 9), item(2, guid="urn:2")).new == ()
    assert len(feed.poll(items(3, 9), item(2, guid="urn:3", url="https://www.cbp.gov/other", days=0.5)).new) == 1


def test_one_of_two_twins_is_not_taken_for_the_other(feed: Documents) -> None:
    twins = [item(n, title="Outage", url=f"https://www.cbp.gov/{n}", days=1) for n in (2, 3)]
    assert len(feed.poll(twins[:1]).new) == 1
    assert len(feed.poll(twins).new) == 1


def test_a_feed_that_names_its_entries_anew_every_time_fills_no_table(feed: Documents) -> None:
    for number in range(30):
        polled = feed.poll([replace(each, guid=f"{number}/{each.title}") for each in items(2, 5)])
        assert len(polled.new) == (4 if number == 0 else 0)
    with feed.db.read() as conn:
        aliases = conn.execute(select(func.count()).select_from(schema.entry_alias)).scalar_one()
    assert aliases <= 4 * 8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.cbp.gov/a?id=1", "https://www.cbp.gov/a?id=2"),
        ("https://www.cbp.gov/a#1", "https://www.cbp.gov/a#2"),
        ("https://www.cbp.gov/a", "https://www.cbp.gov/A"),
        ("https://a.cbp.gov/x", "https://b.cbp.gov/x"),
        ("9000 at https://www.cbp.gov", "9001 at https://www.cbp.gov"),
        ("https://www.cbp.gov:8443/a", "https://www.cbp.gov/a"),
    ],
)
def test_different_identities_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("text", ["", "N/A", "https://", "https://[", "http://x:99999999/", "at https://x", "\ud800", "9 at"])
def test_any_text_has_a_canonical_form(text: str) -> None:
    assert isinstance(canonical(text) + canonical_link(text), str)
