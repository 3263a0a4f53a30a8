"""Build a post from a bundle: one entry as a plain post, several as a digest in parts that fit every platform."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from content.catalog import Catalog
from handlers.replies import cards, changes, corrections, dates, entries, gists, key_dates, reminders, serialize
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, SmallPrint, Span, line
from handlers.replies.rows import Group, Row, divide, posted_here
from jobs.cadence import zone_info
from jobs.models.entries import Entry
from jobs.models.posts import Bundle, Listed
from jobs.models.subscriptions import Subscription
from jobs.states import CadenceKind, PostKind

MAX_TEXT = 3500
"""Characters of a part's text for screen readers."""

_SPOKEN_TITLE = 110
_MIN_TITLE = 20
"""Titles are cut to this before an entry is left out for screen readers."""

_NO_TOPIC = "other"

_MANAGE = Button("Manage", "/csms subscriptions")


_MAX_CHAIN = 4
"""Messages that change each other and are shown with their texts; more are listed."""

_LATE = timedelta(minutes=10)
"""A catch-up whose entries are due for longer waited for the channel. Of others nobody knows: a feed may have been unreadable."""


def compose(bundle: Bundle, catalog: Catalog, default_zone: str) -> list[dict[str, Any]]:
    """Return the parts as Replies' JSON. Every entry is in exactly one; another may name a correction again."""
    zone = bundle.subscription.zone if bundle.subscription else default_zone
    if bundle.requested is not None:
        shown = reminders.confirmed(bundle) if bundle.kind == PostKind.MARK else reminders.moved(bundle)
        return [serialize.dump(shown)]
    if bundle.about is not None:
        return [serialize.dump(_about(bundle, catalog, zone))]
    if bundle.kind == PostKind.REMINDER:
        return [serialize.dump(key_dates.reminder(bundle, zone))]
    if bundle.kind == PostKind.NOW and len(bundle.entries) == 1:
        return [serialize.dump(single(bundle.entries[0], catalog, zone, bundle))]
    if bundle.kind == PostKind.NOW and len(bundle.entries) <= _MAX_CHAIN:
        return [serialize.dump(corrections.pair(bundle, catalog, zone, _buttons(_owed(bundle), bundle), _left_out(bundle, zone)))]
    return [serialize.dump(reply) for reply in digest(bundle, catalog, zone)]


def _about(bundle: Bundle, catalog: Catalog, zone: str) -> Reply:
    match bundle.kind:
        case PostKind.MARK:
            return corrections.mark(bundle, zone)
        case PostKind.ANSWER:
            return corrections.answer(bundle, zone)
        case _:
            return corrections.forwarded(bundle, catalog, zone, _buttons(bundle.entries[0].entry, None))


def single(item: Listed, catalog: Catalog, zone: str, bundle: Bundle | None = None) -> Reply:
    """`bundle`: of a digest that has only this entry."""
    entry = item.entry
    left_out = _left_out(bundle, zone) if bundle else ""
    now = bundle.now if bundle else entry.published
    said = gists.lines(entry, bundle.effective.get(entry.id, ()) if bundle else (), now, zone)
    blocks = (*entries.card(entry, catalog, now, zone, left_out, said), _buttons(entry, bundle), entries.caution([entry]))
    text = ". ".join((entries.card_text(entry, catalog, zone), *((left_out,) if left_out else ())))
    return Reply(f"New: {text}", blocks, subjects=(entry.key,), public=True)


def _buttons(entry: Entry, bundle: Bundle | None) -> Buttons:
    return Buttons((Button("Why this?", why_entry(entry)), *(_show_left_out(bundle) if bundle else ()), _MANAGE))


def _owed(bundle: Bundle) -> Entry:
    """Return an entry that the channel asked for, which a correction need not be."""
    return next((item for item in bundle.entries if item.because), bundle.entries[0]).entry


def _left_out(bundle: Bundle, zone: str) -> str:
    return f"{entries.left_out_count(bundle.left_out)}{_since(bundle, zone)}" if bundle.left_out else ""


