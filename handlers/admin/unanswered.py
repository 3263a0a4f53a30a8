"""/trade-admin unanswered and done: what people asked in vain, and the problems that they reported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.command import name_of, read_creator
from handlers.forms.problem import subject_name
from handlers.replies import cards, dates
from handlers.replies.entries import shorten
from handlers.replies.reply import Block, Bullets, Button, Header, Line, Overflow, Reply, Section, SmallPrint, Span, line, refusal
from jobs import audit
from jobs.states import AuditAction
from jobs.store import problems
from jobs.unanswered import KEPT, MIN_COUNT, list_questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.models.content import Problem, UnansweredQuestion
    from jobs.store.database import Connection

_MAX_QUESTIONS = 30
_MAX_PROBLEMS = 10
_MAX_WORDS, _MAX_SPOKEN = 300, 80
"""Characters of a report in the list, and for screen readers."""
_MAX_DIGITS = 18


def unanswered(words: str, command: Command, context: Context) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    with context.db.read() as conn:
        return _read(conn, context)


def done(words: str, command: Command, context: Context) -> Reply:
    """Tick off a reported problem, and show those that are left."""
    if context.db is None:
        return cards.needs_bot()
    number = words.strip().removeprefix("#")
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) <= _MAX_DIGITS else 0
    with context.db.begin() as conn:
        now = context.db.now(conn)
        ticked_off = problems.tick_off(conn, wanted, command.person.signature, now)
        found = problems.get(conn, wanted)
        left = _read(conn, context)
        if ticked_off:
            audit.record(conn, command.person.signature, audit.Change(AuditAction.DONE, f"problem {wanted}"), now)
    if found is None:
        said = f"Nothing changed: no reported problem has number {cards.quote_unless_number(number, 20)}."
        return refusal(said, "", Button("Reported problems", "/trade-admin unanswered"))
    what = f"{subject_name(found.subject, context.catalog)}: {shorten(' '.join(found.words.split()), _MAX_SPOKEN)}"
    first = (
        f"Done: problem {found.id} ({what})."
        if ticked_off
        else f"Problem {found.id} was ticked off before by {name_of(found.done_by or '')}."
    )
    return replace(left, text=f"{first} {left.text}", blocks=(cards.heading(first), *left.blocks))


def _read(conn: Connection, context: Context) -> Reply:
    asked = list_questions(conn, context.now, _MAX_QUESTIONS)
    return show(asked, problems.newest(conn, _MAX_PROBLEMS), problems.count_done(conn), context)


def show(asked: Sequence[UnansweredQuestion], reported: Sequence[Problem], count_done: int, context: Context) -> Reply:
    kept = f"A question is listed once {MIN_COUNT} people asked it, or one on {MIN_COUNT} days, and kept for {KEPT.days} days"
    off = "" if context.records_unanswered else "TRADEBOT_UNANSWERED=off: questions are no longer counted"
    blocks: list[Block] = [Header("Unanswered questions")]
    questions = tuple(_question(each, context) for each in asked)
    blocks.append(Bullets(questions) if questions else cards.heading("No question was asked in vain twice."))
    blocks.append(SmallPrint((cards.separated_line(kept, "no person and no channel is stored", off),)))
    if reported:
        blocks += [
            cards.heading("Reported problems" + (f" ({_MAX_PROBLEMS} newest)" if len(reported) == _MAX_PROBLEMS else "")),
            *(_problem(each, context) for each in reported),
        ]
    else:
        blocks.append(cards.heading("No problem is open." if count_done else "No problem was reported."))
    if count_done:
        blocks.append(SmallPrint((line(f"{count_done} done in the last {KEPT.days} days"),)))
    listed = "; ".join(f"{each.words} ({each.asked + each.marked})" for each in asked) or "none"
    told = "; ".join(f"{subject_name(each.subject, context.catalog)}: {shorten(each.words, _MAX_SPOKEN)}" for each in reported) or "none"
    return Reply(f"Unanswered questions: {listed}. Reported problems: {told}.", tuple(blocks))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _question(each: UnansweredQuestion, context: Context) -> Line:
    parts = (
        f"asked {_times(each.asked)} in vain" if each.asked else "",
        f"marked “Not what I asked” {_times(each.marked)}" if each.marked else "",
        f"last on {dates.near_as_of(each.last_day.isoformat(), context.now, context.zone)}",
    )
    return line(Span(each.words, bold=True), f": {', '.join(filter(None, parts))}")


def _problem(each: Problem, context: Context) -> Section:
    person = read_creator(each.reported_by)
    who = cards.person_span(person) if person else Span(each.reported_by)
    when = dates.near(each.at, context.now, context.zone)
    name = Span(subject_name(each.subject, context.catalog), bold=True)
    place = context.catalog.places.get(each.subject, "")
    said = line(name, f"{f' ({place})' if place else ''}: {shorten(' '.join(each.words.split()), _MAX_WORDS)} (", who, f", {when})")
    return Section((said,), Overflow((done_button(each.id),), f"Actions for problem {each.id}"))


def done_button(problem_id: int) -> Button:
    return Button("Done", f"/trade-admin done {problem_id}")
