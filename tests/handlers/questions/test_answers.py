"""A question is answered by the statement that answers it."""

from dataclasses import replace

import pytest

from content.catalog import Contact, Question, Statement
from handlers.replies.reply import Bullets, Header, Reply, Section, SmallPrint, lines_of, plain
from handlers.replies.text import render
from tests.support.full_catalog import CONTEXT, PARTNER, STAFF, ask, commands
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())
ASKED = (*SHIPPED.catalog.office.questions, *(question for pti in SHIPPED.catalog.ptis for question in pti.questions))
QUESTIONS = [(question.q, question.a) for question in ASKED if question.shown]


def top(reply: Reply) -> str:
    """Return the first statement of an answer."""
    return next(plain(block.lines[0]) for block in reply.blocks if isinstance(block, Section))


@pytest.mark.parametrize(("asked", "answer"), QUESTIONS)
def test_a_question_of_the_content_typed_word_for_word_brings_its_answer_to_the_top(asked: str, answer: str) -> None:
    assert top(ask(f"/trade {asked}", context=SHIPPED)) == answer


@pytest.mark.parametrize("asked", ASKED, ids=lambda question: question.q[:30])
def test_more_answers_never_repeat_the_answer(asked: Question) -> None:
    more = ask(f"/trade answers {asked.q}", context=SHIPPED)
    listed = [plain(item) for block in more.blocks if isinstance(block, Bullets) for item in block.items]
    assert listed or isinstance(more.blocks[0], Header), more.text
    assert isinstance(more.blocks[0], Header) or not any(asked.a in each for each in listed), more.text


def test_an_answer_among_others_stands_behind_its_question() -> None:
    more = ask("/trade answers IEEPA duty refund", context=SHIPPED)
    listed = [plain(item) for block in more.blocks if isinstance(block, Bullets) for item in block.items]
    answers = [f"{question} {answer}" for question, answer in QUESTIONS]
    assert any(item.startswith(each) for item in listed for each in answers), listed
    assert not any(item.startswith(answer) for item in listed for _, answer in QUESTIONS)


def test_a_question_is_repeated_below_its_answer_only_if_it_was_asked_in_other_words() -> None:
    asked = "How do I get a refund of IEEPA duty?"
    for typed, repeated in ((asked.casefold(), False), ("refund of IEEPA duty, how", True)):
        reply = ask(f"/trade {typed}", context=SHIPPED)
        small = [plain(words) for block in reply.blocks if isinstance(block, SmallPrint) for words in block.lines]
        assert any(asked in words for words in small) is repeated, small


def test_an_answer_names_its_source_its_date_and_its_subject_and_offers_the_card() -> None:
    reply = ask("/trade how is drawback owed under 19 U.S.C.?")
    assert top(reply) == "Drawback: 19 U.S.C. 1313."
    assert reply.subjects == ("pti:revenue",)
    assert commands(reply)[0] == "/pti revenue"


def test_a_list_of_tools_says_whose_they_are_and_that_it_is_in_our_words() -> None:
    pti = next(each for each in SHIPPED.catalog.ptis if each.slug == "revenue")
    reply = ask("/trade what tools are there for revenue", context=SHIPPED)
    assert top(reply).startswith(f"Tools for Revenue: {pti.tools[0]}; ")
    assert "in our words; official page: CBP.gov" in " ".join(render(reply).split())


def test_every_statement_among_more_answers_says_its_origin() -> None:
    for asked in ("refund of IEEPA duty", "quota bulletin tools", "tools for counterfeit goods"):
        more = ask(f"/trade answers {asked}", context=SHIPPED)
        listed = [plain(item) for block in more.blocks if isinstance(block, Bullets) for item in block.items]
        assert all(each.endswith(")") or " (internal)" in each for each in listed), listed


