"""Show that a later message changes another: on a post that has it, in its thread, or in the same post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries, serialize
from handlers.replies.reply import Block, Bullets, Buttons, Divider, Line, Reply, Section, SmallPrint, Span, line, lines_of
from jobs.relations import relations

if TYPE_CHECKING:
    from datetime import datetime

    from content.catalog import Catalog
    from jobs.models.entries import Entry
    from jobs.models.posts import Bundle, Listed

EARLIER_TITLE = 180
"""Characters of an earlier text's title: in Slack, a longer link in small print would be divided."""

EARLIER = "Earlier text"

PASSIVE = {"replaces": "Replaced", "corrects": "Corrected"}


def mark(bundle: Bundle, zone: str) -> Reply:
    """Return the earlier post below a note: "Replaced. Read CSMS 68987884 (18 Jun) instead.".

    The text of a single message becomes its quiet "Earlier text". In a list, the note names the message: "CSMS 68987884 (18 Jun)
    replaces 67647279.".
    """
    before = serialize.load(bundle.about.content if bundle.about else {"text": "", "blocks": []})
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    relation = because.partition(" ")[0]
    alone = relation in PASSIVE and len(before.subjects) <= 1
    name, link = _name(later), cards.https_url(later.url)
    if alone:
        words = advice(later, relation, bundle.now, zone)
        note = line(Span(words, bold=True, link=link))
    else:
        when = f" ({dates.near_date(later.published, bundle.now, zone)}) {because or 'changes this message'}."
        words = f"{name}{when}"
        note = line(Span(name, bold=True, link=link), Span(when, bold=True))
    sample = (Span(cards.SEPARATOR), Span(entries.SAMPLE, bold=True)) if later.sample else ()
    blocks = _quiet(before.blocks) if alone and not before.marks else before.blocks
    text = f"{words.removesuffix('.')}: {later.url}. {before.text.removeprefix('New: ')}"
    return replace(before, text=text, blocks=(Section(((*note, *sample),)), *blocks), marks=before.marks + 1)


def advice(later: Entry, relation: str, now: datetime, zone: str) -> str:
    """Return "Corrected. Read CSMS 68987884 (18 Jun) instead."."""
    return f"{PASSIVE[relation]}. Read {_name(later)} ({dates.near_date(later.published, now, zone)}) instead."


def _quiet(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Turn the text at the beginning of a post into small print; who shared it stays above."""
    texts = list(takewhile(lambda block: isinstance(block, Section | SmallPrint), blocks))
    first = next((place for place, block in enumerate(texts) if isinstance(block, Section)), None)
    if first is None:
        return blocks
    quiet = (_quiet_line(words) for block in texts[first:] for words in lines_of(block))
    return (*blocks[:first], Divider(), SmallPrint((line(Span(EARLIER, bold=True)), *quiet)), *blocks[len(texts) :])


def _quiet_line(words: Line) -> Line:
    return tuple(
        replace(span, bold=False, text=entries.shorten(span.text, EARLIER_TITLE)) if span.link else replace(span, bold=False)
        for span in words
    )


def fit(marked: Reply, fits: Callable[[Reply], bool]) -> Reply | None:
    """Return a marked post with the newest marks that fit into its message, and count the others. None if not even one does."""
    marks, post = marked.blocks[: marked.marks], marked.blocks[marked.marks :]
    for kept in range(len(marks), min(len(marks), 1) - 1, -1):
        shorter = replace(marked, blocks=(*marks[:kept], *_left_out(len(marks) - kept), *post), marks=kept)
        if fits(shorter):
            return shorter
    return None


def _left_out(count: int) -> tuple[Block, ...]:
    if not count:
        return ()
    return (Section((line(f"{count} earlier {'change does' if count == 1 else 'changes do'} not fit in this message."),)),)


def answer(bundle: Bundle, zone: str) -> Reply:
    """Return the reply in the thread."""
    later, because = bundle.entries[0].entry, bundle.entries[0].because
    changed = [entries.number(item.entry) or entries.shorten(entries.plain_title(item.entry), 60) for item in bundle.entries[1:]]
    has = "has" if len(changed) == 1 else "have"
    first = f"{', '.join(changed)}, posted above, {has} changed." if changed else "The message above has changed."
    item = entries.bullet(later, dates.near_date(later.published, bundle.now, zone), f"it {because}" if because else "")
    text = f"{first} {entries.screen_reader_text(later, zone, link=True)}"
    return Reply(text, (cards.heading(first), Bullets((item,)), entries.caution([later])), subjects=(later.key,), public=True)


def pair(bundle: Bundle, catalog: Catalog, zone: str, buttons: Buttons, note: str) -> Reply:
    """Return messages that change each other: the later above, in full, and the earlier as its quiet "Earlier text"."""
    known = {item.entry.id: item for item in bundle.entries}
    changed = relations(item.entry for item in bundle.entries)
    heads = [item for item in bundle.entries if item.entry.id not in changed] or [bundle.entries[0]]
    blocks: list[Block] = []
    spoken = []
    for item in heads:
        if item.posted_at is None:
            blocks += entries.card(item.entry, catalog, bundle.now, zone)
            spoken.append(entries.card_text(item.entry, catalog, zone))
        else:
            relation = next((several[item.entry.id] for several in changed.values() if item.entry.id in several), "corrects")
            instead = advice(item.entry, relation, bundle.now, zone)
            posted = f" It was posted here {dates.near_day(item.posted_at, bundle.now, zone)}."
            blocks.append(Section((line(Span(instead, bold=True, link=cards.https_url(item.entry.url)), posted),)))
            spoken.append(f"{instead}{posted} {item.entry.url}")
    for item in bundle.entries:
        if item not in heads:
            by = {known[number].entry: relation for number, relation in changed[item.entry.id].items()}
            words = f"{EARLIER}, {' and '.join(f'{PASSIVE[relation].lower()} by {_name(each)}' for each, relation in by.items())}"
            blocks += [Divider(), SmallPrint(_earlier_text(item, words, bundle.now, zone))]
            spoken.append(f"{words}: {entries.screen_reader_text(item.entry, zone)}")
    small = (SmallPrint((line(note),)),) if note else ()
    blocks += [*small, buttons, entries.caution([item.entry for item in bundle.entries])]
    text = "New: " + " ".join(entries.sentence(each) for each in (*spoken, note) if each)
    return Reply(text, tuple(blocks), subjects=tuple(item.entry.key for item in bundle.entries), public=True)


def _earlier_text(item: Listed, words: str, now: datetime, zone: str) -> tuple[Line, ...]:
    body = entries.excerpt(item.entry)
    text = (entries.title(item.entry, EARLIER_TITLE), entries.facts(item.entry, now, zone), *((body,) if body is not None else ()))
    return (line(Span(words, bold=True)), *text)


def beneath(later: Entry, words: str, posted: str, *, marked: bool, again: bool) -> Line:
    """Return "↳ Corrected by AGOA: the date is 12 Feb · 67648888" for the list of what it corrects; `again` it is only named."""
    link = cards.https_url(later.url)
    if again:
        return line("↳ ", Span(words, bold=True), " ", Span(_name(later), link=link))
    title = entries.shorten(entries.kind_and_title(later)[1], entries.BULLET_TITLE) or later.url
    parts = (later.number, posted, entries.SAMPLE if later.sample and marked else "")
    more = (f"{cards.SEPARATOR}{part}" for part in parts if part)
    return line("↳ ", Span(words, bold=True), " ", Span(title, link=link), *more)


def _name(entry: Entry) -> str:
    return entries.number(entry) or entries.shorten(entries.plain_title(entry), entries.BULLET_TITLE)
