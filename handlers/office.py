"""/trade: the Office itself, and the best match among all content."""

from __future__ import annotations

from dataclasses import replace

from content.catalog import KINDS
from handlers.questions import answers
from handlers.questions.examples import ALL_COMMANDS, START, THINGS, examples
from handlers.questions.small_talk import MORE, PERSON, WHY, talk_of
from handlers.replies import cards, sources
from handlers.replies.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Fold,
    Header,
    Line,
    Reply,
    Section,
    SmallPrint,
    Span,
    code_line,
    line,
    plain,
    refusal,
)

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Office, Question, Statement
    from handlers.command import Command, Context

_PARTS = {"mission": "Mission", "facts": "Facts", "questions": "Questions and answers"}


def trade(words: str, command: Command, context: Context) -> Reply:
    """Answer `/trade`: the welcome card without words or for a greeting, else the best match.

    Raises StoreNeeded for a question about stored messages, and for one that the content does not answer.
    """
    if not words.strip():
        return _welcome(command, context)
    reply = _small_talk(words, command, context)
    if reply is not None:
        return reply
    from content.search.code import without_code
    from content.search.frame import without_frame
    from handlers.messages import answers as stored

    asked = without_frame(without_code(words))
    if not asked:
        buttons = (*stored.number_offers(words), *START)
        hint = "It reads like code. Ask in plain words."
        return stored.number_answer(words, command, context) or cards.no_match(words, "", *buttons, hint=hint)
    whole = answers.whole_card(words, command, context)
    if whole is not None:
        return whole
    words = asked
    about_messages = (
        stored.number_answer(words, command, context) or _reported(words, command, context) or stored.news_answer(words, command, context)
    )
    if about_messages is not None:
        return about_messages
    named = answers.certain(words, KINDS, command, context)
    if named is not None:
        return named
    buttons = (*stored.number_offers(words), *START)
    return stored.beside(words, answers.guess(words, KINDS, command, context), command, context, buttons)


def _reported(words: str, command: Command, context: Context) -> Reply | None:
    """Answer "what changed for steel" with the report of changes, and "put the dates in my outlook" with the calendar.

    Return None unless the rest of the question is nothing but topics and a period. "Section 232" is narrower than its topic.
    """
    from handlers.messages.news import asks_calendar, changed_about
    from handlers.messages.questions import tokens_of

    tokens = tokens_of(words)
    if asks_calendar(tokens) and context.database() is not None:
        from handlers.messages import calendar

        return calendar.question_answer(words, command, context)
    about = changed_about(tokens)
    if not about or context.database() is None:
        return None
    from handlers.messages import changes as report

    asked = report.read(about, context)
    is_report = (
        isinstance(asked, report.Asked) and (asked.topics or asked.part or asked.has_period) and not report.names_law(about, context)
    )
    return report.answer(about, command, context) if is_report else None


def changes(words: str, command: Command, context: Context) -> Reply:
    """Show what changed in a period; other words than topics are a question, such as "changes to de minimis"."""
    from handlers.messages import changes as report

    return report.answer(words, command, context) or trade(f"changes {words}", command, context)


def centers(words: str, command: Command, context: Context) -> Reply:
    """List the Centers of Excellence and Expertise; further words are a question ("centers of excellence for cars")."""
    if words.strip():
        return answers.answer(f"centers {words}", KINDS, command, context, "", *START)
    listed = context.catalog.centers
    name = "Centers of Excellence and Expertise"
    cities = "; ".join(f"{center.name}, {center.city}" for center in listed)
    return Reply(
        f"{len(listed)} {name}: {cities}.",
        (
            Header(f"{len(listed)} {name}"),
            Bullets(tuple(line(Span(center.name, bold=True), f": {center.city}") for center in listed)),
            Buttons((Button(context.catalog.office.name, "/trade office"), *START[:2])),
            SmallPrint((cards.separated_line(*dict.fromkeys(part for center in listed for part in sources.cite(center.source))),)),
            cards.footer(*(center.as_of for center in listed)),
        ),
        subjects=(f"office:{context.catalog.office.slug}", *(f"term:{term.slug}" for term in context.catalog.terms if term.slug == "cee")),
        shareable=True,
    )


