"""A clear query finds one subject, an ambiguous one a few, and a query about something else none."""

import subprocess
import sys
from dataclasses import replace

import pytest

from content.catalog import KINDS, Catalog, Elsewhere, Link, Resource, Role, Statement, Term, attach_compiled, get, title
from content.search.lookup import MAX_SUBJECTS, NOTHING, Match, find, find_name, keys_of
from content.search.names import names_of
from tests.support.paths import CONTENT
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CATALOG as SMALL
from tests.support.small_catalog import duties, pti, topic

NOWHERE = Statement("", "", "")


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return shipped_catalog()


def role(slug: str, name: str, *synonyms: str, assignments: tuple[str, ...] = (), skills: tuple[str, ...] = ()) -> Role:
    return Role(slug, name, NOWHERE, duties(*assignments), duties(*skills), "", "", (), (), (), synonyms)


def resource(slug: str, name: str, *synonyms: str) -> Resource:
    return Resource(slug, name, "https://www.cbp.gov/trade", "current", NOWHERE, None, "", (), (), (), synonyms)


def term(slug: str, name: str, expansion: str, definition: str = "", see: tuple[str, ...] = ()) -> Term:
    return Term(slug, name, expansion, replace(NOWHERE, text=definition), "", (), see)


CATALOG = replace(
    SMALL,
    ptis=(
        *SMALL.ptis,
        pti("revenue", "Revenue", "Revenue", "drawback", "duties", "bond", "refund", "duties and taxes"),
        pti("textiles", "Textiles and Wearing Apparel", "Textiles", "garments", "tpl", "shoes"),
        pti("trade-agreements", "Free Trade Agreements (FTA)", "Trade Agreements", "usmca", "tpl", "help", "certificate of origin"),
        pti("ipr", "Intellectual Property Rights (IPR)", "Intellectual Property Rights", "counterfeit", "fake", "trademark"),
    ),
    roles=(
        role("auditor", "Auditor", "audit", assignments=("Analyzes the financial records of importers.",)),
        role(
            "import-specialist", "Import Specialist", "specialist", "is", assignments=("Inspects cargo manifests.", "Masters a commodity.")
        ),
        role("economist", "Economist", assignments=("Writes economic analyses for the rulemaking docket.",), skills=("Statistics",)),
        role("program-analyst", "Management and Program Analyst", "mpa", assignments=("Evaluates programs.",), skills=("Statistics",)),
        role("trade-analyst", "International Trade Analyst", "ita", assignments=("Is the liaison to an industry sector.",)),
    ),
    resources=(
        resource("usmca", "USMCA Questions", "certificate of origin"),
        resource("ace", "Report Imports and Exports: Automated Commercial Environment (ACE)", "filing"),
        resource("forced-labor", "Learn How CBP Combats Forced Labor"),
    ),
    terms=(
        term("ace", "ACE", "Automated Commercial Environment"),
        term("usmca", "USMCA", "United States-Mexico-Canada Agreement", see=("pti:trade-agreements",)),
        term("mpf-hmf", "MPF / HMF", "Merchandise Processing Fee / Harbor Maintenance Fee", see=("pti:revenue",)),
        term("ad-cvd", "AD/CVD", "Antidumping and countervailing duties", "Offsets unfairly low prices.", see=("pti:ad-cvd",)),
        term("isf", "ISF", "Importer Security Filing (10+2)"),
    ),
    topics=(
        replace(topic("tariffs", "Tariffs", "section 301"), ptis=("revenue",)),
        topic("forced-labor", "Forced labor"),
        topic("revenue", "Revenue", is_pti=True),
    ),
)


def one(subject: str) -> Match:
    return Match((subject,), True)


@pytest.mark.parametrize("words", ["Revenue", "revenue", "  REVENUE ", "the revenue PTI", "what is Revenue?", "/pti revenue"])
def test_an_exact_name_is_found(words: str) -> None:
    assert find(CATALOG, words, ("pti",)) == one("pti:revenue")


