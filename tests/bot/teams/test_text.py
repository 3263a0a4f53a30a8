from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.teams.cards import cards, render
from bot.teams.text import JOINER, link_target, markdown, strip_reply_slashes, strip_slashes
from bot.urls import is_misleading
from handlers.replies.reply import Bullets, Button, Buttons, Fields, Fold, Header, Line, Reply, Section, SmallPrint, Span, line
from handlers.replies.text import clean
from tests.bot.test_urls import MISLEADING
from tests.support.adaptive import flat, read, seen
from tests.support.adaptive.hostile import nasty
from tests.support.adaptive.limits import within_limits

Json = dict[str, Any]
LINK = "https://www.cbp.gov/trade"


def hostile_reply(text: str) -> Reply:
    """The text wherever a feed's or a person's may stand."""
    linked = line("see ", Span(text, link=LINK), text)
    return Reply(
        text,
        (
            Header(text),
            Header(text, LINK + "/title"),
            Section((line(text), line(Span(text, bold=True), text), linked)),
            Section((line(Span("x", link=LINK), Span(text, bold=True), "y", Span(text, italic=True), Span(text, code=True), text),)),
            Section((line(Span(text, bold=True)),)),
            Bullets((line(text), linked, line("a ", Span(text, bold=True), " b"), line(Span(text, italic=True), text))),
            Fields(((text, line(text)), ("x", linked))),
            SmallPrint((line(text), linked)),
            Fold(text, (line(text), linked, line(text), line(text), linked)),
            Buttons((Button(text, f"/csms {text}"),)),
        ),
    )


def expected(reply: Reply) -> Iterator[list[tuple[str, str | None]]]:
    """Each line that is to be seen, as pieces of text and where they lead."""
    for block in reply.blocks:
        match block:
            case Header(text, link):
                yield pieces(line(Span(text, link=link)))
            case Section(lines) | SmallPrint(lines) | Bullets(lines):
                yield from map(pieces, lines)
            case Fields(pairs):
                for label, value in pairs:
                    yield pieces(line(label))
                    yield pieces(value)
            case Fold(title, items, _):
                yield from map(pieces, (line(title), *items))


def pieces(words: Line) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for span in words:
        link = link_target(span.link) if span.link else None
        if link is None:
            found.append((clean(span.text), None))
        elif is_misleading(clean(span.text), link):
            found += [(clean(span.text) + " ", None), (f"({urlsplit(link).hostname})", link)]
        else:
            found.append((clean(span.text) if flat(clean(span.text)) else link, link))
    return found


