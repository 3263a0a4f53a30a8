"""Prepare a channel's next post: plan it, compose it outside of transactions, and commit the intent to send it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from jobs import corrections, next_post, notices, reminder_changes, reminders, restorations
from jobs.models.channels import Claim
from jobs.models.key_dates import Ahead
from jobs.models.posts import Bundle, Notice, Post
from jobs.states import PostKind, PostState
from jobs.store import channels, posts
from jobs.store.database import Connection, Database

MAX_COMPOSITIONS = 20
"""Maximum compositions of a post whose deliveries keep changing, or that many corrections mark while it waits.

Then the channel backs off.
"""

_UNSENT = "the post it refers to was never sent, or only the channel's history knows it"
_OVER = "its dates are over, were moved or canceled, or nobody wants to be reminded of them anymore"

Contents = list[dict[str, Any]]
Compose = Callable[[Bundle], Contents]
"""Returns Replies, several if one exceeds a message's limits. Runs outside of transactions."""


@dataclass(frozen=True, slots=True)
class Draft:
    """To compose: a planned post (`step`), or a stored mark, answer, reminder or notice, or the mark of a post that waits (`post`)."""

    bundle: Bundle | Notice
    step: next_post.Make | None = None
    post: Post | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """`grace` is in seconds: a post that may be on its way is looked for so long after its intent."""

    db: Database
    compose: Compose
    compose_notice: Callable[[Notice], dict[str, Any]]
    grace: float

    def prepare(self, claim: Claim) -> Post | None:
        """Return the post to send, its intent committed, or give the channel back. Only what is still due is stored."""
        found = self._next(claim, None, [])
        for _ in range(MAX_COMPOSITIONS):
            if not isinstance(found, Draft):
                return found
            contents = self._contents(found.bundle)
            if not contents:
                raise ValueError(f"compose returned no post for {_name(found.bundle)}")
            found = self._next(claim, found, contents)
        if not isinstance(found, Draft):
            return found
        raise RuntimeError(f"what is due in {claim.channel} changed {MAX_COMPOSITIONS} times while it was composed")

    def _contents(self, bundle: Bundle | Notice) -> Contents:
        return [self.compose_notice(bundle)] if isinstance(bundle, Notice) else self.compose(bundle)

    def _next(self, claim: Claim, draft: Draft | None, contents: Contents) -> Post | Draft | None:
        with self.db.begin() as conn:
            now = self.db.now(conn)
            if not channels.holds_claim(conn, claim):
                return None
            if self.db.monitor.unchecked:  # nobody knows how old the intent is; the next claim repairs that
                channels.release(conn, claim, now, claim.failures)
                return None
            flying = posts.first(conn, claim.channel_id, PostState.SENDING)
            if flying is not None and flying.sending_at is not None:
                ready = flying.sending_at + timedelta(seconds=self.grace)
                if now >= ready:
                    if flying.kind == PostKind.MARK:  # sent again without a look
                        posts.renew_intent(conn, flying.id, now)
                    return self._traced(conn, claim, flying, now)
                channels.release(conn, claim, ready, claim.failures)
                return None
            post = posts.first(conn, claim.channel_id, PostState.PENDING)
            if post is None:
                found = self._new_post(conn, claim, draft, contents, now)
            elif not post.content or post.kind == PostKind.REMINDER:  # a date may have moved since the attempt before
                found = self._stored_draft(conn, post, draft, contents, now)
            else:
                found = self._marked(conn, post, draft, contents, now)
            if isinstance(found, Draft):
                return found
            if found is None or not posts.begin_sending(conn, found.id, now):
                channels.release(conn, claim, now, claim.failures)
                return None
            return self._traced(conn, claim, found, now)

    def _traced(self, conn: Connection, claim: Claim, post: Post, now: datetime) -> Post:
        """Add the tokens of what the post brings, and since when another copy of the database may have sent it."""
        tried = post.attempts > 0 and post.kind != PostKind.ANSWER
        since = None if tried else restorations.doubtful_since(conn, post, claim.doubt, now)
        return replace(post, tokens=restorations.tokens_of(conn, post), doubtful_since=since)

    def _new_post(self, conn: Connection, claim: Claim, draft: Draft | None, contents: Contents, now: datetime) -> Post | Draft | None:
        step = next_post.next_step(conn, claim.channel_id, now)
        if step is None:
            return None
        if draft is None or draft.step != step:
            return Draft(next_post.load_bundle(conn, claim.channel, claim.channel_id, step, now), step=step)
        assert isinstance(draft.bundle, Bundle)  # noqa: S101  # a planned post's draft has one
        next_post.make_post(conn, claim.channel_id, step, draft.bundle, contents, now)
        post = posts.first(conn, claim.channel_id, PostState.PENDING)
        # a correction recorded meanwhile goes first, and has to be composed
        return post if post is not None and post.content else None

    def _stored_draft(self, conn: Connection, post: Post, draft: Draft | None, contents: Contents, now: datetime) -> Post | Draft | None:
        """Compose a mark, an answer, a reminder or a notice, which were stored when their reason came up."""
        composed = draft.bundle if draft is not None and draft.post == post else None
        if composed is None or post.kind == PostKind.REMINDER:
            bundle = _load(conn, post, now)
            if bundle is None:
                why = _OVER if post.kind in (PostKind.REMINDER, PostKind.MOVED) else _UNSENT
                posts.mark_dead(conn, post.id, why, now, dismissed=True)
                return None
            if composed is None or _dates_of(composed) != _dates_of(bundle):
                return Draft(bundle, post=post)
        posts.set_content(conn, post.id, contents[0], now)
        return replace(post, content=contents[0])

    def _marked(self, conn: Connection, post: Post, draft: Draft | None, contents: Contents, now: datetime) -> Post | Draft:
        """Mark a post that waited, if a correction came meanwhile."""
        if draft is not None and draft.post == post and isinstance(draft.bundle, Bundle):
            corrections.mark_unsent(conn, post, draft.bundle, contents[0], now)
            post = replace(post, content=contents[0])
        mark = corrections.load_mark(conn, post, now)
        return post if mark is None else Draft(mark, post=post)


def _load(conn: Connection, post: Post, now: datetime) -> Bundle | Notice | None:
    match post.kind:
        case PostKind.NOTICE:
            return notices.load(conn, post)
        case PostKind.REMINDER:
            return reminders.load_reminder(conn, post, now)
        case PostKind.MOVED:
            return reminder_changes.load_change(conn, post, now)
        case PostKind.MARK if post.about is not None and reminder_changes.is_confirmation(conn, post.about.id):
            return reminder_changes.load_confirmation(conn, post, now)
    return corrections.load_correction(conn, post, now)


def _dates_of(bundle: Bundle | Notice) -> tuple[Ahead, ...]:
    return bundle.dates if isinstance(bundle, Bundle) else ()


def _name(bundle: Bundle | Notice) -> str:
    return f"a notice ({bundle.kind})" if isinstance(bundle, Notice) else ", ".join(item.entry.key for item in bundle.entries)
