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
        ("CBP is providing updated guidance to CSMS #68096516 and CSMS #68180454. Filers must use code 5.", "Filers must use code 5."),
        ("CBP is extending the deadline in CSMS # 67647279. It is extended to March 1.", "It is extended to March 1."),
        ("CBP is extending the deadline in CSMS # 67647279.", "CBP is extending the deadline in CSMS # 67647279."),
        ("CBP will apply a rate of 5 percent in CSMS # 67647279.", "CBP will apply a rate of 5 percent in CSMS # 67647279."),
        (
            "The purpose of this message is to provide guidance regarding the order. The duty will end in March.",
            "The duty will end in March.",
        ),
        ("GUIDANCE This message provides updated instructions on the order. The duty will end in March.", "The duty will end in March."),
        (
            "The purpose of this message is to provide guidance on the order.",
            "The purpose of this message is to provide guidance on the order.",
        ),
        ("The table reinserts footnote 4. The updated document can be found on CBP.gov.", "The table reinserts footnote 4."),
        ("The updated document can be found on CBP.gov.", "The updated document can be found on CBP.gov."),
        ("BACKGROUND The order required a report. The report is now due.", "The report is now due."),
        ("CBP values its partners in the trade.", "CBP values its partners in the trade."),
        ("This message updates CSMS # 67647279.", ""),
        ("Good afternoon, This is to inform the trade that CBP will deploy the change on 5 May.", "CBP will deploy the change on 5 May."),
        ("Dear Trade Community: The purpose of this message is to announce that the flag FD1 is mandatory.", "The flag FD1 is mandatory."),
        ("Please be advised that an updated guide has been posted.", "An updated guide has been posted."),
        ("Please note that filers must use code 5.", "Filers must use code 5."),
        ("Issue: ACE is experiencing slow processing. Status: open.", "ACE is experiencing slow processing."),
        ("Good morning. Filers must use code 5.", "Filers must use code 5."),
        ("Please see the attached document.", ""),
        ("Please find attached the updated list.", ""),
        ("For questions, contact OTDRAWBACK@cbp.dhs.gov.", ""),
        ("Thank you for your patience.", ""),
        ("Issue: ACE is slow.", ""),
        (
            "The purpose of this message is to provide guidance on the duties.",
            "The purpose of this message is to provide guidance on the duties.",
        ),
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
