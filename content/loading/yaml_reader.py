"""Read YAML safely as plain data, and record the line and column of everything.

The tree is built from PyYAML's events, so that a hostile file is refused before it costs anything: anchors, aliases and tags (a few
hundred bytes can expand to gigabytes), more than 20 levels (PyYAML's C composer crashes at 100,000) or 50,000 events, and duplicate
keys. Every scalar stays text (NO, 2024, 2026-02-06); each run of white space becomes one space.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from content.loading.files import MAX_BYTES, Problem, file_problem

MAX_LEVELS = 20
MAX_EVENTS = 50_000

Path = tuple[str | int, ...]
Mark = tuple[int, int]
"""Line and column, both counted from 1."""

FORBIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff0-\\uffff\\ud800-\\udfff]"
)
"""Control and invisible characters, and those that change the direction of text."""

_HINTS = (
    ("mapping values are not allowed", "put quotes around a text that holds ': ', and check the indentation of the lines above"),
    ("cannot start any token", "put quotes around a text that begins with a special character; indent with blanks, never with tabs"),
    ("found a tab", "indent with blanks, never with tabs"),
    ("did not find expected key", "check the indentation here, and quotes that aren't closed above"),
    ("could not find expected ':'", "a line like 'name: value' was expected; check quotes that aren't closed above"),
    ("did not find expected '-'", "check the indentation of this list"),
    ("unexpected end of stream", "a quote is opened and never closed"),
)


@dataclass(frozen=True, slots=True)
class Tree:
    """Plain data (dict, list, str) with the place of every key and value."""

    data: Any
    keys: dict[Path, Mark]
    values: dict[Path, Mark]

    def key_mark(self, path: Path) -> Mark:
        """Return the place of the key or list entry, or of the closest one around it."""
        for end in range(len(path), 0, -1):
            found = self.keys.get(path[:end]) or self.values.get(path[:end])
            if found:
                return found
        return (1, 1)

    def value_mark(self, path: Path) -> Mark:
        """Return the place of the value, or of the closest key around it."""
        return self.values.get(path) or self.key_mark(path)


def show_path(path: Path) -> str:
    """Format ("ptis", "revenue", "links", 0) as "ptis.revenue.links[0]"."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def parse(file: str, text: str) -> tuple[Tree | None, tuple[Problem, ...]]:
    """Return a file's tree, or None if reading had to stop, and all problems."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, (file_problem(file, f"the file is larger than {MAX_BYTES // 1024} KB: split or shorten it"),)
    builder = _Builder(file)
    clean = builder.without_forbidden(text)
    try:
        for count, event in enumerate(yaml.parse(clean, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))):
            if count > MAX_EVENTS:
                builder.refuse(_mark(event.start_mark), f"the file holds more than {MAX_EVENTS:,} pieces: split it")
                return None, tuple(builder.problems)
            if not builder.take(event):
                return None, tuple(builder.problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        builder.refuse(_mark(mark) if mark else (1, 1), _plain_words(error))
        return None, tuple(builder.problems)
    except yaml.YAMLError as error:  # errors of PyYAML's reader have no mark
        builder.refuse((1, 1), f"is not YAML: {' '.join(str(error).split())[:200]}")
        return None, tuple(builder.problems)
    if builder.root is _NOTHING:
        return None, (*builder.problems, file_problem(file, "the file is empty"))
    return Tree(builder.root, builder.keys, builder.values), tuple(builder.problems)


def _mark(mark: Any) -> Mark:
    return mark.line + 1, mark.column + 1


def _plain_words(error: yaml.MarkedYAMLError) -> str:
    text = f"{error.problem or ''} {error.context or ''}".strip()
    hint = next((hint for words, hint in _HINTS if words in text), "")
    return f"is not YAML: {text}" + (f" ({hint})" if hint else "")


_NOTHING = object()


@dataclass(slots=True)
class _Frame:
    """An open mapping or list. `key` is the key whose value comes next."""

    path: Path
    items: dict[str, Any] | list[Any]
    key: str | None = None
    is_duplicate: bool = False
    """The value is read for its problems and then dropped."""


@dataclass(slots=True)
class _Builder:
    file: str
    root: Any = _NOTHING
    problems: list[Problem] = field(default_factory=list)
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)

    def refuse(self, mark: Mark, message: str, path: Path = ()) -> None:
        self.problems.append(Problem(self.file, *mark, show_path(path), message))

    def without_forbidden(self, text: str) -> str:
        """Report and replace every forbidden character, because the parser would stop at the first."""
        for found in FORBIDDEN.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            self.refuse((line, column), _forbidden(found.group()))
            if len(self.problems) >= 100:  # probably a binary file
                break
        return FORBIDDEN.sub(" ", text)

    def take(self, event: Any) -> bool:
        """Add one event. Return False if reading must stop."""
        mark = _mark(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            if self.root is not _NOTHING:
                self.refuse(mark, "a second document begins here: take the '---' line out")
                return False
        elif isinstance(event, yaml.AliasEvent):
            self.refuse(mark, "aliases (*name) aren't allowed: write the text out, or put quotes around it", self._path())
            self._scalar("", mark)
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event, mark)
            self._scalar(self._clean_value(event.value, mark), mark)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_marks(event, mark)
            if len(self.stack) >= MAX_LEVELS:
                self.refuse(mark, f"nested deeper than {MAX_LEVELS} levels")
                return False
            return self._open({} if isinstance(event, yaml.MappingStartEvent) else [], mark)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()
        return True

    def _refuse_marks(self, event: Any, mark: Mark) -> None:
        if event.anchor:
            self.refuse(mark, "anchors (&name) aren't allowed: write the text out, or put quotes around it", self._path())
        if event.tag:
            self.refuse(mark, "tags (!name) aren't allowed: put quotes around a text that begins with '!'", self._path())

    def _clean_value(self, value: str, mark: Mark) -> str:
        found = FORBIDDEN.search(value)  # from an escape such as "\u202e"
        if found:
            self.refuse(mark, _forbidden(found.group()), self._path())
        return " ".join(FORBIDDEN.sub(" ", value).split())

    def _path(self) -> Path:
        """Return the next value's path."""
        if not self.stack:
            return ()
        frame = self.stack[-1]
        if isinstance(frame.items, list):
            return (*frame.path, len(frame.items))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _scalar(self, value: str, mark: Mark) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is None or isinstance(frame.items, list) or frame.key is not None:
            self._place(value, mark)
            return
        path = (*frame.path, value)
        frame.is_duplicate = value in frame.items
        if frame.is_duplicate:
            first = self.keys[path][0]
            self.refuse(mark, f"stands here a second time; the first is in line {first}", path)
            value = f"{value} (again)"
        self.keys[(*frame.path, value)] = mark
        frame.key = value

    def _open(self, items: dict[str, Any] | list[Any], mark: Mark) -> bool:
        frame = self.stack[-1] if self.stack else None
        if frame and isinstance(frame.items, dict) and frame.key is None:
            self.refuse(mark, "a key must be plain text", frame.path)
            return False
        path = self._path()
        self._place(items, mark)
        self.stack.append(_Frame(path, items))
        return True

    def _place(self, value: Any, mark: Mark) -> None:
        self.values[self._path()] = mark
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        if isinstance(frame.items, list):
            frame.items.append(value)
            return
        if not frame.is_duplicate and frame.key is not None:
            frame.items[frame.key] = value
        frame.key = None


def _forbidden(character: str) -> str:
    return f"the invisible character U+{ord(character):04X} isn't allowed: delete it"