@pytest.mark.parametrize(
    "words",
    [
        "Anti-dumping and Countervailing Duties (AD/CVD)",
        "Antidumping and Countervailing Duties",
        "AD/CVD",
        "ad cvd",
        "adcvd",
        "ADCVD",
        "anti dumping & countervailing duty",
        "antidumping",
        "ad-cvd",
    ],
)
def test_spaces_hyphens_slashes_and_plurals_make_no_difference(words: str) -> None:
    assert find(CATALOG, words, ("pti",)) == one("pti:ad-cvd")


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("antidumpng", "pti:ad-cvd"),
        ("revnue", "pti:revenue"),
        ("drawbakc", "pti:revenue"),
        ("intelectual proprety", "pti:ipr"),
        ("countterfeit", "pti:ipr"),
        ("free trade agrement", "pti:trade-agreements"),
        ("wearing aparel", "pti:textiles"),
        ("agricluture", "pti:agriculture-quota"),
    ],
)
def test_a_misspelled_name_is_found(words: str, subject: str) -> None:
    assert find(CATALOG, words, ("pti",)) == one(subject)


def test_a_part_of_a_name_is_offered() -> None:
    assert find(CATALOG, "countervaling", ("pti",)) == Match(("pti:ad-cvd",), False)
    assert find(CATALOG, "property", ("pti",)) == Match(("pti:ipr",), False)


@pytest.mark.parametrize("words", ["band", "quote", "usa", "tlp", "ipx", "parent", "refuse", "fame"])
def test_short_words_and_english_words_are_not_corrected(words: str) -> None:
    assert find(CATALOG, words, ("pti",)) == NOTHING


def test_a_known_word_is_not_corrected() -> None:
    catalog = replace(CATALOG, ptis=(pti("bonds", "Bonds", "Bonds", "surety"), pti("bands", "Bands", "Bands", "music")))
    assert find(catalog, "bond", ("pti",)) == one("pti:bonds")
    assert find(catalog, "band", ("pti",)) == one("pti:bands")


@pytest.mark.parametrize("words", ["forced labour", "FORCED-LABOR", "Learn how CBP combats forced labor"])
def test_british_spelling_is_the_same_word(words: str) -> None:
    assert find(CATALOG, words, ("resource",)) == one("resource:forced-labor")


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("who handles quota", "pti:agriculture-quota"),
        ("how do I report fake handbags?", "pti:ipr"),
        ("where does the sugar go", "pti:agriculture-quota"),
        ("can I get a refund for my drawback claim", "pti:revenue"),
    ],
)
def test_stop_words_do_not_matter(words: str, subject: str) -> None:
    assert find(CATALOG, words, ("pti",)).subjects == (subject,)


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("what is a protest?", "term:protest"),
        ("in-bond, what does it mean", "term:in-bond-movement"),
        ("what is the revenue pti?", "pti:revenue"),
        ("tell me about EAPA", "term:eapa"),
    ],
)
def test_a_name_counts_beside_words_that_only_carry_the_question(shipped: Catalog, query: str, subject: str) -> None:
    assert find_name(shipped, query, KINDS, strictly=False) == Match((subject,), True)
    assert find_name(shipped, query, KINDS, strictly=True) == NOTHING


@pytest.mark.parametrize(
    "query", ["who can file a protest", "where do I record a trademark", "how long is a TIB", "what are surrogate values for"]
)
def test_a_name_does_not_answer_a_question_that_asks_for_more(shipped: Catalog, query: str) -> None:
    assert find_name(shipped, query, KINDS, strictly=False) == NOTHING


def test_a_longer_name_hides_its_parts() -> None:
    assert find(CATALOG, "certificate of origin for garments", ("pti",)).subjects[0] == "pti:trade-agreements"
    assert find(CATALOG, "duties and taxes", ("pti",)) == one("pti:revenue")


def test_a_problem_with_goods_counts_more_than_the_goods() -> None:
    assert find(CATALOG, "fake shoes", ("pti",)).subjects == ("pti:ipr",)


def test_a_name_of_several_is_offered() -> None:
    assert find(CATALOG, "TPL", ("pti",)) == Match(("pti:textiles", "pti:trade-agreements"), False)


