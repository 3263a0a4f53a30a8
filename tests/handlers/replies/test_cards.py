from dataclasses import replace

import pytest

from content.catalog import Contact, Question
from handlers.replies import cards, sources
from handlers.replies.reply import Button, Buttons, Menu, Section, SmallPrint, Span, code_line, is_heading, lines_of, plain
from jobs.models.channels import ChannelRef
from tests.support.full_catalog import AUDITOR, CATALOG, CONTEXT, FORCED, OFFICE, REVENUE, ask, said

HEX = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/"


@pytest.mark.parametrize(
    ("source", "spans"),
    [
        ("flyer", [("Office of Trade flyer", None)]),
        ("careers page, auditor", [("careers page", sources.CAREERS)]),
        ("https://www.cbp.gov/trade/x", [("CBP.gov", "https://www.cbp.gov/trade/x")]),
        ("http://cbp.gov/trade/x", [("CBP.gov", "https://cbp.gov/trade/x")]),
        ("https://rulings.cbp.gov/x", [("rulings.cbp.gov", "https://rulings.cbp.gov/x")]),
        ("CSMS 68179006", [("CSMS 68179006", f"{HEX}410543e")]),
        ("CSMS 67270895, CSMS 68179006", [("CSMS 67270895", f"{HEX}40278ef"), ("CSMS 68179006", f"{HEX}410543e")]),
        ("CSMS 67270895, 68179006", [("CSMS 67270895", f"{HEX}40278ef"), ("CSMS 68179006", f"{HEX}410543e")]),
        ("CSMS 68179006 ; https://www.trade.gov/y", [("CSMS 68179006", f"{HEX}410543e"), ("trade.gov", "https://www.trade.gov/y")]),
        ("CSMS 18-000296", [("CSMS 18-000296", None)]),
        ("https://www.cbp.gov/a ; https://www.cbp.gov/a", [("CBP.gov", "https://www.cbp.gov/a")]),
        ("", []),
    ],
)
def test_a_source_is_linked_where_it_can_be(source: str, spans: list[tuple[str, str | None]]) -> None:
    assert [(span.text, span.link) for span in sources.cite(source)] == spans


def test_a_statement_carries_its_source_and_its_date() -> None:
    assert (
        plain(cards.statement(said("So it is.", "CSMS 68179006", "2026-03-27"), CONTEXT)) == "So it is. (CSMS 68179006, as of 27 Mar 2026)"
    )
    assert plain(cards.statement(said("So it is.", "flyer", "2026-11"), CONTEXT)) == "So it is. (Office of Trade flyer, as of Nov 2026)"


def test_a_derived_statement_is_marked_as_our_reading() -> None:
    assert (
        plain(cards.statement(said("We think so.", status="derived"), CONTEXT))
        == "We think so. (CBP.gov, our interpretation, as of 6 Feb 2026)"
    )


def test_statements_answers_and_contacts_from_secondary_sources_are_hidden() -> None:
    assert cards.statements([said("a"), said("b", status="secondary")], CONTEXT) == (cards.statement(said("a"), CONTEXT),)
    assert cards.answers([Question("q", "a", "flyer", "2026", "secondary")], CONTEXT) == ()
    assert cards.contacts([Contact("x@news.example", "rumors", "flyer", "2026", "public", "secondary")]) == ()


def test_an_internal_contact_says_that_it_is() -> None:
    inside = Contact("desk@internal.example", "our desk", "flyer", "2026", "internal")
    assert [plain(one) for one in cards.contacts([inside])] == ["Contact: desk@internal.example, our desk (internal)"]


@pytest.mark.parametrize(
    ("dates", "common"),
    [
        (("2026-01", "2026-03-27", "2018"), ""),
        (("2026-11", "2026-11"), "As of Nov 2026"),
        (("2026", "2026-01"), ""),
        (("2023 or later",), "As of 2023 or later"),
        (("2026-11", ""), "As of Nov 2026"),
        (("",), ""),
        ((), ""),
    ],
)
def test_a_footer_has_a_date_only_if_it_is_every_statements(dates: tuple[str, ...], common: str) -> None:
    assert cards.common_date(dates) == common
    assert [plain(one) for one in cards.footer(*dates).lines] == [f"{common} · Not legal advice" if common else "Not legal advice"]


