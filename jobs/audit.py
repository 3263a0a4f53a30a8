"""The audit: who changed what, where and when, each row with a hash of itself and of the hash of the row before it.

A changed row, a missing one and one in another place break the chain. Somebody who can write to the database could delete the last rows,
or compute every later hash anew: that is found only by comparing with a hash that was noted elsewhere.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from jobs.models.audit import AuditRow
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import Subscription
from jobs.states import AuditAction
from jobs.store import audit as store
from jobs.store.database import Connection, DatabaseError, first_line, is_damaged

NO_HASH = "0" * 64
"""Stands for the hash of the row before the first."""

COMMAND_LINE = "the command line"
"""Who changes something with `tradebot` in a terminal."""

THE_BOT = "the bot"
"""Who notices what somebody did with another tool."""

_MAX_NAME = 200
"""Characters of a channel's name."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row: how many rows there are, and the hash that depends on all of them."""

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the audit is not as it was."""

    row: int
    what: str  #: Such as "was changed, or does not belong here".
    by_head: bool = False  #: Only a head that was noted tells: the rows themselves are a whole chain.

    def __str__(self) -> str:
        return f"row {self.row} {self.what}"


HEAD_NOTE = "the head of the audit is"
"""Before a head in the log: whoever changes the database cannot change a log that is elsewhere."""

HEAD_LOGGER = "jobs.schedule"
"""The logger of heads. Another one may quote what somebody wrote, such as the name of a channel."""

_HEAD = re.compile(r"([0-9]{1,18}+):([0-9a-f]{64})", re.ASCII)

# The pure part.


def read_head(text: str) -> Head | None:
    """Return the head that is written like `str(head)`, or None."""
    found = _HEAD.fullmatch(text)
    return None if found is None else Head(int(found[1]), found[2])


def moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def compact(values: Mapping[str, Any]) -> str:
    """Return values as JSON, "" for none. Only ASCII, so that databases cannot differ about a character."""
    return json.dumps(values, sort_keys=True, separators=(",", ":")) if values else ""


def read_values(text: str) -> dict[str, Any] | None:
    """Return values that `compact` wrote, or None for a text that it did not write."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def chain_hash(row: AuditRow, before: str) -> str:
    """Return the hash of a row that follows the one with the hash `before`."""
    fields = [before, row.id, row.at, row.who, row.what, row.place, row.subject, row.before, row.after]
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def faults(rows: Iterable[AuditRow], noted: Collection[Head] = (), start: Head | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the rows after `start`, or with all, in the order of their numbers.

    They are also compared with heads that were noted earlier: the first that does not fit counts for all after it.
    """
    last, allowed = (start.count, {start.hash}) if start else (0, {NO_HASH})
    wanted = sorted({head for head in noted if head.count}, key=lambda head: (head.count, head.hash))
    counts, found = {head.count for head in wanted}, dict[int, str]()
    for row in rows:
        if row.id < 1:
            yield Fault(row.id, "was added, or has another number")
            continue
        computed = {chain_hash(row, before) for before in allowed}
        if row.id > last + 1:
            renumbered = {chain_hash(replace(row, id=last + 1), before) for before in allowed}
            yield Fault(last + 1, f"has the number {row.id}") if row.hash in renumbered else _missing(last + 1, row.id - 1)
            computed = {row.hash}  # nobody knows the hash before it
        if row.hash not in computed:
            yield Fault(row.id, "was changed, or belongs elsewhere")
        elif row.damaged:
            yield Fault(row.id, f"was changed: {', '.join(row.damaged)} is not stored as text")
        # a changed row may have its old hash, or the next one may know the right one
        allowed = {row.hash, *computed}
        last = row.id
        if row.id in counts:
            found[row.id] = row.hash
    replaced = next((head for head in wanted if head.count <= last and found.get(head.count) != head.hash), None)
    if replaced is not None:
        yield Fault(replaced.count, "has another hash than the one that you noted, so a row up to it was replaced", by_head=True)
    if wanted and wanted[-1].count > last:
        yield replace(_missing(last + 1, wanted[-1].count), by_head=True)


def _missing(first: int, last: int) -> Fault:
    return Fault(first, "is missing" if first == last else f"is missing, and so are all up to row {last}")


def describe(subscription: Subscription) -> dict[str, Any]:
    """Return what a subscription asks for, without what is usual."""
    filters, cadence = subscription.filters, subscription.cadence
    said: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(filters).items() if value}
    at = "" if cadence.at is None else cadence.at.strftime(" %H:%M")
    day = "" if cadence.weekday is None else f" {_DAYS[cadence.weekday]}"
    said |= {"when": f"{cadence.kind}{day}{at}", "zone": subscription.zone}
    said |= {"digest_only": True} if subscription.digest_only else {}
    said |= {"deadlines": True} if subscription.deadlines else {}
    return said | ({"paused_until": moment(subscription.paused_until)} if subscription.paused_until else {})


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def signed(channel: ChannelRef) -> str:
    """Return a channel as a signature names a person: "#trade (slack:T1/C1)"."""
    return f"{channel.name[:_MAX_NAME]} ({channel.platform}:{channel.workspace}/{channel.id})"


# The part with the database.


@dataclass(frozen=True, slots=True)
class Change:
    what: AuditAction
    subject: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    channel: ChannelRef | None = None


def record(conn: Connection, who: str, change: Change, now: datetime) -> None:
    """Add a row, in the transaction that makes the change. Make it last: nobody else can add one until the transaction ends."""
    store.lock(conn)
    last = store.newest(conn)
    place = "" if change.channel is None else signed(change.channel)
    row = AuditRow(
        1 if last is None else last.id + 1,
        moment(now),
        who,
        change.what,
        place,
        change.subject,
        compact(change.before or {}),
        compact(change.after or {}),
        "",
    )
    store.add(conn, replace(row, hash=chain_hash(row, NO_HASH if last is None else last.hash)))


def head(conn: Connection) -> Head:
    last = store.newest(conn)
    return Head(0, NO_HASH) if last is None else Head(last.id, last.hash)


def verify(conn: Connection, noted: Collection[Head] = ()) -> list[Fault]:
    return _faults_of(conn, noted, None)


def verify_newest(conn: Connection, count: int) -> list[Fault]:
    """Verify the newest rows only, which takes as long however old the audit is."""
    older = store.latest(conn, 1, older_than=last.id - count + 1) if (last := store.newest(conn)) else []
    return _faults_of(conn, (), Head(older[0].id, older[0].hash) if older else None)


def _faults_of(conn: Connection, noted: Collection[Head], start: Head | None) -> list[Fault]:
    found, last = [], start.count if start else 0

    def read() -> Iterator[AuditRow]:
        nonlocal last
        for row in store.stored(conn, after=start.count if start else None):
            last = row.id
            yield row

    try:
        for fault in faults(read(), noted, start):
            found.append(fault)  # what was found before a damaged page counts
    except DatabaseError as error:
        if not is_damaged(error):
            raise
        conn.rollback()  # else the driver raises the error once more when the transaction ends
        found.append(Fault(last + 1, f"cannot be read: {first_line(error)}"))
    return found
