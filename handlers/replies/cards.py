"""The pieces that cards share: where a statement was read and when it was true, choices, and what is said when nothing matches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.replies.dates import as_of
from handlers.replies.reply import Bullets, Button, Buttons, Line, Reply, Section, SmallPrint, Span, line
from jobs.csms import hex_url

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from content.catalog import Contact, Link, Question, Statement
    from handlers.command import Person

NOT_ADVICE = "not legal advice"

MAX_BUTTONS = 5

SEPARATOR = " · "

CAREERS = "https://www.cbp.gov/careers/trade"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a doubtful match may mean."""

    subject: str
    title: str
    what: str
    command: str


def statement(said: Statement) -> Line:
    """ "Refunds are paid electronically (CSMS 68179006, as of 27 Mar 2026)", the source as a link."""
    return line(said.text, " (", *provenance(said.source, said.as_of, said.status), ")")


def statements(said: Iterable[Statement]) -> tuple[Line, ...]:
    """Those that may be shown."""
    return tuple(statement(one) for one in said if one.shown)


def answers(questions: Iterable[Question]) -> tuple[Line, ...]:
    """Question and answer on one line each, those that may be shown."""
    return tuple(
        line(Span(one.q, bold=True), f" {one.a} (", *provenance(one.source, one.as_of, one.status), ")") for one in questions if one.shown
    )


def contacts(all_of_them: Iterable[Contact], person: Person) -> tuple[Line, ...]:
    """Where to ask. An internal mailbox is for people of the staff's own workspace alone."""
    return tuple(
        line("Contact: ", Span(one.value, bold=True), f", {one.purpose}", *((" (internal)",) if one.audience == "internal" else ()))
        for one in all_of_them
        if one.shown and (one.audience == "public" or not person.external)
    )


def provenance(source: str, when: str, status: str = "official") -> tuple[Span, ...]:
    """Where and when something was read: links, then "as of 27 Mar 2026"; a judgement of ours says that it is one."""
    where = sources(source)
    parts = (*where, *((Span("our reading"),) if status == "derived" else ()), *((Span(f"as of {as_of(when)}"),) if when else ()))
    return tuple(span for place, part in enumerate(parts) for span in ((Span(", "), part) if place else (part,)))


def sources(source: str) -> tuple[Span, ...]:
    """A source as spans: a CSMS message by its number, a page by its site, "flyer" and "careers page" by their names."""
    spans: list[Span] = []
    for part in divided(source):
        first = part.removeprefix("CSMS").lstrip(" #").split(" ", 1)[0]
        url = next((word for word in part.split() if word.startswith(("https://", "http://"))), "")
        if is_number(first):
            spans.append(Span(f"CSMS {first}", link=hex_url(first)))
        elif url:
            spans.append(Span(site(url), link=secure(url)))
        elif part.casefold().startswith("flyer"):
            spans.append(Span("Office of Trade flyer"))
        elif part.casefold().startswith("careers page"):
            spans.append(Span("careers page", link=CAREERS))
        else:
            spans.append(Span(part))
    return numbered(dict.fromkeys(spans))


def numbered(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Two pages of one site can be told apart: "usajobs.gov", "usajobs.gov (2)"."""
    times: dict[str, int] = {}
    told = []
    for span in spans:
        times[span.text] = times.get(span.text, 0) + 1
        told.append(span if times[span.text] == 1 else replace(span, text=f"{span.text} ({times[span.text]})"))
    return tuple(told)


def divided(source: str) -> list[str]:
    """The places that a source names: divided by ";", or by a comma in front of another message or page."""
    parts: list[str] = []
    for some in source.split(";"):
        for place, part in enumerate(some.strip().split(", ")):
            another = part.startswith(("CSMS", "https://", "http://")) or is_number(part.split(" ", 1)[0])
            if place and not another:
                parts[-1] += f", {part}"
            elif part:
                parts.append(part)
    return parts


def is_number(word: str) -> bool:
    """A number that has a page: see jobs.csms."""
    return 7 <= len(word) <= 9 and word.isascii() and word.isdigit()


def site(url: str) -> str:
    """ "CBP.gov" for CBP's own pages, otherwise the host without "www."."""
    host = url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].casefold().removeprefix("www.")
    return "CBP.gov" if host == "cbp.gov" else host


def secure(url: str) -> str | None:
    """The https address of a page: CBP's old http ones lead there; what is neither is no link."""
    if url.startswith("http://"):
        return "https://" + url.removeprefix("http://")
    return url if url.startswith("https://") else None


