"""Find the keys, numbers and owners of a document's entries."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from content.catalog import Feed
from jobs import csms
from jobs.identity import canonical, day_of, is_telling, told_apart
from jobs.models.entries import Parsed
from jobs.sources.document import Found

MAX_NUMBER = 32
MAX_IDENTITY = 400  #: A longer guid is replaced by its SHA-256.


@dataclass(frozen=True, slots=True)
class Identified:
    """Several entries may have one key: `jobs.identity` tells them apart. Warnings are about contradictions and shared identities."""

    parsed: tuple[Parsed, ...]
    warnings: tuple[str, ...] = ()


def identify(feed: Feed, found: Iterable[Found], *, first_choice: bool) -> Identified:
    """Return the entries for `feed`, each once, in the document's order. Two with one guid, link and title are one.

    "csms" takes all but CAMS and TIN from its first choice, and only titled CSMS from a fallback. "account" takes CAMS and TIN, and passes
    CSMS on to their owner.
    """
    parsed: dict[tuple[object, ...], Parsed] = {}
    guids: Counter[str] = Counter()
    warnings: list[str] = []
    for each in found:
        if not (each.guid or each.url or each.title):
            continue
        entry, warning = _identify(feed, each, first_choice=first_choice)
        if entry is None:
            continue
        identity: tuple[object, ...] = (entry.key,)
        if not entry.number:
            # without a guid, a report with one title every week is several entries
            day = None if _telling(feed, each.guid) else day_of(each.published)
            identity = (told_apart(entry, entry.key), day)
        if parsed.setdefault(identity, entry) is entry and not entry.number:
            guids[each.guid or each.url or each.title] += 1
        if warning:
            warnings.append(warning)
    warnings += (
        f"{count} entries have one identity, {identity[:80]!r}, and are told apart by link and title"
        for identity, count in guids.items()
        if count > 1
    )
    return Identified(tuple(parsed.values()), tuple(warnings))


def merge(documents: Iterable[Iterable[Parsed]]) -> tuple[Parsed, ...]:
    """Return each entry once: the earliest, but one with a body first. Keys are compared, and link and title where several have one."""
    several = [list(document) for document in documents]
    shared = {key for document in several for key, count in Counter(each.key for each in document).items() if count > 1}
    parsed: dict[str, Parsed] = {}
    for each in (each for document in several for each in document):
        name = each.key if each.key not in shared else f"{told_apart(each, each.key)} {day_of(each.published)}"
        before = parsed.get(name)
        if before is None or (before.body is None and each.body is not None):
            parsed[name] = each
    return tuple(parsed.values())


def _identify(feed: Feed, found: Found, *, first_choice: bool) -> tuple[Parsed | None, str]:
    if feed.publishes == "all":
        return _plain(feed, found), ""
    family = csms.heading(found.title).family
    if feed.publishes == "account":
        if family == "csms":
            return _bulletin(feed, "csms", found)
        return _bulletin(feed, feed.slug, found) if family else (None, "")
    if family == "csms" or (first_choice and not family):
        return _bulletin(feed, feed.slug, found)
    return None, ""


def _plain(feed: Feed, found: Found) -> Parsed:
    shown = found.guid or found.url or found.title
    telling = (each for each in (found.guid, found.url) if _telling(feed, each))
    identity = next(telling, found.title or shown)
    # the guid's own spelling, by which earlier releases stored it
    aliases = (_key(feed.slug, shown),) if identity == shown and canonical(identity) != identity else ()
    number = found.number if identity == found.number and len(identity) <= MAX_NUMBER else ""
    title = found.title or "(no title)"
    return Parsed(
        _key(feed.slug, canonical(identity)), feed.slug, number, title, found.url, found.published, found.body, aliases, links=found.links
    )


def _key(slug: str, identity: str) -> str:
    return f"{slug}:{identity if len(identity) <= MAX_IDENTITY else hashlib.sha256(identity.encode()).hexdigest()}"


def _telling(feed: Feed, identity: str) -> bool:
    return is_telling(identity, (source.url for source in feed.sources))


def _bulletin(feed: Feed, slug: str, found: Found) -> tuple[Parsed, str]:
    """The numbers in title, link (hex) and guid should agree."""
    heading = csms.heading(found.title)
    linked = csms.number_of(found.url) or ""
    guid = found.guid if found.guid.isascii() and found.guid.isdigit() and 7 <= len(found.guid) <= 9 else ""
    numbers = [(name, value) for name, value in (("title", heading.number), ("link", linked), ("guid", guid)) if value]
    if not numbers:
        return _plain(feed, found), f"an entry without a number: {found.title[:80]!r}"
    # of two that agree, else the title's
    number = Counter(value for _, value in numbers).most_common(1)[0][0]
    # the same address from every source
    url = csms.hex_url(number) if linked in ("", number) and "-" not in number else found.url
    title = heading.text or (f"{heading.family.upper()} # {number}" if heading.number else found.title)
    body = csms.without_banner(found.body, number, title) if found.body else None
    bulletin = Parsed(f"{slug}:{number}", slug, number, title, url, found.published, body or None, links=found.links)
    agree = len({value for _, value in numbers}) == 1 or "-" in number  # an old number has no page
    return bulletin, "" if agree else f"numbers disagree: {', '.join(f'{name} {value}' for name, value in numbers)}"
