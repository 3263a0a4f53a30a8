"""The answer to a question: a statement of the content, with its source, its date and its subject's card."""

from __future__ import annotations

from content.catalog import title
from handlers import lookups
from handlers.questions import elsewhere
from handlers.replies import cards, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Line, Reply, Section, SmallPrint, Span, line, plain

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.search.decision import Decision
    from content.search.statements import Passage
    from handlers.command import Command, Context

MAX_MORE = 8
"""Statements behind "More answers"."""


def curated(words: str, kinds: tuple[str, ...], context: Context, *, verbatim: bool = False) -> Reply | None:
    """Return the answer to a question of the content, asked nearly word for word, or `verbatim`."""
    from content.search import listed_questions
    from content.search.text import words as split

    passage = listed_questions.curated(context.catalog, words, kinds)
    if passage is None or (verbatim and split(words) not in map(split, (*passage.heads, *passage.also))):
        return None
    more = f"/trade answers {words}" if _others(words, context) else ""
    return card((passage,), context, closest=False, more=more, asked=words)


def task(words: str, role: str, command: Command, context: Context) -> Reply | None:
    """Return what a role does about a task by which somebody asked for it ("who handles FOIA appeals"), or None."""
    from content.search.decision import decide
    from content.search.shapes import Shape, shapes_of
    from content.search.text import words as split

    if Shape.WHO not in shapes_of(split(words)):
        return None
    decision = decide(context.catalog, words, ("role",), about=role)
    return card(decision.shown[:1], context, closest=False, more="") if decision.shown else None


def answer(words: str, decision: Decision, context: Context) -> Reply | None:
    """Return the statements that were decided on, where to go instead, or None."""
    if not decision.shown:
        return None
    if decision.elsewhere is not None:
        return elsewhere.card(decision.elsewhere, context)
    return card(decision.shown, context, closest=not decision.sure, more=f"/trade answers {words}" if decision.more else "")


def more(words: str, command: Command, context: Context) -> Reply:
    """Return what may answer beside the statements already shown (`/trade answers WORDS`), or the card of their subject."""
    from content.search.decision import decide

    found = _others(words, context)
    if not found:
        decision = decide(context.catalog, words)
        if decision.elsewhere is not None:
            return elsewhere.card(decision.elsewhere, context)
        if decision.shown:
            return lookups.show(decision.shown[0].subject, command, context)
        return cards.no_match(words, "", Button("Help", "/trade help"), hint="Try fewer or other words.")
    subjects = tuple(dict.fromkeys(passage.subject for passage in found))
    source = sources.common_source(passage.origin for passage in found)
    heading = f"{'Another statement' if len(found) == 1 else f'{len(found)} more statements'} about {cards.quote(words)}"
    return Reply(
        f"{heading}: {' '.join(plain(_with_question(passage, context)) for passage in found)}",
        (
            cards.heading(heading),
            Bullets(tuple((*_with_question(passage, context), *_in_brackets(passage, context, source)) for passage in found)),
            Buttons(lookups.buttons(context.catalog, subjects, cards.MAX_BUTTONS)),
            cards.footer(source=source),
        ),
        subjects=subjects,
        shareable=True,
    )


def _others(words: str, context: Context) -> tuple[Passage, ...]:
    """Return the statements that may answer, without those that the first answer shows."""
    from content.search.decision import decide
    from content.search.listed_questions import curated

    decision, listed = decide(context.catalog, words), curated(context.catalog, words)
    if listed is None:
        return decision.more[:MAX_MORE]
    return tuple(passage for passage in (*decision.shown, *decision.more) if passage != listed)[:MAX_MORE]


def card(shown: Sequence[Passage], context: Context, *, closest: bool, more: str, asked: str = "") -> Reply:
    """Return the statements on top, each with its source and date below it, then the cards of their subjects as buttons.

    `asked`: words that need not be repeated if they are the statement's question.
    """
    subjects = tuple(dict.fromkeys(passage.subject for passage in shown))
    blocks: list[Block] = [SmallPrint((line(cards.CLOSEST),))] if closest else []
    for passage in shown:
        said_first = (*_status(passage, context), line(Span(said(passage, context), bold=True)))
        blocks += [Section(said_first), SmallPrint(_below(passage, context, asked))]
    buttons = [*lookups.buttons(context.catalog, subjects, cards.MAX_BUTTONS - 1), *([Button("More answers", more)] if more else [])]
    blocks.append(Buttons(tuple(buttons)))
    spoken = " ".join(_spoken(passage, context) for passage in shown)
    return Reply(f"{cards.CLOSEST}: {spoken}" if closest else spoken, tuple(blocks), subjects=subjects, shareable=True)


def said(passage: Passage, context: Context) -> str:
    """Return the statement as it is shown: a contact has its address, a definition its term, what a role does its name."""
    if passage.subject.startswith("role:") and passage.kind in ("assignment", "skill", "summary") and not passage.label:
        return f"{title(context.catalog, passage.subject)}. {passage.text}"
    if passage.kind == "contact":
        return f"{passage.label}: {passage.text}" + (" (internal)" if passage.internal else "")
    if passage.kind == "tools":
        return f"Tools for {title(context.catalog, passage.subject)}: {passage.text}"
    if passage.kind == "definition" or (passage.kind == "summary" and passage.label):
        return f"{passage.label}. {passage.text}"
    return passage.text


def _status(passage: Passage, context: Context) -> tuple[Line, ...]:
    """Return that a page has moved, and where to; () for any other statement."""
    from content.catalog import Resource, get

    resource = get(context.catalog, passage.subject) if passage.kind == "page" else None
    if not isinstance(resource, Resource) or resource.state != "moved":
        return ()
    from handlers.replies import page_status

    return page_status.lines(resource)[:1]


def _with_question(passage: Passage, context: Context) -> Line:
    """Return the statement behind its question: among others, "No. …" alone would answer another."""
    return line(*((Span(passage.label, bold=True), " ") if passage.kind == "qa" else ()), said(passage, context))


def _in_brackets(passage: Passage, context: Context, common: str) -> Line:
    own = _own_words(passage)
    return (Span(" ("), *own, Span(")")) if own else cards.in_brackets(passage.origin, context, common)


def _own_words(passage: Passage) -> Line:
    """Return the origin of what cites no source, such as the content's list of tools: "in our words; official page: CBP.gov", or ()."""
    if passage.kind in ("page", "note", "link") or sources.provenance(passage.origin):
        return ()
    return line("in our words", *(("; official page: ", Span(sources.site(passage.link), link=passage.link)) if passage.link else ()))


def _spoken(passage: Passage, context: Context) -> str:
    newer = plain(cards.newer_note(passage.origin, context))
    return " ".join(
        part for part in (said(passage, context), cards.date_sentence((passage.origin.as_of,)), f"{newer}." if newer else "") if part
    )


def _below(passage: Passage, context: Context, asked: str) -> tuple[Line, ...]:
    from content.search.text import words

    question = f"“{passage.label}”" if passage.kind == "qa" and words(passage.label) != words(asked) else ""
    page = Span(passage.label or sources.site(passage.link), link=passage.link) if passage.link and passage.kind in ("page", "note") else ""
    where = cards.source_line(passage.origin, context, question, page)
    names = ", ".join(lookups.titles(context.catalog, (passage.subject,)))
    return (*filter(None, (where, _own_words(passage))), line(f"From: {names}"))
