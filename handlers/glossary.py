"""/trade term: what an abbreviation means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from content.catalog import KINDS
from handlers import lookups
from handlers.replies import cards
from handlers.replies.reply import Block, Button, Buttons, Fold, Header, Line, Reply, Section, SmallPrint, Span, line

if TYPE_CHECKING:
    from content.catalog import Catalog, Term
    from handlers.command import Command, Context

ALL = frozenset({"all", "list"})


def term(words: str, command: Command, context: Context) -> Reply:
    """The list, a card, a choice, or nothing."""
    if not words.strip() or words.strip().casefold() in ALL:
        return everything(context.catalog, folded=not words.strip())
    match = lookups.find(words, ("term",), context.catalog)
    if match.sure and match.subjects:
        return lookups.show(match.subjects[0], command, context)
    if match.subjects:
        return cards.choice(words, [lookups.offer(context.catalog, subject) for subject in match.subjects])
    elsewhere = tuple(kind for kind in KINDS if kind != "term")
    return lookups.nothing(words, "in the glossary", elsewhere, context.catalog, Button("Show all terms", "/trade term all"))


def everything(catalog: Catalog, *, folded: bool) -> Reply:
    """Every term with what it stands for, in the order of the alphabet."""
    terms = sorted(catalog.terms, key=lambda one: one.term.casefold())
    more = Button(f"Show all {len(terms)} terms", "/trade term all") if folded else None
    return Reply(
        f"Glossary of {len(terms)} terms: {', '.join(one.term for one in terms)}.",
        (
            Header("Glossary"),
            cards.in_our_words("Words of the trade"),
            Section((line("Type ", Span("/trade term ACE", code=True), " for one of them."),)),
            Fold(f"Terms ({len(terms)})", tuple(entry(one) for one in terms), more),
            cards.footer(*(one.definition.as_of for one in terms)),
        ),
        subjects=tuple(f"term:{one.slug}" for one in terms),
        shareable=True,
    )


def entry(one: Term) -> Line:
    meaning = one.expansion or (one.definition.text if one.definition.shown else "")
    return line(Span(one.term, bold=True), *((f": {meaning}",) if meaning else ()))


def card(one: Term, command: Command, context: Context) -> Reply:
    """What it stands for, what it is, and where to read on."""
    said = one.definition
    site = (Span(f"more on {cards.site(one.link)}", link=one.link),) if one.link else ()
    blocks: list[Block] = [Header(one.term), SmallPrint((cards.small("Glossary", "in our words", *site),))]
    lines: list[Line] = [line(Span(one.expansion, bold=True))] if one.expansion else []
    if said.shown:
        lines.append(cards.statement(said))
    if lines:
        blocks.append(Section(tuple(lines)))
    seen = lookups.buttons(context.catalog, one.see, 4)
    blocks += [Buttons((*seen, Button("Glossary", "/trade term"))), cards.footer(*((said.as_of,) if said.shown else ()))]
    dated = cards.dated_sentence((said.as_of,)) if said.shown else ""
    parts = (
        f"Term: {one.term}" + (f", {one.expansion}." if one.expansion else "."),
        said.text if said.shown else "",
        dated,
        one.link,
    )
    return Reply(" ".join(part for part in parts if part), tuple(blocks), subjects=(f"term:{one.slug}",), shareable=True)
