"""Whether a question is about stored messages: it names one by its number or link, or it asks for news. Pure, and quick to import."""

from __future__ import annotations

import re

from content.search.text import clean, split
from handlers.messages.news import news_of

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.messages.news import News

MIN_NUMBER = 39_600_000
"""Eight-digit CSMS numbers begin about here, on 1 July 2019."""

_DIGITS = 8

_MAX_READ = 1_000
"""Characters of a question that are read."""

_MAX_BEFORE = 60
"""Characters before a number that are read for what it is called."""

# Compiled only when used: `tradebot ask` needs no patterns. [0-9] and not \d, which matches the digits of every script
_LABELED = r"(?i)\bcsms\s*+(?:message\s*+)?+(?:#|no\.?|number)?+\s*+(?!(?:19|20)[0-9]{2}(?![0-9]))([0-9]{4,12}|[0-9]{2}-[0-9]{6})(?![0-9])"
_APART = r"(?<![\w.,/-])[0-9]{1,7}(?:\s[0-9]{1,7}){1,3}(?![\w/]|[.,][0-9]|-[0-9])"
_ALONE = r"#?\s*([0-9](?:\s?[0-9]){6,8}|[0-9]{2}-[0-9]{6})\s*[?.!]?"
_INSIDE = r"(?<![\w.-])#?([0-9]{8})(?![\w-]|\.[0-9])"
_DOCUMENT = r"(?i)(?:fr doc\.?|document|(?:cross )?ruling)?\s*+#?+([0-9]{4}-[0-9]{5}|[a-z][0-9]{6})\s*+[?.!]?"
_LINK = r"(?i)(?:https?://)?([\w.-]{0,60}\bgovdelivery\.com/[^\s<>|\"]+)"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLOSING = ".,;:!?)]}'"
"""Punctuation that may follow a link."""

_TARIFF_WORDS = _set("classification classify code entry heading hs hts htsus subheading tariff")
"""Next to one, eight digits are a classification or an entry."""

_OTHER_NUMBERS = _TARIFF_WORDS | _set("""
    account badge batch bill bond booking broker call cell container entries ext extension fax filer importer invoice mobile office order
    package part passport phone pin port protest room seal serial shipment telephone ticket tracking
    """)
"""Right before one, also with "number is" between, eight digits are not the number of a message."""

_NUMBER_WORDS = _set("are id no num number numbers was is")
_OWNERS = _set("her his my our their your")
"""Before "number", it is one of a person or an office."""

_VALIDITY_WORDS = _set("""
    active applicable applies apply canceled cancelled changed corrected current effect effective force outdated overtaken replaced
    rescinded revoked still superseded valid withdrawn
    """)


def find_number(words: str) -> str | None:
    """Return the number of the CSMS message that a question about messages names, also by its GovDelivery link, or None."""
    named = named_number(words)
    if named is not None:
        return named
    alone = _number_alone(words)
    bare = [alone] if alone else [] if _TARIFF_WORDS.intersection(tokens_of(words)) else bare_numbers(join_digits(words[:_MAX_READ]))
    return bare[0] if bare else None


def similar_numbers(number: str) -> frozenset[str]:
    """Return the numbers of CSMS messages from which a number of one digit too few or too many may be mistyped."""
    places = range(len(number) + 1)
    if len(number) == _DIGITS - 1:
        return frozenset(f"{number[:place]}{digit}{number[place:]}" for place in places for digit in "0123456789")
    if len(number) == _DIGITS + 1:
        return frozenset(f"{number[:place]}{number[place + 1 :]}" for place in places[:-1])
    return frozenset()


def named_number(words: str) -> str | None:
    """Return the number that follows the word CSMS, or that of a GovDelivery link, or None."""
    text = words[:_MAX_READ]
    if "govdelivery" in text.casefold():
        from jobs.csms import number_of

        linked = (number_of(f"https://{link.rstrip(_CLOSING)}") for link in re.findall(_LINK, text))
        number = next((each for each in linked if each is not None), None)
        if number is not None:
            return number
    match = re.search(_LABELED, join_digits(text)) if _has_digit(text) else None
    return match[1] if match else None


def join_digits(words: str) -> str:
    """Return the words with the digits of a CSMS number that were typed apart, such as "6468 0374", as one number."""
    return re.sub(_APART, _joined, words) if _has_digit(words) else words


def _joined(match: re.Match[str]) -> str:
    number = "".join(match[0].split())
    return number if len(number) == _DIGITS and int(number) >= MIN_NUMBER else match[0]


def bare_numbers(words: str) -> list[str]:
    """Return the numbers in a text that may be those of CSMS messages, although nothing says so. Most are something else."""
    text = words[:_MAX_READ]
    if not _has_digit(text):
        return []
    alone = _number_alone(text)
    if alone:
        return [alone]
    found = (each for each in re.finditer(_INSIDE, text) if int(each[1]) >= MIN_NUMBER)
    return [each[1] for each in found if not _is_of_something_else(text[: each.start()])]


def _is_of_something_else(before: str) -> bool:
    """Return whether the words before a number call it that of an entry, a phone or another thing."""
    words = re.findall(r"[a-z]+", before[-_MAX_BEFORE:].casefold())
    named = len(words)
    while named and words[named - 1] in _NUMBER_WORDS:
        named -= 1
    noun = words[named - 1] if named else ""
    return noun in _OTHER_NUMBERS or (noun in _OWNERS and named < len(words))


def _number_alone(words: str) -> str | None:
    """Return the number if the words are nothing else."""
    text = words[:_MAX_READ].strip()
    match = re.fullmatch(_ALONE, text) if _has_digit(text) else None
    return "".join(match[1].split()) if match else None


def _has_digit(text: str) -> bool:
    return any("0" <= letter <= "9" for letter in text)


def document_numbers(words: str) -> list[str]:
    """Return the number that a question consists of, if it may be one of a Federal Register document or a ruling."""
    text = words[:_MAX_READ].strip()
    match = re.fullmatch(_DOCUMENT, text) if _has_digit(text) else None
    return [] if match is None else [match[1].upper()]


def asks_validity(words: str) -> bool:
    """Return whether a question about a message asks if it still applies."""
    return bool(_VALIDITY_WORDS.intersection(tokens_of(words)))


def news_asked(words: str) -> News | None:
    """Return what a question asks of CBP's messages, or None if it is about something else."""
    return news_of(tokens_of(words))


def tokens_of(words: str) -> list[str]:
    return split(clean(words[:_MAX_READ]))
