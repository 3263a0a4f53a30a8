"""What follows from what a platform answered."""

import pytest

from jobs.models import Gone, Outcome, Retry, Sent, Unknown, Unreadable
from jobs.outcomes import Settlement, after_looking, after_sending, back_off


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Sent("ts1"), Settlement("sent", 1.0, 0, receipt="ts1")),
        (Retry(17.0, "429"), Settlement("pending", 17.0, 2, error="429", counted=False)),
        (Retry(-3.0, "429"), Settlement("pending", 0.0, 2, error="429", counted=False)),
        (Retry(1e9, "429"), Settlement("pending", 86400.0, 2, error="429", counted=False)),
        (Unknown("reset"), Settlement("sending", 120.0, 3, error="reset")),
        (Gone("msg_too_long"), Settlement("dead", 1.0, 0, error="msg_too_long")),
        (Gone("is_archived", "channel"), Settlement("dead", 1.0, 0, error="is_archived", pause="channel")),
        (Gone("token_revoked", "workspace"), Settlement("pending", 0.0, 0, error="token_revoked", counted=False, pause="workspace")),
    ],
)
def test_every_outcome_of_a_call(outcome: Outcome, expected: Settlement) -> None:
    assert after_sending(outcome, slot=1.0, failures=2, grace=30.0, chance=0.0) == expected


@pytest.mark.parametrize(
    ("found", "policy", "expected"),
    [
        ("ts1", "hold", Settlement("sent", 1.0, 0, receipt="ts1")),
        (None, "hold", Settlement("pending", 0.0, 1)),
        (Unreadable("503"), "resend", Settlement("sending", 60.0, 2, error="503")),
        (Unreadable("missing_scope", for_good=True), "resend", Settlement("pending", 0.0, 1, error="missing_scope")),
        (Unreadable("503"), "hold", Settlement("sending", 60.0, 2, error="503")),
        (Unreadable("missing_scope", for_good=True), "hold", Settlement("sending", 60.0, 2, error="missing_scope", held=True)),
    ],
)
def test_every_end_of_a_look_into_the_history(found: str | Unreadable | None, policy: str, expected: Settlement) -> None:
    assert after_looking(found, policy, slot=1.0, failures=1, grace=30.0, chance=0.0) == expected


def test_back_off_doubles_up_to_an_hour_and_a_quarter_is_left_to_chance() -> None:
    assert [back_off(failures, 30.0, 0.0) for failures in (0, 1, 2, 6, 7, 10_000)] == [30, 60, 120, 1920, 3600, 3600]
    assert back_off(0, 30.0, 1.0) == 37.5
