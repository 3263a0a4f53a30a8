"""`tradebot content export`: write a revision's files into a folder, and overwrite nothing that somebody changed."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.database import StartError, open_existing
from bot.settings import SettingsError, load
from content.loading.files import MAX_BYTES
from jobs.models.content import Revision
from jobs.store import revisions
from jobs.store.database import Connection


class CannotExport(Exception):
    """Why nothing was written, and what to do."""


def run(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Raises ValueError for a wrong usage."""
    number = options.get("--revision")
    if len(words) != 2 or words[0] != "export":
        raise ValueError("use: tradebot content export DIR [--revision N]")
    if number is not None and not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise ValueError(f"--revision {number}: give a number; `/trade-admin history` lists them")
    return export(Path(words[1]), None if number is None else int(number))


def export(folder: Path, number: int | None) -> int:
    """Write the revision in force, or one by its number. Return 1 if nothing was written."""
    try:
        settings = load()
        with open_existing(settings) as db, db.read() as conn:
            revision = revisions.newest(conn) if number is None else revisions.by_id(conn, number)
            if revision is None:
                raise CannotExport(
                    "No content was published yet: start `tradebot run`." if number is None else f"There is no revision {number}."
                )
            if not revision.files:
                raise CannotExport(f"The files of revision {number} are no longer stored; TRADEBOT_KEEP_REVISIONS says for how long.")
            written = write_files(conn, revision, folder)
    except (SettingsError, StartError, CannotExport) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    print(f"{folder}: {len(written)} files of revision {revision.id} ({', '.join(written)}).")
    return 0


def write_files(conn: Connection, revision: Revision, folder: Path) -> list[str]:
    """Return the names of the written files. Raises CannotExport before it writes anything."""
    names = [name for name in sorted(revision.files) if Path(name).name == name and name.endswith((".yaml", ".yml"))]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        foreign = [name for name in names if _is_foreign(conn, folder / name, revision.files[name])]
        if foreign:
            verb = "is" if len(foreign) == 1 else "are"
            raise CannotExport(
                f"{', '.join(foreign)} in {folder} {verb} not from any published revision. "
                "Nothing was written: choose an empty folder, or move what is there."
            )
        for name in names:
            (folder / name).write_text(revision.files[name], encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotExport(f"Cannot write to {folder}: {error.strerror}.") from None
    return names


def _is_foreign(conn: Connection, path: Path, text: str) -> bool:
    """Return whether a file is there that no revision has, so that overwriting it would lose somebody's work."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return True
    if not path.exists():
        return False
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    try:
        there = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return True
    return there != text and there not in revisions.texts_of(conn, path.name)
