"""Read time zones as people write them: "ET", "Pacific time", "new york", "Europe/Berlin"."""

import zoneinfo
from functools import lru_cache

from content.search.spelling import nearest

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
"""EST means Eastern time, not IANA's fixed offset, which nobody means in July."""

_SUFFIXES = (" standard time", " daylight time", " time")


def find(words: str) -> str | None:
    """Return the IANA name that the words mean, or None."""
    name = _normalize(words)
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return _names().get(name)


def is_short(word: str) -> bool:
    """Return whether the word is a short name, which may directly follow a time: "9am CT"."""
    return any(_normalize(word) in names for names in SHORT.values())


def suggest(words: str) -> tuple[str, ...]:
    """Return up to three similar IANA names."""
    near = nearest(_normalize(words), _names(), min_likeness=0.7, count=6)
    return tuple(dict.fromkeys(_names()[name] for name in near))[:3]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Map every spelling to its zone. A city needs no continent; short names take precedence."""
    zones = sorted(zoneinfo.available_timezones(), key=lambda name: (-len(name), name))
    cities = {_normalize(zone.rpartition("/")[2]): zone for zone in zones if "/" in zone and not zone.startswith("Etc/")}
    return cities | {_normalize(zone): zone for zone in zones} | {short: zone for zone, names in SHORT.items() for short in names}


def _normalize(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split())
