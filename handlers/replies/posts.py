"""How a post looks: one entry as a plain post, several as a digest in as many parts as the platforms' limits ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from content.catalog import Catalog
from handlers.replies import cards, corrections, dates, serialize
from handlers.replies import entries as updates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line
from jobs.corrections import MARK
from jobs.models import Bundle, Entry, Listed, Subscription

PART_BULLETS = 40
PART_CHARACTERS = 9500
"""Of one part's bullets with their links and what a platform writes around them: a part is one message on the strictest (Slack), so
that it can be found again after a time-out."""
AROUND_A_BULLET = 230

TEXT_CHARACTERS = 3500
"""Of what a screen reader is given."""

SPOKEN_TITLE = 110
SHORTEST_TITLE = 20
"""Titles are shortened this far rather than an entry left out of what a screen reader is given."""

NO_TOPIC = "other"


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of a digest and its line."""

    item: Listed
    line: Line


@dataclass(frozen=True, slots=True)
class Group:
    """The entries below one heading. `continued`: its first ones stand in the part before."""

    topic: str
    rows: tuple[Row, ...]
    continued: bool = False


def compose(bundle: Bundle, catalog: Catalog, default_zone: str) -> list[dict[str, Any]]:
    """The post's parts in order, each the JSON of a Reply. Every entry of the bundle is in exactly one of them."""
    zone = bundle.subscription.zone if bundle.subscription else default_zone
    if bundle.about is not None:
        return [serialize.dump((corrections.mark if bundle.kind == MARK else corrections.answer)(bundle, zone))]
    if bundle.kind == "now":
        return [serialize.dump(single(item, catalog, zone)) for item in bundle.entries]
    return [serialize.dump(reply) for reply in digest(bundle, catalog, zone)]


def single(item: Listed, catalog: Catalog, zone: str) -> Reply:
    """One entry."""
    entry = item.entry
    about = updates.topics(entry, catalog)
    small = (updates.facts(entry, zone), *((line(f"Topics: {about}"),) if about else ()))
    body = updates.extract(entry)
    blocks: list[Block] = [Section((updates.title(entry, updates.CARD_TITLE, bold=True),)), SmallPrint(small)]
    if body is not None:
        blocks.append(Section((body,)))
    blocks += [Buttons((Button("Why this?", why_entry(entry)), MANAGE)), updates.caution([entry])]
    spoken = ". ".join(part for part in (updates.spoken(entry, zone), f"Topics: {about}" if about else "") if part)
    return Reply(f"New: {spoken}", tuple(blocks), subjects=(entry.key,), public=True)


def digest(bundle: Bundle, catalog: Catalog, zone: str) -> list[Reply]:
    """Several entries, by topic in the catalog's order, each once."""
    entries = [item.entry for item in bundle.entries]
    period = bundle.period or bundle.now
    headline = f"Trade digest: {dates.day(period, zone)}"
    summary = f"{updates.counted(entries, catalog)}{_since(bundle, period, zone)}"
    asked = bundle.subscription.filters.topics if bundle.subscription else ()
    samples = all(entry.sample for entry in entries)  # then its head says it; among real ones each line does
    parts = _parts(_groups(bundle, asked, catalog, zone, marked=not samples))
    replies = []
    for place, groups in enumerate(parts, 1):
        last = place == len(parts)
        count = f"{place} of {len(parts)}"
        small = summary if len(parts) == 1 else f"{summary} · part {count}" if place == 1 else f"continued ({count})"
        items = [row.item for group in groups for row in group.rows]
        mark = (Span(updates.SAMPLE, bold=True), Span(cards.SEPARATOR)) if samples else ()
        blocks: list[Block] = [Header(headline), SmallPrint((line(*mark, small),))]
        for group in groups:
            blocks.append(cards.heading(_heading(group, catalog)))
            blocks.append(Bullets(tuple(row.line for row in group.rows)))
        if last:
            why = (Button("Why these?", why_digest(bundle.subscription, period)),) if bundle.subscription else ()
            blocks.append(Buttons((*why, MANAGE)))
        blocks.append(updates.caution([item.entry for item in items]))
        opening = f"{updates.SAMPLE}. {headline}. {small}." if samples else f"{headline}. {small}."
        spoken = _spoken(opening, items, zone, marked=not samples)
        replies.append(Reply(spoken, tuple(blocks), subjects=tuple(item.entry.key for item in items), public=True))
    return replies


