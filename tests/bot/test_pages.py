"""`tradebot briefing` and `tradebot handout`, and the pages that they write in a real browser."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser

from bot.cli import main
from jobs.publish import publish_entries
from jobs.store.database import Database
from tests.support.browser import start_browser
from tests.support.shipped_catalog import shipped_catalog
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
    assert b"a career in the Office of Trade</a></h1>" in file.read_bytes()
    capsysbinary.readouterr()
    for words, says in ((["zeppelin"], b"no role is called 'zeppelin'."), ([], b"name a role.")):
        assert main(["handout", *words]) == 1
        said = capsysbinary.readouterr()
        assert (said.out, says in said.err, b"The roles are: Attorney Advisor" in said.err) == (b"", True, True)


TITLES = (
    "Guidance on the Filing of Entries of Merchandise of Several Countries in July",
    "Updated Entry Types and Instructions for the Payment of Estimated Duties on Goods of Certain Countries",
)
"""As long as CBP's titles are on average: 90 characters."""

DATED = 3
"""So many messages with a date to come are usual. A page with more of them, or with longer titles, may need a second one."""


def pages_of(printed: bytes) -> int:
    document = pypdfium2.PdfDocument(printed)
    try:
        return len(document)
    finally:
        document.close()


def test_a_browser_prints_the_briefing_of_each_issue_on_one_page(browser: Browser, stored: Database, tmp_path: Path) -> None:
    slugs = [each.slug for each in shipped_catalog().ptis]
    with stored.begin() as conn:
        now = stored.now(conn)
        several = [
            entry(
                str(67100001 + each),
                f"{TITLES[each % 2]} {each}",
                *slugs,
                published=now - timedelta(days=each),
                body=f"The rule is effective {now + timedelta(days=each + 9):%B %-d, %Y}." if each < DATED else "Filers take note.",
            )
            for each in range(14)
        ]
        publish_entries(conn, "csms", [new(each) for each in several], now, backlog=False)
    page = browser.new_page()
    counts = {}
    for slug in slugs:
        file = tmp_path / f"{slug}.html"
        assert main(["briefing", slug, "--html", str(file)]) == 0
        page.goto(file.as_uri())
        counts[slug] = pages_of(page.pdf(prefer_css_page_size=True))
    page.close()
    assert counts == dict.fromkeys(slugs, 1)


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
