from datetime import timedelta

import pytest

from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Button, Buttons, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch
from handlers.table import resolve
from jobs.models import ChannelRef, Entry
from jobs.publish import publish_entries
from jobs.store.database import Database
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, new

ASKER = Person("slack", "T1", "U1", "Maria")
AGOA = entry(
    "67647279",
    "GUIDANCE: AGOA, Haiti HOPE and HELP reauthorized",
    "trade-agreements",
    kind="guidance",
    lead="guidance",
    body="Programs are back. See the Federal Register.",
    published=NOW - timedelta(days=3),
)
CORRECTED = entry(
    "68987884", "CORRECTION: AGOA", "trade-agreements", body="This corrects CSMS # 67647279.", lead="correction", kind="guidance"
)
ORGANIC = entry("67645994", "USDA organic 100%_flags", "agriculture-quota", published=NOW - timedelta(days=5))


def say(words: str, db: Database | None, channel: ChannelRef | None = CHANNEL) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    return dispatch(resolve(Command(verb, rest, ASKER, channel)), Context(CATALOG, NOW, NEW_YORK, db))


def publish(db: Database, *stored: Entry) -> None:
    with db.begin() as connection:
        for feed in {each.feed for each in stored}:
            publish_entries(connection, feed, [new(each) for each in stored if each.feed == feed], NOW, backlog=False)


def buttons(reply: Reply) -> list[Button]:
    return [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


@pytest.mark.parametrize(
    "words", ["67647279", "CSMS 67647279", "csms # 67647279", "#67647279", "6764 7279", "is CSMS #67647279 still in force?"]
)
def test_a_number_is_found_in_every_spelling(sqlite_db: Database, words: str) -> None:
    publish(sqlite_db, AGOA)
    reply = say(f"/csms {words}", sqlite_db)
    assert reply.subjects == ("csms:67647279",)


def test_the_card_says_what_is_stored_and_never_what_is_in_force(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, ORGANIC)
    reply = say("/csms 67647279", sqlite_db)
    shown = render(reply)
    assert "Guidance: AGOA, Haiti HOPE and HELP reauthorized" in shown
    assert AGOA.url in shown
    assert "CSMS 67647279 · sent Fri 6 Feb 2026 09:00 ET" in shown
    assert "Topics: FTA (the title contains “trade-agreements”)" in shown
    assert "Programs are back. See the Federal Register." in shown
    assert "No later CSMS message stored here mentions this one (checked 09:00 ET)." in shown
    assert "CSMS guidance is not binding" in shown
    assert "in force" not in shown
    assert (reply.public, reply.shareable) == (False, True)
    assert [button.command for button in buttons(reply)] == ["/csms latest trade-agreements"]


def test_a_later_message_that_names_it_is_a_plain_fact(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, CORRECTED)
    shown = render(say("/csms 67647279", sqlite_db))
    assert "Mentioned in" in shown
    assert "Correction: AGOA" in shown
    assert "No later CSMS" not in shown
    later = render(say("/csms 68987884", sqlite_db))
    assert "No later CSMS message stored here mentions this one" in later


def test_held_messages_are_marked_wherever_they_are_listed(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA)
    with sqlite_db.begin() as connection:
        publish_entries(connection, "csms", [new(CORRECTED)], NOW, backlog=False, held=True)
    mark = "not posted until an admin decides"
    assert [mark in bullet for bullet in bullets(say("/csms latest", sqlite_db))] == [True, False]
    assert [mark in bullet for bullet in bullets(say("/csms agoa", sqlite_db))] == [True, False]
    assert [mark in bullet for bullet in bullets(say("/csms 67647279", sqlite_db))] == [True]
    card = say("/csms 68987884", sqlite_db)
    assert mark in render(card)
    assert mark in card.text


def test_a_longer_number_that_contains_it_does_not_name_it(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, entry("68987885", "HTS 676472790 changes"))
    assert "No later CSMS" in render(say("/csms 67647279", sqlite_db))


@pytest.mark.parametrize("with_db", [True, False])
def test_a_number_that_is_not_stored_leads_to_its_official_page(sqlite_db: Database, with_db: bool) -> None:
    reply = say("/csms 69302472", sqlite_db if with_db else None)
    assert "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/42178c8" in render(reply)
    assert "has not checked it" in reply.text
    assert reply.subjects == ("csms:69302472",)


def test_messages_that_name_an_unstored_number_are_listed(sqlite_db: Database) -> None:
    publish(sqlite_db, CORRECTED)
    reply = say("/csms 67647279", sqlite_db)
    assert bullets(reply) == ["Correction: AGOA · 68987884 · Mon 9 Feb 2026"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("18-000240", "before July 2019"),
        ("12345678", "is too low"),
        ("6684128", "has 7 digits"),
        ("669387884", "has 9 digits"),
        ("csms 1234", "has 4 digits"),
    ],
)
def test_an_implausible_number_is_explained_without_a_link(sqlite_db: Database, number: str, expected: str) -> None:
    reply = say(f"/csms {number}", sqlite_db)
    assert expected in reply.text
    assert "govdelivery" not in render(reply)
    assert reply.subjects == ()