def _small_talk(words: str, command: Command, context: Context) -> Reply | None:
    talk = talk_of(context.catalog, words)
    if talk is None:
        return None
    if talk.slug == PERSON:
        return _people(talk.answer, context)
    if talk.answer:
        return Reply(talk.answer, (Section((line(talk.answer),)),))
    if talk.slug == MORE:
        hint = "“Tell me more” goes on with your last answer of the last five minutes, if there is more to it."
        return refusal("There is nothing more to show.", hint, Button("Help", "/trade help"))
    if talk.slug == WHY:
        return refusal("Which message do you mean?", code_line("Select “Why this?” on the post, or type `/csms why` and its CSMS number."))
    return replace(_welcome(command, context), subjects=(), shareable=False)


def _people(said: str, context: Context) -> Reply:
    """Return how to reach people. Its only subject lets "Report a problem" reach those who edit the answers."""
    buttons = (Button("Contacts", "/trade list all contacts"), Button("Centers", "/trade centers"), Button("Help", "/trade help"))
    return Reply(said, (Section((line(said),)), Buttons(buttons)), subjects=(f"office:{context.catalog.office.slug}",))


def office(words: str, command: Command, context: Context) -> Reply:
    """Return the card, or a part ("office facts"); other words are a question ("office of trade relations")."""
    part = words.strip().casefold()
    if part in _PARTS:
        return _full_part(part, context)
    if part:
        return answers.answer(f"office {words}", KINDS, command, context, "", *START)
    return card(context.catalog.office, command, context)


def _welcome(command: Command, context: Context) -> Reply:
    office, things = context.catalog.office, examples(command, context)
    spoken = " ".join(f"{plain(thing)}." for thing in things)
    return Reply(
        f"{office.name}. {office.motto} {THINGS}. {spoken} For every command, type /trade help all.",
        (
            *_card_head(office),
            cards.summary(office.mission[0], context) if office.mission else Section((line(office.motto),)),
            cards.heading(THINGS),
            Bullets(things),
            Buttons((START[0], START[1], START[3], ALL_COMMANDS)),
            cards.footer(*(statement.as_of for statement in office.mission[:1])),
        ),
        subjects=(f"office:{office.slug}",),
        shareable=True,
    )


def card(office: Office, command: Command, context: Context) -> Reply:
    blocks: list[Block] = [*_card_head(office)]
    blocks += [_fold(part, context) for part in _PARTS if _part_lines(part, context)]
    contacts = cards.contacts(office.contacts)
    if contacts:
        blocks.append(Bullets(contacts))
    links = tuple(line(Span(link.title, link=link.url)) for link in office.links)
    if links:
        blocks += [cards.heading("Pages"), Bullets(links)]
    blocks += [Buttons(START), cards.footer(*_dates(office))]
    page = office.links[0].url if office.links else ""
    mission = office.mission[0].text if office.mission else ""
    text = " ".join(part for part in (f"{office.name}. {office.motto}", mission, page) if part)
    return Reply(text, tuple(blocks), subjects=(f"office:{office.slug}",), shareable=True)


def _full_part(part: str, context: Context) -> Reply:
    office = context.catalog.office
    source = sources.common_source(_part_items(part, office))
    lines = _part_lines(part, context, source)
    return Reply(
        f"{office.name}: {_PARTS[part].lower()}, {len(lines)} items.",
        (
            *_card_head(office),
            cards.heading(_PARTS[part]),
            Bullets(lines),
            Buttons((Button(office.name, "/trade office"),)),
            cards.footer(*_dates(office), source=source),
        ),
        subjects=(f"office:{office.slug}",),
        shareable=True,
    )


def _fold(part: str, context: Context) -> Fold:
    lines = _part_lines(part, context)
    return Fold(f"{_PARTS[part]} ({len(lines)})", lines, Button(f"Show all: {_PARTS[part].lower()}", f"/trade office {part}"))


def _part_items(part: str, office: Office) -> tuple[Statement, ...] | tuple[Question, ...]:
    return office.questions if part == "questions" else office.mission if part == "mission" else office.facts


def _part_lines(part: str, context: Context, common: str = "") -> tuple[Line, ...]:
    office = context.catalog.office
    if part == "questions":
        return cards.answers(office.questions, context, common)
    return cards.statements(office.mission if part == "mission" else office.facts, context, common)


def _card_head(office: Office) -> tuple[Header, SmallPrint]:
    return Header(office.name, office.links[0].url if office.links else None), cards.source_note(office.motto, *office.links[:1])


def _dates(office: Office) -> tuple[str, ...]:
    statements = tuple(statement.as_of for statement in (*office.mission, *office.facts) if statement.shown)
    return statements + tuple(question.as_of for question in office.questions if question.shown)
