"""Every card and post as the playground draws it in either look: whole, readable, reachable, at both widths and in both lights."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.conftest import Story
from tests.bot.playground.test_browser import CONTRASTS
from tests.support.adaptive import flat, seen
from tests.support.browser import start_browser
from tests.support.every_card import Card
from tests.support.pictures import (
    PLAYGROUND,
    PRESSED_IN_TEAMS,
    SLACK,
    TEAMS,
    VIEWS,
    WIDTHS,
    Renderer,
    draw,
    easel,
    file_name,
    in_teams,
    index,
    paint,
)

pytestmark = pytest.mark.browser

LIGHTS: tuple[Literal["light", "dark"], ...] = ("light", "dark")

OPEN = "document.querySelectorAll('.adaptive [hidden], .reply [hidden]').forEach((node) => { node.hidden = false; })"

LOOKS = """() => {
  const found = [];
  const beyond = (inner, outer) => inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5;
  const name = (node) => (node.ariaLabel || node.textContent).trim();
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const card of document.querySelectorAll("[data-card]")) {
    const wrong = (what, node) => found.push(`${card.dataset.card}: ${what}: ${node.textContent.trim().slice(0, 40)}`);
    const frame = card.getBoundingClientRect();
    for (const node of card.querySelectorAll("*")) {
      if (node.scrollWidth > node.clientWidth && getComputedStyle(node).display !== "inline") wrong("overflows", node);
      const look = getComputedStyle(node);
      if (look.overflowY !== "visible" && node.scrollHeight > node.clientHeight) wrong("is clipped", node);
    }
    const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      if ([...range.getClientRects()].some((box) => beyond(box, frame))) wrong("reaches beyond the card", texts.currentNode);
    }
    for (const node of card.querySelectorAll("button, summary")) {
      const box = node.getBoundingClientRect();
      if (box.width < 24 || box.height < 24) wrong(`is ${box.width} x ${box.height}`, node);
    }
    for (const node of card.querySelectorAll("a, button, summary")) if (!name(node)) wrong("has no name", node);
    let level = 1;
    for (const node of card.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
      const own = Number(node.tagName[1]);
      if (own === 1 || own > level + 1) wrong(`is a ${node.tagName} below an H${level}`, node);
      if (!name(node)) wrong("is an empty heading", node);
      level = own;
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser(cards: list[Card]) -> Iterator[Browser]:
    """Opened after the cards are told: they need an event loop of their own, and Playwright keeps one running."""
    with start_browser() as found:
        yield found


DRAW_ONE = """([card]) => {
  const node = draw({ content: { public: true, subjects: [], blocks: [] }, cards: [card] });
  document.getElementById("cards").replaceChildren(node);
}"""


@pytest.fixture(scope="module")
def narrow_teams(browser: Browser) -> Iterator[Page]:
    with easel(browser, TEAMS, viewport={"width": min(WIDTHS), "height": 800}) as found:
        yield found


@pytest.fixture(scope="module")
def narrow(browser: Browser) -> Iterator[Page]:
    with easel(browser, PLAYGROUND, viewport={"width": min(WIDTHS), "height": 800}) as found:
        yield found


@contextmanager
def styled(page: Page, style: str) -> Iterator[None]:
    """Add a style while the block runs."""
    added = page.add_style_tag(content=style)
    yield
    added.evaluate("node => node.remove()")


@pytest.mark.parametrize("renderer", [PLAYGROUND, TEAMS, PRESSED_IN_TEAMS], ids=lambda renderer: renderer.name)
def test_every_card_is_whole_and_can_be_read_at_both_widths_in_light_and_in_the_dark(
    browser: Browser, renderer: Renderer, cards: list[Card]
) -> None:
    with easel(browser, renderer, viewport={"width": WIDTHS[0], "height": 800}) as page:
        draw(page, renderer, cards)
        assert page.locator("[data-card]").count() == len(cards)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in LIGHTS:
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(CONTRASTS) == [], (width, scheme)
        page.evaluate(OPEN)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(LOOKS) == [], width
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


DRAWN = """() => {
  const flat = (text) => text.replace(/\\s+/g, " ").trim();
  return [...document.querySelectorAll("[data-card]")].map((card) => ({
    name: card.dataset.card,
    text: flat([...card.querySelectorAll(".adaptive")].map((one) => one.textContent).join(" ")),
    links: [...card.querySelectorAll(".adaptive a")].map((link) => link.getAttribute("href")),
    buttons: [...card.querySelectorAll(".adaptive button, .adaptive option")].map((button) => flat(button.textContent)),
  }));
}"""


def test_everything_of_every_card_is_drawn_as_it_is_read_from_its_json(narrow_teams: Page, cards: list[Card]) -> None:
    draw(narrow_teams, TEAMS, cards)
    drawn = {one["name"]: one for one in narrow_teams.evaluate(DRAWN)}
    assert narrow_teams.locator(".not-drawn").count() == 0
    for card in cards:
        read = [seen(one) for one in in_teams(card)["cards"]]
        found = drawn[card.name]
        assert found["links"] == [link for one in read for link in one.links], card.name
        buttons = [label for one in read for label in (*(title for title, _ in one.buttons), *one.toggles)]
        assert sorted(flat(one) for one in found["buttons"]) == sorted(buttons), card.name
        for one in read:
            assert all(squeezed(said) in squeezed(found["text"]) for said in one.lines), card.name


def squeezed(text: str) -> str:
    return flat(text).replace(" ", "")


def test_what_a_card_holds_beyond_what_is_known_is_named_where_it_stands(narrow_teams: Page) -> None:
    button = {"type": "Action.ShowCard", "title": "Open", "card": {}}
    body = [
        {"type": "Image", "url": "https://evil.example/x.png"},
        {"type": "TextBlock", "text": "a", "color": "attention", "size": "huge"},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "b", "highlight": True}]},
        {"type": "ActionSet", "actions": [button]},
    ]
    narrow_teams.evaluate(DRAW_ONE, [{"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": []}])
    assert narrow_teams.locator(".not-drawn").all_inner_texts() == [
        "not shown in this preview: AdaptiveCard.actions",
        "not shown in this preview: Image",
        "not shown in this preview: TextBlock.color",
        "not shown in this preview: TextBlock.size",
        "not shown in this preview: TextRun.highlight",
        "not shown in this preview: Action.ShowCard",
    ]
    assert narrow_teams.locator("img").count() == 0


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a **bold** and *slanted* word", "a <strong>bold</strong> and <em>slanted</em> word"),
        ("***both*** _too_", "<strong><em>both</em></strong> <em>too</em>"),
        ("2 * 3 * 4, ** a **, snake_case_name", "2 * 3 * 4, ** a **, snake_case_name"),
        ("[x](javascript:alert(1)) [y](http://a.example)", "[x](javascript:alert(1)) [y](http://a.example)"),
        ("<img src=x onerror=alert(1)> <at>all</at> &amp;", "&lt;img src=x onerror=alert(1)&gt; &lt;at&gt;all&lt;/at&gt; &amp;amp;"),
    ],
)
def test_of_markdown_only_what_teams_reads_is_drawn_and_only_as_elements(narrow_teams: Page, text: str, drawn: str) -> None:
    narrow_teams.evaluate(DRAW_ONE, [{"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": text}]}])
    assert narrow_teams.locator(".adaptive p").inner_html() == drawn


