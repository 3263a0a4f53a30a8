"""A question for who handles a thing, which issue covers it or what somebody does is answered by just that."""

from dataclasses import replace

import pytest

from content.search.intents import Wanted, intent_of
from content.search.text import words
from handlers.replies.reply import Reply, Section, plain
from tests.support.full_catalog import CONTEXT, ask, commands
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())


def statements(reply: Reply) -> list[str]:
    return [plain(block.lines[0]) for block in reply.blocks if isinstance(block, Section)]


@pytest.mark.parametrize(
    ("asked", "issue"),
    [
        ("which priority trade issue covers counterfeit", "ipr"),
        ("which issue is about fake handbags", "ipr"),
        ("what PTI deals with trademarks", "ipr"),
        ("which priority trade issue covers dumping", "ad-cvd"),
        ("which priority trade issue covers steel pipe", "ad-cvd"),
        ("which priority trade issue covers money", "revenue"),
        ("refunds fall under which PTI", "revenue"),
        ("under which issue does a bond fall", "revenue"),
        ("which priority trade issue covers cotton", "textiles"),
        ("what priority area are shoes in", "textiles"),
        ("which of the seven issues does sugar go under", "agriculture-quota"),
        ("which priority issue is responsible for unsafe toys", "import-safety"),
        ("NAFTA is part of which priority trade issue", "trade-agreements"),
    ],
)
def test_the_issue_that_covers_a_thing_is_named_with_its_mission_and_its_card(asked: str, issue: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    (pti,) = [each for each in SHIPPED.catalog.ptis if each.slug == issue]
    assert statements(reply)[0] == f"{pti.name}. {pti.summary.text}"
    assert commands(reply)[0] == f"/pti {issue}"


def test_a_topic_that_is_no_priority_trade_issue_is_not_called_one() -> None:
    reply = ask("/trade which priority trade issue covers forced labor", context=SHIPPED)
    assert not any(statement.startswith(pti.name) for statement in statements(reply) for pti in SHIPPED.catalog.ptis)


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("who handles textiles", "pti:textiles"),
        ("which office handles textiles", "pti:textiles"),
        ("who deals with counterfeits", "pti:ipr"),
        ("who is in charge of IPR", "pti:ipr"),
        ("which team deals with trademarks", "pti:ipr"),
        ("who is responsible for antidumping", "pti:ad-cvd"),
        ("who looks after import safety", "pti:import-safety"),
        ("who works on tariffs", "pti:revenue"),
        ("who at CBP handles free trade agreements", "pti:trade-agreements"),
        ("who handles EAPA", "pti:ad-cvd"),
        ("who oversees forced labor", "topic:forced-labor"),
        ("who handles drawback", "topic:drawback"),
        ("who takes care of shoes", "office:office-of-trade"),
        ("who deals with steel", "office:office-of-trade"),
    ],
)
def test_who_handles_a_thing_is_its_center_its_mailbox_or_its_issue(asked: str, subject: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    assert reply.subjects[0] == subject
    centers = {f"{center.name}: {center.city}" for center in SHIPPED.catalog.centers}
    missions = {f"{pti.name}. {pti.summary.text}" for pti in SHIPPED.catalog.ptis}
    assert all(said in centers | missions or "@" in said or said[0].isdigit() for said in statements(reply)), statements(reply)


def test_textiles_are_handled_by_their_issue_and_their_center() -> None:
    assert statements(ask("/trade who handles textiles", context=SHIPPED))[1] == "Apparel, Footwear & Textiles: San Francisco"


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("Who do I talk to about intellectual property infringement?", "IPRRQuestions@cbp.dhs.gov"),
        ("who should I contact about counterfeits", "IPRRQuestions@cbp.dhs.gov"),
        ("whom can we ask about drawback", "OTDRAWBACK@cbp.dhs.gov"),
        ("who can help me with forced labor", "ForcedLabor@cbp.dhs.gov"),
        ("who do I write to about import safety", "1-800-BE-ALERT"),
        ("who is the contact for USMCA", "usmca@cbp.dhs.gov"),
        ("who to ask about EAPA", "eapallegations@cbp.dhs.gov"),
    ],
)
def test_whom_to_contact_about_a_thing_is_a_contact(asked: str, address: str) -> None:
    assert address in " ".join(statements(ask(f"/trade {asked}", context=SHIPPED)))


