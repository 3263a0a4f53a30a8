"""`tradebot audit`: check that nobody changed the audit, and print its head, to be noted elsewhere."""

import re
import sys
from collections.abc import Mapping, Sequence

from bot.database import StartError, open_existing
from bot.settings import SettingsError, load
from jobs import audit

MAX_LISTED = 20
"""Faults that are printed."""

RESTORED = (
    "Either rows were removed or replaced, or a backup from before that head was restored: "
    "then the rows since are in the database that was in use until then."
)

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)


def run(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Raises ValueError for a wrong usage."""
    action, noted = "".join(words), options.get("--head")
    if action == "head" and noted is None:
        return print_head()
    if action != "verify":
        raise ValueError("use: tradebot audit verify [--head COUNT:HASH], or tradebot audit head")
    return verify(None if noted is None else read_head(noted))


def read_head(text: str) -> audit.Head:
    """Read a head as `tradebot audit head` prints it. Raises ValueError."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise ValueError("--head: give what `tradebot audit head` printed, the number of rows, a colon and the hash")
    return audit.Head(int(found[1]), found[2])


def print_head() -> int:
    try:
        with open_existing(load()) as db, db.read() as conn:
            print(audit.head(conn))
    except (SettingsError, StartError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0


def verify(noted: audit.Head | None) -> int:
    """Return 1 if the audit was tampered with, does not match the noted head, or cannot be read."""
    try:
        with open_existing(load()) as db, db.read() as conn:
            found = audit.verify(conn, noted)
            head = None if found else audit.head(conn)
    except (SettingsError, StartError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    if head is None:
        print(_headline(found), file=sys.stderr)
        for each in found[:MAX_LISTED]:
            print(f"  {each}", file=sys.stderr)
        if len(found) > MAX_LISTED:
            print(f"  … and {len(found) - MAX_LISTED} more", file=sys.stderr)
        return 1
    print(f"The audit is whole: {head.count} row{'' if head.count == 1 else 's'}, each with the hash of the one before it.")
    if noted is None:
        print("Rows that were cut off at the end, or a whole new chain, are found only by a head that you noted earlier: use --head.")
    print(f"Head, to note elsewhere: {head}")
    return 0


def _headline(found: Sequence[audit.Fault]) -> str:
    if all(each.by_head for each in found):
        return f"The audit does not match the head that you noted. {RESTORED}"
    return f"The audit was tampered with: {len(found)} fault{'s' if len(found) > 1 else ''}."
