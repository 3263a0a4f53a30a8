"""The shipped rules on titles of our own, modeled on decided cases of trade practice; hostile text does no harm."""

import time

import pytest

from content.catalog import Rule, Statement, Topic
from jobs.classify import classify
from jobs.states import EntryKind, Lead
from tests.support.shipped_catalog import shipped_catalog

TOPICS = shipped_catalog().topics


def topics(title: str, body: str | None = None) -> set[str]:
    return {hit.topic for hit in classify(title, body, TOPICS).topics}


def because(title: str, topic: str, body: str | None = None) -> str:
    return next(hit.because for hit in classify(title, body, TOPICS).topics if hit.topic == topic)


def test_the_reason_quotes_the_words_and_where_they_stand() -> None:
    assert because("USMCA DRAWBACK Claims", "drawback") == 'title: "DRAWBACK"'
    assert because("Spoon update", "tariffs", "Duties under Section 301 on spoons.") == 'body: "Section 301"'
    assert because("Initiation of Antidumping Investigation: Spoons", "ad-cvd").endswith("(an investigation is opened)")
    assert because("Spoon Portal Outage", "outage") == "kind: outage"
    assert because("GUIDANCE: Section 301 Spoons", "revenue") == "with tariffs (additional duties)"
    assert because("Spoons", "other") == "no rule matches"