def squeezed(found: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Neighbours put together and without white space, which is folded when it is shown."""
    merged: list[tuple[str, str | None]] = []
    for text, link in found:
        bare = flat(text).replace(" ", "")
        if merged and merged[-1][1] == link:
            merged[-1] = (merged[-1][0] + bare, link)
        elif bare:
            merged.append((bare, link))
    return merged


def texts_within(value: Any) -> Iterator[str]:
    """All that may be shown; what a button sends is shown to nobody."""
    if isinstance(value, str):
        yield value
    inner = (
        (part for name, part in value.items() if name != "data") if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for part in inner:
        yield from texts_within(part)


@pytest.mark.process
def test_text_of_feeds_is_shown_literally() -> None:
    """Read by Microsoft's package, its date functions, and its Markdown engine with and without HTML."""
    texts = nasty(300)
    replies = [hostile_reply(text) for text in texts]
    drawn = [render(reply) for reply in replies]
    assert all(len(messages) == 1 for messages in drawn)
    for messages in drawn:
        within_limits(messages)
        told = " ".join(texts_within(messages))
        assert "<at>" not in told.lower()
        assert "{{DATE" not in told.upper()
    for text, reply, card in zip(texts, replies, read([one["attachments"][0]["content"] for (one,) in drawn]), strict=True):
        assert (card["events"], card["odd"]) == ([], []), text
        shown = [squeezed([(span["text"], span["link"]) for span in one["spans"]]) for one in card["lines"]]
        assert [one for one in shown if one] == [one for one in map(squeezed, expected(reply)) if one], text
        for one in card["lines"]:
            if one["kind"] in ("TextBlock", "value") and not one.get("bolder"):
                bold = flat("".join(span["text"] for span in one["spans"] if span["bold"])).replace(" ", "")
                assert bold in ("", flat(clean(text)).replace(" ", ""), flat(clean(text + text)).replace(" ", "")), text
        titles = [flat(button["title"]) for button in card["buttons"] if button["command"]]
        label = flat(clean(text)) or flat(clean(f"/csms {text}".encode("utf-8", "replace").decode()))
        assert [title.removesuffix("…") for title in titles] == [label[: len(title.removesuffix("…"))] for title in titles], text
        assert len(titles) == 1


@pytest.mark.process
def test_adjacent_spans_form_no_markup() -> None:
    page = Span("page", link=LINK, bold=True)
    evil = "(https://evil.example)"
    lines = [
        (Span("Look!"), page),
        (Span("[CBP]", bold=True), Span(evil, bold=True, code=True), page),
        (Span("&am", bold=True), Span("p;", bold=True, code=True), page),
        (page, Span("a", bold=True), Span("b", italic=True), Span("c", bold=True, italic=True), Span("d", italic=True)),
        (page, Span(evil), Span("*", bold=True)),
    ]
    found = read([card for one in lines for card in cards(Reply("t", (Section((one,)),)))])
    for one, card in zip(lines, found, strict=True):
        assert card["odd"] == []
        (shown,) = card["lines"]
        assert squeezed([(span["text"], span["link"]) for span in shown["spans"]]) == squeezed(pieces(one))


def test_no_list_starts_in_the_middle_of_a_line() -> None:
    """Their reader of Markdown looks for one after every bracket."""
    assert markdown(line("(a)- b [c]1. d")) == f"(a){JOINER}- b [c]{JOINER}1. d"
    assert markdown(line(Span("a", link=LINK), "- b")) == f"[a]({LINK}){JOINER}- b"
    assert markdown(line(Span("1. a", link=LINK))) == f"[{JOINER}1. a]({LINK})"


@pytest.mark.process
def test_bold_next_to_anything_is_bold_and_nothing_else_is() -> None:
    sides = ("", "a", " ", ".", "(", "*", "“", "é")
    lines = [
        line(Span("x", link=LINK), before, Span(inner, bold=True), after)
        for before in sides
        for after in sides
        for inner in ("b", ".b.", " b ")
    ]
    found = read([card for one in lines for card in cards(Reply("t", (Section((one,)),)))])
    for one, card in zip(lines, found, strict=True):
        assert "".join(span["text"] for span in card["lines"][0]["spans"] if span["bold"]).strip(JOINER) == one[2].text.strip(), one


@pytest.mark.parametrize(
    "link",
    [
        "http://www.cbp.gov/x",
        "http://127.0.0.1:3000/x",
        "javascript:alert(1)",
        "https://",
        "https://user@evil.example/",
        "https://www.cbp.gov/a b",
        "https://[::1]/",
        "https://www.cbp.gov\\@evil.example",
        "https://www.cbp.gov/" + "x" * 3000,
        "",
    ],
)
def test_a_link_that_is_not_plain_https_becomes_text(link: str) -> None:
    for block in (Section((line(Span("words", link=link)),)), Bullets((line(Span("words", link=link)),)), Header("words", link)):
        found = seen(cards(Reply("t", (block,)))[0])
        assert (found.lines, found.links) == (["words"], [])


def test_characters_that_would_end_a_link_are_percent_encoded() -> None:
    assert (
        markdown(line(Span("a", link="https://www.cbp.gov/x(1)[2]*3*?a=1&lt;b")))
        == "[a](https://www.cbp.gov/x%281%29%5B2%5D%2A3%2A?a=1&lt%3Bb)"
    )


@pytest.mark.parametrize("text", MISLEADING)
def test_a_label_that_names_another_host_is_followed_by_the_real_one(text: str) -> None:
    assert markdown(line(Span(text, link="https://evil.example/x"))).endswith(" [(evil.example)](https://evil.example/x)")


def test_a_misleading_label_shows_where_it_leads() -> None:
    assert markdown(line(Span("www.cbp.gov", link="https://evil.example/x"))) == "www.cbp.gov [(evil.example)](https://evil.example/x)"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Type /csms subscribe", "Type csms subscribe"),
        ("/pti revenue", "pti revenue"),
        ("“/trade-admin status” is for admins", "“trade-admin status” is for admins"),
        ("(/role)", "(role)"),
        ("www.cbp.gov/trade", "www.cbp.gov/trade"),
        ("https://www.cbp.gov/trade/csms", "https://www.cbp.gov/trade/csms"),
        ("a/trade", "a/trade"),
        ("/trade/x and /trader", "/trade/x and /trader"),
        ("and/or 1/2", "and/or 1/2"),
    ],
)
def test_commands_lose_their_slash_and_urls_keep_it(words: str, expected: str) -> None:
    assert strip_slashes(words) == expected


def test_slashes_are_stripped_everywhere_except_in_buttons_and_links() -> None:
    said = line("Type ", Span("/csms latest", code=True))
    title = line(Span("About /trade", link="https://www.cbp.gov/x"))
    buttons = Buttons((Button("Latest", "/csms latest"),))
    blocks = (Section((said, title)), SmallPrint((said,)), Bullets((said,)), Fields((("x", said),)), Fold("t", (said,)), buttons)
    reply = Reply("Type /csms latest", blocks)
    written = line("Type ", Span("csms latest", code=True))
    assert strip_reply_slashes(reply) == Reply(
        "Type csms latest",
        (Section((written, title)), SmallPrint((written,)), Bullets((written,)), Fields((("x", written),)), Fold("t", (written,)), buttons),
    )
