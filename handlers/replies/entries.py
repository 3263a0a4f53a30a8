"""How an entry is shown: its kind, its title as the link, its number, its date, its topics. Posts, cards and lists share it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.replies import cards, dates
from handlers.replies.reply import Line, SmallPrint, Span, line
from jobs.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from content.catalog import Catalog

BULLET_TITLE = 110
CARD_TITLE = 250
EXTRACT = 320
"""Characters."""

SAMPLE = "SAMPLE"

AUTOMATED = "Automated; titles shortened."
CSMS_CAUTION = "The linked CBP message is authoritative; CSMS guidance is not binding law."
CAUTIONS = {
    "csms": CSMS_CAUTION,
    "sample": CSMS_CAUTION,
    "account": "The linked CBP message is authoritative.",
    "federal-register": "The linked Federal Register document is authoritative.",
}
OTHER_CAUTION = "The linked CBP page is authoritative."

NUMBERED = {"csms": "CSMS ", "sample": "CSMS ", "federal-register": "FR Doc. "}
"""What stands before an entry's number, by feed."""

LEAD_WORDS = frozenset(
    {
        "guidance",
        "correction",
        "corrected",
        "clarification",
        "replacement",
        "replaced",
        "update",
        "updated",
        "reminder",
        "information",
        "resolved",
        "cancellation",
        "cancelled",
        "canceled",
        "revised",
        "final",
        "additional",
        "important",
        "notice",
    }
)
"""What a title may open with, up to three of them before a colon or a dash."""

LEADS = {"guidance": "Guidance", "correction": "Correction", "replacement": "Replacement"}
"""Kinds that are named even when the title does not open with the word."""

KINDS = {
    "guidance": "guidance",
    "quota": "quota notice",
    "information": "information",
    "reminder": "reminder",
    "training": "training or event",
    "technical": "technical notice",
    "maintenance": "planned maintenance",
    "outage": "outage or delay",
    "resolved": "resolved notice",
    "other": "",
}

_SENTENCE = re.compile(r"(?<![. ][A-Z])[.?!][\"”’)]*\s")
"""The end of a sentence; "U.S." is none."""

_LEAD = re.compile(r"(?P<lead>[A-Za-z]+(?:[ /][A-Za-z]+){0,2})\s*(?::|\s[-–—])\s+(?=\S)")


def kind_and_title(entry: Entry) -> tuple[str, str]:
    """("Guidance", "AGOA reauthorized") of "GUIDANCE: AGOA reauthorized". The kind is "" when the title opens with none."""
    match = _LEAD.match(entry.title)
    if match is not None and all(word.casefold() in LEAD_WORDS for word in re.split("[ /]", match["lead"])):
        return match["lead"].capitalize(), entry.title[match.end() :]
    lead = LEADS.get(entry.lead, "")
    return ("", entry.title) if lead[:7].casefold() in entry.title.casefold()[:40] else (lead, entry.title)


def shorten(text: str, most: int) -> str:
    """At most so many characters, cut at a word, with "…" where something is missing."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at_word = cut.rpartition(" ")[0] if not text[most - 1].isspace() else cut
    return f"{(at_word if len(at_word) > most // 2 else cut).rstrip(' ,;:–—-')}…"


def sentence(text: str) -> str:
    """With a stop at its end, if it has none: a feed's title may end with one, or be cut ("…")."""
    return text if text.endswith((".", "…", "?", "!")) else f"{text}."


def title(entry: Entry, most: int, *, bold: bool = False) -> Line:
    """The kind, then the title as the link. What CBP wants read at once (guidance, corrections) has its kind in bold."""
    kind, text = kind_and_title(entry)
    link = Span(shorten(text, most) or entry.url, bold=bold, link=cards.secure(entry.url))
    if not kind:
        return (link,)
    return (Span(f"{kind}:", bold=bold or entry.urgent), Span(" "), link)


def number(entry: Entry) -> str:
    """ "CSMS 67647279"; the bare number where the feed has no word for it; "" without one."""
    return f"{NUMBERED.get(entry.feed, '')}{entry.number}" if entry.number else ""


def bullet(entry: Entry, when: str = "", *more: str, marked: bool = True) -> Line:
    """One line of a list. `marked`: a sample says that it is one; not so where the whole list says it."""
    parts = (entry.number, when, *more, SAMPLE if entry.sample and marked else "")
    return line(*title(entry, BULLET_TITLE), *(f"{cards.SEPARATOR}{part}" for part in parts if part))


