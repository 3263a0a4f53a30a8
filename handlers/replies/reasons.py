"""Put the stored reason for a match into plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.replies import entries

if TYPE_CHECKING:
    from content.catalog import Catalog

_NEXT = re.compile(r'; (?=topic [a-z]|everything in |")')
_EVERYTHING = re.compile(r"everything in (\S+)")
_TOPIC = re.compile(r"topic (\S+?)(?: \((.*)\))?", re.DOTALL)
_PHRASE = re.compile(r'"(.*)" in the (title|body)', re.DOTALL)
_FOUND = re.compile(r'(title|body): (?:"(.*)"(?= \(|$)|(\S+))(.*)', re.DOTALL)
_PLACES = {"title": "the title", "body": "the text"}


def explain(because: str, catalog: Catalog, here: str = "this channel") -> str:
    """Return "topic Revenue: the title contains “drawback”". Other words stay as they are."""
    return "; ".join(_part(part, catalog, here) for part in _NEXT.split(because))


def _part(part: str, catalog: Catalog, here: str) -> str:
    if match := _EVERYTHING.fullmatch(part):
        what = "CSMS messages" if match[1] == "csms" else f"messages from {entries.feed_name(catalog, match[1])}"
        return f"{here} asked for all {what}"
    if match := _PHRASE.fullmatch(part):
        return f"{_PLACES[match[2]]} contains “{match[1]}”"
    if match := _TOPIC.fullmatch(part):
        name = f"topic {entries.topic_name(catalog, match[1])}"
        return f"{name}: {explain_topic(match[2], catalog)}" if match[2] else name
    return part


def explain_topic(because: str, catalog: Catalog) -> str:
    """Return "the title contains “drawback”", "kind of message: quota notice" or "it is also about Tariffs"."""
    if match := _FOUND.fullmatch(because):
        return f"{_PLACES[match[1]]} contains “{match[2] or match[3]}”{match[4]}"
    word, _, rest = because.partition(" ")
    if word == "kind:":
        kind, space, more = rest.partition(" ")
        return f"kind of message: {entries.kind_name(kind)}{space}{more}"
    if word == "with":
        slugs, bracket, more = rest.partition(" (")
        return f"it is also about {', '.join(entries.topic_name(catalog, slug) for slug in slugs.split(', '))}{bracket}{more}"
    return because
