"""Every card and post as the playground draws it: whole, readable, reachable, at both widths and in both lights."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import browsing
from tests.every_card import Card, every_card
from tests.pictures import PLAYGROUND, WIDTHS, draw, easel, index, paint
from tests.test_browser import CONTRASTS

pytestmark = pytest.mark.browser

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
def cards(tmp_path_factory: pytest.TempPathFactory) -> list[Card]:
    return every_card(tmp_path_factory.mktemp("cards"))


@pytest.fixture(scope="module")
def browser(cards: list[Card]) -> Iterator[Browser]:
    """Opened after the cards are told: they need an event loop of their own, and Playwright keeps one running."""
    with browsing() as found:
        yield found


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with easel(browser, PLAYGROUND, viewport={"width": request.param, "height": 800}) as found:
        yield found


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    with easel(browser, PLAYGROUND, viewport={"width": min(WIDTHS), "height": 800}) as found:
        yield found


def test_every_card_is_whole_and_every_control_of_it_is_named_and_large_enough(page: Page, cards: list[Card]) -> None:
    draw(page, PLAYGROUND, cards)
    assert page.locator("[data-card]").count() == len(cards)
    assert page.evaluate(LOOKS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_card_can_be_read_in_light_and_in_the_dark(page: Page, cards: list[Card], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    draw(page, PLAYGROUND, cards)
    assert page.evaluate(CONTRASTS) == []


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
    narrow.add_style_tag(content=style)
    assert any(found in wrong for wrong in narrow.evaluate(LOOKS))


def test_a_pale_text_a_nameless_button_and_a_skipped_heading_are_noticed(narrow: Page, cards: list[Card]) -> None:
    draw(narrow, PLAYGROUND, cards[:1])
    narrow.add_style_tag(content=".context { color: #aaa }")
    assert narrow.evaluate(CONTRASTS) != []
    narrow.evaluate("document.querySelector('.buttons button').textContent = ''")
    narrow.evaluate("document.querySelector('.reply h2').outerHTML = '<h4>Deep</h4>'")
    wrong = " ".join(narrow.evaluate(LOOKS))
    assert "has no name" in wrong
    assert "is a H4 below an H1" in wrong


def test_the_heading_of_a_part_is_one_and_a_sentence_in_bold_is_none(narrow: Page, cards: list[Card]) -> None:
    drawn = {card.name: card for card in cards}
    draw(narrow, PLAYGROUND, [drawn["post-digest"]])
    assert narrow.locator("h2, h3").all_inner_texts()[:2] == ["Trade digest: Mon 9 Feb 2026", "Agriculture and Quota"]
    draw(narrow, PLAYGROUND, [drawn["trade-zzzz"]])
    assert narrow.locator("h2, h3").count() == 0


def test_pictures_of_both_widths_are_shown_together(browser: Browser, cards: list[Card], tmp_path: Path) -> None:
    two = [card for card in cards if card.name in ("pti-revenue", "post-hostile-feed")]
    paint(browser, PLAYGROUND, two, tmp_path)
    assert {path.name for path in tmp_path.glob("*.png")} == {f"{card.name}-{width}.png" for card in two for width in WIDTHS}
    shown = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert shown == index(two)
    assert all(f'src="{path.name}"' in shown for path in tmp_path.glob("*.png"))
    assert "<img src=x" not in shown


def test_the_story_has_every_kind_of_card(cards: list[Card]) -> None:
    drawn = {card.name: card.reply for card in cards}
    assert "Changed by" in drawn["post-marked"].text
    assert "Changed by" in drawn["post-digest-marked"].text
    assert [name for name in drawn if "two-parts" in name] == ["post-digest-of-two-parts-1", "post-digest-of-two-parts-2"]
    assert "Not published" in drawn["trade-admin-reload-bad"].text
    assert "Published revision" in drawn["trade-admin-reload-good"].text
    assert "Shared by" in drawn["shared-answer"].text
    assert "paused" in drawn["csms-subscriptions-paused"].text
    assert "Did you mean" in drawn["role-analist"].text
    assert drawn["trade-admin-held"].text != drawn["trade-admin-held-none"].text
    assert not drawn["guest-subscribe"].ok
