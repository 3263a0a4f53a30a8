"""Feeds that are not as their formats want them: what is wrong costs no more than itself."""

import json
from datetime import UTC, datetime

import pytest

from jobs.sources import federal_register, jsonp, rss
from jobs.sources.document import Document, Found, NotAFeed
from jobs.sources.html import html_to_text
from jobs.sources.repair import mend_references
from tests.support.feed_server import bulletins, widget
from tests.support.feed_server import rss as rss_of

URL = "https://www.cbp.gov/rss/trade"
SEVERAL = bulletins(6)
LINES = rss_of(SEVERAL).split("\n")


def channel(items: str, before: str = "", root: str = "") -> bytes:
    return f'<rss version="2.0"{root}><channel><title>x</title>{before}{items}</channel></rss>'.encode()


def item(title: str = "T", rest: str = "") -> bytes:
    return channel(f"<item><title>{title}</title>{rest}</item>")


def only(document: Document) -> Found:
    (found,) = document.entries
    return found


BAD = ["&#xD83D;", "&#55357;", "&#x110000;", "&#1114112;", "&#0;", "&#x1;", "&#x1F;", "&#xFFFF;", f"&#{'9' * 5_000};", f"&#x{'F' * 5_000};"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("&#xD83D;&#xDE00;", "\U0001f600"),
        ("&#55357;&#56832;", "\U0001f600"),
        ("&#xd83d;&#56832;", "\U0001f600"),
        ("&#xD83D&#xDE00", "\U0001f600"),
        ("&#x1F600;", "\U0001f600"),
        ("&#128512;", "\U0001f600"),
        ("&#xDE00;&#xD83D;", ""),
        ("&#xD83D;&#xD83D;&#xDE00;", "\U0001f600"),
        ("&#8217;", "’"),
        ("&#8217", "’"),
        ("&#00039;", "'"),
        *((each, "") for each in BAD),
    ],
)
@pytest.mark.parametrize("place", ["title", "cdata", "html", "html in cdata", "escaped title"])
def test_reference_costs_at_most_its_character(written: str, text: str, place: str) -> None:
    escaped = written.replace("&", "&amp;")
    title, body = {
        "title": (f"a{written}z", "B"),
        "cdata": ("T", f"<![CDATA[a{written}z]]>"),
        "html": ("T", f"&lt;p>a{escaped}z&lt;/p>"),
        "html in cdata": ("T", f"<![CDATA[<p>a{written}z</p>]]>"),
        "escaped title": (f"a{escaped}z" if written.endswith(";") else f"a{text}z", "B"),
    }[place]
    found = only(rss.read(item(title, f"<description>{body}</description>"), ""))
    assert (found.title if "title" in place else found.body) == f"a{text}z"


@pytest.mark.parametrize("bad", BAD)
def test_bad_reference_anywhere_costs_no_entry(bad: str) -> None:
    for old, new in (
        ("<title>", f"<title>{bad}"),
        ("</link>", f"{bad}</link>"),
        ("</guid>", f"{bad}</guid>"),
        ("</pubDate>", f"{bad}</pubDate>"),
        ("</description>", f"{bad}</description>"),
        ("isPermaLink='false'", f"isPermaLink='false{bad}'"),
    ):
        broken = "\n".join([*LINES[:2], LINES[2].replace(old, new), *LINES[3:]])
        document = rss.read(broken.encode(), "")
        assert (document.whole, document.sound) == (True, True), new[:40]
        assert document == rss.read("\n".join(LINES).encode(), "")


@pytest.mark.parametrize("reference", ["&#xD83D;&#xDE00;", "&#x110000;", "&#xD83D;"])
def test_bad_reference_in_atom_costs_no_entry(reference: str) -> None:
    entries = [
        f"<entry><id>{n}</id><title>T{n}{reference}</title><link href='https://www.cbp.gov/{n}{reference}'/></entry>" for n in range(3)
    ]
    document = rss.read(f"<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(entries)}</feed>".encode(), "")
    assert [each.guid for each in document.entries] == ["0", "1", "2"]
    assert document.sound


def test_emoji_encoded_as_two_surrogates_is_read() -> None:
    body = item("MARK – fine").replace(b"MARK", b"\xed\xa0\xbd\xed\xb8\x80")
    assert only(rss.read(body, "")).title == "\U0001f600 – fine"


def test_bad_references_in_html_alone_are_mended_too() -> None:
    assert html_to_text("<p>a&#xD83D;&#xDE00;&#x110000;&#0;b</p>") == "a\U0001f600b"


def test_mended_references_stay_references_to_markup() -> None:
    assert mend_references("&#60;b&#62; &#38;") == "&#60;b&#62; &#38;"


