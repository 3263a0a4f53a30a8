"""The content's files as text, before anybody reads them as YAML; and what can be wrong with them.

Light on purpose: the command line compares digests with this and imports no YAML when nothing changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECTIONS = {
    "office.yaml": ("office", "centers"),
    "ptis.yaml": ("ptis",),
    "roles.yaml": ("roles",),
    "resources.yaml": ("resources",),
    "glossary.yaml": ("terms",),
    "topics.yaml": ("topics",),
    "feeds.yaml": ("feeds",),
}
"""Every file of the content and the sections that it holds."""

MAX_BYTES = 256 * 1024
"""The size of one file. Ours have under 100 KB."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the content, where it stands, and what to do."""

    file: str
    line: int
    column: int
    path: str
    """As in "ptis.revenue.links[0].url"; "" when it is about the whole file."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.path or '(file)'}: {self.message}"


class ContentError(Exception):
    """The content can't be used. `problems` are all of them, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def whole(file: str, message: str) -> Problem:
    """A problem of a whole file."""
    return Problem(file, 1, 1, "", message)


def scan(directory: Path) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The *.yaml files of a directory as text, and the problems of those that can't be read.

    Hidden files are left alone (editors put their locks there), and so are other kinds of files: the
    package's own code stands in the same directory.
    """
    try:
        paths = sorted(directory.iterdir())
    except OSError as error:
        return {}, (whole(str(directory), f"the directory can't be read: {_reason(error)}"),)
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.name.startswith(".") or path.suffix not in (".yaml", ".yml"):
            continue
        got = _text(path)
        if isinstance(got, Problem):
            problems.append(got)
        else:
            files[path.name] = got
    return files, tuple(problems)


def read_files(directory: Path) -> dict[str, str]:
    """The *.yaml files of a directory, name -> text. Raises ContentError if one can't be read."""
    files, problems = scan(directory)
    if problems:
        raise ContentError(problems)
    return files


def digest(files: Mapping[str, str]) -> str:
    """What names exactly these files: SHA-256 in hex over names and texts."""
    import hashlib  # loads OpenSSL, which costs a third of an empty Python: a look-up in compiled content doesn't need it

    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name].encode("utf-8", "surrogatepass")):
            total.update(b"%d:" % len(part) + part)
    return total.hexdigest()


def _text(path: Path) -> str | Problem:
    shown = path.name if path.name.isprintable() else ascii(path.name)
    try:
        if path.exists() and not path.is_file():  # opening a named pipe would wait for ever
            return whole(shown, "is not an ordinary file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return whole(shown, f"the file can't be read: {_reason(error)}")
    if len(raw) > MAX_BYTES:
        return whole(shown, f"the file is larger than {MAX_BYTES // 1024} KB: split or shorten it")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        return Problem(shown, before.count(b"\n") + 1, column, "", "is not UTF-8 text: save the file with the encoding UTF-8")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
