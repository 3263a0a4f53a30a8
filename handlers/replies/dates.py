"""How dates and times are written, everywhere: "Mon 9 Feb 2026", "09:00 ET". Never locale-dependent."""

from __future__ import annotations

import re
from datetime import timedelta

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from datetime import datetime

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_AS_OF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def day(moment: datetime, zone: str) -> str:
    """ "Mon 9 Feb 2026", the day in the zone."""
    return f"{short_day(moment, zone)} {_there(moment, zone).year}"


def short_day(moment: datetime, zone: str) -> str:
    """ "Mon 9 Feb", for a moment whose year is plain."""
    there = _there(moment, zone)
    return f"{WEEKDAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]}"


def clock(moment: datetime, zone: str) -> str:
    """ "09:00 ET"."""
    from jobs.cadence import zone_label

    return f"{_there(moment, zone):%H:%M} {zone_label(zone)}"


def day_clock(moment: datetime, zone: str) -> str:
    """ "Tue 10 Feb 09:00 ET"."""
    return f"{short_day(moment, zone)} {clock(moment, zone)}"


def near(moment: datetime, now: datetime, zone: str) -> str:
    """As short as it stays clear: "10:42 ET" today, "Fri 09:00 ET" within six days either way, else with its date (and year)."""
    there, today = _there(moment, zone), _there(now, zone)
    if there.date() == today.date():
        return clock(moment, zone)
    if abs(there.date() - today.date()) < timedelta(days=7):
        return f"{WEEKDAYS[there.weekday()]} {clock(moment, zone)}"
    if there.year == today.year:
        return day_clock(moment, zone)
    return f"{day(moment, zone)} {clock(moment, zone)}"


def near_day(moment: datetime, now: datetime, zone: str) -> str:
    """ "today", "Fri" within the last six days, else "Mon 9 Feb" (with its year when that is another)."""
    there, today = _there(moment, zone), _there(now, zone)
    if there.date() == today.date():
        return "today"
    if abs(there.date() - today.date()) < timedelta(days=7):
        return WEEKDAYS[there.weekday()]
    return short_day(moment, zone) if there.year == today.year else day(moment, zone)


def as_of(text: str) -> str:
    """As precise as the source is: "2026-02-06" is "6 Feb 2026", "2026-02" is "Feb 2026", "2026" stays; so do other words."""
    match = _AS_OF.fullmatch(text.strip())
    if match is None:
        return text
    year, month, of_month = match.groups()
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return text
    name = MONTHS[int(month) - 1]
    return f"{name} {year}" if of_month is None else f"{int(of_month)} {name} {year}"


def _there(moment: datetime, zone: str) -> datetime:
    from jobs.cadence import zone_info  # zones are not needed by a card, which only writes as-of dates

    return moment.astimezone(zone_info(zone))
