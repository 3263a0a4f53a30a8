"""An admin's decisions about posts that the bot cannot decide about: held ones, which may have arrived, and dead ones."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from jobs import audit
from jobs.states import AuditAction, PostState
from jobs.store import channels, deliveries, posts
from jobs.store.database import Connection


class Decision(StrEnum):
    RESEND = "resend"  #: A held post did not arrive, or what was refused is corrected: send it.
    ARRIVED = "arrived"  #: A held post arrived.
    DROP = "drop"  #: Give it up.


class Result(StrEnum):
    RESENT = "resent"  #: The post is pending again.
    ARRIVED = "arrived"  #: The post counts as sent.
    DROPPED = "dropped"  #: The post is dead, and nothing is left to decide.
    UNWANTED = "unwanted"  #: Only ended subscriptions want it, so it is dropped instead of sent.
    ELSEWHERE = "elsewhere"  #: Other posts of the channel carry all its entries, so it is dropped instead of sent.
    REST = "rest"  #: Other posts of the channel carry some of its entries; the rest is owed again.


_ACTIONS = {Decision.RESEND: AuditAction.RESENT, Decision.ARRIVED: AuditAction.ARRIVED, Decision.DROP: AuditAction.DROPPED}


def decide(conn: Connection, post_id: str, decision: Decision, who: str, now: datetime) -> Result | None:
    """Apply an admin's decision. Return None, having changed nothing, if the post does not wait for it."""
    found = posts.find_undecided(conn, post_id)
    if found is None:
        return None
    result = _decide(conn, post_id, decision, found, now)
    if result is not None:
        before = {"state": found.state} | ({"error": found.error} if found.error else {})
        after = {"state": posts.state_of(conn, post_id), "result": result}
        change = audit.Change(_ACTIONS[decision], f"post {post_id}", before, after, channels.get(conn, found.channel_id))
        audit.record(conn, who, change, now)
    return result


def _decide(conn: Connection, post_id: str, decision: Decision, found: Any, now: datetime) -> Result | None:
    channels.lock(conn, found.channel_id)
    if posts.find_undecided(conn, post_id) != found:  # just decided or found
        return None
    if found.state == PostState.DEAD:
        return _decide_dead(conn, post_id, found.channel_id, decision, now)
    # a held post is looked for, but never being sent, so revoking the claim is safe
    channels.revoke_claim(conn, found.channel_id, now)
    if decision == Decision.ARRIVED:
        posts.mark_sent(conn, {post_id: ""}, found.sending_at)
        return Result.ARRIVED
    if decision == Decision.DROP:
        posts.mark_dead(conn, post_id, found.error, now, dismissed=True)
        return Result.DROPPED
    posts.mark_pending(conn, post_id, None, counted=True)
    return _withdraw_unwanted(conn, post_id, found.channel_id, now)


def _decide_dead(conn: Connection, post_id: str, channel_id: int, decision: Decision, now: datetime) -> Result | None:
    if decision == Decision.ARRIVED:
        return None
    if decision == Decision.DROP:
        posts.dismiss(conn, post_id, now)
        return Result.DROPPED
    carried = deliveries.carried_by(conn, post_id, channel_id)
    known = deliveries.carriers(conn, channel_id, {each.entry_id for each in carried})
    elsewhere = {entry: each for entry, each in known.items() if not each.dropped}  # the admin decides anew
    if elsewhere:  # what it says would repeat an entry
        for each in carried:
            if each.entry_id in elsewhere:
                deliveries.attach(conn, [each.id], elsewhere[each.entry_id].post, mention=True)
        rest = [each.id for each in carried if each.entry_id not in elsewhere]
        deliveries.owe_again(conn, rest)
        posts.dismiss(conn, post_id, now)
        return Result.REST if rest else Result.ELSEWHERE
    posts.revive(conn, post_id)
    return _withdraw_unwanted(conn, post_id, channel_id, now)


def _withdraw_unwanted(conn: Connection, post_id: str, channel_id: int, now: datetime) -> Result:
    posts.withdraw(conn, channel_id, now)
    return Result.UNWANTED if posts.state_of(conn, post_id) == PostState.DEAD else Result.RESENT
