"""The state of a source, stored in its feed's row by URL: enough for conditional requests and to follow a move. Pure."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

MAX_CONDITIONAL = timedelta(hours=1)
"""After this time the whole document is fetched again, in case a proxy answers "nothing changed" forever."""
MOVED_SIGHTINGS = 3
MOVED_WITHIN = timedelta(days=1)
"""A permanent redirect (301, 308) is believed after this many sightings within this time; before that it may be a mistake."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of one source; all empty if it was never read."""

    etag: str = ""
    last_modified: str = ""
    answered_by: str = ""
    """The URL that sent these validators (possibly after a redirect); they are sent to no other."""
    fetched_at: str = ""
    digest: str = ""
    """SHA-256 of the last body, for servers without validators."""
    entries: int = 0
    moved_to: str = ""
    sightings: tuple[str, ...] = ()
    """When the redirects were last seen, as ISO datetimes."""
    not_before: str = ""
    """The end of the wait that the server asked for (Retry-After)."""
    gone: bool = False
    warning: str = ""

    @property
    def settled_at(self) -> str:
        """The address to fetch instead of the source's own, or ""."""
        return self.moved_to if len(self.sightings) >= MOVED_SIGHTINGS else ""

    def may_be_conditional(self, now: datetime) -> bool:
        return bool(self.fetched_at) and now - datetime.fromisoformat(self.fetched_at) < MAX_CONDITIONAL

    def must_wait(self, now: datetime) -> bool:
        return bool(self.not_before) and now < datetime.fromisoformat(self.not_before)


def load(raw: Any) -> SourceState:
    """Return a state from its JSON. JSON of an incompatible version counts as never read."""
    try:
        return SourceState(**{**raw, "sightings": tuple(raw.get("sightings", ()))})
    except (TypeError, AttributeError):
        return SourceState()


def dump(state: SourceState) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if value}


def record_redirect(state: SourceState, target: str, now: datetime) -> SourceState:
    """Return the state after a successful fetch of the source's own address, which permanent redirects led to `target` ("" for none)."""
    if target != state.moved_to:
        return replace(state, moved_to=target, sightings=(now.isoformat(),) if target else ())
    recent = tuple(each for each in state.sightings if now - datetime.fromisoformat(each) < MOVED_WITHIN)
    return replace(state, sightings=(*recent, now.isoformat())[-MOVED_SIGHTINGS:]) if target else state
