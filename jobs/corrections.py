"""Record what a later entry changes in earlier posts: each gets a mark, and the channel's last one an answer in its thread.

Only explicit wording counts ("this message replaces CSMS 67647279"), under a title that opens as a correction or a replacement. Both
are posts: recorded with the later entry, composed when they are sent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from jobs.models import Bundle, Entry, Listed, Post, ShownPost
from jobs.states import Lead, PostKind, PostState
from jobs.store import entries, posts
from jobs.store.database import Connection

CORRECTING_LEADS = frozenset({Lead.CORRECTION, Lead.REPLACEMENT})

_PART = {PostKind.MARK: 1, PostKind.ANSWER: 2}  #: The order of sending.

_RELATION = re.compile(
    r"\b(?P<verb>replac(?:es|ed|ing|ement)|supersed(?:es|ed|ing)|correct(?:s|ed|ing|ion))\b"
    r"[^.;0-9]{0,60}?\bCSMS\s*(?:message)?\s*(?:#|no\.?|number)?\s*(?P<number>[0-9]{8})(?![0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Correction:
    about_id: str
    channel_id: int
    kind: PostKind


def changed_by(entry: Entry) -> dict[str, str]:
    """Return the numbers of the messages that an entry changes, each with "replaces" or "corrects"."""
    if entry.lead not in CORRECTING_LEADS:
        return {}
    found: dict[str, str] = {}
    for text in (entry.title, entry.body or ""):
        for match in _RELATION.finditer(text):
            relation = "corrects" if match["verb"].casefold().startswith("correct") else "replaces"
            if match["number"] != entry.number:
                found[match["number"]] = "replaces" if found.get(match["number"]) == "replaces" else relation
    return found


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


def record_corrections(conn: Connection, later: Iterable[Entry], now: datetime) -> int:
    """Store the marks and answers of these entries, each once; return how many are new."""
    rows = [
        {"id": str(uuid4()), **asdict(each), "part": _PART[each.kind], "content": {}, "cause_id": entry.id}
        for entry in later
        for number in changed_by(entry)
        if (earlier := _find_earlier(conn, entry, number)) is not None
        for each in corrections(posts.find_showing(conn, earlier), earlier.key)
    ]
    return posts.add_pending(conn, rows, now)


def _find_earlier(conn: Connection, later: Entry, number: str) -> Entry | None:
    before = [each for each in entries.all_by_number(conn, number) if each.feed == later.feed and each.id != later.id]
    return max(before, key=lambda each: each.id, default=None)


def load_correction(conn: Connection, post: Post, now: datetime) -> Bundle | None:
    """Return None if the post it refers to was never sent."""
    about, cause_id = post.about, posts.cause_of(conn, post.id)
    cause = entries.by_ids(conn, [cause_id]).get(cause_id)
    if about is None or cause is None or not about.receipt:
        return None
    changes = changed_by(cause)
    shown = entries.known(conn, about.content.get("subjects", ())).values()
    changed = tuple(each for each in shown if each.number in changes and each.id != cause.id)
    because = "; ".join(f"{changes[each.number]} {each.number}" for each in changed)
    items = (Listed(cause, because), *(Listed(each, "") for each in changed))
    return Bundle(post.kind, post.channel, None, items, None, now, None, about)
