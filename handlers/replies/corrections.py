"""Show that a later message changes another: on a post that has it, in its thread, or in the same post."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries, gists, serialize, sources
from handlers.replies.reply import Block, Bullets, Buttons, Divider, Line, Reply, Section, SmallPrint, Span, line, lines_of, plain
from jobs.relations import SUPERSEDING
from jobs.states import Relation

if TYPE_CHECKING:
    from datetime import datetime

    from content.catalog import Catalog
    from jobs.models.entries import Entry
    from jobs.models.posts import Bundle, Listed
    from jobs.models.readings import EffectiveDate

EARLIER_TITLE = 180
"""Characters of an earlier text's title: in Slack, a longer link in small print would be divided."""

EARLIER = "Earlier text"

PASSIVE = {
    Relation.REPLACES: "Replaced",
    Relation.CORRECTS: "Corrected",
    Relation.CANCELS: "Canceled",
    Relation.RESOLVES: "Resolved",
    Relation.EXTENDS: "Extended",
    Relation.UPDATES: "Updated",
    Relation.FOLLOWS_UP: "Followed up",
}

ACTIVE = {Relation.FOLLOWS_UP: "follows up on"}
"""How an entry continues another one, if the relation's own name does not say it."""

OUTDATING = SUPERSEDING | {Relation.RESOLVES}
"""The earlier text becomes quiet."""


def mark(bundle: Bundle, zone: str) -> Reply:
    """Return the earlier post with a note: "Corrected 18 Jun by CSMS 68987884. Read that message instead."

    The note stands above the text of a single message; if nobody should rely on that any longer, it becomes the quiet "Earlier text". In a
    list, the note stands below the message's line. Above a list that does not have the line, it names the message: "CSMS 67647279 was
    corrected 18 Jun by CSMS 68987884."
    """
    before = serialize.load(bundle.about.content if bundle.about else {"text": "", "blocks": []})
    later = bundle.entries[0].entry
    relations = _relations(bundle)
    alone = len(before.subjects) <= 1 and len(relations) == 1
    sample = (Span(cards.SEPARATOR), Span(entries.SAMPLE, bold=True)) if later.sample else ()
    given = bundle.effective.get(later.id, ())
    said = tuple(filter(None, (what_changed(later, given), gists.dateless(later, given))))
    marks, post = before.blocks[: before.marks], before.blocks[before.marks :]
    left = dict(relations)
    if alone:
        note = advice(later, next(iter(relations.values())), bundle.now, zone)
        post = _quiet(post) if next(iter(relations.values())) in OUTDATING else post
    else:
        note = _which(later, relations, bundle.now, zone)
        quiet = (Span(" ".join(map(plain, said)), quiet=True),) if said else ()
        for entry, relation in relations.items():
            below = line("↳ ", *advice(later, relation, bundle.now, zone), *sample, *quiet)
            marked = _mark_lines(post, entry, below)
            if marked != post:
                post = marked
                del left[entry]
    text = f"{plain(note)} {later.url}. {before.text.removeprefix('New: ')}"
    if relations and not left:
        return replace(before, text=text, blocks=(*marks, *post))
    above = note if alone else _which(later, left, bundle.now, zone)
    return replace(before, text=text, blocks=(Section((line(*above, *sample), *said)), *marks, *post), marks=before.marks + 1)


