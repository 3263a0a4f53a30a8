"""Rows of a digest, and how they are divided among messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handlers.replies import dates
from handlers.replies.reply import Line, split_quiet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobs.models.posts import Listed

MAX_BULLETS = 40
"""Bullets in one part."""
_MAX_CHARACTERS = 9500
"""Characters of one part's bullets with links and markup: one message on Slack, the strictest platform, so that it can be
found again after a time-out.
"""
_BULLET_MARKUP = 230
"""Characters of markup that a platform adds to a bullet, at most."""
_QUIET_MARKUP = 160
"""Characters of markup that a platform adds to the quiet line of a bullet."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with its corrections beneath it; `words` are "" and such as "Corrected by"."""

    items: tuple[Listed, ...]
    lines: tuple[Line, ...]
    words: tuple[str, ...]
    others: tuple[Listed, ...] = ()
    """The entries that the other parts show of a row that is too long for one."""


@dataclass(frozen=True, slots=True)
class Group:
    """`continued`: the group began in the part before."""

    topic: str
    rows: tuple[Row, ...]
    continued: bool = False


def posted_here(item: Listed, now: datetime, zone: str) -> str:
    return f"posted here {dates.near_day(item.posted_at, now, zone)}" if item.posted_at else ""


def divide(groups: Sequence[Group]) -> list[list[Group]]:
    """Divide the rows among messages; only a row that exceeds one is divided itself."""
    parts: list[list[Group]] = [[]]
    bullets = characters = 0
    for group in groups:
        rows = [part for row in group.rows for part in ([row] if _fits(row) else _split(row))]
        for place, row in enumerate(rows):
            size = sum(map(_size, row.lines))
            if bullets and (bullets + len(row.lines) > MAX_BULLETS or characters + size > _MAX_CHARACTERS):
                parts.append([])
                bullets = characters = 0
            open_group = parts[-1][-1] if parts[-1] and parts[-1][-1].topic == group.topic else None
            if open_group is not None:
                parts[-1][-1] = replace(open_group, rows=(*open_group.rows, row))
            else:
                parts[-1].append(Group(group.topic, (row,), continued=place > 0))
            bullets, characters = bullets + len(row.lines), characters + size
    return parts


def _size(bullet: Line) -> int:
    return _BULLET_MARKUP + _QUIET_MARKUP * bool(split_quiet(bullet)[1]) + sum(len(span.text) + len(span.link or "") for span in bullet)


def _fits(row: Row) -> bool:
    return len(row.lines) <= MAX_BULLETS and sum(map(_size, row.lines)) <= _MAX_CHARACTERS


def _split(row: Row) -> list[Row]:
    return [Row((item,), (line,), (words,), row.items) for item, line, words in zip(row.items, row.lines, row.words, strict=True)]
