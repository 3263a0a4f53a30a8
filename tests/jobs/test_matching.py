"""Matching: which entries pass a subscription's filters, and with which reason."""

from datetime import UTC, datetime

import pytest

from jobs.matching import matches
from jobs.models import Entry, Filters, TopicHit
from jobs.states import EntryKind, Lead

AT = datetime(2026, 2, 9, tzinfo=UTC)


def entry(
    title: str = "ACE Drawback Refunds",
    *topics: str,
    body: str | None = "Electronic refunds by ACH.",
    feed: str = "csms",
    kind: str = "information",
) -> Entry:
    hits = tuple(TopicHit(topic, f"title: {topic}") for topic in topics)
    return Entry(1, f"{feed}:1", feed, "1", title, "https://example.org/1", AT, AT, body, EntryKind(kind), Lead.NONE, False, hits)


def test_bare_is_everything_of_csms() -> None:
    assert matches(Filters(), "slack", entry()) == "everything in csms"
    assert matches(Filters(), "slack", entry(feed="cbp-trade")) is None
    assert matches(Filters(feeds=("cbp-trade", "csms")), "slack", entry(feed="cbp-trade")) == "everything in cbp-trade"


def test_any_of_the_topics() -> None:
    filters = Filters(topics=("revenue", "textiles"))
    assert matches(filters, "slack", entry("T", "revenue", "ace")) == "topic revenue (title: revenue)"
    assert matches(filters, "slack", entry("T", "ace")) is None


def test_any_of_the_phrases_and_the_topics() -> None:
    filters = Filters(topics=("revenue",), phrases=("ach", "wire"))
    assert matches(filters, "slack", entry("T", "revenue")) == 'topic revenue (title: revenue); "ach" in the body'
    assert matches(filters, "slack", entry("T", "ace")) is None
    assert matches(filters, "slack", entry("T", "revenue", body="By cheque.")) is None


def test_a_phrase_that_is_never_wanted_wins() -> None:
    assert matches(Filters(never=("ach",)), "slack", entry()) is None
    assert (
        matches(Filters(topics=("revenue",), phrases=("refunds",), never=("drawback",)), "slack", entry("Drawback refunds", "revenue"))
        is None
    )


@pytest.mark.parametrize("kind", ["maintenance", "outage", "resolved", "technical"])
def test_system_notices_are_left_out_unless_they_are_included(kind: str) -> None:
    assert matches(Filters(), "slack", entry(kind=kind)) is None
    assert matches(Filters(system=True), "slack", entry(kind=kind)) == "everything in csms"


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("Drawback", "DRAWBACK claims", True),
        ("ach  refund", "The ACH\nrefund", True),
        ("steel", "Stainless-steel", True),
        ("steel", "steelworks", False),
        ("ace", "marketplace", False),
        ("1.1", "part 111", False),
        ("c++", "in C++ today", True),
        ("importer's bond", "The importer’s bond", True),
        ("anti-dumping", "anti–dumping duty", True),
        (".*", "anything", False),
        ("straße", "STRASSE", True),
    ],
)
def test_phrases_are_whole_words_in_any_case_and_spacing(phrase: str, text: str, found: bool) -> None:
    assert (matches(Filters(phrases=(phrase,)), "slack", entry(text, body=None)) is not None) == found


def test_an_empty_phrase_is_found_nowhere() -> None:
    assert matches(Filters(never=(" ",)), "slack", entry()) is not None
    assert matches(Filters(phrases=("",)), "slack", entry()) is None


def test_a_sample_counts_as_csms_in_the_playground_and_matches_nowhere_else() -> None:
    sample = entry(feed="sample")
    assert matches(Filters(), "playground", sample) == "everything in csms"
    assert matches(Filters(feeds=("cbp-trade",)), "playground", sample) is None
    assert matches(Filters(feeds=("csms", "sample")), "slack", sample) is None
