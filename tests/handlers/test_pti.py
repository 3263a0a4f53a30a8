import pytest

from handlers.replies import text
from handlers.replies.reply import Bullets, Buttons, Header, Reply, Span
from tests.support.full_catalog import PARTNER, REVENUE, ask, commands


def shown(typed: str) -> str:
    return " ".join(text.render(ask(typed)).split())


def links(reply: Reply) -> list[Span]:
    return [span for block in reply.blocks if isinstance(block, Bullets) for item in block.items for span in item if span.link]


def test_the_bare_command_lists_all_with_a_button_each() -> None:
    reply = ask("/pti")
    assert reply.subjects == ("pti:revenue", "pti:textiles")
    assert commands(reply) == ["/pti revenue", "/pti textiles"]
    assert [button.label for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons] == ["Revenue", "TWA"]


@pytest.mark.parametrize("typed", ["/pti revenue", "pti Revenue", "/pti drawback", "/pti REVENUES", "/ptis what is the revenue pti?"])
def test_every_form_of_a_name_shows_the_card(typed: str) -> None:
    reply = ask(typed)
    assert reply.subjects == ("pti:revenue",)
    assert Header("Revenue", REVENUE.url) in reply.blocks
    assert reply.shareable
    assert not reply.public


def test_the_card_says_that_the_words_are_ours_and_links_the_official_page() -> None:
    shown_card = shown("/pti revenue")
    assert "Priority Trade Issue · 19 U.S.C. 4322 · in our words; official page: Priority Trade Issues on CBP.gov [1]" in shown_card
    assert "official page: Textiles on CBP.gov" in shown("/pti textiles")
    assert "Not legal advice" in shown_card


def test_a_fact_stands_with_its_source_as_a_link_and_its_date() -> None:
    card = shown("/pti revenue")
    assert "Refunds are electronic. (CSMS 68179006 [2], as of 27 Mar 2026)" in card
    assert "[2] https://content.govdelivery.com/accounts/USDHSCBP/bulletins/410543e" in card
    assert [span.text for span in links(ask("/pti revenue"))][:2] == ["CSMS 68179006", "CBP.gov"]


@pytest.mark.parametrize("part", ["", " questions", " more"])
def test_secondary_statements_are_never_shown_and_do_not_make_the_card_newer(part: str) -> None:
    reply = ask(f"/pti revenue{part}")
    answer = text.render(reply) + reply.text
    assert "press" not in answer
    assert "news.example" not in answer
    assert "Sep 2026" not in answer


def test_an_internal_contact_stays_in_the_staffs_own_workspace() -> None:
    assert "desk@internal.example" in shown("/pti revenue")
    for typed in ("/pti revenue", "/pti revenue more", "/pti revenue questions", "/trade revenue"):
        outside = ask(typed, PARTNER)
        assert "desk@internal.example" not in text.render(outside) + outside.text
    assert "OTDRAWBACK@cbp.dhs.gov" in text.render(ask("/pti revenue", PARTNER))


def test_facts_that_do_not_fit_on_the_card_are_behind_more() -> None:
    assert "Fact 3." in shown("/pti revenue")
    assert "Fact 4." not in shown("/pti revenue")
    more = shown("/pti revenue more")
    for kept in ("Fact 4.", "Fact 7.", "19 U.S.C. 1313", "$41.6 billion", "CAPE", "Petroleum, Natural Gas & Minerals (Houston)"):
        assert kept in more
    assert "Fact 3." not in more


def test_the_third_contact_is_behind_more() -> None:
    assert "202-555-0100" not in shown("/pti revenue")
    assert "Contact: 202-555-0100, the third desk" in shown("/pti revenue more")
    assert "202-555-0100" in text.render(ask("/pti revenue", PARTNER))


def test_the_names_of_a_pti_are_listed_where_they_differ() -> None:
    assert "In the statute: Textiles and wearing apparel" in shown("/pti textiles more")
    assert "In the statute" not in shown("/pti revenue more")


def test_more_links_back_and_to_related_content_that_exists() -> None:
    assert commands(ask("/pti revenue more")) == ["/pti revenue", "/pti textiles", "/role auditor", "/trade resource csms"]


def test_every_button_leads_to_an_answer() -> None:
    for typed in ("/pti", "/pti revenue", "/pti revenue more", "/pti revenue questions"):
        for command in commands(ask(typed)):
            if not command.startswith("/csms latest"):  # that one needs a database
                assert ask(command).subjects, command


def test_questions_follow_only_a_ptis_own_name() -> None:
    assert "When is it due?" in shown("/pti revenue questions")
    assert "When is it due?" in shown("/pti Drawback FAQ")
    assert ask("/pti who answers drawback questions").text.startswith("OTDRAWBACK@cbp.dhs.gov: drawback")


def test_an_issue_without_questions_has_no_button_for_them() -> None:
    assert "/pti textiles questions" not in commands(ask("/pti textiles"))
    assert "This issue has no questions and answers yet" in shown("/pti textiles questions")


def test_no_match_says_so_and_offers_the_list() -> None:
    reply = ask("/pti border patrol agent")
    assert reply.subjects == ()
    assert "No results for “border patrol agent” in the seven Priority Trade Issues." in reply.text
    assert commands(reply) == ["/pti"]


def test_an_exact_match_of_another_kind_is_shown_as_the_closest_match() -> None:
    reply = ask("/pti auditor")
    assert reply.subjects == ("role:auditor",)
    assert reply.text.startswith("Closest match: Role: Auditor.")


def test_the_screen_reader_text_has_kind_title_and_link() -> None:
    spoken = "Priority Trade Issue: Revenue. Collecting what is owed."
    assert ask("/pti revenue").text == f"{spoken} Official page: {REVENUE.url}"


def test_never_more_than_five_buttons_in_a_row() -> None:
    for typed in ("/pti", "/pti revenue", "/pti revenue more"):
        assert all(len(block.buttons) <= 5 for block in ask(typed).blocks if isinstance(block, Buttons))