def digest(bundle: Bundle, catalog: Catalog, zone: str) -> list[Reply]:
    """Return each entry once, by topic, with its corrections beneath it, or as a report of what changed."""
    all_entries = [item.entry for item in bundle.entries]
    period = bundle.period or bundle.now
    headline, summary = _opening(bundle, period, catalog, zone)
    why = _why(bundle, period)
    wanted = bundle.subscription.filters.topics if bundle.subscription else ()
    samples = all(entry.sample for entry in all_entries)  # else each sample's line says so
    groups = (
        changes.digest_groups(bundle, zone, marked=not samples)
        if _is_report(bundle)
        else _groups(bundle, wanted, catalog, zone, marked=not samples)
    )
    parts = divide(groups)
    replies = []
    for number, groups in enumerate(parts, 1):
        last = number == len(parts)
        count = f"{number} of {len(parts)}"
        small = summary if len(parts) == 1 else f"{summary.removesuffix('.')} · part {count}" if number == 1 else f"continued ({count})"
        rows = [row for group in groups for row in group.rows]
        shown = {item.entry.key: item.entry for row in rows for item in row.items}
        mark = (Span(entries.SAMPLE, bold=True), Span(cards.SEPARATOR)) if samples else ()
        blocks: list[Block] = [Header(headline), SmallPrint((line(*mark, small),))]
        for group in groups:
            blocks.append(cards.heading(_heading(group, catalog)))
            blocks.append(Bullets(tuple(line for row in group.rows for line in row.lines)))
        if last:
            explained = (Button("Why these?", why),) if why else ()
            blocks.append(Buttons((*explained, *_show_left_out(bundle), *_show_changes(bundle), _MANAGE)))
        blocks.append(entries.caution(list(shown.values())))
        opening = f"{entries.SAMPLE}. {headline}. {entries.sentence(small)}" if samples else f"{headline}. {entries.sentence(small)}"
        text = _screen_reader_text(opening, rows, zone, marked=not samples)
        subjects = dict.fromkeys((*shown, *(item.entry.key for row in rows for item in row.others)))
        replies.append(Reply(text, tuple(blocks), subjects=tuple(subjects), public=True))
    return replies


def _opening(bundle: Bundle, period: datetime, catalog: Catalog, zone: str) -> tuple[str, str]:
    """Return the headline and the line below it."""
    count = entries.count_text([item.entry for item in bundle.entries], catalog)
    if bundle.kind == PostKind.DIGEST:
        left_out = f"{cards.SEPARATOR}{entries.left_out_count(bundle.left_out)}" if bundle.left_out else ""
        name = "What changed" if _is_report(bundle) else "Trade digest"
        return f"{name}: {dates.short_day(period, zone)}", f"{count}{_since(bundle, zone)}{left_out}"
    if bundle.kind == PostKind.NOW:
        return f"Corrections: {count}", "These messages change each other."
    if bundle.since is not None and all(item.entry.first_seen < bundle.since for item in bundle.entries):
        return f"Catch-up: {count}", "So many messages arrived at once that an admin checked them before the bot posted them."
    if bundle.since is None or bundle.now - bundle.since < _LATE:
        return f"Catch-up: {count}", "Several messages were due at once, so they come together."
    waited = f"since {dates.near(bundle.since, bundle.now, zone)}"
    return f"Catch-up: {count}", f"The bot could not post here for a while. These messages have waited {waited}."


def _why(bundle: Bundle, period: datetime) -> str:
    if bundle.kind == PostKind.NOW:
        return why_entry(_owed(bundle))
    if bundle.subscription is not None:
        return why_digest(bundle.subscription, period)
    return f"/csms why catch-up {_iso(period)}" if bundle.kind == PostKind.CATCH_UP else ""


def why_entry(entry: Entry) -> str:
    """Return the command that explains the post, if possible with a number that people can type."""
    by_number = re.fullmatch(entries.NUMBER, entry.number) and not entry.sample  # a sample has a real message's number
    return f"/csms why {entry.number}" if by_number else f"/csms why entry {entry.id}"


def why_digest(subscription: Subscription, period: datetime) -> str:
    return f"/csms why digest {subscription.id} {_iso(period)}"


def _iso(period: datetime) -> str:
    return period.astimezone(UTC).isoformat()


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


def _show_changes(bundle: Bundle) -> tuple[Button, ...]:
    """Return a button that sorts a week into what is corrected, updated, new and coming, unless phrases choose the messages.

    Below such a report, it shows the same as plain text.
    """
    began, subscription = _beginning(bundle), bundle.subscription
    if began is None or subscription is None or not _is_weekly(bundle) or bundle.kind != PostKind.DIGEST:
        return ()
    if subscription.filters.phrases:
        return ()
    since, until = (each.astimezone(zone_info(subscription.zone)).date().isoformat() for each in (began, bundle.period or bundle.now))
    words = " ".join(("/trade changes", *subscription.filters.topics, f"since:{since}", f"until:{until}"))
    return (Button("Plain text", f"{words} text") if _is_report(bundle) else Button("What changed", words),)


