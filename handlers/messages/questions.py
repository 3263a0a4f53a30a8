"""Whether a question is about stored messages: it names one by its number or link, or it asks for news. Pure, and quick to import."""

from __future__ import annotations

import re

from content.search.text import clean, split
from content.search.wordlists import STOP_WORDS

MIN_NUMBER = 39_600_000
"""Eight-digit CSMS numbers begin about here, on 1 July 2019."""

_MAX_READ = 1_000
"""Characters of a question that are read."""

# Compiled only when used: `tradebot ask` needs no patterns. [0-9] and not \d, which matches the digits of every script
_LABELED = r"(?i)\bcsms\s*+(?:message\s*+)?+(?:#|no\.?|number)?+\s*+([0-9]{4,12}|[0-9]{2}-[0-9]{6})(?![0-9])"
_ALONE = r"#?\s*([0-9](?:\s?[0-9]){6,8}|[0-9]{2}-[0-9]{6})\s*[?.!]?"
_INSIDE = r"(?<![\w.-])#?([0-9]{8})(?![\w-]|\.[0-9])"
_LINK = r"(?i)(?:https?://)?([\w.-]{0,60}\bgovdelivery\.com/[^\s<>|\"]+)"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLOSING = ".,;:!?)]}'"
"""Punctuation that may follow a link."""

_TARIFF_WORDS = _set("classification classify code entry heading hs hts htsus subheading tariff")
"""Next to one, eight digits are a classification or an entry."""

_VALIDITY_WORDS = _set("""
    active applicable applies apply canceled cancelled changed corrected current effect effective force outdated overtaken replaced
    rescinded revoked still superseded valid withdrawn
    """)


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases of a list, each as its words, the longest first."""
    found = (tuple(phrase.split()) for line in text.splitlines() for phrase in line.split("|"))
    return tuple(sorted(filter(None, found), key=len, reverse=True))


_FILLERS = _phrases(
    """
    a | an | and | are there | bot | can you | could you | did | do we have | do you have | do you know | give me
    has there been | have there been | hello | hey | hi | i need | is there | list | ok | please | show | show me | so | tell me
    thanks | the | there | we need | were there | what about | what are | what is | what was | whats
    """
)

_OPENERS = _phrases(
    """
    any announcement | any announcements | any bulletin | any bulletins | any csms | any guidance | any message | any messages
    any new | any news | any notice | any notices | any recent | any update | any updates | anything about | anything came out
    anything else new | anything for | anything from cbp | anything happening | anything lately | anything new | anything on
    anything recent | anything regarding | anything this | anything today | has anything changed | latest | most recent
    new announcements | new bulletins | new csms | new guidance | new messages | new on | new this | new today | newest | news
    recent announcements | recent bulletins | recent changes | recent csms | recent guidance | recent messages | recent news
    recent notices | recent updates | something about | something new | something on | update about | update on | updates about
    updates for | updates on | what came out | what changed | what did cbp announce | what did cbp issue | what did cbp post
    what did cbp publish | what did cbp release | what did cbp say | what did cbp send | what got announced | what got issued
    what happened | what has been announced | what has been issued | what has been posted | what has been published
    what has been released | what has been sent | what has cbp announced | what has cbp issued | what has cbp published
    what has cbp said | what has cbp sent | what has changed | what has come out | what has happened | what is going on
    what is happening | what is new | what is up | what was announced | what was issued | what was posted | what was published
    what was released | what was sent | what were the changes | whats changed | whats going on | whats happening | whats new
    whats up
    """
)

_ASKS_SOMETHING_ELSE = _set("define explain how where who whom whose why")

MESSAGE_WORDS = _set("""
    announcement announcements csms lately latest message messages most newest news notice notices recent recently something
    today update updates
    """)
"""Words of a question that say that it is about messages, but not which."""


def find_number(words: str) -> str | None:
    """Return the number of the CSMS message that a question names, also by its GovDelivery link, or None."""
    text = words[:_MAX_READ]
    if "govdelivery" in text.casefold():
        from jobs.csms import number_of

        linked = (number_of(f"https://{link.rstrip(_CLOSING)}") for link in re.findall(_LINK, text))
        number = next((each for each in linked if each is not None), None)
        if number is not None:
            return number
    if not any("0" <= letter <= "9" for letter in text):
        return None
    match = re.search(_LABELED, text) or re.fullmatch(_ALONE, text.strip())
    if match is not None:
        return "".join(match[1].split())
    inside = next((each[1] for each in re.finditer(_INSIDE, text) if int(each[1]) >= MIN_NUMBER), None)
    return None if inside is None or _TARIFF_WORDS.intersection(_tokens(text)) else inside


def asks_validity(words: str) -> bool:
    """Return whether a question about a message asks if it still applies."""
    return bool(_VALIDITY_WORDS.intersection(_tokens(words)))


def is_news(words: str) -> bool:
    """Return whether a question asks for messages: "what's new for steel", "this week", "any updates on India"."""
    tokens = _tokens(words)
    if not tokens or tokens == ["new"]:
        return False
    if without_opener(tokens) is not None:
        return True
    if tokens[0] in _ASKS_SOMETHING_ELSE:
        return False
    if "today" in tokens and not set(tokens) - MESSAGE_WORDS - STOP_WORDS:
        return True
    from handlers.messages import periods

    return periods.is_recent(tokens)


def without_opener(tokens: list[str]) -> list[str] | None:
    """Return what follows the words by which a question asks for news, or None if it does not begin with such words."""
    while tokens:
        opener = next((opener for opener in _OPENERS if tuple(tokens[: len(opener)]) == opener), None)
        if opener is not None:
            return tokens[len(opener) :]
        filler = next((filler for filler in _FILLERS if tuple(tokens[: len(filler)]) == filler), None)
        if filler is None:
            return None
        tokens = tokens[len(filler) :]
    return None


def _tokens(words: str) -> list[str]:
    return split(clean(words[:_MAX_READ]))
