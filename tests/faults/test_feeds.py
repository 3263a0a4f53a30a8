"""Some spoiled documents; `make faults` polls 20,000."""

import pytest

from tests.faults.feeds import run

pytestmark = [pytest.mark.process, pytest.mark.slow]


def test_spoiled_entry_closes_no_feed_and_nothing_is_lost_or_posted_again() -> None:
    counts = run(60, seed=1)
    assert (counts.crashed, counts.closed, counts.lost, counts.twice) == (0, 0, 0, 0), counts.examples