def test_two_names_in_one_query_are_both_offered() -> None:
    match = find(CATALOG, "counterfeit garments", ("pti",))
    assert find(CATALOG, "sugar and garments", ("pti",)).subjects == ("pti:agriculture-quota", "pti:textiles")
    assert not match.sure or match.subjects == ("pti:ipr",)


def test_an_everyday_word_next_to_unknown_words_is_only_offered() -> None:
    assert find(CATALOG, "bond", ("pti",)) == one("pti:revenue")
    assert find(CATALOG, "bond villains quarterly", ("pti",)) == Match(("pti:revenue",), False)


def test_a_stop_word_in_capitals_can_be_a_name() -> None:
    assert find(CATALOG, "IS", ("role",)) == one("role:import-specialist")
    assert find(CATALOG, "what does an IS do", ("role",)).subjects == ("role:import-specialist",)
    assert not find(CATALOG, "help", ("pti",)).sure
    assert find(CATALOG, "what is this", ("role",)) == NOTHING


@pytest.mark.parametrize(
    "words",
    ["pizza", "passport renewal", "visa application", "weather", "border wall", "asdfgh", "how are you", "what is the"],
)
@pytest.mark.parametrize("kinds", [("pti",), ("role",), ("resource",), ("term",), KINDS])
def test_a_query_about_something_else_finds_nothing(words: str, kinds: tuple[str, ...]) -> None:
    assert find(CATALOG, words, kinds) == NOTHING


def test_what_the_bot_does_not_answer_names_no_subject() -> None:
    page = Link("USA.gov", "https://www.usa.gov")
    films = Elsewhere("films", "Films", NOWHERE, page, ("james bond",), (), ("who plays James Bond",), ())
    assert find(CATALOG, "james bond", ("pti",)) == Match(("pti:revenue",), False)
    assert find(replace(CATALOG, elsewhere=(films,)), "james bond", ("pti",)) == NOTHING


@pytest.mark.parametrize(
    "words",
    [
        "border patrol agent",
        "customs officer",
        "budget analyst",
        "agriculture specialist",
        "cargo pilot",
        "port director",
        "broker",
        "IT specialist",
        "it auditor",
        "commissioner of CBP",
        "freight forwarder",
    ],
)
def test_an_unknown_job_title_does_not_find_the_nearest_role(words: str) -> None:
    assert find(CATALOG, words, ("role",)) == NOTHING


@pytest.mark.parametrize(
    ("words", "subject"),
    [("senior auditor", "auditor"), ("commodity specialist", "import-specialist"), ("CBP economist job", "economist")],
)
def test_a_job_title_may_contain_words_about_the_role(words: str, subject: str) -> None:
    assert find(CATALOG, words, ("role",)).subjects == (f"role:{subject}",)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("who inspects cargo", "import-specialist"),
        ("who drafts things for the rulemaking docket", "economist"),
        ("checks financial records", "auditor"),
        ("liaison with industry", "trade-analyst"),
        ("import spec", "import-specialist"),
    ],
)
def test_a_role_is_found_by_what_it_does(words: str, subject: str) -> None:
    assert find(CATALOG, words, ("role",)).subjects == (f"role:{subject}",)


def test_work_of_several_roles_offers_them() -> None:
    assert find(CATALOG, "statistics", ("role",)) == Match(("role:economist", "role:program-analyst"), False)
    assert find(CATALOG, "analyst", ("role",)) == Match(("role:program-analyst", "role:trade-analyst"), False)


def test_a_name_of_another_kind_is_not_matched_word_by_word() -> None:
    assert find(CATALOG, "auditor", ("pti",)) == NOTHING
    assert find(CATALOG, "usmca", ("role",)) == NOTHING


@pytest.mark.parametrize(
    ("words", "slug"), [("hmf", "mpf-hmf"), ("merchandise processing fee", "mpf-hmf"), ("10+2", "isf"), ("cvd", "ad-cvd"), ("ACE", "ace")]
)
def test_a_term_is_found_by_each_of_its_forms(words: str, slug: str) -> None:
    assert find(CATALOG, words, ("term",)) == one(f"term:{slug}")


