"""Drive a real browser without a window: Debian's chromium, or the Chrome that is installed."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # CI runs as root, for whom there is no sandbox
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
)
PATIENCE = 30_000
"""Milliseconds that the page may take for one thing."""

expect.set_options(timeout=PATIENCE)


@contextmanager
def start_browser() -> Iterator[Browser]:
    """Start a browser. Where there is none, skip the test with the reason, but fail it in CI."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no browser: none of {', '.join(NAMES)} is on the PATH"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Open the playground's page. At the end, fail on any error, warning or dialog that the page showed."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 860}} | options))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(url)
    expect(messages(page).first).to_be_visible()
    yield page
    lost = "net::ERR_CONNECTION_REFUSED"  # when a test ends the bot while the page is open
    wrong = [message for message in wrong if lost not in message]
    assert not wrong, wrong
    context.close()


def messages(page: Page) -> Locator:
    """Return the messages of the open channel."""
    return page.locator(".log:not([hidden]) > .message")


def send_command(page: Page, text: str) -> None:
    """Type a command and send it."""
    box = page.get_by_role("combobox", name="Command or question")
    box.fill(text)
    box.press("Escape")
    box.press("Enter")
    expect(box).to_have_value("")


def ask(page: Page, text: str) -> Locator:
    """Type a command, send it, and return the answer, which only the asker sees."""
    said = page.locator(".whom code").filter(has_text=re.compile(f"^{re.escape(text)}$"))
    answers = messages(page).filter(has=said)
    before = answers.count()
    send_command(page, text)
    expect(answers).to_have_count(before + 1)
    return answers.nth(before)


def press_chip(page: Page, name: str) -> None:
    page.get_by_role("group", name="Try it").get_by_role("button", name=name).click()


def open_channel(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Channels").get_by_role("link", name=name).click()
    expect(page.locator("[aria-current=page]")).to_contain_text(name)
