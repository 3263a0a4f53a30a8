"""Who asks for the latest messages about something gets the newest first, and may ask for the best."""

from datetime import timedelta

import pytest

from handlers.replies.text import render
from jobs.store.database import Database
from tests.handlers.messages.test_answers import ask
from tests.handlers.test_csms import buttons, publish, read_feed, say
from tests.support.small_catalog import NOW, entry

pytestmark = pytest.mark.one_database

OLD = entry("67000001", "Section 301 China duties", body="Section 301.", published=NOW - timedelta(days=60))
NEW = entry("67000002", "Harmonized System Update 2607", body="Section 301 China rates.", published=NOW - timedelta(days=2))


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    publish(sqlite_db, OLD, NEW)
    read_feed(sqlite_db)
    return sqlite_db


@pytest.mark.parametrize(
    "words",
    [
        "latest on Section 301 China",
        "what's the latest on section 301 china",
        "newest messages about section 301 china",
        "show me the last 5 messages about section 301",
        "the latest messages on section 301 china",
        "most recent messages about section 301 china",
        "any recent guidance on section 301 china",
        "latest CSMS about section 301 china",
        "what's the newest guidance on section 301 china",
        "latest news on section 301",
    ],
)
def test_the_latest_messages_about_something_come_newest_first(stored: Database, words: str) -> None:
    reply = say(f"/trade {words}", stored)
    shown = render(reply)
    assert shown.index("67000002") < shown.index("67000001"), shown
    assert "newest first" in shown
    best = next(button for button in buttons(reply) if button.label == "Best first")
    again = render(say(best.command, stored))
    assert again.index("67000001") < again.index("67000002")
    assert "best first" in again


@pytest.mark.parametrize("words", ["section 301 china", "messages about section 301 china"])
def test_without_such_a_word_the_best_come_first(stored: Database, words: str) -> None:
    shown = render(say(f"/csms {words}", stored))
    assert shown.index("67000001") < shown.index("67000002")


@pytest.mark.parametrize("words", ["latest on section 301 china", "/csms latest section 301 china", "/csms newest about section 301 china"])
def test_the_command_for_the_latest_lists_the_newest_first_with_words_that_name_no_topic(stored: Database, words: str) -> None:
    line = words if words.startswith("/") else f"/csms {words}"
    shown = render(say(line, stored))
    assert shown.index("67000002") < shown.index("67000001"), shown


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("/trade show me the last 2 messages about steel", 2),
        ("/trade the two latest messages about steel", 2),
        ("/csms latest 3 about steel", 3),
        ("/trade the most recent messages about steel", 5),
        ("/trade messages about steel 2 days", 0),
    ],
)
def test_a_number_says_how_many_of_the_latest_are_listed(sqlite_db: Database, words: str, count: int) -> None:
    publish(sqlite_db, *(entry(str(67000010 + each), f"Steel {each}", published=NOW - timedelta(days=each)) for each in range(5)))
    read_feed(sqlite_db)
    reply = say(words, sqlite_db)
    listed = [each for each in range(5) if f"{67000010 + each}" in render(reply)]
    if count:
        assert listed == list(range(count))
        older = [button for button in buttons(reply) if button.label == "Older"]
        assert bool(older) == (count < 5)
        assert all("67000012" in render(say(each.command, sqlite_db)) for each in older if count == 2)


DUTIES = entry("67000030", "Section 232 Duties on Imports of Copper", published=NOW - timedelta(days=3))
ORDER = entry("67000031", "Withhold Release Order on tires", published=NOW - timedelta(days=4))
TARIFFS = entry("67000032", "Harmonized System Update", body="Copper tariffs.", published=NOW - timedelta(days=5))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("what happened with copper tariffs", ["67000030", "67000032"]),
        ("any news about copper tariffs", ["67000030", "67000032"]),
        ("any WRO in 2026", ["67000031"]),
        ("/csms copper tariffs", ["67000032"]),
        ("any news about copper tariffs kind:guidance", []),
    ],
)
def test_a_question_finds_messages_by_the_synonyms_of_the_content_and_a_search_does_not(db: Database, words: str, found: list[str]) -> None:
    publish(db, DUTIES, ORDER, TARIFFS)
    read_feed(db)
    shown = render(ask(words, db))
    assert [each for each in ("67000030", "67000031", "67000032") if each in shown] == found
    assert ("also with “duty” for “tariffs”" in " ".join(shown.split())) == (len(found) == 2)


def test_a_question_that_names_two_messages_offers_the_second(stored: Database) -> None:
    reply = say("/csms 67000001 67000002", stored)
    assert reply.subjects == ("csms:67000001",)
    assert "/csms 67000002" in [button.command for button in buttons(reply)]
