"""Record the answers posted in a channel, so that a later message that changes them can mark them.

A receipt is a platform's name for a message, which jobs/ stores unread.
"""

from uuid import uuid4

from content.catalog import KINDS
from handlers.replies import serialize
from handlers.replies.privacy import without_question
from handlers.replies.reply import Reply
from handlers.router import Request
from jobs.models.channels import ChannelRef
from jobs.store import channels, entries, posts
from jobs.store.database import Database


def make_receipt(message: str, thread: str = "") -> str:
    """In a thread a receipt holds both ids: a message is edited by its own, but found by its thread's."""
    return f"{message} {thread}" if thread not in ("", message) else message


def split_receipt(receipt: str) -> tuple[str, str]:
    """Return (message, thread); a message outside of threads starts its own."""
    message, _, thread = receipt.partition(" ")
    return message, thread or message


def record_answer(db: Database, reply: Reply, channel: ChannelRef, receipt: str, post_id: str = "", *, always: bool = False) -> None:
    """Record an answer that a later event changes, or any answer with `always`. Call in a thread.

    `post_id` is the id that the message carries, if any.
    """
    with db.begin() as conn:
        shows_entries = entries.known(conn, reply.subjects)
        if not (shows_entries or always or reply.post_id):
            return
        now = db.now(conn)
        record = posts.record if shows_entries or reply.post_id else posts.record_shown
        # A stored channel stays: its address may be newer than this answer.
        channel_id = channels.find_id(conn, channel)
        record(
            conn,
            channels.ensure(conn, channel, now) if channel_id is None else channel_id,
            post_id or reply.post_id or str(uuid4()),
            serialize.dump(reply),
            now,
            receipt,
        )


def to_store(reply: Reply, request: Request) -> Reply:
    """Return an answer without the words of the question. A change that was made is stored itself."""
    made = request.route is not None and request.route.changes_state and reply.ok
    return reply if made else without_question(reply, request.command.words)


def may_change(reply: Reply) -> bool:
    """Whether a later event may change what the reply says: it shows stored messages, or confirms a request."""
    return bool(reply.post_id) or any(subject.partition(":")[0] not in KINDS for subject in reply.subjects)