def test_a_source_that_all_shown_statements_share_is_said_once() -> None:
    one, two, hidden = (
        said("One.", "CSMS 68179006", "2026-03-27"),
        said("Two.", "CSMS 68179006"),
        said("Three.", "flyer", status="secondary"),
    )
    assert sources.common_source((one, two, hidden)) == "CSMS 68179006"
    assert sources.common_source((one, said("Two.", "flyer"))) == ""
    assert sources.common_source((one, hidden)) == ""  # a single one has its source beside it
    lines = cards.statements((one, two), CONTEXT, "CSMS 68179006")
    assert [plain(each) for each in lines] == ["One. (as of 27 Mar 2026)", "Two. (as of 6 Feb 2026)"]
    (last,) = cards.footer("2026", source="CSMS 67270895, CSMS 68179006").lines
    assert plain(last) == "Source: CSMS 67270895, CSMS 68179006 · As of 2026 · Not legal advice"
    assert [span.link for span in last if span.link] == [f"{HEX}40278ef", f"{HEX}410543e"]


def test_a_page_that_a_line_begins_with_is_no_source_again() -> None:
    page = Span("Leadership on CBP.gov", link="https://www.cbp.gov/about")
    for source, shown in (
        ("https://cbp.gov/about/", "Leadership on CBP.gov · as of 2026"),
        ("https://cbp.gov/about/offices", "Leadership on CBP.gov · CBP.gov/about/offices · as of 2026"),
        ("https://www.gao.gov/a", "Leadership on CBP.gov · gao.gov · as of 2026"),
    ):
        assert plain(cards.source_line(said("x", source, "2026"), CONTEXT, page)) == shown


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("https://www.usajobs.gov/job/1 ; https://www.usajobs.gov/job/2", ["usajobs.gov/job/1", "usajobs.gov/job/2"]),
        ("https://cbp.gov/trade ; https://cbp.gov/a?b=1 ; https://www.gao.gov", ["CBP.gov/trade", "CBP.gov/a", "gao.gov"]),
        ("https://cbp.gov/a?b=1 ; https://cbp.gov/a?b=2", ["CBP.gov", "CBP.gov (2)"]),
        (f"https://cbp.gov/trade ; https://cbp.gov/{'release/' * 6}ctac", ["CBP.gov/trade", "CBP.gov/…/ctac"]),
        (
            f"https://cbp.gov/{'a' * 60} ; https://cbp.gov/{'long-' * 12}",
            [f"CBP.gov/…/{'a' * 40}…", "CBP.gov/…/long-long-long-long-long-long-long-long…"],
        ),
    ],
)
def test_two_pages_of_one_site_are_told_apart(source: str, names: list[str]) -> None:
    assert [span.text for span in sources.cite(source)] == names


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://www.federalregister.gov/d/2026-11595", "FR Doc. 2026-11595"),
        ("https://www.ecfr.gov/current/title-19/section-177.1", "19 CFR 177.1"),
        ("https://www.ecfr.gov/current/title-19/part-190", "19 CFR Part 190"),
        (
            "https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title19-section1592&num=0&edition=prelim",
            "19 U.S.C. 1592",
        ),
        ("https://www.federalregister.gov/agencies", "federalregister.gov"),
    ],
)
def test_a_law_and_a_document_are_named_as_they_are_quoted(source: str, name: str) -> None:
    (span,) = sources.cite(source)
    assert (span.text, span.link) == (name, source)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Free Trade Agreements (FTA)", "FTA"),
        ("Anti-dumping (AD/CVD)", "AD/CVD"),
        ("Revenue", "Revenue"),
        ("Odd (a much longer remark)", "Odd (a much longer remark)"),
    ],
)
def test_a_short_name_is_the_abbreviation(name: str, label: str) -> None:
    assert cards.short_name(name) == label


@pytest.mark.parametrize(
    ("slug", "title", "name"),
    [
        ("importers-exporters", "Guidance for Importers and Exporters", "Importers and Exporters"),
        ("covid-19", "CBP COVID-19 Updates", "COVID-19"),
        ("ace", "Surface trade: Automated Commercial Environment (ACE)", "ACE"),
        ("csms", "Receive News and Updates", "CSMS"),
        ("trade-news", "Receive News about Trade", "Trade news"),
        ("a+b", "About A+B (new)", "A+B"),
    ],
)
def test_the_part_of_a_title_that_a_slug_names(slug: str, title: str, name: str) -> None:
    assert cards.title_part(slug, title) == name


def test_more_than_four_choices_are_a_select_menu() -> None:
    buttons = [Button(str(number), f"/{number}") for number in range(7)]
    assert cards.choices("Choose", buttons) == Menu("Choose", tuple(buttons))
    assert cards.choices("Choose", buttons[:4]) == Buttons(tuple(buttons[:4]))


