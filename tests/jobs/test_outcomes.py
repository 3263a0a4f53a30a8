"""The settlement that follows from each outcome of a platform call."""

import pytest

from jobs.outcomes import (
    MAX_LOOKS,
    Gone,
    Outcome,
    Pace,
    Rejected,
    Retry,
    Sent,
    Settlement,
    Unknown,
    Unreadable,
    after_look,
    after_send,
    back_off,
)
from jobs.states import Pause, PostState, UnreadablePolicy


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Sent("ts1"), Settlement(PostState.SENT, 1.0, 0, receipt="ts1")),
        (Retry(17.0, "429"), Settlement(PostState.PENDING, 17.0, 2, error="429", counted=False)),
        (Retry(-3.0, "429"), Settlement(PostState.PENDING, 0.0, 2, error="429", counted=False)),
        (Retry(1e9, "429"), Settlement(PostState.PENDING, 86400.0, 2, error="429", counted=False)),
        (Unknown("reset"), Settlement(PostState.SENDING, 120.0, 3, error="reset")),
        (Rejected("invalid_blocks"), Settlement(PostState.PENDING, 1.0, 0, error="invalid_blocks", plain=True)),
        (Gone("message_not_found"), Settlement(PostState.DEAD, 1.0, 0, error="message_not_found", needless=True)),
        (
            Gone("is_archived", Pause.CHANNEL),
            Settlement(PostState.PENDING, 0.0, 0, error="is_archived", counted=False, pause=Pause.CHANNEL),
        ),
        (
            Gone("token_revoked", Pause.WORKSPACE),
            Settlement(PostState.PENDING, 0.0, 0, error="token_revoked", counted=False, pause=Pause.WORKSPACE),
        ),
    ],
)
def test_every_outcome_of_a_call(outcome: Outcome, expected: Settlement) -> None:
    assert after_send(outcome, slot=1.0, failures=2, grace=30.0, chance=0.0) == expected


@pytest.mark.parametrize(
    ("found", "policy", "expected"),
    [
        ("ts1", UnreadablePolicy.HOLD, Settlement(PostState.SENT, 1.0, 0, receipt="ts1")),
        (None, UnreadablePolicy.HOLD, Settlement(PostState.PENDING, 0.0, 1)),
        (Unreadable("503"), UnreadablePolicy.RESEND, Settlement(PostState.SENDING, 60.0, 2, error="503")),
        (Unreadable("missing_scope", for_good=True), UnreadablePolicy.RESEND, Settlement(PostState.PENDING, 0.0, 1, error="missing_scope")),
        (Unreadable("503"), UnreadablePolicy.HOLD, Settlement(PostState.SENDING, 60.0, 2, error="503")),
        (
            Unreadable("missing_scope", for_good=True),
            UnreadablePolicy.HOLD,
            Settlement(PostState.SENDING, 60.0, 2, error="missing_scope", held=True),
        ),
    ],
)
def test_every_end_of_a_look_into_the_history(found: str | Unreadable | None, policy: UnreadablePolicy, expected: Settlement) -> None:
    assert after_look(found, policy, slot=1.0, failures=1, grace=30.0, chance=0.0) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (UnreadablePolicy.HOLD, Settlement(PostState.SENDING, 300.0, MAX_LOOKS + 1, error="503", held=True)),
        (UnreadablePolicy.RESEND, Settlement(PostState.PENDING, 0.0, 0, error="503")),
    ],
)
def test_a_history_that_could_not_be_read_for_long_counts_as_one_that_never_can(policy: UnreadablePolicy, expected: Settlement) -> None:
    before = after_look(Unreadable("503"), policy, slot=1.0, failures=MAX_LOOKS - 1, grace=30.0, chance=0.0)
    assert before == Settlement(PostState.SENDING, 300.0, MAX_LOOKS, error="503")
    assert after_look(Unreadable("503"), policy, slot=1.0, failures=before.failures, grace=30.0, chance=0.0) == expected


def test_plain_text_that_is_rejected_as_well_is_dead() -> None:
    settlement = after_send(Rejected("no_text"), slot=1.0, failures=2, grace=30.0, chance=0.0, plain=True)
    assert settlement == Settlement(PostState.DEAD, 1.0, 0, error="no_text")


def test_a_grace_shorter_than_the_lease_is_refused() -> None:
    with pytest.raises(ValueError, match="grace"):
        Pace(lease=30.0, grace=30.0)


def test_back_off_doubles_up_to_five_minutes_and_a_quarter_is_left_to_chance() -> None:
    assert [back_off(failures, 30.0, 0.0) for failures in (0, 1, 2, 3, 4, 10_000)] == [30, 60, 120, 240, 300, 300]
    assert [back_off(failures, 30.0, 1.0) for failures in (0, 10)] == [37.5, 300]