def test_topics_come_in_the_order_of_the_file_and_once() -> None:
    found = [hit.topic for hit in classify("ACE outage: drawback, USMCA quota and Section 301 spoons", None, TOPICS).topics]
    order = [topic.slug for topic in TOPICS]
    assert found == sorted(set(found), key=order.index)
    assert len(found) >= 5


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        # quotas, whatever the goods
        ("Quota Bulletin 27-999 Spoon Butter", {"agriculture-quota"}),
        ("QB 27", {"agriculture-quota"}),
        ("Section 232 Absolute Quota on Steel Spoons", {"agriculture-quota", "tariffs"}),
        ("Quota Bulletin 27-999 Neverland Free Trade Agreement", {"agriculture-quota", "trade-agreements"}),
        ("Quota Bulletin 27-998 USMCA TPL Neverland", {"agriculture-quota", "trade-agreements", "textiles"}),
        ("GUIDANCE: Third Quarter Steel Bulletins", {"agriculture-quota", "tariffs"}),
        ("AMS Marketing Order on Walnut Spoons", {"agriculture-quota", "pga"}),
        ("CBP agriculture specialists intercept spoon beetles", {"other"}),
        # AD/CVD
        ("Initiation of Antidumping and Countervailing Duty Investigations: Organic Textile Spoons", {"ad-cvd"}),
        ("CBP finds evasion of duties on spoons under EAPA", {"ad-cvd"}),
        ("Bonds for AD/CVD Entries of Spoons", {"ad-cvd", "revenue"}),
        ("AD/CVD App of the ACE Portal Unavailable", {"ad-cvd", "ace", "outage"}),
        # agreements
        ("Termination of Neverland as an AGOA Beneficiary", {"trade-agreements"}),
        ("Implementing Tariff-Related Elements of the U.S.-Neverland Agreement", {"trade-agreements", "tariffs", "revenue"}),
        ("U.S. signs Customs Mutual Assistance Agreement with Neverland", {"other"}),
        ("SPI Changes for Spoons of Neverland", {"trade-agreements"}),
        ("Error F999 Duty Mismatch on Lines With SPI N Rejecting in Error", {"outage", "ace"}),
        ("Rules of Origin Marking for Spoons", {"other"}),
        ("Country of Origin Marking of Spoons", {"other"}),
        ("Export License Procedures for Juice Concentrate from Neverland", {"agriculture-quota", "trade-agreements"}),
        ("Export Certificate Requirement for Sugar of Neverland", {"agriculture-quota", "trade-agreements"}),
        # safety and partner agencies
        ("CPSC Message Set for Spoons", {"import-safety", "pga"}),
        ("FDA System Downtime on Saturday", {"pga", "outage"}),
        ("FDA Help Desk Has a New Telephone Number", {"pga"}),
        ("An Updated TTB Implementation Guide", {"pga"}),
        ("CBP seizes unsafe toys", {"import-safety"}),
        ("CBP seizes hazardous spoons", {"import-safety"}),
        ("Hazardous Substance Superfund Excise Tax on Spoons", {"revenue"}),
        ("Importation of Infant Formula during a Shortage", {"import-safety"}),
        ("Temporary Duty-Free Treatment of Infant Formula", {"revenue"}),
        ("Clearance of Biological Materials", {"import-safety"}),
        ("FDA\u2122s Review of Spoons", {"import-safety", "pga"}),
        ("CBP cracks down on slow cookers", {"other"}),
        # rights
        ("CBP seizes counterfeit handbags and clothing", {"ipr"}),
        ("CBP seizes counterfeit and unsafe chargers", {"ipr", "import-safety"}),
        ("CBP officers stop traveler with counterfeit documents", {"other"}),
        ("General Exclusion Order on Spoons", {"ipr"}),
        # money
        ("Quarterly Interest Rates on Overdue Accounts", {"revenue"}),
        ("Broker Permit User Fee Due", {"revenue"}),
        ("Temporary Importation under Bond (TIB) Absolute Quota on Spoons", {"agriculture-quota"}),
        ("Bond Amounts for Temporary Importation under Bond (TIB) of Spoons", {"revenue"}),
        ("Process to Re-Activate a Deactivated Importer of Record in ACE", {"revenue", "ace"}),
        ("Inactive Importers May No Longer File Spoons", {"revenue"}),
        ("Joint Statement on Spoons", {"other"}),
        ("Drawback Error Dictionary Updated", {"drawback", "revenue", "ace"}),
        ("USMCA Drawback Claims", {"drawback", "revenue", "trade-agreements"}),
        ("Daily Statements Delayed", {"revenue", "outage"}),
        ("GUIDANCE: Section 301 Duties on Spoons", {"tariffs", "revenue"}),
        ("GUIDANCE: Suspending Normal Trade Relations with Neverland", {"tariffs", "revenue"}),
        ("Column 2 Duties on Spoons of Neverland", {"tariffs", "revenue"}),
        ("Extension of Exclusions for Spoons", {"tariffs", "revenue"}),
        ("Entry Summary Create/Update CATAIR: a New Steel Exclusion", {"tariffs", "ace"}),
        ("Harmonized System Update (HSU) 2799 with Section 201 Changes", {"ace", "tariffs"}),
        ("CAPE Reports for IEEPA Refunds in ACE", {"tariffs", "revenue", "ace"}),
        ("Duty Free Spoons", {"other"}),
        # forced labor and textiles
        ("Withhold Release Order on Garments of Neverland", {"forced-labor", "textiles"}),
        ("Withhold Release Order on Seafood of Neverland", {"forced-labor"}),
        ("Forced Labor Allegation Portal Rollout", {"forced-labor"}),
        ("CBP stopped a shipment of down jackets", {"textiles"}),
        ("Earned Import Allowance Program of Neverland", {"textiles", "trade-agreements"}),
        ("Haiti Apparel Visa Requirements", {"textiles", "trade-agreements"}),
        ("GUIDANCE: Section 301 Duties because of Forced Labor", {"tariffs", "revenue"}),
        ("Raw Cotton Quota (HTS 5201)", {"agriculture-quota"}),
        # low value
        ("Entry Type 86 Test", {"de-minimis"}),
        ("Duty Payment on International Mail", {"de-minimis", "revenue"}),
        # systems
        ("ACE Production Maintenance Window", {"ace", "outage"}),
        ("Spoon Enhancement Set to Deploy in July", {"ace"}),
        ("Truck Manifest Delays", {"ace", "outage"}),
        ("RESOLVED", {"outage"}),
        ("CSMS User Satisfaction Survey", {"other"}),
        ("Spoons Now in PRODUCTION", {"ace"}),
        ("Cotton Used in Production of Textiles", {"textiles"}),
        ("Certificates Triggering MATCHING LIC/CERT/PERM NUMBER NOT FOUND", {"other"}),
        ("Updated Appendix P Version 9", {"ace"}),
        # events
        ("Commodity Specialists' Webinars in June", {"webinars"}),
        ("Spoon Importers' Trade Day in Neverland", {"webinars"}),
        ("ACE Biweekly Trade Call Canceled", {"webinars", "ace"}),
        ("Customs Broker License Exam Registration", {"webinars"}),
        ("Training Guides for Spoons", {"other"}),
        # cut titles
        ("UPDATE", {"other"}),
        ("New In", {"other"}),
        ("", {"other"}),
    ],
)
def test_a_title_is_about(title: str, expected: set[str]) -> None:
    assert topics(title) == expected


