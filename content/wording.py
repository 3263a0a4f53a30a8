"""The words of people: which mean the same, and which ask nothing about trade."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Groups of words that mean the same, or nearly, with commas between them. Several words are read as the first of their group."""

    synonyms: tuple[str, ...] = ()
    paraphrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """What people say that asks nothing about trade. If `opens`, more may follow; the program answers if `answer` is ""."""

    slug: str
    phrases: tuple[str, ...]
    contains: tuple[str, ...] = ()
    answer: str = ""
    opens: bool = False
