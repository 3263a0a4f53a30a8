"""Read the dates that people and programs write into feeds.

A date without a time, or a time without a zone, is Washington's. "EST" and the other American abbreviations mean the clock on the wall
there, whatever the season: "2:00 PM EST" in July is 14:00 in Washington, as "2:00 PM EDT" and "2:00 PM ET" are. They differ only in the
hour that autumn repeats.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

MAX_DATE = 200  #: Characters.

WASHINGTON = "America/New_York"
_PLACES = {
    "e": WASHINGTON,
    "c": "America/Chicago",
    "m": "America/Denver",
    "p": "America/Los_Angeles",
    "ak": "America/Anchorage",
    "h": "Pacific/Honolulu",
    "a": "America/Puerto_Rico",
    "ch": "Pacific/Guam",
}
_NAMES = {"eastern": "e", "central": "c", "mountain": "m", "pacific": "p", "alaska": "ak", "hawaii": "h", "atlantic": "a", "chamorro": "ch"}

_TIME = re.compile(
    r"(?<![0-9:.+-])([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]|60)(?:[.,][0-9]+)?)?(?![0-9:])\s*(?:([ap])\.?m\b\.?)?"
    r"|(?<![0-9:.])([0-9]{1,2})\s*([ap])\.?m\b\.?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\s*(?:\((?:GMT|UTC?)?\s*|(?:GMT|UTC?)\s*)?([+-])([0-9]{2}):?([0-9]{2})?(?![0-9])", re.IGNORECASE)
_UNIVERSAL = re.compile(r"\s*\(?(?:Z|GMT|UTC?)(?![a-z])", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\s*\(?(ak|ch|[ecmpha])([sd]?)t(?![a-z])", re.IGNORECASE)
_FULL_NAME = re.compile(rf"\s*\(?({'|'.join(_NAMES)})(?:\s+(s|d)\w+)?(?:\s+time)?(?![a-z])", re.IGNORECASE)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![0-9])(?P<y>[0-9]{4})[-/](?P<m>[0-9]{1,2})[-/](?P<d>[0-9]{1,2})(?![0-9])",
        r"(?<![0-9/])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4}|[0-9]{2})(?![0-9/])",
        rf"(?<![0-9])(?P<d>[0-9]{{1,2}})(?:st|[nr]d|th)?[\s-]+(?P<m>{_MONTH}),?[\s-]+(?P<y>[0-9]{{4}}|[0-9]{{2}})(?![0-9])",
        rf"\b(?P<m>{_MONTH})\s+(?P<d>[0-9]{{1,2}})(?:st|[nr]d|th)?,?\s+(?P<y>[0-9]{{4}})(?![0-9])",
    )
)
_COMPACT = re.compile(r"([0-9]{4})([0-9][0-9])([0-9][0-9])(?:T?([0-9][0-9])([0-9][0-9])([0-9][0-9])?)?(?![0-9])")


def parse_date(text: str) -> datetime | None:
    """Return a plausible date in UTC, or None."""
    text = " ".join(text[:MAX_DATE].split())
    text = _COMPACT.sub(lambda found: f"{found[1]}-{found[2]}-{found[3]} {found[4] or '00'}:{found[5] or '00'}:{found[6] or '00'}", text, 1)
    hours, minutes, seconds, zone, fold, rest = _clock(text)
    for pattern in _DAYS:
        if found := pattern.search(rest):
            break
    else:
        return None
    month = found["m"].lower()[:3]
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    try:
        day = (year, _MONTHS.index(month) + 1 if month in _MONTHS else int(month), int(found["d"]))
        if hours == 24:  # the end of the day
            return sensible(datetime(*day, tzinfo=zone) + timedelta(days=1))
        return sensible(datetime(*day, hours, minutes, min(seconds, 59), tzinfo=zone, fold=fold))
    except (ValueError, OverflowError):
        return None


def _clock(text: str) -> tuple[int, int, int, tzinfo, int, str]:
    """Return hours, minutes, seconds, zone and fold, and the text without them."""
    found = _TIME.search(text)
    if found is None:
        return 0, 0, 0, ZoneInfo(WASHINGTON), 0, text
    hours, half = int(found[1] or found[5]), (found[4] or found[6] or "").lower()
    if half and hours <= 12:
        hours = hours % 12 + (12 if half == "p" else 0)
    zone, fold, end = _zone(text, found.end())
    return hours, int(found[2] or 0), int(found[3] or 0), zone, fold, f"{text[: found.start()]} {text[end:]}"


def _zone(text: str, at: int) -> tuple[tzinfo, int, int]:
    """Return the zone written at a place of the text, its fold, and its end."""
    if found := _OFFSET.match(text, at):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return (timezone(-offset if found[1] == "-" else offset) if offset < timedelta(days=1) else UTC), 0, found.end()
    if found := _UNIVERSAL.match(text, at):
        return UTC, 0, found.end()
    if found := _ABBREVIATION.match(text, at):
        return ZoneInfo(_PLACES[found[1].lower()]), int(found[2].lower() == "s"), found.end()
    if found := _FULL_NAME.match(text, at):
        return ZoneInfo(_PLACES[_NAMES[found[1].lower()]]), int((found[2] or "").lower() == "s"), found.end()
    return ZoneInfo(WASHINGTON), 0, at


def sensible(found: datetime | None) -> datetime | None:
    """Return it in UTC, or None if it has no zone or is implausible."""
    if found is None or found.tzinfo is None or not 1990 <= found.year <= 9000:
        return None
    return found.astimezone(UTC)
