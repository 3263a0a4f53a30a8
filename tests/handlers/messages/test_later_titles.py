"""Whoever asks whether a message is still valid sees the later ones with its title, and what the bot cannot know."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.replies.text import render
from jobs.continuations import later_alike
from jobs.models.entries import Entry
from jobs.publish import publish_entries
from jobs.store.database import Database
from tests.handlers.test_csms import read_feed, say
from tests.support.small_catalog import NOW, entry, new

pytestmark = pytest.mark.one_database

STEEL = "UPDATED GUIDANCE: Import Duties on Imports of Steel and Steel Derivative Products"


def at(number: int, title: str, days: int, **more: object) -> Entry:
    return entry(str(number), title, published=NOW - timedelta(days=days), **more)


def publish(db: Database, *stored: Entry) -> None:
    with db.begin() as conn:
        several = [new(each) for each in stored]
        marked = [replace(one, parsed=replace(one.parsed, archived=each.archived)) for one, each in zip(several, stored, strict=True)]
        publish_entries(conn, "csms", marked, NOW, backlog=False)


@pytest.mark.parametrize(
    ("title", "later"),
    [
        (STEEL, STEEL),
        (STEEL, "GUIDANCE: Import Duties on Imports of Steel and Steel Derivative Products"),
        (
            "GUIDANCE: Section 232 Duties on Imports of Aluminum, Steel, and Copper",
            "GUIDANCE: Technical Corrections to Section 232 Duties on Imports of Aluminum, Steel, and Copper",
        ),
        ("GUIDANCE: Extension of Section 301 China Product Exclusions", "GUIDANCE: Extension of Section 301 China Product Exclusions"),
        (
            "Introduction - Consolidated Administration of Entries (CAPE), April 20, 2026 Deployment",
            "UPDATE - Consolidated Administration of Entries (CAPE), April 20, 2026, Deployment",
        ),
        ("Quota Bulletin 26-407 AGOA apparel", "UPDATE: Quota Bulletin 26-407 AGOA Apparel"),
        ("Softwood lumber export charges", "INFORMATION: Softwood Lumber Export Charges for December"),
        ("Information: Entry Type 86 Test Changes", "Further Entry Type 86 test changes"),
        ("Foreign trade zone admission changes", "Foreign-Trade Zone Admission Changes"),
        ("GUIDANCE: Additional Duties on Products of Brazil", "Amendments to Additional Duties on Products of Brazil"),
    ],
)
def test_a_later_message_with_the_words_of_the_title_is_nearly_the_same(title: str, later: str) -> None:
    first, second = at(67000001, title, 9), at(67000002, later, 2)
    assert later_alike(first, [first, second]) == [second]
    assert later_alike(second, [first, second]) == []


@pytest.mark.parametrize(
    ("title", "later"),
    [
        ("Harmonized System Update (HSU) 2607", "Harmonized System Update (HSU) 2608"),
        ("Quota Bulletin 26-407 AGOA apparel", "Quota Bulletin 26-408 AGOA apparel"),
        ("GUIDANCE: Additional Duties on Products of Brazil", "GUIDANCE: Additional Duties on Products of India"),
        ("GUIDANCE: Section 232 Duties on Imports of Copper", "GUIDANCE: Section 232 Duties on Imports of Timber"),
        ("Updated", "Updated"),
        ("ACE webinar", "ACE webinar"),
        ("Import of steel", "Monthly summary of every notice on steel import licences, drawback, quota, and bonds for brokers"),
        ("GUIDANCE: Haiti HOPE extension", "GUIDANCE: AGOA extension"),
        ("Section 301 exclusions: machinery", "Section 301 exclusions: solar"),
        ("In-bond arrival test cases", "In-bond export test results"),
    ],
)
def test_another_number_good_or_country_is_another_matter(title: str, later: str) -> None:
    first, second = at(67000001, title, 9), at(67000002, later, 2)
    assert later_alike(first, [first, second]) == []


def test_a_title_that_the_archive_cut_proves_no_equality() -> None:
    first, second = at(67000001, STEEL, 9), at(67000002, STEEL, 2)
    assert later_alike(replace(first, cut=True), [second]) == []
    assert later_alike(first, [replace(second, cut=True)]) == []


@pytest.mark.parametrize(
    "words",
    [
        "is 64384423 still valid",
        "is CSMS 64384423 current?",
        "is CSMS 64384423 still good",
        "what replaced CSMS 64384423",
        "is csms #64384423 still in force",
        "CSMS 64384423",
    ],
)
def test_the_later_messages_with_its_title_stand_in_the_answer(db: Database, words: str) -> None:
    later = [at(65236374, STEEL, 90, archived=True), at(65289012, STEEL, 80, archived=True), at(65300000, "Quota on sugar", 1)]
    publish(db, at(64384423, STEEL, 200, archived=True), *later)
    read_feed(db, NOW - timedelta(minutes=2))
    reply = say(f"/trade {words}", db)
    shown = render(reply)
    assert "Later with the same title: 65289012, 65236374." in reply.text
    assert shown.index("Later with the same title") < shown.index("65289012") < shown.index("65236374")
    assert "do not say that they replace this one" in shown
    assert "Newest on" not in shown


def test_whose_texts_are_not_stored_cannot_be_known_to_mention_it(db: Database) -> None:
    publish(db, at(64384423, STEEL, 200, archived=True), at(65300000, "Quota on sugar", 80, archived=True))
    read_feed(db, NOW - timedelta(minutes=2))
    shown = render(say("/trade is 64384423 still valid", db))
    assert shown.startswith("No later CSMS message whose text is stored mentions this one; CBP's feed was last read 08:58 ET.")
    assert "Only the titles of other later messages are stored, so the bot cannot know which of them mention it." in " ".join(shown.split())


def test_where_all_later_texts_are_stored_nothing_is_left_open(db: Database) -> None:
    publish(db, at(64384423, STEEL, 200, archived=True), at(65300000, "Quota on sugar", 80, body="Sugar."))
    read_feed(db, NOW - timedelta(minutes=2))
    shown = render(say("/trade is 64384423 still valid", db))
    assert shown.startswith("No later CSMS message stored here mentions this one")
