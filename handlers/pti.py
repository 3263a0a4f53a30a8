"""/pti: the seven Priority Trade Issues."""

from __future__ import annotations

from content.catalog import Link
from handlers import lookups
from handlers.messages.newest import newest
from handlers.questions import answers
from handlers.replies import cards, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Fields, Header, Line, Menu, Reply, Section, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Catalog, Pti
    from handlers.command import Command, Context

_STATUTE = "19 U.S.C. 4322"

_OVERVIEW = Link("Priority Trade Issues on CBP.gov", "https://www.cbp.gov/trade/priority-issues")

_MAX_FACTS = 3
_MAX_CONTACTS = 2
"""On the card. The More button shows the others."""

_QUESTIONS = frozenset({"questions", "question", "answers", "q&a", "faq", "faqs"})
_MORE = frozenset({"more", "all", "details"})


def pti(words: str, command: Command, context: Context) -> Reply:
    """Return the list, a card, or part of one ("revenue questions")."""
    if not words.strip():
        return _list_all(context.catalog)
    where, every = "in the seven Priority Trade Issues", Button("Show all seven", "/pti")
    return _named_part(words, command, context) or answers.answer(words, ("pti",), command, context, where, every)


def _named_part(words: str, command: Command, context: Context) -> Reply | None:
    """Return the part that a PTI's name and a keyword ask for, but not for a keyword in a question."""
    name, _, keyword = words.strip().casefold().rpartition(" ")
    if keyword not in _QUESTIONS | _MORE:
        return None
    for pti in context.catalog.ptis:
        if name.strip() in (pti.slug, *(known.casefold() for known in (pti.name, pti.cbp_name, pti.statute_name, *pti.synonyms))):
            return _questions_card(pti, context) if keyword in _QUESTIONS else _more_card(pti, command, context)
    return None


def _list_all(catalog: Catalog) -> Reply:
    items = tuple(line(Span(pti.name, bold=True), f": {pti.summary.text}") for pti in catalog.ptis)
    names = "; ".join(pti.name for pti in catalog.ptis)
    return Reply(
        f"{len(catalog.ptis)} Priority Trade Issues: {names}. {_OVERVIEW.url}",
        (
            Header("Priority Trade Issues", _OVERVIEW.url),
            cards.source_note(f"{len(catalog.ptis)} high-risk areas", _OVERVIEW, also=_STATUTE),
            Bullets(items),
            cards.choices("Choose an issue", [Button(cards.short_name(pti.name), f"/pti {pti.slug}") for pti in catalog.ptis]),
            cards.footer(*(pti.summary.as_of for pti in catalog.ptis)),
        ),
        subjects=tuple(f"pti:{pti.slug}" for pti in catalog.ptis),
        shareable=True,
    )


def card(pti: Pti, command: Command, context: Context) -> Reply:
    """Return the card with what staff are asked most, on one screen."""
    facts = [fact for fact in pti.facts if fact.shown][:_MAX_FACTS]
    source = sources.common_source(facts)
    dates = [pti.summary.as_of, *(fact.as_of for fact in facts)]
    blocks: list[Block] = [*_card_head(pti), cards.summary(pti.summary, context)]
    items = (*cards.statements(facts, context, source), *cards.contacts(pti.contacts)[:_MAX_CONTACTS])
    if items:
        blocks.append(Bullets(items))
    buttons = [Button("All messages", f"/csms latest {pti.slug}")]
    if any(question.shown for question in pti.questions):
        buttons.insert(0, Button("Questions and answers", f"/pti {pti.slug} questions"))
    blocks += newest(command, context, (pti.slug,))
    blocks += [Buttons((*buttons, Button("More", f"/pti {pti.slug} more"))), cards.footer(*dates, source=source)]
    parts = (f"Priority Trade Issue: {pti.name}. {pti.summary.text}", cards.date_sentence(dates), f"Official page: {pti.url}")
    return Reply(" ".join(part for part in parts if part), tuple(blocks), subjects=(f"pti:{pti.slug}",), shareable=True)


def _questions_card(pti: Pti, context: Context) -> Reply:
    shown = [question for question in pti.questions if question.shown]
    source = sources.common_source(shown)
    items = cards.answers(shown, context, source)
    body: Block = Bullets(items) if items else Section((line("This issue has no questions and answers yet."),))
    return Reply(
        f"Priority Trade Issue: {pti.name}. {len(items)} questions and answers. {pti.url}",
        (
            *_card_head(pti, "questions and answers"),
            body,
            Buttons((Button(cards.short_name(pti.name), f"/pti {pti.slug}"), Button("More", f"/pti {pti.slug} more"))),
            cards.footer(*(question.as_of for question in shown), source=source),
        ),
        subjects=(f"pti:{pti.slug}",),
        shareable=True,
    )


def _more_card(pti: Pti, command: Command, context: Context) -> Reply:
    catalog = context.catalog
    blocks: list[Block] = [*_card_head(pti, "more")]
    facts = [fact for fact in pti.facts if fact.shown][_MAX_FACTS:]
    source = sources.common_source((*pti.authority, *facts, *pti.stats))
    parts: tuple[tuple[str, tuple[Line, ...]], ...] = (
        ("Authority", cards.statements(pti.authority, context, source)),
        ("More facts", cards.statements(facts, context, source)),
        ("More contacts", cards.contacts(pti.contacts)[_MAX_CONTACTS:]),
        ("Figures", cards.statements(pti.stats, context, source)),
        ("Centers of Excellence and Expertise", centers(pti, catalog)),
    )
    for title, items in parts:
        if items:
            blocks += [cards.heading(title), Bullets(items)]
    pairs = [("Tools", line("; ".join(pti.tools)))] if pti.tools else []
    if len({pti.name, pti.cbp_name, pti.statute_name}) > 1:
        pairs += [("On the flyer", line(pti.name)), ("On CBP.gov", line(pti.cbp_name)), ("In the statute", line(pti.statute_name))]
    kinds = (("pti", pti.ptis), ("role", pti.roles), ("resource", pti.resources))
    related = [f"{kind}:{slug}" for kind, slugs in kinds for slug in slugs]
    if pairs:
        blocks.append(Fields(tuple(pairs)))
    back = Button(cards.short_name(pti.name), f"/pti {pti.slug}")
    others = lookups.buttons(catalog, related, len(related))
    together = (Buttons((back, *others)),) if len(others) < cards.MAX_CHOICES else (Buttons((back,)), Menu("Related", others))
    blocks += together
    dates = [statement.as_of for statement in (*pti.authority, *facts, *pti.stats) if statement.shown]
    blocks.append(cards.footer(*dates, source=source))
    return Reply(f"Priority Trade Issue: {pti.name}, more. {pti.url}", tuple(blocks), subjects=(f"pti:{pti.slug}",), shareable=True)


def _card_head(pti: Pti, part: str = "") -> tuple[Block, ...]:
    page = _OVERVIEW if pti.url == _OVERVIEW.url else Link(f"{pti.cbp_name} on {sources.site(pti.url)}", pti.url)
    title = f"{pti.name}: {part}" if part else pti.name
    return Header(title, pti.url), cards.source_note("Priority Trade Issue", page, also=_STATUTE)


def centers(pti: Pti, catalog: Catalog) -> tuple[Line, ...]:
    known = {center.code: center for center in catalog.centers}
    return tuple(line(f"{known[code].name} ({known[code].city})") for code in pti.centers if code in known)
