"""The newest messages of a subject, with which its card ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.command import Command, Context, Person
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.models.channels import ChannelRef
from jobs.models.feeds import FeedRow
from jobs.recent import Recent
from tests.support.full_catalog import CATALOG
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW, entry, feed

ASKER = Person("slack", "T1", "U1", "Maria")
DRAWBACK = entry("67000001", "GUIDANCE: Drawback claims", "revenue", published=NOW - timedelta(days=3))
FEES = entry("67000002", "User fees", "revenue", published=NOW - timedelta(days=40))
OLD = entry("67000003", "Older fees", "revenue", published=NOW - timedelta(days=80))
SAMPLE = entry("67000004", "Sample on fees", "revenue", feed="sample", key="sample:67000004")
UNREAD = FeedRow("csms", NOW, 1, 0, NOW, None, NOW - timedelta(minutes=1), NOW, None, None, None, 100, None, {})


def shown(typed: str, recent: Recent | None, channel: ChannelRef = CHANNEL) -> str:
    verb, _, words = typed.removeprefix("/").partition(" ")
    return render(dispatch(resolve(Command(verb, words, ASKER, channel)), Context(CATALOG, NOW, NEW_YORK, recent=recent)))


def recent(row: FeedRow | None = UNREAD) -> Recent:
    return Recent((SAMPLE, DRAWBACK, FEES, OLD), feed("csms", "CSMS"), row)


def test_a_card_ends_with_the_newest_two_messages_of_its_subject() -> None:
    card = shown("/pti revenue", recent())
    assert "Newest messages (CBP's feed was last read 08:59 ET)" in card
    assert "- Guidance: Drawback claims [3] · 67000001 · 6 Feb\n- User fees [4] · 67000002 · 31 Dec 2025" in card
    assert "Older fees" not in card
    assert "Sample" not in card
    assert card.index("Drawback claims") < card.index("/csms latest revenue")


def test_without_messages_a_card_is_that_of_the_content() -> None:
    assert shown("/pti revenue", None) == shown("/pti revenue", Recent((), None, None))
    assert "Newest messages" not in shown("/pti", recent())
    assert "Newest messages" not in shown("/pti revenue questions", recent())


def test_samples_are_shown_where_they_are_published() -> None:
    assert "Sample on fees" in shown("/pti revenue", recent(), ChannelRef("playground", "local", "trade-updates"))


@pytest.mark.parametrize(
    ("more", "says"), [({"failures": 1, "last_error": "HTTP 403"}, "cannot be read right now"), ({}, "has not been read")]
)
def test_a_card_warns_beside_its_messages_that_newer_ones_may_be_missing(more: dict[str, object], says: str) -> None:
    card = shown("/pti revenue", recent(replace(UNREAD, **more) if more else None))  # type: ignore[arg-type]
    assert says in card
    assert "Newer messages may be missing." in " ".join(card.split())


def test_a_term_has_the_messages_that_name_it_in_the_title() -> None:
    named = Recent((entry("67000005", "ACE is down"), *recent().entries), None, UNREAD)
    assert "ACE is down" in shown("/trade term ace", named)
    assert "Drawback claims" not in shown("/trade term ace", named)


def test_a_terms_messages_are_its_own_and_not_those_of_a_wider_topic() -> None:
    wider = entry("67000005", "CAPE refunds", "tariffs")
    named = entry("67000006", "Section 232 on lumber", "tariffs")
    term = replace(CATALOG.terms[0], slug="section-232", term="Section 232", expansion="", aliases=("232",), see=("topic:tariffs",))
    context = Context(replace(CATALOG, terms=(term,)), NOW, NEW_YORK, recent=Recent((wider, named), feed("csms", "CSMS"), UNREAD))
    card = render(dispatch(resolve(Command("trade", "term section 232", ASKER, CHANNEL)), context))
    assert "Section 232 on lumber" in card
    assert "CAPE refunds" not in card