def test_a_statement_of_several_subjects_is_shown_once() -> None:
    assert ask("/trade how is drawback owed under 19 U.S.C.?").text.count("Drawback: 19 U.S.C. 1313.") == 1


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("how many PTIs are there", "resource:priority-trade-issues"),
        ("the seven", "resource:priority-trade-issues"),
        ("name all roles", "role:attorney-advisor"),
        ("list the centers of excellence", "office:office-of-trade"),
    ],
)
def test_a_question_for_a_list_gets_the_list(asked: str, first: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[0] == first


def secondary() -> dict[str, tuple[str, ...]]:
    """Return the texts of the content that are kept and never shown, with the questions that they would answer."""
    catalog = SHIPPED.catalog
    said: list[Statement | Question | Contact] = [*catalog.office.facts, *catalog.office.questions, *catalog.office.contacts]
    for pti in catalog.ptis:
        said += [*pti.authority, *pti.facts, *pti.stats, *pti.questions, *pti.contacts]
    for topic in catalog.topics:
        said += [*topic.facts, *topic.contacts]
    for role in catalog.roles:
        said += role.facts
    hidden = [each for each in said if not each.shown]
    texts = {each: each.text if isinstance(each, Statement) else each.a if isinstance(each, Question) else each.value for each in hidden}
    return {texts[each]: (*each.also, *((each.q,) if isinstance(each, Question) else ()), texts[each]) for each in hidden}


CARDS = (
    *(f"/pti {pti.slug}{part}" for pti in SHIPPED.catalog.ptis for part in ("", " more", " questions")),
    *(f"/role {role.slug}" for role in SHIPPED.catalog.roles),
    *(f"/trade topic {topic.slug}" for topic in SHIPPED.catalog.topics if not topic.is_pti),
    *("/trade", "/trade office", "/trade office facts", "/trade office questions", "/trade list all contacts"),
)


def test_no_card_shows_what_is_secondary() -> None:
    shown = " ".join(render(ask(command, context=SHIPPED)).replace("\n", " ") for command in CARDS)
    hidden = secondary()
    elsewhere = {contact.value for pti in SHIPPED.catalog.ptis for contact in pti.contacts if contact.shown}
    assert hidden
    assert [text for text in hidden if text in shown and text not in elsewhere] == []


@pytest.mark.parametrize(("text", "questions"), secondary().items(), ids=lambda value: str(value)[:30])
def test_no_answer_shows_what_is_secondary(text: str, questions: tuple[str, ...]) -> None:
    for asked in questions:
        for command in (f"/trade {asked}", f"/trade answers {asked}"):
            reply = ask(command, context=SHIPPED)
            assert text not in [*(plain(each) for block in reply.blocks for each in lines_of(block))], command


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("how many priority trade issues are there", "seven Priority Trade Issues"),
        ("what is the number of priority trade issues", "seven Priority Trade Issues"),
        ("how many trade issues are a priority", "seven Priority Trade Issues"),
        ("how many PTIs exist", "seven Priority Trade Issues"),
        ("how many roles are there", "six roles in the Office of Trade"),
        ("how many Centers of Excellence are there", "10 Centers of Excellence and Expertise"),
        ("how many terms do you know", f"{len(SHIPPED.catalog.terms)} terms in the glossary"),
    ],
)
def test_how_many_there_are_is_said_above_the_list(asked: str, number: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    assert top(reply) == f"There are {number}."
    assert reply.text.startswith(top(reply))
    assert len(reply.blocks) > 2


@pytest.mark.parametrize(
    "asked", ["which roles need a law degree", "which jobs require a medical degree", "what role needs a pilot's license"]
)
def test_no_role_is_named_for_what_none_asks_for(asked: str) -> None:
    assert not ask(f"/trade {asked}", context=SHIPPED).subjects


def test_a_role_is_named_for_the_degree_that_it_asks_for() -> None:
    assert ask("/trade which roles need an accounting degree", context=SHIPPED).subjects[0].startswith("role:")


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("how do I get a job at CBP", "How do I apply for a job in the Office of Trade?"),
        ("jobs at CBP", "How do I apply for a job in the Office of Trade?"),
        ("how can I work for CBP", "How do I apply for a job in the Office of Trade?"),
        ("job openings", "How do I apply for a job in the Office of Trade?"),
        ("who handles quota", "Whom does an importer ask about quota?"),
        ("who do I ask about quota", "Whom does an importer ask about quota?"),
        ("reciprocal tariffs", "Are the reciprocal tariffs still collected?"),
        ("fentanyl tariffs", "Are the reciprocal tariffs still collected?"),
        ("I forgot my ACE portal password", "Who helps with ACE?"),
        ("office of trade relations", "Is the Office of Trade Relations part of the Office of Trade?"),
        ("quota full", "Is the quota full yet?"),
        ("CAPE warehouse entries", "How do I get a refund of IEEPA duty?"),
        ("customs broker exam date", "When is the customs broker exam?"),
        ("vacancies", "How do I apply for a job in the Office of Trade?"),
    ],
)
def test_an_everyday_wording_brings_the_answer_of_its_question(asked: str, question: str) -> None:
    assert top(ask(f"/trade {asked}", context=SHIPPED)) == dict(QUESTIONS)[question]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("antidumping", "pti:ad-cvd"),
        ("de minimis threshold", "term:de-minimis"),
        ("in-bond", "term:in-bond-movement"),
        ("continuous bond", "term:bond"),
        ("byrd amendment", "term:cdsoa"),
        ("trade remedies", "topic:tariffs"),
    ],
)
def test_an_exact_name_of_one_thing_brings_its_card_and_not_a_closest_match(name: str, subject: str) -> None:
    reply = ask(f"/trade {name}", context=SHIPPED)
    assert reply.subjects[0] == subject
    assert isinstance(reply.blocks[0], Header)


