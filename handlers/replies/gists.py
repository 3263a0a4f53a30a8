"""Say in one line what a message changes, in its own words, and from when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries
from handlers.replies.reply import Line, Span, line, plain
from jobs.annexes import annexes
from jobs.sentences import only_names_another
from jobs.states import DateKind, EntryKind, Lead

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobs.models.entries import Entry
    from jobs.models.readings import EffectiveDate

MIN_GIST, MAX_GIST = 12, 160
"""Characters of a gist; a shorter one ("See below.") says nothing, and a longer one is cut in a list."""
MAX_DATED = 300  #: Characters of a sentence that gives a date.
MAX_ANNEXES = 3  #: On a post; its message's card has more.

_WORDS = {
    DateKind.EFFECTIVE: "effective",
    DateKind.DEPLOY: "deployed",
    DateKind.OPENS: "opens",
    DateKind.DEADLINE: "due",
    DateKind.ENDS: "ends",
}
_APPLYING = (EntryKind.GUIDANCE, EntryKind.QUOTA)
_CORRECTING = (Lead.CORRECTION, Lead.REPLACEMENT)


def gist(entry: Entry) -> str:
    """Return the sentence that says what changes, or ""."""
    return entry.gist if len(entry.gist) >= MIN_GIST else ""


def said_to_change(entry: Entry, given: Sequence[EffectiveDate]) -> tuple[str, ...]:
    """Return the sentence that says what changes, and the first one that gives a date to come, if that is another.

    A sentence that only names the changed message ("This extends the deadline in CSMS # 67647279.") gives way to the one with the date.
    """
    said, dated = gist(entry), [each.sentence for each in given if each.date >= entry.published.date()]
    begun = said.removesuffix("…").casefold()
    if not dated or (begun and any(begun in each.casefold() for each in dated)):
        return (said,) if said else ()
    when = entries.shorten(dated[0], MAX_DATED)
    return (said, when) if said and not only_names_another(said) else (when,)


def below(entry: Entry, given: Sequence[EffectiveDate], now: datetime, zone: str) -> Line:
    """Return the quiet line below a title in a list, "CBP will reject such entries. · effective 1 Mar"; () for a routine message.

    A missing date is said as for a single message.
    """
    if entry.routine:
        return ()
    parts = (entries.shorten(gist(entry), MAX_GIST), date_or_none(entry, given, now, zone))
    text = cards.SEPARATOR.join(filter(None, parts))
    return (Span(text, quiet=True),) if text else ()


def date_or_none(entry: Entry, given: Sequence[EffectiveDate], now: datetime, zone: str) -> str:
    """Return the first date to come, or that none was found where one is expected, else ""."""
    return first_date(entry, given, now, zone) or plain(dateless(entry, given))


def lines(  # five parameters and how much room there is
    entry: Entry, given: Sequence[EffectiveDate], now: datetime, zone: str, *, most_annexes: int = MAX_ANNEXES
) -> tuple[Line, ...]:
    """Return what a single message says: the line above its text, or (), then those below it.

    Above it is the gist, with the date in bold, without what the excerpt has. Below it are its annexes, and whether a date is missing.
    """
    if entry.routine:
        return ()
    when, excerpt = first_date(entry, given, now, zone), entries.excerpt(entry)
    shown = excerpt is not None and " ".join(gist(entry).rstrip("…").split()) in excerpt[0].text
    said = "" if shown else gist(entry)
    words = (Span(when[:1].upper() + when[1:], bold=True),) if when else ()
    found = line(*words, *((": ",) if when and said else ()), *((said,) if said else ()))
    lines = (found, *filter(None, (dateless(entry, given), annex_line(entry, most_annexes))))
    return lines if any(lines) else ()


def annex_line(entry: Entry, most: int) -> Line:
    """Return "Attachments: HTS list.xlsx · Linked documents: Federal Register 2026-07298", or ()."""
    found = annexes(entry.links, entry.body)
    shown, left = found[:most], len(found) - most
    several = []
    for words, attached in (("Attachments: ", True), ("Linked documents: ", False)):
        links = [Span(each.name, link=each.url) for each in shown if each.attached == attached]
        if links:
            several.append((Span(words, bold=True), links[0], *(part for link in links[1:] for part in (Span(", "), link))))
    return cards.separated_line(*several, f"{left} more in the message" if left > 0 else "")


def has_attachment(entry: Entry) -> bool:
    return any(each.attached for each in annexes(entry.links, entry.body))


def dateless(entry: Entry, given: Sequence[EffectiveDate]) -> Line:
    """Say of what surely applies from a day on, or corrects what may, that its text does not give the day; else return ()."""
    is_expected = entry.kind in _APPLYING or entry.lead in _CORRECTING
    if not is_expected or not entry.body or given or entry.routine:
        return ()
    return line(f"Effective date: not found in its text{'; its attachment may hold the date' if has_attachment(entry) else ''}")


def first_date(entry: Entry, given: Sequence[EffectiveDate], now: datetime, zone: str) -> str:
    """Return the earliest date that was to come when the message was sent, such as "effective 1 Mar" or "comments due 12 Jan", or ""."""
    to_come = [each for each in given if each.date >= entry.published.date()]
    if not to_come:
        return ""
    first = min(to_come, key=lambda each: each.date)
    words = _WORDS[first.kind]
    if first.kind == DateKind.DEADLINE and "comment" in first.sentence.casefold():
        words = "comments due"
    return f"{words} {dates.near_as_of(first.date.isoformat(), now, zone)}"
