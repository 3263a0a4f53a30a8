"""`tradebot audit`: check that nobody changed the audit, and print its head, to be noted elsewhere."""

import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from bot.database import StartError, open_existing
from bot.settings import SettingsError, load
from jobs import audit

MAX_LISTED = 20
"""Faults that are printed."""

RESTORED = (
    "Either rows were removed or replaced, or a backup from before that head was restored: "
    "then the rows since are in the database that was in use until then."
)


def run(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Raises ValueError for a wrong usage."""
    action, head, log = "".join(words), options.get("--head"), options.get("--log")
    if action == "head" and head is None and log is None:
        return print_head()
    if action != "verify":
        raise ValueError("use: tradebot audit verify [--head COUNT:HASH] [--log FILE], or tradebot audit head")
    noted = [] if head is None else [read_head(head)]
    if log is not None:
        try:
            noted += read_heads(log)
        except OSError as problem:
            print(f"tradebot: cannot read {log}: {problem.strerror}.", file=sys.stderr)
            return 1
        if not noted:
            print(f"tradebot: {log} has no line with a head of the audit.", file=sys.stderr)
            return 1
    return verify(noted)


def read_head(text: str) -> audit.Head:
    """Read a head as `tradebot audit head` prints it. Raises ValueError."""
    found = audit.find_heads(text)
    if len(found) != 1 or str(found[0]) != text.strip():
        raise ValueError("--head: give what `tradebot audit head` printed, the number of rows, a colon and the hash")
    return found[0]


def read_heads(name: str) -> list[audit.Head]:
    """Read the heads that the bot wrote into its log; "-" is standard input. Raises OSError."""
    note = audit.HEAD_NOTE.encode()
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as lines:
        return [head for line in lines if note in line for head in audit.find_heads(line.decode("utf-8", "replace"))]


def print_head() -> int:
    try:
        with open_existing(load()) as db, db.read() as conn:
            print(audit.head(conn))
    except (SettingsError, StartError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0


def verify(noted: Collection[audit.Head]) -> int:
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
    if not noted:
        print("Rows that were cut off at the end, or a whole new chain, are found only by heads that were noted: use --head or --log.")
    elif len(noted) > 1:
        print(f"It has all {len(noted)} heads that were noted, up to row {max(each.count for each in noted)}.")
    print(f"Head, to note elsewhere: {head}")
    return 0


def _headline(found: Sequence[audit.Fault]) -> str:
    if all(each.by_head for each in found):
        return f"The audit does not match the head that you noted. {RESTORED}"
    return f"The audit was tampered with: {len(found)} fault{'s' if len(found) > 1 else ''}."