MANAGE = Button("Manage", "/csms subscriptions")


def why_entry(entry: Entry) -> str:
    """The command that says why an entry is in this channel; by its number where it has one, so that people can type it too."""
    by_number = entry.number and not entry.sample  # a sample has the number of a real message
    return f"/csms why {entry.number}" if by_number else f"/csms why entry {entry.id}"


def why_digest(subscription: Subscription, period: datetime) -> str:
    """The command that says why each entry is in a digest."""
    return f"/csms why digest {subscription.id} {period.astimezone(UTC).isoformat()}"


def _since(bundle: Bundle, period: datetime, zone: str) -> str:
    """ " since Fri 09:00 ET": since the digest before, or since the channel subscribed."""
    since = bundle.since or (bundle.subscription.created_at if bundle.subscription else None)
    return f" since {dates.near(since, period, zone)}" if since else ""


def _groups(bundle: Bundle, asked: Sequence[str], catalog: Catalog, zone: str, *, marked: bool) -> list[Group]:
    """Each entry below its first topic: of those that were asked for if it has one, else of all. `marked`: samples say what they are."""
    below: dict[str, list[Row]] = {}
    for item in bundle.entries:
        slugs = updates.in_order(catalog, (hit.topic for hit in item.entry.topics))
        wanted = [slug for slug in slugs if slug in asked] or slugs
        topic = wanted[0] if wanted else NO_TOPIC
        below.setdefault(topic, []).append(Row(item, _line(item, topic, bundle.now, catalog, zone, marked=marked)))
    return [Group(topic, tuple(below[topic])) for topic in updates.in_order(catalog, below)]


def _parts(groups: Sequence[Group]) -> list[list[Group]]:
    """The groups, cut where a part is full."""
    parts: list[list[Group]] = [[]]
    bullets = characters = 0
    for group in groups:
        for row in group.rows:
            size = AROUND_A_BULLET + sum(len(span.text) + len(span.link or "") for span in row.line)
            if bullets == PART_BULLETS or (bullets and characters + size > PART_CHARACTERS):
                parts.append([])
                bullets = characters = 0
            begun = parts[-1][-1] if parts[-1] and parts[-1][-1].topic == group.topic else None
            if begun is not None:
                parts[-1][-1] = replace(begun, rows=(*begun.rows, row))
            else:
                parts[-1].append(Group(group.topic, (row,), continued=row is not group.rows[0]))
            bullets, characters = bullets + 1, characters + size
    return parts


def _heading(group: Group, catalog: Catalog) -> str:
    name = next((topic.name for topic in catalog.topics if topic.slug == group.topic), group.topic.capitalize())
    return f"{name} (continued)" if group.continued else name


def _line(item: Listed, topic: str, now: datetime, catalog: Catalog, zone: str, *, marked: bool) -> Line:
    others = updates.in_order(catalog, (hit.topic for hit in item.entry.topics if hit.topic not in (topic, NO_TOPIC)))
    also = f"also {', '.join(updates.topic_name(catalog, slug) for slug in others)}" if others else ""
    posted = f"posted here {dates.near_day(item.posted_at, now, zone)}" if item.posted_at else ""
    return updates.bullet(item.entry, also, posted, marked=marked)


def _spoken(opening: str, items: Sequence[Listed], zone: str, *, marked: bool) -> str:
    """All entries for a screen reader: with their links if there is room, else without, else with shorter titles."""
    for link, most in ((True, SPOKEN_TITLE), (False, SPOKEN_TITLE), (False, 60), (False, 40), (False, SHORTEST_TITLE)):
        told = (updates.spoken(item.entry, zone, link=link, most=most, marked=marked) for item in items)
        listed = [f"{place}. {each}" for place, each in enumerate(told, 1)]
        text = " ".join((opening, *listed))
        if len(text) <= TEXT_CHARACTERS:
            return text
    return updates.shorten(text, TEXT_CHARACTERS)
