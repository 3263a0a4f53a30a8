"""Events to come, such as webinars: the day that a message names beside the word for one."""

from __future__ import annotations

TYPE_CHECKING = False  # typing loads slowly

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from jobs.models.entries import Entry

EVENTS = frozenset(
    (
        *("briefing", "briefings", "call", "calls", "conference", "conferences", "deployment", "deployments", "event", "events", "meeting"),
        *("meetings", "opening", "openings", "roundtable", "seminar", "seminars", "session", "sessions", "summit", "symposium", "training"),
        *("trainings", "webinar", "webinars", "workshop", "workshops"),
    )
)

_BEFORE, _AFTER = 120, 60  #: Characters between a date and the word for the event.
_MAX_READ = 20_000  #: Characters of a message.


def coming_day(entry: Entry, today: date, zone: str, events: Iterable[str] = EVENTS) -> date | None:
    """Return the nearest day from today on that the entry names beside one of the events."""
    from jobs.cadence import zone_info  # these load slowly, and the words of a question need none of them
    from jobs.effective_dates import days_in
    from jobs.inflection import phrase_pattern

    text = " ".join(f"{entry.title}. {entry.body or ''}"[:_MAX_READ].casefold().split())
    near = [phrase_pattern(event) for event in sorted(events)]
    found = []
    for match, day in days_in(text, entry.published.astimezone(zone_info(zone)).date()):
        around = text[max(0, match.start() - _BEFORE) : match.end() + _AFTER]
        if day is not None and day >= today and any(pattern.search(around) for pattern in near):
            found.append(day)
    return min(found, default=None)
