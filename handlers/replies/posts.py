"""Build a post from a bundle: one entry as a plain post, several as a digest in parts that fit every platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from content.catalog import Catalog
from handlers.replies import cards, corrections, dates, entries, serialize
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line
from jobs.models import Bundle, Entry, Listed, Subscription
from jobs.states import PostKind

MAX_BULLETS = 40
"""Bullets in one part."""
_MAX_CHARACTERS = 9500
"""Characters of one part's bullets with links and markup: one message on Slack, the strictest platform, so that it can be
found again after a time-out.
"""
_BULLET_MARKUP = 230
"""Characters of markup that a platform adds to a bullet, at most."""

MAX_TEXT = 3500
"""Characters of a part's text for screen readers."""

_SPOKEN_TITLE = 110
_MIN_TITLE = 20
"""Titles are cut to this before an entry is left out for screen readers."""

_NO_TOPIC = "other"

_MANAGE = Button("Manage", "/csms subscriptions")


@dataclass(frozen=True, slots=True)
class Group:
    """`continued`: the group began in the part before."""

    topic: str
    rows: tuple[tuple[Listed, Line], ...]
    continued: bool = False


def compose(bundle: Bundle, catalog: Catalog, default_zone: str) -> list[dict[str, Any]]:
    """Return the parts as Replies' JSON. Every entry is in exactly one."""
    zone = bundle.subscription.zone if bundle.subscription else default_zone
    if bundle.about is not None:
        return [serialize.dump((corrections.mark if bundle.kind == PostKind.MARK else corrections.answer)(bundle, zone))]
    if bundle.kind == PostKind.NOW:
        return [serialize.dump(single(item, catalog, zone, bundle)) for item in bundle.entries]
    return [serialize.dump(reply) for reply in digest(bundle, catalog, zone)]


def single(item: Listed, catalog: Catalog, zone: str, bundle: Bundle | None = None) -> Reply:
    """`bundle`: of a digest that has only this entry."""
    entry = item.entry
    about = entries.topic_names(entry, catalog)
    left_out = f"{entries.left_out_count(bundle.left_out)}{_since(bundle, zone)}" if bundle and bundle.left_out else ""
    small = (entries.facts(entry, zone), *(line(each) for each in (f"Topics: {about}" if about else "", left_out) if each))
    body = entries.excerpt(entry)
    blocks: list[Block] = [Section((entries.title(entry, entries.CARD_TITLE, bold=True),)), SmallPrint(small)]
    if body is not None:
        blocks.append(Section((body,)))
    blocks += [
        Buttons((Button("Why this?", why_entry(entry)), *(_show_left_out(bundle) if bundle else ()), _MANAGE)),
        entries.caution([entry]),
    ]
    text = ". ".join(part for part in (entries.screen_reader_text(entry, zone), f"Topics: {about}" if about else "", left_out) if part)
    return Reply(f"New: {text}", tuple(blocks), subjects=(entry.key,), public=True)


def digest(bundle: Bundle, catalog: Catalog, zone: str) -> list[Reply]:
    """Return each entry once, by topic."""
    all_entries = [item.entry for item in bundle.entries]
    period = bundle.period or bundle.now
    headline = f"Trade digest: {dates.day(period, zone)}"
    left_out = f"{cards.SEPARATOR}{entries.left_out_count(bundle.left_out)}" if bundle.left_out else ""
    summary = f"{entries.count_text(all_entries, catalog)}{_since(bundle, zone)}{left_out}"
    wanted = bundle.subscription.filters.topics if bundle.subscription else ()
    samples = all(entry.sample for entry in all_entries)  # else each sample's line says so
    parts = _parts(_groups(bundle, wanted, catalog, zone, marked=not samples))
    replies = []
    for number, groups in enumerate(parts, 1):
        last = number == len(parts)
        count = f"{number} of {len(parts)}"
        small = summary if len(parts) == 1 else f"{summary} · part {count}" if number == 1 else f"continued ({count})"
        items = [item for group in groups for item, _ in group.rows]
        mark = (Span(entries.SAMPLE, bold=True), Span(cards.SEPARATOR)) if samples else ()
        blocks: list[Block] = [Header(headline), SmallPrint((line(*mark, small),))]
        for group in groups:
            blocks.append(cards.heading(_heading(group, catalog)))
            blocks.append(Bullets(tuple(line for _, line in group.rows)))
        if last:
            why = (Button("Why these?", why_digest(bundle.subscription, period)),) if bundle.subscription else ()
            blocks.append(Buttons((*why, *_show_left_out(bundle), _MANAGE)))
        blocks.append(entries.caution([item.entry for item in items]))
        opening = f"{entries.SAMPLE}. {headline}. {small}." if samples else f"{headline}. {small}."
        text = _screen_reader_text(opening, items, zone, marked=not samples)
        replies.append(Reply(text, tuple(blocks), subjects=tuple(item.entry.key for item in items), public=True))
    return replies


