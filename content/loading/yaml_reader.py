"""Reads YAML as plain data, safely, and remembers where everything stood.

The events are read one by one and the tree is built here, so that a hostile file is refused before it costs
anything: no anchors, aliases or tags (a few hundred bytes of them can unfold to gigabytes), at most 20 levels
(PyYAML's C composer crashes on 100,000) and 50,000 events. A key that stands twice is refused. Every scalar
stays text, so that NO, 2024 and 2026-02-06 mean what they say; runs of blanks and line breaks become one blank.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from content.loading.files import MAX_BYTES, Problem, whole

MAX_LEVELS = 20
MAX_EVENTS = 50_000

Path = tuple[str | int, ...]
Mark = tuple[int, int]
"""Line and column, both from 1."""

FORBIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff0-\\uffff\\ud800-\\udfff]"
)
"""Control characters, invisible ones and those that turn the direction of text: what is shown must be what stands there."""

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
    """Plain data (dict, list, str) with the marks of every key and of every value, by path."""

    data: Any
    keys: dict[Path, Mark]
    values: dict[Path, Mark]

    def key_mark(self, path: Path) -> Mark:
        """Where the key of `path` stands, or the list entry, or the nearest thing around it."""
        for end in range(len(path), 0, -1):
            found = self.keys.get(path[:end]) or self.values.get(path[:end])
            if found:
                return found
        return (1, 1)

    def value_mark(self, path: Path) -> Mark:
        """Where the value of `path` begins, or the nearest thing around it."""
        return self.values.get(path) or self.key_mark(path)


def show_path(path: Path) -> str:
    """("ptis", "revenue", "links", 0) as "ptis.revenue.links[0]"."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def parse(file: str, text: str) -> tuple[Tree | None, tuple[Problem, ...]]:
    """One file's data and everything that is wrong with it as YAML. The tree is None when the file can't be read on."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, (whole(file, f"the file is larger than {MAX_BYTES // 1024} KB: split or shorten it"),)
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
    except yaml.YAMLError as error:  # what the reader refuses carries no mark
        builder.refuse((1, 1), f"is not YAML: {' '.join(str(error).split())[:200]}")
        return None, tuple(builder.problems)
    if builder.root is _NOTHING:
        return None, (*builder.problems, whole(file, "the file is empty"))
    return Tree(builder.root, builder.keys, builder.values), tuple(builder.problems)


def _mark(mark: Any) -> Mark:
    return mark.line + 1, mark.column + 1


def _plain_words(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.problem or ''} {error.context or ''}".strip()
    hint = next((hint for words, hint in _HINTS if words in said), "")
    return f"is not YAML: {said}" + (f" ({hint})" if hint else "")


_NOTHING = object()


@dataclass(slots=True)
class _Frame:
    """A mapping or a list that is still open. `key` is the mapping's key that waits for its value."""

    path: Path
    items: dict[str, Any] | list[Any]
    key: str | None = None
    throw_away: bool = False
    """The key stood there before: the value is read, for its own problems, and dropped."""


@dataclass(slots=True)
class _Builder:
    """Turns events into a tree; collects problems."""

    file: str
    root: Any = _NOTHING
    problems: list[Problem] = field(default_factory=list)
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)

    def refuse(self, mark: Mark, message: str, path: Path = ()) -> None:
        self.problems.append(Problem(self.file, *mark, show_path(path), message))

    def without_forbidden(self, text: str) -> str:
        """The text with a blank for every forbidden character, each a problem of its own (the parser would stop at the first)."""
        for found in FORBIDDEN.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            self.refuse((line, column), _forbidden(found.group()))
            if len(self.problems) >= 100:  # a binary file: enough is said
                break
        return FORBIDDEN.sub(" ", text)

    def take(self, event: Any) -> bool:
        """One event. False: stop, the file can't be read on."""
        mark = _mark(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            if self.root is not _NOTHING:
                self.refuse(mark, "a second document begins here: take the '---' line out")
                return False
        elif isinstance(event, yaml.AliasEvent):
            self.refuse(mark, "aliases (*name) aren't allowed: write the text out, or put quotes around it", self._path())
            self._scalar("", mark)
        elif isinstance(event, yaml.ScalarEvent):
            self._marked(event, mark)
            self._scalar(self._checked(event.value, mark), mark)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._marked(event, mark)
            if len(self.stack) >= MAX_LEVELS:
                self.refuse(mark, f"nested deeper than {MAX_LEVELS} levels")
                return False
            return self._open({} if isinstance(event, yaml.MappingStartEvent) else [], mark)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()
        return True

    def _marked(self, event: Any, mark: Mark) -> None:
        if event.anchor:
            self.refuse(mark, "anchors (&name) aren't allowed: write the text out, or put quotes around it", self._path())
        if event.tag:
            self.refuse(mark, "tags (!name) aren't allowed: put quotes around a text that begins with '!'", self._path())

    def _checked(self, value: str, mark: Mark) -> str:
        found = FORBIDDEN.search(value)  # written as an escape such as "\u202e"
        if found:
            self.refuse(mark, _forbidden(found.group()), self._path())
        return " ".join(FORBIDDEN.sub(" ", value).split())

    def _path(self) -> Path:
        """Of the value that comes next."""
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
        frame.throw_away = value in frame.items
        if frame.throw_away:
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
        if not frame.throw_away and frame.key is not None:
            frame.items[frame.key] = value
        frame.key = None


def _forbidden(character: str) -> str:
    return f"the invisible character U+{ord(character):04X} isn't allowed: delete it"
