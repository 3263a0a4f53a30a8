"""Read the rows of an archive's table: number, title, day. The text of a page comes line by line, and a title may need several.

CBP's tables have faults of their own: titles that end at their first hyphen, two rows in one cell, UTF-8 that was read as Windows-1252.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from jobs.identity import WASHINGTON

MAX_TITLE = 1000  #: Characters; CBP's longest title has 339.
MAX_LINES = 40  #: Of a row.
NEAR = 3_000_000  #: Numbers of one table differ by less from row to row. HTS codes, which open a line as well, do not.
NOON = time(12)  #: Of a day without a clock time, so that it is the same day in every zone of the United States.

_NUMBER = r"[0-9]{8}|[0-9]{2}-[0-9]{6}"
_OPENS = re.compile(rf"(?:\[\[)?(?P<number>{_NUMBER})(?:\]\])?(?:\s+(?P<text>\S.*+))?+")
_SENT = re.compile(
    r"(?P<text>.*?)(?<![0-9/])(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})"
    r"(?:\s+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}))?+",
    re.DOTALL,
)
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_GLUED = re.compile(rf"(?:\[\[|(?<=/[0-9]{{4}} )|(?<=[0-9]:[0-9]{{2}} ))(?P<number>{_NUMBER})(?:\]\]|(?= ))")
_FURNITURE = re.compile(
    r"CSMS Archive|Publication # ?[0-9-]+|Pub # ?[0-9-]+|Cargo Systems Messaging Service|CSMS ?# Message Title Sent"
    r"|Page [0-9]+(?: of [0-9]+)?"
    r"|\w+ (?:[0-9]{1,2},? )?(?:[0-9]{4} )?(?:to|through|-|–) \w+ [0-9]{1,2},? [0-9]{4}|(?:[0-9]+ )?CSMS Archive(?: [0-9]+)?",
    re.IGNORECASE,
)
_NAMES_NUMBER = re.compile(r"(?:CSMS|HTS|No\.)[\s#]*+$|#\s*+$|,\s*+(?:and\s*+)?$|\b(?:and|or|to|of)\s*+$", re.IGNORECASE)

_LEAD_INS = """
    resolved resolution update updates updated reminder correction corrected guidance information addressed completed canceled cancelled
    important notice announcement urgent clarification final daily new attention
"""
_QUOTA_NUMBER = re.compile(r"\b(?:QB|Quota Bulletin)(?: \(QB\))?(?: [0-9]{2})?\Z", re.IGNORECASE)
_PREFIXES = """
    non anti multi pre post semi self cross inter intra sub bi tri ex long short four first second third one two three in pro mid duty
    tariff s e x k t u re
"""
FEW_WORDS = 2  #: A title of so few, in a table without a hyphen, probably ends where one was.
HYPHENS = "-\u2010\u2011"
_BARE_NUMBER = re.compile(r"\b(?:for|new|of|to) [0-9]{1,2}\Z", re.IGNORECASE)
"""The number of a thing that a hyphen joined to it: "Updates to 54" was "Updates to 54-Character …"."""
_LEFTOVERS = (  # of UTF-8 that was read as Windows-1252, whose other characters were dropped
    (re.compile(r"(?<!\S)\u201c(?!\S)"), "\u2013"),
    (re.compile(r"(?<!\S)\u201d(?!\S)"), "\u2014"),
    (re.compile(r"(?<=\w)\u2122(?=s\b)"), "\u2019"),
    (re.compile(r"(?<!\S)\u0153(?=[A-Z])"), ""),  # an opening quotation mark, of which the closing one was dropped
)
_PAIRS = ((re.compile(r"\("), ")"), (re.compile(r"\u201c(?=\S)"), "\u201d"))  # a quotation mark between blanks was a dash


@dataclass(frozen=True, slots=True)
class Row:
    """A message that an archive lists."""

    number: str
    title: str  #: May be "": CBP's table left it out.
    published: datetime
    cut: bool = False  #: The title may go on: it never proves that two messages are about one thing.


def rows(lines: Iterable[str]) -> list[Row]:
    """Return the rows of one or more tables in their order, each number once."""
    found: dict[str, Row] = {}
    for number, text in _parted(_cells(lines)):
        row = _row(number, text, next(reversed(found.values()), None))
        if row is not None and (number not in found or len(row.title) >= len(found[number].title)):
            # of a doubled row, the longer title, or else the earlier day, as the newest stand first
            found[number] = row
    return _mark_cut(list(found.values()))


def _cells(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each number with the text up to the next one."""
    number, several = "", list[str]()
    for raw in lines:
        line = " ".join(raw.split())
        opens = _OPENS.fullmatch(line)
        if opens and (not number or _is_next(number, several, opens["number"])):
            if number:
                yield number, "\n".join(several)
            number, several = opens["number"], [opens["text"] or ""]
        elif number and _CLOCK.fullmatch(line) and _SENT.fullmatch(several[-1]):
            several[-1] += f" {line}"
        elif number and line and not _FURNITURE.fullmatch(line) and len(several) < MAX_LINES:
            several.append(line)
    if number:
        yield number, "\n".join(several)


