"""/trade-admin unanswered: what people asked in vain, and the problems that they reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.command import read_creator
from handlers.forms.problem import subject_name
from handlers.replies import cards, dates
from handlers.replies.entries import shorten
from handlers.replies.reply import Block, Bullets, Header, Line, Reply, SmallPrint, Span, line
from jobs.store import problems
from jobs.unanswered import KEPT, MIN_COUNT, list_questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.models.content import Problem, UnansweredQuestion

_MAX_QUESTIONS = 30
_MAX_PROBLEMS = 10
_MAX_WORDS = 300


def unanswered(words: str, command: Command, context: Context) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    with context.db.read() as conn:
        asked = list_questions(conn, context.now, _MAX_QUESTIONS)
        reported = problems.newest(conn, _MAX_PROBLEMS)
    return show(asked, reported, context)


def show(asked: Sequence[UnansweredQuestion], reported: Sequence[Problem], context: Context) -> Reply:
    kept = f"A question is listed once it was asked {'twice' if MIN_COUNT == 2 else f'{MIN_COUNT} times'}, and kept for {KEPT.days} days"
    off = "" if context.records_unanswered else "TRADEBOT_UNANSWERED=off: questions are no longer counted"
    blocks: list[Block] = [Header("Unanswered questions")]
    blocks.append(Bullets(tuple(map(_question, asked))) if asked else cards.heading("No question was asked in vain twice."))
    blocks.append(SmallPrint((cards.separated_line(kept, "no person and no channel is stored", off),)))
    if reported:
        blocks += [
            cards.heading("Reported problems" + (f" ({_MAX_PROBLEMS} newest)" if len(reported) == _MAX_PROBLEMS else "")),
            Bullets(tuple(_problem(each, context) for each in reported)),
        ]
    else:
        blocks.append(cards.heading("No problem was reported."))
    listed = "; ".join(f"{each.words} ({each.asked + each.marked})" for each in asked) or "none"
    told = "; ".join(f"{subject_name(each.subject, context.catalog)}: {shorten(each.words, 80)}" for each in reported) or "none"
    return Reply(f"Unanswered questions: {listed}. Reported problems: {told}.", tuple(blocks))


def _question(each: UnansweredQuestion) -> Line:
    parts = (
        f"asked {each.asked} time{'s' if each.asked != 1 else ''} in vain" if each.asked else "",
        f"marked “Not what I asked” {each.marked} time{'s' if each.marked != 1 else ''}" if each.marked else "",
        f"last on {dates.as_of(each.last_day.isoformat())}",
    )
    return line(Span(each.words, bold=True), f": {', '.join(filter(None, parts))}")


def _problem(each: Problem, context: Context) -> Line:
    person = read_creator(each.reported_by)
    who = cards.person_span(person) if person else Span(each.reported_by)
    when = dates.near(each.at, context.now, context.zone)
    name = Span(subject_name(each.subject, context.catalog), bold=True)
    return line(name, f": {shorten(' '.join(each.words.split()), _MAX_WORDS)} (", who, f", {when})")
