"""Say in plain words why a file is not YAML: from its lines, and only then from what the parser says."""

import re
from collections.abc import Iterator

import yaml

Mark = tuple[int, int]
"""Line and column, both counted from 1."""

_FIELD = re.compile(r"(?P<lead> *(?:- +)*)(?P<key>[\w-]+):(?P<value>.*)")

_DASH_WITHOUT_SPACE = re.compile(r" *-[A-Za-z_]\w*:(?:\s|$)")

_MERGE_MARK = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$|^={7}$", re.MULTILINE)

_ODD_SPACE = re.compile(r"^ *+(?:- *+)?+(?:[\w-]++:)?+[ -]*+(?P<space>[\xa0\u2000-\u200a\u202f\u205f\u3000])", re.MULTILINE)
"""A space that looks like one and is none, where a line begins, or after a dash or the colon of a field."""

_QUOTE = re.compile(r'\\.|"')

_WORDS = (
    ("escape character", "write a backslash twice (\\\\) in a text in double quotes"),
    ("comment or line break", "put quotes around a text that begins with > or |"),
    ("comment or a line break", "put quotes around a text that begins with > or |"),
    ("sequence entries", "put quotes around a text that begins with a dash; a list begins on a line of its own"),
    ("mapping keys", "put quotes around a text that begins with a question mark"),
    ("alphabetic or numeric", "put quotes around a text that begins with & or *"),
)
"""Words of the parser -> what to do."""

_OTHERWISE = "cannot be read here: look for a missing quotation mark or a wrong indentation, on this line or above it"


def find_merge_mark(text: str) -> tuple[Mark, str] | None:
    """Return the place of a mark that git left where two people changed the same lines."""
    found = _MERGE_MARK.search(text)
    if found is None:
        return None
    message = (
        f"{found[0][:7]} is where git put two versions of the same lines: keep one, and delete the lines with <<<<<<<, ======= and >>>>>>>"
    )
    return (text.count("\n", 0, found.start()) + 1, 1), message


def find_odd_spaces(text: str) -> Iterator[tuple[int, str]]:
    """Yield the index of each space that the parser would take for a letter, as a copy from a web page or Word can have it."""
    for found in _ODD_SPACE.finditer(text):
        yield found.start("space"), f"this space is a special one (U+{ord(found['space']):04X}): delete it and type an ordinary space"


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[Mark, str]:
    """Return the place of a mistake, and what to do about it."""
    lines = text.split("\n")
    problem, context = error.problem or "", error.context or ""
    row, column = _place(error.problem_mark or error.context_mark, lines)
    start = _place(error.context_mark, lines)
    line = lines[row]
    if "end of stream" in problem and "quoted" in context:
        return _mark(*start), "the quotation mark here is never closed"
    for number in (row, _above(row, lines)):
        if number is not None and _DASH_WITHOUT_SPACE.match(lines[number]):
            return _mark(number, _indent(lines[number])), f"Line {number + 1} needs a space after the dash"
    if "\t" in line[: _indent(line)]:
        return _mark(row, 0), "indent with spaces, not with tabs"
    if "flow" in context:
        return _mark(*start), "put quotes around a text that begins with [ or {"
    if "find expected ':'" in problem:
        return _mark(*start), f"Line {start[0] + 1} is neither a field, such as 'name: value', nor an entry that begins with a dash"
    for words, what_to_do in _WORDS:
        if words in problem:
            return _mark(row, column), what_to_do
    if "cannot start any token" in problem or "node content" in problem:
        return _mark(row, column), f"put quotes around a text that begins with {line[column : column + 1] or 'a special character'}"
    if "mapping values" in problem:
        return _mark(row, column), _explain_colon(row, column, lines)
    if column > _indent(line):
        return _explain_quotes(row, column, lines)
    first = _first_without_dash(row, lines)
    if first is not None:
        return _mark(first, _indent(lines[first])), f"Line {first + 1} must begin with a dash, as line {row + 1} does"
    return _mark(row, column), _explain_indentation(row, start[0] if "collection" in context else None, lines)


