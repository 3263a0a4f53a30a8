"""Read YAML safely as plain data, and record the line and column of everything.

It refuses hostile files at PyYAML's events, before they cost anything: anchors, aliases and tags (a few hundred bytes can expand to
gigabytes), more than 20 levels (PyYAML's C composer crashes at 100,000) or 50,000 events, and duplicate keys. Scalars stay text (NO,
2024), with white space collapsed.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from content.loading.files import MAX_BYTES, Problem, too_large
from content.loading.item_names import name_path
from content.loading.yaml_errors import ALIGN, Mark, explain, find_merge_mark, find_odd_spaces

MAX_LEVELS = 20
MAX_EVENTS = 50_000

Path = tuple[str | int, ...]

FORBIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff0-\\uffff\\ud800-\\udfff]"
)
"""Control, invisible and text-direction characters."""

_NOTE = re.compile(r"[ \t]+#")
"""Mark that ends a text without quotation marks: the rest of its line is a note."""

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WRITTEN_ESCAPES = frozenset('"\\/uUxN_ \n')
"""Letters that staff write behind a backslash on purpose. A path such as C:\\new would lose letters."""

_ON_NOTES = "put quotes around a text with #, and write a note on a line of its own"


@dataclass(frozen=True, slots=True)
class Tree:
    data: Any
    keys: dict[Path, Mark]
    values: dict[Path, Mark]

    def key_mark(self, path: Path) -> Mark:
        """Return the place of a key or entry, or of the closest around it."""
        for end in range(len(path), 0, -1):
            found = self.keys.get(path[:end]) or self.values.get(path[:end])
            if found:
                return found
        return (1, 1)

    def value_mark(self, path: Path) -> Mark:
        return self.values.get(path) or self.key_mark(path)


def parse(file: str, text: str) -> tuple[Tree | None, tuple[Problem, ...]]:
    """Return the tree (None if reading had to stop) and problems."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, (too_large(file),)
    builder = _Builder()
    if merging := find_merge_mark(text):
        builder.refuse(*merging)
        return None, builder.problems(file)
    clean = builder.text = builder.without_forbidden(text)
    try:
        for count, event in enumerate(yaml.parse(clean, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))):
            if count > MAX_EVENTS:
                raise _StopReading(_mark(event.start_mark), f"the file has more than {MAX_EVENTS:,} parts: split it")
            builder.take(event)
    except _StopReading as stop:
        builder.refuse(*stop.args)
    except yaml.MarkedYAMLError as error:
        builder.refuse(*explain(error, clean))
    except yaml.YAMLError:  # reader errors have no mark
        builder.refuse((1, 1), "the file has characters that cannot be read: save it as UTF-8 text")
    else:
        if builder.root is not _NOTHING:
            return Tree(builder.root, builder.keys, builder.values), builder.problems(file)
        builder.refuse((1, 1), "the file is empty")
    return None, builder.problems(file)


class _StopReading(Exception):
    """The rest of the file cannot be read. Its arguments are those of `_Builder.refuse`."""


def _mark(mark: Any) -> Mark:
    return mark.line + 1, mark.column + 1


_NOTHING = object()


@dataclass(slots=True)
class _Frame:
    path: Path
    items: dict[str, Any] | list[Any]
    key: str | None = None
    is_duplicate: bool = False
    """The value is checked, then dropped."""
    lacks_dash: bool = False
    """Another entry of the list begins in it."""


