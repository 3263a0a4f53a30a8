"""How much CPU a question takes over all content: every question and statement of it, typed, and the longest that is allowed."""

import time
from collections.abc import Iterator

from content.loading.loader import load
from content.search.decision import decide
from content.search.elsewhere import find_elsewhere
from content.search.listed_questions import curated
from content.search.statements import passages
from tests.benchmarks.measure import Row
from tests.support.paths import CONTENT

P99 = 5.0
"""Milliseconds."""
LONGEST = 4_000
ROUNDS = 3


def rows() -> Iterator[Row]:
    catalog = load(CONTENT)
    typed = [words for passage in passages(catalog) for words in (passage.text, *passage.heads, *passage.also)]
    typed += ["".join(f"{words} " for words in typed)[:LONGEST], "quota " * (LONGEST // 6), "x1y2 " * (LONGEST // 5)]
    decide(catalog, typed[0])  # reads the index
    taken: list[float] = []
    for words in typed:
        times = []
        for _ in range(ROUNDS):
            begin = time.process_time()
            if curated(catalog, words) is None and find_elsewhere(catalog.elsewhere, words) is None:
                decide(catalog, words)
            times.append(time.process_time() - begin)
        taken.append(min(times) * 1_000)
    taken.sort()
    note = f"of {len(taken):,} questions; p50 {taken[len(taken) // 2]:.1f} ms, at most {taken[-1]:.1f} ms"
    yield Row("a question over all content, p99 of its CPU time", taken[int(len(taken) * 0.99)], "ms", P99, note)