def why_entry(entry: Entry) -> str:
    """Return the command that explains the post, if possible with a number that people can type."""
    by_number = entry.number and not entry.sample  # a sample has a real message's number
    return f"/csms why {entry.number}" if by_number else f"/csms why entry {entry.id}"


def why_digest(subscription: Subscription, period: datetime) -> str:
    return f"/csms why digest {subscription.id} {period.astimezone(UTC).isoformat()}"


def _since(bundle: Bundle, zone: str) -> str:
    """Return " since Fri 09:00 ET": since the previous digest or the subscription."""
    began = _beginning(bundle)
    return f" since {dates.near(began, bundle.period or bundle.now, zone)}" if began else ""


def _beginning(bundle: Bundle) -> datetime | None:
    return bundle.since or (bundle.subscription.created_at if bundle.subscription else None)


def _show_left_out(bundle: Bundle) -> tuple[Button, ...]:
    """Return a button that lists what the subscription left out in the digest's period."""
    began, subscription = _beginning(bundle), bundle.subscription
    if not bundle.left_out or began is None or subscription is None:
        return ()
    moments = " ".join(each.astimezone(UTC).isoformat() for each in (began, bundle.period or bundle.now))
    return (Button("Show left out", f"/csms preview {subscription.id} routine {moments}"),)


def _groups(bundle: Bundle, wanted: Sequence[str], catalog: Catalog, zone: str, *, marked: bool) -> list[Group]:
    """Group by first topic, the subscription's topics first."""
    by_topic: dict[str, list[tuple[Listed, Line]]] = {}
    for item in bundle.entries:
        slugs = entries.sort_topics(catalog, (hit.topic for hit in item.entry.topics))
        topic = next((slug for slug in slugs if slug in wanted), slugs[0] if slugs else _NO_TOPIC)
        by_topic.setdefault(topic, []).append((item, _line(item, topic, bundle.now, catalog, zone, marked=marked)))
    return [Group(topic, tuple(by_topic[topic])) for topic in entries.sort_topics(catalog, by_topic)]


def _parts(groups: Sequence[Group]) -> list[list[Group]]:
    parts: list[list[Group]] = [[]]
    bullets = characters = 0
    for group in groups:
        for row in group.rows:
            size = _BULLET_MARKUP + sum(len(span.text) + len(span.link or "") for span in row[1])
            if bullets == MAX_BULLETS or (bullets and characters + size > _MAX_CHARACTERS):
                parts.append([])
                bullets = characters = 0
            open_group = parts[-1][-1] if parts[-1] and parts[-1][-1].topic == group.topic else None
            if open_group is not None:
                parts[-1][-1] = replace(open_group, rows=(*open_group.rows, row))
            else:
                parts[-1].append(Group(group.topic, (row,), continued=row is not group.rows[0]))
            bullets, characters = bullets + 1, characters + size
    return parts


def _heading(group: Group, catalog: Catalog) -> str:
    name = next((topic.name for topic in catalog.topics if topic.slug == group.topic), group.topic.capitalize())
    return f"{name} (continued)" if group.continued else name


def _line(item: Listed, topic: str, now: datetime, catalog: Catalog, zone: str, *, marked: bool) -> Line:
    others = entries.sort_topics(catalog, (hit.topic for hit in item.entry.topics if hit.topic not in (topic, _NO_TOPIC)))
    also = f"also {', '.join(entries.topic_name(catalog, slug) for slug in others)}" if others else ""
    posted = f"posted here {dates.near_day(item.posted_at, now, zone)}" if item.posted_at else ""
    return entries.bullet(item.entry, also, posted, marked=marked)


def _screen_reader_text(opening: str, items: Sequence[Listed], zone: str, *, marked: bool) -> str:
    """If too long, drop links and shorten titles."""
    for link, most in ((True, _SPOKEN_TITLE), (False, _SPOKEN_TITLE), (False, 60), (False, 40), (False, _MIN_TITLE)):
        texts = (entries.screen_reader_text(item.entry, zone, link=link, most=most, marked=marked) for item in items)
        listed = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
        text = " ".join((opening, *listed))
        if len(text) <= MAX_TEXT:
            return text
    return entries.shorten(text, MAX_TEXT)
