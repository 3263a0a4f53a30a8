"""The strings that the database stores: a changed one makes stored rows unreadable."""

from enum import StrEnum
from inspect import getmembers, isclass

import pytest

from jobs import states
from jobs.states import (
    AuditAction,
    CadenceKind,
    DateKind,
    EntryKind,
    Lead,
    LinkState,
    NoticeKind,
    Pause,
    PollProblem,
    PostKind,
    PostState,
    Relation,
    Saved,
    UnreadablePolicy,
)

STORED: dict[type[StrEnum], dict[str, str]] = {
    EntryKind: {
        "GUIDANCE": "guidance",
        "QUOTA": "quota",
        "INFORMATION": "information",
        "REMINDER": "reminder",
        "TRAINING": "training",
        "TECHNICAL": "technical",
        "MAINTENANCE": "maintenance",
        "OUTAGE": "outage",
        "RESOLVED": "resolved",
        "OTHER": "other",
    },
    Lead: {
        "GUIDANCE": "guidance",
        "CORRECTION": "correction",
        "REPLACEMENT": "replacement",
        "UPDATE": "update",
        "REMINDER": "reminder",
        "INFORMATION": "information",
        "RESOLVED": "resolved",
        "CANCELLATION": "cancellation",
        "NONE": "",
    },
    Relation: {
        "REPLACES": "replaces",
        "CORRECTS": "corrects",
        "CANCELS": "cancels",
        "RESOLVES": "resolves",
        "EXTENDS": "extends",
        "UPDATES": "updates",
        "FOLLOWS_UP": "follows-up",
        "REFERS": "refers",
    },
    DateKind: {"EFFECTIVE": "effective", "OPENS": "opens", "DEPLOY": "deploy", "DEADLINE": "deadline", "ENDS": "ends"},
    CadenceKind: {"NOW": "now", "DAILY": "daily", "WEEKDAYS": "weekdays", "WEEKLY": "weekly", "CHANGES": "changes"},
    PollProblem: {"BLOCKED": "blocked", "NOT_A_FEED": "not-a-feed", "OTHER": "other"},
    PostKind: {
        "NOW": "now",
        "DIGEST": "digest",
        "CATCH_UP": "catch-up",
        "MARK": "mark",
        "ANSWER": "answer",
        "SAID": "said",
        "REMINDER": "reminder",
        "MOVED": "moved",
        "NOTICE": "notice",
        "UNFURL": "unfurl",
        "SHOWN": "shown",
    },
    LinkState: {"OK": "ok", "MOVED": "moved", "BROKEN": "broken", "SOFT_404": "soft-404", "UNCLEAR": "unclear"},
    NoticeKind: {
        "PAUSED": "paused",
        "WORKSPACE_PAUSED": "workspace-paused",
        "HELD": "held",
        "DEAD": "dead",
        "FLOOD": "flood",
        "MISSING": "missing",
        "FEED_BAD": "feed-bad",
        "FEED_WELL": "feed-well",
        "REVIEW": "review",
        "UNCOMPOSED": "uncomposed",
        "RESUMED": "resumed",
    },
    PostState: {"PENDING": "pending", "SENDING": "sending", "SENT": "sent", "DEAD": "dead"},
    Pause: {"NONE": "", "CHANNEL": "channel", "WORKSPACE": "workspace"},
    UnreadablePolicy: {"RESEND": "resend", "HOLD": "hold"},
    Saved: {"CREATED": "created", "CHANGED": "changed", "SAME": "same"},
    AuditAction: {
        "SUBSCRIBED": "subscribed",
        "CHANGED": "changed",
        "ENDED": "ended",
        "PAUSED": "paused",
        "RESUMED": "resumed",
        "REMINDER_SET": "set a reminder",
        "REMINDER_STOPPED": "stopped a reminder",
        "PUBLISHED": "published",
        "RELOADED": "reloaded",
        "ROLLED_BACK": "rolled back",
        "POLLED": "polled",
        "HELD_POSTED": "posted what was held",
        "HELD_SEEN": "marked as seen",
        "RESENT": "resent",
        "ARRIVED": "marked as arrived",
        "DROPPED": "dropped",
        "DONE": "ticked off",
        "PAUSED_ALL": "paused all posting",
        "RESUMED_ALL": "resumed all posting",
        "RESTORED": "restored",
        "COPY_NOTICED": "noticed a restoration of",
        "IMPORTED": "imported",
    },
}


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_every_stored_string_is_pinned(kind: type[StrEnum]) -> None:
    assert {name: member.value for name, member in kind.__members__.items()} == STORED[kind]


def test_every_enum_is_in_the_table() -> None:
    assert {kind for _, kind in getmembers(states, isclass) if issubclass(kind, StrEnum) and kind is not StrEnum} == STORED.keys()


def test_a_value_of_a_newer_release_is_read_as_the_neutral_one() -> None:
    assert (EntryKind("new"), Lead("new")) == (EntryKind.OTHER, Lead.NONE)
    assert (Relation("new"), DateKind("new")) == (Relation.REFERS, DateKind.EFFECTIVE)
    assert PollProblem("new") is PollProblem.OTHER
