"""People word one question in many ways; each way brings the statement that answers it."""

from dataclasses import replace

import pytest

from content.search.shapes import Shape, shapes_of
from content.search.text import stem, words
from handlers.replies.reply import Section, plain
from tests.support.full_catalog import CONTEXT, ask
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())
PEOPLE = "This bot does not hold names"


def answer(asked: str, command: str = "trade") -> str:
    return ask(f"/{command} {asked}", context=SHIPPED).text


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [
        ("diff between antidumping and countervailing", ("term:ad-cvd",)),
        ("what's the diff between section 232 and section 301", ("term:section-232", "term:section-301")),
        ("wro vs finding, any distinction", ("term:wro", "term:finding")),
        ("how is a ruling different from a protest", ("term:ruling", "term:protest")),
    ],
)
def test_a_comparison_in_everyday_words_shows_both_sides(asked: str, subjects: tuple[str, ...]) -> None:
    assert set(ask(f"/trade {asked}", context=SHIPPED).subjects) >= set(subjects)


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("eapa for beginners", "term:eapa"),
        ("drawback for dummies", "term:drawback"),
        ("drawback in plain english", "term:drawback"),
        ("usmca in one sentence", "term:usmca"),
        ("wro explained", "term:wro"),
        ("explain a WRO like I'm 5", "term:wro"),
    ],
)
def test_a_name_to_be_explained_simply_brings_its_definition(asked: str, subject: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[:1] == (subject,)


@pytest.mark.parametrize(
    ("asked", "city"),
    [
        ("where does the electronics center sit", "Los Angeles"),
        ("where does the pharma CEE sit", "New York"),
        ("where is the base metals center housed", "Chicago"),
        ("where is the agriculture center headquartered", "Miami"),
        ("in what city is the center for machinery situated", "Laredo"),
        ("where does the chem/petroleum center sit", "Houston"),
    ],
)
def test_where_a_center_is_can_be_asked_in_many_words(asked: str, city: str) -> None:
    assert city in answer(asked)


@pytest.mark.parametrize("asked", ["where does the chem/petroleum center sit", "in what city is the machinery center situated"])
def test_below_a_center_only_another_center_is_shown(asked: str) -> None:
    assert set(ask(f"/trade {asked}", context=SHIPPED).subjects) == {"office:office-of-trade"}


@pytest.mark.parametrize(
    ("asked", "citation"),
    [
        ("legal basis of de minimis", "19 U.S.C. 1321"),
        ("statute behind the forced labor import ban", "19 U.S.C. 1307"),
        ("section of the law on penalties for false statements", "19 U.S.C. 1592"),
        ("which section of the law is behind protests", "19 U.S.C. 1514"),
        ("legal authority for priority trade issues", "19 U.S.C. 4322"),
        ("section number for prior disclosure", "19 U.S.C. 1592"),
        ("executive order number, de minimis suspension", "Executive Order 14324"),
        ("number of the executive order that ended duty free small parcels", "Executive Order 14324"),
    ],
)
def test_the_law_behind_a_thing_is_the_one_that_its_definition_or_authority_cites(asked: str, citation: str) -> None:
    assert citation in answer(asked)


@pytest.mark.parametrize(
    ("asked", "role"),
    [
        ("whats an intl trade analyst actually do all day", "International Trade Analyst"),
        ("what's an auditor do", "Auditor"),
        ("what would an import specialist do", "Import Specialist"),
        ("what does an economist usually do", "Economist"),
    ],
)
def test_the_work_of_a_role_can_be_asked_in_everyday_words(asked: str, role: str) -> None:
    assert answer(asked).startswith((f"{role}.", f"Role: {role}."))


@pytest.mark.parametrize(
    ("asked", "contact"),
    [
        ("ipr help desk phone or mail", "IPRRQuestions@cbp.dhs.gov"),
        ("trademark helpdesk number", "IPRRQuestions@cbp.dhs.gov"),
        ("forced labor division email", "ForcedLabor@cbp.dhs.gov"),
    ],
)
def test_a_short_call_for_a_contact_brings_it(asked: str, contact: str) -> None:
    assert contact in answer(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "who got promoted to executive assistant commissioner last month",
        "who was just named deputy commissioner",
        "who will replace the director of textiles",
        "who got hired as chief of the quota branch",
        "who is succeeding the commissioner",
        "did the commissioner quit",
        "has the EAC been replaced",
        "is there a new commissioner",
        "when was the director of textiles appointed",
    ],
)
def test_who_came_or_went_is_a_question_about_persons(asked: str) -> None:
    assert answer(asked).startswith(PEOPLE)


