"""When an entry is due for a subscription that it matches."""

from datetime import datetime

from jobs.cadence import next_due
from jobs.models import URGENT_LEADS, Cadence


def at_once(cadence: Cadence, digest_only: bool, lead: str) -> bool:
    """Guidance, corrections and replacements don't wait for the digest, unless the subscription is digest only."""
    return cadence.kind == "now" or (lead in URGENT_LEADS and not digest_only)


def due_at(cadence: Cadence, zone: str, digest_only: bool, lead: str, now: datetime) -> datetime:
    """The moment (UTC) at which a delivery that arises now is to be posted."""
    return now if at_once(cadence, digest_only, lead) else next_due(cadence, zone, now)
