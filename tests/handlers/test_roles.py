from dataclasses import replace

import pytest

from handlers import lookups
from handlers.replies import text
from handlers.replies.reply import Buttons, Fold, plain
from handlers.roles import matching_line
from tests.support.full_catalog import AUDITOR, CATALOG, CONTEXT, ECONOMIST, ask, commands
from tests.support.small_catalog import duties


def shown(typed: str) -> str:
    return " ".join(text.render(ask(typed)).split())


def test_the_bare_command_lists_all_roles() -> None:
    reply = ask("/role")
    assert reply.subjects == ("role:auditor", "role:economist")
    assert commands(reply) == ["/role auditor", "/role economist"]


@pytest.mark.parametrize("typed", ["/role auditor", "role Auditors", "/role auditing"])
def test_every_form_of_a_name_shows_the_card(typed: str) -> None:
    reply = ask(typed)
    assert reply.subjects == ("role:auditor",)
    assert "Audits importers." in reply.text
    assert "5 typical assignments, 2 skills" in reply.text
    assert "Matched" not in reply.text


def test_long_lists_are_folded_without_losing_items() -> None:
    folds = [block for block in ask("/role auditor").blocks if isinstance(block, Fold)]
    assert [tuple(plain(item) for item in fold.items) for fold in folds] == [
        tuple(duty.text for duty in duties) for duties in (AUDITOR.assignments, AUDITOR.skills)
    ]
    assert [fold.more.label for fold in folds if fold.more] == ["Show all 5 assignments", "Show all 2 skills"]


def test_show_all_shows_all() -> None:
    assert all(duty.text in shown("/role auditor assignments") for duty in AUDITOR.assignments)
    assert all(duty.text in shown("/role auditor skills") for duty in AUDITOR.skills)
    assert "Accounting" not in shown("/role auditor assignments")
    assert all(duty.text in shown("/role auditor all") for duty in (*AUDITOR.assignments, *AUDITOR.skills))


def test_a_role_found_by_a_task_shows_the_matching_assignment_on_top() -> None:
    reply = ask("/role who measures the effects of rulings?")
    assert reply.subjects == ("role:economist",)
    assert reply.text.startswith("Economist. Measures effects of rulings")
    assert commands(reply)[0] == "/role economist"


@pytest.mark.parametrize("words", ["auditor", "auditing", "Auditor", "what does an auditor do", "", "zebra", "reports on zebra stripes"])
def test_a_name_or_unrelated_words_match_no_assignment(words: str) -> None:
    assert matching_line(words, AUDITOR) is None


def test_the_assignment_with_most_common_words_is_shown() -> None:
    assert matching_line("who examines records for compliance", AUDITOR) == ("assignment", "Examines financial records")
    assert matching_line("writes clearly", AUDITOR) == ("skill", "Clear writing")
    assert matching_line("who checks importers for compliance", AUDITOR) == ("assignment", "Checks compliance")
    assert matching_line("ruling effects", ECONOMIST) == ("assignment", "Measures effects of rulings")


def test_a_synonym_of_several_words_may_match_an_assignment() -> None:
    lawyer = replace(ECONOMIST, synonyms=("lawyer", "who measures effects"), assignments=duties("Talks to lawyers", "Measures effects"))
    assert matching_line("who measures effects", lawyer) == ("assignment", "Measures effects")
    assert matching_line("Lawyer", lawyer) is None


def test_no_match_says_so_and_offers_the_list() -> None:
    reply = ask("/role border patrol agent")
    assert reply.subjects == ()
    assert "No results for “border patrol agent”" in reply.text
    assert commands(reply) == ["/role"]


def test_the_button_of_a_trade_page_has_its_short_name() -> None:
    page = replace(CATALOG.resources[0], slug="priority-trade-issues", title="Priority Trade Issues: High Risk Areas for the U.S.")
    catalog = replace(CATALOG, resources=(page,), roles=(replace(AUDITOR, resources=(page.slug,)),))
    row = ask("/role auditor", context=replace(CONTEXT, catalog=catalog)).blocks[-2]
    assert isinstance(row, Buttons)
    assert [button.label for button in row.buttons] == ["Revenue", "Priority Trade Issues", "All roles"]


def test_buttons_with_equal_names_are_labeled_with_their_kind() -> None:
    labels = [button.label for button in lookups.buttons(CATALOG, ("resource:forced-labor", "topic:forced-labor", "pti:revenue"), 3)]
    assert labels == ["Forced Labor (trade page on CBP.gov)", "Forced labor (topic)", "Revenue"]


def test_every_button_leads_to_an_answer() -> None:
    for typed in ("/role", "/role auditor", "/role auditor all"):
        for command in commands(ask(typed)):
            assert ask(command).subjects, command
