"""An answer holds what the question asks for, and a question with talk around it gets the answer to what it asks."""

from dataclasses import replace

import pytest

from handlers.replies.reply import Header, Reply
from tests.support.full_catalog import CONTEXT, ask
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())


def answer(asked: str, command: str = "trade") -> Reply:
    return ask(f"/{command} {asked}", context=SHIPPED)


@pytest.mark.parametrize(
    "asked",
    [
        "how many people passed the last broker exam",
        "how many entries did CBP process last year",
        "is there a fee to file a protest",
        "how much does the broker exam cost",
        "how much does a continuous bond cost per year",
        "what does a late ISF cost",
        "when was ACE built",
    ],
)
def test_a_number_or_a_price_that_the_content_lacks_is_not_answered_by_what_it_says_else(asked: str) -> None:
    assert answer(asked).subjects == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("how many countries do we have free trade agreements with", "20 countries"),
        ("how many members does COAC have", "20 members"),
        ("how many companies are on the UFLPA entity list", "144 entries"),
        ("how many WROs are there", "55 active WROs"),
        ("how much does it cost to record a copyright", "$190"),
        ("how much is the merchandise processing fee", "0.3464 percent"),
    ],
)
def test_a_number_or_a_price_of_the_content_answers(asked: str, said: str) -> None:
    assert said in answer(asked).text


def test_a_part_of_a_name_is_not_what_a_question_for_the_meaning_of_more_is_about() -> None:
    assert answer("What is the reconciliation prototype?").subjects == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("is NAFTA still in force? a man at my booth insists that it is", "NAFTA ended"),
        ("An importer came by - how do I record my trademark or copyright", "Online at iprr.cbp.gov"),
        ("is trade relations the same as the office of trade? people keep asking", "Office of the Commissioner"),
    ],
)
def test_talk_around_a_question_does_not_hide_its_answer(asked: str, said: str) -> None:
    assert said in answer(asked).text


def test_a_clause_counts_only_if_the_whole_question_has_no_sure_answer() -> None:
    reply = answer("no degree but three years of work, could I be an import specialist", "role")
    assert not isinstance(reply.blocks[0], Header)
    assert "three years" in reply.text


def test_a_request_to_write_something_is_recognized_behind_what_led_to_it() -> None:
    reply = answer("our broker messed up, draft me the best argument against a 1592 penalty")
    assert reply.subjects == ()
    assert "cannot" in reply.text


CLOSEST = "Closest match"


@pytest.mark.parametrize(
    "asked",
    [
        "how long may goods stay in a FTZ",
        "how do I cancel an ISF",
        "how do I join COAC",
        "how do I appeal being put on the UFLPA entity list",
        "any WRO in 2025",
        "what should I do if my broker got suspended",
        "can USMCA be used for Chinese goods",
    ],
)
def test_a_statement_without_the_time_the_year_or_the_act_that_is_asked_for_is_at_most_the_closest(asked: str) -> None:
    reply = answer(asked)
    assert reply.subjects == () or reply.text.startswith(CLOSEST)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("how long may goods under protest be contested after liquidation", "180 days"),
        ("when did the section 122 surcharge end", "24 July 2026"),
        ("how do I record a trademark", "iprr.cbp.gov"),
        ("how much duty did CBP collect in 2018", "$41.6 billion"),
    ],
)
def test_a_statement_with_it_is_sure(asked: str, said: str) -> None:
    reply = answer(asked)
    assert said in reply.text
    assert not reply.text.startswith(CLOSEST)


@pytest.mark.parametrize("asked", ["how do I mark the country of origin on my goods", "does CBP hold webinars for small businesses"])
def test_what_a_role_does_answers_only_who_does_it(asked: str) -> None:
    assert not any(subject.startswith("role:") for subject in answer(asked).subjects)


def test_what_a_role_does_is_said_behind_its_name() -> None:
    assert answer("who represents the U.S. at the WCO").text.startswith("Attorney Advisor. ")


def test_the_statement_below_the_first_says_something_else() -> None:
    reply = answer("are cars hit by section 232")
    assert reply.text.count("autos, trucks, wood, semiconductors and pharmaceuticals as of 30 July 2026. Look") == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what is the maximum penalty for gross negligence under 1592", "four times"),
        ("which directorates does the Office of Trade have", "Trade Regulatory Audit"),
        ("where can I find withhold release orders", "55 active WROs"),
        ("who is my import specialist", "Ten Centers"),
        ("difference between AD and CVD", "unfairly low prices"),
        ("page for ppl who import for the 1st time", "basic guidance for companies and people"),
        ("does an import specialist ever get sent abroad", "goes abroad"),
        ("Public Law number of the Uyghur act", "117-78"),
    ],
)
def test_a_question_in_everyday_words_gets_the_statement_that_holds_what_it_asks_for(asked: str, said: str) -> None:
    assert said in answer(asked).text


@pytest.mark.parametrize("asked", ["how many priority trade isues are there", "how many priority isues does the trade office have"])
def test_what_is_counted_may_be_misspelled(asked: str) -> None:
    assert answer(asked).subjects[0] == "office:office-of-trade"
    assert "seven" in answer(asked).text


@pytest.mark.parametrize(
    "asked",
    ["which directorate do cbps trade lawyers sit in", "what directorate are the attorneys in", "which directorate writes the rulings"],
)
def test_which_directorate_only_a_statement_that_names_one_answers(asked: str) -> None:
    assert "Regulations and Rulings Directorate" in answer(asked).text


def test_what_is_decided_based_on_something_has_no_place() -> None:
    assert "which companies are audited" in answer("what gets decided based on the PTIs").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Do attorney advisors help with lawsuits?", "Helps with litigation"),
        ("how big is the office of trade as a source of money for the government", "second largest"),
        ("title of the person who heads the office of trade (not the name)", "Executive Assistant Commissioner"),
        ("why bother with classification of clothing, whats it got to do with duty", "collection of duty"),
        ("What does the Office of Trade do for legitimate importers?", "certainty"),
        ("who gives technical advice to foreign agencies on trade enforcement policy", "foreign"),
        ("when did the inactive for entry purposes status go live", "16 July 2026"),
        ("does the june 2026 customs enforcement order set a minimum for penalties", "below 50 percent"),
        ("when will the small package exemption be gone for good by law", "1 July 2027"),
        ("how would a small importer claw back the emergency tariffs it paid", "CAPE"),
        ("what do import safety folks try to stop", "unsafe products"),
        ("which statute scraps the $800 rule for good", "Pub. L. 119-21"),
        ("what would i find at cbp.gov/trade/rulings", "CBP's rulings"),
        ("job at office of trade that need to explain complicated methods to broad audience", "wide audience"),
    ],
)
def test_what_the_content_says_beats_what_the_bot_is_not_for(asked: str, said: str) -> None:
    assert said in answer(asked).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("my lawyer wants to file a lawsuit against customs", "does not help with seizures"),
        ("how big is CBP", "not about CBP as a whole"),
        ("who heads the office of regulations", "does not hold names"),
        ("why is my shirt classified as knit", "does not give classifications"),
    ],
)
def test_what_the_bot_is_not_for_stays_so(asked: str, said: str) -> None:
    assert said in answer(asked).text
