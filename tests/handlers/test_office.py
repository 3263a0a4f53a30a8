"""Whoever greets the bot is told what it can do; whoever asks something with a greeting in it is answered."""

from dataclasses import replace

import pytest

from content.catalog import Pti, Resource, Role
from content.search.statements import ELSEWHERE, passages
from handlers.questions.small_talk import MORE, PERSON, talk_of
from handlers.replies.reply import Header
from tests.support.full_catalog import CONTEXT, ask, commands
from tests.support.shipped_catalog import shipped_catalog

CATALOG = shipped_catalog()
SHIPPED = replace(CONTEXT, catalog=CATALOG)


@pytest.mark.parametrize(
    "typed",
    [
        "hello",
        "Hello!",
        "hi there",
        "Good morning, bot",
        "/trade hello",
        "hi there, what can you do?",
        "I need help",
        "?",
        "ayuda",
        "who are you?",
        "what can I do here?",
        "What is this bot for?",
    ],
)
def test_a_greeting_or_a_call_for_help_is_answered_with_where_to_begin(typed: str) -> None:
    reply = ask(typed, context=SHIPPED)
    assert reply.blocks == ask("/trade", context=SHIPPED).blocks
    assert isinstance(reply.blocks[0], Header)
    assert (reply.ok, reply.subjects, reply.shareable) == (True, (), False)


@pytest.mark.parametrize(
    "typed",
    ["thanks", "THANK YOU :-)", "ok thanks", "Thank you very much!", "Thank you so much for your help", "much appreciated", "gracias"],
)
def test_thanks_are_answered_in_two_words(typed: str) -> None:
    assert ask(typed, context=SHIPPED).text == "You’re welcome."


@pytest.mark.parametrize(
    "typed",
    ["hello kitty", "thank you for the drawback card", "hi tech", "good", "morning", "all", "bot", "", "there", "help with drawback"],
)
def test_words_that_only_begin_like_small_talk_are_none(typed: str) -> None:
    assert talk_of(CATALOG, typed) is None


def test_small_talk_hides_no_content() -> None:
    items: list[Pti | Role | Resource] = [*CATALOG.ptis, *CATALOG.roles, *CATALOG.resources]
    names = [name for item in items for name in item.synonyms]
    names += [name for term in CATALOG.terms for name in (term.term, *term.aliases)]
    names += [head for passage in passages(CATALOG) if passage.kind != ELSEWHERE for head in (*passage.heads, *passage.also)]
    assert {name for name in names if talk_of(CATALOG, name)} <= {"help"}


def test_tell_me_more_without_an_answer_before_says_so() -> None:
    reply = ask("tell me more", context=SHIPPED)
    assert (reply.ok, reply.subjects) == (False, ())
    assert "nothing more to show" in reply.text
    talk = talk_of(CATALOG, "tell me more")
    assert talk is not None
    assert talk.slug == MORE


@pytest.mark.parametrize("typed", ["why did I get this message?", "Why was this posted here", "/csms why am I seeing this"])
def test_why_without_a_number_leads_to_the_button_that_explains_a_post(typed: str) -> None:
    reply = ask(typed, context=SHIPPED)
    assert (reply.ok, reply.subjects) == (False, ())
    assert "Select “Why this?” on the post" in reply.text


def test_other_commands_treat_a_greeting_as_words() -> None:
    assert ask("/pti hello", context=SHIPPED).text.startswith("No results for “hello”")


@pytest.mark.parametrize(
    "typed",
    [
        "can I speak to a human",
        "talk to a real person",
        "I want to talk to somebody",
        "is there a human here",
        "connect me to an agent please",
        "live agent",
        "operator",
        "hi, can I talk to someone",
        "who do I talk to",
        "how do I reach a person instead of a bot",
    ],
)
def test_whoever_wants_a_person_learns_whom_to_contact_and_can_report_a_problem(typed: str) -> None:
    reply = ask(f"/trade {typed}", context=SHIPPED)
    assert reply.text.startswith("This bot is a program")
    assert "/trade list all contacts" in commands(reply)
    assert len(reply.subjects) == 1  # the card on which a problem is reported


@pytest.mark.parametrize("typed", ["are you a real person", "Are you human?", "hi, are you a bot"])
def test_who_asks_what_answers_learns_that_it_is_a_program(typed: str) -> None:
    reply = ask(f"/trade {typed}", context=SHIPPED)
    assert reply.text.startswith("This bot is a program that quotes CBP")
    assert reply.subjects == ()


def test_home_typed_alone_shows_what_to_try() -> None:
    home = ask("/trade home", context=SHIPPED)
    assert any("Five things to try" in str(block) for block in home.blocks)
    assert home.subjects == ()


def test_older_typed_alone_goes_on_with_the_last_answer() -> None:
    talk = talk_of(SHIPPED.catalog, "older")
    assert talk is not None
    assert talk.slug == MORE


@pytest.mark.parametrize("typed", ["customs agent", "who do I talk to about drawback", "are you a human", "people", "speak to your team"])
def test_other_words_about_people_are_not_taken_for_that(typed: str) -> None:
    talk = talk_of(CATALOG, typed)
    assert talk is None or talk.slug != PERSON
