"""Sentences of a message, and the one that says what changes."""

import pytest

from jobs.sentences import MAX_GIST, gist, sentences


def test_abbreviations_end_no_sentence() -> None:
    text = "U.S. Customs acts at 5:00 a.m. ET in St. Thomas. See No. 5. Done."
    assert [each.strip() for each in sentences(text)] == ["U.S. Customs acts at 5:00 a.m. ET in St. Thomas.", "See No. 5.", "Done."]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Dear trade members. Effective March 1, 2026, the fee rises.", "Effective March 1, 2026, the fee rises."),
        ("CBP values its partners in the trade. CBP will reject such entries.", "CBP will reject such entries."),
        ("This message updates CSMS # 67647279. Filers must use code 5.", "Filers must use code 5."),
        ("For questions, write to the branch. The form has been published online.", "The form has been published online."),
        ("CBP values its partners in the trade.", "CBP values its partners in the trade."),
        ("This message updates CSMS # 67647279.", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_gist_is_the_first_sentence_that_says_what_changes(body: str | None, expected: str) -> None:
    assert gist(body) == expected


def test_a_long_sentence_is_cut_between_words() -> None:
    cut = gist("Importers must report " + "melt and pour " * 100)
    assert len(cut) <= MAX_GIST
    assert cut.endswith(("melt\u2026", "and\u2026", "pour\u2026"))
