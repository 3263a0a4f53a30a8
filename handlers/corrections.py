"""An answer that corrects itself: what is said on top of an earlier post, and below it, when a later message changes what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers import cards, dates, reply_json, updates
from handlers.reply import Bullets, Reply, Section, Span, line

if TYPE_CHECKING:
    from jobs.models import Bundle, Entry


def mark(bundle: Bundle, zone: str) -> Reply:
    """The earlier post as it was, below a note: "Changed by CSMS 68987884, Thu 18 Jun 2026"."""
    before = reply_json.load(bundle.about.content if bundle.about else {"text": "", "blocks": []})
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    named = updates.number(later) or updates.shorten(later.title, updates.BULLET_TITLE)
    when = dates.day(later.published, zone)
    sample = (cards.SEPARATOR, Span(updates.SAMPLE, bold=True)) if later.sample else ()
    note = line(
        Span("Changed by ", bold=True), Span(named, bold=True, link=cards.secure(later.url)), f", {when}", *_saying(because), *sample
    )
    return replace(before, text=f"Changed by {named}, {when}, {later.url}. {before.text}", blocks=(Section((note,)), *before.blocks))


def answer(bundle: Bundle, zone: str) -> Reply:
    """Below the earlier post: which of its messages changed, and the message that says so."""
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    changed = [item.entry for item in bundle.entries[1:]]
    first = f"{_named(changed)} above changed." if changed else "What stands above changed."
    item = updates.bullet(later, dates.day(later.published, zone), f"it {because}" if because else "")
    text = f"{first} {updates.spoken(later, zone)}"
    return Reply(
        text, (Section((line(Span(first, bold=True)),)), Bullets((item,)), updates.caution([later])), subjects=(later.key,), public=True
    )


def _saying(because: str) -> tuple[str, ...]:
    return (f", which {because}",) if because else ()


def _named(changed: list[Entry]) -> str:
    """ "CSMS 67647279"; several with commas."""
    return ", ".join(updates.number(each) or updates.shorten(each.title, 60) for each in changed)