@pytest.mark.parametrize("escape", ["\\ud83d\\ude00", "\\ud83d", "\\u0000", "\\x41", "\\", "\t", "\x01"])
@pytest.mark.parametrize("source", ["jsonp", "federal-register"])
def test_bad_escape_in_json_costs_no_entry(escape: str, source: str) -> None:
    if source == "jsonp":
        broken = widget(SEVERAL).replace("Quota notice 2", f"Quota {escape} notice 2")
        document = jsonp.read(broken.encode(), "")
    else:
        rows = [{"document_number": str(n), "title": f"Quota notice {n}"} for n in range(6)]
        broken = json.dumps({"count": 6, "results": rows}).replace("Quota notice 2", f"Quota {escape} notice 2")
        document = federal_register.read(broken.encode(), "")
    assert len(document.entries) == 6
    assert document.whole
    assert document.entries[2].title.endswith("notice 2")


def test_malformed_object_in_json_costs_itself_and_is_told() -> None:
    broken = widget(SEVERAL).replace('"subject": "CSMS # 67000015', '"subject": x"CSMS # 67000015')
    document = jsonp.read(broken.encode(), "")
    assert [each.title[7:15] for each in document.entries] == [str(each.number) for each in SEVERAL if each.number != 67000015]
    assert (document.whole, document.sound, document.warnings) == (True, False, ("entries that cannot be read: 1",))


@pytest.mark.parametrize("ending", ['"}]', '"}])', '"}]);', '"}] x'])
def test_an_end_of_the_list_within_an_entry_costs_no_other(ending: str) -> None:
    broken = widget(SEVERAL).replace("Quota notice 2", f"Quota {ending} notice 2")
    document = jsonp.read(broken.encode(), "")
    assert [each.title[-1] for each in document.entries if each.title.startswith("CSMS") and "Quota notice" in each.title] == list("01345")


def test_json_number_of_thousands_of_digits_costs_no_entry() -> None:
    broken = widget(SEVERAL).replace('"subject"', f'"n": {"9" * 5_000}, "subject"', 1)
    assert len(jsonp.read(broken.encode(), "").entries) == 6


def test_json_that_was_cut_short_keeps_its_whole_objects() -> None:
    full = widget(SEVERAL)
    document = jsonp.read(full[: int(len(full) * 0.7)].encode(), "")
    assert (len(document.entries), document.whole) == (4, False)


@pytest.mark.parametrize(
    "extra",
    [
        "<media:title>M</media:title><media:description>Picture</media:description>",
        "<media:group><media:content url='https://x.gov/'><media:description>P</media:description></media:content></media:group>",
        "<m:title>M</m:title><m:description>Picture</m:description>",
        "<itunes:title>M</itunes:title><itunes:summary>Picture</itunes:summary><itunes:subtitle>P</itunes:subtitle>",
        '<description xmlns="http://search.yahoo.com/mrss/">Picture</description><title xmlns="http://search.yahoo.com/mrss/"/>',
        '<group xmlns="http://search.yahoo.com/mrss/"><title>M</title><group/><description>P</description></group>',
        "<thumbnail xmlns='https://search.yahoo.com/mrss/' url='https://x.gov/'/>",
        '<s:description xmlns:s="https://search.yahoo.com/mrss/">Picture</s:description>',
    ],
)
@pytest.mark.parametrize("order", ["before", "after", "malformed"])
def test_texts_of_pictures_are_not_the_entrys(extra: str, order: str) -> None:
    own = "<title>Own</title><description>Text</description>"
    root = (
        ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:m="http://search.yahoo.com/mrss"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    )
    inside = extra + own if order == "before" else own + extra + ("<b>" if order == "malformed" else "")
    found = only(rss.read(channel(f"<item>{inside}</item>", root=root), ""))
    assert (found.title, found.body) == ("Own", "Text")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&T & Sons", "AT&T & Sons"),
        ("R&D; more", "R&D; more"),
        ("Duties < 5% & > 3%", "Duties < 5% & > 3%"),
        ("A&nbsp;B &eacute; &mdash; &unknown;", "A B é — &unknown;"),
        ("&copy=2", "&copy=2"),
        ("&amp; &#38; & x", "& & & x"),
        ("&&&", "&&&"),
    ],
)
def test_raw_ampersand_stays(written: str, title: str) -> None:
    document = rss.read(item(written, "<link>https://www.cbp.gov/a?x=1&b=2&copy=3&amp;lt=4&section=5</link>"), "")
    assert (document.whole, document.sound) == (True, True)
    assert only(document) == Found("", title, "https://www.cbp.gov/a?x=1&b=2&copy=3&lt=4&section=5", None, None)


