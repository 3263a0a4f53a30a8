"""Settle a post: record the outcome of its call, free its channel, and give notice of what people have to act on."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from jobs import notices
from jobs.models.channels import Claim
from jobs.models.posts import Post
from jobs.outcomes import Settlement
from jobs.states import Pause, PostKind, PostState
from jobs.store import channels, posts, subscriptions
from jobs.store.database import Connection, Database

logger = logging.getLogger(__name__)

NOTICE_RETRY_SECONDS = 3600.0
NOTICE_KEPT = timedelta(days=7)


def settle(db: Database, claim: Claim, post: Post, settlement: Settlement, notifier: notices.Notifier) -> bool:
    """Return False, having recorded nothing, if the claim was lost."""
    with db.begin() as conn:
        now = db.now(conn)
        if post.kind == PostKind.NOTICE and settlement.pause == Pause.CHANNEL:
            settlement = _undeliverable_notice(conn, claim, post, settlement, now)
        if not channels.release(conn, claim, now + timedelta(seconds=settlement.wait), settlement.failures):
            logger.warning("lost the claim on %s before post %s was settled", claim.channel, post.id)
            return False
        _record(conn, claim, post, settlement, notifier, now)
    if settlement.pause == Pause.WORKSPACE:
        # in its own transaction: two that each hold a channel and pause the workspace would deadlock
        with db.begin() as conn:
            count = channels.pause_workspace(conn, claim.channel.platform, claim.channel.workspace, settlement.error)
            if count:
                notices.workspace_paused(conn, notifier, claim.channel, settlement.error, db.now(conn))
    if settlement.error:
        state = "held until an admin decides" if settlement.held else settlement.state
        logger.warning("post %s in %s is %s: %s", post.id, claim.channel, state, settlement.error)
    return True


def _undeliverable_notice(conn: Connection, claim: Claim, post: Post, settlement: Settlement, now: datetime) -> Settlement:
    """Try a notice again every hour for a week where no subscription would make anybody resume its channel."""
    if subscriptions.list_for_channel(conn, claim.channel_id):
        return settlement
    if now - post.created_at < NOTICE_KEPT:
        return replace(settlement, pause=Pause.NONE, wait=NOTICE_RETRY_SECONDS)
    return replace(settlement, pause=Pause.NONE, state=PostState.DEAD)


def _record(  # six parameters: who settles what, and who learns of it
    conn: Connection, claim: Claim, post: Post, settlement: Settlement, notifier: notices.Notifier, now: datetime
) -> None:
    match settlement.state:
        case PostState.SENT:
            posts.mark_sent(conn, post.id, settlement.receipt, now)
            if post.kind == PostKind.MARK and post.about is not None:
                # stored with its mark, so that a second mark comes on top
                posts.set_content(conn, post.about.id, post.content, now)
        case PostState.PENDING:
            posts.mark_pending(conn, post.id, settlement.error or None, counted=settlement.counted, plain=settlement.plain)
            posts.withdraw(conn, claim.channel_id, now)  # somebody may have unsubscribed meanwhile
        case PostState.SENDING:
            newly_held = posts.mark_unknown(conn, post.id, settlement.error, held_at=now if settlement.held else None)
            if newly_held:
                notices.post_held(conn, notifier, post, settlement.error, now)
        case PostState.DEAD if post.kind == PostKind.MOVED and settlement.needless and post.target is not None:
            posts.mark_pending(conn, post.id, settlement.error or None, counted=False)
            posts.detach(conn, post.id)  # the confirmation was deleted
        case PostState.DEAD:
            # a message that was deleted needs no mark, and a notice no other one
            needless = settlement.needless and post.kind in (PostKind.MARK, PostKind.ANSWER)
            posts.mark_dead(conn, post.id, settlement.error, now, dismissed=needless or post.kind == PostKind.NOTICE)
            posts.dismiss_unwanted(conn, claim.channel_id, now)
            if posts.find_undecided(conn, post.id) is not None:
                notices.post_dead(conn, notifier, post, settlement.error, now)
    if settlement.pause == Pause.CHANNEL and channels.pause_reason(conn, claim.channel_id) is None:
        channels.pause(conn, claim.channel_id, settlement.error)
        notices.channel_paused(conn, notifier, claim.channel_id, claim.channel, settlement.error, now)
