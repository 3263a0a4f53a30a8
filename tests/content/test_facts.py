"""The shipped content states what its sources state, where a mistake would do harm."""

import re
from datetime import date

import pytest

from content.catalog import Catalog, Question, Statement
from content.loading.files import read_files
from content.loading.loader import load_files
from jobs.review import FIGURE_DAYS, days_of, items, review
from tests.support.edited_content import edit
from tests.support.paths import CONTENT
from tests.support.statements import parts, shown_texts


@pytest.fixture(scope="module", params=[dict, edit], ids=["shipped", "edited"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return load_files(request.param(read_files(CONTENT)))


def about(catalog: Catalog, *words: str) -> list[str]:
    """Return the texts that are shown and contain all of these words."""
    return [text for text in shown_texts(catalog) if all(word.casefold() in text.casefold() for word in words)]


def test_forced_labor_is_reported_through_its_own_portal(catalog: Catalog) -> None:
    assert about(catalog, "report forced labor", "Forced Labor Allegation Portal")
    for text in about(catalog, "e-Allegations", "forced labor"):
        assert "Forced Labor Allegation Portal" in text


def test_the_order_on_customs_enforcement_directs_and_does_not_yet_bind(catalog: Catalog) -> None:
    (definition,) = [term.definition for term in catalog.terms if term.slug == "eo-14411"]
    assert "directs CBP" in definition.text
    assert "180 days" in definition.text
    assert definition.review_by == "2026-11-30"
    for text in about(catalog, "14411"):
        assert "directs CBP" in text
    assert about(catalog, "14411", "below 50 percent", "except in exceptional circumstances")


def test_the_presumption_of_the_uflpa_is_rebuttable(catalog: Catalog) -> None:
    found = about(catalog, "Xinjiang", "presum")
    assert len(found) >= 2
    for text in found:
        assert "rebuttable" in text
        assert "clear and convincing evidence" in text


def test_gsp_has_lapsed(catalog: Catalog) -> None:
    found = [text for text in about(catalog, "GSP") if "SPI A" in text or "programs" in text]
    assert found
    for text in found:
        assert "lapsed after 31 December 2020" in text


def test_de_minimis_is_suspended_without_end_and_repealed_from_2027(catalog: Catalog) -> None:
    (definition,) = [term.definition.text for term in catalog.terms if term.slug == "de-minimis"]
    for fact in ("$800", "29 August 2025", "indefinite", "1 July 2027"):
        assert fact in definition
    assert about(catalog, "$5,000", "$10,000")


def test_the_rule_for_mail_and_the_rule_for_other_shipments_are_told_apart(catalog: Catalog) -> None:
    """FR 2026-12669 is about mail, FR 2026-12670 about all other ways of transport."""
    said = [part for _, part in parts(catalog) if isinstance(part, Statement)]
    mail = [each for each in said if "Since 24 July 2026 dutiable mail" in each.text]
    other = [each for each in said if "Type 86 was" in each.text]
    assert mail
    assert other
    assert all("2026-12669" in each.source and "2026-12670" not in each.source for each in mail)
    assert all("2026-12670" in each.source for each in other)


def test_agoa_ends_with_2026(catalog: Catalog) -> None:
    assert about(catalog, "AGOA", "end on 31 December 2026")


def test_usmca_was_not_renewed_and_stays_in_force(catalog: Catalog) -> None:
    found = about(catalog, "USMCA", "joint review")
    assert found
    for text in found:
        assert "did not renew" in text
        assert "stays in force" in text


def test_section_338_is_explained(catalog: Catalog) -> None:
    assert about(catalog, "338", "Canada", "50 percent", "22 August")
    assert about(catalog, "338", "29 September 2026", "motorcycles over 800 cc")


def test_questions_about_trade_remedies_go_to_the_newer_list(catalog: Catalog) -> None:
    assert about(catalog, "52417905")
    assert not about(catalog, "40969690")


def test_congress_hears_of_a_new_priority_trade_issue_afterwards(catalog: Catalog) -> None:
    (text,) = about(catalog, "Commissioner may add, merge or drop")
    assert "at least 60 days before" in text
    assert "at most 30 days after" in text


def test_the_byrd_amendment_still_pays(catalog: Catalog) -> None:
    for text in about(catalog, "Byrd Amendment"):
        assert "entered before 1 October 2007" in text
        assert "every year" in text


def test_efiling_from_foreign_trade_zones_begins_later(catalog: Catalog) -> None:
    for text in about(catalog, "eFiling", "8 July 2026"):
        assert "8 January 2027" in text


def test_patents_are_not_recorded_with_cbp(catalog: Catalog) -> None:
    assert about(catalog, "not patents", "exclusion orders")
    assert about(catalog, "iprs.cbp.gov")


def test_import_specialists_deal_with_international_shippers(catalog: Catalog) -> None:
    (role,) = [role for role in catalog.roles if role.slug == "import-specialist"]
    assert "international shippers and freight forwarders" in role.summary.text


def test_importers_are_warned_of_refund_scams(catalog: Catalog) -> None:
    (revenue,) = [pti for pti in catalog.ptis if pti.slug == "revenue"]
    assert any("scam" in fact.text for fact in revenue.facts[:3])
    assert about(catalog, "scam", "CAPE", "ACE Portal")


def test_cape_takes_entries_flagged_for_reconciliation(catalog: Catalog) -> None:
    assert about(catalog, "CAPE", "flagged for reconciliation", "29 June 2026")


def test_offices_that_are_confused_with_the_office_of_trade_are_told_apart(catalog: Catalog) -> None:
    assert about(catalog, "Office of Trade Relations", "Office of the Commissioner")
    assert about(catalog, "Centers", "Office of Field Operations")
    assert about(catalog, "Executive Assistant Commissioner")
    assert about(catalog, "Trade Regulatory Audit")
    assert about(catalog, "Trade Policy and Programs")


@pytest.mark.parametrize(
    ("slug", "fact"),
    [
        ("protest", "within 180 days"),
        ("informal-entry", "$2,500"),
        ("liquidation", "final computation of the duty"),
        ("mpf-hmf", "0.3464 percent"),
        ("mpf-hmf", "0.125 percent"),
        ("ftz", "not yet subject to the customs laws"),
        ("penalty-1592", "negligence, gross negligence or fraud"),
        ("prior-disclosure", "formal investigation"),
        ("customs-broker", "21 years"),
        ("cbp-form-28-29", "Notice of Action"),
        ("eac", "Executive Assistant Commissioner"),
        ("tin", "Trade Information Notice"),
        ("cams", "not one"),
        ("imdw", "International Mail Duty Worksheet"),
    ],
)
def test_a_term_of_daily_work_has_its_fact(catalog: Catalog, slug: str, fact: str) -> None:
    (term,) = [term for term in catalog.terms if term.slug == slug]
    assert fact in f"{term.expansion} {term.definition.text}"


def test_the_limits_of_the_processing_fee_are_those_of_a_year_that_has_ended(catalog: Catalog) -> None:
    """Nobody has seen the notice for fiscal year 2027 yet; with its figures nothing is left to say."""
    said = [part for _, part in parts(catalog) if isinstance(part, Statement | Question) and "$33.58" in _words(part)]
    for part in said:
        assert "fiscal year 2026" in _words(part)
        assert "ended on 30 September 2026" in _words(part)
        assert "look for the notice for fiscal year 2027" in _words(part)
    due = [item.passage.origin for item, _ in review(catalog, (), date(2026, 10, 1)).due]
    assert [part for part in said if part not in due] == []


def _words(part: Statement | Question) -> str:
    return part.a if isinstance(part, Question) else part.text


def test_the_status_of_importers_inactive_for_entry_is_as_its_message_says(catalog: Catalog) -> None:
    assert about(catalog, "Inactive for Entry Purposes", "error code 333", "message of 1 July 2026", "production on 14 July 2026")


def test_what_has_no_source_that_people_can_open_is_kept_and_not_shown(catalog: Catalog) -> None:
    said = [part for _, part in parts(catalog) if isinstance(part, Statement) and part.source.startswith("team note")]
    assert all(not part.shown for part in said)
    for words in ("drones", "pharmaceuticals is of 29 September 2026", "quartz", "warehouse entries since 7 July 2026"):
        assert [part for part in said if words in part.text], words


def test_the_sections_of_the_tariffs_are_looked_at_as_often_as_figures(catalog: Catalog) -> None:
    sections = {"Section 122", "Section 201", "Section 232", "Section 301", "Section 338", "IEEPA"}
    days = {item.name: days_of(item.passage, catalog) for item in items(catalog)}
    assert {days[f"{section}, definition"] for section in sections} == {FIGURE_DAYS}
    assert {days[name] for name in days if name.startswith("Tariff actions, ")} == {FIGURE_DAYS}
    tariffs = [item for item in items(catalog) if item.passage.subject == "pti:revenue" and re.match(r"Section \d+", item.passage.text)]
    assert len(tariffs) >= 4
    assert {days[item.name] for item in tariffs} == {FIGURE_DAYS}