@pytest.mark.parametrize(
    ("asked", "role"),
    [
        ("who is an auditor", "auditor"),
        ("who are the auditors", "auditor"),
        ("what does an auditor do all day", "auditor"),
        ("what is an auditor responsible for", "auditor"),
        ("what are the duties of an auditor", "auditor"),
        ("who is an economist", "economist"),
        ("what is the job of an import specialist", "import-specialist"),
        ("what does an import specialist do at CBP", "import-specialist"),
    ],
)
def test_who_somebody_is_tells_the_mission_of_the_role(asked: str, role: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    (shipped,) = [each for each in SHIPPED.catalog.roles if each.slug == role]
    assert statements(reply) == [f"{shipped.name}. {shipped.summary.text}"]
    assert commands(reply)[0] == f"/role {role}"


def test_the_mission_that_answers_is_not_repeated_among_more_answers() -> None:
    reply = ask("/trade answers who handles textiles", context=SHIPPED)
    (textiles,) = [pti for pti in SHIPPED.catalog.ptis if pti.slug == "textiles"]
    assert textiles.summary.text not in reply.text


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        ("what is the difference between a ruling and a protest", "term:ruling", "term:protest"),
        ("ruling vs protest", "term:ruling", "term:protest"),
        ("how does a protest differ from a ruling", "term:protest", "term:ruling"),
        ("difference between liquidation and a protest", "term:liquidation", "term:protest"),
        ("what's the difference between an auditor and an economist", "role:auditor", "role:economist"),
        ("import specialist versus international trade analyst", "role:import-specialist", "role:international-trade-analyst"),
        ("compare CTPAT and ISF", "term:ctpat", "term:isf"),
    ],
)
def test_a_comparison_shows_what_each_of_the_two_is(asked: str, first: str, second: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects == (first, second)


@pytest.mark.parametrize(
    ("asked", "wanted", "about"),
    [
        ("which issue covers cotton shirts", Wanted.ISSUE, "cotton shirts"),
        ("cotton shirts: which PTI", Wanted.ISSUE, "cotton shirts"),
        ("who at the Office of Trade looks after quotas", Wanted.HANDLER, "quotas"),
        ("whom should we speak with about a bond", Wanted.CONTACT, "bond"),
        ("what do the economists do here", Wanted.WORK, "economists"),
        ("what is a protest", None, ""),
        ("which issue", None, ""),
        ("who", None, ""),
        ("who handles", None, ""),
        ("", None, ""),
    ],
)
def test_an_intent_is_read_with_the_thing_that_it_is_about(asked: str, wanted: Wanted | None, about: str) -> None:
    intent = intent_of(words(asked))
    assert (intent.wanted if intent else None, " ".join(intent.about) if intent else "") == (wanted, about)


@pytest.mark.parametrize(
    ("asked", "issue"),
    [
        ("stuff that could hurt people getting into the country, which priority issue is that", "import-safety"),
        ("things that hurt kids, under which priority issue is it", "import-safety"),
    ],
)
def test_an_issue_that_is_described_is_found_among_the_issues_alone(asked: str, issue: str) -> None:
    assert ask(f"/pti {asked}", context=SHIPPED).subjects[0] == f"pti:{issue}"


@pytest.mark.parametrize("asked", ["which priority issue covers drones", "which priority trade issue is the oldest"])
def test_an_issue_that_nothing_tells_is_not_guessed_from_other_statements(asked: str) -> None:
    assert not any(each.startswith(("office:", "term:", "role:")) for each in ask(f"/pti {asked}", context=SHIPPED).subjects)


@pytest.mark.parametrize("asked", ["which issue covers forced labor", "which priority trade issue is forced labor under"])
def test_of_a_topic_that_is_no_issue_the_answer_says_so(asked: str) -> None:
    assert statements(ask(f"/pti {asked}", context=SHIPPED))[0].startswith("No.")


@pytest.mark.parametrize(
    "asked", ["what does an auditor at cbp do all day", "auditor duties", "what does an auditor in the office of trade do"]
)
def test_the_work_of_a_role_is_its_mission_wherever_it_is_said_to_be_done(asked: str) -> None:
    assert statements(ask(f"/role {asked}", context=SHIPPED))[0].startswith("Auditor. Plans, carries out and reports on complex audits")


def test_duties_of_goods_are_not_the_work_of_a_role() -> None:
    assert "role:" not in "".join(ask("/trade countervailing duties", context=SHIPPED).subjects)


@pytest.mark.parametrize(
    ("asked", "issue"),
    [
        ("What does the revenue priority issue cover? need it for a talk tomorrow", "Revenue"),
        ("what does the import safety issue include", "Import Safety"),
        ("what money does the revenue PTI deal with", "Revenue"),
        ("which goods does the textiles and wearing apparel priority focus on", "Textiles and Wearing Apparel"),
    ],
)
def test_what_an_issue_covers_is_its_mission_whatever_is_said_beside_the_question(asked: str, issue: str) -> None:
    assert statements(ask(f"/pti {asked}", context=SHIPPED))[0].startswith(f"{issue}. ")


@pytest.mark.parametrize(
    ("asked", "issue"),
    [
        ("What is the aim of Import Safety?", "import-safety"),
        ("what's the purpose of the revenue issue", "revenue"),
        ("what is the main goal of textiles and wearing apparel", "textiles"),
        ("what are the objectives of IPR", "ipr"),
        ("aim of the FTAs priority?", "trade-agreements"),
        ("short text about the import safety issue please", "import-safety"),
        ("one paragraph on textiles and wearing apparel for a training", "textiles"),
        ("whats the revenue issue all about", "revenue"),
    ],
)
def test_the_aim_of_an_issue_is_its_mission(asked: str, issue: str) -> None:
    (pti,) = [each for each in SHIPPED.catalog.ptis if each.slug == issue]
    assert statements(ask(f"/trade {asked}", context=SHIPPED))[0] == f"{pti.name}. {pti.summary.text}"


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("gist of drawback please", "term:drawback"),
        ("give me the basics of EAPA in two sentences", "term:eapa"),
        ("I need one plain sentence on CTPAT to read out at a meeting", "term:ctpat"),
    ],
)
def test_a_thing_to_be_summed_up_gets_its_definition(asked: str, subject: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects == (subject,)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("What does a management and program analyst do on new policies?", "Oversees new policies"),
        ("what does an attorney advisor do about FOIA appeals", "Freedom of Information Act"),
    ],
)
def test_a_task_behind_what_a_role_does_brings_that_task(asked: str, said: str) -> None:
    assert said in statements(ask(f"/trade {asked}", context=SHIPPED))[0]


@pytest.mark.parametrize("asked", ["what does an auditor do on a normal day", "what does an auditor do every day at the office"])
def test_what_a_role_does_all_day_is_its_work(asked: str) -> None:
    assert intent_of(words(asked)) is not None
    assert statements(ask(f"/trade {asked}", context=SHIPPED))[0].startswith("Auditor.")
