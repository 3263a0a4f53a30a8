"""Recognize what people say that asks nothing about trade (wording.yaml): greetings, thanks, calls for help, questions about the bot."""

from __future__ import annotations

from functools import lru_cache

from content.search.audience import CatalogKey, of_catalogs

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Catalog
    from content.wording import SmallTalk

MAX_CHARACTERS = 80
MAX_ALONE = 2
"""Words of a request that only names a person ("human", "an operator")."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


HELP, MORE, PERSON, WHY = "help", "more", "person", "why"
"""Small talk that the program treats by itself; `person` in any words, and with the sentence of the content."""

_FIRST = frozenset({"ok", "okay", "so"})
_ADDRESSEES = frozenset({"all", "bot", "everybody", "everyone", "team", "there", "tradebot"})
_LAST = (*sorted(_ADDRESSEES), "trade bot", "please")


_PEOPLE = _set("agent agents human humans operator people person representative rep somebody someone")
_SPEAKS = _set("chat connect contact forward get live real reach speak talk transfer")
_AROUND = (
    _PEOPLE
    | _SPEAKS
    | _set(
        """
    a actual an anybody anyone are at behind being bot can could do for from here how i in instead is just kind let like live
    machine may me need not now of or please put rather really speaking support talking team the there this through to us want we
    with would you your
    """
    )
)
"""Words of which a request for a person consists."""


def talk_of(catalog: Catalog, words: str) -> SmallTalk | None:
    """Return what all of the words are, or None for a question."""
    if len(words) > MAX_CHARACTERS:
        return None
    known, text = _by_phrase(CatalogKey(catalog)), _plain(words)
    if not text:
        return next((talk for talk in catalog.small_talk if talk.slug == HELP), None) if words.strip() else None
    return _talk(known, text.split()) or _containing(catalog, words)


def _containing(catalog: Catalog, words: str) -> SmallTalk | None:
    from content.rules import plain_text  # a greeting needs neither
    from content.search.elsewhere import longest

    said = plain_text(words, MAX_CHARACTERS)
    found = [(length, talk) for talk in catalog.small_talk if (length := longest(said, talk.contains))]
    return max(found, key=lambda pair: pair[0])[1] if found else None


@of_catalogs
@lru_cache(maxsize=4)
def _by_phrase(catalog_key: CatalogKey) -> dict[str, SmallTalk]:
    return {phrase: talk for talk in catalog_key.catalog.small_talk for phrase in talk.phrases}


def _plain(words: str) -> str:
    without_apostrophes = words.casefold().replace("'", "").replace("’", "")
    return " ".join("".join(letter if letter.isalnum() else " " for letter in without_apostrophes).split())


def _talk(known: dict[str, SmallTalk], parts: list[str]) -> SmallTalk | None:
    """A greeting may precede the rest: "hi there, what can you do"."""
    text = " ".join(parts)
    found = next((known[form] for form in (text, *(text.removesuffix(f" {name}") for name in _LAST)) if form in known), None)
    if found is not None:
        return found
    if _asks_for_person(parts):
        return next((talk for talk in known.values() if talk.slug == PERSON), None)
    for end in range(len(parts) - 1, 0, -1):
        opening = " ".join(parts[:end])
        if opening in _FIRST or ((talk := known.get(opening)) and talk.opens):
            return _talk(known, parts[end:]) if parts[end] not in _ADDRESSEES else _talk(known, parts[end + 1 :])
    return None


def _asks_for_person(parts: list[str]) -> bool:
    """Return whether somebody asks for a person to talk to ("can I speak to a human"), and for nothing more."""
    said = set(parts)
    alone = len(parts) <= MAX_ALONE and bool(said & (_PEOPLE - {"people", "somebody", "someone"}))
    return said <= _AROUND and bool(said & _PEOPLE) and (bool(said & _SPEAKS) or alone)
