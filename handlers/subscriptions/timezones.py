"""Time zones as people write them: "ET", "Pacific time", "new york", "Europe/Berlin"."""

import difflib
import zoneinfo
from functools import lru_cache

SHORT = {
    "America/New_York": ("et", "est", "edt", "eastern", "us/eastern", "est5edt"),
    "America/Chicago": ("ct", "cst", "cdt", "central", "us/central", "cst6cdt"),
    "America/Denver": ("mt", "mst", "mdt", "mountain", "us/mountain", "mst7mdt"),
    "America/Los_Angeles": ("pt", "pst", "pdt", "pacific", "us/pacific", "pst8pdt"),
    "America/Anchorage": ("akt", "akst", "akdt", "alaska", "us/alaska"),
    "Pacific/Honolulu": ("hst", "hawaii", "us/hawaii"),
    "America/Phoenix": ("arizona", "us/arizona"),
    "America/Puerto_Rico": ("ast", "atlantic", "puerto rico", "san juan"),
    "Pacific/Guam": ("guam", "chst"),
    "UTC": ("utc", "gmt", "z", "zulu", "etc/utc"),
}
""""EST" is read as Eastern time and not as the fixed offset that IANA also calls EST: nobody means that in July."""

TAILS = (" standard time", " daylight time", " time")


def find(words: str) -> str | None:
    """The IANA name that the words mean, or None."""
    wanted = _plain(words)
    for tail in TAILS:
        wanted = wanted.removesuffix(tail)
    return _names().get(wanted)


def is_short(word: str) -> bool:
    """Whether it is one of the short names, which may stand right behind a time: "9am CT"."""
    return any(_plain(word) in names for names in SHORT.values())


def suggest(words: str) -> tuple[str, ...]:
    """Up to three IANA names that look like the words."""
    near = difflib.get_close_matches(_plain(words)[:60], _names(), n=6, cutoff=0.7)
    return tuple(dict.fromkeys(_names()[name] for name in near))[:3]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every way to write a zone: a city may come without its continent. Later ones win, so the short ones come last."""
    zones = sorted(zoneinfo.available_timezones(), key=lambda name: (-len(name), name))
    cities = {_plain(zone.rpartition("/")[2]): zone for zone in zones if "/" in zone and not zone.startswith("Etc/")}
    return cities | {_plain(zone): zone for zone in zones} | {short: zone for zone, names in SHORT.items() for short in names}


def _plain(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split())
