from datetime import UTC, datetime

import pytest

from handlers.subscriptions.days import read_day
from tests.support.small_catalog import NEW_YORK, NOW


@pytest.mark.parametrize(
    ("words", "expected"),  # it is Mon 9 Feb 2026, 09:00 ET
    [
        ("monday", "2026-02-16T14:00"),
        ("Mon.", "2026-02-16T14:00"),
        ("next monday", "2026-02-16T14:00"),
        ("next week", "2026-02-16T14:00"),
        ("tuesday morning", "2026-02-10T14:00"),
        ("tomorrow", "2026-02-10T14:00"),
        ("tomorrow at 8am", "2026-02-10T13:00"),
        ("fri 14:30", "2026-02-13T19:30"),
        ("14 feb", "2026-02-14T14:00"),
        ("Feb 14th", "2026-02-14T14:00"),
        ("the 14th of February", "2026-02-14T14:00"),
        ("february 14, 2027", "2027-02-14T14:00"),
        ("9 feb", "2026-02-09T14:00"),
        ("8 feb", "2026-02-08T14:00"),
        ("jan 5", "2026-01-05T14:00"),
        ("20 dec", "2025-12-20T14:00"),
        ("1 nov", "2026-11-01T14:00"),
        ("today", "2026-02-09T14:00"),
        ("yesterday", "2026-02-08T14:00"),
        ("last friday", "2026-02-06T14:00"),
        ("next month", "2026-03-01T14:00"),
        ("next year", "2027-01-01T14:00"),
        ("the end of the month", "2026-03-01T14:00"),
        ("the weekend", "2026-02-14T14:00"),
        ("Christmas", "2025-12-25T14:00"),
        ("new year's day", "2026-01-01T14:00"),
        ("thanksgiving", "2025-11-27T14:00"),
        ("independence day", "2026-07-04T13:00"),
        ("2 hours", "2026-02-09T16:00"),
        ("an hour", "2026-02-09T15:00"),
        ("half an hour", "2026-02-09T14:30"),
        ("45 minutes", "2026-02-09T14:45"),
        ("3 months", "2026-05-10T13:00"),
        ("july 4 noon", "2026-07-04T16:00"),
        ("2026-03-01", "2026-03-01T14:00"),
        ("2/14", "2026-02-14T14:00"),
        ("2/14/2026 at 10am", "2026-02-14T15:00"),
        ("2 weeks", "2026-02-23T14:00"),
        ("two weeks", "2026-02-23T14:00"),
        ("a week", "2026-02-16T14:00"),
        ("3 days", "2026-02-12T14:00"),
        ("5pm", "2026-02-09T22:00"),
        ("8am", "2026-02-10T13:00"),
        ("2020-01-01", "2020-01-01T14:00"),
    ],
)
def test_a_day_is_read_at_nine_unless_it_has_a_time(words: str, expected: str) -> None:
    assert read_day(words, NOW, NEW_YORK) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "5",
        "revenue",
        "monday revenue",
        "feb",
        "30 feb",
        "2/30",
        "13/45",
        "monday 25:00",
        "0 days",
        "later",
        "2026-99-99",
        "١ مايو",
        "٣ days",
        "٢ hours",
    ],
)
def test_other_words_are_no_day(words: str) -> None:
    assert read_day(words, NOW, NEW_YORK) is None
