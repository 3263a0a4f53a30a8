"""Which known word a misspelt one was meant to be. For command words only: content is found by content.search.lookup."""

from collections.abc import Sequence


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The closest known word: one slip away for words of at least four letters, two for eight. None when none is so close."""
    if len(word) < 4:
        return None
    allowed = 2 if len(word) >= 8 else 1
    distances = [(slips(word.casefold(), one), place) for place, one in enumerate(known) if len(one) > 3 and one != word]
    best = min(distances, default=(allowed + 1, 0))
    return known[best[1]] if best[0] <= allowed else None


def slips(left: str, right: str) -> int:
    """How many letters were left out, put in, changed or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
