"""/trade resource: the trade pages of the Office's flyer, with what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from content.catalog import KINDS, Link
from handlers import lookups
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, Span, line

if TYPE_CHECKING:
    from content.catalog import Catalog, Resource
    from handlers.command import Command, Context

STATES = {
    "current": "",
    "moved": "moved",
    "unverified": "not verified",
    "archived": "archived",
}
"""How a list marks a page."""


def resource(words: str, command: Command, context: Context) -> Reply:
    """The list, a card, a choice, or nothing."""
    if not words.strip():
        return everything(context.catalog)
    match = lookups.find(words, ("resource",), context.catalog)
    if match.sure and match.subjects:
        return lookups.show(match.subjects[0], command, context)
    if match.subjects:
        return cards.choice(words, [lookups.offer(context.catalog, subject) for subject in match.subjects])
    elsewhere = tuple(kind for kind in KINDS if kind != "resource")
    return lookups.nothing(words, "among the trade pages", elsewhere, context.catalog, Button("Show the pages", "/trade resource"))


def everything(catalog: Catalog) -> Reply:
    """All but what is archived; that is found by its name."""
    listed = [one for one in catalog.resources if one.state != "archived"]
    left_out = len(catalog.resources) - len(listed)
    notes = (cards.small(f"{left_out} archived, found by name"),) if left_out else ()
    return Reply(
        f"{len(listed)} trade pages on CBP.gov: {'; '.join(one.title for one in listed)}.",
        (
            Header("Trade pages on CBP.gov"),
            cards.in_our_words("Trade resources of the Office's flyer"),
            Bullets(tuple(entry(one) for one in listed)),
            *cards.rows([Button(cards.named_by(one.slug, one.title), f"/trade resource {one.slug}") for one in listed]),
            cards.footer(*(one.summary.as_of for one in listed), lines=notes),
        ),
        subjects=tuple(f"resource:{one.slug}" for one in listed),
        shareable=True,
    )


def entry(one: Resource) -> Line:
    """The page that works today, as a link; what is not plain about it behind."""
    page = one.successor if one.state == "moved" and one.successor else Link(one.title, one.url)
    return line(Span(one.title, link=page.url), *((f" ({STATES[one.state]})",) if STATES.get(one.state) else ()))


def card(one: Resource, command: Command, context: Context) -> Reply:
    """Where the page is, and before all else whether that is still so."""
    page = one.successor if one.state == "moved" and one.successor else Link(f"{one.title} on {cards.site(one.url)}", one.url)
    about = standing(one)
    blocks: list[Block] = [Header(one.title, page.url), cards.in_our_words("Trade page", page, also=STATES.get(one.state, ""))]
    if about:
        blocks.append(Section(about))
    if one.summary.shown:
        blocks.append(Section((line(one.summary.text),)))
    if one.note:
        blocks.append(Section((line(one.note),)))
    links = tuple(line(Span(link.title, link=link.url)) for link in one.links)
    if links:
        blocks.append(Bullets(links))
    namesakes = (f"topic:{one.slug}", f"term:{one.slug}")
    about_it = (*(f"pti:{slug}" for slug in one.ptis[:2]), *namesakes, *(f"role:{slug}" for slug in one.roles))
    related = lookups.buttons(context.catalog, about_it, cards.MAX_BUTTONS - 1)
    blocks += [Buttons((*related, Button("All pages", "/trade resource"))), cards.footer(one.summary.as_of)]
    says = " ".join("".join(span.text for span in said) for said in about)
    dated = cards.dated_sentence((one.summary.as_of,))
    return Reply(
        " ".join(part for part in (f"Trade page: {one.title}.", says, one.summary.text, dated, page.url) if part),
        tuple(blocks),
        subjects=(f"resource:{one.slug}",),
        shareable=True,
    )


def standing(one: Resource) -> tuple[Line, ...]:
    """What must be known before the link is used; () for a page that is where it always was."""
    if one.state == "moved" and one.successor:
        return (
            line(Span("This page has moved. ", bold=True), "It is now ", Span(one.successor.title, link=one.successor.url), "."),
            line("The old link, as the flyer prints it: ", Span(one.url, link=one.url)),
        )
    if one.state == "archived":
        return (line(Span("Archived. ", bold=True), "Kept for old references only."),)
    if one.state == "unverified":
        return (line(Span("Not verified. ", bold=True), "The address is the one that the flyer prints; we have not seen the page."),)
    return ()