def facts(entry: Entry, zone: str) -> Line:
    """ "CSMS 67647279 · sent Fri 6 Feb 2026 15:12 ET · quota notice"; the last only when the title does not open with its kind."""
    sent = f"sent {dates.day(entry.published, zone)} {dates.clock(entry.published, zone)}"
    kind = "" if kind_and_title(entry)[0] else KINDS.get(entry.kind, entry.kind)
    return cards.small(number(entry), sent, kind, *((Span(SAMPLE, bold=True),) if entry.sample else ()))


def topic_name(catalog: Catalog, slug: str) -> str:
    """The topic's name, as short as it is known by ("AD/CVD"); the slug of one that is not in the catalog any more."""
    return next((cards.short(topic.name) for topic in catalog.topics if topic.slug == slug), slug)


def in_order(catalog: Catalog, slugs: Iterable[str]) -> tuple[str, ...]:
    """Topics as the catalog orders them; unknown ones last."""
    known = {topic.slug: place for place, topic in enumerate(catalog.topics)}
    return tuple(sorted(dict.fromkeys(slugs), key=lambda slug: (known.get(slug, len(known)), slug)))


def topics(entry: Entry, catalog: Catalog) -> str:
    """ "Revenue, Tariffs"; "" when it is about none."""
    return ", ".join(topic_name(catalog, slug) for slug in in_order(catalog, (hit.topic for hit in entry.topics)))


def extract(entry: Entry) -> Line | None:
    """The first sentences of the body; None without a body. Whatever is left out is marked as our doing."""
    body = " ".join((entry.body or "").split())
    if not body:
        return None
    if len(body) <= EXTRACT:
        return (Span(body),)
    ends = [match.end() for match in _SENTENCE.finditer(body, EXTRACT // 3, EXTRACT)]
    text = f"{body[: ends[-1]].rstrip()} …" if ends else shorten(body, EXTRACT)
    return (Span(f"{text} "), Span("(shortened by the bot)", italic=True))


def caution(entries: Sequence[Entry]) -> SmallPrint:
    """The last line of everything that shows entries."""
    cautions = dict.fromkeys(CAUTIONS.get(entry.feed, OTHER_CAUTION) for entry in entries)
    return SmallPrint((line(" ".join((AUTOMATED, *cautions))),))


def spoken(entry: Entry, zone: str, *, link: bool = True, most: int = CARD_TITLE, marked: bool = True) -> str:
    """An entry for a screen reader: kind, title, number, date and link. `marked`: as of `bullet`."""
    kind, text = kind_and_title(entry)
    parts = (
        f"{kind}: {shorten(text, most)}" if kind else shorten(text, most),
        number(entry),
        dates.day(entry.published, zone),
        entry.url if link else "",
        SAMPLE if entry.sample and marked else "",
    )
    return ", ".join(part for part in parts if part)


def counted(entries: Sequence[Entry], catalog: Catalog) -> str:
    """ "5 CSMS messages", "1 entry from CBP trade pages", "4 entries from 2 feeds"; "7 CSMS messages (3 are samples)" where samples
    stand among real ones."""
    count, feeds = len(entries), {"csms" if entry.sample else entry.feed for entry in entries}
    samples = sum(entry.sample for entry in entries)
    mixed = f" ({samples} {'is a sample' if samples == 1 else 'are samples'})" if 0 < samples < count else ""
    if feeds == {"csms"}:
        return f"{count} CSMS message{'s' if count != 1 else ''}{mixed}"
    word = "entry" if count == 1 else "entries"
    if len(feeds) != 1:
        return f"{count} {word} from {len(feeds)} feeds{mixed}" if feeds else f"0 {word}"
    return f"{count} {word} from {feed_name(catalog, next(iter(feeds)))}"


def feed_name(catalog: Catalog, slug: str) -> str:
    """The feed's name; its slug when the catalog does not have it any more."""
    return next((feed.name for feed in catalog.feeds if feed.slug == slug), slug)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.published, entry.id), reverse=True)


def sent_day(entry: Entry, now: datetime, zone: str) -> str:
    """ "6 Feb 2026" style with its weekday: lists reach back for months, so the year is always there."""
    return dates.day(min(entry.published, now), zone)
