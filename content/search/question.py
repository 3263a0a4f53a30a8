"""Read a question: its words with their weights, the names among them, and what it asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.search.keys import MAX_NAME_WORDS, NAME, RELATED, SLUG, SYNONYM
from content.search.listed_questions import MAX_WORDS
from content.search.shapes import SHAPE_WORDS, Shape, shapes_of, words_of_shapes
from content.search.spelling import completions, corrections, is_ordinary, without_doubles
from content.search.statement_index import StatementIndex
from content.search.text import MAX_QUESTION, clean, key, root, split, stem, with_phrases_as_words, without_markup
from content.search.wordlists import COUNTRIES, EVERYDAY, FUNCTION_WORDS, GOODS, NEUTRAL, STOP_WORDS

MAX_COMPARED = 20
"""Words of a question for which words that say the same are found as well: a longer one has enough of its own."""
MAX_CORRECTIONS = 4
MIN_CORRECTED = 6
"""Letters of the singular. Shorter words are too often other words."""
MIN_SURELY_CORRECTED = 8
"""Letters of a word that is hardly another one than it is corrected to."""
MIN_SWAPPED = 5
"""Letters of a word that only has letters in another order ("emial"), or a letter once instead of twice ("isues")."""

STOP_FACTOR = 0.35
NEUTRAL_FACTOR = 0.85
"""Factors on the weight of a stop word that may tell statements apart ("open"), and of a neutral word."""
SHAPE_WORD_FACTOR = 0.5
"""Factor on the weight of a word that says what the question asks for ("law", "phone"): its shape counts as well."""
GOODS_FACTOR = 0.5
"""Factor on the weight of goods beside a name: "knockoff sneakers" are about what is wrong with them."""
UNKNOWN_WEIGHT = 0.6
"""Weight of a word that no statement has."""
TERM_STRENGTH = 0.8
"""Strength of another name of the same term."""
SUBJECT_STRENGTH = {NAME: 0.75, SLUG: 0.75, SYNONYM: 0.5, RELATED: 0.35}
"""Strength of a word that names the statement's subject, by the level of the name."""


@dataclass(slots=True, eq=False)
class Token:
    """A word of the question and the units that it speaks for."""

    text: str
    weight: float
    content: bool
    """Neither a stop word nor neutral."""
    repaired: bool = False
    """Corrected from a word of few letters, which may be another word."""
    focus: bool = False
    """Part of a name, so that an answer must be about it."""
    place: int = 0
    """The place of the word in the question."""
    matches: dict[int, float] = field(default_factory=dict)
    subject: dict[int, float] = field(default_factory=dict)
    """Units whose subject it names."""

    def strength(self, unit: int) -> float:
        return max(self.matches.get(unit, 0.0), self.subject.get(unit, 0.0))


_COPIES = frozenset({"copies", "copy", "duplicate", "duplicates"})


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Words of the question that are a name, from `start` to before `end`."""

    start: int
    end: int
    levels: dict[str, int]
    """Subject -> level of the name."""

    def names(self, subject: str) -> bool:
        """Return whether the words are a name of the subject most of all."""
        return self.levels.get(subject) == max(self.levels.values())


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question, read."""

    words: tuple[str, ...]
    tokens: tuple[Token, ...]
    shapes: frozenset[Shape]
    spans: tuple[Span, ...]


def read(index: StatementIndex, query: str) -> Asked:
    spelled = _fiscal_years(_joined_letters(split(clean(without_markup(query[:MAX_QUESTION])))[:MAX_WORDS]))
    typed = with_phrases_as_words(index.compiled["phrases"], spelled)
    by_place = {
        place: token
        for place, word in enumerate(typed)
        if not (word in _COPIES and typed[place + 1 : place + 2] == ["of"])  # of a paper: not what infringes a right
        and (token := _token(index, word, compared=place < MAX_COMPARED)) is not None
    }
    _correct(index, typed, by_place)
    for place, token in by_place.items():
        token.place = place
    shapes, said = shapes_of(spelled) | shapes_of(typed), words_of_shapes(typed)
    spans = tuple(_spans(index, typed))
    for span in spans:
        tokens = [by_place[place] for place in range(span.start, span.end) if place in by_place]
        for token in tokens:
            if len(tokens) > 1 and not token.content:  # "priority trade issue" is a name of neutral words
                token.content, token.weight = True, token.weight / NEUTRAL_FACTOR
            token.focus = token.content and (len(tokens) > 1 or token.text not in EVERYDAY | COUNTRIES)
        for subject, level in span.levels.items():
            _name(index, tokens, subject, level)
    if any(token.focus and stem(token.text) not in GOODS for token in by_place.values()):
        for token in by_place.values():
            if not token.focus and stem(token.text) in GOODS:
                token.weight *= GOODS_FACTOR
    for place in said & by_place.keys():
        if not by_place[place].focus:
            by_place[place].weight *= SHAPE_WORD_FACTOR
    return Asked(tuple(typed), tuple(by_place.values()), shapes, spans)


