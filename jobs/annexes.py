"""Find the annexes of a message: the files attached to it, and the documents that its text links.

They come from the links and the text that are stored, and only from CBP's account at GovDelivery and from hosts in .gov and .mil.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from jobs.csms import ACCOUNT
from jobs.models.entries import Link

MAX_ANNEXES = 20
MAX_NAME = 90  #: Characters.

_MAX_URL = 500
_CONTEXT = 60  #: Characters before a web address in a text that may say what it leads to.

_FILE = re.compile(r"\.(?:pdf|xlsx?|xlsm|csv|docx?|pptx?|rtf|txt|zip|xml|xsd)$", re.IGNORECASE)
_ATTACHMENT = re.compile(rf"/attachments/{ACCOUNT}/", re.IGNORECASE)
_DOCUMENTS = {
    "cbp.gov": re.compile(r"/document/[^/]+/[^/]+|/sites/default/files/|/trade/quota/bulletins/[^/]+", re.IGNORECASE),
    "federalregister.gov": re.compile(r"/(?:documents|d|public-inspection|citation|a)/[^/]+", re.IGNORECASE),
    "whitehouse.gov": re.compile(r"/presidential-actions/[0-9]{4}/[^/]+/[^/]+", re.IGNORECASE),
    "govinfo.gov": re.compile(r"/(?:content|link|app/details)/[^/]+", re.IGNORECASE),
}
"""Paths of documents by host; at other hosts, a document is a file, or something that is called an annex."""

_CALLED = r"\b(?P<called>annex(?:es)?|attach(?:ed|ments?)|appendix|appendices|enclosures?)\b"
_CALLED_ANNEX = re.compile(_CALLED, re.IGNORECASE)
_ENDS_WITH_ANNEX = re.compile(rf"{_CALLED}[^.!?\n]{{0,30}}\Z", re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"unsubscri|\bsubscri(?:be|ber|ption)|privacy|accessibility|qr[\s_-]?code|\bsurvey\b|help[\s-]*desk|\bace[\s-]+(?:portal[\s-]+)?help"
    r"|csms[\s-]+(?:search|archive)|search[\s-]+csms|contact[\s-]+us|\bin (?:a|your) browser\b|web ?page version|social media",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"\W*(?:(?:please|click|see|view|open|read|download|visit|at|on|the|this|these|attached|following)\s+){0,4}"
    r"(?:here|links?|pages?|website|documents?|files?|attached|attachments?|bulletins?|messages?|pdf|list|download|more|annex(?:es)?|appendix|appendices|enclosures?)?\W*",
    re.IGNORECASE,
)
"""Texts of links that do not say what they lead to."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'(){}\[\]|\\^`\u201c\u201d]++", re.IGNORECASE)
_HOST = re.compile(r"://|\bwww\.|[\w-]\.(?:gov|mil|com|org|net|edu|io|us)\b", re.IGNORECASE)
_FR_NUMBER = re.compile(r"/(?P<number>[0-9]{4}-[0-9]{5})(?:/|\Z)")


@dataclass(frozen=True, slots=True)
class Annex:
    name: str
    url: str
    attached: bool  #: A file that came with the message, or that it calls attached; else a document that it points to.


def annexes(links: Iterable[Link], body: str | None) -> tuple[Annex, ...]:
    """Return the annexes of a message, each once: those that it links, then the web addresses in its text."""
    found: dict[str, Annex] = {}
    for link in (*links, *_addresses(body or "")):
        annex = _annex(link)
        if annex is not None:
            found.setdefault(annex.url.casefold(), annex)
    return tuple(found.values())[:MAX_ANNEXES]


def _addresses(body: str) -> Iterator[Link]:
    for found in _ADDRESS.finditer(body):
        before = body[max(0, found.start() - _CONTEXT) : found.start()]
        called = _ENDS_WITH_ANNEX.search(before)
        yield Link(called["called"] if called else "", found[0].rstrip(".,;:!?*"))


def _annex(link: Link) -> Annex | None:
    url = "https" + link.url[link.url.find(":") :] if link.url[:5].casefold() == "http:" else link.url
    try:
        parts = urlsplit(url)
        usual = parts.scheme == "https" and parts.port is None and "@" not in parts.netloc and parts.netloc.isascii()
    except ValueError:
        return None
    if not usual or len(url) > _MAX_URL:
        return None
    host, path = (parts.hostname or "").removeprefix("www."), unquote(parts.path)
    attached = host == "content.govdelivery.com" and _ATTACHMENT.match(parts.path) is not None
    if not attached and not (host.endswith((".gov", ".mil")) and _is_document(host, path, link.text)):
        return None
    if _BOILERPLATE.search(link.text) or _BOILERPLATE.search(re.sub(r"[-_/]", " ", path)):
        return None
    if attached and not _FILE.search(path):  # a picture
        return None
    attached = attached or "attach" in link.text.casefold()
    return Annex(_name(link.text, host, path), parts._replace(fragment="").geturl(), attached)


def _is_document(host: str, path: str, text: str) -> bool:
    if _FILE.search(path) or (path.strip("/") and _CALLED_ANNEX.search(text)):
        return True
    known = _DOCUMENTS.get(host)
    return known is not None and known.match(path) is not None


def _name(text: str, host: str, path: str) -> str:
    """Return the text of the link; if that says nothing, or names a host, which may be another one, what the address says."""
    words = " ".join(text.split())
    if words and not _GENERIC.fullmatch(words) and not _HOST.search(words):
        return _cut(words)
    number = _FR_NUMBER.search(path)
    if host == "federalregister.gov" and number is not None:
        return f"Federal Register {number['number']}"
    last = "".join(each for each in path.rstrip("/").rpartition("/")[2] if each.isprintable())
    return _cut(last if _FILE.search(last) else f"{host}/\u2026/{last}" if path.strip("/").count("/") else f"{host}/{last}")


def _cut(text: str) -> str:
    return text if len(text) <= MAX_NAME else f"{text[: MAX_NAME - 1].rstrip()}\u2026"