def small(*parts: str | Span) -> Line:
    """Small print: the parts with a dot between them."""
    spans = [part if isinstance(part, Span) else Span(part) for part in parts if part]
    return tuple(span for place, part in enumerate(spans) for span in ((Span(SEPARATOR), part) if place else (part,)))


def in_our_words(kind: str, *official: Link, also: str = "") -> SmallPrint:
    """ "Priority Trade Issue · 19 U.S.C. 4322 · in our words; official page: Revenue on CBP.gov"."""
    pages = [part for place, link in enumerate(official) for part in (*((Span(", "),) if place else ()), Span(link.title, link=link.url))]
    words = Span("in our words; official page: " if pages else "in our words")
    return SmallPrint((small(kind, also, words) + tuple(pages),))


def dated(dates: Iterable[str]) -> str:
    """How old the statements are: "as of Nov 2026" when they are of one date, else from the oldest to the newest, "statements dated
    27 Mar 2026 to Nov 2026"; "" when there is none. The newest alone would pass for the date of them all, and "as of … to …" for how
    long they hold."""
    known = sorted(date for date in dates if date[:4].isdigit())
    if not known:
        return ""
    oldest, latest = known[0], known[-1]
    return f"as of {as_of(latest)}" if latest.startswith(oldest) else f"statements dated {as_of(oldest)} to {as_of(latest)}"


def dated_sentence(dates: Iterable[str]) -> str:
    """The same for a screen reader: "As of Nov 2026."."""
    said = dated(dates)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def footer(*dates: str, lines: tuple[Line, ...] = ()) -> SmallPrint:
    """The card's last lines: `lines`, then how old its statements are."""
    return SmallPrint((*lines, small(dated(dates), NOT_ADVICE)))


def heading(words: str) -> Section:
    return Section((line(Span(words, bold=True)),))


def rows(buttons: Sequence[Button], per_row: int = MAX_BUTTONS) -> tuple[Buttons, ...]:
    """Buttons in rows of nearly the same length, none with more than five."""
    count = -(-len(buttons) // per_row)
    size = -(-len(buttons) // count) if count else 1
    return tuple(Buttons(tuple(buttons[start : start + size])) for start in range(0, len(buttons), size))


def short(name: str) -> str:
    """What fits on a button: the abbreviation in brackets when the name ends with one."""
    inside = name.rstrip(") ").rpartition("(")[2] if name.endswith(")") and "(" in name else ""
    return inside if 2 <= len(inside) <= 12 and "(" not in inside and ")" not in inside else name


def named_by(slug: str, title: str) -> str:
    """The part of a title that a slug names, as the title writes it: "Importers and Exporters" of "Guidance for Importers and Exporters" by
    importers-exporters. Where the title has other words, those of the slug: "CSMS"."""
    first, *others = (rf"\b{re.escape(word)}\b" for word in slug.split("-"))
    found = re.search(first + "".join(f"(?>.*?{word})" for word in others), title, re.IGNORECASE)
    if found is not None:
        return found[0]
    plain = slug.replace("-", " ")
    return plain.upper() if len(plain) <= 5 else plain.capitalize()


def quoted(words: str, most: int = 80) -> str:
    """A person's words as a quotation, cut when they are long."""
    said = " ".join(words.split())
    return f"“{said if len(said) <= most else said[: most - 1] + '…'}”"


def choice(words: str, offers: Sequence[Offer]) -> Reply:
    """A doubtful match: says so and offers up to three."""
    said = f"Not sure what {quoted(words)} means here."
    names = "; ".join(f"{offer.title} ({offer.what})" for offer in offers)
    items = tuple(line(Span(offer.title, bold=True), f": {offer.what}") for offer in offers)
    titles = [short(offer.title) for offer in offers]
    labels = [title if titles.count(title) == 1 else f"{title} ({offer.what})" for title, offer in zip(titles, offers, strict=True)]
    return Reply(
        f"{said} Did you mean one of these? {names}",
        (
            Section((line(Span(said, bold=True), " Did you mean one of these?"),)),
            Bullets(items),
            Buttons(tuple(Button(label, offer.command) for label, offer in zip(labels, offers, strict=True))),
        ),
        subjects=tuple(offer.subject for offer in offers),
    )


def nothing(words: str, where: str, *buttons: Button, hint: str = "") -> Reply:
    """No match: says so and offers the list."""
    said = f"Nothing found for {quoted(words)} {where}."
    lines = (line(Span(said, bold=True)), *((line(hint),) if hint else ()))
    return Reply(f"{said} {hint}".strip(), (Section(lines), Buttons(tuple(buttons))))
