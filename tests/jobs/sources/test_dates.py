"""Dates as people and programs write them."""

import pytest

from jobs.sources.dates import parse_date


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        # as the formats want them
        ("Mon, 09 Feb 2026 14:00:00 -0500", "2026-02-09T19:00"),
        ("Mon, 09 Feb 2026 14:00:00 -0500 (EST)", "2026-02-09T19:00"),
        ("Mon, 09 Feb 26 14:00 GMT", "2026-02-09T14:00"),
        ("2026-02-09T14:00:00Z", "2026-02-09T14:00"),
        ("2026-02-09T14:00:00.123-05:00", "2026-02-09T19:00"),
        ("20260209T140000Z", "2026-02-09T14:00"),
        ("Mon Feb  9 14:00:00 UTC 2026", "2026-02-09T14:00"),
        ("Mon, 09 Feb 2026 24:00:00 GMT", "2026-02-10T00:00"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59"),
        # a day begins at midnight in Washington, in winter and in summer
        ("2026-02-09", "2026-02-09T05:00"),
        ("20260709", "2026-07-09T04:00"),
        ("Mon, 09 Feb 2026", "2026-02-09T05:00"),
        ("February 9, 2026", "2026-02-09T05:00"),
        ("9 Feb. 2026", "2026-02-09T05:00"),
        ("July 4th, 2026", "2026-07-04T04:00"),
        ("02/09/2026", "2026-02-09T05:00"),
        # a time without a zone is Washington's as well
        ("2026-02-09T14:00", "2026-02-09T19:00"),
        ("02/09/2026 - 2:00pm", "2026-02-09T19:00"),
        ("Mon, 09 Feb 2026 14:00:00 XYZ", "2026-02-09T19:00"),
        # an abbreviation is the clock there, whatever the season
        ("Mon, 09 Feb 2026 2:00 PM EST", "2026-02-09T19:00"),
        ("Tue, 21 Jul 2026 2:00 PM EST", "2026-07-21T18:00"),
        ("Tue, 21 Jul 2026 2:00 PM EDT", "2026-07-21T18:00"),
        ("Tue, 21 Jul 2026 14:00:00 EST", "2026-07-21T18:00"),
        ("07/21/2026 05:26 PM EDT", "2026-07-21T21:26"),
        ("01/21/2026 05:26 PM edt", "2026-01-21T22:26"),
        ("July 21, 2026 at 2 p.m. ET", "2026-07-21T18:00"),
        ("2:00 PM Eastern Standard Time, Tuesday, July 21, 2026", "2026-07-21T18:00"),
        ("21 Jul 2026 12:00 AM CDT", "2026-07-21T05:00"),
        ("21 Jul 2026 12:30 PM MST", "2026-07-21T18:30"),
        ("21 Jul 2026 2:00 PM PST", "2026-07-21T21:00"),
        ("21 Jul 2026 2:00 PM AKDT", "2026-07-21T22:00"),
        ("21 Jul 2026 2:00 PM HST", "2026-07-22T00:00"),
        ("21 Jul 2026 2:00 PM AST", "2026-07-21T18:00"),
        ("21 Jul 2026 2:00 PM ChST", "2026-07-21T04:00"),
        # only the hour that autumn repeats needs the letter in the middle
        ("1 Nov 2026 1:30 AM EDT", "2026-11-01T05:30"),
        ("1 Nov 2026 1:30 AM EST", "2026-11-01T06:30"),
    ],
)
def test_date_is_read_as_it_was_meant(written: str, utc: str) -> None:
    date = parse_date(written)
    assert date is not None
    assert date.isoformat()[:16] == utc


@pytest.mark.parametrize(
    "written",
    [
        "",
        "EDT",
        "yesterday",
        "14:00",
        "2026",
        "2026-02",
        "31/12/2026 05:26 PM EDT",
        "Mon, 99 Foo 2026",
        "30 Feb 2026",
        "9 Feb 2026 29:00",
        "Thu, 01 Jan 0001 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "9" * 10_000,
        "٩ Feb 2026",
        "２０２６-02-09",
        "१२/31/2026 05:26 PM EDT",
    ],
)
def test_date_that_is_none_is_missing(written: str) -> None:
    assert parse_date(written) is None
