"""What stands in a channel for all of it to read is kept where it shows stored messages, so that a later message that changes one of them
can mark it (jobs/store/touching.py). For a thread: it writes to the database."""

from uuid import uuid4

from content.catalog import KINDS
from handlers.replies import serialize
from handlers.replies.reply import Reply
from jobs.models import ChannelRef
from jobs.store import channels, entries, timeline
from jobs.store.database import Database


def keep(db: Database, reply: Reply, channel: ChannelRef, receipt: str, post_id: str = "") -> None:
    """What was posted, where it shows a message that is stored. `receipt`: the platform's name for it. `post_id`: what it carries, if it
    carries one."""
    with db.begin() as conn:
        if entries.known(conn, reply.subjects):
            now = db.now(conn)
            timeline.record(conn, channels.ensure(conn, channel, now), post_id or str(uuid4()), serialize.dump(reply), now, receipt)


def keep_shown(db: Database, reply: Reply, channel: ChannelRef, receipt: str) -> None:
    """What was posted, whatever it shows: for a platform where an answer may cover it."""
    with db.begin() as conn:
        now = db.now(conn)
        channel_id, content = channels.ensure(conn, channel, now), serialize.dump(reply)
        if entries.known(conn, reply.subjects):
            timeline.record(conn, channel_id, str(uuid4()), content, now, receipt)
        else:
            timeline.show(conn, channel_id, str(uuid4()), content, now, receipt)


def shows_messages(reply: Reply) -> bool:
    """Whether it is about anything but the content."""
    return any(subject.partition(":")[0] not in KINDS for subject in reply.subjects)
