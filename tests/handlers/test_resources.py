import pytest

from handlers.questions.examples import THINGS, things_to_try
from handlers.replies import cards, text
from handlers.replies.reply import Buttons, Fold, Header, plain
from handlers.table import TABLE, Access, Source
from tests.support.full_catalog import ADMIN, CATALOG, COVID, LABOR, OFFICE, PARTNER, ask, commands
from tests.support.shipped_catalog import shipped_catalog


def shown(typed: str) -> str:
    return " ".join(text.render(ask(typed)).split())


def test_the_list_counts_archived_pages_without_listing_them() -> None:
    reply = ask("/trade resource")
    assert reply.subjects == ("resource:csms", "resource:forced-labor", "resource:rulings")
    assert COVID.title not in text.render(reply)
    assert "1 archived page not shown; search by name to find it" in shown("/trade resource")


def test_a_pages_button_shows_the_part_of_the_title_that_the_slug_names() -> None:
    labels = [button.label for block in ask("/trade resource").blocks if isinstance(block, Buttons) for button in block.buttons]
    assert labels == ["CSMS", "Forced Labor", "Rulings"]


def test_the_short_names_of_shipped_pages_come_from_their_titles() -> None:
    pages = shipped_catalog().resources
    names = {one.slug: cards.title_part(one.slug, one.title) for one in pages}
    assert names["importers-exporters"] == "Importers and Exporters"
    assert names["priority-trade-issues"] == "Priority Trade Issues"
    assert [slug for slug, name in names.items() if name not in next(one.title for one in pages if one.slug == slug)] == ["csms"]


def test_an_archived_page_is_found_by_name_and_says_that_it_is_archived() -> None:
    reply = ask("/trade resource covid-19")
    assert reply.subjects == ("resource:covid-19",)
    assert "Archived." in reply.text
    assert "Archived. Kept only for older references." in shown("resource covid 19 updates")
    assert "Last seen 2022." in shown("/trade resource covid-19")


def test_a_moved_page_shows_the_new_link_before_the_old_one() -> None:
    reply = ask("/trade resource forced-labor")
    assert Header(LABOR.title, "https://www.cbp.gov/trade/forced-labor") in reply.blocks
    answer = shown("/trade resource forced-labor")
    assert answer.index("It is now Forced Labor on CBP.gov") < answer.index(
        "The old link, as printed on the flyer: https://www.cbp.gov/trade/programs"
    )
    assert reply.text.endswith("https://www.cbp.gov/trade/forced-labor")


def test_the_list_links_the_page_that_works_today() -> None:
    assert "[2] https://www.cbp.gov/trade/forced-labor" in shown("/trade resource")
    assert "(moved)" in shown("/trade resource")


def test_an_unverified_page_is_marked() -> None:
    assert "Not verified. The address is the one printed on the flyer. We have not seen the page." in shown("resource rulings")
    assert "Not verified" in ask("resource rulings").text
    assert "Not verified" not in shown("resource csms")


def test_a_term_shows_its_expansion_and_link() -> None:
    reply = ask("term ACE")
    assert reply.subjects == ("term:ace",)
    assert commands(reply) == ["/pti revenue", "/trade term"]
    assert "Automated Commercial Environment One system. (CBP.gov" in shown("term ACE")
    assert reply.text == "Term: ACE, Automated Commercial Environment. One system. As of 6 Feb 2026. https://www.cbp.gov/ace"


def test_a_definition_from_a_secondary_source_is_hidden_but_the_expansion_is_shown() -> None:
    answer = shown("term HSU") + ask("term HSU").text
    assert "Harmonized System Update" in answer
    assert "From the press" not in answer
    assert "as of" not in answer


def test_the_glossary_is_folded_and_alphabetical() -> None:
    (fold,) = [block for block in ask("/trade term").blocks if isinstance(block, Fold)]
    assert [item[0].text for item in fold.items] == ["ACE", "HSU"]
    assert fold.more is not None
    assert fold.more.command == "/trade term all"
    assert "HSU: Harmonized System Update" in shown("/trade term all")


def test_a_topic_is_not_a_pti_and_names_who_answers_questions() -> None:
    reply = ask("/trade topic forced labor")
    assert reply.subjects == ("topic:forced-labor",)
    answer = shown("/trade topic forced labor")
    assert "Topic, not a Priority Trade Issue" in answer
    assert "For questions about it, see Revenue." in answer
    assert "ForcedLabor@cbp.dhs.gov" in answer
    assert "/csms latest forced-labor" in commands(reply)


def test_a_topic_that_is_a_pti_has_the_ptis_card() -> None:
    assert ask("/trade topic revenue").subjects == ("pti:revenue",)
    assert ask("/trade topic").subjects == ("topic:forced-labor",)


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("/trade drawback", "pti:revenue"),
        ("economist", "role:economist"),
        ("/trade ACE", "term:ace"),
        ("/trade covid-19", "resource:covid-19"),
    ],
)
def test_trade_finds_the_best_match_among_all_kinds(typed: str, subject: str) -> None:
    assert ask(typed).subjects == (subject,)


def test_no_match_offers_buttons_to_continue() -> None:
    reply = ask("/trade zebra crossing")
    assert reply.subjects == ()
    assert "No results for “zebra crossing” in the content. Try fewer or other words. Only the running bot stores messages" in reply.text
    assert len(commands(reply)) == 4


@pytest.mark.parametrize(
    ("typed", "where"),
    [("resource zebra", "in the trade pages"), ("term zebra", "in the glossary"), ("/trade topic zebra", "in the topics")],
)
def test_no_match_names_the_place_that_was_searched(typed: str, where: str) -> None:
    assert f"No results for “zebra” {where}." in ask(typed).text


def test_the_bare_command_shows_the_office_and_what_can_be_typed() -> None:
    reply = ask("/trade")
    assert reply.subjects == ("office:office-of-trade",)
    assert THINGS in text.render(reply)
    for thing in things_to_try(CATALOG, None):
        assert plain(thing) in text.render(reply)
        assert plain(thing) in reply.text
    assert OFFICE.motto in shown("/trade")


def test_the_office_card_folds_its_facts_and_shows_them_all_when_asked() -> None:
    assert "Office fact 5." not in shown("/trade office")
    assert "Office fact 5." in shown("/trade office facts")
    assert "Is it large? Yes." in shown("/trade office questions")


def test_help_is_the_table_and_shows_admins_their_commands_too() -> None:
    for_guests = [row for row in TABLE if row.audience is Access.ANYONE and row.source is not Source.BOT]
    for person, visible in ((PARTNER, for_guests), (ADMIN, list(TABLE))):
        answer = text.render(ask("help all", person))
        assert [row.usage for row in TABLE if row.usage in answer] == [row.usage for row in visible]


def test_every_button_leads_to_an_answer() -> None:
    for typed in (
        "/trade",
        "/trade office",
        "/trade resource",
        "resource csms",
        "term ACE",
        "/trade term",
        "/trade topic",
        "/trade topic forced-labor",
    ):
        for command in commands(ask(typed)):
            if not command.startswith("/csms latest"):  # that one needs a database
                assert ask(command).ok, command
                assert ask(command).subjects or command == "/trade help all", command
