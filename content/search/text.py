"""Text as words that can be compared: cleaned, split, and brought to one spelling and one number.

Both sides go through the same functions, what a person typed and what the content says, so a rule here may be
crude as long as it treats both alike.
"""

import unicodedata
from functools import lru_cache

from content.search.wordlists import STOP, TITLES

LONGEST_TEXT = 200
"""Characters of a query that are read; the rest is dropped."""
LONGEST_WORD = 40
MAX_WORDS = 40

_IRREGULAR = {
    "adviser": "advisor",
    "aluminium": "aluminum",
    "analyses": "analysis",
    "atty": "attorney",
    "cheque": "check",
    "faked": "fake",
    "faking": "fake",
    "gov": "government",
    "govt": "government",
    "grey": "gray",
    "intl": "international",
    "jewellery": "jewelry",
    "mgmt": "management",
    "mgt": "management",
    "prog": "program",
    "programme": "program",
    "programmes": "program",
    "sec": "section",
    "tyre": "tire",
    "wrote": "write",
    "written": "write",
}
_ROOTS = {
    "evade": "evas",
    "evading": "evas",
    "evaded": "evas",
    "evades": "evas",
    "writing": "writ",
    "writer": "writ",
    "write": "writ",
    "analyz": "analysis",
    "analyze": "analysis",
}
_SUFFIXES = {
    "ification": 3,
    "izations": 4,
    "ization": 4,
    "ifying": 3,
    "ified": 3,
    "atory": 4,
    "ating": 4,
    "ation": 4,
    "izing": 4,
    "ially": 4,
    "ator": 4,
    "ated": 4,
    "ized": 4,
    "ment": 5,
    "ness": 4,
    "ance": 4,
    "ence": 5,
    "ical": 4,
    "ial": 4,
    "ate": 4,
    "ify": 3,
    "ize": 4,
    "ics": 4,
    "ing": 4,
    "ion": 4,
    "ist": 5,
    "ive": 4,
    "ity": 4,
    "ure": 4,
    "ied": 4,
    "ic": 4,
    "ed": 4,
    "er": 4,
    "or": 4,
    "al": 4,
    "ly": 4,
    "e": 3,
    "y": 4,
}
"""Endings, and how many letters must stay before them."""
_LONGEST_SUFFIX = max(map(len, _SUFFIXES))
_APOSTROPHES = "'’‘`´ʼ"
_BETWEEN = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum()} | dict.fromkeys(_APOSTROPHES, "") | {"&": " and "}
)
"""What stands between words, as a space; apostrophes vanish. (Compiling a regular expression takes longer than splitting a query.)"""


def without_surrogates(text: str) -> str:
    """Return the text with "?" for every lone surrogate, which JSON can contain but UTF-8 cannot encode."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def storable_text(text: str) -> str:
    """Return the text as every database can store it: `without_surrogates`, and without NUL, which PostgreSQL refuses."""
    return without_surrogates(text.replace("\x00", ""))


def is_storable(text: str) -> bool:
    """Return True if the text contains neither NUL nor a lone surrogate."""
    return storable_text(text) == text


def clean(text: str) -> str:
    """Without accents, control and direction characters; compatibility forms unfolded. Case is kept."""
    if text.isascii() and text.isprintable():
        return text
    unfolded = unicodedata.normalize("NFKD", text)
    return "".join(" " if c.isspace() else c for c in unfolded if c.isspace() or unicodedata.category(c)[0] not in "CM")


def split(text: str) -> list[str]:
    """The words of a cleaned text, in lower case: runs of letters and digits. "U.S." is one."""
    text = text.casefold()
    if "." in text:
        text = " ".join(part.replace(".", "") if _initials(part) else part for part in text.split())
    text = text.translate(_BETWEEN)
    if not text.isascii():
        text = "".join(c if c.isalnum() else " " for c in text)
    return [word[:LONGEST_WORD] for word in text.split()]


def _initials(part: str) -> bool:
    return len(part) > 2 and all(len(piece) == 1 for piece in part.strip("()?!,;:").rstrip(".").split("."))


def words(text: str) -> list[str]:
    """The words of any text."""
    return split(clean(text))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """One spelling (American) and one number (singular) of a word in lower case."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isalpha():
        return word[:-1] if len(word) > 2 and word[-1] == "s" and word[:-1].isdigit() else word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes", "zes")):
        word = word[:-2]
    elif word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    return _american(_IRREGULAR.get(word, word))


def _american(word: str) -> str:
    if len(word) < 5:
        return word
    for british, american in (
        ("our", "or"),
        ("tre", "ter"),
        ("bre", "ber"),
        ("mme", "m"),
        ("cence", "cense"),
        ("fence", "fense"),
        ("ogue", "og"),
    ):
        if word.endswith(british):
            return word[: -len(british)] + american
    for ending in ("ise", "ised", "ising", "isation"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)] + "iz" + ending[2:]
    return word


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """What a word has in common with its relatives: audit, auditing, auditor. For what content says, not for names."""
    word = stem(word)
    for _ in range(2):
        word = _ROOTS.get(word, word)
        shorter = _without_ending(word)
        if shorter == word:
            break
        word = shorter
    return _ROOTS.get(word, word)


def _without_ending(word: str) -> str:
    for length in range(min(_LONGEST_SUFFIX, len(word) - 3), 0, -1):
        least = _SUFFIXES.get(word[-length:])
        if least is not None and len(word) - length >= least:
            rest = word[:-length]
            return _undoubled(rest) if word[-length:] in ("ing", "ed", "er") else rest
    return word


def _undoubled(word: str) -> str:
    """shipp(ing) -> ship."""
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] in "bdgmnprt" else word


def key(parts: list[str]) -> str:
    """Words as one name is compared: stems run together, so that spaces and hyphens don't matter."""
    return "".join(map(stem, parts))


def telling(parts: list[str]) -> list[str]:
    """Without the words that only carry a question. Before a job title "it" is none: an IT specialist is no specialist of ours."""
    return [
        word for word, after in zip(parts, [*parts, ""][1:], strict=True) if word not in STOP or (word == "it" and stem(after) in TITLES)
    ]