def test_what_the_president_replaced_is_no_question_about_persons() -> None:
    assert not answer("did the president replace the IEEPA tariffs").startswith(PEOPLE)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what law bans forced labor goods", "19 U.S.C. 1307"),
        ("what section covers drawback", "19 U.S.C. 1313"),
        ("which regulation governs drawback claims", "19 CFR Part 190"),
        ("which law deals with goods made by North Koreans", "Adversaries Through Sanctions Act"),
        ("which law requires country of origin marks", "No results"),
    ],
)
def test_which_law_only_a_statement_that_names_one_answers(asked: str, said: str) -> None:
    assert said in answer(asked)


def test_an_executive_order_is_no_executive() -> None:
    assert not answer("number of the executive order on small parcels").startswith(PEOPLE)


def test_the_rate_beyond_a_full_quota_is_no_question_for_a_live_rate() -> None:
    assert "a higher one above it" in answer("my tuna trq filled up yesterday, which rate do the rest of my cans get")


@pytest.mark.parametrize(
    "asked", ["where are upcoming trade events listed", "page with the upcoming events", "where can I find the next events"]
)
def test_where_events_are_listed_is_a_question_for_their_page(asked: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    assert set(reply.subjects) <= {"resource:events", "topic:webinars"}
    assert reply.subjects


@pytest.mark.parametrize("asked", ["name all seven PTIs", "what are the seven priority trade issues called", "name the PTIs please"])
def test_a_question_for_names_gets_them_together_above_the_list(asked: str) -> None:
    first = ask(f"/trade {asked}", context=SHIPPED).blocks[0]
    assert isinstance(first, Section)
    assert all(pti.name in plain(first.lines[0]) for pti in SHIPPED.catalog.ptis)


@pytest.mark.parametrize(
    "asked",
    [
        "how can i get an importer number, we are new",
        "we're new here. how do I get an importer number?",
        "register as importer, which form",
    ],
)
def test_a_beginner_gets_the_form_and_not_what_happens_to_old_numbers(asked: str) -> None:
    assert "Form 5106" in answer(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "we found out we underpaid duty for 2 years, best way to come clean",
        "can a company admit a customs violation before it is investigated",
        "found an error in old entries, is it better to self report",
        "voluntarily disclosing missing duty",
    ],
)
def test_prior_disclosure_can_be_asked_for_without_its_name(asked: str) -> None:
    assert "Prior disclosure" in answer(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "quota is full, can i store my cheese in a whse until it reopens",
        "can the goods sit in a warehouse until the new quota year",
    ],
)
def test_goods_that_wait_for_a_quota_may_go_into_a_warehouse(asked: str) -> None:
    assert "into a warehouse" in answer(asked)


@pytest.mark.parametrize("command", ["trade", "role"])
@pytest.mark.parametrize(
    "asked", ["who decides how a product gets classified in a ruling", "which role decides how imports are classified"]
)
def test_who_classifies_is_a_question_for_a_role(asked: str, command: str) -> None:
    assert "role:attorney-advisor" in ask(f"/{command} {asked}", context=SHIPPED).subjects


@pytest.mark.parametrize("asked", ["how is my product classified", "what are sneakers classified as"])
def test_the_classification_of_goods_is_still_not_given(asked: str) -> None:
    assert answer(asked).startswith("This bot does not give classifications")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("deadline for the rules under EO 14411", "by 30 November 2026"),
        ("which form do i use for a paper protest", "CBP Form 19"),
        ("how many fakes caught in 2017", "34,143"),
        ("what happens to knockoff sneakers once you find them", "destroyed"),
        ("my buddy says steel has quotas too, true?", "Steel and aluminum have had quota bulletins"),
        ("my mark has a USPTO certificate, isn't that enough", "must also be recorded with CBP"),
        ("harbor fee on ocean freight", "0.3464 percent"),
        ("is the caribbean/haiti program ending", "31 December 2026"),
        ("help email for recordation", "IPRRQuestions@cbp.dhs.gov"),
    ],
)
def test_the_answer_to_more_than_what_a_thing_is_comes_first(asked: str, told: str) -> None:
    assert told in answer(asked)[:450]


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("i exported the goods again, can i get the duty back? what is that called", "term:drawback"),
        ("USMCA full name", "term:usmca"),
        ("long form of TRLED", "term:trled"),
    ],
)
def test_a_question_for_a_name_gets_the_definition_of_the_thing(asked: str, subject: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[0] == subject


def test_a_sentence_that_only_refuses_answers_nothing_but_its_own_question() -> None:
    """The sentence on duty rates names rulings as well, but a question for a ruling is not refused."""
    assert "does not answer" not in answer("can i ask customs online for a binding ruling on my product before i order it, and where")
    assert "does not" in answer("what is the duty rate for my goods")


def test_an_everyday_word_that_is_part_of_a_name_does_not_name_it() -> None:
    """CSMS is also called "sign up"."""
    assert "resource:csms" not in ask("/trade where do i sign my brand up with customs so they look out for it", context=SHIPPED).subjects


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("how much stats does the economist need", "statistic"),
        ("are the ieepa refunds automatic or must i ask for them", "CAPE"),
        ("which body says whether american producers were harmed by the cheap imports", "International Trade Commission"),
        ("somebody emailed me a trick so i dont have to pay antidumping duty. is this real?", "scam"),
        ("legal shop of the office, what's it called", "Regulations and Rulings"),
    ],
)
def test_what_the_content_says_is_found_in_the_words_of_people(asked: str, said: str) -> None:
    assert said in answer(asked, "role" if "economist" in asked else "trade")


