"""Test which changes a title announces, with titles as CBP writes them."""

import pytest

from jobs.states import Lead
from jobs.title_leads import title_leads

SAYS = {
    Lead.UPDATE: [
        "Updated Guidance: Zeppelin duties",
        "UPDATED GUIDANCE – Zeppelin duties, July 1 effective date",
        "(UPDATED) GUIDANCE: Zeppelin duties",
        "GUIDANCE: Updated Filing Steps for Zeppelins",
        "Guidance – Update on Duties on Zeppelins",
        "Update to CSMS # 67000001 - Zeppelin duties",
        "Updates to the Zeppelin table",
        "Updating CSMS# 67000001 - Zeppelin query",
        "An updated version of the Zeppelin CATAIR is available",
        "Revised Guidance: Zeppelin duties",
        "Revised Deadline for Zeppelin Manifests",
        "Amended: Zeppelin quota period",
        "Clarification to the Zeppelin process",
        "Clarifying Bond Requirements for Zeppelins",
        "Additional Information Related to CSMS #67000001",
        "Additional guidance for zeppelin entries",
        "Supplemental instructions for zeppelin entries",
        "FOLLOW-UP: Zeppelin import restrictions",
        "Follow up to 67000001, for entries of zeppelins",
        "Change: Zeppelin records are NOW scheduled for May 2",
        "POSTPONED: Zeppelin database upgrade",
        "RESCHEDULED to 4/10: Zeppelin deployment",
        "Reissuance: Interim Zeppelin Guidance",
        "Deadline Extension: Zeppelin forms",
        "GUIDANCE: Extension of Zeppelin Exclusions",
        "CBP Extends Zeppelin Test",
        "The Zeppelin Document Has Been Updated",
        "Zeppelin Appendix Document Updated on CBP.gov",
        "Zeppelin FAQ Updated",
        "Zeppelin deployment postponed to July 19",
        "Zeppelin transition (Minor Revision)",
        "Zeppelin delays **UPDATE**",
        "REMINDER and UPDATE about zeppelin dates: Updated dates",
    ],
    Lead.CORRECTION: [
        "CORRECTION to CSMS 67000001",
        "Corrected version of the Zeppelin Guide is published",
        "Correction (Fixed Link): Zeppelin Guide",
        "Updated Zeppelin Dictionary - Correction",
        "GUIDANCE: Zeppelin Amendment (Corrected)",
        "Version Number Corrected in the Zeppelin Record",
        "Clarification/Correction: Zeppelin duties",
        "CBP corrects the zeppelin quota",
    ],
    Lead.CANCELLATION: [
        "CANCELLED: Zeppelin call",
        "CBP Cancels Zeppelin Webinars",
        "Biweekly Zeppelin Call May 1, Canceled",
        "The Zeppelin downtime has been cancelled",
        "Rescinded: zeppelin guidance",
        "Withdrawn - Zeppelin guidance",
        "Cancellation of Zeppelin webinar",
    ],
    Lead.REPLACEMENT: ["Replaces CSMS 67000001: Zeppelin duties", "Superseded: zeppelin guide"],
    Lead.REMINDER: [
        "Reminder Zeppelin call",
        "CBP Reminds Importers of Zeppelins",
        "UPDATE: Reminder - Zeppelin call",
        "Zeppelin Filing **Final Reminder**",
    ],
}

IS_SILENT = [
    "Zeppelin duties",
    "Harmonized System Update (HSU) 2301",
    "ACE Entry Summary Create/Update CATAIR for zeppelins",
    "Entry Summary Query Update",
    "ACE PRODUCTION EXTENDED Scheduled Maintenance, Saturday",
    "Extended ACE Production Standard Invasive Maintenance",
    "Zeppelin Environment – Extended Invasive Maintenance Window",
    "GUIDANCE: Additional Duties on Zeppelins",
    "Additional Features Set to Retire in the ACE Portal",
    "GUIDANCE: Conforming Amendment to Zeppelin Exclusions",
    "Modification of Withhold Release Order Against Zeppelins",
    "Changes to 19 CFR 111: National Permit",
    "GUIDANCE: Revision of the Zeppelin Action",
    "GUIDANCE: Technical Corrections to Zeppelin Duties",
    "GUIDANCE: Corrections in the Zeppelin Portal",
    "Update Your Zeppelin Account by Friday",
    "Use Correct ACE Portal URL in Bookmarks",
    "Expect Correction Requests for Zeppelins",
    "Post Summary Corrections of zeppelins",
    "Cancelled Entries of Zeppelins",
    "Finalize Zeppelin Warehouse Withdrawals",
    "Zeppelin Replacement Codes",
    "Extension Reports in the ACE Catalog",
    "Zeppelin records to be updated in May",
    "",
]


@pytest.mark.parametrize(("lead", "title"), [(lead, title) for lead, titles in SAYS.items() for title in titles])
def test_a_title_says_what_its_message_does(lead: Lead, title: str) -> None:
    assert lead in title_leads(title)


@pytest.mark.parametrize("title", IS_SILENT)
def test_a_word_elsewhere_is_no_announcement(title: str) -> None:
    assert title_leads(title) == frozenset()
