"""How dates and times are written, everywhere: "Mon 9 Feb 2026", "09:00 ET". Never locale-dependent."""

import re
from datetime import datetime, timedelta

from jobs.cadence import WEEKDAYS, zone_info, zone_label

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_AS_OF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def day(moment: datetime, zone: str) -> str:
    """ "Mon 9 Feb 2026", the day in the zone."""
    there = moment.astimezone(zone_info(zone))
    return f"{short_day(moment, zone)} {there.year}"


def short_day(moment: datetime, zone: str) -> str:
    """ "Mon 9 Feb", for a moment whose year is plain."""
    there = moment.astimezone(zone_info(zone))
    return f"{WEEKDAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]}"


def clock(moment: datetime, zone: str) -> str:
    """ "09:00 ET"."""
    return f"{_time(moment, zone)} {zone_label(zone)}"


def day_clock(moment: datetime, zone: str) -> str:
    """ "Tue 10 Feb 09:00 ET"."""
    return f"{short_day(moment, zone)} {clock(moment, zone)}"


def near(moment: datetime, now: datetime, zone: str) -> str:
    """As short as it stays clear: "10:42 ET" today, "Fri 09:00 ET" within six days either way, else with its date (and year)."""
    place = zone_info(zone)
    there, today = moment.astimezone(place), now.astimezone(place)
    if there.date() == today.date():
        return clock(moment, zone)
    if abs(there.date() - today.date()) < timedelta(days=7):
        return f"{WEEKDAYS[there.weekday()]} {clock(moment, zone)}"
    if there.year == today.year:
        return day_clock(moment, zone)
    return f"{day(moment, zone)} {clock(moment, zone)}"


def near_day(moment: datetime, now: datetime, zone: str) -> str:
    """ "today", "Fri" within the last six days, else "Mon 9 Feb" (with its year when that is another)."""
    place = zone_info(zone)
    there, today = moment.astimezone(place), now.astimezone(place)
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


def _time(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(zone_info(zone)):%H:%M}"
