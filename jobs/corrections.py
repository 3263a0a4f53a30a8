"""Record what a later entry changes in earlier posts: each gets a mark, and the channel's last one an answer in its thread.

A later entry that supersedes the earlier one also comes to the channel, if no subscription there matches it. All three are posts:
recorded with the later entry, composed when they are sent. A post that was not sent yet gets the mark before it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from jobs import restorations
from jobs.models.entries import Entry
from jobs.models.posts import About, Bundle, Listed, Post, ShownPost
from jobs.models.readings import Reference
from jobs.relations import CHANGING, CONTINUING, SUPERSEDING, changes, find_changed, find_changers, relation_to
from jobs.states import SHOWING, PostKind, PostState, Relation
from jobs.store import deliveries, entries, posts, readings, showing
from jobs.store.database import Connection

_FOLLOW_UP = frozenset({Relation.FOLLOWS_UP})

_PART = {PostKind.MARK: 1, PostKind.ANSWER: 2, PostKind.NOW: 3}  #: The order of sending.


@dataclass(frozen=True, slots=True)
class Correction:
    about_id: str
    channel_id: int
    kind: PostKind


def corrections(shown: Sequence[ShownPost], key: str, relation: Relation) -> list[Correction]:
    """Return the marks, the answers and the posts that a change of this entry needs. `shown` is in order of creation."""
    digests: dict[object, list[ShownPost]] = {}
    for each in shown:
        digests.setdefault(each.digest, []).append(each)
    marked = [each for parts in digests.values() for each in _parts_showing(parts, key)]
    last = {each.channel_id: each for each in marked if each.subscribed or each.said}
    found = []
    for each in marked:
        kinds = [PostKind.MARK] if relation in CHANGING else []
        if last.get(each.channel_id) is each:
            kinds += [PostKind.ANSWER, *([PostKind.NOW] if each.subscribed and relation in SUPERSEDING else [])]
        found += [Correction(each.id, each.channel_id, kind) for kind in kinds]
    return found


def _parts_showing(parts: Sequence[ShownPost], key: str) -> list[ShownPost]:
    """Return the parts that list the entry; the first if none lists its entries."""
    alive = [each for each in parts if each.state != PostState.DEAD]
    return [each for each in alive if key in each.shows] or ([] if any(each.shows for each in alive) else alive[:1])


def record_corrections(
    conn: Connection, later: Iterable[Entry], now: datetime, *, before: Mapping[int, Mapping[str, Reference]] | None = None
) -> int:
    """Store the marks, answers and posts of these entries, each once; return how many are new.

    `before` has what those that were edited named until then: posts that were made since show what these change.
    """
    known = before or {}
    changed = [
        (earlier, each, relation)
        for earlier, each, relation in find_changed(conn, later, CONTINUING)
        if (then := known.get(each.id, {}).get(earlier.number)) is None or relation_to(earlier, then) != relation
    ]
    if not changed:
        return 0
    posts.lock_as_corrector(conn)
    rows = []
    for cause in {each.id: each for _, each, _ in changed}.values():
        needed = [
            each
            for earlier, later_entry, relation in changed
            if later_entry is cause
            for each in corrections(showing.find_showing(conn, earlier), earlier.key, relation)
        ]
        rows += [_row(each, cause) for each in _without_repeats(conn, needed, cause)]
        deliveries.hasten(conn, cause.id, {each.channel_id for each in needed if each.kind == PostKind.NOW}, now)
    return posts.add_pending(conn, rows, now)


def _without_repeats(conn: Connection, needed: Iterable[Correction], cause: Entry) -> list[Correction]:
    """Leave out posts to channels that get the entry anyway, or that have one already."""
    served = deliveries.channels_of(conn, cause.id) | showing.channels_caused(conn, cause.id)
    found = []
    for each in needed:
        if each.kind == PostKind.NOW:
            if each.channel_id in served:
                continue
            served.add(each.channel_id)
        found.append(each)
    return found


def _row(needed: Correction, cause: Entry) -> dict[str, Any]:
    # the same answer has the same id in every copy of the database, so that a thread tells whether it is there
    answer = uuid5(NAMESPACE_OID, f"{needed.about_id} {cause.key}")
    number = answer if needed.kind == PostKind.ANSWER else uuid4()
    return {"id": str(number), **asdict(needed), "part": _PART[needed.kind], "content": {}, "cause_id": cause.id}


def record_follow_ups(conn: Connection, channel_id: int, posted: Mapping[str, Sequence[Entry]], now: datetime) -> None:
    """Let the stored follow-ups of what new posts show come into their threads, if the channel does not get them anyway."""
    rows = []
    for post_id, shown in posted.items():
        later = [each for each in find_changers(conn, shown, _FOLLOW_UP) if channel_id not in deliveries.channels_of(conn, each.id)]
        changed = changes(conn, [*shown, *later], _FOLLOW_UP) if later else {}
        direct = {number for each in shown for number in changed.get(each.id, ())}
        rows += [_row(Correction(post_id, channel_id, PostKind.ANSWER), each) for each in later if each.id in direct]
    posts.add_pending(conn, rows, now)


def load_correction(conn: Connection, post: Post, now: datetime) -> Bundle | None:
    """Return None if the post it refers to was never sent."""
    about, cause_id = post.about, posts.cause_of(conn, post.id)
    cause = None if cause_id is None else entries.by_ids(conn, [cause_id]).get(cause_id)
    if about is None or cause is None or not about.receipt:
        return None
    if post.kind == PostKind.MARK and not about.content.get("blocks", True):
        return None  # a restored database knows only that it is there
    if post.kind == PostKind.NOW and restorations.is_known_there(conn, post.channel_id, cause.key):
        return None
    return _bundle(conn, post, cause, about, now)


def load_mark(conn: Connection, unsent: Post, now: datetime) -> Bundle | None:
    """Return the mark that a pending post needs before it is sent, or None: a correction may have come while it waited."""
    shown = entries.known(conn, unsent.content.get("subjects", ()))
    if unsent.kind not in SHOWING or not shown:
        return None
    posts.lock_as_composer(conn)
    marks = posts.marks_of(conn, unsent.id)
    recorded = entries.by_ids(conn, [cause_id for cause_id, state in marks.items() if state == PostState.PENDING])
    later = {**recorded, **{each.id: each for each in find_changers(conn, shown.values())}}
    changed = changes(conn, {each.id: each for each in (*shown.values(), *later.values())}.values())
    of_these = {number for each in shown.values() for number in changed.get(each.id, ())}
    waiting = (each for number, each in later.items() if number in recorded or number in of_these)
    cause = next((each for each in waiting if marks.get(each.id) != PostState.SENT), None)
    return None if cause is None else _bundle(conn, unsent, cause, About(unsent.id, "", unsent.content), now, PostKind.MARK)


def mark_unsent(conn: Connection, unsent: Post, mark: Bundle, content: Mapping[str, Any], now: datetime) -> None:
    """Put the mark on a pending post."""
    posts.mark_unsent(conn, unsent, mark.entries[0].entry.id, content, now)


def _bundle(  # six parameters: where, the parts of a bundle
    conn: Connection, post: Post, cause: Entry, about: About, now: datetime, kind: PostKind | None = None
) -> Bundle:
    shown = [each for each in entries.known(conn, about.content.get("subjects", ())).values() if each.id != cause.id]
    changed = changes(conn, [cause, *shown], CONTINUING)
    items = (Listed(cause, ""), *(Listed(each, "") for each in shown if cause.id in changed.get(each.id, ())))
    effective = readings.dates_of(conn, [cause.id])
    return Bundle(kind or post.kind, post.channel, None, items, None, now, None, about, changes=changed, effective=effective)