def _mark_lines(blocks: tuple[Block, ...], entry: Entry, below: Line) -> tuple[Block, ...]:
    """Put a mark below each line of a list that links the entry."""
    newest = 1 + max((span.mark for block in blocks for words in lines_of(block) for span in words), default=0)
    mark = tuple(replace(span, mark=newest) for span in below)
    url = sources.https_url(entry.url)
    if url is None:
        return blocks

    def lines(items: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(each for words in items for each in ((words, mark) if _links(words, url) else (words,)))

    return tuple(replace(block, items=lines(block.items)) if isinstance(block, Bullets) else block for block in blocks)


def _links(words: Line, url: str | None) -> bool:
    return url is not None and any(span.link == url and not span.mark for span in words)


def _relations(bundle: Bundle) -> dict[Entry, Relation]:
    """Return the earlier entries of a bundle about another post, and how its first entry changes each."""
    later = bundle.entries[0].entry
    found = ((item.entry, bundle.changes.get(item.entry.id, {}).get(later.id)) for item in bundle.entries[1:])
    return {entry: relation for entry, relation in found if relation is not None}


def _which(later: Entry, relations: Mapping[Entry, Relation], now: datetime, zone: str) -> Line:
    """Return "CSMS 67647279 was corrected 18 Jun by CSMS 68987884.", with all that it corrects."""
    by_kind: dict[Relation, list[str]] = {}
    for entry, relation in relations.items():
        by_kind.setdefault(relation, []).append(_name(entry))
    parts = (f"{_all(names)} {_were(names)} {PASSIVE[relation].lower()}" for relation, names in by_kind.items())
    what = ", and ".join(parts) or "This message was changed"
    return line(Span(f"{what} {_on(later, now, zone)} by ", bold=True), _link(later), Span(".", bold=True))


def advice(later: Entry, relation: Relation, now: datetime, zone: str) -> Line:
    """Return "Corrected 18 Jun by CSMS 68987884. Read that message instead."; what is only updated or extended is still to be read."""
    instead = " Read that message instead." if relation in SUPERSEDING else ""
    return line(Span(f"{PASSIVE[relation]} {_on(later, now, zone)} by ", bold=True), _link(later), Span(f".{instead}", bold=True))


def what_changed(later: Entry, given: Sequence[EffectiveDate]) -> Line:
    """Return "What changed: “the date is December 12”", or () if the message does not say it. `given` are its dates."""
    said = " ".join(f"“{each}”" for each in gists.said_to_change(later, given))
    return line("What changed: ", said) if said else ()


def mistyped(as_written: str) -> str:
    """Say of a number that a message names that it is not certain which message it means."""
    return f"It names “{as_written}”. CBP mistyped that number, and the bot is not certain which message it means."


def _on(later: Entry, now: datetime, zone: str) -> str:
    return dates.near_date(later.published, now, zone)


def _link(entry: Entry) -> Span:
    return Span(_name(entry), bold=True, link=sources.https_url(entry.url))


def _all(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _were(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"


def _quiet(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Turn the text at the beginning of a post into small print; who shared it stays above, and the caution below."""
    texts = list(takewhile(lambda block: isinstance(block, Section | SmallPrint) and not entries.is_caution(block), blocks))
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
    in_lists = sorted({span.mark for block in post for words in lines_of(block) for span in words if span.mark})
    total = len(marks) + len(in_lists)
    for kept in range(total, min(total, 1) - 1, -1):
        dropped = in_lists[: total - kept]
        above = marks[: len(marks) - (total - kept - len(dropped))]
        shown = tuple(_without_marks(block, dropped) for block in post) if dropped else post
        shorter = replace(marked, blocks=(*above, *_left_out(total - kept), *shown), marks=len(above))
        if fits(shorter):
            return shorter
    return None


def _without_marks(block: Block, dropped: Collection[int]) -> Block:
    if not isinstance(block, Bullets):
        return block
    return replace(block, items=tuple(words for words in block.items if not any(span.mark in dropped for span in words)))


def _left_out(count: int) -> tuple[Block, ...]:
    if not count:
        return ()
    return (Section((line(f"{count} earlier {'change does' if count == 1 else 'changes do'} not fit in this message."),)),)


def answer(bundle: Bundle, zone: str) -> Reply:
    """Return the reply in the thread."""
    later, relations = bundle.entries[0].entry, _relations(bundle)
    names = [entries.number(each) or entries.shorten(entries.plain_title(each), 60) for each in relations]
    how = " and ".join(PASSIVE[each].lower() for each in sorted(set(relations.values()), key=lambda each: -each.strength))
    first = f"{_all(names)}, posted above, {_were(names)} {how}." if names else "The message above has changed."
    item, what = entries.bullet(later, _on(later, bundle.now, zone)), what_changed(later, bundle.effective.get(later.id, ()))
    blocks = (cards.heading(first), Bullets((item,)), *((Section((what,)),) if what else ()), entries.caution([later]))
    return Reply(f"{first} {entries.screen_reader_text(later, zone, link=True)}", blocks, subjects=(later.key,), public=True)


def forwarded(bundle: Bundle, catalog: Catalog, zone: str, buttons: Buttons) -> Reply:
    """Return the post of a message that a channel gets because it changes an earlier one there."""
    later, relations = bundle.entries[0].entry, _relations(bundle)
    verbs = (f"{relation} {_name(entry)}" for entry, relation in relations.items())
    note = f"Posted here because it {_all(list(verbs)) or 'changes an earlier message'}."
    blocks = (*entries.card(later, catalog, bundle.now, zone, note, _said(later, bundle, zone)), buttons, entries.caution([later]))
    text = f"New: {entries.card_text(later, catalog, zone)}. {note}"
    return Reply(text, blocks, subjects=(later.key,), public=True)


def pair(bundle: Bundle, catalog: Catalog, zone: str, buttons: Buttons, note: str) -> Reply:
    """Return messages that change each other: the later above, in full, and the earlier as its quiet "Earlier text"."""
    known = {item.entry.id: item for item in bundle.entries}
    changed = bundle.changes
    heads = [item for item in bundle.entries if item.entry.id not in changed] or [bundle.entries[0]]
    blocks: list[Block] = []
    spoken = []
    for item in heads:
        if item.posted_at is None:
            blocks += entries.card(item.entry, catalog, bundle.now, zone, says=_said(item.entry, bundle, zone))
            spoken.append(entries.card_text(item.entry, catalog, zone))
        else:
            relation = next((several[item.entry.id] for several in changed.values() if item.entry.id in several), Relation.CORRECTS)
            instead = advice(item.entry, relation, bundle.now, zone)
            posted = f" It was posted here {dates.near_day(item.posted_at, bundle.now, zone)}."
            blocks.append(Section((line(*instead, posted),)))
            spoken.append(f"{plain(instead)}{posted} {item.entry.url}")
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


def _said(entry: Entry, bundle: Bundle, zone: str) -> tuple[Line, ...]:
    return gists.lines(entry, bundle.effective.get(entry.id, ()), bundle.now, zone)


def _earlier_text(item: Listed, words: str, now: datetime, zone: str) -> tuple[Line, ...]:
    body = entries.excerpt(item.entry)
    text = (entries.title(item.entry, EARLIER_TITLE), entries.facts(item.entry, now, zone), *((body,) if body is not None else ()))
    return (line(Span(words, bold=True)), *text)


def beneath(later: Entry, words: str, posted: str, *, marked: bool, again: bool) -> Line:
    """Return "↳ Corrected by AGOA: the date is 12 Feb · 67648888" for the list of what it corrects; `again` it is only named."""
    link = sources.https_url(later.url)
    if again:
        return line("↳ ", Span(words, bold=True), " ", Span(_name(later), link=link))
    title = entries.shorten(entries.kind_and_title(later)[1], entries.BULLET_TITLE) or later.url
    parts = (later.number, posted, entries.SAMPLE if later.sample and marked else "")
    more = (f"{cards.SEPARATOR}{part}" for part in parts if part)
    return line("↳ ", Span(words, bold=True), " ", Span(title, link=link), *more)


def _name(entry: Entry) -> str:
    return entries.number(entry) or entries.shorten(entries.plain_title(entry), entries.BULLET_TITLE)
