"""The messages of CBP's archive files, with the texts of feed items where a file has them, in order of publication."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from jobs.archive.pdf import read_lines
from jobs.archive.table import rows
from jobs.csms import heading, hex_url, without_banner
from jobs.models.entries import Parsed


def load(archives: Iterable[Path], items: Iterable[Path] = ()) -> list[Parsed]:
    """Return each message once. An item's line has guid, published, title and text, as a feed does."""
    found: dict[str, Parsed] = {}
    for path in archives:
        for row in rows(read_lines(path)):
            if row.title and "-" not in row.number:
                parsed = Parsed(f"csms:{row.number}", "csms", row.number, row.title, hex_url(row.number), row.published, None, cut=row.cut)
                found.setdefault(row.number, parsed)
    for path in items:
        for line in path.read_text("utf-8").splitlines():
            item = _item(json.loads(line))
            found[item.number] = item
    return sorted(found.values(), key=_order)


def _order(message: Parsed) -> tuple[datetime, str]:
    assert message.published is not None
    return message.published, message.number


def _item(raw: dict[str, str]) -> Parsed:
    number, title = raw["guid"], heading(raw["title"]).text
    parsed = Parsed(f"csms:{number}", "csms", number, title, hex_url(number), parsedate_to_datetime(raw["published"]), None)
    return replace(parsed, body=without_banner(raw["text"], number, title) or None)
