"""The operators of a search: what they find, what a wrong one is answered with, and that any input is safe."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.responder import Responder
from handlers.command import Person
from handlers.messages.operators import Operators, older, read, read_leniently
from handlers.replies.reply import Button, Buttons, Reply
from handlers.replies.text import render
from handlers.router import read_command, resolve
from handlers.subscriptions.parts import Misunderstood
from jobs import search
from jobs.models.search import Order, Place
from jobs.publish import publish_entries
from jobs.store.database import Database
from tests.handlers.messages.test_answers import SHIPPED, Host, poll
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW, entry, new

pytestmark = pytest.mark.one_database

MARIA = Person("slack", "T1", "U1", "Maria")


def asked(words: str) -> Operators:
    found = read(words, SHIPPED, NOW, NEW_YORK)
    assert isinstance(found, Operators), found
    return found


def refused(words: str) -> Misunderstood:
    found = read(words, SHIPPED, NOW, NEW_YORK)
    assert isinstance(found, Misunderstood), found
    return found


def say(line: str, db: Database) -> Reply:
    return Responder(Host(db)).reply(resolve(read_command(line, MARIA, CHANNEL)))


def buttons(reply: Reply) -> list[Button]:
    return [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


def fill(db: Database) -> None:
    several = (
        entry("69000001", "Steel derivatives", "tariffs", kind="guidance", lead="guidance", published=NOW - timedelta(days=2)),
        entry("69000002", "Steel quota", "agriculture-quota", kind="quota", published=NOW - timedelta(days=40)),
        entry("69000003", "Quota bulletin", "agriculture-quota", "tariffs", body="On derivative steel.", kind="quota", lead="correction"),
        entry("69000004", "ACE outage", "ace", "outage", kind="outage", published=NOW - timedelta(days=400)),
    )
    wine = entry("12", "Steel and wine", feed="federal-register", key="federal-register:12", published=NOW - timedelta(days=1))
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(each) for each in several], NOW, backlog=True)
        publish_entries(conn, "federal-register", [new(wine)], NOW, backlog=True)
    poll(db)


@pytest.fixture
def stored(db: Database) -> Database:
    fill(db)
    return db


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("steel derivative topic:tariffs since:2026-01 kind:guidance", "69000001"),
        ("steel newest", "69000003 12 69000001 69000002"),
        ("steel", "12 69000001 69000002 69000003"),
        ("steel topic:tariffs", "69000001 69000003"),
        ("topic:agriculture-quota", "69000003 69000002"),
        ("topic:tariffs", "69000003 69000001"),
        ('topic:"tariff actions"', "69000003 69000001"),
        ("topic:tariffs topic:ace", "69000003 69000001 69000004"),
        ("Topic: tariffs,ACE kind:outages", "69000004"),
        ("steel -topic:tariffs", "12 69000002"),
        ("steel kind:quota,guidance", "69000001 69000002 69000003"),
        ("kind:correction", "69000003"),
        ("kind:corrected", "69000003"),
        ("steel -kind:quota feed:csms", "69000001"),
        ("steel feed:federal-register", "12"),
        ("-feed:csms -steel", ""),
        ("steel -quota", "12 69000001"),
        ("steel -quotas -wine", "69000001"),
        ('steel -"quota bulletin"', "12 69000001 69000002"),
        ('"derivative steel"', "69000003"),
        ('"steel derivative"', "69000001"),
        ("steel since:2026-02-07", "12 69000001 69000003"),
        ("steel until:2025-12", "69000002"),
        ("since:2026-02-01 until:2026-02-07", "69000001"),
        ("steel since:30d", "12 69000001 69000003"),
        ("until:2025-01", "69000004"),
        ("anti-wine", ""),
    ],
)
def test_operators_limit_what_is_found(stored: Database, words: str, numbers: str) -> None:
    found = say(f"/csms {words}", stored)
    assert " ".join(subject.partition(":")[2] for subject in found.subjects) == numbers


@pytest.mark.parametrize("words", ["in-bond", "inbond", "in bond", "In-Bond", "latest in bond"])
def test_every_spelling_of_a_compound_finds_the_same(db: Database, words: str) -> None:
    several = (
        entry("69000011", "Inbond arrivals"),
        entry("69000012", "Moved in bond"),
        entry("69000013", "In-bond exports"),
        entry("69000014", "A bond in January", body="The bond is needed in ports."),
    )
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(each) for each in several], NOW, backlog=True)
    poll(db)
    assert sorted(say(f"/csms {words}", db).subjects) == ["csms:69000011", "csms:69000012", "csms:69000013"]


@pytest.mark.parametrize("words", ["&", "& ?", "-", "…"])
def test_signs_alone_find_nothing(stored: Database, words: str) -> None:
    assert say(f"/csms {words}", stored).subjects == ()


def test_an_answer_says_its_limits(stored: Database) -> None:
    shown = render(say("/csms steel topic:tariffs since:2026-01 kind:guidance", stored))
    assert "1 found · topic Tariff actions; kind guidance; since 1 Jan 2026" in " ".join(shown.split())
    nothing = say("/csms zeppelin kind:quota -wine", stored)
    assert "No stored message contains “zeppelin” with these limits: kind quota; without “wine”." in nothing.text
    assert "is within these limits: kind training." in say("/csms kind:webinar", stored).text


def test_a_search_with_operators_in_latest_is_the_same(stored: Database) -> None:
    assert say("/csms latest topic:tariffs kind:quota", stored).subjects == ("csms:69000003",)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("since:2026", date(2026, 1, 1), None),
        ("since:2026-3", date(2026, 3, 1), None),
        ("until:2026-12", None, date(2027, 1, 1)),
        ("until:2026", None, date(2027, 1, 1)),
        ("since:2026-01-15 until:2026-01-15", date(2026, 1, 15), date(2026, 1, 16)),
        ("since:01/15/2026", date(2026, 1, 15), None),
        ("since:yesterday", NOW.date() - timedelta(days=1), None),
        ("until:today", None, NOW.date() + timedelta(days=1)),
        ("since:april", date(2025, 4, 1), None),
        ("until:april", None, date(2025, 5, 1)),
        ("since:2w", NOW.date() - timedelta(days=14), None),
        ('since:"april 3"', date(2025, 4, 3), None),
    ],
)
def test_days_are_read_as_people_write_them(words: str, since: date | None, until: date | None) -> None:
    found = asked(words)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    ("words", "position", "says", "hints"),
    [
        ("steel topc:tariffs", 7, "“topc:” is not an operator of a search", "You can use topic:tariffs, kind:guidance"),
        ("topic:stell", 7, "does not recognize the topic “stell”", "The topics are"),
        ("topic:tarifs", 7, "does not recognize the topic “tarifs”", "Did you mean"),
        ("steel topic:tariffs,xyzzy", 21, "does not recognize the topic “xyzzy”", "The topics are"),
        ("kind:gidance", 6, "does not recognize the kind “gidance”", "Did you mean guidance?"),
        ("kind:xyzzy", 6, "does not recognize the kind “xyzzy”", "The kinds are guidance, quota"),
        ("feed:cms", 6, "does not recognize the feed “cms”", "Did you mean csms?"),
        ("steel since:soon", 13, "does not recognize the day “soon” after “since:”", "such as since:2026, since:2026-01"),
        ("since:999y fda", 7, "does not recognize the day “999y”", "such as since:2026"),
        ("since:2026-13", 7, "does not recognize the day “2026-13”", "Type a year, a month or a day"),
        ("until:2026-02-30", 7, "does not recognize the day “2026-02-30”", "until:2026-01-15"),
        ("since:2026-02 until:2026-01", 21, "“until:” is before “since:”", "Change one of the two."),
        ("-since:2026", 1, "cannot leave out “since:”", "Use until: instead."),
        ("steel topic:", 7, "nothing follows “topic:”", "such as topic:tariffs"),
        ('steel "quota', 7, "the quotation mark before “quota” is not closed", 'Add a " after the phrase.'),
        ('steel ""', 7, "there is nothing between the quotation marks", "Type the words"),
        ("older:x", 1, "“older:” belongs to the button Older", "Leave it out"),
    ],
)
def test_a_wrong_operator_is_explained_with_its_place_and_what_is_possible(words: str, position: int, says: str, hints: str) -> None:
    error = refused(words)
    assert error.position == position
    assert says in error.message
    assert hints in error.hint
    assert read_leniently(words, SHIPPED, NOW, NEW_YORK).text  # a question reads it as text


def test_the_answer_points_at_a_wrong_operator_and_offers_the_right_one(stored: Database) -> None:
    reply = say("/csms steel topc:tariffs", stored)
    assert not reply.ok
    assert "steel → topc:tariffs" in render(reply).replace("*", "")
    assert [button.command for button in buttons(reply)] == ["/csms steel topic:tariffs"]
    assert "/csms kind:guidance steel" in [button.command for button in buttons(say("/csms kind:gidance steel", stored))]


@pytest.mark.parametrize(
    "words",
    [
        "GUIDANCE: Steel",
        "https://www.cbp.gov/trade",
        "at 09:30 ET",
        "CBP - steel",
        "steel --",
        "-- - -",
        "HTS 9903.81.87",
        "the best",
        "what is newest",
        "best practices",
    ],
)
def test_ordinary_text_has_no_operators(words: str) -> None:
    found = asked(words)
    assert not found.used
    assert found.text == " ".join(words.split())


def test_the_last_word_is_the_order_and_older_the_place() -> None:
    assert asked("steel newest").order is Order.NEWEST
    assert asked("steel best first").order is Order.BEST
    for place in (Place(0), Place(-(2**63)), Place(2**63 - 1, titled=True), Place(1_900_000_000 << 30)):
        found = asked(f"steel topic:ace {older(place)} newest")
        assert (found.after, found.typed, found.text) == (place, "steel topic:ace", "steel")


_PIECES = (
    *("steel", "duties", "topic:", "topic:tariffs", "-topic:ace", "kind:", "kind:quota", "feed:csms", "feed:", "since:2026", "since:"),
    *(
        "until:1",
        "older:n",
        "older:t0",
        "older:nzzzzzzzzzzzzz",
        '"',
        "“",
        "”",
        "-",
        "--",
        "*",
        "a*",
        "'",
        "\\",
        "NOT",
        "AND",
        "OR",
        "(",
        ")",
    ),
    *(":", ",", "^", "NEAR(a b)", "!", "&", "|", "<->", "%", "_", "\x00", "\u202e", "é", "👍", "9903.81", "newest", "best", "x" * 50, "\n"),
)


def test_any_input_gets_an_answer_and_the_same_from_both_engines(sqlite_url: str, postgres_url: str) -> None:
    chance = random.Random(7)  # noqa: S311  # to be repeatable
    opened = [Database(sqlite_url), Database(postgres_url)]
    for db in opened:
        fill(db)
    found = 0
    for _ in range(150):
        words = "".join(f"{piece}{chance.choice(('', ' ', ' '))}" for piece in chance.choices(_PIECES, k=chance.randint(1, 7)))
        one, other = (say(f"/csms {words}", db) for db in opened)
        assert one.text
        assert one == other, words
        found += bool(one.subjects)
    assert found > 10
    for db in opened:
        db.close()


def test_a_search_that_has_to_read_much_goes_on_with_older(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_MAX_READ", 4)
    monkeypatch.setattr(search, "_BATCH", 2)
    several = [entry(str(69000001 + day), "Steel of a quota", published=NOW - timedelta(days=day)) for day in range(9)]
    with sqlite_db.begin() as conn:
        publish_entries(conn, "csms", [new(each) for each in (*several[:8], replace(several[8], title="Steel quota"))], NOW, backlog=True)
    poll(sqlite_db)
    reply = say('/csms "steel quota" newest', sqlite_db)
    assert reply.text.startswith("No message since 6 Feb contains “steel quota”. Older looks further back.")
    for _ in range(2):
        assert not reply.subjects
        (older_button,) = buttons(reply)
        assert older_button.label == "Older"
        reply = say(older_button.command, sqlite_db)
    assert reply.subjects == ("csms:69000009",)


def test_a_question_how_many_counts_further_than_a_list(sqlite_db: Database) -> None:
    several = [entry(str(69000001 + number), "Steel") for number in range(40)]
    with sqlite_db.begin() as conn:
        publish_entries(conn, "csms", [new(each) for each in several], NOW, backlog=True)
    poll(sqlite_db)
    assert "40 stored messages contain “steel”." in say("/trade how many messages about steel", sqlite_db).text
    assert "more than 30 found" in render(say("/csms steel", sqlite_db))
