"""Show an entry: kind, linked title, number, date and topics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, sources
from handlers.replies.reply import Block, Line, Section, SmallPrint, Span, line, plain
from jobs.models.entries import SAMPLE as SAMPLE_FEED
from jobs.models.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from content.catalog import Catalog
    from handlers.command import Context
    from jobs.recent import Recent

BULLET_TITLE = 110
CARD_TITLE = 250
_MAX_EXCERPT = 320
"""Characters of the body on a card. The two above are for titles."""

SAMPLE = "SAMPLE"

HELD = "not posted until an admin decides"
"""Marks an entry of a held flood."""

_AUTOMATED = "Automated."
_MESSAGE_CAUTION = "The linked CBP message is authoritative."
_CSMS_CAUTION = "The linked CBP message is authoritative; CSMS guidance is not binding law."
_CAUTIONS = {
    "csms": _CSMS_CAUTION,
    "sample": _CSMS_CAUTION,
    "account": _MESSAGE_CAUTION,
}
_CAUTIONS_BY_SITE = {
    "CBP.gov": "The linked CBP page is authoritative.",
    "federalregister.gov": "The linked Federal Register document is authoritative.",
    "rulings.cbp.gov": "The linked ruling is authoritative; CBP may have modified or revoked it since.",
    "hts.usitc.gov": "The linked USITC document is authoritative; what it changes may take effect on another day.",
}
_OTHER_CAUTION = "The linked page is authoritative."
_SEVERAL_CAUTION = "The linked pages are authoritative."
_MAX_CAUTIONS = 2
"""More of them become one."""

_MESSAGES = ("csms", "sample", "account")
"""The feeds of CBP's messages, which are sent at a certain time; others publish documents."""

_WASHINGTON = "America/New_York"

_NUMBERED = {"csms": "CSMS ", "sample": "CSMS "}
_NUMBERED_BY_SITE = {"federalregister.gov": "FR Doc. ", "rulings.cbp.gov": "Ruling "}

NUMBER = r"[0-9]{6,9}|[0-9]{2,4}-[0-9]{5,6}|[A-Z][0-9]{5,7}"
"""The numbers of messages, of Federal Register documents and of rulings."""

TYPED_NUMBER = re.compile(rf"(?:csms|fr doc\.?|ruling)?\s*+#?+\s*+({NUMBER})", re.IGNORECASE)
"""A number as people type it."""

_LEAD_WORDS = """
    guidance correction corrected clarification replacement replaced update updated reminder information resolved
    cancellation cancelled canceled revised final additional important notice attention deployed delayed postponed rescheduled extended
    deadline interim
"""
"""Up to three open a title and name its kind."""

_LEADS = {"guidance": "Guidance", "correction": "Correction", "replacement": "Replacement"}
"""Shown even if the title lacks the word."""

_KINDS = {
    "guidance": "guidance",
    "quota": "quota notice",
    "information": "information",
    "reminder": "reminder",
    "training": "training or event",
    "technical": "technical notice",
    "maintenance": "scheduled maintenance",
    "outage": "outage or delay",
    "resolved": "resolved notice",
    "other": "",
}

_ROUTINE = {
    "maintenance": "scheduled maintenance notice",
    "outage": "outage notice",
    "resolved": "resolved-problem notice",
    "technical": "technical document notice",
    "reminder": "technical document notice",
}
"""The kinds of routine entries; a routine reminder repeats that a document changed."""

_SENTENCE = re.compile(r"(?<![. ][A-Z])[.?!][\"”’)]*\s")
"""The end of a sentence, but not the end of "U.S."."""

_LEAD = re.compile(r"(?P<lead>[A-Za-z]+(?:[ /][A-Za-z]+){0,2})\s*(?::|\s[-–—])\s+(?=\S)")


def kind_and_title(entry: Entry) -> tuple[str, str]:
    """Split "GUIDANCE: AGOA reauthorized" into ("Guidance", "AGOA reauthorized")."""
    match = _LEAD.match(entry.title)
    if match is not None and all(word.casefold() in _LEAD_WORDS.split() for word in re.split("[ /]", match["lead"])):
        return match["lead"].capitalize(), entry.title[match.end() :]
    lead = _LEADS.get(entry.lead, "")
    return ("", entry.title) if lead[:7].casefold() in entry.title.casefold()[:40] else (lead, entry.title)


def plain_title(entry: Entry) -> str:
    """Return "Guidance: AGOA reauthorized" for "GUIDANCE: AGOA reauthorized"."""
    return ": ".join(filter(None, kind_and_title(entry)))


