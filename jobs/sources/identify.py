"""Says which entry of ours each entry of a document is: its key, its number and the feed that owns it. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from content.catalog import Feed
from jobs import csms
from jobs.models import Parsed
from jobs.sources.document import Found

KEY_LIMIT = 400
"""Characters of a guid that go into a key as they are; a longer one is represented by its SHA-256."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What a feed gets out of a document, and what in it doesn't agree."""

    parsed: tuple[Parsed, ...]
    warnings: tuple[str, ...] = ()


def identify(feed: Feed, found: Iterable[Found], *, first_choice: bool) -> Identified:
    """The entries that matter to `feed`, each once, in the document's order.

    A feed that publishes "csms" takes everything from its first choice except CAMS and TIN; from a stand-in, which may carry
    other bulletins too, only what is titled as a CSMS. A feed that publishes "account" takes CAMS and TIN, and passes CSMS on to
    their owner, "csms".
    """
    parsed: dict[str, Parsed] = {}
    warnings: list[str] = []
    for each in found:
        if not (each.guid or each.url or each.title):
            continue
        one, warning = _one(feed, each, first_choice=first_choice)
        if one is not None:
            parsed.setdefault(one.key, one)
            if warning:
                warnings.append(warning)
    return Identified(tuple(parsed.values()), tuple(warnings))


def united(documents: Iterable[Iterable[Parsed]]) -> tuple[Parsed, ...]:
    """The entries of several sources by key, the earlier source first; one with a body stands before one without."""
    parsed: dict[str, Parsed] = {}
    for document in documents:
        for each in document:
            before = parsed.get(each.key)
            if before is None or (before.body is None and each.body is not None):
                parsed[each.key] = each
    return tuple(parsed.values())


def _one(feed: Feed, found: Found, *, first_choice: bool) -> tuple[Parsed | None, str]:
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
    if len(identity) > KEY_LIMIT:
        identity = hashlib.sha256(identity.encode()).hexdigest()
    # only the Federal Register's guid is a number that people use
    number = found.guid if found.url.startswith("https://www.federalregister.gov/") and len(found.guid) <= 32 else ""
    return Parsed(f"{slug}:{identity}", slug, number, found.title or "(no title)", found.url, found.published, found.body)


def _bulletin(slug: str, found: Found) -> tuple[Parsed, str]:
    """A bulletin by the number in its title, in its link (hex) and in its guid, which should be the same."""
    heading = csms.heading(found.title)
    linked = csms.number_of(found.url) or ""
    guid = found.guid if found.guid.isascii() and found.guid.isdigit() and 7 <= len(found.guid) <= 9 else ""
    told = [(name, value) for name, value in (("title", heading.number), ("link", linked), ("guid", guid)) if value]
    if not told:
        return _plain(slug, found), f"an entry without a number: {found.title[:80]!r}"
    # what two of them say; if each says something else, the title's
    number = Counter(value for _, value in told).most_common(1)[0][0]
    # one address for one bulletin, whichever source it came from
    url = csms.hex_url(number) if linked in ("", number) and "-" not in number else found.url
    title = heading.text or (f"{heading.family.upper()} # {number}" if heading.number else found.title)
    body = csms.without_banner(found.body, number, title) if found.body else None
    bulletin = replace(_plain(slug, found), key=f"{slug}:{number}", number=number, title=title, url=url, body=body or None)
    agree = len({value for _, value in told}) == 1 or "-" in number  # an old number says nothing about its page
    return bulletin, "" if agree else f"numbers disagree: {', '.join(f'{name} {value}' for name, value in told)}"
