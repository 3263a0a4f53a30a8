"""Record what a later entry changes in earlier posts: each gets a mark, and the channel's last one an answer in its thread.

Both are posts: recorded with the later entry, composed when they are sent. A post that was not sent yet gets the mark before it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from jobs import relations
from jobs.models.entries import Entry
from jobs.models.posts import About, Bundle, Listed, Post, ShownPost
from jobs.relations import CORRECTING_LEADS, changed_by
from jobs.states import SHOWING, PostKind, PostState
from jobs.store import entries, posts
from jobs.store.database import Connection

_PART = {PostKind.MARK: 1, PostKind.ANSWER: 2}  #: The order of sending.

_DATED_BEFORE = timedelta(days=30)  #: At most, a correction is dated so long before an entry that it changes.


@dataclass(frozen=True, slots=True)
class Correction:
    about_id: str
    channel_id: int
    kind: PostKind


def corrections(shown: Sequence[ShownPost], key: str) -> list[Correction]:
    """Return the marks and answers that a change of this entry needs. `shown` is in order of creation."""
    digests: dict[object, list[ShownPost]] = {}
    for each in shown:
        digests.setdefault(each.digest, []).append(each)
    marked = [each for parts in digests.values() for each in _parts_showing(parts, key)]
    last = {each.channel_id: each for each in marked if each.subscribed}
    found = []
    for each in marked:
        found.append(Correction(each.id, each.channel_id, PostKind.MARK))
        if last.get(each.channel_id) is each:
            found.append(Correction(each.id, each.channel_id, PostKind.ANSWER))
    return found


def _parts_showing(parts: Sequence[ShownPost], key: str) -> list[ShownPost]:
    """Return the parts that list the entry; the first if none lists its entries."""
    alive = [each for each in parts if each.state != PostState.DEAD]
    return [each for each in alive if key in each.shows] or ([] if any(each.shows for each in alive) else alive[:1])


def record_corrections(conn: Connection, later: Iterable[Entry], now: datetime, *, before: Iterable[Entry] = ()) -> int:
    """Store the marks and answers of these entries, each once; return how many are new.

    `before` has those that were edited as they were: posts that were made since show what these change.
    """
    known = {each.id: changed_by(each) for each in before}
    changes = [(entry, number) for entry in later for number in changed_by(entry) if number not in known.get(entry.id, ())]
    if not changes:
        return 0
    posts.lock_as_corrector(conn)
    rows = [
        {"id": str(uuid4()), **asdict(each), "part": _PART[each.kind], "content": {}, "cause_id": entry.id}
        for entry, number in changes
        if (earlier := _find_earlier(conn, entry, number)) is not None
        for each in corrections(posts.find_showing(conn, earlier), earlier.key)
    ]
    return posts.add_pending(conn, rows, now)


def find_changers(conn: Connection, of: Collection[Entry]) -> list[Entry]:
    """Return the stored entries that change these, or change one that does, oldest first."""
    found: list[Entry] = []
    for feed in sorted({each.feed for each in of if each.number}):
        here = [each for each in of if each.feed == feed]
        since = min(each.published for each in here) - _DATED_BEFORE
        found += relations.changers(here, entries.with_leads(conn, feed, CORRECTING_LEADS, since))
    return found


def find_marks(conn: Connection, entry: Entry) -> list[Listed]:
    """Return the stored entries that change this one, oldest first, each with how: "corrects 67647279"."""
    later = find_changers(conn, [entry]) if entry.number else []
    return [Listed(each, f"{how} {entry.number}") for each in later if (how := changed_by(each).get(entry.number))]


def find_changed(conn: Connection, by: Iterable[Entry]) -> list[Entry]:
    """Return the stored entries that these change."""
    found = (_find_earlier(conn, later, number) for later in by for number in changed_by(later))
    return [each for each in found if each is not None]


def _find_earlier(conn: Connection, later: Entry, number: str) -> Entry | None:
    before = [each for each in entries.all_by_number(conn, number) if each.feed == later.feed and each.id != later.id]
    return max(before, key=lambda each: each.id, default=None)


def load_correction(conn: Connection, post: Post, now: datetime) -> Bundle | None:
    """Return None if the post it refers to was never sent."""
    about, cause_id = post.about, posts.cause_of(conn, post.id)
    cause = entries.by_ids(conn, [cause_id]).get(cause_id)
    if about is None or cause is None or not about.receipt:
        return None
    return _bundle(conn, post, cause, about, now)


def load_mark(conn: Connection, unsent: Post, now: datetime) -> Bundle | None:
    """Return the mark that a pending post needs before it is sent, or None: a correction may have come while it waited."""
    shown = entries.known(conn, unsent.content.get("subjects", ()))
    if unsent.kind not in SHOWING or not shown:
        return None
    posts.lock_as_composer(conn)
    numbers = {each.number for each in shown.values()}
    marks = posts.marks_of(conn, unsent.id)
    recorded = entries.by_ids(conn, [cause_id for cause_id, state in marks.items() if state == PostState.PENDING]).values()
    later = [*recorded, *(each for each in find_changers(conn, shown.values()) if numbers & changed_by(each).keys())]
    cause = next((each for each in later if marks.get(each.id) != PostState.SENT), None)
    return None if cause is None else _bundle(conn, unsent, cause, About(unsent.id, "", unsent.content), now, PostKind.MARK)


def mark_unsent(conn: Connection, unsent: Post, mark: Bundle, content: Mapping[str, Any], now: datetime) -> None:
    """Put the mark on a pending post."""
    posts.mark_unsent(conn, unsent, mark.entries[0].entry.id, content, now)


def _bundle(  # six parameters: where, the parts of a bundle
    conn: Connection, post: Post, cause: Entry, about: About, now: datetime, kind: PostKind | None = None
) -> Bundle:
    changes = changed_by(cause)
    shown = entries.known(conn, about.content.get("subjects", ())).values()
    changed = tuple(each for each in shown if each.number in changes and each.id != cause.id)
    because = "; ".join(f"{changes[each.number]} {each.number}" for each in changed)
    items = (Listed(cause, because), *(Listed(each, "") for each in changed))
    return Bundle(kind or post.kind, post.channel, None, items, None, now, None, about)
