"""/pti: the seven Priority Trade Issues, and one of them."""

from __future__ import annotations

from content.catalog import KINDS, Link
from handlers import lookups
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Fields, Header, Line, Reply, Section, Span, line

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from content.catalog import Catalog, Pti
    from handlers.command import Command, Context

STATUTE = "19 U.S.C. 4322"

OVERVIEW = Link("Priority Trade Issues on CBP.gov", "https://www.cbp.gov/trade/priority-issues")

FACTS = 3
CONTACTS = 2
"""On the card; the others are behind More."""

QUESTIONS = frozenset({"questions", "question", "answers", "q&a", "faq", "faqs"})
MORE = frozenset({"more", "all", "details"})


def pti(words: str, command: Command, context: Context) -> Reply:
    """The list, a card, a part of a card ("revenue questions", "revenue more"), a choice, or nothing."""
    if not words.strip():
        return everything(context.catalog)
    part = named_part(words, command, context.catalog)
    if part is not None:
        return part
    match = lookups.find(words, ("pti",), context.catalog)
    if match.sure and match.subjects:
        return lookups.show(match.subjects[0], command, context)
    if match.subjects:
        return cards.choice(words, [lookups.offer(context.catalog, subject) for subject in match.subjects])
    return nothing(words, context.catalog)


def named_part(words: str, command: Command, catalog: Catalog) -> Reply | None:
    """ "revenue questions": only behind a PTI's own name, since "questions" may be part of a question."""
    name, _, last = words.strip().casefold().rpartition(" ")
    if last not in QUESTIONS | MORE:
        return None
    for one in catalog.ptis:
        if name.strip() in (one.slug, *(known.casefold() for known in (one.name, one.cbp_name, one.statute_name, *one.synonyms))):
            return questions(one) if last in QUESTIONS else more(one, command, catalog)
    return None


def everything(catalog: Catalog) -> Reply:
    """The seven, in the catalog's order."""
    items = tuple(line(Span(one.name, bold=True), f": {one.summary.text}") for one in catalog.ptis)
    names = "; ".join(one.name for one in catalog.ptis)
    return Reply(
        f"{len(catalog.ptis)} Priority Trade Issues: {names}. {OVERVIEW.url}",
        (
            Header("Priority Trade Issues", OVERVIEW.url),
            cards.in_our_words(f"{len(catalog.ptis)} high-risk areas", OVERVIEW, also=STATUTE),
            Bullets(items),
            *cards.rows([Button(cards.short(one.name), f"/pti {one.slug}") for one in catalog.ptis]),
            cards.footer(*(one.summary.as_of for one in catalog.ptis)),
        ),
        subjects=tuple(f"pti:{one.slug}" for one in catalog.ptis),
        shareable=True,
    )


def card(one: Pti, command: Command, context: Context) -> Reply:
    """What staff are asked for most, on one screen."""
    facts = cards.statements(one.facts)
    dates = [one.summary.as_of, *(fact.as_of for fact in one.facts[:FACTS] if fact.shown)]
    blocks: list[Block] = [*top(one), Section((line(one.summary.text),))]
    items = (*facts[:FACTS], *cards.contacts(one.contacts, command.person)[:CONTACTS])
    if items:
        blocks.append(Bullets(items))
    buttons = [Button("Latest updates", f"/csms latest {one.slug}")]
    if any(question.shown for question in one.questions):
        buttons.append(Button("Questions and answers", f"/pti {one.slug} questions"))
    blocks += [Buttons((*buttons, Button("More", f"/pti {one.slug} more"))), cards.footer(*dates)]
    return Reply(spoken(one, dates), tuple(blocks), subjects=(f"pti:{one.slug}",), shareable=True)


def questions(one: Pti) -> Reply:
    """What people ask, with the answers."""
    shown = [question for question in one.questions if question.shown]
    items = cards.answers(shown)
    body: Block = Bullets(items) if items else Section((line("No questions are written down for it yet."),))
    return Reply(
        f"Priority Trade Issue: {one.name}. {len(items)} questions and answers. {one.url}",
        (
            *top(one, "questions and answers"),
            body,
            Buttons((Button(cards.short(one.name), f"/pti {one.slug}"), Button("More", f"/pti {one.slug} more"))),
            cards.footer(*(question.as_of for question in shown)),
        ),
        subjects=(f"pti:{one.slug}",),
        shareable=True,
    )


def more(one: Pti, command: Command, catalog: Catalog) -> Reply:
    """Everything else that is known: authority, the other facts, figures, tools, Centers, names, and what belongs to it."""
    blocks: list[Block] = [*top(one, "more")]
    parts: tuple[tuple[str, tuple[Line, ...]], ...] = (
        ("Authority", cards.statements(one.authority)),
        ("More facts", cards.statements(one.facts)[FACTS:]),
        ("More contacts", cards.contacts(one.contacts, command.person)[CONTACTS:]),
        ("Figures", cards.statements(one.stats)),
        ("Centers of Excellence and Expertise", centers(one, catalog)),
    )
    for title, items in parts:
        if items:
            blocks += [cards.heading(title), Bullets(items)]
    pairs = [("Tools", line("; ".join(one.tools)))] if one.tools else []
    if len({one.name, one.cbp_name, one.statute_name}) > 1:
        pairs += [("On the flyer", line(one.name)), ("On CBP.gov", line(one.cbp_name)), ("In the statute", line(one.statute_name))]
    related = [
        *(f"pti:{slug}" for slug in one.ptis),
        *(f"role:{slug}" for slug in one.roles),
        *(f"resource:{slug}" for slug in one.resources),
    ]
    names = lookups.titles(catalog, related)
    if names:
        pairs.append(("Related", line("; ".join(names))))
    if pairs:
        blocks.append(Fields(tuple(pairs)))
    back = Button(cards.short(one.name), f"/pti {one.slug}")
    blocks.append(Buttons((back, *lookups.buttons(catalog, related, cards.MAX_BUTTONS - 1))))
    dates = [said.as_of for said in (*one.authority, *one.facts[FACTS:], *one.stats) if said.shown]
    blocks.append(cards.footer(*dates))
    return Reply(f"Priority Trade Issue: {one.name}, more. {one.url}", tuple(blocks), subjects=(f"pti:{one.slug}",), shareable=True)


def nothing(words: str, catalog: Catalog) -> Reply:
    """No PTI; when something else goes by that name, says so."""
    elsewhere = tuple(kind for kind in KINDS if kind != "pti")
    return lookups.nothing(words, "among the seven Priority Trade Issues", elsewhere, catalog, Button("Show the seven", "/pti"))


def top(one: Pti, part: str = "") -> tuple[Block, ...]:
    page = OVERVIEW if one.url == OVERVIEW.url else Link(f"{one.cbp_name} on {cards.site(one.url)}", one.url)
    title = f"{one.name}: {part}" if part else one.name
    return Header(title, one.url), cards.in_our_words("Priority Trade Issue", page, also=STATUTE)


def centers(one: Pti, catalog: Catalog) -> tuple[Line, ...]:
    known = {center.code: center for center in catalog.centers}
    return tuple(line(f"{known[code].name} ({known[code].city})") for code in one.centers if code in known)


def spoken(one: Pti, dates: list[str]) -> str:
    parts = (f"Priority Trade Issue: {one.name}. {one.summary.text}", cards.dated_sentence(dates), f"Official page: {one.url}")
    return " ".join(part for part in parts if part)
