from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A change that somebody made. Every field is the stored text, because the hash is of these very characters."""

    id: int
    at: str  #: UTC, such as "2026-02-09T14:00:00.000000Z".
    who: str  #: A person's signature, or "startup".
    what: str  #: An AuditAction.
    place: str  #: The channel, signed as a person is: "#trade (slack:T1/C1)"; "" for what concerns the whole bot.
    subject: str  #: Such as "subscription 3" or "revision 14".
    before: str  #: JSON, "" for nothing.
    after: str  #: JSON, "" for nothing.
    hash: str
    damaged: tuple[str, ...] = ()  #: The columns that hold something else than text. Only somebody who tampered can store that.