def shorten(text: str, most: int) -> str:
    """Cut the text at a word to at most `most` characters, ending with "…"."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at_word = cut.rpartition(" ")[0] if not text[most - 1].isspace() else cut
    return f"{(at_word if len(at_word) > most // 2 else cut).rstrip(' ,;:–—-')}…"


def sentence(text: str) -> str:
    """Add a period unless the text ends a sentence or was cut."""
    return text if text.endswith((".", "…", "?", "!")) else f"{text}."


def title(entry: Entry, most: int, *, bold: bool = False) -> Line:
    """Return the kind, bold for urgent entries, and the linked title."""
    kind, text = kind_and_title(entry)
    link = Span(_shown_title(entry, text, most) or entry.url, bold=bold, link=sources.https_url(entry.url))
    if not kind:
        return (link,)
    return (Span(f"{kind}:", bold=bold or entry.urgent), Span(" "), link)


def _shown_title(entry: Entry, text: str, most: int) -> str:
    """A title that CBP's archive cut ends with "…" as well."""
    short = shorten(text, most)
    return f"{short}…" if entry.cut and not short.endswith("…") else short


def number(entry: Entry) -> str:
    """Return "CSMS 67647279" or "FR Doc. 2026-01234", or "" for an entry that people do not name by a number."""
    if entry.feed in _MESSAGES:
        return f"{_NUMBERED.get(entry.feed, '')}{entry.number}" if entry.number else ""
    prefix = _NUMBERED_BY_SITE.get(sources.site(entry.url))
    return f"{prefix}{entry.number}" if entry.number and prefix else ""


def origin(entry: Entry) -> str:
    """Return the number that names an entry, else its site, such as "ustr.gov"."""
    return number(entry) or ("" if entry.feed in _MESSAGES else sources.site(entry.url))


def example_number(context: Context) -> str:
    """Return the number of a stored message for an example, or one of CBP's if none is stored."""
    found = newest_message(context.recent, context.now)
    return found.number if found else "67647279"


def newest_message(recent: Recent | None, now: datetime, *, samples: bool = False) -> Entry | None:
    """Return the newest message with a number that is not routine, for an example."""
    found = recent.newest(lambda entry: bool(entry.number) and not entry.routine, 1, now, samples=samples) if recent else []
    return next(iter(found), None)


def short_number(entry: Entry) -> str:
    """Return what names an entry in a list: the bare number of a message, or the origin of another one."""
    return entry.number if entry.feed in _MESSAGES else origin(entry)


def bullet(entry: Entry, when: str = "", *more: str, marked: bool = True) -> Line:
    """`marked`: a sample says that it is one, unless the list's head does."""
    parts = (short_number(entry), when, *more, *states(entry, marked=marked))
    return line(*title(entry, BULLET_TITLE), *(f"{cards.SEPARATOR}{part}" for part in parts if part))


def states(entry: Entry, *, marked: bool = True) -> tuple[str, ...]:
    """Return what a list says of an entry that is held, and, if `marked`, of a sample."""
    return (*((HELD,) if entry.held else ()), *((SAMPLE,) if entry.sample and marked else ()))


def facts(entry: Entry, now: datetime, zone: str) -> Line:
    """Return "CSMS 67647279 · sent 6 Feb 15:12 ET · quota notice", the kind only if the title lacks it.

    A document has "dated 6 Feb" or "published 6 Feb 15:12 ET".
    """
    said = "sent" if entry.feed in _MESSAGES else "dated" if _has_only_a_day(entry) else "published"
    clock = "" if _has_only_a_day(entry) else f" {dates.clock(entry.published, zone)}"
    sent = f"{said} {sent_day(entry, now, zone)}{clock}"
    kind = "" if kind_and_title(entry)[0] else kind_name(entry.kind)
    held = HELD if entry.held else ""
    return cards.separated_line(origin(entry), sent, kind, held, *((Span(SAMPLE, bold=True),) if entry.sample else ()))


def kind_name(kind: str) -> str:
    return _KINDS.get(kind, kind)


def routine_name(kind: str) -> str:
    """Return "outage notice"."""
    return _ROUTINE.get(kind, "routine notice")


def left_out_count(count: int) -> str:
    """Return "12 routine notices left out"."""
    return f"{count} routine notice{'s' if count != 1 else ''} left out"


def topic_name(catalog: Catalog, slug: str) -> str:
    """Return the topic's short name ("AD/CVD"), or its slug if it is unknown."""
    return next((cards.short_name(topic.name) for topic in catalog.topics if topic.slug == slug), slug)


def sort_topics(catalog: Catalog, slugs: Iterable[str]) -> tuple[str, ...]:
    """In the catalog's order."""
    known = {topic.slug: index for index, topic in enumerate(catalog.topics)}
    return tuple(sorted(dict.fromkeys(slugs), key=lambda slug: (known.get(slug, len(known)), slug)))


def topic_names(entry: Entry, catalog: Catalog) -> str:
    return ", ".join(topic_name(catalog, slug) for slug in sort_topics(catalog, (hit.topic for hit in entry.topics)))


