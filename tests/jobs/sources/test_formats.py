"""Parsing each format, also when the document is broken or hostile."""

from datetime import UTC, datetime

import pytest

from jobs.sources import federal_register, jsonp, rss
from jobs.sources.document import Document, Found, NotAFeed, dump, load
from tests.support.feed_server import LOGIN, bulletin, bulletins, pages, register, widget
from tests.support.feed_server import rss as rss_of

TWO = bulletins(2)


def item(title: str = "T", rest: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>x</title><item><title>{title}</title>{rest}</item></channel></rss>'.encode()


def only(document: Document) -> Found:
    (found,) = document.entries
    return found


def test_rss_gives_number_title_link_date_and_body() -> None:
    document = rss.read(rss_of(TWO).encode(), "application/rss+xml")
    assert document.whole
    assert document.sound
    assert document.entries[1] == Found(
        "67000008",
        "CSMS # 67000008 - Quota notice 1",
        TWO[1].link,
        datetime(2026, 2, 5, 15, 30, 20, tzinfo=UTC),
        "Cargo Systems Messaging Service\nCSMS # 67000008 - Quota notice 1\nFilers take note of notice 1.",
    )


def test_atom_is_read_as_well() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>1</id><title>T</title><link href="https://www.cbp.gov/a"/>
        <updated>2026-02-03T10:00:00Z</updated><content type="html">&lt;p&gt;B&lt;/p&gt;</content></entry></feed>"""
    assert only(rss.read(atom, "")) == Found("1", "T", "https://www.cbp.gov/a", datetime(2026, 2, 3, 10, tzinfo=UTC), "B")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.71, 0.9, 0.999])
def test_of_a_truncated_document_only_whole_entries_are_kept(share: float) -> None:
    several = bulletins(20)
    full = rss_of(several).encode()
    document = rss.read(full[: int(len(full) * share)], "")
    assert not document.whole
    assert 0 < len(document.entries) < (21 if share == 0.999 else 20)
    assert document.entries == rss.read(full, "").entries[: len(document.entries)]


def test_a_document_that_is_not_well_formed_but_complete_is_whole() -> None:
    broken = rss_of(TWO).replace("<channel>", "<channel><junk>", 1).encode()
    document = rss.read(broken, "")
    assert (document.whole, document.sound, len(document.entries)) == (True, False, 2)


def test_a_few_bad_bytes_do_not_spoil_the_rest() -> None:
    text = rss_of([bulletin(1, "Notice – one"), bulletin(2, "Notice – two"), bulletin(3, "Quota – three")])
    bad = text.replace("UTF-8", "us-ascii").encode().replace(b"Quota", b"Qu\xf6\x0bta")
    document = rss.read(bad, "text/xml; charset=iso-8859-1")
    assert [each.title[18:] for each in document.entries] == ["Notice – one", "Notice – two", "Qu�ta – three"]
    assert (document.whole, document.sound) == (True, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_are_understood(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + item("Résumé").decode()
    assert only(rss.read(text.encode(encoding), "")).title == "Résumé"


@pytest.mark.parametrize("label", ["punycode", "utf-7", "no-such", "idna", "base64"])
def test_a_label_that_breaks_parsers_is_not_believed(label: str) -> None:
    assert only(rss.read(f'<?xml version="1.0" encoding="{label}"?>'.encode() + item("Fine"), f"text/xml; charset={label}")).title == "Fine"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">]>' + item("&a;").decode()
    with pytest.raises(NotAFeed, match="declares XML entities"):
        rss.read(bomb.encode(encoding), "")


def test_an_external_entity_reads_no_file() -> None:
    assert "root:" not in str(rss.read(b'<!DOCTYPE rss SYSTEM "file:///etc/passwd">' + item("fine"), "").entries)


@pytest.mark.parametrize("body", [b"/etc/passwd", b"https://www.cbp.gov/rss/trade", b"{}", b"<opml/>"])
def test_a_body_is_never_taken_for_an_address_or_a_file(body: bytes) -> None:
    with pytest.raises(NotAFeed, match="not RSS or Atom"):
        rss.read(body, "application/rss+xml")


def test_a_web_page_is_told_from_a_feed() -> None:
    for read in (rss.read, jsonp.read, federal_register.read):
        with pytest.raises(NotAFeed, match="a web page"):
            read(b"<!DOCTYPE html><html><title>Access Denied</title></html>", "text/html")


def test_at_most_500_entries_and_20000_characters_a_field() -> None:
    many = rss.read(rss_of([bulletin(n) for n in range(620)]).encode(), "")
    assert len(many.entries) == 500
    long = only(rss.read(item("t" * 30_000, f"<description>{'b' * 30_000}</description>"), ""))
    assert (len(long.title), len(long.body or "")) == (20_000, 20_000)


def test_controls_and_bidi_marks_are_removed() -> None:
    found = only(rss.read(item("safe\u202egpj.exe\u200b\u0007 &#x2066;x\u00ad", "<description>a\u202eb &amp;#8238;c</description>"), ""))
    assert (found.title, found.body) == ("safegpj.exe x", "ab c")


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://www.cbp.gov/a b", "https://www.cbp.gov/a%20b"),
        ("http://www.cbp.gov/a", "https://www.cbp.gov/a"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://www.cbp.gov@evil.example/", ""),
        ("ftp://www.cbp.gov/", ""),
        ("http://127.0.0.1:8080/x", ""),
        ("", ""),
    ],
)
def test_only_https_links_are_kept(written: str, link: str) -> None:
    assert only(rss.read(item("T", f"<link>{written}</link>"), "")).url == link


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 99 Foo 2026"])
def test_a_date_that_is_none_is_missing(date: str) -> None:
    assert only(rss.read(item("T", f"<pubDate>{date}</pubDate>"), "")).published is None


def test_drupal_loses_the_editors_login_and_keeps_the_rest() -> None:
    document = rss.read_drupal(pages().encode(), "")
    first, second = document.entries
    assert first.url == "https://www.cbp.gov/trade/wro-shrimp"
    assert first.published == datetime(2026, 2, 3, 15, tzinfo=UTC)  # of the page's own <time>, not of the pubDate
    assert first.body == "Ports detain it. List"
    assert second.title == "Trade snapshot: CBP's second issue"
    assert second.body == "EAPA and textiles. List"
    assert LOGIN not in dump(document)


def test_drupal_spans_without_their_classes_are_cut_as_well() -> None:
    html = f"<span>Title</span> <span><span>{LOGIN}</span></span><span><time>x</time></span><span>First</span> words<span> and last</span>"
    found = only(rss.read_drupal(item("T", f"<description>{html.replace('<', '&lt;')}</description>"), ""))
    assert found.body == "First words and last"


def test_the_widget_is_read_as_json_with_its_own_zones() -> None:
    document = jsonp.read(widget(TWO).encode(), "application/javascript")
    assert document.entries[1] == Found(
        "",
        "CSMS # 67000008 - Quota notice 1",
        f"https://content.govdelivery.com/bulletins/gd/USDHSCBP-{TWO[1].number:X}",
        datetime(2026, 2, 5, 15, 30, tzinfo=UTC),
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "GDWidgets[0].update([{",
        "GDWidgets[0].update(alert(1))",
        'GDWidgets[0].update({"subject": "x"})',
        "GDWidgets[0].update(" + "[" * 100_000,
        "",
        "[]",
    ],
)
def test_a_widget_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotAFeed):
        jsonp.read(text.encode(), "")


def test_odd_rows_of_the_widget_are_passed_over() -> None:
    rows = '[1, null, {"subject": 5}, {"subject": "CSMS # 67395160 - A\\ud800\\u0000", "href": "javascript:x", "pub_date": null}]'
    found = only(jsonp.read(f"GDWidgets[0].update({rows})".encode(), ""))
    assert found == Found("", "CSMS # 67395160 - A", "", None, None)


def test_the_federal_register_gives_number_title_link_day_and_abstract() -> None:
    assert only(federal_register.read(register().encode(), "application/json")) == Found(
        "2026-01234",
        "Quarterly interest rates on overdue duties",
        "https://www.federalregister.gov/documents/2026/01/20/2026-01234/rates",
        datetime(2026, 1, 20, 5, tzinfo=UTC),
        "CBP announces the rates.",
        "2026-01234",
    )


def test_the_federal_register_leaves_its_list_out_when_nothing_was_found() -> None:
    assert federal_register.read(b'{"count": 0}', "").entries == ()


@pytest.mark.parametrize("body", [b"[]", b'{"errors": {"agency": "unknown"}}', b'{"results": 5}', b'{"results": [', b"[" * 100_000])
def test_json_that_is_no_register_is_refused(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        federal_register.read(body, "")


def test_a_document_crosses_to_the_parent_and_back() -> None:
    import json

    document = Document(
        (Found("g", "t", "", datetime(2026, 1, 1, tzinfo=UTC), None), Found("", "ü", "https://x.gov", None, "b")), False, False
    )
    assert load(json.loads(dump(document))) == document
