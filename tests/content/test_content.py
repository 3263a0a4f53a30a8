"""The shipped content covers the flyer and the careers page, uses official names, and states nothing that nobody has seen.

The same holds after an ordinary edit: nothing here counts what staff own.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from content.catalog import Catalog, Center, Contact, Duty, Pti, Question, Role, Statement
from content.loading.files import read_files
from content.loading.loader import load_files
from tests.support.edited_content import edit
from tests.support.paths import CONTENT
from tests.support.statements import parts

PTIS = {
    "agriculture-quota": ("Agriculture and Quota", "Agriculture and Quota", "Agriculture programs"),
    "ad-cvd": (
        "Anti-dumping and Countervailing Duties (AD/CVD)",
        "Antidumping and Countervailing Duties",
        "Antidumping and countervailing duties",
    ),
    "trade-agreements": ("Free Trade Agreements (FTA)", "Trade Agreements", "Trade agreements and preference programs"),
    "import-safety": ("Import Safety", "Import Safety", "Import safety"),
    "ipr": ("Intellectual Property Rights (IPR)", "Intellectual Property Rights", "Intellectual property rights"),
    "revenue": ("Revenue", "Revenue", "Revenue"),
    "textiles": ("Textiles and Wearing Apparel", "Textiles", "Textiles and wearing apparel"),
}
"""Slug -> the names on the flyer, on cbp.gov and in 19 U.S.C. 4322."""

RESOURCES = {
    "usmca": "USMCA Questions",
    "priority-trade-issues": "Priority Trade Issues: High Risk Areas for the U.S.",
    "importers-exporters": "Guidance for Importers and Exporters",
    "ace": "Report Imports and Exports: Automated Commercial Environment (ACE)",
    "csms": "Receive News and Updates on ACE and Important Trade Topics",
    "forced-labor": "Learn How CBP Combats Forced Labor",
    "rulings": "Information on Past and Present Rulings",
    "events": "Upcoming Events and Advisory Committees",
    "covid-19": "CBP COVID-19 Updates and Announcements",
}
"""Slug -> the title on the flyer, in its order."""

FLYER_PATHS = {
    "usmca": "/trade/priority-issues/trade-agreements/free-trade-agreements/USMCA",
    "priority-trade-issues": "/trade/priority-issues",
    "importers-exporters": "/trade/basic-import-export",
    "ace": "/trade/automated",
    "csms": "/trade/automated/cargo-systems-messaging-service",
    "forced-labor": "/trade/programs-administration/forced-labor",
    "rulings": "/trade/rulings",
    "events": "/trade/stakeholder-engagement",
    "covid-19": "/newsroom/coronavirus",
}

BULLETS = {
    "attorney-advisor": ("Attorney Advisor", 11, 5),
    "auditor": ("Auditor", 4, 7),
    "economist": ("Economist", 7, 7),
    "international-trade-analyst": ("International Trade Analyst", 7, 5),
    "import-specialist": ("Import Specialist", 7, 2),
    "management-and-program-analyst": ("Management and Program Analyst", 7, 5),
}
"""Slug -> the name on the careers page, and its numbers of assignments and skills in November 2026."""

ATTORNEY_NAMES = (
    "Harmonized Tariff Schedule of the United States",
    "United States International Trade Commission",
    "Freedom of Information Act",
    "World Customs Organization",
    "Harmonized System Committee",
    "Technical Committee on Customs Valuation",
    "United States Trade Representative",
    "Office of Chief Counsel",
    "Department of Justice",
)

CENTERS = {
    "001": ("Pharmaceuticals, Health & Chemicals", "New York"),
    "002": ("Agriculture & Prepared Products", "Miami"),
    "003": ("Automotive & Aerospace", "Detroit"),
    "004": ("Apparel, Footwear & Textiles", "San Francisco"),
    "005": ("Base Metals", "Chicago"),
    "006": ("Petroleum, Natural Gas & Minerals", "Houston"),
    "007": ("Electronics", "Los Angeles / Long Beach"),
    "008": ("Consumer Products & Mass Merchandising", "Atlanta"),
    "009": ("Industrial & Manufacturing Materials", "Buffalo"),
    "010": ("Machinery", "Laredo"),
}

SHARED_WORDS = {
    "tpl": {"agriculture-quota", "textiles", "trade-agreements"},
    "tariff preference level": {"agriculture-quota", "textiles", "trade-agreements"},
    "lacey": {"agriculture-quota", "import-safety"},
    "lacey act": {"agriculture-quota", "import-safety"},
    "solar panels": {"ad-cvd", "revenue"},
}
"""Words that are synonyms of several PTIs on purpose."""

OFFICIAL_HOSTS = re.compile(
    r"https?://([a-z0-9-]+\.)*(gov|content\.govdelivery\.com"
    r"|webarchive\.library\.unt\.edu(?=/.*/https?://[a-z.]*\.gov))"  # government pages as they were
    r"(:443)?(/|$)"
)
"""Allowed sources of official statements."""

STALE = re.compile(r"\b(IEEPA|Section (122|232|301|338)|CAPE)\b")


@pytest.fixture(scope="module", params=[dict, edit], ids=["shipped", "edited"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return load_files(request.param(read_files(CONTENT)))


def sourced(catalog: Catalog) -> Iterator[tuple[str, Statement | Question | Contact]]:
    for where, part in parts(catalog):
        if isinstance(part, Statement | Question | Contact):
            yield where, part


def test_the_office_says_what_the_flyer_says(catalog: Catalog) -> None:
    assert (catalog.office.slug, catalog.office.name) == ("office-of-trade", "Office of Trade")
    assert catalog.office.motto == "Facilitate. Enforce. Protect."
    said = " ".join(statement.text for statement in (*catalog.office.mission, *catalog.office.facts))
    kept = ("lawful trade", "health and safety", "fair, competitive and safe", "transnational crime", "unfair trade practices", "seven")
    assert [thing for thing in kept if thing not in said] == []
    assert {statement.source for statement in catalog.office.mission} == {"flyer", "careers page"}


def test_the_ten_centers_have_their_names_and_cities(catalog: Catalog) -> None:
    assert {center.code: (center.name, center.city) for center in catalog.centers}.items() >= CENTERS.items()


def test_the_seven_ptis_have_their_three_official_names(catalog: Catalog) -> None:
    assert {pti.slug: (pti.name, pti.cbp_name, pti.statute_name) for pti in catalog.ptis}.items() >= PTIS.items()
    assert [pti.slug for pti in catalog.ptis if pti.slug in PTIS] == list(PTIS)


@pytest.mark.parametrize("slug", PTIS)
def test_every_pti_has_enough_content_to_answer_questions(catalog: Catalog, slug: str) -> None:
    pti = next(pti for pti in catalog.ptis if pti.slug == slug)
    assert pti.summary.source == "flyer"
    assert any("4322" in statement.text for statement in pti.authority)
    assert len([fact for fact in pti.facts if fact.shown]) >= 4
    assert len([question for question in pti.questions if question.shown]) >= 2
    assert pti.tools
    assert [contact for contact in pti.contacts if contact.shown]
    assert pti.ptis
    assert pti.roles
    assert pti.resources
    assert len(pti.synonyms) >= 30


@pytest.mark.parametrize("slug", PTIS)
def test_the_facts_on_a_card_are_short(catalog: Catalog, slug: str) -> None:
    pti = next(pti for pti in catalog.ptis if pti.slug == slug)
    card = [fact for fact in pti.facts if fact.shown][:3]
    assert card == list(pti.facts[:3])
    assert [fact.text for fact in card if len(fact.text) > 160] == []


def test_a_pti_has_a_center_or_a_fact_explains_that_it_has_none(catalog: Catalog) -> None:
    for pti in catalog.ptis:
        assert pti.centers or any("Center of Excellence and Expertise" in fact.text for fact in pti.facts), pti.slug


def test_words_of_two_ptis_are_synonyms_of_both(catalog: Catalog) -> None:
    holders: dict[str, set[str]] = {}
    for pti in catalog.ptis:
        for word in pti.synonyms:
            holders.setdefault(word.casefold(), set()).add(pti.slug)
    assert {word: slugs & holders.get(word, set()) for word, slugs in SHARED_WORDS.items()} == SHARED_WORDS


def test_revenue_takes_questions_about_trade_remedies_and_says_so(catalog: Catalog) -> None:
    revenue = next(pti for pti in catalog.ptis if pti.slug == "revenue")
    assert {"section 201", "section 232", "section 301", "section 122", "ieepa"} <= set(revenue.synonyms)
    (said,) = [fact for fact in revenue.facts if "not one of the seven" in fact.text]
    assert said.status == "derived"
    assert all(number in said.text for number in ("201", "232", "301", "122", "IEEPA"))


def test_revenue_links_to_the_page_of_all_ptis(catalog: Catalog) -> None:
    assert next(pti for pti in catalog.ptis if pti.slug == "revenue").url == "https://www.cbp.gov/trade/priority-issues"


@pytest.mark.parametrize("slug", BULLETS)
def test_roles_have_one_entry_per_bullet_of_the_careers_page(catalog: Catalog, slug: str) -> None:
    role = next(role for role in catalog.roles if role.slug == slug)
    name, assignments, skills = BULLETS[slug]
    assert role.name == name
    assert len(role.assignments) >= assignments
    assert len(role.skills) >= skills
    assert role.source.startswith("careers page")
    assert len(role.synonyms) >= 15


def test_the_six_roles_are_in_the_order_of_the_careers_page(catalog: Catalog) -> None:
    assert [role.slug for role in catalog.roles if role.slug in BULLETS] == list(BULLETS)


def _role(catalog: Catalog, slug: str) -> Role:
    return next(role for role in catalog.roles if role.slug == slug)


def test_the_attorney_advisor_has_every_official_name_on_the_page(catalog: Catalog) -> None:
    role = _role(catalog, "attorney-advisor")
    said = " ".join((role.summary.text, *(duty.text for duty in (*role.assignments, *role.skills))))
    for name in (*ATTORNEY_NAMES, "Regulations and Rulings Directorate"):
        assert name in said, name


def test_the_import_specialist_mentions_work_abroad_and_vacancies(catalog: Catalog) -> None:
    facts = [fact for fact in _role(catalog, "import-specialist").facts if fact.shown]
    assert any("abroad" in fact.text and "child labor" in fact.text for fact in facts)
    (vacancies,) = [fact for fact in facts if "not in the Office of Trade" in fact.text]
    assert "Office of Field Operations" in vacancies.text
    assert vacancies.status == "official"


def test_no_role_states_a_job_series_number(catalog: Catalog) -> None:
    for role in catalog.roles:
        said = " ".join(fact.text for fact in role.facts)
        for series in ("0905", "0511", "0110", "0343", "1140"):
            assert series not in said, (role.slug, series)


def test_the_nine_resources_have_the_titles_order_and_addresses_of_the_flyer(catalog: Catalog) -> None:
    resources = {resource.slug: resource for resource in catalog.resources if resource.slug in RESOURCES}
    assert {slug: resource.title for slug, resource in resources.items()} == RESOURCES
    assert list(resources) == list(RESOURCES)
    assert {slug: resource.url for slug, resource in resources.items()} == {
        slug: f"https://www.cbp.gov{path}" for slug, path in FLYER_PATHS.items()
    }
    assert all(len(resource.synonyms) >= 15 for resource in resources.values())


def test_moved_resources_have_a_successor_and_stale_ones_are_archived(catalog: Catalog) -> None:
    states = {resource.slug: resource.state for resource in catalog.resources}
    assert (states["forced-labor"], states["covid-19"]) == ("moved", "archived")
    successors = {resource.slug: resource.successor.url for resource in catalog.resources if resource.successor}
    assert successors["forced-labor"] == "https://www.cbp.gov/trade/forced-labor"
    assert all(resource.successor for resource in catalog.resources if resource.state == "moved")
    assert all(resource.note for resource in catalog.resources if resource.state != "current")


def test_the_rulings_resource_links_to_the_search_and_the_request(catalog: Catalog) -> None:
    rulings = next(resource for resource in catalog.resources if resource.slug == "rulings")
    assert {"https://rulings.cbp.gov", "https://erulings.cbp.gov"} <= {link.url for link in rulings.links}


def test_no_wording_asks_two_different_questions(catalog: Catalog) -> None:
    answers = [part for _, part in parts(catalog) if isinstance(part, Question | Statement | Contact | Center | Duty)]
    wordings = Counter(wording.casefold() for answer in answers for wording in answer.also)
    wordings.update(answer.q.casefold() for answer in answers if isinstance(answer, Question))
    assert [wording for wording, count in wordings.items() if count > 1] == []


def test_summaries_are_never_secondary(catalog: Catalog) -> None:
    openers = [pti.summary for pti in catalog.ptis] + [role.summary for role in catalog.roles]
    openers += [resource.summary for resource in catalog.resources] + [topic.summary for topic in catalog.topics]
    openers += [*catalog.office.mission, *(term.definition for term in catalog.terms)]
    assert all(statement.shown for statement in openers)


def test_official_statements_have_an_official_source(catalog: Catalog) -> None:
    for where, part in sourced(catalog):
        if part.status == "official":
            for address in re.findall(r"https?://[^\s;,]+", part.source):
                assert OFFICIAL_HOSTS.match(address), (where, address)


def test_tariff_facts_and_figures_give_their_date_in_the_text(catalog: Catalog) -> None:
    revenue = next(pti for pti in catalog.ptis if pti.slug == "revenue")
    perishable = [fact for fact in revenue.facts if STALE.search(fact.text) and fact.status != "derived"]
    assert len(perishable) >= 4
    stats = [stat for pti in catalog.ptis for stat in pti.stats]
    for statement in (*perishable, *stats):
        assert re.search(r"\b20[0-3]\d\b", statement.text), statement.text


def test_the_quota_headquarters_mailbox_is_internal_and_those_for_the_trade_are_public(catalog: Catalog) -> None:
    audience = {contact.value: contact.audience for pti in catalog.ptis for contact in pti.contacts}
    assert audience["HQQUOTA@cbp.dhs.gov"] == "internal"
    public = {"usmca@cbp.dhs.gov", "eapallegations@cbp.dhs.gov", "IPRRQuestions@cbp.dhs.gov", "OTDRAWBACK@cbp.dhs.gov", "1-800-BE-ALERT"}
    assert {audience[value] for value in public} == {"public"}


def test_no_text_contains_an_internal_mailbox(catalog: Catalog) -> None:
    internal = [part.value for _, part in parts(catalog) if isinstance(part, Contact) and part.audience == "internal"]
    texts = [part.text for _, part in parts(catalog) if isinstance(part, Statement)]
    texts += [f"{part.q} {part.a}" for _, part in parts(catalog) if isinstance(part, Question)]
    texts += [resource.note for resource in catalog.resources]
    assert internal
    for value in internal:
        assert not [text for text in texts if value.casefold() in text.casefold()]


def test_glossary_terms_say_what_to_read_next(catalog: Catalog) -> None:
    assert all(term.see for term in catalog.terms)


def test_feeds_have_their_address_and_a_reasonable_interval(catalog: Catalog) -> None:
    feeds = {feed.slug: feed for feed in catalog.feeds}
    assert [source.kind for source in feeds["csms"].sources] == ["rss", "jsonp", "rss"]
    assert (feeds["csms"].publishes, feeds["account"].publishes) == ("csms", "account")
    assert feeds["csms"].every == 60
    assert all(feed.every >= 60 for feed in catalog.feeds)
    assert "u-s-customs-and-border-protection" in feeds["federal-register"].sources[0].url


@pytest.mark.parametrize(
    ("slug", "kind", "part"),
    [
        ("federal-register-ustr", "federal-register", "=trade-representative-office-of-united-states&"),
        ("federal-register-ita", "federal-register", "=international-trade-administration&"),
        ("federal-register-usitc", "federal-register", "=international-trade-commission&"),
        ("federal-register-uflpa", "federal-register", "=%22UFLPA+Entity+List%22&"),
        ("federal-register-tariffs", "federal-register", "=PRESDOCU&"),
        ("cross-rulings", "cross-rulings", "rulings.cbp.gov/api/search?"),
        ("hts-revisions", "hts-releases", "hts.usitc.gov/reststop/releaseList"),
        ("ustr-news", "drupal", "ustr.gov/rss.xml"),
        ("white-house", "rss", "www.whitehouse.gov/presidential-actions/feed/"),
    ],
)
def test_feeds_beside_those_of_cbp_are_asked_seldom_and_posted_only_by_name(catalog: Catalog, slug: str, kind: str, part: str) -> None:
    feed = next(each for each in catalog.feeds if each.slug == slug)
    assert [source.kind for source in feed.sources] == [kind]
    assert part in feed.sources[0].url
    assert feed.by_name_only
    assert feed.every >= 3600
    assert len(feed.name) <= 75  # Slack's limit for an option


@pytest.mark.parametrize("name", ["office", "ptis", "roles", "resources", "glossary", "topics", "feeds", "elsewhere"])
def test_every_file_starts_with_notes_for_editors(name: str) -> None:
    head = (CONTENT / f"{name}.yaml").read_text("utf-8").split("\n\n", 1)[0]
    assert head.startswith("# How this file works\n")
    assert "/trade-admin check" in head
    assert "/trade-admin reload" in head


def _shown(pti: Pti) -> list[str]:
    return [statement.text for statement in (pti.summary, *pti.authority, *pti.facts, *pti.stats) if statement.shown]


def test_no_pti_repeats_a_statement(catalog: Catalog) -> None:
    for pti in catalog.ptis:
        texts = _shown(pti)
        assert len(texts) == len(set(texts)), pti.slug
