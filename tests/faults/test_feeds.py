"""A few hundred spoiled documents; `make faults` polls 20,000."""

import pytest

from tests.faults.feeds import run

pytestmark = [pytest.mark.process, pytest.mark.slow]


def test_spoiled_entry_closes_no_feed_and_loses_nothing() -> None:
    counts = run(250, seed=1)
    assert (counts.crashed, counts.closed, counts.lost) == (0, 0, 0), counts.examples
