"""Correct misspelled words. Loads rapidfuzz for unknown words only."""

from collections.abc import Iterable

from content.search.text import root, stem
from content.search.wordlists import ORDINARY

_MAX_CHARACTERS = 100
_NO_VOWELS = str.maketrans("", "", "aeiouy")


def nearest(word: str, known: Iterable[str], *, max_edits: int | None = None, min_likeness: float = 0.0, count: int = 1) -> tuple[str, ...]:
    """Return up to `count` known words close to `word`, closest first; ties keep their order. Case matters.

    Pass `max_edits` (letters missing, extra, wrong, or swapped with a neighbor) to recognize a typo, or `min_likeness` (see `likeness`)
    to suggest words, including parts of a name.
    """
    from rapidfuzz.distance import OSA

    word = word[:_MAX_CHARACTERS]
    limit = -min_likeness if max_edits is None else max_edits
    found: list[tuple[float, int, str]] = []
    for place, candidate in enumerate(known):
        distance = -likeness(word, candidate) if max_edits is None else OSA.distance(word, candidate, score_cutoff=max_edits)
        if distance <= limit:
            found.append((distance, place, candidate))
    return tuple(candidate for *_, candidate in sorted(found)[:count])


def likeness(left: str, right: str) -> float:
    """Return the share of letters that two words share in order, from 0 to 1."""
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(left, right)


def is_ordinary(word: str) -> bool:
    """Return True for an English word that only looks like one of ours ("band", "bond")."""
    return word in ORDINARY or stem(word) in ORDINARY


def corrections(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """Return the closest stems.

    Stricter than `nearest`, because the result chooses the card: never corrects three letters, and a short word only if a letter is
    missing, doubled or swapped.
    """
    from rapidfuzz.distance import OSA

    found: dict[str, float] = {}
    for meant in dict.fromkeys((word, stem(word))) if len(stem(word)) > 3 else ():
        for known in vocabulary:
            allowed = _max_edits(meant, known)
            if allowed and abs(len(meant) - len(known)) <= allowed:
                distance = 0.5 if _same_sound(meant, known) else OSA.distance(meant, known, score_cutoff=allowed)
                if distance <= allowed and _plausible(meant, known, distance):
                    found[known] = min(distance, found.get(known, distance))
    closest = min(found.values(), default=0)
    return tuple(known for known, distance in found.items() if distance == closest)


def completions(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """Return the stems that an abbreviation ("spec") begins."""
    return tuple(known for known in vocabulary if len(known) >= len(word) + 2 and known.startswith(word)) if len(word) >= 4 else ()


def _max_edits(meant: str, known: str) -> int:
    """Allow more edits for a longer root, not word: "connection" is not "collection"."""
    if min(len(meant), len(known)) < 4:
        return 0
    length = min(len(root(meant)), len(root(known)))
    return 1 if length < 8 else 2 if length < 13 else 3


def _plausible(meant: str, known: str, distance: float) -> bool:
    if min(len(meant), len(known)) == 4 and len(meant) == len(known) and sorted(meant) != sorted(known):
        return False  # one letter of four replaced: a different word
    return meant[0] == known[0] or (distance <= 1 and (len(known) >= 8 or sorted(meant) == sorted(known)))


def _same_sound(left: str, right: str) -> bool:
    """Return True if only doubled letters or the order of vowels differ ("apperal")."""
    if without_doubles(left) == without_doubles(right):
        return True
    return len(left) >= 6 and sorted(left) == sorted(right) and left.translate(_NO_VOWELS) == right.translate(_NO_VOWELS)


def without_doubles(word: str) -> str:
    return "".join(letter for place, letter in enumerate(word) if place == 0 or letter != word[place - 1])
