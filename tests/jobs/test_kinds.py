"""The kind of a message by its title: lead-ins, the order of the tables, and routine messages."""

import pytest

from content.loading.references import ENTRY_KINDS
from content.rules import plain_text
from jobs.kinds import is_routine, kind_of, opening
from jobs.states import EntryKind, Lead


def kind(title: str, body: str = "") -> str:
    head, text = plain_text(title, 500), plain_text(body, 800)
    return kind_of(head, text, opening(head, text))


def lead(title: str, body: str = "") -> str:
    return opening(plain_text(title, 500), plain_text(body, 800)).lead


def routine(title: str) -> bool:
    return is_routine(plain_text(title, 500), EntryKind(kind(title)))


def test_the_content_knows_the_same_kinds_as_the_pipeline() -> None:
    assert tuple(EntryKind) == ENTRY_KINDS


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("GUIDANCE: Duties on Spoons", "guidance"),
        ("UPDATED GUIDANCE \u2013 Duties on Spoons", "guidance"),
        ("(UPDATED) GUIDANCE: Duties on Spoons", "guidance"),
        ("Guidance for Brokers with Two Offices", "guidance"),
        ("Update to GUIDANCE: Duties on Spoons", "guidance"),
        ("CORRECTION: Spoon Quota", "correction"),
        ("CORRECTED - Spoon Quota", "correction"),
        ("*Correction* Spoon Quota", "correction"),
        ("Correction to CSMS # 12345678", "correction"),
        ("CORRECTION - GUIDANCE: Duties on Spoons", "correction"),
        ("REPLACEMENT: Duties on Spoons", "replacement"),
        ("UPDATE - Information: Spoon Quota", "update"),
        ("*UPDATE* RESOLVED: Spoons Late", "resolved"),
        (": REMINDER: Spoon Call", "reminder"),
        ("Final Reminder: Spoon Call", "reminder"),
        ("Reminder Spoon Release", "reminder"),
        ("REMINDER - UPDATE: Spoon Call", "reminder"),
        ("ICYMI: Spoons are here", "reminder"),
        ("Information: Spoon Quota", "information"),
        ("CANCELED: Spoon Call", "cancellation"),
        ("Cancellation of the Spoon Call", "cancellation"),
        ("RESOLVED", "resolved"),
    ],
)
def test_a_lead_in_is_read_however_it_is_written(title: str, expected: str) -> None:
    assert expected in tuple(Lead)
    assert lead(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Information on Spoons",
        "Resolved Spoon Troubles",
        "Updated Spoon Guide",
        "Spoon Guidance",
        "Noticeable Spoons",
        "Corrective Action Plans",
        "The Replacement of Spoons",
        "",
        "\u2013\u2013:::***",
    ],
)
def test_a_word_that_only_looks_like_a_lead_in_is_none(title: str) -> None:
    assert lead(title) == ""


def test_a_message_that_replaces_another_says_so_in_its_body() -> None:
    assert lead("Spoon Quota", "This message replaces CSMS # 12345678 of Monday.") == "replacement"
    assert lead("UPDATE: Spoon Quota", "This CSMS message replaces and supersedes the previous message.") == "replacement"
    assert lead("CORRECTION: Spoon Quota", "This message replaces CSMS # 12345678.") == "correction"