def _first_without_dash(row: int, lines: list[str]) -> int | None:
    """Return the line of the first entry of a list that lacks its dash, if the list's next entry begins at `row`."""
    dash, entry = _indent(lines[row]), _FIELD.match(lines[row])
    first = row
    for number in _content(row, lines) if entry and "-" in entry["lead"] else ():
        if _indent(lines[number]) <= dash:
            field = _FIELD.match(lines[first])
            is_alike = entry and field and "-" not in field["lead"] and field["key"] == entry["key"]
            return first if is_alike and lines[number].rstrip().endswith(":") else None
        first = number
    return None


def _explain_colon(row: int, column: int, lines: list[str]) -> str:
    """Explain a colon that the parser did not expect at this place."""
    field, above = _FIELD.match(lines[row]), _above(row, lines)
    if field is None or field.end("key") != column or above is None:
        return "put quotes around a text that contains ': '"
    before = _FIELD.match(lines[above])
    if before and before["value"][:1].strip():
        return f"Line {above + 1} needs a space after the colon"
    return _further_right(row, above)


def _explain_quotes(row: int, column: int, lines: list[str]) -> tuple[Mark, str]:
    """Explain a text that ended before the end of its line, usually at a quotation mark."""
    for number in range(row, max(row - 50, -1), -1):
        quotes = [found.start() for found in _QUOTE.finditer(lines[number]) if found[0] == '"']
        if len(quotes) % 2 and (number < row or quotes[0] < column):
            return _mark(number, quotes[0]), "the quotation mark here is never closed"
    if not re.search("[\"']", lines[row][:column]):
        return _mark(row, column), "put quotes around this text"
    if "'" in lines[row][:column]:
        return _mark(row, column), "the text ended at the quotation mark before this: use double quotes around a text with an apostrophe"
    return _mark(row, column), 'the text ended at the quotation mark before this: inside a text, write \\" for a quotation mark'


def _explain_indentation(row: int, list_row: int | None, lines: list[str]) -> str:
    """Explain where a line begins. `list_row` is where the list begins that the line is in."""
    above = _above(row, lines)
    if above is None:
        return _OTHERWISE
    indent = _indent(lines[row])
    if indent > _column(lines[above]):
        return _further_right(row, above)
    if list_row is not None and lines[list_row][indent : indent + 1] == "-":
        return f"Line {row + 1} must begin with a dash, as line {list_row + 1} does, or further right"
    if lines[row].lstrip().startswith("- ") and lines[above].lstrip().startswith("- ") and indent < _indent(lines[above]):
        return f"Line {row + 1} begins further left than line {above + 1}: {ALIGN}"
    if not _is_open(indent, row, lines):
        return f"Line {row + 1} begins further left than line {above + 1}, but not where a line above it begins: {ALIGN}"
    return _OTHERWISE


def _is_open(column: int, row: int, lines: list[str]) -> bool:
    """Return whether a block that begins in this column is still open at a line, which no line further left has ended."""
    for number in _content(row, lines):
        if _column(lines[number]) == column:
            return True
        if _indent(lines[number]) < column:
            return False
    return False


ALIGN = "lines that belong together start in the same column"


def _further_right(row: int, above: int) -> str:
    return f"Line {row + 1} begins further right than line {above + 1}: {ALIGN}"


def _above(row: int, lines: list[str]) -> int | None:
    """Return the closest line above that is neither empty nor a note."""
    return next(_content(row, lines), None)


def _content(row: int, lines: list[str]) -> Iterator[int]:
    return (number for number in range(row - 1, -1, -1) if lines[number].strip() and not lines[number].lstrip().startswith("#"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _column(line: str) -> int:
    """Return the column of a line's field, which may stand behind dashes."""
    field = _FIELD.match(line)
    return len(field["lead"]) if field else _indent(line)


def _place(mark: yaml.Mark | None, lines: list[str]) -> tuple[int, int]:
    """Return row and column, counted from 0, of a line that exists."""
    return (0, 0) if mark is None else (min(mark.line, len(lines) - 1), mark.column)


def _mark(row: int, column: int) -> Mark:
    return row + 1, column + 1
