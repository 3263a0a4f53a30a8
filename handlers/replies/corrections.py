"""An answer that corrects itself: what is said on top of an earlier post, and below it, when a later message changes what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries, serialize
from handlers.replies.reply import Bullets, Reply, Section, Span, line

if TYPE_CHECKING:
    from jobs.models import Bundle, Entry


def mark(bundle: Bundle, zone: str) -> Reply:
    """The earlier post as it was, below a note: "Changed by CSMS 68987884, Thu 18 Jun 2026"."""
    before = serialize.load(bundle.about.content if bundle.about else {"text": "", "blocks": []})
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    named = entries.number(later) or entries.shorten(later.title, entries.BULLET_TITLE)
    when = dates.day(later.published, zone)
    sample = (cards.SEPARATOR, Span(entries.SAMPLE, bold=True)) if later.sample else ()
    note = line(
        Span("Changed by ", bold=True), Span(named, bold=True, link=cards.secure(later.url)), f", {when}", *_saying(because), *sample
    )
    return replace(before, text=f"Changed by {named}, {when}, {later.url}. {before.text}", blocks=(Section((note,)), *before.blocks))


def answer(bundle: Bundle, zone: str) -> Reply:
    """Below the earlier post: which of its messages changed, and the message that says so."""
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    changed = [item.entry for item in bundle.entries[1:]]
    first = f"{_named(changed)} above changed." if changed else "What stands above changed."
    item = entries.bullet(later, dates.day(later.published, zone), f"it {because}" if because else "")
    text = f"{first} {entries.spoken(later, zone)}"
    return Reply(
        text, (Section((line(Span(first, bold=True)),)), Bullets((item,)), entries.caution([later])), subjects=(later.key,), public=True
    )


def _saying(because: str) -> tuple[str, ...]:
    return (f", which {because}",) if because else ()


def _named(changed: list[Entry]) -> str:
    """ "CSMS 67647279"; several with commas."""
    return ", ".join(entries.number(each) or entries.shorten(each.title, 60) for each in changed)
