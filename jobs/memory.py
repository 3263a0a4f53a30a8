"""Keep the memory of a long-running process small where the C library is glibc. Elsewhere these functions do nothing."""

import sys
from collections.abc import Callable

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Parameters of mallopt (malloc.h)."""

MAX_ARENAS = 1
"""glibc has up to eight for each core, and what one thread frees in its own is of no use to another. Python's lock lets one allocate."""

MIN_MAPPED = 65_536
"""Bytes of what is returned to the system as soon as it is freed. glibc would raise it to the size of the largest such piece so far."""


def limit_arenas() -> None:
    """Call this before there are threads."""
    tune = _function("mallopt")
    if tune is not None:
        tune(_ARENA_MAX, MAX_ARENAS)
        tune(_MMAP_THRESHOLD, MIN_MAPPED)


def give_back_memory() -> None:
    """Return freed memory to the system: glibc keeps the megabytes in which content was read and compared."""
    trim = _function("malloc_trim")
    if trim is not None:
        trim(0)


def _function(name: str) -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    import ctypes  # only for this, and seldom

    found: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
    return found
