"""Recognize questions about what the bot does not answer (elsewhere.yaml)."""

from collections.abc import Iterable
from functools import lru_cache

from content.catalog import Elsewhere
from content.rules import Text, pattern, plain_text
from content.search.requests import request_of
from content.search.text import MAX_QUESTION, words


def find_elsewhere(entries: Iterable[Elsewhere], query: str) -> Elsewhere | None:
    """Return the subject that the question is about: by its longest phrase, or by the shape of the request. Never raises."""
    known, text = tuple(entries), plain_text(query, MAX_QUESTION)
    found = [(length, entry) for entry in known if (length := longest(text, entry.phrases)) and not longest(text, entry.unless)]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    request = request_of(text.lower, words(text.lower))
    return next((entry for entry in known if request and entry.request == request), None)


def longest(text: Text, phrases: tuple[str, ...]) -> int:
    """Return the length of the longest words that a phrase finds.

    Compile only phrases whose words are all there: most are not, and compiling is slow.
    """
    lower = text.lower
    return max((len(pattern((phrase,)).find(text)) for phrase in phrases if all(part in lower for part in _parts(phrase))), default=0)


@lru_cache(maxsize=4096)
def _parts(phrase: str) -> list[str]:
    """Return what a text must contain for the phrase to be in it."""
    return phrase.lower().replace("...", " ").replace("-", " ").replace("*", "").split()