def _is_weekly(bundle: Bundle) -> bool:
    return bundle.subscription is not None and bundle.subscription.cadence.kind in (CadenceKind.WEEKLY, CadenceKind.CHANGES)


def _is_report(bundle: Bundle) -> bool:
    owner = bundle.subscription
    return bundle.kind == PostKind.DIGEST and owner is not None and owner.cadence.kind == CadenceKind.CHANGES


def _groups(bundle: Bundle, wanted: Sequence[str], catalog: Catalog, zone: str, *, marked: bool) -> list[Group]:
    """Group by first topic, the subscription's topics first. A correction of several is shown with the first and named with the others."""
    by_topic: dict[str, list[tuple[Listed, list[tuple[Listed, str]]]]] = {}
    for item, later in _nest(bundle):
        slugs = entries.sort_topics(catalog, (hit.topic for hit in item.entry.topics))
        topic = next((slug for slug in slugs if slug in wanted), slugs[0] if slugs else _NO_TOPIC)
        by_topic.setdefault(topic, []).append((item, later))
    shown: set[int] = set()
    groups = []
    for topic in entries.sort_topics(catalog, by_topic):
        rows = []
        for item, later in by_topic[topic]:
            lines = [_line(item, topic, bundle, catalog, zone, marked=marked)]
            for each, words in later:
                posted, again = posted_here(each, bundle.now, zone), each.entry.id in shown
                said = () if again else gists.below(each.entry, bundle.effective.get(each.entry.id, ()), bundle.now, zone)
                lines.append(line(*corrections.beneath(each.entry, words, posted, marked=marked, again=again), *said))
                shown.add(each.entry.id)
            rows.append(Row((item, *(each for each, _ in later)), tuple(lines), ("", *(words for _, words in later))))
        groups.append(Group(topic, tuple(rows)))
    return groups


def _nest(bundle: Bundle) -> list[tuple[Listed, list[tuple[Listed, str]]]]:
    """Return each item that changes no other, with those that change it and words such as "Corrected by"."""
    items, changed = bundle.entries, bundle.changes
    known = {item.entry.id: item for item in items}
    later = {each for several in changed.values() for each in several}
    placed: set[int] = set()
    nested = []
    for item in (*(item for item in items if item.entry.id not in later), *items):  # in the end those that change each other
        if item.entry.id in placed:
            continue
        placed.add(item.entry.id)
        above: dict[int, str] = {}
        left = [item.entry.id]
        while left:
            for each, relation in changed.get(left.pop(0), {}).items():
                if each not in above and each != item.entry.id:
                    above[each] = corrections.PASSIVE[relation]
                    left.append(each)
        placed |= above.keys()
        nested.append((item, [(known[each], f"{words} by") for each, words in above.items()]))
    return nested


def _heading(group: Group, catalog: Catalog) -> str:
    name = next((topic.name for topic in catalog.topics if topic.slug == group.topic), group.topic.capitalize())
    return f"{name} (continued)" if group.continued else name


def _line(item: Listed, topic: str, bundle: Bundle, catalog: Catalog, zone: str, *, marked: bool) -> Line:
    sent = entries.sent_day(item.entry, bundle.now, zone) if _is_weekly(bundle) else ""
    others = entries.sort_topics(catalog, (hit.topic for hit in item.entry.topics if hit.topic not in (topic, _NO_TOPIC)))
    also = f"also {', '.join(entries.topic_name(catalog, slug) for slug in others)}" if others else ""
    bullet = entries.bullet(item.entry, sent, also, posted_here(item, bundle.now, zone), marked=marked)
    return line(*bullet, *gists.below(item.entry, bundle.effective.get(item.entry.id, ()), bundle.now, zone))


def _screen_reader_text(opening: str, rows: Sequence[Row], zone: str, *, marked: bool) -> str:
    """If too long, shorten titles."""
    for most in (_SPOKEN_TITLE, 60, 40, _MIN_TITLE):
        texts = []
        for row in rows:
            spoken = [entries.screen_reader_text(item.entry, zone, most=most, marked=marked) for item in row.items]
            texts.append("; ".join(f"{words} {text}".strip() for words, text in zip(row.words, spoken, strict=True)))
        listed = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
        text = " ".join((opening, *listed))
        if len(text) <= MAX_TEXT:
            return text
    return entries.shorten(text, MAX_TEXT)
