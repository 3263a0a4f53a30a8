"""Leave out of a question who asks it, whom they asked and what for ("hi, a caller at my booth wants to know …")."""

from content.search.text import clauses, words
from content.search.wordlists import FUNCTION_WORDS, QUESTION_WORDS

MIN_LEFT = 2
"""Words that a question keeps."""
MAX_OPENING = 14
"""Words before a question that say who asks."""
MAX_CLOSING = 6
"""Words after "asking for" that say for whom."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TELLERS = _set(
    """
    asked asking asks call caller callers calling dumb hello hey hi im me my need our quick question questions said says somebody someone
    sorry stupid thanks thx wants we wonder wondering wonders
    """
)
"""One of these words is in whatever says who asks, or why."""
_ASKED = _set("ask asked asks but know told wonder wondering wonders")
"""The last word of what stands before a question, also with whom they asked behind it."""
_FRAME = (
    FUNCTION_WORDS
    | _TELLERS
    | _ASKED
    | _set(
        """
        attendee attendees basic booth boss broker brokers class client colleague conference coworker customer day desk event expo
        fair first friend gentleman guy here importer importers job know lady line man manager meeting minute morning new newbie
        no of on outreach people person phone presentation second show silly slide speech stand student table talk team third time
        today told tomorrow tonight trade training visitor want woman work would yesterday
        """
    )
) - _set("how what when where which who whom whos whose why")


def without_frame(text: str) -> str:
    """Return what is asked; the text itself if all of it may be the question."""
    parts = clauses(text.replace("(", ", ").replace(")", ", "))
    frame = [part for part in parts if _is_frame(words(part))] if len(parts) > 1 else []
    tells = any(not _TELLERS.isdisjoint(words(part)) for part in frame)
    kept = [part for part in parts if not (tells and part in frame)] if len(parts) > 1 else [text]
    if sum(len(words(part)) for part in kept) < MIN_LEFT:
        return text
    bare = [_without_closing(_without_opening(part)) if place in (0, len(kept) - 1) else part for place, part in enumerate(kept)]
    return text if len(kept) == len(parts) and bare == kept else ", ".join(bare)


def _is_frame(said: list[str]) -> bool:
    return not said or (said[0] not in QUESTION_WORDS and _FRAME.issuperset(said))


def _without_opening(clause: str) -> str:
    """Drop "my boss wants to know" and "a lady at our event asked me"."""
    typed = clause.split()
    said = [word for part in typed for word in words(part)[:1] or [""]]
    if not said or said[0] in QUESTION_WORDS:
        return clause
    end = next((place for place, word in enumerate(said[:MAX_OPENING]) if word not in _FRAME), min(len(said), MAX_OPENING))
    ends = [
        place + 1
        for place in range(end)
        if said[place] in _ASKED or (place and said[place - 1] in _ASKED and said[place] in ("me", "us", "you"))
    ]
    start = max((place for place in ends if not _TELLERS.isdisjoint(said[:place])), default=0)
    return " ".join(typed[start:]) if len(typed) - start >= MIN_LEFT else clause


def _without_closing(clause: str) -> str:
    """Drop "asking for an importer"."""
    before, asking, after = clause.rpartition(" asking for ")
    return before if asking and len(before.split()) >= MIN_LEFT and len(after.split()) <= MAX_CLOSING else clause
