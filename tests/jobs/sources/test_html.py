"""Plain text out of HTML."""

import pytest

from jobs.models.entries import Link
from jobs.sources.html import MAX_LINKS, clean_text, html_to_text, read_html, web_link


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<span>Release C</span><span>ondition</span> 3<b></b>33", "Release Condition 333"),
        ("<p>One</p><p>Two</p>three<br>four", "One\nTwo\nthree\nfour"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>HTS</td><td>Duty</td></tr><tr><td>8705</td><td>2%</td></tr></table>", "HTS Duty\n8705 2%"),
        ("a\n  b\t c&nbsp;d &amp; e &lt;f&gt;", "a b c d & e <f>"),
        ("<style>p{color:red}</style><script>x()</script><title>t</title>seen<!-- hidden -->", "seen"),
        ("<p>unclosed <b>tags <i>stay", "unclosed tags stay"),
        ("a < b and c > d", "a < b and c > d"),
        ('<img src="https://content.govdelivery.com/x.gif">', ""),
        ("", ""),
    ],
)
def test_inline_tags_join_and_blocks_part(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_a_link_to_a_bulletin_says_its_number() -> None:
    link = '<a href="https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4045e58">{}</a>'
    assert html_to_text(f"See {link.format('this <b>message</b>')}.") == "See this message (CSMS # 67395160)."
    assert html_to_text(f"See {link.format('CSMS 67395160')}.") == "See CSMS 67395160."
    assert html_to_text('<a href="https://www.cbp.gov/trade">page</a>') == "page"


def test_links_are_read_with_their_texts_each_address_once() -> None:
    html = (
        "<p>See <a href='/document/x'>the <b>HTS</b>\u202e list</a> and <a href='http://www.cbp.gov/a.pdf'><img src='i.png'></a>, "
        "<a href='/document/x'>again</a>, <a href='javascript:alert(1)'>bad</a>, <a href='https://www.cbp.gov@evil.example/a'>worse</a>, "
        "<a href='mailto:a@cbp.dhs.gov'>mail</a> <a name='anchor'>none</a> <a href='https://www.cbp.gov/b'>open"
    )
    text, links = read_html(html, "https://www.cbp.gov/rss/trade")
    assert links == (Link("the HTS list", "https://www.cbp.gov/document/x"), Link("", "https://www.cbp.gov/a.pdf"))
    assert text == html_to_text(html)
    many = "".join(f"<a href='https://www.cbp.gov/{n}'>{'x' * 5000}</a>" for n in range(500))
    assert len(read_html(many)[1]) == MAX_LINKS
    assert all(len(each.text) == 200 for each in read_html(many)[1])


def test_what_no_database_can_hold_is_removed() -> None:
    assert clean_text("a\x00b\ud800c\r\nd\u2028e\ufeff") == "abc\nd\ne"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/trade", "https://www.cbp.gov/trade"),
        ("http://www.cbp.gov/a b", "https://www.cbp.gov/a%20b"),
        ("", ""),
        (" \u200b", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://www.cbp.gov@evil.example/", ""),
        ("http://www.cbp.gov:8080/", ""),
        ("https://[", ""),
    ],
)
def test_a_link_is_https_and_leads_where_it_says_or_is_none(url: str, link: str) -> None:
    assert web_link(url, "https://www.cbp.gov/rss/trade") == link