def _is_next(number: str, several: Sequence[str], other: str) -> bool:
    """Return whether a line opens the next row, or only begins with a number that the title names."""
    if any(_SENT.fullmatch(line) for line in several):
        return True
    near = "-" in other or abs(int(other) - int(number.replace("-", ""))) < NEAR
    return near and not _NAMES_NUMBER.search(several[-1])


def _parted(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Part two rows in one cell: "… from China [[46721744]] ACE PRODUCTION Scheduled Maintenance"."""
    for number, text in cells:
        first, *others = _GLUED.split(text)
        yield number, first.strip() if _SENT.fullmatch(first.strip()) or not others else f"{first}{_day(text)}"
        yield from zip(others[::2], others[1::2], strict=True)


def _day(text: str) -> str:
    sent = _SENT.fullmatch(text)
    return text[sent.end("text") :] if sent else ""


def _row(number: str, text: str, before: Row | None) -> Row | None:
    """The text behind the last day at the end of a line is no part of the table. A row without a day stands between its neighbors."""
    lines = text.split("\n")
    while lines and not _SENT.fullmatch(lines[-1]):
        lines.pop()
    sent = _SENT.fullmatch(" ".join(lines)) if lines else None
    published = _moment(sent) if sent else before.published if before else None
    if published is None:
        return None
    return Row(number, _title(sent["text"] if sent else text), published)


def _moment(sent: re.Match[str]) -> datetime | None:
    try:
        at = NOON if sent["hour"] is None else time(int(sent["hour"]), int(sent["minute"]))
        day = date(int(sent["year"]), int(sent["month"]), int(sent["day"]))
        return datetime.combine(day, at, WASHINGTON).astimezone(UTC)
    except ValueError:
        return None


def _title(text: str) -> str:
    title = " ".join(text.split())[:MAX_TITLE]
    with suppress(UnicodeError):  # "Peopleâ€™s"
        title = title.encode("cp1252").decode("utf-8")
    for leftover, meant in _LEFTOVERS:
        title = leftover.sub(meant, title)
    title = "".join(each for each in title if each.isprintable())
    if "[[" not in title:
        title = title.removesuffix("]]")
    return title.lstrip(" :;,.\u2013\u2014-").rstrip()  # what stood before was lost


def _mark_cut(found: Sequence[Row]) -> list[Row]:
    """A title is cut as well if another one has it before a hyphen: "Implementation of Tariff", "Implementation of Tariff-Related …"."""
    hyphenated = {_month(row) for row in found if "-" in row.title}
    inside = {row.title[: place.start()].casefold() for row in found for place in re.finditer(rf"(?<=\S)[{HYPHENS}](?=\w)", row.title)}
    beside = {row.title[: place.start()].rstrip().casefold() for row in found for place in re.finditer("-", row.title)}
    marked = []
    for row in found:
        keeps = _month(row) in hyphenated
        begins_other = row.title.casefold() in (inside if keeps else inside | beside)
        marked.append(replace(row, cut=begins_other or is_cut(row.title, keeps_hyphens=keeps)))
    return marked


def _month(row: Row) -> tuple[int, int]:
    return row.published.year, row.published.month


def is_cut(title: str, *, keeps_hyphens: bool = True) -> bool:
    """Return whether a title looks as if it ended at a hyphen. `keeps_hyphens`: other titles of its table have hyphens."""
    if any(len(opening.findall(title)) > title.count(closing) for opening, closing in _PAIRS):
        return True
    words = re.findall(r"\w+", title.casefold())
    if set(words) <= set(_LEAD_INS.split()) or words[-1] in _PREFIXES.split() or _QUOTA_NUMBER.search(title) or _BARE_NUMBER.search(title):
        return True
    return not keeps_hyphens and len(words) <= FEW_WORDS