def test_words_find_titles_and_bodies_newest_first(sqlite_db: Database) -> None:
    body_only = entry("67700000", "Something else", body="about AGOA")
    publish(sqlite_db, AGOA, ORGANIC, body_only)
    reply = say("/csms agoa", sqlite_db)
    assert bullets(reply) == [
        "Something else · 67700000 · Mon 9 Feb 2026",
        "Guidance: AGOA, Haiti HOPE and HELP reauthorized · 67647279 · Fri 6 Feb 2026",
    ]
    assert reply.subjects == ("csms:67700000", "csms:67647279")
    assert "2 found, newest first" in render(reply)


def test_a_match_in_the_title_is_kept_when_there_are_too_many(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, *(entry(str(67700000 + number), "Something else", body="about AGOA") for number in range(12)))
    assert "csms:67647279" in say("/csms agoa", sqlite_db).subjects


def test_short_numbers_are_searched_as_words(sqlite_db: Database) -> None:
    publish(sqlite_db, entry("67700000", "Section 232 on steel"))
    assert len(bullets(say("/csms 232", sqlite_db))) == 1


@pytest.mark.parametrize(
    "words", ["100%_", "%", "\\", "' OR 1=1 --", "\0", "x" * 5000, "“”", "<!channel>", "9" * 4000, "٦٩٨٥١٩١٦", "csms ６７６４７２７９"]
)
def test_hostile_words_are_searched_literally(sqlite_db: Database, words: str) -> None:
    publish(sqlite_db, AGOA, ORGANIC)
    found = bullets(say(f"/csms {words}", sqlite_db))
    assert len(found) == (1 if words in ("100%_", "%") else 0)


def test_no_match_offers_a_search_of_everything_else(sqlite_db: Database) -> None:
    reply = say("/csms zeppelin", sqlite_db)
    assert "No results for “zeppelin”" in reply.text
    assert [button.command for button in buttons(reply)] == ["/trade zeppelin", "/csms latest"]


def test_latest_is_newest_first_and_can_be_about_a_topic(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, ORGANIC, CORRECTED)
    assert [line.split(" · ")[1] for line in bullets(say("/csms latest", sqlite_db))] == ["68987884", "67647279", "67645994"]
    for words in ("trade-agreements", "FTA", "free trade agreements"):
        reply = say(f"/csms latest {words}", sqlite_db)
        assert [line.split(" · ")[1] for line in bullets(reply)] == ["68987884", "67647279"]
    assert "Latest CSMS: FTA" in reply.text
    assert buttons(reply)[0].command == "/csms subscribe trade-agreements"


def test_bare_csms_shows_the_latest(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA)
    assert "Latest CSMS messages" in say("/csms", sqlite_db).text


def test_an_unknown_topic_is_not_guessed(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA)
    reply = say("/csms latest zeppelin", sqlite_db)
    assert "No results for “zeppelin” in the topics." in reply.text
    assert "No CSMS messages about Tariffs are stored yet." in say("/csms latest tariffs", sqlite_db).text


def test_without_the_bot_search_and_latest_say_what_they_need() -> None:
    assert "the running bot stores messages" in say("/csms agoa", None).text
    latest = say("/csms latest", None)
    assert "the running bot stores messages" in latest.text
    assert not latest.ok


def test_samples_are_shown_on_the_playground_only(sqlite_db: Database) -> None:
    sample = entry("67700001", "Sample message", feed="sample", key="sample:67700001")
    publish(sqlite_db, sample, AGOA)
    playground = ChannelRef("playground", "local", "trade-updates")
    assert len(bullets(say("/csms latest", sqlite_db, playground))) == 2
    assert len(bullets(say("/csms latest", sqlite_db))) == 1
    assert bullets(say("/csms sample", sqlite_db, playground)) == ["Sample message · 67700001 · Mon 9 Feb 2026 · SAMPLE"]
    assert bullets(say("/csms sample", sqlite_db)) == []
