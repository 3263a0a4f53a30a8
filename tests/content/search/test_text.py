import pytest

from content.search.text import is_storable, root, storable_text, with_phrases_as_words, without_markup, without_surrogates


@pytest.mark.parametrize(
    ("text", "sendable", "stored"),
    [
        ("", "", ""),
        ("plain", "plain", "plain"),
        ("café 🙂", "café 🙂", "café 🙂"),
        ("a\ud800b", "a?b", "a?b"),
        ("\ud83d\ude00", "??", "??"),  # two halves of one character are still two lone surrogates
        ("a\x00b", "a\x00b", "ab"),
        ("\x00\udfff\x00", "\x00?\x00", "?"),
    ],
)
def test_lone_surrogates_become_question_marks_and_nul_is_removed_for_the_database(text: str, sendable: str, stored: str) -> None:
    assert without_surrogates(text) == sendable
    assert storable_text(text) == stored
    assert is_storable(text) is (stored == text)


def test_a_phrase_becomes_the_word_that_says_it_in_any_form_of_its_words() -> None:
    phrases = {root("pay"): [[f"{root('off')} {root('soon')}", "rewards"], [root("off"), "works"]]}
    assert with_phrases_as_words(phrases, ["it", "paid", "off", "well"]) == ["it", "works", "well"]
    assert with_phrases_as_words(phrases, ["pays", "off", "soon"]) == ["rewards"]
    assert with_phrases_as_words(phrases, ["pay"]) == ["pay"]


def test_a_pronoun_may_stand_inside_a_phrase() -> None:
    phrases = {root("turn"): [[root("in"), "denounce"]]}
    assert with_phrases_as_words(phrases, ["turn", "them", "in"]) == ["denounce"]
    assert with_phrases_as_words(phrases, ["turn", "goods", "in"]) == ["turn", "goods", "in"]
    assert with_phrases_as_words(phrases, ["turn", "them"]) == ["turn", "them"]
    assert with_phrases_as_words(phrases, ["turn", "it", "this", "in"]) == ["turn", "it", "this", "in"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("[what is drawback](https://example.org/bond) <!here> <@U0042>?", "[what is drawback     ?"),
        ("is the fee < 5 or > 3 (see [1])", "is the fee < 5 or > 3 (see [1])"),
    ],
)
def test_targets_of_links_and_mentions_ask_nothing(typed: str, read: str) -> None:
    assert without_markup(typed) == read
