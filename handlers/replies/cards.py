"""Pieces that cards share."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.replies import sources
from handlers.replies.dates import as_of, near_date
from handlers.replies.reply import Button, Buttons, Line, Menu, Reply, Section, SmallPrint, Span, code_line, line, refusal

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from content.catalog import Contact, Link, Question, Statement
    from handlers.command import Context, Person
    from jobs.models.channels import ChannelRef
    from jobs.models.entries import Entry

MAX_BUTTONS, MAX_CHOICES = 5, 4
"""Buttons in one row, and those of them that a card has; the last is for Teams' way back."""

SEPARATOR = " · "

UNNAMED = "somebody"
"""Stands for a person whose name the bot does not know."""

CLOSEST = "Closest match"

_CHAT_KINDS = ("personal", "groupChat")
"""Kinds of chats on Teams and in the playground."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A subject that people can choose."""

    subject: str
    title: str
    what: str
    command: str


def join_names(names: Sequence[str], last: str = "or") -> str:
    """Return "a, b or c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def channel_noun(channel: ChannelRef | None) -> str:
    """Return "channel" or "chat".

    Slack's direct messages have IDs with a D; a group message counts as a channel.
    """
    if channel is None:
        return "channel"
    chat = channel.id.startswith("D") if channel.platform == "slack" else channel.extra.get("kind") in _CHAT_KINDS
    return "chat" if chat else "channel"


def statement(statement: Statement, context: Context, common: str = "") -> Line:
    """Return "Refunds are paid electronically (CSMS 68179006, as of 27 Mar 2026)" with a linked source, and a newer message if any.

    `common`: a source that is said elsewhere.
    """
    return line(statement.text, *in_brackets(statement, context, common))


def statements(items: Iterable[Statement], context: Context, common: str = "") -> tuple[Line, ...]:
    return tuple(statement(item, context, common) for item in items if item.shown)


def answers(questions: Iterable[Question], context: Context, common: str = "") -> tuple[Line, ...]:
    return tuple(line(Span(item.q, bold=True), f" {item.a}", *in_brackets(item, context, common)) for item in questions if item.shown)


def summary(statement: Statement, context: Context) -> Section:
    """Return a card's summary, and below it the newer message, if any."""
    newer = newer_note(statement, context)
    return Section((line(statement.text), *((newer,) if newer else ())))


def contact(item: Contact) -> Span:
    return Span(item.value, bold="@" not in item.value)  # bold, a long address would break in its middle


def contacts(items: Iterable[Contact], lead: str = "Contact: ") -> tuple[Line, ...]:
    return tuple(
        line(*((lead,) if lead else ()), contact(item), f", {item.purpose}", *((" (internal)",) if item.internal else ()))
        for item in items
        if item.shown
    )


def in_brackets(item: Statement | Question | Contact, context: Context, common: str = "") -> Line:
    """Return " (CSMS 68179006, as of 27 Mar 2026)" and what may change the statement; () for a statement without a source."""
    parts, newer = sources.provenance(item, common), newer_note(item, context)
    listed = tuple(span for index, part in enumerate(parts) for span in ((Span(", "), part) if index else (part,)))
    return (*((Span(" ("), *listed, Span(")")) if parts else ()), *((Span(SEPARATOR), *newer) if newer else ()))


def source_line(item: Statement | Question | Contact, context: Context, *before: str | Span) -> Line:
    """Return the sources and the date of a statement as a line of its own, and what may change it. A page `before` is no source again."""
    pages = tuple(Span(sources.site(each.link), link=each.link) for each in before if isinstance(each, Span) and each.link)
    known = {sources.page(each) for each in pages}
    others = (each for each in sources.provenance(item) if not each.link or sources.page(each) not in known)
    found = sources.tell_apart((*pages, *others))[len(pages) :]
    where, newer = separated_line(*before, *found), newer_note(item, context)
    return (*where, *((Span(SEPARATOR),) if where and newer else ()), *newer)


def newer_note(item: Statement | Question | Contact, context: Context) -> Line:
    """Return which stored message may have overtaken a statement; () if none has."""
    entry = context.recent.newer(item) if context.recent is not None else None
    return newer_message(entry, context.now, context.zone) if entry is not None else ()


def newer_message(entry: Entry, now: datetime, zone: str) -> Line:
    """Return "A newer CSMS may change this: 69056621, 26 Jun" with a linked number."""
    number = Span(entry.number, link=sources.https_url(entry.url))
    return line("A newer CSMS may change this: ", number, f", {near_date(entry.published, now, zone)}")


def person_span(person: Person, *, bold: bool = False) -> Span:
    """Return the person's name; Slack puts it in place of "somebody" if the bot does not know it."""
    return Span(person.name or UNNAMED, bold=bold, person="" if person.name or person.platform != "slack" else person.id)


def by(how: str, person: Person) -> Line:
    """Return "Paused by Maria"."""
    return line(f"{how} by ", person_span(person))


def separated_line(*parts: str | Span | Line) -> Line:
    lines = [part if isinstance(part, tuple) else line(part) for part in parts if part]
    return tuple(span for index, part in enumerate(lines) for span in ((Span(SEPARATOR), *part) if index else part))