def test_a_webinar_is_about_evasion_only_if_it_says_so() -> None:
    title = "CBP Trade Enforcement Webinars in June"
    assert topics(title) == {"webinars"}
    assert topics(title, "Learn how to file Enforce and Protect Act (EAPA) allegations.") == {"ad-cvd", "webinars"}


def test_the_body_counts_for_what_it_is_about_not_for_what_it_mentions() -> None:
    body = "Importers may ask their client representative. Reports are in ACE. A bond, a fee or an FDA form is not needed."
    assert topics("Jones Act waiver", body) == {"other"}


def test_what_stands_far_down_in_a_message_is_not_read() -> None:
    assert topics("Jones Act waiver", "x " * 600 + "Section 301 forced labor drawback claim") == {"other"}


def test_dashes_quotes_blanks_and_split_words_do_not_hide_a_topic() -> None:
    assert topics("Forced\u00a0Labor \u2013 \u201cWRO\u201d") == {"forced-labor"}
    assert topics("De\u2011Minimis") == {"de-minimis"}
    assert topics("draw\u00adback") == {"drawback", "revenue"}


@pytest.mark.parametrize(
    "text",
    [
        "A" * 1_000_000,
        "initiation of " * 50_000,
        "steel " * 100_000,
        "\u0301" * 100_000,
        "\ufdfa" * 100_000,
        "REMINDER: " * 20_000,
        "<!channel> <@U1> \u202e\x00\x1b[31m" * 5_000,
        "\ud800 lone surrogate",
        "this message replaces the " * 10_000,
        "- " * 100_000,
    ],
)
def test_hostile_text_is_classified_quickly_and_never_raises(text: str) -> None:
    classify("warm up", "the rules are made ready once", TOPICS)
    began = time.process_time()
    found = classify(text, text, TOPICS)
    assert time.process_time() - began < 1
    assert found.topics
    assert found.kind in tuple(EntryKind)
    assert found.lead in tuple(Lead)
    assert all(len(hit.because) < 250 for hit in found.topics)


def topic(slug: str, *rules: Rule) -> Topic:
    return Topic(slug, slug, False, Statement("x", "flyer", "2026"), (), (), (), (), (), rules)


def hits(title: str, *made: Topic, body: str | None = None) -> list[str]:
    return [hit.topic for hit in classify(title, body, made).topics]


def test_every_part_of_a_rule_must_fit() -> None:
    rule = Rule(phrases=("spoon*",), also=("silver",), unless=("toy",))
    assert hits("Silver spoons", topic("a", rule)) == ["a"]
    assert hits("Spoons", topic("a", rule)) == []
    assert hits("Silver toy spoons", topic("a", rule)) == []


def test_what_the_body_says_takes_nothing_from_the_title() -> None:
    assert hits("Spoons", topic("a", Rule(phrases=("spoons",), unless=("toy",))), body="No toy.") == ["a"]
    assert hits("News", topic("a", Rule(phrases=("spoons",), unless=("toy",))), body="Spoons, no toy.") == []


def test_a_rule_for_the_title_does_not_read_the_body() -> None:
    assert hits("News", topic("a", Rule(phrases=("spoons",), title_only=True)), body="Spoons") == []


def test_rules_that_ask_for_topics_are_tried_last_wherever_they_stand() -> None:
    first = topic("money", Rule(topics=("forks",), because="forks cost money"))
    second = topic("forks", Rule(phrases=("fork",)))
    found = classify("A fork", None, (first, second)).topics
    assert [(hit.topic, hit.because) for hit in found] == [("money", "with forks (forks cost money)"), ("forks", 'title: "fork"')]
    assert hits("A fork", topic("alone", Rule(phrases=("fork",), unless_topics=("forks",))), second) == ["forks"]


def test_a_rule_that_stands_alone_takes_everything() -> None:
    assert hits("A fork", topic("a", Rule(phrases=("fork",))), topic("b", Rule(phrases=("fork",), alone=True))) == ["b"]


def test_without_a_topic_for_the_rest_there_is_none() -> None:
    assert hits("A fork") == []
    assert hits("A fork", topic("other")) == ["other"]
