"""The rows of an archive's table, with the faults of CBP's tables."""

import json
import re
from datetime import UTC, datetime

import pytest

from jobs.archive.pdf import read_lines
from jobs.archive.table import Row, is_cut, rows
from tests.support.real_data import real_data

HEAD = ("CSMS Archive", "Publication # 5325-0126", "December 1 to December 31, 2025", "CSMS # Message Title Sent")


def titles(*lines: str) -> dict[str, str]:
    return {row.number: row.title for row in rows(lines)}


def letters(title: str) -> str:
    return re.sub(r"\W", "", title)


def test_a_row_has_number_title_and_day() -> None:
    assert rows([*HEAD, "67257873 Harmonized System Update (HSU) 2543 12/31/2025"]) == [
        Row("67257873", "Harmonized System Update (HSU) 2543", datetime(2025, 12, 31, 17, tzinfo=UTC))
    ]


def test_a_title_may_take_several_lines_and_the_day_a_line_of_its_own() -> None:
    assert titles("67142714 ACE Production Maintenance, December ", "20, 2025, to 4:00 a.m. ET", "12/18/2025") == {
        "67142714": "ACE Production Maintenance, December 20, 2025, to 4:00 a.m. ET"
    }
    assert titles("61233409", "GUIDANCE: New Section 201 Certification document ", "label 7/2/2024") == {
        "61233409": "GUIDANCE: New Section 201 Certification document label"
    }


@pytest.mark.parametrize("lines", [["53117861 HSU 2225 8/31/2022 9:11"], ["53117861 HSU 2225 8/31/2022 ", "9:11"]])
def test_a_clock_time_is_eastern_time(lines: list[str]) -> None:
    assert [row.published for row in rows(lines)] == [datetime(2022, 8, 31, 13, 11, tzinfo=UTC)]


def test_a_day_at_the_end_of_a_line_does_not_end_the_title() -> None:
    assert titles("54000001 Powers of Attorney Executed Prior to 12/19/2022", "to be Satisfied 1/11/2023", "54000002 HSU 2 1/10/2023") == {
        "54000001": "Powers of Attorney Executed Prior to 12/19/2022 to be Satisfied",
        "54000002": "HSU 2",
    }


def test_a_title_goes_on_after_the_foot_and_head_of_a_page() -> None:
    assert titles("56245595 Ocean House Bill of Lading", *HEAD, "Deployments Postponed 5/12/2023") == {
        "56245595": "Ocean House Bill of Lading Deployments Postponed"
    }


def test_heads_and_covers_between_rows_belong_to_no_title() -> None:
    assert titles("53491775 Product Codes 9/30/2022", "September 01, 2022, to September 30, 2022", "53491700 HSU 9/29/2022") == {
        "53491775": "Product Codes",
        "53491700": "HSU",
    }


def test_a_code_that_opens_a_line_is_no_message() -> None:
    assert titles("63663302", "Error 771 for HTS 85423100, 85412900, and ", "85411000 1/8/2025") == {
        "63663302": "Error 771 for HTS 85423100, 85412900, and 85411000"
    }
    assert titles("56360332 Additional Information Related to CSMS #", "56358919 5/22/2023") == {
        "56360332": "Additional Information Related to CSMS # 56358919"
    }


def test_two_titles_glued_together_are_parted() -> None:
    glued = "46722428 Initiation of Investigations [[46721744]] ACE PRODUCTION Scheduled Maintenance 3/22/2021 14:45"
    assert titles(glued) == {"46722428": "Initiation of Investigations", "46721744": "ACE PRODUCTION Scheduled Maintenance"}
    assert {row.published for row in rows([glued])} == {datetime(2021, 3, 22, 18, 45, tzinfo=UTC)}
    assert titles("46722428 Investigations 3/22/2021 15:06 46721744 Scheduled Maintenance 3/22/2021 14:45") == {
        "46722428": "Investigations",
        "46721744": "Scheduled Maintenance",
    }
    assert titles("46722428 Investigations 3/22/2021 15:06", "[[46721744]] Maintenance 3/22/2021 14:45") == {
        "46722428": "Investigations",
        "46721744": "Maintenance",
    }


def test_a_doubled_row_is_one_message_with_the_longer_title_and_the_earlier_day() -> None:
    assert rows(["46721744 ACE Production Maintenance 3/22/2021 14:45", "46721744 ACE Production Maintenance 3/22/2021 14:23"]) == [
        Row("46721744", "ACE Production Maintenance", datetime(2021, 3, 22, 18, 23, tzinfo=UTC))
    ]
    assert titles("46721744 QB 21", "101 Beef 3/22/2021", "46721744 QB 21 3/23/2021") == {"46721744": "QB 21 101 Beef"}


def test_a_row_without_a_title_is_cut_and_one_without_a_day_stands_between_its_neighbors() -> None:
    assert [(row.title, row.cut) for row in rows(["51431651 3/28/2022"])] == [("", True)]
    listed = rows(["51431651 First of two 3/28/2022", "51431600 Second of two", "51431500 Third of all 3/27/2022"])
    assert [row.published.day for row in listed] == [28, 28, 27]


