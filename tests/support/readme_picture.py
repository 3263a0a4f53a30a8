"""python -m tests.support.readme_picture: draw the README's picture, the first view of the playground.

Reduce it to 256 colors before you commit it, with any PNG optimizer: that saves two thirds of the size.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import expect

from tests.support.browser import open_page, start_browser
from tests.support.feed_server import bulletins, serving
from tests.support.paths import ROOT
from tests.support.process import bot, content

PICTURE = ROOT / "bot" / "playground" / "picture.png"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(bulletins(60)) as feeds, start_browser() as browser:
        settings = {"DATABASE_URL": f"sqlite:///{folder}/tradebot.db", "CONTENT_DIR": str(content(Path(folder) / "content", feeds))}
        with bot("run", "Playground: ", **settings) as running, open_page(browser, running.url, reduced_motion="reduce") as page:
            expect(page.get_by_role("combobox", name="Command or question")).to_be_focused()
            page.screenshot(path=PICTURE, caret="hide")
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
