"""Sayings that ask nothing about trade: greetings, thanks, questions about the bot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """If it `opens`, more may follow. The program answers if `answer` is ""."""

    slug: str
    phrases: tuple[str, ...]
    """In lower case and without punctuation."""
    contains: tuple[str, ...] = ()
    """Phrases as in topics.yaml: words with one of these are the same."""
    answer: str = ""
    opens: bool = False
