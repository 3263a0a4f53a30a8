"""Compute when a subscription's entries are due, in local time.

A time in the spring gap moves to its end (02:30 becomes 03:00); of a time that comes twice, the first counts.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.models.subscriptions import Cadence, Subscription, SubscriptionSpec
from jobs.states import URGENT_LEADS, CadenceKind, Lead

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY_ABBREVIATIONS = tuple(day[:3] for day in WEEKDAYS)

ZONE_LABELS = {
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
"""Zones of CBP's ports; others keep their IANA names."""

_DAYS_AHEAD = 9  #: A week, plus one day for the date line and one for a skipped day.


def zone_info(zone: str) -> ZoneInfo:
    """Raises ValueError, with a hint, if no zone has this name."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a directory ("America") or a name too long
        raise ValueError(f"unknown time zone {zone[:60]!r}: use an IANA name such as America/New_York, or ET, CT, MT, PT, UTC") from error


def zone_label(zone: str) -> str:
    return ZONE_LABELS.get(zone, zone)


def next_due(cadence: Cadence, zone: str, after: datetime) -> datetime:
    """Return the first due moment (UTC) strictly after `after`; for NOW, `after` itself. Raises ValueError."""
    if cadence.kind == CadenceKind.NOW:
        return after.astimezone(UTC)
    local_zone = zone_info(zone)
    today = after.astimezone(local_zone).date()
    for days in range(-1, _DAYS_AHEAD):
        day = today + timedelta(days=days)
        if _falls_on(cadence, day):
            moment = _moment(cadence, day, local_zone)
            if moment > after:
                return moment
    raise ValueError(f"a cadence that is never due: {cadence!r}")


def is_immediate(subscription: Subscription | SubscriptionSpec, lead: Lead) -> bool:
    """Return whether an entry with this lead skips the digest."""
    return subscription.cadence.kind == CadenceKind.NOW or (lead in URGENT_LEADS and not subscription.digest_only)


def due_at(subscription: Subscription | SubscriptionSpec, lead: Lead, now: datetime) -> datetime:
    """Return when (UTC) a delivery created now is due: with a pause, not before that ends."""
    due = now if is_immediate(subscription, lead) else next_due(subscription.cadence, subscription.zone, now)
    until = subscription.paused_until if isinstance(subscription, Subscription) else None
    return due if until is None else max(due, until)


def describe(cadence: Cadence, zone: str) -> str:
    if cadence.kind == CadenceKind.NOW:
        return "at once"
    day = f"weekly {WEEKDAY_ABBREVIATIONS[cadence.weekday]}" if cadence.weekday is not None else cadence.kind
    changes = ", as a report of changes" if cadence.kind == CadenceKind.CHANGES else ""
    return f"{day} {cadence.at:%H:%M} {zone_label(zone)}{changes}"


def _falls_on(cadence: Cadence, day: date) -> bool:
    days = {CadenceKind.DAILY: range(7), CadenceKind.WEEKDAYS: range(5)}
    return day.weekday() in days.get(cadence.kind, (cadence.weekday,))


def _moment(cadence: Cadence, day: date, zone: ZoneInfo) -> datetime:
    if cadence.at is None:
        raise ValueError(f"a cadence without a time of day: {cadence!r}")
    return local_moment(day, cadence.at, zone)


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) of a local time."""
    local = datetime.combine(day, at, zone)  # fold=0: the first of two
    while (moment := local.astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        local += timedelta(minutes=1)  # in a gap: walk to its end
    return moment
