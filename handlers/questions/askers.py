"""Take people at their word who say that they are from outside: they see what a guest sees."""

from __future__ import annotations

from dataclasses import replace

from content.search.requests import is_from_outside

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Person


def asker(words: str, person: Person) -> Person:
    """Return the person as a guest if the words say so."""
    return replace(person, external=True, admin=False) if is_from_outside(words) else person
