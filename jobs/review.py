"""List the statements that staff should look at again: due by their date, dead at their source, or perhaps overtaken by a message."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from content.catalog import Catalog, title
from content.loading.item_names import ordinal
from content.search.statements import Passage, passages
from jobs.cadence import next_due, zone_info
from jobs.links import Place, broken_places
from jobs.models.content import LinkCheck
from jobs.models.entries import Entry
from jobs.models.subscriptions import Cadence
from jobs.notices import Notifier, review_due
from jobs.overtaken import MAX_AGE, MAX_MESSAGES, comparison, last_day, overtaken_by, topics_of
from jobs.states import CadenceKind
from jobs.store import entries, idempotency, revisions
from jobs.store.database import Connection, Database

FIGURE_DAYS = 90
LAW_DAYS = 365
OTHER_DAYS = 180
"""How long a statement stands before staff look again: figures and tariffs, law, and the rest. content/README.md has the table."""

_DAYS = {"stat": FIGURE_DAYS, "authority": LAW_DAYS}

_TARIFFS = "tariffs"
"""The topic whose statements are looked at as often as figures, wherever they are."""

_NOUNS = {"qa": "question", "stat": "figure", "authority": "legal basis", "tools": "tools", "elsewhere": "answer"}
"""A kind of statement -> its name, if that is another word."""

_ONCE = {"assignment": "assignments", "skill": "skills"}
"""Kinds that share one source, and are looked at together."""

MONDAY_MORNING = Cadence(CadenceKind.WEEKLY, time(9), weekday=0)
"""When the admins' channel gets its count, in the admins' zone."""

_SOUGHT = 40
"""Characters by which a statement is found in its file."""
_MAX_FOLDED = 3
"""More lines over which these characters may go on."""

_QUOTING = str.maketrans("", "", "\"'\\")

_LATEST = timedelta(days=2)
"""How much later a process that did not run sends the count, and so how long it is remembered."""


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    """Such as "Revenue, 3rd fact"."""
    place: str
    """Such as "ptis.yaml:41": the line of its entry, or of the statement where the files are known."""
    owner: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Review:
    due: tuple[tuple[Item, date], ...]
    """Each with the date since when, longest first."""
    overtaken: tuple[tuple[Item, Entry], ...]
    broken: tuple[tuple[Place, LinkCheck], ...] = ()

    @property
    def count(self) -> int:
        return len(self.due) + len(self.overtaken) + len(self.broken)

    def summary(self) -> str:
        """Return "3 statements are due for review, and a newer message may change 1"; "" for nothing."""
        due, changed = len(self.due), len(self.overtaken)
        parts = [f"{due} statement{' is' if due == 1 else 's are'} due for review"] if due else []
        parts += [f"{'newer messages' if changed != 1 else 'a newer message'} may change {changed}"] if changed else []
        parts += [f"{len(self.broken)} link{' is' if len(self.broken) == 1 else 's are'} broken"] if self.broken else []
        return ", and ".join(parts)


def read_review(conn: Connection, catalog: Catalog, now: datetime, today: date) -> Review:
    """Compare the content with the stored messages and the last check of its links."""
    messages = entries.latest(conn, ["csms"], limit=MAX_MESSAGES, since=now - MAX_AGE)
    found, newest = review(catalog, messages, today), revisions.newest(conn)
    files = newest.files if newest and newest.digest == catalog.digest else {}
    starts = sorted(set(catalog.places.values()), key=_file_and_line)
    lines = {name: [_plain(each) for each in text.split("\n")] for name, text in files.items()}
    return replace(
        found,
        due=tuple((_placed(item, lines, starts), since) for item, since in found.due),
        overtaken=tuple((_placed(item, lines, starts), entry) for item, entry in found.overtaken),
        broken=tuple(broken_places(conn)),
    )


def _placed(item: Item, files: Mapping[str, Sequence[str]], starts: Sequence[str]) -> Item:
    """Return the item with the line of its statement, within the lines of its entry, in place of the entry's first line.

    `files`: the lines of each file as `_plain` makes them.
    """
    file, first = _file_and_line(item.place)
    if file not in files:
        return item
    passage = item.passage
    text = passage.label if passage.kind in ("qa", "contact") else passage.text
    wanted = _plain(text.partition(":")[0] if passage.kind == "center" else text)[:_SOUGHT]
    lines = files[file]
    end = next((line for each, line in map(_file_and_line, starts) if each == file and line > first), len(lines) + 1)
    starting = (n for n in range(first, end) if 0 <= "".join(lines[n - 1 : n + _MAX_FOLDED]).find(wanted) < max(len(lines[n - 1]), 1))
    found = next(starting, first)
    return replace(item, place=f"{file}:{found}")


def _file_and_line(place: str) -> tuple[str, int]:
    file, line = [*place.split(":"), "0"][:2]
    return file, int(line)


def _plain(text: str) -> str:
    """Return a text as YAML may write it: without quotation marks, backslashes and the white space between words."""
    return "".join(text.translate(_QUOTING).split())


def review(catalog: Catalog, messages: Iterable[Entry], today: date) -> Review:
    compared, found = comparison(catalog, messages), list(items(catalog))
    old = (item for item in found if _may_be_due(item.passage, today))
    due = [(item, since) for item in old if (since := due_since(item.passage, catalog)) is not None and since <= today]
    overtaken = [(item, entry) for item in found if (entry := overtaken_by(item.passage, compared)) is not None]
    return Review(tuple(sorted(due, key=lambda each: each[1])), tuple(overtaken))


def items(catalog: Catalog) -> Iterable[Item]:
    """Yield every dated statement with its name."""
    seen: dict[tuple[str, str], int] = {}
    for passage in passages(catalog):
        key = (passage.subject, passage.kind)
        seen[key] = seen.get(key, 0) + 1
        if not (passage.origin.as_of or passage.origin.read) or (passage.kind in _ONCE and seen[key] > 1):
            continue
        place = catalog.places.get(passage.subject, "")
        noun = _NOUNS.get(passage.kind, passage.kind)
        is_alone = passage.kind in ("summary", "definition", "page", "note")
        what = _ONCE.get(passage.kind) or (noun if is_alone else f"{ordinal(seen[key])} {noun}")
        yield Item(f"{_title(passage.subject, catalog)}, {what}", place, catalog.owners.get(place.partition(":")[0], ""), passage)


def _title(subject: str, catalog: Catalog) -> str:
    kind, _, slug = subject.partition(":")
    return next((each.name for each in catalog.elsewhere if each.slug == slug), slug) if kind == "elsewhere" else title(catalog, subject)


def due_since(passage: Passage, catalog: Catalog) -> date | None:
    """Return the day from which staff should look at a statement again, or None if it has no date."""
    if passage.origin.review_by:
        return date.fromisoformat(f"{passage.origin.review_by}-01-01"[:10])  # the first day of a month or a year
    said = last_day(passage.origin.read or passage.origin.as_of)
    return None if said is None else said + timedelta(days=days_of(passage, catalog))


def _may_be_due(passage: Passage, today: date) -> bool:
    """Return whether a statement is due if it ages as fast as a figure: what is newer needs no look at its topics."""
    said = last_day(passage.origin.read or passage.origin.as_of)
    return bool(passage.origin.review_by) or (said is not None and said + timedelta(days=FIGURE_DAYS) <= today)


def days_of(passage: Passage, catalog: Catalog) -> int:
    """Return for how many days a statement stands; what is about tariffs ages as fast as a figure."""
    days = _DAYS.get(passage.kind, OTHER_DAYS)
    return FIGURE_DAYS if days > FIGURE_DAYS and _TARIFFS in topics_of(passage, catalog) else days


def tell_admins(db: Database, catalog: Catalog, to: Notifier) -> bool:
    """Store the week's notice for the admins' channel, if there is something to review; return whether it was."""
    with db.read() as conn:
        now = db.now(conn)
        due = next_due(MONDAY_MORNING, to.zone, now - _LATEST)
        if to.admins() is None or due > now:
            return False
        key = f"review:{due.isoformat()}"
        if idempotency.is_recorded(conn, key, now, _LATEST):
            return False
        summary = read_review(conn, catalog, now, now.astimezone(zone_info(to.zone)).date()).summary()
    with db.begin() as conn:
        if not idempotency.is_first_time(conn, key, now, _LATEST) or not summary:
            return False
        review_due(conn, to, summary, now)
    return True
