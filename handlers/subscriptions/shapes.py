"""Recognize sentences about subscriptions by the words that they consist of. Pure.

All words of a sentence must fit, so that a question about trade with the same verb stays a question.
"""

from collections.abc import Sequence


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ASKING = _set("what which whats what's show see view check tell preview")
_COMING = _set("would will going gonna could shall might")
_BRINGING = _set("get got gotten receive received post posted posts send sent bring brought deliver delivered see seen")
_AROUND = _set(
    "me us i we you it its they bot the this that these our my a an channel chat here team to be been is are have has had of from do does "
    "if subscription subscriptions digest updates update messages message posts csms kind sort in for and so far last week now please "
    "can how many exactly look like example sample"
)


def is_preview(words: Sequence[str]) -> bool:
    """Return whether somebody asks what the subscriptions bring: "show me what it would have posted", "what will we get"."""
    said = frozenset(words)
    if not said <= _ASKING | _COMING | _BRINGING | _AROUND or said.isdisjoint(_ASKING):
        return False
    return "preview" in said or not (said.isdisjoint(_COMING) or said.isdisjoint(_BRINGING))
