"""/trade: the office itself, and the best answer of all that the bot holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from content.catalog import KINDS
from handlers import lookups
from handlers.greetings import is_greeting
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Fold, Header, Reply, Section, SmallPrint, Span, line

if TYPE_CHECKING:
    from content.catalog import Office
    from handlers.command import Command, Context

START = (
    Button("Priority Trade Issues", "/pti"),
    Button("Roles", "/role"),
    Button("Trade pages", "/trade resource"),
    Button("Glossary", "/trade term"),
    Button("Help", "/trade help"),
)
"""Where people go on from here."""

EXAMPLES = (
    ("/pti counterfeit goods", "the Priority Trade Issue that is meant"),
    ("/role who writes rulings", "who does it"),
    ("/trade USMCA", "the best of all that the bot holds"),
    ("/csms 69851916", "one CSMS message"),
)

PARTS = {
    "mission": "Mission",
    "facts": "Facts",
    "questions": "Questions and answers",
}


def trade(words: str, command: Command, context: Context) -> Reply:
    """Without words, and to a greeting, the office and what can be typed; else one card, a short list by kind, or nothing."""
    if not words.strip():
        return welcome(context.catalog.office)
    if is_greeting(words):  # it asked for no subject, so there is none to share either
        return replace(welcome(context.catalog.office), subjects=(), shareable=False)
    match = lookups.find(words, KINDS, context.catalog)
    if match.sure and match.subjects:
        return lookups.show(match.subjects[0], command, context)
    if match.subjects:
        return cards.choice(words, [lookups.offer(context.catalog, subject) for subject in match.subjects])
    return cards.nothing(words, "in all that the bot holds", *START)


def office(words: str, command: Command, context: Context) -> Reply:
    """The office's card, or one part of it in full ("office facts")."""
    one = context.catalog.office
    part = words.strip().casefold()
    if part in PARTS:
        return in_full(one, part)
    return card(one, command, context)


def welcome(one: Office) -> Reply:
    examples = tuple(line(Span(typed, code=True), f": {what}") for typed, what in EXAMPLES)
    said = "; ".join(typed for typed, _ in EXAMPLES)
    return Reply(
        f"{one.name}. {one.motto} You can type: {said}. /trade help lists everything.",
        (
            *top(one),
            Section((line(one.mission[0].text),)) if one.mission else Section((line(one.motto),)),
            cards.heading("You can type"),
            Bullets(examples),
            Buttons(START),
            cards.footer(*(said.as_of for said in one.mission[:1])),
        ),
        subjects=(f"office:{one.slug}",),
        shareable=True,
    )


def card(one: Office, command: Command, context: Context) -> Reply:
    """Motto and mission, with the rest folded."""
    blocks: list[Block] = [*top(one)]
    blocks += [fold(one, part) for part in PARTS if items(one, part)]
    contacts = cards.contacts(one.contacts, command.person)
    if contacts:
        blocks.append(Bullets(contacts))
    links = tuple(line(Span(link.title, link=link.url)) for link in one.links)
    if links:
        blocks += [cards.heading("Pages"), Bullets(links)]
    blocks += [Buttons(START), cards.footer(*dates(one))]
    page = one.links[0].url if one.links else ""
    mission = one.mission[0].text if one.mission else ""
    return Reply(
        " ".join(part for part in (f"{one.name}. {one.motto}", mission, page) if part),
        tuple(blocks),
        subjects=(f"office:{one.slug}",),
        shareable=True,
    )


def in_full(one: Office, part: str) -> Reply:
    shown = items(one, part)
    return Reply(
        f"{one.name}: {PARTS[part].lower()}, {len(shown)} entries.",
        (*top(one), cards.heading(PARTS[part]), Bullets(shown), Buttons((Button(one.name, "/trade office"),)), cards.footer(*dates(one))),
        subjects=(f"office:{one.slug}",),
        shareable=True,
    )


def fold(one: Office, part: str) -> Fold:
    shown = items(one, part)
    return Fold(f"{PARTS[part]} ({len(shown)})", shown, Button(f"Show all: {PARTS[part].lower()}", f"/trade office {part}"))


def items(one: Office, part: str) -> tuple[tuple[Span, ...], ...]:
    if part == "questions":
        return cards.answers(one.questions)
    return cards.statements(one.mission if part == "mission" else one.facts)


def top(one: Office) -> tuple[Header, SmallPrint]:
    context = cards.in_our_words(one.motto, *one.links[:1])
    return Header(one.name, one.links[0].url if one.links else None), context


def dates(one: Office) -> tuple[str, ...]:
    statements = tuple(said.as_of for said in (*one.mission, *one.facts) if said.shown)
    return statements + tuple(question.as_of for question in one.questions if question.shown)
