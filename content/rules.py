"""The phrases that staff write into rules, as regular expressions that can't run away.

A phrase is words with a blank between them. "drawback" finds the word in any case; a phrase all in capitals ("WRO")
finds capitals only, so that HOPE isn't hope; "textile*" finds any ending; "initiation ... investigation" allows up to
80 characters between. A blank also finds a hyphen or a slash. Nothing else in a phrase has a meaning of its own.
"""

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-")
_QUOTES = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x60: "'"}
_INVISIBLE = dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
_FOLD = _DASHES | _QUOTES | _INVISIBLE
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_BLANKS = r"[ \-/]{1,3}"
_GAP = r".{0,80}?"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as rules read it, and the same in small letters, character for character."""

    plain: str
    small: str


def plain_text(text: str, most: int) -> Text:
    """At most `most` characters of it, with one sort of dash, quote and blank and nothing invisible."""
    folded = unicodedata.normalize("NFKC", text[: most * 2])[: most * 2]
    plain = " ".join(folded.translate(_FOLD).split())[:most]
    return Text(plain, plain.translate(_LOWER))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Finds any of some phrases."""

    small: re.Pattern[str] | None
    capitals: re.Pattern[str] | None

    def find(self, text: Text) -> str:
        """The words that were found, as they stand in the text; "" for none."""
        for wanted, where in ((self.small, text.small), (self.capitals, text.plain)):
            match = wanted.search(where) if wanted else None
            if match:
                return text.plain[match.start() : match.end()]
        return ""


@lru_cache(maxsize=2048)
def pattern(phrases: tuple[str, ...]) -> Pattern:
    """Raises ValueError for a phrase that isn't one."""
    capitals = tuple(phrase for phrase in phrases if _in_capitals(phrase))
    small = tuple(phrase.translate(_LOWER) for phrase in phrases if not _in_capitals(phrase))
    return Pattern(_compiled(small), _compiled(capitals))


def _in_capitals(phrase: str) -> bool:
    return phrase.isupper() and sum(map(str.isalpha, phrase)) > 1


def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """All phrases as one expression that tries them at the beginnings of words only, which makes it quick."""
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
        raise ValueError("a phrase holds '...' twice at most")
    return _GAP.join(_BLANKS.join(map(_word, part)) for part in parts)


def _word(word: str) -> str:
    """One word; a hyphen inside it finds a blank as well."""
    stem = word.rstrip("*")
    if not stem or "*" in stem:
        raise ValueError(f"'*' stands at the end of a word only, not as in {word!r}")
    inner = _BLANKS.join(re.escape(piece) for piece in stem.split("-") if piece) or re.escape(stem)
    end = r"\w*" if stem != word else ""
    return inner + end + (r"(?!\w)" if re.search(r"\w$", stem) else "")
