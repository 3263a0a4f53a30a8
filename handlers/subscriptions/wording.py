"""A subscription in words: as people read it, and as they would type it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import entries
from handlers.replies.reply import Button
from handlers.subscriptions.parser import MAX_CHARACTERS
from jobs.cadence import WEEKDAY_ABBREVIATIONS, describe

if TYPE_CHECKING:
    from content.catalog import Catalog
    from jobs.models import Cadence, Filters, Subscription, SubscriptionSpec


CSMS = ("csms",)


def feeds(filters: Filters, catalog: Catalog) -> str:
    """ "CSMS"; "CBP media releases and CSMS messages"; "all feeds"."""
    if filters.feeds == CSMS:
        return "CSMS"
    if len(filters.feeds) > 1 and set(filters.feeds) >= {feed.slug for feed in catalog.feeds}:
        return "all feeds"
    return _and([entries.feed_name(catalog, slug) for slug in filters.feeds])


def news(filters: Filters, catalog: Catalog) -> str:
    """What the channel gets: "CSMS updates", "updates from CBP media releases"."""
    named = feeds(filters, catalog)
    return f"{named} updates" if filters.feeds == CSMS else f"updates from {named}"


def asked(filters: Filters, catalog: Catalog) -> str:
    """ "Revenue, Tariffs, with “ach refund”, without “training”"; "all topics"."""
    parts = [", ".join(entries.topic_name(catalog, slug) for slug in entries.in_order(catalog, filters.topics)) or "all topics"]
    if filters.phrases:
        parts.append(f"with {_or(filters.phrases)}")
    if filters.never:
        parts.append(f"without {_or(filters.never)}")
    return ", ".join(parts)


def title(filters: Filters, catalog: Catalog) -> str:
    """ "CSMS: Revenue"; "CSMS: all topics, with system notices"."""
    return f"{feeds(filters, catalog)}: {asked(filters, catalog)}{', with system notices' if filters.system else ''}"


def rhythm(cadence: Cadence, zone: str, digest_only: bool) -> str:
    """ "weekdays 09:00 ET, digest only"."""
    return f"{describe(cadence, zone)}{', digest only' if digest_only else ''}"


def typed(of: Subscription | SubscriptionSpec) -> str:
    """The words that ask for exactly this."""
    return " ".join(words for _, words in pieces(of))


def pieces(of: Subscription | SubscriptionSpec) -> list[tuple[str, str]]:
    """The same piece by piece, each with what it is about: feed, topic, phrase, never, when, zone, system or digest."""
    filters, cadence = of.filters, of.cadence
    found = [("feed", slug) for slug in (filters.feeds if filters.feeds != CSMS else ())]
    found += [("topic", slug) for slug in filters.topics]
    found += [("phrase", f'"{phrase}"') for phrase in filters.phrases]
    found += [("never", f'-"{phrase}"') for phrase in filters.never]
    if cadence.at is None:
        found.append(("when", "now"))
    else:
        found += [("when", f"{_days(cadence)} {cadence.at:%H:%M}"), ("zone", f"in {of.zone}")]
    if filters.system:
        found.append(("system", "include system notices"))
    if of.digest_only:
        found.append(("digest", "digest only"))
    return found


def button(label: str, of: Subscription | SubscriptionSpec, style: str = "") -> tuple[Button, ...]:
    """A button that subscribes to exactly this, by /csms for CSMS alone, else by /trade; none when that would be too long to be read."""
    words = typed(of)
    verb = "csms" if of.filters.feeds == CSMS else "trade"
    return (Button(label, f"/{verb} subscribe {words}", style),) if len(words) <= MAX_CHARACTERS else ()


def change_command(of: Subscription, words: str = "") -> str:
    """ "/csms subscribe instead of 3"; by /trade where it is about other feeds."""
    return " ".join(
        part for part in (f"/{'csms' if of.filters.feeds == CSMS else 'trade'} subscribe", words, f"instead of {of.id}") if part
    )


def _days(cadence: Cadence) -> str:
    return cadence.kind if cadence.weekday is None else f"{cadence.kind} {WEEKDAY_ABBREVIATIONS[cadence.weekday].lower()}"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _or(phrases: tuple[str, ...]) -> str:
    return " or ".join(f"“{phrase}”" for phrase in phrases)
