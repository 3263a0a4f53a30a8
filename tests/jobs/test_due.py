"""What is posted at once, and when the rest is due."""

from datetime import UTC, datetime, time

import pytest

from jobs.due import at_once, due_at
from jobs.models import Cadence

MONDAY_8 = datetime(2026, 2, 9, 13, 0, tzinfo=UTC)
DAILY = Cadence("daily", time(9))


@pytest.mark.parametrize(
    ("cadence", "digest_only", "lead", "expected"),
    [
        (Cadence("now"), False, "", True),
        (DAILY, False, "", False),
        (DAILY, False, "guidance", True),
        (DAILY, False, "correction", True),
        (DAILY, False, "replacement", True),
        (DAILY, False, "reminder", False),
        (DAILY, True, "guidance", False),
    ],
)
def test_guidance_corrections_and_replacements_do_not_wait(cadence: Cadence, digest_only: bool, lead: str, expected: bool) -> None:
    assert at_once(cadence, digest_only, lead) is expected
    assert (due_at(cadence, "America/New_York", digest_only, lead, MONDAY_8) == MONDAY_8) is expected


def test_the_rest_is_due_at_the_cadences_next_time_in_its_zone() -> None:
    assert due_at(DAILY, "America/New_York", False, "", MONDAY_8) == datetime(2026, 2, 9, 14, 0, tzinfo=UTC)
    assert due_at(DAILY, "America/Los_Angeles", False, "", MONDAY_8) == datetime(2026, 2, 9, 17, 0, tzinfo=UTC)
