"""Name the sources of a statement as people cite them."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.replies.dates import source_date
from handlers.replies.reply import Span
from jobs.csms import hex_url

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Iterable

    from content.catalog import Contact, Question, Statement

MAX_PATH = 40
"""Characters of an address that tells two pages apart."""

_NUMBER = re.compile(r"[0-9]{7,9}")
_CITED = (
    r"uscode\.house\.gov/view\.xhtml\?req=granuleid:USC-prelim-title([0-9]++)-section([0-9a-z]++)"
    r"|ecfr\.gov/current/title-([0-9]++)/((?:section|part)-[0-9.]++)"
    r"|federalregister\.gov/d/([0-9-]++)"
)

CAREERS = "https://www.cbp.gov/careers/trade"


def common_source(items: Iterable[Statement | Question | Contact]) -> str:
    """Return the source that several shown statements share, which the footer then says once, else ""."""
    found = [item.source for item in items if item.shown]
    return found[0] if len(found) > 1 and len(set(found)) == 1 else ""


def provenance(item: Statement | Question | Contact, common: str = "") -> tuple[Span, ...]:
    """Return the sources of a statement, except a common one, and its date."""
    parts = [] if item.source == common else list(cite(item.source))
    parts += [Span("our interpretation")] if item.status == "derived" else []
    if item.as_of:
        parts.append(Span(source_date(item.as_of, item.read)))
    return tuple(parts)


def cite(source: str) -> tuple[Span, ...]:
    """Return a source as spans: a message, a document or a law by its number, a page by its site, others by name."""
    spans: list[Span] = []
    for part in _source_parts(source):
        first = part.removeprefix("CSMS").lstrip(" #").split(" ", 1)[0]
        url = next((word for word in part.split() if word.startswith(("https://", "http://"))), "")
        if _NUMBER.fullmatch(first):
            spans.append(Span(f"CSMS {first}", link=hex_url(first)))
        elif url:
            spans.append(Span(_cited(url), link=https_url(url)))
        elif part.casefold().startswith("flyer"):
            spans.append(Span("Office of Trade flyer"))
        elif part.casefold().startswith("careers page"):
            spans.append(Span("careers page", link=CAREERS))
        else:
            spans.append(Span(part))
    return tell_apart(tuple(dict.fromkeys(spans)))


def _cited(url: str) -> str:
    """Return how people cite a page: "19 U.S.C. 1592", "19 CFR 177.1", "FR Doc. 2026-11595", or the name of its host."""
    found = re.search(_CITED, url)
    if found is None:
        return site(url)
    title, section, cfr, part, document = found.groups()
    if document:
        return f"FR Doc. {document}"
    return f"{title} U.S.C. {section}" if title else f"{cfr} CFR {part.removeprefix('section-').replace('part-', 'Part ')}"


def tell_apart(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Name several pages of one site by their addresses, or count them: "CBP.gov/trade/eapa", "CBP.gov/…/ctac", "usajobs.gov (2)"."""
    named: list[Span] = []
    for span in spans:
        same = [other for other in spans if other.text == span.text]
        address = _short_address(span.link or "")
        if len(same) == 1:
            named.append(span)
        elif address and [_short_address(other.link or "") for other in same].count(address) == 1:
            named.append(replace(span, text=f"{span.text}/{address}"))
        else:
            place = same.index(span) + 1
            named.append(span if place == 1 else replace(span, text=f"{span.text} ({place})"))
    return tuple(named)


def page(span: Span) -> str:
    return (span.link or "").partition("://")[2].removeprefix("www.").rstrip("/")


def _short_address(url: str) -> str:
    """Return the path of a page, or the end of a long one: "trade/eapa" or "…/ctac"."""
    address = url.partition("://")[2].partition("/")[2].partition("?")[0].rstrip("/")
    last = address.rpartition("/")[2]
    cut = last if len(last) <= MAX_PATH else f"{last[:MAX_PATH].rpartition('-')[0] or last[:MAX_PATH]}…"
    return address if len(address) <= MAX_PATH else f"…/{cut}"


def _source_parts(source: str) -> list[str]:
    """Split at ";", and at a comma before another message or page."""
    parts: list[str] = []
    for section in source.split(";"):
        for index, part in enumerate(section.strip().split(", ")):
            starts_source = part.startswith(("CSMS", "https://", "http://")) or bool(_NUMBER.fullmatch(part.split(" ", 1)[0]))
            if index and not starts_source:
                parts[-1] += f", {part}"
            elif part:
                parts.append(part)
    return parts


def site(url: str) -> str:
    """Return "CBP.gov" for CBP's own pages, otherwise the host, without a leading "www."."""
    host = url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].casefold().removeprefix("www.")
    return "CBP.gov" if host == "cbp.gov" else host


def https_url(url: str) -> str | None:
    """Return the URL with https, or None for other schemes. CBP's http addresses redirect to https."""
    if url.startswith("http://"):
        return "https://" + url.removeprefix("http://")
    return url if url.startswith("https://") else None
