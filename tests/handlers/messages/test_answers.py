"""Questions about the messages, through the Responder, with stored messages and the shipped content."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import pytest

from bot.responder import Responder
from handlers.command import Context, Person
from handlers.messages.questions import news_asked
from handlers.replies.reply import Button, Buttons, Reply
from handlers.replies.text import render
from handlers.router import read_command, resolve
from jobs.models.entries import Entry, TopicHit
from jobs.publish import publish_entries
from jobs.recent import Recent, read_recent
from jobs.store import feeds
from jobs.store.database import Database
from jobs.store.feeds import PollFailure, PollSuccess
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW, entry, new

SHIPPED = shipped_catalog()
MARIA = Person("slack", "T1", "U1", "Maria")


_recent: WeakKeyDictionary[Database, Recent] = WeakKeyDictionary()
"""The messages that were read last. A running process does not compare all statements with them for each answer either."""


@dataclass(frozen=True, slots=True)
class Host:
    db: Database

    def context(self, *, store: bool) -> Context:
        _recent[self.db] = recent = read_recent(self.db, SHIPPED, _recent.get(self.db))
        return Context(SHIPPED, NOW, NEW_YORK, self.db if store else None, recent=recent)


def ask(words: str, db: Database) -> Reply:
    line = words if words.startswith("/") else f"/trade {words}"
    return Responder(Host(db)).reply(resolve(read_command(line, MARIA, CHANNEL)))


def shown(words: str, db: Database) -> str:
    return " ".join(render(ask(words, db)).split())


def publish(db: Database, *stored: Entry) -> None:
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(each) for each in stored], NOW, backlog=True)


def poll(db: Database, at: datetime = NOW, failing: str = "") -> None:
    with db.begin() as conn:
        feeds.ensure(conn, ["csms"], at)
        claim = feeds.claim(conn, "csms", at, 60)
        assert claim is not None
        if failing:
            feeds.settle_failure(conn, claim, at, PollFailure(failing, at))
        else:
            feeds.settle_success(conn, claim, at, PollSuccess(at, 100, changed=True, sources={}, seeded=True))


def buttons(reply: Reply) -> list[Button]:
    return [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


GARMENTS = entry("69031301", "Withhold Release Orders on Garments Produced in Jordan", published=NOW - timedelta(days=2))
SURINAME = entry("69054058", "Import Restrictions Lifted for Suriname", published=NOW - timedelta(days=1))
ERROR = entry("69100111", "Update to CATAIR Error Dictionary: New Error “F876 DUTY HTS”", published=NOW - timedelta(days=40))
OUTAGE = entry("69000001", "ACE Truck Manifest Outage", kind="outage", routine=True, published=NOW - timedelta(days=3))
DEPLOYED = entry("69000002", "ACE Deployment of New Screens", published=NOW - timedelta(days=4))
STORED = (GARMENTS, SURINAME, ERROR, OUTAGE, DEPLOYED)


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    publish(sqlite_db, *STORED)
    poll(sqlite_db)
    return sqlite_db


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("did CBP send anything about Jordan", "69031301"),
        ("has CBP said anything about Jordan?", "69031301"),
        ("did the bosses ever blather anything about Jordan", "69031301"),
        ("did anything come out about Suriname", "69054058"),
        ("messages about Suriname", "69054058"),
        ("which message talks about F876", "69100111"),
        ("has the CATAIR changed", "69100111"),
        ("messages from December", "69100111"),
        ("show december messages", "69100111"),
        ("is ACE down", "69000001"),
        ("any outages today", "69000001"),
    ],
)
def test_what_is_stored_is_found_whatever_words_ask_for_it(stored: Database, words: str, number: str) -> None:
    assert ask(words, stored).subjects[0] == f"csms:{number}"


def test_words_that_no_message_has_are_named_beside_what_the_others_find(stored: Database) -> None:
    reply = ask("has the CATAIR rigmarole changed", stored)
    assert reply.subjects == ("csms:69100111",)
    assert "none contains “rigmarole”" in shown("has the CATAIR rigmarole changed", stored)


def test_whether_a_system_works_is_answered_by_open_outages(stored: Database) -> None:
    reply = ask("is ACE down", stored)
    assert reply.subjects == ("csms:69000001",)
    assert reply.text.startswith("CBP’s messages report 1 open outage. ACE Truck Manifest Outage, CSMS 69000001")
    assert "The bot cannot see whether a system works" in reply.text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("news on bonds", "No stored message contains “bonds”."),
        ("what's new this week about wine", "No stored message contains “wine”."),
        ("what happened to moonstone and opal", "No stored message contains “moonstone opal”, or most of these words."),
        ("what changed for moonstone and opal", "No stored message contains “moonstone opal”, or most of these words."),
        ("is the moon portal down", "No stored message about an outage or maintenance contains “moon portal”, or most of these words."),
    ],
)
def test_that_no_message_matches_is_said_first_with_what_was_searched(stored: Database, words: str, says: str) -> None:
    reply = ask(words, stored)
    assert shown(words, stored).startswith(f"{says} Searched: 5 stored CSMS messages since 31 Dec 2025. CBP's feed was last read 09:00 ET.")
    assert not reply.answered
    assert not reply.subjects


def test_what_the_words_name_in_the_content_is_offered_below(stored: Database) -> None:
    text = shown("news on bonds", stored)
    assert text.index("No stored message") < text.index("In the content") < text.index("/trade term bond")


@pytest.mark.parametrize("words", ["what's new", "any outages today", "messages about steel", "/csms what's new", "next webinar"])
def test_with_nothing_stored_every_such_question_says_why(sqlite_db: Database, words: str) -> None:
    poll(sqlite_db, failing="https://content.govdelivery.com/x.rss: HTTP 403 (text/html)")
    text = shown(words, sqlite_db)
    assert text.startswith("No CSMS messages are stored yet. The bot could not read CBP's feed at 09:00 ET (HTTP 403). It keeps trying.")
    assert ask(words, sqlite_db).subjects == ()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("how many messages are stored", "The bot has 5 stored CSMS messages since 31 Dec 2025."),
        ("how many CSMS yesterday", "1 stored message yesterday."),
        ("how many messages about ACE", "2 stored messages contain “ace”."),
        ("how many CSMS about Jordan", "1 stored message contains “jordan”."),
    ],
)
def test_how_many_messages_there_are_is_the_first_sentence(stored: Database, words: str, says: str) -> None:
    assert shown(words, stored).startswith(says)


def test_who_asks_to_be_sent_messages_gets_them_and_a_subscription_is_offered(stored: Database) -> None:
    reply = ask("send me CSMS messages about garments", stored)
    assert reply.subjects == ("csms:69031301",)
    assert buttons(reply) == [Button("Subscribe this channel", '/csms subscribe "garments"')]
    assert buttons(ask("send me CSMS messages about drawback", stored))[-1].command == "/csms subscribe drawback"
    assert not buttons(ask("show me CSMS messages about garments", stored))


@pytest.mark.parametrize("words", ["next webinar", "when is the next webinar on labor", "upcoming webinars"])
def test_the_next_event_is_the_nearest_day_ahead_that_a_message_names(sqlite_db: Database, words: str) -> None:
    publish(
        sqlite_db,
        entry("69000011", "Labor Webinar", body="A webinar on Thursday, March 12, 2026, at 11:00 a.m. The portal opened June 1, 2026."),
        entry("69000012", "Labor Portal Webinar", body="The webinar is on February 20 at 1 p.m.", published=NOW - timedelta(days=9)),
        entry("69000013", "Old Labor Webinar", body="The webinar was on February 3, 2026.", published=NOW - timedelta(days=20)),
    )
    poll(sqlite_db)
    reply = ask(words, sqlite_db)
    assert reply.subjects == ("csms:69000012", "csms:69000011")
    text = shown(words, sqlite_db)
    assert text.index("20 Feb 2026") < text.index("69000012") < text.index("12 Mar 2026") < text.index("69000011")
    assert "Jun 2026" not in text


def test_without_a_day_ahead_the_newest_come_with_a_plain_sentence(sqlite_db: Database) -> None:
    publish(sqlite_db, entry("69000013", "Steel Quota", body="Opening Date: January 5, 2026", published=NOW - timedelta(days=40)))
    poll(sqlite_db)
    reply = ask("when is the next quota opening", sqlite_db)
    assert reply.text.startswith("No stored message about “quota opening” names a day that is still ahead. These are the newest.")
    assert reply.subjects == ("csms:69000013",)


def test_what_happened_to_something_is_asked_of_titles_then_of_the_content_then_of_texts(stored: Database) -> None:
    assert ask("what happened to F876", stored).subjects == ("csms:69100111",)
    in_text = entry("69000061", "A notice", body="Of GSP, and of moonstones.")
    publish(stored, in_text)
    assert not ask("what happened to GSP", stored).subjects[0].startswith("csms:")
    assert ask("what happened to moonstones", stored).subjects == (in_text.key,)


def test_a_question_that_stands_in_the_content_is_answered_from_it(stored: Database) -> None:
    asked = [each for pti in SHIPPED.ptis for question in pti.questions for each in (question.q, *question.also)]
    like_news = [each for each in asked if news_asked(each) is not None]
    assert like_news
    for each in like_news:
        assert not any(subject.startswith("csms:") for subject in ask(each, stored).subjects)


def test_a_title_says_what_the_listed_messages_have_in_common(sqlite_db: Database) -> None:
    publish(
        sqlite_db,
        entry("69000021", "Quota on Tuna"),
        entry("69000022", "Updated portal's guide"),
        entry("69000023", "A refund", "drawback"),
        entry("69000024", "Drawback claims", "drawback"),
    )
    poll(sqlite_db)
    assert "Messages that contain “tun…”" in shown("/csms tun", sqlite_db)
    assert "Messages that contain “tuna”" in shown("/csms tuna", sqlite_db)
    assert "Messages about Drawback" in shown("/csms drawback", sqlite_db)
    assert "2 found: 1 contain “drawback”, the others are on this topic" in shown("/csms drawback", sqlite_db)
    assert ask("/csms update", sqlite_db).subjects == ("csms:69000022",)
    assert ask("/csms refunded", sqlite_db).subjects == ("csms:69000023",)


@pytest.mark.parametrize("word", ["portal's", "portal", "portals", "importers'", "update"])
def test_a_search_and_a_preview_find_the_same(sqlite_db: Database, word: str) -> None:
    publish(sqlite_db, entry("69000022", "Updated portal's guide for importer's brokers"), entry("69000025", "Updates to portals"))
    found = len(ask(f"/csms {word}", sqlite_db).subjects)
    assert found
    assert f"would have posted {found} of the last 2 messages" in shown(f'/csms preview "{word}"', sqlite_db)


@pytest.mark.parametrize("words", ["--", "...", "👍", "!!"])
def test_marks_without_a_word_search_nothing(stored: Database, words: str) -> None:
    publish(stored, entry("69000031", "Dashes -- and dots... and more!!"))
    assert ask(words, stored).subjects == ()


def test_a_shorter_number_is_not_mentioned_by_a_longer_one(stored: Database) -> None:
    publish(stored, entry("69000041", "A correction", body="See CSMS 69031301."))
    assert "Stored messages that mention it" not in shown("CSMS 6903130", stored)


@pytest.mark.parametrize("failing", [False, True])
@pytest.mark.parametrize("typed", ["/csms why 69031301", "/csms preview all topics"])
def test_why_and_preview_say_what_the_other_answers_say_of_the_feed(sqlite_db: Database, typed: str, failing: bool) -> None:
    publish(sqlite_db, *STORED)
    poll(sqlite_db, failing="HTTP 403" if failing else "")
    warning = "CBP's feed cannot be read: every attempt has failed so far. Newer messages may be missing."
    assert shown(typed, sqlite_db).startswith(warning) == failing
    assert ask(typed, sqlite_db).text.startswith(warning) == failing
    assert shown("/csms latest", sqlite_db).startswith(warning) == failing


def test_while_messages_are_sorted_into_changed_topics_an_empty_topic_says_so(sqlite_db: Database) -> None:
    publish(sqlite_db, GARMENTS)  # its rules are not the shipped ones
    text = shown("/csms latest drawback", sqlite_db)
    assert "No CSMS messages about Drawback were found yet. Searched: 1 stored CSMS message since 7 Feb. " in text
    assert "The bot is still sorting the stored messages." in text
    assert "stored yet" not in text


def test_why_a_message_has_a_topic_is_in_one_pair_of_brackets(sqlite_db: Database) -> None:
    made = new(entry("69000051", "Duties"))
    classified = replace(made.classified, topics=(TopicHit("revenue", "with tariffs (additional duties)"),))
    with sqlite_db.begin() as conn:
        publish_entries(conn, "csms", [replace(made, classified=classified)], NOW, backlog=True)
    assert "Topics: Revenue (it is also about Tariff actions: additional duties)" in shown("/csms 69000051", sqlite_db)
