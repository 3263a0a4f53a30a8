"""Which known word a misspelt one was meant to be.

Careful by design: words of three letters are never put right, short ones only when a letter was left out, doubled or
changed places, and an ordinary English word is what it is ("band" is not a misspelt "bond").
"""

from collections.abc import Iterable

from content.search.text import root, stem
from content.search.wordlists import ORDINARY


def ordinary(word: str) -> bool:
    """An English word of its own, although it looks like one of ours."""
    return word in ORDINARY or stem(word) in ORDINARY


def nearest(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """The stems of the vocabulary that a misspelt word comes closest to; () when none is close enough."""
    from rapidfuzz.distance import OSA  # loaded only when a word is not known

    found: dict[str, float] = {}
    for meant in {word, stem(word)} if len(stem(word)) > 3 else ():
        for known in vocabulary:
            allowed = _allowed(meant, known)
            if allowed and abs(len(meant) - len(known)) <= allowed:
                distance = 0.5 if _same_sound(meant, known) else OSA.distance(meant, known, score_cutoff=allowed)
                if distance <= allowed and _plausible(meant, known, distance):
                    found[known] = min(distance, found.get(known, distance))
    closest = min(found.values(), default=0)
    return tuple(known for known, distance in found.items() if distance == closest)


def begun(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """The stems that a word cut short begins ("spec")."""
    return tuple(known for known in vocabulary if len(known) >= len(word) + 2 and known.startswith(word)) if len(word) >= 4 else ()


def _allowed(meant: str, known: str) -> int:
    """How many letters may be wrong: the longer the word without its ending, the more ("connection" is no "collection")."""
    if min(len(meant), len(known)) < 4:
        return 0
    length = min(len(root(meant)), len(root(known)))
    return 1 if length < 8 else 2 if length < 13 else 3


def _plausible(meant: str, known: str, distance: float) -> bool:
    if min(len(meant), len(known)) == 4 and len(meant) == len(known) and sorted(meant) != sorted(known):
        return False  # one letter for another makes a different word of four letters
    return meant[0] == known[0] or (distance <= 1 and (len(known) >= 8 or sorted(meant) == sorted(known)))


def _same_sound(left: str, right: str) -> bool:
    """What people get wrong most: letters doubled or not, vowels in each other's place ("apperal")."""
    if _single(left) == _single(right):
        return True
    return len(left) >= 6 and sorted(left) == sorted(right) and left.translate(_NO_VOWELS) == right.translate(_NO_VOWELS)


_NO_VOWELS = str.maketrans("", "", "aeiouy")


def _single(word: str) -> str:
    """Without doubled letters, which are what people get wrong most."""
    return "".join(letter for place, letter in enumerate(word) if place == 0 or letter != word[place - 1])
