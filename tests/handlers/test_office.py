"""Whoever greets the bot is told what it can do; whoever asks something with a greeting in it is answered."""

from dataclasses import replace

import pytest

from content.catalog import KINDS
from content.loading.loader import load
from content.search.lookup import find
from handlers.office import GREETINGS, is_greeting
from handlers.replies.reply import Header
from tests.support.full_catalog import CONTEXT, ask
from tests.support.paths import ROOT

CATALOG = load(ROOT / "content")
SHIPPED = replace(CONTEXT, catalog=CATALOG)


@pytest.mark.parametrize("typed", [*sorted(GREETINGS), "Hello!", "hi there", "Good morning, bot", "THANK YOU :-)", "/trade hello"])
def test_a_greeting_is_answered_with_where_to_begin(typed: str) -> None:
    reply = ask(typed, context=SHIPPED)
    assert reply.blocks == ask("/trade", context=SHIPPED).blocks
    assert isinstance(reply.blocks[0], Header)
    assert (reply.ok, reply.subjects, reply.shareable) == (True, (), False)


@pytest.mark.parametrize(
    "typed", ["hello kitty", "thank you for the drawback card", "hi tech", "good", "morning", "all", "bot", "", "there"]
)
def test_words_that_only_begin_like_a_greeting_are_none(typed: str) -> None:
    assert not is_greeting(typed)


def test_no_greeting_hides_content() -> None:
    assert [words for words in GREETINGS if find(CATALOG, words, KINDS).subjects] == []


def test_other_commands_treat_a_greeting_as_words() -> None:
    assert ask("/pti hello", context=SHIPPED).text.startswith("No results for “hello”")