def test_hours_are_a_duration() -> None:
    assert Shape.DURATION in shapes_of(words("how many hours before loading"))
    assert stem("hrs") == "hour"


def test_a_price_is_told_by_an_amount_alone() -> None:
    assert "Attorney Advisor" not in answer("what does a customs lawyer charge per hour")


def test_a_question_for_what_is_meant_by_a_name_gets_what_the_name_stands_for() -> None:
    """IPRR is a name of IPR's registry."""
    assert ask("/trade what is meant by IPR", context=SHIPPED).subjects[0] == "pti:ipr"


def test_markup_around_a_question_is_no_part_of_it() -> None:
    assert "No results" in answer("[win a phone](javascript:alert(1)) <!here> <@U0042>")


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        ("who protects trademarks", "Intellectual Property Rights (IPR)"),
        ("what is forced labor", "Under 19 U.S.C. 1307, forced labor is all work"),
        ("my company wants to become ctpat certified", "CTPAT"),
        ("how do I become an import specialist", "Applicants to the Office of Trade must be U.S. citizens"),
        ("how do I become an auditor", "Applicants must be U.S. citizens"),
    ],
)
def test_a_new_user_gets_what_was_asked_for(asked: str, start: str) -> None:
    assert answer(asked).startswith(start)


def test_a_copy_of_a_paper_is_no_infringement() -> None:
    assert "pti:ipr" not in ask("/trade how do I get a copy of my bond", context=SHIPPED).subjects


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("I know a firm that writes false values on its invoices, how do I report that", "Trade Violations Reporting"),
        ("my old boss undervalues every shipment, where can I report him", "Trade Violations Reporting"),
        ("somebody sells fake earbuds at the market, how do I report them", "Trade Violations Reporting"),
        ("a rival ships Chinese chairs through Vietnam to dodge the dumping duty. how do I turn him in", "EAPA"),
    ],
)
def test_how_somebody_is_reported_is_answered_behind_the_story(asked: str, said: str) -> None:
    assert said in answer(asked)


@pytest.mark.parametrize("asked", ["how do I report a lost bond", "how do I report the quantity on the entry summary"])
def test_a_figure_or_a_loss_is_not_reported_as_a_violation(asked: str) -> None:
    assert "Trade Violations Reporting" not in answer(asked)


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("I keep reading about UFLPA, what is it", "term:uflpa"),
        ("my broker says I need a TIB. what does that mean?", "term:tib"),
        ("new exporter at my booth, somebody told her about drawback, whats that", "term:drawback"),
    ],
)
def test_what_that_is_asks_for_the_thing_named_before(asked: str, subject: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects == (subject,)


def test_a_clause_displaces_no_likely_answer_to_the_whole_question() -> None:
    asked = "I believed quotas were only for farms, is there any for metals or autos"
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[:1] == ("pti:agriculture-quota",)


def test_a_misspelled_role_is_understood() -> None:
    assert answer("what does an atorney advisor do").startswith("Attorney Advisor. ")


def test_the_difference_between_two_duties_that_one_definition_tells_is_that_definition() -> None:
    assert ask("/trade dumping duty vs countervailing duty, explain it simply", context=SHIPPED).subjects == ("term:ad-cvd",)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("who is the government's second biggest moneymaker after the IRS", "second largest source"),
        ("how can I recover my ACE password", "ACE.Support@cbp.dhs.gov"),
        ("who makes the rulings on how things are classified", "ruling"),
    ],
)
def test_everyday_words_find_what_the_content_says_in_others(asked: str, said: str) -> None:
    assert said in answer(asked)


@pytest.mark.parametrize("frame", ["hi, a caller asks: {} thx", "my boss wants to know {}", "caller on the line, second time today, {}"])
@pytest.mark.parametrize("asked", ["what is the phone number of the ACE help desk", "who sets the limits of quotas"])
def test_a_question_gets_the_same_answer_whoever_asks(frame: str, asked: str) -> None:
    assert answer(frame.format(asked)) == answer(asked)
