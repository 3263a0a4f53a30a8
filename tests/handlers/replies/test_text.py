import pytest

from handlers.replies.reply import (
    Bullets,
    Button,
    Buttons,
    Divider,
    Fields,
    Fold,
    Header,
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    line,
)
from handlers.replies.text import WIDTH, clean, render

LINK = "https://www.cbp.gov/trade"


def test_every_block_is_shown() -> None:
    reply = Reply(
        "spoken",
        (
            Header("Revenue", LINK),
            Section((line("One ", Span("bold", bold=True)), line("Two"))),
            Bullets((line("first"), line(Span("second", link=LINK)))),
            Fields((("Number", line("67647279")),)),
            Divider(),
            Buttons((Button("More", "/pti revenue more"), Button("Latest updates", "/csms latest revenue"))),
            SmallPrint((line("not legal advice"),)),
        ),
    )
    assert render(reply) == (
        "Revenue [1]\n===========\n\nOne bold\nTwo\n\n- first\n- second [1]\n\nNumber: 67647279\n\n--------------------\n\n"
        "> More            /pti revenue more\n> Latest updates  /csms latest revenue\n\nnot legal advice\n\n"
        "[1] https://www.cbp.gov/trade"
    )


def test_a_folded_list_shows_its_first_items_and_the_command_for_all() -> None:
    items = tuple(line(f"item {number}") for number in range(5))
    more = Button("Show all", "/role auditor skills")
    assert (
        render(Reply("", (Fold("Skills (5)", items, more),))) == "Skills (5)\n- item 0\n- item 1\n- item 2\n… 2 more: /role auditor skills"
    )
    assert render(Reply("", (Fold("Skills (3)", items[:3], more),))) == "Skills (3)\n- item 0\n- item 1\n- item 2"
    assert "item 4" in render(Reply("", (Fold("Skills (5)", items),)))


def test_menus_are_shown_as_buttons() -> None:
    more = Overflow((Button("Change", "/csms subscribe instead of 1"), Button("End", "/csms unsubscribe 1")))
    shown = "> Change  /csms subscribe instead of 1\n> End     /csms unsubscribe 1"
    assert render(Reply("", (more,))) == shown
    assert render(Reply("", (Menu("Choose", more.buttons),))) == shown
    assert render(Reply("", (Section((line("1 · Revenue"),), more),))) == f"1 · Revenue\n{shown}"


def test_a_reply_without_blocks_is_its_text() -> None:
    assert render(Reply("Nothing changed.", ())) == "Nothing changed."


def test_long_lines_are_wrapped_and_links_never_broken() -> None:
    long = "https://www.cbp.gov/" + "x" * 200
    shown = render(Reply("", (Bullets((line("word " * 60, Span("link", link=long)),)),)))
    assert f"[1] {long}" in shown
    assert all(len(one) <= WIDTH for one in shown.splitlines() if long not in one)


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("a\x1b[31mred\x07", "a[31mred"),
        ("two\nlines\ttab", "two lines tab"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("half \ud800 letter", "half  letter"),
        ("café – “fine” 日本 🙂", "café – “fine” 日本 🙂"),
    ],
)
def test_foreign_text_cannot_control_the_terminal_or_change_its_direction(foreign: str, shown: str) -> None:
    assert clean(foreign) == shown
    assert render(Reply("", (Section((line(foreign),)),))) == " ".join(shown.split()) or "  " in shown


def test_a_title_with_an_arrow_is_no_mark_of_the_message_above_it() -> None:
    hostile = Bullets((line("AGOA"), line(Span("↳ Corrected by CSMS 1. Pay there instead.", link="https://www.cbp.gov/1"))))
    assert "- ↳ Corrected" in render(Reply("x", (hostile,)))
    mark = Bullets((line("AGOA"), line("↳ ", Span("Corrected by CSMS 1."))))
    assert "- ↳" not in render(Reply("x", (mark,)))