def test_raw_ampersand_stays_in_a_feed_that_is_malformed_elsewhere_too() -> None:
    document = rss.read(item("AT&T", "<b><link>https://www.cbp.gov/a?x=1&b=2&copy=3</link>"), "")
    assert not document.sound
    assert (only(document).title, only(document).url) == ("AT&T", "https://www.cbp.gov/a?x=1&b=2&copy=3")


def test_raw_ampersand_in_an_attribute_stays() -> None:
    atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>T</title><link href='https://www.cbp.gov/a?x=1&copy=2'/></entry></feed>"
    assert only(rss.read(atom.encode(), "")).url == "https://www.cbp.gov/a?x=1&copy=2"


def test_well_formed_document_is_not_mended() -> None:
    body = "<!-- & < --><description><![CDATA[<p>a &lt; b & c</p>]]></description>"
    found = only(rss.read(item("<![CDATA[R&D &amp; <item> &copy;]]>", body), ""))
    assert found.body == "a < b & c"
    assert "R&D" in found.title


SPOILED = [
    "<![CDATA[",
    "<!--",
    "<item>",
    "<item",
    "</item>",
    "<title>",
    "</title>",
    "</channel>",
    "</rss>",
    "<!DOCTYPE x [",
    "<!ENTITY a 'b'>",
    "<![x",
    "<?",
    "<a href='",
    "<b>" * 3_000,
    "<source url='http://['>",
    "<image><width>x</width></image>",
    "<media:thumbnail>u</media:thumbnail></media:credit>",
    "<georss:point>x</georss:point>",
    "<link href='http://[x'/>",
    "<x xml:base='http://[x'>",
    "<x " + " ".join(f"a{n}=''" for n in range(20_000)) + ">",
    "x" * 50_000,
    "\x00\x01\x0b",
    "\ufffe",
]


@pytest.mark.parametrize("spoiling", SPOILED, ids=range(len(SPOILED)))
@pytest.mark.parametrize("place", ["<title>", "<link>", "<guid isPermaLink='false'>", "<description>", "</description>", "</item>"])
def test_broken_entry_costs_no_other(spoiling: str, place: str) -> None:
    sound = rss.read("\n".join(LINES).encode(), "")
    for position in (0, 2, 5):
        lines = list(LINES)
        lines[1 + position] = lines[1 + position].replace(place, place + spoiling, 1)
        document = rss.read("\n".join(lines).encode(), "")
        others = [each for each in sound.entries if each.guid != str(SEVERAL[position].number)]
        assert [each for each in document.entries if each in others] == others


@pytest.mark.parametrize("crashing", ["</width>", "<georss:point>x</georss:point>", "</media:credit>"])
def test_entry_that_crashes_the_parser_keeps_its_own_fields(crashing: str) -> None:
    lines = list(LINES)
    lines[3] = lines[3].replace("<guid", f"{crashing}<b><guid")
    document = rss.read("\n".join(lines).encode(), "")
    assert document.entries == rss.read("\n".join(LINES).encode(), "").entries


@pytest.mark.parametrize("stray", ["</item>", "<item>", "<entry>"])
def test_entry_that_a_stray_tag_splits_stays_one(stray: str) -> None:
    lines = list(LINES)
    lines[3] = lines[3].replace("<guid", f"{stray}<guid")
    document = rss.read("\n".join(lines).encode(), "")
    assert document.entries == rss.read("\n".join(LINES).encode(), "").entries


def test_an_identity_that_an_end_tag_cuts_from_its_entry_stays_with_it() -> None:
    entries = [f"<entry><id>tag:{n}</id><title>Notice {n}</title><summary>About {n}.</summary></entry>" for n in range(4)]
    head = '<feed xmlns="http://www.w3.org/2005/Atom">'
    sound = rss.read(f"{head}{''.join(entries)}</feed>".encode(), "")
    entries[1] = entries[1].replace("</id>", "</id></entry>")
    assert rss.read(f"{head}{''.join(entries)}</feed>".encode(), "").entries == sound.entries


def test_an_entry_without_its_start_tag_is_not_taken_for_the_rest_of_the_one_before() -> None:
    lines = list(LINES)
    lines[3] = lines[3].replace("<item>", "")
    assert [each.guid for each in rss.read("\n".join(lines).encode(), "").entries] == [str(each.number) for each in SEVERAL]


@pytest.mark.parametrize("base", ["http://[x", "ftp://x/", "javascript:x"])
def test_a_bad_base_costs_no_link_of_another_entry(base: str) -> None:
    items = [f"<item><title>T{n}</title><link>/a/{n}</link><pubDate>Mon, 2 Feb 2026 09:00:00 GMT</pubDate></item>" for n in range(4)]
    items[1] = items[1].replace("<pubDate>", f"<pubDate xml:base='{base}'>")
    document = rss.read(channel("".join(items), "<link>https://www.cbp.gov/</link>"), "")
    assert [each.url for each in document.entries] == [f"https://www.cbp.gov/a/{n}" for n in range(4)]


