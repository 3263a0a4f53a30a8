"""Spans of text as any platform may be shown them: neighbours put together, links that are what they say, and what it all weighs."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from handlers.replies.reply import Line, Span

MAX_URL = 3_000


def joined(words: Line) -> Iterator[Span]:
    """The line with neighbours that look alike put together: half the JSON of a list."""
    waiting: Span | None = None
    for span in words:
        if waiting is not None and looks(span) == looks(waiting):
            waiting = replace(waiting, text=waiting.text + span.text)
            continue
        if waiting is not None:
            yield waiting
        waiting = span
    if waiting is not None:
        yield waiting


def looks(span: Span) -> tuple[object, ...]:
    """All of a span but its text."""
    return span.bold, span.italic, span.code, span.link


def address(link: str) -> str | None:
    """The link as it may stand in a message, or None: https (http on this computer only), a host, nothing that ends it early."""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    local = parts.scheme == "http" and host in ("127.0.0.1", "localhost", "::1")
    if not host or not (parts.scheme == "https" or local) or "@" in parts.netloc or re.search(r"[\s\x00-\x1f\x7f\\]", link):
        return None
    safe = quote(link, safe="%/:?#[]@!$&'()*+,;=~-._")
    return safe if len(safe) <= MAX_URL else None


OFFICIAL = (".gov", ".mil", ".govdelivery.com")
"""How the hosts end that the government's pages are on; GovDelivery sends and keeps CBP's messages."""

ENDINGS = frozenset(("biz", "co", "com", "edu", "example", "gov", "info", "int", "io", "mil", "net", "org", "uk", "xyz"))
"""What a host in a title ends with, rather than a sentence whose next one begins without a blank."""

_HOSTS = re.compile(r"(://|www\.)?([\w.-]+)")


def misleading(text: str, link: str) -> bool:
    """Whether the host has to be shown beside the words of a link: they name another one, or nobody vouches for the one that they lead to.

    The government's pages name each other in their titles, which misleads nobody; of others the words have to be the address itself.
    """
    real = host_of(link)
    official = is_official(real)
    named = list(hosts(text))
    if not official and not named:
        return True
    return not all(official if is_official(host) else same_site(host, real) for host, sure in named if sure or not official)


def hosts(text: str) -> Iterator[tuple[str, bool]]:
    """What may be taken for a host, and whether it can hardly be anything else. Signs that look like others, or like nothing, are
    read as they look."""
    seen = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    seen = "".join(letter for letter in seen if letter.isascii() or unicodedata.category(letter) != "Cf").casefold()
    for mark, word in _HOSTS.findall(seen):
        host = word.strip(".-_").removeprefix("www.")
        *labels, last = host.split(".")
        if (labels and all(labels) and len(last) > 1 and last.isalpha()) or mark == "://":
            yield host, mark in ("://", "www.") or last in ENDINGS or not last.isascii()


def host_of(link: str) -> str:
    return (urlsplit(link).hostname or "").casefold().removeprefix("www.")


def is_official(host: str) -> bool:
    return host.endswith(OFFICIAL) or host == "govdelivery.com"


def same_site(named: str, real: str) -> bool:
    """A site's own name, or that of the site that it is a part of."""
    return real == named or (real.endswith(f".{named}") and named.count(".") > 0)


ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""json.dumps would make an encoder for every word that is weighed."""


def weight(value: Any) -> int:
    """Characters of JSON, where a letter beyond ASCII is written out."""
    return len(ENCODE(value))
