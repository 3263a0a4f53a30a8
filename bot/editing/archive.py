"""`tradebot import archive FILE.pdf …`: store the messages that CBP's archive files list, as backlog."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.ask import load as load_content
from bot.database import StartError, open_database
from bot.settings import SettingsError, load
from content.catalog import Catalog
from content.loading.files import ContentError
from jobs import revisions as content
from jobs.archive.backlog import Imported, import_rows
from jobs.archive.pdf import ArchiveError, Progress, read_lines
from jobs.archive.table import Row, rows
from jobs.store import revisions
from jobs.store.database import Database, DatabaseError, first_line

BAR = 30
"""Characters of the progress bar."""


def run(words: Sequence[str], _: Mapping[str, str]) -> int:
    """Raises ValueError for a wrong usage."""
    if words[:1] != ["archive"] or not words[1:]:
        raise ValueError("use: tradebot import archive FILE.pdf …, with files from the CSMS archive at CBP.gov")
    return import_archives(words[1:])


def import_archives(names: Sequence[str]) -> int:
    """Return 1 if a file could not be read, and then nothing of any file is stored."""
    try:
        found = {name: _read(Path(name)) for name in names}
    except ArchiveError as problem:
        print(f"tradebot: {problem}\nNothing was stored.", file=sys.stderr)
        return 1
    try:
        with contextlib.closing(open_database(load())) as db:
            catalog = _catalog(db)
            if catalog is None:
                return 1
            for name, listed in found.items():
                imported = import_rows(db, listed, catalog, _progress_bar(f"{Path(name).name}: messages"))
                print(f"{name}: {len(listed)} messages: {_summary(imported)}.", flush=True)
    except (SettingsError, StartError, ContentError, ValueError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    except DatabaseError as problem:
        print(f"tradebot: {first_line(problem)}. What was stored so far is kept; repeat the command.", file=sys.stderr)
        return 1
    return 0


def _read(path: Path) -> list[Row]:
    """Raises ArchiveError."""
    listed = rows(read_lines(path, _progress_bar(f"{path.name}: pages")))
    if not listed:
        raise ArchiveError(f"{path}: lists no messages. Is it one of the files at CBP.gov's CSMS archive?")
    return listed


def _catalog(db: Database) -> Catalog | None:
    """Return the content in force, or before the first start that of the folder. It prints why there is none."""
    with db.read() as conn:
        revision = revisions.newest(conn)
    return load_content() if revision is None else content.load(revision.files)


def _summary(imported: Imported) -> str:
    parts = [f"{imported.added} stored"]
    if imported.mended:
        parts.append(f"{imported.mended} got their whole title")
    if imported.known:
        parts.append(f"{imported.known} known before")
    if imported.left:
        parts.append(f"{imported.left} so new that the feed will bring them")
    return ", ".join(parts)


def _progress_bar(what: str) -> Progress:
    """Draw a bar on one line of a terminal, and nothing in a pipe or a log."""

    def draw(done: int, of: int) -> None:
        if sys.stderr.isatty():
            filled = BAR * done // of
            end = "\n" if done == of else ""
            print(f"\r{what} [{'#' * filled}{'.' * (BAR - filled)}] {done:,} of {of:,}", end=end, file=sys.stderr, flush=True)

    return draw