def test_replacing_something_else_is_no_replacement() -> None:
    assert lead("Spoon Guide", "Version 3 of the guide replaces version 2. This message is for filers.") == ""
    assert lead("Spoon Duties", "This message explains the annex that replaces Annex I.") == ""


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Resolved - Spoon Portal Login Issues", "resolved"),
        ("Delays in spoon entries RESOLVED", "resolved"),
        ("Restored: Access to the Spoon Data", "resolved"),
        ("Restored - Spoon Forms Application", "resolved"),
        ("Completed: ACE Production Maintenance", "resolved"),
        ("Ocean Manifest Delays Addressed", "resolved"),
        ("ACE Production Standard Invasive Maintenance, Saturday", "maintenance"),
        ("CANCELLED: ACE Maintenance on Sunday", "maintenance"),
        ("Spoon Outage Due to Maintenance", "maintenance"),
        ("Harbor Maintenance Fee on Spoons", "information"),
        ("Truck Manifest Processing Delays", "outage"),
        ("Reminder: the FDA system is not receiving spoons", "outage"),
        ("Error F999 on valid spoon entries", "outage"),
        ("Issue: Spoon Validation", "outage"),
        ("Spoon Portal Is Down", "outage"),
        ("Daily Statements Delayed", "outage"),
        ("Delay of Final Statements in ACE", "outage"),
        ("Known Issue: Spoon Quota", "outage"),
        ("CBP Issues Final Rule on Spoons", "guidance"),
        ("Deployment of the spoon update delayed", "technical"),
        ("Priority Trade Issue: Spoons", "other"),
        ("Court of Appeals for the Federal Circuit on Spoons", "other"),
        ("Guidance: Quota Bulletin 26-999 Spoons", "quota"),
        ("QB 26", "quota"),
        ("REMINDER: Support Call for Spoon Filers Today", "training"),
        ("CBP Cancels Spoon Webinars", "training"),
        ("REMINDER: Annual Spoon Fee Due", "reminder"),
        ("Updated ACE CATAIR Appendix B", "technical"),
        ("Harmonized System Update (HSU) 2699", "technical"),
        ("Spoon Functionality Deploys to ACE CERT Today", "technical"),
        ("Withhold Release Order on Spoons of Nowhere", "guidance"),
        ("GUIDANCE: Import Duties on Spoons", "guidance"),
        ("Spoon Program Lifts Import Restrictions", "guidance"),
        ("Initiation of Antidumping Duty Investigation: Spoons from Nowhere", "information"),
        ("Launch of the Spoon Portal", "information"),
        ("Spoon Allegation Portal Rollout", "information"),
        ("Introduction - Processing of Spoons for IEEPA Refunds, April 20 Deployment", "guidance"),
        ("AVAILABLE NOW: Processing of Entries for IEEPA Refunds", "guidance"),
        ("Validations for IEEPA Refund Declarations", "technical"),
        ("Errors in the EDI Message for IEEPA Refunds", "technical"),
        ("Process to Re-Activate an Importer of Record in ACE", "guidance"),
        ("Deployment of ACE Collections with Refunds", "technical"),
        ("CBP issues record penalty to importer", "other"),
        ("CBP records a rise in spoons", "other"),
        ("CBP releases spoons from its museum", "other"),
        ("Detroit Field Office: Spoon Closure", "other"),
        ("HTS Record High Bounds Adjustment", "technical"),
        ("New record layout for spoons", "technical"),
        ("Spoons", "other"),
        ("", "other"),
    ],
)
def test_the_first_sort_that_fits_wins(title: str, expected: str) -> None:
    assert kind(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "CBP Issues Detention Order on Spoons Carried by Air",
        "CBP Issues Statement on the ACE Portal",
        "U.S. Customs and Border Protection Issues Rule on Truck Manifests",
        "Office of Trade issues a Guide to Entry Summary Bonds",
        "CBP Cracks Down on False Entries by Rail",
        "CBP Takes Down Network of Spoon Counterfeiters",
        "Officers stopped slow cookers and down jackets at the air cargo facility",
        "Imports of ACE Brand Spoons Are Down",
        "Importers delayed payments on entries, court finds",
        "Interim Procedure for an Issue with Spoon Queries in ACE",
        "Delay of the Deadline for ISF Filings",
        "Delay of the ACE Manifest Test",
        "Delay in ACE Automation of the Spoon Threshold",
        "Delay of Accelerated Payment for Spoon Drawback Claims",
        "Retirement of a Feature of the Legacy Spoon Portal Delayed",
        "REMINDER: ACE Reports: Next Universes to Be Affected on June 1",
        "Spoons Causing Rashes: EPA Compliance Alert",
        "Filers incorrectly submitting spoon data in ACE",
        "New ACE Portal Form: Ensure Your Spoon Data Is Up to Date",
    ],
)
def test_only_trouble_with_a_system_is_an_outage(title: str) -> None:
    assert kind(title) not in ("outage", "resolved", "maintenance")
    assert not routine(title)


def test_a_feed_that_is_not_about_systems_has_no_outages() -> None:
    for title in ("CBP Resolves Spoon Case", "Harbor Maintenance", "Spoon Portal Outage", "Resolved"):
        head, nothing = plain_text(title, 500), plain_text("", 800)
        assert kind_of(head, nothing, opening(head, nothing), about_systems=False) not in ("outage", "resolved", "maintenance")


def test_the_body_is_asked_only_when_the_title_is_silent() -> None:
    assert kind("Spoons", "An updated implementation guide is posted.") == "technical"
    assert kind("GUIDANCE: Spoons", "An updated implementation guide is posted.") == "guidance"


@pytest.mark.parametrize(
    "title",
    [
        "ACE Certification Maintenance Window",
        "Spoon Portal Login Issues",
        "Resolved",
        "Updated ACE CATAIR Error Dictionary",
        "Harmonized System Update (HSU) 2699",
        "REMINDER: Updated Spoon Implementation Guide",
    ],
)
def test_system_notices_and_documents_are_routine(title: str) -> None:
    assert routine(title)


@pytest.mark.parametrize(
    "title",
    [
        "GUIDANCE: Import Duties on Spoons",
        "Quota Bulletin 26-999 Spoons",
        "New spoon data elements deploy to ACE Production on May 1",
        "UPDATE",
        "Guidance on the Spoon CATAIR",
        "Spoon Validation Deployed to CERT; PROD Deployment Scheduled for May 1",
    ],
)
def test_what_filers_must_do_and_what_cannot_be_told_is_not_routine(title: str) -> None:
    assert not routine(title)