def excerpt(entry: Entry) -> Line | None:
    """Return the first sentences of the body, marked if it was shortened."""
    body = " ".join((entry.body or "").split())
    if not body:
        return None
    if len(body) <= _MAX_EXCERPT:
        return (Span(body),)
    ends = [match.end() for match in _SENTENCE.finditer(body, _MAX_EXCERPT // 3, _MAX_EXCERPT)]
    text = f"{body[: ends[-1]].rstrip()} …" if ends else shorten(body, _MAX_EXCERPT)
    return (Span(f"{text} "), Span("(shortened by the bot)", italic=True))


def card(  # six parameters: the entry, what is around it, and two additions
    entry: Entry, catalog: Catalog, now: datetime, zone: str, note: str = "", says: tuple[Line, ...] = ()
) -> tuple[Block, ...]:
    """Return the title, the facts with a note below them, and the beginning of the body with what the entry says around it."""
    about = topic_names(entry, catalog)
    small = SmallPrint((facts(entry, now, zone), *(line(each) for each in (f"Topics: {about}" if about else "", note) if each)))
    text = around_excerpt(entry, says)
    return (Section((title(entry, CARD_TITLE, bold=True),)), small, *((Section(text),) if text else ()))


def around_excerpt(entry: Entry, says: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the beginning of the body, with the first of `says` above it and the others below."""
    return tuple(filter(None, (*says[:1], excerpt(entry), *says[1:])))


def card_text(entry: Entry, catalog: Catalog, zone: str) -> str:
    about = topic_names(entry, catalog)
    return ". ".join((screen_reader_text(entry, zone, link=True), *((f"Topics: {about}",) if about else ())))


def caution(entries: Sequence[Entry]) -> SmallPrint:
    by_site = (_CAUTIONS_BY_SITE.get(sources.site(entry.url), _OTHER_CAUTION) for entry in entries)
    cautions = dict.fromkeys(_CAUTIONS.get(entry.feed) or other for entry, other in zip(entries, by_site, strict=True))
    if _CSMS_CAUTION in cautions:
        cautions.pop(_MESSAGE_CAUTION, None)  # it is the first half of the other
    if len(cautions) > _MAX_CAUTIONS:
        cautions = dict.fromkeys((*(each for each in cautions if each == _CSMS_CAUTION), _SEVERAL_CAUTION))
    return SmallPrint((line(" ".join((_AUTOMATED, *cautions))),))


def is_caution(block: Block) -> bool:
    return isinstance(block, SmallPrint) and plain(block.lines[0]).startswith(_AUTOMATED)


def screen_reader_text(entry: Entry, zone: str, *, link: bool = False, most: int = CARD_TITLE, marked: bool = True) -> str:
    """Return kind, title, number and date. `link` is for a single message: a list's would take minutes. `marked` is as in `bullet`."""
    kind, text = kind_and_title(entry)
    parts = (
        f"{kind}: {_shown_title(entry, text, most)}" if kind else _shown_title(entry, text, most),
        origin(entry),
        dates.date(entry.published, _zone(entry, zone)),
        entry.url if link else "",
        HELD if entry.held else "",
        SAMPLE if entry.sample and marked else "",
    )
    return ", ".join(part for part in parts if part)


def count_text(entries: Sequence[Entry], catalog: Catalog) -> str:
    """Return "4 updates from 2 feeds" or "7 CSMS messages (3 are samples)"."""
    count, feeds = len(entries), {"csms" if entry.sample else entry.feed for entry in entries}
    samples = sum(entry.sample for entry in entries)
    mixed = f" ({samples} {'is a sample' if samples == 1 else 'are samples'})" if 0 < samples < count else ""
    if feeds == {"csms"}:
        return f"{count} CSMS message{'s' if count != 1 else ''}{mixed}"
    word = "update" if count == 1 else "updates"
    if len(feeds) != 1:
        return f"{count} {word} from {len(feeds)} feeds{mixed}" if feeds else f"0 {word}"
    return f"{count} {word} from {feed_name(catalog, next(iter(feeds)))}"


def feeds_by_name(catalog: Catalog) -> tuple[str, ...]:
    """Return the slugs of the feeds that people get only if they name them: others' documents would hide CBP's messages in a list."""
    return tuple(feed.slug for feed in catalog.feeds if feed.by_name_only)


def feed_name(catalog: Catalog, slug: str) -> str:
    """A sample of the playground counts as a CSMS message."""
    wanted = "csms" if slug == SAMPLE_FEED else slug
    return next((feed.name for feed in catalog.feeds if feed.slug == wanted), wanted)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.published, entry.id), reverse=True)


def sent_day(entry: Entry, now: datetime, zone: str) -> str:
    """Return "6 Feb", with the year unless it is the current one."""
    return dates.near_date(min(entry.published, now), now, _zone(entry, zone))


def sent_date(entry: Entry, zone: str) -> str:
    """Return "6 Feb 2026"."""
    return dates.date(entry.published, _zone(entry, zone))


def _zone(entry: Entry, zone: str) -> str:
    """Return the zone in which to tell an entry's date: a day without a time is stored as its midnight in Washington."""
    return _WASHINGTON if _has_only_a_day(entry) else zone


def _has_only_a_day(entry: Entry) -> bool:
    """CBP's archive tells the day of sending alone, and so do the documents of most other feeds."""
    return entry.archived or (entry.feed not in _MESSAGES and dates.is_midnight(entry.published, _WASHINGTON))
