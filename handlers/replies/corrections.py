"""Correct an earlier post that a later message changes: mark it, and reply in its thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries, serialize
from handlers.replies.reply import Bullets, Reply, Section, Span, line

if TYPE_CHECKING:
    from jobs.models import Bundle


def mark(bundle: Bundle, zone: str) -> Reply:
    """Return the earlier post below a note: "Changed by CSMS 68987884, Thu 18 Jun 2026"."""
    before = serialize.load(bundle.about.content if bundle.about else {"text": "", "blocks": []})
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    name = entries.number(later) or entries.shorten(later.title, entries.BULLET_TITLE)
    when = dates.day(later.published, zone)
    sample = (cards.SEPARATOR, Span(entries.SAMPLE, bold=True)) if later.sample else ()
    note = line(
        Span("Changed by ", bold=True),
        Span(name, bold=True, link=cards.https_url(later.url)),
        f", {when}",
        *((f", which {because}",) if because else ()),
        *sample,
    )
    return replace(before, text=f"Changed by {name}, {when}, {later.url}. {before.text}", blocks=(Section((note,)), *before.blocks))


def answer(bundle: Bundle, zone: str) -> Reply:
    """Return the reply in the thread: the messages that changed, and the one that changed them."""
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    changed = ", ".join(entries.number(item.entry) or entries.shorten(item.entry.title, 60) for item in bundle.entries[1:])
    first = f"Changed above: {changed}." if changed else "The message above has changed."
    item = entries.bullet(later, dates.day(later.published, zone), f"it {because}" if because else "")
    text = f"{first} {entries.screen_reader_text(later, zone)}"
    return Reply(text, (cards.heading(first), Bullets((item,)), entries.caution([later])), subjects=(later.key,), public=True)
