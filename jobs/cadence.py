"""When a subscription's entries are next due.

Local days are walked, not durations added, so that 09:00 stays 09:00 over a change of daylight saving:
a time that does not exist on a day moves to the next moment that does (02:30 in the spring gap becomes
03:00), and one that comes twice counts once, the first time.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.models import Cadence

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY_ABBREVIATIONS = tuple(day[:3] for day in WEEKDAYS)

LABELS = {
    "America/New_York": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Los_Angeles": "PT",
    "America/Anchorage": "Alaska time",
    "Pacific/Honolulu": "Hawaii time",
    "America/Puerto_Rico": "Atlantic time (Puerto Rico)",
    "America/Phoenix": "Arizona time",
    "Pacific/Guam": "Guam time",
    "UTC": "UTC",
}
"""How people write the zones that CBP's ports are in; every other zone keeps its IANA name."""

DAYS_AHEAD = 9
"""A weekly time is at most seven local days away; one more for the zone's date line, one for a skipped day."""


def zone_info(zone: str) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError, with a hint, when there is none."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a directory ("America") or a name too long
        raise ValueError(f"unknown time zone {zone[:60]!r}: write an IANA name such as America/New_York, or ET, CT, MT, PT, UTC") from error


def zone_label(zone: str) -> str:
    """ "ET" for America/New_York; the IANA name where no short one is in use."""
    return LABELS.get(zone, zone)


def next_due(cadence: Cadence, zone: str, after: datetime) -> datetime:
    """The first moment strictly after `after` (aware) at which the cadence is due, in UTC.

    For `now` it is the moment itself. Raises ValueError for an unknown zone or an incomplete cadence.
    """
    if cadence.kind == "now":
        return after.astimezone(UTC)
    place = zone_info(zone)
    today = after.astimezone(place).date()
    for days in range(-1, DAYS_AHEAD):
        day = today + timedelta(days=days)
        if _falls_on(cadence, day):
            moment = _moment(cadence, day, place)
            if moment > after:
                return moment
    raise ValueError(f"a cadence that is never due: {cadence!r}")


def describe(cadence: Cadence, zone: str) -> str:
    """ "weekdays 09:00 ET"; "at once" for `now`."""
    if cadence.kind == "now":
        return "at once"
    day = f"weekly {WEEKDAY_ABBREVIATIONS[cadence.weekday]}" if cadence.weekday is not None else cadence.kind
    return f"{day} {cadence.at:%H:%M} {zone_label(zone)}"


def _falls_on(cadence: Cadence, day: date) -> bool:
    match cadence.kind:
        case "daily":
            return True
        case "weekdays":
            return day.weekday() < 5
        case "weekly":
            return day.weekday() == cadence.weekday
        case _:
            return False


def _moment(cadence: Cadence, day: date, place: ZoneInfo) -> datetime:
    if cadence.at is None:
        raise ValueError(f"a cadence without a time of day: {cadence!r}")
    local = datetime.combine(day, cadence.at, place)  # fold=0: the first of two
    while (moment := local.astimezone(UTC)).astimezone(place).replace(tzinfo=None) != local.replace(tzinfo=None):
        local += timedelta(minutes=1)  # in a gap: wall-clock arithmetic walks to its end
    return moment
