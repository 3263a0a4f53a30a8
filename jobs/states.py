"""States and kinds that the pipeline stores. The strings are in the database: never change one."""

from enum import StrEnum


class EntryKind(StrEnum):
    """The kind of message, decided by `jobs.kinds`."""

    GUIDANCE = "guidance"  #: An order or an instruction that recipients have to follow.
    QUOTA = "quota"  #: A quota, a tariff rate quota or a tariff preference level.
    INFORMATION = "information"  #: An announcement.
    REMINDER = "reminder"  #: A repetition of an earlier message, or of a date.
    TRAINING = "training"  #: A webinar, a call, a conference or a video.
    TECHNICAL = "technical"  #: Deployments, and documents for people who write software.
    MAINTENANCE = "maintenance"  #: A planned interruption of a system.
    OUTAGE = "outage"  #: An unplanned fault or delay of a system.
    RESOLVED = "resolved"  #: The end of an outage or a maintenance.
    OTHER = "other"  #: Anything else, and any value that a newer release stored.

    @classmethod
    def _missing_(cls, value: object) -> "EntryKind":  # noqa: ARG003  # enum's signature
        return cls.OTHER


class Lead(StrEnum):
    """The strongest lead-in of a title ("GUIDANCE: ...")."""

    GUIDANCE = "guidance"  #: New or updated guidance.
    CORRECTION = "correction"  #: Corrects an earlier message.
    REPLACEMENT = "replacement"  #: Replaces an earlier message.
    UPDATE = "update"  #: Updates or revises an earlier message.
    REMINDER = "reminder"  #: Repeats an earlier message.
    INFORMATION = "information"  #: Information or notice.
    RESOLVED = "resolved"  #: An earlier problem is over.
    CANCELLATION = "cancellation"  #: Cancels an earlier message.
    NONE = ""  #: The title has no lead-in, or one that a newer release stored.

    @classmethod
    def _missing_(cls, value: object) -> "Lead":  # noqa: ARG003  # enum's signature
        return cls.NONE


URGENT_LEADS = frozenset({Lead.GUIDANCE, Lead.CORRECTION, Lead.REPLACEMENT})
"""Posted immediately, even by a digest subscription unless it is digest only."""


class Relation(StrEnum):
    """The effect of a message on another one, in its own words, the strongest first."""

    REPLACES = "replaces"  #: The old message must no longer be used.
    CORRECTS = "corrects"  #: An error of the old message is put right.
    CANCELS = "cancels"  #: The old message, or the thing that it announced, does not hold any longer.
    RESOLVES = "resolves"  #: The problem that the old message reported is over.
    EXTENDS = "extends"  #: A period or a deadline of the old message is prolonged.
    UPDATES = "updates"  #: The old message stays valid, but is changed or added to.
    FOLLOWS_UP = "follows-up"  #: Continues the subject; the old message is unchanged.
    REFERS = "refers"  #: Only points there; also any value that a newer release stored.

    @classmethod
    def _missing_(cls, value: object) -> "Relation":  # noqa: ARG003  # enum's signature
        return cls.REFERS

    @property
    def strength(self) -> int:
        """Higher is stronger; of several wordings for one message, the strongest counts."""
        return -list(Relation).index(self)


class DateKind(StrEnum):
    """The event of a date that an entry gives."""

    EFFECTIVE = "effective"  #: A duty, a rule, a requirement or a service starts or changes; also any value that a newer release stored.
    OPENS = "opens"  #: A quota or a period opens.
    DEPLOY = "deploy"  #: A system change goes into operation.
    DEADLINE = "deadline"  #: Somebody must act by then.
    ENDS = "ends"  #: A period, a rule or a service ends.

    @classmethod
    def _missing_(cls, value: object) -> "DateKind":  # noqa: ARG003  # enum's signature
        return cls.EFFECTIVE


class PollProblem(StrEnum):
    """The kind of a failed poll."""

    BLOCKED = "blocked"  #: The server refuses the bot, limits it, or asks whether it is a person.
    NOT_A_FEED = "not-a-feed"  #: The answer is a web page or another document.
    OTHER = "other"  #: No answer, an error of the server, a cut or empty document.

    @classmethod
    def _missing_(cls, value: object) -> "PollProblem":  # noqa: ARG003  # enum's signature
        return cls.OTHER


class CadenceKind(StrEnum):
    NOW = "now"  #: Immediately.
    DAILY = "daily"  #: Every day, at a local time.
    WEEKDAYS = "weekdays"  #: Monday to Friday, at a local time.
    WEEKLY = "weekly"  #: On one weekday, at a local time.
    CHANGES = "changes"  #: As WEEKLY, but the digest is a report of changes.


class PostKind(StrEnum):
    NOW = "now"  #: A single entry.
    DIGEST = "digest"  #: Several entries that one subscription had due.
    CATCH_UP = "catch-up"  #: Many entries that were to be posted immediately, but long ago.
    MARK = "mark"  #: An earlier post, shown again with a note that a later entry changes it.
    ANSWER = "answer"  #: A message in the thread of an earlier post, naming the later entry.
    SAID = "said"  #: An answer to a command that shows stored entries; kept so that a later entry can mark it.
    REMINDER = "reminder"  #: Key dates of messages that come soon.
    MOVED = "moved"  #: A date that the channel is to be reminded of moved or ended; in the thread of what confirmed the request.
    NOTICE = "notice"  #: A message about posting itself: to the admins' channel, to a subscription's creator, or to the channel.
    UNFURL = "unfurl"  #: A preview of a link in somebody's message; kept for a while so that a later entry can mark it.
    SHOWN = "shown"  #: An answer to a command without entries; kept for a while so that Teams can show it again.


