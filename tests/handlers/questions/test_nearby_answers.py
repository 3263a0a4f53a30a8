"""A statement that shares words with a question but does not answer it is not shown as the answer."""

from dataclasses import replace

import pytest

from tests.support.full_catalog import CONTEXT, ask
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())

CLOSEST = "Closest match: "


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("how long does drawback take", f"{CLOSEST}Drawback. The refund of a duty"),
        ("how much does drawback cost", "No results for “how much does drawback cost”"),
        ("how long must importers keep records", "This bot does not hold the rules on paying duty"),
        ("how do I pay duty", "This bot does not hold the rules on paying duty"),
        ("how can we pay customs duties online", "This bot does not hold the rules on paying duty"),
        ("do gifts pay duty", "This bot does not hold the rules on paying duty"),
        ("how do importers pay duties every month", "PMS: Periodic Monthly Statement."),
        ("how many people work at CBP", "This bot holds facts about CBP's trade work, not about CBP as a whole"),
        ("how many people work in the textile industry", "More than 500,000 people work in the domestic textile industry"),
        ("when was CBP founded", "This bot holds facts about CBP's trade work, not about CBP as a whole"),
        ("where is the Office of Trade located", "This bot holds facts about CBP's trade work, not about CBP as a whole"),
        ("how many ports of entry are there", "This bot holds facts about CBP's trade work, not about CBP as a whole"),
        ("can I telework", "This bot does not hold salaries or benefits."),
        ("when is my entry liquidated", "Liquidation. CBP's final computation of the duty on an entry."),
        ("who owns this bot", "This is an internal tool"),
        ("is this an official channel", "This is an internal tool"),
        ("do you store my questions", "The bot counts the words of questions that it could not answer"),
        ("that was wrong", "Sorry."),
        ("antidumping vs countervailing duty", "AD/CVD: Antidumping and countervailing duties."),
        ("difference between antidumping and countervailing duty", "AD/CVD: Antidumping and countervailing duties."),
    ],
)
def test_a_question_near_other_statements_gets_its_own_answer(asked: str, answer: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).text.startswith(answer)


@pytest.mark.parametrize("asked", ["what is transaction value", "what is computed value", "what is deductive value"])
def test_a_term_that_the_content_lacks_is_not_answered_by_another(asked: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    assert not any(subject.startswith("term:") for subject in reply.subjects)
    assert reply.text.startswith("This bot's content has nothing on first sale and other ways to value goods")


def test_a_comparison_shows_what_each_of_the_two_is() -> None:
    reply = ask("/trade Section 232 vs Section 301", context=SHIPPED)
    assert reply.subjects == ("term:section-232", "term:section-301")


def test_a_comparison_that_one_definition_answers_shows_nothing_else() -> None:
    assert ask("/trade difference between antidumping and countervailing duty", context=SHIPPED).subjects == ("term:ad-cvd",)


@pytest.mark.parametrize("asked", ["purple monkey", "purple basket", "old garage", "cancer", "specific"])
@pytest.mark.parametrize("command", ["trade", "pti"])
def test_an_english_word_that_is_spelled_right_is_not_corrected(asked: str, command: str) -> None:
    assert ask(f"/{command} {asked}", context=SHIPPED).text.startswith("No results")


@pytest.mark.parametrize("asked", ["purple moneey", "fluffy dangre"])
def test_a_corrected_word_alone_answers_nothing_beside_unknown_words(asked: str) -> None:
    assert ask(f"/pti {asked}", context=SHIPPED).text.startswith("No results")


@pytest.mark.parametrize(
    ("asked", "subject"), [("countervaling dutys", "pti:ad-cvd"), ("econmist", "role:economist"), ("drawbak", "drawback")]
)
def test_a_misspelled_name_is_still_corrected(asked: str, subject: str) -> None:
    assert any(each.endswith(subject) for each in ask(f"/trade {asked}", context=SHIPPED).subjects)


@pytest.mark.parametrize(
    "asked", ["why is the coffee so bad here", "who brought the bad sandwiches", "which airline flies to Guam on Mondays"]
)
def test_nothing_is_offered_if_the_words_have_a_statement_of_many_subjects_by_chance(asked: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects == ()


def test_a_clause_that_points_to_the_rest_is_answered_with_it() -> None:
    asked = "the goods left the country again and the duty came back. what is that called"
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[:1] == ("term:drawback",)


def test_the_card_of_a_name_in_a_question_is_at_most_the_closest_match() -> None:
    reply = ask("/trade should my broker be suspended", context=SHIPPED)
    assert reply.subjects == () or reply.text.startswith("Closest match")
