"""What people read of a feed's address."""

import pytest
from jobs.addresses import shown

from content.catalog import Source
from content.loading.loader import load
from jobs.feed_reader import FeedRead, SourceRead
from jobs.sources.state import SourceState
from tests.support.paths import ROOT


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://www.cbp.gov/rss/trade", "https://www.cbp.gov/rss/trade"),
        ("https://a.example/v1/documents.json?fields%5B%5D=title&order=newest", "https://a.example/v1/documents.json…"),
        ("http://127.0.0.1:8080/csms.rss", "http://127.0.0.1:8080/csms.rss"),
        (f"https://a.example/{'x' * 500}", f"https://a.example/{'x' * 79}…"),
        (f"https://{'x' * 500}.example/feed", f"https://{'x' * 80}…/feed"),
        (f"https://a:{'x' * 500}", f"https://a:{'x' * 70}…"),
        (f"/only/a/path/{'x' * 500}", f"/only/a/path/{'x' * 67}…"),
        ("https://who:secret@a.example/feed", "https://a.example/feed"),
    ],
)
def test_an_address_is_shown_without_what_stands_behind_its_path(address: str, said: str) -> None:
    assert shown(address) == said


def test_a_failure_that_is_kept_and_shown_names_its_source_without_its_query() -> None:
    source = Source("federal-register", "https://a.example/v1/documents.json?fields%5B%5D=title&order=newest")
    read = FeedRead((SourceRead(source, SourceState(), "there is nothing at this address (404)"),))
    assert read.problem == "https://a.example/v1/documents.json…: there is nothing at this address (404)"


def test_no_address_of_a_shipped_feed_fills_a_line_and_each_source_of_a_feed_can_be_told_apart() -> None:
    for feed in load(ROOT / "content").feeds:
        told = [shown(source.url) for source in feed.sources]
        assert max(map(len, told)) < 110
        assert len(set(told)) == len(told)
