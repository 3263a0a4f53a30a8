"""Mark a post that a later message changes, and reply in its thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries, serialize
from handlers.replies.reply import Bullets, Reply, Section, Span, line

if TYPE_CHECKING:
    from jobs.models import Bundle


def mark(bundle: Bundle, zone: str) -> Reply:
    """Return the earlier post below a note: "CSMS 68987884 (18 Jun 2026) replaces this message."."""
    before = serialize.load(bundle.about.content if bundle.about else {"text": "", "blocks": []})
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    name = entries.number(later) or entries.shorten(later.title, entries.BULLET_TITLE)
    when = dates.date(later.published, zone)
    what = because if because and len(before.subjects) > 1 else f"{because.partition(' ')[0] or 'changes'} this message"
    sample = (cards.SEPARATOR, Span(entries.SAMPLE, bold=True)) if later.sample else ()
    note = line(
        Span(name, bold=True, link=cards.https_url(later.url)),
        Span(f" ({when}) {what}.", bold=True),
        *sample,
    )
    text = f"{name} ({when}) {what}: {later.url}. {before.text.removeprefix('New: ')}"
    return replace(before, text=text, blocks=(Section((note,)), *before.blocks))


def answer(bundle: Bundle, zone: str) -> Reply:
    """Return the reply in the thread."""
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    changed = [entries.number(item.entry) or entries.shorten(item.entry.title, 60) for item in bundle.entries[1:]]
    has = "has" if len(changed) == 1 else "have"
    first = f"{', '.join(changed)}, posted above, {has} changed." if changed else "The message above has changed."
    item = entries.bullet(later, dates.day(later.published, zone), f"it {because}" if because else "")
    text = f"{first} {entries.screen_reader_text(later, zone)}"
    return Reply(text, (cards.heading(first), Bullets((item,)), entries.caution([later])), subjects=(later.key,), public=True)
