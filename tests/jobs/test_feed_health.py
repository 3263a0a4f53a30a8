"""Feed health as a value: one state, its reason, and the facts that renderers show."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jobs.feed_health import FeedState, every, feed_health
from jobs.models.feeds import FeedRow
from tests.support.small_catalog import feed

NINE = datetime(2026, 2, 9, 14, tzinfo=UTC)
ROW = FeedRow("csms", NINE, 1, 0, NINE, None, NINE, NINE, None, None, None, 100, None, {})


FEED = feed("csms", "CSMS messages")


@pytest.mark.parametrize(
    ("row", "state", "trouble"),
    [
        (None, FeedState.UNREAD, "not read yet"),
        (replace(ROW, last_success=None), FeedState.UNREAD, "not read yet"),
        (ROW, FeedState.OK, ""),
        (replace(ROW, warning="cut short"), FeedState.WARNING, "warning: cut short"),
        (replace(ROW, failures=1, last_error="503"), FeedState.FAILING, "failed once: 503"),
        (replace(ROW, failures=2, warning="old"), FeedState.FAILING, "failed 2 times in a row: unknown reason"),
        (replace(ROW, failures=2, paused="410"), FeedState.PAUSED, "paused: 410"),
    ],
)
def test_state_and_its_reason(row: FeedRow | None, state: FeedState, trouble: str) -> None:
    health = feed_health(FEED, row)
    assert (health.state, health.trouble) == (state, trouble)


def test_paused_feed_has_no_next_poll() -> None:
    assert feed_health(FEED, replace(ROW, paused="410")).next_poll is None
    assert feed_health(FEED, ROW).next_poll == NINE


@pytest.mark.parametrize(("seconds", "text"), [(30, "30 s"), (300, "5 min"), (3600, "1 h"), (5400, "90 min"), (90, "90 s")])
def test_interval_is_in_its_largest_whole_unit(seconds: int, text: str) -> None:
    assert every(seconds) == text
