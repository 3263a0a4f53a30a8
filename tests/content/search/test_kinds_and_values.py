"""A question for the kinds of a thing, a date or a number is answered by the statement that has them."""

from dataclasses import replace

import pytest

from handlers.replies.reply import Section, plain
from tests.support.full_catalog import CONTEXT, ask
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())


def on_top(asked: str) -> str:
    return next(plain(block.lines[0]) for block in ask(f"/trade {asked}", context=SHIPPED).blocks if isinstance(block, Section))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what kinds of quota exist", "three kinds of quota"),
        ("which types of quotas do we have", "three kinds of quota"),
        ("sorts of quota please", "three kinds of quota"),
        ("what types of textile fraud are common", "Common kinds of textile fraud"),
    ],
)
def test_the_kinds_of_a_thing_are_those_that_a_statement_lists(asked: str, said: str) -> None:
    assert said in on_top(asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("the eapa rules are in effect since", "17 April 2024"),
        ("new eapa regulations, effective since?", "17 April 2024"),
        ("as of which day are the eapa rules in force", "17 April 2024"),
        ("ieepa duties not collected any more as of what date", "24 February 2026"),
        ("since when are the ieepa tariffs no longer collected", "24 February 2026"),
        ("for how many yrs is a recorded copyright good", "every 20 years"),
        ("how many years until I renew a copyright recordation", "every 20 years"),
        ("how many months can a pending copyright be recorded", "six months"),
    ],
)
def test_a_date_or_a_number_is_in_the_statement_on_top(asked: str, said: str) -> None:
    assert said in on_top(asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what is TFTEA", "Trade Facilitation and Trade Enforcement Act"),
        ("which law set the new EAPA rules", "TFTEA"),
        ("are the reciprocal tariffs still collected", "No."),
    ],
)
def test_a_definition_and_a_yes_or_no_answer_what_asks_for_them(asked: str, said: str) -> None:
    assert said in on_top(asked)


def test_under_the_command_for_issues_a_name_means_the_issue() -> None:
    reply = ask("/pti trade agreements in one line", context=SHIPPED)
    assert reply.subjects[:1] == ("pti:trade-agreements",)


@pytest.mark.parametrize(
    "told",
    [
        "a lamp that I bought caught fire, where do I report that",
        "my neighbor's crib collapsed, who do I tell",
        "the stroller broke and hurt my baby. How do I report this?",
        "kid swallowed a magnet of a toy from abroad. where can his mom complain",
    ],
)
def test_who_tells_of_harm_learns_where_to_report_it(told: str) -> None:
    assert "immediate threat, call 1-800-BE-ALERT" in on_top(told)


@pytest.mark.parametrize(
    "told", ["the ACE portal crashed and burned, who do I tell", "how do I report fake shoes", "how do I report an ISF"]
)
def test_other_reports_are_not_taken_for_those_of_harm(told: str) -> None:
    assert "unsafe import" not in ask(f"/trade {told}", context=SHIPPED).text


@pytest.mark.parametrize(
    "asked",
    ["is the usmca center still there or did others take it over", "what became of the usmca center", "is the USMCA Center still a thing"],
)
def test_whether_a_body_still_exists_is_told_by_what_became_of_it(asked: str) -> None:
    assert "closed on 12 February 2023" in on_top(asked)


@pytest.mark.parametrize(
    "asked", ["can I see which marks are recorded", "can anyone look up which brands are recorded", "search recorded marks"]
)
def test_the_rights_that_are_recorded_can_be_searched(asked: str) -> None:
    assert "IPRS" in on_top(asked)


@pytest.mark.parametrize(
    ("asked", "contact"),
    [
        ("who answers drawback questions", "OTDRAWBACK@cbp.dhs.gov"),
        ("who answers questions about forced labor", "ForcedLabor@cbp.dhs.gov"),
        ("who answers IPR questions", "IPRRQuestions@cbp.dhs.gov"),
        ("which division answers questions about textile preference claims", "Textiles and Trade Agreements Division"),
    ],
)
def test_who_answers_questions_on_a_thing_is_its_contact(asked: str, contact: str) -> None:
    assert contact in on_top(asked)


@pytest.mark.parametrize(
    "asked", ["the forced labor page is gone, where has it moved", "the old link on forced labor is dead, what is the new page"]
)
def test_a_page_that_has_moved_says_where_to(asked: str) -> None:
    assert on_top(asked) == "This page has moved. It is now Forced Labor on CBP.gov."


def test_a_page_that_has_not_moved_says_nothing_of_that() -> None:
    assert "moved" not in ask("/trade where is the page on quota", context=SHIPPED).text
