"""Test that who asks, and why, is left out of a question."""

import pytest

from content.search.frame import without_frame


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("hi, a caller asks: how do I protest? thx", "how do I protest"),
        ("a lady at our booth asked me what a bond is", "what a bond is"),
        ("my boss wants to know who sets quotas", "who sets quotas"),
        ("sorry if this is dumb but what is drawback", "what is drawback"),
        ("caller on the phone, second time today, is the surcharge gone", "is the surcharge gone"),
        ("a gentleman from Ohio called, he'd like to know what a quota is", "what a quota is"),
        ("good morning! is drawback for brokers only? ty", "is drawback for brokers only"),
        ("we run a small business and how do I record a mark", "how do I record a mark"),
        ("for my newsletter, TFTEA??", "TFTEA"),
        ("thank you very much, who handles quota", "who handles quota"),
        ("many thanks! what is a quota", "what is a quota"),
        ("great help, thanks a lot. who handles quota", "who handles quota"),
        ("what is a TIB (a broker wants to know)", "what is a TIB"),
        ("where do I file a protest asking for an importer in Ohio", "where do I file a protest"),
    ],
)
def test_who_asks_and_why_is_left_out(said: str, asked: str) -> None:
    assert without_frame(said) == asked


@pytest.mark.parametrize(
    "said",
    [
        "who should I ask about quota",
        "trade show, when is the next one",
        "how do I get a broker's license",
        "hello",
        "not sure who to ask, explain EAPA",
        "my boss wants to know",
        "steel, aluminum and copper",
        "is the rate 2.5 percent (as of today)",
        "",
        "( , )",
    ],
)
def test_words_that_may_be_the_question_stay(said: str) -> None:
    assert without_frame(said) == said
