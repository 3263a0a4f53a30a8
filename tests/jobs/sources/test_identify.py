"""Which entry of ours an entry of a document is, and which feed owns it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from content.catalog import Feed, Source
from jobs.models.entries import Parsed
from jobs.sources import state
from jobs.sources.document import Found
from jobs.sources.identify import identify, merge
from jobs.sources.state import SourceState

NOW = datetime(2026, 2, 9, 14, tzinfo=UTC)
CSMS = Feed("csms", "CSMS", (Source("rss", "https://x.gov"),), 60, "csms", False, ())
ACCOUNT = Feed("account", "Account", (Source("rss", "https://x.gov"),), 60, "account", False, ())
PAGES = Feed("cbp-trade", "Pages", (Source("drupal", "https://x.gov"),), 60, "all", True, ())
PAGE = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4045e58"


def found(title: str = "CSMS # 67395160 - Refunds", url: str = PAGE, guid: str = "67395160", body: str | None = "B") -> Found:
    return Found(guid, title, url, NOW, body)


def one(feed: Feed, each: Found, *, first_choice: bool = True) -> Parsed:
    (parsed,) = identify(feed, [each], first_choice=first_choice).parsed
    return parsed


def test_a_csms_is_the_same_entry_however_it_arrived() -> None:
    widget = found(url="https://content.govdelivery.com/bulletins/gd/USDHSCBP-4045E58", guid="", body=None)
    rss = one(CSMS, found())
    assert rss == Parsed("csms:67395160", "csms", "67395160", "Refunds", PAGE, NOW, "B")
    assert one(CSMS, widget, first_choice=False) == replace(rss, body=None)
    assert one(ACCOUNT, found()) == rss


def test_the_account_feed_keeps_cams_and_tin_and_drops_the_newsroom() -> None:
    rows = [
        found("CAMS # 69523442 - Quota", guid="69523442", url=""),
        found("TIN # 66448963 - Manifests", "", "66448963"),
        found("CBP seizes fakes"),
    ]
    identified = identify(ACCOUNT, rows, first_choice=True)
    assert [(each.key, each.feed, each.number, each.title) for each in identified.parsed] == [
        ("account:69523442", "account", "69523442", "Quota"),
        ("account:66448963", "account", "66448963", "Manifests"),
    ]
    assert identified.parsed[0].url.endswith("/424d7f2")


def test_what_stands_in_for_the_csms_feed_brings_only_csms() -> None:
    rows = [found("CAMS # 69523442 - Quota", "", "69523442"), found("CBP seizes fakes", guid="67395161", url=""), found()]
    assert [each.number for each in identify(CSMS, rows, first_choice=False).parsed] == ["67395160"]


def test_a_csms_with_an_unusual_title_is_not_lost_from_the_feed_of_its_own() -> None:
    assert one(CSMS, found("Important message")).key == "csms:67395160"
    assert one(CSMS, found("CSMS # 67395160")).title == "CSMS # 67395160"
    odd = identify(CSMS, [found("No number", "https://www.cbp.gov/x", "abc")], first_choice=True)
    assert odd.parsed[0].key == "csms:abc"
    assert odd.warnings == ("an entry without a number: 'No number'",)


@pytest.mark.parametrize(
    ("title", "url", "guid", "number"),
    [
        ("CSMS # 67395160 - T", PAGE, "67395999", "67395160"),
        ("CSMS # 67395999 - T", PAGE, "67395160", "67395160"),  # a typo in the title: two others agree
        ("CSMS # 67395160 - T", PAGE.replace("58", "59"), "67395160", "67395160"),
        ("CSMS # 67395160 - T", PAGE.replace("58", "59"), "67395999", "67395160"),
    ],
)
def test_numbers_that_disagree_are_reported(title: str, url: str, guid: str, number: str) -> None:
    identified = identify(CSMS, [found(title, url, guid)], first_choice=True)
    assert identified.parsed[0].number == number
    assert identified.warnings[0].startswith("numbers disagree: title ")


def test_an_old_number_says_nothing_about_its_page() -> None:
    page = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/24602aa"
    identified = identify(CSMS, [found("CSMS # 19-000252 - Old", page, "")], first_choice=True)
    assert (identified.parsed[0].number, identified.parsed[0].url, identified.warnings) == ("19-000252", page, ())


def test_a_page_is_known_by_guid_else_link_else_title() -> None:
    assert one(PAGES, found("T", "https://www.cbp.gov/a", "9000 at https://www.cbp.gov")).key == "cbp-trade:9000 at"
    assert one(PAGES, found("T", "https://www.cbp.gov/a", "")).key == "cbp-trade:cbp.gov/a"
    assert one(PAGES, found("T", "", "")).key == "cbp-trade:T"
    assert len(one(PAGES, found("T", "", "g" * 10_000)).key) < 100
    assert identify(PAGES, [found("", "", "")], first_choice=True).parsed == ()


def test_an_entry_is_taken_once_from_a_document_and_from_several() -> None:
    assert len(identify(CSMS, [found(), found()], first_choice=True).parsed) == 1
    bare, full, other = one(CSMS, found(body=None)), one(CSMS, found()), replace(one(CSMS, found()), key="csms:1")
    assert merge([(bare,), (full, other)]) == (full, other)


def test_a_permanent_move_is_believed_after_three_sightings_in_a_day() -> None:
    seen = SourceState()
    for minutes in (0, 5, 10):
        assert seen.settled_at == ""
        seen = state.record_redirect(seen, "https://x.gov/new", NOW + timedelta(minutes=minutes))
    assert seen.settled_at == "https://x.gov/new"


def test_sightings_far_apart_or_of_another_place_do_not_add_up() -> None:
    seen = SourceState()
    for days in range(5):
        seen = state.record_redirect(seen, "https://x.gov/new", NOW + timedelta(days=days))
    assert seen.settled_at == ""
    for place in ("a", "b", "a", "b", "a"):
        seen = state.record_redirect(seen, f"https://x.gov/{place}", NOW)
    assert seen.settled_at == ""
    twice = state.record_redirect(state.record_redirect(SourceState(), "https://x.gov/new", NOW), "https://x.gov/new", NOW)
    assert state.record_redirect(twice, "", NOW) == SourceState()


@pytest.mark.parametrize("raw", [{}, {"etag": "x", "unknown": 1}, None, [], "x"])
def test_a_state_that_is_not_understood_counts_as_never_read(raw: object) -> None:
    assert state.load(raw) == SourceState()


def test_a_state_survives_the_database() -> None:
    kept = SourceState(etag='W/"x"', sightings=("2026-02-09T14:00:00+00:00",), moved_to="https://x.gov/new", entries=3)
    assert state.load(state.dump(kept)) == kept
