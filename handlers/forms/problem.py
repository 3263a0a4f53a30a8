"""Reported problems: which card is meant, and the message that the admins get."""

from content.catalog import Catalog, get, title
from handlers import lookups
from handlers.command import Person
from handlers.forms.fields import Field, FieldKind, FormView
from handlers.replies.cards import person_span, separated_line
from handlers.replies.entries import CARD_TITLE, shorten
from handlers.replies.reply import Controls, Divider, Reply, Section, SmallPrint, Span, line
from handlers.replies.sources import https_url
from jobs.models.entries import Entry

WORDS = "words"
"""The field of the form."""
MAX_WORDS = 2_000
"""In characters."""
MAX_SUBJECT = 1_024


def subject_name(subject: str, catalog: Catalog) -> str:
    if get(catalog, subject) is not None:
        return title(catalog, subject)
    kind, _, number = subject.partition(":")
    return f"CSMS {number}" if kind == "csms" else subject


def card_command(subject: str, catalog: Catalog) -> str:
    if get(catalog, subject) is not None:
        return lookups.command_for(subject)
    kind, _, number = subject.partition(":")
    return f"/csms {number}" if kind == "csms" else ""


def view(subject: str, catalog: Catalog) -> FormView:
    name = shorten(subject_name(subject, catalog), 100)
    intro = f"Is something on the card “{name}” wrong, missing or out of date? The people who edit the answers will read your report."
    return FormView("Report a problem", (intro,), (Field(FieldKind.LINES, WORDS, "What is wrong?", required=True),), "Send")


# seven parameters: a report is made of all of them, and nothing else passes them on
def message(
    subject: str, words: str, person: Person, where: str, catalog: Catalog, entry: Entry | None, card: Reply | None = None
) -> Reply:
    name = subject_name(subject, catalog)
    card_title = f"{shorten(entry.title, CARD_TITLE)} ({name})" if entry is not None else name
    kind = lookups.KIND_NAMES.get(subject.partition(":")[0], "CSMS message" if subject.startswith("csms:") else "message")
    link = https_url(entry.url) if entry is not None else None
    is_content = get(catalog, subject) is not None
    source = f"content: {catalog.places.get(subject, 'place unknown')}" if is_content else "CBP's own text; topics.yaml assigns its topics"
    quoted = tuple(line(Span(row, italic=True)) for row in words[:MAX_WORDS].splitlines() if row.strip())
    small_print = separated_line(line("By ", person_span(person)), f"in {where}" if where else "", source, f"content {catalog.digest[:8]}")
    return Reply(
        f"Problem reported: {card_title}. {source}. {words[:MAX_WORDS]}",
        (
            Section((line(Span("Problem reported: ", bold=True), Span(card_title, bold=True, link=link), f" · {kind}"), *quoted)),
            SmallPrint((small_print,)),
            *((Divider(), *(block for block in card.blocks if not isinstance(block, Controls))) if card is not None else ()),
        ),
        public=True,
    )
