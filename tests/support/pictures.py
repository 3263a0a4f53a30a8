"""make pictures: draw every card and post of the bot into pictures/, one PNG per look and width, and an index.html of all.

A look is drawn by a Renderer; the cards are the same for all (tests/support/every_card.py).
"""

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

from bot.playground import teams_preview
from bot.playground.channels import CHANNELS
from bot.slack.blocks import render
from bot.teams import unfurls
from bot.teams.clouds import CLOUDS
from bot.teams.settings import TeamsSettings
from handlers.actions import add_report_button, add_share_button
from handlers.replies import serialize
from tests.support.browser import start_browser
from tests.support.every_card import Card, every_card
from tests.support.full_catalog import CONTEXT
from tests.support.paths import ROOT

WIDTHS = (1280, 360)
"""Widths in CSS pixels of a laptop's window and a small telephone."""

ORIGIN = "http://pictures.invalid/"
"""The pages' address. Nothing listens there: requests are answered from memory."""

TEAMS_SETTINGS = TeamsSettings("11111111-2222-3333-4444-555555555555", "", "", CLOUDS["public"])

TYPES = {".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Renderer:
    """How one look draws. `page`: HTML that gives the window a function `draw(item)` whose answer is an element, and holds an
    element `#cards` for it; `files`: the folder of what it loads; `item`: what a card is to it, as JSON."""

    name: str
    page: str
    files: Path
    item: Callable[[Card], dict[str, Any]]


PLAYGROUND_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Every card</title>
  <link rel="stylesheet" href="/style.css">
  <link rel="stylesheet" href="/adaptive.css">
  <style>
    html, body { display: block; height: auto; }
    .log { width: calc(100vw - 232px); padding: 0; } /* beside the channels, as in the playground */
    @media (max-width: 760px) { .log { width: 100vw; } }
  </style>
  <script type="module">
    import { message, shareable } from "/message.js";
    const nothing = () => {};
    window.draw = (item) => message(item.cards ? item : shareable(item), () => "09:00 ET", nothing);
  </script>
</head>
<body><main><h1 class="away">Every card</h1><ol class="log" id="cards" aria-label="Cards"></ol></main></body>
</html>
"""


def in_playground(card: Card) -> dict[str, Any]:
    pressed = "Why these?" if card.typed.startswith("/csms why digest") else None
    return {"content": serialize.dump(card.reply), "at": "2026-02-09T14:00:00+00:00", "asked": card.typed or None, "pressed": pressed}


def in_teams(card: Card) -> dict[str, Any]:
    item = in_playground(card)
    if is_unfurl(card):
        number = card.reply.subjects[0].removeprefix("csms:") if card.reply.subjects[0].startswith("csms:") else None
        return item | {"cards": [unfurls.attachment(card.reply, number, CONTEXT, TEAMS_SETTINGS)["content"]], "forAll": True}
    return item | teams_preview.preview(item, CHANNELS[0])


def is_unfurl(card: Card) -> bool:
    return card.name.startswith("unfurl")


def pressed_in_teams(card: Card) -> dict[str, Any]:
    """Return the card as the answer to a button, with the buttons that Teams adds."""
    item = in_playground(card) | {"covers": True, "pressed": "Pressed"}
    return item | teams_preview.preview(item, CHANNELS[0])


SLACK_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Every card</title>
  <link rel="stylesheet" href="/slack.css">
  <script type="module" src="/slack.js"></script>
</head>
<body><main><h1>Every card</h1><ol id="cards" aria-label="Cards"></ol></main></body>
</html>
"""


def in_slack(card: Card) -> dict[str, Any]:
    """Return the card's messages, an answer's with what Slack adds to its menu."""
    reply = add_report_button(add_share_button(card.reply, card.typed)) if card.typed else card.reply
    return {"messages": render(reply), "unfurl": is_unfurl(card)}


STATIC = ROOT / "bot/playground/static"
PLAYGROUND = Renderer("playground", PLAYGROUND_PAGE, STATIC, in_playground)
TEAMS = Renderer("teams", PLAYGROUND_PAGE, STATIC, in_teams)
PRESSED_IN_TEAMS = Renderer("pressed-in-teams", PLAYGROUND_PAGE, STATIC, pressed_in_teams)
SLACK = Renderer("slack", SLACK_PAGE, ROOT / "tests/support/slack_look", in_slack)
VIEWS = [(renderer, width) for renderer in (PLAYGROUND, TEAMS, SLACK) for width in WIDTHS]
"""All renderers."""

DRAW = """(items) => {
  const nodes = items.map(([name, item]) => { const node = draw(item); node.dataset.card = name; return node; });
  document.getElementById("cards").replaceChildren(...nodes);
}"""


@contextmanager
def easel(browser: Browser, renderer: Renderer, **options: Any) -> Iterator[Page]:
    """Open the page of a renderer, on which `draw` draws."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ORIGIN)
        file = renderer.files / name
        if not name:
            route.fulfill(body=renderer.page, content_type="text/html")
        elif file.suffix in TYPES and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.abort()

    context = browser.new_context(reduced_motion="reduce", **options)
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(ORIGIN)
    page.wait_for_function("() => Boolean(window.draw)")
    yield page
    context.close()


def draw(page: Page, renderer: Renderer, cards: Iterable[Card]) -> None:
    """Draw these cards and no others."""
    page.evaluate(DRAW, [[card.name, renderer.item(card)] for card in cards])


def paint(browser: Browser, cards: list[Card], folder: Path) -> None:
    """Draw the pictures of all cards by every renderer at all widths."""
    folder.mkdir(parents=True, exist_ok=True)
    for renderer, width in VIEWS:
        with easel(browser, renderer, viewport={"width": width, "height": 800}) as page:
            for card in cards:
                draw(page, renderer, [card])
                page.locator("[data-card]").screenshot(path=folder / file_name(card, renderer, width))
    (folder / "index.html").write_text(index(cards), encoding="utf-8")


def file_name(card: Card, renderer: Renderer, width: int) -> str:
    return f"{card.name}-{renderer.name}-{width}.png"


def index(cards: list[Card]) -> str:
    """Return a page of all pictures: one row per look of a card, with its widths side by side."""
    rows = "\n".join(
        f'<h2 id="{card.name}">{card.name}</h2><p>{f"<code>{escape(card.typed)}</code>" if card.typed else "posted"}</p><div>'
        + "".join(
            f'<a href="{name}"><img loading="lazy" src="{name}" alt="{escape(card.reply.text)}"></a>'
            for name in (file_name(card, *view) for view in VIEWS)
        )
        + "</div>"
        for card in cards
    )
    look = "body{font:15px system-ui;margin:24px;background:#ddd}h2{font-size:17px;margin:32px 0 0}p{margin:4px 0;overflow-wrap:anywhere}"
    look += "div{display:grid;grid-template-columns:minmax(0,auto) minmax(0,360px);gap:24px;align-items:start;justify-content:start}"
    look += "img{background:#fff;max-width:100%;display:block}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Every card</title><style>{look}</style>'
    return f"{head}<h1>{len(cards)} cards and posts</h1>\n{rows}\n</html>\n"


def main(folder: str) -> None:
    with tempfile.TemporaryDirectory() as stories:
        cards = every_card(Path(stories))
    with start_browser() as browser:
        paint(browser, cards, Path(folder))
    print(f"{len(cards)} cards, {len(VIEWS)} pictures of each: open {Path(folder) / 'index.html'}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "pictures")
