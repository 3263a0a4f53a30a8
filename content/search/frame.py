"""Leave out of a question who asks it, whom they asked, and in which form ("hi, a caller at my booth wants to know …")."""

import re

from content.search.form import without_form
from content.search.text import MAX_QUESTION, clauses, words
from content.search.wordlists import FUNCTION_WORDS, QUESTION_WORDS

_CAUSE = r"(?i) cause (?=(?:he|i|it|she|they|we|you)\b)"
MIN_LEFT = 2
"""Words that stay of a clause of which a part is left out."""
MAX_OPENING = 14
"""Words before a question that say who asks."""
MAX_CLOSING = 6
"""Words after "asking for" that say for whom."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TELLERS = _set(
    """
    afternoon asked asking asks call called caller callers calling chat dumb email emailed evening greetings hed hello helping hes hey hi
    id im keeps like me morning my need newsletter our question questions quick said says shed shes small sombody somebody someone somone
    sorry stupid thank thanks theyd thx trying ty urgent us wants we wonder wondering wonders wrote yo
    """
)
"""One of these words is in whatever says who asks, or why."""
_ASKED = _set("ask asked asks but know told wonder wondering wonders")
"""The last word of what stands before a question, also with whom they asked behind it."""
_PERSONS, _JOINS = _set("me us you"), _set("and so")
_SAYING, _CLAIMANTS = _set("said says"), _set("i that there they we you")
"""Before what somebody claims ("somebody at the office said we could …")."""
_CALLERS = _set("caller client customer gentleman guy lady man person somebody someone visitor woman")
_CALLED = _set("asked asking asks called calling emailed wrote")
MAX_CALLING = 8
"""Words of a clause that only says that somebody called."""
_FRAME = (
    FUNCTION_WORDS
    | _TELLERS
    | _ASKED
    | _set(
        """
        and answer article attendee attendees basic blog booth boss brochure broker brokers business came can class client colleague
        company conference could coworker customer day desk event expo fair family faq first friend gentleman good great guy handout help
        here hope importer importers job keep know lady line lot man manager many maybe meeting memo mine minute morning much new newbie
        no note of office old on outreach people per person phone post presentation reader run said second should show silly slide so
        speech stand start started starting story student table talk team tell third time today told tomorrow tonight trade training
        trying very visitor want we will woman work would yesterday
        """
    )
) - _set("how what when where which who whom whos whose why")


def without_frame(text: str) -> str:
    """Return what is asked; the text itself if all of it may be the question."""
    if len(text) > MAX_QUESTION:
        return text
    text = without_form(re.sub(_CAUSE, " because ", text) if " cause " in text else text)
    parts = clauses(text.replace("(", ", ").replace(")", ", "))
    framed = [len(parts) > 1 and _is_frame(words(part)) for part in parts]
    tells = any(is_frame and not _TELLERS.isdisjoint(words(part)) for part, is_frame in zip(parts, framed, strict=True))
    kept = [part for part, is_frame in zip(parts, framed, strict=True) if not (tells and is_frame)] if len(parts) > 1 else [text]
    if all(_FRAME.issuperset(words(part)) for part in kept):
        return text
    bare = [_without_closing(_without_opening(part)) if place in (0, len(kept) - 1) else part for place, part in enumerate(kept)]
    return text if len(kept) == len(parts) and bare == kept else ", ".join(bare)


def _is_frame(said: list[str]) -> bool:
    has_called = said[-1:] != [] and said[-1] in _CALLED and len(said) <= MAX_CALLING and not _CALLERS.isdisjoint(said[:3])
    return not said or (said[0] not in QUESTION_WORDS and (_FRAME.issuperset(said) or has_called))


def _without_opening(clause: str) -> str:
    """Drop "my boss wants to know" and "a lady at our event asked me"."""
    typed = clause.split()
    said = [word for part in typed for word in words(part)[:1] or [""]]
    if not said or said[0] in QUESTION_WORDS:
        return clause
    end = next((place for place, word in enumerate(said[:MAX_OPENING]) if word not in _FRAME), min(len(said), MAX_OPENING))
    ends = [place + 1 for place in range(end) if said[place] in _ASKED or _leads_to_question(said, place)]
    start = max((place for place in ends if not _TELLERS.isdisjoint(said[:place])), default=0)
    return " ".join(typed[start:]) if len(typed) - start >= MIN_LEFT else clause


def _leads_to_question(said: list[str], place: int) -> bool:
    """Return whether a word is the person behind "asked", or joins what stands before a question to it."""
    after = said[place + 1 : place + 2]
    if said[place] in _SAYING and after[:1] != [] and after[0] in _CLAIMANTS:
        return bool(place)
    return bool(place) and (
        (said[place - 1] in _ASKED and said[place] in _PERSONS)
        or (said[place] in _JOINS and after[:1] != [] and after[0] in QUESTION_WORDS)
    )


def _without_closing(clause: str) -> str:
    """Drop "asking for an importer"."""
    before, asking, after = clause.rpartition(" asking for ")
    return before if asking and len(before.split()) >= MIN_LEFT and len(after.split()) <= MAX_CLOSING else clause
