"""Questions without an answer: what is counted, what is never stored, and what is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs import unanswered
from jobs.models.content import Problem, UnansweredQuestion
from jobs.publish import publish_entries
from jobs.store import problems, schema
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.every_card import SHIPPED
from tests.support.small_catalog import entry, new

pytestmark = pytest.mark.one_database


def ask(db: Database, *questions: str, marked: bool = False) -> None:
    with db.begin() as conn:
        for each in questions:
            unanswered.record(conn, each, db.now(conn), marked=marked)


def listed(db: Database) -> list[UnansweredQuestion]:
    with db.read() as conn:
        return list(unanswered.list_questions(conn, db.now(conn), 30))


def stored(db: Database) -> str:
    with db.read() as conn:
        return str(conn.execute(select(schema.unanswered)).all())


@on_both
def test_a_question_is_listed_once_it_was_asked_twice_in_whatever_spelling(db: Database, clock: Clock) -> None:
    ask(db, "How do I become a Broker?")
    assert listed(db) == []
    assert "broker" not in stored(db).casefold()
    ask(db, "how do i become a broker")
    ask(db, "what's new", "Whats new?", "what’s new")
    assert listed(db) == [
        UnansweredQuestion("whats new", 3, 0, clock.now.date()),
        UnansweredQuestion("how do i become a broker", 2, 0, clock.now.date()),
    ]


def test_marks_and_vain_questions_count_together_and_the_most_frequent_is_first(db: Database, clock: Clock) -> None:
    ask(db, "lumber", "baby formula", "honey", "honey")
    ask(db, "baby formula", "baby formula", marked=True)
    today = clock.now.date()
    assert listed(db) == [UnansweredQuestion("baby formula", 1, 2, today), UnansweredQuestion("honey", 2, 0, today)]


def test_counts_of_several_days_are_added(db: Database, clock: Clock) -> None:
    ask(db, "lumber")
    clock.pass_(days=3)
    ask(db, "lumber")
    assert listed(db) == [UnansweredQuestion("lumber", 2, 0, clock.now.date())]


@pytest.mark.parametrize(
    "words",
    [
        "who is maria.perez@example.com",
        "see https://example.com/a",
        "see www.example.com",
        "is example.org yours",
        "entry 123456",
        "call 202-555-0100",
        "born 01/02/1970",
        "my broker is at 12 North Main Street",
        "server 10.0.0.12",
        "<@U012AB3CD> knows",
        "word " * 60,
        "?!",
        "",
        "１２３４５６",
        "zebra [at] example [dot] com",
        "zebra (at) example",
        "zebra at example dot com",
    ],
)
def test_what_may_say_who_somebody_is_is_never_stored(db: Database, words: str) -> None:
    ask(db, words, words, words)
    assert listed(db) == []
    assert stored(db) == "[]"


@pytest.mark.parametrize(
    "words",
    [
        "john smith unicorns from acme corp",
        "ask maria gonzalez about honey",
        "ask xaviera about honey",
        "mr quux and drawback",
        "honey for Acme Foods Inc.",
        "does Xaviera know about bonds",
        "does Zebraworks pay duty",
        "can i talk to xaviera about bonds",
        "who is xaviera",
        "who is xaviera kowalczyk",
        "what is xaviera's email",
        "my supplier zebraworks and honey",
        "contact quux for duty",
        "email xaviera about the quota",
    ],
)
def test_a_question_that_may_name_a_person_or_a_firm_is_not_kept(db: Database, words: str) -> None:
    with db.begin() as conn:
        assert not unanswered.may_keep(conn, words, SHIPPED.catalog)


@pytest.mark.parametrize(
    "words",
    [
        "baby formula shipments",
        "Who Pays Duty On Honey",
        "how do I file in Brazil",
        "does the Commissioner decide",
        "ask about honey",
        "does Frobnia have a quota",
        "QUOTA FOR UNICORNS",
        "who is responsible for honey",
        "who is an auditor",
        "who can i talk to about honey",
        "contact for unicorns",
        "the importer's number",
        "call about bonds",
    ],
)
def test_words_of_the_content_of_messages_and_of_plain_english_are_no_names(db: Database, words: str) -> None:
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(entry("67000001", "Quota for Frobnia", "revenue"))], db.now(conn), backlog=True)
        assert unanswered.may_keep(conn, words, SHIPPED.catalog)


@pytest.mark.parametrize("words", ["form 7501", "section 301", "19 CFR 24.24", "what changed in 2026", "5106", "the 232 tariffs"])
def test_short_numbers_are_part_of_a_question(db: Database, words: str) -> None:
    ask(db, words, words)
    assert len(listed(db)) == 1


@on_both
def test_questions_and_problems_are_forgotten_after_90_days(db: Database, clock: Clock) -> None:
    ask(db, "lumber", "lumber", "honey")
    with db.begin() as conn:
        problems.add(conn, Problem(clock.now, "pti:revenue", "It is old.", "Maria (slack:T1/U1)"))
    clock.pass_(days=50)
    ask(db, "honey")
    clock.pass_(days=40)
    with db.begin() as conn:
        unanswered.forget_old(conn, clock.now)
        assert [each.words for each in problems.newest(conn, 9)] == ["It is old."]
    assert [each.words for each in listed(db)] == ["honey", "lumber"]
    clock.pass_(days=1)
    assert listed(db) == []
    with db.begin() as conn:
        unanswered.forget_old(conn, clock.now)
        assert problems.newest(conn, 9) == []
    assert "lumber" not in stored(db)


def test_nothing_but_words_days_and_counts_has_a_column() -> None:
    assert set(schema.unanswered.c.keys()) == {"digest", "day", "words", "asked", "marked"}
    assert timedelta(days=90) == unanswered.KEPT