def test_a_list_is_one_and_a_link_leads_where_it_says(narrow_teams: Page) -> None:
    text = "Pages:\r- [CBP **now**](https://www.cbp.gov/a_b_c)\r- two\rAfter"
    narrow_teams.evaluate(DRAW_ONE, [{"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": text}]}])
    assert narrow_teams.locator(".adaptive p").all_inner_texts() == ["Pages:", "After"]
    assert narrow_teams.get_by_role("listitem").filter(has=narrow_teams.get_by_role("listitem")).count() == 1  # the message itself
    assert narrow_teams.locator(".adaptive li").all_inner_texts() == ["CBP now", "two"]
    link = narrow_teams.get_by_role("link", name="CBP now")
    assert (link.get_attribute("href"), link.get_attribute("rel")) == ("https://www.cbp.gov/a_b_c", "noopener noreferrer")


def test_a_fold_opens_and_closes_where_it_stands_and_keeps_the_keyboard(narrow_teams: Page, cards: list[Card]) -> None:
    (auditor,) = (card for card in cards if card.name == "role-auditor")
    draw(narrow_teams, TEAMS, [auditor, replace(auditor, name="again")])
    card, other = narrow_teams.locator("[data-card]").all()
    before = card.get_by_role("listitem").count()
    card.get_by_role("button", name="Show all 7: Skills").press("Enter")
    assert card.get_by_role("listitem").count() == before + 4
    assert other.get_by_role("listitem").count() == before
    hide = card.get_by_role("button", name="Hide: Skills")
    expect(hide).to_be_focused()
    hide.press("Enter")
    assert card.get_by_role("listitem").count() == before
    expect(card.get_by_role("button", name="Show all 7: Skills")).to_be_focused()