def test_an_ambiguous_match_offers_the_candidates() -> None:
    offers = [
        cards.Offer("pti:textiles", "Textiles", "Priority Trade Issue", "/pti textiles"),
        cards.Offer("term:tpl", "TPL", "glossary", "/trade term tpl"),
    ]
    reply = cards.choice("TPL  mexico", offers)
    assert (
        reply.text
        == "The bot is not sure what you mean by “TPL mexico”. Did you mean one of these? Textiles (Priority Trade Issue); TPL (glossary)"
    )
    assert reply.subjects == ("pti:textiles", "term:tpl")
    assert reply.blocks[-1] == Buttons(
        (Button("Textiles (Priority Trade Issue)", "/pti textiles"), Button("TPL (glossary)", "/trade term tpl"))
    )


def test_a_long_quotation_is_cut() -> None:
    assert len(cards.quote("x" * 5000)) <= 82
    assert cards.quote("two\n words") == "“two words”"


def test_the_hint_follows_when_nothing_is_found() -> None:
    reply = cards.no_match("zebra", "in the glossary", Button("Show", "/x"), hint="But there is a zoo.")
    assert reply.text == "No results for “zebra” in the glossary. But there is a zoo."
    assert reply.blocks[0] == Section(((Span("No results for “zebra” in the glossary.", bold=True),), (Span("But there is a zoo."),)))


@pytest.mark.parametrize(
    ("place", "called"),
    [
        (ChannelRef("teams", "tenant", "19:a@thread.tacv2", "General", {"kind": "channel"}), "channel"),
        (ChannelRef("teams", "tenant", "19:b@thread.v2", "", {"kind": "groupChat"}), "chat"),
        (ChannelRef("teams", "tenant", "a:1", "", {"kind": "personal"}), "chat"),
        (ChannelRef("teams", "tenant", "D1"), "channel"),
        (ChannelRef("slack", "T1", "D024BE91L"), "chat"),
        (ChannelRef("slack", "T1", "C024BE91L", "#trade"), "channel"),
        (ChannelRef("slack", "T1", "G024BE91L"), "channel"),  # a private channel or a chat of several: its id doesn't tell
        (None, "channel"),
    ],
)
def test_a_chat_is_distinguished_from_a_channel(place: ChannelRef | None, called: str) -> None:
    assert cards.channel_noun(place) == called


SHARED = "CSMS 67236626"
FACTS = tuple(said(f"Fact {number}.", SHARED) for number in range(1, 6))
ASKED = tuple(Question(f"Question {number}?", "Yes.", SHARED, "2026") for number in (1, 2))
ONE_SOURCE = replace(
    CATALOG,
    ptis=(replace(REVENUE, facts=FACTS, questions=ASKED, authority=(), stats=()),),
    topics=(replace(FORCED, facts=FACTS),),
    roles=(replace(AUDITOR, facts=FACTS),),
    office=replace(OFFICE, mission=FACTS, facts=FACTS, questions=ASKED),
)


@pytest.mark.parametrize(
    "typed",
    [
        *("/pti revenue", "/pti revenue questions", "/pti revenue more", "/trade topic forced labor", "/role auditor"),
        *("/trade office mission", "/trade office facts", "/trade office questions"),
    ],
)
def test_a_card_says_once_and_at_its_end_what_all_its_statements_share(typed: str) -> None:
    reply = ask(typed, context=replace(CONTEXT, catalog=ONE_SOURCE))
    (*before, last) = reply.blocks
    assert isinstance(last, SmallPrint)
    assert plain(last.lines[-1]).startswith(f"Source: {SHARED} · ")
    assert not any(SHARED in plain(each) for block in before for each in lines_of(block))


def test_a_heading_is_one_to_the_platforms_unless_more_follows_it() -> None:
    assert is_heading(cards.heading("Revenue"))
    assert not is_heading(cards.heading("No results.", " Try other words."))
    followed = cards.heading("Poll requested.", code_line(" Type `/csms latest`."))
    assert plain(followed.lines[0]) == "Poll requested. Type /csms latest."
    assert [span.text for span in followed.lines[0] if span.code] == ["/csms latest"]


def test_quoted_words_mention_nobody() -> None:
    assert cards.quote("<!here> <@U1> <#C1> a < b") == "“‹!here> ‹@U1> ‹#C1> a < b”"
