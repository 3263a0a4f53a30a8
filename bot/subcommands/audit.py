"""`tradebot audit`: check that nobody changed the audit, and print its head, to be noted elsewhere."""

import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from bot.database import StartError, open_existing
from bot.operations.logs import read_line
from bot.settings import SettingsError, load
from jobs import audit

LIKE_A_HEAD = "line that mentions a head, because it is not as the bot writes it into its log."

LIKE_HEADS = "lines that mention a head, because they are not as the bot writes them into its log."

NO_HEADS = "The bot writes heads at LOG_LEVEL=info; give the lines as it wrote them, at most with something in front."

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
    if log is None:
        return verify(noted)
    try:
        logged, others = read_heads(log)
    except OSError as problem:
        print(f"tradebot: cannot read {log}: {problem.strerror}.", file=sys.stderr)
        return 1
    if others:
        print(f"tradebot: did not count {others} {LIKE_HEADS if others > 1 else LIKE_A_HEAD}", file=sys.stderr)
    if not logged:
        print(f"tradebot: found no head of the audit in {log}, so nothing was compared. {NO_HEADS}", file=sys.stderr)
        return 1
    return verify([*noted, *logged])


def read_head(text: str) -> audit.Head:
    """Read a head as `tradebot audit head` prints it. Raises ValueError."""
    found = audit.read_head(text.strip())
    if found is None:
        raise ValueError("--head: give what `tradebot audit head` printed, the number of rows, a colon and the hash")
    return found


def read_heads(name: str) -> tuple[list[audit.Head], int]:
    """Read the heads that the bot wrote into its log, and count other lines that mention one; "-" is standard input. Raises OSError."""
    note = audit.HEAD_NOTE.encode()
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as lines:
        found = [_noted_head(line.decode("utf-8", "replace")) for line in lines if note in line]
    heads = [head for head in found if head is not None]
    return heads, len(found) - len(heads)


def _noted_head(line: str) -> audit.Head | None:
    found, note = read_line(line), f"{audit.HEAD_NOTE} "
    if found is None or (found.logger, found.level) != (audit.HEAD_LOGGER, "info") or not found.message.startswith(note):
        return None
    return audit.read_head(found.message.removeprefix(note))


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
    distinct = set(noted)
    if head is None:
        print(_headline(found), file=sys.stderr)
        for each in found[:MAX_LISTED]:
            print(f"  {each}", file=sys.stderr)
        if len(found) > MAX_LISTED:
            print(f"  … and {len(found) - MAX_LISTED} more", file=sys.stderr)
        if distinct:
            print(f"It was compared with {_count_heads(len(distinct))}.", file=sys.stderr)
        return 1
    print(f"The audit is whole: {head.count} row{'' if head.count == 1 else 's'}, each with the hash of the one before it.")
    if not noted:
        print("Rows that were cut off at the end, or a whole new chain, are found only by heads that were noted: use --head or --log.")
    else:
        newest, fit = max(each.count for each in noted), "all fit" if len(distinct) > 1 else "it fits"
        print(f"It was compared with {_count_heads(len(distinct))}, up to row {newest}, and {fit}.")
    print(f"Head, to note elsewhere: {head}")
    return 0


def _count_heads(count: int) -> str:
    return f"{count} head{'' if count == 1 else 's'} that {'was' if count == 1 else 'were'} noted"


def _headline(found: Sequence[audit.Fault]) -> str:
    if all(each.by_head for each in found):
        return f"The audit does not match the head that you noted. {RESTORED}"
    return f"The audit was tampered with: {len(found)} fault{'s' if len(found) > 1 else ''}."
