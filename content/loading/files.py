"""Read the content files as text, and define problems. Does not import PyYAML."""

from codecs import BOM_UTF8
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
    "elsewhere.yaml": ("elsewhere",),
    "wording.yaml": ("wording", "small_talk"),
}

SINGLE = ("office", "wording")
"""Sections that are one entry, not many with a key each."""

OPTIONAL = ("elsewhere.yaml", "wording.yaml")
"""Files that content may lack: a folder, or a stored revision, of an earlier release has none."""

MAX_BYTES = 256 * 1024
"""The shipped files are below 100 KB."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the content, with its place."""

    file: str
    line: int
    """0 for what has no lines, such as a server."""
    column: int
    path: str
    """The field, such as "Revenue, 1st link, url", or "" for the whole file."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.path}{self.path and ': '}{self.message}"


class ContentError(Exception):
    """`problems` is in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def file_problem(file: str, message: str) -> Problem:
    return Problem(file, 1, 1, "", message)


def too_large(file: str) -> Problem:
    return file_problem(file, f"the file is larger than {MAX_BYTES // 1024} KB: split or shorten it")


def scan(directory: Path) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return YAML files (name -> text) and problems; skip hidden files (editors' locks)."""
    try:
        paths = sorted(directory.iterdir())
    except OSError as error:
        return {}, (Problem(str(directory), 0, 0, "", _unreadable(directory, error)),)
    results = {path.name: _read_text(path) for path in paths if path.suffix in (".yaml", ".yml") and not path.name.startswith(".")}
    files = {name: text for name, text in results.items() if isinstance(text, str)}
    return files, tuple(problem for problem in results.values() if isinstance(problem, Problem))


def _unreadable(directory: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such folder; give the folder that has the YAML files"
    if isinstance(error, NotADirectoryError):
        return f"this is a file; give the folder that has the YAML files, such as {directory.parent}"
    return f"cannot read the folder: {_reason(error)}"


def read_files(directory: Path) -> dict[str, str]:
    """Return YAML files (name -> text). Raises ContentError."""
    files, problems = scan(directory)
    if problems:
        raise ContentError(problems)
    return files


def with_shipped_wording(files: Mapping[str, str]) -> Mapping[str, str]:
    """Return the files, with the wording.yaml of this release if they have none: without it, far fewer questions are understood."""
    name = "wording.yaml"
    return files if name in files else {**files, name: (Path(__file__).parents[1] / name).read_text(encoding="utf-8")}


def digest(files: Mapping[str, str]) -> str:
    """Return the SHA-256 of names and texts, in hex."""
    import hashlib  # loads OpenSSL, which takes a third of Python's start-up time; a cache hit does not need it

    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name].encode("utf-8", "surrogatepass")):
            total.update(b"%d:" % len(part) + part)
    return total.hexdigest()


def _read_text(path: Path) -> str | Problem:
    shown = path.name if path.name.isprintable() else ascii(path.name)
    try:
        if path.exists() and not path.is_file():  # opening a named pipe would block
            return file_problem(shown, "is not a regular file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return file_problem(shown, f"cannot read the file: {_reason(error)}")
    return too_large(shown) if len(raw) > MAX_BYTES else decode(shown, raw)


def decode(name: str, raw: bytes) -> str | Problem:
    """Return a file's text with line ends as on Unix."""
    try:
        text = raw.removeprefix(BOM_UTF8).decode()  # as "utf-8-sig", which is a module to load
        return text.replace("\r\n", "\n") if "\r" in text else text
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        return Problem(name, before.count(b"\n") + 1, column, "", "is not UTF-8 text: save the file with UTF-8 encoding")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
