"""Read the lines of a PDF file with PDFium, page by page."""

from collections.abc import Callable
from pathlib import Path

MAX_BYTES = 100_000_000  #: CBP's archive of five years has 2.5 million.
MAX_PAGES = 5_000
_END = b"%%EOF"
_END_WITHIN = 1024  #: Bytes before the end of the file.

Progress = Callable[[int, int], None]  #: How many are done, and of how many.


def quiet(_done: int, _of: int) -> None:
    """Show no progress."""


class ArchiveError(Exception):
    """A file cannot be read: which, on which page, why, and what to do."""


def read_lines(path: Path, progress: Progress = quiet) -> list[str]:
    """Return the lines of all pages. Raises ArchiveError for a file that cannot be read completely."""
    data = _read(path)
    try:
        import pypdfium2
    except ModuleNotFoundError:
        raise ArchiveError("PDF files need the library pypdfium2, which is missing. Install cbp-trade-bot[archive].") from None
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        why = "it is protected by a password" if "password" in str(problem).casefold() else "it is damaged"
        raise ArchiveError(f"{path}: cannot be opened: {why}. Download it again from CBP.gov.") from None
    lines: list[str] = []
    try:
        pages = len(document)
        if not 0 < pages <= MAX_PAGES:
            raise ArchiveError(f"{path}: has {pages} pages; an archive has from 1 to {MAX_PAGES:,}.")
        for index in range(pages):
            try:
                page = document[index]
                text = page.get_textpage().get_text_range()
                is_blank = not text.strip() and next(page.get_objects(max_depth=1), None) is None
            except pypdfium2.PdfiumError:
                raise ArchiveError(f"{path}, page {index + 1}: is damaged. Download the file again from CBP.gov.") from None
            if not text.strip() and not is_blank:
                raise ArchiveError(f"{path}, page {index + 1}: has no text; it may be a scanned picture. The bot reads only text.")
            lines += text.splitlines()
            progress(index + 1, pages)
    finally:
        document.close()
    return lines


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise ArchiveError(f"{path}: {problem.strerror}") from None
    if len(data) > MAX_BYTES:
        raise ArchiveError(f"{path}: is larger than {MAX_BYTES:,} bytes, the limit for an archive.")
    if b"%PDF-" not in data[:_END_WITHIN]:
        raise ArchiveError(f"{path}: is not a PDF file.")
    if _END not in data[-_END_WITHIN:]:  # PDFium would read what pages it finds, and say nothing
        raise ArchiveError(f"{path}: ends early. Download it again from CBP.gov.")
    return data