@dataclass(slots=True)
class _Builder:
    text: str = ""
    root: Any = _NOTHING
    refused: list[tuple[Mark, str, Path]] = field(default_factory=list)
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)

    def refuse(self, mark: Mark, message: str, path: Path = ()) -> None:
        self.refused.append((mark, message, path))

    def problems(self, file: str) -> tuple[Problem, ...]:
        """Return what was refused. The names of the items are known only when the whole file was read."""
        return tuple(Problem(file, *mark, name_path(path, self.root), message) for mark, message, path in self.refused)

    def without_forbidden(self, text: str) -> str:
        """Report and replace forbidden characters; the parser would stop at the first."""
        for found in FORBIDDEN.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            self.refuse((line, column), _forbidden(found.group()))
            if len(self.refused) >= 100:  # probably a binary file
                break
        for place, message in find_odd_spaces(text):
            self.refuse((text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)), message)
            text = f"{text[:place]} {text[place + 1 :]}"
        return FORBIDDEN.sub(" ", text)

    def take(self, event: Any) -> None:
        mark = _mark(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not _NOTHING:
            raise _StopReading(mark, "a second document begins here: remove the '---' line")
        if isinstance(event, yaml.AliasEvent):
            self.refuse(mark, "put quotes around a text that begins with *", self._path())
            self._scalar("", mark)
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event, mark)
            self._scalar(" ".join(FORBIDDEN.sub(" ", self._text_of(event, mark)).split()), mark)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_marks(event, mark)
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], mark)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()

    def _refuse_marks(self, event: Any, mark: Mark) -> None:
        if event.anchor:
            self.refuse(mark, "put quotes around a text that begins with &", self._path())
        if event.tag:
            self.refuse(mark, "put quotes around a text that begins with !", self._path())

    def _text_of(self, event: Any, mark: Mark) -> str:
        """Return a scalar's text, and refuse one that reads differently from how it looks."""
        end, text = event.end_mark, str(event.value)
        written = self.text[event.start_mark.index : end.index]
        if text and not event.style and (note := _NOTE.match(self.text, end.index)):
            place = (end.line + 1, end.column + len(note[0]))
            self.refuse(place, f"everything from {_shorten(self.text, note.end() - 1)} on is left out: {_ON_NOTES}", self._path())
        elif event.style == '"' and (odd := next((each for each in _ESCAPE.findall(written) if each not in _WRITTEN_ESCAPES), "")):
            self.refuse(mark, f"\\{odd} does not stand for itself: write a backslash twice (\\\\) in a text in double quotes", self._path())
        elif found := FORBIDDEN.search(text):  # from an escape such as "\u202e"
            self.refuse(mark, _forbidden(found.group()), self._path())
        if event.style or "\n" not in written:
            return text
        first, *others = written.split("\n")
        number = next((place for place, each in enumerate(others, 1) if each.lstrip().startswith("- ")), 0)
        if not number:
            return text
        message = f"Line {mark[0] + number} begins further right than line {mark[0]}, so both would be one text: {ALIGN}"
        self.refuse((mark[0] + number, others[number - 1].index("-") + 1), message, self._path()[:-1])
        return first

    def _path(self) -> Path:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        last = len(frame.items) if isinstance(frame.items, list) else frame.key
        return frame.path if last is None else (*frame.path, last)

    def _scalar(self, value: str, mark: Mark) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is None or isinstance(frame.items, list) or frame.key is not None:
            self._place(value, mark)
            return
        path = (*frame.path, value)
        frame.is_duplicate = value in frame.items
        if frame.is_duplicate:
            first = self.keys[path][0]
            is_entry = bool(frame.path) and isinstance(frame.path[-1], int) and value == next(iter(frame.items))
            if is_entry:
                frame.lacks_dash = True
                message = f"Line {mark[0]} must begin with a dash, as line {first} does: '{value}' stands there already"
                self.refuse(mark, message, frame.path[:-1])
            elif not frame.lacks_dash:
                self.refuse(mark, f"appears here a second time; the first is on line {first}", path)
            value = f"{value} (again)"
        self.keys[(*frame.path, value)] = mark
        frame.key = value

    def _open(self, items: dict[str, Any] | list[Any], mark: Mark) -> None:
        if len(self.stack) >= MAX_LEVELS:
            raise _StopReading(mark, f"nested deeper than {MAX_LEVELS} levels")
        frame = self.stack[-1] if self.stack else None
        if frame and isinstance(frame.items, dict) and frame.key is None:
            raise _StopReading(mark, "a key must be plain text", frame.path)
        path = self._path()
        self._place(items, mark)
        self.stack.append(_Frame(path, items))

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


def _shorten(text: str, start: int) -> str:
    """Return the beginning of the rest of a line in quotation marks."""
    rest = text[start : start + 100].partition("\n")[0].rstrip()
    return f"“{rest if len(rest) <= 20 else rest[:19] + '…'}”"


def _forbidden(character: str) -> str:
    return f"the invisible character U+{ord(character):04X} is not allowed: delete it"
