"""The states and kinds that the pipeline stores, value by value. The strings are in the database: never change one."""

from enum import StrEnum


class EntryKind(StrEnum):
    """The kind of message that an entry is, decided by `jobs.kinds`."""

    #: An order or an instruction that recipients have to follow.
    GUIDANCE = "guidance"
    #: A quota, a tariff rate quota or a tariff preference level.
    QUOTA = "quota"
    #: An announcement.
    INFORMATION = "information"
    #: A repetition of an earlier message, or of a date.
    REMINDER = "reminder"
    #: A webinar, a call, a conference or a video.
    TRAINING = "training"
    #: Deployments and documents, for people who write software.
    TECHNICAL = "technical"
    #: A planned interruption of a system.
    MAINTENANCE = "maintenance"
    #: An unplanned fault or delay of a system.
    OUTAGE = "outage"
    #: The end of an outage or a maintenance.
    RESOLVED = "resolved"
    #: Anything else, and any value that a newer release stored.
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> "EntryKind":  # noqa: ARG003  # enum's signature
        return cls.OTHER


SYSTEM_KINDS = frozenset({EntryKind.MAINTENANCE, EntryKind.OUTAGE, EntryKind.RESOLVED, EntryKind.TECHNICAL})
"""System notices. A subscription leaves them out unless it includes them."""


class Lead(StrEnum):
    """The lead-in of a title ("GUIDANCE: ..."), the strongest if there are several."""

    #: New or updated guidance.
    GUIDANCE = "guidance"
    #: Corrects an earlier message.
    CORRECTION = "correction"
    #: Replaces an earlier message.
    REPLACEMENT = "replacement"
    #: Updates or revises an earlier message.
    UPDATE = "update"
    #: Repeats an earlier message.
    REMINDER = "reminder"
    #: Information or notice.
    INFORMATION = "information"
    #: An earlier problem is over.
    RESOLVED = "resolved"
    #: Cancels an earlier message.
    CANCELLATION = "cancellation"
    #: The title has no lead-in, or one that a newer release stored.
    NONE = ""

    @classmethod
    def _missing_(cls, value: object) -> "Lead":  # noqa: ARG003  # enum's signature
        return cls.NONE


URGENT_LEADS = frozenset({Lead.GUIDANCE, Lead.CORRECTION, Lead.REPLACEMENT})
"""Leads that are posted immediately, even by a digest subscription (unless it is digest only)."""


class CadenceKind(StrEnum):
    """The rhythm in which a subscription posts."""

    #: Immediately.
    NOW = "now"
    #: Every day, at a local time.
    DAILY = "daily"
    #: Monday to Friday, at a local time.
    WEEKDAYS = "weekdays"
    #: On one weekday, at a local time.
    WEEKLY = "weekly"


class PostKind(StrEnum):
    """The kind of a post."""

    #: A single entry.
    NOW = "now"
    #: Several entries that one subscription had due.
    DIGEST = "digest"
    #: An earlier post, shown again with a note on top that a later entry changes it.
    MARK = "mark"
    #: A message in the thread of an earlier post, naming the later entry.
    ANSWER = "answer"
    #: An answer to a command that shows stored entries; kept so that a later entry can mark it.
    SAID = "said"
    #: An answer to a command without entries; kept for a while so that Teams can show it again.
    SHOWN = "shown"


class PostState(StrEnum):
    """The state of a post: pending -> sending -> sent or dead."""

    #: Made and not sent. A refused rate slot or a paused workspace brings it back here.
    PENDING = "pending"
    #: The intent to send is committed; whether the platform has the message is unknown until the outcome is settled.
    SENDING = "sending"
    #: The platform has the message; `receipt` is its id there.
    SENT = "sent"
    #: It will never be sent: the platform refused it for good, or nobody subscribes to it any more.
    DEAD = "dead"


UNFINISHED = (PostState.PENDING, PostState.SENDING)
"""States of a post that still has to be worked on."""


class Pause(StrEnum):
    """The scope of the pause that follows a refusal for good."""

    #: Nothing: only this message was refused.
    NONE = ""
    #: The channel, for example because it is archived.
    CHANNEL = "channel"
    #: Every channel of the workspace, because its token does not work.
    WORKSPACE = "workspace"


class UnreadablePolicy(StrEnum):
    """The policy for a post that may have arrived in a channel whose history can never be read."""

    #: Send it again, although it may appear twice.
    RESEND = "resend"
    #: Hold it until an admin says whether it arrived.
    HOLD = "hold"


class Saved(StrEnum):
    """The effect of saving a subscription."""

    #: A new subscription.
    CREATED = "created"
    #: An existing subscription has other filters or times now.
    CHANGED = "changed"
    #: Nothing: the channel has this very subscription.
    SAME = "same"
