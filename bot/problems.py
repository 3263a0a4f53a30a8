"""Report a problem with a card: it goes to the list of `/trade-admin unanswered`, and to the admins' channel if there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.admin.unanswered import done_button
from handlers.forms import problem as reports
from handlers.idempotency import EVENT_SECONDS, hash_key
from handlers.replies import serialize
from handlers.replies.reply import Buttons, Reply, notice, refusal
from jobs.models.content import Problem
from jobs.notices import problem_reported
from jobs.store import entries, idempotency, problems

if TYPE_CHECKING:
    from bot.responder import Responder
    from bot.runtime import Runtime
    from handlers.command import Person

THANKS = notice("Thank you. The people who edit the bot's answers have your report.")
NOT_STAFF = refusal("Only staff of the bot's own organization can report problems.", "You are from another workspace, so tell one of them.")
EMPTY = "Describe what is wrong in a few words."


@dataclass(frozen=True, slots=True)
class Report:
    subject: str
    words: str
    person: Person
    where: str
    """The channel's name, or ""."""
    event: str
    """An ID of the form: a form that is sent twice is one report."""


def report_problem(report: Report, runtime: Runtime, responder: Responder) -> Reply:
    """Record a problem. Call it in a thread; it raises what the database raises."""
    person, words = report.person, report.words.strip()[: reports.MAX_WORDS]
    if person.external:
        return NOT_STAFF
    if not words or not report.subject:
        return refusal(EMPTY)
    catalog = runtime.library.catalog
    command = reports.card_command(report.subject, catalog)
    cards = responder.look_up([command], replace(person, admin=False)) if command else []
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        key = f"report:{hash_key(person.key, report.subject, report.event)}"
        if not idempotency.is_first_time(conn, key, now, timedelta(seconds=EVENT_SECONDS)):
            return THANKS
        subject = report.subject[: reports.MAX_SUBJECT]
        number = problems.add(conn, Problem(now, subject, words, person.signature))
        message = reports.message(
            report.subject, words, person, report.where, catalog, entries.by_key(conn, subject), next(iter(cards), None)
        )
        message = replace(message, blocks=(*message.blocks, Buttons((done_button(number),))))
        problem_reported(conn, runtime.notifier, serialize.dump(message), now)
    responder.wake()
    return THANKS
