"""`tradebot briefing` and `tradebot handout`, and the pages that they write in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bot.cli import main
from jobs.publish import publish_entries
from jobs.store.database import Database
from tests.support.browser import start_browser
from tests.support.small_catalog import entry, new


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as started:
        yield started


@pytest.fixture
def stored(sqlite_db: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    with sqlite_db.begin() as conn:
        now = sqlite_db.now(conn)
        publish_entries(conn, "csms", [new(entry("67000001", "Cash deposits of zeppelins", "ad-cvd", published=now))], now, backlog=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return sqlite_db


def test_a_briefing_is_printed_or_written_without_internal_contacts(stored: Database, tmp_path: Path, capsysbinary: Any) -> None:
    assert main(["briefing", "ad-cvd"]) == 0
    shown = capsysbinary.readouterr().out.decode()
    assert ("Cash deposits of zeppelins" in shown, "> Changes" in shown) == (True, False)
    file = tmp_path / "briefing.html"
    assert main(["briefing", "agriculture", "quota", "--html", str(file)]) == 0
    assert "HQQUOTA" not in file.read_text("utf-8")
    assert main(["briefing", "zeppelins", "--html", str(tmp_path / "none.html")]) == 1
    assert not (tmp_path / "none.html").exists()
    assert main(["briefing", "ad-cvd", "--html", str(tmp_path / "absent" / "x.html")]) == 1
    assert b"No such file or directory" in capsysbinary.readouterr().err


def test_a_handout_needs_no_database(tmp_path: Path, capsysbinary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "handout.html"
    assert main(["handout", "auditor", "--html", str(file)]) == 0
    assert "<h1><a href=" in file.read_text("utf-8")
    assert list(tmp_path.glob("*.db")) == []
    assert main(["handout", "zeppelin"]) == 1


def test_a_browser_reads_headings_lists_and_tables_and_prints_a_tagged_pdf(browser: Browser, stored: Database, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert main(["briefing", "ad-cvd", "--html", str(file)]) == 0
    page = browser.new_page(viewport={"width": 380, "height": 900})
    page.goto(file.as_uri())
    tree = page.locator("main").aria_snapshot()
    assert tree.count("[level=1]") == 1
    assert 'heading "Mission" [level=2]' in tree
    assert 'heading "Law" [level=2]' in tree
    assert "listitem" in tree
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    printed = page.pdf(format="Letter", tagged=True)
    assert b"/StructTreeRoot" in printed
    assert b"/Lang (en)" in printed
    page.close()
