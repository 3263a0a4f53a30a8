"""Take people at their word who say that they are from outside: they see what a guest sees."""

from __future__ import annotations

from dataclasses import replace

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Person

_OUTSIDERS = frozenset({"journalist", "newspaper", "outsider", "reporter"})
_OUTSIDE = ("from outside", "from the press", "with the press", "the washington post", "the new york times", "not staff", "not an employee")


def asker(words: str, person: Person) -> Person:
    """Return the person as a guest if the words say so."""
    text = " ".join(words.casefold().split())
    says_so = any(word.strip(".,;:!?") in _OUTSIDERS for word in text.split()) or any(phrase in text for phrase in _OUTSIDE)
    return replace(person, external=True, admin=False) if says_so else person
