"""Phrases of rules match whole words, and no text can make them slow."""

import time

import pytest

from content.rules import pattern, plain_text


def found(phrase: str, text: str) -> str:
    return pattern((phrase,)).find(plain_text(text, 500))


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("drawback", "USMCA DRAWBACK claims", "DRAWBACK"),
        ("drawback", "drawbacks", ""),
        ("textile*", "Textiles from Mexico", "Textiles"),
        ("bond", "in bondage, and abond", ""),
        ("forced labor", "Forced-Labor portal", "Forced-Labor"),
        ("anti-dumping", "Anti dumping duties", "Anti dumping"),
        ("HOPE", "We hope that Haiti HOPE helps", "HOPE"),
        ("HOPE", "We hope", ""),
        ("AD/CVD", "Query for AD/CVD cases", "AD/CVD"),
        ("AD CVD", "the AD/CVD app", "AD/CVD"),
        (
            "initiation of ... investigation*",
            "Initiation of Antidumping Duty Investigations: tires",
            "Initiation of Antidumping Duty Investigations",
        ),
        ("initiation of ... investigation*", "Initiation of " + "x" * 90 + " investigation", ""),
        ("$800", "the $800 rule", "$800"),
        ("520(d)", "a 520(d) claim", "520(d)"),
        ("FDA's", "FDA\u2019s guide", "FDA's"),
        ("de minimis", "De\u00a0Minimis \u2013 new", "De Minimis"),
        ("type 86", "Entry Type\u201186 Test", "Type-86"),
        ("counterfeit", "count\u200berfeit", "counterfeit"),
        ("trademark", "\uff34\uff32\uff21\uff24\uff25\uff2d\uff21\uff32\uff2b", "TRADEMARK"),
        ("entry", "\u0130entry entry", "entry"),
    ],
)
def test_a_phrase_matches_whole_words(phrase: str, text: str, words: str) -> None:
    assert found(phrase, text) == words


@pytest.mark.parametrize("phrase", ["*", "...", "a ...", "... a", "a*b", "a * b", "---", "a ... b ... c ... d"])
def test_a_phrase_without_words_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"words|end of a word|twice"):
        pattern((phrase,))


@pytest.mark.parametrize("phrase", ["(a+)+$", "a|b", "[abc]", "a.*", "\\d", "(?i)x"])
def test_special_characters_in_a_phrase_are_literal(phrase: str) -> None:
    text = phrase.replace("*", "")
    assert found(phrase, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! b 7") == ""
    if text[-1].isalnum():
        assert found(phrase, f"so {text} it") == text


@pytest.mark.parametrize("text", ["a " * 250, "a" * 500, "-/ " * 160, "a b " * 120 + "c", "\u0301" * 500])
def test_hostile_text_is_matched_in_bounded_time(text: str) -> None:
    slow = pattern(("a ... a ... b", "a b ... a b ... zzz", "a* ... a* ... zzz"))
    began = time.process_time()
    slow.find(plain_text(text, 500))
    assert time.process_time() - began < 1


def test_a_text_is_cut_before_it_is_folded() -> None:
    began = time.process_time()
    text = plain_text("\ufdfa" * 3_000_000, 500)  # folds to 18 characters each
    assert len(text.plain) <= 500
    assert time.process_time() - began < 1


def test_lower_case_text_has_the_same_length() -> None:
    text = plain_text("\u0130 \u1e9e STRASSE \ufb01ne", 500)
    assert len(text.plain) == len(text.lower)
