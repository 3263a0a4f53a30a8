"""tradebot links prints what is broken by file and line."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import respx

from bot.cli import main
from jobs.links import broken_places
from jobs.revisions import publish
from jobs.store.database import Database
from tests.support.sample_content import files


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path))
    monkeypatch.setattr("jobs.links.DELAY_SECONDS", 0.0)
    with respx.mock(assert_all_called=False) as router:
        yield router


def test_broken_and_moved_links_are_printed_by_file_and_line(web: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    web.get("https://www.cbp.gov/rulings").respond(404)
    web.get("https://www.cbp.gov/ace").respond(301, headers={"Location": "https://ace.cbp.gov/"})
    web.get(url__startswith="https://").respond(200, html="<title>Trade</title>")
    assert main(["links"]) == 1
    printed = capsys.readouterr()
    first, second, last = printed.out.splitlines()
    assert re.fullmatch(r"resources.yaml:\d+: https://www.cbp.gov/ace: moved to https://ace.cbp.gov/", first)
    assert re.fullmatch(r"resources.yaml:\d+: https://www.cbp.gov/rulings: broken: nothing is there \(404\)", second)
    assert last.endswith("addresses checked: 1 broken, 1 moved.")
    assert "addresses" in printed.err


def test_review_lists_what_was_found_by_hand_and_what_the_files_no_longer_have(
    web: respx.MockRouter, db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", db_url)
    in_force = {name: text.replace("https://www.cbp.gov/ace", "https://www.cbp.gov/old") for name, text in files().items()}
    publish(db, in_force, "me")
    for path in ("rulings", "old"):
        web.get(f"https://www.cbp.gov/{path}").respond(404)
    web.get(url__startswith="https://").respond(200, html="<title>Trade</title>")
    assert main(["links"]) == 1
    printed = capsys.readouterr()
    assert "cbp.gov/rulings" in printed.out
    assert "cbp.gov/old" not in printed.out  # the files have another address
    assert "1 broken." in printed.out
    assert "review" not in printed.err
    with db.read() as conn:
        assert [place.url for place, _ in broken_places(conn)] == ["https://www.cbp.gov/old", "https://www.cbp.gov/rulings"]
    assert main(["review"]) == 0
    assert "cbp.gov/rulings" in capsys.readouterr().out


def test_without_the_bots_database_the_result_is_printed_and_the_reason_told(
    web: respx.MockRouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    web.get(url__startswith="https://").respond(200, html="<title>Trade</title>")
    assert main(["links"]) == 0
    printed = capsys.readouterr()
    assert "all of them work." in printed.out
    assert "/trade-admin review will not know the result. There is no database at" in printed.err
    assert not (tmp_path / "none.db").exists()


def test_links_that_work_end_with_success(web: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    web.get(url__startswith="https://").respond(200, html="<title>Trade</title>")
    assert main(["links"]) == 0
    assert "all of them work." in capsys.readouterr().out


def test_content_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ptis.yaml").write_bytes(b"\xff")
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path))
    assert main(["links"]) == 1
    assert "is not UTF-8 text" in capsys.readouterr().err
