"""Compile topic rules' phrases to regular expressions with bounded backtracking.

"drawback" matches the word in any case; a phrase in capitals ("HOPE") matches capitals only. "textile*" matches any ending.
"initiation ... investigation" allows up to 80 characters in between. A space also matches a hyphen or a slash. Nothing else is special.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-")
_QUOTES = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x60: "'"}
_INVISIBLE = dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
_FOLD = _DASHES | _QUOTES | _INVISIBLE
_MARKS = {0x2122: " ", 0xAE: " "}  #: NFKC makes letters of "™", which is also what some feeds make of an apostrophe.
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SPACE = r"[ \-/]{1,3}"
_GAP = r".{0,80}?"


@dataclass(frozen=True, slots=True)
class Text:
    """A folded text, and its lower-case form of the same length."""

    plain: str
    lower: str


def plain_text(text: str, max_characters: int) -> Text:
    """Fold dashes, quotes and spaces, and drop invisible characters."""
    folded = unicodedata.normalize("NFKC", text[: max_characters * 2].translate(_MARKS))[: max_characters * 2]
    plain = " ".join(folded.translate(_FOLD).split())[:max_characters]
    return Text(plain, plain.translate(_LOWER))


@dataclass(frozen=True, slots=True)
class Pattern:
    """The expressions of some phrases, for a folded text."""

    lower: re.Pattern[str] | None
    capitals: re.Pattern[str] | None

    def find(self, text: Text) -> str:
        """Return the first words that match a phrase, or ""."""
        for expression, target in ((self.lower, text.lower), (self.capitals, text.plain)):
            match = expression.search(target) if expression else None
            if match:
                return text.plain[match.start() : match.end()]
        return ""


@lru_cache(maxsize=2048)
def pattern(phrases: tuple[str, ...]) -> Pattern:
    """Raises ValueError if a phrase is malformed."""
    capitals = tuple(phrase for phrase in phrases if _is_capitals(phrase))
    lower = tuple(phrase.translate(_LOWER) for phrase in phrases if not _is_capitals(phrase))
    return Pattern(_compile(lower), _compile(capitals))


def _is_capitals(phrase: str) -> bool:
    return phrase.isupper() and sum(map(str.isalpha, phrase)) > 1


def _compile(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Join phrases to one expression, fast because it is only tried where a word begins."""
    if not phrases:
        return None
    plain = [_phrase(phrase) for phrase in phrases if re.match(r"\w", phrase)]
    others = [_phrase(phrase) for phrase in phrases if not re.match(r"\w", phrase)]
    return re.compile("|".join([rf"\b(?:{'|'.join(plain)})"] * bool(plain) + [rf"(?<!\S)(?:{'|'.join(others)})"] * bool(others)))


def _phrase(phrase: str) -> str:
    parts = [part.split() for part in phrase.split("...")]
    if not all(re.search(r"\w", "".join(part)) for part in parts):
        raise ValueError("a phrase needs words, and words on both sides of '...'")
    if len(parts) > 3:
        raise ValueError("a phrase may contain '...' at most twice")
    return _GAP.join(_SPACE.join(map(_word, part)) for part in parts)


def _word(word: str) -> str:
    stem = word.rstrip("*")
    if not stem or "*" in stem:
        raise ValueError(f"'*' is allowed only at the end of a word, not in {word!r}")
    inner = _SPACE.join(re.escape(piece) for piece in stem.split("-") if piece) or re.escape(stem)
    end = r"\w*" if stem != word else ""
    return inner + end + (r"(?!\w)" if re.search(r"\w$", stem) else "")
