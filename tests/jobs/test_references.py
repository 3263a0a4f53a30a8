"""References: which messages a message names, and what it says that it does to each."""

from collections.abc import Mapping

import pytest

from jobs.models.readings import Reference
from jobs.references import complete, references
from jobs.states import Relation

N, M = "67647279", "67640669"


def kinds(title: str, body: str = "", number: str = "68987884") -> Mapping[str, Relation]:
    return {each.number: each.kind for each in references(title, body, number)}


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
        ("The outage described in CSMS # 67647279 and again in CSMS # 67640669 is over.", {N: "resolves", M: "resolves"}),
        ("The test announced by CSMS # 67647279, and by CSMS # 67640669 has been canceled.", {N: "cancels", M: "cancels"}),
        (
            "This message supersedes and replaces the following messages:\nCSMS # 67647279\nCSMS # 67640669\nFile on.",
            {N: "replaces", M: "replaces"},
        ),
        ("CBP is withdrawing these notices: \u2022 CSMS # 67647279 - Bonds \u2022 CSMS # 67640669", {N: "cancels", M: "cancels"}),
        ("The following messages are hereby rescinded:\nCSMS # 67647279 - Bonds\nCSMS # 67640669 - Fees", {N: "cancels", M: "cancels"}),
        ("This message updates the guidance in the following messages: CSMS # 67647279 CSMS # 67640669", {N: "updates", M: "updates"}),
        ("For the forms, see the following messages:\nCSMS # 67647279\nCSMS # 67640669", {N: "refers", M: "refers"}),
        ("The following messages are not rescinded:\nCSMS # 67647279\nCSMS # 67640669", {N: "refers", M: "refers"}),
        ("The following messages remain in effect:\nCSMS # 67647279\nCSMS # 67640669", {N: "refers", M: "refers"}),
        ("This message replaces the following guides:\nCSMS # 67647279\nCSMS # 67640669", {N: "refers", M: "refers"}),
        ("This message corrects the following links: CSMS # 67647279 CSMS # 67640669", {N: "refers", M: "refers"}),
        ("This message replaces CSMS # 67647279\nCSMS # 67640669 has the forms.", {N: "replaces", M: "refers"}),
        ("This message replaces the following message: CSMS # 67647279\nRelated messages:\nCSMS # 67640669", {N: "replaces", M: "refers"}),
        ("The extra time for entries granted in CSMS # 67647279 and CSMS # 67640669 is extended to May 9.", {N: "extends", M: "extends"}),
        ("The grace period for new filers set in CSMS # 67647279 and 67640669 has been extended.", {N: "extends", M: "extends"}),
        ("The waiver granted in CSMS # 67647279 and in CSMS # 67640669 is extended until May.", {N: "extends", M: "extends"}),
        ("Bonds for the time allowed in CSMS # 67647279 and CSMS # 67640669 are extended.", {N: "refers", M: "refers"}),
        ("The licenses granted in CSMS # 67647279 and CSMS # 67640669 are extended.", {N: "refers", M: "refers"}),
        ("The time for claims granted in CSMS # 67647279 and CSMS # 67640669 is not extended.", {N: "refers", M: "refers"}),
        ("This message updates CSMS # 67647279, and in CSMS # 67640669 the fees are listed.", {N: "updates", M: "refers"}),
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
        "UPDATE to CSMS # \u0666\u0667\u0666\u0664\u0667\u0662\u0667\u0669",
        "CSMS User Satisfaction Survey 2026",
        "UPDATE to CSMS # ٦٧٠٠٠٠٠١",
        "This message cancels CSMS # ６７０００００１ and CSMS # 6700000१.",
        "See CSMS 6700 ٠٠٠١",
    ],
)
def test_what_is_no_number_of_another_message_is_no_reference(text: str) -> None:
    assert kinds("CSMS User Satisfaction Survey", text) == {}


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("https://content.govdelivery.com/accounts/USDHSCBP/bulletins/3fe56c1", "67000001"),
        ("https://content.govdelivery.com/accounts/usdhscbp/bulletins/3FE56C1?reqfrom=share", "67000001"),
        ("content.govdelivery.com/accounts/USDHSCBP/bulletins/3fe56c1", "67000001"),
        ("https://content.govdelivery.com/bulletins/gd/USDHSCBP-3fe56c1", "67000001"),
        ("/accounts/USDHSCBP/bulletins/3fe56c1", "67000001"),
        ("https://content.govdelivery.com/accounts/USTREAS/bulletins/3fe56c1", None),
        ("https://content.govdelivery.com/bulletins/gd/USTREAS-3fe56c1", None),
        ("https://example.org/bulletins/3fe56c1", None),
        ("https://example.org/accounts/USDHSCBP/bulletins/3fe56c1", None),
        ("https://www.cbp.gov/trade/quota/bulletins/3fe56c1", None),
    ],
)
def test_only_links_of_the_account_of_cbp_are_references(link: str, number: str | None) -> None:
    assert kinds("Quota", f"The message is at {link} today.") == ({number: Relation.REFERS} if number else {})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The call that we announced in our message of May 5 ({link}) is canceled.", "cancels"),
        ("This message replaces {link}?reqfrom=share.", "replaces"),
        ("The outage reported in our May 5 notice ({link} (CSMS # 67000001)) has been resolved.", "resolves"),
        ("The deadline announced in the message of May 5 ({link}) is extended to May 9.", "extends"),
        ("The call that USDA announced in an email ({link}) is canceled.", "refers"),
        ("The call is canceled; see our message of May 5 ({link}).", "refers"),
        ("The call announced in our message of May 5 ({link}) is not canceled.", "refers"),
        ("This message replaces the handbook ({link}).", "refers"),
    ],
)
def test_the_words_around_a_link_count_as_those_around_a_number(text: str, kind: str) -> None:
    link = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/3FE56C1"
    assert kinds("Quota", text.format(link=link)) == {"67000001": kind}


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
