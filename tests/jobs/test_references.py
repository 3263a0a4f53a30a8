"""References: which messages a message names, and what it says that it does to each."""

from collections.abc import Mapping

import pytest

from jobs.models.readings import Reference
from jobs.references import complete, references
from jobs.states import Relation

N, M = "67647279", "67640669"


def kinds(title: str, body: str = "", number: str = "68987884") -> Mapping[str, Relation]:
    return {each.number: each.kind for each in references(title, body, number)}


WORDINGS = {
    Relation.REPLACES: """
        This message replaces CSMS 67647279 published on February 6, 2026.
        This CSMS supersedes CSMS # 67647279.
        This notice replaces the guidance issued in CSMS #67647279.
        This message is intended to supersede CSMS message 67647279.
        Replacement of CSMS # 67647279
        This is a replacement for CSMS No. 67647279.
        The guidance below replaces and supersedes the information provided in CSMS # 67647279.
        CSMS # 67647279 is hereby superseded.
        The instructions in CSMS # 67647279 have been replaced by this message.
        CBP is replacing the previously published CSMS # 67647279 to add the tariff numbers.
        REPLACED: CSMS # 67647279 - Quota Bulletin 26-223
        Guidance issued via CSMS # 67647279 has been superseded.
        The following guidance supersedes all prior guidance, including CSMS # 67647279.
        This is to replace the message previously sent as CSMS # 67647279.
        Please use this message in place of CSMS # 67647279.
        This message is in lieu of CSMS # 67647279.
        CBP has replaced CSMS # 67647279.
    """,
    Relation.CORRECTS: """
        CORRECTION to CSMS 67647279
        Please note that this message is a correction to CSMS #67647279.
        CORRECTION: CSMS # 67647279 - AGOA
        Corrected: CSMS # 67647279 AGOA
        Correction/Clarification of CSMS #67647279
        This message corrects CSMS # 67647279.
        This message corrects the effective date provided in CSMS # 67647279.
        This message corrects an error in CSMS # 67647279.
        This CSMS corrects the HTS number that was incorrectly listed in CSMS # 67647279.
        This is a corrected version of CSMS # 67647279.
        The date given in CSMS # 67647279 has been corrected.
        This message is being sent to correct the guidance in CSMS # 67647279.
        There was an error in CSMS # 67647279.
        This message is to correct the HTS number in CSMS # 67647279.
        CSMS # 67647279 contained an incorrect date.
        CSMS # 67647279 contained an error. The correct date is March 1.
    """,
    Relation.CANCELS: """
        CANCELED: CSMS # 67647279 - ACE Portal Webinar
        CANCELLED - CSMS 67647279
        RESCINDED: CSMS # 67647279
        This message rescinds CSMS # 67647279.
        CBP hereby withdraws CSMS message 67647279.
        Please disregard CSMS # 67647279.
        Please disregard the message sent in CSMS # 67647279.
        Cancellation of CSMS # 67647279
        Cancelling CSMS # 67647279
        CSMS # 67647279 is rescinded.
        CSMS # 67647279 has been cancelled.
        CSMS # 67647279 is no longer in effect.
        The webinar announced in CSMS # 67647279 has been canceled.
        This message cancels the maintenance announced in CSMS # 67647279.
        CSMS # 67647279 (Tariff Rate Quota) was sent in error.
        Withdrawal of CSMS # 67647279
        This message revokes the guidance issued in CSMS # 67647279.
        CBP has withdrawn CSMS # 67647279.
    """,
    Relation.RESOLVES: """
        RESOLVED: CSMS # 67647279 - ACE Reports Delay
        Resolved - CSMS 67647279 Cargo Release Delays
        The issue reported in CSMS # 67647279 has been resolved.
        The outage described in CSMS # 67647279 is now resolved.
        The problem identified in CSMS # 67647279 has been fixed.
        This message resolves the issue reported in CSMS # 67647279.
        Resolution of the issue announced in CSMS # 67647279
        CSMS # 67647279 has been resolved.
        Resolution to CSMS # 67647279
        This CSMS resolves CSMS # 67647279.
        The ABI delays noted in CSMS # 67647279 were resolved at 3:00 p.m. ET.
        The issue reported in CSMS # 67647279 has been addressed.
    """,
    Relation.EXTENDS: """
        This message extends the deadline announced in CSMS # 67647279 to May 1, 2026.
        CBP is extending the comment period given in CSMS # 67647279.
        Extension of the deadline in CSMS # 67647279
        EXTENDED: CSMS # 67647279 - Grace Period
        EXTENSION: CSMS # 67647279
        Extension to CSMS # 67647279
        The deadline announced in CSMS # 67647279 has been extended.
        The test period described in CSMS # 67647279 is extended through June 30.
        CBP will extend the transition period outlined in CSMS # 67647279.
        This message extends CSMS # 67647279.
        The grace period provided in CSMS # 67647279 was extended until July 1.
        CBP has extended the deadline in CSMS # 67647279.
        The pilot described in CSMS # 67647279 will be extended through June.
    """,
    Relation.UPDATES: """
        This message updates CSMS # 67647279.
        UPDATE to CSMS # 67647279: Cargo Release Delays
        UPDATE: CSMS # 67647279 Liquidation Posting
        UPDATE 2: CSMS # 67647279 Liquidation Posting
        This message updates guidance issued in CSMS 67647279.
        CBP is providing updated guidance to CSMS 67647279.
        Clarification related to CSMS #67647279
        This message amends CSMS # 67647279.
        This message modifies the instructions provided in CSMS # 67647279.
        The guidance in CSMS # 67647279 has been revised.
        This date is a change from the date given in CSMS 67647279.
        Updating CSMS# 67647279 - Database Issue
        One update to the ACE deployment on Tuesday, from 5:00 a.m. to 7:00 a.m. ET Re: CSMS # 67647279
        The deployment announced in CSMS # 67647279 has been postponed to March 1.
        CBP has updated the guidance in CSMS # 67647279.
    """,
    Relation.FOLLOWS_UP: """
        This message serves as a follow-up to CSMS # 67647279, with more on the forms.
        Follow up to 67647279, for entries with EPA data
        Additional Information Related to CSMS #67647279
        This message follows up on CSMS # 67647279.
        Further to CSMS # 67647279, filers may transmit.
        This message supplements CSMS # 67647279.
        FOLLOW-UP: CSMS # 67647279
    """,
    Relation.REFERS: """
        For more information, please see CSMS # 67647279.
        As a reminder, per CSMS #67647279 issued October 22, participants must pay.
        RESOLVED: Issue with HTS 9903.01.25 as advised in CSMS # 67647279
        CBP launched the survey and announced the launch with CSMS # 67647279.
        Drawback Errors When Processing Claims (CSMS # 67647279)
        Related Message Number(s): 67647279
        Related CSMS No. 67647279
        This guide replaces version 2.7 dated January 5. Related Message Number(s): 67647279
        The implementation guide announced in CSMS # 67647279 was updated.
        This message corrects Annex II of the proclamation announced in CSMS # 67647279.
        This message does not replace CSMS # 67647279.
        There is no change to CSMS # 67647279.
        CBP will issue an update to CSMS # 67647279 next week.
        CSMS # 67647279 is still in effect.
        CSMS # 67647279 remains valid.
        See the update to CSMS # 67647279.
        The proclamation replaces the annex; see CSMS # 67647279.
        The webinar is cancelled. CSMS # 67647279 has the slides.
        REMINDER: CSMS # 67647279 Support Call
        As stated in CSMS # 67647279, the fee is extended to all ports.
        In accordance with the guidance in CSMS # 67647279, filers must correct the entry.
        CORRECTION: The annex named in the notice (see CSMS # 67647279) has an error.
        Filers who cancel an entry should follow CSMS # 67647279.
        To correct a rejected summary, refer to CSMS # 67647279.
        Importers may request an extension as described in CSMS # 67647279.
        https://content.govdelivery.com/accounts/usdhscbp/bulletins/408372F has it.
        As previously announced in CSMS # 67647279, the change takes effect March 1.
        Filers should refer to CSMS # 67647279 for the updated guide.
        For information on corrections, see CSMS # 67647279.
        This webinar will cover the changes announced in CSMS # 67647279.
        The update described in CSMS # 67647279 was deployed.
        The guidance in CSMS # 67647279 remains in effect.
        Entries that were canceled under CSMS # 67647279 may be refiled.
        This proclamation amends Annex II; guidance is in CSMS # 67647279.
        The extension announced in CSMS # 67647279 ends March 1.
        The correction announced in CSMS # 67647279 is now in production.
        The fix for the issue reported in CSMS # 67647279 will be deployed on March 1.
        The issue reported in CSMS # 67647279 has not been resolved.
        CBP has updated the guide announced in CSMS # 67647279.
        The deadline has been extended, as announced in CSMS # 67647279.
        Importers who have replaced a filer should follow CSMS # 67647279.
        Filers have corrected entries under CSMS # 67647279.
        CBP has updated ACE; see CSMS # 67647279.
        The codes have been updated per CSMS # 67647279.
        See CSMS # 67647279, which contained the error codes.
        The rates in CSMS # 67647279 apply.
    """,
}
CASES = [(kind, line.strip()) for kind, lines in WORDINGS.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("kind", "wording"), CASES, ids=[f"{kind}: {line[:60]}" for kind, line in CASES])
def test_the_phrase_that_governs_the_number_decides(kind: Relation, wording: str) -> None:
    assert kinds("Quota", wording) == {N: kind}
    if not wording.endswith("."):
        assert kinds(wording) == ({} if "https" in wording else {N: kind})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CORRECTION to CSMS 67647279 and 67640669", {N: "corrects", M: "corrects"}),
        ("Updated guidance to CSMS #67647279, CSMS #67640669, and CSMS #68370692", {N: "updates", M: "updates", "68370692": "updates"}),
        ("This message updates CSMS # 67647279. For the forms see CSMS # 67640669.", {N: "updates", M: "refers"}),
        ("This message replaces CSMS 67647279 and replaces CSMS 67640669.", {N: "replaces", M: "replaces"}),
        ("CSMS # 67647279 replaces CSMS # 67640669.", {N: "refers", M: "refers"}),
        ("See CSMS # 67647279, which corrects CSMS # 67640669.", {N: "refers", M: "refers"}),
        ("CSMS # 67647279 was replaced by CSMS # 67640669.", {N: "refers", M: "refers"}),
        ("Corrects CSMS 67647279. Later: this message replaces CSMS 67647279.", {N: "replaces"}),
        ("Related CSMS No. 18-000240, 18-000258", {"18-000240": "refers", "18-000258": "refers"}),
        ("For more please see CSMS # 6764 7279", {N: "refers"}),
        ("See CSMS # 676 47279", {N: "refers"}),
        ("UPDATE to CSMS # 67647279:D GUIDANCE", {N: "updates"}),
        ("This message updates CSMS # 6764727.", {"6764727": "updates"}),
    ],
)
def test_every_number_of_a_phrase_is_read_and_only_its_own(text: str, expected: Mapping[str, str]) -> None:
    assert kinds("Quota", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "For questions about this CSMS, write to us.",
        "HTS 85423100 and 8486200000 change, 9903.01.25 too.",
        "Ports 27725 27726, Quota Bulletin 26-223 2026, FR 2026-07298, 90 FR 48314, HQ H318727",
        "Call (866) 530-4172 by 02/20/2026 at 5, 2021, 11.",
        "TIN # 67154332 and CAMS # 69523442",
        "CSMS 15 2026",
        "https://www.cbp.gov/trade/quota/bulletins/qb-26-407-2026",
        "This date is a change from the date given in CSMS ",
        "See docket 24-128712 and Quota QB 24-701 2024",
        "This message updates CSMS # 68987884.",
        "Update to 9903.01.25",
        "Correction to 8542310000",
        "CSMS User Satisfaction Survey 2026",
    ],
)
def test_what_is_no_number_of_another_message_is_no_reference(text: str) -> None:
    assert kinds("CSMS User Satisfaction Survey", text) == {}


