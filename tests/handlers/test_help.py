"""Help and the welcome message show what works: examples of what is stored."""

from dataclasses import replace

import pytest

from content.catalog import Office, Pti
from handlers.help import welcome
from handlers.questions.examples import THINGS, example_questions, things_to_try
from handlers.replies import text
from handlers.replies.entries import newest_message
from handlers.replies.reply import buttons_of, plain
from jobs.recent import Recent
from jobs.store.database import Database
from tests.support.full_catalog import CONTEXT, STAFF, ask
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import NOW, entry

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())
STORED = Recent((entry("67000002", "ACE is slow", kind="outage", routine=True), entry("67000001", "Refunds", "revenue")), None, None)


def examples(things: tuple[object, ...]) -> list[str]:
    return [plain(thing).partition(": ")[2] for thing in things]  # type: ignore[arg-type]


def test_every_thing_to_try_is_answered() -> None:
    for typed in examples(things_to_try(SHIPPED.catalog, None)):
        if not typed.startswith("/csms"):
            assert ask(typed, context=SHIPPED).subjects, typed


def test_the_example_message_is_a_stored_one_that_is_not_routine_or_left_out(sqlite_db: Database) -> None:
    stored = replace(SHIPPED, recent=STORED)
    assert "/csms 67000001" in text.render(ask("/trade help", context=stored))
    assert "/csms 67000001" in text.render(ask("/trade", context=stored))
    for context in (SHIPPED, replace(SHIPPED, recent=Recent((), None, None))):
        shown = text.render(ask("/trade help", context=context))
        assert "/csms latest" in shown
        assert not any(word.isdecimal() for word in shown.split())
    assert "/csms why 67000001" in text.render(ask("/csms why", context=replace(stored, db=sqlite_db)))
    message = newest_message(STORED, NOW)
    assert "csms 67000001" in text.render(welcome(SHIPPED.catalog, "Trade bot", message, alone=True))
    assert "csms latest" in text.render(welcome(SHIPPED.catalog, "Trade bot", None, alone=True))


@pytest.mark.parametrize("question", example_questions(SHIPPED.catalog, 5))
def test_an_example_question_is_answered_on_top(question: str) -> None:
    catalog = SHIPPED.catalog
    owners: list[Office | Pti] = [catalog.office, *catalog.ptis]
    answer = next(each.a for owner in owners for each in owner.questions if each.q == question)
    assert answer in text.render(ask(question, context=SHIPPED)).replace("\n", " ")[: len(answer) + 200]


def test_example_questions_are_about_different_things() -> None:
    found = example_questions(SHIPPED.catalog, 5)
    assert len(found) == len({question.split()[3] for question in found}) == 5


def test_every_command_is_behind_a_button() -> None:
    reply = ask("/trade help", context=SHIPPED)
    assert "/trade help all" in [button.command for block in reply.blocks for button in buttons_of(block)]
    assert THINGS in [button.label for block in ask("/trade help all", context=SHIPPED).blocks for button in buttons_of(block)]


def test_help_with_something_is_a_question() -> None:
    assert "IPRRQuestions@cbp.dhs.gov" in ask("/trade help with e-recordation email", context=SHIPPED).text
    assert ask("/trade help all", context=SHIPPED).text.startswith("All commands")


@pytest.mark.parametrize(
    ("typed", "present", "absent"),
    [
        ("/csms help", "/csms remind N", "/trade help [all]"),
        ("/pti HELP", "/pti [name or question]", "/csms"),
        ("/trade help csms", "/csms latest [topic]", "/trade help [all]"),
    ],
)
def test_the_help_of_a_command_lists_its_commands(typed: str, present: str, absent: str) -> None:
    shown = text.render(ask(typed, context=SHIPPED))
    assert present in shown
    assert absent not in shown.replace("/trade help  ", "").replace("/csms help", "")


def test_admins_find_their_commands() -> None:
    admin = replace(STAFF, admin=True)
    reply = ask("/trade help", context=SHIPPED, person=admin)
    assert "/trade-admin help" in [button.command for block in reply.blocks for button in buttons_of(block)]
    assert "/trade-admin reload [confirm]" in text.render(ask("/trade-admin help", context=SHIPPED, person=admin))
    assert "/trade-admin reload [confirm]" not in text.render(ask("/trade-admin help", context=SHIPPED))


def test_a_guest_is_told_to_try_only_what_guests_may_do() -> None:
    guest = replace(STAFF, external=True)
    for typed in ("/trade help", "/trade help all", "/trade", "/csms help"):
        shown = text.render(ask(typed, context=SHIPPED, person=guest))
        assert "/csms subscribe" not in shown
        assert "/csms latest" in shown
    assert "/csms subscribe" in text.render(ask("/trade help", context=SHIPPED))
