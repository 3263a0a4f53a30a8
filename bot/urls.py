"""Read untrusted URLs, hosts and ids. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from content.loading.urls import is_loopback

SLACK_DOMAINS = ("slack.com", "slack-gov.com")

OFFICIAL = (".gov", ".mil", ".govdelivery.com")
"""Government hosts; GovDelivery sends and keeps CBP's messages."""

ENDINGS = frozenset(("biz", "co", "com", "edu", "example", "gov", "info", "int", "io", "mil", "net", "org", "uk", "xyz"))
"""Endings that make a word in a title a host, rather than two sentences without a blank."""

MAX_URL = 3_000

GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ZERO_GUID = "00000000-0000-0000-0000-000000000000"

_HOSTS = re.compile(r"(://|www\.)?([\w.-]+)")
_HOST_HEADER = re.compile(r"(?P<name>localhost|[0-9.]+|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)


def host_of(url: str) -> tuple[str, str]:
    """Return (scheme, host); ("", "") for a URL with anything unusual in it."""
    found = re.fullmatch(r"(https?|wss?)://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", url, re.IGNORECASE)
    return (found[1].lower(), found[2].lower().strip("[]")) if found else ("", "")


def is_loopback_header(host: str) -> bool:
    """Whether a Host header names this computer. Another name that resolves to it (DNS rebinding) does not."""
    found = _HOST_HEADER.fullmatch(host)
    return found is not None and is_loopback(found["name"].lower().strip("[]"))


def is_guid(value: str) -> bool:
    """Return True for a GUID other than the all-zero placeholder."""
    return re.fullmatch(GUID, value) is not None and value != _ZERO_GUID


def is_placeholder(host: str) -> bool:
    return host.partition(".")[0] in ("your-site", "your-host")


def slack_domain(host: str) -> str | None:
    return next((domain for domain in SLACK_DOMAINS if host == domain or host.endswith(f".{domain}")), None)


def safe_link(url: str) -> str | None:
    """Return the URL as a message may link to it, or None.

    It must be https (http only on this computer), name a host and contain nothing that ends a link early.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    local = parts.scheme == "http" and host is not None and is_loopback(host)
    if not host or not (parts.scheme == "https" or local) or "@" in parts.netloc or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        return None
    safe = quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")
    return safe if len(safe) <= MAX_URL else None


def is_misleading(text: str, url: str) -> bool:
    """Whether the host has to be shown beside a link's text: the text names another host, or nobody vouches for this one.

    Government pages name each other in their titles; for other hosts the text has to be the address itself.
    """
    real = (urlsplit(url).hostname or "").casefold().removeprefix("www.")
    official = _is_official(real)
    named = list(_hosts_in(text))
    if not official and not named:
        return True
    return not all(official if _is_official(host) else _is_same_site(host, real) for host, sure in named if sure or not official)


def _hosts_in(text: str) -> Iterator[tuple[str, bool]]:
    """Yield what a reader may take for a host, and whether it can hardly be anything else, with look-alikes normalized."""
    import unicodedata  # only links need it, and `ask` in a terminal shows none of them

    seen = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    seen = "".join(letter for letter in seen if letter.isascii() or unicodedata.category(letter) != "Cf").casefold()
    for mark, word in _HOSTS.findall(seen):
        host = word.strip(".-_").removeprefix("www.")
        *labels, last = host.split(".")
        if (labels and all(labels) and len(last) > 1 and last.isalpha()) or mark == "://":
            yield host, mark in ("://", "www.") or last in ENDINGS or not last.isascii()


def _is_official(host: str) -> bool:
    return host.endswith(OFFICIAL) or host == "govdelivery.com"


def _is_same_site(named: str, real: str) -> bool:
    """Whether a name is the site's own, or its parent's."""
    return real == named or (real.endswith(f".{named}") and named.count(".") > 0)
