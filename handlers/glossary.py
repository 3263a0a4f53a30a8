"""/trade term: the glossary of abbreviations."""

from __future__ import annotations

from handlers import lookups
from handlers.messages.newest import newest
from handlers.questions import answers
from handlers.replies import cards, sources
from handlers.replies.reply import Block, Button, Buttons, Fold, Header, Line, Reply, Section, SmallPrint, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Catalog, Term
    from handlers.command import Command, Context

_ALL = frozenset({"all", "list"})


def term(words: str, command: Command, context: Context) -> Reply:
    if not words.strip() or words.strip().casefold() in _ALL:
        return _list_all(context.catalog, folded=not words.strip())
    return answers.answer(words, ("term",), command, context, "in the glossary", Button("Show all terms", "/trade term all"))


def _list_all(catalog: Catalog, *, folded: bool) -> Reply:
    terms = sorted(catalog.terms, key=lambda term: term.term.casefold())
    more = Button(f"Show all {len(terms)} terms", "/trade term all") if folded else None
    return Reply(
        f"Glossary of {len(terms)} terms: {', '.join(term.term for term in terms)}.",
        (
            Header("Glossary"),
            cards.source_note("Trade terms"),
            Section((line("To look one up, type ", Span("/trade term ACE", code=True), "."),)),
            Fold(f"Terms ({len(terms)})", tuple(_list_line(term) for term in terms), more),
            cards.footer(*(term.definition.as_of for term in terms)),
        ),
        subjects=tuple(f"term:{term.slug}" for term in terms),
        shareable=True,
    )


def _list_line(term: Term) -> Line:
    meaning = term.expansion or (term.definition.text if term.definition.shown else "")
    return line(Span(term.term, bold=True), *((f": {meaning}",) if meaning else ()))


def card(term: Term, command: Command, context: Context) -> Reply:
    definition = term.definition if term.definition.shown else None
    dates = (definition.as_of,) if definition else ()
    site = (Span(f"more on {sources.site(term.link)}", link=term.link),) if term.link else ()
    blocks: list[Block] = [Header(term.term), SmallPrint((cards.separated_line("Glossary", "in our words", *site),))]
    lines: list[Line] = [line(Span(term.expansion, bold=True))] if term.expansion else []
    if definition:
        lines.append(cards.statement(definition, context))
    if lines:
        blocks.append(Section(tuple(lines)))
    names = (term.term, term.expansion, *(alias for alias in term.aliases if not alias.isdecimal()))
    blocks += newest(command, context, (term.slug,), names)
    see_also = lookups.buttons(context.catalog, term.see, 3)
    blocks += [Buttons((*see_also, Button("Glossary", "/trade term"))), cards.footer(*dates)]
    parts = (
        f"Term: {term.term}" + (f", {term.expansion}." if term.expansion else "."),
        definition.text if definition else "",
        cards.date_sentence(dates),
        term.link,
    )
    return Reply(" ".join(part for part in parts if part), tuple(blocks), subjects=(f"term:{term.slug}",), shareable=True)
