"""Stored in the feed's row by URL."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

MAX_CONDITIONAL = timedelta(hours=1)  #: In case a proxy answers "nothing changed" forever.
MOVED_SIGHTINGS = 3
MOVED_WITHIN = timedelta(days=1)  #: A permanent redirect seen less often may be a mistake.


@dataclass(frozen=True, slots=True)
class SourceState:
    """Empty if never read."""

    etag: str = ""
    last_modified: str = ""
    answered_by: str = ""  #: The only URL to which the validators are sent.
    fetched_at: str = ""
    digest: str = ""  #: SHA-256 of the body, for servers without validators.
    entries: int = 0
    moved_to: str = ""
    sightings: tuple[str, ...] = ()  #: Of redirects, in ISO format.
    not_before: str = ""  #: End of a requested wait.
    asked_at: str = ""  #: When it was requested.
    gone: bool = False
    warning: str = ""

    @property
    def settled_at(self) -> str:
        """The address to fetch instead, or ""."""
        return self.moved_to if len(self.sightings) >= MOVED_SIGHTINGS else ""

    def may_be_conditional(self, now: datetime) -> bool:
        return bool(self.fetched_at) and timedelta(0) <= now - datetime.fromisoformat(self.fetched_at) < MAX_CONDITIONAL

    def must_wait(self, now: datetime) -> bool:
        """Whether the server asked for a wait that is not over, unless the clock was set back since."""
        if not self.not_before or now >= datetime.fromisoformat(self.not_before):
            return False
        return not self.asked_at or now >= datetime.fromisoformat(self.asked_at)


def load(raw: Any) -> SourceState:
    """Incompatible JSON counts as never read."""
    try:
        return SourceState(**{**raw, "sightings": tuple(raw.get("sightings", ()))})
    except (TypeError, AttributeError):
        return SourceState()


def dump(state: SourceState) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if value}


def record_redirect(state: SourceState, target: str, now: datetime) -> SourceState:
    """Permanent redirects led to `target` ("" for none)."""
    if target != state.moved_to:
        return replace(state, moved_to=target, sightings=(now.isoformat(),) if target else ())
    recent = tuple(each for each in state.sightings if now - datetime.fromisoformat(each) < MOVED_WITHIN)
    return replace(state, sightings=(*recent, now.isoformat())[-MOVED_SIGHTINGS:]) if target else state
