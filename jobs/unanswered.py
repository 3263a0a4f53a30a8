"""Record what people asked in vain, so that editors learn which words and facts are missing, and nobody learns who asked.

A question is kept as normalized words with a count for each day. Before it was asked twice, only a hash is stored.
The caller counts a person once a day for each question, so that one person alone does not make it twice.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from content.catalog import Catalog
from content.search import wordlists
from content.search.statement_index import index_of
from content.search.text import root
from jobs.models.content import UnansweredQuestion
from jobs.models.search import IndexQuery
from jobs.personal_names import has_name
from jobs.store import problems, tokens, unanswered
from jobs.store.database import Connection
from jobs.tokens import word_term

KEPT = timedelta(days=90)

MIN_COUNT = 2
"""A question that was asked less often is neither shown nor stored in words: it may say who asked."""

MAX_CHARACTERS = 200

_ENGLISH: frozenset[str] = frozenset().union(
    wordlists.STOP_WORDS,
    wordlists.FUNCTION_WORDS,
    wordlists.NEUTRAL,
    wordlists.EVERYDAY,
    wordlists.GOODS,
    wordlists.COUNTRIES,
    wordlists.TITLES,
    wordlists.ORDINARY,
)

_ADDRESS = re.compile(
    r"@|://|\bwww\.|\b[\w-]+\.(?:com|org|net|gov|mil|edu|us|io)\b"
    r"|[\[({<]\s?(?:at|dot)\s?[\])}>]|\bdot\s(?:com|org|net|gov|mil|edu|us|io)\b"
    r"|\b\d{1,5}\s+\w+(?:\s\w+)?\s(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|way|suite|apt)\b"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b",
    re.IGNORECASE,
)
"""E-mail, web, street and network addresses, also as people disguise them: "zebra [at] example dot com"."""
_LONG_NUMBER = re.compile(r"\d(?:[\s().+/-]?\d){5}")
"""Six digits or more, also with separators: a telephone number, an entry number, a date of birth."""
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_NOT_WORDS = re.compile(r"[\W_]+")


def normalize(words: str) -> str:
    """Return the words in lower case without punctuation, or "" if they may say who or what somebody is."""
    text = unicodedata.normalize("NFKC", words)
    if len(text) > MAX_CHARACTERS or _ADDRESS.search(text) or _LONG_NUMBER.search(text):
        return ""
    return " ".join(_NOT_WORDS.sub(" ", _APOSTROPHE.sub("", text.casefold())).split())


def may_keep(conn: Connection, words: str, catalog: Catalog) -> bool:
    """Return whether a question says nothing of a person or a firm, by an address, a number or a name."""
    text = unicodedata.normalize("NFKC", words)
    return bool(normalize(words)) and not has_name(text, lambda word: _is_known(word, conn, catalog))


def record(conn: Connection, words: str, now: datetime, *, marked: bool = False) -> bool:
    """Count a question; `marked`: its answer was not what somebody asked. Return False if the words are not to be kept.

    Ask `may_keep` first: only it knows names.
    """
    normalized = normalize(words)
    if normalized:
        unanswered.add(conn, normalized, now.date(), marked=marked, at_least=MIN_COUNT)
    return bool(normalized)


def _is_known(word: str, conn: Connection, catalog: Catalog) -> bool:
    """Return whether the content, plain English or a stored message has a word."""
    if word in _ENGLISH or root(word) in index_of(catalog).weights:
        return True
    return bool(tokens.rows(conn, IndexQuery(((word_term(word),),)), 1))


def list_questions(conn: Connection, now: datetime, limit: int) -> Sequence[UnansweredQuestion]:
    return unanswered.list_since(conn, (now - KEPT).date(), MIN_COUNT, limit)


def forget_old(conn: Connection, now: datetime) -> None:
    """Forget questions, and reported problems, after 90 days."""
    unanswered.forget_before(conn, (now - KEPT).date())
    problems.forget_before(conn, now - KEPT)
