"""/role: the roles of the Office of Trade, found by name or by what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from content.catalog import KINDS, Link
from content.search.text import root, without_stop_words
from content.search.text import words as split
from content.search.wordlists import NEUTRAL
from handlers import lookups
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Fold, Header, Reply, Section, SmallPrint, Span, line

if TYPE_CHECKING:
    from content.catalog import Catalog, Role
    from handlers.command import Command, Context

PAGE = Link("Trade careers on CBP.gov", cards.CAREERS)

PARTS = {"assignments": ("assignments",), "skills": ("skills",), "all": ("assignments", "skills")}
TITLES = {"assignments": "Typical assignments", "skills": "Skills"}


def role(words: str, command: Command, context: Context) -> Reply:
    """The list, a card, one of its lists in full ("auditor skills"), a choice, or nothing."""
    catalog = context.catalog
    if not words.strip():
        return everything(catalog)
    part = named_part(words, catalog)
    if part is not None:
        return part
    match = lookups.find(words, ("role",), catalog)
    if match.sure and match.subjects:
        return card(next(one for one in catalog.roles if f"role:{one.slug}" == match.subjects[0]), command, context, words)
    if match.subjects:
        return cards.choice(words, [lookups.offer(catalog, subject) for subject in match.subjects])
    return nothing(words, catalog)


def named_part(words: str, catalog: Catalog) -> Reply | None:
    """ "auditor skills": only behind a role's own name."""
    name, _, last = words.strip().casefold().rpartition(" ")
    if last not in PARTS:
        return None
    return next((in_full(one, PARTS[last]) for one in catalog.roles if name.strip() in names(one)), None)


def everything(catalog: Catalog) -> Reply:
    items = tuple(line(Span(one.name, bold=True), f": {one.summary.text}") for one in catalog.roles)
    said = "; ".join(one.name for one in catalog.roles)
    return Reply(
        f"{len(catalog.roles)} roles in the Office of Trade: {said}. {PAGE.url}",
        (
            Header("Roles in the Office of Trade", PAGE.url),
            cards.in_our_words(f"{len(catalog.roles)} roles", PAGE),
            Bullets(items),
            *cards.rows([Button(one.name, f"/role {one.slug}") for one in catalog.roles]),
            cards.footer(*(one.as_of for one in catalog.roles)),
        ),
        subjects=tuple(f"role:{one.slug}" for one in catalog.roles),
        shareable=True,
    )


def card(one: Role, command: Command, context: Context, words: str = "") -> Reply:
    """What the role does; `words` found it, and when that was by an assignment or a skill, the card shows which."""
    blocks: list[Block] = [*top(one)]
    found = matched(words, one)
    if found is not None:
        blocks.append(Section((line(Span(f"Found by: {found[0]} ", bold=True), f"“{found[1]}”"),)))
    blocks.append(Section((line(one.summary.text),)))
    for part, items in lists(one):
        more = Button(f"Show all {len(items)} {part}", f"/role {one.slug} {part}")
        blocks.append(Fold(f"{TITLES[part]} ({len(items)})", tuple(line(item) for item in items), more))
    facts = cards.statements(one.facts)
    if facts:
        blocks.append(Bullets(facts))
    related = lookups.buttons(context.catalog, (*(f"pti:{slug}" for slug in one.ptis), *(f"resource:{slug}" for slug in one.resources)), 3)
    blocks += [
        Buttons((*related, Button("All roles", "/role"))),
        cards.footer(one.as_of, *(fact.as_of for fact in one.facts if fact.shown)),
    ]
    why = f" Found by: {found[0]} “{found[1]}”." if found else ""
    return Reply(
        f"Role: {one.name}.{why} {one.summary.text} {len(one.assignments)} typical assignments, {len(one.skills)} skills. {PAGE.url}",
        tuple(blocks),
        subjects=(f"role:{one.slug}",),
        shareable=True,
    )


def in_full(one: Role, parts: tuple[str, ...]) -> Reply:
    """Every assignment, every skill, or both."""
    blocks: list[Block] = [*top(one)]
    for part, items in lists(one):
        if part in parts:
            blocks += [cards.heading(f"{TITLES[part]} ({len(items)})"), Bullets(tuple(line(item) for item in items))]
    blocks += [Buttons((Button(one.name, f"/role {one.slug}"), Button("All roles", "/role"))), cards.footer(one.as_of)]
    counts = " and ".join(f"{len(items)} {part}" for part, items in lists(one) if part in parts)
    return Reply(f"Role: {one.name}. {counts}. {PAGE.url}", tuple(blocks), subjects=(f"role:{one.slug}",), shareable=True)


def nothing(words: str, catalog: Catalog) -> Reply:
    """No role; when something else goes by that name, says so."""
    every = Button(f"Show the {len(catalog.roles)} roles", "/role")
    elsewhere = tuple(kind for kind in KINDS if kind != "role")
    return lookups.nothing(words, "among the roles of the Office of Trade", elsewhere, catalog, every)


def matched(words: str, one: Role) -> tuple[str, str] | None:
    """("assignment", its words) when the words are not the role's name and more than half of them stand in one line of what it does."""
    wanted = roots(words)
    if wanted <= roots(one.name) or (len(wanted) == 1 and words.strip().casefold() in names(one)):
        return None
    lines = [("assignment", item) for item in one.assignments] + [("skill", item) for item in one.skills]
    scored = [(len(wanted & roots(text)), -place) for place, (_, text) in enumerate(lines)]
    shared, place = max(scored, default=(0, 0))
    return lines[-place] if shared * 2 > len(wanted) else None


def roots(text: str) -> frozenset[str]:
    """What the words have in common with their relatives, without those that only carry a question or that every line has."""
    return frozenset(root(word) for word in without_stop_words(split(text)) if word not in NEUTRAL)


def names(one: Role) -> tuple[str, ...]:
    return (one.slug, one.name.casefold(), *(synonym.casefold() for synonym in one.synonyms))


def lists(one: Role) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("assignments", one.assignments), ("skills", one.skills))


def top(one: Role) -> tuple[Header, SmallPrint]:
    return Header(one.name, PAGE.url), cards.in_our_words("Role in the Office of Trade", PAGE)
