"""Normalize text for search (a rule may be crude, because it treats queries and content alike), and make text storable."""

import re
import unicodedata
from functools import lru_cache

from content.search.wordlists import AMERICAN, IRREGULAR, ROOTS, STOP_WORDS, TITLES

MIN_PHRASE_ROOT = 4
"""Letters of a root that two words of a phrase surely share."""
MAX_QUERY = 200
MAX_QUESTION = 600
"""Characters of a question that are read. What takes parts out of a text leaves a longer one as it is."""
MAX_WORD = 40
"""Characters; the rest is dropped."""
MAX_WORDS = 40

_SUFFIXES = {
    suffix: letters
    for letters, suffixes in {
        3: "ification ifying ified ify e",
        4: "izations ization atory ating ation izing ially ator ated ized ness ance ical "
        "ial ate ize ics ing ion ive ity ure ied ic ed er or al ly y",
        5: "ment ence ist",
    }.items()
    for suffix in suffixes.split()
}
"""Suffix -> the letters that must remain before it."""
_OBJECTS = frozenset({"her", "him", "it", "me", "that", "them", "this", "us"})
_LONGEST_SUFFIX = max(map(len, _SUFFIXES))
_APOSTROPHES = "'’‘`´ʼ"
_SEPARATORS = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum()} | dict.fromkeys(_APOSTROPHES, "") | {"&": " and "}
)
"""Separators become spaces, apostrophes vanish. Faster than compiling a regular expression."""


def without_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON can contain but UTF-8 cannot encode, by "?"."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def storable_text(text: str) -> str:
    """Remove NUL, which PostgreSQL refuses, and replace lone surrogates."""
    return without_surrogates(text.replace("\x00", ""))


def is_storable(text: str) -> bool:
    return storable_text(text) == text


def clean(text: str) -> str:
    """Remove accents, control and direction characters; decompose compatibility forms."""
    if text.isascii() and text.isprintable():
        return text
    unfolded = unicodedata.normalize("NFKD", text)
    return "".join(" " if c.isspace() else c for c in unfolded if c.isspace() or unicodedata.category(c)[0] not in "CM")


def without_markup(text: str) -> str:
    """Remove the targets of links, mentions and calls to everybody, which ask nothing."""
    return re.sub(r"<[@!#][^<>\s]*+>|\]\(\S*+", " ", text) if "<" in text or "](" in text else text


def split(text: str) -> list[str]:
    """Split cleaned text into lower-case words; "U.S." is one."""
    text = text.casefold()
    if "." in text:
        text = " ".join(part.replace(".", "") if "." in part[:-1] and _is_initials(part) else part for part in text.split())
    text = text.translate(_SEPARATORS)
    if not text.isascii():
        text = "".join(c if c.isalnum() else " " for c in text)
    return [word[:MAX_WORD] for word in text.split()]


def _is_initials(part: str) -> bool:
    return len(part) > 2 and all(len(piece) == 1 for piece in part.strip("()?!,;:").rstrip(".").split("."))


def words(text: str) -> list[str]:
    return split(clean(text))


def clauses(text: str) -> list[str]:
    """Split a text at the punctuation between what somebody asks and what they say around it."""
    for mark in ("?", "!", ";", ",", ". ", ": ", " - ", " – ", " — "):
        text = text.replace(mark, "\n")
    return [clause.strip() for clause in text.split("\n") if clause.strip()]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the singular, in American spelling, of a lower-case word."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 3 or not word.isalpha():
        return word[:-1] if len(word) > 2 and word[-1] == "s" and word[:-1].isdigit() else word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes", "zes")):
        word = word[:-2]
    elif word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    return _american(IRREGULAR.get(word, word))


def _american(word: str) -> str:
    if len(word) < 5:
        return word
    for british, american in AMERICAN.items():
        if word.endswith(british):
            return word[: -len(british)] + american
    for ending in ("ise", "ised", "ising", "isation"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)] + "iz" + ending[2:]
    return word


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """Return what related words share: audit, auditing, auditor. For names, use `stem`."""
    word = stem(word)
    for _ in range(2):
        word = ROOTS.get(word, word)
        shorter = _strip_suffix(word)
        if shorter == word:
            break
        word = shorter
    return ROOTS.get(word, word)


def _strip_suffix(word: str) -> str:
    for length in range(min(_LONGEST_SUFFIX, len(word) - 3), 0, -1):
        min_letters = _SUFFIXES.get(word[-length:])
        if min_letters is not None and len(word) - length >= min_letters:
            rest = word[:-length]
            return _undouble(rest) if word[-length:] in ("ing", "ed", "er") else rest
    return word


def _undouble(word: str) -> str:
    """Drop a doubled last consonant: shipp(ing) becomes ship."""
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] in "bdgmnprt" else word


def key(parts: list[str]) -> str:
    """Join the stems of a name, so that spaces and hyphens do not matter."""
    return "".join(map(stem, parts))


def phrase_key(word: str) -> str:
    """Return the root by which a word of a phrase is compared, but keep the last letter of a short word: a rate is no rat."""
    found = root(word)
    return found if len(found) >= MIN_PHRASE_ROOT or stem(word) != f"{found}e" else stem(word)


def with_phrases_as_words(phrases: dict[str, list[list[str]]], parts: list[str]) -> list[str]:
    """Replace each phrase ("blow the whistle") by the word that says it, the longest first.

    A pronoun may stand behind its first word. `phrases`: the key of a phrase's first word -> the keys of the others, joined, and the word.
    """
    roots = [phrase_key(part) for part in parts]
    joined: list[str] = []
    place = 0
    while place < len(parts):
        for rest, word in phrases.get(roots[place], ()):
            start = place + 1
            end = start + 1 + rest.count(" ")
            if " ".join(roots[start:end]) != rest and parts[start : start + 1] and parts[start] in _OBJECTS:
                start, end = start + 1, end + 1  # "turn them in"
            if " ".join(roots[start:end]) == rest:
                joined.append(word)
                place = end
                break
        else:
            joined.append(parts[place])
            place += 1
    return joined


def without_stop_words(parts: list[str]) -> list[str]:
    """Remove stop words, except "it" before a job title: an IT specialist is not one of ours."""
    return [
        word
        for word, after in zip(parts, [*parts, ""][1:], strict=True)
        if word not in STOP_WORDS or (word == "it" and stem(after) in TITLES)
    ]


def left_over(typed: str, allowed: str) -> str:
    """Return the words that are neither small nor allowed, which a command without further words would ignore."""
    known = STOP_WORDS.union(allowed.split()) - {"off"}
    return " ".join(word for word in words(typed) if word not in known)
