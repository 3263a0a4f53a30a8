"""What a feed's row keeps of each source, under the source's URL: enough to ask "anything new?" and to follow a move. Pure."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

ASKED_FULLY = timedelta(hours=1)
"""After this time the whole document is fetched again, in case something on the way says "nothing changed" for ever."""
MOVED_SIGHTINGS = 3
MOVED_WITHIN = timedelta(days=1)
"""A permanent redirect (301, 308) is believed after this many sightings within this time; before, it may be somebody's mistake."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """All empty for a source that was never read."""

    etag: str = ""
    last_modified: str = ""
    answered_by: str = ""
    """The URL that gave the two above (a redirect may have led there): they are sent to no other."""
    fetched_at: str = ""
    """When a whole body came last."""
    digest: str = ""
    """SHA-256 of the last body, for servers that know neither of the two."""
    entries: int = 0
    """In that body."""
    moved_to: str = ""
    """Where permanent redirects lead to."""
    sightings: tuple[str, ...] = ()
    """When they were seen, as ISO datetimes; the last few."""
    not_before: str = ""
    """The server asked to be left alone until then (Retry-After)."""
    gone: bool = False
    """The last answer was 410."""
    warning: str = ""
    """What the last document that was read gave cause for."""

    @property
    def settled_at(self) -> str:
        """The address to ask instead of the source's own; "" while that holds."""
        return self.moved_to if len(self.sightings) >= MOVED_SIGHTINGS else ""

    def trusted(self, now: datetime) -> bool:
        """Whether "anything new?" may be asked, instead of fetching all of it."""
        return bool(self.fetched_at) and now - datetime.fromisoformat(self.fetched_at) < ASKED_FULLY

    def waits(self, now: datetime) -> bool:
        """Whether the server asked not to be asked yet."""
        return bool(self.not_before) and now < datetime.fromisoformat(self.not_before)


def load(raw: Any) -> SourceState:
    """From the row's JSON. What isn't understood (another version wrote it) counts as never read."""
    try:
        return SourceState(**{**raw, "sightings": tuple(raw.get("sightings", ()))})
    except (TypeError, AttributeError):
        return SourceState()


def dump(state: SourceState) -> dict[str, Any]:
    """For the row's JSON."""
    return {name: value for name, value in asdict(state).items() if value}


def moved(state: SourceState, target: str, now: datetime) -> SourceState:
    """After a good answer to the source's own address that permanent redirects led to (`target`), or none ("")."""
    if target != state.moved_to:
        return replace(state, moved_to=target, sightings=(now.isoformat(),) if target else ())
    recent = tuple(each for each in state.sightings if now - datetime.fromisoformat(each) < MOVED_WITHIN)
    return replace(state, sightings=(*recent, now.isoformat())[-MOVED_SIGHTINGS:]) if target else state
