"""Settle posts: record the outcome of their calls, free their channels, and give notice of what people have to act on."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jobs import notices
from jobs.models.channels import Claim
from jobs.models.posts import FIRST_TEXT, Post
from jobs.outcomes import Settlement
from jobs.states import Pause, PostKind, PostState
from jobs.store import channels, posts, subscriptions
from jobs.store.database import Connection, Database, first_line, is_away

logger = logging.getLogger(__name__)

NOTICE_RETRY_SECONDS = 3600.0
NOTICE_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Settling:
    """A post whose call ended, and what follows."""

    claim: Claim
    post: Post
    settlement: Settlement

    @property
    def arrived(self) -> bool:
        """Whether nothing is to be recorded but that the post arrived."""
        return self.settlement.state == PostState.SENT and self.post.kind != PostKind.MARK


def settle_together(db: Database, several: Sequence[Settling]) -> list[bool]:
    """Settle posts that arrived in one transaction; return for each whether it was, or has to be settled alone.

    One whose claim was lost, or whose channel another transaction has locked, keeps no other from being settled.
    """
    try:
        done = _settle_arrived(db, several) if len(several) > 1 else set()
    except Exception as error:
        if is_away(error):
            raise
        logger.warning("could not settle %d posts together: %s", len(several), first_line(error))
        done = set()
    return [each.claim.channel_id in done for each in several]


def _settle_arrived(db: Database, several: Sequence[Settling]) -> set[int]:
    """Return the ids of the channels."""
    with db.begin() as conn:
        now = db.now(conn)
        ends = [(each.claim, now + timedelta(seconds=each.settlement.wait), each.settlement.failures) for each in several]
        done = channels.release_free(conn, ends)
        receipts = {each.post.id: each.settlement.receipt for each in several if each.claim.channel_id in done}
        if receipts:
            posts.mark_sent(conn, receipts, now)
    return done


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
            posts.mark_sent(conn, {post.id: settlement.receipt}, now)
            if post.kind == PostKind.MARK and post.about is not None:
                # stored with its mark, so that a second mark comes on top; records need what it said at first, too
                first = {FIRST_TEXT: post.about.content.get(FIRST_TEXT, post.about.content.get("text", ""))}
                posts.set_content(conn, post.about.id, post.content | first, now)
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