def source_note(kind: str, *pages: Link, also: str = "") -> SmallPrint:
    """Return "Priority Trade Issue · 19 U.S.C. 4322 · in our words; official page: Revenue on CBP.gov"."""
    links = [part for index, page in enumerate(pages) for part in (*((Span(", "),) if index else ()), Span(page.title, link=page.url))]
    words = Span("in our words; official page: " if links else "in our words")
    return SmallPrint((separated_line(kind, also, words) + tuple(links),))


def common_date(dates: Iterable[str]) -> str:
    """Return "As of Nov 2026" if all have this date, else "": each statement says its own."""
    known = {date for date in dates if date[:4].isdigit()}
    return f"As of {as_of(known.pop())}" if len(known) == 1 else ""


def date_sentence(dates: Iterable[str]) -> str:
    text = common_date(dates)
    return f"{text}." if text else ""


def footer(*dates: str, lines: tuple[Line, ...] = (), source: str = "") -> SmallPrint:
    """`source`: of all statements of the card."""
    pages = sources.cite(source) if source else ()
    where = line("Source: ", *(part for index, page in enumerate(pages) for part in ((", ", page) if index else (page,)))) if pages else ""
    return SmallPrint((*lines, separated_line(where, common_date(dates), "Not legal advice")))


def heading(words: str, rest: str | Line = "") -> Section:
    more = rest if isinstance(rest, tuple) else line(rest) if rest else ()
    return Section(((Span(words, bold=True), *more),))


def choices(label: str, buttons: Sequence[Button]) -> Buttons | Menu:
    """Return buttons, or a select menu for more than a row takes. `label` says what to choose."""
    return Buttons(tuple(buttons)) if len(buttons) <= MAX_CHOICES else Menu(label, tuple(buttons))


def short_name(name: str) -> str:
    """Return the name's final abbreviation in brackets, else the name."""
    inside = name.rstrip(") ").rpartition("(")[2] if name.endswith(")") and "(" in name else ""
    return inside if 2 <= len(inside) <= 12 and "(" not in inside and ")" not in inside else name


def title_part(slug: str, title: str) -> str:
    """Return the part of a title that its slug names, or the slug as words.

    importers-exporters takes "Importers and Exporters" from "Guidance for Importers and Exporters".
    """
    first, *others = (rf"\b{re.escape(word)}\b" for word in slug.split("-"))
    found = re.search(first + "".join(f"(?>.*?{word})" for word in others), title, re.IGNORECASE)
    if found is not None:
        return found[0]
    words = slug.replace("-", " ")
    return words.upper() if len(words) <= 5 else words.capitalize()


def quote(words: str, most: int = 80) -> str:
    """Cut to `most` characters. Nothing that a person typed looks like a mention of Slack's: "<!here>" becomes "‹!here>"."""
    text = re.sub("<(?=[!@#])", "‹", " ".join(words.split()))
    return f"“{text if len(text) <= most else text[: most - 1] + '…'}”"


def quote_unless_number(words: str, most: int = 80) -> str:
    number = words.strip().removeprefix("#")
    return number if number.isascii() and number.isdecimal() and len(number) <= most else quote(words, most)


def choice(words: str, offers: Sequence[Offer]) -> Reply:
    question = f"The bot is not sure what you mean by {quote(words)}."
    ask = "Did you mean one of these?" if len(offers) > 1 else "Did you mean this?"
    names = "; ".join(f"{offer.title} ({offer.what})" for offer in offers)
    return Reply(
        f"{question} {ask} {names}",
        (heading(question, f" {ask}"), choices("Choose one", offer_buttons(offers))),
        subjects=tuple(offer.subject for offer in offers),
    )


def offer_buttons(offers: Iterable[Offer]) -> list[Button]:
    return [Button(f"{short_name(offer.title)} ({offer.what})", offer.command) for offer in offers]


def closest(card: Reply) -> Reply:
    """Return the card of the only candidate, marked as such."""
    return replace(card, text=f"{CLOSEST}: {card.text}", blocks=(SmallPrint((line(CLOSEST),)), *card.blocks))


def is_sure(reply: Reply) -> bool:
    """Return whether an answer is neither a choice nor the closest match."""
    return reply.shareable and not reply.text.startswith(CLOSEST)


def needs_bot(what: str = "This command works") -> Reply:
    hint = "Type it in a channel with the bot, such as those of the playground, which `tradebot run` starts."
    return refusal(f"{what} only in the running bot.", code_line(hint))


def excess_words(usage: str, takes: str, words: str) -> Reply:
    """Refuse words that a command would ignore."""
    but = f"so {quote(words, 40)} has no effect" if takes.startswith("no ") else f"and not {quote(words, 40)}"
    return refusal(f"{usage} takes {takes}, {but}.", "Leave that out.", Button(usage, usage))


def no_match(words: str, where: str, *buttons: Button, hint: str = "") -> Reply:
    text = f"No results for {quote(words)}{f' {where}' if where else ''}."
    lines = (line(Span(text, bold=True)), *((line(hint),) if hint else ()))
    return Reply(f"{text} {hint}".strip(), (Section(lines), Buttons(tuple(buttons))), answered=False)