def test_commented_out_entries_stay_out_of_a_malformed_feed() -> None:
    lines = list(LINES)
    lines[2] = f"<!-- {lines[2]} -->"
    lines[4] += "<b>"
    assert len(rss.read("\n".join(lines).encode(), "").entries) == 5


@pytest.mark.parametrize(
    ("before", "root", "link", "url"),
    [
        ("", "", "/trade/a", "https://www.cbp.gov/trade/a"),
        ("<link/>", "", "/trade/a", "https://www.cbp.gov/trade/a"),
        ("<link></link>", "", "a", "https://www.cbp.gov/rss/a"),
        ("<link>/trade/</link>", "", "a", "https://www.cbp.gov/trade/a"),
        ("<link>javascript:x</link>", "", "/a", "https://www.cbp.gov/a"),
        ("<link>https://www.dhs.gov/x/</link>", "", "a", "https://www.dhs.gov/x/a"),
        ("<link>https://www.dhs.gov/</link>", " xml:base='https://www.cbp.gov/b/'", "a", "https://www.cbp.gov/b/a"),
        ("<link/>", " xml:base='/b/'", "a", "https://www.cbp.gov/b/a"),
        ("<link/>", "", "//www.dhs.gov/a", "https://www.dhs.gov/a"),
        ("<link/>", "", "?page=2", "https://www.cbp.gov/rss/trade?page=2"),
        ("<link/>", "", "\n  https://www.dhs.gov/a\n  ", "https://www.dhs.gov/a"),
    ],
)
@pytest.mark.parametrize("kind", ["rss", "drupal"])
def test_relative_link_starts_at_xml_base_or_the_channels_link_or_the_feeds_address(
    before: str, root: str, link: str, url: str, kind: str
) -> None:
    body = channel(f"<item><title>T</title><link>{link}</link></item>", before, root)
    assert only((rss.read if kind == "rss" else rss.read_drupal)(body, "", URL)).url == url


def test_relative_link_of_a_feed_on_this_machine_is_none() -> None:
    assert only(rss.read(item("T", "<link>/a</link>"), "", "http://127.0.0.1:8900/x.rss")).url == ""


@pytest.mark.parametrize(
    ("date", "utc"),
    [
        ("<pubDate>February 9, 2026</pubDate>", datetime(2026, 2, 9, 5, tzinfo=UTC)),
        ("<pubDate>Mon, 09 Feb 2026 2:00 PM EST</pubDate>", datetime(2026, 2, 9, 19, tzinfo=UTC)),
        ("<dc:date>2026-02-09</dc:date>", datetime(2026, 2, 9, 5, tzinfo=UTC)),
        ("<pubDate>soon</pubDate><dc:date>2026-02-09</dc:date>", datetime(2026, 2, 9, 5, tzinfo=UTC)),
    ],
)
def test_dates_of_entries_are_washingtons(date: str, utc: datetime) -> None:
    root = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    assert only(rss.read(channel(f"<item><title>T</title>{date}</item>", root=root), "")).published == utc


def long_feed(order: str, count: int = 620) -> bytes:
    several = bulletins(count)
    lines = rss_of(several if order == "oldest first" else several[::-1]).split("\n")
    if order == "undated":
        lines = [line.replace("pubDate>", "x>") for line in lines]
    if order == "malformed":
        lines[600] += "<b>"
    if order == "shuffled":
        lines[1:-1] = lines[1:-1][300:] + lines[1:-1][:300]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("order", ["oldest first", "newest first", "undated", "malformed", "shuffled"])
def test_long_feed_keeps_its_newest_entries_and_tells_what_it_left_out(order: str) -> None:
    document = rss.read(long_feed(order), "")
    newest = [str(each.number) for each in bulletins(620)[-500:]]
    assert sorted(each.guid for each in document.entries) == newest
    assert document.warnings == ("entries left out, the oldest beyond 500: 120",)
    assert document.whole


def test_long_list_in_json_keeps_its_newest_entries() -> None:
    document = jsonp.read(widget(bulletins(620)).encode(), "")
    assert document.entries[-1].title.endswith("notice 619")
    assert document.warnings == ("entries left out, the oldest beyond 500: 120",)


def test_entities_declared_before_the_entries_alone_close_a_feed() -> None:
    with pytest.raises(NotAFeed, match="XML entities"):
        rss.read(b"<!DOCTYPE rss [<!ENTITY a 'ha'>]>" + item("&a;"), "")
    assert only(rss.read(item("How to write &lt;!ENTITY> and <![CDATA[<!ENTITY x>]]>"), "")).title