def test_a_term_and_a_topic_lead_to_the_pti_they_point_to() -> None:
    assert find(CATALOG, "harbour maintenance fee", ("pti",)) == one("pti:revenue")
    assert find(CATALOG, "section 301", ("pti",)) == one("pti:revenue")
    assert find(CATALOG, "unfairly low prices", ("pti",)).subjects == ("pti:ad-cvd",)


def test_a_name_is_not_reduced_to_a_neutral_word() -> None:
    catalog = replace(CATALOG, ptis=(replace(CATALOG.ptis[0], synonyms=("trade day",)),))
    assert find(catalog, "trade day", ("pti",)).sure
    assert find(catalog, "what is trade", ("pti",)) == NOTHING


def test_a_pasted_address_is_searched_by_its_words() -> None:
    assert find(CATALOG, "https://www.cbp.gov/trade/forced-labor", ("resource",)) == one("resource:forced-labor")
    assert find(CATALOG, "https://www.cbp.gov/trade", ("resource",)) == NOTHING


def test_addresses_in_statements_are_not_indexed() -> None:
    said = Statement("Recording moved to iprr.cbp.gov; it was apps.cbp.gov/e-recordations.", "flyer", "2026")
    catalog = replace(CATALOG, ptis=(replace(CATALOG.ptis[0], facts=(said,)),))
    assert find(catalog, "CBP One app", ("pti",)) == NOTHING
    assert find(catalog, "recording moved", ("pti",)).subjects == ("pti:agriculture-quota",)


def test_statements_that_are_not_shown_are_not_indexed() -> None:
    hidden = Statement("Zebras are seized.", "https://news.example", "2026", "secondary")
    shown = replace(hidden, status="official")
    assert find(replace(CATALOG, ptis=(replace(CATALOG.ptis[0], facts=(hidden,)),)), "zebras", ("pti",)) == NOTHING
    assert find(replace(CATALOG, ptis=(replace(CATALOG.ptis[0], facts=(shown,)),)), "zebras", ("pti",)).subjects == (
        "pti:agriculture-quota",
    )


def test_among_all_kinds_resources_come_before_terms_and_terms_before_slugs() -> None:
    assert find(CATALOG, "usmca", KINDS) == one("resource:usmca")
    assert find(CATALOG, "ACE", KINDS) == one("term:ace")
    assert find(CATALOG, "forced labor", KINDS) == one("resource:forced-labor")
    assert find(CATALOG, "revenue", KINDS) == one("pti:revenue")


def test_a_synonym_of_several_kinds_offers_them() -> None:
    assert find(CATALOG, "certificate of origin", KINDS) == Match(("resource:usmca", "pti:trade-agreements"), False)


def test_only_the_requested_kinds_are_found() -> None:
    for kind in KINDS:
        for words in ("usmca", "ace", "revenue", "auditor", "forced labor", "office of trade", "fake sugar bond"):
            assert all(subject.startswith(f"{kind}:") for subject in find(CATALOG, words, (kind,)).subjects)
    assert find(CATALOG, "revenue", ()) == NOTHING
    assert find(CATALOG, "revenue", ("no such kind",)) == NOTHING


@pytest.mark.parametrize(
    "words",
    [
        "",
        " \t\r\n",
        "\x00",
        "\x00revenue\x00" * 50,
        "a" * 100_000,
        "revenue " * 20_000,
        "(((((a+)+)+$ [a-z] \\1 .* ?",
        "'; DROP TABLE entry; --",
        "\u202eeunever\u202c",
        "إيرادات الجمارك",
        "关税 和 配额",
        "🎉🔥💸",
        "\ud800\udfff lone",
        "ﷺ" * 200,
        "n\u0303" * 300,
        "%s %d {0} {revenue}",
        "<script>alert(1)</script>",
        "-" * 200,
        "İSTANBUL ß ſ ﬁ",
        "１２３４５",
    ],
)
def test_no_query_raises(words: str) -> None:
    for kinds in (("pti",), ("role",), KINDS):
        match = find(CATALOG, words, kinds)
        assert len(match.subjects) <= MAX_SUBJECTS
        assert not match.sure or len(match.subjects) == 1


