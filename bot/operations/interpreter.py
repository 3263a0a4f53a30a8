"""Keep the interpreter from delaying answers while jobs run in other threads."""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""How long a thread of the jobs goes on while an answer waits. One answer waits several times, so Python's own 5 ms would be felt."""


def prefer_answers() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)


def freeze_objects() -> None:
    """Leave what exists now, such as the modules and the catalog, out of later garbage collections, which stop every thread.

    Objects that were frozen before and are garbage by now are collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
