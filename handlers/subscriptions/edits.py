"""Offer to add a topic, a phrase or a feed to a subscription, or to remove one, and say what that changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards
from handlers.replies.entries import shorten
from handlers.replies.reply import Button, Buttons, Reply
from handlers.subscriptions import wording
from handlers.subscriptions.commands import recent_entries
from handlers.subscriptions.errors import unknown_number
from handlers.subscriptions.meaning import Intent, Meaning
from handlers.subscriptions.parser import MAX_CHARACTERS, MAX_PHRASES, parse
from handlers.subscriptions.parts import MAX_PHRASE, Misunderstood
from handlers.subscriptions.proposal import offered, propose
from jobs.matching import matches
from jobs.models.subscriptions import Filters, SubscriptionSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handlers.command import Context
    from jobs.models.channels import ChannelRef
    from jobs.models.entries import Entry
    from jobs.models.subscriptions import Subscription
    from jobs.store.database import Database

_LIST = Button("All subscriptions", "/csms subscriptions")
_MAX_BUTTON = 60
_MAX_OFFERED = 3
"""Subscriptions among which a reply offers a choice."""


def offer_edit(meaning: Meaning, live: Sequence[Subscription], target: tuple[Database, ChannelRef], context: Context) -> Reply:
    """Offer to change the subscription that the words name, or any of the channel's."""
    db, channel = target
    found = [each for each in live if not meaning.about or str(each.id) == meaning.about.lstrip("0")]
    if not live and meaning.offer is Intent.ADD and not meaning.about:
        return propose(meaning.words, channel, context)
    if not found:
        return unknown_number(meaning.about, list(live), context, "change", channel)
    part = _read_part(meaning.words, context)
    if len(found) > 1:
        return _choice(found, part, meaning, context)
    one = found[0]
    after = _edited(one.filters, part, adds=meaning.offer is Intent.ADD)
    if after == one.filters.normalized:
        return _unchanged(one, part, meaning, context)
    if after.everything and not one.filters.everything and meaning.offer is Intent.REMOVE:
        named = f"subscription {one.id} ({wording.title(one.filters, context.catalog)})"
        end = wording.unsubscribe_button(f"Unsubscribe {one.id}", one, context.catalog)
        return offered(f"Nothing would be left of {named}. Do you want to end it?", "", (end, _LIST))
    with db.read() as conn:
        recent = recent_entries(conn, after, channel.platform)
    return _offer(one, after, part, recent, context)


def _read_part(words: str, context: Context) -> Filters:
    """Return the topics, feeds and phrases that the words name; words that name nothing known are a phrase."""
    spec = parse(words, context.catalog, context.zone, feeds_allowed=True)
    if isinstance(spec, Misunderstood) or "topics" in spec.omitted or spec.filters.everything:
        phrase = " ".join(words.casefold().replace('"', " ").replace("“", " ").replace("”", " ").split())[:MAX_PHRASE]
        return replace(_names(spec), phrases=(phrase,)) if _names(spec) == Filters(()) else _names(spec)
    return _names(spec)


def _names(spec: SubscriptionSpec | Misunderstood) -> Filters:
    """Return what was named, without the feed that is meant where none is."""
    if isinstance(spec, Misunderstood):
        return Filters(())
    filters = spec.filters
    return replace(filters, feeds=() if filters.feeds == ("csms",) else filters.feeds, system=False)


def _edited(filters: Filters, part: Filters, *, adds: bool) -> Filters:
    topics, never = set(part.topics), set(part.never)
    if adds and not filters.topics and not filters.phrases:
        topics = set()  # it has all topics
    if not adds:
        never |= set(part.phrases) & set(filters.never)

    def changed(before: Iterable[str], named: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(before) | set(named) if adds else set(before) - set(named)))

    return replace(
        filters,
        feeds=changed(filters.feeds, part.feeds) or filters.feeds,
        topics=changed(filters.topics, topics),
        phrases=changed(filters.phrases, part.phrases),
        never=changed(filters.never, never),
    ).normalized


