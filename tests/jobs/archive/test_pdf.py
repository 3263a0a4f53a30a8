"""PDF files, sound and broken: an error says file and page."""

import re
from pathlib import Path

import pytest

from jobs.archive.pdf import ArchiveError, read_lines
from tests.support.pdf import make_pdf

LINES = ["CSMS Archive", "67257873 Harmonized System Update (HSU) 2543 12/31/2025"]


def problem(path: Path) -> str:
    with pytest.raises(ArchiveError) as caught:
        read_lines(path)
    return str(caught.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.pdf"


def test_the_lines_of_all_pages_are_read_in_order(path: Path) -> None:
    path.write_bytes(make_pdf(LINES, ["67248648 Beef (2026) \u2013 quota 12/30/2025"]))
    steps: list[tuple[int, int]] = []
    assert read_lines(path, lambda done, of: steps.append((done, of))) == [*LINES, "67248648 Beef (2026) \u2013 quota 12/30/2025"]
    assert steps == [(1, 2), (2, 2)]


def test_a_blank_page_is_no_error(path: Path) -> None:
    path.write_bytes(make_pdf(LINES, []))
    assert read_lines(path) == LINES


def test_a_page_without_text_is_named(path: Path) -> None:
    path.write_bytes(make_pdf(LINES, None, LINES))
    assert problem(path) == f"{path}, page 2: has no text; it may be a scanned picture. The bot reads only text."


def test_a_protected_file_says_so(path: Path) -> None:
    path.write_bytes(make_pdf(LINES, encrypted=True))
    assert problem(path).startswith(f"{path}: cannot be opened: it is protected by a password.")


def test_a_file_that_ends_early_is_refused_wherever_it_ends(path: Path) -> None:
    whole = make_pdf(*([LINES] * 5))
    for length in range(10, len(whole) - 8, len(whole) // 25):
        path.write_bytes(whole[:length])
        assert problem(path) == f"{path}: ends early. Download it again from CBP.gov."


@pytest.mark.parametrize("data", [b"", b"<!DOCTYPE html><html>Access Denied</html>", b"PK\x03\x04", bytes(5000)])
def test_what_is_no_pdf_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert problem(path) == f"{path}: is not a PDF file."


def test_a_damaged_file_is_refused(path: Path) -> None:
    path.write_bytes(b"%PDF-1.4\n" + b"garbage " * 50 + b"\n%%EOF\n")
    assert problem(path) == f"{path}: cannot be opened: it is damaged. Download it again from CBP.gov."


def test_spoiled_bytes_bring_lines_or_an_error_that_names_the_file(path: Path) -> None:
    whole, named = make_pdf(*([LINES] * 3)), list[str]()
    for place in range(0, len(whole) - 8, 37):
        path.write_bytes(whole[:place] + b"\xff\x00\x28" + whole[place + 3 :])
        try:
            read_lines(path)
        except ArchiveError as error:
            named.append(str(error))
    assert named
    assert [each for each in named if not re.match(rf"{re.escape(str(path))}(, page \d+)?: ", each)] == []


def test_a_missing_file_and_a_folder_are_errors(path: Path, tmp_path: Path) -> None:
    assert problem(path) == f"{path}: No such file or directory"
    assert problem(tmp_path) == f"{tmp_path}: Is a directory"
