"""English inflection: the forms of a word that one pattern matches ("webinar", "webinars"; "duty", "duties"; "file", "filed", "filing").

Only a plural and the endings of a verb count: "import" matches "imported", but not "importer".
A rule may be crude, since a form that nobody writes matches nothing.
"""

import re
from functools import lru_cache

_VERB = ("", "s", "es", "ed", "ing")
_IES = ("y", "ies", "ied", "ying")
_ANY = "*"
_MIN_LETTERS = 4
"""A shorter word has only a plural ("WRO", "WROs"): its other endings would make other words."""

_UNCHANGED = frozenset({"customs", "news", "series", "species"})

_WORDS = re.compile(r"\w+\*?")


@lru_cache(maxsize=4096)
def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """Compile a phrase in lower case, each word with its endings. A word that ends in "*" has any ending."""
    parts: list[str] = []
    end = 0
    for match in _WORDS.finditer(phrase):
        parts += [re.escape(phrase[end : match.start()]), word_forms(match[0])]
        end = match.end()
    parts.append(re.escape(phrase[end:]))
    return re.compile(rf"(?<!\w){''.join(parts)}(?!\w)")


@lru_cache(maxsize=4096)
def phrase_stems(phrase: str) -> tuple[str, ...]:
    """Return what every text that has the phrase contains."""
    return tuple(stem for match in _WORDS.finditer(phrase) if (stem := _split(match[0])[0]))


def word_forms(word: str) -> str:
    """Return the expression of a word's forms."""
    stem, endings = _split(word)
    if endings == (_ANY,):
        return re.escape(stem) + r"\w*"
    return re.escape(stem) + (f"(?:{'|'.join(filter(None, endings))}){'?' if '' in endings else ''}" if any(endings) else "")


def variants(word: str) -> tuple[str, ...]:
    """Return a word's forms, as a subscription matches them. One that ends in "*" stands for words that begin so."""
    stem, endings = _split(word)
    return tuple(dict.fromkeys(stem + ending for ending in endings))


@lru_cache(maxsize=4096)
def _split(word: str) -> tuple[str, tuple[str, ...]]:
    """Return a stem and its endings."""
    if word.endswith("*"):
        return word[:-1], (_ANY,)
    if not (word.isascii() and word.isalpha()) or len(word) < 2 or word in _UNCHANGED:
        return word, ("",)
    if len(word) < _MIN_LETTERS:
        return word, ("", "s", "es")
    if len(word) > 4 and word.endswith(("ies", "ied")):
        return word[:-3], (*_IES, "ie")
    if len(word) > 5 and word.endswith("ying") and word[-5] not in "aeiou":
        return word[:-4], (*_IES, "ye", "yes", "yed")
    if word[-1] == "y" and word[-2] not in "aeiou":
        return word[:-1], _IES
    if len(word) > 5 and word.endswith("ing") and _has_vowel(word[:-3]):
        return _without_suffix(word[:-3])
    if len(word) > 4 and word.endswith("ed") and word[-3] != "e" and _has_vowel(word[:-2]):
        return _without_suffix(word[:-2])
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2], ("", "e", "es", "ed", "ing")
    if word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    if word[-1] == "e":
        return word[:-1], ("e", "es", "ed", "ing")
    return word, _doubled(word) if _may_double(word) else _VERB


def _without_suffix(base: str) -> tuple[str, tuple[str, ...]]:
    """Return the stem of a word without its "ed" or "ing": of "filed" (file), "shipped" (ship) or "canceled" (cancel)."""
    if base[-1] == base[-2] and base[-1] not in "aeious":
        return base[:-1], (*_VERB, *(base[-1] + ending for ending in _VERB))
    return base, ("e", *(_doubled(base) if _may_double(base) else _VERB))


def _doubled(word: str) -> tuple[str, ...]:
    return (*_VERB, f"{word[-1]}ed", f"{word[-1]}ing")


def _may_double(word: str) -> bool:
    """Return whether a word may double its last letter before an ending: ship, shipped; cancel, cancelled."""
    return word[-1] in "bdgklmnprtvz" and word[-2] in "aeiou"


def _has_vowel(word: str) -> bool:
    return any(letter in "aeiouy" for letter in word)
