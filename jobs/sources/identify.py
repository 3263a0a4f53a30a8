"""Find the keys, numbers and owners of a document's entries."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from content.catalog import Feed
from jobs import csms
from jobs.models import Parsed
from jobs.sources.document import Found

MAX_IDENTITY = 400  #: A longer guid is replaced by its SHA-256.


@dataclass(frozen=True, slots=True)
class Identified:
    """Warnings are about contradictions."""

    parsed: tuple[Parsed, ...]
    warnings: tuple[str, ...] = ()


def identify(feed: Feed, found: Iterable[Found], *, first_choice: bool) -> Identified:
    """Return the entries for `feed`, each once, in the document's order.

    "csms" takes all but CAMS and TIN from its first choice, and only titled CSMS from a fallback. "account" takes CAMS and TIN, and passes
    CSMS on to their owner.
    """
    parsed: dict[str, Parsed] = {}
    warnings: list[str] = []
    for each in found:
        if not (each.guid or each.url or each.title):
            continue
        entry, warning = _identify(feed, each, first_choice=first_choice)
        if entry is not None:
            parsed.setdefault(entry.key, entry)
            if warning:
                warnings.append(warning)
    return Identified(tuple(parsed.values()), tuple(warnings))


def merge(documents: Iterable[Iterable[Parsed]]) -> tuple[Parsed, ...]:
    """Return each key once: the earliest entry, but one with a body first."""
    parsed: dict[str, Parsed] = {}
    for document in documents:
        for each in document:
            before = parsed.get(each.key)
            if before is None or (before.body is None and each.body is not None):
                parsed[each.key] = each
    return tuple(parsed.values())


def _identify(feed: Feed, found: Found, *, first_choice: bool) -> tuple[Parsed | None, str]:
    if feed.publishes == "all":
        return _plain(feed.slug, found), ""
    family = csms.heading(found.title).family
    if feed.publishes == "account":
        if family == "csms":
            return _bulletin("csms", found)
        return _bulletin(feed.slug, found) if family else (None, "")
    if family == "csms" or (first_choice and not family):
        return _bulletin(feed.slug, found)
    return None, ""


def _plain(slug: str, found: Found) -> Parsed:
    identity = found.guid or found.url or found.title
    if len(identity) > MAX_IDENTITY:
        identity = hashlib.sha256(identity.encode()).hexdigest()
    # people use only the Federal Register's guid as a number
    number = found.guid if found.url.startswith("https://www.federalregister.gov/") and len(found.guid) <= 32 else ""
    return Parsed(f"{slug}:{identity}", slug, number, found.title or "(no title)", found.url, found.published, found.body)


def _bulletin(slug: str, found: Found) -> tuple[Parsed, str]:
    """The numbers in title, link (hex) and guid should agree."""
    heading = csms.heading(found.title)
    linked = csms.number_of(found.url) or ""
    guid = found.guid if found.guid.isascii() and found.guid.isdigit() and 7 <= len(found.guid) <= 9 else ""
    numbers = [(name, value) for name, value in (("title", heading.number), ("link", linked), ("guid", guid)) if value]
    if not numbers:
        return _plain(slug, found), f"an entry without a number: {found.title[:80]!r}"
    # of two that agree, else the title's
    number = Counter(value for _, value in numbers).most_common(1)[0][0]
    # the same address from every source
    url = csms.hex_url(number) if linked in ("", number) and "-" not in number else found.url
    title = heading.text or (f"{heading.family.upper()} # {number}" if heading.number else found.title)
    body = csms.without_banner(found.body, number, title) if found.body else None
    bulletin = replace(_plain(slug, found), key=f"{slug}:{number}", number=number, title=title, url=url, body=body or None)
    agree = len({value for _, value in numbers}) == 1 or "-" in number  # an old number has no page
    return bulletin, "" if agree else f"numbers disagree: {', '.join(f'{name} {value}' for name, value in numbers)}"
