"""The state of a source, stored in its feed's row by URL."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

MAX_CONDITIONAL = timedelta(hours=1)  #: Then the whole document is fetched again, in case a proxy answers "nothing changed" forever.
MOVED_SIGHTINGS = 3
MOVED_WITHIN = timedelta(days=1)  #: A permanent redirect is believed after this many sightings in this time; it may be a mistake.


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of one source; empty if it was never read."""

    etag: str = ""
    last_modified: str = ""
    answered_by: str = ""  #: The URL that sent these validators; they are sent to no other.
    fetched_at: str = ""
    digest: str = ""  #: SHA-256 of the last body, for servers without validators.
    entries: int = 0
    moved_to: str = ""
    sightings: tuple[str, ...] = ()  #: When the redirects were last seen, in ISO format.
    not_before: str = ""  #: The end of a requested wait.
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
    """Return a state from its JSON; an incompatible one counts as never read."""
    try:
        return SourceState(**{**raw, "sightings": tuple(raw.get("sightings", ()))})
    except (TypeError, AttributeError):
        return SourceState()


def dump(state: SourceState) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if value}


def record_redirect(state: SourceState, target: str, now: datetime) -> SourceState:
    """Return the state after a fetch that permanent redirects led to `target` ("" for none)."""
    if target != state.moved_to:
        return replace(state, moved_to=target, sightings=(now.isoformat(),) if target else ())
    recent = tuple(each for each in state.sightings if now - datetime.fromisoformat(each) < MOVED_WITHIN)
    return replace(state, sightings=(*recent, now.isoformat())[-MOVED_SIGHTINGS:]) if target else state