def test_text_that_was_read_in_the_wrong_encoding_is_mended() -> None:
    assert titles("58263753 Extrusions from the People\u00e2\u20ac\u2122s Republic of China 10/25/2023") == {
        "58263753": "Extrusions from the People\u2019s Republic of China"
    }


@pytest.mark.parametrize(
    ("listed", "title"),
    [
        ("CBP is aware of slow down in DIS Email processing]]", "CBP is aware of slow down in DIS Email processing"),
        ("CAMS # [[BULLETIN_IDENTIFIER]]", "CAMS # [[BULLETIN_IDENTIFIER]]"),
        (": Import Ocean Appendix D", "Import Ocean Appendix D"),
        ("\u201c RESOLVED - ACE Delays", "RESOLVED - ACE Delays"),
        ("Account Merge Requests \u201c Information", "Account Merge Requests \u2013 Information"),
        ("Reports \u201d Information", "Reports \u2014 Information"),
        ("FDA\u2122s System", "FDA\u2019s System"),
        ("FDA Status \u0153No status available\x00 Clarification", "FDA Status No status available Clarification"),
        ("\u201cSuspending Duty\u201d and Trademark\u2122 Rules", "\u201cSuspending Duty\u201d and Trademark\u2122 Rules"),
        ("**RESOLVED** Delays", "**RESOLVED** Delays"),
    ],
)
def test_what_a_bad_table_left_in_a_title_is_removed(listed: str, title: str) -> None:
    assert titles(f"52455813 {listed} 7/12/2022") == {"52455813": title}


def test_impossible_days_and_long_titles_raise_nothing() -> None:
    assert rows(["51431651 Message 13/45/2022"]) == []
    assert [len(row.title) for row in rows(["51431651 " + "x" * 5000, "12/1/2022"])] == [1000]
    assert len(rows(["51431651 title", *(f"line {number}" for number in range(1000)), "12/1/2022"])) <= 1


def test_digits_of_other_scripts_are_no_number_and_no_day() -> None:
    assert titles("٦٧٢٥٧٨٧٣ HSU 2543 12/31/2025", "67257873 HSU 2543 ١٢/31/2025") == {}


def test_numbers_of_the_old_platform_are_read() -> None:
    assert titles("18-000240 Section 232 update 3/19/2018") == {"18-000240": "Section 232 update"}


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Resolved",
        "*UPDATE*",
        "CORRECTION:",
        "QB 24",
        "Updates to 54",
        "CORRECTION: New PROD Date for 54",
        "Information: Quota Bulletin 25",
        "Initiation of AD and CVD Investigations on Certain Non",
        "Update to Timing of Entry Type 86 Release Messages (1C) in Air Environment (Non",
        "Executive Order 14324 \u201cSuspending Duty",
    ],
)
def test_what_ends_at_a_hyphen_is_cut_in_every_table(title: str) -> None:
    assert is_cut(title)


@pytest.mark.parametrize(
    "title",
    [
        "Harmonized System Update (HSU) 2543",
        "ACE Truck Manifest Modernization \u201c Next Deployment Set for May 15",  # a dash that became a quotation mark
        "Information: Quota Bulletin 26-101 2026 Israel Free Trade Agreement",
        "Resolved: ACE Reports Outage",
        "Updates to Chapter 99",
        "Next Deployment Set for May 15",
    ],
)
def test_a_whole_title_is_not_cut(title: str) -> None:
    assert not is_cut(title)


def test_a_short_title_is_cut_where_its_table_has_no_hyphens() -> None:
    assert [row.cut for row in rows(["61000001 TTB Entries 7/1/2024", "61000002 Changes to the Drawback Module 7/1/2024"])] == [True, False]
    assert [row.cut for row in rows(["61000001 TTB Entries 7/1/2024", "61000002 A PGA-wide change 7/1/2024"])] == [False, False]


def test_a_title_that_another_has_before_a_hyphen_is_cut() -> None:
    listed = rows(
        ["66987366 Implementation of Tariff 12/3/2025", "67133044 Implementation of Tariff-Related Elements of an Agreement 12/17/2025"]
    )
    assert [row.cut for row in listed] == [True, False]


def test_every_number_of_the_real_archives_is_found_with_its_title() -> None:
    known = {each["number"]: each for each in map(json.loads, real_data("csms_titles.jsonl").read_text("utf-8").splitlines())}
    found = {
        row.number: row
        for name in ("csms_archive_incl_dec2025.pdf", "csms_archive_incl_jan2026_508c.pdf")
        for row in rows(read_lines(real_data(name)))
    }
    listed = {number for number, each in known.items() if "title_maybe_cut" in each}
    assert listed <= found.keys() <= known.keys()
    assert len(found) == 3901
    different = [number for number in listed if letters(found[number].title) != letters(known[number]["title"] or "")]
    assert len(different) <= 10  # glued, mis-decoded or cut there
    whole = {number: found[number] for number in found.keys() - listed}
    assert all(known[number]["title"] == row.title or row.cut for number, row in whole.items())
