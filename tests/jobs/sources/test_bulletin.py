"""The page of one bulletin at GovDelivery."""

from datetime import UTC, datetime

import pytest

from jobs.sources import bulletin
from jobs.sources.document import NotAFeed

PAGE = """<!DOCTYPE html><html lang="en"><head><title>CSMS # 67486391</title><style>p{color:red}</style></head><body>
<h1 class="bulletin_subject">CSMS # 67486391 - ACE Air EDI &amp; Entry Summary EDI</h1>
<span class="dateline">U.S. Customs and Border Protection sent this bulletin at 01/23/2026 05:26 PM EST</span>
<div id="bulletin_body"><table><tr><td><p>Cargo Systems Messaging Service</p><p>CSMS # 67486391 - ACE Air EDI &amp; Entry Summary EDI</p>
<div>ACE is sl<span>ow</span>.<br/>See <a href="/accounts/USDHSCBP/bulletins/405c2b7">this</a> &lt;now&gt;.</div></td></tr></table></div>
<div id="footer"><p>Unsubscribe</p></div></body></html>"""


def test_subject_time_and_text_are_read() -> None:
    (found,) = bulletin.read(PAGE.encode(), "text/html; charset=utf-8").entries
    assert found.title == "CSMS # 67486391 - ACE Air EDI & Entry Summary EDI"
    assert found.published == datetime(2026, 1, 23, 22, 26, tzinfo=UTC)
    assert found.body == (
        "Cargo Systems Messaging Service\nCSMS # 67486391 - ACE Air EDI & Entry Summary EDI\n"
        "ACE is slow.\nSee this (CSMS # 67486391) <now>."
    )


def test_nested_elements_end_where_they_end() -> None:
    page = '<div id="bulletin_body"><div><div>One</div></div>Two</div><div>Three</div>'
    assert [each.body for each in bulletin.read(page.encode(), "text/html").entries] == ["One\nTwo"]


@pytest.mark.parametrize("content_type", ["text/html; charset=windows-1252", 'text/html; charset="windows-1252"'])
def test_the_named_encoding_is_used(content_type: str) -> None:
    page = '<div id="bulletin_body">CBP\u2019s</div>'
    assert bulletin.read(page.encode("cp1252"), content_type).entries[0].body == "CBP\u2019s"
    assert bulletin.read(page.encode(), "text/html; charset=none-such").entries[0].body == "CBP\u2019s"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html>Access Denied</html>",
        '<div id="bulletin_body"></div>',
        '<div id="bulletin_body"><script>x</script></div>',
        "\x00\xff<![x",
        '{"a": 1}',
    ],
)
def test_another_page_is_refused(page: str) -> None:
    with pytest.raises(NotAFeed, match="no page of a bulletin"):
        bulletin.read(page.encode(), "text/html")


def test_a_page_that_ends_early_keeps_what_it_has() -> None:
    assert bulletin.read(PAGE[: PAGE.index("<br/>")].encode(), "text/html").entries[0].body.endswith("ACE is slow.")  # type: ignore[union-attr]


def test_hostile_markup_ends() -> None:
    deep = '<div id="bulletin_body">' + "<div>" * 50_000 + "x"
    assert bulletin.read(deep.encode(), "text/html").entries[0].body == "x"
    assert bulletin.read(('<div id="bulletin_body">' + "<a <b &#" * 200).encode(), "text/html").entries
