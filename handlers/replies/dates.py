"""Format dates and times, whatever the process's locale.

Functions import jobs.cadence as needed: cards only format as-of dates, and start without time zones.
"""

from __future__ import annotations

import re
from datetime import timedelta

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from datetime import datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_OLD_MONTHS = 12
"""A source is old if it was read so long after its date."""

_AS_OF = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def day(moment: datetime, zone: str) -> str:
    """Return "Mon 9 Feb 2026"."""
    return f"{short_day(moment, zone)} {_local(moment, zone).year}"


def date(moment: datetime, zone: str) -> str:
    """Return "9 Feb 2026"."""
    local = _local(moment, zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def near_date(moment: datetime, now: datetime, zone: str) -> str:
    """Return "9 Feb", with the year unless it is the current one."""
    local = _local(moment, zone)
    short = f"{local.day} {_MONTHS[local.month - 1]}"
    return short if local.year == _local(now, zone).year else f"{short} {local.year}"


def short_day(moment: datetime, zone: str) -> str:
    """Return "Mon 9 Feb"."""
    local = _local(moment, zone)
    return f"{_weekday(local)} {local.day} {_MONTHS[local.month - 1]}"


def near_weekday(moment: datetime, now: datetime, zone: str) -> str:
    """Return "Mon 9 Feb", with the year unless it is the current one."""
    return f"{_weekday(_local(moment, zone))} {near_date(moment, now, zone)}"


def local_year(moment: datetime, zone: str) -> int:
    return _local(moment, zone).year


def clock(moment: datetime, zone: str) -> str:
    """Return "09:00 ET"."""
    from jobs.cadence import zone_label

    return f"{_local(moment, zone):%H:%M} {zone_label(zone)}"


def is_midnight(moment: datetime, zone: str) -> bool:
    local = _local(moment, zone)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def day_clock(moment: datetime, zone: str) -> str:
    """Return "Tue 10 Feb 09:00 ET"."""
    return f"{short_day(moment, zone)} {clock(moment, zone)}"


def near(moment: datetime, now: datetime, zone: str) -> str:
    """Return "10:42 ET" today, "Fri 09:00 ET" within six days either way, else the date."""
    local, today = _local(moment, zone), _local(now, zone)
    if local.date() == today.date():
        return clock(moment, zone)
    if abs(local.date() - today.date()) < timedelta(days=7):
        return f"{_weekday(local)} {clock(moment, zone)}"
    if local.year == today.year:
        return day_clock(moment, zone)
    return f"{day(moment, zone)} {clock(moment, zone)}"


def near_day(moment: datetime, now: datetime, zone: str) -> str:
    """Return "today", "Fri" within six days, else "Mon 9 Feb"."""
    local, today = _local(moment, zone), _local(now, zone)
    if local.date() == today.date():
        return "today"
    if abs(local.date() - today.date()) < timedelta(days=7):
        return _weekday(local)
    return short_day(moment, zone) if local.year == today.year else day(moment, zone)


def made(now: datetime, zone: str, *, past: bool) -> str:
    """Return who made a page that people print, and when; of a page of the past, its day."""
    when = f"As of {day(now, zone)}" if past else f"Made {day(now, zone)} {clock(now, zone)}"
    return f"{when} by Trade bot (internal tool)"


def parse_moment(text: str) -> datetime | None:
    """Read the time, with its offset, that a button's command names."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):  # OverflowError: the last hours of 9999 in a zone behind UTC
        return None


def as_of(text: str) -> str:
    """Format "2026-02-06" as "6 Feb 2026" and "2026-02" as "Feb 2026"."""
    match = _AS_OF.fullmatch(text.strip())
    if match is None:
        return text
    year, month, day_of_month = match.groups()
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return text
    name = _MONTHS[int(month) - 1]
    return f"{name} {year}" if day_of_month is None else f"{int(day_of_month)} {name} {year}"


def near_as_of(text: str, now: datetime, zone: str) -> str:
    """Format "2026-02-06" as "6 Feb", with the year unless it is the current one."""
    return as_of(text).removesuffix(f" {_local(now, zone).year}")


def source_date(dated: str, read: str = "") -> str:
    """Return "as of 6 Feb 2026", "read Nov 2026" for a source without a date, or "page of 2017, read Nov 2026" for an old one."""
    if not read:
        return f"as of {as_of(dated)}"
    if read == dated:
        return f"read {as_of(read)}"
    return f"page of {as_of(dated)}, read {as_of(read)}" if _months(read) - _months(dated) >= _OLD_MONTHS else f"as of {as_of(dated)}"


def _months(text: str) -> int:
    """Count months. A year without one counts as December: nothing looks older than it is."""
    match = _AS_OF.fullmatch(text)
    return int(match[1]) * 12 + int(match[2] or 12) if match else 0


def _weekday(local: datetime) -> str:
    from jobs.cadence import WEEKDAY_ABBREVIATIONS

    return WEEKDAY_ABBREVIATIONS[local.weekday()]


def _local(moment: datetime, zone: str) -> datetime:
    from jobs.cadence import zone_info

    return moment.astimezone(zone_info(zone))
