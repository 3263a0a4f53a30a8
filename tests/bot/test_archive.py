"""`tradebot import archive`: whole files or nothing, again and again, with a bar on a terminal alone."""

import io
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from jobs.store import entries
from jobs.store.database import Database
from tests.support.pdf import make_pdf

HEAD = ["CSMS Archive", "December 1 to December 31, 2025", "CSMS # Message Title Sent"]
FIRST = [*HEAD, "67257873 Harmonized System Update (HSU) 2543 12/31/2025", "66987366 Guidance: Implementation of Tariff 12/3/2025"]
SECOND = [*HEAD, "66987366 Guidance: Implementation of Tariff-Related Elements 12/3/2025", "66987300 HSU 2542 12/2/2025"]


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> str:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return sqlite_url


def count(url: str) -> int:
    with closing(Database(url)) as db, db.read() as conn:
        return len(entries.latest(conn, ["csms"], limit=100))


def write(path: Path, *pages: list[str] | None) -> str:
    path.write_bytes(make_pdf(*pages))
    return str(path)


def test_files_are_imported_again_and_again_without_doubles(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = write(tmp_path / "first.pdf", FIRST), write(tmp_path / "second.pdf", SECOND)
    assert main(["import", "archive", first, second]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [f"{first}: 2 messages: 2 stored.", f"{second}: 2 messages: 1 stored, 1 got their whole title."]
    assert err == ""  # a bar is for terminals
    assert main(["import", "archive", first, second]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{first}: 2 messages: 0 stored, 2 known before.",
        f"{second}: 2 messages: 0 stored, 2 known before.",
    ]
    assert count(url) == 3


def test_a_bad_file_stores_nothing_of_any_file(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = write(tmp_path / "good.pdf", FIRST), write(tmp_path / "bad.pdf", SECOND, None)
    assert main(["import", "archive", good, bad]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"tradebot: {bad}, page 2: has no text; it may be a scanned picture. The bot reads only text.",
        "Nothing was stored.",
    ]
    assert count(url) == 0


def test_another_pdf_is_refused(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = write(tmp_path / "other.pdf", ["An invoice", "Total 12.00"])
    assert main(["import", "archive", other]) == 1
    assert "other.pdf: lists no messages. Is it one of the files" in capsys.readouterr().err


def test_a_terminal_shows_a_bar(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["import", "archive", write(tmp_path / "a.pdf", FIRST, SECOND)]) == 0
    assert terminal.getvalue() == (
        "\ra.pdf: pages [###############...............] 1 of 2"
        "\ra.pdf: pages [##############################] 2 of 2\n"
        "\ra.pdf: messages [##############################] 3 of 3\n"
    )


@pytest.mark.parametrize("words", [["import"], ["import", "archive"], ["import", "pdf", "x.pdf"]])
def test_wrong_words_are_explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "use: tradebot import archive FILE.pdf" in capsys.readouterr().err
