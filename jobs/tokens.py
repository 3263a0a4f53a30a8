"""Make the tokens by which stored entries are found: words without case and accents, with other spellings of compounds and codes.

Both databases store these tokens and compare nothing else, so that both find the same. A word is stored as written, and is searched in
all of its forms (`jobs.inflection`), so that a search finds what a subscription's phrase matches.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC
from functools import lru_cache
from itertools import pairwise

from jobs.inflection import variants
from jobs.models.entries import Entry
from jobs.models.search import IndexQuery, Term, Word
from jobs.title_leads import title_leads

VERSION = 6  #: Raise it when the tokens change, so that stored entries are indexed again.

MAX_TOKEN = 40
"""Characters; the rest is dropped."""

EVERY = "all:"
"""The token of every entry."""
NONE = "none:"
"""A token of no entry."""

_MAX_JOINED = 6
"""Parts of a compound that are also one token: "anti-dumping", "1520(d)", "A-570-967"."""

_PREFIXES = frozenset({"anti", "co", "counter", "de", "e", "inter", "multi", "non", "post", "pre", "re", "semi", "sub"})
"""Words that people write apart, with a hyphen, or as one with the next: "anti dumping", "anti-dumping", "antidumping"."""
_PREFIXED = frozenset({("in", "bond"), ("in", "bonds"), ("down", "time"), ("web", "site"), ("log", "in")})

_POSSESSIVE = re.compile(r"['’‘]s(?!\w)|['’‘]")
_PART = re.compile(r"[^\W_]++")
_TARIFF_CODE = re.compile(r"(?<![0-9.])[0-9]{4}\.[0-9]{2}(?:\.?[0-9]{2}){0,2}+(?![0-9])")
_TARIFF_DIGITS = (6, 8, 10)
"""Digits of a subheading and of its divisions, each of which finds what is below it."""


def plain(text: str) -> str:
    """Return the text in lower case, without accents, possessives and other marks on letters."""
    if not text.isascii():
        unfolded = unicodedata.normalize("NFKD", "".join(map(_letter, text)))
        text = "".join(each for each in unfolded if not unicodedata.combining(each))
    text = text.casefold()
    return _POSSESSIVE.sub("", text) if "'" in text or "’" in text or "‘" in text else text


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    """Return a blank for a sign that would unfold into letters: a trademark sign is no part of a word."""
    unfolds = not character.isalnum() and any(each.isalnum() for each in unicodedata.normalize("NFKD", character))
    return " " if unfolds else character


def text_tokens(text: str) -> set[str]:
    """Return the tokens of a text: its words, compounds also as one word, and a tariff code also by its subheadings."""
    found: set[str] = set()
    before = ""
    for piece in plain(text).split():
        parts = _PART.findall(piece)
        if not parts:
            continue
        found.update(parts)
        if 1 < len(parts) <= _MAX_JOINED:
            found.add("".join(parts))
        for first, second in pairwise((before, *parts)):
            if _belongs(first, second):
                found.add(first + second)
        before = parts[-1]
        if "." in piece:
            found.update(_code_tokens(piece))
    return {each[:MAX_TOKEN] for each in found}


def is_compound(first: str, second: str) -> bool:
    """Return whether two words that were typed apart are one, although each is a word of its own: "in bond"."""
    return (plain(first), plain(second)) in _PREFIXED


def _belongs(first: str, second: str) -> bool:
    return (first in _PREFIXES and len(second) > 3) or (first, second) in _PREFIXED


def _code_tokens(piece: str) -> Iterator[str]:
    for match in _TARIFF_CODE.finditer(piece):
        digits = match[0].replace(".", "")
        yield from (digits[:length] for length in _TARIFF_DIGITS if length <= len(digits))


def entry_tokens(entry: Entry, earlier: Collection[str] = ()) -> str:
    """Return all tokens of an entry, between blanks: of its text, its title, its topics, its kinds and its feed.

    `earlier`: other feeds in which the same document was stored before with the same text.
    """
    title = text_tokens(f"{entry.title} {entry.number}")
    tokens = title | text_tokens(entry.body or "")
    tokens |= {f"title:{each}" for each in title}
    tokens |= {f"topic:{hit.topic}" for hit in entry.topics}
    tokens |= {f"kind:{each}" for each in (entry.kind, entry.lead, *title_leads(entry.title)) if each}
    tokens |= {f"duplicate:{slug}" for slug in earlier}
    return " ".join(sorted(tokens | {f"feed:{entry.feed}", f"year:{entry.published.astimezone(UTC).year}", EVERY}))


def topic_term(*slugs: str) -> Term:
    return _any_of("topic", slugs)


def kind_term(*kinds: str) -> Term:
    """Return the term of kinds or leads."""
    return _any_of("kind", kinds)


def feed_term(*slugs: str) -> Term:
    return _any_of("feed", slugs)


def duplicate_term(*slugs: str) -> Term:
    """Return the term of the entries whose document was stored before in one of these feeds: a search of them has it already."""
    return _any_of("duplicate", slugs)


def years_term(first: int, last: int) -> Term:
    """Return the term of the years in UTC. With it, an engine reads no earlier rows to find that none of them is left."""
    return _any_of("year", [str(year) for year in range(first, max(first, last) + 1)])


def _any_of(name: str, values: Sequence[str]) -> Term:
    return Term(((tuple(f"{name}:{value}" for value in values),),))


@lru_cache(maxsize=4096)
def word_term(word: str) -> Term:
    """Return how one typed word is searched: in all of its forms; a compound as one word or as all of its parts."""
    prefix = word.endswith("*")
    parts = _PART.findall(plain(word))
    if not parts:
        return Term(())
    if prefix:
        parts[-1] += "*"
    joined = "".join(parts)
    code = _TARIFF_CODE.fullmatch(plain(word).strip("()[],;:"))
    if code is not None:
        return Term((((code[0].replace(".", ""),),),))
    if tuple(parts) in _PREFIXED:
        return Term(((_forms(joined),),))  # the index has it as one, however it is written; apart, its parts are other words
    ways: list[tuple[tuple[str, ...], ...]] = [tuple(_forms(each) for each in dict.fromkeys(parts))]
    if 1 < len(parts) <= _MAX_JOINED:
        ways.insert(0, (_forms(joined),))
    return Term(tuple(ways))


def read_words(words: Sequence[str]) -> tuple[Word, ...]:
    """Return typed words; a prefix and what it belongs to are one."""
    found: list[Word] = []
    place = 0
    while place < len(words):
        count = 2 if len(words) > place + 1 and _belongs(plain(words[place]), plain(words[place + 1])) else 1
        typed = words[place : place + count]
        found.append(Word(" ".join(typed), word_term("-".join(typed))))
        place += count
    return tuple(found)


@lru_cache(maxsize=4096)
def phrase(text: str) -> Word:
    """Return a phrase with the term of its words, by which the index finds every entry that may have it."""
    words = [each for each in re.findall(r"\w+\*?", plain(text)) if each.strip("_*")]
    groups = [group for word in words for group in word_term(word).ways[-1]]
    return Word(text, Term((tuple(dict.fromkeys(groups)) or ((EVERY,),),)), phrase=True)


def _forms(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each if each.endswith("*") else each[:MAX_TOKEN] for each in variants(word)))


def in_title(term: Term) -> Term:
    return Term(tuple(tuple(tuple(f"title:{token}" for token in group) for group in way) for way in term.ways))


def has_term(tokens: Iterable[str], term: Term) -> bool:
    """Return whether a text with these tokens has the term."""
    known = set(tokens)
    return any(all(any(_has(known, token) for token in group) for group in way) for way in term.ways)


def is_found_by(tokens: Iterable[str], query: IndexQuery) -> bool:
    """Return whether the index finds an entry with these tokens, wherever its row is."""
    known = set(tokens)

    def has_all(terms: Iterable[Term]) -> bool:
        return all(has_term(known, term) for term in terms)

    return any(map(has_all, query.any_of)) and has_all(query.filters) and not any(map(has_all, query.none_of))


def _has(tokens: set[str], token: str) -> bool:
    return any(each.startswith(token[:-1]) for each in tokens) if token.endswith("*") else token in tokens