@pytest.mark.parametrize("asked", ["list all feeds", "list the feeds", "show all feeds", "how many feeds do you have"])
def test_a_question_for_the_feeds_lists_each_with_its_subscription(asked: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    (listed,) = [[plain(item) for item in block.items] for block in reply.blocks if isinstance(block, Bullets)]
    by_name = {feed.slug: " (by name only)" if feed.by_name_only else "" for feed in SHIPPED.catalog.feeds}
    assert listed == [f"{feed.name}: /trade subscribe {feed.slug}{by_name[feed.slug]}" for feed in SHIPPED.catalog.feeds]
    assert "A feed that is added later comes only if you subscribe to it" in reply.text


def test_a_question_for_the_contacts_lists_each_once_and_no_internal_one_for_a_guest() -> None:
    internal, public = "HQQUOTA@cbp.dhs.gov", "usmca@cbp.dhs.gov"
    staff, guest = (ask("/trade list all contacts", person, SHIPPED) for person in (STAFF, PARTNER))
    for reply, seen in ((staff, True), (guest, False)):
        (listed,) = [[plain(item) for item in block.items] for block in reply.blocks if isinstance(block, Bullets)]
        assert any(item.startswith(f"{public}: ") for item in listed)
        assert any(internal in item for item in listed) is seen
        assert (internal in reply.text) is seen
        assert len(listed) == len(set(listed))


def test_what_the_bot_does_not_do_gets_a_sentence_and_a_page_and_no_card() -> None:
    reply = ask("/trade how do I renew my passport", context=SHIPPED)
    assert reply.subjects == ()
    assert "does not answer questions about travel" in top(reply)


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("/role econmist", "role:economist"),
        ("/trade auditer", "role:auditor"),
        ("/trade revanue", "pti:revenue"),
        ("/pti textil", "pti:textiles"),
    ],
)
def test_a_misspelled_name_alone_brings_the_card(typed: str, subject: str) -> None:
    reply = ask(typed, context=SHIPPED)
    assert isinstance(reply.blocks[0], Header)
    assert reply.subjects == (subject,)


def test_a_word_that_is_in_no_name_brings_a_statement_and_not_a_choice_of_cards() -> None:
    assert "Did you mean" not in ask("/pti labor", context=SHIPPED).text


@pytest.mark.parametrize("typed", ["/role analist", "/trade analyst"])
def test_a_word_of_several_names_alone_brings_a_choice(typed: str) -> None:
    reply = ask(typed, context=SHIPPED)
    assert "Did you mean one of these?" in reply.text
    assert set(reply.subjects) >= {"role:international-trade-analyst", "role:management-and-program-analyst"}