def _joined_letters(typed: list[str]) -> list[str]:
    """Join "A C E"."""
    joined: list[str] = []
    run: list[str] = []
    for word in (*typed, ""):
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        joined += ["".join(run)] if len(run) > 2 else run
        run = []
        joined.append(word)
    return joined[:-1]


def _fiscal_years(typed: list[str]) -> list[str]:
    """Write "FY16" and "FY2016" as the content does: 2016, after "fiscal"."""
    spelled: list[str] = []
    for word in typed:
        digits = word[2:] if word.startswith("fy") else ""
        is_year = len(digits) in (2, 4) and digits.isascii() and digits.isdecimal()
        spelled += ["fiscal", f"20{digits[-2:]}"] if is_year else [word]
    return spelled


def _token(index: StatementIndex, word: str, *, compared: bool = True) -> Token | None:
    """`compared`: also find words that say the same."""
    if word in FUNCTION_WORDS:
        return None
    found = root(word)
    weight = index.weights.get(found, UNKNOWN_WEIGHT)
    plain = word in NEUTRAL or word in STOP_WORDS
    if len(word) == 1 and not word.isalpha():
        weight, plain = weight * STOP_FACTOR, True
    elif plain:
        weight *= NEUTRAL_FACTOR if word in NEUTRAL else STOP_FACTOR
    return Token(word, weight, not plain, matches=_matches(index, found, compared=compared))


def _matches(index: StatementIndex, found: str, *, compared: bool) -> dict[int, float]:
    """Return the units that have a root, and with less strength those that have one that says the same."""
    known, matches = index.weights.get(found, UNKNOWN_WEIGHT), index.units_of(found).copy()
    for other, likeness in index.similar_to(found) if compared else ():
        share = min(1.0, likeness * index.weights.get(other, 0.0) / known)
        for unit, strength in index.units_of(other).items():
            if matches.get(unit, 0.0) < (shared := share * strength):
                matches[unit] = shared
    return matches


def _correct(index: StatementIndex, typed: list[str], by_place: dict[int, Token]) -> None:
    """Correct misspelled words, in the list as well, so that they can be part of a name."""
    unknown = [place for place, token in by_place.items() if _may_be_misspelled(index, token.text)]
    for place in unknown[:MAX_CORRECTIONS]:
        meant = _meant(typed[place], index.spellings(typed[place][0]))
        token = _token(index, meant) if meant else None
        if token is not None:
            token.repaired = len(typed[place]) < MIN_SURELY_CORRECTED
            typed[place], by_place[place] = meant, token


def _meant(word: str, vocabulary: Iterable[str]) -> str:
    """Return the word for which a misspelled or shortened one stands ("pharma"), or ""."""
    singular = stem(word)
    if len(singular) < MIN_CORRECTED:
        letters, single = sorted(singular), without_doubles(singular)
        likely = (form for form in vocabulary if abs(len(form) - len(letters)) <= 1)
        return next((form for form in likely if sorted(form) == letters or without_doubles(form) == single), "")
    close = corrections(word, vocabulary)
    longer = () if close else completions(word, vocabulary)
    return close[0] if close else longer[0] if len({root(form) for form in longer}) == 1 else ""


def _may_be_misspelled(index: StatementIndex, word: str) -> bool:
    return (
        len(word) >= MIN_SWAPPED
        and word.isalpha()
        and word not in SHAPE_WORDS
        and word not in STOP_WORDS
        and root(word) not in index.weights
        and stem(word) not in index.spellings(word[0])
        and not is_ordinary(word)
    )


def _name(index: StatementIndex, tokens: Iterable[Token], subject: str, level: int) -> None:
    """Let the words of a name speak for the statements about its subject, and for those that use another name of the term."""
    for token in tokens:
        _raise(token.subject, index.by_subject.get(subject, ()), SUBJECT_STRENGTH[level])
        _raise(token.matches, index.terms.get(subject, ()), TERM_STRENGTH)
        for other in index.see.get(subject, ()):
            _raise(token.subject, index.by_subject.get(other, ()), SUBJECT_STRENGTH[RELATED])


def _raise(strengths: dict[int, float], units: Iterable[int], least: float) -> None:
    """Give units at least this strength."""
    for unit in units:
        if strengths.get(unit, 0.0) < least:
            strengths[unit] = least


def _spans(index: StatementIndex, typed: list[str]) -> Iterable[Span]:
    start = 0
    while start < len(typed):
        for end in range(min(len(typed), start + MAX_NAME_WORDS), start, -1):
            levels = index.names.get(key(typed[start:end]))
            if levels and not (end == start + 1 and typed[start] in FUNCTION_WORDS | NEUTRAL | STOP_WORDS):
                yield Span(start, end, levels)
                start = end - 1
                break
        start += 1