SHOWING = (PostKind.NOW, PostKind.DIGEST, PostKind.CATCH_UP)
"""Posts of the entries that a channel is owed."""


class NoticeKind(StrEnum):
    PAUSED = "paused"  #: A channel was closed to the bot and keeps what it is owed.
    WORKSPACE_PAUSED = "workspace-paused"  #: The token of a workspace does not work.
    HELD = "held"  #: A post may have arrived and waits for an admin.
    DEAD = "dead"  #: A post was refused for good.
    FLOOD = "flood"  #: A feed's new entries are held until an admin decides.
    MISSING = "missing"  #: A feed's other sources listed entries that were not stored.
    FEED_BAD = "feed-bad"  #: A feed has been failing, late or too quiet for a while.
    FEED_WELL = "feed-well"  #: A feed that was told to be bad has been well for a while.
    REVIEW = "review"  #: Statements of the content are due for review; once a week.
    UNCOMPOSED = "uncomposed"  #: The next post of a channel cannot be made, again and again.
    RESUMED = "resumed"  #: To the channel itself: its pause, or a subscription's, is over.


class LinkState(StrEnum):
    """The result of the last check of an address in the content."""

    OK = "ok"
    MOVED = "moved"  #: A permanent redirect.
    BROKEN = "broken"  #: Nothing is there, or the host does not exist.
    SOFT_404 = "soft-404"  #: A page that says that it was not found, or the site's front page instead.
    UNCLEAR = "unclear"  #: The server refused the bot, failed, or did not answer: a person should look.


class PostState(StrEnum):
    """The states of a post. jobs/README.md draws the transitions."""

    PENDING = "pending"
    """Made, and certainly not in the channel. A post comes back from `sending` after `Retry`, after the first `Rejected`, after `Gone` that
    pauses the channel or the workspace, after a look that did not find it or can never find it (policy `resend`), or by an admin's
    resend; it comes back from `dead` by an admin's resend."""
    SENDING = "sending"
    """The intent is committed; the platform may or may not have the message. A held post stays here until an admin decides or a look
    finds it."""
    SENT = "sent"
    """The platform has the message: `Sent`, found by a look, or an admin says that it arrived. `receipt` is its id there. A
    mark without a receipt was put on its post before that was sent. Final."""
    DEAD = "dead"
    """It will not be sent, unless an admin resends it: the platform refused it for good, only ended subscriptions want it, or it is a
    mark or an answer about a post without a receipt, or an answer about a post that was marked before it was sent. An admin may also give
    up a held post. It keeps the entries it carries; entries that it only mentions are owed again. Final once `dismissed_at` is set."""


UNFINISHED = (PostState.PENDING, PostState.SENDING)


class Pause(StrEnum):
    """The scope of the pause that follows a refusal for good."""

    NONE = ""  #: Nothing: only this message was refused.
    CHANNEL = "channel"  #: The channel, for example because it is archived.
    WORKSPACE = "workspace"  #: Every channel of the workspace, because its token does not work.


class UnreadablePolicy(StrEnum):
    """The policy for a post that may have arrived where the history can never be read."""

    RESEND = "resend"  #: Send it again, although it may appear twice.
    HOLD = "hold"  #: Hold it until an admin says whether it arrived.


class Saved(StrEnum):
    CREATED = "created"  #: A new subscription.
    CHANGED = "changed"  #: An existing subscription has other filters or times now.
    SAME = "same"  #: Nothing: the channel has this very subscription.


class AuditAction(StrEnum):
    """A change that somebody made, in the words of the audit."""

    SUBSCRIBED = "subscribed"
    CHANGED = "changed"  #: A subscription.
    ENDED = "ended"  #: A subscription.
    PAUSED = "paused"  #: A channel or a subscription.
    RESUMED = "resumed"  #: A channel or a subscription.
    REMINDER_SET = "set a reminder"
    REMINDER_STOPPED = "stopped a reminder"
    PUBLISHED = "published"  #: Content, at a start.
    RELOADED = "reloaded"  #: Content.
    ROLLED_BACK = "rolled back"  #: Content.
    POLLED = "polled"  #: A feed, before it was due.
    HELD_POSTED = "posted what was held"  #: The held entries of a feed.
    HELD_SEEN = "marked as seen"  #: The held entries of a feed.
    RESENT = "resent"  #: A post.
    ARRIVED = "marked as arrived"  #: A post.
    DROPPED = "dropped"  #: A post.
    DONE = "ticked off"  #: A reported problem.
    RESTORED = "restored"  #: The database, from a copy.
    COPY_NOTICED = "noticed a restoration of"  #: The database, which another tool brought back.
    IMPORTED = "imported"  #: Messages, from CBP's archive files.
    PAUSED_ALL = "paused all posting"
    RESUMED_ALL = "resumed all posting"
