"""Let a restored copy of the database post nothing again that its channels got from another copy.

A message carries a token for each entry and reminder that it brings. Before a restored copy posts in a channel, it reads in the channel's
history which tokens came since the copy was made.
"""

import base64
import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from jobs import audit
from jobs.models.channels import Claim
from jobs.models.posts import Post
from jobs.models.reminders import Reminded
from jobs.models.restorations import Restoration, Trace
from jobs.outcomes import MAX_LOOKS, Unreadable
from jobs.states import SHOWING, AuditAction, PostKind, UnreadablePolicy
from jobs.store import audit as audit_store
from jobs.store import channels, deliveries, entries, posts, reminders, workers
from jobs.store import restorations as store
from jobs.store.database import Connection, Database

logger = logging.getLogger(__name__)

FIRST_POLLS = timedelta(hours=1)
"""Within this time after a restoration, entries are stored that the other copy may have posted, also if they have no date."""

IN_DOUBT = timedelta(days=7)
"""So long after a restoration, posts are held where the history cannot be read."""


def token(words: str) -> str:
    """Return an opaque name: everybody in a workspace can read a message's metadata."""
    return base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest()[:9]).decode()


def _reminder_token(key: str, reminded: Reminded) -> str:
    return token(f"reminder {key} {reminded.date} {reminded.days}")


def tokens_of(conn: Connection, post: Post) -> tuple[str, ...]:
    """Return the tokens of a post's message; of a mark, those of the message that it replaces."""
    about = post.about if post.kind == PostKind.MARK else None
    kind = posts.kind_of(conn, about.id) if about is not None else post.kind
    if kind == PostKind.REMINDER:
        several = reminders.of_post(conn, post.id if about is None else about.id)
        known = entries.by_ids(conn, {each.entry_id for each in several})
        return tuple(_reminder_token(known[each.entry_id].key, each) for each in several)
    content = post.content if about is None else about.content
    return tuple(token(key) for key in content.get("subjects", ())) if kind in SHOWING else ()


# copies


def notice_copy(db: Database) -> Restoration | None:
    """Return the restoration if the database turns out to be a copy that was not opened before.

    A copy that `tradebot backup` made says so. Another one is recognized by its file (SQLite), or by the table that a dump creates anew
    (PostgreSQL).
    """
    with db.read() as conn:
        if store.newest_identity(conn) == store.identity(db, conn):
            return None
    with db.begin() as conn:
        before, mine, now = store.newest_identity(conn), store.identity(db, conn), db.now(conn)
        if before == mine:
            return None
        known_until = store.last_activity(conn)
        if before is None or known_until is None:
            store.add(conn, mine, None, now, certain=True)
            return None
        certain = before == store.UNOPENED or not db.sqlite
        since = store.made_at(conn) if before == store.UNOPENED else known_until
        if before == store.UNOPENED:
            store.open_copy(conn, mine, now)
        else:
            store.add(conn, mine, since, now, certain=certain)
        store.restart_attempts(conn)
        workers.forget_all(conn)
        _record_noticed(conn, since, now, certain=certain)
        return store.newest(conn)


def _record_noticed(conn: Connection, since: datetime, now: datetime, *, certain: bool) -> None:
    """Record a restoration unless it is the one that `tradebot restore` recorded."""
    last, values = audit_store.newest(conn), {"as_of": audit.moment(since)}
    if last is not None and last.what == AuditAction.RESTORED and audit.read_values(last.after) == values:
        return
    values |= {} if certain else {"note": "the file may only have moved"}
    audit.record(conn, audit.THE_BOT, audit.Change(AuditAction.COPY_NOTICED, "the database", after=values), now)


def mark_copy(conn: Connection, since: datetime) -> None:
    """Write into a copy that it is one."""
    store.add(conn, store.UNOPENED, since, None, certain=True)
    workers.forget_all(conn)


def mark_again(db: Database) -> datetime:
    """Write into a copy that it is one, unless it says so, and return when it was made, as far as it knows."""
    with db.begin() as conn:
        if store.newest_identity(conn) != store.UNOPENED:
            mark_copy(conn, store.last_activity(conn) or db.now(conn))
        workers.forget_all(conn)  # a backup of an earlier release still knows them
        since = store.made_at(conn)
        _record(conn, since, db.now(conn))
        return since


def mark_restored(db: Database, since: datetime | None) -> Restoration | None:
    """Treat the database as a copy that was made at this time, or else after the newest thing it knows; None if it knows nothing."""
    with db.begin() as conn:
        start = since or store.last_activity(conn)
        if start is not None:
            store.add(conn, store.identity(db, conn), start, db.now(conn), certain=True)
            store.restart_attempts(conn)
            workers.forget_all(conn)
            _record(conn, start, db.now(conn))
        return store.newest(conn)


def _record(conn: Connection, since: datetime, now: datetime) -> None:
    audit.record(conn, audit.COMMAND_LINE, audit.Change(AuditAction.RESTORED, "the database", after={"as_of": audit.moment(since)}), now)