@pytest.mark.parametrize(
    ("style", "found"),
    [
        (".reply { width: 2000px }", "overflows"),
        (".section { white-space: nowrap }", "reaches beyond the card"),
        (".section { max-height: 8px; overflow: hidden }", "is clipped"),
        (".buttons button { min-height: 0; height: 20px }", "x 20"),
    ],
)
def test_a_careless_style_is_noticed(narrow: Page, cards: list[Card], style: str, found: str) -> None:
    draw(narrow, PLAYGROUND, cards[:5])
    narrow.evaluate(OPEN)
    with styled(narrow, style):
        assert any(found in wrong for wrong in narrow.evaluate(LOOKS))
    assert narrow.evaluate(LOOKS) == []


def test_a_pale_text_a_nameless_button_and_a_skipped_heading_are_noticed(narrow: Page, cards: list[Card]) -> None:
    draw(narrow, PLAYGROUND, cards[:1])
    with styled(narrow, ".context { color: #aaa }"):
        assert narrow.evaluate(CONTRASTS) != []
    narrow.evaluate("document.querySelector('.buttons button').textContent = ''")
    narrow.evaluate("document.querySelector('.reply h2').outerHTML = '<h4>Deep</h4>'")
    wrong = " ".join(narrow.evaluate(LOOKS))
    assert "has no name" in wrong
    assert "is a H4 below an H1" in wrong


def test_the_heading_of_a_part_is_one_and_a_sentence_in_bold_is_none(narrow: Page, cards: list[Card]) -> None:
    drawn = {card.name: card for card in cards}
    draw(narrow, PLAYGROUND, [drawn["post-digest"]])
    assert narrow.locator("h2, h3").all_inner_texts()[:2] == ["Trade digest: Mon 9 Feb", "Agriculture and Quota"]
    draw(narrow, PLAYGROUND, [drawn["trade-zzzz"]])
    assert narrow.locator("h2, h3").count() == 0


def test_pictures_of_both_looks_and_widths_are_shown_together_the_narrow_ones_beside_the_wide(
    browser: Browser, cards: list[Card], tmp_path: Path
) -> None:
    two = [card for card in cards if card.name in ("pti-revenue", "post-hostile-feed")]
    paint(browser, two, tmp_path)
    assert {path.name for path in tmp_path.glob("*.png")} == {file_name(card, *view) for card in two for view in VIEWS}
    shown = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert shown == index(two)
    assert all(f'src="{path.name}"' in shown for path in tmp_path.glob("*.png"))
    assert "<img src=x" not in shown
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((tmp_path / "index.html").as_uri())
    pictures = page.locator("img").all()
    for picture in pictures:  # loaded when they come into view
        picture.scroll_into_view_if_needed()
    boxes = [picture.bounding_box() for picture in pictures]
    page.close()
    assert len(boxes) == len(two) * len(VIEWS)
    for wide, narrow in zip(boxes[::2], boxes[1::2], strict=True):
        assert wide is not None
        assert narrow is not None
        assert (narrow["y"], narrow["width"]) == (wide["y"], min(WIDTHS))
        assert wide["width"] >= 700
        assert narrow["x"] + narrow["width"] <= 1280


def test_slacks_home_tab_is_at_most_900_pixels_high(browser: Browser, cards: list[Card]) -> None:
    with easel(browser, SLACK, viewport={"width": 1280, "height": 800}) as page:
        draw(page, SLACK, [card for card in cards if card.name in ("home", "home-new")])
        heights = [node.bounding_box() for node in page.locator("[data-card]").all()]
    assert len(heights) == 2
    assert all(box is not None and box["height"] <= 900 for box in heights)


def test_what_goes_wrong_in_the_story_on_purpose_alarms_nobody(story: Story) -> None:
    assert story.noise == ""


def test_the_story_has_every_kind_of_card(cards: list[Card]) -> None:
    drawn = {card.name: card.reply for card in cards}
    assert drawn["post-marked"].text.startswith("Replaced 18 Jun by CSMS 68987884. Read that message instead.")
    assert "was replaced" in drawn["post-digest-marked"].text
    assert [name for name in drawn if "two-parts" in name] == ["post-digest-of-two-parts-1", "post-digest-of-two-parts-2"]
    assert "Not published" in drawn["trade-admin-reload-bad"].text
    assert "Published revision" in drawn["trade-admin-reload-good"].text
    assert "Shared by" in drawn["shared-answer"].text
    assert "paused" in drawn["csms-subscriptions-paused"].text
    assert "Did you mean" in drawn["role-analist"].text
    assert drawn["trade-admin-outbox-held"].text != drawn["trade-admin-outbox-none"].text
    assert not drawn["guest-subscribe"].ok
