"""The phrases that staff write into rules, as regular expressions that can't run away.

A phrase is words with a blank between them. "drawback" finds the word in any case; "WRO" in capitals finds capitals
only (so that HOPE isn't hope); "textile*" finds any ending; "initiation ... investigation" allows up to 80 characters
between. A blank also finds a hyphen or a slash. Nothing else in a phrase has a meaning of its own.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_DASHES = str.maketrans(dict.fromkeys(map(chr, (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE58, 0xFE63, 0xFF0D)), "-"))
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "`": "'"})
_INVISIBLE = re.compile("[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANKS = r"[ \-/]{1,3}"
_GAP = r"[^\n]{0,80}?"


def plain_text(text: str, most: int) -> str:
    """The text as rules read it: at most `most` characters, one sort of dash, quote and blank, nothing invisible."""
    folded = unicodedata.normalize("NFKC", text[: most * 2])[: most * 2]
    return " ".join(_INVISIBLE.sub("", folded).translate(_DASHES).translate(_QUOTES).split())[:most]


@lru_cache(maxsize=2048)
def pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the phrases. Raises ValueError for a phrase that holds no word."""
    return re.compile("|".join(map(_phrase, phrases)))


def _phrase(phrase: str) -> str:
    parts = [part.strip() for part in phrase.split("...")]
    if not all(re.search(r"\w", part) for part in parts):
        raise ValueError("a phrase needs a word on every side of '...'")
    return rf"(?<!\w)(?:{_GAP.join(rf'{_words(part.split())}' for part in parts)})"


def _words(words: Iterable[str]) -> str:
    return _BLANKS.join(map(_word, words))


def _word(word: str) -> str:
    """One word; a hyphen inside it finds a blank as well."""
    stem = word.rstrip("*")
    if not re.search(r"\w", stem) or "*" in stem:
        raise ValueError(f"'*' stands at the end of a word only, not as in {word!r}")
    inner = _BLANKS.join(re.escape(piece) for piece in stem.split("-") if piece)
    end = r"\w*" if stem != word else ""
    capitals = len(stem) > 1 and stem.isupper()
    return (inner if capitals else f"(?i:{inner})") + end + (r"(?!\w)" if re.search(r"\w$", stem) else "")
