import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from jobs.inflection import phrase_pattern, phrase_stems
from jobs.models.entries import Entry, EntryText
from jobs.models.subscriptions import Filters, Subscription

SAMPLE_PLATFORM = "playground"  #: Samples match only there, as CSMS messages.

_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})


_POSSESSIVE = re.compile(r"'s(?!\w)|'")


def _plain(text: str) -> str:
    plain = " ".join(text.translate(_TYPOGRAPHY).casefold().split())
    return _POSSESSIVE.sub("", plain) if "'" in plain else plain  # a search drops apostrophes, too


_plain_phrase = lru_cache(maxsize=4096)(_plain)
_plain_text = lru_cache(maxsize=32)(_plain)  # few: a body may have 20,000 characters


def _has(text: str, phrase: str) -> bool:
    # the substring test is fifty times as fast, and nearly always fails
    return bool(phrase) and all(stem in text for stem in phrase_stems(phrase)) and phrase_pattern(phrase).search(text) is not None


def find_phrase(phrase: str, entry: Entry | EntryText) -> str | None:
    """Return where an entry has the phrase, "title" or "body", or None.

    Words match in any case, spacing and form: "notify party" finds "Notify Parties". Subscriptions, previews and searches all ask here.
    """
    plain = _plain_phrase(phrase)
    if _has(_plain_text(entry.title), plain):
        return "title"
    return "body" if entry.body and _has(_plain_text(entry.body), plain) else None


def _matching_feed(filters: Filters, platform: str, entry: Entry) -> str | None:
    if entry.sample:
        return "csms" if platform == SAMPLE_PLATFORM and "csms" in filters.feeds else None
    return entry.feed if entry.feed in filters.feeds else None


def matches(filters: Filters, platform: str, entry: Entry) -> str | None:
    """Return why the entry matches ("topic revenue (title: drawback)"), or None."""
    feed = _matching_feed(filters, platform, entry)
    if feed is None or (entry.routine and not filters.system):
        return None
    if any(find_phrase(phrase, entry) for phrase in filters.never):
        return None
    reasons = []
    if filters.topics:
        hits = [
            f"topic {hit.topic} ({hit.because})" if hit.because else f"topic {hit.topic}"
            for hit in entry.topics
            if hit.topic in filters.topics
        ]
        if not hits:
            return None
        reasons.extend(hits)
    if filters.phrases:
        found = [f'"{phrase}" in the {where}' for phrase in filters.phrases if (where := find_phrase(phrase, entry))]
        if not found:
            return None
        reasons.extend(found)
    return "; ".join(reasons) or f"everything in {feed}"


class Hindrance(StrEnum):
    """Why an entry does not match."""

    FEED = "feed"  #: The filters do not name its feed.
    EXCLUDED = "excluded"  #: It has a phrase that must not be in it.
    TOPIC = "topic"  #: It has none of the topics.
    PHRASE = "phrase"  #: It has none of the phrases.
    ROUTINE = "routine"  #: It is routine, and would match otherwise.


def hindrance(filters: Filters, platform: str, entry: Entry) -> Hindrance | None:
    """Return the first rule that keeps an entry from matching, or None if it matches."""
    if matches(filters, platform, entry) is not None:
        return None
    if _matching_feed(filters, platform, entry) is None:
        return Hindrance.FEED
    if any(find_phrase(phrase, entry) for phrase in filters.never):
        return Hindrance.EXCLUDED
    if is_left_out(filters, platform, entry):
        return Hindrance.ROUTINE
    return Hindrance.TOPIC if filters.topics and not {hit.topic for hit in entry.topics} & set(filters.topics) else Hindrance.PHRASE


def is_left_out(filters: Filters, platform: str, entry: Entry) -> bool:
    """Return whether the entry would match, were it not routine."""
    return entry.routine and not filters.system and matches(replace(filters, system=True), platform, entry) is not None


def left_out(subscription: Subscription, found: Iterable[Entry]) -> list[Entry]:
    """Return those that the subscription left out as routine since it began."""
    filters, platform, began = subscription.filters, subscription.channel.platform, subscription.created_at
    return [entry for entry in found if entry.first_seen >= began and is_left_out(filters, platform, entry)]
