"""Run the bot behind Microsoft's local client for Teams (npm @microsoft/m365agentsplayground), which needs no Azure, tenant or token.

The client keeps messages in memory only and listens on every interface, because it has no option for the address.
"""

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.support import npm
from tests.support.browser import PATIENCE
from tests.support.process import Bot, bot, eventually

CLIENT_ID = "11111111-1111-4111-8111-111111111111"
SETTINGS = {"TEAMS_CLIENT_ID": CLIENT_ID, "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "true"}


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@dataclass
class Client:
    """The client's page."""

    page: Page

    def enter(self, name: str) -> None:
        """Open a chat or a channel of the list on the left."""
        self.page.get_by_text(name, exact=True).first.click()

    def box(self) -> Locator:
        return self.page.locator("[contenteditable=true]").first

    def say(self, words: str) -> None:
        """Send a message in a chat."""
        self.box().click()
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def mention(self, words: str) -> None:
        """Start a thread in a channel with a mention of the bot."""
        self.box().click()
        self.page.keyboard.type("@")
        self.page.locator("#typeahead-menu").get_by_text("Test Bot").click()
        self.page.keyboard.type(f" {words}")
        self.page.get_by_role("button", name="Post").click()

    def card(self, words: str) -> Locator:
        """Return the newest card with these words."""
        return self.page.locator(".ac-adaptiveCard").filter(has_text=words).first


@contextmanager
def client(browser: Browser, endpoint: str, port: int, folder: Path) -> Iterator[Client]:
    """Start the client for the bot at `endpoint`. It may write anything into `folder`."""
    program = npm.modules(Path(__file__).parent) / ".bin" / "agentsplayground"
    command = ["node", str(program), "start", "-c", "msteams", "-p", str(port), "-e", endpoint]
    command += ["--su", f"http://127.0.0.1:{port}/_connector", "--dt"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, start_new_session=True)
    try:
        eventually(lambda: answers(port), "the client listens")
        context = browser.new_context(viewport={"width": 1280, "height": 1400})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.get_by_text("Personal Chat").first).to_be_visible()
        yield Client(page)
        context.close()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def office(browser: Browser, url: str, folder: Path, content: Path) -> Iterator[tuple[Client, Bot]]:
    """Start the bot as a process and the client for it."""
    settings = SETTINGS | {"CONTENT_DIR": str(content)}
    with (
        bot("run", "/api/messages", DATABASE_URL=url, **settings) as running,
        client(browser, f"{running.url}/api/messages", free_port(), folder) as page,
    ):
        yield page, running
        assert running.end() == 0
    said = "".join(running.said) + "".join(line for line in iter(running.lines.get, None))
    assert "Traceback" not in said
