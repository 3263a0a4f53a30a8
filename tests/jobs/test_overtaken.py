"""A newer message is shown beside a statement only if it may really change it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from content.catalog import Catalog, Pti, Rule, Statement, Term, Topic
from content.search.statements import Passage, passages
from jobs.models.entries import Entry
from jobs.overtaken import comparison, last_day, overtaken, overtaken_by, vocabulary
from jobs.states import EntryKind
from tests.support.small_catalog import CATALOG, entry, pti, topic

FACT = Statement("CAPE takes declarations for IEEPA refunds since 20 April.", "CSMS 68396594", "2026-04-20")
JUNE = datetime(2026, 6, 26, 15, 0, tzinfo=UTC)


def catalog(*facts: Statement, more: str = "") -> Catalog:
    """Return the small catalog with the facts in Revenue, whose topic knows the word refund."""
    revenue = pti("revenue", "Revenue", "Revenue")
    said = replace(revenue, facts=(*facts, *((Statement(more, "flyer", "2020"),) if more else ())))
    known = replace(topic("revenue", "Revenue", is_pti=True), rules=(Rule(("refund*",)),))
    return replace(CATALOG, ptis=(*CATALOG.ptis, said), topics=(*(each for each in CATALOG.topics if each.slug != "revenue"), known))


def later(title: str, *topics: str, number: str = "69035485", **more: object) -> Entry:
    return replace(entry(number, title, *topics, published=JUNE), **more)  # type: ignore[arg-type]  # fields of Entry


def found(fact: Statement, *entries: Entry, kind: str = "fact") -> str:
    """Return the number of the message that may have overtaken a fact of Revenue, or ""."""
    made = catalog(fact)
    passage = Passage("pti:revenue", kind, fact.text, fact)
    newer = overtaken_by(passage, comparison(made, entries))
    return newer.number if newer else ""


SIMILAR = later("CAPE for IEEPA Refunds: Entries Flagged for Reconciliation", "revenue")


def test_a_later_message_of_the_topic_with_the_same_rare_words_may_change_a_statement() -> None:
    assert found(FACT, SIMILAR) == "69035485"


@pytest.mark.parametrize(
    "entry",
    [
        replace(SIMILAR, published=datetime(2026, 4, 20, 15, 0, tzinfo=UTC)),
        replace(SIMILAR, routine=True),
        replace(SIMILAR, held=True),
        replace(SIMILAR, feed="sample"),
        replace(SIMILAR, kind=EntryKind.TRAINING),
        replace(SIMILAR, number="68396594"),
        later("CAPE for IEEPA Refunds", "textiles"),
        later("Refunds by ACH", "revenue"),
        later("Update: Guidance for CAPE", "revenue"),
    ],
    ids=["older", "routine", "held", "sample", "training", "cited itself", "another topic", "common words", "one rare word"],
)
def test_other_messages_change_nothing(entry: Entry) -> None:
    assert found(FACT, entry) == ""


def test_a_message_that_names_the_cited_one_counts_whatever_its_topic_and_before_a_similar_one() -> None:
    naming = later("Postponed", "textiles", number="68999999", body="As CSMS # 68396594 said, filers …", published=JUNE.replace(day=1))
    assert found(FACT, SIMILAR, naming) == "68999999"
    assert found(FACT, replace(naming, routine=True)) == ""
    assert found(FACT, replace(naming, body="See 683965940 and 1683965947.")) == ""


def test_the_newest_of_several_is_taken() -> None:
    assert found(FACT, SIMILAR, replace(SIMILAR, id=2, number="69066837", published=JUNE.replace(day=29))) == "69066837"


@pytest.mark.parametrize("kind", ["fact", "qa", "stat", "authority", "definition", "summary", "contact"])
def test_a_statement_with_a_day_a_figure_or_a_status_can_be_overtaken_whatever_its_kind(kind: str) -> None:
    subject = {"pti:revenue": "fact qa stat authority summary contact", "term:cape": "definition"}
    passage = Passage(next(each for each, kinds in subject.items() if kind in kinds.split()), kind, FACT.text, FACT)
    made = replace(catalog(FACT), terms=(CAPE,))
    assert overtaken_by(passage, comparison(made, [SIMILAR])) == SIMILAR


@pytest.mark.parametrize(
    "text",
    [
        "CAPE takes declarations for IEEPA refunds.",
        "CAPE takes declarations for IEEPA refunds under 19 U.S.C. 1514, 19 CFR Part 174, Section 232 and Executive Order 14324.",
    ],
)
@pytest.mark.parametrize("kind", ["fact", "definition"])
def test_what_gives_no_figure_day_or_status_stays_true_until_a_message_names_its_source(text: str, kind: str) -> None:
    said = replace(FACT, text=text)
    assert found(said, SIMILAR, kind=kind) == ""
    assert found(said, replace(SIMILAR, body="replaces CSMS # 68396594"), kind=kind) == "69035485"


CAPE = Term("cape", "CAPE", "Consolidated Administration and Processing of Entries", FACT, "", (), ("pti:revenue",))
UFLPA = Term(
    "uflpa",
    "UFLPA",
    "Uyghur Forced Labor Prevention Act",
    Statement("A law on goods from Xinjiang. The Entity List had 144 entries in January 2025.", "CSMS 63743803", "2025-01-14"),
    "",
    (),
    ("topic:revenue",),
)
SECTION_232 = Term(
    "section-232",
    "Section 232",
    "Trade Expansion Act of 1962",
    Statement("Tariffs for national security. As of 30 January 2026: metals, autos and wood.", "CSMS 67400472", "2026-01-30"),
    "",
    (),
    ("topic:revenue",),
)


def on_definition(term: Term, entry: Entry) -> str:
    """Return the number of the message that may have overtaken a definition, or ""."""
    made = replace(catalog(FACT), terms=(term,))
    (passage,) = [each for each in passages(made) if each.kind == "definition"]
    newer = overtaken_by(passage, comparison(made, [entry]))
    return newer.number if newer else ""


@pytest.mark.parametrize(
    ("term", "title", "kind", "is_overtaken"),
    [
        (SECTION_232, "GUIDANCE: Section 232 Import Duties on Unmanned Aircraft Systems", EntryKind.GUIDANCE, True),
        (SECTION_232, "Section 232 Credit Report Now Available", EntryKind.INFORMATION, False),
        (SECTION_232, "GUIDANCE: Section 301 Import Duties on Cranes", EntryKind.GUIDANCE, False),
        (SECTION_232, "GUIDANCE: Duties under Trade Expansion Act of 1962", EntryKind.GUIDANCE, False),
        (UFLPA, "DHS Places New Additions to Uyghur Forced Labor Prevention Act (UFLPA) Entity List", EntryKind.INFORMATION, True),
        (UFLPA, "Revamped Forced Labor Website and Update to the UFLPA Statistics Dashboard", EntryKind.INFORMATION, False),
        (UFLPA, "GUIDANCE: Duties on UFLPA-Compliant Cotton", EntryKind.GUIDANCE, False),
        (CAPE, "UPDATE: Consolidated Administration and Processing of Entries", EntryKind.GUIDANCE, True),
    ],
)
def test_the_name_of_a_term_is_one_rare_word_and_enough_in_guidance(term: Term, title: str, kind: EntryKind, is_overtaken: bool) -> None:
    assert on_definition(term, later(title, "revenue", kind=kind)) == ("69035485" if is_overtaken else "")


def test_a_statement_that_says_of_which_day_it_is_has_the_terms_that_it_names() -> None:
    said = replace(SECTION_232.definition, text="Section 232 covered metals as of 30 January 2026.")
    made = replace(catalog(said), terms=(SECTION_232,))
    drones = later("GUIDANCE: Section 232 Import Duties on Unmanned Aircraft Systems", "revenue", kind=EntryKind.GUIDANCE)
    passage = Passage("pti:revenue", "fact", said.text, said)
    assert overtaken_by(passage, comparison(made, [drones])) == drones
    assert overtaken_by(replace(passage, text="In January 2026 232 covered metals."), comparison(made, [drones])) is None


def test_a_technical_message_about_something_else_as_well_changes_nothing() -> None:
    assert found(FACT, replace(SIMILAR, topics=entry("1", "", "revenue", "textiles").topics, kind=EntryKind.TECHNICAL)) == ""
    assert found(FACT, replace(SIMILAR, topics=entry("1", "", "revenue", "textiles").topics, kind=EntryKind.GUIDANCE)) == "69035485"


def test_the_subject_decides_what_a_statement_is_about_before_its_words() -> None:
    passage = Passage("pti:ipr", "fact", FACT.text, FACT)  # "refund" is a word of Revenue
    assert overtaken_by(passage, comparison(catalog(FACT), [replace(SIMILAR, kind=EntryKind.GUIDANCE)])) is None


def test_a_term_without_a_topic_is_only_changed_by_a_message_that_names_its_source() -> None:
    alone = replace(CAPE, see=("office:office-of-trade",))
    assert on_definition(alone, replace(SIMILAR, kind=EntryKind.GUIDANCE)) == ""
    assert on_definition(alone, replace(SIMILAR, body="replaces CSMS # 68396594")) == "69035485"


def test_a_page_counts_from_the_day_on_which_staff_read_it() -> None:
    page = replace(FACT, source="https://www.cbp.gov/trade/cape", as_of="2026-04")
    assert found(page, SIMILAR) == "69035485"
    assert found(replace(page, read="2026-06"), SIMILAR) == ""
    assert found(replace(FACT, read="2026-11"), SIMILAR) == "69035485"  # a message stays as it was when it is read again


def test_a_statement_without_a_date_is_never_overtaken() -> None:
    assert found(replace(FACT, as_of=""), SIMILAR) == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026", date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 28)),
        ("2024-12", date(2024, 12, 31)),
        ("2026-02-06", date(2026, 2, 6)),
        ("", None),
        ("x", None),
    ],
)
def test_a_date_ends_with_its_period(text: str, day: date | None) -> None:
    assert last_day(text) == day


def test_the_statements_of_a_catalog_that_messages_may_have_overtaken_are_found() -> None:
    fine = Statement("Fees are due every year.", "CSMS 67236626", "2025-12-29")
    made = catalog(FACT, fine)
    assert overtaken(made, [SIMILAR, later("Fees", "revenue", number="69999999")]) == {FACT: SIMILAR}
    assert overtaken(made, []) == {}


def test_rare_words_are_those_of_few_statements() -> None:
    made = catalog(FACT, *(Statement(f"Refunds number {number}.", "flyer", "2020") for number in range(200)))
    assert vocabulary(made).rare("CAPE refunds unheard") == {"cape"}
    assert len(passages(made)) > 200
    assert isinstance(made.ptis[0], Pti)
    assert isinstance(made.topics[0], Topic)