def _effect(before: Filters, after: Filters) -> str:
    """Say whether a change makes the subscription bring more or less."""
    narrower = (
        bool(after.phrases) > bool(before.phrases)
        or bool(after.topics) > bool(before.topics)
        or (bool(after.phrases) and set(after.phrases) < set(before.phrases))
        or (bool(after.topics) and set(after.topics) < set(before.topics))
        or set(after.feeds) < set(before.feeds)
        or set(after.never) > set(before.never)
    )
    if after.phrases and not before.phrases:
        return f"This narrows it: only those of its messages that contain {wording.quoted(after.phrases)} are left."
    if after.topics and not before.topics:
        return "This narrows it: only messages on this topic that also contain the phrase are left."
    return "This narrows it: it brings fewer messages." if narrower else "This widens it: it brings more messages."


def _offer(one: Subscription, after: Filters, part: Filters, recent: Sequence[Entry], context: Context) -> Reply:
    catalog = context.catalog
    changed = replace(one, filters=after)
    typed = wording.replacing_words(changed)
    if len(typed) > MAX_CHARACTERS or max(len(after.phrases), len(after.never)) > MAX_PHRASES:
        return offered(f"Subscription {one.id} would be too long.", "Make a second subscription instead.", (_LIST,))
    counts = [sum(matches(each, one.channel.platform, entry) is not None for entry in recent) for each in (one.filters, after)]
    counted = f"It would have brought {counts[1]} of the last {len(recent)} messages instead of {counts[0]}." if recent else ""
    text = f"Do you want to change subscription {one.id} to {wording.title(after, catalog)}?"
    narrows = bool(after.phrases) and bool(part.phrases) and not one.filters.phrases
    alone = replace(one, filters=Filters(one.filters.feeds, phrases=part.phrases, system=one.filters.system))
    own = wording.subscribe_button(shorten(f"All with {wording.quoted(part.phrases)} as well", _MAX_BUTTON), alone) if narrows else ()
    hint = "To get all messages that contain it, on any topic, as well, make it a subscription of its own." if narrows else ""
    change = Button(f"Change subscription {one.id}", wording.change_command(one, typed), "primary")
    preview = Button("Preview", f"/trade preview {wording.typed_words(changed)}")
    return offered(text, " ".join(filter(None, (_effect(one.filters, after), counted, hint))), (change, *own, preview, _LIST))


def _choice(found: Sequence[Subscription], part: Filters, meaning: Meaning, context: Context) -> Reply:
    """Offer the change for each of the first subscriptions that it changes."""
    adds = meaning.offer is Intent.ADD
    edited = [(each, _edited(each.filters, part, adds=adds)) for each in found]
    buttons = [
        Button(
            shorten(f"Change {each.id} to {wording.criteria(after, context.catalog)}", _MAX_BUTTON),
            wording.change_command(each, typed),
        )
        for each, after in edited
        if after != each.filters.normalized
        and not (after.everything and not each.filters.everything)
        and len(typed := wording.replacing_words(replace(each, filters=after))) <= MAX_CHARACTERS
    ][:_MAX_OFFERED]
    text = "Which subscription do you want to change?"
    return Reply(text, (cards.heading(text), Buttons((*buttons, _LIST))), ok=False)


def _unchanged(one: Subscription, part: Filters, meaning: Meaning, context: Context) -> Reply:
    """Say that there is nothing to add or remove; what a subscription does not name can be left out of what it brings."""
    catalog = context.catalog
    named = f"Subscription {one.id} ({wording.title(one.filters, catalog)})"
    if meaning.offer is Intent.ADD:
        return offered(f"No change needed: {named} already brings that.", "", (_LIST,))
    words = part.phrases[0] if part.phrases else " ".join(meaning.words.casefold().replace('"', " ").split())[:MAX_PHRASE]
    without = replace(one, filters=replace(one.filters, never=tuple(sorted({*one.filters.never, words}))))
    typed = wording.replacing_words(without)
    leave = (Button(shorten(f"Leave out messages with “{words}”", _MAX_BUTTON), wording.change_command(one, typed)),)
    return offered(f"{named} does not name “{words}”.", "", (*(leave if len(typed) <= MAX_CHARACTERS else ()), _LIST))