def recent(conn: Connection, now: datetime) -> Restoration | None:
    """Return the restoration that may still leave posts in doubt, or None."""
    found = store.newest(conn)
    return found if found is not None and now <= found.until + IN_DOUBT else None


# histories


def wait_for_others(db: Database, claim: Claim, doubt: Restoration, grace: float) -> bool:
    """Return True, with the channel given back, if a message that another copy was sending may still appear there."""
    ready = doubt.until + timedelta(seconds=grace)
    with db.begin() as conn:
        waits = doubt.until <= db.now(conn) < ready  # unless the clock was set back
        if waits:
            channels.release(conn, claim, ready, claim.failures)
        return waits


def settle_doubt(  # six parameters: the channel, what is in doubt, what was found, and what follows where nothing was
    db: Database, claim: Claim, doubt: Restoration, found: Sequence[Trace] | Unreadable, policy: UnreadablePolicy, wait: float
) -> Unreadable | None:
    """Record what a channel's history shows. Return why the channel stays in doubt, for good if posts have to be held because of that.

    Otherwise the channel is free again in `wait` seconds.
    """
    with db.begin() as conn:
        if not channels.holds_claim(conn, claim):
            return Unreadable("the claim was lost")
        now = db.now(conn)
        if isinstance(found, Unreadable):
            if not found.for_good and claim.failures < MAX_LOOKS:
                channels.release(conn, claim, now + timedelta(seconds=wait), claim.failures + 1)
                return found
            if doubt.certain and policy == UnreadablePolicy.HOLD and now <= doubt.until + IN_DOUBT:
                why = f"the database was restored from a copy of {doubt.since:%Y-%m-%d %H:%M} UTC, and the bot may have posted this since"
                return Unreadable(f"{why}; {found.why}", for_good=True)
        else:
            _record_traces(conn, claim.channel_id, doubt, found)
        store.set_recalled(conn, claim.channel_id, doubt.id)
    if not isinstance(found, Unreadable):
        logger.info("the history of %s shows %d messages that were posted around the restoration", claim.channel, len(found))
    return None


def _record_traces(conn: Connection, channel_id: int, doubt: Restoration, traces: Sequence[Trace]) -> None:
    """A post that is there is sent, and one that would repeat something is planned again."""
    unsettled = store.unsettled(conn, channel_id)
    for trace in traces:
        if trace.post in unsettled:
            posts.mark_sent(conn, {trace.post: trace.receipt}, trace.at)
    store.add_traces(conn, channel_id, traces)
    known = store.traces_of(conn, channel_id)
    for post in store.unsent(conn, channel_id):
        repeats = any(token(key) in known for key in post.keys)
        if repeats or (post.held and post.created_at > doubt.until):
            store.delete_post(conn, post.id)


def adopt(conn: Connection, channel_id: int, now: datetime) -> None:
    """Settle the deliveries of entries that the channel's history shows."""
    known = store.traces_of(conn, channel_id)
    if not known:
        return
    for delivery_id, key in store.unposted(conn, channel_id):
        trace = known.get(token(key))
        if trace is not None:
            store.add_post(conn, channel_id, trace, [key], now)
            deliveries.attach(conn, [delivery_id], trace.post, mention=False)


def is_known_there(conn: Connection, channel_id: int, key: str) -> bool:
    """Return whether the channel's history shows the entry."""
    return token(key) in store.traces_of(conn, channel_id)


def without_known(conn: Connection, channel_id: int, several: Sequence[Reminded]) -> list[Reminded]:
    """Return the reminders that the channel's history does not show."""
    known = store.traces_of(conn, channel_id)
    keys = entries.by_ids(conn, {each.entry_id for each in several}) if known else {}
    return [each for each in several if not known or _reminder_token(keys[each.entry_id].key, each) not in known]


def doubtful_since(conn: Connection, post: Post, doubt: Restoration | None, now: datetime) -> datetime | None:
    """Return since when a post may be in its channel because another copy sent it, or None.

    `doubt` is the channel's, whose history could not be read. Some posts are in a thread, where nobody has looked yet.
    """
    if post.kind in (PostKind.ANSWER, PostKind.MOVED):
        doubt = store.newest(conn)
    if doubt is None or not doubt.certain or now > doubt.until + IN_DOUBT:
        return None
    if post.kind not in (*SHOWING, PostKind.ANSWER, PostKind.REMINDER, PostKind.MOVED):
        return None
    cause, event = posts.cause_of(conn, post.id), posts.notice_of(conn, post.id) or {}
    brings = entries.by_ids(conn, {*(() if cause is None else (cause,)), *(each["by"] for each in event.get("dates", ()))})
    shown = [*brings.values(), *entries.known(conn, post.content.get("subjects", ())).values()]
    first_polls = doubt.until + FIRST_POLLS
    old = post.created_at <= (first_polls if post.kind == PostKind.REMINDER else doubt.until)
    return doubt.since if old or any(each.published < doubt.until or each.first_seen < first_polls for each in shown) else None
