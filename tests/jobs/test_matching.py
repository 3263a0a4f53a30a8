"""Matching: which entries pass a subscription's filters, and with which reason."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from jobs.classify import classify
from jobs.matching import is_left_out, left_out, matches
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, TopicHit
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.states import CadenceKind, EntryKind, Lead
from tests.support.shipped_catalog import shipped_catalog

AT = datetime(2026, 2, 9, tzinfo=UTC)


def entry(
    title: str = "ACE Drawback Refunds",
    *topics: str,
    body: str | None = "Electronic refunds by ACH.",
    feed: str = "csms",
    kind: str = "information",
    routine: bool = False,
) -> Entry:
    hits = tuple(TopicHit(topic, f"title: {topic}") for topic in topics)
    return Entry(1, f"{feed}:1", feed, "1", title, "https://example.org/1", AT, AT, body, EntryKind(kind), Lead.NONE, routine, hits)


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


@pytest.mark.parametrize("kind", tuple(EntryKind))
def test_what_is_routine_is_left_out_whatever_its_kind(kind: str) -> None:
    assert matches(Filters(), "slack", entry(kind=kind)) == "everything in csms"
    assert matches(Filters(), "slack", entry(kind=kind, routine=True)) is None
    assert matches(Filters(system=True), "slack", entry(kind=kind, routine=True)) == "everything in csms"


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("AVAILABLE NOW: CAPE for IEEPA Refunds", "revenue tariffs"),
        ("Introduction: CAPE for IEEPA Refunds, April 20 Deployment", "revenue tariffs"),
        ("UPDATE - CAPE for IEEPA Refunds, April 20 Deployment", "revenue tariffs"),
        ("REMINDER: ACE Portal Access and ACH Set-Up for Refunds", "revenue"),
        ("How to Re-Activate an Inactive Importer of Record in ACE", ""),
        ("Forced Labor Allegation Portal", "forced-labor"),
        ("CORRECTION: Forced Labor Allegation Portal", "forced-labor"),
    ],
)
def test_what_importers_have_to_know_of_a_system_is_not_left_out(title: str, topics: str) -> None:
    of = classify(title, None, shipped_catalog().topics)
    hits = [hit.topic for hit in of.topics]
    found = entry(title, *hits, kind=of.kind, routine=of.routine)
    assert matches(Filters(), "slack", found) is not None
    for topic in topics.split():
        assert matches(Filters(topics=(topic,)), "slack", found) is not None


def test_only_what_would_match_were_it_not_routine_is_left_out() -> None:
    routine = entry("T", "revenue", routine=True)
    assert is_left_out(Filters(topics=("revenue",)), "slack", routine)
    assert not is_left_out(Filters(topics=("revenue",), system=True), "slack", routine)
    assert not is_left_out(Filters(topics=("textiles",)), "slack", routine)
    assert not is_left_out(Filters(never=("ach",)), "slack", routine)
    assert not is_left_out(Filters(), "slack", entry("T", "revenue"))


def test_what_came_before_a_subscription_was_not_left_out_by_it() -> None:
    began = AT + timedelta(hours=1)
    cadence = Cadence(CadenceKind.WEEKLY, time(9), 0)
    owner = Subscription(
        1, 1, ChannelRef("slack", "T1", "C1"), Filters(), cadence, "UTC", digest_only=False, created_by="me", created_at=began
    )
    late = replace(entry(routine=True), id=2, first_seen=began)
    assert left_out(owner, [entry(routine=True), late, replace(late, id=3, routine=False)]) == [late]


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


@pytest.mark.parametrize(
    "forms",
    [
        "webinar webinars",
        "duty duties",
        "party parties",
        "file files filed filing",
        "ship ships shipped shipping",
        "cancel cancels canceled cancelled canceling cancelling",
        "release releases released releasing",
        "process processes processed processing",
        "notify notifies notified notifying",
        "tax taxes",
        "WRO WROs",
        "fee fees",
    ],
)
def test_a_phrase_matches_every_form_of_its_words(forms: str) -> None:
    for phrase in forms.split():
        for form in forms.split():
            of = Filters(phrases=(f"the {phrase} now",))
            assert matches(of, "slack", entry(f"On the {form} now", body=None)) is not None, (phrase, form)
            assert matches(Filters(never=(phrase,)), "slack", entry(f"On the {form} now", body=None)) is None, (phrase, form)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("inspect", "inspection", False),
        ("import", "important", False),
        ("news", "new", False),
        ("customs", "custom", False),
        ("tin", "ting", False),
        ("section 301", "sections 301", True),
        ("section 301", "section 3012", False),
        ("webinar*", "webinars", True),
        ("import*", "importers", True),
        ("*", "anything", False),
    ],
)
def test_a_phrase_matches_no_other_word(phrase: str, text: str, found: bool) -> None:
    assert (matches(Filters(phrases=(phrase,)), "slack", entry(text, body=None)) is not None) == found


def test_an_empty_phrase_is_found_nowhere() -> None:
    assert matches(Filters(never=(" ",)), "slack", entry()) is not None
    assert matches(Filters(phrases=("",)), "slack", entry()) is None


def test_a_sample_counts_as_csms_in_the_playground_and_matches_nowhere_else() -> None:
    sample = entry(feed="sample")
    assert matches(Filters(), "playground", sample) == "everything in csms"
    assert matches(Filters(feeds=("cbp-trade",)), "playground", sample) is None
    assert matches(Filters(feeds=("csms", "sample")), "slack", sample) is None