def test_invisible_characters_are_ignored() -> None:
    assert find(CATALOG, "\u202erev\u200benue\x00", ("pti",)) == one("pti:revenue")
    assert find(CATALOG, "ｒｅｖｅｎｕｅ", ("pti",)) == one("pti:revenue")
    assert find(CATALOG, "révénue", ("pti",)) == one("pti:revenue")


def test_only_the_first_two_hundred_characters_are_read() -> None:
    assert find(CATALOG, "revenue" + " " * 250 + "textiles", ("pti",)) == one("pti:revenue")
    assert find(CATALOG, " " * 250 + "textiles", ("pti",)) == NOTHING


def test_get_and_title_accept_a_subject() -> None:
    assert get(CATALOG, "pti:revenue") is CATALOG.ptis[-4]
    assert get(CATALOG, "office:office-of-trade") is CATALOG.office
    assert title(CATALOG, "term:usmca") == "USMCA"
    assert title(CATALOG, "resource:usmca") == "USMCA Questions"
    for nobody in ("pti:nothing", "nothing", "", "pti:", ":revenue", "feed:csms"):
        assert get(CATALOG, nobody) is None
        assert title(CATALOG, nobody) == nobody


def test_each_catalog_has_its_own_index() -> None:
    assert find(CATALOG, "zebra", ("pti",)) == NOTHING
    newer = replace(CATALOG, ptis=(*CATALOG.ptis, pti("zebra", "Zebra", "Zebra")))
    assert find(newer, "zebra", ("pti",)) == one("pti:zebra")
    assert find(CATALOG, "zebra", ("pti",)) == NOTHING


def test_every_name_in_the_content_finds_its_subject(shipped: Catalog) -> None:
    """A synonym that search ignores would puzzle the people who edit the YAML."""
    for kind, items in (("pti", shipped.ptis), ("role", shipped.roles), ("resource", shipped.resources)):
        for item in items:
            for name in (item.slug, title(shipped, f"{kind}:{item.slug}"), *item.synonyms):
                assert f"{kind}:{item.slug}" in find(shipped, name, (kind,)).subjects, (kind, item.slug, name)
    for entry in shipped.terms:
        for name in (entry.slug, entry.term, entry.expansion, *entry.aliases):
            assert not name or f"term:{entry.slug}" in find(shipped, name, ("term",)).subjects, (entry.slug, name)


def test_an_exact_name_is_found_without_collecting_names_or_reading_the_index(shipped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = attach_compiled(replace(shipped), shipped.names, "not read")
    monkeypatch.setattr("content.search.names.names_of", lambda *_: pytest.fail("collected the names"))
    assert find(compiled, "revenue", KINDS).subjects == ("pti:revenue",)


def test_compiled_names_equal_collected_ones(shipped: Catalog) -> None:
    assert keys_of(shipped, KINDS) == names_of(shipped, KINDS).by_key


@pytest.mark.process
def test_an_exact_name_needs_neither_the_index_nor_rapidfuzz() -> None:
    code = (
        "import sys\n"
        "from content.search.lookup import find\n"
        "from tests.support.small_catalog import CATALOG\n"
        "assert find(CATALOG, 'byrd amendment', ('pti',)).sure\n"
        "print(*sorted({'rapidfuzz', 'yaml', 'pydantic', 'content.search.scoring', 'content.search.index'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CONTENT.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("what would i find at cbp.gov/trade/rulings", "resource:rulings"),
        ("https://www.cbp.gov/trade/rulings/", "resource:rulings"),
        ("where does www.cbp.gov/trade/automated lead?", "resource:ace"),
    ],
)
def test_the_address_of_a_resource_names_it(asked: str, subject: str) -> None:
    assert find_name(shipped_catalog(), asked, KINDS, strictly=True).subjects == (subject,)


@pytest.mark.parametrize(
    "asked", ["is my jeans ruling on cbp.gov/trade/rulings", "what is at cbp.gov/trade/nothing-here", "what is at x.gov/"]
)
def test_an_address_beside_another_question_or_an_unknown_one_names_nothing(asked: str) -> None:
    assert find_name(shipped_catalog(), asked, KINDS, strictly=True).subjects == ()
