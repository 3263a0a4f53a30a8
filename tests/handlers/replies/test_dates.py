from datetime import UTC, datetime, timedelta

import pytest

from handlers.replies.dates import as_of, clock, day, day_clock, near, near_day, source_date
from tests.support.small_catalog import NEW_YORK, NOW


def test_a_day_is_formatted_in_the_zone() -> None:
    late = datetime(2026, 2, 10, 3, 30, tzinfo=UTC)
    assert day(late, NEW_YORK) == "Mon 9 Feb 2026"
    assert day(late, "UTC") == "Tue 10 Feb 2026"
    assert day_clock(late, NEW_YORK) == "Mon 9 Feb 22:30 ET"


def test_a_time_includes_its_zone() -> None:
    assert clock(NOW, NEW_YORK) == "09:00 ET"
    assert clock(NOW, "Europe/Berlin") == "15:00 Europe/Berlin"


@pytest.mark.parametrize(
    ("days", "time", "date"),
    [
        (0, "09:00 ET", "today"),
        (-3, "Fri 09:00 ET", "Fri"),
        (6, "Sun 09:00 ET", "Sun"),
        (-7, "Mon 2 Feb 09:00 ET", "Mon 2 Feb"),
        (7, "Mon 16 Feb 09:00 ET", "Mon 16 Feb"),
        (-60, "Thu 11 Dec 2025 09:00 ET", "Thu 11 Dec 2025"),
    ],
)
def test_a_near_moment_is_formatted_as_briefly_as_possible(days: int, time: str, date: str) -> None:
    moment = NOW + timedelta(days=days)
    assert near(moment, NOW, NEW_YORK) == time
    assert near_day(moment, NOW, NEW_YORK) == date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-06", "6 Feb 2026"),
        ("2026-12", "Dec 2026"),
        ("2024", "2024"),
        ("2023 or later", "2023 or later"),
        ("2026-13", "2026-13"),
        ("", ""),
    ],
)
def test_an_as_of_date_is_as_precise_as_its_source(text: str, expected: str) -> None:
    assert as_of(text) == expected


@pytest.mark.parametrize(
    ("dated", "read", "expected"),
    [
        ("2017-06-02", "2026-11", "page of 2 Jun 2017, read Nov 2026"),
        ("2025-11", "2026-11", "page of Nov 2025, read Nov 2026"),
        ("2025-12", "2026-11", "as of Dec 2025"),
        ("2025", "2026-11", "as of 2025"),
        ("2026-03-27", "", "as of 27 Mar 2026"),
        ("2026-11", "2026-11", "read Nov 2026"),
    ],
)
def test_an_old_or_undated_source_shows_when_it_was_read(dated: str, read: str, expected: str) -> None:
    assert source_date(dated, read) == expected