def test_a_message_quoted_below_is_not_read() -> None:
    body = "This message updates CSMS # 67647279. The original message follows below.\nThis message replaces CSMS # 67640669."
    assert kinds("UPDATE", body) == {N: Relation.UPDATES}


def test_the_sentence_that_says_so_is_kept() -> None:
    (found,) = references("UPDATE", "CBP has news. This message updates guidance issued in CSMS # 67647279. Thank you.", "68987884")
    assert found == Reference(N, Relation.UPDATES, "CSMS # 67647279", "This message updates guidance issued in CSMS # 67647279")


KNOWN = {
    "51740089": "Missing May Proceed messages from EPA",
    "66841281": "Import adjustment offset for automobile parts",
    "66841282": "Import adjustment offset for automobile parts, part two",
}


@pytest.mark.parametrize(
    ("written", "title", "number"),
    [
        ("5170089", "Follow up: May Proceed messages not received from EPA", "51740089"),
        ("5170089", "Sugar", ""),
        ("6684128", "Import adjustment offset for automobile parts", ""),
        ("517400899", "May Proceed messages from EPA missing", "51740089"),
        ("51740088", "May Proceed messages from EPA missing", "51740088"),
        ("18-000240", "Drawback", "18-000240"),
        ("9999999", "May Proceed messages from EPA missing", ""),
    ],
)
def test_a_mistyped_digit_is_repaired_only_where_one_known_message_fits(written: str, title: str, number: str) -> None:
    reference = Reference(written, Relation.UPDATES, f"CSMS # {written}", "…")
    assert complete(reference, title, KNOWN).number == number


@pytest.mark.parametrize(
    "hostile",
    [
        "CSMS " * 40_000,
        "CSMS # 6764727 " * 15_000,
        "corrects the " * 20_000,
        "1 " * 100_000,
        "update to " * 20_000,
        "(" * 200_000,
        "CSMS 1 2 3 4 5 " * 13_000,
    ],
)
def test_a_hostile_body_names_few_messages(hostile: str) -> None:
    assert len(references("CORRECTION", hostile, "68987884")) <= 1
