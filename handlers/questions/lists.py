"""Recognize a question for a whole list ("the seven", "name all roles"), and show it."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from handlers import lookups
from handlers.replies.reply import Bullets, Fold, Section, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Command, Context
    from handlers.replies.reply import Reply

MAX_CHARACTERS = 200
"""Characters of a question that are read."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LISTS = {
    "/pti": ("handlers.pti", "pti", "Priority Trade Issues", "area areas issue issues priorities priority pti ptis"),
    "/role": ("handlers.roles", "role", "roles in the Office of Trade", "career careers job jobs position positions role roles"),
    "/trade centers": (
        "handlers.office",
        "centers",
        "Centers of Excellence and Expertise",
        "centers cee cees center centers centre centres excellence expertise",
    ),
    "/trade resource": ("handlers.resources", "resource", "trade pages on CBP.gov", "page pages resource resources website websites"),
    "/trade topic": ("handlers.topics", "topic", "topics besides the Priority Trade Issues", "topic topics"),
    "/trade term": (
        "handlers.glossary",
        "term",
        "terms in the glossary",
        "abbreviation abbreviations acronym acronyms glossary term terms",
    ),
    "contacts": ("handlers.questions.directory", "contacts", "contacts", "contact contacts mailbox mailboxes"),
    "feeds": ("handlers.questions.directory", "feeds", "feeds that this bot reads", "feed feeds"),
}
"""Command, or name -> the module and the function that show the list, loaded when called, what it lists, and the nouns that name it."""

_BY_NOUN = {noun: command for command, (*_, nouns) in _LISTS.items() for noun in nouns.split()}
_BY_COUNT = {"seven": "/pti", "six": "/role", "ten": "/trade centers"}
_ALSO_ABOUT = {"/pti": ("resource:priority-trade-issues", "term:pti", "office:office-of-trade")}
"""Command -> other subjects of its list."""
_WITH_PURPOSE = ("/pti", "/role")
"""Commands whose list says of each thing what it is for, so that the names alone stand far apart."""

_COUNTING = ("count of", "how many", "number of", "the count")
_NUMERALS = dict(enumerate(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")))
_ASKING = (
    *_COUNTING,
    "all of the",
    "all the",
    "list",
    "list all",
    "list of",
    "list the",
    "name all",
    "name the",
    "show all",
    *("give me all", "give us all", "show me all", "show us all"),
)
_OPENING = (
    "the",
    "what are the",
    "what jobs",
    "what positions",
    "what roles",
    "which are the",
    "which jobs",
    "which positions",
    "which roles",
)
_OTHER_WORDS = _set(
    """
    a all and are at called can cbp complete count current different do does exactly exist for full give has have here how i in is it
    kinds know known list lists many me my name names number of office offices one ones other our own please pls show tell that the
    their them there these they thing thingies things thingy to total trade types us use we what which who you your
    """
)


def answer(words: str, command: Command, context: Context) -> Reply | None:
    """Return the list for which the words ask, or None."""
    wanted = list_name(words)
    if not wanted:
        return None
    module, name, listed, _ = _LISTS[wanted]
    reply: Reply = getattr(import_module(module), name)("", command, context)
    if is_count(words):
        number = max(len(block.items) for block in reply.blocks if isinstance(block, Bullets | Fold))
        said = f"There are {_NUMERALS.get(number, number)} {listed}."
        reply = replace(reply, text=f"{said} {reply.text}", blocks=(Section((line(Span(said, bold=True)),)), *reply.blocks))
    elif wanted in _WITH_PURPOSE and _asks_names(words):
        names = "; ".join(lookups.titles(context.catalog, reply.subjects))
        reply = replace(reply, blocks=(Section((line(Span(f"{names}.", bold=True)),)), *reply.blocks))
    return replace(reply, subjects=(*_ALSO_ABOUT.get(wanted, ()), *reply.subjects))


def is_count(words: str) -> bool:
    """Return whether the words ask how many there are."""
    text = f" {' '.join(words[:MAX_CHARACTERS].casefold().split())} "
    return any(f" {phrase} " in text for phrase in _COUNTING)


def _asks_names(words: str) -> bool:
    """Return whether the words ask what the things are called."""
    parts = words[:MAX_CHARACTERS].casefold().split()
    return not {"called", "name", "names"}.isdisjoint(parts)


def list_name(words: str) -> str:
    """Return the command that shows the list for which the words ask, the list's name if it has no command, or ""."""
    parts = "".join(letter if letter.isalnum() else " " for letter in words[:MAX_CHARACTERS].casefold()).split()
    text = f" {' '.join(parts)} "
    asks = any(f" {phrase} " in text for phrase in _ASKING) or any(text.startswith(f" {phrase} ") for phrase in _OPENING)
    if not asks or not set(parts) <= _OTHER_WORDS | _BY_NOUN.keys() | _BY_COUNT.keys():
        return ""
    found = {_BY_NOUN[part] for part in parts if part in _BY_NOUN} or {_BY_COUNT[part] for part in parts if part in _BY_COUNT}
    return found.pop() if len(found) == 1 else ""
