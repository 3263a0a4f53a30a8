"""Replies as pages of HTML."""

import re

from handlers.replies.html import render
from handlers.replies.reply import Bullets, Button, Buttons, Fields, Fold, Header, Reply, Section, SmallPrint, Span, line

PAGE = Reply(
    "Text",
    (
        Section((line(Span("A warning.", bold=True)),)),
        Header("Title & more", "https://www.cbp.gov/trade"),
        Section((line(Span("Part", bold=True)),)),
        Bullets((line("One ", Span("page", link="https://www.cbp.gov/a?b=1&c=2"), Span("small", quiet=True)),)),
        Fields((("9 Jul", line("opens")),)),
        SmallPrint((line("Note"),)),
        Fold("Folded", (line("item"),), Button("More", "/more")),
        Buttons((Button("Press", "/press"),)),
    ),
)


def test_a_page_has_a_language_a_title_one_first_heading_and_heads_of_rows_and_columns() -> None:
    page = render(PAGE, "Date", "Event")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Title &amp; more</title>" in page
    assert re.findall(r"<(h\d)>", page) == ["h1", "h2", "h2", "h2"]
    assert '<th scope="col">Date</th><th scope="col">Event</th>' in page
    assert '<tr><th scope="row">9 Jul</th><td>opens</td></tr>' in page
    assert '<li>One <a href="https://www.cbp.gov/a?b=1&amp;c=2">page</a><br><small>small</small></li>' in page


def test_a_page_has_nothing_to_select() -> None:
    page = render(PAGE)
    assert "Press" not in page
    assert "<button" not in page
    assert "<script" not in page


def test_hostile_text_is_escaped_and_only_https_is_linked() -> None:
    hostile = Reply("x", (Header("<script>alert(1)</script>"), Section((line(Span('"><img src=x>', link="javascript:alert(1)")),))))
    page = render(hostile)
    assert "<script" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;" in page


def test_colors_contrast_with_white_by_more_than_four_and_a_half() -> None:
    for color in set(re.findall(r"(?<!border: 1px solid )(?<!-bottom: 1px solid )#[0-9a-f]{6}", render(PAGE).split("</style>")[0])):
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) > 4.5, color


def test_what_became_of_a_list_item_stands_in_it() -> None:
    page = render(Reply("t", (Bullets((line("One"), line("\u21b3 ", "Corrected by Two"), line("Three"))),)), "Date", "Event")
    assert "<li>One<br>\u21b3 Corrected by Two</li>\n<li>Three</li>" in page
