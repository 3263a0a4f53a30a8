"""/trade topic: what updates can be about beside the seven Priority Trade Issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from content.catalog import KINDS
from handlers import lookups
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, Span, line

if TYPE_CHECKING:
    from content.catalog import Catalog, Topic
    from handlers.command import Command, Context


def topic(words: str, command: Command, context: Context) -> Reply:
    """The list, a card, a choice, or nothing. A topic that is a PTI has the PTI's card."""
    catalog = context.catalog
    if not words.strip():
        return everything(catalog)
    match = lookups.find(words, ("topic", "pti"), catalog)
    if match.sure and match.subjects:
        return lookups.show(match.subjects[0], command, context)
    if match.subjects:
        return cards.choice(words, [lookups.offer(catalog, subject) for subject in match.subjects])
    elsewhere = tuple(kind for kind in KINDS if kind not in ("topic", "pti"))
    return lookups.nothing(words, "among the topics", elsewhere, catalog, Button("Show the topics", "/trade topic"))


def everything(catalog: Catalog) -> Reply:
    beside = [one for one in catalog.topics if not one.is_pti]
    items = tuple(line(Span(one.name, bold=True), f": {one.summary.text}") for one in beside)
    return Reply(
        f"{len(beside)} topics beside the Priority Trade Issues: {'; '.join(one.name for one in beside)}.",
        (
            Header("Topics beside the Priority Trade Issues"),
            cards.in_our_words("What updates can be about"),
            Bullets(items),
            *cards.rows([Button(one.name, f"/trade topic {one.slug}") for one in beside]),
            cards.footer(*(one.summary.as_of for one in beside)),
        ),
        subjects=tuple(f"topic:{one.slug}" for one in beside),
        shareable=True,
    )


def card(one: Topic, command: Command, context: Context) -> Reply:
    """What it is, and who takes the questions."""
    if one.is_pti and lookups.get(context.catalog, f"pti:{one.slug}") is not None:
        return lookups.show(f"pti:{one.slug}", command, context)
    facts = cards.statements(one.facts)
    blocks: list[Block] = [
        Header(one.name, one.links[0].url if one.links else None),
        cards.in_our_words("Topic, not a Priority Trade Issue", *one.links[:1]),
        Section((line(one.summary.text),)),
    ]
    items = (*facts, *cards.contacts(one.contacts, command.person), *(line(Span(link.title, link=link.url)) for link in one.links[1:]))
    if items:
        blocks.append(Bullets(items))
    names = lookups.titles(context.catalog, (f"pti:{slug}" for slug in one.ptis))
    if names:
        blocks.append(Section((line("Questions about it go to ", Span("; ".join(names), bold=True), "."),)))
    related = lookups.buttons(context.catalog, (f"pti:{slug}" for slug in one.ptis), 3)
    blocks += [
        Buttons((Button("Latest updates", f"/csms latest {one.slug}"), *related, Button("All topics", "/trade topic"))),
        cards.footer(one.summary.as_of, *(fact.as_of for fact in one.facts if fact.shown)),
    ]
    dated = cards.dated_sentence((one.summary.as_of, *(fact.as_of for fact in one.facts if fact.shown)))
    parts = (f"Topic: {one.name}.", one.summary.text, dated, one.links[0].url if one.links else "")
    return Reply(" ".join(part for part in parts if part), tuple(blocks), subjects=(f"topic:{one.slug}",), shareable=True)
