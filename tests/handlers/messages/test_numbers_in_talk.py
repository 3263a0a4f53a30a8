"""Test which numbers in ordinary talk open a message's card: those of stored messages, and those that are called CSMS numbers.

The corpus is fixed: sentences as staff write them, each with every value of its kind.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.slack.incoming import typed_text
from handlers.command import Context, Person
from handlers.messages import answers
from handlers.messages.questions import bare_numbers, named_number
from handlers.replies.reply import Buttons, Reply
from handlers.router import dispatch, read_command, resolve
from jobs.store.database import Database
from tests.support.real_data import real_data
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CATALOG, NEW_YORK, NOW, entry, new
from tests.support.store import publish

STORED = (
    entry("67647279", "GUIDANCE: AGOA reauthorized", "trade-agreements"),
    entry("69302472", "Quota opens for sugar", "agriculture-quota", published=NOW - timedelta(days=2)),
)
PAGE = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4083c2f"

PHONES = """
    12345678 5551234 202-344-1440 2023441440 (202)344-1440 1-877-227-5511 55501000 87722755 703.921.6501 +1 202 344 2050 44556677 x12345678
    """
TARIFF = """
    85423100 8542.31.00 84713001 8471.30.0100 7208103000 72081030 99038803 9903.88.03 61091000 6109.10.0012 87089981 39269099 94036080
    04061084 17011410 22042150 73181500 76061260 90189080 40169350
    """
DATES = "20260118 20260204 01182026 2026-01-18 18012026 12312026 20251231 2026/03/01 02-09-2026 11302026"
ENTRIES = "300-1234567-8 ABC-7654321-0 W1234567890 30012345678 82600123456 NX7-0012345-6 K45-8800123-9 67647-279 AB676472791 69302472-1"
PORTS = "2704 1401 4601 5301 3001 2809 1001 5203 0901 3802"
QUOTAS = "26-501 QB-26-102 99980245 9998.02.45 50000000 41230000 1234567890 QB26-331 600000 75000000"
CASES = "A-570-967 C-570-968 570967000 A570967000 EAPA-7891 48812345 68891234 90210 88123456 2026-01234"

SENTENCES = {
    PHONES: """
        call {}
        my number is {}
        can you reach the port at {} before noon
        please phone the broker, {}, about the bond
        the help desk is on {}
        text me at {} when it clears
        fax the 7501 to {}
        ext {} is the duty officer
        who answers {}
        leave a message for the importer at {}
        the hotline {} is busy
        conference bridge {} at 10
    """,
    TARIFF: """
        what is the duty on {}
        is {} covered by section 301
        classify this under {} please
        does {} need an FDA message
        the importer used {} for the chips
        {}
        we see {} on line 3
        steel under {} went up
        any quota for {}
        is the value of {} right
        can I use {} with AGOA
        compare {} with the binding ruling
        add {} to the list of subheadings
        the broker keyed {} by mistake
    """,
    DATES: """
        the entry was filed {}
        see you on {}
        liquidated {} according to the report
        {}
        was the notice sent {} or later
        put {} in the entry date field
        release date {}
        the bond is valid from {}
        anything new since {}
        meeting moved to {}
    """,
    ENTRIES: """
        entry {} is on hold
        what happened to entry {}
        can you look at {} today
        the protest is on {}
        who reviewed {}
        {} was rejected twice
        please check the summary for {}
        importer asks about {} again
        cargo hold on {}
        bill of lading {} arrived
    """,
    PORTS: """
        port {} is closed
        ask the team at {}
        who works at port code {}
        file it at {}
        exam site in {} is full
        {}
        how many entries at {} yesterday
        the Center moved it from {} to another port
        is {} Los Angeles
        staff in {} want training
    """,
    QUOTAS: """
        is quota {} full
        how much of {} is left
        bulletin {} says kilograms
        {} kg of beef entered
        the fill rate of {}
        did {} open on Monday
        limit is {} for this period
        check category {}
        tuna quota {} opened
        we counted {} units
    """,
    CASES: """
        what is the rate for case {}
        liquidate entries under {}
        instructions for {} please
        {} covers solar cells
        is {} suspended
        who is the analyst on {}
        send me the memo of {}
        deposit rate in {}
        scope ruling on {}
        who handles {}
        the evasion case {} closed
        deadline of {} comments
    """,
    "67999999 68111111 69851916 70000001 59999999": """
        invoice {} was paid
        ticket {} is still open
        my badge is {}
        part number {} on the packing list
        order {} left Shanghai
        container seal {} is broken
        the refund of ${} came
        passport {} expired
        {} boxes arrived
        tracking id {}
        batch {} failed twice
        we paid {} in duties
    """,
}

CALLED = """
    CSMS 67647279
    csms # 67647279
    is CSMS #67647279 still valid
    tell me about CSMS message 67647279 please
    what did CSMS No. 67647279 change
    67647279
    #67647279
    6764 7279
    csms no 6764 7279
    what does CSMS #6764 7279 change
    csms 676 472 79, still valid?
    is 67647279 still right?
    did you read 67647279, the one on AGOA
    does 67647279 change the tariff of sugar
    see 85423100 in 67647279
    https://content.govdelivery.com/accounts/USDHSCBP/bulletins/408372f
    what is https://content.govdelivery.com/accounts/USDHSCBP/bulletins/408372F about?
    """


def corpus() -> Iterator[str]:
    for values, sentences in SENTENCES.items():
        for sentence in sentences.strip().splitlines():
            yield from (sentence.strip().format(value) for value in values.split())


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    return list(dict.fromkeys(corpus()))


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    publish(sqlite_db, *map(new, STORED), backlog=True)
    return sqlite_db


def talk(words: str, db: Database | None, **more: object) -> Reply:
    """Return the answer to a direct message or a mention."""
    person = Person("slack", "T1", "U1", "Maria")
    return dispatch(resolve(read_command(words, person)), Context(CATALOG, NOW, NEW_YORK, db, **more))  # type: ignore[arg-type]


def opens_card(words: str, db: Database) -> bool:
    command = resolve(read_command(words, Person("slack", "T1", "U1", "Maria"))).command
    return answers.number_answer(command.words, command, Context(CATALOG, NOW, NEW_YORK, db)) is not None


def test_at_most_one_of_a_thousand_ordinary_messages_opens_a_card(stored: Database, sentences: list[str]) -> None:
    assert len(sentences) >= 1_000
    opened = [words for words in sentences if opens_card(words, stored)]
    assert len(opened) * 1_000 <= len(sentences), opened


def test_the_corpus_would_find_a_rule_that_takes_every_eight_digits(sentences: list[str]) -> None:
    assert sum(bool(bare_numbers(words)) for words in sentences) > 100


@pytest.mark.parametrize("words", [line.strip() for line in CALLED.strip().splitlines()])
def test_a_stored_number_and_whatever_is_called_a_csms_number_opens_its_card(stored: Database, words: str) -> None:
    assert talk(words, stored).subjects == ("csms:67647279",)


@pytest.mark.parametrize(
    "words",
    [
        "entry number 67647279",
        "what happened to entry 67647279",
        "our office number is 67647279, thanks",
        "my number is 67647279",
        "please phone 67647279 before noon",
        "invoice no. 67647279 was paid",
        "the importer number: 67647279",
    ],
)
def test_a_stored_number_that_is_called_that_of_something_else_opens_no_card(stored: Database, words: str) -> None:
    assert not opens_card(words, stored)


@pytest.mark.parametrize("words", ["what is in number 67647279", "the order in 67647279", "for entry types, see 67647279"])
def test_another_word_before_a_stored_number_changes_nothing(stored: Database, words: str) -> None:
    assert opens_card(words, stored)


def test_a_number_that_is_called_csms_opens_what_can_be_said_of_one_that_is_not_stored(stored: Database) -> None:
    reply = talk("what does CSMS 68000000 say", stored)
    assert reply.text.startswith(("The bot has no CSMS message 68000000.", "CBP's feed has not been read yet."))
    assert reply.subjects == ("csms:68000000",)


@pytest.mark.parametrize("words", ["has 68000000 been corrected", "is 68000000 still valid?"])
def test_a_number_that_a_stored_message_names_is_one_of_a_message(stored: Database, words: str) -> None:
    assert not opens_card(words, stored)
    publish(stored, new(entry("68000009", "CORRECTION: something", body="This corrects CSMS # 68000000.")))
    assert "Corrected" in talk(words, stored).text
    assert not opens_card("entry 68000000 was rejected", stored)


def test_a_year_after_the_word_csms_is_no_number() -> None:
    assert named_number("csms 2026 updates on steel") is None
    assert named_number("CSMS #2025") is None
    assert named_number("csms 20261234") == "20261234"


@pytest.mark.parametrize("words", ["call 6764 7279 today", "port 6764 7279.10", "from 6764 7279-1", "6764 7279 1234"])
def test_other_numbers_side_by_side_are_not_joined_in_talk(stored: Database, words: str) -> None:
    assert not opens_card(words, stored)


def test_a_number_of_no_stored_message_is_offered_as_one(stored: Database) -> None:
    reply = talk("68000000", stored)
    assert reply.subjects == ()
    offered = [button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    assert "/csms 68000000" in offered


def test_the_first_number_of_a_stored_message_counts(stored: Database) -> None:
    assert talk("is HTS 85423100 in 69302472 or 67647279", stored).subjects == ("csms:69302472",)


def test_the_command_takes_any_number(stored: Database) -> None:
    assert talk("/csms 85423100", stored).subjects == ("csms:85423100",)


def test_a_link_behind_other_words_counts() -> None:
    assert typed_text(f"what is <{PAGE}|this message>?") == f"what is {PAGE}?"
    assert typed_text("see <https://cbp.gov|cbp.gov>") == "see cbp.gov"


def test_the_shipped_content_keeps_the_numbers_of_ordinary_talk_closed(stored: Database, sentences: list[str]) -> None:
    context = Context(shipped_catalog(), NOW, NEW_YORK, stored)
    for words in sentences[::40]:
        reply = dispatch(resolve(read_command(words, Person("slack", "T1", "U1", "Maria"))), context)
        assert not any(subject.startswith("csms:") for subject in reply.subjects), words


def test_ordinary_messages_name_none_of_cbps_real_numbers(sentences: list[str]) -> None:
    titles = real_data("csms_titles.jsonl").read_text("utf-8").splitlines()
    numbers = {str(json.loads(each)["number"]) for each in titles}
    assert [words for words in sentences if named_number(words) or numbers.intersection(bare_numbers(words))] == []
