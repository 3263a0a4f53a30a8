"""/role: the roles of the Office of Trade, found by name or by task."""

from __future__ import annotations

from content.catalog import Link
from content.search import text
from content.search.wordlists import NEUTRAL
from handlers import lookups
from handlers.questions import answers
from handlers.replies import cards, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Fold, Header, Reply, Section, SmallPrint, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Catalog, Duty, Role
    from handlers.command import Command, Context

_PAGE_WORD = "page"

_PAGE = Link("Trade careers on CBP.gov", sources.CAREERS)

_PARTS = {"assignments": ("assignments",), "skills": ("skills",), "all": ("assignments", "skills")}
_TITLES = {"assignments": "Typical assignments", "skills": "Skills"}


def role(words: str, command: Command, context: Context) -> Reply:
    """Return the list, a card, or one of its lists ("auditor skills")."""
    catalog = context.catalog
    if not words.strip():
        return _list_all(catalog)
    every = Button(f"Show all {len(catalog.roles)} roles", "/role")
    where = "in the roles of the Office of Trade"
    return _named_part(words, context) or answers.answer(words, ("role",), command, context, where, every)


def _named_part(words: str, context: Context) -> Reply | None:
    """Return the list, or the page to hand out, that a role's name and a keyword ask for, but not for a keyword in a question."""
    name, _, keyword = words.strip().casefold().rpartition(" ")
    if keyword not in (*_PARTS, _PAGE_WORD):
        return None
    role = next((role for role in context.catalog.roles if name.strip() in _names(role)), None)
    if role is None:
        return None
    return _handout(role, context) if keyword == _PAGE_WORD else _full_lists(role, _PARTS[keyword])


def _list_all(catalog: Catalog) -> Reply:
    items = tuple(line(Span(role.name, bold=True), f": {role.summary.text}") for role in catalog.roles)
    return Reply(
        f"{len(catalog.roles)} roles in the Office of Trade: {'; '.join(role.name for role in catalog.roles)}. {_PAGE.url}",
        (
            Header("Roles in the Office of Trade", _PAGE.url),
            cards.source_note(f"{len(catalog.roles)} roles", _PAGE),
            Bullets(items),
            cards.choices("Choose a role", [Button(role.name, f"/role {role.slug}") for role in catalog.roles]),
            cards.footer(*(role.as_of for role in catalog.roles)),
        ),
        subjects=tuple(f"role:{role.slug}" for role in catalog.roles),
        shareable=True,
    )


def card(role: Role, command: Command, context: Context) -> Reply:
    """Quote the assignment or skill by which `/role` found it."""
    blocks: list[Block] = [*_card_head(role)]
    found_by = matching_line(command.words, role) if command.verb == "role" else None
    if found_by is not None:
        blocks.append(Section((line(Span(f"Matched: {found_by[0]} ", bold=True), f"“{found_by[1]}”"),)))
    blocks.append(cards.summary(role.summary, context))
    for part, items in _lists(role):
        more = Button(f"Show all {len(items)} {part}", f"/role {role.slug} {part}")
        blocks.append(Fold(f"{_TITLES[part]} ({len(items)})", tuple(line(item.text) for item in items), more))
    source = sources.common_source(role.facts)
    facts = cards.statements(role.facts, context, source)
    if facts:
        blocks.append(Bullets(facts))
    related = (*(f"pti:{slug}" for slug in role.ptis), *(f"resource:{slug}" for slug in role.resources))
    blocks += [
        Buttons((*lookups.buttons(context.catalog, related, 3), Button("All roles", "/role"))),
        cards.footer(role.as_of, *(fact.as_of for fact in role.facts if fact.shown), source=source),
    ]
    why = f" Matched: {found_by[0]} “{found_by[1]}”." if found_by else ""
    counts = f"{len(role.assignments)} typical assignments, {len(role.skills)} skills"
    text = f"Role: {role.name}.{why} {role.summary.text} {counts}. {_PAGE.url}"
    return Reply(text, tuple(blocks), subjects=(f"role:{role.slug}",), shareable=True)


