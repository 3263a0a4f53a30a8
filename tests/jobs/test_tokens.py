"""The tokens of the index: what is written in different ways is found."""

import random
import re

import pytest

from jobs.matching import find_phrase
from jobs.tokens import EVERY, MAX_TOKEN, entry_tokens, has_term, in_title, phrase, read_words, text_tokens, word_term
from tests.support.small_catalog import entry


def finds(typed: str, text: str) -> bool:
    """Return whether all typed words are found in the text."""
    tokens = text_tokens(text)
    return all(has_term(tokens, word.term) for word in read_words(typed.split()))


@pytest.mark.parametrize(
    "forms",
    [
        "duty duties DUTY Duty's",
        "webinar webinars Webinar",
        "anti-dumping antidumping Anti–Dumping",
        "in-bond inbond in‑bond",
        "e-commerce ecommerce",
        "AD/CVD ad-cvd ADCVD",
        "Curaçao curacao CURAÇAO",
        "1,000 1000",
        "U.S. us U.S",
        "A-570-967 a570967",
        "9903.81.87 99038187",
        "7306.61.7060 7306.61.70.60 7306617060",
        "file files filed filing",
        "WRO WROs",
        "18-000240 18000240",
    ],
)
def test_every_spelling_finds_the_others(forms: str) -> None:
    for typed in forms.split():
        for written in forms.split():
            assert finds(typed, f"On the ({written}), now."), (typed, written)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("antidumping", "anti dumping duties"),
        ("anti dumping", "antidumping duties"),
        ("anti-dumping", "anti dumping duties"),
        ("inbond", "moved in bond"),
        ("in-bond", "moved in bond"),
        ("in bond", "an inbond movement"),
        ("in bond", "In-Bonds arrived"),
        ("website", "its web site"),
        ("steel aluminum", "steel/aluminum derivatives"),
        ("7306", "subheading 7306.61.70.60"),
        ("7306.61", "subheading 7306.61.70.60"),
        ("7306.61.70", "subheading 7306.61.7060,"),
        ("9903.81", "9903.81.87."),
        ("1520", "19 U.S.C. 1520(d)"),
        ("1520(d)", "19 U.S.C. 1520(d) claims"),
        ("68856484", "CSMS #68856484"),
        ("import*", "an importer"),
    ],
)
def test_parts_and_compounds_are_found(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("import", "an importer"),
        ("ace", "the marketplace"),
        ("steel", "steelworks"),
        ("9903.81", "9903 and 81"),
        ("7306.61", "7306.62.70.60"),
        ("6885648", "CSMS #68856484"),
        ("AMS", "at 11 am"),
        ("news", "a new rule"),
        ("in-bond", "a bond is needed in January"),
        ("in bond", "a bond is needed in January"),
        ("web site", "the site of a web service"),
    ],
)
def test_other_words_are_not_found(typed: str, text: str) -> None:
    assert not finds(typed, text)


def test_an_entry_is_found_by_its_title_topics_kind_and_feed() -> None:
    tokens = entry_tokens(entry("69000001", "Steel quota", "tariffs", body="A limit", kind="quota", lead="update")).split()
    assert tokens == sorted(set(tokens))
    assert {"steel", "title:steel", "title:69000001", "limit", "topic:tariffs", "kind:quota", "kind:update", "feed:csms"} <= set(tokens)
    assert "title:limit" not in tokens
    assert has_term(tokens, in_title(word_term("quotas")))
    assert not has_term(tokens, in_title(word_term("limit")))


_PIECES = (
    "duty",
    "duties",
    "Anti-",
    "in",
    "bond",
    " ",
    "  ",
    "\n",
    "-",
    "/",
    ".",
    ",",
    "'s",
    "’",
    "(d)",
    "9903.81",
    "é",
    "ß",
    "_",
    "#",
    "™",
    "½",
)


def test_an_entry_has_its_kind_its_lead_and_what_its_title_says_besides() -> None:
    of = entry("69000002", "Updated Guidance: Steel (Corrected)", kind="guidance", lead="guidance")
    assert {each for each in entry_tokens(of).split() if each.startswith("kind:")} == {"kind:guidance", "kind:update", "kind:correction"}


def test_the_words_of_a_phrase_are_tokens_of_every_text_that_has_it() -> None:
    chance = random.Random(11)  # noqa: S311  # to be repeatable
    hits = 0
    for _ in range(20_000):
        text = "".join(chance.choices(_PIECES, k=8))
        begin = chance.randrange(len(text))
        part = " ".join(text[begin : begin + chance.randint(2, 9)].casefold().split())
        if find_phrase(part, entry("1", text)) is not None:
            hits += 1
            assert has_term({EVERY} | text_tokens(text), phrase(part).term), (part, text)
    assert hits > 1_000


def test_hostile_text_makes_short_tokens_of_letters_and_digits() -> None:
    chance = random.Random(12)  # noqa: S311  # to be repeatable
    alphabet = "".join(map(chr, (*range(0x250), 0x301, 0x2028, 0x3000, 0x4E2D, 0xD800, 0xFB01, 0x1F44D, 0x10FFFF))) + "\"':*()'\\"
    for _ in range(2_000):
        text = "".join(chance.choices(alphabet, k=60))
        for token in text_tokens(text):
            assert re.fullmatch(rf"[^\W_]{{1,{MAX_TOKEN}}}", token), (token, text)
        word_term(text)
        phrase(text)
