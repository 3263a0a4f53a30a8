"""Describe a subscription in sentences and as typed words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.command import read_creator
from handlers.outbox import quantity
from handlers.replies import dates, entries
from handlers.replies.cards import join_names, person_span
from handlers.replies.entries import shorten
from handlers.replies.reply import Button, Line, Span, line
from handlers.subscriptions.parser import MAX_CHARACTERS
from jobs.cadence import WEEKDAY_ABBREVIATIONS, describe, next_due, zone_label
from jobs.matching import is_left_out, matches
from jobs.reminders import DEFAULT_DAYS
from jobs.states import CadenceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from content.catalog import Catalog
    from handlers.command import Context
    from jobs.models.entries import Entry
    from jobs.models.subscriptions import Cadence, Filters, Subscription, SubscriptionSpec

_CSMS = ("csms",)

_MAX_KEEP = 60
"""Characters of a button that keeps the other topics."""

_MAX_KEPT = 2
"""Such buttons in a reply."""

MAX_QUESTION = 200
"""Characters of a subscription in a question."""

_ENDINGS = " in any form"
"""Says that a phrase matches the plural and the -ed and -ing forms of its words: jobs/inflection.py."""


def _feed_names(filters: Filters, catalog: Catalog) -> str:
    """Return "CSMS", "CBP media releases and CSMS messages" or "all feeds and CROSS rulings"."""
    if filters.feeds == _CSMS:
        return "CSMS"
    return join_names([entries.feed_name(catalog, slug) for slug in _feeds(filters, catalog)], "and")


def _feeds(filters: Filters, catalog: Catalog) -> tuple[str, ...]:
    """Return the slugs of the feeds, with "all feeds" for those that it means."""
    meant = {feed.slug for feed in catalog.feeds if not feed.by_name_only}
    if len(filters.feeds) < 2 or not meant <= set(filters.feeds):
        return filters.feeds
    return ("all feeds", *(feed.slug for feed in catalog.feeds if feed.by_name_only and feed.slug in filters.feeds))


def updates(filters: Filters, catalog: Catalog) -> str:
    """Return "CSMS updates" or "updates from CBP media releases"."""
    names = _feed_names(filters, catalog)
    return f"{names} updates" if filters.feeds == _CSMS else f"updates from {names}"


def criteria(filters: Filters, catalog: Catalog) -> str:
    """Return "Revenue, Tariffs, only those with “ach refund” in any form" or "all topics"."""
    parts = [", ".join(entries.topic_name(catalog, slug) for slug in entries.sort_topics(catalog, filters.topics)) or "all topics"]
    if filters.phrases:
        parts.append(f"only those with {quoted(filters.phrases)}{_ENDINGS}")
    if filters.never:
        parts.append(f"without {quoted(filters.never)}{_ENDINGS}")
    return ", ".join(parts)


def title(filters: Filters, catalog: Catalog) -> str:
    """Return "CSMS: Revenue" or "CSMS: all topics, with routine notices"."""
    return f"{_feed_names(filters, catalog)}: {criteria(filters, catalog)}{', with routine notices' if filters.system else ''}"


def schedule(spec: Subscription | SubscriptionSpec) -> str:
    """Return "weekdays 09:00 ET, digest only, with reminders of deadlines"."""
    options = (", digest only" if spec.digest_only else "", ", with reminders of deadlines" if spec.deadlines else "")
    return f"{describe(spec.cadence, spec.zone)}{''.join(options)}"


def timing(spec: Subscription | SubscriptionSpec, now: datetime) -> str:
    """Return "Weekdays 09:00 ET; next: Tue 10 Feb. Guidance, corrections and replacements at once. …"."""
    routine = f"Routine notices {'included' if spec.filters.system else 'left out'}."
    if spec.deadlines:
        days = join_names([quantity(each, "day") for each in DEFAULT_DAYS], "and")
        routine = f"{routine} Reminders {days} before a deadline or another date of these messages, at 09:00 {zone_label(spec.zone)}."
    if spec.cadence.kind == CadenceKind.NOW:
        return f"Each message at once. {routine}"
    cadence = describe(spec.cadence, spec.zone)
    due = next_due(spec.cadence, spec.zone, now)
    urgent = "in the digest too" if spec.digest_only else "at once"
    return (
        f"{cadence[0].upper()}{cadence[1:]}; next: {dates.near_weekday(due, now, spec.zone)}. "
        f"Guidance, corrections and replacements {urgent}. {routine}"
    )


def match_count(filters: Filters, platform: str, recent: Sequence[Entry]) -> str:
    if not recent:
        return "no earlier messages to compare with"
    count = sum(matches(filters, platform, entry) is not None for entry in recent)
    if len(recent) == 1:
        return f"would {'' if count else 'not '}have posted the only stored message"
    return f"would have posted {count} of the last {len(recent)} messages"


def routine_names(found: Sequence[Entry]) -> str:
    """Return "4 outage notices and a scheduled maintenance notice", the most frequent first."""
    counts = Counter(entries.routine_name(entry.kind) for entry in found)
    return join_names(
        [f"{count} {name}s" if count > 1 else f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name, count in counts.most_common()],
        "and",
    )


def left_out(filters: Filters, platform: str, recent: Sequence[Entry]) -> str:
    """Return "4 outage notices left out as routine", "5 left out as routine: 4 outage notices and a maintenance notice", or ""."""
    found = [entry for entry in recent if is_left_out(filters, platform, entry)]
    kinds = {entries.routine_name(entry.kind) for entry in found}
    if len(kinds) == 1:
        return f"{len(found)} {kinds.pop()}{'s' if len(found) > 1 else ''} left out as routine"
    return f"{len(found)} left out as routine: {routine_names(found)}" if found else ""


def _changed_options(before: Subscription, after: Subscription) -> Iterator[str]:
    if before.digest_only != after.digest_only:
        yield f"Guidance, corrections and replacements now come {'in the digest too' if after.digest_only else 'at once'}."
    if before.deadlines != after.deadlines:
        yield f"Reminders of deadlines now {'come too' if after.deadlines else 'do not come'}."


def difference(before: Subscription, after: Subscription, catalog: Catalog) -> str:
    """Describe a change. Other filters make it a new subscription."""
    if before.id == after.id and (before.cadence, before.zone) == (after.cadence, after.zone):
        return " ".join(_changed_options(before, after))
    if before.id == after.id:
        return f"The schedule changed from {schedule(before)} to {schedule(after)}. Messages already waiting follow the new schedule."
    return (
        f"It was {title(before.filters, catalog)}, {schedule(before)} (subscription {before.id}). "
        f"Waiting messages that still match come with subscription {after.id}."
    )


def creator(subscription: Subscription) -> Span:
    """Return who set the subscription, without the ID that is stored after the name."""
    person = read_creator(subscription.created_by)
    return person_span(person) if person else Span(subscription.created_by)


def typed_words(spec: Subscription | SubscriptionSpec, catalog: Catalog | None = None) -> str:
    return " ".join(words for _, words in typed_parts(spec, catalog))


def typed_parts(spec: Subscription | SubscriptionSpec, catalog: Catalog | None = None) -> list[tuple[str, str]]:
    """Return typed words, each with its kind: feed, topic, phrase, never, when, zone, system or digest.

    With the catalog, "all feeds" stands for those that it means.
    """
    filters, cadence = spec.filters, spec.cadence
    feeds = _feeds(filters, catalog) if catalog else filters.feeds
    parts = [("feed", slug) for slug in feeds if feeds != _CSMS]
    parts += [("topic", slug) for slug in filters.topics]
    parts += [("phrase", f'"{phrase}"') for phrase in filters.phrases]
    parts += [("never", f'-"{phrase}"') for phrase in filters.never]
    if cadence.at is None:
        parts.append(("when", "now"))
    else:
        parts += [("when", f"{_days(cadence)} {cadence.at:%H:%M}"), ("zone", f"in {spec.zone}")]
    if cadence.kind == CadenceKind.CHANGES:
        parts.append(("when", "changes"))
    if filters.system:
        parts.append(("system", "include system notices"))
    if spec.deadlines:
        parts.append(("deadlines", "include deadlines"))
    if spec.digest_only:
        parts.append(("digest", "digest only"))
    return parts


def subscribe_button(label: str, spec: Subscription | SubscriptionSpec, style: str = "") -> tuple[Button, ...]:
    """Return a button that subscribes to this, or () if its command would be too long."""
    words = typed_words(spec)
    return (Button(label, f"/{_verb(spec)} subscribe {words}", style),) if len(words) <= MAX_CHARACTERS else ()


def unsubscribe_button(label: str, subscription: Subscription, catalog: Catalog) -> Button:
    """Return a button that asks before it ends the subscription."""
    question = f"End subscription {subscription.id} ({shorten(title(subscription.filters, catalog), MAX_QUESTION)})?"
    return Button(label, f"/csms unsubscribe {subscription.id}", "danger", question)


def keep_buttons(found: Sequence[Subscription], named: Subscription | SubscriptionSpec | None, catalog: Catalog) -> tuple[Button, ...]:
    """Return buttons that take the named topics off the subscriptions that have others as well."""
    unwanted = set(named.filters.topics) if named is not None else set()
    kept = [(each, tuple(topic for topic in each.filters.topics if topic not in unwanted)) for each in found]
    changed = [
        (each, replace(each, filters=replace(each.filters, topics=topics)))
        for each, topics in kept
        if topics and len(topics) < len(each.filters.topics)
    ]
    return tuple(
        Button(
            shorten(f"Keep {each.id} · {criteria(after.filters, catalog)}", _MAX_KEEP),
            change_command(each, replacing_words(after)),
        )
        for each, after in changed[:_MAX_KEPT]
        if len(replacing_words(after)) <= MAX_CHARACTERS
    )


def actions(subscription: Subscription, context: Context) -> tuple[Button, ...]:
    """Return what people can do with a subscription, the most frequent first."""
    number, resume = subscription.id, subscription.is_paused(context.now)
    return (
        Button("Change", change_command(subscription)),
        Button("Preview", f"/csms preview {number}"),
        Button("Resume", f"/csms resume {number}") if resume else Button("Pause", f"/csms pause {number}"),
        unsubscribe_button("Unsubscribe", subscription, context.catalog),
    )


def including_hint(subscription: Subscription) -> Line:
    """Return how to get routine notices with the subscription."""
    included = replace(subscription, filters=replace(subscription.filters, system=True))
    words = replacing_words(included)
    if len(words) > MAX_CHARACTERS:
        return line("To get such notices too, change the subscription to include system notices.")
    return line("To get such notices too, include system notices: ", Span(change_command(subscription, words), code=True))


def replacing_words(spec: Subscription | SubscriptionSpec, catalog: Catalog | None = None) -> str:
    """Return words that replace all of another subscription. Words without a topic keep its topics."""
    filters = spec.filters
    named = filters.topics or filters.phrases or filters.never or filters.feeds != _CSMS
    return typed_words(spec, catalog) if named else f"all topics {typed_words(spec, catalog)}"


def change_command(subscription: Subscription, words: str = "") -> str:
    return " ".join(part for part in (f"/{_verb(subscription)} subscribe", words, f"instead of {subscription.id}") if part)


def _verb(spec: Subscription | SubscriptionSpec) -> str:
    """Return /csms for CSMS alone, else /trade."""
    return "csms" if spec.filters.feeds == _CSMS else "trade"


def _days(cadence: Cadence) -> str:
    return cadence.kind if cadence.weekday is None else f"{CadenceKind.WEEKLY} {WEEKDAY_ABBREVIATIONS[cadence.weekday].lower()}"


def quoted(phrases: tuple[str, ...]) -> str:
    return " or ".join(f"“{phrase}”" for phrase in phrases)