def _full_lists(role: Role, parts: tuple[str, ...]) -> Reply:
    blocks: list[Block] = [*_card_head(role)]
    for part, items in _lists(role):
        if part in parts:
            blocks += [cards.heading(f"{_TITLES[part]} ({len(items)})"), Bullets(tuple(line(item.text) for item in items))]
    blocks += [Buttons((Button(role.name, f"/role {role.slug}"), Button("All roles", "/role"))), cards.footer(role.as_of)]
    counts = " and ".join(f"{len(items)} {part}" for part, items in _lists(role) if part in parts)
    return Reply(f"Role: {role.name}. {counts}. {_PAGE.url}", tuple(blocks), subjects=(f"role:{role.slug}",), shareable=True)


def _handout(role: Role, context: Context) -> Reply:
    """Return all that the content says about a role, on one page, for somebody who may apply."""
    from handlers.replies.dates import made, source_date

    _, about = _card_head(role)
    blocks: list[Block] = [Header(f"{role.name}: a career in the Office of Trade", _PAGE.url), about]
    blocks += [SmallPrint((line(made(context.now, context.zone, past=context.past)),)), Section((cards.statement(role.summary, context),))]
    for part, items in _lists(role):
        blocks += [cards.heading(_TITLES[part]), Bullets(tuple(line(item.text) for item in items))]
    where = cards.separated_line("Assignments and skills", *sources.cite(role.source), source_date(role.as_of, role.read))
    blocks.append(SmallPrint((where,)))
    facts = cards.statements(role.facts, context)
    if facts:
        blocks += [cards.heading("Facts"), Bullets(facts)]
    ptis = [each for each in context.catalog.ptis if each.slug in role.ptis]
    if ptis:
        issues = tuple(
            line(Span(each.name, bold=True), f": {each.summary.text}", *cards.in_brackets(each.summary, context)) for each in ptis
        )
        blocks += [cards.heading("Priority Trade Issues that it works on"), Bullets(issues)]
    blocks += [cards.heading("Where to go next"), Bullets((line(Span(_PAGE.title, link=_PAGE.url), f": {_PAGE.url}"),))]
    blocks += [Buttons((Button(role.name, f"/role {role.slug}"), Button("All roles", "/role"))), cards.footer()]
    return Reply(f"Role: {role.name}. {role.summary.text} {_PAGE.url}", tuple(blocks), subjects=(f"role:{role.slug}",), shareable=True)


def matching_line(words: str, role: Role) -> tuple[str, str] | None:
    """Return ("assignment", its text) for the line with most of the words, and more than half of them.

    None if there is no such line, or if the words are the role's name.
    """
    wanted = _roots(words)
    if wanted <= _roots(role.name) or (len(wanted) == 1 and words.strip().casefold() in _names(role)):
        return None
    lines = [("assignment", item.text) for item in role.assignments] + [("skill", item.text) for item in role.skills]
    scored = [(len(wanted & _roots(item)), -position) for position, (_, item) in enumerate(lines)]
    common, position = max(scored, default=(0, 0))
    return lines[-position] if common * 2 > len(wanted) else None


def _roots(words: str) -> frozenset[str]:
    return frozenset(text.root(word) for word in text.without_stop_words(text.words(words)) if word not in NEUTRAL)


def _names(role: Role) -> tuple[str, ...]:
    return (role.slug, role.name.casefold(), *(synonym.casefold() for synonym in role.synonyms))


def _lists(role: Role) -> tuple[tuple[str, tuple[Duty, ...]], ...]:
    return (("assignments", role.assignments), ("skills", role.skills))


def _card_head(role: Role) -> tuple[Header, SmallPrint]:
    return Header(role.name, _PAGE.url), cards.source_note("Role in the Office of Trade", _PAGE)
